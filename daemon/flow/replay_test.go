package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// withDrop is a supplier whose answers come as files.
const withDrop = prairie + "receive: {path: STATE/drop}\n"

var fromDrop = map[string]string{"suppliers/prairie.yaml": withDrop}

// upsNumbers have check digits that hold.
var upsNumbers = []string{"1Z999AA10012345676", "1Z999AA10023456713", "1Z999AA10034567127", "1Z999AA10045671234", "1Z999AA10056712348", "1Z999AA10067123455", "1Z999AA10071234569", "1Z999AA10082345615"}

// sentOut takes orders in and pretends that their purchase orders were sent.
func (s *shop) sentOut(numbers ...string) {
	s.t.Helper()
	for _, n := range numbers {
		s.receive(paidOrder(n))
	}
	s.sent("mail:orders")
}

// drop reads a file that the supplier has put into its drop.
func (s *shop) drop(text, name string) order.ItemID {
	s.t.Helper()
	s.at = s.at.Add(time.Minute)
	if name == "" {
		name = fmt.Sprintf("report-%d.csv", s.at.Unix())
	}
	return s.item(transports.Item{Source: "drop:prairie", Key: name, Name: name, Raw: []byte(text), Size: int64(len(text))})
}

func (s *shop) wantTracking(po string, want ...string) {
	s.t.Helper()
	var got []string
	s.view(func(tx *store.Tx) error {
		p, err := tx.POByNumber(po)
		if err != nil {
			return err
		}
		packages, err := tx.PackagesOfPO(p.ID)
		for _, pkg := range packages {
			if !pkg.Gone {
				got = append(got, pkg.Number)
			}
		}
		return err
	})
	if !slices.Equal(got, want) {
		s.t.Errorf("%s has the numbers %v, want %v", po, got, want)
	}
}

