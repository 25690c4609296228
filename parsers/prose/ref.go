package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// reference is a Ref with what its reader knows beside it. Offsets are those of the view.
type reference struct {
	start, end int
	label      parsers.Label
	barred     bool // words call it a number of the kind that no parcel has
	skip       bool // a phone, a VAT number, …: words say that it names no order
	tracking   bool // words call it a tracking number
	sku        bool
	quantity   bool
	plain      bool // digits only
	pattern    bool // the profile's order pattern
	weak       bool // nothing but that pattern calls it an order
}

// references gives everything that looks like a number or code, with the label of the words before it.
func (r *reader) references() []reference {
	var out []reference
	var nameless [][2]int // name no order, whatever their form
	labels := r.labels()
	counted := none // the label of fields that are counted
	next := 0
	for i, t := range r.tokens {
		if t.digits == 0 {
			continue
		}
		if r.dayOrYear(t) || r.someOf(t) || r.parcelOrdinal(i) || isDate(r.view.text[t.start:t.end]) {
			nameless = append(nameless, [2]int{t.start, t.end})
			continue
		}
		if !r.candidate(t) {
			continue
		}
		ref := reference{start: t.start, end: t.end, plain: t.letters == 0 && t.digits == t.end-t.start}
		for next < len(labels) && labels[next].end <= t.start {
			next++
		}
		label, ok := r.labelOf(t, labels[:next])
		if ok && r.ordinal(i) { // "Reference 1: 1001": the label is the next one's
			counted = label
			continue
		}
		if !ok && counted != none {
			label, ok = counted, true
		}
		counted = none
		if !ok && len(out) > 0 {
			if last := out[len(out)-1]; r.listed(last.end, t.start) && (i == 0 || last.label != "" || last.skip || last.tracking) {
				ref.label, ref.skip, ref.tracking, ref.sku, ref.barred = last.label, last.skip, last.tracking, last.sku, last.barred
				ok = true
			}
		} else if ok {
			ref.apply(label)
			ref.barred = label == otherLabel && ref.plain && slices.ContainsFunc(labels[:next], func(h hit) bool {
				return h.meaning == otherLabel && t.start-h.end < 28 && h.end <= t.start && goodsNumber(r.view.text[h.start:h.end])
			})
		}
		if !ok {
			if m := prefixLabel(r.view.text[t.start:t.end]); m != none {
				ref.apply(m)
				ok = true
			}
		}
		if !ok && t.start > 0 && r.view.text[t.start-1] == '#' {
			ref.label = parsers.LabelOrder
			ok = true
		}
		if !ok && (!worth(r.view.text[t.start:t.end], t) || r.counts(t)) {
			continue
		}
		if !ok && r.placed(i) {
			nameless = append(nameless, [2]int{t.start, t.end})
			continue
		}
		out = append(out, ref)
	}
	return r.patterned(out, nameless)
}

// ordinal tells a number that counts the fields of a carrier's form: the 1 of "Customer reference 1: 1001", the 2 of "Reference Number 2: 1002".
func (r *reader) ordinal(i int) bool {
	t := r.tokens[i]
	if t.letters > 0 || t.digits > 1 || i+1 == len(r.tokens) || t.end == len(r.view.text) || !strings.Contains(strings.ToLower(r.view.text[max(0, t.start-24):t.start]), "ref") {
		return false
	}
	gap := r.between(t.end, r.tokens[i+1].start)
	return strings.TrimSpace(gap) == ":" && r.tokens[i+1].digits >= 3
}

// parcelOrdinal tells the number of a parcel among those of an order, or of how many there are or of pieces, that no paper goes by: the 2 of "colis 2 : AB-1", "vol. 2",
// "1001, 2 colis", "AB-1 x2".
func (r *reader) parcelOrdinal(i int) bool {
	t := r.tokens[i]
	if s := r.view.text[t.start:t.end]; t.letters == 1 && t.digits <= 3 && len(s) == t.digits+1 && (s[0]|0x20 == 'x' || s[len(s)-1]|0x20 == 'x') {
		return true
	}
	if t.letters > 0 || t.digits > 2 {
		return false
	}
	if i+1 < len(r.tokens) && r.view.text[t.end:r.tokens[i+1].start] == " " && parcelNouns[r.plain(r.tokens[i+1].start, r.tokens[i+1].end)] {
		return true
	}
	if i == 0 {
		return false
	}
	noun := r.tokens[i-1]
	if noun.digits > 0 || t.start-noun.end > 2 || strings.Trim(r.view.text[noun.end:t.start], " .") != "" {
		return false
	}
	word := r.plain(noun.start, noun.end)
	return parcelNouns[word] || boxNouns[word] || word == "vol"
}

