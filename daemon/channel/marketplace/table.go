package marketplace

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	utf16 "golang.org/x/text/encoding/unicode"
)

const (
	maxRows = 200_000
	maxLine = 64 << 10
)

// encodings that a report or a confirmation may be in, by their names in the configuration.
func encodingOf(name string) (encoding.Encoding, error) {
	switch name {
	case "utf-8", "utf-8-bom":
		return encoding.Nop, nil
	case "windows-1252":
		return charmap.Windows1252, nil
	case "iso-8859-1":
		return charmap.ISO8859_1, nil
	case "shift-jis":
		return japanese.ShiftJIS, nil
	}
	return nil, fmt.Errorf("there is no encoding %q; expected utf-8, utf-8-bom, windows-1252, iso-8859-1 or shift-jis", name)
}

// decode gives a report as UTF-8. Detectors guess wrong over short texts; what a file can be is known.
func decode(raw []byte, name, country string) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		text, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewDecoder().Bytes(raw)
		return clean(string(text)), err
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw, name = raw[3:], "utf-8"
	}
	if name == "" {
		switch {
		case utf8.Valid(raw):
			name = "utf-8"
		case country == "JP":
			name = "shift-jis"
		default:
			name = "windows-1252" // of which ISO-8859-1's letters are a part
		}
	}
	enc, err := encodingOf(name)
	if err != nil {
		return "", err
	}
	text := raw
	if enc != encoding.Nop {
		if text, err = enc.NewDecoder().Bytes(raw); err != nil {
			return "", fmt.Errorf("the report is not in %s: %w", name, err)
		}
	}
	if !utf8.Valid(text) || bytes.ContainsRune(text, utf8.RuneError) {
		return "", fmt.Errorf("the report is not in %s: letters would be lost; set encoding to the right one, or download it again", name)
	}
	return clean(string(text)), nil
}

// clean takes NULs out: no text holds them.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// table is a report with its columns by name.
type table struct {
	columns map[string]int
	width   int // columns, with those without a name
	rows    []row
}

type row struct {
	line  int // from 1
	cells []string
	t     *table
}

// get gives the first of these columns that the report has, without white space around and without what no cell holds.
func (r row) get(names ...string) string {
	for _, name := range names {
		if i, ok := r.t.columns[name]; ok {
			if i < len(r.cells) {
				return cell(r.cells[i])
			}
			return ""
		}
	}
	return ""
}

// tooLong tells a row with something behind the last column: a delimiter inside a cell has moved what follows it to the wrong columns.
func (r row) tooLong() bool {
	return len(r.cells) > r.t.width && strings.TrimSpace(strings.Join(r.cells[r.t.width:], "")) != ""
}

func (t *table) has(names ...string) bool {
	for _, name := range names {
		if _, ok := t.columns[name]; ok {
			return true
		}
	}
	return false
}

func cell(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// header makes the columns of a header row. A column that stands there twice is an error: nobody knows which one counts.
func (t *table) header(cells []string) error {
	t.columns, t.width = map[string]int{}, len(cells)
	for i, c := range cells {
		name := strings.ToLower(cell(c))
		if name == "" {
			continue
		}
		if _, twice := t.columns[name]; twice {
			return fmt.Errorf("the column %.40q stands there twice", name)
		}
		t.columns[name] = i
	}
	return nil
}

// splitTabs reads a tab-delimited flat file. It knows no quotes: a buyer's " is a letter.
func splitTabs(text string) (*table, error) {
	t := &table{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("line %d is longer than %d bytes; is it a report?", n, maxLine)
		case strings.TrimSpace(line) == "":
			continue
		case n > maxRows:
			return nil, fmt.Errorf("the report has more than %d lines; download it for fewer days", maxRows)
		case t.columns == nil:
			if err := t.header(strings.Split(line, "\t")); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			continue
		}
		t.rows = append(t.rows, row{n, strings.Split(line, "\t"), t})
	}
	if t.columns == nil {
		return nil, errors.New("the report is empty")
	}
	return t, nil
}
