package flow

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// looker can see what became of a message.
type looker struct {
	scripted
	sees error
}

func (l *looker) Settle(context.Context, transports.Message) (transports.Receipt, error) {
	return transports.Receipt{}, l.sees
}

// When waybill stops, nobody looks at the clock while what is under way ends: what may be a doubt by then is put before a person at once.
func TestAStopDoesNotKeepADoubt(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(doubtAfter - finishWithin - time.Second)
	s.lastLook(t.Context())
	s.wantDesk()
	s.at = s.at.Add(time.Second)
	if err := s.expire(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
	s.lastLook(t.Context())
	s.wantDesk("send_unsure")
}

func TestADoubtIsSettledByALook(t *testing.T) {
	gone := errors.New("gone")
	for name, c := range map[string]struct {
		sees  error
		state order.DispatchState
		desk  []string
	}{
		"it is there":         {nil, order.DispatchSent, nil},
		"it never arrived":    {&transports.Error{Verdict: transports.Later, Err: gone}, order.DispatchQueued, nil},
		"it cannot be seen":   {&transports.Error{Verdict: transports.Unsure, Err: gone}, order.DispatchUnsure, []string{"send_unsure"}},
		"an unnamed error is": {gone, order.DispatchUnsure, []string{"send_unsure"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, nil)
			s.receive(paidOrder("1001"))
			rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
				t.Fatal(err)
			}
			s.at = s.at.Add(2 * time.Minute)
			if err := s.expire(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			s.wantDesk("send_unsure")
			w := *s.world.Load()
			w.lanes = map[string]*lane{"mail:orders": {name: "mail:orders", sender: &looker{sees: c.sees}}}
			if err := s.lookAtDoubts(t.Context(), &w); err != nil {
				t.Fatal(err)
			}
			s.looks.Wait()
			if got := s.dispatches(store.DispatchFilter{}); got[0].State != c.state {
				t.Errorf("the dispatch is %s, want %s", got[0].State, c.state)
			}
			s.wantDesk(c.desk...)
		})
	}
}

// TestADoubtOffersWhatCanBeDone: who asks for what was cancelled meanwhile is not sent it again, and the desk does not offer to.
func TestADoubtOffersWhatCanBeDone(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(2 * time.Minute)
	if err := s.expire(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	offers := func(kind string) (actions []Action) {
		t.Helper()
		views, err := s.Desk(t.Context(), store.ExceptionFilter{Kind: kind, Open: true})
		if err != nil || len(views) != 1 {
			t.Fatalf("%s on the desk: %+v, %v", kind, views, err)
		}
		return views[0].Actions
	}
	if got := offers("send_unsure"); !slices.Contains(got, ActResend) {
		t.Errorf("a doubt offers %v", got)
	}
	s.cancelled("1001")
	got := offers("send_unsure")
	if slices.Contains(got, ActResend) || !slices.Contains(got, ActArrived) {
		t.Errorf("a doubt about a cancelled order offers %v", got)
	}
}

// TestAParcelOfWhatWaitsForItsBatch: nobody can have shipped what is in no message yet, unless they prove that it is them.
func TestAParcelOfWhatWaitsForItsBatch(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": batching})
	s.receive(paidOrder("1001"))
	s.mail("post@prairie.example", "Order 1001-A", "", "Purchase order 1001-A was shipped today with UPS, tracking number 1Z999AA10123456784.\n")
	s.wantDesk("contradiction")
	if po := s.po("1001-A"); len(po.Shipments) != 0 {
		t.Errorf("a parcel was booked on what nobody was told of: %+v", po)
	}
}
