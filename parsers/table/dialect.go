package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// dialect is how a text is cut into rows and cells.
type dialect struct {
	delimiter byte
	eol       byte   // '\n', or '\r' where a file knows no other
	start     int    // offset of the first row: behind "sep=;"
	rows      int    // rows before start
	fixed     []int  // offsets in runes at which the columns of a fixed width text begin; nil: the text is delimited
	bare      bool   // nothing but blanks stands between its cells
	long      string // a delimiter of several characters, which stands in place of the one
}

const sample = 64 // lines that are looked at to find the dialect

// sniff finds the dialect. The delimiter is the one that cuts most lines into the same number of cells, two or more, and the heading into names
// that are known; a comma within words, addresses or prices does not do that.
func sniff(text string) dialect {
	d := dialect{delimiter: ',', eol: lineEnd(text)}
	first, _, _ := strings.Cut(text, string(d.eol))
	if told := strings.Trim(first, "\"\r"); len(told) == 5 && strings.EqualFold(told[:4], "sep=") {
		d.delimiter, d.start, d.rows = told[4], min(len(text), len(first)+1), 1
		return d
	}
	best := 0.0
	for _, delimiter := range [...]byte{'\t', ';', '|', ',', '~', '^'} {
		c := cutBy(text, delimiter, d.eol)
		if s := c.fitness(delimiter); c.evenness(delimiter) >= 1.5 && s > best {
			best, d.delimiter = s, delimiter
		}
	}
	if best > 0 {
		return d
	}
	if d.long = longDelimiter(text, d.eol); d.long != "" {
		d.delimiter = unit
	} else if c := cutBy(text, ':', d.eol); c.evenness(':') > 2.5 { // a time of day has colons, and so has "Order: 1001"
		d.delimiter = ':'
	} else {
		d.fixed, d.bare = fixedColumns(text, d.eol), true
	}
	return d
}

// lineEnd is how the lines of a text end: with '\r' alone where it knows no other, else with '\n'.
func lineEnd(text string) byte {
	if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
		return '\r'
	}
	return '\n'
}

// unit separates cells where a file does it with several characters (ASCII, unit separator).
const unit = '\x1f'

// longDelimiter finds a run of up to four signs, or one beyond ASCII, that stands equally often in every line: "#@#", "=>", "§", "，".
func longDelimiter(text string, eol byte) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, string(eol)+"\r "), string(eol))
	line = strings.TrimRight(line[:min(len(line), 500)], "\r")
	for i := 0; i < len(line); {
		end := i
		for end < len(line) && isSign(line[end]) {
			end++
		}
		if end == i {
			r, size := utf8.DecodeRuneInString(line[i:])
			if end = i + size; r < utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.Is(unicode.Mn, r) {
				i = end
				continue
			}
		} else if end-i < 2 || end-i > 4 {
			i = end
			continue
		}
		if sign := line[i:end]; everywhere(text, sign, strings.Count(line, sign), eol) {
			return sign
		}
		i = end
	}
	return ""
}

func isSign(c byte) bool { return strings.IndexByte("|~^#@$%&*<>:;=!/\\-_+", c) >= 0 }

// everywhere tells whether nearly all lines have a sign as often as the first.
func everywhere(text, sign string, n int, eol byte) bool {
	lines, even := 0, 0
	for line := range strings.SplitSeq(text[:min(len(text), 64<<10)], string(eol)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if lines++; strings.Count(line, sign) == n {
			even++
		}
		if lines == sample {
			break
		}
	}
	return lines > 1 && even*10 >= lines*9
}

// plainer rewrites what RFC 4180 does not know, row by row and cell by cell the same: several characters between cells, and quotes within
// quotes behind a backslash.
func plainer(text string, d *dialect) string {
	if d.long != "" {
		text = strings.ReplaceAll(text, d.long, string(rune(unit)))
	}
	if strings.Contains(text, `\"`) {
		text = unslashed(text, d.delimiter, d.eol)
	}
	return text
}

