package prose

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// partOf reads "3 of 5 hammers (AT-100)", "3 de las 4 tazas", "5個のうち3個": a number of pieces, and out of how many. It gives the
// product and how many tokens behind the first were read. The goods may have no name: "3 of 5 left today".
func (r *reader) partOf(i int) (product, int) {
	text := r.view.text
	a := r.tokens[i]
	first, ok := count(text, a)
	if !ok {
		return product{}, 0
	}
	k := i + 1
	for k < len(r.tokens) && k <= i+5 && r.tokens[k].digits == 0 {
		if _, word := spelled(text, r.tokens[k]); word {
			break
		}
		k++
	}
	if k >= len(r.tokens) {
		return product{}, 0
	}
	b := r.tokens[k]
	second, ok := count(text, b)
	if !ok || b.start-a.end > 24 {
		return product{}, 0
	}
	p := product{quantity: first, qtyStart: a.start, qtyEnd: a.end}
	end, all := b.end, second
	switch gap := text[a.end:b.start]; {
	case outOf(gap):
	case r.outOfEastern(gap, a.end):
		p, all = product{quantity: second, qtyStart: b.start, qtyEnd: b.end}, first
	default:
		return product{}, 0
	}
	if p.quantity > all || r.countsNoGoods(a.start, end) || r.trackingBetween(a.start, end) {
		return product{}, 0
	}
	p.part = p.quantity < all
	if unit, ok := r.times(k, end); ok {
		end = unit
	}
	if r.nameGoods(&p, k+1, end); p.start == p.end || p.title {
		r.codeBefore(&p, i)
	}
	return p, k - i
}

// numerals are small numbers in words (lower case). "One" is left out: it is an article in most languages.
var numerals = map[string]int{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
	"twee": 2, "drie": 3, "vijf": 5, "zes": 6, "zeven": 7, "negen": 9, "tien": 10, "twaalf": 12,
	"dwa": 2, "dwie": 2, "dwóch": 2, "trzy": 3, "trzech": 3, "cztery": 4, "czterech": 4, "pięć": 5, "pięciu": 5, "sześć": 6, "sześciu": 6, "siedem": 7, "siedmiu": 7, "osiem": 8, "ośmiu": 8, "dziewięć": 9, "dziesięć": 10, "dziesięciu": 10, "dwanaście": 12,
	"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "douze": 12,
	"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "doce": 12,
	"due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10, "dodici": 12,
	"dois": 2, "duas": 2, "três": 3, "quatro": 4, "sete": 7, "oito": 8, "dez": 10, "doze": 12,
}

// numeralSizes are the lengths (a bit each, in bytes) of the numerals that begin with a byte, capital or not.
var numeralSizes = sizesOf(maps.Keys(numerals))

// sizesOf gives the lengths of words by their first byte: most words are told apart by these, and need not be looked up.
func sizesOf(lists ...iter.Seq[string]) (sizes [256]uint16) {
	for _, words := range lists {
		for word := range words {
			sizes[word[0]] |= 1 << len(word)
			sizes[strings.ToUpper(word)[0]] |= 1 << len(word)
		}
	}
	return sizes
}

