package prose

import (
	"math"
	"slices"

	"waybill/parsers"
)

// A clause has two witnesses: phrases, and the estimate of its words. How far each is to be believed is estimated too, by a second multinomial logistic regression over what both say
// (stacked generalization, Wolpert 1992), fitted to texts for which no phrase was ever made.

// Places in what is known of a clause, see testimony.
const (
	kindsJudged   = len(judgedKinds)
	kindsTold     = kindsJudged - 2 // by phrases: all but nothing and corrections
	atWords       = 1               // behind the constant: logarithms of the estimate's chances
	atTold        = atWords + kindsJudged
	toldWays      = 3 // said at all, clearly, doubtfully
	atSigns       = atTold + toldWays*kindsTold
	circumstances = 7
	atBefore      = atSigns + circumstances
	atBehind      = atBefore + kindsJudged
	atElsewhere   = atBehind + kindsJudged
	testimonials  = atElsewhere + kindsJudged
)

// testimony is all that is known of a clause: what the estimate says of its words, what phrases say, and how it stands.
type testimony [testimonials]float64

// leastChance bounds how surely the estimate says no.
const leastChance = 1e-4

// clearly and doubtfully said.
const clearScore = 0.75

func sign(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// observed is what phrases say of a clause, and how it stands.
func (r *reader) observed(p *piece) (x testimony) {
	x[0] = 1
	n := p.news
	if k := slices.Index(judgedKinds[:], n.kind); k > 0 {
		at := atTold + toldWays*(k-1)
		x[at] = 1
		x[at+1] = sign(n.score >= clearScore && !n.doubtful)
		x[at+2] = sign(n.doubtful)
	}
	for i, is := range [circumstances]bool{n.kind == "" && r.settled(p.clause), r.sayless(p.clause), p.question, n.supposed, n.mild, n.troubled, len(p.tracking) > 0} {
		x[atSigns+i] = sign(is)
	}
	return x
}

// hear adds what the estimate says of its words.
func (x *testimony) hear(said *chances) {
	for k, chance := range said {
		x[atWords+k] = math.Log(max(chance, leastChance))
	}
}

// weighting weighs testimonies.
type weighting [kindsJudged]testimony

func (w *weighting) chances(x *testimony) (p chances) {
	for i, v := range x {
		if v == 0 {
			continue // most of what may be known is not
		}
		for k := range p {
			p[k] += float64(w[k][i] * v)
		}
	}
	return p.normal()
}

// testify asks what a writer's own clauses say, and weighs what phrases say of them.
func (r *reader) testify(pieces []piece) {
	rejects := false
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || r.text.Part == "subject" || p.bought {
			continue // nobody asks
		}
		if len(p.tracking) == 0 && (p.news.kind != "" && labelled(r.view.text[p.start:p.end]) > 0 || r.sayless(p.clause)) {
			r.askTerse(p)
			continue
		}
		p.chances = r.ask(p)
		p.news = r.weigh(p)
		rejects = rejects || p.news.kind == parsers.Rejection && !p.news.doubtful
	}
	for i := range pieces {
		if p := &pieces[i]; rejects && p.mark == "" && p.news.kind == parsers.Question && !p.question && (p.chances.of(parsers.Rejection) >= perhaps || p.news.score <= unsureScore && p.chances.of(parsers.Question) < perhaps) {
			p.news = news{} // "we don't send to the islands": it says why
		}
	}
}

// askTerse asks only what is certain of a few words and of what begins like a line of a form: that nothing is asked in them, or that a sentence behind a colon refuses the order.
func (r *reader) askTerse(p *piece) {
	if p.news.kind == "" || p.news.own || p.question || p.news.troubled {
		return
	}
	said := r.ask(p)
	kind, chance := said.best()
	switch {
	case p.news.kind == parsers.Question && kind == "" && chance >= courtesy && r.wordsIn(p.clause) < fewWords:
		p.news = news{supposed: true} // "Please check."
	case p.news.kind != kind && changes(kind) && kind != parsers.Cancellation && chance >= certainly && !r.sayless(p.clause):
		p.news = said.weighed(p.news)
	}
}

