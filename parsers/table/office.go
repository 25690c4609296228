package table

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"strconv"
	"strings"

	"waybill/parsers"
)

// readOffice reads a workbook of Office Open XML (ECMA-376 part 1, SpreadsheetML): every visible sheet. Values are taken as they are stored,
// for what a program shows of eighteen digits is "1.23E+17"; only formats that make a number a date or give it its zeros are followed.
func (b *bookReader) readOffice(a *files) error {
	o := office{files: a}
	sheets, err := o.open()
	if err != nil {
		return err
	}
	for _, s := range sheets {
		doc, err := a.read(s.path)
		if err != nil {
			return err
		}
		if doc == nil {
			continue
		}
		b.open(s.name)
		if err := o.sheet(b, doc, s.path); err != nil {
			return err
		}
	}
	return nil
}

// office is what the sheets of a workbook share.
type office struct {
	*files
	strings []string
	formats []format // by style
	from    int      // year that dates count from: 1900 or 1904
}

type sheetFile struct{ name, path string }

// open reads the workbook's list of sheets, its strings and its formats.
func (o *office) open() ([]sheetFile, error) {
	main := "xl/workbook.xml"
	for _, target := range o.related("_rels/.rels", "") {
		if strings.HasSuffix(target, "workbook.xml") {
			main = target
		}
	}
	doc, err := o.read(main)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, fmt.Errorf("it holds no workbook")
	}
	targets := o.related(relsOf(main), path.Dir(main))
	var sheets []sheetFile
	o.from = 1900
	err = elements(doc, func(name string, attr []xml.Attr) error {
		switch name {
		case "workbookPr":
			if v := attribute(attr, "date1904"); v == "1" || v == "true" {
				o.from = 1904
			}
		case "sheet":
			if state := attribute(attr, "state"); state == "hidden" || state == "veryHidden" {
				return nil
			}
			if p := targets[attribute(attr, "id")]; p != "" && len(sheets) < parsers.MaxParts {
				sheets = append(sheets, sheetFile{attribute(attr, "name"), p})
			}
		}
		return nil
	}, func([]byte) {}, func(string) error { return nil })
	if err != nil {
		return nil, err
	}
	for _, p := range targets {
		switch {
		case strings.HasSuffix(strings.ToLower(p), "sharedstrings.xml"):
			err = o.readStrings(p)
		case strings.HasSuffix(strings.ToLower(p), "styles.xml"):
			err = o.readFormats(p)
		}
		if err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

// relsOf is where the relationships of a file stand (ECMA-376 part 2).
func relsOf(name string) string { return path.Join(path.Dir(name), "_rels", path.Base(name)+".rels") }

// related gives the targets of relationships by their id: files as paths within the archive, links as they are.
func (o *office) related(name, folder string) map[string]string {
	out := map[string]string{}
	doc, err := o.read(name)
	if err != nil || doc == nil {
		return out
	}
	_ = elements(doc, func(element string, attr []xml.Attr) error { // what can be read of a damaged list counts
		if element != "Relationship" {
			return nil
		}
		target := attribute(attr, "Target")
		switch {
		case attribute(attr, "TargetMode") == "External":
		case strings.HasPrefix(target, "/"):
			target = strings.TrimPrefix(target, "/")
		default:
			target = path.Join(folder, target)
		}
		out[attribute(attr, "Id")] = target
		return nil
	}, func([]byte) {}, func(string) error { return nil })
	return out
}

// readStrings reads the strings that cells refer to. How a word is pronounced (rPh) stands beside it and is none of it.
func (o *office) readStrings(name string) error {
	doc, err := o.read(name)
	if err != nil {
		return err
	}
	var b strings.Builder
	text, spoken := false, false
	return elements(doc, func(name string, _ []xml.Attr) error {
		switch name {
		case "t":
			text = !spoken
		case "rPh":
			spoken = true
		}
		return nil
	}, func(s []byte) {
		if text {
			b.Write(s)
		}
	}, func(name string) error {
		switch name {
		case "t":
			text = false
		case "rPh":
			spoken = false
		case "si":
			o.strings = append(o.strings, b.String())
			b.Reset()
		}
		return nil
	})
}

// sheet reads the rows of a sheet.
func (o *office) sheet(b *bookReader, doc []byte, name string) error {
	s := officeSheet{office: o, book: b, notes: o.notes(name)}
	if i := bytes.LastIndex(doc, []byte("</sheetData>")); i >= 0 { // what is said of cells below them
		s.tail(doc[i:], o.related(relsOf(name), ""))
	}
	return elements(doc, s.begin, s.text, s.end)
}

// officeSheet is the state of a sheet while it is read.
type officeSheet struct {
	*office
	book   *bookReader
	merged []area
	links  map[[2]int]string // by row and column
	notes  map[int][]note    // on cells, by row
	struck map[int]bool      // cells of this row

	row     int
	cells   []string
	extra   map[int]string // links of this row
	unseen  bool           // this row is hidden
	column  int            // of the present cell, from 0
	kind    string         // type of the present cell
	style   int
	value   strings.Builder
	formula strings.Builder
	in      string // the element that text belongs to
	spoken  bool
}

// area is a range of cells that look like one.
type area struct {
	top, left, bottom, right int
	text                     string // of its first cell
}

// tail reads the merged cells and the links of a sheet, which stand behind its rows.
func (s *officeSheet) tail(doc []byte, targets map[string]string) {
	s.links = map[[2]int]string{}
	_ = elements(doc, func(name string, attr []xml.Attr) error {
		from, to, _ := strings.Cut(attribute(attr, "ref"), ":")
		row, column := reference(from)
		switch name {
		case "mergeCell":
			bottom, right := reference(to)
			if row > 0 && bottom >= row && right >= column && len(s.merged) < mostMerged {
				s.merged = append(s.merged, area{row, column, bottom, right, ""})
			}
		case "hyperlink":
			if target := targets[attribute(attr, "id")]; target != "" && row > 0 {
				s.links[[2]int{row, column}] = target
			}
		}
		return nil
	}, func([]byte) {}, func(string) error { return nil }) // the part of a document begins with an end, which is an error at its own end only
}

// mostMerged bounds the merged areas that are looked at for each row.
const mostMerged = 5000

func (s *officeSheet) begin(name string, attr []xml.Attr) error {
	switch name {
	case "row":
		s.row++
		if n, err := strconv.Atoi(attribute(attr, "r")); err == nil && n > 0 {
			s.row = n
		}
		s.cells, s.extra, s.struck, s.column = nil, nil, nil, -1
		s.unseen = yes(attribute(attr, "hidden"))
	case "col":
		s.hide(attr)
	case "c":
		s.column++
		if _, column := reference(attribute(attr, "r")); column >= 0 {
			s.column = column
		}
		s.kind = attribute(attr, "t")
		s.style, _ = strconv.Atoi(attribute(attr, "s"))
		s.value.Reset()
		s.formula.Reset()
	case "v", "t", "f":
		s.in = name
	case "rPh":
		s.spoken = true
	}
	return nil
}

func (s *officeSheet) text(text []byte) {
	switch {
	case s.in == "f":
		s.formula.Write(text)
	case s.in != "" && !s.spoken:
		s.value.Write(text)
	}
}

func (s *officeSheet) end(name string) error {
	switch name {
	case "v", "t", "f":
		s.in = ""
	case "rPh":
		s.spoken = false
	case "c":
		s.put()
	case "row":
		return s.book.add(s.whole())
	}
	return nil
}

// put takes the present cell into its row.
func (s *officeSheet) put() {
	if s.column < 0 || s.column > parsers.MaxColumns {
		return
	}
	for len(s.cells) <= s.column {
		s.cells = append(s.cells, "")
	}
	s.cells[s.column] = s.shown()
	if s.style > 0 && s.style < len(s.formats) && s.formats[s.style].struck && s.cells[s.column] != "" {
		if s.struck == nil {
			s.struck = map[int]bool{}
		}
		s.struck[s.column] = true
	}
	link := s.links[[2]int{s.row, s.column}]
	if f := s.formula.String(); link == "" && f != "" {
		link = linkIn(f)
	}
	if link != "" {
		if s.extra == nil {
			s.extra = map[int]string{}
		}
		s.extra[s.column] = link
	}
}

// shown is the text of the present cell.
func (s *officeSheet) shown() string {
	v := s.value.String()
	switch s.kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < len(s.strings) {
			return s.strings[n]
		}
		return ""
	case "inlineStr", "str":
		return v
	case "b":
		if v == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "e": // #N/A
		return ""
	}
	if v = exact(strings.TrimSpace(v)); s.style > 0 && s.style < len(s.formats) {
		return s.formats[s.style].show(v, s.from)
	}
	return v
}

