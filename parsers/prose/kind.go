package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
)

// news is what a clause was understood to say.
type news struct {
	kind       parsers.Kind
	start, end int // the words that say so
	score      float64
	supposed   bool  // only under a condition: it is no news
	troubled   bool  // the parcel came back, is lost or damaged
	delayed    bool  // what is said happens no earlier than a time
	mild       bool  // a question that counts only where nothing else is said
	doubtful   bool  // other words leave it open
	estimated  bool  // no phrase says so
	own        bool  // a phrase of this supplier says so: somebody has explained it
	inferred   bool  // the clauses around it make it that
	kept       bool  // a label exists, and the parcel has not left
	besides    *news // what the same words say as well, of other goods perhaps
}

var kindOf = map[meaning]parsers.Kind{
	shipped: parsers.Shipment, acknowledged: parsers.Acknowledgement, outOfStock: parsers.OutOfStock, backordered: parsers.Backorder,
	rejected: parsers.Rejection, cancelled: parsers.Cancellation, asked: parsers.Question, troubled: parsers.Question,
}

// judge says what a clause is news of. The words for a kind count unless something beside them turns them: "not yet", "if", "will".
func (r *reader) judge(c clause) news {
	if r.fromDevice(c) || r.titled(c) {
		return news{supposed: true}
	}
	hits := r.within(c.start, c.end)
	said := map[meaning]news{}
	supposed := false
	say := func(h hit, m meaning, score float64) {
		if r.ruled(m, h, hits, c) || m == acknowledged && r.meanwhile(c) {
			return
		}
		if m == shipped && r.carrierLeft(h, hits, c) {
			supposed = true
			return
		}
		if is, sure := r.somebodyLeft(h, c); is && sure && (m == shipped || m == acknowledged) {
			supposed = true
			return
		}
		doubtful := r.doubted(h, m, hits, c)
		if doubtful {
			score = min(score, unsureScore)
		}
		if old, ok := said[m]; !ok || score > old.score {
			said[m] = news{kind: kindOf[m], start: h.start, end: h.end, score: score, doubtful: doubtful}
		}
	}
	for _, h := range hits {
		if h.meaning < shipped || h.meaning > asked && h.meaning != invite && h.meaning != inStock && h.meaning != troubled {
			continue
		}
		m, score := r.turn(h, hits, c)
		if m == condition {
			supposed = true
			continue
		}
		if m == none {
			continue
		}
		say(h, m, score)
	}
	for i := sort.Search(len(r.own), func(i int) bool { return r.own[i].start >= c.start }); i < len(r.own) && r.own[i].start < c.end; i++ {
		if h := r.own[i]; h.end <= c.end {
			return news{kind: h.kind, start: h.start, end: h.end, score: 0.97, own: true}
		}
	}
	r.together(hits, c, say)
	if h, ok := r.delayed(hits, c); ok {
		if _, known := said[backordered]; !known {
			said[backordered] = news{kind: parsers.Backorder, start: h.start, end: h.end, score: 0.8, delayed: true}
		}
	}
	r.promised(said, hits, c)
	r.briefly(said, hits, c, say)
	kept := r.keep(said, hits, c)
	shared := r.distributed(said, hits, c)
	_, contradicted := said[shipped] // "cancelled" beside a parcel that has shipped may be a name
	contradicted = contradicted && r.hasTracking(c)
	n := r.decide(said, c, hits)
	if sent, ok := said[shipped]; ok && changes(n.kind) && n.kind != parsers.Backorder && sent.score >= 0.75 && !sent.doubtful && r.broken(sent, n, c) && !r.ofPast(c) && !r.deniedFrom(c.start, sent.end) {
		n.besides, n.doubtful, n.score = &sent, true, min(n.score, unsureScore)
	}
	n.doubtful = n.doubtful || shared || n.kind == parsers.Rejection && r.ofAnotherHouse(c) || n.kind.Consequence() >= parsers.Shipment.Consequence() && r.eitherOrder(c) || contradicted && n.kind.CostsMoney()
	n.supposed = supposed && n.kind == ""
	n.kept = kept && (n.kind == parsers.Acknowledgement || n.kind == "")
	return n
}

