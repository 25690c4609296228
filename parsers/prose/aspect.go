package prose

import (
	"slices"
	"strings"
)

// eastern are the bits of Chinese and Japanese, which put what turns a word behind it as well.
const (
	chineseBit    = 1 << 8
	japaneseBit   = 1 << 9
	easternBits   = chineseBit | japaneseBit
	polishBit     = 1 << 7
	frenchBit     = 1 << 2
	spanishBit    = 1 << 3
	portugueseBit = 1 << 6
)

// pairReach is how far two words that mean something together may stand apart, in bytes.
const pairReach = 60

// pairs are words that say together what neither says alone: "we gave order 1001 to the courier", "the delivery of 1001 has failed".
var pairs = []struct {
	a, b, says meaning
	score      float64
	reach      int // bytes between them
}{
	{handing, courier, shipped, 0.85, pairReach},
	{delivering, failing, troubled, 0.85, pairReach},
	{customs, holding, troubled, 0.85, pairReach},
	{making, stopping, outOfStock, 0.8, pairReach},
	{awaiting, goods, backordered, 0.75, pairReach},
	{pending, goods, backordered, 0.75, 12},
	{removing, requested, cancelled, 0.8, pairReach},
	{fetching, courier, acknowledged, 0.6, pairReach},
	{went, gone, shipped, 0.85, pairReach},
	{went, courier, shipped, 0.85, pairReach},
	{goes, happened, shipped, 0.85, pairReach},
	{delivering, happened, shipped, 0.85, pairReach},
	{fetching, happened, shipped, 0.85, nearReach},
	{entered, orderLabel, acknowledged, 0.6, nearReach},
	{detail, faulty, asked, 0.7, nearReach},
	{labels, printed, acknowledged, 0.8, nearReach},
	{struck, orderLabel, cancelled, 0.75, 16},
	{removing, ranged, outOfStock, 0.8, pairReach},
	{moving, back, troubled, 0.8, nearReach},
}

// together reads the words of a clause that say something only with others.
func (r *reader) together(hits []hit, c clause, say func(h hit, m meaning, score float64)) {
	for _, p := range pairs {
		if h, ok := r.pair(hits, p.a, p.b, p.reach); ok && (p.reach > nearReach || r.unbroken(h.start, h.end)) {
			if p.says == backordered && slices.ContainsFunc(hits, func(o hit) bool {
				return (o.meaning == outOfStock || o.meaning == exhausted || o.meaning == acknowledged) && o.start < h.end && h.end <= o.end ||
					(o.meaning == shipped || o.meaning == acknowledged) && o.languages&h.languages&easternBits != 0 && o.start < h.end && h.start < o.end
			}) {
				continue // a phrase around it says that none will come, or what is awaited
			}
			if p.a == pending && r.sendsDocument(hits) {
				continue // "Invoice sent, goods to follow"
			}
			if p.a == struck && (r.hasTracking(c) || r.toCome(h, hits) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == courier || o.meaning == fetching || o.meaning == affirmed })) {
				continue // the courier has taken it off our hands, or it is packed
			}
			if p.a == labels && r.mends(c) {
				continue // "wrong label on the box"
			}
			if p.a == detail && r.saysNothing(c) || p.a == moving && slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == again || o.meaning == inStock || o.meaning == backordered }) {
				continue // "nothing is missing", "it came back in stock"
			}
			if p.says == shipped && slices.ContainsFunc(hits, func(o hit) bool {
				return o.meaning == acknowledged && o.start > h.start && o.start < h.end && h.end <= o.end
			}) {
				continue // "the courier has not collected it yet"
			}
			h.meaning = p.says
			m, _ := p.says, p.score
			if p.says == shipped {
				if m, _ = r.turn(h, hits, c); m == shipped && (r.deniedWithin(h, hits) || futureWithin(h, hits)) {
					m = acknowledged
				}
			}
			switch {
			case p.says != shipped && p.says != troubled && (r.turned(h, hits) || r.deniedWithin(h, hits)):
			case m == p.says:
				say(h, m, p.score)
			case m != none && m != condition:
				say(h, m, 0.5)
			}
		}
	}
	for _, h := range hits {
		if (h.meaning == goes || h.meaning == gone) && slices.ContainsFunc(hits, func(o hit) bool {
			return (o.meaning >= shipped && o.meaning <= asked || o.meaning == another && o.end-o.start > h.end-h.start) && o.start <= h.start && h.end <= o.end
		}) {
			continue // a phrase around it says it already: "will be sent", or a word that it is a piece of: 发票
		}
		switch h.meaning {
		case goes:
			r.leaving(h, hits, c, say)
		case gone:
			r.departed(h, hits, c, say)
		case making:
			switch {
			case !r.deniedAround(h, hits, 18) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == rejected && o.start < h.end && h.start < o.end }) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == notYet && o.languages&h.languages != 0 }):
			case r.noLonger(h, c) || h.languages&(1|1<<1|1<<5|polishBit) == 0:
				say(h, outOfStock, 0.8)
			case r.calledOrder(c):
				say(h, rejected, 0.75)
			default:
				say(h, outOfStock, unsureScore) // or not made for this buyer
			}
		case destination:
			if r.unserved(h, hits, c) {
				say(h, asked, 0.6)
			}
		case awaiting:
			if r.awaitsLong(h, hits, c) {
				say(h, backordered, 0.75)
			}
		case refusing:
			if r.concernsOrder(c) && (r.ofGoods(c) || r.hasTracking(c)) && !r.turned(h, hits) {
				say(h, troubled, 0.8) // by the one who should get it
			}
			if r.concernsOrder(c) && !r.ofGoods(c) && !r.turned(h, hits) && !r.byAnother(h, rejected, hits, c) && !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == delivering || o.meaning == troubled }) {
				say(h, rejected, 0.8)
			}
		case accepting:
			if r.concernsOrder(c) && r.deniedAround(h, hits, 32) && !r.conditional(h, hits) {
				say(h, rejected, 0.8)
			}
		case lacking:
			if r.lacksProduct(h, c) && !r.turned(h, hits) && !leadsInto(h, outOfStock, hits) {
				say(h, outOfStock, 0.75)
			}
		case inStock:
			if r.availableLater(h, c) && !r.turned(h, hits) {
				say(h, backordered, 0.75)
			}
		}
	}
}

