package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// People say a thing once and list below, or above, of which orders it is so: "Received, thank you:" and then three lines with a number each. The lines say nothing,
// and the sentence names nobody; only together they are news, of each order one.

// widestEntry is how many words may stand beside the numbers of a line that only names orders: whose it is, and of what.
const widestEntry = 7

// rosters gives lines that only name orders what the sentence above them says, or the one below.
func (r *reader) rosters(pieces []piece) {
	for i := 0; i < len(pieces); {
		j := i
		some := false
		for j < len(pieces) && (r.entryOnly(&pieces[j]) || parcelEntry(&pieces[j])) {
			some = some || len(pieces[j].tracking) == 0
			j++
		}
		if some {
			r.call(pieces, i, j)
		}
		i = max(j, i+1)
	}
}

// call gives the entries from i to j to the sentence that is said of them.
func (r *reader) call(pieces []piece, i, j int) {
	var listed []reference
	for k := i; k < j; k++ {
		for _, f := range pieces[k].refs {
			if r.listable(f) && !slices.ContainsFunc(listed, func(o reference) bool { return r.sameText(o, f) }) {
				listed = append(listed, f)
			}
		}
	}
	var head, foot *piece
	leads := false
	if i > 0 && r.saidOf(&pieces[i-1], &pieces[i]) {
		head = &pieces[i-1]
		leads = strings.HasSuffix(r.between(head.start, head.end), ":")
		if head.news.kind == "" && leads && !head.question {
			r.surmise(head)
		}
		if head.news.kind == "" && leads {
			return // what is said of them is not understood
		}
		if head.news.kind == "" {
			head = nil
		}
	}
	if len(listed) < 2 && !leads {
		return // one number is lent to the sentences around it anyway
	}
	if j < len(pieces) && r.saidOf(&pieces[j-1], &pieces[j]) && pieces[j].news.kind != "" && !r.introduces(pieces, j) {
		foot = &pieces[j]
	}
	said := head
	if foot != nil && (head == nil || !leads && !r.points(head) && foot.block == pieces[j-1].block) {
		said = foot
	}
	if said == nil || said.news.kind != parsers.Shipment && somePiece(pieces[i:j], func(p *piece) bool { return len(p.tracking) > 0 }) {
		return
	}
	told := said.news
	if r.unsure(said) {
		told.doubtful, told.score = true, min(told.score, unsureScore)
	}
	for k := i; k < j; k++ {
		p := &pieces[k]
		if len(p.tracking) > 0 {
			continue
		}
		p.news, p.chances, p.heading, p.roster = told, said.chances, said.clause, listed
		p.partial = p.partial || said.partial
	}
	if foot != nil && (foot == said || foot.news.kind == parsers.Acknowledgement) { // else it may be said of the last
		foot.refs = append(foot.refs, listed...)
	}
	if said == head {
		said.news = news{}
	}
}

// listable tells a number that may be an order's in a line that holds nothing else.
func (r *reader) listable(f reference) bool {
	return !f.skip && !f.tracking && (f.label == "" || f.label == parsers.LabelOrder || f.label == parsers.LabelTheirs || f.label == parsers.LabelKey)
}

// sole is the one order of a list. What is said behind several may be said of all of them or of the last.
func (p *piece) sole() []reference {
	if len(p.roster) == 1 {
		return p.roster
	}
	return nil
}

// parcelEntry tells an entry of such a list with its parcel, which speaks for itself.
func parcelEntry(p *piece) bool {
	return p.mark == "" && p.news.kind == "" && len(p.tracking) > 0 && len(p.refs) > 0 && !p.corrected && !p.returning
}

// saidOf tells a sentence right above or below a list that may be said of it: one of the same writer that names no order and no parcel itself.
func (r *reader) saidOf(a, b *piece) bool {
	p := a
	if r.entryOnly(a) {
		p = b
	}
	return a.mark == "" && b.mark == "" && b.block-a.block <= 1 && !p.bought && len(p.tracking) == 0 && !slices.ContainsFunc(p.products, func(l product) bool { return l.end > l.start && !l.title }) &&
		!slices.ContainsFunc(p.refs, r.listable)
}

// introduces tells a sentence that is said of what stands below it: it ends with a colon.
func (r *reader) introduces(pieces []piece, i int) bool {
	return strings.HasSuffix(r.between(pieces[i].start, pieces[i].end), ":") && i+1 < len(pieces)
}

