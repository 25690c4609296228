package woocommerce

import (
	"context"
	"fmt"
	nethttp "net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
)

// writing is one piece of news on its way into the shop. Everything it writes is looked for first, so a message of which nobody knows how far it
// came is simply sent again.
type writing struct {
	s     *Shop
	ctx   context.Context
	mark  func(context.Context) error
	news  channel.News
	at    time.Time // when it happened
	order wireOrder
	// decided: a person has seen what the shop shows, and wants the news there all the same.
	decided bool
	// said is what was done, for the timeline.
	said   []string
	marked bool
}

// Send brings a piece of news to the shop.
func (s *Shop) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	event, err := channel.DecodeEvent(m)
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "decode", Err: err}
	}
	w := &writing{s: s, ctx: ctx, mark: mark, news: event.Data, at: event.Timestamp, decided: m.Header[channel.Decided] != ""}
	if err := w.load(); err != nil {
		return transports.Receipt{}, err
	}
	switch event.Type {
	case "order.shipped":
		err = w.shipped()
	case "order.tracking_corrected":
		err = w.corrected()
	case "order.backordered", "order.out_of_stock", "order.rejected", "order.cancelled":
		err = w.lacking(strings.TrimPrefix(event.Type, "order."))
	default:
		w.say("nothing is known of news of the kind %.40q", event.Type)
	}
	if err != nil {
		return transports.Receipt{}, err
	}
	return transports.Receipt{Answer: strings.Join(w.said, "; "), ID: string(w.order.ID), At: s.c.Clock()}, nil
}

