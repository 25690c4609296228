package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// drift gives the only open drift.
func (s *shop) drift() (v ExceptionView) {
	s.t.Helper()
	views, err := s.Desk(s.t.Context(), store.ExceptionFilter{Open: true, Kind: string(FormatDrift)})
	if err != nil || len(views) != 1 {
		s.t.Fatalf("%d drifts wait (%v), want 1", len(views), err)
	}
	return views[0]
}

// Many files that cannot be read for one reason are one question; a rule mends all of them.
func TestAMissingColumnIsOneQuestion(t *testing.T) { missingColumnIsOneQuestion(t, newShop) }

func missingColumnIsOneQuestion(t *testing.T, newShop opener) {
	for name, c := range map[string]struct{ header, line, missing, heading string }{
		"tracking": {"Order,Qxz", "%s-A,%s", "tracking", "Qxz"},
		"order":    {"Qxz,Tracking", "%[1]s-A,%[2]s", "order", "Qxz"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, fromDrop)
			s.history("Order,Tracking", "1001", "1002", "1003")
			later := []string{"1004", "1005", "1006", "1007"}
			s.sentOut(later...)
			for i, n := range later {
				number := fmt.Sprintf("AB1234567%d", i)
				if c.missing == "order" {
					n, number = "Z", upsNumbers[3+i]
				}
				s.drop(c.header+"\n"+fmt.Sprintf(c.line, n, number)+"\n", "")
			}
			s.wantDesk("format_drift")
			v := s.drift()
			if v.Count != 4 || !strings.HasPrefix(v.Reasons[0], `the column "`) || !slices.Contains(v.Reasons, `the column "Qxz" is new`) {
				t.Errorf("%+v", v)
			}
			if want := fmt.Sprintf(`waybill rules add prairie column "Qxz" %s`, c.missing); !strings.Contains(v.Help, want) {
				t.Errorf("help %q does not say %q", v.Help, want)
			}
			if c.missing == "order" {
				return
			}
			text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleColumn), Reads: "Qxz", Means: "tracking", MadeBy: "cli"})
			if err != nil || !strings.Contains(text, "4 piece(s) of news booked") {
				t.Errorf("%q, %v", text, err)
			}
			s.wantDesk()
			for i, n := range later {
				s.wantTracking(n+"-A", fmt.Sprintf("AB1234567%d", i))
			}
		})
	}
}

// A drift goes with the configuration that mends it, and stays while it does not.
func TestADriftIsTriedAgainWithANewConfiguration(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004")
	s.drop("Order,Qxz\n1004-A,AB12345678\n", "")
	s.tickOnce(t.Context())
	if text, err := s.settle(ActRetry, ""); err == nil || !strings.Contains(err.Error(), "1 of 1 messages still cannot be read") {
		t.Errorf("%q, %v", text, err)
	}
	s.wantDesk("format_drift")
	s.supplier(withDrop + "read: {columns: {qxz: tracking}}\n")
	s.tickOnce(t.Context())
	s.wantDesk()
	s.wantTracking("1004-A", "AB12345678")
}

// Mails that say nothing are no drift while that is usual, and one question when it is not.
func TestMailsThatSayNothingAnyMore(t *testing.T) {
	s := newShop(t, nil)
	for i := range 12 {
		n := fmt.Sprint(1001 + i)
		s.sentOut(n)
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Your order "+n+"-A", "", "Order "+n+"-A has been received, thank you.\r\n")
	}
	s.wantDesk()
	for i := range 6 {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Statement", "", fmt.Sprintf("Zorb glorf %d.\r\n", i))
	}
	s.wantDesk("format_drift")
	if v := s.drift(); !strings.Contains(v.Reasons[0], "messages said nothing that could be read; 12 of the 12 before did") || v.Count < 3 {
		t.Errorf("%+v", v)
	}
	// One that is read again ends nothing for those that are not.
	s.sentOut("1013")
	s.at = s.at.Add(time.Hour)
	s.mail(fromPrairie, "Your order 1013-A", "", "Order 1013-A has been received, thank you.\r\n")
	s.wantDesk("format_drift")
	text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RulePhrase), Reads: "zorb glorf", Means: "question", MadeBy: "cli"})
	if err != nil {
		t.Fatalf("%q, %v", text, err)
	}
	if got := s.desk(); slices.Contains(got, "format_drift") {
		t.Errorf("%q, and on the desk: %v", text, got)
	}
}

// When a run of silence is news, by what was usual before.
func TestWentSilent(t *testing.T) {
	kinds := func(text string) (list []parsers.Reading) {
		for _, c := range text {
			kind := parsers.Other
			if c == 'x' {
				kind = parsers.Shipment
			}
			list = append(list, parsers.Reading{Kind: kind})
		}
		return list
	}
	silence := parsers.Reading{Kind: parsers.Other}
	for before, want := range map[string]int{ // newest first
		"": 0, "xxxx": 0, "xxxxxxxxxx": 0, "..xxxxxxxxxx": 3, ".xxxxxxxxxxxxxxxxxxx": 0, "..xxxxxxxxxxxxxxxxxx": 3,
		"..x.x.x.x.x.x.x.x.x.": 0, "..........": 0, ".........x.x.x.x.x": 10,
	} {
		if run, said, of := wentSilent(silence, kinds(before)); run != want {
			t.Errorf("%q: a run of %d (%d of %d), want %d", before, run, said, of, want)
		}
	}
	if run, _, _ := wentSilent(parsers.Reading{Kind: parsers.Shipment}, kinds("..xxxxxxxxxx")); run != 0 {
		t.Error("a shipment is no silence")
	}
}

