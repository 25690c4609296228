package read

import (
	"slices"
	"strings"
	"unicode"

	"waybill/parsers"
)

// form is one of the forms in which a mail's body comes, and what it says.
type form struct {
	text       *parsers.Text
	statements []parsers.Statement
}

// mostCompared bounds the values that are looked for in another form, and mostText how much of that is searched, in bytes: who writes more than that
// has not written it twice by hand.
const (
	mostCompared = 200
	mostText     = 1 << 20
)

// contrast adds what one form of a body says and the one that is read does not: a program that writes two forms says the same in both, and where it
// does not, a person must tell which holds. Then all of it is in doubt.
func (d *document) contrast(other form, best *parsers.Text, said []parsers.Statement) []parsers.Statement {
	var folded string
	var more []parsers.Statement
	compared := 0
	for i := range other.statements {
		s := &other.statements[i]
		if s.Quoted || compared > mostCompared {
			continue
		}
		if folded == "" {
			folded = searchable(best)
		}
		lacks := func(v string) bool {
			compared++
			v = wordsOnly(v)
			return len(v) > 2 && !strings.Contains(folded, v)
		}
		if differs(s, said, lacks) {
			more = append(more, *s)
		}
	}
	if len(more) == 0 {
		return said
	}
	said = append(slices.Clone(said), more...)
	doubt(said)
	return said
}

// differs tells whether a statement has news, an order or a parcel that the other form lacks.
func differs(s *parsers.Statement, said []parsers.Statement, lacks func(string) bool) bool {
	for _, t := range s.Tracking {
		if !t.Quoted && t.Score >= 0.6 && lacks(t.Number) {
			return true
		}
	}
	for _, f := range s.Refs {
		if !f.Quoted && f.Label == parsers.LabelOrder && !f.Pattern && lacks(f.Text) {
			return true
		}
	}
	if s.Kind == parsers.Acknowledgement && s.Score > 0.5 && lacks(s.KindAt.Text) { // what has left in one form is still to leave in the other
		return slices.ContainsFunc(said, func(one parsers.Statement) bool { return one.Kind == parsers.Shipment && !one.Quoted }) &&
			!slices.ContainsFunc(said, func(one parsers.Statement) bool { return one.Kind == s.Kind })
	}
	return s.Kind.Consequence() >= parsers.Shipment.Consequence() && s.Score > 0.5 && lacks(s.KindAt.Text) &&
		!slices.ContainsFunc(said, func(one parsers.Statement) bool { return one.Kind == s.Kind })
}

// searchable is the letters and digits of a text and of where its links lead.
func searchable(t *parsers.Text) string {
	var b strings.Builder
	b.WriteString(wordsOnly(t.Text[:min(len(t.Text), mostText)]))
	for _, l := range t.Links[:min(len(t.Links), 500)] {
		b.WriteByte(' ')
		b.WriteString(wordsOnly(l.URL[:min(len(l.URL), 2048)]))
	}
	return b.String()
}

// wordsOnly is the letters and digits of a text, in lower case.
func wordsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
