package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// What a sentence is about, and whether it holds, is often said far from the words of the news: "None of the items on order 1001 is out of stock", "You wrote
// that it has shipped", "The invoice for order 1001 was cancelled". Such frames deny what is said, or leave it open. What is left open is still told, but
// it is for a person, whatever number stands beside it.

const (
	frameReach   = 90 // bytes between a frame and what it turns
	nearReach    = 28 // bytes between "almost" and what it turns
	subjectReach = 24 // bytes before the word that a sentence is about
	headReach    = 80 // bytes between what a sentence is about and its verb
)

// unbrokenBetween tells it for what stands between two hits.
func (r *reader) unbrokenBetween(a, b hit) bool {
	if a.start > b.start {
		a, b = b, a
	}
	return a.end >= b.start || r.unbroken(a.end, b.start)
}

// costly are the meanings that a frame turns: what would change an order.
func costly(m meaning) bool {
	return m == shipped || m == outOfStock || m == backordered || m == rejected || m == cancelled
}

// denied by frame: nobody and nothing is what is said.
func (r *reader) nobodyIs(h hit, hits []hit) bool {
	if r.nothingWas(h, hits) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == disowned && o.languages&h.languages != 0 }) {
		return true
	}
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == nobody && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < frameReach && r.unbroken(o.end, h.start)
	})
}

// nothings are folded words for nothing, and lasting those that make them "no more".
var (
	nothings = wordSet("nichts nix nischt niets niks nic")
	lasting  = wordSet("mehr meer wiecej juz")
)

// nothingWas tells a participle that stands first and is denied behind its auxiliary: "Storniert ist da nichts".
func (r *reader) nothingWas(h hit, hits []hit) bool {
	words := strings.FieldsFunc(r.plain(h.end, min(len(r.folded), h.end+32)), func(c rune) bool { return !('a' <= c && c <= 'z') })
	if len(words) < 2 || !auxiliaries[words[0]] {
		return false
	}
	for i, w := range words[1:min(len(words), 5)] {
		if nothings[w] {
			return i+2 >= len(words) || !lasting[words[i+2]]
		}
	}
	return false
}

// unbroken tells whether no comma and no new piece of news stands between two offsets.
func (r *reader) unbroken(from, to int) bool {
	return !parted(r.between(from, to)) && !slices.ContainsFunc(r.within(from, to), func(h hit) bool { return h.meaning == however })
}

// parted tells signs behind which something else is said.
func parted(gap string) bool {
	return strings.ContainsAny(gap, ",;:") || strings.Contains(gap, " - ") || strings.Contains(gap, " – ") || strings.Contains(gap, " — ")
}

// doubted tells whether a frame leaves open what a hit says.
func (r *reader) doubted(h hit, m meaning, hits []hit, c clause) bool {
	if !costly(m) {
		return false
	}
	r.work += len(hits)
	if is, _ := r.somebodyLeft(h, c); is && m == shipped {
		return true
	}
	if m == shipped && r.astray(c) || m == outOfStock && !r.hasTracking(c) && r.leavesOut(c) {
		return true
	}
	if r.onlyAfter(h, c) || m == shipped && r.inProgress(h, c) || r.byAnother(h, m, hits, c) || m == cancelled && r.endDenied(h, hits) {
		return true
	}
	for _, o := range hits {
		if o.languages&h.languages == 0 || o.start >= h.start && o.start < h.end && !(o.meaning == claimed && o.end > h.end) && o.meaning != takenBack {
			continue
		}
		before := o.end <= h.start || o.start < h.start || o.meaning == claimed && o.start == h.start
		gap := max(0, h.start-o.end)
		if !before {
			gap = o.start - h.end
		}
		eastern := o.languages&easternBits != 0
		switch o.meaning {
		case unless:
			if m != backordered {
				return true
			}
		case unreal:
			if m != backordered && r.subjunctive(o) && (before && gap < 40 || eastern && gap < 24) && r.unbrokenBetween(o, h) {
				return true
			}
		case nearly:
			if gap < nearReach && (before || eastern) && r.unbrokenBetween(o, h) {
				return true
			}
		case formerly:
			if m != shipped && before && gap < 32 && !r.since(o) {
				return true
			}
		case claimed:
			if before && gap < frameReach && r.framesRest(o.end, h.start) || eastern && !before && gap < 30 {
				return true
			}
		case takenBack:
			if !r.hasTracking(c) && gap < frameReach && !(h.start <= o.start && o.end <= h.end) {
				return true
			}
		case inward:
			if m == shipped && gap < 16 {
				return true
			}
		case elsewhere:
			if before || r.unbroken(h.end, o.start) { // behind a colon it says why
				return true
			}
		}
	}
	return r.ofAnother(h, m, hits, c)
}

