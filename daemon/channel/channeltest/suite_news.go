package channeltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/transports"
)

// Here is the suite's half about what the shop system is told.

// tell sends a piece of news about an order and gives the outcome. A message without mark is one that may be repeated.
func (w *world) tell(kind, id string, decided bool, fill func(*channel.News)) error {
	w.Helper()
	w.news++
	d := w.latest(id)
	n := channel.News{Channel: "shop", OrderID: id, OrderNumber: d.Order.Number, PurchaseOrder: d.Order.Number + "-A", Supplier: "prairie", State: order.POShipped, Complete: true}
	for _, l := range d.Order.Lines {
		n.Lines = append(n.Lines, channel.NewsLine{ID: l.ID, SKU: l.SKU, Quantity: l.Quantity})
	}
	fill(&n)
	body, err := json.Marshal(channel.Event{Type: kind, Timestamp: w.Now(), Data: n})
	if err != nil {
		w.Fatal(err)
	}
	m := transports.Message{Key: fmt.Sprintf("msg_%d", w.news), To: []string{"shop"}, Body: body}
	if decided {
		m.Header = map[string]string{channel.Decided: "yes"}
	}
	_, err = w.shop.Send(w.Context(), m, func(context.Context) error { return nil })
	return err
}

func (w *world) told(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("the news was not taken: %v (%s)", err, transports.Help(err))
	}
}

func under(packages ...channel.Package) func(*channel.News) {
	return func(n *channel.News) { n.Tracking = packages }
}

func ups(number string) channel.Package {
	return channel.Package{Carrier: "ups", CarrierName: "UPS", Number: number, URL: "https://www.ups.com/track?tracknum=" + number}
}

// wantShown holds what the shop shows as shipped: numbers by shipment.
func (w *world) wantShown(id string, want ...[]string) []Shown {
	w.Helper()
	shown := w.Shown(id)
	var got [][]string
	for _, s := range shown {
		got = append(got, s.Numbers)
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		w.Fatalf("the shop shows the numbers %v, want %v", got, want)
	}
	return shown
}

const (
	first  = "1Z999AA10123456784"
	second = "1Z12345E0205271688"
)

func shipped(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	w.told(w.tell("order.shipped", id, false, under(ups(first))))
	shown := w.wantShown(id, []string{first})
	if shown[0].Carrier != "UPS" {
		w.Errorf("the carrier is called %q", shown[0].Carrier)
	}
	if p := shown[0].Pieces; p != nil && !maps.Equal(p, map[string]int{"PS-1": 2, "PS-2": 1}) {
		w.Errorf("shipped are %v", p)
	}
	w.told(w.tell("order.shipped", id, false, under(ups(first)))) // again
	w.wantShown(id, []string{first})
	w.Pass(time.Minute)
	w.look()
	if d := w.latest(id); len(d.Open) > 0 {
		w.Errorf("the shop still shows %v as open", d.Open)
	}
}

func inParts(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	lines := w.latest(id).Order.Lines
	part := func(number string, quantities ...int) {
		w.Helper()
		w.told(w.tell("order.shipped", id, false, func(n *channel.News) {
			n.Lines, n.Tracking = nil, []channel.Package{ups(number)}
			for i, q := range quantities {
				if q > 0 {
					n.Lines = append(n.Lines, channel.NewsLine{ID: lines[i].ID, SKU: lines[i].SKU, Quantity: q})
				}
			}
		}))
	}
	part(first, 1)
	part(second, 1, 1)
	shown := w.wantShown(id, []string{first}, []string{second})
	if !maps.Equal(shown[0].Pieces, map[string]int{"PS-1": 1}) || !maps.Equal(shown[1].Pieces, map[string]int{"PS-1": 1, "PS-2": 1}) {
		w.Errorf("shipped are %v", shown)
	}
	part(first, 1) // the first part again, out of order
	w.wantShown(id, []string{first}, []string{second})
}

func parcels(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	w.told(w.tell("order.shipped", id, false, under(ups(first), ups(second))))
	var all []string
	for _, s := range w.Shown(id) {
		all = append(all, s.Numbers...)
	}
	slices.Sort(all)
	if want := []string{second, first}; !slices.Equal(all, want) {
		w.Errorf("the shop shows %v, want %v", all, want)
	}
}

func corrected(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	w.told(w.tell("order.shipped", id, false, under(ups(first))))
	replace := func(n *channel.News) { n.Tracking, n.Replaces = []channel.Package{ups(second)}, []string{first} }
	w.told(w.tell("order.tracking_corrected", id, false, replace))
	w.wantShown(id, []string{second})
	w.told(w.tell("order.tracking_corrected", id, false, replace)) // again
	w.wantShown(id, []string{second})
}

