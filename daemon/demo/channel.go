package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	sales "waybill/daemon/channel"
	transporthttp "waybill/transports/http"
)

// receive is the channel's webhook: it checks the signature, knows repeats by their id, and remembers what it was told.
func (c *channel) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := transporthttp.Verify([]transporthttp.Secret{c.secret}, r.Header, body, c.now(), 5*time.Minute); err != nil {
		http.Error(rw, err.Error(), http.StatusUnauthorized)
		return
	}
	var event sales.Event
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posts++
	if id := r.Header.Get("webhook-id"); !c.ids[id] {
		c.ids[id] = true
		c.note(event)
	}
	rw.WriteHeader(http.StatusNoContent)
	select {
	case c.calls <- struct{}{}:
	default:
	}
}

func (c *channel) note(e sales.Event) {
	t, ok := c.told[e.Data.OrderNumber]
	if !ok {
		t = &told{tracking: map[string]bool{}, pieces: map[string]int{}, types: map[string]int{}}
		c.told[e.Data.OrderNumber] = t
	}
	t.types[e.Type]++
	t.complete = e.Data.Complete
	if e.Type != "order.shipped" {
		return
	}
	for _, p := range e.Data.Tracking {
		t.tracking[p.Number] = true
	}
	for _, l := range e.Data.Lines {
		t.pieces[l.SKU] += l.Quantity
	}
}

// wrong counts the differences between what the channel was told and what is true: a tracking number on an order that it did not leave
// for, pieces that did not leave, or news that nobody gave. What the channel was not told yet is not wrong, only missing.
func (w *World) wrong() (wrong, tracked int) {
	w.channel.mu.Lock()
	defer w.channel.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for number, t := range w.channel.told {
		know, ok := w.truth[number]
		if !ok {
			wrong++
			continue
		}
		for tracking := range t.tracking {
			if !know.tracking[tracking] {
				wrong++
			}
		}
		for sku, n := range t.pieces {
			if n > know.pieces[sku] {
				wrong++
			}
		}
		if len(t.tracking) > 0 {
			tracked++
		}
	}
	return wrong, tracked
}

// missing lists orders of which a parcel left that the channel was not told of.
func (w *World) missing() (numbers []string) {
	w.channel.mu.Lock()
	defer w.channel.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for number, know := range w.truth {
		t := w.channel.told[number]
		for tracking := range know.tracking {
			if t == nil || !t.tracking[tracking] {
				numbers = append(numbers, number)
				break
			}
		}
	}
	return numbers
}
