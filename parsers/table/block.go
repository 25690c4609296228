package table

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Blocks finds the tables that people draw in plain text: cells between bars, as Markdown and database programs print them, between TABs, between
// semicolons, or under each other with gaps of spaces, with or without a ruler. What may be a table is given; whether it says anything is for Rows to find out.
func Blocks(text string) []parsers.Grid {
	var all []parsers.Grid
	var open block
	blank := false // the line before is empty
	for at := 0; at < len(text) && len(all) < mostBlocks; {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		line := textLine{text: strings.TrimRight(narrowed(text[at:end]), " \r"), at: at}
		at = end + 1
		if empty := line.text == ""; empty && !blank && open.style == gapped && open.headed() {
			blank = true
			continue // people leave a line free under the names of columns
		}
		blank = false
		if line.divide(); line.style == prosaic && open.wraps(&line) {
			if !line.another() {
				continue
			}
			line.style, line.further = gapped, true
		}
		if line.style == open.style && line.style != prosaic || line.style == ruled && open.style != prosaic {
			open.lines = append(open.lines, line)
			continue
		}
		if g, ok := open.grid(); ok {
			all = append(all, g)
		}
		if open = (block{}); line.style != prosaic && line.style != ruled {
			open = block{style: line.style, lines: []textLine{line}}
		}
	}
	if g, ok := open.grid(); ok && len(all) < mostBlocks {
		all = append(all, g)
	}
	return all
}

// wideRun is a gap that holds the space of Chinese and Japanese, which is as wide as a character: one alone stands between a person's names.
var wideRun = regexp.MustCompile(`\x{3000}[\x{3000} ]+| +\x{3000}`)

// narrowed gives a line whose columns are kept apart by wide spaces such of ASCII, as many as they have bytes, so that places stay.
func narrowed(line string) string {
	if !strings.Contains(line, "\u3000") || len(wideRun.FindAllStringIndex(line, 2)) < 2 {
		return line
	}
	return strings.ReplaceAll(line, "\u3000", "   ")
}

// mostBlocks of a text are looked at; longBlock is how many lines one may have.
const (
	mostBlocks = 50
	longBlock  = 5000
)

// style is how a line of text divides its cells.
type style uint8

const (
	prosaic style = iota
	barred
	tabbed
	stopped // by semicolons
	gapped
	spread // by ideographic spaces (U+3000)
	ruled  // "----- ----": belongs to what is around it
)

// textLine is a line of a text, its place, and how it is divided.
type textLine struct {
	text  string
	at    int
	style style
	spans [][2]int // of cells, where the line alone tells them
	// further: one more number for the row above
	further bool
}

func (l *textLine) divide() {
	trimmed := strings.TrimSpace(l.text)
	switch {
	case trimmed == "" || trimmed[0] == '>' || len(trimmed) > 1000:
		l.style = prosaic
	case strings.Trim(trimmed, "-=+|: ─═┼│") == "" && strings.ContainsAny(trimmed, "-=─═"):
		l.style = ruled
	case strings.Count(trimmed, "|") >= 2 || strings.Count(trimmed, "│") >= 2 || strings.Count(trimmed, " | ") == 1:
		l.style = barred
	case strings.Contains(trimmed, "\t"):
		l.style = tabbed
	case strings.Count(trimmed, ";") >= 1 && !strings.Contains(trimmed, "; ") || strings.Count(trimmed, " ;") >= 2:
		l.style = stopped
	case strings.Count(trimmed, "\u3000") > 1 && len(ideographicGap.FindAllStringIndex(trimmed, 3)) > 1:
		l.style = spread
	case strings.Contains(trimmed, "  "):
		l.style = gapped
	}
}

// block is a run of lines that are divided alike.
type block struct {
	style style
	lines []textLine
}

