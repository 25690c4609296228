package flow

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// history is what a supplier's profile is made of: files that were read without a question.
func (s *shop) history(header string, numbers ...string) {
	s.t.Helper()
	s.sentOut(numbers...)
	for i, n := range numbers {
		s.drop(fmt.Sprintf("%s\n%s-A,%s\n", header, n, upsNumbers[i]), "")
	}
}

// rulesNow lists the rules as "kind reads=means state".
func (s *shop) rulesNow() (list []string) {
	s.t.Helper()
	views, err := s.Rules(s.t.Context(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, v := range views {
		list = append(list, fmt.Sprintf("%s %s=%s %s", v.Kind, v.Reads, v.Means, v.State))
	}
	return list
}

func (s *shop) wantRules(want ...string) {
	s.t.Helper()
	if got := s.rulesNow(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		s.t.Errorf("rules:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A person types what a file says in a column that nobody knows; the next file is read.
func TestAColumnIsLearnedFromWhatWasTyped(t *testing.T) { columnIsLearned(t, newShop) }

func columnIsLearned(t *testing.T, newShop opener) {
	s := newShop(t, fromDrop)
	s.sentOut("1001", "1002", "1003")
	s.drop("Order,Qxz\n1001-A,AB12345678\n1002-A,AB12345688\n", "")
	s.wantTracking("1001-A")
	text, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{"AB12345678"}, By: "cli"})
	if err != nil || !strings.Contains(text, `Learned (rule 1): in Prairie Supply's tables, "qxz" is the column of: tracking; it would have read 1 of 1, 0 differently`) {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantRules("column qxz=tracking on")
	s.wantTracking("1001-A", "AB12345678")
	s.wantTracking("1002-A", "AB12345688") // the same file, read again
	s.drop("Order,Qxz\n1003-A,AB12345699\n", "")
	s.wantTracking("1003-A", "AB12345699")
	s.wantDesk()
	v, err := s.Rule(t.Context(), 1)
	if err != nil || v.MadeBy != "cli" || v.Item == 0 || v.Sentence != "Qxz: AB12345678" || v.Trial == nil || v.Trial.Differently != 0 {
		t.Errorf("%+v, %v", v, err)
	}

	if text, err := s.SwitchRule(t.Context(), 1, false, "cli"); err != nil || text != "Rule 1 is off; what was booked stays." {
		t.Errorf("%q, %v", text, err)
	}
	s.sentOut("1004", "1005")
	s.drop("Order,Qxz\n1004-A,AB12345703\n", "")
	s.wantTracking("1004-A")
	if text, err := s.SwitchRule(t.Context(), 1, true, "cli"); err != nil || !strings.HasPrefix(text, "Rule 1 is on: it would have read 3 of 3, 0 differently") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantTracking("1004-A", "AB12345703")
	s.wantTracking("1001-A", "AB12345678") // booked once
	if n := len(s.news()); n != 4 {
		t.Errorf("the channel hears %d times, want 4", n)
	}
}

// What a person gives to an order teaches how the supplier writes its numbers.
func TestAnOrderNumberIsLearned(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "Shipping notice", "", "Goods for 7Q1001Q26 have shipped with UPS. Tracking number "+upsNumbers[0]+"\r\n")
	s.wantDesk("which_order")
	text, err := s.settle(ActApply, "1001-A")
	if err != nil || !strings.Contains(text, "Learned (rule 1): Prairie Supply writes our numbers like") {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantRules(`order_number (?i)\b\d{1}Q(\d{4,5})Q\d{2}\b= on`)
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Shipping notice", "", "Goods for 7Q1002Q26 have shipped with UPS. Tracking number "+upsNumbers[1]+"\r\n")
	s.wantTracking("1002-A", upsNumbers[1])
	s.wantDesk()
}

// The words of a sentence that a person has explained.
func TestAPhraseIsLearned(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "Your order 1001-A", "", "Could you wait? Order 1001-A flew the coop on us.\r\n")
	s.wantDesk("supplier_asks")
	if text, err := s.settle(ActApply, ""); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "--kind") {
		t.Fatalf("%q, %v", text, err)
	}
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActApply, Kind: parsers.Backorder, By: "desk"})
	if err != nil || !strings.Contains(text, `"flew the coop on us" means backorder`) && !strings.Contains(text, `"flew the coop" means backorder`) {
		t.Fatalf("%q, %v", text, err)
	}
	wantPO(order.POBackordered)(s)
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Your order 1002-A", "", "Order 1002-A flew the coop on us.\r\n")
	if got := s.po("1002-A").State(); got != order.POBackordered {
		t.Errorf("the next one is %s; rules %v, desk %v", got, s.rulesNow(), s.desk())
	}
}

