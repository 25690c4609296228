package read

import (
	"slices"
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
// What is an order's number is no postcode.
func addressed(t *parsers.Text, statements []parsers.Statement, refs []parsers.Ref) []parsers.Statement {
	kept := statements[:0]
	for _, s := range statements {
		if s.Consignee != nil && !resides(t, s.Consignee, refs) {
			if s.Consignee = nil; s.Kind == "" && len(s.Refs)+len(s.Tracking)+len(s.Lines) == 0 && s.Expected.Text == "" {
				continue
			}
		}
		kept = append(kept, s)
	}
	return kept
}

// resides tells whether a consignee is one.
func resides(t *parsers.Text, p *parsers.Party, refs []parsers.Ref) bool {
	if slices.ContainsFunc(refs, func(f parsers.Ref) bool {
		return f.Label == parsers.LabelOrder && f.At.Start < p.Postcode.At.End && p.Postcode.At.Start < f.At.End
	}) {
		return false
	}
	for _, v := range [...]parsers.Value{p.Name, p.Company, p.Email} {
		if v.Text != "" && t.MarkAt(v.At.Start) == parsers.MarkHeader {
			return false
		}
	}
	return true
}

// faint takes rows that stand in marked text, as nobody can see them, for quoted ones.
func faint(t *parsers.Text, statements []parsers.Statement) {
	if len(t.Marks) == 0 {
		return
	}
	for i := range statements {
		s := &statements[i]
		at := s.KindAt.At
		switch {
		case len(s.Refs) > 0:
			at = s.Refs[0].At
		case len(s.Tracking) > 0:
			at = s.Tracking[0].At
		}
		if at.Row > 0 || at.End == 0 || t.MarkAt(at.Start) != parsers.MarkQuoted {
			continue
		}
		s.Quoted = true
		for k := range s.Refs {
			s.Refs[k].Quoted = true
		}
		for k := range s.Tracking {
			s.Tracking[k].Quoted = true
		}
	}
}
