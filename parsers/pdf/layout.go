package pdf

import (
	"math"
	"slices"
	"strings"

	"waybill/parsers"
)

// glyph is a character at its place; the page's origin is at the bottom left, in points.
type glyph struct {
	x, y, width, size float64
	text              string
	turned            int // quarter turns to the left
}

// cell is a run of characters without a gap as wide as between columns.
type cell struct {
	from, to float64
	text     string
	words    []word // that begin behind a space within it
}

// word is where a word of a cell begins: on the page, and in the cell's text.
type word struct {
	x  float64
	at int
}

// maxGlyphs bounds the characters of a page.
const maxGlyphs = 100_000

// layOut makes lines of what stands at the same height, with a space where there is a gap and a TAB where it is a wide
// one. Lines of several cells are tables. It gives nil for a page without text.
func layOut(lines []textRow, part string) *parsers.Text {
	if len(lines) == 0 {
		return nil
	}
	t := &parsers.Text{Part: part, Extracted: true}
	var b strings.Builder
	var run [][]cell // neighbouring lines of several cells
	var spans [][][2]int
	flush := func() {
		if g, ok := grid(run, spans); ok {
			t.Tables = append(t.Tables, g)
		}
		run, spans = nil, nil
	}
	for i, line := range lines {
		if !line.gap && !line.apart {
			line.cells = asAbove(run, line.cells)
		}
		if i > 0 {
			b.WriteByte('\n')
			if line.gap {
				b.WriteByte('\n')
			}
		}
		var places [][2]int
		for k, c := range line.cells {
			if k > 0 {
				b.WriteByte('\t')
			}
			start := b.Len()
			b.WriteString(c.text)
			places = append(places, [2]int{start, b.Len()})
		}
		if len(line.cells) < 2 || line.apart {
			if !line.apart && !line.gap && goesOn(run, line.cells[0]) {
				run, spans = append(run, line.cells), append(spans, places)
				continue
			}
			flush()
			continue
		}
		if line.gap && len(run) > 0 {
			if aligned(run, line.cells) {
				run, spans = append(run, nil), append(spans, nil) // a row of nothing
			} else {
				flush()
			}
		}
		run, spans = append(run, line.cells), append(spans, places)
	}
	flush()
	t.Text = b.String()
	for i := range t.Tables {
		for _, row := range t.Tables[i].Rows {
			for k := range row {
				row[k].Text = t.Text[row[k].Start:row[k].End]
			}
		}
	}
	return t
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "\u00a0", " ", "\u00ad", "-")

// standardWidth is the width of a character of the fonts that every program has and whose widths a file may leave out
// (PDF 1.7 section 9.6.2.2), in parts of the font's size: those of Helvetica, and Courier's one. Others are near enough to
// tell words apart.
func standardWidth(font, char string) float64 {
	switch {
	case strings.Contains(font, "Courier"):
		return 0.6
	case len(char) == 1 && char[0] >= ' ' && char[0] <= '~':
		return float64(helvetica[char[0]-' ']) / 1000
	}
	return 0.556
}

var helvetica = [...]int16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

type textRow struct {
	cells []cell
	gap   bool // more space above it than between lines
	apart bool // belongs to no table
}

// rows sorts characters into lines from top to bottom, and lines into cells from left to right.
func rows(all []glyph) []textRow {
	slices.SortStableFunc(all, func(a, b glyph) int {
		switch {
		case a.y > b.y:
			return -1
		case a.y < b.y:
			return 1
		}
		return 0
	})
	var out []textRow
	above := math.NaN()
	for i := 0; i < len(all); {
		k := i + 1
		for k < len(all) && all[i].y-all[k].y < all[i].size*0.4 { // superscripts and rounding
			k++
		}
		line := all[i:k]
		y, size := all[i].y, all[i].size
		slices.SortStableFunc(line, func(a, b glyph) int {
			switch {
			case a.x < b.x:
				return -1
			case a.x > b.x:
				return 1
			}
			return 0
		})
		if cells := cut(line); len(cells) > 0 {
			out = append(out, textRow{cells: cells, gap: above-y > size*2})
			above = y
		}
		i = k
	}
	return out
}

// cut divides a line into cells: at gaps wider than a space and a half, and wherever a program has filled up with spaces.
func cut(line []glyph) []cell {
	line = even(line)
	var out []cell
	var open strings.Builder
	var words []word
	from, end, blank := 0.0, math.NaN(), false
	flush := func() {
		if text := strings.TrimSpace(open.String()); text != "" {
			out = append(out, cell{from, end, strings.ReplaceAll(text, "\t", " "), words})
		}
		open.Reset()
		words = nil
	}
	last := glyph{x: math.NaN()}
	for _, g := range line {
		if strings.TrimSpace(g.text) == "" {
			blank = true
			continue
		}
		if g.text == last.text && math.Abs(g.x-last.x) < g.size*0.12 {
			continue // drawn twice, to look bold
		}
		last = g
		switch gap := g.x - end; {
		case math.IsNaN(gap):
			from = g.x
		case gap > g.size*1.5:
			flush()
			from = g.x
		case (gap > g.size*0.18 || blank) && !strings.HasSuffix(open.String(), " "):
			open.WriteByte(' ')
			words = append(words, word{g.x, open.Len()})
		}
		open.WriteString(g.text)
		end, blank = g.x+g.width, false
	}
	flush()
	return out
}

