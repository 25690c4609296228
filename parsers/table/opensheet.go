package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A workbook may have one sheet of what was sent and one of what is open. By itself a list of open pieces says only that the supplier has the order; beside what was
// sent it says what comes later: with a day, or of an order of which a part has left.

// openLine is a row of a sheet of what is open.
type openLine struct {
	sheet string
	row   int
	line  parsers.Line
	day   parsers.Value
	at    parsers.Value // what says so
}

// openSheet remembers a row that names an order and pieces that are open, and says nothing else of them.
func (r *reader) openSheet(w *row, s *parsers.Statement, n *counts) {
	promised := s.Kind == parsers.Acknowledgement && s.KindAt.At == s.Expected.At && s.KindAt.Text != ""
	if r.sheet == "" || r.text || len(s.Tracking) > 0 || s.Kind != "" && !promised || n.doubt && n.remaining.n == 0 || len(r.uses.tracking)+len(r.uses.shipped)+len(r.uses.cancelled) > 0 {
		return
	}
	open := n.remaining
	if !open.ok && r.namedOpen() {
		if open = n.left; open.at.Text == "" {
			open = n.ordered
		}
	}
	if open.n == 0 {
		return
	}
	one := openLine{r.sheet, w.number, r.product(w), r.value(w, r.uses.expected), open.at}
	if one.line.SKU.Text == "" && one.line.Title.Text == "" || dateIn(one.day.Text) == "" && one.day.Text != "" {
		return
	}
	one.line.Quantity, one.line.QuantityAt = open.n, open.at.At
	r.openSheets = append(r.openSheets, one)
}

// openNames are what sheets of open orders are called, by how their words begin (folded).
var openNames = strings.Fields("open offen noch rueckstand ruckstand backorder outstanding remaining unshipped pending follow attente reliquat reste pendient falta inevas sospes residu openstaand nalever nog pendent otwart niezreali zaleg pozosta 未发 未出荷 欠货 待发 残 受注残 未完了")

func (r *reader) namedOpen() bool {
	for w := range strings.FieldsSeq(carrier.Fold(r.sheet)) {
		for _, name := range openNames {
			if strings.HasPrefix(w, name) {
				return true
			}
		}
	}
	return false
}

// stillToCome makes backorders of such rows where another sheet of the workbook lists what was sent.
func stillToCome(all []parsers.Statement, later []openLine) {
	if len(later) == 0 {
		return
	}
	sent, left := map[string]bool{}, map[string]bool{} // by sheet, by order
	for i := range all {
		s := &all[i]
		if s.Kind != parsers.Shipment || s.Score <= unclear || len(s.Tracking) == 0 {
			continue
		}
		sent[s.Tracking[0].At.Sheet] = true
		for _, ref := range s.Refs {
			left[ref.Text] = left[ref.Text] || ref.Label == parsers.LabelOrder
		}
	}
	rows := map[parsers.Place]*openLine{}
	for i := range later {
		if o := &later[i]; len(sent) > 0 && !sent[o.sheet] {
			rows[parsers.Place{Sheet: o.sheet, Row: o.row}] = o
		}
	}
	for i := range all {
		s := &all[i]
		if s.Scope != parsers.ScopeRow || len(s.Refs) == 0 {
			continue
		}
		o := rows[parsers.Place{Sheet: s.Refs[0].At.Sheet, Row: s.Refs[0].At.Row}]
		if o == nil || o.day.Text == "" && !left[s.Refs[0].Text] {
			continue
		}
		s.Kind, s.KindAt, s.Score, s.Expected, s.Lines = parsers.Backorder, o.at, 0.85, o.day, []parsers.Line{o.line}
	}
}
