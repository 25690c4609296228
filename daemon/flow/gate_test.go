package flow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// withGates is the main configuration with these gates and the built-in ones.
func withGates(gates string) map[string]string {
	return map[string]string{"waybill.yaml": strings.Replace(mainConfig, "gates: {duplicate: off}\n", gates, 1)}
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, files map[string]string, run func(*shop)) {
	t.Run("sqlite", func(t *testing.T) { run(newShop(t, files)) })
	t.Run("postgres", func(t *testing.T) {
		dsn := transporttest.StartPostgres(t).NewDatabase(t)
		run(newShopOn(t, files, &shop{t: t, dir: t.TempDir(), at: noon, driver: "pgx", address: dsn}, store.Options{DSN: dsn}))
	})
}

// reasons are why the only order on the desk is held.
func (s *shop) reasons() []string {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true})
	if err != nil || len(views) != 1 {
		s.t.Fatalf("%d exceptions wait (%v), want 1", len(views), err)
	}
	return views[0].Reasons
}

func (s *shop) order(number string) (row store.OrderRow) {
	s.t.Helper()
	s.view(func(tx *store.Tx) error {
		rows, err := tx.OrdersByNumber(number)
		if err == nil && len(rows) == 1 {
			row = rows[0]
		}
		return err
	})
	return row
}