// unwrapped takes the quotes off lines that are one quoted cell each, in which the real cells stand: some program has quoted what was a row already.
func unwrapped(text string, eol byte) (string, bool) {
	lines, wrapped := 0, 0
	for line := range strings.SplitSeq(text, string(eol)) {
		line = strings.TrimRight(line, "\r")
		if line == "" {
			continue
		}
		if lines++; lines > sample {
			break
		}
		if len(line) > 2 && line[0] == '"' && line[len(line)-1] == '"' && !strings.Contains(strings.ReplaceAll(line[1:len(line)-1], `""`, ""), `"`) {
			wrapped++
		}
	}
	if lines < 2 || wrapped < lines {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(text))
	inside := false
	for line := range strings.SplitSeq(text, string(eol)) {
		line = strings.TrimRight(line, "\r")
		if len(line) > 2 && line[0] == '"' && line[len(line)-1] == '"' {
			line = strings.ReplaceAll(line[1:len(line)-1], `""`, `"`)
			inside = inside || strings.ContainsAny(line, ";,|\t")
		}
		b.WriteString(line)
		b.WriteByte(eol)
	}
	return b.String(), inside
}

// unslashed doubles quotes that a backslash makes part of a cell. `\"` before a delimiter or at the end of a line is the end of a cell
// that ends in a backslash.
func unslashed(text string, delimiter, eol byte) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := strings.Index(text, `\"`)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		rest := text[i+2:]
		if rest == "" || rest[0] == delimiter || rest[0] == eol || rest[0] == '\r' {
			b.WriteString(`\"`)
		} else {
			b.WriteString(`""`)
		}
		text = rest
	}
}

// cut is how a delimiter cuts the first lines of a text.
type cut struct {
	cells  int     // the commonest number of cells, of lines that have two or more
	even   float64 // the share of lines that have as many (0 to 1)
	headed bool    // one of the first lines is cut into names of columns
	spaced bool    // most of the delimiters are followed by a space, as in a sentence or an address
}

// headedLines are looked at for a heading.
const headedLines = 20

// cutBy cuts the first lines at a delimiter.
func cutBy(text string, delimiter, eol byte) cut {
	text = text[:min(len(text), 256<<10)]
	s := splitter{doc: text, delimiter: delimiter, eol: eol}
	counts := map[int]int{}
	lines, gaps, spaces := 0, 0, 0
	var c cut
	for lines < sample && s.next() {
		n := len(s.fields)
		if n < 2 && (n == 0 || strings.TrimSpace(s.fields[0]) == "") {
			continue
		}
		counts[n]++
		if lines++; lines <= headedLines && !c.headed {
			c.headed = namesColumns(s.fields)
		}
		for _, f := range s.fields[1:] {
			if gaps++; strings.HasPrefix(f, " ") {
				spaces++
			}
		}
	}
	most := 0.0
	for cells, n := range counts {
		if worth := float64(n) * float64(min(cells, mostCells)); cells > 1 && (worth > most || worth == most && cells > c.cells) {
			most, c.cells, c.even = worth, cells, float64(n)/float64(lines)
		}
	}
	c.spaced = spaces*2 > gaps
	return c
}

// mostCells is from which number on more cells in a line tell nothing more.
const mostCells = 12

// evenness is how well a delimiter cuts: the share of lines that are alike, worth more the more cells they have.
func (c cut) evenness(delimiter byte) float64 {
	weight := float64(min(c.cells, mostCells))
	if delimiter == ',' {
		weight *= 0.9 // commas stand in addresses and prices
	}
	return c.even * weight
}

// fitness is evenness beside other delimiters that cut as well: lines that differ weigh more, a heading tells most, and a comma before a space
// is rather one of an address.
func (c cut) fitness(delimiter byte) float64 {
	fit := c.evenness(delimiter) * c.even
	if c.headed {
		fit *= 3
	}
	if delimiter == ',' && c.spaced {
		fit *= 0.4
	}
	return fit
}

// namesColumns tells whether cells are names of columns: two or more that are known, and at least half of all.
func namesColumns(cells []string) bool {
	known, filled := 0, 0
	for _, c := range cells {
		if c = clean(c); c == "" {
			continue
		}
		if filled++; len(c) > 60 {
			return false
		}
		if m, full, _ := meaningOf(c, nil); full && m != Unknown {
			known++
		}
	}
	return known >= 2 && known*2 >= filled
}
