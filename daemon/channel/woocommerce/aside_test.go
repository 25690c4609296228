package woocommerce_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
)

// TestOneBrokenOrder: an order over which the shop fails for ever stops no other. A person hears of it, and it is taken when it is mended, without
// another change of it.
func TestOneBrokenOrder(t *testing.T) {
	for _, part := range []string{"order", "refunds"} {
		t.Run(part, func(t *testing.T) {
			w := newWorld(t, nil)
			w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
			bad := w.server.Put(anOrder(line(2, "B", 2, "5.00", nil)))
			w.server.Refund(bad, 2, 1)
			w.server.Put(anOrder(line(3, "C", 1, "5.00", nil))) // all in one second
			w.server.Break(bad, part)
			if items := w.look(); len(items) != 2 {
				t.Fatalf("%d items beside the broken one, want 2", len(items))
			}
			w.pass(time.Minute)
			w.server.Put(anOrder(line(4, "D", 1, "5.00", nil)))
			w.open() // a restart forgets nothing
			if items := w.look(); len(items) != 1 {
				t.Fatalf("%d items behind the broken one, want 1", len(items))
			}
			var told []channel.Delivery
			for range 30 {
				w.pass(time.Minute)
				for _, it := range w.look() {
					told = append(told, w.read(it))
				}
			}
			if len(told) != 1 || told[0].Err == nil || told[0].Order.ID != fmt.Sprint(bad) || !strings.Contains(told[0].Err.Error(), "the shop fails when it is asked for this order") {
				t.Fatalf("told %+v", told)
			}
			w.server.Requests()
			w.pass(time.Second)
			if w.look(); strings.Contains(fmt.Sprint(w.server.Requests()), fmt.Sprintf("orders/%d", bad)) {
				t.Error("it is asked for at every look")
			}
			w.server.Break(bad, "")
			w.pass(time.Hour)
			items := w.look()
			if len(items) != 1 {
				t.Fatalf("%d items after it was mended", len(items))
			}
			if d := w.read(items[0]); d.Err != nil || len(d.Order.Lines) != 1 || d.Order.Lines[0].Quantity != 1 {
				t.Errorf("mended: %+v", d)
			}
		})
	}
}

// TestManyBrokenOrders: where the shop fails over many, it is the shop that is told.
func TestManyBrokenOrders(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 20 {
		id := w.server.Put(anOrder(line(int64(i+1), "A", 1, "5.00", nil)))
		w.server.Refund(id, int64(i+1), 1)
		w.server.Break(id, "refunds")
	}
	if err := w.shop.Receive(t.Context(), w.memory.keep); err == nil {
		t.Error("nobody hears that the shop fails over all orders")
	}
}

// TestBrokenOrderIsDeleted: one that is gone is not asked for again.
func TestBrokenOrderIsDeleted(t *testing.T) {
	w := newWorld(t, nil)
	bad := w.server.Put(anOrder(line(1, "A", 1, "5.00", nil)))
	w.server.Break(bad, "order")
	w.look()
	w.server.Delete(bad)
	w.pass(time.Hour)
	w.look()
	w.server.Requests()
	w.pass(2 * time.Hour)
	if items := w.look(); len(items) != 0 || strings.Contains(fmt.Sprint(w.server.Requests()), fmt.Sprintf("orders/%d", bad)) {
		t.Errorf("%d items; it is still asked for", len(items))
	}
}
