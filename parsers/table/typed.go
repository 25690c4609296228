package table

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A file of record types has no columns of its own: each line begins with a tag ("ORD", "H", "01") that says what the rest of it is, and lines belong to the
// one above them: an order, its cartons, their items. Nobody has agreed on tags, so each kind of line is understood by what its cells hold.

// typedSigns are what stands between the cells of such files.
const typedSigns = "|;\t,~^*:"

const (
	mostTags = 12 // kinds of lines; more are no tags
	longTag  = 8
)

// layout is one kind of line.
type layout struct {
	rows    []row
	cells   int     // of each of its lines
	reader  *reader // how its columns are understood
	order   int     // the column that names an order; -1: none
	carries bool    // it has tracking numbers
}

// typed reads a file of record types; false where it is none.
func (r *reader) typed(text string, eol byte) bool {
	for i := range len(typedSigns) {
		if strings.IndexByte(text, typedSigns[i]) < 0 {
			continue
		}
		rows := typedRows(text, typedSigns[i], eol)
		kinds, ok := layouts(rows)
		if !ok {
			continue
		}
		if _, _, headed := r.findHeading(rows[:min(len(rows), heldRows)]); headed > 0 {
			continue
		}
		if r.understand(rows, kinds) {
			r.readTyped(rows, kinds)
			return true
		}
	}
	return false
}

// typedRows cuts the lines of a text at a sign. What follows the last sign of a line is no cell.
// It gives nothing as soon as a line is none of such a file: most files are none, and that is clear from their first lines.
func typedRows(text string, sign, eol byte) (rows []row) {
	s := splitter{doc: text, delimiter: sign, eol: eol}
	kinds := lineKinds{}
	for s.next() && len(rows) < parsers.MaxRows {
		cells := append([]string(nil), s.fields...)
		if n := len(cells); n > 1 && strings.TrimSpace(cells[n-1]) == "" {
			cells = cells[:n-1]
		}
		w := row{number: s.row, line: s.line, cells: cells, ended: s.ended, open: s.open, last: s.pos >= len(text)}
		if !w.empty() && !s.tooLong && !s.tooWide {
			if !kinds.take(&w) {
				return nil
			}
			rows = append(rows, w)
		}
		if len(rows) == 4 && len(rows[0].cells)+len(rows[1].cells)+len(rows[2].cells) < 6 {
			return nil // prose
		}
	}
	return rows
}

// tagOf is what a line begins with, where that may be a tag: letters or digits, few of them.
func tagOf(w *row) string {
	tag := w.cell(0)
	if tag == "" || len(tag) > longTag {
		return ""
	}
	for i := range len(tag) {
		if b := tag[i]; (b < '0' || b > '9') && (b < 'A' || b > 'Z') && (b < 'a' || b > 'z') && b != '_' {
			return ""
		}
	}
	return tag
}

// lineKinds are the tags of lines and how many cells those have.
type lineKinds struct {
	cells map[string]int
	first string
}

// take tells whether a line may be one of such a file: lines of one tag have as many cells, and there are few tags: letters, or numbers of one length. A column
// of carriers or countries at the left is cut as the rest of its table is.
func (k *lineKinds) take(w *row) bool {
	tag := tagOf(w)
	if tag == "" || len(w.cells) < 2 {
		return false
	}
	if known, ok := k.cells[tag]; ok {
		return known == len(w.cells)
	}
	if k.cells == nil {
		k.cells, k.first = map[string]int{}, w.cell(0)
	}
	if len(k.cells) == mostTags || digitsIn(tag) == len(tag) && (len(tag) > 3 || len(tag) != len(k.first)) {
		return false
	}
	k.cells[tag] = len(w.cells)
	return true
}

// layouts sorts lines by their tags, all of one kind or the other: letters, or numbers. Lines of two tags have not all as many cells.
func layouts(rows []row) (map[string]*layout, bool) {
	if len(rows) < 3 {
		return nil, false
	}
	all := map[string]*layout{}
	digits := 0
	for i := range rows {
		tag := tagOf(&rows[i])
		l := all[tag]
		if l == nil {
			l = &layout{cells: len(rows[i].cells), order: -1}
			all[tag] = l
			digits += min(digitsIn(tag), 1)
		}
		l.rows = append(l.rows, rows[i])
	}
	widths := map[int]bool{}
	for _, l := range all {
		widths[l.cells] = true
	}
	return all, len(all) > 1 && len(widths) > 1 && (digits == 0 || digits == len(all))
}

