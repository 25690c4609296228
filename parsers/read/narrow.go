package read

import (
	"strings"

	"waybill/parsers"
)

// narrow makes the places of values that were taken out of a longer cell those of the values themselves: "expected 15/12" has a date in it.
func narrow(t *parsers.Text, statements []parsers.Statement) {
	one := func(v *parsers.Value) {
		at := &v.At
		if v.Text == "" || at.Row > 0 || at.Start >= at.End || at.End > len(t.Text) || at.End-at.Start == len(v.Text) {
			return
		}
		if i := strings.Index(t.Text[at.Start:at.End], v.Text); i >= 0 {
			at.Start += i
			at.End = at.Start + len(v.Text)
		}
	}
	for i := range statements {
		s := &statements[i]
		one(&s.KindAt)
		one(&s.Expected)
		one(&s.Carrier)
		for k := range s.Refs {
			one(&s.Refs[k].Value)
		}
		for k := range s.Lines {
			one(&s.Lines[k].SKU)
			one(&s.Lines[k].Title)
		}
	}
}
