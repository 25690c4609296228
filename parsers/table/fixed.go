package table

import (
	"strings"
	"unicode/utf8"
)

// fixedColumns finds the columns of a text whose cells stand under each other, filled up with spaces: the places where a gap of
// two or more blanks ends in nearly every line. Nil when there are none.
func fixedColumns(text string, eol byte) []int {
	var lines [][]rune
	for line := range strings.SplitSeq(text[:min(len(text), 64<<10)], string(eol)) {
		line = strings.TrimRight(line, " \r")
		if line != "" && strings.Trim(line, "-=+ ") != "" {
			lines = append(lines, []rune(line))
		}
		if len(lines) == sample {
			break
		}
	}
	if len(lines) < 2 {
		return nil
	}
	width := 0
	for _, l := range lines {
		width = max(width, len(l))
	}
	width = min(width, 2048)
	blank := make([]int, width+1) // lines that are blank at this place
	for _, l := range lines {
		for i := range width {
			if i >= len(l) || l[i] == ' ' {
				blank[i]++
			}
		}
	}
	nearly := len(lines) - len(lines)/10
	var starts []int
	for i := range width {
		if blank[i] < nearly && (i == 0 || blank[i-1] >= nearly && (i == 1 || blank[i-2] >= nearly)) {
			starts = append(starts, i)
		}
	}
	if len(starts) < 2 {
		return nil
	}
	return starts
}

func (r *reader) readFixed(text string, d dialect) {
	number, at := 0, 0
	for line := range strings.SplitSeq(text, string(d.eol)) {
		number++
		at += len(line) + 1
		line = strings.TrimRight(line, " \r")
		if strings.Trim(line, "-=+ ") == "" {
			continue
		}
		r.add(row{number: number, line: number, cells: cutFixed(line, d.fixed), last: at > len(text), padded: true, ended: at <= len(text)})
	}
	r.result.Rows = number
}

// cutFixed cuts a line at the columns' places, which count runes.
func cutFixed(line string, starts []int) []string {
	cells := make([]string, 0, len(starts))
	offset, count := 0, 0
	for i := range starts {
		from := offset
		to := len(line)
		if i+1 < len(starts) {
			for count < starts[i+1] && offset < len(line) {
				_, size := utf8.DecodeRuneInString(line[offset:])
				offset += size
				count++
			}
			to = offset
		}
		cells = append(cells, strings.TrimSpace(line[from:to]))
	}
	return cells
}
