package flow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// three takes three orders of different people.
func (s *shop) three() {
	s.t.Helper()
	for i, number := range []string{"1001", "1002", "1003"} {
		doc := paidOrder(number)
		doc.Customer = order.Customer{Name: fmt.Sprintf("Buyer %d", i), Email: fmt.Sprintf("buyer%d@mail.example", i)}
		doc.ShipTo.Line1 = fmt.Sprintf("%d Maple Street", i+1)
		s.receive(doc)
	}
}

// TestWhatFailsAlikeIsOne: a supplier's address that is no more is one exception, however many orders it refuses, and each is decided.
func TestWhatFailsAlikeIsOne(t *testing.T) {
	for name, up := range map[string]func(*shop){
		"send_failed": func(s *shop) { s.tried("mail:orders", errNoSuchUser) },
		"bounced": func(s *shop) {
			for i, row := range s.sent("mail:orders") {
				s.at = s.at.Add(time.Second)
				s.comesBackOf(fmt.Sprintf("%d-A", 1001+i), row.Message.Key)
			}
		},
	} {
		failed := func(t *testing.T) *shop {
			s := newShop(t, nil)
			s.three()
			up(s)
			s.wantDesk(name)
			views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
			if err != nil {
				t.Fatal(err)
			}
			if said := fmt.Sprintf("%+v", views[0]); !strings.Contains(said, "1001-A") || !strings.Contains(said, "1002-A") || !strings.Contains(said, "1003-A") || views[0].Count != 3 {
				t.Errorf("the desk says %s", said)
			}
			return s
		}
		t.Run(name+" together", func(t *testing.T) {
			s := failed(t)
			said, err := s.settle(ActResend, "")
			if err != nil || said != "3 messages. Queued to be sent again, marked as a repeat." {
				t.Errorf("%q %v", said, err)
			}
			s.wantDesk()
			wantQueued(3)(s)
		})
		t.Run(name+" one after the other", func(t *testing.T) {
			s := failed(t)
			for i, number := range []string{"1001-A", "1003-A"} {
				if _, err := s.Resend(t.Context(), number, "cli"); err != nil {
					t.Fatal(err)
				}
				s.wantDesk(name)
				wantQueued(i + 1)(s)
			}
			if late, err := s.waits("1002-A"); !late || err != nil {
				t.Errorf("1002-A waits for a person and does not count so: %v", err)
			}
			if late, _ := s.waits("1001-A"); late {
				t.Error("1001-A was decided and still counts as waiting")
			}
			if said, err := s.settle(ActWithdraw, ""); err != nil && name == "send_failed" {
				t.Errorf("%q %v", said, err)
			}
		})
		t.Run(name+" settled by what the supplier does", func(t *testing.T) {
			s := failed(t)
			for i, number := range []string{"1001-A", "1002-A", "1003-A"} {
				s.wantDesk(name)
				if _, err := s.Ship(t.Context(), ShipRequest{PO: number, Tracking: []string{tracking(i)}, By: "cli"}); err != nil {
					t.Fatal(err)
				}
			}
			s.wantDesk()
		})
	}
}

// tracking makes numbers of UPS.
func tracking(n int) string {
	return []string{"1Z999AA10123456784", "1Z999AA10123456793", "1Z999AA10123456800"}[n]
}

func (s *shop) waits(number string) (waits bool, err error) {
	s.view(func(tx *store.Tx) error {
		po, err := tx.POByNumber(number)
		if err != nil {
			return err
		}
		waits, err = onTheDesk(tx, po)
		return err
	})
	return waits, err
}
