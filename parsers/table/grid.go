package table

import "waybill/parsers"

// Rows reads a table that stands in a text, as HTML mails have them. Every place is in the bytes of that text. Cells that repeat a
// merged one are read like the one they repeat. A table of products that names no order becomes one statement of its lines
// without references: the text around it names the order.
func (rd *Reader) Rows(t *parsers.Text, g parsers.Grid) Result {
	r := &reader{profile: rd.profile, part: t.Part, text: true, patterns: rd.patterns, result: Result{Format: "text"}}
	for i, cells := range g.Rows {
		if i >= parsers.MaxRows {
			break
		}
		if len(cells) > parsers.MaxColumns {
			cells = cells[:parsers.MaxColumns]
		}
		w := row{number: i + 1, line: i + 1, ended: true}
		for _, c := range cells {
			w.cells = append(w.cells, c.Text)
			w.at = append(w.at, trimmed(t, c))
		}
		r.add(w)
		r.result.Rows++
	}
	result := r.finish()
	if len(r.items) > 0 {
		result.Statements = append(result.Statements, parsers.Statement{Scope: parsers.ScopeClause, Lines: r.items})
	}
	if g.Quoted {
		for i := range result.Statements {
			quote(&result.Statements[i])
		}
	}
	return result
}

// trimmed is the place of a cell's text without the blanks around it.
func trimmed(t *parsers.Text, c parsers.Cell) parsers.Place {
	at := parsers.Place{Part: t.Part, Start: c.Start, End: c.End}
	if c.Start < 0 || c.End > len(t.Text) || c.Start > c.End {
		return at
	}
	for at.Start < at.End && t.Text[at.Start] <= ' ' {
		at.Start++
	}
	for at.End > at.Start && t.Text[at.End-1] <= ' ' {
		at.End--
	}
	return at
}

func quote(s *parsers.Statement) {
	s.Quoted = true
	for i := range s.Refs {
		s.Refs[i].Quoted = true
	}
	for i := range s.Tracking {
		s.Tracking[i].Quoted = true
	}
}
