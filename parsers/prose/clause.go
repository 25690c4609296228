package prose

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
)

// clause is a piece of text that says one thing: a sentence, a list entry, a line of a form. Offsets are those of the view.
type clause struct {
	start, end int
	block      int // clauses of one block stand together without an empty line between
	mark       parsers.MarkKind
	question   bool
}

// maxClause cuts endless sentences: more is no prose.
const maxClause = 1500

// clauses divides the text. Lines that a program broke are joined; forms and lists are kept line by line.
func (r *reader) clauses() []clause {
	out := r.scratch.clauses[:0]
	var open clause // the paragraph that is being joined
	block := 0
	flush := func() {
		switch {
		case open.end == open.start:
		case r.keys && open.mark == parsers.MarkQuoted && !r.namesAny(open.start, open.end):
			out = append(out, open)
		default:
			out = r.sentences(out, open)
		}
		open = clause{}
	}
	text := r.view.text
	for start := 0; start < len(text); {
		end := lineEnd(text, start)
		next := min(end+1, len(text))
		if end == len(text) {
			next = len(text)
		}
		mark := r.markAt(start, end)
		from, to := trimLine(text, start, end)
		switch {
		case from == to:
			flush()
			block++
		case r.skipped(from) || mark == parsers.MarkHeader:
			flush()
			block++
		default:
			if open.end > open.start && (open.mark != mark || !r.joins(open, from, to)) {
				if open.mark != mark {
					block++
				}
				flush()
			}
			if open.end == open.start {
				open = clause{start: from, block: block, mark: mark}
			}
			open.end = to
		}
		start = next
		if next == len(text) && end == len(text) {
			break
		}
	}
	flush()
	r.scratch.clauses = out
	return out
}

// trimLine drops quotation signs and spaces at both ends.
func trimLine(text string, start, end int) (int, int) {
	for start < end && (text[start] == ' ' || text[start] == '\t' || text[start] == '>') {
		start++
	}
	for end > start && (text[end-1] == ' ' || text[end-1] == '\t') {
		end--
	}
	return start, end
}

// columns is about how wide a line is on a screen: Han characters are as wide as two letters and take three bytes.
func columns(s string) int {
	n := 0
	for i := 0; i < len(s) && n < 50; i++ {
		if s[i] < 0x80 {
			n++
		} else if s[i] >= 0xe3 {
			n += 2
		} else if s[i] >= 0xc0 {
			n++
		}
	}
	return n
}

// sentences cuts a paragraph at the ends of its sentences, never inside a number.
func (r *reader) sentences(out []clause, p clause) []clause {
	text := r.view.text
	start := p.start
	emit := func(end int, question bool) {
		from, to := start, end
		for from < to && (text[from] == ' ' || text[from] == '\n' || text[from] == '\t') {
			from++
		}
		if to > from {
			out = r.divide(out, clause{start: from, end: to, block: p.block, mark: p.mark, question: question})
		}
		start = end
	}
	for i := p.start; i < p.end; {
		if b := text[i]; (b|0x20 >= 'a' && b|0x20 <= 'z' || digit(b)) && i-start <= 2*maxClause { // nothing ends within a word
			i++
			continue
		}
		c, n := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRuneInString(text[i:])
		}
		i += n
		switch c {
		case '。':
			said := text[start : i-n]
			emit(i, (strings.HasSuffix(said, "か") || strings.HasSuffix(said, "吗") || strings.HasSuffix(said, "嗎")))
		case '?', '!', ';':
			if i >= p.end || text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] >= 0xE3 || r.view.wide(i-1) {
				emit(i, c == '?')
			}
		case '.':
			if i < p.end && (text[i] == ' ' || text[i] == '\n') && r.sentenceEnds(i-1, i, p) && !r.insideTracking(i) {
				emit(i, false)
			}
		default:
			if i-start > maxClause && (c == ' ' || i-start > 2*maxClause) && !r.insideTracking(i) {
				emit(i, false)
			}
		}
	}
	emit(p.end, false)
	return out
}

// abbreviations end with a dot that ends no sentence.
var abbreviations = wordSet("no nr nos inc ltd co corp st dr mr mrs ms approx ca z.b bzw inkl ggf art tel str ref réf rif ord " +
	"p.o e.g i.e etc vs qty pcs stk uds pz szt cant n núm num sr sra mme m sig dhr mevr zam tj ul al s rif cod max min " +
	"jan feb mar apr jun jul aug sep sept oct nov dec okt dez d usw evtl voraus att attn ext w")

