package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Who corrects a mail sets two orders against each other: "it is not 1001 that was cancelled but 1002", "1002 is cancelled, not 1001". The denial is of the number, and what is said is said of the other one.

var (
	// butWords are folded words that lead from the order that is not meant to the one that is.
	butWords = wordSet("but rather sondern mais bien sino ma bensi maar mas sim tylko lecz ale just instead")
	// butSigns are the same in scripts without spaces.
	butSigns = []string{"而是", "ではなく", "じゃなく", "でなく"}
	// numberLeads are folded words that stand between a denial, or a word that contrasts, and the number of an order.
	numberLeads = wordSet("the order orders po no nr number # it is was that one for of to " +
		"die der das den dem bestellung auftrag nummer es ist zu fur zur zum vielmehr " +
		"la le les l l' commande numero n pour a c est c'est celle du de " +
		"el los las pedido al del es para en en cambio " +
		"il lo l'ordine ordine per e' e dell'ordine " +
		"het bestelling ordernummer voor is van " +
		"o a os as encomenda do da ao sim para e a " +
		"zamowienie zamowienia zamowieniu to jest dla do nr 订单 訂單 是 注文 ご注文")
)

// setOff leaves out the orders that a sentence names only to say that it is not they: their denial turns nothing else.
func (r *reader) setOff() {
	var void [][2]int // denials, and words between the two numbers
	for i := range r.refs {
		f := &r.refs[i]
		if f.skip || f.tracking || f.sku || f.label != "" && f.label != parsers.LabelOrder || f.label == "" && !f.pattern && f.end-f.start >= shortestParcel-1 {
			continue // a parcel's number, perhaps
		}
		if cut, ok := r.setAgainst(i); ok {
			f.skip = true
			r.notMeant = append(r.notMeant, f.start)
			void = append(void, cut...)
		}
	}
	if len(void) == 0 {
		return
	}
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool {
		return (h.meaning == negation || h.meaning == however || h.meaning == notThis || h.meaning == notYet || h.meaning == future || h.meaning == aside) &&
			slices.ContainsFunc(void, func(v [2]int) bool { return v[0] <= h.start && h.end <= v[1] })
	})
}

// correctsOrder tells a clause that names an order only to say that it is not that one. How it is worded says nothing of the news then.
func (r *reader) correctsOrder(c clause) bool {
	return slices.ContainsFunc(r.notMeant, func(at int) bool { return c.start <= at && at < c.end })
}

// setAgainst tells whether a number is the one that is not meant: it is denied, and another one stands behind a "but" in the same sentence. It gives the spans of the denial and of what
// parts the two.
func (r *reader) setAgainst(i int) (cut [][2]int, ok bool) {
	if span, ok := r.putBehind(i); ok {
		return [][2]int{span}, true
	}
	f := r.refs[i]
	if i+1 == len(r.refs) {
		return nil, false
	}
	next := r.refs[i+1]
	gap := r.between(f.end, next.start)
	if next.skip || next.tracking || next.sku || next.label != f.label && next.label != "" && f.label != "" || !alikeForm(r.view.text[f.start:f.end], r.view.text[next.start:next.end]) || len(gap) > contrastReach || endsSentence(gap) || len(r.codesBetween(f.end, next.start)) > 0 {
		return nil, false
	}
	folded := r.plain(f.end, next.start)
	for _, sign := range butSigns {
		at := strings.Index(folded, sign)
		if at < 0 || sign != "而是" && strings.Trim(folded[:at], " 、,のほう方") != "" || columns(folded[at+len(sign):]) > 16 {
			continue
		}
		if sign == "而是" && !strings.Contains(r.plain(max(0, f.start-18), f.start), "不是") {
			continue
		}
		return [][2]int{{max(0, f.start-18), f.start}, {f.end, next.start}}, true
	}
	words := strings.FieldsFunc(folded, apartFrom)
	but := -1
	if len(words) > 1 && butWords[words[0]] { // "not 1001, but we shipped 1002"
		but = 0
	}
	for k := len(words) - 1; k >= 0 && but < 0; k-- {
		switch {
		case butWords[words[k]]:
			but = k
		case !numberLeads[words[k]]:
			return nil, false
		}
	}
	if but < 0 {
		return nil, false
	}
	from, denied := r.deniedNumber(f.start)
	if !denied {
		return nil, false
	}
	if but == 0 && len(words) > 1 && !numberLeads[words[1]] { // what else is said there may be denied in turn
		return [][2]int{{from, f.start}, {f.end, f.end + strings.Index(folded, words[0]) + len(words[0])}}, true
	}
	at := strings.LastIndex(folded, words[but])
	return [][2]int{{from, f.start}, {max(f.end, next.start-len(folded)+at), next.start}}, true
}

// putBehind tells a denied number at the end of a sentence that names the one that is meant before it: "1Z… is for 1002, not for 1001."
func (r *reader) putBehind(i int) (span [2]int, ok bool) {
	if i == 0 {
		return span, false
	}
	f, last := r.refs[i], r.refs[i-1]
	from, denied := r.deniedNumber(f.start)
	if !denied || from < last.end || last.skip || last.tracking || last.sku || !alikeForm(r.view.text[f.start:f.end], r.view.text[last.start:last.end]) {
		return span, false
	}
	gap := r.between(last.end, from)
	if len(gap) > contrastReach || endsSentence(gap) || !strings.HasSuffix(strings.TrimRight(gap, " "), ",") && !strings.HasSuffix(gap, " ") {
		return span, false
	}
	rest := strings.TrimLeft(r.view.text[f.end:min(len(r.view.text), f.end+12)], " )")
	if rest != "" && strings.IndexAny(rest, ".!\r\n") != 0 {
		return span, false
	}
	return [2]int{from, f.end}, true
}

// contrastReach is how much may be said of the order that is not meant, in bytes.
const contrastReach = 60

// deniedNumber tells whether nothing but words that lead to a number stands between a denial and it, and where the denial begins.
func (r *reader) deniedNumber(at int) (from int, ok bool) {
	hits := r.within(max(0, at-28), at)
	for k := len(hits) - 1; k >= 0; k-- {
		h := hits[k]
		if h.meaning != negation && h.meaning != notThis || h.end > at || h.end-h.start == len("no") && r.numbering(h) {
			continue
		}
		lead := r.plain(h.end, at)
		if strings.ContainsAny(lead, ",;:") {
			return 0, false
		}
		for _, w := range strings.FieldsFunc(lead, apartFrom) {
			if !numberLeads[w] {
				return 0, false
			}
		}
		return h.start, true
	}
	return 0, false
}

func apartFrom(c rune) bool {
	return c == ' ' || c == ',' || c == '#' || c == '\n' || c == '\r' || c == '.'
}

// endsSentence tells a sign that ends a sentence, or an empty line.
func endsSentence(gap string) bool {
	return strings.ContainsAny(gap, "!?;。！？；") || strings.Contains(gap, ". ") || strings.Contains(gap, ".\n") || strings.Contains(gap, "\n\n")
}

// codesBetween gives the long codes between two offsets: what is said there is said of a parcel.
func (r *reader) codesBetween(from, to int) []token {
	return slices.DeleteFunc(slices.Clone(r.tokensIn(from, to)), func(t token) bool { return t.digits < shortestParcel })
}

// alikeForm tells two codes that differ in their digits only.
func alikeForm(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && !(digit(a[i]) && digit(b[i])) {
			return false
		}
	}
	return a != b
}
