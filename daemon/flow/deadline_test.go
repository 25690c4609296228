package flow

import (
	"bytes"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// chasing is a supplier in New York who is asked after 8 working hours without an answer, and after 2 working days without a parcel.
const chasing = "name: Prairie Supply\nemail: [post@prairie.example]\nphone: +1 555 0147\ntimezone: America/New_York\nskus: [{prefix: PS, theirs: \"X-{rest}\"}]\n" +
	"working: {hours: 09:00-17:00, holidays: [US], short: {\"2026-03-20\": 09:00-12:00}}\ndeadlines: {acknowledge: 8h, ship: 2, wait: 8h}\n"

// hour is a moment of March 2026 in New York.
func hour(day, hour, minute int) time.Time {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, day, hour, minute, 0, 0, zone)
}

// look holds the deadlines as the timer does at a moment, and gives the questions to suppliers that are queued by it.
func (s *shop) look(at time.Time) (questions []store.DispatchRow) {
	s.t.Helper()
	s.at = at
	s.slow.deadlines = time.Time{}
	if err := s.deadlines(s.t.Context(), s.world.Load()); err != nil {
		s.t.Fatal(err)
	}
	return s.dispatches(store.DispatchFilter{Purpose: order.PurposeSupplier, State: order.DispatchQueued})
}

// ordered sends an order to the supplier at a moment.
func (s *shop) ordered(at time.Time, numbers ...string) {
	s.t.Helper()
	s.at = at
	for _, n := range numbers {
		s.receive(paidOrder(n))
	}
	s.sent("mail:orders")
}

func (s *shop) late() (views []ExceptionView) {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true, Kind: string(SupplierLate)})
	if err != nil {
		s.t.Fatal(err)
	}
	return views
}

func TestASilentSupplierIsAskedOnceInTheThread(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(18, 15, 0), "1001") // Wednesday afternoon: two hours of it, six of Thursday
	told := s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder})[0]
	for _, early := range []time.Time{hour(18, 23, 0), hour(19, 14, 59)} {
		if q := s.look(early); len(q) != 0 {
			t.Fatalf("asked at %s", early)
		}
	}
	q := s.look(hour(19, 15, 0))
	if len(q) != 1 || q[0].Target != "prairie" || q[0].Lane != "mail:orders" || !slices.Equal(q[0].Message.To, []string{"post@prairie.example"}) {
		t.Fatalf("got %+v", q)
	}
	m, err := mail.ReadMessage(bytes.NewReader(q[0].Message.Body))
	if err != nil {
		t.Fatal(err)
	}
	token := strings.ToLower(string(s.po("1001-A").Token))
	for field, want := range map[string]string{"Subject": "Re: Purchase order 1001-A from Lantern Lane", "In-Reply-To": "<" + told.Message.Key + ">", "References": "<" + told.Message.Key + ">",
		"Auto-Submitted": "auto-generated", "Reply-To": "\"Lantern Lane\" <orders+" + token + "@lantern-lane.example>", "To": "<post@prairie.example>"} {
		if got := m.Header.Get(field); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
	if body := string(q[0].Message.Body); !strings.Contains(body, "have not heard from you yet about") || !strings.Contains(body, "1001-A") || !strings.Contains(body, "not a new order") {
		t.Errorf("got %s", body)
	}
	// Once, also when the daemon was killed between: what was asked is written with the question.
	again, err := New(Options{Store: s.Store(), Config: s.Config(), Now: func() time.Time { return s.at }, Random: s.random, Dialer: noDialer{t}})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	s.at = hour(20, 10, 0)
	if err := again.deadlines(t.Context(), again.world.Load()); err != nil {
		t.Fatal(err)
	}
	if q := s.look(hour(20, 11, 0)); len(q) != 1 {
		t.Fatalf("%d questions", len(q))
	}
	if len(s.late()) > 0 {
		t.Error("told while the question waits in the queue")
	}
	s.at = hour(19, 15, 5)
	s.sent("mail:orders")
	s.look(hour(23, 11, 0)) // Thursday 15:05: two hours less five minutes, three on the short Friday, and three and five minutes on Monday
	if len(s.late()) > 0 {
		t.Error("told before they had their eight hours")
	}
	s.look(hour(23, 12, 5))
	late := s.late()
	if len(late) != 1 || late[0].Text != "Prairie Supply (purchase order 1001-A) has not answered or shipped in time" {
		t.Fatalf("got %+v", late)
	}
	shown, err := s.ViewException(t.Context(), late[0].ID)
	if err != nil || !strings.Contains(fmt.Sprintf("%+v", shown), "sent Wed 18 Mar 14:00, asked Thu 19 Mar 14:00, nothing heard") || !strings.Contains(fmt.Sprintf("%+v", shown), "Call +1 555 0147") {
		t.Errorf("%v %+v", err, shown)
	}
	// The answer to the question is found by its thread alone.
	s.mail(fromPrairie, "Re: your question", "In-Reply-To: <"+q[0].Message.Key+">\r\n", "We have it, thank you. It ships soon.\r\n")
	if st := s.po("1001-A").State(); st != order.POAcknowledged {
		t.Fatalf("the purchase order is %s", st)
	}
	if q := s.look(hour(23, 12, 30)); len(s.late()) > 0 || len(q) != 1 {
		// It is acknowledged, and its two working days are over: that is another question, on the next day at the earliest.
		t.Errorf("%d on the desk, %d questions", len(s.late()), len(q))
	}
}

