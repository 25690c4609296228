package table

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"

	"waybill/parsers"
)

// looks2003 tells an "XML Spreadsheet 2003", which comes under names in .xml and .xls.
func looks2003(doc []byte) bool {
	head := doc[:min(len(doc), 2048)]
	return bytes.Contains(head, []byte("urn:schemas-microsoft-com:office:spreadsheet")) && bytes.Contains(head, []byte("Workbook")) && !bytes.Contains(bytes.ToLower(head), []byte("<html"))
}

// read2003 reads an XML Spreadsheet (Microsoft, "XML Spreadsheet Reference", 2001).
func (b *bookReader) read2003(doc []byte) error {
	s := oldSheet{book: b}
	return elements(doc, s.begin, s.text, s.end)
}

// oldSheet is the state of a workbook while it is read.
type oldSheet struct {
	book   *bookReader
	number int
	cells  []string
	links  map[int]string
	across int // columns that the present cell covers beyond its own
	inData bool
	inNote bool // text belongs to a comment on the cell
	noted  strings.Builder
	beside []note
	unseen bool // the present row is hidden
	column int  // of the present description of a column, from 0
	value  strings.Builder
	date   bool
}

func (s *oldSheet) begin(name string, attr []xml.Attr) error {
	switch name {
	case "Worksheet":
		s.number, s.column = 0, 0
		s.book.open(attribute(attr, "Name"))
	case "Row":
		s.number++
		if n, err := strconv.Atoi(attribute(attr, "Index")); err == nil && n > 0 {
			s.number = n
		}
		s.cells, s.links, s.beside, s.unseen = nil, nil, nil, yes(attribute(attr, "Hidden"))
	case "Column":
		if n, err := strconv.Atoi(attribute(attr, "Index")); err == nil && n > 0 {
			s.column = n - 1
		}
		span, _ := strconv.Atoi(attribute(attr, "Span"))
		to := s.column + 1 + max(span, 0)
		if yes(attribute(attr, "Hidden")) && s.book.sheet != nil {
			s.book.sheet.hide(s.column, to)
		}
		s.column = to
	case "Comment":
		s.inNote = true
		s.noted.Reset()
	case "Cell":
		if n, err := strconv.Atoi(attribute(attr, "Index")); err == nil && n > 0 && n <= parsers.MaxColumns+1 {
			for len(s.cells) < n-1 {
				s.cells = append(s.cells, "")
			}
		}
		s.across, _ = strconv.Atoi(attribute(attr, "MergeAcross"))
		if link := attribute(attr, "HRef"); link != "" {
			if s.links == nil {
				s.links = map[int]string{}
			}
			s.links[len(s.cells)] = link
		}
		s.value.Reset()
	case "Data":
		if s.inData = !s.inNote; s.inData {
			s.date = attribute(attr, "Type") == "DateTime"
		}
	}
	return nil
}

func (s *oldSheet) text(text []byte) {
	switch {
	case s.inData:
		s.value.Write(text)
	case s.inNote && s.noted.Len() < parsers.MaxRecord:
		s.noted.Write(text)
	}
}

func (s *oldSheet) end(name string) error {
	switch name {
	case "Data":
		s.inData = false
	case "Comment":
		s.inNote = false
		if said := strings.TrimSpace(s.noted.String()); said != "" && len(s.beside) < mostNotes {
			s.beside = append(s.beside, note{len(s.cells), said})
		}
	case "Cell":
		v := exact(s.value.String())
		if s.date {
			v, _, _ = strings.Cut(v, "T00:00:00")
		}
		s.date = false
		s.cells = append(s.cells, v)
		for range min(max(s.across, 0), parsers.MaxColumns) {
			s.cells = append(s.cells, "")
		}
	case "Row":
		if s.book.sheet != nil {
			return s.book.add(row{number: s.number, cells: s.cells, links: s.links, unseen: s.unseen, beside: s.book.notesAt(s.beside, s.number)})
		}
	case "Worksheet":
		s.book.close()
	}
	return nil
}
