package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Sentences that bring two kinds of news of one order: "The buckets shipped today, the lantern is out of stock."

// changes tells the kinds that end an order, or keep it waiting, beside which a shipment is of other goods.
func changes(kind parsers.Kind) bool {
	return kind == parsers.Cancellation || kind == parsers.Rejection || kind == parsers.OutOfStock || kind == parsers.Backorder
}

// twofold tells whether words both for what was sent and for what cannot be stand in a clause.
func (r *reader) twofold(c clause) bool {
	sent, kept := false, false
	for _, h := range r.within(c.start, c.end) {
		switch h.meaning {
		case staying:
			return false // the van has left, the parcel has not
		case shipped, gone, goes, went, fetching:
			sent = true
		case outOfStock, backordered, rejected, cancelled, exhausted, remainder, pending, eta, lacking, inStock, when:
			kept = true
		}
	}
	return sent && kept && !c.question
}

// mostCuts is at how many places a sentence may be cut: what has more is none, and each takes a look at all of it.
const mostCuts = 12

// contrasts cuts a clause where one side says what was sent and the other what was not, each of something of its own.
func (r *reader) contrasts(out []clause, c clause) []clause {
	start := c.start
	cuts := r.cuts(c)
	if len(cuts) > mostCuts {
		return append(out, c)
	}
	for _, cut := range cuts {
		if cut.start < start || cut.start <= c.start || cut.end >= c.end {
			continue
		}
		r.work += c.end - c.start
		left, right := c, c
		left.start, left.end, right.start = start, cut.start, cut.end
		if !r.apart(left, right) {
			continue
		}
		out = append(out, left)
		start = cut.end
	}
	c.start = start
	return append(out, c)
}

// apart tells whether two sides of a sentence bring news of a shipment and of what was not sent.
func (r *reader) apart(left, right clause) bool {
	if !r.ownSubject(left) || !r.ownSubject(right) {
		return false
	}
	a, b := r.judge(left), r.judge(right)
	if a.kind == "" && !a.supposed && r.hasTracking(left) { // "candles 1Z…, soaps sold out"
		a.kind = parsers.Shipment
	}
	if b.kind == "" && !b.supposed && r.hasTracking(right) {
		b.kind = parsers.Shipment
	}
	switch {
	case a.kind == parsers.Shipment && changes(b.kind):
	case changes(a.kind) && b.kind == parsers.Shipment:
		a, right = b, left
	case a.kind == parsers.Shipment && b.kind != parsers.Shipment && !b.supposed && r.follows(right):
	default:
		return false
	}
	return !a.doubtful && !r.hasTracking(right) && !r.ofPast(right)
}

// follows tells a side that says of goods that they will be sent: "the soap follows on Tuesday".
func (r *reader) follows(c clause) bool {
	hits := r.within(c.start, c.end)
	return slices.ContainsFunc(hits, func(h hit) bool {
		switch h.meaning {
		case remainder, pending:
			return !r.deniedAround(h, hits, 18)
		case acknowledged, goes:
			return r.laterAround(h, c) && !r.deniedAround(h, hits, 18)
		}
		return false
	})
}

// broken tells whether a sign or word that begins something new stands between two pieces of news.
func (r *reader) broken(a, b news, c clause) bool {
	from, to := min(a.end, b.end), max(a.start, b.start)
	return slices.ContainsFunc(r.cuts(c), func(cut hit) bool { return cut.start >= from && cut.end <= to })
}

// deniedFrom tells whether a denial stands in a span: "n'a pas pu partir".
func (r *reader) deniedFrom(from, to int) bool {
	return slices.ContainsFunc(r.within(from, to), func(h hit) bool { return (h.meaning == negation || h.meaning == notYet) && !r.numbering(h) })
}

// pastBeing are folded verbs of what once was.
var pastBeing = wordSet("was were war waren wurde wurden etait etaient estaba estaban era eran erano estava estavam eram byl byla bylo byly had hatte hatten avait had")

// ofPast tells what no longer is so: "the lantern was out of stock".
func (r *reader) ofPast(c clause) bool {
	return slices.ContainsFunc(strings.Fields(r.plain(c.start, c.end)), func(w string) bool { return pastBeing[w] })
}