// pair finds two words of one language that stand near each other, in either order.
func (r *reader) pair(hits []hit, a, b meaning, reach int) (hit, bool) {
	for i, x := range hits {
		if x.meaning != a {
			continue
		}
		for _, y := range hits[max(0, i-24):min(len(hits), i+24)] {
			r.work++
			if y.meaning != b || x.languages&y.languages == 0 || y.start < x.end && x.start < y.end {
				continue
			}
			start, end := min(x.start, y.start), max(x.end, y.end)
			if end-start <= reach+(x.end-x.start)+(y.end-y.start) {
				return hit{start: start, end: end, languages: x.languages & y.languages}, true
			}
		}
	}
	return hit{}, false
}

// deniedWithin tells whether a denial stands between the words of a pair.
func (r *reader) deniedWithin(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == negation && o.languages&h.languages != 0 && o.start > h.start && o.end < h.end && !r.numbering(o)
	})
}

// futureWithin tells whether the words of a pair say that it will be: "expédition sera effectuée".
func futureWithin(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == future && o.languages&h.languages != 0 && o.start > h.start && o.end < h.end
	})
}

// turned tells whether a denial or a condition stands right before a word.
func (r *reader) turned(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return (o.meaning == negation || o.meaning == condition) && o.languages&h.languages != 0 && o.start < h.start && h.start-o.end < 28 && !r.numbering(o) &&
			(o.end > h.start || !strings.ContainsAny(r.view.text[o.end:h.start], ",;:"))
	})
}

// deniedAround tells whether a denial stands before a word, or right behind it where the language puts it there ("nehmen wir nicht an").
func (r *reader) deniedAround(h hit, hits []hit, reach int) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.meaning != negation || o.languages&h.languages == 0 || r.numbering(o) {
			return false
		}
		return o.end <= h.start && h.start-o.end < reach && !strings.ContainsAny(r.view.text[o.end:h.start], ",;:") ||
			o.start >= h.end && o.start-h.end < 24 && !strings.ContainsAny(r.view.text[h.end:o.start], ",;:") ||
			o.start <= h.start && h.start < o.end
	})
}

// conditional tells whether a condition stands before a word.
func (r *reader) conditional(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == condition && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < 45
	})
}

