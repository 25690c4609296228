package prose

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// concept is a line of concepts.
type concept uint8

// conceptTable finds the concepts of a word by its hash. Most beginnings of words are those of none: maybe says so of a hash without a look at the maps.
type conceptTable struct {
	whole, begun map[uint32][]concept
	maybe        [1 << 11]uint64 // a bit for the highest 17 bits of each hash
}

func (x *conceptTable) known(h uint32) bool { return x.maybe[h>>21]&(1<<(h>>15&63)) != 0 }

var conceptual = sync.OnceValue(func() *conceptTable {
	x := &conceptTable{whole: map[uint32][]concept{}, begun: map[uint32][]concept{}}
	for i, line := range concepts() {
		for word := range strings.FieldsSeq(line) {
			word, open := strings.CutSuffix(word, "*")
			folded := squeeze(fold(word))
			h := hashed(folded)
			set := x.whole
			if open {
				set = x.begun
			}
			set[h] = append(set[h], concept(i))
			x.maybe[h>>21] |= 1 << (h >> 15 & 63)
		}
	}
	return x
})

// longestConcept is how many characters a concept has in a script without spaces.
const longestConcept = 6

// conceptsIn adds the concepts of a clause's words, in their order.
func (r *reader) conceptsIn(out []concept, c clause) []concept {
	x := conceptual()
	tokens := r.tokensIn(c.start, c.end)
	covered := 0
	for i := c.start; i < c.end; {
		if len(tokens) > 0 && tokens[0].start <= i {
			t := tokens[0]
			tokens = tokens[1:]
			if t.end > i {
				if t.digits == 0 {
					out = x.word(out, r.folded[t.start:t.end])
				}
				i = t.end
			}
			continue
		}
		char, n := utf8.DecodeRuneInString(r.view.text[i:c.end])
		if char >= eastern {
			found, end := r.longestAt(x, i, c.end)
			if end > covered { // what stands within a longer word is no word
				out, covered = append(out, found...), end
			}
		}
		i += n
	}
	return out
}

// word adds the concepts of one word: those of its longest beginning, and its own.
func (x *conceptTable) word(out []concept, folded []byte) []concept {
	h := uint32(hashStart)
	var begun []concept
	for _, b := range folded {
		if b == filler {
			continue
		}
		if h = hashOn(h, b); x.known(h) {
			if found := x.begun[h]; found != nil {
				begun = found
			}
		}
	}
	out = append(out, begun...)
	if x.known(h) {
		out = append(out, x.whole[h]...)
	}
	return out
}

// longestAt gives the concepts of the longest word that begins at an offset, and where it ends.
func (r *reader) longestAt(x *conceptTable, at, end int) (found []concept, to int) {
	h := uint32(hashStart)
	for chars := 0; at < end && chars < longestConcept; chars++ {
		_, n := utf8.DecodeRuneInString(r.view.text[at:end])
		for _, b := range r.folded[at : at+n] {
			if b != filler {
				h = hashOn(h, b)
			}
		}
		at += n
		if x.known(h) {
			if list := x.whole[h]; list != nil {
				found, to = list, at
			}
		}
	}
	return found, to
}

// nearConcepts is how many concepts on another one still says something of it.
const nearConcepts = 12

// concepts adds those of a clause: alone, behind each other, two by two in any order, the first and the last.
func (r *reader) concepts(out []uint32, c clause) []uint32 {
	all := r.conceptsIn(r.scratch.concepts[:0], c)
	r.scratch.concepts = all
	last := symbol(startSign)
	for i, a := range all {
		s := symbol(conceptSign) ^ uint32(a)*0x85ebca6b
		out = append(out, s, pair(last, s))
		last = s
		for _, b := range all[i+1 : min(len(all), i+nearConcepts)] {
			if a != b {
				out = append(out, pair(symbol(conceptSign), uint32(min(a, b))<<8|uint32(max(a, b))))
			}
		}
		if i == 0 {
			out = append(out, pair(s, symbol(startSign)))
		}
	}
	return append(out, pair(last, symbol(endSign)))
}