func (w *writing) say(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

// path is that of the order, or of something below it.
func (w *writing) path(below ...string) string {
	return strings.Join(append([]string{"wc/v3/orders", url.PathEscape(w.news.OrderID)}, below...), "/")
}

// load reads the order as it is now.
func (w *writing) load() error {
	a, err := w.s.get(w.ctx, w.path(), nil)
	if isGone(err) {
		return &transports.Error{Verdict: transports.Never, Op: "read", Err: err,
			Help: fmt.Sprintf("The order %s is not in the shop any more; somebody has deleted it. Nothing was written.", w.news.OrderNumber)}
	}
	if err != nil {
		return err
	}
	return a.into(&w.order)
}

// write makes a request that changes something, behind the mark.
func (w *writing) write(method, path string, content any) (*answer, error) {
	if !w.marked {
		if err := w.mark(w.ctx); err != nil {
			return nil, &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
		}
		w.marked = true
	}
	return w.s.do(w.ctx, method, path, nil, content)
}

// question is for a person: what was found in the shop, and what to do.
func question(found, help string) error {
	return &transports.Error{Verdict: transports.Never, Op: "look", Err: &channel.Question{Shows: found}, Help: help}
}

func (w *writing) status() string { return strings.TrimPrefix(string(w.order.Status), "wc-") }

// over: nothing more is expected of the order in the shop.
func (w *writing) over() bool {
	switch w.status() {
	case "cancelled", "refunded", "failed", "trash":
		return true
	}
	return false
}

func (w *writing) shipped() error {
	if w.over() && !w.decided {
		return question(fmt.Sprintf("order %s is %s in the shop", w.news.OrderNumber, w.status()),
			fmt.Sprintf("Somebody set order %s to %s in the shop, and a parcel has left all the same. Nothing was written there: call the parcel back, or send this again to write its number and complete the order.",
				w.news.OrderNumber, w.status()))
	}
	if len(w.news.Tracking) > 0 {
		if err := w.track(); err != nil {
			return err
		}
	} else {
		w.say("shipped without a tracking number")
	}
	if !w.news.Complete {
		return nil
	}
	return w.complete()
}

// lacks is the meta data that says what of an order will not come: as long as it is there, waybill does not complete the order.
const lacks = "_waybill_lacks"

// complete sets the order to its last status, when everything has shipped.
func (w *writing) complete() error {
	done := w.s.c.Done
	switch status := w.status(); {
	case done == "none", status == done:
		return nil
	case status == "completed":
		w.say("it was completed already")
		return nil
	case meta(w.order.Meta, lacks) != "":
		w.say("not set to %s: %s", done, meta(w.order.Meta, lacks))
		return nil
	case !slices.Contains(w.s.c.Paid, status) && !w.decided:
		return question(fmt.Sprintf("order %s is %s in the shop", w.news.OrderNumber, status),
			fmt.Sprintf("The tracking of order %s is in the shop. Its status was set to %s there, which is not among paid_statuses, so waybill did not set it to %s: do that in the shop, or send this again.",
				w.news.OrderNumber, status, done))
	}
	if _, err := w.write(nethttp.MethodPut, w.path(), map[string]any{"status": done}); err != nil {
		return err
	}
	w.say("the order is %s", done)
	return nil
}

var lackWords = map[string]string{"backordered": "on backorder", "out_of_stock": "out of stock", "rejected": "rejected by the supplier", "cancelled": "cancelled"}

// lacking writes a private note. Money is never moved: what to refund is for a person to say.
func (w *writing) lacking(kind string) error {
	if w.over() {
		w.say("the order is %s in the shop already", w.status())
		return nil
	}
	var pieces []string
	for _, l := range w.news.Lines {
		pieces = append(pieces, fmt.Sprintf("%d × %s", l.Quantity, l.SKU))
	}
	said := fmt.Sprintf("%s: %s is %s (%s)", w.news.PurchaseOrder, strings.Join(pieces, ", "), lackWords[kind], w.news.Supplier)
	if w.news.Expected != "" {
		said += ", expected " + w.news.Expected
	}
	if err := w.note("waybill: "+said+".", false, "waybill: "+said); err != nil {
		return err
	}
	change := map[string]any{}
	if before := meta(w.order.Meta, lacks); kind != "backordered" && !strings.Contains(before, said) {
		change["meta_data"] = []any{map[string]any{"key": lacks, "value": strings.TrimPrefix(before+"; "+said, "; ")}}
	}
	if to := w.s.c.Lacking; to != "" && kind != "backordered" && w.status() != to && slices.Contains(w.s.c.Paid, w.status()) {
		change["status"] = to
		w.say("the order is %s", to)
	}
	if len(change) == 0 {
		return nil
	}
	_, err := w.write(nethttp.MethodPut, w.path(), change)
	return err
}

// note writes a note, unless one that holds all of these texts is there.
func (w *writing) note(note string, customer bool, known ...string) error {
	a, err := w.s.get(w.ctx, w.path("notes"), nil)
	if err != nil {
		return err
	}
	var notes []struct {
		Note     text `json:"note"`
		Customer text `json:"customer_note"`
	}
	if err := a.into(&notes); err != nil {
		return err
	}
	for _, n := range notes {
		// WordPress may have made paragraphs and links of it.
		there := withoutTags(string(n.Note))
		missing := slices.ContainsFunc(known, func(k string) bool { return !names(there, k) })
		missing = missing && squeezed(there) != squeezed(withoutTags(note))
		if !missing && (!customer || n.Customer == "true" || n.Customer == "1") {
			w.say("the note was there already")
			return nil
		}
	}
	if _, err := w.write(nethttp.MethodPost, w.path("notes"), map[string]any{"note": note, "customer_note": customer}); err != nil {
		return err
	}
	w.say("note written")
	return nil
}

// names tells whether a text holds another as words of their own, whatever the white space in it: 1001 is not in 10010, nor in PO-1001.
func names(text, other string) bool {
	var words []string
	for _, word := range strings.Fields(other) {
		words = append(words, regexp.QuoteMeta(word))
	}
	const joins = `[^0-9A-Za-z-]`
	found, err := regexp.MatchString(`(?:^|`+joins+`)`+strings.Join(words, `\s*`)+`(?:$|`+joins+`|-\s)`, text)
	return err == nil && found
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// items are the lines of the news as the shop knows them, by their ids there.
func (w *writing) items() (items []fulfilled, err error) {
	for _, l := range w.news.Lines {
		id, err := strconv.ParseInt(l.ID, 10, 64)
		if err != nil {
			return nil, question(fmt.Sprintf("the line %.40q is no line of the shop's", l.ID), "The order did not come from this shop as it is; enter the tracking in the shop by hand.")
		}
		if l.Quantity > 0 {
			items = append(items, fulfilled{Item: id, Quantity: float64(l.Quantity)})
		}
	}
	return items, nil
}