// alone tells a line that may be a row by itself: three cells, and a number as long as a parcel's.
func (l *textLine) alone() bool {
	switch l.style {
	case barred, tabbed, stopped, gapped:
	default:
		return false
	}
	run := 0
	for i := 0; i < len(l.text) && run < 8; i++ {
		if run++; l.text[i] < '0' || l.text[i] > '9' {
			run = 0
		}
	}
	if run < 8 {
		return false
	}
	switch l.style {
	case barred:
		return strings.Count(l.text, "|")+strings.Count(l.text, "│") >= 2
	case tabbed:
		return strings.Count(l.text, "\t") >= 2
	case stopped:
		return strings.Count(l.text, ";") >= 2
	}
	return len(wideGap.FindAllStringIndex(strings.TrimSpace(l.text), 3)) >= 2
}

// wraps tells the rest of a cell that did not fit into its line: it stands under the beginning of one that is not the first, and nothing beside it.
func (b *block) wraps(l *textLine) bool {
	if b.style != gapped || len(b.lines) < 2 {
		return false
	}
	i := len(b.lines) - 1
	for i > 0 && b.lines[i].further {
		i--
	}
	last := &b.lines[i]
	indent := len(l.text) - len(strings.TrimLeft(l.text, " "))
	if indent < 2 || last.style != gapped {
		return false
	}
	first := len(last.text) - len(strings.TrimLeft(last.text, " "))
	at := byteOfColumn(last.text, indent)
	return indent > first && at >= 2 && last.text[at] != ' ' && last.text[at-1] == ' ' && last.text[at-2] == ' '
}

// byteOfColumn is where the character begins that stands in a column of a line, -1 behind its end.
func byteOfColumn(line string, column int) int {
	for at := range line {
		if column == 0 {
			return at
		}
		column--
	}
	return -1
}

// another tells that what stands alone under a cell is no rest of it but a parcel's number as well: the second of an order.
func (l *textLine) another() bool {
	const fewest = 8 // digits
	text := strings.TrimSpace(l.text)
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z':
			return false
		}
	}
	return digits >= fewest
}

// headed tells a block that is nothing yet but names of columns, with their ruler.
func (b *block) headed() bool {
	names := 0
	for i := range b.lines {
		if b.lines[i].style == ruled {
			continue
		}
		if names++; names > 1 || !namesColumns(wideGap.Split(strings.TrimSpace(b.lines[i].text), -1)) {
			return false
		}
	}
	return names == 1
}

// grid gives the block as a table; false where it is none: one line, or a list of names and values, which reads as prose.
func (b *block) grid() (parsers.Grid, bool) {
	var lines []textLine
	var ruler *textLine
	for i := b.head(); i < b.foot(); i++ {
		if b.lines[i].style != ruled {
			lines = append(lines, b.lines[i])
		} else if ruler == nil && len(strings.Fields(b.lines[i].text)) > 1 {
			ruler = &b.lines[i]
		}
	}
	if len(lines) < 2 && !(len(lines) == 1 && lines[0].alone()) || len(lines) > longBlock {
		return parsers.Grid{}, false
	}
	last := lines[len(lines)-1]
	g := parsers.Grid{Start: lines[0].at, End: last.at + len(last.text)}
	switch b.style {
	case barred:
		each(lines, "|│")
	case tabbed:
		each(lines, "\t")
	case stopped:
		each(lines, ";")
	case gapped:
		under(lines, ruler)
	case spread:
		if !apartBy(lines, ideographicGap) {
			return parsers.Grid{}, false
		}
	}
	width := 0
	for _, l := range lines {
		width = max(width, len(l.spans))
	}
	if width < 2 || width > parsers.MaxColumns || width == 2 && labels(lines) {
		return parsers.Grid{}, false
	}
	for _, l := range lines {
		row := make([]parsers.Cell, 0, len(l.spans))
		for _, s := range l.spans {
			for s[0] < s[1] && l.text[s[0]] <= ' ' {
				s[0]++
			}
			for s[1] > s[0] && l.text[s[1]-1] <= ' ' {
				s[1]--
			}
			row = append(row, parsers.Cell{Start: l.at + s[0], End: l.at + s[1], Text: l.text[s[0]:s[1]]})
		}
		g.Rows = append(g.Rows, row)
	}
	return g, true
}

