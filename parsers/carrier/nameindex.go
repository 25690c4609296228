package carrier

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// nameIndex finds names by their first word.
type nameIndex struct {
	byFirst map[string][]longName // longest first
	begins  [1 << 12]bool         // first two bytes that a first word may have, hashed
	cjk     map[rune][]longName   // names in scripts without spaces, by their first character
}

// longName is one name: the words after the first, and whose it is.
type longName struct {
	rest    []string
	whole   string
	carrier *carrier
}

var names = sync.OnceValue(func() *nameIndex {
	x := &nameIndex{byFirst: map[string][]longName{}, cjk: map[rune][]longName{}}
	for name, c := range known().byName {
		if name[0] >= 0xE3 {
			r, _ := utf8.DecodeRuneInString(name)
			x.cjk[r] = append(x.cjk[r], longName{nil, name, c})
			continue
		}
		fields := strings.Fields(name)
		if len(fields) == 1 && (len(name) < 3 || weakName[name] && !acronym[name]) {
			continue
		}
		x.byFirst[fields[0]] = append(x.byFirst[fields[0]], longName{fields[1:], name, c})
		x.begins[beginning(fields[0])] = true
	}
	longer := func(a, b longName) int {
		return cmp.Or(len(b.rest)-len(a.rest), len(b.whole)-len(a.whole), strings.Compare(a.whole, b.whole))
	}
	for _, list := range x.byFirst {
		slices.SortFunc(list, longer)
	}
	for _, list := range x.cjk {
		slices.SortFunc(list, longer)
	}
	return x
})

// beginning hashes the first two bytes of a folded word.
func beginning(word string) int {
	if len(word) < 2 {
		return int(word[0])
	}
	return (int(word[0])<<5 ^ int(word[1])) & (1<<12 - 1)
}

// mentions finds the carriers named in a text. Where several names begin at one word the longest counts.
func mentions(text string) []mention {
	x := names()
	var out []mention
	var buffer [wordLimit]byte
	for i := 0; i < len(text); {
		c := text[i]
		if class := classes[c]; class != digitClass && class != upperClass && class != lowerClass && class != highClass {
			i++
			continue
		}
		if c >= 0xE3 {
			r, size := utf8.DecodeRuneInString(text[i:])
			if m, ok := x.namedCJK(text, i, r); ok {
				out = append(out, m)
				i = m.end
			} else {
				i += size
			}
			continue
		}
		word, end := foldedWord(text, i, &buffer)
		if len(word) == 0 {
			i = max(end, i+1)
			continue
		}
		if !x.begins[(int(word[0])<<5^int(word[min(1, len(word)-1)]))&(1<<12-1)] && len(word) > 1 {
			i = end
			continue
		}
		if m, ok := x.namedAt(text, i, end, x.byFirst[string(word)]); ok {
			out = append(out, m)
			end = m.end
		}
		i = end
	}
	return out
}

// wordLimit is the longest word that is looked up.
const wordLimit = 32

// foldedWord folds the word at i. Longer words than any name come back cut.
func foldedWord(text string, i int, buffer *[wordLimit]byte) (word []byte, end int) {
	n := 0
	for end = i; end < len(text); {
		c := text[end]
		switch classes[c] {
		case upperClass:
			c += 32
		case lowerClass, digitClass:
		case highClass:
			if c >= 0xE3 {
				return buffer[:n], end
			}
			r, size := utf8.DecodeRuneInString(text[end:])
			form, keep := foldRune(r)
			if !keep {
				return buffer[:n], max(end, i+size)
			}
			n += copy(buffer[n:], form)
			end += size
			continue
		default:
			return buffer[:n], end
		}
		if n < len(buffer) {
			buffer[n] = c
			n++
		}
		end++
	}
	return buffer[:n], end
}

// namedAt tries the names whose first word stands at from..to.
func (x *nameIndex) namedAt(text string, from, to int, list []longName) (mention, bool) {
next:
	for _, name := range list {
		end := to
		for _, want := range name.rest {
			var buffer [wordLimit]byte
			start := end
			for start < len(text) && start-end < 3 && strings.IndexByte(" -.&+\t", text[start]) >= 0 {
				start++
			}
			if start == end || start == len(text) {
				continue next
			}
			word, stop := foldedWord(text, start, &buffer)
			if string(word) != want {
				continue next
			}
			end = stop
		}
		if len(name.rest) == 0 && len(name.whole) <= 4 && !capital(text[from:to]) && !smallName[name.whole] && !leadsToDigits(text, to) || acronym[name.whole] && text[from:to] != strings.ToUpper(name.whole) {
			continue
		}
		return mention{from, end, name.carrier.slug}, true
	}
	return mention{}, false
}

func (x *nameIndex) namedCJK(text string, i int, r rune) (mention, bool) {
	for _, name := range x.cjk[r] {
		if strings.HasPrefix(text[i:], name.whole) {
			return mention{i, i + len(name.whole), name.carrier.slug}, true
		}
	}
	return mention{}, false
}

// leadsToDigits tells whether a number stands behind a name, with nothing but signs between: "ups 1Z…".
func leadsToDigits(text string, at int) bool {
	for end := min(len(text), at+4); at < end; at++ {
		switch class := classes[text[at]]; {
		case class == digitClass:
			return true
		case class == lowerClass || class == upperClass || text[at] == '\n':
			return false
		}
	}
	return false
}

func capital(s string) bool { return isUpper(s[0]) || s[0] >= 0x80 || isDigit(s[0]) }
