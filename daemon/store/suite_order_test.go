package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

func received() order.Event { return order.Event{Kind: order.Received} }

func oneOrderForEver(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 2)
	for name, change := range map[string]func(*order.Order){
		"the same":          func(*order.Order) {},
		"with another note": func(o *order.Order) { o.Note = "new" },
	} {
		doc := bucketOrder(1)
		change(&doc)
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddOrder(doc, received(), false)
			return err
		})
		wantError(t, err, store.ErrDuplicate)
		t.Log(name, err)
	}
	// A function may live with it: the transaction is not broken by it.
	other := bucketOrder(1)
	other.Channel = "second shop"
	write(t, s, func(tx *store.Tx) error {
		if _, err := tx.AddOrder(bucketOrder(1), received(), false); err == nil {
			t.Error("added twice")
		}
		row, err := tx.AddOrder(other, received(), false)
		if err == nil && row.ID != 2 {
			t.Errorf("id %d, want 2: a refused order takes no id", row.ID)
		}
		return err
	})
	rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.OrdersByNumber("1001") })
	if len(rows) != 2 || rows[0].Doc.Channel != "shop" || rows[1].Doc.Channel != "second shop" {
		t.Errorf("orders of number 1001: %+v", rows)
	}
	wantClean(t, s)
}

func ordersFound(t *testing.T, w *world) {
	s := w.open(t, "a")
	waiting := bucketOrder(9)
	waiting.PaidAt, waiting.Note = time.Time{}, `100% "wool" ÄRMEL_x`
	addLoops(t, s, 1, 4)
	write(t, s, func(tx *store.Tx) error {
		row, err := tx.AddOrder(waiting, order.Event{Kind: order.Received, Reason: order.ReasonUnpaid}, true)
		if row.Intake.State != order.IntakeWaiting {
			t.Errorf("an unpaid order is %q", row.Intake.State)
		}
		return err
	})
	row := look(t, s, func(tx *store.Tx) (store.OrderRow, error) { return tx.OrderByKey("shop", waiting.ID) })
	want := store.OrderRow{ID: 4, Doc: waiting, Intake: order.Intake{State: order.IntakeWaiting}, ReceivedAt: w.clock.now(), AlreadySent: true}
	if diff := cmp.Diff(want, row, cmp.Comparer(sameAmount)); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		filter store.OrderFilter
		want   string
	}{
		{store.OrderFilter{}, "[1009 1003 1002 1001]"},
		{store.OrderFilter{Limit: 2}, "[1009 1003]"},
		{store.OrderFilter{Limit: 2, Before: 3}, "[1002 1001]"},
		{store.OrderFilter{State: order.IntakeAccepted, Limit: 2}, "[1003 1002]"},
		{store.OrderFilter{State: order.IntakeHeld}, "[]"},
		{store.OrderFilter{Channel: "other"}, "[]"},
		{store.OrderFilter{Search: "ANN2@mail"}, "[1002]"},
		{store.OrderFilter{Search: "ann müller &", Limit: 3}, "[1009 1003 1002]"},
		{store.OrderFilter{Search: `0% "Wool" ärmel_`}, "[1009]"},
		{store.OrderFilter{Search: `0_ "Wool"`}, "[]"},
	} {
		rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(c.filter) })
		numbers := []string{}
		for _, r := range rows {
			numbers = append(numbers, r.Doc.Number)
		}
		if fmt.Sprint(numbers) != c.want {
			t.Errorf("%+v gives %v, want %s", c.filter, numbers, c.want)
		}
	}
	view(t, s, func(tx *store.Tx) error {
		_, err := tx.Order(99)
		wantError(t, err, store.ErrNotFound)
		_, err = tx.OrderByKey("shop", "none")
		wantError(t, err, store.ErrNotFound)
		return nil
	})
}

func sameAmount(a, b order.Amount) bool { return a.String() == b.String() }

