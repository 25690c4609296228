package prose

import (
	"math"
	"slices"
	"unicode/utf8"
)

// features are what the estimate of a clause looks at, each as a hash. Numbers, dates, orders, products and parcels count as what they are, so that one order's
// number is like another's.
type features struct {
	words     []uint32 // words, their beginnings and pieces, words beside each other; characters and pairs of them in scripts without spaces
	meanings  []uint32 // what phrases mean, one by one and in their order, what words are kin to, concepts
	situation []uint32 // a question, a parcel, nothing said by phrases
}

func (f *features) groups() [3][]uint32 { return [...][]uint32{f.words, f.meanings, f.situation} }

// shareOf is what one of n features of a group weighs: words and meanings the less the more there are.
func shareOf(group, n int) float64 {
	if group == 2 {
		return 1
	}
	return 1 / math.Sqrt(float64(max(1, n)))
}

// look takes the features of a clause of which the phrases say n.
func (r *reader) look(f *features, c clause, n news) {
	f.words = distinct(r.words(f.words[:0], c.start, c.end))
	out := f.meanings[:0]
	last := symbol(startSign)
	for _, h := range r.within(c.start, c.end) {
		m := symbol(meaningSign) ^ uint32(h.meaning)*0x85ebca6b
		out = append(out, m, pair(last, m))
		last = m
	}
	f.meanings = distinct(r.concepts(r.kinships(out, c), c))
	f.situation = append(f.situation[:0], symbol(alwaysSign))
	if c.question {
		f.situation = append(f.situation, symbol('?'))
	}
	if n.kind == "" && !n.supposed && !r.settled(c) {
		f.situation = append(f.situation, symbol(silentSign))
	}
	if r.hasTracking(c) {
		f.situation = append(f.situation, symbol(parcelSign))
	}
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
		case ch >= eastern:
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
		word := r.letters(t)
		if len(word) >= 4 {
			add(hashed(word[:min(len(word), stemBytes)]))
		}
	}
	return out
}

// letters is a word as it is folded, until the next is asked for.
func (r *reader) letters(t token) []byte {
	r.scratch.word = squeeze(append(r.scratch.word[:0], r.folded[t.start:t.end]...))
	return r.scratch.word
}

// distinct sorts features and drops doubles.
func distinct(features []uint32) []uint32 {
	slices.Sort(features)
	return slices.Compact(features)
}

// eastern is where the scripts without spaces begin (Unicode: CJK Radicals).
const eastern = 0x2e80

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
			if t.digits == 0 {
				out = grams(out, r.letters(t))
			}
			i = t.end
			continue
		}
		c, n := utf8.DecodeRuneInString(text[i:end])
		switch {
		case c == '?' || c == '？' || c == ':' || c == '：' || c == '%' || c == '@' || c == '€' || c == '$':
			put(symbol(byte(c)), symbol(byte(c)))
		case c >= eastern:
			h := hashed(r.folded[i : i+n])
			put(h, h)
		}
		i += n
	}
	return append(out, pair(last, symbol(endSign)))
}

// gramBytes is the length of the pieces of a word: endings, stems of compounds and misspelled words are met again in them.
const gramBytes = 3

// grams adds the pieces of a longer word; the first and the last are other ones than the same letters within.
func grams(out []uint32, word []byte) []uint32 {
	for i := 0; i+gramBytes <= len(word) && len(word) > gramBytes; i++ {
		h := hashed(word[i:i+gramBytes]) ^ 0x27d4eb2f
		switch {
		case i == 0:
			h = pair(symbol(startSign), h)
		case i+gramBytes == len(word):
			h = pair(h, symbol(endSign))
		}
		out = append(out, h)
	}
	return out
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
	conceptSign
	alwaysSign
	silentSign // the phrases know nothing of it
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
		letters := r.letters(t)
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
	h := uint32(hashStart)
	for _, c := range b {
		h = hashOn(h, c)
	}
	return h
}

const hashStart = 2166136261

func hashOn(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

func pair(a, b uint32) uint32 { return (a*0x85ebca6b ^ b) * 0xc2b2ae35 }
