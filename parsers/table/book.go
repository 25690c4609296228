package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/parsers"
)

// bookReader collects what the sheets of a workbook say, whatever its format. Each sheet is a table of its own.
type bookReader struct {
	rd     *Reader
	name   string // of the file
	part   string
	result Result
	sheet  *reader
	rows   int             // of all sheets
	key    strings.Builder // what cells say of codes, "SH = shipped", from whatever sheet
	legend Legend          // what they mean, on the second reading
	full   bool            // the limit of rows is reached
	later  []openLine      // of sheets that list what is open
}

var errRows = errors.New("too many rows")

func (b *bookReader) fail(code, format string, args ...any) {
	b.result.Problems = append(b.result.Problems, parsers.Problem{At: parsers.Place{Part: b.part}, Code: code, Text: fmt.Sprintf(format, args...)})
}

// open begins a sheet.
func (b *bookReader) open(name string) {
	b.close()
	b.sheet = &reader{profile: b.rd.profile, part: b.part, sheet: name, patterns: b.rd.patterns, judge: b.rd.judge, result: Result{Format: b.result.Format}}
	b.sheet.legend = b.legend
	b.sheet.filed(b.name)
}

// add takes a row of the present sheet. number counts from 1.
func (b *bookReader) add(w row) error {
	if b.rows++; b.rows > parsers.MaxRows || w.number > 1<<21 {
		if !b.full {
			b.fail("too_large", "The workbook has more than %d rows. The rest was not read; please send it in pieces.", parsers.MaxRows)
		}
		b.full = true
		return errRows
	}
	if len(w.cells) > parsers.MaxColumns {
		b.sheet.problem(parsers.Place{Part: b.part, Sheet: b.sheet.sheet, Row: w.number}, "too_large", "Row %d has more than %d columns and was left out.", w.number, parsers.MaxColumns)
		return nil
	}
	w.line, w.ended = w.number, true
	b.noteKey(&w)
	b.sheet.gap(w.number)
	b.sheet.add(w)
	b.sheet.result.Rows++
	return nil
}

// close ends the present sheet.
func (b *bookReader) close() {
	if b.sheet == nil {
		return
	}
	one := b.sheet.finish()
	b.later = append(b.later, b.sheet.openSheets...)
	b.sheet = nil
	into := &b.result
	into.Statements = append(into.Statements, one.Statements...)
	into.Tables = append(into.Tables, one.Tables...)
	into.Found = append(into.Found, one.Found...)
	into.Rows += one.Rows
	for _, problem := range one.Problems {
		if problem.Code != "no_header" {
			into.Problems = append(into.Problems, problem)
		}
	}
	if len(one.Columns) > 0 && len(into.Columns) == 0 {
		into.Columns, into.HeaderRow = one.Columns, one.HeaderRow
	}
}

// finish ends the workbook.
func (b *bookReader) finish() Result {
	b.close()
	stillToCome(b.result.Statements, b.later)
	tie(b.result.Statements)
	switch {
	case len(b.result.Statements) > 0 || len(b.result.Problems) > 0:
	case b.rows == 0:
		b.fail("empty", "This workbook holds no rows. Please save it again, or send the table as CSV.")
	default:
		b.fail("no_header", "No column of this workbook could be understood: there is neither a known heading nor a column of tracking numbers. Tell waybill in the supplier's profile what its columns mean.")
	}
	return b.result
}

// noteKey keeps what a row may say of codes: in one cell, or a code and its meaning beside each other.
func (b *bookReader) noteKey(w *row) {
	if b.legend.means != nil || b.key.Len() > mostKey {
		return
	}
	var room [2]string
	filled := room[:0]
	for i := range w.cells {
		if c := w.cell(i); c != "" {
			if len(filled) == len(room) {
				return
			}
			filled = append(filled, c)
		}
	}
	switch {
	case len(filled) == 2 && len(filled[0]) <= 6 && digitsIn(filled[0]) <= 2 && !strings.ContainsAny(filled[0], " =") && len(filled[1]) <= 80:
		fmt.Fprintf(&b.key, "%s = %s\n", filled[0], filled[1])
	case len(filled) == 1 && len(filled[0]) <= 400:
		b.key.WriteString(filled[0] + "\n")
	}
}

// mostKey bounds what is kept of such rows.
const mostKey = 8 << 10

