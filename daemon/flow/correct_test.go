package flow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// corrections are mails that take a number back and give another.
var corrections = []string{
	"Correction for order 1001-A: the tracking number is " + ups2 + " and not " + ups1 + ".",
	"Please ignore the earlier number " + ups1 + " for order 1001-A, the right one is " + ups2 + ".",
}

// A corrected number waits on the desk; one action puts it in the old one's place, and the channel hears of it once.
func TestACorrectedNumberIsReplaced(t *testing.T) {
	for _, text := range corrections {
		s := newShop(t, nil)
		s.sentOut("1001")
		s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Correction 1001-A", "", text+"\r\n")
		if n := len(s.news()); n != 1 {
			t.Errorf("the channel hears %d times before anybody has decided", n)
		}
		s.wantDesk("correction")
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Correction 1001-A again", "", "Once more: "+text+"\r\n")
		s.wantDesk("correction") // the same is one question
		if said, err := s.settle(ActReplace, ""); err != nil {
			t.Fatalf("%q, %v", said, err)
		}
		s.wantTracking("1001-A", ups2)
		news := s.news()
		if len(news) != 2 {
			t.Fatalf("the channel hears %+v", news)
		}
		if n := news[1]; n.Type != "order.tracking_corrected" || n.Data.Tracking[0].Number != ups2 || !slices.Equal(n.Data.Replaces, []string{ups1}) ||
			len(n.Data.Lines) != 1 || n.Data.Lines[0].Quantity != 2 || n.Data.State != order.POShipped {
			t.Errorf("the channel hears %+v", n)
		}
		// Neither the correction nor the old mail, when they come again, change anything.
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Correction 1001-A, a copy", "", text+"\r\n")
		s.wantDesk()
		if _, totals := s.replay(ReplayRequest{}); totals.Applied+totals.Desk != 0 {
			t.Errorf("a replay has %+v", totals)
		}
		s.wantTracking("1001-A", ups2)
		if n := len(s.news()); n != 2 {
			t.Errorf("the channel hears %d times", n)
		}
		if err := s.Store().Verify(t.Context(), func(p string) { t.Error(p) }, nil); err != nil {
			t.Error(err)
		}
	}
}

// Part of an order has shipped: a correction is no second parcel, and the number that is gone does not come back by an old mail.
func TestACorrectionIsNoSecondParcel(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.Lines = append(doc.Lines, order.Line{ID: "1001-2", SKU: "PS200", Title: "Lid", Quantity: 1})
	s.receive(doc)
	s.sent("mail:orders")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{ups1}, Lines: []order.LineQuantity{{Line: "PS100", Quantity: 2}}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	s.mail(fromPrairie, "Correction 1001-A", "", corrections[0]+"\r\n")
	s.wantDesk("correction")
	s.wantTracking("1001-A", ups1)
	if _, err := s.settle(ActReplace, ""); err != nil {
		t.Fatal(err)
	}
	s.wantTracking("1001-A", ups2)
	wantPO(order.POPartial)(s)
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	s.wantDesk("contradiction")
	s.wantTracking("1001-A", ups2)
}

// Who is not the supplier corrects nothing, and a number of another order takes no one's place.
func TestWhoMayNotCorrect(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/harbor.yaml": harbor})
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
	s.at = s.at.Add(time.Hour)
	s.mail("Harbor <desk@harbor.example>", "Correction 1001-A", "", corrections[0]+"\r\n")
	if got := s.desk(); slices.Contains(got, "correction") {
		t.Errorf("another supplier corrects: %v", got)
	}
	s.at = s.at.Add(time.Hour)
	s.mail("Prairie Supply <post@prairle.example>", "Correction 1001-A", "", corrections[0]+"\r\n")
	if got := s.desk(); slices.Contains(got, "correction") {
		t.Errorf("a stranger corrects: %v", got)
	}
	s.mail(fromPrairie, "Correction", "", corrections[1]+"\r\n")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true, Kind: string(Correction)})
	if err != nil || len(views) != 1 {
		t.Fatalf("%+v, %v", views, err)
	}
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1002-A", Tracking: []string{ups2}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if text, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActReplace, By: "desk"}); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "already sits on purchase order 1002-A") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantTracking("1001-A", ups1)
	if text, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActApply, Kind: parsers.Shipment, By: "desk"}); !errors.Is(err, ErrAction) {
		t.Errorf("%q, %v", text, err)
	}
}

// The tracking file brings a corrected number, and counts no piece twice, whether the shop has the old one already or not.
func TestTheTrackingFileBringsACorrection(t *testing.T) {
	for _, before := range []bool{true, false} {
		s := newShop(t, map[string]string{"waybill.yaml": strings.Replace(mainConfig, "    customer_mail: true\n", "    tracking_csv: {path: STATE/tracking, schedule: \"0 * * * *\"}\n", 1)})
		s.tickOnce(t.Context())
		s.sentOut("1001")
		s.mail(fromPrairie, "1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1+"\r\n")
		if before {
			s.at = s.at.Add(time.Hour)
			s.tickOnce(t.Context())
		}
		s.mail(fromPrairie, "Correction 1001-A", "", corrections[0]+"\r\n")
		if _, err := s.settle(ActReplace, ""); err != nil {
			t.Fatal(err)
		}
		s.at = s.at.Add(time.Hour)
		s.tickOnce(t.Context())
		var files []string
		for _, row := range s.dispatches(store.DispatchFilter{Lane: "csv:shop"}) {
			files = append(files, string(row.Message.Body))
		}
		text := strings.Join(files, "---\n")
		old, now := strings.Count(text, ups1), strings.Count(text, ups2)
		if before && (len(files) != 2 || !strings.Contains(files[0], ups1) || !strings.Contains(files[1], ",0,ups,"+ups2) || strings.Contains(files[1], ups1)) ||
			!before && (len(files) != 1 || old != 0 || now == 0 || !strings.Contains(text, ",2,ups,"+ups2)) {
			t.Errorf("the shop had the old one: %v; files:\n%s", before, text)
		}
	}
}