func orderChanges(t *testing.T, w *world) {
	s := w.open(t, "a")
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.AddOrder(bucketOrder(1), order.Event{Kind: order.Received, Reason: order.ReasonUnpaid}, false)
		return err
	})
	w.clock.pass(time.Hour)
	write(t, s, func(tx *store.Tx) error {
		e, err := tx.Record(order.Event{Kind: order.Paid, Order: 1, By: "channel"})
		if e.Seq != 2 || !e.At.Equal(w.clock.now()) {
			t.Errorf("recorded as %+v", e)
		}
		return err
	})
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Record(order.Event{Kind: order.Received, Order: 1})
		return err
	})
	wantError(t, err, order.ErrTransition)
	edited := bucketOrder(1)
	edited.ShipTo.Line1 = "13 Elm Street"
	write(t, s, func(tx *store.Tx) error { return tx.ReplaceOrder(1, edited) })
	moved := edited
	moved.ID = "other"
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.ReplaceOrder(1, moved) }); err == nil {
		t.Error("an order got another id of its channel")
	}
	row := look(t, s, func(tx *store.Tx) (store.OrderRow, error) { return tx.Order(1) })
	if row.Intake.State != order.IntakeReady || row.Doc.ShipTo.Line1 != "13 Elm Street" || row.Doc.ID != edited.ID {
		t.Errorf("the order is %+v", row)
	}
	wantClean(t, s)
}

func purchaseOrders(t *testing.T, w *world) {
	s := w.open(t, "a")
	l := addLoops(t, s, 1, 4)[0]
	w.clock.pass(time.Hour)
	write(t, s, func(tx *store.Tx) error {
		pkg, err := tx.AddPackage(store.PackageRow{PO: l.po.ID, Carrier: "ups", Number: "1Z999AA10123456784"})
		if err != nil {
			return err
		}
		e, err := tx.Record(order.Event{Kind: order.Shipped, PO: l.po.ID, Packages: []order.PackageID{pkg.ID}, Method: "token", Score: 0.9991})
		if e.Order != l.order.ID {
			t.Errorf("the event's order is %d, want %d", e.Order, l.order.ID)
		}
		return err
	})
	po := look(t, s, func(tx *store.Tx) (order.PurchaseOrder, error) { return tx.POByNumber("1001-A") })
	if po.State() != order.POShipped || po.Lines[0].SupplierSKU != "B-14" || len(po.Shipments) != 1 || !po.Shipments[0].At.Equal(w.clock.now()) {
		t.Errorf("the purchase order is %+v", po)
	}
	for _, c := range []struct {
		name string
		want string
		get  func(*store.Tx) ([]order.PurchaseOrder, error)
	}{
		{"of the order", "[1001-A]", func(tx *store.Tx) ([]order.PurchaseOrder, error) { return tx.POsOfOrder(l.order.ID) }},
		{"open ones of the supplier", "[1002-A 1003-A]", func(tx *store.Tx) ([]order.PurchaseOrder, error) { return tx.POsOfSupplier("prairie", true, 0) }},
		{"newest of the supplier", "[1003-A 1002-A]", func(tx *store.Tx) ([]order.PurchaseOrder, error) { return tx.POsOfSupplier("prairie", false, 2) }},
		{"of another supplier", "[]", func(tx *store.Tx) ([]order.PurchaseOrder, error) { return tx.POsOfSupplier("other", false, 0) }},
	} {
		numbers := []string{}
		for _, po := range look(t, s, c.get) {
			numbers = append(numbers, po.Number)
		}
		if fmt.Sprint(numbers) != c.want {
			t.Errorf("%s: %v, want %s", c.name, numbers, c.want)
		}
	}
	lines := []order.POLine{{ID: "1", SKU: "a", Ordered: 1}}
	for name, po := range map[string]order.PurchaseOrder{
		"number": {Order: l.order.ID, Number: "1001-A", Supplier: "prairie", Token: token(77), Lines: lines},
		"token":  {Order: l.order.ID, Number: "1001-B", Supplier: "prairie", Token: token(1), Lines: lines},
	} {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddPO(po, time.Time{})
			return err
		})
		wantError(t, err, store.ErrDuplicate)
		t.Log(name, err)
	}
	wantClean(t, s)
}

