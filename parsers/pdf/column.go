package pdf

import (
	"slices"
	"strings"
	"unicode"
)

// columns reads a page whose upper part or whole stands in two columns: addresses beside the data of an order. In each run of lines that keep a
// gutter free, the left column comes before the right one. ok is false where there are none.
func columns(lines []textRow) (out []textRow, ok bool) {
	for i := 0; i < len(lines); {
		if n, starts := twins(lines[i:]); n > 0 {
			out = append(out, divideAt(lines[i:i+n], starts)...)
			ok = true
			i += n
			continue
		}
		if n, names := panel(lines[i:]); n > 0 {
			out = append(out, dividePanel(lines[i:i+n], names)...)
			ok = true
			i += n
			continue
		}
		end, gutter := i, 0.0
		for n := min(len(lines), i+mostColumnLines); n > i+2; n-- { // the longest run that has a gutter
			if g, found := gutterOf(lines[i:n]); found {
				end, gutter = n, g
				break
			}
		}
		if end == i {
			out = append(out, lines[i])
			i++
			continue
		}
		out = append(out, divide(lines[i:end], gutter)...)
		ok = true
		i = end
	}
	return out, ok
}

// mostColumnLines bounds the lines of one run of columns: a page of text has fewer.
const mostColumnLines = 60

// gutterOf finds a place that no line of a run crosses, with at most two cells in each line, and text on both sides in three lines or more, of which
// some tell that they are texts of their own and no names and values.
func gutterOf(run []textRow) (at float64, ok bool) {
	if len(run[0].cells) < 2 {
		return 0, false
	}
	var starts []float64
	for _, l := range run {
		if len(l.cells) > 2 {
			return 0, false
		}
		if len(l.cells) == 2 {
			starts = append(starts, l.cells[1].from)
		}
	}
	if len(starts) < 2 {
		return 0, false
	}
	at = slices.Min(starts)
	own, both, right, alone, whole := 0, 0, 0, 0, 0
	for i, l := range run {
		for k, c := range l.cells {
			if c.from < at && c.to > at {
				return 0, false
			}
			if c.from >= at {
				right++
				if speaks(c.text) {
					whole++
				}
			} else if len(l.cells) == 1 && i > 0 && !l.gap && strings.ContainsAny(c.text, "0123456789") {
				alone++
			}
			if k == 1 && l.cells[0].from >= at {
				return 0, false // both on the right
			}
			if labelled(c.text) {
				own++
			}
		}
		if len(l.cells) == 2 {
			both++
			if i == 0 && strings.HasSuffix(l.cells[0].text, ":") && strings.HasSuffix(l.cells[1].text, ":") {
				own += 2
			}
		}
	}
	if alone > 0 && whole*2 >= right { // an address that goes on under what stood beside it
		return at, both >= 2
	}
	return at, both >= 2 && right >= 3 && own >= 2
}

// speaks tells a cell that says something by itself: words and digits, "Parcel 15502724610575".
func speaks(c string) bool {
	return strings.Contains(c, " ") && strings.ContainsAny(c, "0123456789") && strings.ContainsFunc(c, unicode.IsLetter)
}

// labelled tells a cell that holds a name and its value: "Your PO: 10231".
func labelled(c string) bool {
	name, value, found := strings.Cut(strings.ReplaceAll(c, "：", ":"), ":")
	return found && name != "" && strings.TrimSpace(value) != ""
}

// divide gives the left cells of a run, then the right ones.
func divide(run []textRow, gutter float64) []textRow {
	var left, right []textRow
	for _, l := range run {
		for _, c := range l.cells {
			one := textRow{cells: []cell{c}, apart: true}
			if c.from >= gutter {
				right = append(right, one)
			} else {
				left = append(left, one)
			}
		}
	}
	if len(left) > 0 {
		left[0].gap = true
	}
	if len(right) > 0 {
		right[0].gap = true
	}
	return append(left, right...)
}

// twins finds blocks of names and values that stand side by side under the same names: "Order: 1001 | Order: 1002", and below "Tracking: … |
// Tracking: …". It gives how many lines they take, and where the blocks begin.
func twins(lines []textRow) (n int, starts []float64) {
	if len(lines) == 0 || sameName(lines[0].cells) == "" {
		return 0, nil
	}
	for _, c := range lines[0].cells {
		starts = append(starts, c.from)
	}
	names, numbers := map[string]bool{}, false
	for n = 0; n < min(len(lines), mostColumnLines); n++ {
		l := lines[n]
		if n > 0 && l.gap || !under(l.cells, starts) {
			break
		}
		if name := sameName(l.cells); name != "" {
			names[name] = true
			numbers = numbers || strings.ContainsAny(l.cells[0].text, "0123456789") && strings.ContainsAny(l.cells[1].text, "0123456789")
		} else if len(l.cells) == 1 && l.cells[0].from-starts[0] < columnSlack { // a line of its own ends the blocks
			break
		}
	}
	if len(names) < 2 || !numbers {
		return 0, nil
	}
	return n, starts
}

// columnSlack is how far, in points, cells of a column may begin from each other.
const columnSlack = 8

// sameName is what all cells of a line begin with, of two or more: "order" of "Order: 1001" and "Order: 1002", "tracking" of "Tracking" twice.
func sameName(cells []cell) string {
	if len(cells) < 2 {
		return ""
	}
	first := ""
	for i, c := range cells {
		name, _, found := strings.Cut(strings.ReplaceAll(c.text, "：", ":"), ":")
		if !found {
			name, _, _ = strings.Cut(c.text, " ")
		}
		if name = strings.ToLower(strings.TrimSpace(name)); len(name) < 2 || strings.ContainsAny(name, "0123456789") || i > 0 && name != first {
			return ""
		}
		first = name
	}
	return first
}

// under tells whether every cell begins where a block does.
func under(cells []cell, starts []float64) bool {
	for _, c := range cells {
		if !slices.ContainsFunc(starts, func(at float64) bool { return c.from > at-columnSlack && c.from < at+columnSlack }) {
			return false
		}
	}
	return true
}

// divideAt gives the cells of each block after those of the one before.
func divideAt(run []textRow, starts []float64) []textRow {
	var out []textRow
	for b := range starts {
		first := true
		for _, l := range run {
			for _, c := range l.cells {
				if c.from > starts[b]-columnSlack && (b+1 == len(starts) || c.from < starts[b+1]-columnSlack) {
					out = append(out, textRow{cells: []cell{c}, apart: true, gap: first})
					first = false
				}
			}
		}
	}
	return out
}
