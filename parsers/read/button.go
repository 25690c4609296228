package read

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// buttons gives the tracking numbers of links that stand in a table to the rows that they stand in: a shop's mail writes "Track" in the cell, and
// the number is in the address alone.
func (d *document) buttons(t *parsers.Text, g parsers.Grid, statements []parsers.Statement) {
	for _, l := range t.Links {
		if l.Start < g.Start || l.End > g.End || len(l.URL) > 2048 || !strings.Contains(l.URL, ":") {
			continue
		}
		s := rowOf(g, l.Start, statements)
		if s == nil {
			continue
		}
		slug, _ := carrier.Normalize(s.Carrier.Text)
		for _, found := range carrier.Find(l.URL, carrier.Context{Carrier: slug, Usual: d.profile.Carrier}) {
			if found.Score < 0.5 {
				continue
			}
			if i := slices.IndexFunc(s.Tracking, func(t parsers.Tracking) bool { return t.Number == found.Number }); i >= 0 {
				s.Tracking[i].URL = l.URL
				continue
			}
			found.URL, found.Quoted = l.URL, s.Quoted
			found.Value = parsers.Value{Text: t.Text[l.Start:l.End], At: parsers.Place{Part: t.Part, Start: l.Start, End: l.End}}
			s.Tracking = append(s.Tracking, found)
			if s.Kind == "" {
				s.Kind, s.KindAt, s.Score = parsers.Shipment, found.Value, 0.7
			}
		}
	}
}

// named lets the rows of a table know the one carrier that the text around it names, where their own cells name none and their numbers may be another's.
func named(t *parsers.Text, statements []parsers.Statement) {
	slug, looked := "", false
	for i := range statements {
		s := &statements[i]
		if s.Carrier.Text != "" {
			continue
		}
		for k := range s.Tracking {
			one := &s.Tracking[k]
			if one.URL != "" || one.Damage != "" || len(one.Carriers) == 0 || one.Carriers[0].Score > 0.8 {
				continue
			}
			if !looked {
				slug, looked = carrier.Named(t.Text[:min(len(t.Text), 64<<10)]), true
			}
			if !slices.ContainsFunc(one.Carriers, func(g parsers.CarrierGuess) bool { return g.Carrier == slug }) {
				continue
			}
			if found := carrier.Find(one.Text, carrier.Context{Column: true, Carrier: slug}); len(found) == 1 && found[0].Number == one.Number {
				one.Carriers, one.Valid, one.Invalid = found[0].Carriers, found[0].Valid, found[0].Invalid
			}
		}
	}
}

// rowOf is the statement that a place in a table belongs to: the only one, or the one that has something in the same row. Nil where there is none, or
// several.
func rowOf(g parsers.Grid, at int, statements []parsers.Statement) *parsers.Statement {
	if len(statements) == 1 {
		return &statements[0]
	}
	for _, row := range g.Rows {
		if !slices.ContainsFunc(row, func(c parsers.Cell) bool { return c.Start <= at && at <= c.End }) {
			continue
		}
		var only *parsers.Statement
		for i := range statements {
			if !stands(&statements[i], row) {
				continue
			}
			if only != nil {
				return nil
			}
			only = &statements[i]
		}
		return only
	}
	return nil
}

// stands tells whether one of a statement's values stands in a row.
func stands(s *parsers.Statement, row []parsers.Cell) bool {
	in := func(v parsers.Value) bool {
		return v.Text != "" && slices.ContainsFunc(row, func(c parsers.Cell) bool { return c.Start <= v.At.Start && v.At.End <= c.End && c.End > c.Start })
	}
	return in(s.KindAt) || in(s.Carrier) || in(s.Party().Name) ||
		slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return in(f.Value) }) ||
		slices.ContainsFunc(s.Tracking, func(t parsers.Tracking) bool { return in(t.Value) }) ||
		slices.ContainsFunc(s.Lines, func(l parsers.Line) bool { return in(l.SKU) || in(l.Title) })
}
