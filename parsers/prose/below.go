package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
)

// gainsaid makes unsure what a mail that was sent on says of goods that left, where whoever sends it on writes above it that they did not, or that it is not to
// be minded: "Please ignore what Joe wrote below, it has NOT left."
func (r *reader) gainsaid(pieces []piece) {
	head := sort.Search(len(pieces), func(i int) bool { return r.sentOnAbove(pieces[i].start) })
	if head == 0 || head == len(pieces) {
		return
	}
	if !somePiece(pieces[:head], func(p *piece) bool { return p.mark == "" && r.gainsays(p) }) {
		return
	}
	for i := head; i < len(pieces); i++ {
		if p := &pieces[i]; p.mark == "" && (p.news.kind.Consequence() >= parsers.Shipment.Consequence() || p.news.kind == "" && len(p.tracking) > 0) {
			p.news.doubtful, p.news.score = true, min(p.news.score, unsureScore)
		}
	}
}

// sentOnAbove tells whether the head of an earlier mail stands anywhere above a place.
func (r *reader) sentOnAbove(at int) bool {
	for i := range r.marks {
		if r.marks[i].Kind == parsers.MarkHeader {
			return r.marks[i].Start < at
		}
	}
	return false
}

// dismissals are folded pieces of words that let the reader mind nothing of what stands below.
var dismissals = []string{"forget that", "forget it", "forget what", "ignore that", "ignore this", "ignore the mail", "disregard", "vergiss das", "vergessen sie das", "ignorieren", "oubliez", "pas tenir compte", "tenez pas compte", "hagais caso", "hagan caso", "haga caso", "olvidad", "olviden",
	"tenete conto", "lasciate perdere", "ignorate", "vergeet dat", "negeer", "tenha em conta", "tenham em conta", "esquecam", "ignorem", "zignorowac", "zwracac uwagi", "忽略", "無視"}

// gainsays tells words that take back what somebody else wrote, or deny that anything left. Whoever names a parcel beside them tells what holds instead.
func (r *reader) gainsays(p *piece) bool {
	if len(p.tracking) > 0 || p.question {
		return false
	}
	if said := r.plain(p.start, p.end); slices.ContainsFunc(dismissals, func(w string) bool { return strings.Contains(said, w) }) {
		return true
	}
	hits := r.within(p.start, p.end)
	for _, h := range hits {
		switch h.meaning {
		case earlierNumber, takenBack:
			return true
		case shipped, goes, gone:
			if m, _ := r.turn(h, hits, p.clause); m != h.meaning || r.deniedAround(h, hits, 16) {
				return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == negation || o.meaning == notYet })
			}
		}
	}
	return false
}
