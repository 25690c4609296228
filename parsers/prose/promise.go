package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// "Sent the two buckets today, 1Z…. The lantern will follow in week 50." Of what the first sentence has not sent, the second says when it comes.

// surelyLater is the chance from which the estimate alone says that goods are promised for later.
const surelyLater = 0.8

// mostRest is how many bytes a sentence has that says no more than that the rest follows: a longer one says why.
const mostRest = 64

// promises makes a backorder of a sentence behind a shipment that promises other goods for a time.
func (r *reader) promises(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, q := &pieces[i-1], &pieces[i]
		if p.mark != "" || q.mark != "" || p.news.kind != parsers.Shipment || p.news.score < 0.7 || p.news.doubtful || len(p.tracking) == 0 || p.block != q.block {
			continue
		}
		if q.news.kind != "" && (q.news.kind != parsers.Acknowledgement || q.news.kept) || q.question || r.dated(q.clause) || len(q.tracking) > 0 || len(q.products) > 0 || !r.speaksOf(p, q) || !r.promisesGoods(q) {
			continue
		}
		q.news = news{kind: parsers.Backorder, start: q.start, end: q.end, score: 0.75, inferred: true}
		if len(q.refs) == 0 {
			q.refs = orders(p.refs)
		}
	}
}

// dated tells a line of a form whose label says of what it is the date: "Ship date: 18/11/2025".
func (r *reader) dated(c clause) bool {
	colon := labelled(r.view.text[c.start:c.end])
	return colon > 0 && slices.ContainsFunc(r.within(c.start, c.start+colon), func(h hit) bool {
		return h.meaning == goes || h.meaning == shipped || h.meaning == acknowledged || h.meaning == delivering || h.meaning == eta
	})
}

// promisesGoods tells a sentence that names something of its own and says when it comes: in some week or month, or on a date. What comes tomorrow or on a weekday
// is no longer under way than other orders.
func (r *reader) promisesGoods(q *piece) bool {
	hits := r.within(q.start, q.end)
	first, _, _ := strings.Cut(r.plain(q.start, min(q.end, q.start+16)), " ")
	restOf := func(h hit) bool { // "the rest follows next week" names nothing, and says no more than that
		head := q.end - q.start // what is said behind a comma may be of the number that follows
		if cut := strings.IndexAny(r.view.text[q.start:q.end], ",;("); cut >= 0 {
			head = cut
		}
		if h.meaning != remainder || h.start-q.start >= 8 || head >= mostRest {
			return false
		}
		behind := strings.TrimLeft(strings.TrimPrefix(r.view.text[h.end:max(h.end, q.end)], "の"), " ")
		return strings.Contains(r.view.text[h.start:h.end], " ") || behind != "" && behind[0] >= '0' && behind[0] <= '9' // no thing stands behind it, as in "the remaining lantern"
	}
	if standIns[strings.Trim(first, ",.")] || slices.ContainsFunc(hits, restOf) || r.todayIn(q.start, q.end) || !r.ownSubject(q.clause) || slices.ContainsFunc(hits, func(h hit) bool { return r.elsewise(h, q.clause) }) {
		return false
	}
	kind, chance := q.chances.best()
	later := kind == parsers.Backorder && chance >= surelyLater
	comes := r.endsBehind(q.clause)
	for _, h := range hits {
		comes = comes || h.meaning == remainder || h.meaning == goes || h.meaning == acknowledged || h.meaning == pending && !r.arrives(h)
	}
	return (comes || later) && r.weeksAway(hits, q.clause)
}

// standIns are folded pronouns for what the sentence before has sent.
var standIns = wordSet("it it's they these those this that er sie es il elle ils elles esto eso lei hij zij ze dit dat ela ele elas eles on ona ono one oni")

// elsewise tells a word by which a sentence speaks of something else than goods that are still to be sent.
func (r *reader) elsewise(h hit, c clause) bool {
	switch h.meaning {
	case courier, delivering, fetching, customs, eta, trackingLabel, orderLabel, shut, asked, troubled, personLabel, outsider, parcel, negation, claimed, habitual, unless:
		return true
	case condition: // "once the glass arrives" may stand behind
		return h.start-c.start < 12
	}
	return foreign(h.meaning)
}

// endsBehind tells a sentence that ends with the second half of the verbs for sending later: "die Laterne reichen wir in KW 50 nach".
func (r *reader) endsBehind(c clause) bool {
	last := lastWord(strings.TrimRight(r.plain(c.start, c.end), " .!"))
	return last == "nach" || last == "na" || last == "hinterher" || last == "achteraan"
}

// arrives tells a word for getting there: of goods or of a parcel, nobody knows.
func (r *reader) arrives(h hit) bool {
	word := r.plain(h.start, h.end)
	return slices.ContainsFunc(arrivals, func(w string) bool { return strings.Contains(word, w) })
}

// easternDay tells a date as Chinese and Japanese write it.
func (r *reader) easternDay(c clause) bool {
	at, _ := r.eastern(c.start, c.end)
	return at >= 0
}

// nextWeek is how folded words call this week and the next.
var nextWeek = []string{"this week", "end of the week", "diese woche", "dieser woche", "cette semaine", "fin de semaine", "esta semana", "questa settimana", "in settimana", "deze week", "desta semana", "nesta semana", "tym tygodniu", "tego tygodnia", "本周", "这周", "這週", "本週", "今週", "next week", "nachste woche", "nachster woche", "nachsten woche", "naechste", "kommende woche", "semaine prochaine", "proxima semana", "semana que viene", "semana proxima", "semana que vem",
	"prossima settimana", "settimana prossima", "volgende week", "komende week", "przyszlym tygodniu", "przyszly tydzien", "下周", "下週", "来週"}

// weeksAway tells a clause with a time that is neither a day of this week nor the next week.
func (r *reader) weeksAway(hits []hit, c clause) bool {
	text := r.plain(c.start, c.end)
	return !slices.ContainsFunc(nextWeek, func(w string) bool { return strings.Contains(text, w) }) && (slices.ContainsFunc(hits, func(h hit) bool {
		switch h.meaning {
		case month:
			return r.besideNumber(h) || h.end-h.start > 3
		case when:
			return !tomorrowLike(r.plain(h.start, h.end))
		case vague:
			return calendarWeek(r.view.text[h.start:h.end]) && r.besideNumber(h)
		}
		return false
	}) || r.easternDay(c) || slices.ContainsFunc(r.tokensIn(c.start, c.end), func(t token) bool { return isDate(r.view.text[t.start:t.end]) }))
}

// entryOf tells an entry that begins with its order, and names what is awaited in a word or two: "10511 rakes arrive on 3 December".
func (r *reader) entryOf(h hit, hits []hit, c clause) bool {
	refs := r.refsIn(c.start, h.start)
	if len(refs) != 1 || !refs[0].names() || refs[0].start > c.start+8 || r.unnamed(clause{start: refs[0].end, end: h.start}, 2) > 2 {
		return false
	}
	return !slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == courier || o.meaning == parcel || o.meaning == delivering || o.meaning == fetching || o.meaning == trackingLabel || o.meaning == shipped || o.meaning == eta
	})
}
