package table

import (
	"strings"

	"waybill/parsers"
)

// decide finds out what kind of news a row is: its status, else its tracking number, else its quantities, else a note.
func (r *reader) decide(w *row, s *parsers.Statement) {
	u := &r.uses
	found, at, ok := r.status(w)
	shipped, hasShipped := r.pieces(w, u.shipped)
	backordered, _ := r.pieces(w, u.backorder)
	cancelled, _ := r.pieces(w, u.cancelled)
	switch {
	case ok && found.kind != "":
		s.Kind, s.KindAt, s.Score, s.Partial = found.kind, at, found.score, found.partial
		if s.Kind == parsers.Backorder && shipped > 0 {
			s.Kind, s.Partial = parsers.Shipment, true // "backorder" of a row of which some pieces left
		}
	case len(s.Tracking) > 0:
		s.Kind, s.KindAt, s.Score = parsers.Shipment, s.Tracking[0].Value, 0.95
		if ok {
			s.Score = 0.5 // a number, and a status that says that nothing has left yet
		}
	case ok:
		s.KindAt = at
	case shipped > 0:
		s.Kind, s.KindAt, s.Score = parsers.Shipment, r.value(w, u.shipped), 0.8
	case backordered > 0:
		s.Kind, s.KindAt, s.Score = parsers.Backorder, r.value(w, u.backorder), 0.85
	case cancelled > 0:
		s.Kind, s.KindAt, s.Score = parsers.Cancellation, r.value(w, u.cancelled), 0.85
	}
	if s.Kind == parsers.Shipment {
		ordered, hasOrdered := r.pieces(w, u.quantity)
		s.Partial = s.Partial || backordered > 0 || hasShipped && hasOrdered && shipped > 0 && shipped < ordered
	}
	if s.Kind != parsers.Shipment {
		s.Expected = r.value(w, u.expected)
		if s.Expected.Text == "" && at.Text != "" && s.Kind != "" {
			if date := dateIn(at.Text); date != "" {
				s.Expected = parsers.Value{Text: date, At: at.At}
			}
		}
	}
}

// status looks for words of state in the status columns, in a tracking cell that holds words instead of a number, and in notes.
func (r *reader) status(w *row) (state, parsers.Value, bool) {
	u := &r.uses
	for _, i := range u.status {
		if found, ok := r.cellState(w.cell(i), true); ok {
			return found, parsers.Value{Text: w.cell(i), At: r.place(w, i)}, true
		}
	}
	for _, i := range u.tracking {
		c := w.cell(i)
		if c != "" && digitsIn(c) < 6 {
			if found, ok := r.cellState(c, true); ok {
				return found, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
		}
	}
	for _, list := range [...][]int{u.note, u.expected} {
		for _, i := range list {
			c := w.cell(i)
			if found, ok := r.cellState(c, false); ok && found.kind != "" {
				found.score = min(found.score, 0.7)
				return found, parsers.Value{Text: c, At: r.place(w, i)}, true
			}
		}
	}
	return state{}, parsers.Value{}, false
}

// cellState is stateOf, remembered from row to row.
func (r *reader) cellState(c string, whole bool) (state, bool) {
	if c == "" {
		return state{}, false
	}
	if known, ok := r.states[c]; ok {
		return known.state, known.ok
	}
	found, ok := r.stateOf(c, whole)
	if r.states == nil {
		r.states = map[string]stateFound{}
	}
	if len(r.states) < 1000 && len(c) < 100 {
		r.states[strings.Clone(c)] = stateFound{found, ok}
	}
	return found, ok
}

func (r *reader) pieces(w *row, columns []int) (int, bool) {
	for _, i := range columns {
		if n, ok := quantity(w.cell(i)); ok {
			return n, true
		}
	}
	return 0, false
}

// lines reads the product of a row, with the pieces that the row speaks of, and a second entry for those that stay behind.
func (r *reader) lines(w *row, s *parsers.Statement) {
	u := &r.uses
	line := parsers.Line{SKU: r.value(w, u.sku), Title: r.value(w, u.title)}
	columns := u.quantity
	if s.Kind == parsers.Shipment && len(u.shipped) > 0 {
		if _, ok := r.pieces(w, u.shipped); ok {
			columns = u.shipped
		}
	}
	if n, ok := r.pieces(w, columns); ok {
		line.Quantity, line.QuantityAt = n, r.value(w, columns).At
	}
	if line.SKU.Text != "" || line.Title.Text != "" || line.Quantity > 0 {
		s.Lines = append(s.Lines, line)
	}
	if line.SKU.Text == "" && line.Title.Text == "" {
		return
	}
	for _, rest := range [...]struct {
		columns []int
		kind    parsers.Kind
	}{{u.backorder, parsers.Backorder}, {u.cancelled, parsers.Cancellation}} {
		if n, ok := r.pieces(w, rest.columns); ok && n > 0 && s.Kind != rest.kind {
			s.Lines = append(s.Lines, parsers.Line{SKU: line.SKU, Title: line.Title, Quantity: n, QuantityAt: r.value(w, rest.columns).At, Kind: rest.kind})
		}
	}
}

// party reads who gets the goods.
func (r *reader) party(w *row, p *parsers.Party) {
	u := &r.uses
	for _, f := range [...]struct {
		columns []int
		into    *parsers.Value
	}{{u.name, &p.Name}, {u.company, &p.Company}, {u.street, &p.Street}, {u.postcode, &p.Postcode}, {u.city, &p.City}, {u.region, &p.Region}, {u.country, &p.Country}, {u.phone, &p.Phone}, {u.email, &p.Email}} {
		if len(f.columns) > 0 {
			*f.into = r.value(w, f.columns)
		}
	}
	if p.Name.Text == "" && len(u.last) > 0 {
		first, last := r.value(w, u.first), r.value(w, u.last)
		p.Name = last
		if first.Text != "" {
			p.Name = parsers.Value{Text: strings.TrimSpace(first.Text + " " + last.Text), At: first.At}
		}
	}
}

// dateIn gives the piece of a status that says when: from the first word with a digit to the last, "12 May 2025" of "backorder until 12 May 2025".
func dateIn(c string) string {
	if digitsIn(c) == 0 {
		return ""
	}
	fields := strings.Fields(c)
	first, last := -1, -1
	for i, f := range fields {
		if digitsIn(f) > 0 && digitsIn(f) <= 8 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 || last-first > 3 {
		return ""
	}
	from := strings.Index(c, fields[first])
	to := strings.LastIndex(c, fields[last]) + len(fields[last])
	if from < 0 || to <= from {
		return ""
	}
	return strings.Trim(c[from:to], "(),;:")
}
