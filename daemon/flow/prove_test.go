package flow

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/proof/prooftest"
	"waybill/daemon/store"
	"waybill/transports"
)

// provedShop is a shop that looks up who has signed its mail.
type provedShop struct {
	*shop
	prairie *prooftest.Signer
	mails   int
}

const ruled = prairie + "rules: {apply: [out_of_stock, cancellation, rejection]}\n"

func newProvedShop(t testing.TB, files map[string]string) *provedShop {
	t.Helper()
	return newProvedShopIn(t, t.TempDir(), files)
}

func newProvedShopIn(t testing.TB, dir string, files map[string]string) *provedShop {
	t.Helper()
	zone := prooftest.NewZone()
	path := filepath.Join(dir, "books.db")
	s := newShopOn(t, files, &shop{t: t, dir: dir, at: noon, zone: zone, driver: "sqlite", address: path}, store.Options{Path: path})
	return &provedShop{shop: s, prairie: prooftest.NewSigner(zone, "prairie.example", "one")}
}

// write makes a mail; sign, unless it is nil, signs it.
func (s *provedShop) write(from, subject, header, body string, sign *prooftest.Signer) string {
	s.mails++
	raw := fmt.Sprintf("From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: %s\r\nMessage-ID: <%d@x.example>\r\n%s\r\n%s\r\n", from, subject, s.mails, header, body)
	if sign == nil {
		return raw
	}
	return sign.Sign(raw)
}

func (s *provedShop) put(raw string) order.ItemID {
	s.t.Helper()
	s.at = s.at.Add(time.Minute)
	return s.item(transports.Item{Source: "inbox:orders/INBOX", Key: fmt.Sprintf("1:%d", s.at.Unix()), Raw: []byte(raw), Size: int64(len(raw)), Received: s.at})
}

func (s *provedShop) out(po string) string {
	return s.write(fromPrairie, "Order "+po, "", "Order "+po+" is out of stock and cannot be delivered.", s.prairie)
}

// strengths are those with which a purchase order has changed.
func (s *provedShop) strengths(po string) (list []order.Strength) {
	s.t.Helper()
	s.view(func(tx *store.Tx) error {
		p, err := tx.POByNumber(po)
		if err != nil {
			return err
		}
		events, err := tx.Timeline(p.Order)
		for _, e := range events {
			if e.PO == p.ID && strings.HasPrefix(string(e.Kind), "po.") && e.Kind != order.Placed {
				list = append(list, e.Strength)
			}
		}
		return err
	})
	return list
}

// What costs money is applied where the supplier's rule says so and the supplier has signed it; every event says how well it was known who brought it.
func TestWhatCostsMoneyNeedsProof(t *testing.T) {
	s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": ruled})
	s.sentOut("1001", "1002", "1003")
	s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A is out of stock and cannot be delivered.", nil))
	s.wantDesk("costly_news")
	if got := s.po("1001-A").State(); got != order.POOpen {
		t.Errorf("without proof 1001-A is %s", got)
	}
	s.put(s.out("1002-A"))
	s.wantDesk("costly_news")
	if got := s.po("1002-A").State(); got != order.POOutOfStock {
		t.Errorf("with proof 1002-A is %s", got)
	}
	if got := s.strengths("1002-A"); !slices.Equal(got, []order.Strength{order.StrengthProved}) {
		t.Errorf("1002-A changed with %v", got)
	}
	// The same again, under another Message-ID or as the same bytes elsewhere, says nothing new; a person's correction stands.
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	s.put(strings.Replace(s.out("1003-A"), "Subject", "X-Note: a\r\nSubject", 1))
	if got := s.po("1003-A").State(); got != order.POOutOfStock {
		t.Errorf("with a further field 1003-A is %s", got)
	}
}

// A sender who has proved itself once is not believed without proof any more: not about parcels either. All of it is one question.
func TestWhoSignsIsNotBelievedUnsigned(t *testing.T) {
	s := newProvedShop(t, nil)
	numbers := []string{"1001", "1002", "1003", "1004", "1005"}
	s.sentOut(numbers...)
	s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+upsNumbers[0], s.prairie))
	s.wantTracking("1001-A", upsNumbers[0])
	for i, n := range numbers[1:4] {
		s.put(s.write(fromPrairie, "Order "+n+"-A", "", "Order "+n+"-A has shipped with UPS. Tracking number "+upsNumbers[i+1], nil))
	}
	s.wantDesk("unproven")
	s.wantTracking("1002-A")
	if _, err := s.settle(ActOnce, ""); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
	s.wantTracking("1002-A", upsNumbers[1])
	s.wantTracking("1004-A", upsNumbers[3])
	s.put(s.write(fromPrairie, "Order 1005-A", "", "Order 1005-A has shipped with UPS. Tracking number "+ups1, nil))
	s.wantDesk("unproven")
	if _, err := s.settle(ActNot, ""); err != nil {
		t.Fatal(err)
	}
	s.wantDesk()
	s.wantTracking("1005-A")
}

