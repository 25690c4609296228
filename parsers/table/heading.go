package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// findHeading gives the row that names the columns, the place of its first row among held, and how many rows it takes; 0 for none. A heading
// is a row of which most cells are known names, at least two of them, or one that only an order or tracking column bears; and without the
// digits that data has.
func (r *reader) findHeading(held []row) (heading row, first, rows int) {
	best, at := 0.0, -1
	for i := range held {
		if score := r.headingScore(&held[i]); score > best {
			best, at = score, i
		}
		if best >= plainHeading {
			break
		}
	}
	if at >= 0 {
		at = r.earlier(held, at)
		return r.joined(held, at)
	}
	for i := range held[:len(held)-1] {
		if heading, first, rows = r.joined(held, i); rows == 2 {
			return heading, first, rows
		}
	}
	return row{}, 0, 0
}

// earlier is the place of the first heading, where the one at best is that of another table below it: rows stand between them, and they share names.
func (r *reader) earlier(held []row, best int) int {
	names := map[string]bool{}
	for _, c := range held[best].cells {
		names[clean(c)] = true
	}
	for i := range held[:best] {
		if r.headingScore(&held[i]) < 1.5 {
			continue
		}
		shared, rows := 0, 0
		for j := range held[i].cells {
			if c := held[i].cell(j); c != "" && names[c] {
				shared++
			}
		}
		for j := i + 1; j < best; j++ {
			if numbered(&held[j]) {
				rows++
			}
		}
		if shared >= 2 && rows > 0 {
			return i
		}
	}
	return best
}

// joined reads a heading that takes two rows: groups above ("Order", "Shipment") and what they hold below ("No.", "Date"), or words broken
// over both ("Tracking" above "number"). It gives the joined row and how many rows of held it takes, or the one row at i. A group reaches
// over the empty cells to its right.
func (r *reader) joined(held []row, i int) (heading row, first, rows int) {
	best, heading, first, rows := r.headingScore(&held[i]), held[i], i, 1
	if besides(r.headingColumns(held[i])) != nil { // titles over tables that stand side by side
		return heading, first, rows
	}
	for _, top := range [...]int{i, i - 1} {
		if top < 0 || top+1 >= len(held) || !r.mayHead(&held[top]) || !r.mayHead(&held[top+1]) {
			continue
		}
		both := held[top+1]
		both.cells = make([]string, max(len(held[top].cells), len(held[top+1].cells)))
		group := ""
		for c := range both.cells {
			above, below := held[top].cell(c), held[top+1].cell(c)
			if above != "" {
				group = above
			}
			switch {
			case below == "":
				both.cells[c] = above
			case group == "" || strings.EqualFold(group, below):
				both.cells[c] = below
			case above == "" && r.alone(below):
				both.cells[c] = below
			default:
				both.cells[c] = group + " " + below
			}
		}
		if score := r.headingScore(&both); score > best {
			best, heading, first, rows = score, both, top, 2
		}
	}
	return heading, first, rows
}

// besides finds tables that stand side by side under headings that repeat: "PO, Tracking, , PO, Tracking". It gives the columns at which they begin.
func besides(columns []Column) []int {
	first := 0
	for first < len(columns) && columns[first].Title == "" {
		first++
	}
	if first == len(columns) {
		return nil
	}
	starts := []int{first}
	for i := first + 2; i < len(columns); i++ {
		if columns[i].Title == columns[first].Title {
			starts = append(starts, i)
		}
	}
	order, tracked := false, false
	for i := first; len(starts) > 1 && i < starts[1]; i++ {
		for _, s := range starts[1:] {
			if at := s + i - first; columns[i].Title != "" && (at >= len(columns) || columns[at].Title != columns[i].Title) {
				return parted(columns)
			}
		}
		order = order || columns[i].Meaning == Order || columns[i].Meaning == Theirs || columns[i].Meaning == Key
		tracked = tracked || columns[i].Meaning == Tracking || columns[i].Meaning == Status
	}
	if !order || !tracked {
		return nil
	}
	return starts
}