// replay reads everything again and gives what was told.
func (s *shop) replay(r ReplayRequest) (told []Replayed, totals ReplayTotals) {
	s.t.Helper()
	r.By = "cli"
	totals, err := s.Replay(s.t.Context(), r, func(done Replayed) error {
		told = append(told, done)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return told, totals
}

// rows are all rows of all tables as text: what a command that writes nothing must not change.
func (s *shop) rows() string {
	s.t.Helper()
	return dump(s.t, s.driver, s.address)
}

// aDay is a day of a shop: messages that were read, that wait, and that say nothing.
func (s *shop) aDay() {
	s.sentOut("1001", "1002", "1003", "1004", "1005")
	s.mail(fromPrairie, "Your order 1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+upsNumbers[0]+"\r\n")
	s.at = s.at.Add(time.Hour)
	s.drop("Order,Tracking,Carrier\n1002-A,"+upsNumbers[1]+",UPS\n1009-A,"+upsNumbers[2]+",UPS\n", "")
	s.mail(fromPrairie, "Your order 1003-A", "", "Sorry, order 1003-A is out of stock and cannot be delivered.\r\n")
	s.mail(fromPrairie, "Your order 1004-A", "", "Thank you for your order 1004-A. We have received it and will ship it soon.\r\n")
	s.mail("stranger@elsewhere.example", "Hello", "", "Buy our buckets, they are cheap.\r\n")
	s.mail(fromPrairie, "Your order 7777", "", "Your order 7777 has shipped. Tracking number 1Z999AA10082345615\r\n")
}

func TestReplayOfWhatWasReadChangesNothing(t *testing.T) { replayChangesNothing(t, newShop) }

func replayChangesNothing(t *testing.T, newShop opener) {
	s := newShop(t, fromDrop)
	s.aDay()
	before := s.rows()
	for name, r := range map[string]ReplayRequest{"dry": {DryRun: true}, "for real": {}, "of one supplier": {Supplier: "prairie"}} {
		told, totals := s.replay(r)
		if totals.Items == 0 || totals.Same != totals.Items {
			t.Errorf("%s: %+v: %+v", name, totals, told)
		}
		if after := s.rows(); after != before {
			t.Errorf("%s has written:\n%s", name, difference(before, after))
		}
	}
	if told, totals := s.replay(ReplayRequest{Since: s.at.Add(-30 * time.Minute), Until: s.at.Add(time.Hour)}); totals.Items != 5 {
		t.Errorf("since half an hour ago: %+v", told)
	}
}

// blind is a matcher that did not know yet what today's knows: it finds nothing in texts with a word.
func blind(word string, on *bool) func(*match.Index, readingOf, match.Sender) []match.Finding {
	return func(x *match.Index, r readingOf, who match.Sender) []match.Finding {
		found := x.Match(r, who)
		if !*on {
			return found
		}
		return slices.DeleteFunc(found, func(f match.Finding) bool { return strings.Contains(f.Number, word) })
	}
}

func TestReplayBooksWhatWasMissed(t *testing.T) { replayBooksWhatWasMissed(t, newShop) }

func replayBooksWhatWasMissed(t *testing.T, newShop opener) {
	s := newShop(t, fromDrop)
	early := true
	s.match = blind("1001", &early)
	s.sentOut("1001", "1002")
	s.drop("Order,Tracking,Carrier\n1001-A,"+upsNumbers[0]+",UPS\n1002-A,"+upsNumbers[1]+",UPS\n", "")
	s.wantTracking("1001-A")
	s.wantTracking("1002-A", upsNumbers[1])
	news := len(s.news())
	early = false // the reader was improved

	before := s.rows()
	told, totals := s.replay(ReplayRequest{DryRun: true})
	if totals.New != 1 || len(told) != 1 || len(told[0].Changes) != 1 || told[0].Changes[0].Now.PurchaseOrder != "1001-A" || told[0].Changes[0].Outcome != "" {
		t.Fatalf("%+v %+v", totals, told)
	}
	if after := s.rows(); after != before {
		t.Fatalf("a dry run has written:\n%s", difference(before, after))
	}
	if told, totals = s.replay(ReplayRequest{}); totals.New != 1 || totals.Applied != 1 || told[0].Changes[0].Outcome != "applied" {
		t.Fatalf("%+v %+v", totals, told)
	}
	s.wantTracking("1001-A", upsNumbers[0])
	if got := len(s.news()); got != news+1 {
		t.Errorf("the channel hears %d times, want %d", got, news+1)
	}
	before = s.rows()
	if _, totals = s.replay(ReplayRequest{}); totals.Same != 1 {
		t.Errorf("again: %+v", totals)
	}
	if after := s.rows(); after != before {
		t.Errorf("a second replay has written:\n%s", difference(before, after))
	}
	s.wantDesk()
}

// What waits for a person is settled when it is sure by now, and what a person has settled stays.
func TestReplaySettlesWhatWaited(t *testing.T) { replaySettlesWhatWaited(t, newShop) }

func replaySettlesWhatWaited(t *testing.T, newShop opener) {
	s := newShop(t, nil)
	s.sentOut("1001")
	s.mail(fromPrairie, "Your order 8888", "", "Your order 8888 has shipped. Tracking number "+upsNumbers[0]+"\r\n")
	s.wantDesk("which_order")
	s.receive(func() order.Order { o := paidOrder("8888"); return o }())
	s.sent("mail:orders")
	if _, totals := s.replay(ReplayRequest{}); totals.Differs != 1 || totals.Applied != 1 {
		t.Errorf("%+v", totals)
	}
	s.wantDesk()
	s.wantTracking("8888-A", upsNumbers[0])

	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Your order 7777", "", "Your order 7777 has shipped. Tracking number "+upsNumbers[1]+"\r\n")
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	s.receive(paidOrder("7777"))
	s.sent("mail:orders")
	if _, totals := s.replay(ReplayRequest{}); totals.Applied+totals.Desk != 0 {
		t.Errorf("a person has dismissed it: %+v", totals)
	}
	s.wantTracking("7777-A")
}

// Older news does not undo what came later.
func TestReplayedNewsIsOvertaken(t *testing.T) {
	s := newShop(t, nil)
	early := true
	s.match = blind("1001", &early)
	s.sentOut("1001")
	s.mail(fromPrairie, "Your order 1001-A", "", "Order 1001-A is on backorder until 2026-05-02.\r\n")
	s.at = s.at.Add(time.Hour)
	early = false
	s.mail(fromPrairie, "Your order 1001-A", "", "Thank you for order 1001-A. We have received it and will ship it soon.\r\n")
	wantPO(order.POAcknowledged)(s)
	if told, totals := s.replay(ReplayRequest{}); totals.Desk != 1 || totals.Applied != 0 {
		t.Errorf("%+v %+v", totals, told)
	}
	wantPO(order.POAcknowledged)(s)
	s.wantDesk("contradiction")
	before := s.rows()
	if told, totals := s.replay(ReplayRequest{}); totals.Same != totals.Items {
		t.Errorf("again: %+v %+v", totals, told)
	}
	if after := s.rows(); after != before {
		t.Errorf("a second replay has written:\n%s", difference(before, after))
	}
}

func TestReplayAsksForKnownSuppliersOnly(t *testing.T) {
	s := newShop(t, nil)
	if _, err := s.Replay(t.Context(), ReplayRequest{Supplier: "nobody"}, nil); err == nil || !strings.Contains(err.Error(), `supplier "nobody" is not in the configuration`) {
		t.Error(err)
	}
}

// swapped is a matcher that took one purchase order for another.
func swapped(s *shop, from, to string, on *bool) func(*match.Index, readingOf, match.Sender) []match.Finding {
	return func(x *match.Index, r readingOf, who match.Sender) []match.Finding {
		found := x.Match(r, who)
		for i := range found {
			if *on && found[i].Number == from {
				po := s.po(to)
				found[i].Number, found[i].PO, found[i].OrderID, found[i].LineQuantities = to, po.ID, po.Order, nil
			}
		}
		return found
	}
}

// News that was booked to one order and is about another is a question, however often it is read again.
func TestReplayMovesNothing(t *testing.T) {
	s := newShop(t, nil)
	wrong := true
	s.match = swapped(s, "1001-A", "1002-A", &wrong)
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "Your order 1001-A", "", "Order 1001-A is on backorder until 2026-05-02.\r\n")
	wrong = false
	for i := range 3 {
		before := s.rows()
		told, totals := s.replay(ReplayRequest{})
		if totals.Applied != 0 {
			t.Errorf("replay %d: %+v: %+v", i, totals, told)
		}
		if after := s.rows(); i > 0 && after != before {
			t.Errorf("replay %d has written:\n%s", i, difference(before, after))
		}
	}
	s.wantDesk("contradiction")
	if got := s.po("1001-A").State(); got != order.POOpen {
		t.Errorf("1001-A is %s", got)
	}
	if got := s.po("1002-A").State(); got != order.POBackordered {
		t.Errorf("1002-A is %s", got)
	}
}

// What was said of a number before there was such an order is no news about it by itself.
func TestReplayBooksNothingFromBeforeTheOrder(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001")
	s.mail(fromPrairie, "Your order 8888", "", "Your order 8888 has shipped. Tracking number "+upsNumbers[0]+"\r\n")
	s.at = s.at.Add(time.Hour)
	o := paidOrder("8888")
	o.PlacedAt, o.PaidAt = s.at, s.at
	s.receive(o)
	s.sent("mail:orders")
	for i := range 2 {
		if told, totals := s.replay(ReplayRequest{}); totals.Applied != 0 || totals.Desk != 1-i {
			t.Errorf("replay %d: %+v %+v", i, totals, told)
		}
	}
	s.wantDesk("contradiction")
	s.wantTracking("8888-A")
	if text, err := s.settle(ActApply, ""); err != nil {
		t.Errorf("%q, %v", text, err)
	}
	s.wantTracking("8888-A", upsNumbers[0])
}