func (s *shop) timeline(id order.OrderID) (texts []string) {
	s.t.Helper()
	v, err := s.ViewOrder(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range v.Timeline {
		texts = append(texts, m.Text)
	}
	return texts
}

// An order that a gate holds names the gate, the value and the rule's place, and goes, corrected, when it is edited; mail and file show the edited data, the
// journal names fields and no values, and the channel's next copy changes nothing.
func TestHeldEditedReleased(t *testing.T) {
	onBoth(t, withGates("gates:\n  big: 'total > money(\"500 USD\")'\n"), func(s *shop) {
		doc := paidOrder("1001")
		doc.ShipTo.Postcode = "6270"
		doc.Total, _ = order.ParseAmount("612.00")
		taken := s.receive(doc)
		if taken.State != order.IntakeHeld {
			t.Fatalf("it is %s", taken.State)
		}
		if diff := cmp.Diff([]string{
			`The postcode "6270" is none of country US, where they look like 62704 or 62704-1234. (gate postcode)`,
			`It is held when total > money("500 USD"). Here total is 612.00 USD. (gate big, waybill.yaml:16)`,
		}, s.reasons()); diff != "" {
			t.Error(diff)
		}
		// Edited, the other gate holds it still.
		text, err := s.Edit(t.Context(), taken.OrderID, map[string]string{"ship_to.postcode": " 62711 ", "ship_to.name": "Ada Abernathy", "note": "Leave at the door"}, "cli")
		if err != nil || text != "Edited note, ship_to.postcode. The order is held." {
			t.Errorf("%q, %v", text, err)
		}
		if got := s.reasons(); len(got) != 1 || !strings.Contains(got[0], "gate big") {
			t.Errorf("held by %v", got)
		}
		if text, err := s.settle(ActRelease, ""); err != nil || text != "Released. The order is accepted." {
			t.Errorf("%q, %v", text, err)
		}
		rows := s.dispatches(store.DispatchFilter{Lane: "mail:orders"})
		if len(rows) != 1 || !strings.Contains(string(rows[0].Message.Body), "62711") || strings.Contains(string(rows[0].Message.Body), "6270<") {
			t.Errorf("%d mails go out, or not with the edited postcode", len(rows))
		}
		want := []string{"received by api", "held by the gate postcode", "waits for a person", "edited: note, ship_to.postcode", "released", "settled: edit", "held by the gate big"}
		got := s.timeline(taken.OrderID)
		for _, text := range want {
			if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, text) }) {
				t.Errorf("the timeline does not say %q: %v", text, got)
			}
		}
		// The journal and the log know no value.
		for line := range strings.Lines(dump(t, s.driver, s.address)) {
			if strings.HasPrefix(line, "journal\t") && strings.Contains(line, "62711") {
				t.Errorf("the journal holds a value: %s", line)
			}
		}
		if again := s.receive(doc); again.Outcome != OutcomeSame || s.order("1001").Doc.ShipTo.Postcode != "62711" {
			t.Errorf("the channel's next copy is %s, and the postcode %s", again.Outcome, s.order("1001").Doc.ShipTo.Postcode)
		}
		s.wantDesk()
		doc.ShipTo.City = "Chicago"
		if again := s.receive(doc); again.Outcome != OutcomeChanged || !slices.Equal(again.Differs, []string{"ship_to.city"}) {
			t.Errorf("a change of the channel is %s in %v", again.Outcome, again.Differs)
		}
		s.wantDesk("order_changed")
		if err := s.Store().Verify(t.Context(), func(p string) { t.Error(p) }, nil); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEditRefusals(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.ShipTo.Line1 = ""
	held := s.receive(doc)
	for set, want := range map[[2]string]string{
		{"ship_to.zip", "1"}:                       `"ship_to.zip" is not a field that can be edited; there are customer.name, `,
		{"total", "1.00"}:                          `"total" is not a field that can be edited`,
		{"lines", "x"}:                             `"lines" is not a field that can be edited`,
		{"ship_to.line1", "  "}:                    "order 1001 says that already; release it",
		{"ship_to.country", "USA"}:                 `ship_to.country: is "USA"; expected two capital letters`,
		{"ship_to.country", ""}:                    "ship_to.country: is missing",
		{"note", "a\x00b"}:                         "note: contains a NUL character",
		{"ship_to.name", strings.Repeat("x", 501)}: "ship_to.name: is longer than 500 bytes",
	} {
		_, err := s.Edit(t.Context(), held.OrderID, map[string]string{set[0]: set[1]}, "cli")
		if invalid := (*Invalid)(nil); err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, ErrAction) && !errors.As(err, &invalid) {
			t.Errorf("%.40q: %v", set, err)
		}
	}
	if _, err := s.Edit(t.Context(), held.OrderID, nil, "cli"); !errors.Is(err, ErrAction) {
		t.Errorf("nothing to set: %v", err)
	}
	s.wantDesk("order_held")
	accepted := s.receive(paidOrder("1002"))
	if _, err := s.Edit(t.Context(), accepted.OrderID, map[string]string{"note": "x"}, "cli"); !errors.Is(err, ErrAction) || !strings.Contains(err.Error(), "order 1002 is accepted and cannot be edited any more") {
		t.Errorf("an accepted one: %v", err)
	}
	// One that waits for its payment is edited, and goes through the gates when it is paid.
	unpaid := paidOrder("1003")
	unpaid.PaidAt = time.Time{}
	waiting := s.receive(unpaid)
	if text, err := s.Edit(t.Context(), waiting.OrderID, map[string]string{"ship_to.city": ""}, "cli"); err != nil || text != "Edited ship_to.city. The order still waits for its payment." {
		t.Errorf("%q, %v", text, err)
	}
	if paid := s.receive(paidOrder("1003")); paid.Outcome != OutcomePaid || paid.State != order.IntakeHeld {
		t.Errorf("paid: %+v", paid)
	}
	if doc := s.order("1003").Doc; doc.ShipTo.City != "" || !doc.Paid() {
		t.Errorf("the payment has undone the edit: %+v", doc)
	}
}

// When the channel is mended as the person has mended it, its word is in force again.
func TestTheChannelIsMendedToo(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.ShipTo.Postcode = "6270"
	taken := s.receive(doc)
	if _, err := s.Edit(t.Context(), taken.OrderID, map[string]string{"ship_to.postcode": "62704"}, "cli"); err != nil {
		t.Fatal(err)
	}
	if again := s.receive(paidOrder("1001")); again.Outcome != OutcomeSame {
		t.Errorf("the mended copy is %s", again.Outcome)
	}
	s.wantDesk()
	if again := s.receive(doc); again.Outcome != OutcomeChanged { // back to the wrong one: that is a change now
		t.Errorf("the first copy is %s", again.Outcome)
	}
}

