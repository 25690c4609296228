package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// record is a row that stands upright: its names in one column, its values beside them.
type record struct {
	columns []Column
	row     row
}

// records turns a table of names and values by a quarter: one record, several under each other, or one in each column. It gives none where the rows
// are no such thing: at least two of the names must be known, one of them an order or a tracking number, and most rows must have one.
func (r *reader) records(held []row) []record {
	if pairs := r.paired(held); pairs != nil {
		held = pairs
	}
	if len(held) < 2 {
		return nil
	}
	names, values := uprightColumns(held)
	if len(values) == 0 {
		return nil
	}
	known, named, telling := 0, 0, 0
	for i := range held {
		w := &held[i]
		if !w.anyOf(values) {
			continue // a title, or a name without a value
		}
		if over := w.cell(names); len(over) > 0 && w.cell(values[0]) == over && !w.differs(over) {
			continue // a title over all columns
		}
		m, full, _ := r.meaning(titleOf(w, names))
		named++
		if digitsIn(w.cell(names)) >= digitsOfValue { // "PO-473434" begins a row, and names no column
			m, full = Unknown, false
		}
		if full && m != Unknown {
			known++
		}
		if (m == Order || m == Tracking || m == Key) && w.digitsOf(values) {
			telling++
		}
		if (named == 1 || len(values) > 1) && r.namesToo(w, values, m) {
			return nil // a heading
		}
	}
	if known < 2 || telling == 0 || known*2 < named || len(values) > 1 && known*10 < named*6 {
		return nil
	}
	var all []record
	for _, v := range values {
		all = append(all, r.upright(held, names, v, len(values) == 1)...)
	}
	return all
}

// digitsOfValue is how many digits no name of a column has: "Tracking 2", "Parcel 10".
const digitsOfValue = 3

// paired unfolds rows of several names with their values, "Order | 1001 | Carrier | UPS", into rows of one. It gives nil where the rows are no such thing:
// in every row names and values take turns, at least three of the names are known, and hardly any other name stands beside them.
func (r *reader) paired(held []row) []row {
	const mostRows = 40 // of a form
	if len(held) > mostRows {
		return nil
	}
	var pairs []row
	known, named, further, wide := 0, 0, 0, 0
	for i := range held {
		w := &held[i]
		for j := 0; j < len(w.cells); j += 2 {
			name := w.cell(j)
			if name == "" || j > 0 && name == w.cell(j-1) { // a value over several columns
				continue
			}
			if j > 0 && (j+1 >= len(w.cells) || digitsIn(name) >= digitsOfValue) {
				return nil
			}
			value := ""
			if j+1 < len(w.cells) {
				value = w.cell(j + 1)
			}
			one := row{number: w.number, line: w.line, ended: w.ended, last: w.last, cells: []string{name, value}, at: []parsers.Place{r.place(w, j), r.place(w, j+1)}, own: true}
			if value == name {
				one.cells[1] = ""
			}
			pairs = append(pairs, one)
			if one.cells[1] == "" {
				continue // a title
			}
			named++
			m, full, _ := r.meaning(titleOf(w, j))
			is := full && m != Unknown && digitsIn(name) < digitsOfValue && r.slug(name) == ""
			if is {
				known++
			}
			if j > 0 {
				if wide++; is {
					further++
				}
			}
			if vm, vfull, _ := r.meaning(value); vfull && vm != Unknown && vm != m && digitsIn(value) == 0 && m != Status && m != Carrier && m != Title && m != Note && m != Unknown {
				return nil // names beside each other: a heading
			}
		}
	}
	if wide == 0 || further*10 < wide*6 || known < 3 || known*10 < named*6 {
		return nil
	}
	return pairs
}

// uprightColumns finds the column of names, which every row fills, and those of values: where names have one value only, the first column after
// them that is filled at all.
func uprightColumns(held []row) (names int, values []int) {
	width, most := 0, 0
	for i := range held {
		width = max(width, len(held[i].cells))
	}
	for names < width && held[0].cell(names) == "" {
		names++
	}
	filled := make([]int, width)
	for i := range held {
		w := &held[i]
		here := 0
		for j := range w.cells {
			switch {
			case w.cell(j) == "":
			case j < names:
				return 0, nil
			case j > names:
				filled[j]++
				here++
			}
		}
		if here > 0 && w.cell(names) == "" {
			return 0, nil
		}
		most = max(most, here)
	}
	for j := names + 1; j < width; j++ {
		if filled[j] > 0 {
			values = append(values, j)
		}
	}
	if most == 1 && len(values) > 1 { // values that are pushed to the right where names are long
		values = values[:1]
	}
	if most > 12 {
		return 0, nil
	}
	return names, values
}

// namesToo tells a row whose values are names of columns as well. A status, a carrier and a product may be called as columns are.
func (r *reader) namesToo(w *row, values []int, m Meaning) bool {
	titles, filled := 0, 0
	for _, j := range values {
		c := w.cell(j)
		if c == "" {
			continue
		}
		filled++
		if vm, full, _ := r.meaning(c); full && vm != Unknown && digitsIn(c) == 0 {
			titles++
		}
	}
	switch m {
	case Status, Carrier, Title, Note:
		return false
	}
	return titles*2 >= filled
}

