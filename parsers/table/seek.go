package table

import (
	"strings"
	"unicode"

	"waybill/parsers"
)

// heads gives the headings of the table, where they are asked for.
func (r *reader) heads() {
	if !r.profile.KeepHeads || r.result.HeaderRow == 0 && !r.understood() {
		return
	}
	t := parsers.Table{Part: r.part, Sheet: r.sheet}
	for _, c := range r.columns {
		t.Columns = append(t.Columns, heading(c))
	}
	if len(t.Columns) > 0 {
		r.result.Tables = append(r.result.Tables, t)
	}
}

func heading(c Column) parsers.Heading {
	return parsers.Heading{Title: c.Title, Meaning: string(c.Meaning), By: c.By}
}

// mostFound bounds the cells that are given for one table.
const mostFound = 100

// seek notes the cells of a row that hold what is sought.
func (r *reader) seek(w *row) {
	for _, sought := range r.profile.Seek {
		want := bare(sought)
		for i := range w.cells {
			if c := w.cell(i); c == "" || want == "" || !strings.Contains(bare(c), want) || len(r.result.Found) >= mostFound {
				continue
			}
			found := parsers.Found{Sought: sought, Cell: parsers.Value{Text: w.cell(i), At: r.place(w, i)}}
			if i < len(r.columns) {
				found.Head = heading(r.columns[i])
			}
			r.result.Found = append(r.result.Found, found)
		}
	}
}

// bare is a text without case, blanks and signs.
func bare(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToUpper(c)
		}
		return -1
	}, s)
}
