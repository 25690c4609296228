package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A column of days says when goods come, or when a parcel arrives. Which of both it is its heading tells, or who has such a day: where the rows with a parcel
// leave it empty, it is the others that wait for it.

// promised reads a row that says nothing but when the goods are to come: of goods that the supplier waits for, or that only the rows without a parcel are
// given a day for, that they come later; else that the supplier has the order.
func (r *reader) promised(w *row, s *parsers.Statement, n *counts) {
	if n.none && n.remaining.n > 0 {
		return // see stillOpen
	}
	if s.Kind != "" || s.KindAt.Text != "" || len(s.Tracking) > 0 {
		return
	}
	date := r.value(w, r.uses.expected)
	i := date.At.Column - 1
	if date.At.Row == 0 {
		i = r.columnAt(w, date.At)
	}
	switch {
	case !timed(date.Text):
	case r.supplies(i), r.waitedFor[i], n.none && n.ordered.n > 0: // the last: "0 of 2", and a day
		s.Kind, s.KindAt, s.Score, s.Expected = parsers.Backorder, date, noted, date
	case digitsIn(date.Text) > 0 && r.ships(i):
		s.Kind, s.KindAt, s.Score, s.Expected = parsers.Acknowledgement, date, 0.6, date
	}
}

// columnAt is the column, from 0, of the cell that stands there in a text.
func (r *reader) columnAt(w *row, at parsers.Place) int {
	for i := range w.at {
		if w.at[i] == at {
			return i
		}
	}
	return -1
}

// supplies tells whether the heading of column i speaks of goods that come to the supplier: "Restock date", "Wareneingang", "入荷予定".
func (r *reader) supplies(i int) bool {
	if i < 0 || i >= len(r.columns) {
		return false
	}
	all := senseOfAll(strings.Fields(simplified.Replace(camel(r.columns[i].Title))))
	return all.any(stock|canBe|toUs|lacks) && !all.any(left|moving|handed|someone|delivers)
}

// expecting finds the columns of days that only rows have of which something is still to come, where others have their parcel and no day. A column whose
// heading nobody knows is one of those days then.
func (r *reader) expecting(data []row, ballots []ballot) {
	tracked := r.has(Tracking) && len(data) > 1
	for i := range r.columns {
		c := &r.columns[i]
		known := c.Meaning == Expected
		if b := &ballots[i]; b.filled == 0 || !known && (c.Meaning != Unknown && c.Meaning != Ignore || c.By == "profile" || b.dates < b.filled) {
			continue
		}
		settled, only := 0, true
		for j := range data {
			open := r.waitingRow(&data[j])
			switch filled := !blank(data[j].cell(i)); {
			case filled && !open:
				only = false
			case !filled && !open && !r.isTotal(&data[j]):
				settled++
			}
		}
		if !tracked || !only || settled == 0 {
			if !known && expects(c.Title) {
				c.Meaning, c.By = Expected, "cells"
			}
			continue
		}
		if !known {
			c.Meaning, c.By = Expected, "cells"
		}
		if r.waitedFor == nil {
			r.waitedFor = map[int]bool{}
		}
		r.waitedFor[i] = true
	}
}

// expects tells a heading that speaks of what is to come, whatever else it says: "Cons. prevista", "预计补发".
func expects(title string) bool {
	folded := simplified.Replace(carrier.Fold(title))
	for w := range strings.FieldsSeq(folded) {
		if facetOf(w)&expecting != 0 {
			return true
		}
	}
	return strings.Contains(folded, "预计") || strings.Contains(folded, "予定") || strings.Contains(folded, "见込")
}

// waitingRow tells a row that has no parcel, or counts pieces that stay behind.
func (r *reader) waitingRow(w *row) bool {
	tracked := false
	for i, c := range r.columns {
		switch cell := w.cell(i); c.Meaning {
		case Tracking:
			tracked = tracked || digitsIn(cell) >= 6
		case Backorder, Remaining, Short:
			if n, ok := quantity(cell); ok && n > 0 {
				return true
			}
		}
	}
	return !tracked
}
