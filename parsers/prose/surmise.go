package prose

import (
	"slices"

	"waybill/parsers"
)

// surmised makes the news of a parcel unsure whose number its writer only believes to be the one: "we think it went with 1Z…". What is said of when it arrives is left alone.
func (r *reader) surmised(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
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

// nearHedge is how far from "probably" an arrival stands that it is said of, in bytes.
const nearHedge = 30
