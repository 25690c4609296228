package prose

import (
	"slices"
	"strconv"
	"strings"

	"waybill/parsers"
)

// product is a Line with offsets of the view.
type product struct {
	start, end       int // the SKU or the title; start == end: none
	title            bool
	quantity         int
	qtyStart, qtyEnd int
	part             bool // more of it was ordered
}

// findProducts finds lines with a quantity: "2 x AB-1", "AB-1 x 2", "AB-1 (qty 2)", "2 pcs AB-1", "SKU AB-1, quantity: 2".
func (r *reader) findProducts() []product {
	var out []product
	text := r.view.text
	read := 0 // tokens that the last product took
	for i, t := range r.tokens {
		if read > 0 {
			read--
			continue
		}
		_, word := spelled(text, t)
		if t.digits == 0 && !word {
			continue
		}
		if (t.letters == 0 || word) && len(out) < 1000 {
			var p product
			if p, read = r.partOf(i); read > 0 {
				out = append(out, p)
				continue
			}
		}
		if word {
			continue // "two AB-1" may be two of anything: only "two of the three" is said of goods alone
		}
		if t.letters > 0 || t.digits > 5 || t.digits != t.end-t.start {
			if n, ok := glued(text[t.start:t.end]); ok { // "2x"
				out = r.after(out, i, n, t.start, t.start+len(strconv.Itoa(n)), t.end)
			}
			continue
		}
		n, _ := strconv.Atoi(text[t.start:t.end])
		if n == 0 || n > 99999 || r.trackingBetween(t.start, t.end) || len(out) >= 1000 ||
			slices.ContainsFunc(r.refsIn(t.start, t.end), func(f reference) bool { return f.label == parsers.LabelOrder && !f.weak }) {
			continue
		}
		if end, ok := r.times(i, t.end); ok {
			if r.inBoxes(i, end) {
				continue
			}
			if k := len(out) - 1; r.codeBeside(i) && !r.codeFollows(i, end) && (k < 0 || out[k].end <= r.tokens[i-1].start) { // "AB-1 2 pcs"
				out = append(out, product{start: r.tokens[i-1].start, end: r.tokens[i-1].end, quantity: n, qtyStart: t.start, qtyEnd: t.end})
				continue
			}
			out = r.after(out, i, n, t.start, t.end, end)
			continue
		}
		if p, ok := r.countedCode(i, n); ok {
			out = append(out, p)
			continue
		}
		switch {
		case r.quantityBefore(t):
			out = r.before(out, i, n, t)
		case n < 1000 && r.ownCell(t):
			out = r.sameRow(out, i, n, t)
		}
	}
	return out
}

// inBoxes tells a number of parcels: "shipped complete in 3 cartons via UPS". What is said behind them is no product's name.
func (r *reader) inBoxes(i, end int) bool {
	if i == 0 || i+1 >= len(r.tokens) || r.codeFollows(i, end) {
		return false
	}
	before, noun := r.tokens[i-1], r.tokens[i+1]
	word := r.plain(noun.start, noun.end)
	return noun.end <= end+1 && (boxNouns[word] || parcelNouns[word]) && boxLeads[r.plain(before.start, before.end)]
}

// codeFollows tells whether the product stands behind "3 x": what stands before it is the end of an address then, "TN24 8QX: 3 x AB-1".
func (r *reader) codeFollows(i, end int) bool {
	text := r.view.text
	for _, t := range r.tokens[i+1 : min(len(r.tokens), i+3)] {
		if t.start >= end && strings.Trim(text[end:t.start], " ") == "" {
			return t.letters > 0 && t.digits > 0 && skuLike(text[t.start:t.end], t)
		}
	}
	return false
}

// countedCode reads a number before a product's code with at most its name between: "2 BR-40", "2 plats BR-40".
func (r *reader) countedCode(i, n int) (product, bool) {
	if n > 999 {
		return product{}, false
	}
	t := r.tokens[i]
	k, ok := r.codeBehind(i)
	if !ok || r.uncountable(t) { // few numbers have a code behind, and what they count takes longer to tell
		return product{}, false
	}
	return product{start: r.tokens[k].start, end: r.tokens[k].end, quantity: n, qtyStart: t.start, qtyEnd: t.end}, true
}

