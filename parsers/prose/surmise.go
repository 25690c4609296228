package prose

import (
	"slices"

	"waybill/parsers"
)

// surmised makes the news of a parcel unsure whose number its writer only believes to be the one: "we think it went with 1Z…". What is said of when it arrives is left alone.
func (r *reader) surmised(pieces []piece) {
	guessed := false
	for i := range pieces {
		p := &pieces[i]
		if p.mark == "" && r.ownRef(p) != nil {
			guessed = r.guesses(p)
		}
		if guessed && p.mark == "" && len(p.tracking) > 0 && p.news.kind == parsers.Shipment && !p.news.doubtful {
			p.news.doubtful, p.news.score = true, min(p.news.score, unsureScore)
		}
		if p.mark != "" || len(p.tracking) == 0 || p.news.kind != parsers.Shipment || p.news.doubtful {
			continue
		}
		first := p.tracking[0].start
		hits := r.within(p.start, p.end)
		if slices.ContainsFunc(hits, func(h hit) bool {
			return h.meaning == maybe && h.end <= first &&
				!slices.ContainsFunc(hits, func(o hit) bool {
					return o.meaning == delivering && o.start-h.end < nearHedge && h.start-o.end < nearHedge
				})
		}) {
			p.news.doubtful, p.news.score = true, min(p.news.score, unsureScore)
		}
	}
}

// ownRef is the first number of an order that stands in a piece itself.
func (r *reader) ownRef(p *piece) *reference {
	for i := range p.refs {
		if f := &p.refs[i]; f.start >= p.start && f.end <= p.end && r.listable(*f) {
			return f
		}
	}
	return nil
}

// guesses tells a piece whose writer only believes to know the order: "I think this was 7110, but the label got wet". Whatever parcel follows may be another's.
func (r *reader) guesses(p *piece) bool {
	f := r.ownRef(p)
	return slices.ContainsFunc(r.within(p.start, f.start), func(h hit) bool { return h.meaning == maybe && h.end <= f.start && f.start-h.end < nearHedge })
}

// nearHedge is how far from "probably" an arrival or an order stands that it is said of, in bytes.
const nearHedge = 30