// decide weighs kinds that stand in one clause against each other.
func (r *reader) decide(said map[meaning]news, c clause, hits []hit) news {
	has := func(m meaning) bool { _, ok := said[m]; return ok }
	if n, ok := said[cancelled]; ok && has(asked) && slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == wouldEnd && h.start <= n.start && n.start < h.end }) {
		delete(said, cancelled) // "do you want us to cancel"
	}
	if n, ok := said[cancelled]; ok && has(outOfStock) && r.strikes(n) && said[outOfStock].end <= n.start {
		delete(said, cancelled) // what is gone is taken out of the order for that
	}
	if n, ok := said[rejected]; ok && r.hasTracking(c) { // a parcel is refused, not an order
		delete(said, rejected)
		n.kind = parsers.Question
		said[troubled] = n
	}
	if n, ok := said[asked]; ok && !has(rejected) && slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == destination && r.unserved(h, hits, c) }) {
		n.score = min(n.score, unsureScore)
		return n
	}
	if n, ok := said[shipped]; ok && has(backordered) && !r.hasTracking(c) {
		switch late := said[backordered]; {
		case r.excused(late, hits):
			delete(said, backordered)
		case !late.delayed && late.end <= n.start && n.score >= 0.75 && !r.twoProducts(c): // "was backordered and has shipped"
			delete(said, backordered)
			n.score = 0.65
			said[shipped] = n
		}
	}
	if c.question && len(said) > 0 {
		for _, m := range []meaning{troubled, asked, cancelled, outOfStock, backordered, shipped, acknowledged, rejected} {
			if n, ok := said[m]; ok {
				n.kind, n.score = parsers.Question, min(n.score, 0.8)
				n.troubled = m == troubled
				return n
			}
		}
	}
	if c.question {
		return r.bareQuestion(c, hits)
	}
	if h, ok := r.paused(hits, c); ok && !has(cancelled) && !has(rejected) && !has(outOfStock) && !has(backordered) && !r.hasTracking(c) {
		return news{kind: parsers.Question, start: h.start, end: h.end, score: 0.6}
	}
	if n, ok := said[troubled]; ok && !has(cancelled) && (r.hasTracking(c) || !has(outOfStock) && !has(backordered) && !has(rejected)) {
		n.troubled = true
		if !r.hasTracking(c) && !r.ofOrder(c) && !r.plainTrouble(hits, c) {
			n.score = 0.45 // advice what to do with damaged goods, or a sentence that needs the ones around it
		}
		return n
	}
	if has(outOfStock) && !has(backordered) && !has(cancelled) {
		if n := said[outOfStock]; awaited(hits) || r.comesBack(n, hits, c) || r.lasts(n, c) || r.restComes(n, hits) {
			n.kind = parsers.Backorder
			return n
		}
	}
	if n, ok := said[rejected]; ok && !has(outOfStock) && !has(backordered) {
		if h, gone := r.forWant(n, hits, c); gone {
			said[outOfStock] = news{kind: parsers.OutOfStock, start: h.start, end: h.end, score: min(n.score, 0.75), doubtful: n.doubtful}
		}
	}
	if n, ok := said[shipped]; ok && !r.hasTracking(c) && r.ofVoidNumber(n, hits) {
		delete(said, shipped)
	}
	order := []meaning{cancelled, rejected, outOfStock, backordered, shipped, acknowledged, asked}
	if has(outOfStock) {
		order = []meaning{cancelled, outOfStock, backordered, rejected, shipped, acknowledged, asked}
	}
	if has(outOfStock) && has(backordered) {
		order = []meaning{cancelled, backordered, outOfStock}
	}
	if has(shipped) && r.hasTracking(c) && !has(cancelled) { // "was delayed and has now shipped: 1Z…"
		order = []meaning{outOfStock, shipped, rejected, backordered, acknowledged, asked}
	}
	for _, m := range order {
		if n, ok := said[m]; ok {
			return n
		}
	}
	return news{}
}

