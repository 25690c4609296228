package prose

import (
	"slices"

	"waybill/parsers"
)

// unsureScore is how clearly a shipment is said that a word of the future or a denial stands beside: not clearly enough to act upon alone.
const unsureScore = 0.6

// unsure tells a shipment without a number whose clause also speaks of what is still to come or is denied: "shipped in full, though the lid is not", "has
// shipped or will tomorrow". With a number the parcel exists, whatever else is said.
func (r *reader) unsure(p *piece) bool {
	if p.news.kind != parsers.Shipment || slices.ContainsFunc(p.tracking, func(t tracked) bool { return !t.found.Withdrawn }) {
		return false
	}
	hits := r.within(p.start, p.end)
	languages := uint16(0)
	for _, h := range hits {
		if h.start == p.news.start && h.meaning == shipped {
			languages |= h.languages
		}
	}
	return slices.ContainsFunc(hits, func(h hit) bool {
		return h.languages&languages != 0 && h.end <= p.end && (h.meaning == future || h.meaning == negation && !r.numbering(h) && !spentOnOther(h, hits))
	})
}

// spentOnOther tells a denial that turns something else than the shipment: "we cannot cancel it, it has shipped".
func spentOnOther(denial hit, hits []hit) bool {
	if slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == impossible && h.start <= denial.start && denial.end <= h.end }) &&
		slices.ContainsFunc(hits, func(h hit) bool {
			return h.meaning == wouldEnd && (h.start >= denial.end && h.start-denial.end < 40 || h.end <= denial.start && denial.start-h.end < 50)
		}) {
		return true
	}
	for _, h := range hits {
		if h.start < denial.end || h.start-denial.end > 40 {
			continue
		}
		switch h.meaning {
		case shipped, acknowledged, goes, gone:
			return false
		case cancelled, wouldEnd, outOfStock, backordered, rejected:
			return true
		}
	}
	return false
}

// neverBack tells words for what comes back that are the end of longer ones that deny it: "não voltará a estar disponível".
func neverBack(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == outOfStock && o.languages&h.languages != 0 && o.start < h.start && h.start < o.end
	})
}
