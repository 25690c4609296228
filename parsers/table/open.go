package table

import (
	"strings"

	"waybill/parsers"
)

// follows takes the pieces that stay behind for a backorder where others have left, and the column or a day says that they come later: "to follow", "da evadere".
// That they are open, and nothing else, says only that the order is not complete.
func (r *reader) follows(w *row, c *counts) {
	if c.doubt || c.left.n == 0 || !c.left.ok || c.remaining.n == 0 || c.backordered.n+c.cancelled.n+c.short.n > 0 {
		return
	}
	if !r.merelyOpen() || dateIn(r.value(w, r.uses.expected).Text) != "" {
		c.backordered = c.remaining
	}
}

// merelyOpen tells whether the column of what stays behind is called open, and no more, or is known by its numbers alone.
func (r *reader) merelyOpen() bool {
	for _, i := range r.uses.remaining {
		if r.columns[i].By == "cells" {
			return true // its numbers are what is left: nobody says that it comes
		}
		for word := range strings.FieldsSeq(camel(r.columns[i].Title)) {
			if strings.HasPrefix(word, "open") || strings.HasPrefix(word, "offen") {
				return true
			}
		}
		if title := camel(r.columns[i].Title); stillToSend.In(title) {
			return true
		}
	}
	return false
}

// openOnly reads a row of a list of what is open: it counts that and nothing that left, and gives the day for it. That the list is called "Open" says less.
func (r *reader) openOnly(w *row, s *parsers.Statement, n *counts) bool {
	titled := s.KindAt == r.section.at && r.section.state.waits()
	if s.Kind != "" && !(s.Kind == parsers.Acknowledgement && (titled || s.KindAt == s.Expected)) || len(s.Tracking) > 0 || len(r.uses.shipped) > 0 || n.remaining.n == 0 {
		return false
	}
	day := r.value(w, r.uses.expected)
	if dateIn(day.Text) == "" {
		return false
	}
	s.Kind, s.KindAt, s.Score, s.Expected = parsers.Backorder, n.remaining.at, 0.85, day
	n.backordered = n.remaining
	return true
}

// stillToSend are headings, folded, of what has not left, which say no more than that: "por expedir", "reste à livrer".
var stillToSend = parsers.NewAnyOf("por expedir", "por enviar", "a expedir", "a enviar", "reste a livrer", "reste a expedier", "restant a livrer", "left to ship", "left to send", "still to ship", "yet to ship", "unshipped", "not shipped", "noch zu liefern", "zu liefern", "te verzenden", "te leveren", "do wyslania", "do wysylki", "未发货", "未出荷")

// openRow is a row of which all pieces are still open: a statement, by index, how many there are, and of what.
type openRow struct {
	at   int
	open count
	line parsers.Line
}

// stillOpen takes a row that says that nothing of its product has left and all of it is open. With a day for which it is promised it comes later. Without, a
// list of what is open says no more than that the order waits; beside other products of the order that have left it is what follows: it is kept for
// outstanding, and told so.
func (r *reader) stillOpen(w *row, s *parsers.Statement, n *counts) bool {
	if r.openOnly(w, s, n) {
		return false
	}
	if s.Kind != "" || s.KindAt.Text != "" || len(s.Tracking) > 0 || n.doubt || !n.none || n.remaining.n == 0 || n.ordered.ok && n.remaining.n != n.ordered.n {
		return false
	}
	day := r.value(w, r.uses.expected)
	if dateIn(day.Text) == "" {
		return !r.merelyOpen()
	}
	s.Kind, s.KindAt, s.Score, s.Expected = parsers.Backorder, n.remaining.at, 0.85, day
	return false
}

// outstanding lets rows of which all is open be what follows, where another row says that a part of the same order has left.
func (r *reader) outstanding() {
	if len(r.openRows) == 0 {
		return
	}
	went := map[string]bool{}
	slip := false // a table in a text whose rows name no order: all of it is about one
	for i := range r.result.Statements {
		s := &r.result.Statements[i]
		if s.Kind != parsers.Shipment || s.Score <= unclear {
			continue
		}
		slip = slip || r.onSlip()
		for _, ref := range s.Refs {
			if ref.Label == parsers.LabelOrder || ref.Label == parsers.LabelKey {
				went[ref.Text] = true
			}
		}
	}
	for _, o := range r.openRows {
		s := &r.result.Statements[o.at]
		orders, _ := apart(s.Refs)
		if (len(orders) == 1 && went[orders[0].Text] || len(orders) == 0 && slip) && s.Kind == "" {
			s.Kind, s.KindAt, s.Score = parsers.Backorder, o.open.at, 0.85
			if o.line.SKU.Text != "" || o.line.Title.Text != "" {
				o.line.Quantity, o.line.QuantityAt = o.open.n, o.open.at.At
				s.Lines = r.roomLines.one(o.line)
			}
		}
	}
}

// onSlip tells a table in a text that has no column for orders, people or parcels, as packing slips have them: products, and how many of each left.
func (r *reader) onSlip() bool {
	u := &r.uses
	return r.text && len(u.orders)+len(u.keys)+len(u.theirs)+len(u.tracking)+len(u.name)+len(u.company)+len(u.email) == 0 && len(u.shipped) > 0
}

// stock tells a row of a list of what is in stock: it names goods, for nobody, and not how many of them.
func (r *reader) stock(s *parsers.Statement) bool {
	u := &r.uses
	return !r.text && s.Consignee == nil && s.Kind != parsers.Shipment && len(u.orders)+len(u.keys)+len(u.theirs)+len(u.tracking)+len(u.name)+len(u.company) == 0 &&
		len(u.quantity)+len(u.ordered)+len(u.shipped)+len(u.backorder)+len(u.cancelled) == 0
}