func TestACarrierIsLearned(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "Shipping notice", "", "Job 9 has shipped. Tracking number 77123456789012\r\n")
	s.wantDesk("which_order")
	views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true})
	if err != nil {
		t.Fatal(err)
	}
	settle := Settlement{Action: ActApply, PO: "1001-A", Carrier: "pigeon", By: "desk"}
	if text, err := s.Settle(t.Context(), views[0].ID, settle); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), `carrier "pigeon" is not known`) {
		t.Errorf("%q, %v", text, err)
	}
	settle.Carrier = "GLS"
	text, err := s.Settle(t.Context(), views[0].ID, settle)
	if err != nil || !strings.Contains(text, `Prairie Supply ships numbers like 77\d{12} with GLS`) {
		t.Fatalf("%q, %v", text, err)
	}
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Your order 1002-A", "", "Order 1002-A has shipped. Tracking number 77123456789029\r\n")
	news := s.news()
	if last := news[len(news)-1]; len(news) != 2 || last.Data.Tracking[0].Carrier != "gls" {
		t.Errorf("the channel hears %+v", last.Data.Tracking)
	}
}

// A stranger's mail, settled by a person, teaches nothing; that the address is the supplier's is for a person to say.
func TestASenderIsOnlyProposed(t *testing.T) { senderIsProposed(t, newShop) }

func senderIsProposed(t *testing.T, newShop opener) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	forged := "Prairie Supply <post@prairle.example>"
	s.mail(forged, "Your order", "", "Shipped today to Ada Abernathy, 12 Maple Street, Springfield 62704. Tracking number "+upsNumbers[0]+"\r\n")
	s.wantDesk("which_order")
	text, err := s.settle(ActApply, "1001-A")
	if err != nil || !strings.Contains(text, "If post@prairle.example is Prairie Supply's address, say so: waybill rules on 1 (prairle.example looks like prairie.example") {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantRules("sender post@prairle.example= proposed")
	// Nothing changes for its next mail, which asks whose sender it is.
	s.at = s.at.Add(time.Hour)
	s.mail(forged, "Your order 1002", "", "Your order 1002 has shipped. Tracking number "+upsNumbers[1]+"\r\n")
	s.wantTracking("1002-A")
	s.wantDesk("new_sender")

	if _, err := s.SwitchRule(t.Context(), 1, true, "cli"); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
	s.wantTracking("1002-A", upsNumbers[1])
	s.at = s.at.Add(time.Hour)
	s.mail(forged, "Your order 1003-A", "", "Your order 1003-A has shipped with UPS. Tracking number "+upsNumbers[2]+"\r\n")
	s.wantTracking("1003-A", upsNumbers[2])
	// News that costs money still waits, whatever the supplier's own rules allow.
	s.supplier(prairie + "rules: {apply: [out_of_stock]}\n")
	s.sentOut("1004")
	s.at = s.at.Add(time.Hour)
	s.mail(forged, "Your order 1004-A", "", "Sorry, order 1004-A is out of stock and cannot be delivered.\r\n")
	if got := s.po("1004-A").State(); got != order.POOpen {
		t.Errorf("a learned sender has made 1004-A %s", got)
	}
}

// A rule that would read differently what was settled is not used.
func TestARuleThatHarmsStaysOff(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	add := func(kind RuleKind, reads, means string) (string, error) {
		return s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(kind), Reads: reads, Means: means, MadeBy: "cli"})
	}
	text, err := add(RuleColumn, "Tracking", "theirs")
	if !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "rule 1 stays off: it would have read") || !strings.Contains(err.Error(), "3 differently") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantRules("column tracking=theirs proposed")
	v, err := s.Rule(t.Context(), 1)
	if err != nil || v.Trial == nil || v.Trial.Differently != 3 || len(v.Trial.Examples) != 3 || !v.Trial.Examples[0].Wrong {
		t.Errorf("%+v, %v", v.Trial, err)
	}
	for _, c := range []struct {
		kind         RuleKind
		reads, means string
		want         string
	}{
		{RuleColumn, "x", "nonsense", `a column cannot mean "nonsense"`},
		{RulePhrase, "ab", "shipment", "too short"},
		{RulePhrase, "off it went", "bounce", "a phrase cannot mean"},
		{RuleOrderNumber, "(", "", "no regular expression"},
		{RuleOrderNumber, ".*", "", "fits nearly everything"},
		{RuleOrderNumber, "..+", "", "fits nearly everything"},
		{RuleOrderNumber, `\d{2,}`, "", "fits nearly everything"},
		{RuleReference, ".{3,}", "", "fits nearly everything"},
		{RuleReference, `[A-Z]+`, "", "fits nearly everything"},
		{RuleCarrier, "123456789", "pigeon", `carrier "pigeon" is not known`},
		{RuleSender, "prairie.example", "", "is no address"},
		{RuleSender, "orders@lantern-lane.example", "", "an address of your own"},
		{RuleSender, "post@prairie.example", "", "the configuration gives"},
		{"smell", "x", "y", "there are no rules of the kind"},
	} {
		if text, err := add(c.kind, c.reads, c.means); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s %s: %q, %v; want %q", c.kind, c.reads, c.means, text, err, c.want)
		}
	}
}