// bareWords are folded words that say of nothing what became of it.
var bareWords = wordSet("the this that it its they them she was were has have had been are is now not only just also but and still already therefore because since today yesterday sorry please your you our all both " +
	"der die das den dem ein eine einen es sie ist sind war waren wurde wurden wird werden hat haben jetzt nun aber und auch noch schon bereits leider nur alles wir ihre ihr ihren deshalb daher heute " +
	"les une des est sont ete ont elle elles ils nous vous mais aussi donc maintenant deja enfin encore malheureusement tout votre vos ayant " +
	"los las una uno esta estan han sido fue fueron pero tambien ahora todavia lamentablemente todo hemos por eso " +
	"gli che era erano stato stata stati state sono hanno abbiamo anche adesso ora gia purtroppo tutto quindi " +
	"het een zijn werd werden wordt worden heeft hebben maar ook nog helaas nu alles wij deze " +
	"uma foi foram esta estao mas tambem agora ainda infelizmente tudo por isso nos " +
	"jest byl byla bylo byly zostal zostala zostalo zostaly ale juz teraz niestety jeszcze wszystko jednak")

// ownSubject tells whether a side names something that is neither news nor time.
func (r *reader) ownSubject(c clause) bool {
	rest := slices.Clone(r.folded[c.start:c.end])
	for _, h := range r.within(c.start, c.end) {
		if h.meaning == unit || h.meaning == skuLabel || h.meaning == goods {
			continue
		}
		for i := h.start; i < min(h.end, c.end); i++ {
			rest[i-c.start] = ' '
		}
	}
	for _, t := range r.trackingIn(c.start, c.end) {
		for i := t.start; i < min(t.end, c.end); i++ {
			rest[i-c.start] = ' '
		}
	}
	return slices.ContainsFunc(strings.FieldsFunc(string(squeeze(rest)), func(c rune) bool { return strings.ContainsRune(" ,.:;-()!'’，。、\n\t", c) }), func(w string) bool {
		if w[0] >= 0x80 {
			return len(w) >= 6
		}
		return len(w) >= 3 && !bareWords[w] && !digit(w[0]) || len(w) >= 4 && digit(w[len(w)-1]) && letter(w[0])
	})
}

// longestSentence is how much of a clause is told, in bytes of the view.
const longestSentence = 400

// settles tells the kinds of news of which each is about other goods.
func settles(kind parsers.Kind) bool { return kind.Consequence() >= parsers.Shipment.Consequence() }

// tellsSeveral tells whether the writer's own text brings news of several kinds that settle goods.
func tellsSeveral(pieces []piece) bool {
	var first parsers.Kind
	for i := range pieces {
		switch kind := pieces[i].news.kind; {
		case pieces[i].mark != "" || !settles(kind) || kind == first:
		case first == "":
			first = kind
		default:
			return true
		}
	}
	return false
}

// pronounWords are folded words for what the sentence before has named.
var pronounWords = wordSet("it it's its they they're these those this that er sie es diese dieser dieses die der das il elle ils elles celui-ci celle-ci ce c'est esta este estan estos estas ese esa lo la los las questo questa questi queste lo li hij ze het deze die dit ela ele elas eles esta este on ona ono one oni ten ta te")

// pronouns tells which goods a sentence is about that calls them "it": those of the sentence before, where that brings no news. "The dish did not survive the
// firing. It is on back order."
func (r *reader) pronouns(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, last := &pieces[i], &pieces[i-1]
		if r.bareParcel(p) && r.silent(last) && p.block == last.block { // "Mrs Pell's lamp is at the post office. Tracking: 1Z…"
			p.lead = last.start
			continue
		}
		if p.mark != "" || last.mark != "" || !settles(p.news.kind) || last.news.kind != "" || last.news.supposed || len(last.tracking) > 0 || p.block != last.block || last.question {
			continue
		}
		head := r.plain(p.start, min(p.end, p.start+16))
		if word, _, _ := strings.Cut(head, " "); pronounWords[strings.Trim(word, ",.")] {
			p.lead = last.start
		}
	}
}

// bareParcel tells a clause that is nothing but a parcel's number, with what it is called and who carries it.
func (r *reader) bareParcel(p *piece) bool {
	return p.mark == "" && p.news.kind == parsers.Shipment && len(p.tracking) == 1 && len(p.refs)+len(p.products) == 0 && !p.tracking[0].found.Withdrawn && r.wordsIn(p.clause) <= 3
}

// silent tells a sentence of which nothing was heard, and that denies and asks nothing.
func (r *reader) silent(p *piece) bool {
	return p.mark == "" && p.news == (news{}) && len(p.tracking) == 0 && !p.question && !r.hasDenial(p.clause) && !p.corrected && !p.returning
}

// from is where the sentence of a piece begins.
func (p *piece) from() int {
	if p.lead > 0 {
		return p.lead
	}
	return p.start
}