// even gives the characters of a line that stand all as far from each other the width of that step: a program has drawn each for itself.
func even(line []glyph) []glyph {
	if len(line) < 6 {
		return line
	}
	steps := make([]float64, 0, len(line)-1)
	for i := 1; i < len(line); i++ {
		steps = append(steps, line[i].x-line[i-1].x)
	}
	slices.Sort(steps)
	step, same := steps[len(steps)/2], 0
	for _, s := range steps {
		if math.Abs(s-step) < line[0].size*0.02 {
			same++
		}
	}
	if step <= 0 || step > line[0].size || same*10 < len(steps)*8 {
		return line
	}
	out := slices.Clone(line)
	for i := range out {
		out[i].width = max(out[i].width, step*0.95)
	}
	return out
}

// asAbove divides a line whose columns stand so close that they run into one another, "AT-02 Tenugui 5", at the words that begin where the columns of the row above
// do. Only where each column has its word: else the line is no row of that table.
func asAbove(run [][]cell, line []cell) []cell {
	if len(run) == 0 || len(run[len(run)-1]) < 3 || len(line) >= len(run[len(run)-1]) || len(line) == 0 {
		return line
	}
	above := run[len(run)-1]
	if math.Abs(line[0].from-above[0].from) > sameColumn {
		return line
	}
	var out []cell
	next := 1 // column
	for _, c := range line {
		at, from := 0, c.from
		if len(out) > 0 {
			if next == len(above) || math.Abs(c.from-above[next].from) > sameColumn {
				return line
			}
			next++
		}
		for _, w := range c.words {
			if next == len(above) || w.x < above[next].from-sameColumn {
				continue
			}
			if w.x > above[next].from+sameColumn {
				return line
			}
			out = append(out, cell{from: from, to: w.x, text: strings.TrimSpace(c.text[at:min(w.at, len(c.text))])})
			at, from = min(w.at, len(c.text)), w.x
			next++
		}
		out = append(out, cell{from: from, to: c.to, text: c.text[at:]})
	}
	if len(out) != len(above) || slices.ContainsFunc(out, func(c cell) bool { return c.text == "" }) {
		return line
	}
	return out
}

// sameColumn is how far (points) two cells of one column may begin from each other.
const sameColumn = 1.5

// goesOn tells a line that only goes on with a cell of the row above: it stands under a column that is not the first.
func goesOn(run [][]cell, c cell) bool {
	if len(run) == 0 || len(run[len(run)-1]) < 3 {
		return false
	}
	for _, above := range run[len(run)-1][1:] {
		if math.Abs(c.from-above.from) < 3 {
			return true
		}
	}
	return false
}

// aligned tells whether the cells of a line stand under those of the lines before: a wider space between two rows ends no table.
func aligned(run [][]cell, line []cell) bool {
	widest := run[0]
	for _, l := range run {
		if len(l) > len(widest) {
			widest = l
		}
	}
	if len(line) > len(widest) {
		return false
	}
	last := -1
	for _, c := range line {
		at := -1
		for i := last + 1; i < len(widest); i++ {
			if c.from < widest[i].to && c.to > widest[i].from || math.Abs(c.from-widest[i].from) < 6 {
				at = i
				break
			}
		}
		if at < 0 {
			return false
		}
		last = at
	}
	return len(line)*2 > len(widest)
}

// grid makes a table of lines: the longest one, most often the heading, says where the columns are, and each cell of the
// others belongs to the column that it overlaps, or else the nearest.
func grid(run [][]cell, spans [][][2]int) (parsers.Grid, bool) {
	if len(run) < 2 {
		return parsers.Grid{}, false
	}
	widest := run[0]
	for _, line := range run {
		if len(line) > len(widest) {
			widest = line
		}
	}
	if len(widest) > parsers.MaxColumns {
		return parsers.Grid{}, false
	}
	for len(spans) > 0 && len(spans[len(spans)-1]) == 0 {
		run, spans = run[:len(run)-1], spans[:len(spans)-1]
	}
	last := spans[len(spans)-1]
	g := parsers.Grid{Start: spans[0][0][0], End: last[len(last)-1][1]}
	for i, line := range run {
		row := make([]parsers.Cell, len(widest))
		if len(line) == 0 {
			for k := range row {
				row[k].Start, row[k].End = last[0][0], last[0][0]
			}
			g.Rows = append(g.Rows, row)
			continue
		}
		for k := range row {
			row[k].Start, row[k].End = spans[i][0][0], spans[i][0][0]
		}
		next := 0
		for k, c := range line {
			column := nearest(widest, c, next, len(widest)-(len(line)-k))
			row[column].Start, row[column].End = spans[i][k][0], spans[i][k][1]
			next = column + 1
		}
		g.Rows = append(g.Rows, row)
	}
	return g, true
}

// nearest is the column between first and last that a cell belongs to.
func nearest(columns []cell, c cell, first, last int) int {
	best, distance := first, math.Inf(1)
	for i := first; i <= last; i++ {
		d := max(columns[i].from-c.to, c.from-columns[i].to) // negative where they overlap
		if d < 0 {
			d = -1 / (1 + math.Abs(columns[i].from-c.from))
		}
		if d < distance {
			best, distance = i, d
		}
	}
	return best
}
