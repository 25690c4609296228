package flow

import (
	"strings"
	"testing"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/store"
)

// News of an order that was erased, and that the index has long forgotten, is not that of another order of the same person: the books know its number.
func TestUnknownNumbers(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.receive(paidOrder("1041"))
	s.sent("mail:orders")
	s.mail("post@prairie.example", "Shipped", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1)
	s.mail("post@prairie.example", "Shipped", "", "Order 1041-A has shipped with UPS. Tracking number "+upsNumbers[2])
	s.sent("webhook:shop")
	s.sent("mail:orders")
	if done, err := s.Erase(t.Context(), EraseRequest{Order: "1001", By: "cli"}); err != nil || len(done.Orders) != 1 || !done.Orders[0].Erased {
		t.Fatalf("%+v, %v", done, err)
	}
	s.at = s.at.Add(closedFor + 24*time.Hour)
	s.receive(paidOrder("1002"))
	s.sent("mail:orders")
	s.Flow.index, s.Flow.built = match.NewIndex(), false // as after a restart
	const to = "\n\nShip to:\nAda Abernathy\n12 Maple Street\nSpringfield IL 62704\nUS\n"

	s.mail("post@prairie.example", "Shipped", "", "Order 1001 has shipped with UPS. Tracking number "+upsNumbers[3]+to) // nearly 1002
	s.wantTracking("1002-A")
	wantReason(s, "it names order 1001, whose customer's data was erased")
	s.mail("post@prairie.example", "Shipped", "", "Order 1041 has shipped with UPS. Tracking number "+upsNumbers[4]+to)
	s.wantTracking("1002-A")
	wantReason(s, "it names order 1041, of which nothing more is expected")
	if told := s.sent("webhook:shop"); len(told) != 0 {
		t.Errorf("the channel heard %+v", told)
	}
	s.mail("post@prairie.example", "Shipped", "", "This has shipped with UPS. Tracking number "+upsNumbers[5]+to)
	s.wantTracking("1002-A", upsNumbers[5])
}

// wantReason wants the newest question to say something.
func wantReason(s *shop, reason string) {
	s.t.Helper()
	s.view(func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Open: true})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if strings.Contains(string(row.Detail), reason) {
				return nil
			}
		}
		s.t.Errorf("no question says %q", reason)
		return nil
	})
}

// One tracking number for two orders of two people is stopped, in one mail and in two: nobody hears of it before a person has said whose it is.
func TestOneNumberForTwo(t *testing.T) {
	two := func(t *testing.T) *shop {
		s := newShop(t, nil)
		s.receive(paidOrder("1001"))
		other := zora("1002")
		s.receive(other)
		s.sent("mail:orders")
		return s
	}
	t.Run("in one mail", func(t *testing.T) {
		s := two(t)
		s.mail("post@prairie.example", "Shipped", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\n\nOrder 1002-A has shipped with UPS. Tracking number "+ups1+"\n")
		s.wantTracking("1001-A")
		s.wantTracking("1002-A")
		if news, desk := s.news(), s.desk(); len(news) != 0 || len(desk) != 2 {
			t.Errorf("the channel heard %+v, the desk has %q", news, desk)
		}
	})
	t.Run("in two mails", func(t *testing.T) {
		s := two(t)
		s.mail("post@prairie.example", "Shipped", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\n")
		s.mail("post@prairie.example", "Shipped as well", "", "Order 1002-A has shipped with UPS. Tracking number "+ups1+"\n")
		s.wantTracking("1001-A", ups1)
		s.wantTracking("1002-A")
		if news, desk := s.news(), s.desk(); len(news) != 1 || news[0].Data.OrderNumber != "1001" || len(desk) != 1 {
			t.Errorf("the channel heard %+v, the desk has %q", news, desk)
		}
	})
}
