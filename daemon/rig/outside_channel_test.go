package rig

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"
)

func webhookSecret() string { return "whsec_" + base64.StdEncoding.EncodeToString([]byte(webhookKey)) }

// serveHooks is where both channels hear news.
func (o *outside) serveHooks(l net.Listener) error {
	o.address.hooks = l.Addr().String()
	o.hooks = &http.Server{Handler: http.HandlerFunc(o.hear), ReadHeaderTimeout: time.Minute}
	o.serve(func() error { return o.hooks.Serve(l) })
	return nil
}

// hear takes a webhook as docs/webhook.md asks for. "lose" is a channel that breaks before it has stored the news, "cut" one that breaks after.
func (o *outside) hear(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it broke off: nothing was said
	}
	kind := o.fault("hook")
	var e channelEvent
	id := r.Header.Get("webhook-id")
	o.mu.Lock()
	if kind != "" {
		o.note("fault at the webhook: %s", kind)
	}
	switch {
	case !signed(r.Header, body, o.now()):
		o.problem("a webhook with a bad signature")
	case id == "" || json.Unmarshal(body, &e) != nil:
		o.problem("a webhook that cannot be read: %s", body)
	case kind == "" || kind == "cut" || kind == "stall":
		if o.posts[id]++; o.posts[id] == 1 {
			o.hearEvent(e)
		}
	}
	o.mu.Unlock()
	if kind == "" && o.think != nil {
		time.Sleep(o.think())
	}
	switch kind {
	case "cut", "lose":
		panic(http.ErrAbortHandler) // the connection ends without an answer
	case "stall":
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Minute):
		}
	case "4xx":
		rw.Header().Set("Retry-After", "30")
		rw.WriteHeader(http.StatusTooManyRequests)
	case "5xx":
		rw.WriteHeader(http.StatusServiceUnavailable)
	default:
		rw.WriteHeader(http.StatusNoContent)
	}
}

// hearEvent holds that what the channel hears is true. The caller holds the lock.
func (o *outside) hearEvent(e channelEvent) {
	s := o.sales[e.Data.OrderNumber]
	if s == nil {
		o.problem("the channel hears %s of order %q, which nobody placed", e.Type, e.Data.OrderNumber)
		return
	}
	n := o.news(s.number)
	n.types[e.Type]++
	n.complete = e.Data.Complete
	for _, p := range e.Data.Tracking {
		o.hearTracking(s, p.Number, p.Carrier)
	}
	if e.Type == "order.shipped" {
		for _, l := range e.Data.Lines {
			n.pieces[l.SKU] += l.Quantity
		}
	}
	o.note("%s hears of %s: %s %v", s.channel, e.Data.PurchaseOrder, e.Type, e.Data.Tracking)
}

func (o *outside) news(number string) *news {
	n := o.told[number]
	if n == nil {
		n = newNews()
		o.told[number] = n
	}
	return n
}

func (o *outside) hearTracking(s *sale, number, carrier string) {
	if _, left := s.truth.tracking[number]; !left {
		o.problem("the channel hears the tracking number %s for order %s, of which no such parcel left (it left for %q)", number, s.number, o.tracked[number])
	}
	o.news(s.number).tracking[number] = carrier
}

// hearFile reads a tracking file of the market; it may be looked at many times.
func (o *outside) hearFile(name string) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil || len(rows) == 0 {
		o.problem("the tracking file %s cannot be read: %v", name, err)
		return
	}
	order, tracking := slices.Index(rows[0], "order_number"), slices.Index(rows[0], "tracking_number")
	if order < 0 || tracking < 0 {
		o.problem("the tracking file has the columns %v", rows[0])
		return
	}
	for _, row := range rows[1:] {
		if s := o.sales[row[order]]; s == nil {
			o.problem("the tracking file names order %q, which nobody placed", row[order])
		} else if _, known := o.news(s.number).tracking[row[tracking]]; !known {
			o.note("the market reads the tracking %s of %s", row[tracking], s.number)
			o.hearTracking(s, row[tracking], "")
		}
	}
}
