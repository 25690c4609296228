package table

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// read makes the statements of one row, or of the rows that stand side by side in it.
func (r *reader) read(w row) {
	if len(r.beside) == 0 {
		r.readOne(w)
		return
	}
	for i, from := range r.beside {
		to := len(w.cells)
		if i+1 < len(r.beside) {
			to = min(to, r.beside[i+1])
		}
		if from >= to {
			continue
		}
		one := w
		one.cells = make([]string, to)
		copy(one.cells[from:], w.cells[from:to])
		if !one.empty() {
			r.orders, r.sent = nil, parsers.Value{}
			r.readOne(one)
		}
	}
}

// readOne makes the statements of one row.
func (r *reader) readOne(w row) {
	u := &r.uses
	if r.legendRow(&w) || r.subtotal(&w) || r.isTotal(&w) || !r.hasDigits(&w) && (r.repeated(&w) || r.entitle(&w) || r.untitle(&w)) || r.group(&w) || r.follow(&w) {
		return
	}
	r.seek(&w)
	refs := r.refs(&w)
	s := r.begin()
	s.Carrier = r.value(&w, u.carrier)
	s.Tracking = r.trackings(&w, r.slug(s.Carrier.Text), refs)
	if len(refs) == 0 && len(s.Tracking) == 0 && r.sent.Text == "" && len(u.status) == 0 && len(u.shipped)+len(u.backorder)+len(u.remaining)+len(u.cancelled) == 0 {
		r.dismiss()
		r.item(&w)
		return
	}
	if r.cutOff(&w, s.Tracking, len(refs) > 0) {
		r.doubtful(&w, s, refs)
		return
	}
	n := r.counts(&w)
	r.decide(&w, s, &n)
	if s.Kind == "" && s.KindAt.Text == "" && len(refs)+len(s.Tracking)+len(u.orders) == 0 && r.text && n.nothing() { // "B/O 0": of a table that tells nothing but products
		r.dismiss()
		r.item(&w)
		return
	}
	if len(refs) > 0 {
		r.under(&w, s, &n)
		r.promised(&w, s, &n)
	}
	r.shade(&w, s, len(refs) > 0)
	waiting := r.stillOpen(&w, s, &n)
	w.waiting = waiting
	r.continues(&w, s, &n, refs)
	if (r.spoilt(&w) || r.example(&w) || s.Kind == parsers.Shipment && r.comesBack(&w)) && s.Kind != "" {
		s.Score = min(s.Score, unclear)
	}
	if w.unseen || len(w.struck)+len(w.beside) > 0 {
		r.marked(&w, s)
	}
	r.lines(&w, s, &n)
	r.whose(&w, s, refs)
	r.openSheet(&w, s, &n)
	before := len(r.result.Statements)
	r.withOthers(&w, s, refs)
	if waiting && len(r.result.Statements) == before {
		r.openRows = append(r.openRows, openRow{before - 1, n.remaining, r.product(&w)})
	}
}

// continues reads a row that names only goods, under a row that gives the order and its parcel: they left with it.
func (r *reader) continues(w *row, s *parsers.Statement, n *counts, refs []parsers.Ref) {
	again := len(refs) == 0
	if !again && len(s.Tracking) == 0 && s.Kind == "" && len(r.uses.tracking) > 0 && r.uses.tracking[0] < r.uses.orders0() { // the list is one of parcels
		before, _ := apart(r.orders)
		now, _ := apart(refs)
		again = len(before) == 1 && len(now) == 1 && before[0].Text == now[0].Text
	}
	if len(r.uses.orders) > 0 && again && len(s.Tracking) == 0 && s.Kind == "" && s.KindAt.Text == "" && !n.none && len(r.orders) > 0 && r.sent.Text != "" {
		if p := r.product(w); p.SKU.Text != "" || p.Title.Text != "" {
			s.Kind, s.KindAt, s.Score = parsers.Shipment, r.sent, titled
		}
	}
	switch {
	case len(s.Tracking) > 0 && s.Kind == parsers.Shipment && s.Score > unclear:
		r.sent = s.Tracking[0].Value
	case !again || s.Kind != parsers.Shipment:
		r.sent = parsers.Value{}
	}
}

