package prose

import (
	"slices"

	"waybill/parsers"
)

// statements writes a piece down; "1001 and 1003 …, 1Z… and 1Z… respectively" becomes one for each pair.
func (r *reader) statements(out []parsers.Statement, p *piece) []parsers.Statement {
	if p.empty() {
		return out
	}
	s := parsers.Statement{Scope: parsers.ScopeClause, Quoted: p.mark == parsers.MarkQuoted, Partial: p.partial}
	if p.news.kind != "" {
		s.Kind, s.KindAt, s.Score, s.Estimated = p.news.kind, r.value(p.news.start, p.news.end), p.news.score, p.news.estimated
		if p.news.doubtful || r.unsure(p) {
			s.Score = min(s.Score, unsureScore)
		}
		if s.Kind == parsers.Backorder || s.Kind == parsers.Acknowledgement || s.Kind == parsers.OutOfStock {
			s.Expected = r.expected(p.start, p.end, p.news.end)
			if len(p.roster) > 0 && s.Expected.Text == "" {
				s.Expected = r.expected(p.heading.start, p.heading.end, p.news.end)
			}
		}
	}
	for _, l := range p.products {
		s.Lines = append(s.Lines, r.line(l))
	}
	for _, f := range p.refs { // "item AB-1 is sold out": a product without a quantity
		if (f.sku && f.end-f.start >= shortestSKU || r.goodsCode(f, p)) && !slices.ContainsFunc(p.products, func(l product) bool { return l.start < f.end && f.start < l.end }) {
			s.Lines = append(s.Lines, parsers.Line{SKU: r.value(f.start, f.end)})
		}
	}
	goods := len(s.Lines) == 0 && settles(p.news.kind) && (r.several || p.news.kind == parsers.Shipment)
	if p.mark == "" && (goods || p.news.kind != "" || len(p.tracking) > 0) {
		s.Sentence = r.value(p.from(), min(p.end, p.from()+longestSentence)).Text
	}
	for _, f := range p.theirs {
		s.Refs = append(s.Refs, r.ref(f, p.mark))
	}
	if p.paired {
		if pairs := r.pairs(p, s); pairs != nil {
			return append(out, pairs...)
		}
		s.Unpaired = len(p.tracking) > 1
	}
	s.Unpaired = s.Unpaired || p.adrift
	r.countParcels(&s, p)
	s.Doubtful = p.news.doubtful || p.bought || p.mark == parsers.MarkSignature && len(p.tracking) > 0
	s.Consignee = p.party
	for _, f := range p.refs {
		s.Refs = append(s.Refs, r.ref(f, p.mark))
	}
	if p.party != nil {
		s.Refs = outside(s.Refs, r, p.partyStart, p.partyEnd)
	}
	for _, t := range p.tracking {
		s.Tracking = append(s.Tracking, t.found)
	}
	out = append(out, s)
	if also := p.news.besides; also != nil && p.mark == "" { // "partly shipped today, partly out of stock"
		s.Kind, s.KindAt, s.Score, s.Doubtful, s.Expected = also.kind, r.value(also.start, also.end), min(also.score, unsureScore), true, parsers.Value{}
		out = append(out, s)
	}
	return out
}

func (p *piece) empty() bool {
	return !p.says() && len(p.refs) == 0 && len(p.theirs) == 0 && p.parcels == 0 && p.unread == nil
}

// slots counts the statements to come; they are large, and not to be moved about.
func slots(pieces []piece) int {
	n := 1
	for i := range pieces {
		if !pieces[i].empty() {
			n += max(1, len(pieces[i].tracking))
		}
	}
	return n
}

func (r *reader) pairs(p *piece, s parsers.Statement) []parsers.Statement {
	var named []reference
	for _, f := range p.refs {
		if f.names() {
			named = append(named, f)
		}
	}
	if len(named) < 2 || len(named) != len(p.tracking) {
		return nil
	}
	var out []parsers.Statement
	for i, f := range named {
		one := s
		one.Refs = append(slices.Clone(s.Refs), r.ref(f, p.mark))
		one.Tracking = []parsers.Tracking{p.tracking[i].found}
		out = append(out, one)
	}
	return out
}