// The evidence of a drift names no person's data.
func TestADriftHoldsNoPersonalData(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004")
	s.drop("Order,Qxz,Name\n1004-A,AB12345678,Ada Abernathy\n", "")
	raw, err := json.Marshal(s.drift())
	if err != nil || strings.Contains(string(raw), "Abernathy") {
		t.Errorf("%s, %v", raw, err)
	}
}

// What was left to the drift, and is no part of it, is asked when the drift is over.
func TestWhatADriftHeldBackIsAsked(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004")
	s.drop("Order,Qxz,Status\n1004-A,AB12345678,Shipped\n9999-A,,Out of stock\n", "")
	s.wantDesk("format_drift")
	if told, totals := s.replay(ReplayRequest{}); totals.Same != totals.Items {
		t.Errorf("nothing was mended, and a replay has %+v: %+v", totals, told)
	}
	s.wantDesk("format_drift")
	if text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleColumn), Reads: "Qxz", Means: "tracking", MadeBy: "cli"}); err != nil {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantTracking("1004-A", "AB12345678")
	s.wantDesk("which_order")
	before := s.rows()
	if told, totals := s.replay(ReplayRequest{}); totals.Same != totals.Items {
		t.Errorf("again: %+v: %+v", totals, told)
	}
	if after := s.rows(); after != before {
		t.Errorf("a second replay has written:\n%s", difference(before, after))
	}
}

// A drift without messages that wait reads nothing else again.
func TestADriftOfNothingReadsNothing(t *testing.T) {
	s := newShop(t, fromDrop)
	early := true
	s.match = blind("1001", &early)
	s.sentOut("1001")
	s.drop("Order,Tracking\n1001-A,"+upsNumbers[0]+"\n", "")
	early = false
	x := store.ExceptionRow{Supplier: "prairie", Item: 9, Detail: json.RawMessage(`{"drift":{"form":"table","missing":"tracking"}}`)}
	if were, left, err := s.rereadDrift(t.Context(), x, byRule); were != 0 || left != 0 || err != nil {
		t.Errorf("%d, %d, %v", were, left, err)
	}
	s.wantTracking("1001-A")
}

// The messages that made a run of silence are read again with it, however much came from others between them.
func TestADriftReachesBackToItsFirst(t *testing.T) {
	s := newShop(t, nil)
	for i := range 12 {
		n := fmt.Sprint(1001 + i)
		s.sentOut(n)
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Your order "+n+"-A", "", "Order "+n+"-A has been received, thank you.\r\n")
	}
	for i := range 3 {
		s.at = s.at.Add(time.Hour)
		s.mail(fromPrairie, "Statement", "", fmt.Sprintf("Zorb glorf %d.\r\n", i))
		for j := range 2 * driftLook {
			s.at = s.at.Add(time.Minute)
			s.mail("stranger@elsewhere.example", "Hello", "", fmt.Sprintf("Buy our buckets, they are cheap %d %d.\r\n", i, j))
		}
	}
	s.wantDesk("format_drift")
	rows, err := s.openDrifts(t.Context(), "prairie")
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	s.view(func(tx *store.Tx) error {
		ids, err := affected(tx, rows[0])
		if len(ids) != 3 {
			t.Errorf("%v are read again, want 3", ids)
		}
		return err
	})
}

// A file that needs no such column is none that waits.
func TestADriftDoesNotHoldWhatIsUnderstood(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004", "1005")
	s.drop("Order,Qxz\n1004-A,AB12345678\n", "")
	s.drop("Order,Status\n1005-A,Received\n", "")
	if got := s.po("1005-A").State(); got != order.POAcknowledged {
		t.Fatalf("1005-A is %s", got)
	}
	s.wantDesk("format_drift")
	if text, err := s.AddRule(t.Context(), store.RuleRow{Supplier: "prairie", Kind: string(RuleColumn), Reads: "Qxz", Means: "tracking", MadeBy: "cli"}); err != nil {
		t.Fatalf("%q, %v", text, err)
	}
	s.wantDesk()
}

// The command that a person is told to run is theirs, whatever the file calls its column.
func TestAHeadingWritesNoCommand(t *testing.T) {
	s := newShop(t, fromDrop)
	s.history("Order,Tracking", "1001", "1002", "1003")
	s.sentOut("1004")
	s.drop("Order,$(touch x) `id` it's\n1004-A,AB12345678\n", "")
	if v := s.drift(); !strings.HasSuffix(v.Help, "waybill rules add prairie column '$(touch x) `id` it'\\''s' tracking") {
		t.Errorf("help %s", v.Help)
	}
	for text, want := range map[string]string{"Our No": `"Our No"`, `a"b`: `'a"b'`, `a\b`: `'a\b'`, "'": `''\'''`, "追跡": `"追跡"`} {
		if got := shellWord(text); got != want {
			t.Errorf("%s is quoted %s, want %s", text, got, want)
		}
	}
}
