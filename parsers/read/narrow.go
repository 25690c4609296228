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

// addressed takes away the consignees that are only whom an earlier mail was sent to: "收件人" stands above both.
func addressed(t *parsers.Text, statements []parsers.Statement) {
	if len(t.Marks) == 0 {
		return
	}
	for i := range statements {
		s := &statements[i]
		if s.Consignee == nil {
			continue
		}
		for _, v := range [...]parsers.Value{s.Consignee.Name, s.Consignee.Company, s.Consignee.Email} {
			if v.Text != "" && t.MarkAt(v.At.Start) == parsers.MarkHeader {
				s.Consignee = nil
				break
			}
		}
	}
}