// prefixLabel reads what a number calls itself: "PO-1001", "SO-5544", "INV12". The prefix stays part of the number.
func prefixLabel(s string) meaning {
	n := 0
	for n < len(s) && !digit(s[n]) && s[n] != '-' && s[n] != '_' && s[n] != '/' {
		n++
	}
	if n == 0 || n == len(s) || !strings.ContainsAny(s[n:], "0123456789") {
		return none
	}
	switch strings.ToUpper(s[:n]) {
	case "PO", "ORD", "ORDER", "BEST":
		return orderLabel
	case "SO", "DDT", "LS", "BL", "WZ":
		return theirLabel
	case "INV", "RG", "FAC", "FV":
		return invoiceLabel
	}
	return none
}

// apply sets what a label says of the number behind it.
func (ref *reference) apply(m meaning) {
	switch m {
	case orderLabel:
		ref.label = parsers.LabelOrder
	case theirLabel:
		ref.label = parsers.LabelTheirs
	case invoiceLabel:
		ref.label = parsers.LabelInvoice
	case customerLabel:
		ref.label = parsers.LabelCustomer
	case phoneLabel, otherLabel:
		ref.skip = true
	case trackingLabel:
		ref.tracking = true
	case skuLabel:
		ref.sku = true
	case quantityLabel:
		ref.quantity, ref.skip = true, true
	}
}

// candidate drops numbers whose form says what they are.
func (r *reader) candidate(t token) bool {
	s := r.view.text[t.start:t.end]
	return t.end-t.start <= 40 && !isDate(s) && !isPhone(r.view.text, t) && !isAmount(r.view.text, t)
}

// worth tells whether a number without any label may name an order.
func worth(s string, t token) bool {
	switch {
	case t.letters == 0:
		return t.digits >= 3
	case t.digits >= 2 && len(s) >= 4:
		return t.letters <= 8 || t.upper > 0
	}
	return t.digits >= 1 && t.upper >= 2 && strings.ContainsAny(s, "-_/") && len(s) >= 4
}

func (r *reader) labels() []hit {
	var out []hit
	for _, h := range r.hits {
		if h.meaning.group() == 1 && h.meaning != unit {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b hit) int {
		if a.end != b.end {
			return a.end - b.end
		}
		return b.start - a.start // the longer one last
	})
	return out
}

// labelOf is the label right before a number, with nothing between but signs and words like "number" and "is".
func (r *reader) labelOf(t token, before []hit) (meaning, bool) {
	for i := len(before) - 1; i >= 0 && i >= len(before)-3; i-- {
		h := before[i]
		if t.start-h.end > 28 {
			break
		}
		if connects(r.view.text[h.end:t.start]) {
			// Of labels that end at the same place the longest counts; "our order" beats "order".
			for i > 0 && before[i-1].end == h.end && before[i-1].start <= h.start {
				i--
				if before[i].start < h.start || before[i].meaning == trackingLabel { // a Dutch "barcode" is that of the parcel
					h = before[i]
				}
			}
			return h.meaning, true
		}
		if h.meaning == otherLabel && goodsNumber(r.view.text[h.start:h.end]) && strings.HasSuffix(strings.TrimRight(r.view.text[h.end:t.start], " "), ":") && len(strings.Fields(r.view.text[h.end:t.start])) <= 1 {
			return h.meaning, true // "Barcodes supplied: 501…"
		}
	}
	return none, false
}