// leaving reads verbs that do not say whether it is done: "geht raus", "sale", "发货". Their time does.
func (r *reader) leaving(h hit, hits []hit, c clause, say func(hit, meaning, float64)) {
	eastern := h.languages&easternBits != 0
	if !eastern && !r.concernsOrder(c) {
		return
	}
	asShipped := h
	asShipped.meaning = shipped
	switch m, score := r.turn(asShipped, hits, c); {
	case m == condition || m == none || afterwards(h, hits) || sentAgain(h, hits):
		return
	case m == acknowledged:
		say(h, acknowledged, score)
		return
	}
	if h.languages&chineseBit != 0 {
		if strings.HasPrefix(r.view.text[h.end:], "后") || strings.HasPrefix(r.view.text[h.end:], "後") || strings.HasPrefix(r.view.text[h.end:], "时") || strings.HasPrefix(r.view.text[h.end:], "時") {
			return
		}
		if r.doneAround(h, hits) {
			say(h, shipped, supposedly(h, hits))
			return
		}
	}
	if r.hasTracking(c) {
		say(h, shipped, 0.8)
		return
	}
	if r.laterAround(h, c) {
		say(h, acknowledged, 0.75)
	}
}

// sentAgain tells a parcel that is sent a second time.
func sentAgain(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == anew && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < 12
	})
}

// doneAround tells the signs of what is done in Chinese: 已 before the verb, 了 behind it.
func (r *reader) doneAround(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == done && o.languages&chineseBit != 0 && (o.end <= h.start && h.start-o.end < 36 && !strings.ContainsAny(r.view.text[o.end:h.start], ",;") || o.start >= h.end && o.start-h.end < 7)
	})
}

// laterAround tells whether a time that is not today stands beside a verb.
func (r *reader) laterAround(h hit, c clause) bool {
	from := max(c.start, h.start-40)
	for _, o := range r.within(from, min(c.end, h.end+50)) {
		switch {
		case o.meaning == when || o.meaning == month && (r.besideNumber(o) || o.end-o.start > 3):
			if !slices.Contains(today, strings.ToLower(r.view.text[o.start:o.end])) {
				return true
			}
		case o.meaning == future && o.languages&h.languages != 0 && o.end <= h.start:
			return true
		}
	}
	for _, t := range r.tokensIn(from, min(c.end, h.end+50)) {
		if isDate(r.view.text[t.start:t.end]) {
			return true
		}
	}
	at, _ := r.eastern(from, min(c.end, h.end+50))
	return at >= 0
}

// auxiliaries are the folded verbs that make a participle what is done.
var auxiliaries = wordSet("hat haben hatte has have had was were is are been ist sind wurde wurden ging gingen war est sont a ont ete ha han fue fueron hemos sido e sono stato stata stati hanno abbiamo is zijn heeft hebben werd werden foi foram ja tem sia siano")

// departed reads participles that say something behind their auxiliary only: "est déjà partie", "non è ancora partito".
func (r *reader) departed(h hit, hits []hit, c clause, say func(hit, meaning, float64)) {
	if !r.concernsOrder(c) || r.leftSomething(h, c) {
		return
	}
	asShipped := h
	asShipped.meaning = shipped
	m, score := r.turn(asShipped, hits, c)
	switch {
	case m == acknowledged:
		say(h, acknowledged, score)
	case m == shipped && (h.languages&(polishBit|easternBits) != 0 || r.hasAuxiliary(h, c) || r.leftAlready(h, c) || h.start == c.start && r.elliptic(c) || r.listEntry(c, h)):
		say(h, shipped, supposedly(h, hits))
	}
}

func (r *reader) hasAuxiliary(h hit, c clause) bool {
	head := r.plain(max(c.start, h.start-48), h.start)
	if cut := strings.LastIndexAny(head, ",;:"); cut >= 0 {
		head = head[cut+1:]
	}
	return slices.ContainsFunc(strings.FieldsFunc(head, func(c rune) bool { return c == ' ' || c == '\'' }), func(w string) bool { return auxiliaries[w] })
}

// concernsOrder tells whether a clause names an order, calls something a parcel, or leaves out what it is about in an answer about an order.
func (r *reader) concernsOrder(c clause) bool {
	return r.ofParcel(c) || slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) || r.elliptic(c)
}