// parted finds tables side by side that differ: an empty column stands between them, and each has its orders and says something of them.
func parted(columns []Column) []int {
	var starts []int
	from := -1
	for i := 0; i <= len(columns); i++ {
		if i < len(columns) && columns[i].Title != "" {
			if from < 0 {
				from = i
			}
			continue
		}
		if from < 0 {
			continue
		}
		order, says := false, false
		for _, c := range columns[from:i] {
			switch c.Meaning {
			case Order, Key:
				order = true
			case Tracking, Link, Status, Shipped, Backorder, Cancelled, Note, Expected:
				says = true
			}
			says = says || carrier.Named(c.Title) != "" // "GLS", and its numbers below
		}
		if !order || !says {
			return nil
		}
		starts, from = append(starts, from), -1
	}
	if len(starts) < 2 {
		return nil
	}
	return starts
}

// alone tells a heading that says all by itself: "Carrier" below "Shipment", not "No.".
func (r *reader) alone(title string) bool {
	m, full, _ := r.meaning(title)
	return full && m != Unknown && m != Ignore
}

// mayHead tells a row that may be a part of a heading: words without numbers, at least two of them, of which half are known in headings.
func (r *reader) mayHead(w *row) bool {
	filled, known := 0, 0
	for i := range w.cells {
		c := w.cell(i)
		if c == "" {
			continue
		}
		filled++
		if digitsIn(c) > 1 || len(c) > 60 {
			return false
		}
		m, _, _ := r.meaning(c)
		words := strings.Fields(carrier.Fold(c))
		if m != Unknown || len(words) > 0 && facetOf(words[len(words)-1]) != 0 {
			known++
		}
	}
	return filled >= 2 && known*2 >= filled
}

// plainHeading is the score of a row that can be nothing but a heading: what stands below it need not be looked at.
const plainHeading = 3

// headingScore is how much a row looks like a heading; 0 for none.
func (r *reader) headingScore(w *row) float64 {
	score, filled, names, telling, profiled := 0.0, 0, 0, 0, 0
	seen := map[Meaning]bool{}
	if r.text && valued(w) {
		return 0
	}
	if r.fewNames(w) {
		return 0
	}
	for _, c := range w.cells {
		c = clean(c)
		if c == "" {
			continue
		}
		filled++
		numbered := digitsIn(c) >= 4
		if numbered && len(r.profile.Columns) == 0 {
			score -= 1
			continue
		}
		m, full, by := r.meaning(c)
		if m == Unknown || numbered && by != "profile" {
			if numbered {
				score -= 1
			}
			continue
		}
		names++
		if by == "profile" {
			profiled++
		}
		weight := 0.5
		if full {
			weight = 1
		}
		if seen[m] {
			weight /= 2
		}
		seen[m] = true
		switch m {
		case Order, Tracking, Key, Theirs:
			telling++
			weight *= 1.5
		case Ignore:
			weight /= 2
		}
		score += weight
	}
	switch {
	case names*2 < filled && profiled < 2:
		return 0
	case names >= 2 && score >= 1.5, names == 1 && telling == 1 && filled <= 3, profiled > 0:
		return max(score, 0)
	}
	return 0
}

// valued tells a row of names with their values: "Your order: | TO-81102".
func valued(w *row) bool {
	for i := range w.cells[:max(0, len(w.cells)-1)] {
		name, value := w.cell(i), w.cell(i+1)
		if (strings.HasSuffix(name, ":") || strings.HasSuffix(name, "：")) && digitsIn(value) >= 3 && !strings.HasSuffix(value, ":") {
			return true
		}
	}
	return false
}

// fewNames tells at a glance a row of which fewer than half of the cells can be names of columns: most rows are data, and what a name means is costly to find.
func (r *reader) fewNames(w *row) bool {
	if len(r.profile.Columns) > 0 {
		return false
	}
	filled, values := 0, 0
	for _, c := range w.cells {
		if c = clean(c); c == "" {
			continue
		}
		filled++
		if n := digitsIn(c); n >= 4 || n == len(c) || len(c) > 80 {
			values++
		}
	}
	return (filled-values)*2 < filled
}

// meaning is meaningOf, remembered: tables repeat their cells.
func (r *reader) meaning(title string) (Meaning, bool, string) {
	if len(title) > 80 || digitsIn(title) == len(title) {
		return Unknown, false, ""
	}
	if known, ok := r.meanings[title]; ok {
		return known.meaning, known.full, known.by
	}
	m, full, by := meaningOf(title, r.profile.Columns)
	if by != "profile" {
		if m, full = matter(title, m, full); m != Unknown {
			by = "heading"
		}
	}
	if r.meanings == nil {
		r.meanings = map[string]headingFound{}
	}
	if len(r.meanings) < 1000 {
		r.meanings[title] = headingFound{m, full, by}
	}
	return m, full, by
}

