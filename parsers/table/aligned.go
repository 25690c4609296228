package table

import (
	"strings"
	"unicode/utf8"

	"waybill/parsers"
)

// Lines whose cells stand under each other say by their gaps where columns begin. Three things are in the way: characters of Chinese and Japanese are as wide as
// two others or as one, by the program that has put the lines under each other; a cell may be longer than its column is wide; and numbers may stand under the end
// of a heading.

// under cuts lines at the places that are blank in all of them: two or more wide, or where the ruler has a gap. Where those do not part all cells, the names of the
// columns say where each begins.
func under(lines []textLine, ruler *textLine) {
	starts := columnStarts(lines, ruler, one)
	head := lines[0].text
	cells := wideGap.Split(strings.TrimSpace(head), -1)
	count := one
	if named := ruler == nil && namesColumns(cells); !headsAll(head, starts, one, len(cells)) || named && !parts(lines, starts, one) {
		other := columnStarts(lines, ruler, wide)
		switch {
		case eastern(head) && headsAll(head, other, wide, len(cells)) && (!named || parts(lines, other, wide)):
			starts, count = other, wide
		case named && underNames(lines):
			return
		case eastern(head) && headsAll(head, other, wide, len(cells)) && !headsAll(head, starts, one, len(cells)):
			starts, count = other, wide
		}
	}
	for i := range lines {
		lines[i].spans = append(lines[i].spans, cutAt(lines[i].text, starts, count)...)
	}
}

// one and wide are how wide a character is, where all are of one width and where those of Chinese and Japanese are of two.
func one(rune) int { return 1 }

func wide(r rune) int {
	if isWide(r) {
		return 2
	}
	return 1
}

// parts tells whether columns that begin there part all cells: no gap is left within one.
func parts(lines []textLine, starts []int, count func(rune) int) bool {
	for i := range lines {
		for _, s := range cutAt(lines[i].text, starts, count) {
			if strings.Contains(strings.TrimSpace(lines[i].text[s[0]:s[1]]), "  ") {
				return false
			}
		}
	}
	return true
}

// underNames cuts lines at their own gaps and puts each cell under the name of the column that it stands under; false where a cell stands under none, or two
// stand under one.
func underNames(lines []textLine) bool {
	best, most := [][][2]int(nil), -1
	for _, count := range [...]func(rune) int{one, wide} {
		heads := standing(lines[0].text, count)
		all, flush := make([][][2]int, len(lines)), 0
		for i := range lines {
			var n int
			if all[i], n = assigned(lines[i].text, heads, count); all[i] == nil {
				all = nil
				break
			}
			flush += n
		}
		if all != nil && flush > most {
			best, most = all, flush
		}
	}
	for i := range best {
		lines[i].spans = best[i]
	}
	return best != nil
}

// stand is a cell of a line: its bytes, and the columns of letters that it takes.
type stand struct {
	bytes    [2]int
	from, to int
}

// standing are the cells of a line that has gaps between them.
func standing(text string, count func(rune) int) (all []stand) {
	at, blanks := 0, 2
	for offset, r := range text {
		switch {
		case r == ' ':
			blanks++
		case blanks >= 2:
			all = append(all, stand{bytes: [2]int{offset, offset}, from: at})
			fallthrough
		default:
			blanks = 0
			last := &all[len(all)-1]
			_, size := utf8.DecodeRuneInString(text[offset:]) // of a spoilt character: one byte
			last.bytes[1], last.to = offset+size, at+count(r)
		}
		at += count(r)
	}
	return all
}

// assigned gives each cell of a line to the name that it stands under, nil where that cannot be told, and how many stand flush with theirs.
func assigned(text string, heads []stand, count func(rune) int) (spans [][2]int, flush int) {
	spans = make([][2]int, len(heads))
	next := 0 // the first name that has no cell yet
	for _, c := range standing(text, count) {
		for {
			k := next
			for k < len(heads)-1 && c.from >= heads[k].to && (c.to > heads[k+1].from || c.from >= heads[k+1].from) {
				k++
			}
			if k >= len(heads) || c.from < heads[k].to && k > 0 && c.to <= heads[k-1].from {
				return nil, 0
			}
			if k < len(heads)-1 && c.from < heads[k].from && c.to > heads[k+1].from && c.to == heads[k+1].to { // flush at the right with the next
				k++
			}
			if c.from == heads[k].from || c.to == heads[k].to {
				flush++
			}
			next = k + 1
			rest, cut := c.beyond(text, heads[next:], count)
			if !cut {
				spans[k] = c.bytes
				break
			}
			spans[k], c = [2]int{c.bytes[0], rest.bytes[0]}, rest
		}
	}
	end := len(text)
	for k := len(spans) - 1; k >= 0; k-- { // an empty cell stands before the next
		if spans[k][1] == 0 {
			spans[k] = [2]int{end, end}
		}
		end = spans[k][0]
	}
	return spans, flush
}