// item keeps the product of a row in a table of products that stands in a text: what it is about is said above it.
func (r *reader) item(w *row) {
	u := &r.uses
	if !r.text || r.result.HeaderRow == 0 || len(u.sku) == 0 || len(u.quantity)+len(u.ordered) == 0 || len(u.orders)+len(u.tracking)+len(u.keys) > 0 {
		return
	}
	line := r.product(w)
	pieces := r.piecesIn(w, slices.Concat(u.quantity, u.ordered))
	if pieces.n == 0 || line.SKU.Text == "" {
		return
	}
	line.Quantity, line.QuantityAt = pieces.n, pieces.at.At
	if r.items == nil {
		r.items = make([]parsers.Line, 0, min(r.rows, heldRows))
	}
	r.items = append(r.items, line)
}

// manyStatements is up to where their room is doubled when it is full: copying them takes time, room that stays empty takes memory.
const manyStatements = 32 << 10

// begin adds an empty statement to the result, to be filled in place: statements are large.
func (r *reader) begin() *parsers.Statement {
	if n := len(r.result.Statements); n == cap(r.result.Statements) && n < manyStatements {
		room := max(heldRows, n)
		if r.rows > 0 {
			room = max(4, n) // in a mail: few rows of it name orders
		}
		r.result.Statements = slices.Grow(r.result.Statements, room)
	}
	r.result.Statements = append(r.result.Statements, parsers.Statement{Scope: parsers.ScopeRow})
	return &r.result.Statements[len(r.result.Statements)-1]
}

// dismiss takes the last statement back: the row says nothing.
func (r *reader) dismiss() {
	r.result.Statements = r.result.Statements[:len(r.result.Statements)-1]
}

// misnamed tells a row in whose place for an order something else stands than an order or a sign that it is the one above: what is left of a number, for one.
func (r *reader) misnamed(w *row) bool {
	for _, i := range r.uses.orders {
		if i < len(w.cells) && !strings.Contains(w.cells[i], "/") && digitsIn(w.cells[i]) >= 2 {
			return true
		}
	}
	return false
}

// address gives a statement its references: those of the row, or of the row before where an order is named once for several rows.
// A row for several orders becomes a statement for each.
func (r *reader) address(w *row, s *parsers.Statement, refs []parsers.Ref) {
	orders := 0
	for i := range refs {
		if refs[i].Label == parsers.LabelOrder {
			orders++
		}
	}
	switch {
	case orders > 0:
		r.orders, r.ordersRow = refs, w.number
		r.centre(refs)
	case r.text && len(r.uses.orders) > 0 && len(s.Tracking) > 0 && (len(r.orders) == 0 || r.below == 0):
		r.orders, r.below = nil, -1
		r.ahead = append(r.ahead, len(r.result.Statements)-1)
	case len(r.uses.orders) == 0 && r.lent != nil && len(r.lent.refs) == 1:
		refs = append(r.lent.refs[:len(r.lent.refs):len(r.lent.refs)], refs...)
		orders = 1
	case r.misnamed(w):
		r.orders = nil // what stands in the order's place is none: the parcel would go to the order above
	case len(r.uses.orders) > 0 && len(r.orders) > 0 && (len(s.Tracking) > 0 || len(s.Lines) > 0 || s.Kind != ""):
		carried, _ := apart(r.orders)
		if r.below > 0 {
			r.below--
		}
		refs, orders = append(carried, refs...), len(carried)
	}
	if len(refs)+len(s.Tracking) == 0 && (s.Kind == "" && !(w.waiting && r.onSlip()) || r.stock(s)) {
		r.dismiss()
		return
	}
	s.Refs = refs
	r.step(w, s, orders)
	if orders < 2 {
		return
	}
	each, others := apart(refs)
	base := *s
	paired := len(base.Tracking) == len(each) && len(each) > 1 && oneCell(each) && len(r.uses.tracking) == 1
	for i, o := range each { // one parcel for several orders
		if i > 0 {
			s = r.begin()
			*s = base
		}
		s.Refs = append([]parsers.Ref{o}, others...)
		switch {
		case paired: // a line of the cell for each
			s.Tracking = base.Tracking[i : i+1 : i+1]
			if s.Kind == parsers.Shipment && s.KindAt == base.Tracking[0].Value {
				s.KindAt = s.Tracking[0].Value
			}
		case len(each) > 1 && len(base.Tracking) > 1: // which number is whose is not said
			s.Score = min(s.Score, unclear)
		}
	}
}

// step keeps what tells whether a list is out of step: rows with an order and nothing of it, and rows with a parcel and nothing else.
func (r *reader) step(w *row, s *parsers.Statement, orders int) {
	switch {
	case r.text || len(r.uses.orders) == 0 || len(r.uses.tracking) == 0:
	case orders > 0 && r.ordersRow == w.number && s.Kind == "" && len(s.Tracking) == 0 && s.KindAt.Text == "":
		r.bereft++
	case orders > 0 && r.ordersRow != w.number && len(s.Tracking) > 0 && len(s.Lines) == 0 && s.Consignee == nil:
		r.solitary = append(r.solitary, len(r.result.Statements)-1)
	}
}

