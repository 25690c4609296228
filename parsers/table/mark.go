package table

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"waybill/parsers"
)

// A workbook says more than what stands in its cells: a column or a row may be hidden, a row struck out, and a note hang on a cell. Who opens it sees
// neither hidden rows nor hidden columns: a filter, or somebody who left them out. So a hidden row is never news that is acted upon without a person.

// note is what hangs on a cell.
type note struct {
	column int // from 0
	text   string
}

// mostNotes of a sheet are read.
const mostNotes = 1000

// notes reads the comments on the cells of a sheet (ECMA-376 part 1, 18.7), by row.
func (o *office) notes(sheet string) map[int][]note {
	out := map[int][]note{}
	n := 0
	for _, target := range o.related(relsOf(sheet), path.Dir(sheet)) {
		base := strings.ToLower(path.Base(target))
		if !strings.HasPrefix(base, "comment") || !strings.HasSuffix(base, ".xml") {
			continue
		}
		doc, err := o.read(target)
		if err != nil || doc == nil {
			continue
		}
		row, column, inside := 0, -1, false
		var text strings.Builder
		_ = elements(doc, func(name string, attr []xml.Attr) error { // what can be read of damaged notes counts
			switch name {
			case "comment":
				row, column = reference(attribute(attr, "ref"))
				text.Reset()
			case "t":
				inside = true
			}
			return nil
		}, func(s []byte) {
			if inside && text.Len() < parsers.MaxRecord {
				text.Write(s)
			}
		}, func(name string) error {
			switch name {
			case "t":
				inside = false
			case "comment":
				if said := strings.TrimSpace(text.String()); row > 0 && said != "" && n < mostNotes {
					n++
					out[row] = append(out[row], note{column, said})
				}
			}
			return nil
		})
	}
	return out
}

// notesAt places the notes of a row.
func (b *bookReader) notesAt(notes []note, number int) (out []parsers.Value) {
	for _, n := range notes {
		out = append(out, parsers.Value{Text: n.text, At: parsers.Place{Part: b.part, Sheet: b.sheet.sheet, Row: number, Column: n.column + 1}})
	}
	return out
}

// yes tells an attribute that is set.
func yes(v string) bool { return v == "1" || v == "true" }

// hide remembers the columns that a sheet does not show.
func (s *officeSheet) hide(attr []xml.Attr) {
	if !yes(attribute(attr, "hidden")) || s.book.sheet == nil {
		return
	}
	from, _ := strconv.Atoi(attribute(attr, "min"))
	to, _ := strconv.Atoi(attribute(attr, "max"))
	s.book.sheet.hide(from-1, to)
}

// hide remembers columns that a sheet does not show, from one, counted from 0, up to another, not included.
func (r *reader) hide(from, to int) {
	for i := max(from, 0); i < min(to, parsers.MaxColumns); i++ {
		if r.hidden == nil {
			r.hidden = map[int]bool{}
		}
		r.hidden[i] = true
	}
}

// unseen lets hidden columns say only what their heading says, and no column that is seen.
func (r *reader) unseen() {
	for i := range r.columns {
		if !r.hidden[i] {
			continue
		}
		c := &r.columns[i]
		if c.By != "profile" && (c.Meaning == Unknown || r.seenToo(c.Meaning)) {
			c.Meaning, c.By = Ignore, "cells"
		}
	}
}

func (r *reader) seenToo(m Meaning) bool {
	for i, c := range r.columns {
		if c.Meaning == m && !r.hidden[i] {
			return true
		}
	}
	return false
}

// marked lowers what a row says that is struck out, or beside which a note says something else, and tells of the notes: a person looks.
func (r *reader) marked(w *row, s *parsers.Statement) {
	for _, list := range [...][]int{r.uses.orders, r.uses.tracking, r.uses.status} {
		for _, i := range list {
			if w.struck[i] && s.Kind != "" {
				s.Score = min(s.Score, unclear)
			}
		}
	}
	if w.unseen {
		if s.Score = min(s.Score, unclear); !r.veiled && s.Kind != "" {
			r.veiled = true
			r.problem(parsers.Place{Part: r.part, Sheet: r.sheet, Row: w.number}, "hidden", "Row %d is hidden in the workbook, and others may be. What hidden rows say waits for a person.", w.number)
		}
	}
	for _, n := range w.beside {
		text := n.Text
		if len(text) > 200 {
			text = strings.ToValidUTF8(text[:200], "") + "…"
		}
		r.problem(n.At, "note", "A note on a cell of row %d says %q, which was not taken as news. Please look at it.", w.number, text)
		if found, ok := r.stateOf(n.Text, false); ok && s.Kind != "" && found.kind != s.Kind {
			s.Score = min(s.Score, unclear)
		}
	}
}