// connectors may stand between a label and its number.
var connectors = []string{
	"no", "nr", "number", "num", "is", "was", "id", "the", "ist", "lautet", "nummer", "est", "es", "e", "jest", "to", "numero", "número", "numéro", "nº", "n°", "n.º", "n",
	"code", "are", "sind", "sont", "son", "sono", "zijn", "são", "has", "for", "shop", "ref", "は", "为", "是", "為", "号", "號", "码", "番号", "ids", "numbers", "nrs", "nos", "with", "mit", "von", "of",
}

// goodsNumber tells the labels of numbers that goods, banks and offices have, and no parcel: they are as long as tracking numbers.
func goodsNumber(label string) bool {
	label = strings.ToLower(label)
	return slices.ContainsFunc([]string{"ean", "gtin", "upc", "barcode", "isbn", "jan", "iban", "vat", "ust", "条码", "條碼", "código de bar", "codice a bar", "kod kresk", "gencod"}, func(p string) bool { return strings.HasPrefix(label, p) })
}

func connects(gap string) bool {
	if len(gap) == 0 {
		return true
	}
	if strings.Count(gap, "\n") > 1 {
		return false
	}
	words := strings.FieldsFunc(gap, func(c rune) bool {
		return strings.ContainsRune(" \t\n:#.-–=()[]{}\"'*|`’“”„《》【】（）：、>_", c)
	})
	if len(words) > 2 {
		return false
	}
	for _, w := range words {
		if !slices.Contains(connectors, strings.ToLower(w)) {
			return false
		}
	}
	return true
}

var listWords = []string{"and", "und", "et", "y", "e", "en", "i", "oraz", "or", "oder", "ou", "o", "of", "sowie", "ed", "as", "well", "also", "plus", "no", "nr", "和", "与", "及", "と", "および", "、"}