// parseBook reads a workbook, and where one of its sheets or a line says what codes of states mean, once more with that.
func (rd *Reader) parseBook(doc []byte, name, part string) Result {
	result, key := rd.readBook(doc, name, part, Legend{})
	if key == "" {
		return result
	}
	codes := rd.Legend(key)
	if len(codes.means) == 0 {
		return result
	}
	result, _ = rd.readBook(doc, name, part, codes)
	return result
}

// readBook reads a workbook: the Office formats of 2007 and 2003, and OpenDocument. It recovers from files that were made to break it.
func (rd *Reader) readBook(doc []byte, name, part string, legend Legend) (result Result, key string) {
	b := &bookReader{rd: rd, name: name, part: part, result: Result{Format: "xlsx"}, legend: legend}
	defer func() {
		if broken := recover(); broken != nil {
			b.fail("unknown_format", "This workbook is damaged and could not be read. Please save it again, or send the table as CSV.")
			result = b.result
		}
	}()
	if looks2003(doc) {
		if err := b.read2003(doc); err != nil && !errors.Is(err, errRows) {
			b.fail("unknown_format", "This workbook is damaged (%v). What stands before the damage was read. Please save it again, or send the table as CSV.", err)
		}
		return b.finish(), b.key.String()
	}
	a, code, sentence := openArchive(doc)
	if code != "" {
		b.fail(code, "%s", sentence)
		return b.result, ""
	}
	read := b.readOffice
	switch {
	case a.has("content.xml"):
		read = b.readOpen
	case a.has("xl/workbook.bin"):
		b.fail("unknown_format", "This is a binary workbook (.xlsb), which is not read. Please save it as .xlsx, or send the table as CSV.")
		return b.result, ""
	}
	switch err := read(a); {
	case errors.Is(err, errTooLarge):
		b.fail("too_large", "This workbook unpacks to more than %d MiB, and not all of it was read. Please send the table as CSV.", parsers.MaxUnzipped>>20)
	case err != nil && !errors.Is(err, errRows):
		b.fail("unknown_format", "This workbook could not be read (%v). Please save it again, or send the table as CSV.", err)
	}
	return b.finish(), b.key.String()
}

// files are the files of a zip archive, within the limits of promise 15: what its list says of sizes may be a lie, so they are counted again.
type files struct {
	all  map[string]*zip.File
	left int64
}

var errTooLarge = errors.New("it unpacks to too much")

// openArchive looks at the list of files in a workbook before any is unpacked.
func openArchive(doc []byte) (a *files, code, sentence string) {
	const (
		mostFiles = 2000
		small     = 1 << 20 // below this no ratio harms
	)
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		return nil, "unknown_format", "This workbook is damaged and could not be opened. Please save it again, or send the table as CSV."
	}
	total := uint64(0)
	a = &files{all: map[string]*zip.File{}, left: parsers.MaxUnzipped}
	for _, f := range z.File {
		if total += f.UncompressedSize64; total > parsers.MaxUnzipped {
			break
		}
		a.all[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	if len(z.File) > mostFiles || total > parsers.MaxUnzipped || total > small && total > uint64(len(doc))*parsers.MaxRatio {
		return nil, "too_large", fmt.Sprintf("This workbook unpacks to more than %d MiB, or to %d times its size, and was not read. Please send the table as CSV.", parsers.MaxUnzipped>>20, parsers.MaxRatio)
	}
	return a, "", ""
}

func (a *files) has(name string) bool { return a.all[strings.ToLower(name)] != nil }

// read unpacks a file; nil without an error where there is none.
func (a *files) read(name string) ([]byte, error) {
	f := a.all[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, a.left+1))
	if a.left -= int64(len(data)); a.left < 0 {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// elements walks the elements of an XML document: begin for each that opens, text for what stands in it, end for each that closes. Names come
// without their prefix. begin may end the walk with an error.
func elements(doc []byte, begin func(name string, attr []xml.Attr) error, text func([]byte), end func(name string) error) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := d.RawToken()
		switch t := token.(type) {
		case xml.StartElement:
			if err := begin(t.Name.Local, t.Attr); err != nil {
				return err
			}
		case xml.CharData:
			text(t)
		case xml.EndElement:
			if err := end(t.Name.Local); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("its XML is damaged: %w", err)
		}
	}
}

// attribute gives the value of an attribute, whatever its prefix.
func attribute(attr []xml.Attr, name string) string {
	for i := range attr {
		if attr[i].Name.Local == name {
			return attr[i].Value
		}
	}
	return ""
}