// ofGoods tells whether a clause calls something a parcel that it does not call an order: "encomenda" is either.
func (r *reader) ofGoods(c clause) bool {
	hits := r.within(c.start, c.end)
	return slices.ContainsFunc(hits, func(h hit) bool {
		return h.meaning == parcel && !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == orderLabel && o.start < h.end && h.start < o.end })
	})
}

// lacksProduct tells whether a product stands beside words that there is none: "nie mamy AB-1", "AB-1 haben wir nicht mehr da".
func (r *reader) lacksProduct(h hit, c clause) bool {
	text := r.view.text
	sentence := strings.Contains(text[h.start:h.end], " ") || h.languages&easternBits != 0
	for _, t := range r.tokensIn(max(c.start, h.start-40), min(c.end, h.end+16)) {
		if t.letters == 0 || t.digits == 0 || !skuLike(text[t.start:t.end], t) || r.isTracking(t.start, t.end) || r.ordered(t) {
			continue
		}
		switch {
		case t.start >= h.end && !strings.ContainsAny(text[h.end:t.start], ",;:."):
			return true
		case t.end <= h.start && sentence && !strings.ContainsAny(text[t.end:h.start], ",;:.") && !slices.ContainsFunc(r.within(h.end, min(c.end, h.end+30)), func(o hit) bool { return o.meaning == eta || o.meaning == when || o.meaning == trackingLabel }):
			return true
		}
	}
	return false
}

// availableLater tells whether a word for stock stands beside a time to come: "vsl. KW 23 lieferbar", "dispo mi-mai".
func (r *reader) availableLater(h hit, c clause) bool {
	if end := strings.IndexAny(r.between(h.end, c.end), ",;"); end != 0 && r.timeBehind(h.end, clause{start: c.start, end: cutEnd(h.end, c.end, end)}) {
		return true
	}
	for _, o := range r.within(max(c.start, h.start-24), h.start) {
		if (o.meaning == month && r.besideNumber(o) || o.meaning == vague && calendarWeek(r.view.text[o.start:o.end])) && h.start-o.end < 10 && !strings.ContainsAny(r.between(o.end, h.start), ",;:") {
			return true
		}
	}
	return false
}

func cutEnd(from, end, cut int) int {
	if cut >= 0 {
		return min(end, from+cut)
	}
	return end
}

// backAlready tells whether words for stock that comes back say that it is there: no time to come stands beside them.
func (r *reader) backAlready(h hit, hits []hit, c clause) bool {
	if !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == again && o.start < h.end && h.start < o.end }) {
		return false
	}
	for _, o := range hits {
		if o.languages&h.languages == 0 || o.end > h.start || h.start-o.end > 28 {
			continue
		}
		if o.meaning == future || o.meaning == late || o.meaning == until || o.meaning == eta || o.meaning == condition || o.meaning == vague || o.meaning == month {
			return false
		}
	}
	stop := cutEnd(h.end, c.end, strings.IndexAny(r.between(h.end, c.end), ",;"))
	if i := strings.Index(r.between(h.end, stop), "，"); i >= 0 {
		stop = h.end + i
	}
	return !r.timeBehind(h.end, clause{start: c.start, end: stop})
}

// arrived tells whether words behind say that what was missing has come: "the missing article came in today".
func (r *reader) arrived(h hit, hits []hit, c clause) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == again && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < 80 && r.backAlready(o, hits, c) && !r.turned(o, hits)
	})
}

// counterfactual tells a sentence that begins as English and German put what did not happen: "Had it shipped yesterday, you would …".
func (r *reader) counterfactual(c clause) bool {
	first := strings.ToLower(firstWord(r.view.text[c.start:c.end]))
	return slices.Contains([]string{"had", "were", "wäre", "wären", "hätte", "hätten", "waere", "haette", "haetten"}, first)
}

// wonderers are folded words that begin an indirect question, and knowers those that say that nobody knows or asks.
var (
	wonderers = wordSet("whether if ob of czy")
	knowers   = []string{"know", "tell", "weiss", "wissen", "sagen", "weet", "weten", "zeggen", "wiem", "wiemy", "powie"}
)