func eachOpenPO(t *testing.T, w *world) {
	s := w.open(t, "a")
	const n = 450 // more than two pages
	loops := addLoops(t, s, 0, n)
	closed := map[order.POID]bool{loops[0].po.ID: true, loops[300].po.ID: true}
	write(t, s, func(tx *store.Tx) error {
		for id := range closed {
			if _, err := tx.Record(order.Event{Kind: order.Cancelled, PO: id}); err != nil {
				return err
			}
		}
		for _, id := range []string{"b@shop.example", "a@shop.example", "a@shop.example"} {
			if err := tx.AddMessageID(id, loops[250].po.ID); err != nil {
				return err
			}
		}
		return tx.AddSupplierRef("prairie", "SO-77", loops[449].po.ID)
	})
	at := w.clock.now()
	for name, c := range map[string]struct {
		since time.Time
		want  int
	}{
		"only open":        {time.Time{}, n - 2},
		"closed since":     {at, n},
		"closed after all": {at.Add(time.Second), n - 2},
	} {
		seen := 0
		view(t, s, func(tx *store.Tx) error {
			return tx.EachOpenPO(c.since, func(k store.Known) error {
				po, doc, messageIDs, refs := k.PO, k.Doc, k.MessageIDs, k.Refs
				seen++
				if po.Number != doc.Number+"-A" || po.Closed() != closed[po.ID] {
					t.Errorf("purchase order %s with order %s, closed %v", po.Number, doc.Number, po.Closed())
				}
				if want := map[order.POID]int{loops[250].po.ID: 2}[po.ID]; len(messageIDs) != want {
					t.Errorf("%s has message ids %v", po.Number, messageIDs)
				}
				if want := map[order.POID]int{loops[449].po.ID: 1}[po.ID]; len(refs) != want {
					t.Errorf("%s has references %v", po.Number, refs)
				}
				_, err := tx.PO(po.ID) // the Tx is free to use
				return err
			})
		})
		if seen != c.want {
			t.Errorf("%s: %d purchase orders, want %d", name, seen, c.want)
		}
	}
}

func timeline(t *testing.T, w *world) {
	s := w.open(t, "a")
	loops := addLoops(t, s, 1, 3)
	one := loops[0]
	var batch store.DispatchRow
	write(t, s, func(tx *store.Tx) (err error) {
		batch, err = tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeSupplier, Lane: "sftp:prairie", Target: "prairie",
			POs: []order.POID{one.po.ID, loops[1].po.ID}, Message: store.OutMessage{Key: "batch-1.csv", Body: []byte("po;sku\n")}})
		return err
	})
	if rows, err := s.Claim(t.Context(), "sftp:prairie", 10, time.Minute, nil); err != nil || len(rows) != 1 || rows[0].ID != batch.ID {
		t.Fatalf("claimed %v, %v", rows, err)
	}
	write(t, s, func(tx *store.Tx) error {
		if _, err := tx.Record(order.Event{Kind: order.Acknowledged, PO: one.po.ID, Item: 7}); err != nil {
			return err
		}
		_, _, err := tx.OpenException(store.ExceptionRow{Kind: "question", PO: one.po.ID})
		return err
	})
	events := look(t, s, func(tx *store.Tx) ([]order.Event, error) { return tx.Timeline(one.order.ID) })
	want := []order.EventKind{order.Received, order.Accepted, order.Placed, order.Queued, order.Queued, order.Claimed, order.Acknowledged, order.Opened}
	if diff := cmp.Diff(want, kinds(events)); diff != "" {
		t.Error(diff)
	}
	if e := events[6]; e.Item != 7 || e.PO != one.po.ID || e.Order != one.order.ID {
		t.Errorf("the acknowledgement came back as %+v", e)
	}
	rows := look(t, s, func(tx *store.Tx) ([]store.DispatchRow, error) { return tx.DispatchesOfPO(one.po.ID) })
	if len(rows) != 2 || rows[0].ID != one.dispatch.ID || rows[1].ID != batch.ID {
		t.Errorf("dispatches of the purchase order: %+v", rows)
	}
}

func counts(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 5)
	claim(t, s, 4)
	write(t, s, func(tx *store.Tx) error {
		if _, _, err := tx.Keep(store.KeepItem{Source: "drop", Key: "1", Raw: []byte("x")}); err != nil {
			return err
		}
		if _, err := tx.Record(order.Event{Kind: order.Rejected, PO: 1}); err != nil {
			return err
		}
		_, _, err := tx.OpenException(store.ExceptionRow{Kind: "rejected", PO: 1})
		return err
	})
	want := store.Counts{
		Orders:     map[order.IntakeState]int{order.IntakeAccepted: 4},
		POs:        map[order.POState]int{order.POOpen: 3, order.PORejected: 1},
		Dispatches: map[string]map[order.DispatchState]int{"smtp:main": {order.DispatchSending: 4}},
		Items:      map[store.ItemState]int{store.ItemKept: 1},
		Exceptions: map[string]int{"rejected": 1},
	}
	if diff := cmp.Diff(want, look(t, s, (*store.Tx).Counts)); diff != "" {
		t.Error(diff)
	}
}