// turn says what a hit means where it stands, and how clearly: itself, another kind, none, or condition.
func (r *reader) turn(h hit, hits []hit, c clause) (meaning, float64) {
	score := 0.75
	if strings.ContainsAny(r.view.text[h.start:h.end], " -") || r.view.text[h.start] >= 0x80 && h.end-h.start >= 9 {
		score = 0.9
	}
	r.work += len(hits)
	m, score, settled := r.overruled(h, score, hits, c)
	if settled {
		return m, score
	}
	if costly(m) && r.nobodyIs(h, hits) {
		return r.denied(m, h, hits)
	}
	if hedged(h, hits) {
		score = min(score, unsureScore)
	}
	for _, o := range hits {
		if o.languages&h.languages == 0 {
			continue
		}
		before := h.start - o.end
		after := o.start - h.end
		eastern := o.languages&easternBits != 0
		if eastern && o.meaning == condition && o.start < h.end && o.end > h.end {
			after = 0 // "発送しましたら" begins with what it makes a condition
		}
		switch o.meaning {
		case condition:
			if before >= 0 && before < 3 && strings.EqualFold(r.view.text[o.start:o.end], "appena") && r.hasAuxiliary(o, c) {
				continue // "è stato appena spedito"
			}
			if m == asked && !strings.HasPrefix(strings.ToLower(r.view.text[h.start:h.end]), "let ") {
				continue
			}
			near := before >= 0 && (before < 45 || o.start-c.start < 4) || eastern && after >= 0 && after < 30
			if near || m == invite {
				return condition, 0
			}
		case negation:
			if r.numbering(o) || m == asked || m == invite || m == shipped && spentOnOther(o, hits) || (m == outOfStock || m == backordered) && spent(o, h, hits) {
				continue
			}
			if r.denies(o, h) {
				return r.denied(m, h, hits)
			}
		case future:
			if m == shipped && before >= 0 && before < 28 && !strings.ContainsAny(r.view.text[o.end:h.start], ",;:") && !r.hasTracking(c) {
				return acknowledged, 0.7
			}
		case acknowledged: // "wird morgen … versandt"
			if m == shipped && before >= 0 && before < 14 && !strings.ContainsAny(r.view.text[o.end:h.start], ",;:.") && !r.hasTracking(c) {
				return none, 0
			}
		case request:
			if (m == cancelled || m == shipped || m == rejected) && before >= 0 && before < 14 && !strings.ContainsAny(r.view.text[o.end:h.start], ",;:") {
				return none, 0
			}
		}
	}
	switch m {
	case invite:
		return asked, 0.45
	case inStock:
		return none, 0
	}
	return m, score
}

// denies tells whether a denial reaches a hit: from before it, with no comma between, and from behind it in Japanese.
func (r *reader) denies(o, h hit) bool {
	before, after := h.start-o.end, o.start-h.end
	reach := 28
	if o.languages&easternBits != 0 {
		reach = 6
	}
	switch {
	case o.start < h.start && o.end > h.start && o.end < h.end:
		return true
	case before >= 0 && before < reach && !parted(r.view.text[o.end:h.start]):
		return true
	}
	return o.languages&japaneseBit != 0 && after >= 0 && (after < 15 || after < 36 && strings.HasPrefix(r.view.text[h.end:], "でも"))
}

// denied is what is left of a meaning that is denied.
func (r *reader) denied(m meaning, h hit, hits []hit) (meaning, float64) {
	switch {
	case m == shipped && slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == impossible && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < 28 && r.modal(o)
	}):
		return acknowledged, 0.4 // known it is, but what becomes of it?
	case m == shipped, m == acknowledged && r.sending(h):
		return acknowledged, 0.5
	case m == inStock:
		return outOfStock, 0.85
	case m == backordered && r.neverAgain(h, hits):
		return outOfStock, 0.75
	}
	return none, 0
}

// sendingWords are pieces of folded words for sending.
var sendingWords = []string{"ship", "sent", "send", "patch", "go out", "leave", "versandt", "versendet", "verschickt", "raus", "expedi", "envoy", "partir", "partira", "enviar", "saldr", "despach", "spedi", "verzonden", "verstuurd", "verzend",
	"sair", "seguir", "wyslan", "wysl", "nadan", "wyjed", "发", "發", "寄", "出货", "出貨", "発送", "出荷", "お送り"}

// sending tells an acknowledgement that speaks of sending: denied, the order is known still.
func (r *reader) sending(h hit) bool {
	words := r.plain(h.start, h.end)
	return slices.ContainsFunc(sendingWords, func(w string) bool { return strings.Contains(words, w) })
}

