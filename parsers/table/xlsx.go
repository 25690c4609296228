package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"waybill/parsers"
)

// parseXLSX reads every visible sheet of a workbook, each as a table of its own. Values are read raw: formatted ones turn eighteen
// digits into "1.23E+17".
func (rd *Reader) parseXLSX(doc []byte, part string) (result Result) {
	result.Format = "xlsx"
	fail := func(code, format string, args ...any) {
		result.Problems = append(result.Problems, parsers.Problem{At: parsers.Place{Part: part}, Code: code, Text: fmt.Sprintf(format, args...)})
	}
	defer func() {
		if broken := recover(); broken != nil { // the library meets files made to break it
			fail("unknown_format", "This workbook is damaged and could not be read. Please save it again, or send the table as CSV.")
		}
	}()
	if code, sentence := checkArchive(doc); code != "" {
		fail(code, "%s", sentence)
		return result
	}
	f, err := excelize.OpenReader(bytes.NewReader(doc), excelize.Options{RawCellValue: true, UnzipSizeLimit: parsers.MaxUnzipped, UnzipXMLSizeLimit: parsers.MaxUnzipped})
	if err != nil {
		if errors.Is(err, excelize.ErrWorkbookPassword) || errors.Is(err, excelize.ErrWorkbookFileFormat) && bytes.Contains(doc[:min(len(doc), 4096)], []byte("EncryptedPackage")) {
			fail("encrypted", "This workbook is protected by a password. Please send it without one.")
		} else {
			fail("unknown_format", "This workbook could not be opened: %v. Please save it again, or send the table as CSV.", err)
		}
		return result
	}
	defer f.Close()
	rows := 0
	for _, sheet := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(sheet); err == nil && !visible {
			continue
		}
		r := &reader{profile: rd.profile, part: part, sheet: sheet, patterns: rd.patterns, result: Result{Format: "xlsx"}}
		if !r.readSheet(f, sheet, &rows) {
			fail("too_large", "The workbook has more than %d rows. The rest was not read; please send it in pieces.", parsers.MaxRows)
		}
		one := r.finish()
		result.Statements = append(result.Statements, one.Statements...)
		result.Rows += one.Rows
		result.Tables, result.Found = append(result.Tables, one.Tables...), append(result.Found, one.Found...)
		for _, problem := range one.Problems {
			if problem.Code != "no_header" {
				result.Problems = append(result.Problems, problem)
			}
		}
		if len(one.Columns) > 0 && len(result.Columns) == 0 {
			result.Columns, result.HeaderRow = one.Columns, one.HeaderRow
		}
	}
	switch {
	case len(result.Statements) > 0 || len(result.Problems) > 0:
	case rows == 0:
		fail("empty", "This workbook holds no rows. Please save it again, or send the table as CSV.")
	default:
		fail("no_header", "No column of this workbook could be understood: there is neither a known heading nor a column of tracking numbers. Tell waybill in the supplier's profile what its columns mean.")
	}
	return result
}

// checkArchive looks at the list of files in a workbook before the library unpacks any: promise 15. What the list says may be a lie; the
// library counts again while it unpacks.
func checkArchive(doc []byte) (code, sentence string) {
	const (
		mostFiles = 2000
		small     = 1 << 20 // below this no ratio harms
	)
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		return "unknown_format", "This workbook is damaged and could not be opened. Please save it again, or send the table as CSV."
	}
	total := uint64(0)
	for _, f := range z.File {
		if total += f.UncompressedSize64; total > parsers.MaxUnzipped {
			break
		}
	}
	if len(z.File) > mostFiles || total > parsers.MaxUnzipped || total > small && total > uint64(len(doc))*parsers.MaxRatio {
		return "too_large", fmt.Sprintf("This workbook unpacks to more than %d MiB, or to %d times its size, and was not read. Please send the table as CSV.", parsers.MaxUnzipped>>20, parsers.MaxRatio)
	}
	return "", ""
}

// readSheet streams the rows of one sheet; false when the limit of rows is reached.
func (r *reader) readSheet(f *excelize.File, sheet string, count *int) bool {
	rows, err := f.Rows(sheet)
	if err != nil {
		r.problem(parsers.Place{Part: r.part, Sheet: sheet}, "unknown_format", "Sheet %q could not be read (%v).", sheet, err)
		return true
	}
	defer rows.Close()
	number := 0
	for rows.Next() {
		number++
		if *count++; *count > parsers.MaxRows {
			return false
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			r.problem(parsers.Place{Part: r.part, Sheet: sheet, Row: number}, "bad_row", "Row %d of sheet %q could not be read (%v).", number, sheet, err)
			continue
		}
		if len(cells) > parsers.MaxColumns {
			r.problem(parsers.Place{Part: r.part, Sheet: sheet, Row: number}, "too_large", "Row %d has more than %d columns and was left out.", number, parsers.MaxColumns)
			continue
		}
		for i, c := range cells {
			cells[i] = exact(c)
		}
		r.add(row{number: number, line: number, cells: cells, ended: true})
		r.result.Rows++
	}
	return true
}

// exact writes a number that a workbook stores in scientific notation as its digits, where none are lost: it keeps fifteen. Longer ones
// stay as they are, for the reader to find the damage.
func exact(c string) string {
	at := strings.IndexAny(c, "eE")
	if at <= 0 || len(c) > 24 || digitsIn(c[:at]) == 0 {
		return c
	}
	exponent, err := strconv.Atoi(c[at+1:])
	if err != nil || exponent < 0 || exponent > 14 {
		return c
	}
	whole, fraction, _ := strings.Cut(c[:at], ".")
	if len(fraction) > exponent || digitsIn(whole)+digitsIn(fraction) != len(whole)+len(fraction) {
		return c
	}
	return whole + fraction + strings.Repeat("0", exponent-len(fraction))
}
