package rig

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"waybill/daemon/flow"
	"waybill/transports/transporttest"
)

// TestEndToEnd runs `waybill serve` as a process between a channel and its suppliers, all on real servers.
func TestEndToEnd(t *testing.T) { endToEnd(t, "") }

// TestEndToEndPostgres is the same with the books in PostgreSQL.
func TestEndToEndPostgres(t *testing.T) {
	endToEnd(t, transporttest.StartPostgres(t).NewDatabase(t))
}

func endToEnd(t *testing.T, dsn string) *realWorld {
	w := openWorld(t, worldOptions{seed: 1, dsn: dsn, suppliers: []*supplier{prairie(), harbor(), tallgrass(), nordlicht(), gone(), firm(), quarry(), tidewater(), kettle()}})
	w.daemon.start()

	var taken flow.Taken
	first := w.order("1001", orderLine{"PS-1", 2}, orderLine{"QT-7", 1})
	if err := json.Unmarshal([]byte(w.post(first, 201)), &taken); err != nil || !slices.Equal(taken.PurchaseOrders, []string{"1001-A", "1001-B"}) {
		t.Fatalf("the answer to an order of two suppliers: %+v %v", taken, err)
	}
	w.post(first, 200) // delivered again: the first answer, and nothing is sent twice
	for i, prefix := range []string{"PS", "HG", "TG", "QT", "PS", "HG", "TG", "QT"} {
		w.post(w.order(fmt.Sprint(1002+i), orderLine{prefix + "-1", 1 + i%3}, orderLine{prefix + "-2", 1}), 201)
	}
	w.post(w.order("1010", orderLine{"NL-5", 1}), 201)
	w.post(w.order("1011", orderLine{"GG-5", 1}), 201)
	w.post(w.order("1012", orderLine{"FF-5", 1}), 201)
	w.post(w.order("1013", orderLine{"XX-5", 1}), 201)

	desk := map[string]string{"1010": "costly_news", "1011": "bounced", "1012": "send_failed", "1013": "unrouted"}
	w.live("tracking and exceptions", func() bool { return w.complete(9) && maps.Equal(w.desk(), desk) })
	w.exactlyOnce()
	w.sameAsTruth()
	if out := w.daemon.do("verify"); out != "The books are in order.\n" {
		t.Errorf("verify: %s", out)
	}
	return w
}

// complete tells whether the channel heard of every parcel of so many orders.
func (w *realWorld) complete(orders int) bool {
	told := w.channel.told()
	if len(w.truth) < orders {
		return false
	}
	for number, n := range w.truth {
		if told[number] == nil || len(told[number].tracking) < len(n.tracking) {
			return false
		}
	}
	return true
}

// desk gives the kinds of what waits for a person, by order.
func (w *realWorld) desk() map[string]string {
	w.t.Helper()
	var list []flow.ExceptionView
	w.daemon.ask(&list, "desk", "list")
	all := map[string]string{}
	for _, x := range list {
		about := x.Order
		if about == "" {
			about = x.Kind
		}
		all[about] = x.Kind
	}
	return all
}

// exactlyOnce holds that no supplier got a purchase order twice, and no two POs went to one who should not have them.
func (w *realWorld) exactlyOnce() {
	w.t.Helper()
	for _, s := range w.suppliers {
		for po, n := range s.got {
			if n != 1 {
				w.t.Errorf("%s got purchase order %s %d times", s.name, po, n)
			}
		}
	}
}

// sameAsTruth compares what the channel heard with what the suppliers did: numbers, pieces, and nothing about other orders.
func (w *realWorld) sameAsTruth() {
	w.t.Helper()
	for _, p := range w.channel.problems {
		w.t.Error(p)
	}
	told := w.channel.told()
	for number, n := range told {
		if w.truth[number] == nil && n.types["order.shipped"] > 0 {
			w.t.Errorf("the channel heard that order %s shipped, which nobody did: %v", number, n.tracking)
		}
	}
	for number, want := range w.truth {
		got := told[number]
		switch {
		case got == nil:
			w.t.Errorf("the channel heard nothing of order %s", number)
		case !maps.Equal(got.tracking, want.tracking):
			w.t.Errorf("order %s: the channel heard of %v, true is %v", number, got.tracking, want.tracking)
		case !maps.Equal(got.pieces, want.pieces):
			w.t.Errorf("order %s: the channel heard of the pieces %v, true is %v", number, got.pieces, want.pieces)
		}
	}
}
