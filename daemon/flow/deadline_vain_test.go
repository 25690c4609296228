package flow

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// decided writes an event about a message.
func (s *shop) decided(kind order.EventKind, id order.DispatchID) {
	s.t.Helper()
	err := s.Store().Write(s.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Record(order.Event{Kind: kind, At: s.at, Dispatch: id, By: "cli"})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A question that nobody got must not end a deadline in silence: a person hears that they were not asked.
func TestAQuestionThatNobodyGot(t *testing.T) {
	for name, lost := range map[string]func(s *shop, q store.DispatchRow){
		"given up": func(s *shop, q store.DispatchRow) { s.decided(order.Withdrawn, q.ID) },
		"refused, and given up": func(s *shop, q store.DispatchRow) {
			s.tried("mail:orders", &transports.Error{Verdict: transports.Never, Op: "rcpt", Err: errors.New("550 no such user")})
			if s.look(hour(20, 10, 0)); len(s.late()) > 0 {
				s.t.Error("two questions to a person about one mail")
			}
			if _, err := s.settle(ActWithdraw, ""); err != nil {
				s.t.Fatal(err)
			}
		},
		"kept back by shadow mode": func(s *shop, q store.DispatchRow) {
			s.reconfigure(map[string]string{"suppliers/prairie.yaml": chasing + "mode: shadow\n"})
			s.tickOnce(s.t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
			s.ordered(hour(18, 15, 0), "1001")
			q := s.look(hour(19, 15, 0))
			if len(q) != 1 {
				t.Fatalf("got %+v", q)
			}
			lost(s, q[0])
			s.look(hour(23, 10, 0))
			late := s.late()
			if len(late) != 1 {
				t.Fatalf("nobody hears of it: %+v", late)
			}
			if shown, err := s.ViewException(t.Context(), late[0].ID); err != nil || !strings.Contains(fmt.Sprintf("%+v", shown), "not asked") {
				t.Errorf("%v %+v", err, shown)
			}
		})
	}
}

// A question that was sent again counts from the second one.
func TestAQuestionThatWasAskedAgain(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(18, 15, 0), "1001")
	if q := s.look(hour(19, 15, 0)); len(q) != 1 {
		t.Fatalf("got %+v", q)
	}
	s.tried("mail:orders", errWhoKnows)
	if text, err := s.settle(ActResend, ""); err != nil {
		t.Fatal(text, err)
	}
	s.sent("mail:orders")
	s.look(hour(25, 10, 0))
	if late := s.late(); len(late) != 1 {
		t.Fatalf("nobody hears that they do not answer: %+v", late)
	}
}

// Who cancels an order while the question about it waits does not want it asked any more, also where it is asked again.
func TestAQuestionAboutACancelledOrder(t *testing.T) {
	for _, again := range []bool{false, true} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
		s.ordered(hour(18, 15, 0), "1001")
		q := s.look(hour(19, 15, 0))
		if len(q) != 1 {
			t.Fatalf("got %+v", q)
		}
		if again {
			s.tried("mail:orders", errWhoKnows)
			if text, err := s.settle(ActResend, ""); err != nil {
				t.Fatal(text, err)
			}
		}
		s.cancelled("1001")
		got := s.leave()
		if len(got) != 1 || !strings.Contains(string(got[0].Body), "do not ship") {
			for _, m := range got {
				t.Logf("%s", m.Body)
			}
			t.Errorf("%d mails, want the request not to ship alone", len(got))
		}
	}
}