// ask asks the estimate what a clause tells, and weighs it with what the phrases say.
func (r *reader) ask(p *piece) chances {
	r.look(&r.scratch.features, p.clause, p.news)
	said := learned().chances(&r.scratch.features)
	x := r.observed(p)
	x.hear(&said)
	return learned().second.chances(&x)
}

// surely are the chances from which a kind is said alone where the phrases are silent. Set by cross-validation on sentences for which no phrase was made and which were written to be hard: of what is said
// of those alone 3 to 6 in 100 are wrong, of everyday ones less than one. A shipment that is none costs most, rejections and cancellations are for a person anyway. What takes something back is never said.
var surely = [kindsJudged]float64{0, 0.90, 0.85, 0.87, 0.88, 0.80, 0.80, 0.80, 2}

// believed are the chances below which what the phrases say is for a person.
var believed = [kindsJudged]float64{0, 0.6, 0, 0.5, 0.5, 0.5, 0.5, 0, 0}

const (
	perhaps   = 0.50 // from here on news that changes something is said for a person
	likely    = 0.70 // the same of an order of which other clauses say nothing, in a text that tells something of others
	surelyBad = 0.85 // all kinds of bad news together
	possibly  = 0.10 // and this one among them
	inPlace   = 0.75 // from here on something else is said in its place, for a person
	clearly   = 0.75 // from which bad news takes the place of an acknowledgement or a question, for a person
	certainly = 0.97 // from which something else is said in its place, and what the phrases leave open is not
	never     = 2.0
	ownWords  = 0.90 // from which a parcel is gone by the words beside its number, whatever other clauses say
	courtesy  = 0.94 // from which a question of the phrases is none
	hardly    = 0.10 // below, an acknowledgement of the phrases is for a person
	mildScore = 0.5  // up to here an acknowledgement is one only because something is denied to have left
	asksScore = 0.7  // from here on a question stays one, whatever else the words may say
)

// said is what the estimate says where the phrases say nothing; from is the chance from which it says so for a person.
func (p *chances) said(from float64) (kind parsers.Kind, doubtful bool) {
	kind, chance := p.best()
	if chance >= surely[slices.Index(judgedKinds[:], kind)] {
		return kind, false
	}
	if chance < from || kind == parsers.Acknowledgement || kind == parsers.Question {
		return "", false
	}
	if kind == corrects {
		return parsers.Question, true
	}
	return kind, true
}

// weighed is what is left of news that the phrases tell.
func (p *chances) weighed(n news) news {
	kind, chance := p.best()
	own := p.of(n.kind)
	enough := believed[slices.Index(judgedKinds[:], n.kind)]
	other := func(from, sure float64) bool { // something else is said in its place, for a person until it is sure
		if kind == n.kind || !changes(kind) || chance < from {
			return false
		}
		if kind == parsers.Cancellation {
			sure = never // to be asked for one is not to have done it
		}
		n = news{kind: kind, start: n.start, end: n.end, score: clearScore, doubtful: chance < sure, estimated: true}
		return true
	}
	switch {
	case n.kind == parsers.Question && !n.troubled && p.of("") >= courtesy: // "you can follow the parcel on our site"
		return news{supposed: true}
	case n.kind == parsers.Question:
		_ = other(certainly, certainly) || n.score >= mildScore && n.score < asksScore && other(clearly, never)
	case n.kind == parsers.Acknowledgement && kind == parsers.Shipment && chance >= certainly: // "two are under way, the rest follows on Monday"
		return news{kind: kind, start: n.start, end: n.end, score: clearScore, estimated: true}
	case n.kind == parsers.Acknowledgement:
		if !other(clearly, besideClear) && // "it has not left yet, no stock, we get some on 9 September"
			kind != "" && own+p.of(corrects) < hardly { // "contrary to what I wrote it has not left"
			n.doubtful = true
		}
	case n.kind != parsers.Shipment && own >= certainly && !n.doubtful:
		n.score = max(n.score, clearScore)
	case own >= enough:
	case n.kind == parsers.Shipment && own >= perhaps && own+p.of(corrects) >= clearly: // "it cannot be stopped any more, it had been collected"
	case n.kind != parsers.Shipment && p.bad() >= surelyBad && own >= possibly: // which of the bad news it is the phrases know: "at present", "so we cannot"
	case n.kind == parsers.Backorder && own+p.of(parsers.OutOfStock) >= enough:
	case n.kind == parsers.OutOfStock && kind == parsers.Backorder && other(inPlace, surely[slices.Index(judgedKinds[:], kind)]):
	case other(inPlace, certainly):
	default:
		n.doubtful = true
	}
	if n.doubtful {
		n.score = min(n.score, unsureScore)
	}
	return n
}