// TestLateOnesAreAskedAboutTogether: one mail and one exception for all of a supplier, and one mail a day.
func TestLateOnesAreAskedAboutTogether(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(16, 9, 0), "1001", "1002", "1003")
	s.ordered(hour(16, 12, 0), "1004")
	q := s.look(hour(17, 9, 30))
	if len(q) != 1 || len(q[0].POs) != 3 {
		t.Fatalf("got %+v", q)
	}
	m, err := mail.ReadMessage(bytes.NewReader(q[0].Message.Body))
	if err != nil || m.Header.Get("Subject") != "A question about 3 purchase orders from Lantern Lane" || strings.Count(m.Header.Get("References"), "<") != 3 || m.Header.Get("Reply-To") != "" {
		t.Errorf("%v %+v", err, m.Header)
	}
	s.sent("mail:orders")
	if q := s.look(hour(17, 13, 0)); len(q) != 0 {
		t.Error("asked twice on one day")
	}
	if q := s.look(hour(18, 9, 5)); len(q) != 1 || len(q[0].POs) != 1 {
		t.Fatalf("the next day: %+v", q)
	}
	s.sent("mail:orders")
	s.look(hour(18, 9, 40))
	if late := s.late(); len(late) != 1 || late[0].Text != "Prairie Supply (3 purchase orders) has not answered or shipped in time" {
		t.Fatalf("got %+v", late)
	}
	s.look(hour(19, 9, 40))
	late := s.late()
	if len(late) != 1 || late[0].Text != "Prairie Supply (4 purchase orders) has not answered or shipped in time" {
		t.Fatalf("got %+v", late)
	}
	// Who dismisses it does not hear of these again.
	if text, err := s.Settle(t.Context(), late[0].ID, Settlement{Action: ActDismiss, By: "cli"}); err != nil || !strings.Contains(text, "not told of again") {
		t.Fatal(text, err)
	}
	s.look(hour(20, 9, 40))
	if len(s.late()) > 0 {
		t.Error("told again")
	}
}

// TestWhoIsNeverAsked is the table of what stops a question, long after every deadline.
func TestWhoIsNeverAsked(t *testing.T) {
	const friday = 27
	for name, c := range map[string]struct {
		supplier string
		at       time.Time
		before   func(*shop)
		desk     int // exceptions of lateness
	}{
		"paused": {before: func(s *shop) {
			if err := s.Pause(s.t.Context(), "prairie"); err != nil {
				s.t.Fatal(err)
			}
		}},
		"on a Saturday":            {at: hour(28, 11, 0)},
		"in the evening":           {at: hour(27, 17, 0)},
		"without deadlines":        {supplier: prairie},
		"promised for later":       {before: func(s *shop) { s.heard(order.Backordered, "2026-03-30") }},
		"rejected":                 {before: func(s *shop) { s.heard(order.Rejected, "") }},
		"shipped":                  {before: func(s *shop) { s.heard(order.Shipped, "") }},
		"cancelled":                {before: func(s *shop) { s.cancelled("1001") }},
		"with an open question":    {before: func(s *shop) { s.trouble(Exception{Kind: SupplierAsks, PO: s.po("1001-A").ID}) }},
		"without mail":             {supplier: strings.Replace(chasing, "email: [post@prairie.example]", "send: {by: folder, path: STATE/out}", 1), desk: 1},
		"who is not to be asked":   {supplier: strings.Replace(chasing, "ship: 2", "ship: 2, chase: false", 1), desk: 1},
		"acknowledged, no parcels": {supplier: strings.Replace(chasing, "ship: 2, ", "", 1), before: func(s *shop) { s.heard(order.Acknowledged, "") }},
	} {
		t.Run(name, func(t *testing.T) {
			if c.supplier == "" {
				c.supplier = chasing
			}
			if c.at.IsZero() {
				c.at = hour(friday, 11, 0)
			}
			s := newShop(t, map[string]string{"suppliers/prairie.yaml": c.supplier})
			s.ordered(hour(18, 15, 0), "1001")
			s.sent("folder:prairie")
			if c.before != nil {
				c.before(s)
			}
			before := len(s.dispatches(store.DispatchFilter{Purpose: order.PurposeSupplier, State: order.DispatchQueued}))
			if q := s.look(c.at); len(q) != before {
				t.Errorf("asked: %+v", q)
			}
			if n := len(s.late()); n != c.desk {
				t.Errorf("%d on the desk", n)
			}
		})
	}
	t.Run("not sent", func(t *testing.T) {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
		s.receive(paidOrder("1001"))
		if q := s.look(hour(friday, 11, 0)); len(q) != 0 || len(s.late()) != 0 {
			t.Errorf("asked: %+v", q)
		}
	})
	t.Run("in shadow mode", func(t *testing.T) {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing, "waybill.yaml": mainConfig + "mode: shadow\n"})
		s.ordered(hour(18, 15, 0), "1001")
		if q := s.look(hour(friday, 11, 0)); len(q) != 0 || len(s.late()) != 0 {
			t.Errorf("asked: %+v", q)
		}
	})
	for imported, want := range map[string]int{"": 0, ", imported: true": 1} {
		s := newShop(t, map[string]string{"suppliers/prairie.yaml": strings.Replace(chasing, "wait: 8h", "wait: 8h"+imported, 1)})
		if _, err := s.Receive(t.Context(), paidOrder("1001"), Source{By: "cli", AlreadySent: true}); err != nil {
			t.Fatal(err)
		}
		if q := s.look(hour(friday, 11, 0)); len(q) != want {
			t.Errorf("imported as already sent%s: %d questions", imported, len(q))
		}
	}
}

