package prose

import (
	"slices"

	"waybill/parsers"
)

// What the phrases find in a text is not always what it tells. So in the end the judgement of its words is asked once more.

// comesBack is the chance from which a silent clause speaks of goods that come later: what is out of stock may be that.
const comesBack = 0.4

// borne are the chances below which a kind that no clause bears out is for a person.
var borne = [kindsJudged]float64{0, 0.5, 0.3, 0.3, 0.3, 0.5, 0.5, 0.3, 0}

// heed makes unsure what a writer's own words do not bear out.
func (r *reader) heed(pieces []piece) {
	if r.text.Part == "subject" {
		return
	}
	few := len(pieces) <= mostAlone
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || p.news.kind == "" || p.news.own || p.news.doubtful {
			continue
		}
		beside := func(is func(o *piece) bool) bool { // another clause about the same
			return few && somePiece(pieces, func(o *piece) bool { return o.mark == "" && o.start != p.start && is(o) && r.speaksOf(p, o) })
		}
		gone := p.news.kind == parsers.OutOfStock && (p.chances.of(parsers.Backorder) >= perhaps || beside(func(o *piece) bool {
			return o.news.kind == "" && o.chances.of(parsers.Backorder) >= comesBack && !r.otherGoods(p, o)
		}))
		weak := len(p.tracking) == 0 && p.chances != (chances{}) && !p.news.inferred && !p.chances.bearsOut(p.news) && !beside(func(o *piece) bool {
			return o.news.kind == p.news.kind && (o.news.own || len(o.tracking) > 0 || o.chances == (chances{})) || (o.news.kind == p.news.kind || o.news.kind == "") && o.chances.bears(p.news.kind)
		})
		if gone || weak {
			p.news.doubtful, p.news.score = true, min(p.news.score, unsureScore)
		}
	}
}

// bears tells whether the words of a clause bear out that it tells a kind.
func (p *chances) bears(kind parsers.Kind) bool {
	return p.of(kind) >= borne[slices.Index(judgedKinds[:], kind)]
}

// bearsOut tells whether they bear out news that the phrases found in it. Some of that the phrases know better: what came back or is lost is asked about, an order that cannot be done for want of goods is
// short of them. And to take for known what says nothing does no harm.
func (p *chances) bearsOut(n news) bool {
	switch own := p.of(n.kind); {
	case n.troubled:
		return p.of(parsers.Shipment)+p.bad() < perhaps
	case n.kind == parsers.Question:
		return p.bears(n.kind) || own+p.of(corrects) >= perhaps
	case n.kind == parsers.Acknowledgement:
		return p.bears(n.kind) || p.of("") >= besideClear
	case n.kind == parsers.OutOfStock:
		return p.bears(n.kind) || own >= possibly && own+p.of(parsers.Rejection) >= perhaps
	}
	return p.bears(n.kind)
}
