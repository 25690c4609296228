package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A shop asks in Latin letters, and a warehouse in Osaka or Ningbo writes 坂本恵美 or 张晓明; or the other way round. How a character is read in a name is no secret
// for the common ones: readings.txt has it. A name whose characters can be read as the Latin one is that name; one whose family name can't be is another's;
// what lies between, or has a character that is not in the list, tells nothing.

//go:embed readings.txt
var readingsFile string

// lexicon is how the characters of names may be read, and names whose reading is not that of their characters.
type lexicon struct {
	characters map[rune][]string
	whole      map[string][]string
}

// nameReadings is made when somebody's name stands in two scripts for the first time.
var nameReadings = sync.OnceValue(func() lexicon {
	l := lexicon{map[rune][]string{}, map[string][]string{}}
	for line := range strings.Lines(readingsFile) {
		if line[0] == '#' {
			continue
		}
		fields := strings.Fields(line)
		for _, list := range fields[1:] {
			if name, ok := strings.CutPrefix(list, "="); ok {
				name = fold(name)
				l.whole[name] = append(l.whole[name], long(fields[0]))
				continue
			}
			for _, r := range fold(list) { // old and simplified forms as one
				if reading := long(fields[0]); !slices.Contains(l.characters[r], reading) {
					l.characters[r] = append(l.characters[r], reading)
				}
			}
		}
	}
	return l
})

const (
	longestFamily = 3 // characters of a family's name: 佐々木
	longestRead   = 8 // characters of a name that are read
	repeated      = '々'
)

// acrossScripts compares a name in Chinese characters with one in other letters.
func acrossScripts(a, b []string) agreement {
	if !hasHan(a[0]) {
		a, b = b, a
	}
	if len(a) != 1 || len(b) > 4 || slices.ContainsFunc(b, func(w string) bool { return !isASCII(w) }) {
		return unknown
	}
	name := spread(a[0])
	words := make([]string, len(b))
	for i, w := range b {
		words[i] = strings.ReplaceAll(long(w), "mb", "nb") // "Shimbo", "Shinbo"
	}
	l := nameReadings()
	if len(name) > longestRead {
		return unknown
	}
	if len(name) <= longestFamily && len(words) > 1 && slices.ContainsFunc(words, func(w string) bool { return l.reads(name, w) }) {
		return partly
	}
	family := false
	for turn := range len(words) {
		turned := slices.Concat(words[turn:], words[:turn])
		for k := 1; k <= min(longestFamily, len(name)-1); k++ {
			for n := 1; n <= len(turned); n++ {
				if !l.reads(name[:k], strings.Join(turned[:n], "")) {
					continue
				}
				switch rest := strings.Join(turned[n:], ""); {
				case rest == "":
					return partly
				case l.reads(name[k:], rest):
					return close
				case len(rest) == 1 && l.begins(name[k], rest):
					return close
				}
				family = true
			}
		}
	}
	if l.reads(name, strings.Join(words, "")) { // "Zhangwei"
		return close
	}
	if family { // called otherwise, or read as few are
		return related
	}
	return l.stranger(name, words)
}

// stranger tells a name that no word could be, by the first character of the family's name; and unknown where it could.
func (l lexicon) stranger(name []rune, words []string) agreement {
	for _, w := range words {
		if l.begins(name[0], w) {
			return unknown
		}
	}
	if slices.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf && len(l.characters[r]) == 0 }) {
		return unknown
	}
	for n := 2; n <= min(longestFamily, len(name)); n++ {
		if len(l.whole[string(name[:n])]) > 0 {
			return unknown
		}
	}
	return differs
}

// spread gives the characters of a name, each written out.
func spread(name string) []rune {
	runes := make([]rune, 0, utf8.RuneCountInString(name))
	for _, r := range name {
		if r == repeated && len(runes) > 0 {
			r = runes[len(runes)-1]
		}
		runes = append(runes, r)
	}
	return runes
}

// reads tells whether characters may be read so.
func (l lexicon) reads(name []rune, latin string) bool { return l.readsBehind(0, name, latin) }

// readsBehind is reads behind a letter. Two vowels that meet are one to those who write no long ones: 大岡 is "Oka" as well as "Ooka".
func (l lexicon) readsBehind(before byte, name []rune, latin string) bool {
	if len(name) == 0 || latin == "" {
		return len(name) == 0 && latin == ""
	}
	if name[0] < utf8.RuneSelf { // kana beside Chinese characters are in Latin letters already
		return rune(latin[0]) == name[0] && l.readsBehind(latin[0], name[1:], latin[1:])
	}
	try := func(reading string, rest []rune) bool {
		if len(reading) > 1 && (reading[0] == before && (before == 'o' || before == 'u') || reading[0] == 'u' && before == 'o') {
			if left, ok := strings.CutPrefix(latin, reading[1:]); ok && l.readsBehind(reading[len(reading)-1], rest, left) {
				return true
			}
		}
		left, ok := strings.CutPrefix(latin, reading)
		return ok && l.readsBehind(reading[len(reading)-1], rest, left)
	}
	for n := min(longestFamily, len(name)); n > 1; n-- {
		for _, reading := range l.whole[string(name[:n])] {
			if try(reading, name[n:]) {
				return true
			}
		}
	}
	return slices.ContainsFunc(l.characters[name[0]], func(reading string) bool { return try(reading, name[1:]) })
}

// begins tells whether a word may begin with how a character is read, or is the first letter of it.
func (l lexicon) begins(r rune, word string) bool {
	if r < utf8.RuneSelf {
		return rune(word[0]) == r
	}
	return slices.ContainsFunc(l.characters[r], func(reading string) bool {
		return strings.HasPrefix(word, reading) || len(word) == 1 && strings.HasPrefix(reading, word) || strings.HasPrefix(reading, word) && len(word) > 1
	})
}
