package prose

import (
	"slices"

	"waybill/parsers"
)

// A number shows that a label exists, not that its parcel moves: "The label is printed (1Z…), the driver comes on Monday." Such a sentence acknowledges the
// order and lists the number.

// keep makes an acknowledgement of a sentence with a number whose parcel has a label, is still there, or is fetched later. It tells whether it did.
func (r *reader) keep(said map[meaning]news, hits []hit, c clause) bool {
	if c.question {
		return false
	}
	h, ok := r.stays(hits, c)
	if !ok || !r.hasTracking(c) {
		return ok
	}
	if sent, known := said[shipped]; known {
		plain := slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == shipped && o.start == sent.start && o.end == sent.end })
		if plain && !sent.doubtful {
			if h.meaning == staying && !r.broken(sent, news{start: h.start, end: h.end}, c) {
				sent.doubtful, sent.score = true, min(sent.score, unsureScore)
				said[shipped] = sent
			}
			return false // "label printed and handed over"
		}
		delete(said, shipped)
	}
	if !r.goodsNamed(hits) {
		delete(said, backordered) // the driver is late, not the goods
	}
	said[acknowledged] = news{kind: parsers.Acknowledgement, start: h.start, end: h.end, score: 0.85}
	return true
}

// stays finds the words that say so.
func (r *reader) stays(hits []hit, c clause) (hit, bool) {
	for _, h := range hits {
		if h.meaning == staying && !r.conditional(h, hits) {
			return h, true
		}
	}
	for _, p := range [...]struct {
		a, b  meaning
		later bool // only with a time to come
	}{{labels, printed, false}, {awaiting, fetching, false}, {awaiting, courier, false}, {courier, fetching, true}, {courier, pending, true}} {
		h, ok := r.pair(hits, p.a, p.b, nearReach)
		if ok && r.unbroken(h.start, h.end) && !r.turned(h, hits) && !r.deniedWithin(h, hits) && (!p.later || r.laterAround(h, c)) {
			return h, true
		}
	}
	return hit{}, false
}