// since tells a past that lasts: "depuis la semaine dernière en rupture".
func (r *reader) since(o hit) bool {
	head := strings.Fields(r.plain(max(0, o.start-8), o.start))
	if len(head) == 0 {
		return false
	}
	switch head[len(head)-1] {
	case "since", "seit", "depuis", "desde", "sinds", "dalla", "od":
		return true
	}
	return strings.HasSuffix(head[len(head)-1], "自") || strings.HasSuffix(head[len(head)-1], "从")
}

// subjunctive tells "würde" from "wurde" and "wäre" from "Ware", which are folded alike.
func (r *reader) subjunctive(o hit) bool {
	if strings.HasPrefix(string(r.folded[o.start:o.end]), "soll") || o.languages&(1<<1) == 0 {
		return true
	}
	return strings.ContainsAny(strings.ToLower(r.view.text[o.start:o.end]), "äöü") || strings.Contains(r.view.text[o.start:o.end], "ue") || strings.Contains(r.view.text[o.start:o.end], "ae")
}

// quotes are the signs that open what somebody else has said.
const quotes = "\"'«“„‘「『"

// framesRest tells whether what stands behind a frame belongs to it: nothing parts them but a comma right behind it ("According to you, …").
func (r *reader) framesRest(from, to int) bool {
	to = max(from, to)
	rest := strings.TrimLeft(r.view.text[from:to], " ,")
	if said, ok := strings.CutPrefix(rest, ":"); ok && strings.IndexAny(strings.TrimLeft(said, " "), quotes) == 0 {
		return true // You write: "The order is cancelled."
	}
	return r.unbroken(to-len(rest), to)
}

// firstOnly are folded words that begin a sentence whose news has not happened: "Before order 1001 is shipped we need the colour".
var firstOnly = wordSet("before until bevor avant antes prima voordat zanim")

func (r *reader) onlyAfter(h hit, c clause) bool {
	head := r.plain(c.start, min(c.end, c.start+12))
	word, _, _ := strings.Cut(head, " ")
	return firstOnly[word] && r.unbroken(c.start, h.start)
}

// inProgress tells what "is being shipped next week".
func (r *reader) inProgress(h hit, c clause) bool {
	head := r.plain(max(c.start, h.start-12), h.end)
	return (strings.Contains(head, "is being") || strings.Contains(head, "are being")) && r.laterAround(h, c)
}