// Who has said the wrong thing of a heading can say the right one, once the first is off or was refused.
func TestARuleIsSaidAnotherWay(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004")
	s.drop("Order,Qxz\n1004-A,AB12345678\n", "")
	add := func(reads, means string) (string, error) {
		return s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleColumn), Reads: reads, Means: means, MadeBy: "cli"})
	}
	if text, err := add("Qxz", "theirs"); err != nil || !strings.HasPrefix(text, "Rule 1 is on") {
		t.Fatalf("%q, %v", text, err)
	}
	if text, err := add("Qxz", "tracking"); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "rules off 1") {
		t.Errorf("%q, %v: a rule that is on was rewritten", text, err)
	}
	if _, err := s.SwitchRule(t.Context(), 1, false, "cli"); err != nil {
		t.Fatal(err)
	}
	if text, err := add("Qxz", "tracking"); err != nil || !strings.HasPrefix(text, "Rule 1 is on") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantTracking("1004-A", "AB12345678")
	if _, err := add("Order", "ignore"); !errors.Is(err, ErrAction) {
		t.Errorf("%v: a rule that harms is on", err)
	}
	if text, err := add("Order", "order"); err != nil || !strings.HasPrefix(text, "Rule 2 is on") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantRules("column qxz=tracking on", "column order=order on")
}

// Who adds an address by hand is told whom it looks like.
func TestALookalikeIsNamed(t *testing.T) {
	s := newShop(t, nil)
	text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleSender), Reads: "orders@pralrie.example", MadeBy: "cli"})
	if err != nil || !strings.Contains(text, "pralrie.example looks like prairie.example") {
		t.Errorf("%q, %v", text, err)
	}
}

// What was learned is not learned again when a person has switched it off.
func TestWhatIsOffStaysOff(t *testing.T) {
	s := newShop(t, fromDrop)
	s.sentOut("1001", "1002")
	s.drop("Order,Qxz\n1001-A,AB12345678\n", "")
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{"AB12345678"}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SwitchRule(t.Context(), 1, false, "cli"); err != nil {
		t.Fatal(err)
	}
	s.drop("Order,Qxz\n1002-A,AB12345688\n", "")
	if text, err := s.Ship(t.Context(), ShipRequest{PO: "1002-A", Tracking: []string{"AB12345688"}, By: "cli"}); err != nil || strings.Contains(text, "Learned") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantRules("column qxz=tracking off")
}

// A rule that would make a question of what was sure is not used, although nothing is read wrongly by it.
func TestARuleThatMakesQuestionsStaysOff(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	for i, n := range []string{"1001", "1002"} {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Your order "+n+"-A", "", "Order "+n+"-A has shipped with UPS from dock 1"+fmt.Sprint(2-i)+". Tracking number "+upsNumbers[i]+"\r\n")
	}
	s.wantDesk()
	text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RulePhrase), Reads: "from dock", Means: "cancellation", MadeBy: "cli"})
	if !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "rule 1 stays off") {
		t.Errorf("%q, %v", text, err)
	}
}

// Rules are learned from messages that the configuration knows to be the supplier's, and from no others: not from an address that was confirmed, nor from
// another supplier's.
func TestWhoTeachesNothing(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/harbor.yaml": harbor})
	s.sentOut("1001", "1002")
	if _, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleSender), Reads: "dispatch@elsewhere.example", MadeBy: "cli"}); err != nil {
		t.Fatal(err)
	}
	for i, from := range []string{"dispatch@elsewhere.example", "Harbor <desk@harbor.example>"} {
		s.at = s.at.Add(time.Hour)
		s.mail(from, "Shipping notice", "", fmt.Sprintf("Goods for 7Q100%dQ26 have shipped with UPS. Tracking number %s\r\n", i+1, upsNumbers[i]))
		if text, err := s.settle(ActApply, fmt.Sprintf("100%d-A", i+1)); err != nil || strings.Contains(text, "Learned") {
			t.Errorf("%s: %q, %v", from, text, err)
		}
	}
	s.wantRules("sender dispatch@elsewhere.example= on")
}

// A question whose parcel a person types instead is answered, and teaches all the same.
func TestATypedParcelAnswersTheQuestion(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002")
	s.mail(fromPrairie, "Shipping notice", "", "Goods for 7Q1001Q26 have shipped with UPS. Tracking number "+upsNumbers[0]+"\r\n")
	s.wantDesk("which_order")
	text, err := s.Ship(t.Context(), ShipRequest{PO: "1001-A", Tracking: []string{upsNumbers[0]}, By: "cli"})
	if err != nil || !strings.Contains(text, "Learned (rule 1)") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantDesk()
	if _, totals := s.replay(ReplayRequest{}); totals.Applied+totals.Desk != 0 {
		t.Errorf("a replay has %+v", totals)
	}
	if n := len(s.news()); n != 1 {
		t.Errorf("the channel hears %d times", n)
	}
}