// Where the domain asks for it, the first mail must prove itself already; where the shop says that it need not, none must.
func TestProofByPolicyAndBySetting(t *testing.T) {
	for name, c := range map[string]struct {
		rules, policy string
		want          []string
	}{
		"nothing asks": {"", "v=DMARC1; p=none", nil},
		"the domain":   {"", "v=DMARC1; p=reject", []string{"unproven"}},
		"the shop":     {"rules: {proof: always}\n", "", []string{"unproven"}},
		"not the shop": {"rules: {proof: never}\n", "v=DMARC1; p=reject", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": prairie + c.rules})
			s.sentOut("1001")
			s.zone.Set("_dmarc.prairie.example", c.policy)
			s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1, nil))
			s.wantDesk(c.want...)
			if c.want == nil {
				s.wantTracking("1001-A", ups1)
			}
		})
	}
}

// While the DNS does not answer, nothing that needs proof happens, and nobody is asked; when it does, it is made up for. When it never does, a person is asked.
func TestTheDNSAnswersLater(t *testing.T) {
	for name, answers := range map[string]bool{"it does": true, "it never does": false} {
		t.Run(name, func(t *testing.T) {
			s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "rules: {proof: always}\n"})
			s.sentOut("1001")
			s.zone.Down(true)
			s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1, s.prairie))
			s.wantDesk()
			s.wantTracking("1001-A")
			s.zone.Down(!answers)
			for range 40 {
				s.at = s.at.Add(time.Hour)
				if err := s.proveAgain(t.Context(), s.world.Load()); err != nil {
					t.Fatal(err)
				}
			}
			if answers {
				s.wantDesk()
				s.wantTracking("1001-A", ups1)
			} else {
				s.wantDesk("unproven")
				s.wantTracking("1001-A")
			}
			s.zone.Asked()
			s.at = s.at.Add(time.Hour)
			if err := s.proveAgain(t.Context(), s.world.Load()); err != nil || len(s.zone.Asked()) > 0 {
				t.Errorf("it is looked up still (%v)", err)
			}
		})
	}
}