// upright reads the records whose values stand in column v, or where names have one value only, in the first that is filled. A record begins
// where the name of its first value comes again.
func (r *reader) upright(held []row, names, v int, only bool) []record {
	var all []record
	var one record
	first := ""
	flush := func() {
		if len(one.columns) > 0 && r.tells(&one) {
			all = append(all, one)
		}
		one, first = record{}, ""
	}
	for i := range held {
		w := &held[i]
		j := v
		for only && j < len(w.cells) && w.cell(j) == "" {
			j++
		}
		title := titleOf(w, names)
		if w.cell(j) == "" || w.cell(j) == w.cell(names) { // a title, or one over both columns
			if columns, cells, at := r.titled(w, names); len(columns) > 0 {
				flush()
				one = record{columns, row{number: w.number, line: w.line, ended: true, cells: cells, at: at}}
				continue
			}
		}
		if w.cell(j) == "" {
			continue
		}
		if name := carrier.Fold(title); first == "" {
			first = name
		} else if name == first {
			flush()
			first = name
		}
		if len(one.columns) == 0 {
			one.row = row{number: w.number, line: w.line, ended: true}
		}
		m, _, by := r.meaning(title)
		if b := (ballot{}); m == Unknown && digitsIn(w.cell(j)) >= 8 && len(w.cell(j)) <= 60 {
			if b.countTracking(w.cell(j)); b.proven > 0 { // a name that nobody knows, and a number that proves itself
				m, by = Tracking, "cells"
			}
		}
		one.columns = append(one.columns, Column{Index: j + 1, Title: title, Meaning: m, By: by})
		one.row.cells = append(one.row.cells, w.cells[j])
		one.row.at = append(one.row.at, r.place(w, j))
	}
	flush()
	return all
}

// titled reads the title of a record: "OP50142 has shipped", "Order 1001". It gives the order and what became of it as columns of the record.
func (r *reader) titled(w *row, names int) (columns []Column, cells []string, at []parsers.Place) {
	title := w.cell(names)
	if m, full, _ := r.meaning(strings.TrimRight(title, " :：")); len(title) > 80 || full && m != Unknown {
		return nil, nil, nil
	}
	put := func(m Meaning, text string) {
		columns, cells, at = append(columns, Column{Index: names + 1, Title: title, Meaning: m, By: "heading"}), append(cells, text), append(at, r.inside(w, names, text))
	}
	number := r.orderIn(title)
	if number == "" {
		return nil, nil, nil
	}
	put(Order, number)
	if _, ok := r.stateOf(title, false); ok {
		put(Status, title)
	}
	return columns, cells, at
}

// orderIn is the one order that a title names: by the form of our numbers, or after a word for an order, "Commande FA310 - Garnier". "" where it names none, or several.
func (r *reader) orderIn(title string) string {
	if len(title) > 120 || digitsIn(title) == 0 {
		return ""
	}
	for k := range r.patterns {
		switch found := everyMatch(&r.patterns[k], title); len(found) {
		case 0:
		case 1:
			return found[0]
		default:
			return ""
		}
	}
	words := strings.Fields(title)
	for i, w := range words {
		folded := carrier.Fold(w)
		if len(folded) < 2 || facetOf(folded)&ofOrder == 0 {
			continue
		}
		for _, next := range words[i+1:] {
			if f := facetOf(carrier.Fold(next)); f&asNumber != 0 && digitsIn(next) == 0 || strings.Trim(next, "#:.°-–") == "" {
				continue
			}
			next = strings.Trim(next, "#:.°,;()")
			if digitsIn(next) >= 3 && len(next) <= 24 && dateIn(next) == "" {
				return next
			}
			break
		}
	}
	return ""
}

// tells says whether a record names an order or a parcel.
func (r *reader) tells(one *record) bool {
	for i, c := range one.columns {
		if (c.Meaning == Order || c.Meaning == Tracking || c.Meaning == Key) && one.row.cell(i) != "" {
			return true
		}
	}
	return false
}

// differs tells whether a cell of the row is filled with something else.
func (w *row) differs(text string) bool {
	for i := range w.cells {
		if c := w.cell(i); c != "" && c != text {
			return true
		}
	}
	return false
}

func titleOf(w *row, names int) string { return strings.TrimRight(w.cell(names), " :：") }

// anyOf tells whether one of the columns is filled, digitsOf whether one of them holds digits.
func (w *row) anyOf(columns []int) bool {
	for _, j := range columns {
		if w.cell(j) != "" {
			return true
		}
	}
	return false
}

func (w *row) digitsOf(columns []int) bool {
	for _, j := range columns {
		if digitsIn(w.cell(j)) > 0 {
			return true
		}
	}
	return false
}