// codeBehind finds a product's code behind a number with at most two words between.
func (r *reader) codeBehind(i int) (int, bool) {
	text := r.view.text
	for k := i + 1; k < len(r.tokens) && k <= i+3; k++ {
		o := r.tokens[k]
		gap := text[r.tokens[k-1].end:o.start]
		if strings.Trim(gap, " ") != "" || len(gap) == 0 {
			return 0, false
		}
		if o.letters > 0 && o.digits > 0 {
			return k, skuLike(text[o.start:o.end], o) && !r.isTracking(o.start, o.end) && !r.ordered(o)
		}
		if o.digits > 0 || slices.ContainsFunc(r.within(o.start, o.end), func(h hit) bool { return h.meaning.group() <= 1 || h.meaning.group() == 3 || h.meaning == parcel }) {
			return 0, false
		}
	}
	return 0, false
}

// uncountable tells a number that measures something, is called something else, or is that of a day.
func (r *reader) uncountable(t token) bool {
	text := r.view.text
	if measured(text, t.start, t.end) || slices.ContainsFunc(r.refsIn(t.start, t.end), func(f reference) bool { return f.label != "" || f.skip || f.tracking }) {
		return true
	}
	return slices.ContainsFunc(r.within(max(0, t.start-12), t.start), func(h hit) bool {
		return (h.meaning == month || h.meaning == vague || h.meaning == when) && strings.Trim(text[h.end:max(h.end, t.start)], " .") == ""
	})
}

// codeBeside tells whether a product's code stands right before a quantity with its unit, and none right behind it.
func (r *reader) codeBeside(i int) bool {
	text := r.view.text
	if i == 0 {
		return false
	}
	t := r.tokens[i-1]
	gap := text[t.end:r.tokens[i].start]
	if t.letters == 0 || !skuLike(text[t.start:t.end], t) || r.ordered(t) || !r.easternTitle(t.end, gap) && (strings.Trim(gap, " ×:(*),）") != "" || len(gap) > 4) || r.isTracking(t.start, t.end) {
		return false
	}
	end, _ := r.times(i, r.tokens[i].end)
	return i+1 == len(r.tokens) || !skuLike(text[r.tokens[i+1].start:r.tokens[i+1].end], r.tokens[i+1]) || strings.Trim(text[min(end, r.tokens[i+1].start):r.tokens[i+1].start], " .") != ""
}

// easternTitle tells a product's name between its code and the number of pieces, in a script without spaces: "KY-20 和紙ノート 3点".
func (r *reader) easternTitle(at int, gap string) bool {
	gap = strings.TrimSpace(gap)
	return len(gap) >= 3 && len(gap) <= 45 && gap[0] >= 0xe3 && !strings.ContainsAny(gap, ",.;:、。\n") &&
		!slices.ContainsFunc(r.within(at, at+len(gap)), func(h hit) bool { return h.meaning >= shipped && h.meaning <= asked })
}