// A rule applies three within an hour and ten within a day; then all is for a person until one lets it go on.
func TestCapsOfARule(t *testing.T) {
	s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": ruled})
	var numbers []string
	for i := range 30 {
		numbers = append(numbers, fmt.Sprint(2001+i))
	}
	s.sentOut(numbers...)
	next := 0
	send := func(n int) (applied int) {
		for range n {
			po := numbers[next] + "-A"
			next++
			s.put(s.out(po))
			if s.po(po).State() == order.POOutOfStock {
				applied++
			}
		}
		return applied
	}
	count := func(kind string) (n int) {
		for _, k := range s.desk() {
			if k == kind {
				n++
			}
		}
		return n
	}
	release := func() {
		views, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true, Kind: string(NewsCap)})
		if err != nil || len(views) != 1 {
			t.Fatalf("%d breakers are open (%v)", len(views), err)
		}
		if _, err := s.Settle(t.Context(), views[0].ID, Settlement{Action: ActRelease, By: "desk"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := send(6); got != 3 || count("news_cap") != 1 || count("costly_news") != 3 {
		t.Errorf("%d applied, the desk has %v", got, s.desk())
	}
	s.at = s.at.Add(2 * time.Hour)
	if got := send(1); got != 0 {
		t.Error("an hour later it goes on by itself")
	}
	release()
	if got := send(3); got != 3 {
		t.Errorf("after the release %d are applied, want 3", got)
	}
	for range 2 {
		s.at = s.at.Add(2 * time.Hour)
		if got := send(3); got != 3 {
			t.Errorf("%d applied", got)
		}
	}
	s.at = s.at.Add(2 * time.Hour)
	if got := send(3); got != 1 || count("news_cap") != 1 {
		t.Errorf("the tenth of a day is the last: %d more", got)
	}
	// The setting turns both ways, and 0 lets nothing pass.
	s.supplier(prairie + "rules: {apply: [out_of_stock], apply_per_hour: 0}\n")
	release()
	if got := send(1); got != 0 || count("news_cap") != 1 {
		t.Errorf("%d applied with a cap of 0", got)
	}
}

// Nothing that has left comes back, and what was signed once is used once.
func TestNoRuleAfterShippedAndNoReplay(t *testing.T) {
	s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": ruled})
	s.sentOut("1001", "1002", "1003")
	s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A: 1 x X-100 has shipped with UPS. Tracking number "+ups1, s.prairie))
	if got := s.po("1001-A").State(); got != order.POPartial {
		t.Fatalf("1001-A is %s", got)
	}
	s.put(s.out("1001-A"))
	if got := s.po("1001-A").State(); got != order.POPartial {
		t.Errorf("after a parcel has left, a rule makes it %s", got)
	}
	s.wantDesk("costly_news")
	if _, err := s.settle(ActDismiss, ""); err != nil {
		t.Fatal(err)
	}
	mail := s.out("1002-A")
	s.put(mail)
	if got := s.po("1002-A").State(); got != order.POOutOfStock {
		t.Fatalf("1002-A is %s", got)
	}
	if err := s.store.Write(t.Context(), func(tx *store.Tx) error { // a person finds out that it is not so
		_, err := tx.Record(order.Event{Kind: order.Restored, At: s.at, PO: s.po("1002-A").ID, Order: s.po("1002-A").Order, By: "desk"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.put(insertField(mail, "X-Again: 1\r\n"))
	s.put(strings.Replace(mail, "DKIM-Signature", "Received: from a by b\r\nDKIM-Signature", 1))
	if got := s.po("1002-A").State(); got != order.POOpen {
		t.Errorf("sent again, the same mail makes it %s", got)
	}
	old := *s.prairie
	old.At = s.at.AddDate(0, 0, -20)
	s.put(s.write(fromPrairie, "Order 1003-A", "", "Order 1003-A is out of stock and cannot be delivered.", &old))
	if got := s.po("1003-A").State(); got != order.POOpen {
		t.Errorf("signed twenty days ago, it makes 1003-A %s", got)
	}
}

func insertField(mail, field string) string { return field + mail }

// A service is believed where it proves itself, or where it never has; in the name of one that has, nothing is booked without proof.
func TestAServiceMustProveItself(t *testing.T) {
	to := "\r\nShip to: Ada Abernathy, 12 Maple Street, Springfield 62704"
	s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "third_party: [shipstation.com]\n"})
	station := prooftest.NewSigner(s.zone, "shipstation.com", "one")
	s.sentOut("1001", "1002", "1003")
	say := func(po, number string, sign *prooftest.Signer) {
		s.put(s.write(shipstation, "Order "+po, "", "Order "+po+" has shipped with UPS. Tracking number "+number+to, sign))
	}
	say("1001-A", upsNumbers[0], nil)
	s.wantTracking("1001-A", upsNumbers[0])
	say("1002-A", upsNumbers[1], station)
	s.wantTracking("1002-A", upsNumbers[1])
	if got := s.strengths("1002-A"); !slices.Equal(got, []order.Strength{order.StrengthVouched}) {
		t.Errorf("1002-A changed with %v", got)
	}
	say("1003-A", upsNumbers[2], nil)
	s.wantTracking("1003-A")
	s.wantDesk("unproven")
}

// Only who has our mail, or is the supplier, settles the doubt whether it arrived: anybody can write a number, and whoever is a shipping program's customer can
// have it write one.
func TestAClaimSettlesNoDoubt(t *testing.T) {
	s := newProvedShop(t, map[string]string{"suppliers/prairie.yaml": prairie + "third_party: [shipstation.com]\n"})
	station := prooftest.NewSigner(s.zone, "shipstation.com", "one")
	unsure := func(number string) store.DispatchRow {
		s.receive(paidOrder(number))
		rows, err := s.Store().Claim(t.Context(), "mail:orders", 1, time.Minute, func(string) bool { return true })
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if err := s.Store().Mark(t.Context(), rows[0].ID, rows[0].Epoch); err != nil {
			t.Fatal(err)
		}
		s.at = s.at.Add(2 * time.Minute)
		if err := s.expire(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		s.wantDesk("send_unsure")
		return rows[0]
	}
	row := unsure("1001")
	s.put(s.write(fromPrairie, "Order 1001-A", "", "Thank you, we have received your order 1001-A.", nil))
	s.wantDesk("send_unsure")
	s.put(s.write(fromPrairie, "Order 1001-A", "In-Reply-To: <"+row.Message.Key+">\r\n", "Thank you, we have received your order 1001-A. It is packed.", nil))
	s.wantDesk()

	unsure("1003")
	s.put(s.write(fromPrairie, "Order 1003-A", "", "Thank you, we have received your order 1003-A.", s.prairie))
	s.wantDesk()

	unsure("1002")
	to := "\r\nShip to: Ada Abernathy, 12 Maple Street, Springfield 62704"
	s.put(s.write(shipstation, "Order 1002-A", "", "Order 1002-A has shipped with UPS. Tracking number "+upsNumbers[0]+to, station))
	s.wantTracking("1002-A", upsNumbers[0])
	if got := s.strengths("1002-A"); !slices.Equal(got, []order.Strength{order.StrengthVouched}) {
		t.Errorf("1002-A changed with %v", got)
	}
	s.wantDesk("send_unsure")
}

// TestStrengthOnTheTimeline: whoever looks at an order sees how well it was known who said so.
func TestStrengthOnTheTimeline(t *testing.T) {
	s := newProvedShop(t, nil)
	s.sentOut("1001")
	s.put(s.write(fromPrairie, "Order 1001-A", "", "Order 1001-A has shipped with UPS. Tracking number "+ups1, s.prairie))
	view, err := s.ViewOrder(t.Context(), s.order("1001").ID)
	if err != nil {
		t.Fatal(err)
	}
	found := slices.ContainsFunc(view.Timeline, func(m Moment) bool {
		return m.Event == order.Shipped && m.Strength == order.StrengthProved && slices.Contains(m.Evidence, "signed by prairie.example")
	})
	if !found {
		t.Errorf("%+v", view.Timeline)
	}
}
