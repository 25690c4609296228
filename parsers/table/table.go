// Package table reads what suppliers send as rows: CSV with any delimiter, fixed width text, XLSX, and the tables of HTML mails.
//
// A supplier's file has no agreed form. The header may stand anywhere, in any order and language, or be missing; so a column means what
// its heading says, what the supplier's profile says, or what its cells look like, in that order of strength. Each row becomes one statement.
// Nothing is made up: a row whose tracking cell is empty and that has no status says nothing.
package table

import (
	"fmt"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Result is what a table says.
type Result struct {
	Format     string // "csv" or "xlsx"
	Statements []parsers.Statement
	Problems   []parsers.Problem
	Columns    []Column // how the columns of the last table in the file were understood
	HeaderRow  int      // from 1; 0: no heading was found, columns were understood by their cells
	Rows       int      // rows looked at, headings and empty ones included
	// Tables and Found are what Profile.KeepHeads and Profile.Seek ask for.
	Tables []parsers.Table
	// Legend is where the text around a table says what its codes mean: that is no news of its own.
	Legend [][2]int
	Found  []parsers.Found
}

// Column is how one column was understood.
type Column struct {
	Index   int    // from 1
	Title   string // as written; empty without a heading
	Meaning Meaning
	// By says why: "profile", "heading", or "cells".
	By string
}

// Reader reads tables of one supplier. Its order patterns are compiled once.
type Reader struct {
	profile  parsers.Profile
	patterns []parsers.OrderPattern
	judge    Judge
}

// New prepares a reader.
func New(p parsers.Profile) *Reader { return With(p, p.CompileOrderPatterns()) }

// With is New with order patterns that are compiled already.
func With(p parsers.Profile, patterns []parsers.OrderPattern) *Reader {
	return &Reader{profile: p, patterns: patterns}
}

// Parse reads a file, see Reader.Parse.
func Parse(doc []byte, name, part string, p parsers.Profile) Result {
	return New(p).Parse(doc, name, part)
}

// Parse reads a file. The name helps to tell the format, part is the Part of every place. It never fails as a whole: what could not be
// read is in Problems, each with a sentence that says what to do.
func (rd *Reader) Parse(doc []byte, name, part string) Result {
	if looksXLSX(doc, name) || looks2003(doc) {
		return rd.parseBook(doc, name, part)
	}
	r := &reader{profile: rd.profile, part: part, patterns: rd.patterns, judge: rd.judge, result: Result{Format: "csv"}}
	if len(doc) > parsers.MaxMessage {
		r.problem(parsers.Place{Part: part}, "too_large", "The file is larger than %d MiB and was not read. Please send it in pieces.", parsers.MaxMessage>>20)
		return r.result
	}
	r.filed(name)
	text := decode(doc, rd.profile.Charset)
	if inner, ok := unwrapped(text, lineEnd(text)); ok {
		text = inner
	}
	r.legend = rd.Legend(text)
	if r.typed(text, lineEnd(text)) {
		return r.finish()
	}
	d := sniff(text)
	text = plainer(text, &d)
	switch {
	case d.bare && r.readAligned(text, d):
	case d.fixed != nil:
		r.readFixed(text, d)
	default:
		r.readDelimited(text, d)
	}
	return r.finish()
}

func (r *reader) problem(at parsers.Place, code, format string, args ...any) {
	const most = 100 // a file with more problems than that is wrong as a whole
	if len(r.result.Problems) < most {
		r.result.Problems = append(r.result.Problems, parsers.Problem{At: at, Code: code, Text: fmt.Sprintf(format, args...)})
	}
}

// readDelimited runs the splitter over the whole text. The first rows are held back until it is clear what the columns mean.
func (r *reader) readDelimited(text string, d dialect) {
	s := splitter{doc: text, delimiter: d.delimiter, eol: d.eol, pos: d.start, row: d.rows}
	// A statement is large: growing the list as it goes would copy it several times over.
	r.result.Statements = make([]parsers.Statement, 0, min(strings.Count(text, string(d.eol))+1, parsers.MaxRows))
	for s.next() {
		if s.row > parsers.MaxRows {
			r.problem(parsers.Place{Part: r.part, Row: s.row}, "too_large", "The file has more than %d rows. The rest was not read; please send it in pieces.", parsers.MaxRows)
			break
		}
		switch {
		case s.tooLong:
			r.problem(parsers.Place{Part: r.part, Row: s.row}, "too_large", "Row %d is longer than %d KiB and was left out.", s.row, parsers.MaxRecord>>10)
		case s.tooWide:
			r.problem(parsers.Place{Part: r.part, Row: s.row}, "too_large", "Row %d has more than %d columns and was left out.", s.row, parsers.MaxColumns)
		default:
			r.add(row{number: s.row, line: s.line, cells: s.fields, open: s.open, last: s.pos >= len(text), ended: s.ended, quoted: s.quotedLines > 0})
		}
	}
	r.result.Rows = s.row
}

// finish reads the rows that are still held back and gives the result.
func (r *reader) finish() Result {
	r.flush()
	r.outOfStep()
	r.slipped()
	r.sameCarrier()
	r.outstanding()
	r.shown()
	r.sixteen()
	if !r.understood() && len(r.result.Statements) == 0 && r.seen > 0 && !r.text {
		r.problem(parsers.Place{Part: r.part}, "no_header", "No column of this table could be understood: there is neither a known heading nor a column of tracking numbers. Tell waybill in the supplier's profile what its columns mean.")
	}
	for _, c := range r.columns {
		if c.Meaning != Unknown {
			r.result.Columns = append(r.result.Columns, c)
		}
	}
	r.heads()
	return r.result
}

// sixteen finds columns of sixteen digits that all end in zero: one such number is nothing, three or more and no other are what a
// spreadsheet leaves of them.
func (r *reader) sixteen() {
	var hit []*parsers.Tracking
	for i := range r.result.Statements {
		for j := range r.result.Statements[i].Tracking {
			t := &r.result.Statements[i].Tracking[j]
			if len(t.Number) != 16 || t.Damage != "" || digitsIn(t.Number) != 16 {
				continue
			}
			if t.Number[15] != '0' {
				return
			}
			hit = append(hit, t)
		}
	}
	if len(hit) < 3 {
		return
	}
	for _, t := range hit {
		t.Damage = carrier.Excel
		r.problem(t.At, "excel_damage", "%s", carrier.Sentence(*t))
	}
}

// looksXLSX tells an Excel workbook: a zip archive by its first bytes, and not just any zip by name.
func looksXLSX(doc []byte, name string) bool {
	lower := strings.ToLower(name)
	return len(doc) > 4 && string(doc[:4]) == "PK\x03\x04" && !strings.HasSuffix(lower, ".zip")
}
