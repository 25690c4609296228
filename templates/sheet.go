package templates

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// Sheet is the shape of a file with one row for each line of a purchase order.
type Sheet struct {
	Columns   []Column // the default fields when empty
	Header    bool     // write a header row
	Delimiter rune     // 0 is a comma
	QuoteAll  bool     // quote every cell, not only those that need it
	LineEnd   string   // "crlf" (also when empty, RFC 4180) or "lf"
	Encoding  string   // one of Encodings; UTF-8 when empty
	// Exact leaves cells alone that start with = + - @, for machines that read the file. Without it an apostrophe stands before
	// them in CSV, so that no spreadsheet takes a buyer's text for a formula. XLSX needs none: there the cells are typed as text.
	Exact bool
}

// Column is a column: what stands above it, and the field or the fixed text in it.
type Column struct {
	Header string // the field's name when empty
	Field  string
	Value  string // a fixed text where Field is empty
}

// ErrCell is returned, wrapped with purchase order and column, for a value that cannot be written as the file wants it.
var ErrCell = errors.New("cannot be written")

// layout is a checked Sheet, ready to write.
type layout struct {
	columns []column
	enc     encoding.Encoding
	bom     string
	end     string
	delim   string
}

type column struct {
	header string
	field  Field // its value is nil for a fixed text
	fixed  string
}

// Check tells everything that is wrong with the sheet's shape.
func (s Sheet) Check() error {
	_, err := s.layout()
	return err
}

func (s Sheet) layout() (layout, error) {
	var l layout
	var problems []error
	fields := Fields()
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.Name
	}
	columns := s.Columns
	if len(columns) == 0 {
		for _, f := range fields {
			if f.Default {
				columns = append(columns, Column{Field: f.Name})
			}
		}
	}
	for i, c := range columns {
		at := fmt.Sprintf("column %d", i+1)
		if c.Field == "" {
			if s.Header && c.Header == "" {
				problems = append(problems, fmt.Errorf("%s has neither header nor field", at))
			}
			l.columns = append(l.columns, column{header: c.Header, fixed: c.Value})
			continue
		}
		if c.Value != "" {
			problems = append(problems, fmt.Errorf("%s has a field and a fixed value; expected one of them", at))
		}
		j := slices.Index(known, c.Field)
		if j < 0 {
			problems = append(problems, fmt.Errorf("%s: there is no field %q%s; docs/csv.md lists them", at, c.Field, suggest(c.Field, known)))
			continue
		}
		header := c.Header
		if header == "" {
			header = c.Field
		}
		l.columns = append(l.columns, column{header: header, field: fields[j]})
	}
	var err error
	if l.enc, l.bom, err = encoder(s.Encoding); err != nil {
		problems = append(problems, err)
	}
	switch s.LineEnd {
	case "", "crlf":
		l.end = "\r\n"
	case "lf":
		l.end = "\n"
	default:
		problems = append(problems, fmt.Errorf("the line end is %q; expected crlf or lf", s.LineEnd))
	}
	switch {
	case s.Delimiter == 0:
		l.delim = ","
	case s.Delimiter == '"' || s.Delimiter == '\r' || s.Delimiter == '\n' || s.Delimiter == utf8.RuneError || !utf8.ValidRune(s.Delimiter):
		problems = append(problems, fmt.Errorf("the delimiter cannot be %q", s.Delimiter))
	default:
		l.delim = string(s.Delimiter)
	}
	return l, errors.Join(problems...)
}

// cell gives the value of a column. Line breaks become spaces, except where keep and the field allow them: many programs that
// read CSV go line by line, and nobody may start a row of their own by a line break in a name.
func (c column) cell(r row, keep bool) string {
	if c.field.value == nil {
		return c.fixed
	}
	if keep && c.field.Lines {
		return manyLines(c.field.value(r))
	}
	return oneLine(c.field.value(r))
}

// CSV writes a row for each line of the purchase orders. A value that the encoding cannot write is an error that names purchase order, column and
// character, never a question mark in an address.
func (s Sheet) CSV(orders []PurchaseOrderData) ([]byte, error) {
	l, err := s.layout()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString(l.bom)
	if s.Header {
		for i, c := range l.columns {
			if i > 0 {
				b.WriteString(l.delim)
			}
			s.write(&b, l.delim, c.header)
		}
		b.WriteString(l.end)
	}
	rows := rowsOf(orders)
	for _, r := range rows {
		for i, c := range l.columns {
			if i > 0 {
				b.WriteString(l.delim)
			}
			value := c.cell(r, false)
			if !s.Exact && c.field.value != nil {
				value = neutral(value)
			}
			s.write(&b, l.delim, value)
		}
		b.WriteString(l.end)
	}
	if l.enc == nil {
		return []byte(b.String()), nil
	}
	out, err := l.enc.NewEncoder().Bytes([]byte(b.String()))
	if err != nil {
		return nil, s.blame(l, rows, err)
	}
	return out, nil
}

// write quotes a cell where it must be (RFC 4180 section 2), or always.
func (s Sheet) write(b *strings.Builder, delimiter, cell string) {
	needed := s.QuoteAll || strings.ContainsAny(cell, "\"\r\n") || strings.Contains(cell, delimiter) ||
		strings.HasPrefix(cell, " ") || strings.HasSuffix(cell, " ")
	if !needed {
		b.WriteString(cell)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.ReplaceAll(cell, `"`, `""`))
	b.WriteByte('"')
}

// neutral puts an apostrophe before what a spreadsheet could take for a formula. The full-width forms count too: spreadsheets in
// some languages fold them.
func neutral(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// blame finds the cell that could not be encoded. The message names no more of the value than the character.
func (s Sheet) blame(l layout, rows []row, cause error) error {
	for i, c := range l.columns {
		if r, bad := unwritable(l.enc, c.header); bad && s.Header {
			return fmt.Errorf("the header of column %d: the character %q (%U) %w in %s", i+1, r, r, ErrCell, s.Encoding)
		}
	}
	for _, r := range rows {
		for _, c := range l.columns {
			if char, bad := unwritable(l.enc, c.cell(r, false)); bad {
				return fmt.Errorf("%s, column %s: the character %q (%U) %w in %s; set encoding to utf-8 for this supplier, or correct the order",
					r.order.Number, c.header, char, char, ErrCell, s.Encoding)
			}
		}
	}
	return fmt.Errorf("%w in %s: %w", ErrCell, s.Encoding, cause)
}
