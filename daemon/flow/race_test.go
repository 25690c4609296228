package flow

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Of one purchase that two channels tell at the same moment one is accepted and one is held.
func TestDuplicatesAtTheSameMoment(t *testing.T) {
	s := newShop(t, withGates(""))
	var all sync.WaitGroup
	for i := range 10 {
		for _, channel := range []string{"shop", "invoice"} {
			doc := paidOrder(fmt.Sprint(2000 + i))
			doc.Channel, doc.ShipTo.Line1 = channel, fmt.Sprintf("%d Elm Street", i)
			all.Go(func() {
				if _, err := s.Receive(t.Context(), doc, Source{By: "api"}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for _, state := range []order.IntakeState{order.IntakeAccepted, order.IntakeHeld} {
		if list, err := s.ListOrders(t.Context(), store.OrderFilter{State: state, Limit: 100}); err != nil || len(list) != 10 {
			t.Errorf("%d are %s, want 10: %v", len(list), state, err)
		}
	}
}

// A flag that somebody else has raised, and that cannot be written, stops as well: who pauses is not told that it failed.
func TestAFlagOfSomebodyElse(t *testing.T) {
	s := newShop(t, nil)
	if err := os.Mkdir(FlagFile(s.Config().State, ""), 0o700); err != nil { // cannot be opened for writing, even by root
		t.Fatal(err)
	}
	if err := RaiseFlag(s.Config().State, ""); err != nil || !s.flagged("prairie") {
		t.Errorf("%v, stopped %t", err, s.flagged("prairie"))
	}
	if err := LowerFlag(s.Config().State, ""); err != nil || s.flagged("prairie") {
		t.Errorf("%v, stopped %t", err, s.flagged("prairie"))
	}
}