// heard records news of the purchase order.
func (s *shop) heard(kind order.EventKind, expected string) {
	s.t.Helper()
	err := s.Store().Write(s.t.Context(), func(tx *store.Tx) error {
		po, err := tx.POByNumber("1001-A")
		if err != nil {
			return err
		}
		_, err = tx.Record(order.Event{Kind: kind, At: s.at, PO: po.ID, Expected: expected, By: "supplier"})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) cancelled(number string) {
	s.t.Helper()
	row, err := s.FindOrder(s.t.Context(), number, "")
	if err == nil {
		_, err = s.Cancel(s.t.Context(), row.ID, "cli")
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestPromisedForLater: the promise is waited for, and its day; then it is late like any other.
func TestPromisedForLater(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(16, 9, 0), "1001")
	s.heard(order.Backordered, "2026-03-24")
	if q := s.look(hour(24, 16, 0)); len(q) != 0 {
		t.Fatal("asked on the day that they promised")
	}
	if q := s.look(hour(25, 9, 0)); len(q) != 1 || !strings.Contains(string(q[0].Message.Body), "no tracking number yet") {
		t.Errorf("got %+v", q)
	}
}

// TestAnAnsweredQuestionIsNotAsked: what is answered while the question waits in the queue is called off.
func TestAnAnsweredQuestionIsNotAsked(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	s.ordered(hour(16, 9, 0), "1001", "1002")
	q := s.look(hour(17, 9, 30))
	if len(q) != 1 {
		t.Fatal(q)
	}
	off := func() bool {
		reason, err := s.stays(t.Context(), q[0])
		if err != nil {
			t.Fatal(err)
		}
		return reason == reasonCalledOff
	}
	s.heard(order.Shipped, "")
	if off() {
		t.Error("called off while one of two is unanswered")
	}
	if _, err := s.Ship(t.Context(), ShipRequest{PO: "1002-A", Tracking: []string{ups1}, By: "cli"}); err != nil {
		t.Fatal(err)
	}
	if !off() {
		t.Error("asked about what has shipped")
	}
}

// TestThreeMailsADay: a question is one of the automatic mails about an order, of which no more than three leave in a day.
func TestThreeMailsADay(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": strings.Replace(chasing, "acknowledge: 8h", "acknowledge: 1h", 1)})
	s.ordered(hour(16, 9, 0), "1001")
	for range 2 {
		if _, err := s.Resend(t.Context(), "1001-A", "cli"); err != nil {
			t.Fatal(err)
		}
		s.sent("mail:orders")
	}
	if q := s.look(hour(16, 12, 0)); len(q) != 0 {
		t.Error("a fourth mail on one day")
	}
	if q := s.look(hour(17, 12, 0)); len(q) != 1 {
		t.Errorf("%d questions on the next day", len(q))
	}
}

// TestCalendarMistakes: what only the rules for holidays know is told with the file and the words.
func TestCalendarMistakes(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing})
	cfg := *s.Config()
	p := cfg.Suppliers["prairie"]
	p.Working = &config.Working{Holidays: []string{"Texas"}}
	cfg.Suppliers = map[string]config.Supplier{"prairie": p}
	if err := s.Reload(&cfg); err == nil || !strings.Contains(err.Error(), "prairie.yaml: working.holidays: there are no rules for \"Texas\"; there are some for AT AU-ACT") {
		t.Errorf("got %v", err)
	}
}

// TestShipByKnowsTheHolidays: the day that is asked for in an order is one on which they work.
func TestShipByKnowsTheHolidays(t *testing.T) {
	s := newShop(t, map[string]string{"suppliers/prairie.yaml": chasing + "send: {cut_off: \"14:00\"}\n"})
	s.at = time.Date(2026, 7, 2, 19, 0, 0, 0, time.UTC) // Thursday, after the cut-off; Friday stands for the fourth, a Saturday
	s.receive(paidOrder("1001"))
	if body := string(s.dispatches(store.DispatchFilter{Purpose: order.PurposeOrder})[0].Message.Body); !strings.Contains(body, "Monday, 6 July 2026") {
		t.Errorf("got %s", body)
	}
}
