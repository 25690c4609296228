package table

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Rows reads a table that stands in a text, as HTML mails have them. Every place is in the bytes of that text. Cells that repeat a
// merged one are read like the one they repeat. A table of products that names no order becomes one statement of its lines
// without references: the text around it names the order.
func (rd *Reader) Rows(t *parsers.Text, g parsers.Grid, codes Legend) Result {
	r := &reader{profile: rd.profile, part: t.Part, text: true, patterns: rd.patterns, judge: rd.judge, legend: codes, result: Result{Format: "text"}, below: -1, rows: len(g.Rows)}
	r.captioned(t, g.Start)
	r.introduced(t, g)
	skip, all := false, 0
	for _, cells := range g.Rows[:min(len(g.Rows), parsers.MaxRows)] {
		all += min(len(cells), parsers.MaxColumns)
	}
	texts, places := make([]string, 0, all), make([]parsers.Place, 0, all) // of all rows
	for i, cells := range g.Rows[:min(len(g.Rows), parsers.MaxRows)] {
		cells = cells[:min(len(cells), parsers.MaxColumns)]
		last := i+1 == len(g.Rows)
		w := row{number: i + 1, line: i + 1, last: last, padded: true, own: true, ended: !last || t.Extracted || strings.IndexByte(t.Text[min(g.End, len(t.Text)):], '\n') >= 0}
		w.cells, w.at = texts[len(texts):len(texts):len(texts)+len(cells)], places[len(places):len(places):len(places)+len(cells)]
		texts, places = texts[:len(texts)+len(cells)], places[:len(places)+len(cells)]
		for _, c := range cells {
			w.cells = append(w.cells, c.Text)
			w.at = append(w.at, trimmed(t, c))
		}
		if i+1 < len(g.Rows) {
			w.torn = torn(cells, g.Rows[i+1])
		}
		if skip {
			skip = false
			continue
		}
		skip = len(w.torn) > 0
		r.add(w)
		r.result.Rows++
	}
	result := r.finish()
	result.Statements = slices.DeleteFunc(result.Statements, func(s parsers.Statement) bool {
		return s.Kind == "" && s.Consignee == nil && len(s.Refs)+len(s.Tracking)+len(s.Lines) == 0
	})
	if len(r.items) > 0 {
		result.Statements = append(result.Statements, parsers.Statement{Scope: parsers.ScopeClause, Lines: r.items})
	}
	result.Legend = r.legendSpans(t)
	if g.Quoted {
		for i := range result.Statements {
			quote(&result.Statements[i])
		}
	}
	return result
}

// torn finds a tracking number that did not fit into its column and goes on alone in the row below: together they have a right check digit, and none has
// one by itself. It gives the whole number by column.
func torn(cells, below []parsers.Cell) map[int]string {
	if len(below) == 0 || strings.TrimSpace(below[0].Text) != "" {
		return nil
	}
	whole := map[int]string{}
	for i := range below[:min(len(below), len(cells))] {
		head, tail := strings.TrimSpace(cells[i].Text), strings.TrimSpace(below[i].Text)
		if tail == "" || head == "" || len(head)+len(tail) > 40 || digitsIn(head+tail) < 6 || strings.ContainsAny(head+tail, "\t\n,;/") {
			continue
		}
		if !provenWhole(head) && !provenWhole(tail) && provenWhole(head+tail) {
			whole[i] = head + tail
		}
	}
	return whole
}

// provenWhole tells a cell that is one number with a right check digit and nothing else.
func provenWhole(c string) bool {
	found := carrier.Find(c, carrier.Context{Column: true})
	return len(found) == 1 && found[0].Valid && len(found[0].Number) == len(strings.NewReplacer("-", "", " ", "").Replace(c))
}

// captioned lets the line above a table say what its rows do not: "Backordered".
func (r *reader) captioned(t *parsers.Text, start int) {
	if start < 0 || start > len(t.Text) {
		return
	}
	above := strings.TrimRight(t.Text[:start], " \t\r\n")
	if strings.Count(t.Text[len(above):start], "\n") > 2 {
		return
	}
	from := strings.LastIndexByte(above, '\n') + 1
	line := strings.Trim(above[from:], " \t:：*#-=")
	if line == "" || strings.ContainsAny(line, "\t") {
		return
	}
	r.shadedBy(line)
	s, ok := titleState(line)
	if !ok && strings.HasSuffix(strings.TrimRight(above, " *"), ":") { // "Unfortunately the following items are sold out:"
		if words := strings.Fields(carrier.Fold(line)); len(words) <= 16 && digitsIn(line) == 0 {
			s, ok = stateInside(words)
			s.score = titled
		}
	}
	if ok && s.kind != "" {
		from += strings.Index(above[from:], line)
		r.section = section{state: s, at: parsers.Value{Text: line, At: parsers.Place{Part: t.Part, Start: from, End: from + len(line)}}, ok: true}
	}
}

// introduced lets the text above a table name the carrier of its rows: "DPD Tagesabschluss", "Heute mit GLS versendet:".
func (r *reader) introduced(t *parsers.Text, g parsers.Grid) {
	const reach = 600 // bytes
	if g.Start < 0 || g.Start > len(t.Text) {
		return
	}
	from := max(0, g.Start-reach)
	for at := from; at < g.Start; { // what is quoted above it is of another day
		if t.MarkAt(at) == parsers.MarkQuoted && !g.Quoted {
			return
		}
		end := strings.IndexByte(t.Text[at:g.Start], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	r.around(t.Text[from:g.Start])
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