// outOfStep takes parcels that stand alone in their rows from the order above, where another row has an order without a parcel: one of them may have
// slipped.
func (r *reader) outOfStep() {
	if r.bereft == 0 {
		return
	}
	for _, i := range r.solitary {
		s := &r.result.Statements[i]
		s.Refs, s.Score = nil, min(s.Score, unclear)
		r.problem(s.Tracking[0].At, "out_of_step", "Row %d has a tracking number and no order, and another row has an order and no tracking number. Please say which order %s is for.", s.Tracking[0].At.Row, s.Tracking[0].Number)
	}
}

// oneCell tells whether orders stand in one cell, so that what stands beside them in another has their order.
func oneCell(orders []parsers.Ref) bool {
	for _, o := range orders[1:] {
		if o.At.Row != orders[0].At.Row || o.At.Column != orders[0].At.Column {
			return false
		}
	}
	return true
}

// centre gives an order to the rows above it that have none: printed in the middle of its rows, as merged cells are, it has as many below.
func (r *reader) centre(refs []parsers.Ref) {
	r.below = -1
	if len(r.ahead) == 0 {
		return
	}
	r.below = len(r.ahead)
	orders, _ := apart(refs)
	for _, i := range r.ahead {
		if s := &r.result.Statements[i]; len(orders) == 1 {
			s.Refs = append(orders[:1:1], s.Refs...)
		}
	}
	r.ahead = nil
}

// apart divides references into order numbers, of which each is a statement of its own, and the rest.
func apart(refs []parsers.Ref) (orders, others []parsers.Ref) {
	column := 0
	for _, ref := range refs {
		if ref.Label == parsers.LabelOrder && (column == 0 || column == ref.At.Column) {
			column = ref.At.Column
			orders = append(orders, ref)
		} else {
			others = append(others, ref)
		}
	}
	return orders, others
}

// hasDigits tells whether the cells that name orders, parcels and quantities have digits, as data has and headings have not.
func (r *reader) hasDigits(w *row) bool {
	for _, list := range [...][]int{r.uses.orders, r.uses.tracking, r.uses.keys, r.uses.quantity, r.uses.ordered, r.uses.shipped} {
		for _, i := range list {
			if i < len(w.cells) && digitsIn(w.cells[i]) > 0 {
				return true
			}
		}
	}
	return false
}

var totals = map[string]bool{"total": true, "totals": true, "grand total": true, "subtotal": true, "sub total": true, "sum": true, "summe": true, "gesamt": true, "gesamtsumme": true, "zwischensumme": true, "totale": true, "totaal": true, "totaux": true, "totais": true, "totali": true, "totalen": true, "totaal generaal": true, "somme": true, "lacznie": true, "gesamtmenge": true, "summen": true, "共计": true, "总数": true, "合计数": true, "合計数": true, "総数": true, "suma": true, "razem": true, "ogolem": true, "total general": true, "total geral": true, "合计": true, "总计": true, "合計": true, "小计": true, "小計": true, "総計": true, "end of file": true, "end of report": true, "total orders": true, "total rows": true, "count": true, "anzahl": true}

// refs reads the numbers that name orders.
func (r *reader) refs(w *row) []parsers.Ref {
	var refs []parsers.Ref
	u := &r.uses
	for _, i := range u.orders {
		refs = r.orderCell(refs, w, i)
	}
	for _, l := range [...]struct {
		columns []int
		label   parsers.Label
	}{{u.keys, parsers.LabelKey}, {u.theirs, parsers.LabelTheirs}, {u.invoices, parsers.LabelInvoice}, {u.customers, parsers.LabelCustomer}} {
		for _, i := range l.columns {
			if c := w.cell(i); !blank(c) {
				refs = append(refs, parsers.Ref{Value: parsers.Value{Text: whole(c), At: r.place(w, i)}, Label: l.label})
			}
		}
	}
	for i := range w.cells {
		if mayKey(w.cells[i]) && !contains(u.keys, i) {
			for _, key := range keyShape.FindAllString(w.cells[i], 3) {
				refs = append(refs, parsers.Ref{Value: parsers.Value{Text: key, At: r.inside(w, i, key)}, Label: parsers.LabelKey})
			}
		}
	}
	return refs
}

func contains(list []int, i int) bool {
	for _, v := range list {
		if v == i {
			return true
		}
	}
	return false
}