// numberWords are abbreviations that a number stands behind.
var numberWords = wordSet("no nr nos")

// sentenceEnds judges a dot at offset dot; after is the offset behind it.
func (r *reader) sentenceEnds(dot, after int, p clause) bool {
	text := r.view.text
	i := dot
	for i > p.start && text[i-1] != ' ' && text[i-1] != '\n' && text[i-1] != '(' {
		i--
	}
	word := strings.ToLower(text[i:dot])
	if numberWords[word] && !strings.ContainsAny(text[after:min(p.end, after+3)], "0123456789#:") {
		return true // "No. It has shipped." is an answer
	}
	if word == "resp" || word == "respect" || word == "rispett" { // "(PostNL, resp. 3S… en 3S…)", and "1001 and 1002 left, 1Z… and 1Z… resp. 1003 is discontinued."
		return len(r.refsIn(after, after+3)) > 0 && r.insideTracking(len(strings.TrimRight(text[:i], " ,(\n"))-1)
	}
	if abbreviations[word] || strings.HasSuffix(word, "str") {
		return false
	}
	rest := strings.TrimLeft(text[after:p.end], " \n\t")
	if rest == "" {
		return true
	}
	if leads(word, rest) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	if len(word) <= 2 && len(word) > 0 && digit(word[len(word)-1]) { // "5. Mai", "1. Item", but "… on November 24. And …"
		return slices.ContainsFunc(r.within(max(p.start, i-12), i), func(h hit) bool { return h.meaning == month && i-h.end <= 2 })
	}
	return !(next >= 'a' && next <= 'z')
}

// leads tells dots that stand alone and lead to what stands at the end of their line, as in a table of contents: "55-10402 ....... 3SZHFT4830052".
func leads(dots, rest string) bool {
	if len(dots) < 2 || strings.Trim(dots, ".") != "" {
		return false
	}
	next, _, _ := strings.Cut(rest, " ")
	return len(dots) > 2 || strings.ContainsAny(next, "0123456789")
}

func (r *reader) insideTracking(at int) bool {
	for _, t := range r.trackingIn(at-64, at) {
		if at < t.end {
			return true
		}
	}
	return false
}

// divide cuts a sentence that speaks of several orders in several ways: "1001 went out today, 1002 is out of stock".
// Both sides of a cut must be complete: a number of an order, and news or a tracking number.
func (r *reader) divide(out []clause, c clause) []clause {
	named := 0
	for _, f := range r.refsIn(c.start, c.end) {
		if f.names() {
			named++
		}
	}
	if at := r.relativeAt(c); at > 0 {
		rest := c
		c.end, rest.start = at, at
		return append(r.divide(out, c), rest)
	}
	if at := r.exceptAt(c); at > 0 {
		rest := c
		c.end, rest.start = at, at
		return append(r.divide(out, c), rest)
	}
	complete := r.complete
	if named < 2 {
		switch {
		case r.twoProducts(c):
			complete = r.goodsComplete
		case len(r.codes(c.start, c.end)) > 1:
			complete = r.codeComplete
		case r.twofold(c):
			return r.contrasts(out, c)
		default:
			return append(out, c)
		}
	}
	cuts := r.cuts(c)
	start := c.start
	for _, cut := range cuts {
		if cut.start < start || r.enumerates(cut) || !complete(start, cut.start) || !complete(cut.end, c.end) && !r.onlyTimed(start, cut, c.end) && !r.parallel(start, cut, c.end) || r.partsParcel(start, cut.start, cut.end, c.end) {
			continue
		}
		part := c
		part.start, part.end, part.question = start, cut.start, false
		out = append(out, part)
		start = cut.end
	}
	c.start = start
	return append(out, c)
}

// relatives are folded words that lead to what is said of the order right before them: "1001 replaces 1002, which is cancelled".
var relatives = wordSet("which that die der das welche welcher welches qui laquelle lequel que cual il che quale ktore ktora ktory dat")

