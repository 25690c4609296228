package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// subtotal takes a row that adds up the rows above it and names their order: "Total for PO 1001". Rows above that have no order are that order's, back to
// the subtotal before.
func (r *reader) subtotal(w *row) bool {
	for i := range w.cells {
		c := w.cell(i)
		if len(c) < 8 || len(c) > 80 || c[0] >= '0' && c[0] <= '9' {
			continue
		}
		number, ok := totalOf(c)
		if !ok {
			continue
		}
		ref := parsers.Ref{Value: parsers.Value{Text: number, At: r.inside(w, i, number)}, Label: parsers.LabelOrder}
		for k := r.summed; k < len(r.result.Statements); k++ {
			if s := &r.result.Statements[k]; !named(s.Refs) {
				s.Refs = append([]parsers.Ref{ref}, s.Refs...)
			}
		}
		r.summed = len(r.result.Statements)
		r.orders, r.sent = nil, parsers.Value{}
		return true
	}
	return false
}

// totalOf reads "Total for PO 1001", "Summe Bestellung 4711": a word for a sum, one for an order, and a number at the end.
func totalOf(c string) (number string, ok bool) {
	blanks := 0 // or what may be one
	for i := range len(c) {
		if c[i] <= ' ' || c[i] >= 0x80 {
			blanks++
		}
	}
	if blanks < 2 {
		return "", false // most cells have fewer words than three
	}
	for first := range strings.FieldsSeq(c) {
		if !totals[carrier.Fold(strings.TrimRight(first, ":"))] {
			return "", false
		}
		break
	}
	words := strings.Fields(strings.TrimRight(c, " :."))
	if len(words) < 3 || len(words) > 7 {
		return "", false
	}
	last := strings.Trim(words[len(words)-1], "#:.,()")
	order := false
	for _, w := range words[1 : len(words)-1] {
		for part := range strings.FieldsSeq(carrier.Fold(w)) {
			order = order || facetOf(part)&ofOrder != 0
		}
	}
	return last, order && digitsIn(last) >= 3
}

func named(refs []parsers.Ref) bool {
	for i := range refs {
		if refs[i].Label == parsers.LabelOrder || refs[i].Label == parsers.LabelKey {
			return true
		}
	}
	return false
}

// totalOfGoods tells a total that says of what it is: "Totale pezzi", "Total items", "Summe Stück".
func totalOfGoods(folded string) bool {
	first, rest, found := strings.Cut(folded, " ")
	if !found || !totals[first] {
		return false
	}
	for w := range strings.FieldsSeq(rest) {
		if facetOf(strings.Trim(w, ".:"))&(ofPieces|ofGoods|ofParcel|ofOrder|asFiller) == 0 {
			return false
		}
	}
	return true
}

// isTotal tells a row that adds up the rows above: its first filled cell says so.
func (r *reader) isTotal(w *row) bool {
	for i := range w.cells {
		c := w.cell(i)
		if c == "" {
			continue
		}
		if len(c) > 32 || c[0] >= '0' && c[0] <= '9' {
			return false
		}
		switch c[0] | 0x20 {
		case 't', 'g', 's', 'z', 'r', 'o', 'e', 'c', 'a', 'l':
		default:
			if c[0] < 0x80 {
				return false
			}
		}
		folded := carrier.Fold(c)
		return totals[folded] || totals[strings.TrimRight(folded, " 0123456789")] || totalOfGoods(folded)
	}
	return false
}
