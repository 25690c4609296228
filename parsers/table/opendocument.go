package table

import (
	"encoding/xml"
	"strconv"
	"strings"

	"waybill/parsers"
)

// readOpen reads a spreadsheet of OpenDocument (ISO/IEC 26300-3, table elements).
func (b *bookReader) readOpen(a *files) error {
	doc, err := a.read("content.xml")
	if err != nil {
		return err
	}
	s := openSheet{book: b}
	return elements(doc, s.begin, s.text, s.end)
}

// openSheet is the state of a spreadsheet while it is read.
type openSheet struct {
	book    *bookReader
	number  int
	repeats int // how often the present row stands
	cells   []string
	links   map[int]string
	across  int // how often the present cell stands
	kind    string
	value   string
	link    string
	written strings.Builder // what the cell shows
	inCell  bool
	inText  bool
	notes   int // depth of comments
	noted   strings.Builder
	beside  []note          // comments on the cells of the present row
	unseen  bool            // the present row is hidden
	columns int             // columns whose properties were read
	style   string          // of which properties are read
	veiled  map[string]bool // styles of sheets that are hidden
}

func (s *openSheet) begin(name string, attr []xml.Attr) error {
	switch name {
	case "style":
		s.style = attribute(attr, "name")
	case "table-properties":
		if attribute(attr, "display") == "false" {
			if s.veiled == nil {
				s.veiled = map[string]bool{}
			}
			s.veiled[s.style] = true
		}
	case "table":
		s.number, s.columns = 0, 0
		if !s.veiled[attribute(attr, "style-name")] {
			s.book.open(attribute(attr, "name"))
		}
	case "table-column":
		n := count1(attribute(attr, "number-columns-repeated"))
		if unshown(attr) && s.book.sheet != nil {
			s.book.sheet.hide(s.columns, s.columns+n)
		}
		s.columns += n
	case "table-row":
		s.cells, s.links, s.repeats = nil, nil, count1(attribute(attr, "number-rows-repeated"))
		s.beside, s.unseen = nil, unshown(attr)
	case "table-cell", "covered-table-cell":
		s.inCell, s.across, s.kind, s.link = true, count1(attribute(attr, "number-columns-repeated")), attribute(attr, "value-type"), ""
		s.value = attribute(attr, "value")
		if s.kind == "date" {
			s.value = strings.TrimSuffix(attribute(attr, "date-value"), "T00:00:00")
		}
		s.written.Reset()
	case "annotation":
		s.notes++
		s.noted.Reset()
	case "p":
		if s.written.Len() > 0 && s.notes == 0 {
			s.written.WriteByte('\n')
		}
		s.inText = true
	case "s", "tab", "line-break":
		if s.inText && s.notes == 0 {
			s.written.WriteString(strings.Repeat(" ", min(count1(attribute(attr, "c")), 100)))
		}
	case "a":
		s.link = attribute(attr, "href")
	}
	return nil
}

// unshown tells rows and columns that a sheet does not show: "collapse", or "filter".
func unshown(attr []xml.Attr) bool {
	v := attribute(attr, "visibility")
	return v == "collapse" || v == "filter"
}

func (s *openSheet) text(text []byte) {
	if s.notes > 0 && s.inText && s.noted.Len() < parsers.MaxRecord {
		s.noted.Write(text)
	}
	if s.inCell && s.inText && s.notes == 0 {
		s.written.Write(text)
	}
}

func (s *openSheet) end(name string) error {
	switch name {
	case "p":
		s.inText = false
	case "annotation":
		if s.notes--; s.noted.Len() > 0 && len(s.beside) < mostNotes {
			s.beside = append(s.beside, note{len(s.cells), s.noted.String()})
		}
	case "table-cell", "covered-table-cell":
		s.put()
	case "table-row":
		return s.close()
	case "table":
		s.book.close()
	}
	return nil
}

// put takes the present cell. Of a number what is stored counts, unless what is shown has more: leading zeros, letters.
func (s *openSheet) put() {
	s.inCell = false
	v := s.written.String()
	switch {
	case s.kind == "date" && s.value != "":
		v = s.value
	case s.value != "" && s.kind == "float":
		if n := exact(s.value); v == "" || digitsIn(v) != len(v) && strings.ContainsAny(v, ".,  ") || strings.ContainsAny(v, "eE") && digitsIn(v) > 3 {
			v = n
		}
	}
	if v == "" && len(s.cells)+s.across > parsers.MaxColumns {
		return // blank to the right edge of the sheet
	}
	for range min(s.across, parsers.MaxColumns+1-len(s.cells)) {
		if s.link != "" {
			if s.links == nil {
				s.links = map[int]string{}
			}
			s.links[len(s.cells)] = s.link
		}
		s.cells = append(s.cells, v)
	}
}

// close gives the row, as often as it stands. Thousands of blank rows stand at the end of many sheets.
func (s *openSheet) close() error {
	w := row{cells: s.cells, links: s.links, unseen: s.unseen}
	if w.empty() || s.book.sheet == nil {
		s.number += s.repeats
		return nil
	}
	for range min(s.repeats, parsers.MaxRows) {
		s.number++
		w.number = s.number
		w.beside = s.book.notesAt(s.beside, s.number)
		if err := s.book.add(w); err != nil {
			return err
		}
	}
	return nil
}

// count1 is a number of repetitions: 1 where none is given.
func count1(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<24 {
		return 1
	}
	return n
}
