package parsers

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Searching only lines with the digits that a match must have finds what searching everything finds.
func TestOrderPatternFinds(t *testing.T) {
	text := "Hello\nour PO\n1001-A went\n\nout today\n1002-B and 1003-C\n1004-D\nno number\nPO\n\n1005-E\n" + strings.Repeat("words 12\n", 5) + "7\nPO 99\n12345\n6-X\nlast 1006-F"
	for expression, run := range map[string]int{
		`\b\d{4}-[A-Z]\b`: 4, `PO\s+(\d{4})`: 4, `(?i)po\n(\d+)`: 1, `[0-9]+|\d-X`: 1, `10`: 2, `(?m)^\d+`: 1, `(?m)\d+-.$`: 1, `10\d{2}`: 4, `1\d?0+[0-9]`: 3,
		`(?i)po-?\d`: 1, `\d{4}(?:-[A-Z])+`: 4, `(\d{4})(?:-X)?`: 4, `(?:\d{2}){2}-`: 4, `\d{3}|\d{5}`: 3, `A10B|\d{5}`: 2, `\d{2}\s\d`: 2, `(?s)\d{5}.6`: 5,
		`PO|\d`: 0, `[A-Z]+-?\d*`: 0, `(\d{4})?-A`: 0, `[0-9A-F]+`: 0, `\d{0,3}x`: 0, `^\d+`: 1, `\d$`: 1, `^\d{4}`: 4, ``: 0,
	} {
		p := Profile{OrderPatterns: []string{expression}}
		got := p.CompileOrderPatterns()[0]
		if got.run != run {
			t.Errorf("%s: every match has %d digits in a row, want %d", expression, got.run, run)
		}
		re := regexp.MustCompile(expression)
		if got, want := got.FindAll(text, 500), re.FindAllStringSubmatchIndex(text, 500); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: found %v, want %v", expression, got, want)
		}
		if few := got.FindAll(text, 2); len(few) > 2 {
			t.Errorf("%s: %d matches, want at most 2", expression, len(few))
		}
		for line := range strings.SplitSeq(text, "\n") {
			if got.Match(line) != re.MatchString(line) || !reflect.DeepEqual(got.Find(line), re.FindStringSubmatchIndex(line)) {
				t.Errorf("%s: in %q found %v", expression, line, got.Find(line))
			}
		}
	}
}

func TestOrderPatternSign(t *testing.T) {
	for expression, want := range map[string]byte{`\b\d{4}-[A-Z]\b`: '-', `PO\s+(\d{4})`: 'P', `(?i)po\d`: 0, `PO|\d`: 0, `\d(?:-X)?`: 0, `\d(?:/X){2}`: '/', `(\d+)#`: '#', `[A-Z]-`: '-', `é\d`: 0} {
		p := Profile{OrderPatterns: []string{expression, "("}}
		if all := p.CompileOrderPatterns(); len(all) != 1 || all[0].sign != want {
			t.Errorf("%s: every match has %q, want %q", expression, all[0].sign, want)
		}
	}
}
