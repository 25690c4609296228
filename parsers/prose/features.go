package prose

import (
	"slices"
	"unicode/utf8"
)

// features are what the estimate of a clause looks at, each as a hash: its words, their beginnings, words that stand beside each other, what phrases mean, one by
// one and in their order, and what the phrases say on the whole (n). Numbers, dates, orders, products and parcels count as what they are, so that one order's number is like another's. Scripts without spaces give their characters
// and pairs of them.
func (r *reader) features(out []uint32, c clause, n news) []uint32 {
	out = r.words(out, c.start, c.end)
	last := symbol(startSign)
	for _, h := range r.within(c.start, c.end) {
		m := symbol(meaningSign) ^ uint32(h.meaning)*0x85ebca6b
		out = append(out, m, pair(last, m))
		last = m
	}
	out = r.kinships(out, c)
	verdict := symbol(verdictSign) ^ hashed([]byte(n.kind))
	out = append(out, verdict)
	if n.score < 0.6 || n.doubtful {
		out = append(out, verdict^symbol(startSign))
	}
	if c.question {
		out = append(out, symbol('?'))
	}
	return out
}

// kinships adds the meanings that the stems of a clause's words are kin to, and those behind a denial.
func (r *reader) kinships(out []uint32, c clause) []uint32 {
	known := kin()
	denied := uint32(0)
	add := func(h uint32) {
		for _, m := range known[h] {
			s := symbol(kinSign) ^ uint32(m)*0x85ebca6b
			out = append(out, s)
			if denied != 0 {
				out = append(out, pair(denied, s))
			}
			if m == negation {
				denied = symbol(kinSign)
			}
		}
	}
	last := 0
	for i := c.start; i < c.end; {
		ch, n := utf8.DecodeRuneInString(r.view.text[i:c.end])
		switch {
		case ch >= 0x2e80:
			if last > 0 {
				add(hashed(r.folded[i-last : i+n]))
			}
			last = n
		default:
			last = 0
		}
		i += n
	}
	for _, t := range r.tokensIn(c.start, c.end) {
		if t.digits > 0 {
			continue
		}
		word := squeeze(append([]byte(nil), r.folded[t.start:t.end]...))
		if len(word) >= 4 {
			add(hashed(word[:min(len(word), stemBytes)]))
		}
	}
	return out
}

// distinct sorts features and drops doubles.
func distinct(features []uint32) []uint32 {
	slices.Sort(features)
	return slices.Compact(features)
}

// words adds those of the words between two offsets.
func (r *reader) words(out []uint32, start, end int) []uint32 {
	last := symbol(startSign)
	put := func(word, stem uint32) {
		out = append(out, word, pair(last, stem))
		if stem != word {
			out = append(out, stem)
		}
		last = stem
	}
	text := r.view.text
	tokens := r.tokensIn(start, end)
	for i := start; i < end; {
		if len(tokens) > 0 && tokens[0].start <= i {
			t := tokens[0]
			tokens = tokens[1:]
			if t.end <= i {
				continue
			}
			put(r.symbols(t))
			i = t.end
			continue
		}
		c, n := utf8.DecodeRuneInString(text[i:end])
		switch {
		case c == '?' || c == '？' || c == ':' || c == '：' || c == '%' || c == '@' || c == '€' || c == '$':
			put(symbol(byte(c)), symbol(byte(c)))
		case c >= 0x2e80:
			h := hashed(r.folded[i : i+n])
			put(h, h)
		}
		i += n
	}
	return append(out, pair(last, symbol(endSign)))
}

const (
	startSign = 1 + iota
	endSign
	parcelSign // a tracking number
	orderSign  // a number that may name an order
	dateSign
	codeSign // letters and digits
	numberSign
	meaningSign
	kinSign
	verdictSign
)

// stemBytes is how much of a long word tells its meaning in languages that bend its end.
const stemBytes = 5

// symbols are a token's own and its stem's.
func (r *reader) symbols(t token) (word, stem uint32) {
	sign := byte(0)
	switch {
	case r.isTracking(t.start, t.end):
		sign = parcelSign
	case t.digits == 0:
		letters := squeeze(append([]byte(nil), r.folded[t.start:t.end]...))
		word = hashed(letters)
		if len(letters) > stemBytes+1 {
			return word, hashed(letters[:stemBytes]) ^ 0x5bd1e995
		}
		return word, word
	case isDate(r.view.text[t.start:t.end]):
		sign = dateSign
	case r.namesOrder(t):
		sign = orderSign
	case t.letters > 0:
		sign = codeSign
	default:
		sign = numberSign
	}
	return symbol(sign), symbol(sign)
}

func (r *reader) namesOrder(t token) bool {
	for _, f := range r.refsIn(t.start, t.end) {
		if f.names() {
			return true
		}
	}
	return false
}

func symbol(sign byte) uint32 { return uint32(sign) * 0x9e3779b1 }

// hashed is FNV-1a (32 bits).
func hashed(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

func pair(a, b uint32) uint32 { return (a*0x85ebca6b ^ b) * 0xc2b2ae35 }
