package read

import (
	"strings"

	"waybill/parsers"
)

// joined puts small tables together that stand beside or below each other with nothing between, each a heading and one value or a few: mails that lay out
// a form write "Purchase order" over "1001" in one table and "Tracking number" over "1Z…" in the next. A heading that comes again begins another form.
func joined(t *parsers.Text, tables []parsers.Grid) []parsers.Grid {
	var out []parsers.Grid
	var card *parsers.Grid
	for i := range tables {
		g := &tables[i]
		switch {
		case !small(g):
			card = nil
		case card != nil && card.Quoted == g.Quoted && card.End <= g.Start && strings.TrimSpace(t.Text[card.End:g.Start]) == "" && !shares(card, g):
			card.Rows = [][]parsers.Cell{append(card.Rows[0], g.Rows[0]...), append(card.Rows[1], g.Rows[1]...)}
			card.End = g.End
			continue
		}
		out = append(out, *g)
		if small(g) {
			card = &out[len(out)-1]
			card.Rows = [][]parsers.Cell{append([]parsers.Cell(nil), g.Rows[0]...), append([]parsers.Cell(nil), g.Rows[1]...)}
		}
	}
	return out
}

// small tells a table of a heading and one row of a few cells.
func small(g *parsers.Grid) bool {
	return len(g.Rows) == 2 && len(g.Rows[0]) <= 3 && len(g.Rows[0]) == len(g.Rows[1])
}

// shares tells whether two tables have a heading in common.
func shares(a, b *parsers.Grid) bool {
	for _, c := range a.Rows[0] {
		for _, d := range b.Rows[0] {
			if strings.EqualFold(c.Text, d.Text) {
				return true
			}
		}
	}
	return false
}