// bad is the chance of any bad news. Which it is matters less.
func (p *chances) bad() float64 {
	return p.of(parsers.Backorder) + p.of(parsers.OutOfStock) + p.of(parsers.Rejection) + p.of(parsers.Cancellation)
}

// weigh asks what is to be believed of what the phrases say of a clause. A parcel beside an acknowledgement looks like one that has left; the phrases know better that only its label is made.
func (r *reader) weigh(p *piece) news {
	n := p.news
	if n.kind == "" || n.own || p.question || p.bought || n.kind == parsers.Acknowledgement && r.hasTracking(p.clause) || r.sayless(p.clause) {
		return n
	}
	if r.correctsOrder(p.clause) && !n.doubtful {
		n.inferred = true
		return n
	}
	if n.kind == parsers.Shipment && slices.ContainsFunc(r.within(p.start, p.end), func(h hit) bool {
		return h.meaning == earlierNumber || h.meaning == rightNumber || h.meaning == notThis && len(p.tracking) > 0 || h.meaning == wouldEnd
	}) {
		return n // of a parcel's number: the phrases know which is meant
	}
	if kind, chance := p.chances.best(); kind == parsers.Question && chance >= clearly && n.kind == parsers.Acknowledgement && n.score <= mildScore && r.ofDetail(p.clause) {
		return news{kind: kind, start: n.start, end: n.end, score: clearScore, estimated: true} // "has left no phone number": nothing that left is denied
	}
	if kind, _ := p.chances.best(); kind == parsers.Backorder && p.partial && n.kind == parsers.Acknowledgement {
		return n // "the rest follows" says no more than that
	}
	if changes(n.kind) && !n.doubtful && p.chances.of(n.kind) >= possibly && p.chances.of(n.kind)+p.chances.of(corrects) >= clearly && r.deniesLeaving(p.start, n.start) {
		n.inferred = true // "contrary to our mail it has not left, it is no longer made": what is taken back is that it had left
		return n
	}
	if p.invoice && r.duePayment(p) && (n.kind == parsers.Backorder || n.kind == parsers.OutOfStock) {
		return news{} // "the invoice for PO 1001 is attached, due in 30 days"
	}
	is := p.chances.weighed(n)
	if is.kind != n.kind && is.kind != "" && len(p.tracking) > 0 {
		is.doubtful, is.score = true, min(is.score, unsureScore) // there is a parcel
	}
	return is
}

// duePayment tells a clause of an invoice in which nothing is said of goods: what is due or open is the money.
func (r *reader) duePayment(p *piece) bool {
	return len(p.products) == 0 && len(p.tracking) == 0 && !slices.ContainsFunc(r.within(p.start, p.end), func(h hit) bool {
		switch h.meaning {
		case inStock, lacking, exhausted, goods, making, late, parcel, obtaining, again, remainder, notYet, unit:
			return true
		}
		return false
	})
}

// deniesLeaving tells words that deny a shipment.
func (r *reader) deniesLeaving(from, to int) bool {
	hits := r.within(from, to)
	return slices.ContainsFunc(hits, func(h hit) bool {
		return (h.meaning == shipped || h.meaning == gone || h.meaning == goes) && r.deniedAround(h, hits, 28)
	})
}

// ofDetail tells a clause that speaks of what an order must say.
func (r *reader) ofDetail(c clause) bool {
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { return h.meaning == phoneLabel || h.meaning == detail })
}
