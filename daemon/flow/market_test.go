package flow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

const (
	amazonHead = "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tbuyer-phone-number\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\t" +
		"ship-service-level\trecipient-name\tship-address-1\tship-address-2\tship-address-3\tship-city\tship-state\tship-postal-code\tship-country\n"
	amazonOrder = "058-3563777-5518068"
)

func amazonRow(item, sku, street string) string {
	return fmt.Sprintf("%s\t%s\t2026-03-18T15:12:00+00:00\t2026-03-18T15:15:00+00:00\tx@m.example\tBob Example\t\t%s\tBucket\t1\t0\t1\tStandard\tAda Example\t%s\t\t\tSpringfield\tIL\t62701\tUS\n", amazonOrder, item, sku, street)
}

// newMarket is a shop that sells on Amazon by files.
func newMarket(t *testing.T) *shop {
	t.Helper()
	return newShop(t, map[string]string{"in/.keep": "", "waybill.yaml": strings.Replace(mainConfig, "channels:\n",
		"channels:\n  amazon:\n    amazon: {country: US, orders: {path: in}, shipments: {path: out}}\n", 1)})
}

// report reads a file that lay in the folder.
func (s *shop) report(text string) {
	s.t.Helper()
	s.item(transports.Item{Source: "shop:amazon", Name: "report.txt", Key: fmt.Sprintf("in/report.txt|%d|%d", len(text), s.at.Unix()), Raw: []byte(text), Size: int64(len(text))})
}

// TestAmazonByFiles: orders come in a report, again and again; each shipment goes out once; what Amazon complains of comes to the desk.
func TestAmazonByFiles(t *testing.T) {
	s := newMarket(t)
	both := amazonHead + amazonRow("05835637773450", "PS1", "1 Mill Lane") + amazonRow("05835637773451", "PS2", "1 Mill Lane")
	s.report(both)
	s.wantOrder(amazonOrder, order.IntakeAccepted, 1)
	po := amazonOrder + "-A"
	if got := len(s.po(po).Lines); got != 2 {
		t.Fatalf("%d lines", got)
	}
	// The next report is the same, the one after lacks what has shipped: nothing is new.
	for _, text := range []string{both, amazonHead + amazonRow("05835637773451", "PS2", "1 Mill Lane")} {
		s.at = s.at.Add(time.Hour)
		s.report(text)
	}
	s.wantDesk()
	s.wantOrder(amazonOrder, order.IntakeAccepted, 1)
	s.sent("mail:orders")
	out := s.confirms()
	if len(out) != 0 {
		t.Fatalf("a file of nothing: %q", out)
	}
	if _, err := s.Ship(t.Context(), ShipRequest{PO: po, Tracking: []string{upsNumbers[0]}, By: "desk"}); err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(time.Hour)
	out = s.confirms()
	want := amazonOrder + "\t05835637773450\t1\t" + s.at.Add(-time.Hour).Format("2006-01-02") + "\tUPS\t\t" + upsNumbers[0]
	if len(out) != 1 || strings.Count(out[0], "\r\n") != 3 || !strings.Contains(out[0], want) {
		t.Fatalf("%q lacks %q", out, want)
	}
	s.at = s.at.Add(time.Hour)
	if again := s.confirms(); len(again) != 1 {
		t.Errorf("the shipment was told again: %q", again)
	}
	s.report("Feed Processing Summary:\n\tNumber of records processed\t\t2\n\tNumber of records successful\t\t1\n\noriginal-record-number\torder-id\terror-code\terror-type\terror-message\n" +
		"2\t" + amazonOrder + "\t18028\tError\tThe data you submitted is incomplete\n")
	s.wantDesk("not_confirmed")
}

// TestAmazonChanged: another address is a change; an order that cannot be taken is told and stops no other.
func TestAmazonChanged(t *testing.T) {
	s := newMarket(t)
	s.report(amazonHead + amazonRow("05835637773450", "PS1", "1 Mill Lane"))
	s.at = s.at.Add(time.Hour)
	s.report(amazonHead + amazonRow("05835637773450", "PS1", "2 Other Lane"))
	s.wantDesk("order_changed")
	other := newMarket(t)
	other.report(amazonHead + strings.Replace(amazonRow("05835637773450", "PS1", ""), amazonOrder, "058-3563777-5518070", 1) + amazonRow("05835637773451", "PS1", "1 Mill Lane"))
	other.wantDesk("bad_order_file")
	other.wantOrder(amazonOrder, order.IntakeAccepted, 1)
}

// confirms has the schedule run and gives the files that are queued, and were.
func (s *shop) confirms() (files []string) {
	s.t.Helper()
	w := s.world.Load()
	out, has := s.trackingOut(w, w.cfg.Channels["amazon"])
	if !has {
		s.t.Fatal("the channel has no file")
	}
	if err := s.trackingFile(s.t.Context(), w, "amazon", out); err != nil {
		s.t.Fatal(err)
	}
	for _, row := range s.dispatches(store.DispatchFilter{Lane: "csv:amazon"}) {
		files = append(files, string(row.Message.Body))
	}
	return files
}
