package woocommerce

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"net/url"
	"slices"
	"strings"

	"waybill/daemon/channel"
)

// WooCommerce's own fulfilments (since 10.1, a feature that can be off: 404 rest_no_route). What is known of a fulfilment is in its meta data:
// _items ([{item_id, qty}], at least one, whole ids), _tracking_number, _shipment_provider, _tracking_url. An update takes out every key that it
// does not name (OrderFulfillmentsRestController.php, FulfillmentsDataStore.php).

type fulfilled struct {
	Item     int64   `json:"item_id"`
	Quantity float64 `json:"qty"`
}

type wireFulfillment struct {
	ID          text           `json:"id"`
	Status      text           `json:"status"`
	IsFulfilled text           `json:"is_fulfilled"`
	Meta        list[wireMeta] `json:"meta_data"`
}

func (f wireFulfillment) items() (items []fulfilled) {
	for _, m := range f.Meta {
		if m.Key == "_items" {
			_ = json.Unmarshal(m.Value, &items)
		}
	}
	return items
}

// fulfillments lists the order's; errNoWay where the feature is off.
func (w *writing) fulfillments() ([]wireFulfillment, error) {
	a, err := w.s.get(w.ctx, w.path("fulfillments"), nil)
	if code, _ := codeOf(err); code == "rest_no_route" {
		return nil, errNoWay
	}
	if err != nil {
		return nil, err
	}
	var all list[wireFulfillment]
	return all, a.into(&all)
}

func (w *writing) byFulfillments() error {
	there, err := w.fulfillments()
	if err != nil {
		return err
	}
	first := w.news.Tracking[0]
	if slices.ContainsFunc(there, func(f wireFulfillment) bool { return same(meta(f.Meta, "_tracking_number"), first.Number) }) {
		w.say("%s was there already", first.Number)
		return w.otherParcels()
	}
	items, err := w.items()
	if err != nil {
		return err
	}
	if !w.room(there, items) {
		if !w.decided {
			return question(fmt.Sprintf("the pieces of order %s are fulfilled in the shop already", w.news.OrderNumber),
				fmt.Sprintf("Somebody fulfilled them by hand, without the number %s. Leave the shop as it is, or send this again: the number is then told in a note.", first.Number))
		}
		w.say("the pieces are fulfilled in the shop already")
		return w.byNote()
	}
	content := map[string]any{"status": "fulfilled", "is_fulfilled": true, "notify_customer": w.s.c.Notify,
		"meta_data": fulfilmentMeta(items, first)}
	if _, err := w.write(nethttp.MethodPost, w.path("fulfillments"), content); err != nil {
		return err
	}
	w.say("%s written as a fulfilment", first.Number)
	return w.otherParcels()
}

func fulfilmentMeta(items any, p channel.Package) []any {
	entries := []any{map[string]any{"key": "_items", "value": items}, map[string]any{"key": "_tracking_number", "value": p.Number},
		map[string]any{"key": "_shipment_provider", "value": carrierName(p)}}
	if p.URL != "" {
		entries = append(entries, map[string]any{"key": "_tracking_url", "value": p.URL})
	}
	return entries
}

// otherParcels: a fulfilment has one number, and nobody knows which piece is in which parcel. The further numbers go into a note.
func (w *writing) otherParcels() error {
	if len(w.news.Tracking) < 2 {
		return nil
	}
	rest := *w
	rest.news.Tracking = w.news.Tracking[1:]
	err := rest.byNote()
	w.said, w.marked = rest.said, rest.marked
	return err
}

// room says that the pieces are not fulfilled yet.
func (w *writing) room(there []wireFulfillment, items []fulfilled) bool {
	ordered := map[int64]float64{}
	for _, l := range w.order.Lines {
		n, _ := pieces(l.Quantity)
		var id int64
		if _, err := fmt.Sscan(string(l.ID), &id); err == nil {
			ordered[id] += float64(n)
		}
	}
	for _, f := range there {
		for _, i := range f.items() {
			ordered[i.Item] -= i.Quantity
		}
	}
	for _, i := range items {
		if ordered[i.Item] < i.Quantity {
			return false
		}
	}
	return len(items) > 0
}

// correctFulfillments gives the fulfilment with the old number the new one. done is false where none has it: it was told in another way.
func (w *writing) correctFulfillments() (done bool, err error) {
	there, err := w.fulfillments()
	if err != nil {
		return false, err
	}
	for _, f := range there {
		number := meta(f.Meta, "_tracking_number")
		if len(w.news.Tracking) > 0 && same(number, w.news.Tracking[0].Number) {
			w.say("%s was there already", number)
			return true, nil
		}
		if len(w.news.Tracking) == 0 || !slices.ContainsFunc(w.news.Replaces, func(old string) bool { return same(old, number) }) {
			continue
		}
		content := map[string]any{"meta_data": merged(f.Meta, w.news.Tracking[0]), "notify_customer": w.s.c.Notify}
		if _, err := w.write(nethttp.MethodPut, w.path("fulfillments", url.PathEscape(string(f.ID))), content); err != nil {
			return false, err
		}
		w.say("%s replaces %s", w.news.Tracking[0].Number, number)
		return true, nil
	}
	return false, nil
}

// merged is a fulfilment's meta data with another parcel in it; what else was there stays.
func merged(there []wireMeta, p channel.Package) []any {
	var out []any
	for _, m := range there {
		if !strings.HasPrefix(string(m.Key), "_tracking_") && m.Key != "_shipment_provider" {
			out = append(out, map[string]any{"key": string(m.Key), "value": m.Value})
		}
	}
	return append(out, fulfilmentMeta(nil, p)[1:]...)
}