// overruled says what words elsewhere in the sentence make of a hit, before the small words beside it are looked at. settled: nothing beside it matters.
func (r *reader) overruled(h hit, score float64, hits []hit, c clause) (m meaning, s float64, settled bool) {
	m = h.meaning
	if r.ruled(m, h, hits, c) {
		return condition, 0, true
	}
	if r.answeredNo(h, c) || m == cancelled && r.voidNumber(h, hits, c) {
		return none, 0, true
	}
	if is, score, ok := r.nuanced(m, h, hits, c); ok {
		return is, score, true
	}
	if m == cancelled && impossibleEnd(h, hits) || m == backordered && r.backAlready(h, hits, c) {
		return none, 0, true
	}
	switch {
	case m == shipped && r.byTelephone(h, c):
		return none, 0, true
	case m == outOfStock && r.arrived(h, hits, c):
		return none, 0, true
	case m == outOfStock && forNow(h, hits):
		m = backordered
	case m == backordered && neverBack(h, hits):
		return none, 0, true
	case (m == shipped || m == acknowledged) && r.sendsPaper(h, hits, c):
		return none, 0, true
	case slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == reserved && o.languages&h.languages != 0 }):
		return condition, 0, true
	case m == acknowledged && afterwards(h, hits):
		return condition, 0, true
	case m == rejected && r.ofGoods(c) && slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == refusing && o.start < h.end && h.start < o.end }):
		return none, 0, true
	case m == rejected && h.languages&japaneseBit != 0 && r.sending(h) && slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == when }):
		return acknowledged, 0.5, true // "今週中に発送できません"
	case m == cancelled && r.infinitiveOnly(h, c):
		score = 0.6
	case m == cancelled && onlyAsked(h, hits):
		return asked, 0.5, true
	case m == cancelled && h.languages&easternBits != 0 && bareEnd(h, hits) && !r.doneAround(h, hits) && !r.listEntry(c, h):
		score = 0.6
	}
	switch {
	case costly(m) && (r.counterfactual(c) || r.wondered(c)):
		return condition, 0, true
	case m == shipped && h.languages&easternBits != 0 && outlasted(h, hits):
		return none, 0, true
	case m == asked && leadsInto(h, earlierNumber, hits) && (r.hasTracking(c) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == trackingLabel })):
		return none, 0, true
	}
	return m, score, false
}

// outlasted tells a phrase whose verb goes on in a longer one that says something else: "本日発送" in "本日発送できません".
func outlasted(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.start > h.start && o.start < h.end && o.end > h.end && o.meaning > shipped && o.meaning <= rejected
	})
}

// leadsInto tells whether a word of a meaning stands right behind a hit: who begs to ignore a number asks nothing.
func leadsInto(h hit, m meaning, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == m && o.languages&h.languages != 0 && o.start >= h.end-1 && o.start-h.end < 12
	})
}

// numbering tells "no" that is short for number.
func (r *reader) numbering(o hit) bool {
	rest := strings.TrimLeft(r.view.text[o.end:min(len(r.view.text), o.end+4)], " .:°º")
	return rest != "" && (digit(rest[0]) || rest[0] == '#')
}

// restComes tells whether words behind what is missing say that it will be sent: "Fehlmenge 3, wird nachgeliefert".
func (r *reader) restComes(n news, hits []hit) bool {
	return slices.ContainsFunc(hits, func(h hit) bool {
		return h.meaning == remainder && h.start >= n.end && h.start-n.end < 40 && !r.turned(h, hits) && !strings.Contains(r.view.text[n.end:h.start], ";")
	})
}

// returns tells words that a time of something's return stands behind: it is awaited, comes, is there again.
func returns(m meaning) bool {
	return m == until || m == awaiting || m == pending || m == eta || m == again || m == backordered || m == delivering
}

func (r *reader) hasTracking(c clause) bool {
	for _, t := range r.trackingIn(c.start, c.end) {
		if t.found.Score >= 0.5 {
			return true
		}
	}
	return false
}

// spent tells whether a denial is that of a shipment, and not of the words: "has not been sent for lack of stock".
func spent(denial, h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return sends(o) && o.start >= denial.start && o.end <= h.start || o.meaning == notYet && o.start <= denial.start && denial.start < o.end && o.start >= h.end
	})
}

// excused tells a delay that is spoken of as past: "sorry for the delay", but not "sorry, this one is delayed".
func (r *reader) excused(late news, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.meaning != sorry || o.end > late.start || late.start-o.end > 30 {
			return false
		}
		gap := r.plain(o.end, late.start)
		return !strings.ContainsAny(gap, ",;:.") && !slices.ContainsFunc(strings.Fields(gap), func(w string) bool { return auxiliaries[w] && w != "a" && w != "e" })
	})
}

// twoProducts tells a clause that speaks of more than one product.
func (r *reader) twoProducts(c clause) bool {
	from := sort.Search(len(r.products), func(i int) bool { return r.products[i].qtyStart >= c.start })
	return from+1 < len(r.products) && r.products[from+1].qtyStart < c.end
}

