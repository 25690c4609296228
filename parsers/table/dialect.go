package table

import "strings"

// dialect is how a text is cut into rows and cells.
type dialect struct {
	delimiter byte
	eol       byte  // '\n', or '\r' where a file knows no other
	start     int   // offset of the first row: behind "sep=;"
	rows      int   // rows before start
	fixed     []int // offsets in runes at which the columns of a fixed width text begin; nil: the text is delimited
}

const sample = 64 // lines that are looked at to find the dialect

// sniff finds the dialect. The delimiter is the one that cuts most lines into the same number of cells, two or more; a comma
// within words or prices does not do that.
func sniff(text string) dialect {
	d := dialect{delimiter: ',', eol: '\n'}
	if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
		d.eol = '\r'
	}
	first, _, _ := strings.Cut(text, string(d.eol))
	if len(first) <= 7 && len(first) >= 5 && strings.EqualFold(first[:4], "sep=") {
		d.delimiter, d.start, d.rows = first[4], min(len(text), len(first)+1), 1
		return d
	}
	best := 0.0
	for _, delimiter := range [...]byte{'\t', ';', '|', ',', '~', '^'} {
		if s := evenness(text, delimiter, d.eol); s > best {
			best, d.delimiter = s, delimiter
		}
	}
	if best < 1.5 {
		d.fixed = fixedColumns(text, d.eol)
	}
	return d
}

// evenness is how well a delimiter cuts the first lines: lines that share the commonest number of cells, each worth more the more cells it has.
func evenness(text string, delimiter, eol byte) float64 {
	s := splitter{doc: text[:min(len(text), 256<<10)], delimiter: delimiter, eol: eol}
	counts := map[int]int{}
	lines := 0
	for lines < sample && s.next() {
		if n := len(s.fields); n > 1 || n == 1 && strings.TrimSpace(s.fields[0]) != "" {
			counts[n]++
			lines++
		}
	}
	if lines == 0 {
		return 0
	}
	best := 0.0
	for cells, n := range counts {
		if cells < 2 {
			continue
		}
		weight := float64(min(cells, 12))
		if delimiter == ',' {
			weight *= 0.9 // commas stand in addresses and prices
		}
		best = max(best, float64(n)/float64(lines)*weight)
	}
	return best
}
