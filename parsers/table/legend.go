package table

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
)

// A report of codes says below it, or above, what they mean: "SH = SHIPPED   BO = BACK ORDERED   CX = CANCELLED AT YOUR REQUEST".

// legendSigns is a code and the sign between it and its meaning. A colon or a dash stands in sentences too: before them only capitals and digits are a code.
var legendSigns = regexp.MustCompile(`(?:^|[\s;,|(/])([\pL\pN✓✗✔✘●○◯△×*+#-]{1,6})\s*(?:=>?|→|:=)\s*|(?:^|[\s;,|(/])([A-Z0-9]{1,4})\s?(?::\s|\s[-–—]\s)\s*`)

// legendPart is a code, what it means, and where the text says so.
type legendPart struct {
	code, means string
	start, end  int
}

// hasSign tells at a glance whether legendSigns can match: most lines are rows.
func hasSign(line string) bool {
	if strings.Contains(line, "=") || strings.Contains(line, "→") {
		return true
	}
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == ':' && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\r'):
			return true
		case (line[i] == ' ' || line[i] == '\t') && i+1 < len(line) && (line[i+1] == '-' || line[i+1] == 0xe2): // the first byte of dashes
			return true
		}
	}
	return false
}

// mostLegend bounds the text in which a legend is sought, and its entries.
const (
	mostLegend    = 64 << 10
	legendEntries = 40
)

// longestLegend is how many bytes of a line are searched for entries.
const longestLegend = 2048

// legendParts finds what may be entries of a legend, line by line.
func legendParts(text string) (parts []legendPart) {
	text = text[:min(len(text), mostLegend)]
	for at := 0; at < len(text) && len(parts) < legendEntries; {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		line := text[at:min(end, at+longestLegend)]
		var signs [][]int
		if hasSign(line) {
			signs = legendSigns.FindAllStringSubmatchIndex(line, legendEntries)
		}
		for i, m := range signs {
			code := 2
			if m[2] < 0 {
				code = 4
			}
			to := len(line)
			if i+1 < len(signs) {
				to = signs[i+1][0]
			}
			means := strings.Trim(line[m[1]:to], " \t\r,;|/)(.\"")
			if cut := wideGap.FindStringIndex(means); cut != nil {
				means = means[:cut[0]]
			}
			if code := line[m[code]:m[code+1]]; digitsIn(code) > 2 { // an order's number
				continue
			}
			if means != "" && utf8.RuneCountInString(means) <= 80 {
				parts = append(parts, legendPart{line[m[code]:m[code+1]], means, at + m[code], at + to})
			}
		}
		at = end + 1
	}
	return parts
}

// Legend is what the codes of a text mean, and where it says so.
type Legend struct {
	means map[string]string
	at    [][2]int
}

// Legend finds what a text says of the codes in its tables: at least two codes whose meanings are states of an order.
func (rd *Reader) Legend(text string) (found Legend) {
	if !strings.ContainsAny(text, "=→:–—-") {
		return found
	}
	r := reader{profile: rd.profile}
	known := map[string]string{}
	var at [][2]int
	for _, p := range legendParts(text) {
		if s, ok := r.stateOf(p.means, true); ok && (s.kind != "" || s.waits()) {
			if earlier, twice := known[p.code]; twice && earlier != p.means {
				return found // two things are said of one code
			}
			known[p.code] = p.means
			at = append(at, [2]int{p.start, p.end})
		}
	}
	if len(known) >= 2 {
		found = Legend{known, at}
	}
	return found
}

// explained is what a cell means by the legend.
func (r *reader) explained(c string) (string, bool) {
	if len(r.legend.means) == 0 || len(c) > 24 {
		return "", false
	}
	means, ok := r.legend.means[c]
	r.legendUsed = r.legendUsed || ok
	return means, ok && means != c
}

// electCodes finds the column that holds the codes of the legend, where no other tells the state: most of its cells are codes.
func (r *reader) electCodes(data []row) {
	if len(r.legend.means) == 0 {
		return
	}
	for i := range r.columns {
		c := &r.columns[i]
		switch c.Meaning {
		case Order, Tracking, Key, Link, Status:
			continue
		}
		filled, codes := 0, 0
		for j := range data {
			cell := data[j].cell(i)
			if cell == "" || blank(cell) {
				continue
			}
			filled++
			if _, ok := r.legend.means[cell]; ok {
				codes++
			}
		}
		if filled > 0 && codes*10 >= filled*6 {
			c.Meaning, c.By = Status, "cells"
		}
	}
}

// legendRow tells a row that is a part of the legend and no row of the table.
func (r *reader) legendRow(w *row) bool {
	if len(r.legend.means) == 0 {
		return false
	}
	var filled []string
	for i := range w.cells {
		if c := w.cell(i); c != "" {
			filled = append(filled, c)
		}
	}
	if len(filled) == 2 && r.legend.means[filled[0]] == filled[1] {
		return true
	}
	parts := legendParts(strings.Join(filled, "  "))
	return slices.ContainsFunc(parts, func(p legendPart) bool { return r.legend.means[p.code] == p.means }) && len(parts) > 0
}

// legendSpans are the places of a legend that was used, in the text it stands in.
func (r *reader) legendSpans(t *parsers.Text) [][2]int {
	if !r.legendUsed {
		return nil
	}
	at := slices.Clone(r.legend.at)
	for i := range at {
		at[i][1] = min(at[i][1], len(t.Text))
	}
	return at
}