// ofAnother tells whether it is another thing that was sent, called off or refused: what the sentence is about ("The invoice for order 1001 was cancelled"), or
// what stands right behind the verb ("shipped a sample").
func (r *reader) ofAnother(h hit, m meaning, hits []hit, c clause) bool {
	if m == backordered || m == outOfStock && r.concernsOrder(c) {
		return false
	}
	for _, o := range hits {
		if o.meaning != another && o.meaning != document || o.languages&h.languages == 0 || o.start < h.end && h.start < o.end ||
			slices.ContainsFunc(hits, func(q hit) bool { return q.meaning == requested && q.start <= o.start && o.end <= q.end }) ||
			slices.ContainsFunc(hits, func(t hit) bool { return t.meaning == trackingLabel && t.start < o.end && o.start < t.end }) {
			continue
		}
		switch {
		case o.end <= h.start:
			gap := h.start - o.end
			if o.languages&easternBits != 0 {
				if gap <= 24 && r.unbroken(o.end, h.start) && !r.hasGoods(o.end, h.start) && len(r.refsIn(o.end, h.start)) == 0 {
					return true
				}
				continue
			}
			if gap < headReach && o.start-c.start <= subjectReach && len(r.refsIn(c.start, o.start)) == 0 && !r.joined(o.end, h.start, false) && r.unbroken(o.end, h.start) && !r.names(o) {
				return true
			}
		case o.start-h.end <= subjectReach && o.languages&easternBits == 0:
			if !r.joined(h.end, o.start, true) && r.unbroken(h.end, o.start) && len(r.refsIn(h.end, o.start)) == 0 && !r.hasGoods(h.end, o.start) {
				return true
			}
		}
	}
	return false
}

// endDenied tells a cancellation that is denied behind its noun: "L'annulation n'a pas été retenue". What is left of the order is for a person.
func (r *reader) endDenied(h hit, hits []hit) bool {
	return bareEnd(h, hits) && slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == negation && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < subjectReach && r.unbroken(h.end, o.start)
	})
}

// names tells a thing that is only what the order is called: "sample order 1001".
func (r *reader) names(o hit) bool {
	return slices.ContainsFunc(r.within(o.end, o.end+2), func(l hit) bool { return l.meaning == orderLabel })
}

func (r *reader) hasGoods(from, to int) bool {
	return slices.ContainsFunc(r.within(from, to), func(h hit) bool { return h.meaning == parcel || h.meaning == orderLabel || h.meaning == goods })
}

// leadsAway are folded words that make what follows a place, a means or a companion of what is sent.
var leadsAway = wordSet("to with by via from on in at under as an zur zum mit per von nach auf aus avec par sur au aux depuis con por para desde al su dal met naar op uit com em na przez w od")

// joined tells whether a word between two offsets puts something beside, or, where places count, leads to a place or a means. "è" is no "e".
func (r *reader) joined(from, to int, places bool) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(r.view.text[from:to])), func(w string) bool {
		return joining[w] || places && leadsAway[w]
	})
}

// sentAnother tells a parcel with another thing in it: "We have sent you our new catalogue by UPS 1Z…".
func (r *reader) sentAnother(c clause) bool {
	hits := r.within(c.start, c.end)
	for _, o := range hits {
		if o.meaning != another || slices.ContainsFunc(hits, func(t hit) bool { return t.meaning == trackingLabel && t.start < o.end && o.start < t.end }) {
			continue
		}
		from := max(c.start, o.start-nearReach)
		head := r.plain(from, o.start)
		for _, w := range sendingWords {
			if i := strings.Index(head, w); i >= 0 && !strings.ContainsAny(head[i:], ",;:.&+0123456789") && !slices.ContainsFunc(strings.Fields(head[i:]), func(w string) bool { return joining[w] || leadsAway[w] }) {
				return true
			}
		}
	}
	return false
}

// noAnswers are folded values of a form that deny its label.
var noAnswers = wordSet("no none 0 false nil nein keine keiner keins non aucun aucune ninguno ninguna nessuno nessuna nee geen nao nenhum nenhuma nie brak - – n/a 无 否 没有 なし 無し いいえ 0件")