// whole gives the row with what merged cells above and beside it say. The place of such a value is the cell that holds it.
func (s *officeSheet) whole() row {
	w := row{number: s.row, cells: s.cells, links: s.extra, struck: s.struck, unseen: s.unseen}
	w.beside = s.book.notesAt(s.notes[s.row], s.row)
	for i := range s.merged {
		m := &s.merged[i]
		if m.top > s.row || m.bottom < s.row || m.left >= parsers.MaxColumns {
			continue
		}
		if m.top == s.row {
			m.text = w.cell(m.left)
			continue
		}
		if m.text == "" || w.cell(m.left) != "" || isPieces(m.text) { // pieces would be counted twice
			continue
		}
		for len(w.cells) <= m.left {
			w.cells = append(w.cells, "")
		}
		for len(w.at) < len(w.cells) {
			w.at = append(w.at, parsers.Place{Part: s.book.part, Sheet: s.book.sheet.sheet, Row: s.row, Column: len(w.at) + 1})
		}
		w.cells[m.left] = m.text
		w.at[m.left].Row = m.top
	}
	return w
}

// reference reads "C12" as row 12 and column 2; column -1 where it is none.
func reference(ref string) (row, column int) {
	column = 0
	i := 0
	for i < len(ref) && i < 4 && ref[i]|0x20 >= 'a' && ref[i]|0x20 <= 'z' {
		column = column*26 + int(ref[i]|0x20-'a') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 {
		return 0, -1
	}
	return row, column - 1
}

// linkIn is the address of =HYPERLINK("…","…"), or "".
func linkIn(formula string) string {
	upper := strings.ToUpper(formula)
	i := strings.Index(upper, `HYPERLINK("`)
	if i < 0 {
		return ""
	}
	link, _, _ := strings.Cut(formula[i+len(`HYPERLINK("`):], `"`)
	return link
}
