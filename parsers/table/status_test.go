package table

import (
	_ "embed"
	"strings"
	"testing"

	"waybill/parsers"
)

//go:embed testdata/status.txt
var statusList string

// TestStatusColumns holds what the status columns of real systems say: of a row that has an order and a status and no more, and of one that has a
// tracking number as well. With a number, only what says that goods have left may be a shipment that nobody looks at.
func TestStatusColumns(t *testing.T) {
	const number = "1ZKTGXLA1264591759"
	seen, right := 0, 0
	for line := range strings.Lines(statusList) {
		head, values, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(head, "#") {
			continue
		}
		kind, language, _ := strings.Cut(head, " ")
		for value := range strings.SplitSeq(values, ";") {
			value = strings.TrimSpace(value)
			seen++
			got := statusSays("Order\tStatus\n10483\t" + value + "\n10484\t\n")
			sure := statusSays("Order\tTracking\tStatus\n10483\t" + number + "\t" + value + "\n")
			switch {
			case got != kind:
				t.Errorf("%s %q: %s, want %s", language, value, got, kind)
			case kind == "shipment" && sure != "shipment" || kind != "shipment" && kind != "partial" && kind != "none" && sure == "shipment":
				t.Errorf("%s %q beside a number: %s", language, value, sure)
			default:
				right++
			}
		}
	}
	if seen < 250 {
		t.Errorf("the list has %d values", seen)
	}
	t.Logf("%d of %d", right, seen)
}

// statusSays is what the first row of a file says, as statusList calls it, with "?" where nobody would act upon it.
func statusSays(doc string) string {
	for _, s := range Parse([]byte(doc), "x.tsv", "1", parsers.Profile{}).Statements {
		if s.Kind == "" || s.Refs[0].Text != "10483" {
			continue
		}
		sure := ""
		if s.Score <= unclear {
			sure = "?"
		}
		if s.Partial && s.Kind == parsers.Shipment {
			return "partial" + sure
		}
		return string(s.Kind) + sure
	}
	return "none"
}
