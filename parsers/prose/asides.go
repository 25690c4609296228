package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

const (
	mostAsides   = 64  // of one text
	longestAside = 200 // bytes; what is said of goods stands at the beginning of longer ones
)

// asides are the clauses of the writer's own text that no statement gives word for word. They stand in the order of the text.
func (r *reader) asides(pieces []piece, voiced []bool, from, to int) []parsers.Aside {
	n := 0
	for i := range pieces {
		if p := &pieces[i]; !voiced[i] && r.mayTell(p, from, to) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	all := make([]parsers.Aside, 0, min(n, mostAsides))
	several := r.namesSeveral(pieces)
	var above []parsers.Ref // the order named last, where the text names several
	for i := range pieces {
		p := &pieces[i]
		if several && p.mark == "" && p.named() {
			above = nil
			for _, f := range orders(p.refs) {
				above = append(above, r.ref(f, p.mark))
			}
		}
		if voiced[i] || !r.mayTell(p, from, to) {
			continue
		}
		if len(all) == mostAsides {
			break
		}
		open, partial := r.leavesOpen(p)
		all = append(all, parsers.Aside{Value: r.value(p.start, cutRune(r.view.text, p.start, min(p.end, p.start+longestAside))), Refs: above, Open: open, Partial: partial})
	}
	return all
}

// mayTell tells a clause that may speak of goods: neither quoted nor a signature, nor the address, and more than thanks.
func (r *reader) mayTell(p *piece, from, to int) bool {
	if p.mark != "" || p.bought || p.end-p.start < 2 || from >= 0 && p.start >= from && p.end <= to {
		return false
	}
	return !p.thanks || p.end-p.start > 40 || len(p.products) > 0
}

// cutRune is the last beginning of a character in text[start:end+1].
func cutRune(text string, start, end int) int {
	for end > start && end < len(text) && text[end]&0xC0 == 0x80 {
		end--
	}
	return end
}

// namesSeveral tells whether the writer's own text names more than one order.
func (r *reader) namesSeveral(pieces []piece) bool {
	first := ""
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" {
			continue
		}
		for _, f := range p.refs {
			if f.label != parsers.LabelOrder {
				continue
			}
			switch name := r.view.text[f.start:f.end]; {
			case first == "":
				first = name
			case !strings.EqualFold(first, name):
				return true
			}
		}
	}
	return false
}

// mayCome is from which chance the estimate's word for it, which was too little to be news, leaves a clause open.
const mayCome = 0.5

// leavesOpen tells clauses of what has not left: their words speak of a later time, of lack or doubt; partial where they say that something is still to come. What is
// said of papers and numbers is not said of goods: "the invoice will follow".
func (r *reader) leavesOpen(p *piece) (open, partial bool) {
	later, sends, counts := false, false, len(p.products) > 0
	for _, h := range r.within(p.start, p.end) {
		switch h.meaning {
		case document, invoiced, invoiceLabel, trackingLabel, another, noted:
			return false, false
		case remainder:
			open, partial = true, true
		case notYet, negation, pending, backordered, outOfStock, short, lacking, exhausted, awaiting, late, except, rejected, cancelled:
			open = true
		case future:
			later = true
		case shipped, goes, gone, acknowledged, when, month, delivering, readied, making:
			sends = true
		case unit, quantityLabel:
			counts = true
		}
	}
	open = open || later && sends
	for _, kind := range [...]parsers.Kind{parsers.Backorder, parsers.OutOfStock, parsers.Cancellation, parsers.Rejection} {
		open = open || !counts && p.chances.of(kind) >= mayCome
	}
	return open, partial || slices.ContainsFunc(p.products, func(l product) bool { return l.part })
}