// pointing are folded words that point to what stands below.
var pointing = wordSet("these following below diese dieser folgende folgenden folgender unten untenstehende nachstehende nachfolgende ces suivantes suivants ci-dessous ci-apres estos estas siguientes abajo " +
	"questi queste seguenti sotto deze volgende onderstaande hieronder estes estas seguintes abaixo te ponizsze ponizej nastepujace")

// pointingSigns are the same in scripts without spaces.
var pointingSigns = []string{"以下", "下列", "下面", "这些", "這些", "下記", "次の", "如下"}

// points tells a sentence with such a word.
func (r *reader) points(p *piece) bool {
	said := r.plain(p.start, p.end)
	return slices.ContainsFunc(strings.FieldsFunc(said, func(c rune) bool { return !letter(byte(min(c, 127))) && c != '-' }), func(w string) bool { return pointing[w] }) ||
		slices.ContainsFunc(pointingSigns, func(w string) bool { return strings.Contains(said, w) })
}

// surmise asks the estimate for what a heading says: it is a sentence like others where a list stands below it.
func (r *reader) surmise(p *piece) {
	if p.news.supposed {
		return
	}
	r.look(&r.scratch.features, p.clause, p.news)
	said := learned().chances(&r.scratch.features)
	x := r.observed(p)
	x.hear(&said)
	p.chances = learned().second.chances(&x)
	var kind parsers.Kind
	doubtful := false
	if r.wordsIn(p.clause) > 1 {
		kind, doubtful = p.chances.said(perhaps)
	}
	if best, chance := p.chances.best(); kind == "" && (best == parsers.Acknowledgement && chance >= perhaps || r.receives(p)) {
		kind, doubtful = parsers.Acknowledgement, false
	}
	r.speak(p, kind, doubtful)
	p.news.inferred = p.news.kind == parsers.Acknowledgement // the list below makes it that
}

// comingIn are folded beginnings of words for what has come in.
var comingIn = strings.Fields("receiv got bekomm erhalt eingegang eingetroff angekomm recu recib llega recebi chega ricevu arriva ontvang binnen otrzym dotar przyj przysz wplyn 收到 接到 受け取 拝受 承り")

// receives tells words for what has come in, and is not denied: above a list of orders they say that these have.
func (r *reader) receives(p *piece) bool {
	if r.hasDenial(p.clause) || p.chances.bad()+p.chances.of(parsers.Shipment) > perhaps || slices.ContainsFunc(r.within(p.start, p.end), func(h hit) bool {
		switch h.meaning {
		case condition, invoiced, document, troubled, inward, except, notYet, future, returning:
			return true
		}
		return false
	}) {
		return false
	}
	said := r.plain(p.start, p.end)
	return slices.ContainsFunc(comingIn, func(w string) bool { return wordBegins(said, w) }) ||
		slices.ContainsFunc(r.within(p.start, p.end), func(h hit) bool { return h.meaning == entered || h.meaning == affirmed })
}

// entryOnly tells a line that names orders and says nothing of them: "- 1001", "1001 (Dana Cole)", "1001, 1002 and 1003".
func (r *reader) entryOnly(p *piece) bool {
	if p.mark != "" || p.news.kind != "" || p.news.supposed || p.question || p.bought || p.corrected || p.returning || len(p.tracking) > 0 || len(p.refs) == 0 {
		return false
	}
	first := -1
	for n, f := range p.refs {
		if f.start >= p.start && f.end <= p.end && r.listable(f) {
			first = n
			break
		}
	}
	if first < 0 {
		return false
	}
	head := p.refs[first].start
	hits := r.within(p.start, p.end)
	for _, h := range hits {
		switch {
		case slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == orderLabel && o.start <= h.start && h.end <= o.end && o != h }):
		case h.meaning == orderLabel || h.meaning == theirLabel || h.meaning == trackingLabel && h.start > head:
			if h.start < head {
				head = h.start
			}
		case h.meaning.group() == 1, h.meaning == goods, h.meaning == parcel, h.meaning == month, h.meaning == thanks, h.meaning == then:
		default:
			return false
		}
	}
	words := 0
	for _, t := range r.tokensIn(p.start, p.end) {
		switch {
		case t.letters == 0 && t.start < head: // "1." of a list
		case t.letters > 0 && t.start < head:
			return false
		case t.letters > 1 && !slices.ContainsFunc(p.refs, func(f reference) bool { return f.start < t.end && t.start < f.end }):
			words++
		}
	}
	characters := 0
	for _, c := range r.view.text[p.start:p.end] {
		if c >= 0x2e80 {
			characters++
		}
	}
	return words+characters/3 <= widestEntry
}