// understand finds out what the columns of each kind of line hold, and which kind names the orders: one whose numbers differ from line to line, with parcels in it
// or below it. Of several the one that comes as often as orders do, not the head of the file.
func (r *reader) understand(rows []row, layouts map[string]*layout) bool {
	carried := false
	for _, l := range layouts {
		sub := &reader{profile: r.profile, part: r.part, patterns: r.patterns, judge: r.judge, result: Result{Format: "csv"}}
		sub.columns = []Column{{Index: 1, Meaning: Ignore, By: "heading"}}
		sub.vote(l.rows)
		for i := range sub.columns {
			if sub.columns[i].Meaning == Order {
				sub.columns[i].Meaning = Unknown // asked of all kinds of lines together, see below
			}
		}
		sub.use()
		l.reader, l.carries = sub, len(sub.uses.tracking) > 0
		carried = carried || l.carries
	}
	if !carried {
		return false
	}
	var best *layout
	rank := 0
	for i := range rows {
		l := layouts[tagOf(&rows[i])]
		if l.reader == nil || l == best || l.rows[0].number != rows[i].number {
			continue
		}
		column, named := r.orderColumn(l)
		if column >= 0 {
			if score := r.orderRank(tagOf(&rows[i]), l, named, layouts); score > rank {
				if best != nil {
					best.order = -1
				}
				best, rank, l.order = l, score, column
			}
		}
		if l.carries && best != nil {
			break // what comes after the first parcel names products
		}
	}
	if best == nil {
		return false
	}
	r.repeatedOrders(best, layouts)
	r.goods(best, layouts)
	return true
}

// orderRank is how much a kind of line looks like the one that names orders.
func (r *reader) orderRank(tag string, l *layout, ours bool, layouts map[string]*layout) int {
	score := 1
	if ours {
		score += 8
	}
	if facetOf(carrier.Fold(tag))&ofOrder != 0 || strings.HasPrefix(strings.ToUpper(tag), "ORD") {
		score += 4
	}
	if len(l.rows) > 1 {
		score += 2
	}
	return score
}

// orderColumn finds the first column of a kind of line whose cells may be orders' numbers and differ from line to line, and whether they are written as ours are.
func (r *reader) orderColumn(l *layout) (column int, ours bool) {
	column = -1
	for i := 1; i < l.cells; i++ {
		if l.reader.meaningAt(i) != Unknown {
			continue
		}
		b := l.reader.count(l.rows, i)
		switch {
		case b.filled < len(l.rows) || len(b.distinct) < len(l.rows) || b.small > 0 || b.tracking > 0 || days(b.distinct):
		case b.ours == b.filled:
			return i, true
		case column < 0 && b.orders == b.filled:
			column = i
		}
	}
	return column, false
}

// days tells cells that are all days or times, as "20260414" and "14.04.2026", and not numbers of orders.
func days(cells map[string]bool) bool {
	for c := range cells {
		digits := strings.Map(func(x rune) rune {
			if strings.ContainsRune("-./: T", x) {
				return -1
			}
			return x
		}, c)
		if !isDigits(digits) || len(digits) < 6 || len(digits) > 14 {
			return false
		}
		if digits == c && (len(c) != 8 || c[:2] != "20" || c[4:6] > "12" || c[6:] > "31") && (len(c) != 14 || c[:2] != "20") {
			return false
		}
	}
	return true
}

// repeatedOrders finds lines that say themselves which order they belong to.
func (r *reader) repeatedOrders(best *layout, layouts map[string]*layout) {
	known := map[string]bool{}
	for i := range best.rows {
		known[best.rows[i].cell(best.order)] = true
	}
	for _, l := range layouts {
		for i := 1; l != best && i < l.cells && l.order < 0; i++ {
			l.order = i
			for k := range l.rows {
				if !known[l.rows[k].cell(i)] {
					l.order = -1
					break
				}
			}
		}
	}
}

// goods finds the products and pieces of lines that are neither an order's nor a parcel's.
func (r *reader) goods(best *layout, layouts map[string]*layout) {
	for _, l := range layouts {
		if l != best || l.carries {
			for i := 1; i < l.cells; i++ {
				if i == l.order {
					continue
				}
				b := l.reader.count(l.rows, i)
				switch c := &l.reader.columns[i]; {
				case c.Meaning != Unknown || b.filled == 0 || b.tracking > 0:
				case !l.reader.has(SKU) && b.codes == b.filled && !l.carries:
					c.Meaning, c.By = SKU, "cells"
				case l.reader.has(SKU) && b.small == b.filled:
					c.Meaning, c.By = Quantity, "cells"
				}
			}
		}
		if l.order >= 0 {
			l.reader.columns[l.order].Meaning, l.reader.columns[l.order].By = Order, "cells"
		}
		l.reader.use()
	}
}