// spelled reads a number that is written as a word.
func spelled(text string, t token) (int, bool) {
	size := t.end - t.start
	if t.digits > 0 || size < 3 || size > 13 || numeralSizes[text[t.start]]&(1<<size) == 0 {
		return 0, false
	}
	var short [16]byte
	word := short[:size]
	for i := range word {
		c := text[t.start+i]
		if c >= utf8.RuneSelf {
			n, ok := numerals[strings.ToLower(text[t.start:t.end])]
			return n, ok
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		word[i] = c
	}
	n, ok := numerals[string(word)]
	return n, ok
}

func count(text string, t token) (int, bool) {
	if n, ok := spelled(text, t); ok {
		return n, true
	}
	if t.letters > 0 || t.digits != t.end-t.start || t.digits > 4 {
		return 0, false
	}
	n, err := strconv.Atoi(text[t.start:t.end])
	return n, err == nil && n > 0
}

var (
	ofWords  = []string{"of", "von", "der", "sur", "des", "de", "di", "dei", "delle", "degli", "su", "van", "das", "dos", "z", "ze", "aus"}
	ofFiller = []string{"out", "the", "your", "den", "ihren", "les", "vos", "las", "los", "sus", "suas", "seus", "tych", "vostri", "vostre", "uw", "bestellten", "ordered"}
)

// outOf tells the words between two numbers of which the first is a part of the second.
func outOf(gap string) bool {
	if strings.ContainsAny(gap, "\n\t") {
		return false
	}
	related := false
	for w := range strings.SplitSeq(strings.TrimSpace(strings.ToLower(gap)), " ") {
		if slices.Contains(ofWords, w) {
			related = true
		} else if !slices.Contains(ofFiller, w) {
			return false
		}
	}
	return related
}

// outOfEastern does it for "5个中的3个" and "5個のうち3個", which name the whole first.
func (r *reader) outOfEastern(gap string, from int) bool {
	for _, h := range r.within(from, from+1) {
		if h.meaning == unit && h.end-from <= len(gap) {
			gap = gap[h.end-from:]
			break
		}
	}
	return slices.Contains([]string{"中", "中的", "のうち", "の内", "の中", "のうちの"}, strings.TrimSpace(gap))
}

// uncounted are words beside "1 of 2" that make it a place in a row.
var uncounted = []string{"page", "pages", "seite", "página", "pagina", "strona", "pallet", "palette", "part", "teil", "partie", "parte", "deel", "część", "label", "step", "mail", "email",
	"e-mail", "star", "stars", "day", "days", "tag", "tagen", "paczka", "box", "ctn", "mails", "weeks", "wochen", "semaines", "semanas", "times"}

// countsNoGoods tells "parcel 1 of 2", "page 2 of 3", "3 of 5 orders", and "1 of 3" at the head of a line right before a parcel's number.
func (r *reader) countsNoGoods(start, end int) bool {
	if r.countsParcel(start, end) {
		return true
	}
	named := func(h hit) bool { return h.meaning == parcel || h.meaning == orderLabel || h.meaning == month }
	text := r.view.text
	before := strings.TrimRight(text[max(0, start-20):start], " #(:\n")
	after := strings.TrimLeft(text[end:min(len(text), end+20)], " ")
	words := strings.FieldsFunc(strings.ToLower(before), func(c rune) bool { return c == ' ' || c == '\n' || c == '(' })
	if len(words) > 0 && slices.Contains(uncounted, words[len(words)-1]) {
		return true
	}
	if words = strings.FieldsFunc(strings.ToLower(after), func(c rune) bool { return strings.ContainsRune(" \n,.;:)", c) }); len(words) > 0 && (slices.Contains(uncounted, words[0]) || len(words[0]) > 4 && slices.Contains(uncounted, words[0][:len(words[0])-1])) {
		return true
	}
	at := start - min(start, 20) + len(before)
	if slices.ContainsFunc(r.within(max(0, at-20), at), func(h hit) bool { return (h.meaning == parcel || h.meaning == month) && h.end == at }) {
		return true
	}
	next := end + len(text[end:min(len(text), end+20)]) - len(after)
	return slices.ContainsFunc(r.within(next, next+1), named)
}

func (r *reader) countsParcel(start, end int) bool {
	text := r.view.text
	line := strings.LastIndexByte(text[:start], '\n') + 1
	if strings.Trim(text[line:start], " \t-*•>(#") != "" {
		return false
	}
	for _, t := range r.trackingIn(end, min(len(text), end+12)) {
		return t.start >= end && strings.Trim(text[end:t.start], " \t:-–=#)") == ""
	}
	return false
}

// nameGoods finds the code or the name behind "3 of 5".
func (r *reader) nameGoods(p *product, i, from int) {
	text := r.view.text
	stop := r.lineStop(from)
	p.start, p.end = p.qtyEnd, p.qtyEnd
	for k := i; k < len(r.tokens) && k <= i+6 && r.tokens[k].end <= stop; k++ {
		t := r.tokens[k]
		if t.start >= from && skuLike(text[t.start:t.end], t) && !r.isTracking(t.start, t.end) && !r.ordered(t) {
			p.start, p.end = t.start, t.end
			return
		}
	}
	for _, h := range r.within(from, stop) { // a name ends where other things are said
		if h.meaning.group() <= 2 && h.meaning != unit && h.meaning != skuLabel {
			stop = min(stop, h.start)
		}
	}
	title := text[from:stop]
	if cut := strings.IndexAny(title, ",;:(.|\t0123456789"); cut >= 0 {
		title = title[:cut]
	}
	start := from + len(title) - len(strings.TrimLeft(title, " "))
	words := strings.Fields(title)
	for len(words) > 0 && utf8.RuneCountInString(words[len(words)-1]) <= 3 {
		words = words[:len(words)-1]
	}
	if title = strings.Join(words, " "); len(title) >= 3 && !particled(title) && len(words) <= 5 && strings.HasPrefix(text[start:], title) && len(title) <= 80 {
		p.start, p.end, p.title = start, start+len(title), true
	}
}

// codeBefore finds the code in front of "3 of 5": "AT-100: 3 of 5 left today", "AT-100 5点のうち3点".
func (r *reader) codeBefore(p *product, i int) {
	if i == 0 {
		return
	}
	text := r.view.text
	t := r.tokens[i-1]
	gap := text[t.end:r.tokens[i].start]
	if len(gap) > 0 && len(gap) <= 8 && strings.Trim(gap, " :(-–—：（のは、") == "" && skuLike(text[t.start:t.end], t) && !r.isTracking(t.start, t.end) && !r.ordered(t) {
		p.start, p.end, p.title = t.start, t.end, false
	}
}

// ordered tells a number that words call one of an order: "3 of 5 for 2010-A".
func (r *reader) ordered(t token) bool {
	text := r.view.text
	words := strings.Fields(strings.ToLower(text[max(0, t.start-12):t.start]))
	if len(words) > 0 && slices.Contains([]string{"for", "für", "pour", "para", "per", "voor", "dla", "zu", "zur"}, words[len(words)-1]) {
		return true
	}
	return slices.ContainsFunc(r.refsIn(t.start, t.end), func(f reference) bool { return f.label != "" || f.skip && !f.quantity || f.tracking })
}

// unheard tells whether a sentence names an order that no other does that brings news.
func (r *reader) unheard(p *piece, pieces []piece) bool {
	return slices.ContainsFunc(p.refs, func(f reference) bool {
		return f.names() && f.start >= p.start && f.end <= p.end && !somePiece(pieces, func(o *piece) bool {
			return o.start != p.start && o.says() && slices.ContainsFunc(o.refs, func(g reference) bool { return r.view.text[g.start:g.end] == r.view.text[f.start:f.end] })
		})
	})
}