// answeredNo tells a label that its value denies: "Out of stock: no", "Items shipped: 0".
func (r *reader) answeredNo(h hit, c clause) bool {
	rest := strings.TrimLeft(r.between(h.end, min(c.end, h.end+30)), " *\t")
	if rest == "0" || strings.HasPrefix(rest, "0 ") && h.meaning == shipped { // "EVASO 0 – RESIDUO 10"
		return true
	}
	if rest == "" || rest[0] != ':' && rest[0] != '=' {
		return false
	}
	value, _, _ := strings.Cut(strings.Trim(rest[1:min(len(rest), 24)], " *\t"), "\n")
	value = strings.TrimRight(value, " .;")
	if cut := strings.IndexAny(value, ".,; "); cut > 0 && noAnswers[strings.ToLower(value[:cut])] {
		value = value[:cut]
	}
	return noAnswers[strings.ToLower(value)]
}

// voidNumber tells a parcel's number that is void, and no order: "之前的单号 EA… 作废".
func (r *reader) voidNumber(h hit, hits []hit, c clause) bool {
	return r.hasTracking(c) && slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == earlierNumber && o.start <= h.start && h.end <= o.end })
}

// distributed tells two kinds of news that one sentence shares out among its orders: "1001 and 1002 were cancelled and shipped respectively".
func (r *reader) distributed(said map[meaning]news, hits []hit, c clause) bool {
	n := 0
	for m := range said {
		if costly(m) {
			n++
		}
	}
	if n < 2 || !slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == shared }) {
		return false
	}
	named := 0
	for _, f := range r.refsIn(c.start, c.end) {
		if f.names() {
			named++
		}
	}
	return named >= 2
}

// takeBack leaves open what the sentence before said where one takes it back: "That was a mistake", "It has not."
func (r *reader) takeBack(pieces []piece) {
	for i := 1; i < len(pieces); i++ {
		p, last := &pieces[i], &pieces[i-1]
		if p.mark != last.mark || last.news.kind == "" || len(p.tracking) > 0 || len(r.refsIn(p.start, p.end)) > 0 {
			continue
		}
		r.work++
		back := r.denialOnly(p.clause)
		for _, h := range r.within(p.start, p.end) {
			switch h.meaning {
			case takenBack:
				back = back || h.start-p.start < 40
			case trackingLabel:
				back = false
			}
			if h.meaning == trackingLabel {
				break
			}
		}
		if back && (len(last.tracking) == 0 || !somePiece(pieces, func(o *piece) bool { // else it is the number that was wrong
			return o.mark == "" && slices.ContainsFunc(o.tracking, func(t tracked) bool { return t.found.Number != last.tracking[0].found.Number })
		})) {
			last.news.doubtful = true
		}
	}
}

// denialOnly tells a sentence of a few words that is nothing but a denial: "It has not."
func (r *reader) denialOnly(c clause) bool {
	text := strings.TrimRight(r.view.text[c.start:c.end], " .!")
	return len(strings.Fields(text)) <= 4 && len(strings.Fields(text)) > 1 && r.endsDenied(c.start, c.start+len(text))
}

// endsDenied tells words that end with a denial: "order 1002 is not".
func (r *reader) endsDenied(start, end int) bool {
	text := strings.TrimRight(r.view.text[start:end], " .!")
	end = start + len(text)
	return slices.ContainsFunc(r.within(max(start, end-16), end), func(h hit) bool { return h.meaning == negation && h.end == end }) &&
		!slices.ContainsFunc(r.within(start, end), func(h hit) bool { return costly(h.meaning) || h.meaning == acknowledged })
}

