package read_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// TestSingled holds what a mail that names one row of its list does to that row.
func TestSingled(t *testing.T) {
	for name, c := range map[string]struct {
		body         string
		first, other bool // whether the rows of 10231 and 10240 stay sure
	}{
		"takes one back":    {"Report attached. 10240 did not make it after all, please ignore that row.\n", true, false},
		"names none":        {"Today's report is attached.\n", true, true},
		"names all":         {"Tracking for orders 10231 and 10240 is attached.\n", true, true},
		"says the same":     {"Order 10240 has shipped at last. The report is attached.\n", true, true},
		"says another kind": {"Order 10240 has been cancelled. The report is attached.\n", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			raw := from + "Subject: Report\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + c.body +
				"\n--b\nContent-Type: text/csv; name=r.csv\n\nOrder,Tracking\n10231," + ups3 + "\n10240,1ZL33V7G0273706072\n\n--b--\n"
			r := read.Document([]byte(raw), "", parsers.Profile{OrderPatterns: orderNumbers})
			for _, s := range r.Statements {
				if s.Scope != parsers.ScopeRow {
					continue
				}
				want := c.first
				if s.Refs[0].Text == "10240" {
					want = c.other
				}
				if sure := s.Score > 0.45; sure != want {
					t.Errorf("%s is read with %v", s.Refs[0].Text, s.Score)
				}
			}
		})
	}
}