// orderCell reads the order numbers of one cell: what the profile's pattern finds, else the cell, else its pieces where each has digits.
func (r *reader) orderCell(refs []parsers.Ref, w *row, i int) []parsers.Ref {
	c := w.cell(i)
	if blank(c) || len(c) > 200 {
		return refs
	}
	plain, grouped := r.thousands(c)
	if grouped && r.likeOurs(plain) {
		return append(refs, parsers.Ref{Value: parsers.Value{Text: plain, At: r.place(w, i)}, Label: parsers.LabelOrder})
	}
	for k := range r.patterns {
		if found := everyMatch(&r.patterns[k], c); found != nil {
			for _, m := range found {
				refs = append(refs, parsers.Ref{Value: parsers.Value{Text: m, At: r.inside(w, i, m)}, Label: parsers.LabelOrder})
			}
			return refs
		}
	}
	if grouped {
		return append(refs, parsers.Ref{Value: parsers.Value{Text: plain, At: r.place(w, i)}, Label: parsers.LabelOrder})
	}
	if digitsIn(c) < len(c) && strings.ContainsAny(c, ",;\n&+/|") && !asPower.MatchString(c) {
		pieces := strings.FieldsFunc(c, func(x rune) bool { return strings.ContainsRune(",;\n\r&+/|", x) })
		for j := range pieces {
			pieces[j] = strings.TrimSpace(pieces[j])
			if digitsIn(pieces[j]) == 0 || len(pieces[j]) != len(strings.TrimSpace(pieces[0])) && strings.ContainsAny(c, "/|") { // "2025/1001" is one number
				pieces = nil
				break
			}
		}
		for _, piece := range pieces {
			refs = append(refs, parsers.Ref{Value: parsers.Value{Text: piece, At: r.inside(w, i, piece)}, Label: parsers.LabelOrder})
		}
		if pieces != nil {
			return refs
		}
	}
	ref := parsers.Ref{Value: parsers.Value{Text: whole(c), At: r.place(w, i)}, Label: parsers.LabelOrder}
	if refs == nil {
		return r.roomRefs.one(ref)
	}
	return append(refs, ref)
}

// everyMatch finds the numbers of a pattern in a cell. What ends one number may begin the next: a pattern that asks for something around its
// number would else miss every second.
func everyMatch(p *parsers.OrderPattern, c string) []string {
	const most = 20
	var found []string
	for from := 0; from <= len(c) && len(found) < most; {
		m := p.Find(c[from:])
		if m == nil {
			break
		}
		start, end := m[len(m)-2], m[len(m)-1]
		if start < 0 || end == start {
			break
		}
		found = append(found, c[from+start:from+end])
		from += end
	}
	return found
}

// cutOff tells whether the text ends in the middle of this row: within quotes, or without a line end and with fewer cells than all
// rows before, or with a last tracking number that is shorter than all before. A parcel without an order in such a row would go to the order above.
func (r *reader) cutOff(w *row, found []parsers.Tracking, named bool) bool {
	length := 0
	if len(found) == 1 && found[0].Damage == "" {
		length = len(found[0].Number)
	}
	if w.open {
		return true
	}
	filled := w.filled()
	if w.last && !w.ended {
		if r.width > 0 && w.at == nil && len(w.cells) < r.width || !named && length > 0 && filled < r.fewest {
			return true
		}
		atEnd := len(r.uses.tracking) > 0 && r.uses.tracking[len(r.uses.tracking)-1] == len(w.cells)-1
		if atEnd && length > 0 && r.trackingLen > length && !found[0].Valid {
			return true
		}
	}
	if r.fewest == 0 || filled < r.fewest {
		r.fewest = filled
	}
	switch {
	case length == 0:
	case r.trackingLen == 0:
		r.trackingLen = length
	case r.trackingLen != length:
		r.trackingLen = -1
	}
	return false
}

// doubtful keeps what a cut row names, but says nothing by it, and tells that the file is not whole.
func (r *reader) doubtful(w *row, s *parsers.Statement, refs []parsers.Ref) {
	at := parsers.Place{Part: r.part, Sheet: r.sheet, Row: w.number}
	r.problem(at, "cut_off", "The file ends in the middle of line %d (row %d). The rows before it were read; this one is not sure. Please send the whole file again.", w.line, w.number)
	for i := range s.Tracking {
		s.Tracking[i].Score = min(s.Tracking[i].Score, 0.3)
	}
	s.Refs, s.Score = refs, 0.1
	if len(s.Refs)+len(s.Tracking) == 0 {
		r.dismiss()
	}
}