// A shop system that numbers its versions: its change of a field is taken, the person's edit of another stays.
func TestNewerKeepsEdits(t *testing.T) {
	s := newShop(t, nil)
	receive := func(doc order.Order) Taken {
		taken, err := s.Receive(t.Context(), doc, Source{By: "channel", Newer: true})
		if err != nil {
			t.Fatal(err)
		}
		return taken
	}
	doc := paidOrder("1001")
	doc.ShipTo.Postcode, doc.ShipTo.City = "6270", ""
	taken := receive(doc)
	if _, err := s.Edit(t.Context(), taken.OrderID, map[string]string{"ship_to.postcode": "62711"}, "cli"); err != nil {
		t.Fatal(err)
	}
	s.wantDesk("order_held") // the city is missing still
	if again := receive(doc); again.Outcome != OutcomeSame || s.order("1001").Doc.ShipTo.Postcode != "62711" {
		t.Errorf("the same version is %s: %+v", again.Outcome, s.order("1001").Doc.ShipTo)
	}
	s.wantDesk("order_held")
	doc.ShipTo.City = "Springfield"
	again := receive(doc)
	if row := s.order("1001"); again.State != order.IntakeAccepted || row.Doc.ShipTo.Postcode != "62711" || row.Doc.ShipTo.City != "Springfield" {
		t.Errorf("the shop's change makes it %+v: %+v", again, row.Doc.ShipTo)
	}
	s.wantDesk()
	// A version that says nothing of the risk takes none back.
	risky := paidOrder("1002")
	risky.Risk = order.RiskHigh
	receive(risky)
	s.wantDesk("order_held")
	risky.Risk, risky.Tags = "", []string{"new"}
	if again := receive(risky); again.State != order.IntakeHeld || s.order("1002").Doc.Risk != order.RiskHigh {
		t.Errorf("it is %+v, risk %q", again, s.order("1002").Doc.Risk)
	}
}