// glued reads "2x".
func glued(s string) (int, bool) {
	if len(s) < 2 || len(s) > 5 || s[len(s)-1] != 'x' && s[len(s)-1] != 'X' {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	return n, err == nil && n > 0
}

// times tells whether a sign or word of counting stands behind a number, and where it ends.
func (r *reader) times(i, end int) (int, bool) {
	rest := r.view.text[end:min(len(r.view.text), end+24)]
	trimmed := strings.TrimLeft(rest, " ")
	skip := end + len(rest) - len(trimmed)
	for _, sign := range []string{"x ", "X ", "× ", "×", "* "} {
		if strings.HasPrefix(trimmed, sign) {
			return skip + len(sign), true
		}
	}
	for _, h := range r.within(skip, skip+2) {
		if h.meaning == unit && !(r.view.text[h.start:h.end] == "本" && strings.HasPrefix(r.view.text[h.end:], "日")) { // 本日 is today
			return h.end, true
		}
	}
	return 0, false
}

// quantityBefore tells whether a word for quantity, or "x" behind a code, stands before the number.
func (r *reader) quantityBefore(t token) bool {
	text := r.view.text
	for _, h := range r.within(t.start-30, t.start) {
		if h.meaning == quantityLabel && h.end <= t.start && t.start-h.end <= 6 && strings.Trim(text[h.end:t.start], " :.=#-\t(") == "" {
			return true
		}
	}
	before := strings.TrimRight(text[max(0, t.start-6):t.start], " ")
	return strings.HasSuffix(before, " x") || strings.HasSuffix(before, " X") || strings.HasSuffix(before, "×")
}

// after takes what follows a quantity: a code, or words up to the end of the line as a title.
func (r *reader) after(out []product, i, n, qtyStart, qtyEnd, from int) []product {
	text := r.view.text
	stop := r.lineStop(from)
	for k := i + 1; k < len(r.tokens) && k <= i+6 && r.tokens[k].start < stop; k++ {
		t := r.tokens[k]
		if t.start < from {
			continue
		}
		if skuLike(text[t.start:t.end], t) && !r.isTracking(t.start, t.end) {
			if r.ordered(t) { // "3 items from order 18842"
				return out
			}
			return append(out, product{start: t.start, end: t.end, quantity: n, qtyStart: qtyStart, qtyEnd: qtyEnd})
		}
	}
	title := strings.TrimLeft(text[from:stop], " \t:")
	start := stop - len(title)
	if cut := strings.IndexAny(title, ",;(\t.|，、；（。"); cut >= 0 {
		title = title[:cut]
	}
	title = strings.TrimRight(title, " ")
	if len(title) < 3 || len(title) > 80 || particled(title) || carriedBy[firstWord(strings.ToLower(title))] {
		return out
	}
	return append(out, product{start: start, end: start + len(title), title: true, quantity: n, qtyStart: qtyStart, qtyEnd: qtyEnd})
}

// carriedBy are words behind a number of things that say how they go, and begin no name: "3 Stück per DHL".
var carriedBy = wordSet("via by per mit par con met przez com through over über durch")

// particled tells words that begin with a Japanese particle: what is counted stood before them, "真鍮ペンダント１点は本日発送". "2個口" are parcels.
func particled(title string) bool {
	return slices.ContainsFunc([]string{"は", "が", "を", "も", "の", "に", "で", "と", "分", "口"}, func(p string) bool { return strings.HasPrefix(title, p) })
}

// before takes the code in front of a quantity on the same line.
func (r *reader) before(out []product, i, n int, qty token) []product {
	text := r.view.text
	start := r.lineStart(qty.start)
	for k := i - 1; k >= 0 && k >= i-8 && r.tokens[k].start >= start; k-- {
		if t := r.tokens[k]; skuLike(text[t.start:t.end], t) {
			return append(out, product{start: t.start, end: t.end, quantity: n, qtyStart: qty.start, qtyEnd: qty.end})
		}
	}
	return out
}

// ownCell tells a word that is all of a table's cell.
func (r *reader) ownCell(t token) bool {
	text := r.view.text
	left := t.start == 0 || text[t.start-1] == '\t' || text[t.start-1] == '\n'
	right := t.end == len(text) || text[t.end] == '\t' || text[t.end] == '\n'
	return left && right && (t.start > 0 && text[t.start-1] == '\t' || t.end < len(text) && text[t.end] == '\t')
}

// sameRow takes the product's code from another cell of a table's row, the nearest first.
func (r *reader) sameRow(out []product, i, n int, qty token) []product {
	text := r.view.text
	start, stop := r.lineStart(qty.start), r.lineStop(qty.end)
	for d := 1; d <= 12; d++ {
		for _, k := range [...]int{i - d, i + d} {
			if k < 0 || k >= len(r.tokens) || r.tokens[k].start < start || r.tokens[k].end > stop {
				continue
			}
			if t := r.tokens[k]; t.letters > 0 && skuLike(text[t.start:t.end], t) && r.ownCell(t) {
				return append(out, product{start: t.start, end: t.end, quantity: n, qtyStart: qty.start, qtyEnd: qty.end})
			}
		}
	}
	return out
}

// nearby is how far a line is looked at for what belongs together. A line may be as long as the text.
const nearby = 400

func (r *reader) lineStart(before int) int {
	from := max(0, before-nearby)
	r.work += before - from
	return from + strings.LastIndexByte(r.view.text[from:before], '\n') + 1
}

func (r *reader) lineStop(after int) int {
	to := min(len(r.view.text), after+nearby)
	if n := strings.IndexByte(r.view.text[after:to], '\n'); n >= 0 {
		to = after + n
	}
	r.work += to - after
	return to
}

func lineEnd(text string, from int) int {
	if n := strings.IndexByte(text[from:], '\n'); n >= 0 {
		return from + n
	}
	return len(text)
}

// skuLike tells codes of products: letters with digits, or capitals with dashes.
func skuLike(s string, t token) bool {
	if len(s) < 3 || len(s) > 30 {
		return false
	}
	if _, ok := glued(s); ok {
		return false
	}
	if t.letters > 0 && t.digits > 0 {
		return t.upper > 0 || strings.ContainsAny(s, "-_/")
	}
	return t.digits == 0 && t.upper == t.letters && strings.ContainsAny(s, "-_") || t.letters == 0 && t.digits >= 5 && t.digits == len(s)
}

func (r *reader) line(p product) parsers.Line {
	l := parsers.Line{Quantity: p.quantity}
	if p.quantity > 0 {
		l.QuantityAt = r.value(p.qtyStart, p.qtyEnd).At
	}
	switch {
	case p.start == p.end:
	case p.title:
		l.Title = r.value(p.start, p.end)
	default:
		l.SKU = r.value(p.start, p.end)
	}
	return l
}