// byHand: what a person did in the shop's admin is never undone without a question.
func byHand(w *world) {
	same, other, without := w.Buy(sale("1001")), w.Buy(sale("1002")), w.Buy(sale("1003"))
	w.look()
	w.Ship(same, first)
	w.Ship(other, "SOMETHING-ELSE")
	w.Ship(without, "")
	w.told(w.tell("order.shipped", same, false, under(ups(first))))
	w.wantShown(same, []string{first})
	for _, id := range []string{other, without} {
		before := w.Shown(id)
		err := w.tell("order.shipped", id, false, under(ups(second)))
		if !errors.As(err, new(*channel.Question)) || transports.VerdictOf(err) != transports.Never || transports.Help(err) == "" {
			w.Errorf("what was shipped by hand is no question but %v", err)
		}
		if after := w.Shown(id); !slices.EqualFunc(before, after, func(a, b Shown) bool { return slices.Equal(a.Numbers, b.Numbers) }) {
			w.Errorf("it was changed without a question: %v, was %v", after, before)
		}
		w.told(w.tell("order.shipped", id, true, under(ups(second)))) // a person wants ours
		var all []string
		for _, s := range w.Shown(id) {
			all = append(all, s.Numbers...)
		}
		if !slices.Contains(all, second) {
			w.Errorf("a person wanted %s shown, and the shop shows %v", second, all)
		}
	}
}

func held(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	holder := w.Server.(Holder)
	holder.Hold(id)
	if err := w.tell("order.shipped", id, false, under(ups(first))); !errors.As(err, new(*channel.Question)) {
		w.Errorf("what the shop holds is no question but %v", err)
	}
	holder.Unhold(id)
	w.told(w.tell("order.shipped", id, true, under(ups(first))))
	w.wantShown(id, []string{first})

	id = w.Buy(sale("1002"))
	holder.Hold(id)
	w.look()
	if d := w.latest(id); d.Closed == "" {
		w.Errorf("an order that the shop holds would be taken: %+v", d)
	}
	holder.Unhold(id)
	w.Pass(10 * time.Minute)
	w.look()
	open := slices.ContainsFunc(w.versions(id), func(d channel.Delivery) bool { return d.Closed == "" })
	if !open {
		w.Error("an order that the shop holds no more was not seen again")
	}
}

func unknown(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	err := w.tell("order.shipped", id, false, func(n *channel.News) { n.OrderID, n.Tracking = "999", []channel.Package{ups(first)} })
	if transports.VerdictOf(err) != transports.Never || transports.Help(err) == "" {
		w.Errorf("news of an unknown order is %v", err)
	}
	if strings.Contains(err.Error(), "Abernathy") {
		w.Errorf("an error names a person: %v", err)
	}
}

// lostAnswer: whichever answer is lost, the news is told again and stands there once.
func lostAnswer(w *world) {
	for n := range 6 {
		id := w.Buy(sale(fmt.Sprint(1001 + n)))
		w.look()
		number := fmt.Sprintf("1Z999AA1012345%04d", n)
		for skip := range 4 {
			w.Fail(LostAnswer, 0)
			if skip == 0 {
				w.Fail(LostAnswer, 1+n)
			}
			err := w.tell("order.shipped", id, false, under(ups(number)))
			if v := transports.VerdictOf(err); v != transports.Sent && v != transports.Later {
				w.Errorf("an answer that was lost is %s: %v", v, err)
			}
		}
		w.Fail("", 0)
		w.told(w.tell("order.shipped", id, false, under(ups(number))))
		w.wantShown(id, []string{number})
	}
}

func outOfStock(w *world) {
	id := w.Buy(sale("1001"))
	w.look()
	for _, kind := range []string{"order.out_of_stock", "order.backordered", "order.rejected", "order.cancelled", "order.out_of_stock"} {
		w.told(w.tell(kind, id, false, func(*channel.News) {}))
	}
	marks := w.Marks(id)
	if n := len(slices.Compact(slices.Sorted(slices.Values(marks)))); n == 0 || n != len(marks) {
		w.Errorf("beside the order stands %v", marks)
	}
	if len(w.Shown(id)) > 0 {
		w.Error("bad news shipped something")
	}
	w.Pass(time.Minute)
	w.look()
	if d := w.latest(id); d.Cancelled || d.Skip != "" {
		w.Errorf("bad news cancelled the order: %+v", d)
	}
}
