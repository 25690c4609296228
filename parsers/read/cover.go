package read

import (
	"slices"

	"waybill/parsers"
)

// cover gives the rows of tables that say no kind of their own the one that the mail around them says: "Backorders attached", and the file has orders,
// items and dates. It does so only where mail, subject and file name say one kind of news and no row says another.
func (d *document) cover() {
	var said *parsers.Statement
	var rows []*parsers.Statement
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		switch {
		case s.Quoted:
		case s.Scope == parsers.ScopeRow:
			if !ordered(s) {
				continue
			}
			if s.Kind != "" && (s.Kind != parsers.Acknowledgement || s.KindAt != s.Expected) || len(s.Tracking) > 0 {
				return
			}
			rows = append(rows, s)
		case s.Kind.Consequence() <= parsers.Acknowledgement.Consequence():
		case ordered(s) || s.Score < 0.75 || said != nil && said.Kind != s.Kind:
			return // it speaks of one order, or not clearly, or of several things
		default:
			said = s
		}
	}
	if said == nil {
		return
	}
	for _, s := range rows {
		s.Kind, s.KindAt, s.Score = said.Kind, said.KindAt, said.Score
	}
}

// ordered tells a statement that names an order.
func ordered(s *parsers.Statement) bool {
	return slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return f.Label == parsers.LabelOrder || f.Label == parsers.LabelKey })
}