// A person's release stands while routing is mended; who lets an unpaid order go has seen no gate.
func TestReleasesStand(t *testing.T) {
	s := newShop(t, nil)
	doc := ofSKU("ZZ")
	doc.ShipTo.Line1 = ""
	s.receive(doc)
	s.wantDesk("order_held")
	if text, err := s.settle(ActRelease, ""); err != nil || text != "Released. The order is held." {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantDesk("unrouted")
	s.supplier(strings.Replace(prairie, "PS", "ZZ", 1))
	if text, err := s.settle(ActRetry, ""); err != nil || text != "Routed again. The order is accepted." {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantDesk()

	s = newShop(t, nil)
	unpaid := paidOrder("1001")
	unpaid.PaidAt, unpaid.ShipTo.Line1 = time.Time{}, ""
	taken := s.receive(unpaid)
	released, err := s.Release(t.Context(), taken.OrderID, "cli")
	if err != nil || released.State != order.IntakeHeld {
		t.Fatalf("%+v, %v", released, err)
	}
	s.wantDesk("order_held")
	if text, err := s.settle(ActRelease, ""); err != nil || text != "Released. The order is accepted." {
		t.Fatalf("%q, %v", text, err)
	}
	paid := unpaid
	paid.PaidAt = noon
	if again := s.receive(paid); again.Outcome != OutcomePaid || again.State != order.IntakeAccepted {
		t.Errorf("paid later: %+v", again)
	}
	s.wantDesk()
}

// An unpaid order passes its gates when it is paid, by what is known then.
func TestGatesAreAskedAtThePayment(t *testing.T) {
	s := newShop(t, nil)
	doc := paidOrder("1001")
	doc.PaidAt = time.Time{}
	s.receive(doc)
	s.wantDesk()
	doc.PaidAt, doc.Risk = noon, order.RiskHigh
	if taken := s.receive(doc); taken.Outcome != OutcomePaid || taken.State != order.IntakeHeld {
		t.Errorf("%+v", taken)
	}
	s.wantDesk("order_held")
	if text, err := s.settle(ActCancel, ""); err != nil || !strings.HasPrefix(text, "Order 1001 is cancelled") {
		t.Errorf("%q, %v", text, err)
	}
	wantQueued(0)(s)
}

// A risk that the shop system finds after the order was accepted is put before a person, once.
func TestLateRisk(t *testing.T) {
	for name, from := range map[string]Source{"a copy": {By: "api"}, "a newer version": {By: "channel", Newer: true}} {
		s := newShop(t, nil)
		doc := paidOrder("1001")
		s.receive(doc)
		doc.Risk = order.RiskLow
		for range 2 {
			if _, err := s.Receive(t.Context(), doc, from); err != nil {
				t.Fatal(err)
			}
		}
		s.wantDesk()
		doc = paidOrder("1002")
		s.receive(doc)
		doc.Risk = order.RiskHigh
		for range 3 {
			if _, err := s.Receive(t.Context(), doc, from); err != nil {
				t.Fatal(err)
			}
		}
		s.wantDesk("order_changed")
		if got := s.reasons(); len(got) != 1 || !strings.Contains(got[0], `risk is "high"`) {
			t.Errorf("%s: %v", name, got)
		}
		if text, err := s.settle(ActCancel, ""); err != nil || !strings.HasPrefix(text, "Order 1002 is cancelled") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// Of two orders of one customer for the same at the same moment one goes and one is held, on whatever channels; which one is the other's is said.
func TestTwoDuplicatesAtOnce(t *testing.T) {
	onBoth(t, withGates(""), func(s *shop) {
		var wait sync.WaitGroup
		start := make(chan struct{})
		states := make([]order.IntakeState, 8)
		for i := range states {
			doc := paidOrder(fmt.Sprint(1001 + i))
			doc.Channel = []string{"shop", "invoice"}[i%2]
			doc.Customer.Email = []string{"ada@mail.example", "ADA@mail.example"}[i%2]
			doc.ShipTo.Line1 = []string{"12 Maple Street", "12, maple street"}[i%2]
			wait.Go(func() {
				<-start
				taken, err := s.Receive(t.Context(), doc, Source{By: "api"})
				if err != nil {
					t.Error(err)
				}
				states[i] = taken.State
			})
		}
		close(start)
		wait.Wait()
		accepted := 0
		for _, state := range states {
			if state == order.IntakeAccepted {
				accepted++
			}
		}
		if accepted != 1 {
			t.Errorf("%d of 8 go: %v", accepted, states)
		}
		wantQueued(1)(s)
	})
}

func TestDuplicates(t *testing.T) {
	s := newShop(t, withGates("gates: {duplicate: {within: 2h}}\n"))
	another := func(number string, change func(*order.Order)) Taken {
		doc := paidOrder(number)
		doc.Lines = slices.Clone(doc.Lines)
		change(&doc)
		return s.receive(doc)
	}
	first := another("1001", func(*order.Order) {})
	if first.State != order.IntakeAccepted {
		t.Fatal(first)
	}
	second := another("1002", func(o *order.Order) { o.PlacedAt = o.PlacedAt.Add(12 * time.Minute) })
	if second.State != order.IntakeHeld {
		t.Fatal(second)
	}
	if got := s.reasons(); !slices.Equal(got, []string{"It is likely a duplicate: order 1001 of channel shop, placed 12 minutes before, is the same goods to the same address, by the email address of the same customer. (gate duplicate, waybill.yaml:15)"}) {
		t.Errorf("%q", got)
	}
	for number, change := range map[string]func(*order.Order){
		"1003": func(o *order.Order) { o.PlacedAt = o.PlacedAt.Add(2*time.Hour + 13*time.Minute) },
		"1004": func(o *order.Order) { o.Lines[0].Quantity = 3 },
		"1005": func(o *order.Order) { o.ShipTo.Line1 = "13 Maple Street" },
		"1006": func(o *order.Order) {
			o.Customer.Email, o.Customer.Name, o.ShipTo.Name = "bea@mail.example", "Bea", "Bea"
		},
	} {
		if taken := another(number, change); taken.State != order.IntakeAccepted {
			t.Errorf("%s is %s", number, taken.State)
		}
	}
	// The second is cancelled: it counts no more. An unpaid one counts for nothing until it is paid.
	if _, err := s.settle(ActCancel, ""); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(24 * time.Hour)
	s.at = later
	waits := func(o *order.Order) { o.PlacedAt, o.PaidAt = later, time.Time{} }
	if taken := another("1010", waits); taken.State != order.IntakeWaiting {
		t.Error(taken)
	}
	if taken := another("1011", func(o *order.Order) { o.PlacedAt, o.PaidAt = later, later }); taken.State != order.IntakeAccepted {
		t.Errorf("beside an unpaid one: %s", taken.State)
	}
	if taken := another("1010", func(o *order.Order) { o.PlacedAt, o.PaidAt = later, later }); taken.State != order.IntakeHeld {
		t.Errorf("the unpaid one, paid: %s", taken.State)
	}
	if text, err := s.settle(ActRelease, ""); err != nil || text != "Released. The order is accepted." {
		t.Errorf("%q, %v", text, err)
	}
}

// Judge says what Receive then does, in a file and against the books, and stores nothing.
func TestJudge(t *testing.T) {
	s := newShop(t, withGates(""))
	docs := []order.Order{paidOrder("1001"), paidOrder("1002"), paidOrder("1003"), paidOrder("1004")}
	docs[1].PlacedAt = docs[1].PlacedAt.Add(time.Minute)
	docs[2].ShipTo.Postcode = "1"
	docs[3].PaidAt = time.Time{}
	before := dump(t, s.driver, s.address)
	judged, err := s.Judge(t.Context(), docs)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "duplicate", "postcode", ""} {
		var gates []string
		for _, g := range judged[i].Gates {
			gates = append(gates, g.Gate)
		}
		if strings.Join(gates, " ") != want || judged[i].Waits != (i == 3) || judged[i].Known != "" {
			t.Errorf("%s: held by %v, waits %t, known %q", docs[i].Number, gates, judged[i].Waits, judged[i].Known)
		}
	}
	if after := dump(t, s.driver, s.address); after != before {
		t.Errorf("something was stored: %s", difference(before, after))
	}
	s.receive(docs[0])
	if judged, err = s.Judge(t.Context(), docs[:2]); err != nil || judged[0].Known != order.IntakeAccepted || len(judged[0].Gates) > 0 || len(judged[1].Gates) != 1 {
		t.Errorf("against the books: %+v, %v", judged, err)
	}
}

// A mistake in a rule is told with file, line and column, all at once, and a reload with one keeps the old rules.
func TestWrongGateFiles(t *testing.T) {
	s := newShop(t, nil)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(strings.ReplaceAll(text, "STATE", s.dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("waybill.yaml", strings.Replace(mainConfig, "gates: {duplicate: off}\n", `gates:
  big: 'total > 500'
  long:
    hold: |
      paid and
        totl > 1
    say: Jo looks.
  empty: {say: Nothing.}
  folded: >
    quantity
`, 1))
	write("suppliers/prairie.yaml", prairie+"gates: {boxes: po_boxes, risk: off}\n")
	cfg, err := config.Load(filepath.Join(s.dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"suppliers/prairie.yaml:4: gates.boxes: column 1: there is no po_boxes; ",
		"suppliers/prairie.yaml:4: gates.risk: is a built-in gate, which looks at the whole order; ",
		`waybill.yaml:16: gates.big: column 7: money is compared with money, in a currency: total > money("500 USD")`,
		"waybill.yaml:20: gates.long: line 2, column 3: there is no totl; ",
		"waybill.yaml:22: gates.empty: hold is missing: ",
		"waybill.yaml:23: gates.folded: column 1: the whole must be true or false, and is a number",
	}
	err = s.Reload(cfg)
	if err == nil {
		t.Fatal("the configuration was taken")
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), s.dir+"/"+text) {
			t.Errorf("not told: %s\n%v", text, err)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != len(want) {
		t.Errorf("%d mistakes are told, want %d: %v", n, len(want), err)
	}
	if taken := s.receive(paidOrder("1001")); taken.State != order.IntakeAccepted {
		t.Errorf("after the reload that failed: %+v", taken)
	}
}