// wondered tells a sentence that begins with what somebody does not know: "Ob es schon weg ist, weiß ich nicht".
func (r *reader) wondered(c clause) bool {
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return c == ' ' || c == ',' || c == '.' })
	return len(words) > 3 && wonderers[words[0]] && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(knowers, w) })
}

// unserved tells whether a parcel cannot go where it should: "we do not deliver to PO boxes". Another address will do, so it is for a person.
func (r *reader) unserved(h hit, hits []hit, c clause) bool {
	denied, sent := false, false
	for _, o := range hits {
		if o.languages&h.languages == 0 {
			continue
		}
		denied = denied || o.meaning == rejected || o.meaning == outOfStock || (o.meaning == negation || o.meaning == impossible) && !r.numbering(o)
		sent = sent || o.meaning == goes || o.meaning == delivering || o.meaning == shipped || o.meaning == acknowledged || o.meaning == rejected || o.meaning == outOfStock
	}
	return denied && sent && !r.hasTracking(c)
}

// hedged tells whether somebody is not sure: "might be sold out".
func hedged(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == maybe && o.languages&h.languages != 0 && (o.end <= h.start && h.start-o.end < 40 || h.languages&japaneseBit != 0 && o.start >= h.end && o.start-h.end < 30)
	})
}

// afterwards tells what is to happen once something else has: "then we'll ship".
func afterwards(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == then && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < 20
	})
}

// infinitives of a cancellation say that it was done only beside "have to".
func (r *reader) infinitiveOnly(h hit, c clause) bool {
	switch strings.ToLower(r.view.text[h.start:h.end]) {
	case "stornieren", "annuleren":
	default:
		return false
	}
	clause := r.plain(c.start, c.end)
	return !slices.ContainsFunc([]string{"muss", "moet", "moest", "genotig", "gezwungen", "genoodzaakt", "leider"}, func(w string) bool { return strings.Contains(clause, w) })
}

// onlyAsked tells a cancellation that is a wish so far: "your cancellation request".
func onlyAsked(h hit, hits []hit) bool {
	return bareEnd(h, hits) && slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == asking && o.languages&h.languages != 0 && (o.end <= h.start && h.start-o.end < 16 || o.start >= h.end && o.start-h.end < 16 || o.start < h.end && h.start < o.end) &&
			!slices.ContainsFunc(hits, func(q hit) bool { return q.meaning == requested && q.start <= o.start && o.end <= q.end })
	})
}

// bareEnd tells a word for a cancellation that does not say that it was done: a noun or an infinitive.
func bareEnd(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == wouldEnd && o.start <= h.start && h.end <= o.end })
}

// sendsPaper tells whether what is sent is an invoice or the like: "we have sent you the invoice", "請求書をお送りいたします".
func (r *reader) sendsPaper(h hit, hits []hit, c clause) bool {
	if r.hasTracking(c) {
		return false
	}
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.meaning != document || o.languages&h.languages == 0 {
			return false
		}
		var gap string
		switch {
		case o.end <= h.start && h.start-o.end <= 24:
			gap = r.plain(o.end, h.start)
		case o.start >= h.end && o.start-h.end <= 14:
			gap = r.plain(h.end, o.start)
		default:
			return false
		}
		return !strings.ContainsAny(gap, ",;:.&+") && !slices.ContainsFunc(strings.Fields(gap), func(w string) bool { return joining[w] }) && !slices.ContainsFunc(hits, func(p hit) bool { return p.meaning == parcel })
	})
}

// joining are folded words that put something beside what is sent.
var joining = wordSet("and with und mit samt et avec y con e com en met i z oraz und plus")

// forNow tells whether what is missing is said to be missing for some time only.
func forNow(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == temporary && o.languages&h.languages != 0 && (o.end <= h.start && h.start-o.end < 24 || o.start >= h.end && o.start-h.end < 32 || o.start < h.end && h.start < o.end)
	})
}

// impossibleEnd tells whether a cancellation is one that cannot be: "a cancellation is no longer possible".
func impossibleEnd(h hit, hits []hit) bool {
	if !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == wouldEnd && o.start < h.end && h.start < o.end }) {
		return false
	}
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == impossible && o.languages&h.languages != 0 && (o.end <= h.start && h.start-o.end < 40 || o.start >= h.end && o.start-h.end < 50)
	})
}
