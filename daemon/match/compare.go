package match

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// agreement is how two fields compare.
type agreement int

const (
	unknown agreement = iota // one side does not say
	same                     // equal after folding
	close                    // equal but for a slip, an initial or an abbreviation
	partly                   // some of it, and nothing against it
	related                  // what a relative or neighbour would have: the family's name with another given one, the next house, the region's postcode
	differs                  // something else
	agreements
)

func (a agreement) agrees() bool { return a == same || a == close }

// compareNames compares two names, whose words may stand in any order.
func compareNames(a, b []string) agreement {
	if len(a) == 0 || len(b) == 0 {
		return unknown
	}
	if slices.Equal(a, b) {
		return same
	}
	if foreign(a, b) {
		return acrossScripts(a, b)
	}
	if masked(a, b) {
		return partly
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	var taken [16]bool
	equal, alike, initials, family := 0, 0, 0, false
	last := b[len(b)-1]
	for i, w := range a {
		how, k := partner(w, b, &taken)
		switch how {
		case same:
			equal++
		case close:
			alike++
		case partly:
			initials++
		default:
			if i == 0 || i < len(a)-1 || len(b)-1 >= len(taken) || taken[len(b)-1] || !cutShort(a, last) {
				continue
			}
			how, k = partly, len(b)-1
			initials++
		}
		taken[k] = true
		if how != partly && (b[k] == last || i == len(a)-1) {
			family = true
		}
	}
	strong := equal + alike
	switch {
	case equal == len(a) && len(a) == len(b):
		return same // "Doe Jane"
	case strong+initials == len(a) && strong > 0 && len(a) > 1:
		return close
	case strong == len(a):
		return partly // only the family's name
	case initials == len(a) && len(a) == len(b) && initials > 1:
		return partly // "M. D.", "M*** D***"
	case joined(a, b), strong > 0 && cutOff(a, b):
		return close
	case strong > 0 && family:
		return related
	}
	return differs
}

// partner finds the word of others that is w: equal, but for a slip or as a short form (close), as an initial (partly).
func partner(w string, others []string, taken *[16]bool) (agreement, int) {
	best, at := differs, -1
	for k, o := range others {
		if k >= len(taken) || taken[k] {
			continue
		}
		how := differs
		v, p := plain(w), plain(o)
		switch {
		case v == p:
			return same, k
		case len(w) == 1 || len(o) == 1:
			if w[0] == o[0] {
				how = partly
			}
		case initialSound(w, o), initialSound(o, w):
			how = partly
		case w[0] >= 0x80 || o[0] >= 0x80: // a letter wrong is a word of another script wrong
		case strings.ReplaceAll(w, "rn", "m") == strings.ReplaceAll(o, "rn", "m"):
			how = close // to a scanner
		case formal[v] == p || formal[p] == v || formal[v] != "" && formal[v] == formal[p]:
			how = close
		case len(w) > 3 && len(o) > 3 && (apart(w, o, slips(w)) <= slips(w) || apart(v, p, slips(v)) <= slips(v) || w[0] == o[0] && apart(w, o, 3) <= 3 && sound(v) == sound(p)):
			how = close
		case differently(v, p), long(v) == long(p):
			how = close
		}
		if how < best {
			best, at = how, k
		}
	}
	return best, at
}

// initialSound tells the letters that stand for one sound at the beginning of a word, and for the word: "Sz.", "Chr.", "Th.".
func initialSound(short, long string) bool {
	return len(short) < 4 && len(short) < len(long) && strings.HasPrefix(long, short) && !strings.ContainsAny(short, "aeiouy") && isASCII(short)
}

// cutShort tells a family's name at the end of a name that a program has cut: "Marisol Dev". Of given names one may be the beginning of another's, and short
// names are of other families: "Anna Wit" is not Anna Witte.
func cutShort(name []string, last string) bool {
	letters := 0
	for _, w := range name {
		letters += len(w)
	}
	w := name[len(name)-1]
	return letters >= shortCut && len(w) > 2 && len(w)+2 <= len(last) && isASCII(w) && strings.HasPrefix(last, w)
}

// masked tells a Chinese or Japanese name of which only the family's stands there, or whose middle was made unreadable: "张**", "张*明", "李女士".
func masked(told, own []string) bool {
	if len(own) != 1 {
		told, own = own, told
	}
	if len(own) != 1 || own[0] == "" || own[0][0] < 0x80 || !hasHan(own[0]) || len(told) > 2 || slices.ContainsFunc(told, func(w string) bool { return w[0] < 0x80 }) {
		return false
	}
	whole, first := []rune(own[0]), []rune(told[0])
	if len(told) == 1 && len(first) > len(whole) {
		whole, first = first, whole
	}
	if !slices.Equal(whole[:min(len(first), len(whole))], first) || len(whole) < 2 {
		return false
	}
	if len(told) == 2 {
		return len(first) == 1 && strings.HasSuffix(own[0], told[1]) && len(whole) > 1+utf8.RuneCountInString(told[1])
	}
	return len(first) == 1 || len(first) < 4 && len(whole) >= len(first)+2 // "佐々木様" for 佐々木健太
}

// joined tells names that are one when their words are written together: "Anne Marie" and "Annemarie", "Vanderberg".
func joined(a, b []string) bool {
	x := plain(strings.Join(a, ""))
	for turn := range min(2, len(b)) {
		y := plain(strings.Join(b[turn:], "") + strings.Join(b[:turn], ""))
		if !isASCII(x) || !isASCII(y) {
			if x == y {
				return true
			}
			continue
		}
		if most := 1 + min(len(x), len(y))/12; min(len(x), len(y)) > 5 && apart(x, y, most) <= most {
			return true
		}
	}
	return false
}

// shortestCut is how many letters a name must have at least to be one that a column of fixed width has cut: "Christina-Maria Ober". Fifteen and twenty
// characters are usual widths.
const shortestCut = 13

// shortCut is the same for one that is whole but for the family's name at its end.
const shortCut = 10

// cutOff tells names of which one is the beginning of the other, whichever word comes first in the longer one.
func cutOff(a, b []string) bool {
	x := plain(strings.Join(a, ""))
	if y := plain(strings.Join(b, "")); len(x) > len(y) {
		x, b = y, a
	}
	if len(x) < shortestCut {
		return false
	}
	for turn := range b {
		if strings.HasPrefix(plain(strings.Join(b[turn:], "")+strings.Join(b[:turn], "")), x) {
			return true
		}
	}
	return false
}

// misspelt tells two names of which one would be the other with a slip in it, and not a short form of it: "Philippe" and "Philippine".
func misspelt(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	slipped := false
	for _, w := range a {
		if slices.Contains(b, w) {
			continue
		}
		v := plain(w)
		if len(w) < 3 || formal[v] != "" || !slices.ContainsFunc(b, func(o string) bool { return len(o) > 2 && apart(v, plain(o), 3) <= 3 }) {
			return false
		}
		slipped = true
	}
	return slipped
}

// differently tells two words that are one in the spelling of two languages: "Etxeberria" and "Echeverría", "Goikoetxea" and "Goicoechea", "Oiartzabal"
// and "Oyarzábal", "Kowalczyk" and "Kovalchik".
func differently(v, w string) bool {
	if len(v) < 5 || len(w) < 5 || len(v)-len(w) > 3 || len(w)-len(v) > 3 {
		return false
	}
	if x, y := v[len(v)-1], w[len(w)-1]; x != y && !(isSibilant(x) && isSibilant(y)) && !(isY(x) && isY(y)) {
		return false // most pairs end here, before anything is written
	}
	return spelling.Replace(v) == spelling.Replace(w)
}

// long takes out the marks of long vowels in a Japanese name, which everybody writes otherwise: "Ohno", "Oono" and "Ono", "Yuuko" and "Yuko", "Katoh".
func long(w string) string {
	if len(w) < 3 || !strings.Contains(w, "uu") && !strings.Contains(w, "oo") && !strings.Contains(w, "ou") && !strings.Contains(w, "oh") {
		return w
	}
	return vowels.Replace(w + ".")
}

// vowels holds the end of a word as ".".
var vowels = strings.NewReplacer("uu", "u", "oo", "o", "ou", "o", "oh.", "o", "ohk", "ok", "ohs", "os", "oht", "ot", "ohn", "on", "ohm", "om", "ohr", "or", "ohb", "ob", "ohg", "og", ".", "")

func isSibilant(c byte) bool { return c == 's' || c == 'z' || c == 'x' }

func isY(c byte) bool { return c == 'y' || c == 'i' || c == 'j' }

// spelling writes letters that several languages use for one sound as one: Spanish, Basque, Catalan, Portuguese, Polish, German, Dutch and the English way to
// write Slavic names.
var spelling = strings.NewReplacer("tsch", "C", "tch", "C", "tx", "C", "cz", "C", "ch", "C", "sch", "X", "sz", "X", "sh", "X", "tz", "z", "ts", "z", "ss", "z", "ph", "f", "th", "t", "ck", "k",
	"que", "ke", "qui", "ki", "gue", "ge", "gui", "gi", "ce", "ze", "ci", "zi", "rr", "r", "ll", "l", "nn", "n", "tt", "t", "nh", "n", "ij", "i",
	"ny", "n", "s", "z", "c", "k", "q", "k", "v", "b", "w", "b", "y", "i", "j", "i", "h", "")

func comparePostcodes(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return same
	case len(a) >= 5 && len(b) >= 5 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return same // ZIP and ZIP+4
	case len(a) >= 3 && len(b) >= 3 && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0"):
		return close // a spreadsheet lost the zeros
	case len(a) > 3 && apart(a, b, 1) <= 1:
		return partly // a digit wrong, missing, or two swapped; or the next one
	case len(a) > 3 && len(b) > 2 && a[:3] == b[:3]:
		return related
	}
	return differs
}

func compareCities(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return same
	case foreign([]string{a}, []string{b}):
		return unknown
	case strings.Contains(a, b) || strings.Contains(b, a), isASCII(a) && len(a) > 4 && len(b) > 4 && apart(a, b, slips(a)) <= slips(a), abbreviated(a, b), abbreviated(b, a):
		return close
	}
	return differs
}

// abbreviated tells "ffm" or "st petersburg" for longer words that begin with the same letters: each word of short begins a word of long, in order.
func abbreviated(short, long string) bool {
	words := strings.Fields(long)
	for w := range strings.FieldsSeq(short) {
		i := slices.IndexFunc(words, func(o string) bool { return strings.HasPrefix(o, w) })
		if i < 0 {
			return false
		}
		words = words[i+1:]
	}
	return len(short) > 1
}

// compareKeys compares emails and phone numbers: what one person has and hardly another.
func compareKeys(a, b string) agreement {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return same
	case len(a) > 6 && apart(a, b, 1) <= 1:
		return close
	}
	return differs
}