// bareQuestion is a sentence with a question mark about an order, whatever it asks. It counts where nothing else is said: shops ask "Questions about your order?".
func (r *reader) bareQuestion(c clause, hits []hit) news {
	end := slices.IndexFunc(hits, func(h hit) bool { return h.meaning == wouldEnd })
	text := r.view.text[c.start:c.end]
	words := strings.Count(text, " ")
	if slices.ContainsFunc(hits, func(h hit) bool { return h.languages&easternBits != 0 }) {
		words = columns(text) / 4 // no spaces
	}
	named := slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) || r.about && c.mark == "" && words >= 2
	if r.text.Part == "subject" && !named || named && end < 0 && words < 3 || !named && words < 5 {
		return news{}
	}
	return news{kind: parsers.Question, start: c.start, end: c.end, score: 0.5, mild: true}
}

// promised reads a time behind words that ask for one: "ETA 12 June", "pendiente hasta el 3 de julio".
func (r *reader) promised(said map[meaning]news, hits []hit, c clause) {
	for _, m := range []meaning{shipped, outOfStock, backordered, cancelled, rejected, acknowledged, asked} {
		if _, ok := said[m]; ok {
			return
		}
	}
	if r.hasTracking(c) || c.question {
		return
	}
	if len(hits) > 0 && hits[0].meaning == except && hits[0].start == c.start && r.expected(c.start, c.end, c.end).Text != "" {
		said[backordered] = news{kind: parsers.Backorder, start: hits[0].start, end: hits[0].end, score: 0.75}
		return
	}
	for _, h := range hits {
		if h.meaning != eta && h.meaning != pending || r.turned(h, hits) {
			continue
		}
		switch {
		case h.meaning == pending && r.timeBehind(h.end, c) && (r.listEntry(c, h) || r.headed(c) || r.productBefore(h, c) || r.entryOf(h, hits, c)):
			said[backordered] = news{kind: parsers.Backorder, start: h.start, end: h.end, score: 0.75}
			return
		case h.meaning == eta && r.expected(h.end, c.end, h.end).Text != "" && r.concernsOrder(c):
			missing := slices.ContainsFunc(hits, func(o hit) bool { // "nog niet op voorraad, verwacht 21 november"
				return (o.meaning == notYet || o.meaning == negation && !r.numbering(o)) && o.languages&h.languages != 0 && o.end <= h.start
			})
			if missing || r.changedTime(h, c) {
				said[backordered] = news{kind: parsers.Backorder, start: h.start, end: h.end, score: 0.75}
			} else {
				said[acknowledged] = news{kind: parsers.Acknowledgement, start: h.start, end: h.end, score: 0.5}
			}
			return
		}
	}
	for _, h := range hits { // "1003 - brak"
		if h.meaning == lacking && r.listEntry(c, h) && strings.TrimRight(r.between(h.end, c.end), " .!") == "" {
			said[outOfStock] = news{kind: parsers.OutOfStock, start: h.start, end: h.end, score: 0.75}
			return
		}
	}
}

// listEntry tells whether a word stands right behind the order that an entry of a list names, or its product.
func (r *reader) listEntry(c clause, h hit) bool {
	gap := c.start
	for _, f := range r.refsIn(c.start, h.start) {
		gap = f.end
	}
	return gap > c.start && gap <= h.start && strings.Trim(r.view.text[gap:h.start], " -:–—,|=>\t") == ""
}

// headed tells an entry that begins with its order and a dash or colon: "1001 - chisels to follow on 24 November".
func (r *reader) headed(c clause) bool {
	refs := r.refsIn(c.start, c.end)
	if len(refs) == 0 || !refs[0].names() && !strings.Contains(r.view.text[refs[0].start:refs[0].end], "-") || refs[0].start > c.start+16 {
		return false
	}
	rest := strings.TrimLeft(r.view.text[refs[0].end:c.end], " ")
	return strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "—")
}

func (r *reader) productBefore(h hit, c clause) bool {
	return slices.ContainsFunc(r.products, func(p product) bool { return p.qtyStart >= c.start && p.qtyStart < c.end && p.qtyStart < h.start }) ||
		h.start > c.start && len(r.codes(c.start, h.start)) > 0
}

// changed are the folded beginnings of words for a time that takes the place of another.
var changed = []string{"now", "new", "neu", "nun", "jetzt", "nouv", "nuev", "ahora", "nuov", "nieuw", "novo", "nova", "agora", "teraz", "passe", "chang", "cambi", "变", "改", "推", "変更"}
