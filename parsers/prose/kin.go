package prose

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// kin tells which meanings the phrases have that a word's stem stands in: "lieferbar" stands in those for what is out of stock. It holds for words that the
// phrases know only beside others, and is the same in all languages.
var kin = sync.OnceValue(func() map[uint32][]meaning {
	sets := map[uint32]map[meaning]bool{}
	for _, list := range [][]phrases{all(), asides(), aspects(), frames(), habits()} {
		for _, p := range list {
			for _, m := range slices.Sorted(maps.Keys(p)) {
				for phrase := range strings.SplitSeq(p[m], "|") {
					for _, word := range strings.Fields(string(squeeze(fold(strings.TrimSuffix(phrase, "*"))))) {
						for _, h := range stems(word) {
							if sets[h] == nil {
								sets[h] = map[meaning]bool{}
							}
							sets[h][m] = true
						}
					}
				}
			}
		}
	}
	out := map[uint32][]meaning{}
	for h, set := range sets {
		if len(set) <= 4 {
			out[h] = slices.Sorted(maps.Keys(set))
		}
	}
	return out
})

// stems are the hashes under which a word is known: its beginning, or its pairs of characters.
func stems(word string) (out []uint32) {
	if word == "" {
		return nil
	}
	if c, _ := utf8.DecodeRuneInString(word); c >= 0x2e80 {
		last := ""
		for _, c := range word {
			if last != "" {
				out = append(out, hashed([]byte(last+string(c))))
			}
			last = string(c)
		}
		return out
	}
	word = strings.Trim(word, "'’.,:-")
	if len(word) < 4 {
		return nil
	}
	return []uint32{hashed([]byte(word[:min(len(word), stemBytes)]))}
}