// relativeAt is where the order stands of which the rest of a sentence speaks, behind a comma. 0 where there is none, or it stands in a list.
func (r *reader) relativeAt(c clause) int {
	refs := r.refsIn(c.start, c.end)
	if len(refs) < 2 || refs[len(refs)-1].end > c.end { // a number may go on where the clause ends
		return 0
	}
	last, before := refs[len(refs)-1], refs[len(refs)-2]
	text := r.view.text
	rest := text[min(last.end, c.end):c.end]
	if !last.names() || !before.names() || r.listed(before.end, last.start) || !strings.HasPrefix(rest, ", ") || r.trackingBetween(before.end, last.start) {
		return 0
	}
	word, _, _ := strings.Cut(r.plain(last.end+2, min(c.end, last.end+14)), " ")
	if !relatives[word] || !slices.ContainsFunc(r.within(last.end, c.end), func(h hit) bool { return costly(h.meaning) || h.meaning == goes || h.meaning == gone }) {
		return 0
	}
	return last.start
}

// exceptAt is where a sentence leaves something out that it names last: "all has left (1Z…) except the BR-21, expected on 25 November". 0 where it does not.
func (r *reader) exceptAt(c clause) int {
	for _, h := range r.within(c.start, c.end) {
		if h.meaning != except || h.start == c.start || r.leavesOut(c) || len(r.trackingIn(h.end, c.end)) > 0 {
			continue
		}
		said := func(from, to int) bool {
			return slices.ContainsFunc(r.within(from, to), func(o hit) bool { return o.meaning == shipped || o.meaning == acknowledged || o.meaning == gone })
		}
		if said(c.start, h.start) && !said(h.end, c.end) {
			return h.start
		}
	}
	return 0
}

// enumerates tells a word or sign between two orders of one list: "1001 and 1002 have shipped" is one piece.
func (r *reader) enumerates(cut hit) bool {
	before, after := r.refsIn(max(0, cut.start-40), cut.start), r.refsIn(cut.end, cut.end+24)
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	last, next := before[len(before)-1], after[0]
	return last.names() && next.names() && last.end <= cut.start && len(r.trackingIn(last.end, next.start)) == 0 && r.listed(last.end, next.start) && last.end+2 >= cut.start
}

// cuts are the places where one piece of news may end and the next begin.
func (r *reader) cuts(c clause) []hit {
	var out []hit
	text := r.view.text
	for i := c.start; i < c.end; i++ {
		switch {
		case text[i] == ',' && i+1 < c.end && (text[i+1] == ' ' || text[i+1] == '\n' || text[i+1] >= 0xe3 || r.view.wide(i)), text[i] == '/' && r.view.wide(i):
			out = append(out, hit{start: i, end: i + 1})
		case strings.HasPrefix(text[i:c.end], "、"), strings.HasPrefix(text[i:c.end], "／"):
			out = append(out, hit{start: i, end: i + 3})
		case strings.HasPrefix(text[i:c.end], " - ") || strings.HasPrefix(text[i:c.end], " / "):
			out = append(out, hit{start: i, end: i + 3})
		}
	}
	for _, f := range r.refsIn(c.start+1, c.end) { // nothing but a sign may stand before the next order: "1001 shipped;1002 cancelled", "1001 (shipped) 1002 (cancelled)"
		at := f.start
		for _, h := range r.within(max(c.start, at-24), at) {
			if h.meaning == orderLabel && h.end <= f.start && connects(text[h.end:f.start]) {
				at = min(at, h.start)
			}
		}
		sign := len(strings.TrimRight(text[c.start:max(c.start, at)], " ")) + c.start
		if f.names() && sign > c.start && strings.IndexByte(",;.|)/", text[sign-1]) >= 0 {
			out = append(out, hit{start: sign - 1, end: at})
			if text[sign-1] == ')' {
				out[len(out)-1].start = sign
			}
		}
	}
	for _, h := range r.within(c.start, c.end) {
		if h.meaning == however {
			out = append(out, hit{start: h.start, end: h.end})
		}
	}
	for _, word := range [...]string{"and", "und", "et", "y", "e", "en", "i", "oraz", "as"} {
		for at := c.start + 1; ; {
			n := strings.Index(text[at:c.end], word)
			if n < 0 {
				break
			}
			from, to := at+n-1, at+n+len(word)
			if to < c.end && (text[from] == ' ' || text[from] == '\n') && (text[to] == ' ' || text[to] == '\n') {
				out = append(out, hit{start: from, end: to + 1})
			}
			at = to
		}
	}
	slices.SortFunc(out, func(a, b hit) int { return a.start - b.start })
	if len(out) > 200 {
		out = out[:200]
	}
	return out
}