// beyond cuts a cell that fills its column to the last blank, where the next of the names begins behind that blank.
func (c stand) beyond(text string, heads []stand, count func(rune) int) (stand, bool) {
	if len(heads) == 0 || c.to <= heads[0].from {
		return c, false
	}
	at := c.from
	for offset, r := range text[c.bytes[0]:c.bytes[1]] {
		if at == heads[0].from && offset > 0 && text[c.bytes[0]+offset-1] == ' ' && r != ' ' {
			return stand{bytes: [2]int{c.bytes[0] + offset, c.bytes[1]}, from: at, to: c.to}, true
		}
		at += count(r)
	}
	return c, false
}

// cutAt cuts a line where columns begin.
func cutAt(text string, starts []int, count func(rune) int) (spans [][2]int) {
	at, n, k := 0, 0, 0
	for offset, r := range text {
		for k+1 < len(starts) && n >= starts[k+1] {
			spans = append(spans, [2]int{at, offset})
			at = offset
			k++
		}
		n += count(r)
	}
	return append(spans, [2]int{at, len(text)})
}

// headsAll tells whether each column has one cell of a line.
func headsAll(text string, starts []int, count func(rune) int, cells int) bool {
	if len(starts) != cells {
		return false
	}
	for _, s := range cutAt(text, starts, count) {
		if cell := strings.TrimSpace(text[s[0]:s[1]]); cell == "" || strings.Contains(cell, "  ") {
			return false
		}
	}
	return true
}

// isWide tells characters that are as wide as two of others where letters are of one width (Unicode Standard Annex 11).
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6)
}

// columnStarts are the places at which columns begin, by how wide each character is.
func columnStarts(lines []textLine, ruler *textLine, count func(rune) int) []int {
	width := 0
	for _, l := range lines {
		n := 0
		for _, r := range l.text {
			n += count(r)
		}
		width = max(width, n)
	}
	blank := make([]bool, width+1)
	if ruler != nil {
		runes := []rune(ruler.text)
		for i := range blank {
			blank[i] = i >= len(runes) && i > 0 && blank[i-1] || i < len(runes) && runes[i] == ' '
		}
	} else {
		for i := range blank {
			blank[i] = true
		}
		for _, l := range lines {
			n := 0
			for _, r := range l.text {
				for k := range count(r) {
					blank[n+k] = blank[n+k] && r == ' '
				}
				n += count(r)
			}
		}
	}
	var starts []int
	for i := range blank[:width] {
		gap := i > 0 && blank[i-1] && (ruler != nil || i > 1 && blank[i-2])
		if !blank[i] && (len(starts) == 0 || gap) {
			starts = append(starts, i)
		}
	}
	return starts
}

// readAligned reads a file whose cells stand under the names of their columns, where blanks alone do not part them in every line; false where it is none such.
func (r *reader) readAligned(text string, d dialect) bool {
	var lines []textLine
	var numbers []int
	head, at, number := -1, 0, 0
	for line := range strings.SplitSeq(text, string(d.eol)) {
		number++
		l := textLine{text: strings.TrimRight(narrowed(line), " \r"), at: at}
		at += len(line) + 1
		if strings.Trim(l.text, "-=+ ") == "" {
			continue
		}
		if number > parsers.MaxRows || head < 0 && len(lines) > headedLines {
			return false
		}
		if head < 0 && namesColumns(wideGap.Split(strings.TrimSpace(l.text), -1)) {
			head = len(lines)
		}
		lines, numbers = append(lines, l), append(numbers, number)
	}
	if head < 0 || len(lines) < head+2 {
		return false
	}
	names := wideGap.Split(strings.TrimSpace(lines[head].text), -1)
	if d.fixed != nil && headsAll(lines[head].text, d.fixed, one, len(names)) && parts(lines[head:], d.fixed, one) {
		return false
	}
	end := len(lines)
	for end > head+2 && len(standing(lines[end-1].text, one)) < 2 { // what is written below
		end--
	}
	under(lines[head:end], nil)
	for i := head; i < end; i++ {
		if len(lines[i].spans) != len(names) {
			return false
		}
	}
	for i := range lines {
		l := &lines[i]
		w := row{number: numbers[i], line: numbers[i], last: i == len(lines)-1, padded: true, ended: l.at+len(l.text) < len(text), own: true}
		for _, s := range l.spans {
			w.cells = append(w.cells, strings.TrimSpace(l.text[s[0]:s[1]]))
		}
		if len(l.spans) == 0 {
			w.cells = []string{strings.TrimSpace(l.text)}
		}
		r.add(w)
	}
	r.result.Rows = number
	return true
}