// listed tells whether two numbers stand in one enumeration.
func (r *reader) listed(end, start int) bool {
	if end > start || start-end > 60 {
		return false
	}
	gap := r.view.text[end:start]
	if open, shut := strings.IndexByte(gap, '('), strings.IndexByte(gap, ')'); open >= 0 && open < 3 && shut > open { // what it is of: "501… (chisel), 502…"
		gap = gap[:open] + gap[shut+1:]
	}
	if len(gap) > 14 {
		return false
	}
	if strings.Contains(gap, "\n") || strings.TrimSpace(gap) == "" && len(gap) > 2 {
		return false
	}
	for _, w := range strings.FieldsFunc(gap, func(c rune) bool { return strings.ContainsRune(" ,&/+#;、，", c) }) {
		if !slices.Contains(listWords, strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// patterned adds what the profile's order patterns find, and labels what was found already.
func (r *reader) patterned(refs []reference, nameless [][2]int) []reference {
	sorted := len(refs)
	for i := range r.patterns {
		for _, at := range r.patterns[i].FindAll(r.view.text, 500) {
			start, end := at[0], at[1]
			if len(at) >= 4 && at[2] >= 0 {
				start, end = at[2], at[3]
			}
			// A supplier's own way of writing a number may glue it to letters ("Q1001Z"): then the whole is a word.
			if start == end || !bordered(r.view.text, start, end) && !bordered(r.view.text, at[0], at[1]) {
				continue
			}
			i := r.overlapping(refs, sorted, start, end)
			k := sort.Search(len(nameless), func(k int) bool { return nameless[k][1] > start })
			switch {
			case k < len(nameless) && nameless[k][0] < end && end-start <= nameless[k][1]-nameless[k][0]:
			case i < 0 && measured(r.view.text, start, end):
			case i < 0:
				refs = append(refs, reference{start: start, end: end, label: parsers.LabelOrder, pattern: true, weak: true})
			case refs[i].tracking && !refs[i].skip && r.listedAfter(start) && !likelyParcel(r.view.text[start:end]):
				refs[i] = reference{start: start, end: end, label: parsers.LabelOrder, pattern: true, weak: true}
			case refs[i].skip || refs[i].tracking:
			default:
				refs[i].start, refs[i].end = start, end
				refs[i].pattern = true
				if refs[i].label == "" {
					refs[i].label, refs[i].weak = parsers.LabelOrder, true
				}
			}
		}
	}
	slices.SortStableFunc(refs, func(a, b reference) int { return a.start - b.start })
	return refs
}

// likelyParcel tells a number that by its form is a parcel's.
func likelyParcel(number string) bool {
	return slices.ContainsFunc(carrier.Find(number, carrier.Context{}), func(t parsers.Tracking) bool { return t.Score >= 0.5 })
}

// listedAfter tells a number behind a comma or semicolon: what calls the one before it a parcel's need not mean this one, "运单号7347622612；HR-60127缺货".
func (r *reader) listedAfter(start int) bool {
	before := strings.TrimRight(r.view.text[max(0, start-8):start], " \n")
	return strings.HasSuffix(before, ";") || strings.HasSuffix(before, ",") || strings.HasSuffix(before, "；") || strings.HasSuffix(before, "，") || strings.HasSuffix(before, "、")
}

// overlapping finds the reference that shares characters with a span: among the first ones, which are in order, or those
// that were added since; -1 when there is none.
func (r *reader) overlapping(refs []reference, sorted, start, end int) int {
	i := sort.Search(sorted, func(i int) bool { return refs[i].end > start })
	if i < sorted && refs[i].start < end {
		return i
	}
	r.work += len(refs) - sorted
	if i = slices.IndexFunc(refs[sorted:], func(o reference) bool { return o.start < end && start < o.end }); i >= 0 {
		return sorted + i
	}
	return -1
}

func bordered(text string, start, end int) bool {
	return (start == 0 || !asciiWord(text[start-1])) && (end == len(text) || !asciiWord(text[end]))
}

// keys finds our planted keys: "WB-" and ten characters of Crockford's base32, in any case and with the dash lost.
func keys(text string) [][2]int {
	var out [][2]int
	for i := 0; i+12 <= len(text); i++ {
		if (text[i] != 'W' && text[i] != 'w') || (text[i+1] != 'B' && text[i+1] != 'b') || i > 0 && asciiWord(text[i-1]) {
			continue
		}
		j := i + 2
		if j < len(text) && (text[j] == '-' || text[j] == ' ' || text[j] == '_') {
			j++
		}
		n := 0
		for ; j < len(text) && n < 10 && crockford(text[j]); n++ {
			j++
		}
		if n == 10 && (j == len(text) || !asciiWord(text[j])) && (text[i+2] == '-' || strings.ContainsAny(text[i:j], "0123456789")) {
			out = append(out, [2]int{i, j})
			i = j - 1
		}
	}
	return append(out, addressKeys(text)...)
}

// leastTag is how long the tag of an address is that may be a key of ours.
const leastTag = 8

// addressKeys finds addresses with a tag, as they are given for answers: "Please reply to orders+7k3qx0m2r4@shop.example". Whether one was given by us others know.
func addressKeys(text string) (out [][2]int) {
	for at := 0; ; {
		n := strings.IndexByte(text[at:], '@')
		if n < 0 {
			return out
		}
		at += n + 1
		from, to := at-1, at
		for from > 0 && at-from <= longestTag && (asciiWord(text[from-1]) || strings.IndexByte("+._-", text[from-1]) >= 0) {
			from--
		}
		for to < len(text) && to-at <= longestTag && (asciiWord(text[to]) || text[to] == '.' || text[to] == '-') {
			to++
		}
		to = at + len(strings.TrimRight(text[at:to], ".-"))
		if local, tag, ok := strings.Cut(text[from:at-1], "+"); ok && local != "" && len(tag) >= leastTag && strings.ContainsAny(tag, "0123456789") && strings.Contains(text[at:to], ".") {
			out = append(out, [2]int{from, to})
		}
	}
}

// longestTag bounds both sides of such an address (RFC 5321 section 4.5.3.1.1: 64 bytes before the sign).
const longestTag = 64

// crockford takes the alphabet and the letters that people mistake for its digits; U is in neither.
func crockford(c byte) bool { return asciiWord(c) && c != 'U' && c != 'u' }

// ref is a reference as a statement tells it.
func (r *reader) ref(f reference, mark parsers.MarkKind) parsers.Ref {
	return parsers.Ref{Value: r.value(f.start, f.end), Label: f.label, Pattern: f.weak, Quoted: mark == parsers.MarkQuoted}
}
