package prose

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Searching only lines with digits finds what searching everything finds.
func TestPatternFinds(t *testing.T) {
	text := "Hello\nour PO\n1001-A went\n\nout today\n1002-B and 1003-C\n1004-D\nno number\nPO\n\n1005-E\n" + strings.Repeat("words\n", 5) + "last 1006-F"
	for expression, digit := range map[string]bool{
		`\b\d{4}-[A-Z]\b`: true, `PO\s+(\d{4})`: true, `(?i)po\n(\d+)`: true, `[0-9]+|\d-X`: true, `10`: true, `(?m)^\d+`: true, `(?m)\d+-.$`: true,
		`(?i)po-?\d`: true, `\d{4}(?:-[A-Z])+`: true, `(\d{4})(?:-X)?`: true,
		`PO|\d`: false, `[A-Z]+-?\d*`: false, `(\d{4})?-A`: false, `[0-9A-F]+`: false, `\d{0,3}x`: false, `^\d+`: false, `\d$`: false, ``: false,
	} {
		re := regexp.MustCompile(expression)
		if got := needsDigit(expression); got != digit {
			t.Errorf("%s: needs a digit %v, want %v", expression, got, digit)
		}
		got, want := pattern{re, digit, needsSign(expression)}.find(text, 500), re.FindAllStringSubmatchIndex(text, 500)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: found %v, want %v", expression, got, want)
		}
		if few := (pattern{re, digit, 0}).find(text, 2); len(few) > 2 {
			t.Errorf("%s: %d matches, want at most 2", expression, len(few))
		}
	}
}

func TestNeedsSign(t *testing.T) {
	for expression, want := range map[string]byte{`\b\d{4}-[A-Z]\b`: '-', `PO\s+(\d{4})`: 'P', `(?i)po\d`: 0, `PO|\d`: 0, `\d(?:-X)?`: 0, `\d(?:/X){2}`: '/', `(\d+)#`: '#', `[A-Z]-`: '-', `é\d`: 0} {
		if got := needsSign(expression); got != want {
			t.Errorf("%s: every match has %q, want %q", expression, got, want)
		}
	}
}
