package flow

import (
	"strings"
	"testing"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

func TestACustomersOddAddressStopsNoTracking(t *testing.T) {
	for _, email := range []string{"jürgen@mail.example", "no address", "a@b@c", "x@y.example\r\nBcc: evil@evil.example", "a@b.example, c@d.example", "<a@b.example>", "@", strings.Repeat("a", 400) + "@b.example"} {
		s := newShop(t, nil)
		doc := paidOrder("1001")
		doc.Customer.Email = email
		s.receive(doc)
		s.sent("mail:orders")
		s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
		if n := len(s.news()); n != 1 {
			t.Errorf("%q: the channel hears %d times", email, n)
		}
		if mails := s.dispatches(store.DispatchFilter{Purpose: order.PurposeCustomer}); len(mails) != 0 {
			t.Errorf("%q: a mail to %q\n%.300s", email, mails[0].Message.To, mails[0].Message.Body)
		}
		s.wantDesk()
	}
}

func TestAConflictLeavesNothingBehind(t *testing.T) {
	s := newShop(t, nil)
	s.receive(paidOrder("1001"))
	s.sent("mail:orders")
	po := s.po("1001-A")
	finding := match.Finding{PO: po.ID, OrderID: po.Order, Kind: parsers.Shipment, Decision: match.Auto, Apply: match.ApplyAuto, Refs: []string{"S-1"},
		Tracking: []match.Tracking{{Carrier: "ups", Number: ups1}}, LineQuantities: []order.LineQuantity{{Line: "1001-1", Quantity: 5}}}
	err := s.Store().Write(t.Context(), func(tx *store.Tx) error {
		_, applied, err := s.decideOne(tx, s.world.Load(), &opened{}, 0, finding)
		if applied {
			t.Error("applied")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.view(func(tx *store.Tx) error {
		rows, err := tx.PackagesOfPO(po.ID)
		if len(rows) != 0 {
			t.Errorf("packages %+v", rows)
		}
		return err
	})
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if n := len(s.news()); n != 1 {
		t.Errorf("the channel hears %d times", n)
	}
}
