package flow

import (
	"fmt"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Nobody makes a supplier known but a person who lets orders go: what is taken back and sent after all, as often as one likes, is one order that nobody got.
func TestOnlyAReleaseMakesKnown(t *testing.T) {
	s := newShop(t, withSending("{delay: 0s, first_orders: 2, per_supplier: 0, total: 0}"))
	s.receive(paidOrder("1001"))
	for range 4 {
		if _, err := s.TakeBack(t.Context(), "1001-A", "cli"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
			t.Fatal(err)
		}
	}
	s.receive(paidOrder("1002"))
	s.tickOnce(t.Context())
	wantQueued(0)(s)
	s.wantDesk("first_orders")
	// One order that goes out again and again is one as well.
	if _, err := s.ReleaseDispatch(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.leave()
		if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReleaseDispatch(t.Context(), "1001-A", "cli"); err != nil {
			t.Fatal(err)
		}
	}
	if held := s.dispatches(store.DispatchFilter{State: order.DispatchHeld}); len(held) != 1 {
		t.Errorf("%d are held, want the second one", len(held))
	}
}

// What was shown in shadow mode and is to go out now goes to a supplier that has got nothing yet: its first ones wait like any other's.
func TestFirstOrdersAfterShadowMode(t *testing.T) {
	sending := "{delay: 0s, first_orders: 2, per_supplier: 0, total: 0}"
	files := withSending(sending)
	files["waybill.yaml"] += "mode: shadow\n"
	s := newShop(t, files)
	for i := range 4 {
		s.receive(paidOrder(fmt.Sprint(1001 + i)))
	}
	s.reconfigure(withSending(sending))
	s.tickOnce(t.Context())
	if _, err := s.FinishShadow(t.Context(), Finish{Orders: "send", By: "cli"}); err != nil {
		t.Fatal(err)
	}
	s.tickOnce(t.Context())
	if held := s.dispatches(store.DispatchFilter{State: order.DispatchHeld, Target: "prairie"}); len(held) != 4 {
		t.Errorf("%d of 4 are held", len(held))
	}
}

// One file with more purchase orders than the limit stops for a person, and goes when they let it: else it could never leave.
func TestALargeBatchIsAskedAboutOnce(t *testing.T) {
	files := withSending("{delay: 0s, first_orders: 0, per_supplier: 2, total: 0}")
	files["suppliers/prairie.yaml"] = batching
	s := newShop(t, files)
	s.at = time.Date(2026, 3, 18, 13, 30, 0, 0, time.UTC)
	s.tickOnce(t.Context())
	for i := range 5 {
		s.receive(paidOrder(fmt.Sprint(1001 + i)))
	}
	s.at = time.Date(2026, 3, 18, 19, 0, 5, 0, time.UTC)
	s.tickOnce(t.Context())
	if got := s.leave(); len(got) != 0 {
		t.Fatalf("%d left", len(got))
	}
	s.wantDesk("send_cap")
	if _, err := s.settle(ActRelease, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.leave(); len(got) != 1 {
		t.Errorf("%d left after the release", len(got))
	}
	s.wantDesk()
	if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
		t.Fatal(err)
	}
	if got := s.leave(); len(got) != 0 {
		t.Error("the next one leaves too, and nobody has looked")
	}
}
