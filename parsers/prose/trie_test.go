package prose

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLexiconFinds holds the walk down the trie to what a look for each phrase at each offset finds.
func TestLexiconFinds(t *testing.T) {
	b := &builder{}
	b.add(shipped, 1, "ab|ab*|abc|a b|b a b|发货|货|-a")
	b.add(asked, 2, "ab|b|c a*|已发货|a-b")
	b.add(goods, 1, "ab|a")
	x := b.build()
	random := rand.New(rand.NewPCG(3, 4))
	signs := []string{"a", "b", "c", " ", "\n", "-", "发", "货", "已", "á", "B", "1"}
	for range 30_000 {
		var text []byte
		for range random.IntN(12) {
			text = append(text, signs[random.IntN(len(signs))]...)
		}
		folded := fold(string(text))
		var met []match
		for _, p := range b.said {
			for start := range folded {
				if end, ok := stands(folded, start, p); ok {
					met = append(met, match{start, end, p.entry})
				}
			}
		}
		slices.SortStableFunc(met, func(a, b match) int { return cmp.Or(a.end-b.end, a.start-b.start) })
		var want []hit
		for _, m := range met {
			if m.open {
				m.end = wordEnd(folded, m.end)
			}
			want = insert(want, hit{m.start, m.end, m.meaning, m.languages})
		}
		if got, _ := x.find(nil, folded, nil); !slices.Equal(got, want) {
			t.Fatalf("%q: found %v, want %v", text, got, want)
		}
	}
}

// stands tells whether a phrase stands at an offset, as whole words, and where its bytes end.
func stands(text []byte, start int, p folded) (int, bool) {
	at, last := start, start
	for i := range len(p.bytes) {
		for at > start && at < len(text) && text[at] == filler {
			at++
		}
		if at == len(text) || text[at] != p.bytes[i] {
			return 0, false
		}
		at++
		last = at
	}
	before, after := bytes.TrimRight(text[:start], "\x00"), bytes.TrimLeft(text[last:], "\x00")
	if letter(text[start]) && len(before) > 0 && letter(before[len(before)-1]) {
		return 0, false
	}
	return last, p.open || !letter(text[last-1]) || len(after) == 0 || !letter(after[0])
}