// head is where the table begins, behind the lines of a title that stand on it without a gap: where one of the first lines names columns, and a ruler
// parts it from what stands above it.
func (b *block) head() int {
	if b.style != gapped {
		return 0
	}
	const most = 8 // lines of a title
	for i := 1; i < len(b.lines) && i <= most; i++ {
		if l := &b.lines[i]; l.style != ruled && b.lines[i-1].style == ruled && namesColumns(wideGap.Split(strings.TrimSpace(l.text), -1)) {
			return i
		}
	}
	return 0
}

// wideGap is what stands between the cells of a line that has no signs for it.
var wideGap = regexp.MustCompile(` {2,}`)

// foot is where the foot of a table drawn with gaps begins: the lines that add it up, which stand under no column. They follow a ruler below the rows, or
// begin with a word for a sum.
func (b *block) foot() int {
	end := len(b.lines)
	if b.style != gapped {
		return end
	}
	const most = 3 // lines of a foot
	for i := end - 1; i > 1 && end-i <= most+1; i-- {
		l := &b.lines[i]
		first, _, _ := strings.Cut(strings.TrimSpace(l.text), " ")
		switch {
		case l.style == ruled && len(strings.Fields(l.text)) == 1 && i > 2:
			return i
		case l.style != ruled && totals[carrier.Fold(first)]:
			end = i
		}
	}
	return end
}

// ideographicGap is a gap between cells that are put under each other with ideographic spaces: how wide the letters are no program knows.
var ideographicGap = regexp.MustCompile(`[ \t]*\x{3000}[ \t\x{3000}]*`)

// apartBy cuts lines at gaps; false where they have not all as many cells as the first, which must name columns.
func apartBy(lines []textLine, gap *regexp.Regexp) bool {
	for i := range lines {
		l := &lines[i]
		from := len(l.text) - len(strings.TrimLeft(l.text, " \t\u3000"))
		for _, at := range gap.FindAllStringIndex(l.text, -1) {
			if at[0] > from {
				l.spans = append(l.spans, [2]int{from, at[0]})
			}
			from = max(from, at[1])
		}
		if from < len(l.text) {
			l.spans = append(l.spans, [2]int{from, len(l.text)})
		}
		if len(l.spans) != len(lines[0].spans) {
			return false
		}
	}
	var names []string
	for _, s := range lines[0].spans {
		names = append(names, lines[0].text[s[0]:s[1]])
	}
	return namesColumns(names)
}

// labels tells lines of which most are a name, a colon and a value.
func labels(lines []textLine) bool {
	n := 0
	for _, l := range lines {
		if len(l.spans) > 0 && strings.HasSuffix(strings.TrimSpace(l.text[l.spans[0][0]:l.spans[0][1]]), ":") {
			n++
		}
	}
	return n*2 >= len(lines)
}

// each cuts lines at a sign. Bars at the ends of all lines are their frame; where only some begin with one, their first cell is empty.
func each(lines []textLine, signs string) {
	bars := strings.ContainsRune(signs, '|')
	before, after := bars, bars // there is a frame at the left, at the right
	for i := range lines {
		first, last := strings.IndexAny(lines[i].text, signs), strings.LastIndexAny(lines[i].text, signs)
		if first < 0 {
			continue
		}
		_, size := utf8.DecodeRuneInString(lines[i].text[last:])
		before = before && strings.TrimSpace(lines[i].text[:first]) == ""
		after = after && strings.TrimSpace(lines[i].text[last+size:]) == ""
	}
	for i := range lines {
		l := &lines[i]
		from, framed := 0, before
		for at, r := range l.text {
			if !strings.ContainsRune(signs, r) {
				continue
			}
			if !framed {
				l.spans = append(l.spans, [2]int{from, at})
			}
			framed = false
			from = at + utf8.RuneLen(r)
		}
		if !after {
			l.spans = append(l.spans, [2]int{from, len(l.text)})
		}
	}
}