type headingFound struct {
	meaning Meaning
	full    bool
	by      string
}

func digitsIn(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// headingColumns reads what a heading row says of each column.
func (r *reader) headingColumns(w row) []Column {
	columns := make([]Column, len(w.cells))
	for i := range w.cells {
		title := clean(w.cells[i])
		m, _, by := r.meaning(title)
		columns[i] = Column{Index: i + 1, Title: title, Meaning: m, By: by}
	}
	return columns
}

// repeated tells whether a row is a heading again, as where pages or files were put together; it then also takes over its columns.
func (r *reader) repeated(w *row) bool {
	if r.result.HeaderRow == 0 || r.headingScore(w) < 2 {
		return false
	}
	next := r.headingColumns(*w)
	for i := range next {
		if i < len(r.columns) && next[i].Meaning == Unknown && next[i].Title == r.columns[i].Title {
			next[i] = r.columns[i] // what its cells have told before
		}
	}
	r.columns = next
	r.use()
	r.orders = nil
	r.section.ok = r.section.ok && r.section.row > r.result.HeaderRow
	if all := r.result.Statements; len(all) == 1 && len(all[0].Refs) > 0 { // one order, and now its products
		r.lent = &lent{refs: all[0].Refs, kind: all[0].Kind, at: all[0].KindAt}
	}
	r.result.HeaderRow = w.number
	return true
}

// preamble reads the lines above a heading for references that hold for the whole file: "PO;1001" or "Order: 1001".
func (r *reader) preamble(above []row) {
	s := parsers.Statement{Scope: parsers.ScopeMessage}
	for i := range above {
		w := &above[i]
		r.entitle(w)
		for j := range w.cells {
			r.around(w.cell(j))
			title, value, at := w.cell(j), "", j
			if before, after, found := strings.Cut(title, ":"); found && strings.TrimSpace(after) != "" {
				title, value = before, strings.TrimSpace(after)
			} else if j+1 < len(w.cells) {
				value, at = w.cell(j+1), j+1
			}
			m, full, _ := r.meaning(strings.TrimRight(title, " :"))
			if !full || value == "" || digitsIn(value) == 0 {
				if number := r.orderIn(w.cell(j)); number != "" && (j == 0 || w.cell(j-1) != w.cell(j)) {
					s.Refs = append(s.Refs, parsers.Ref{Value: parsers.Value{Text: number, At: r.inside(w, j, number)}, Label: parsers.LabelOrder})
				}
				continue
			}
			v := parsers.Value{Text: value, At: r.inside(w, at, value)}
			switch m {
			case Order:
				s.Refs = append(s.Refs, parsers.Ref{Value: v, Label: parsers.LabelOrder})
			case Theirs:
				s.Refs = append(s.Refs, parsers.Ref{Value: v, Label: parsers.LabelTheirs})
			case Key:
				s.Refs = append(s.Refs, parsers.Ref{Value: v, Label: parsers.LabelKey})
			case Tracking:
				s.Tracking = append(s.Tracking, r.find(w, at, value, "", nil)...)
			}
		}
	}
	if len(s.Refs)+len(s.Tracking) == 0 {
		return
	}
	r.lend(&s)
	if len(s.Refs) > 0 && len(s.Tracking) > 0 {
		s.Scope = parsers.ScopeRow // the parcel of the goods below: what is said of the whole paper counts only where its rows say nothing
	}
	r.result.Statements = append(r.result.Statements, s)
}

// lend keeps what stands above a table for its rows, and says what became of the order if its parcel stands there too or a title says it.
func (r *reader) lend(s *parsers.Statement) {
	r.lent = &lent{refs: s.Refs}
	switch t := &r.section; {
	case len(s.Tracking) > 0:
		s.Kind, s.KindAt, s.Score = parsers.Shipment, s.Tracking[0].Value, 0.9
	case t.ok && !t.state.waits():
		s.Kind, s.KindAt, s.Score = t.state.kind, t.at, t.state.score
	}
	r.lent.kind, r.lent.at = s.Kind, s.KindAt
}

// inside is the place of a piece of a cell: in a text the piece's own bytes, in a table the cell.
func (r *reader) inside(w *row, i int, piece string) parsers.Place {
	at := r.place(w, i)
	if at.Row == 0 {
		if offset := strings.Index(w.cells[i], piece); offset >= 0 {
			at.Start += offset
			at.End = at.Start + len(piece)
		}
	}
	return at
}