// typedGroup is what the lines of one order say.
type typedGroup struct {
	refs  []parsers.Ref
	sent  parsers.Value // the first parcel
	from  int           // its first statement
	doubt bool
}

// Tags of lines by which a parcel comes back, and of those by which a label or a whole entry is taken back, folded.
var (
	returnTags = wordsOf("ret rtn rma retour rueck return returns ror dev devol reso zwr")
	voidTags   = wordsOf("voi void vd can canc cancel cxl cnl sto storno stor anu anul ann annul del delete wdr")
)

// takenBack lowers what was said of the orders of a line that takes something back: the label, or all of it.
func (r *reader) takenBack(refs []parsers.Ref) {
	for i := range r.result.Statements {
		s := &r.result.Statements[i]
		if s.Kind == parsers.Shipment && len(s.Refs) > 0 && slices.ContainsFunc(refs, func(f parsers.Ref) bool { return f.Text == s.Refs[0].Text }) {
			s.Score = min(s.Score, unclear)
		}
	}
}

// readTyped reads the lines in their order.
func (r *reader) readTyped(rows []row, layouts map[string]*layout) {
	r.decided = true
	var g typedGroup
	r.seen, r.result.Rows = len(rows), rows[len(rows)-1].number
	for i := range rows {
		w := &rows[i]
		l := layouts[tagOf(w)]
		if w.last && !w.ended && w.open {
			r.problem(parsers.Place{Part: r.part, Row: w.number}, "cut_off", "The file ends in the middle of line %d. Please send the whole file again.", w.line)
		}
		if l.order >= 0 {
			if refs := l.reader.refs(w); len(g.refs) == 0 || len(refs) > 0 && refs[0].Text != g.refs[0].Text {
				r.closeTyped(&g)
				g = typedGroup{refs: refs, from: len(r.result.Statements)}
			}
		}
		switch tag := carrier.Fold(w.cell(0)); {
		case len(g.refs) == 0, returnTags[tag]:
		case voidTags[tag] && l.order >= 0:
			r.takenBack(g.refs)
		case voidTags[tag] && !l.carries:
			g.doubt = true
		default:
			r.typedLine(w, l, &g)
		}
	}
	r.closeTyped(&g)
	for _, l := range layouts {
		r.result.Problems = append(r.result.Problems, l.reader.result.Problems...)
	}
}

// typedLine reads one line of an order: a parcel, a product, or what became of it.
func (r *reader) typedLine(w *row, l *layout, g *typedGroup) {
	sub := l.reader
	name := sub.value(w, sub.uses.carrier)
	s := parsers.Statement{Scope: parsers.ScopeRow, Refs: g.refs, Carrier: name, Tracking: sub.trackings(w, sub.slug(name.Text), g.refs)}
	n := sub.counts(w)
	sub.decide(w, &s, &n)
	if said, ok := r.stateOf(w.cell(0), true); ok && said.kind != "" && said.kind != parsers.Shipment && s.Kind == "" { // "CANCEL|1001"
		s.Kind, s.KindAt, s.Score = said.kind, parsers.Value{Text: w.cell(0), At: r.place(w, 0)}, min(said.score, titled)
	}
	sub.lines(w, &s, &n)
	if len(sub.uses.quantity) > 1 { // ordered, and shipped: which is which is not said
		g.doubt = g.doubt || sub.differ(w, sub.uses.quantity)
	}
	if g.sent.Text == "" && len(s.Tracking) > 0 && s.Kind == parsers.Shipment {
		g.sent = s.Tracking[0].Value
	}
	if len(s.Tracking)+len(s.Lines) == 0 && s.Kind == "" && l.order < 0 {
		return
	}
	if s.Kind == parsers.Shipment && len(s.Tracking) > 0 && s.Score > unclear { // one order's parcels left together
		for i := g.from; i < len(r.result.Statements); i++ {
			if one := &r.result.Statements[i]; one.Kind == parsers.Shipment && len(one.Tracking) > 0 && one.Score > unclear {
				one.Tracking, one.Lines, one.Partial = append(one.Tracking, s.Tracking...), append(one.Lines, s.Lines...), one.Partial || s.Partial
				return
			}
		}
	}
	r.result.Statements = append(r.result.Statements, s)
}

// closeTyped lets products of which nothing is said have left with the parcels of their order.
func (r *reader) closeTyped(g *typedGroup) {
	for i := g.from; i < len(r.result.Statements) && len(g.refs) > 0; i++ {
		s := &r.result.Statements[i]
		if s.Kind == "" && len(s.Lines) > 0 && g.sent.Text != "" {
			s.Kind, s.KindAt, s.Score = parsers.Shipment, g.sent, titled
		}
		if g.doubt {
			s.Score = min(s.Score, unclear)
		}
	}
}
