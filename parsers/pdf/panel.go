package pdf

import "strings"

// panel finds an address beside names and their values in two columns of their own: "Deliver to: | Order no. | 1001", and below it the street beside the carrier. It gives how many lines it takes
// and where the names begin. A table of products has values in its first column, or no digits in its first line.
func panel(lines []textRow) (n int, names float64) {
	if len(lines) < 3 || len(lines[0].cells) != 3 || hasDigits(lines[0].cells[0].text) || hasDigits(lines[0].cells[1].text) || !hasDigits(lines[0].cells[2].text) {
		return 0, 0
	}
	at := [3]float64{lines[0].cells[0].from, lines[0].cells[1].from, lines[0].cells[2].from}
	near := func(c cell, column int) bool {
		return c.from > at[column]-columnSlack && c.from < at[column]+columnSlack
	}
	beside, alone := 0, 0
	for n = 0; n < min(len(lines), mostColumnLines); n++ {
		l := lines[n].cells
		pair := len(l) - 2
		if n > 0 && lines[n].gap || pair < 0 || pair > 1 || !near(l[pair], 1) || !near(l[pair+1], 2) || pair == 1 && !near(l[0], 0) || hasDigits(l[pair].text) {
			break
		}
		if pair == 1 {
			beside++
		} else {
			alone++
		}
	}
	if beside < 2 || beside+alone < 3 || alone == 0 && !strings.HasSuffix(strings.TrimSpace(lines[0].cells[0].text), ":") {
		return 0, 0
	}
	return n, at[1]
}

func hasDigits(s string) bool { return strings.ContainsAny(s, "0123456789") }

// dividePanel gives the address, then the names with their values.
func dividePanel(run []textRow, names float64) (out []textRow) {
	var pairs []textRow
	for _, l := range run {
		if l.cells[0].from < names-columnSlack {
			out = append(out, textRow{cells: l.cells[:1], apart: true, gap: len(out) == 0})
			l.cells = l.cells[1:]
		}
		pairs = append(pairs, textRow{cells: l.cells, apart: true, gap: len(pairs) == 0})
	}
	return append(out, pairs...)
}