// setAside drops the orders that a sentence names only to say that they are not meant: "Unlike 1001, order 1002 is out of stock", "all but 1003".
func (r *reader) setAside(p *piece) {
	if p.news.kind == "" || len(p.refs) == 0 {
		return
	}
	var out []string
	text := r.view.text
	for _, h := range r.within(p.start, p.end) {
		if h.meaning != aside && h.meaning != except && !r.everyBut(h, p) && !r.notThat(h) {
			continue
		}
		if h.languages&easternBits != 0 && !strings.HasPrefix(text[h.start:], "除") { // the order stands before the word
			if refs := r.refsIn(max(p.start, h.start-24), h.start); len(refs) > 0 && h.start-refs[len(refs)-1].end <= 6 {
				f := refs[len(refs)-1]
				out = append(out, text[f.start:f.end])
			}
			continue
		}
		last := h.end
		for i, f := range r.refsIn(h.end, min(p.end, h.end+80)) {
			if i == 0 && (f.start-last > 24 || strings.ContainsAny(text[last:f.start], ",;:.")) || i > 0 && !r.listed(last, f.start) {
				break
			}
			if f.names() {
				out = append(out, text[f.start:f.end])
			}
			last = f.end
		}
	}
	if len(out) == 0 {
		return
	}
	p.refs = slices.DeleteFunc(p.refs, func(f reference) bool { return slices.Contains(out, text[f.start:f.end]) })
	if !slices.ContainsFunc(p.refs, reference.names) {
		p.news = news{supposed: true} // of all the others, whichever those are
	}
}

// exceptions takes the orders that a clause behind excepts from the one before: "1001 and 1002 have left, | except 1002".
func (r *reader) exceptions(pieces []piece) {
	text := r.view.text
	for i := 1; i < len(pieces); i++ {
		p, last := &pieces[i], &pieces[i-1]
		if p.news.kind != "" || last.news.kind == "" || p.block != last.block || len(p.refs) == 0 ||
			!slices.ContainsFunc(r.within(p.start, p.start+1), func(h hit) bool { return h.meaning == aside || h.meaning == except }) {
			continue
		}
		r.work += len(last.refs)
		rest := slices.DeleteFunc(slices.Clone(last.refs), func(f reference) bool {
			return slices.ContainsFunc(p.refs, func(o reference) bool { return text[o.start:o.end] == text[f.start:f.end] })
		})
		if len(rest) < len(last.refs) && slices.ContainsFunc(rest, reference.names) {
			last.refs = rest
		}
	}
}

// everyBut tells "but" between all and the one that is left out: "All orders but 1003 are cancelled".
func (r *reader) everyBut(h hit, p *piece) bool {
	if h.meaning != however || !strings.EqualFold(r.view.text[h.start:h.end], "but") {
		return false
	}
	head := strings.Fields(strings.ToLower(r.view.text[p.start:h.start]))
	return slices.ContainsFunc(head, func(w string) bool { return w == "all" || w == "every" || w == "everything" || w == "each" })
}

// notThat tells a denial of nothing but the number behind it: "1001 (not 1002!)".
func (r *reader) notThat(h hit) bool {
	if h.meaning != negation || h.start == 0 || !notWords[strings.ToLower(r.view.text[h.start:h.end])] {
		return false
	}
	before := strings.TrimRight(r.view.text[max(0, h.start-3):h.start], " ")
	return strings.HasSuffix(before, "(") || strings.HasSuffix(before, ",")
}

var notWords = wordSet("not nicht pas non niet nie não")

// buyers tells a line of a form in which the buyer wrote what they liked: a name, a company, an address, a note.
func (r *reader) buyers(c clause) bool {
	colon := labelled(r.view.text[c.start:c.end])
	if colon == 0 {
		return false
	}
	return slices.ContainsFunc(r.within(c.start, c.start+colon), func(h hit) bool {
		return (h.meaning == noted || h.meaning == personLabel) && h.end >= c.start+len(strings.TrimRight(r.view.text[c.start:c.start+colon], " *"))
	}) && !slices.ContainsFunc(r.within(c.start, c.start+colon), func(h hit) bool { // "快递公司：" is who carries
		return h.meaning == orderLabel || h.meaning == trackingLabel || h.meaning == courier || h.meaning == goes || h.meaning == delivering
	})
}

// silence takes from a buyer's words what they seem to say. A number in them is not lost: a person sees it.
func (p *piece) silence() {
	p.news, p.bought = news{doubtful: true}, true
	p.refs = slices.DeleteFunc(p.refs, func(f reference) bool { return f.label != parsers.LabelKey })
}
