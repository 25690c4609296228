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

// singled lowers rows of an attached list whose order the mail around it names, and not all others of the list, without saying the same of it: "10483 did
// not make it, please ignore that row". A person looks.
func (d *document) singled() {
	if d.reading.Envelope == nil {
		return
	}
	orders := map[string]bool{} // of the list: whether the mail names it
	for i := range d.reading.Statements {
		if s := &d.reading.Statements[i]; s.Scope == parsers.ScopeRow && !s.Quoted && s.Kind != "" {
			for _, f := range s.Refs {
				if f.Label == parsers.LabelOrder {
					orders[f.Text] = false
				}
			}
		}
	}
	if len(orders) < 2 {
		return
	}
	named := 0
	for _, f := range d.refs {
		if seen, listed := orders[f.Text]; listed && !seen && !f.Quoted && f.At.Row == 0 && f.At.End > 0 && f.At.Part != "filename" && f.At.Part != "subject" {
			orders[f.Text] = true
			named++
		}
	}
	if named == 0 || named == len(orders) {
		return
	}
	for i := range d.reading.Statements {
		s := &d.reading.Statements[i]
		if s.Scope != parsers.ScopeRow || s.Kind == "" {
			continue
		}
		for _, f := range s.Refs {
			if orders[f.Text] && !d.agreed(f.Text, s.Kind) {
				s.Score = min(s.Score, unsure)
				break
			}
		}
	}
}

// agreed tells whether the mail around a list says the same kind of an order.
func (d *document) agreed(order string, kind parsers.Kind) bool {
	return slices.ContainsFunc(d.reading.Statements, func(s parsers.Statement) bool {
		return s.Scope != parsers.ScopeRow && s.Kind == kind && slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return f.Text == order })
	})
}