// partsParcel tells a cut between an order and its parcel: "1001 went out today, | 1Z…, while 1002 is out of stock".
func (r *reader) partsParcel(start, end, next, last int) bool {
	tracking := r.trackingIn(next, last)
	if len(tracking) == 0 {
		return false
	}
	if left := r.trackingIn(start, end); len(left) > 0 {
		from, to := left[len(left)-1].end, tracking[0].start // within one list of parcels
		return from <= to && len(r.refsIn(from, to)) == 0 && r.listed(from, to)
	}
	for _, f := range r.refsIn(next, last) {
		if f.names() {
			return tracking[0].start < f.start
		}
	}
	codes := r.codes(next, tracking[0].start) // "AB-1 is cancelled, | AB-2 left today, 1Z…"
	return len(codes) == 0 || len(r.codes(start, end)) == 0
}

// complete tells whether a piece names an order and says something of it.
func (r *reader) complete(start, end int) bool {
	if start >= end || !slices.ContainsFunc(r.refsIn(start, end), func(f reference) bool { return f.names() }) {
		return false
	}
	if len(r.trackingIn(start, end)) > 0 {
		return true
	}
	return r.endsDenied(start, end) || slices.ContainsFunc(r.within(start, end), func(h hit) bool {
		return h.meaning >= shipped && h.meaning <= asked || h.meaning == exhausted || h.meaning == obtaining || h.meaning == struck || h.meaning == pending ||
			h.meaning == short || h.meaning == lacking || h.meaning == wouldEnd || h.meaning == awaiting || h.meaning == gone
	})
}

// goodsComplete tells whether a piece names a product with its quantity and says something of it.
func (r *reader) goodsComplete(start, end int) bool {
	from := sort.Search(len(r.products), func(i int) bool { return r.products[i].qtyStart >= start })
	if from == len(r.products) || r.products[from].qtyStart >= end {
		return false
	}
	return slices.ContainsFunc(r.within(start, end), func(h hit) bool {
		return h.meaning >= shipped && h.meaning <= cancelled || h.meaning == pending || h.meaning == remainder || h.meaning == inStock && r.availableLater(h, clause{start: start, end: end})
	})
}

// codes are the products' codes in a span.
func (r *reader) codes(start, end int) []token {
	var out []token
	for _, t := range r.tokensIn(start, end) {
		if t.letters > 0 && t.digits > 0 && t.end <= end && skuLike(r.view.text[t.start:t.end], t) && !r.isTracking(t.start, t.end) && !r.ordered(t) {
			out = append(out, t)
		}
	}
	return out
}

// codeComplete tells whether a piece names one product by its code and says behind it what became of it: "AB-1 shipped, AB-2 discontinued".
func (r *reader) codeComplete(start, end int) bool {
	codes := r.codes(start, end)
	return len(codes) > 0 && (len(r.trackingIn(codes[0].end, end)) > 0 || slices.ContainsFunc(r.within(codes[0].end, end), func(h hit) bool { return h.meaning >= shipped && h.meaning <= cancelled || h.meaning == exhausted }))
}

// parallel tells a cut behind which an order or a product comes first, as before it, with words of its own: "AB-1 left today (1Z…), AB-2 we only have in May". What they say may be
// news that nobody understands; of the parcel it is none.
func (r *reader) parallel(start int, cut hit, end int) bool {
	before, behind := r.refsIn(start, cut.start), r.refsIn(cut.end, end)
	if len(before) == 0 || len(behind) == 0 || strings.TrimSpace(r.view.text[cut.end:behind[0].start]) != "" || r.wordsIn(clause{start: behind[len(behind)-1].end, end: end}) < 2 {
		return false
	}
	first := before[0].end
	return len(r.trackingIn(first, cut.start)) > 0 || slices.ContainsFunc(r.within(first, cut.start), func(h hit) bool { return h.meaning >= shipped && h.meaning <= cancelled })
}

// names tells whether a reference may name an order: it is called one, or nothing says what it is and it is a plain number.
func (f reference) names() bool {
	if f.skip || f.tracking || f.sku {
		return false
	}
	return f.label == parsers.LabelOrder || f.label == parsers.LabelTheirs || f.label == parsers.LabelKey || f.label == "" && f.plain
}
