package prose

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// entry is what a phrase means.
type entry struct {
	meaning   meaning
	languages uint16 // a bit for each index into languages
	open      bool   // the word may go on
}

// lexicon is all phrases of all languages as a trie over folded bytes. A phrase begins where a word begins, or at any sign of a script without spaces, so
// the trie is walked down from there and no further than the text agrees: a few bytes for most words.
//
// Nodes are numbered level by level, so that the children of one are neighbours and stand in the order of their bytes.
type lexicon struct {
	root  [256]uint32 // child of the root by its byte; 0: none
	label []byte      // by node: the byte that leads to it
	first []uint32    // by node: its first child; one more at the end
	below []uint32    // by node: a bit for the byte of each child, modulo 32: most words go no further
	from  []uint32    // by node: the first of its entries; one more at the end
	out   []entry
}

// known is built on first use and never changed.
var known = sync.OnceValue(func() *lexicon {
	b := &builder{}
	for _, list := range [][]phrases{all(), asides(), aspects(), frames(), habits(), briefs(), keepingWords()} {
		for i, p := range list {
			for _, m := range slices.Sorted(maps.Keys(p)) {
				b.add(m, 1<<i, p[m])
			}
		}
	}
	return b.build()
})

// builder collects phrases.
type builder struct {
	said []folded
}

// folded is one phrase; bytes without the sign that leaves its end open.
type folded struct {
	bytes string
	entry
}

func (b *builder) add(m meaning, languages uint16, list string) {
	for phrase := range strings.SplitSeq(list, "|") {
		text := string(squeeze(fold(phrase)))
		text, open := strings.CutSuffix(text, "*")
		if text != "" {
			b.said = append(b.said, folded{text, entry{m, languages, open}})
		}
	}
}

// put adds a phrase; the same one of another language shares its entry.
func put(out []entry, e entry) []entry {
	for i, o := range out {
		if o.meaning == e.meaning && o.open == e.open {
			out[i].languages |= e.languages
			return out
		}
	}
	return append(out, e)
}

func (b *builder) build() *lexicon {
	slices.SortStableFunc(b.said, func(a, c folded) int { return strings.Compare(a.bytes, c.bytes) })
	x := &lexicon{label: []byte{0}}
	// A node is the run of phrases that begin alike, with how many bytes.
	type run struct{ from, to, depth int }
	queue := []run{{0, len(b.said), 0}}
	for at := 0; at < len(queue); at++ {
		n := queue[at]
		x.first, x.from, x.below = append(x.first, uint32(len(queue))), append(x.from, uint32(len(x.out))), append(x.below, 0)
		var own []entry
		for n.from < n.to && len(b.said[n.from].bytes) == n.depth {
			own = put(own, b.said[n.from].entry)
			n.from++
		}
		x.out = append(x.out, own...)
		for n.from < n.to {
			c, to := b.said[n.from].bytes[n.depth], n.from+1
			for to < n.to && b.said[to].bytes[n.depth] == c {
				to++
			}
			if at == 0 {
				x.root[c] = uint32(len(queue))
			}
			queue, x.label = append(queue, run{n.from, to, n.depth + 1}), append(x.label, c)
			x.below[at] |= 1 << (c & 31)
			n.from = to
		}
	}
	x.first, x.from = append(x.first, uint32(len(queue))), append(x.from, uint32(len(x.out)))
	return x
}

// match is a phrase as it was met: end is where its bytes end.
type match struct {
	start, end int
	entry
}

// find gives the phrases of a folded text in the order of their ends, the longest first where they end together; of those that share words and compete,
// the longest. They are added to hits; room is memory for the work.
func (x *lexicon) find(hits []hit, text []byte, room []match) ([]hit, []match) {
	met := room[:0]
	inWord := false
	for start, c := range text {
		if c == filler {
			continue
		}
		before := inWord
		if inWord = letter(c); !before || !inWord {
			met = x.walk(met, text, start)
		}
	}
	for _, m := range met {
		end := m.end
		if m.open {
			end = wordEnd(text, end)
		}
		hits = insert(hits, hit{m.start, end, m.meaning, m.languages})
	}
	return hits, met
}

// walk adds the phrases that begin at an offset.
func (x *lexicon) walk(met []match, text []byte, start int) []match {
	return x.walkOn(met, text, start, x.root[text[start]], start)
}

// walkOn adds them from a node on, to which the byte at an offset has led. A word of regret between their words is stepped over: "gibt es leider nicht
// mehr" says what "gibt es nicht mehr" does.
func (x *lexicon) walkOn(met []match, text []byte, start int, at uint32, i int) []match {
	for at != 0 {
		i++
		if from, to := x.from[at], x.from[at+1]; from < to {
			whole := !letter(text[i-1]) || endsWord(text, i)
			for _, e := range x.out[from:to] {
				if whole || e.open {
					met = place(met, match{start, i, e})
				}
			}
		}
		for i < len(text) && text[i] == filler {
			i++
		}
		if i == len(text) {
			break
		}
		if text[i] == ' ' {
			if n := regret(text[i:]); n > 0 {
				met = x.walkOn(met, text, start, x.child(at, ' '), i+n)
			}
		}
		at = x.child(at, text[i])
	}
	return met
}

// regrets are folded words with the blank before them.
var regrets = []string{" leider", " helaas", " niestety", " unfortunately", " sadly"}

// regret is how long a blank and a word of regret are that a text begins with, where another blank stands behind; else 0.
func regret(text []byte) int {
	if len(text) < 8 || text[1] != 'l' && text[1] != 'h' && text[1] != 'n' && text[1] != 'u' && text[1] != 's' {
		return 0
	}
	for _, w := range regrets {
		if len(text) > len(w) && text[len(w)] == ' ' && string(text[:len(w)]) == w {
			return len(w)
		}
	}
	return 0
}

// child is the node that a byte leads to; 0: none.
func (x *lexicon) child(at uint32, c byte) uint32 {
	if x.below[at]>>(c&31)&1 == 0 {
		return 0
	}
	from, to := x.first[at], x.first[at+1]
	for ; from < to; from++ {
		if b := x.label[from]; b >= c {
			if b == c {
				return from
			}
			break
		}
	}
	return 0
}

// place keeps what was met in the order of ends; what began earlier stands first where they end together.
func place(met []match, m match) []match {
	met = append(met, m)
	for i := len(met) - 1; i > 0 && met[i-1].end > m.end; i-- {
		met[i-1], met[i] = met[i], met[i-1]
	}
	return met
}

// endsWord tells whether a phrase that ends with a letter ends its word there. Scripts without spaces have no such borders.
func endsWord(text []byte, end int) bool {
	for end < len(text) && text[end] == filler {
		end++
	}
	return end >= len(text) || !letter(text[end])
}
