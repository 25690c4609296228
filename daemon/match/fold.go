package match

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form in which it is compared: lower case, without accents, punctuation as single spaces. German and
// Nordic letters are written out, so that Müller, Mueller and MUELLER are one name.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for _, r := range norm.NFKD.String(strings.ToLower(expand(s))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
			space = false
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	return strings.TrimSpace(b.String())
}

func expand(s string) string {
	if isASCII(s) {
		return s
	}
	return letters.Replace(s)
}

var letters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "ae", "Ö", "oe", "Ü", "ue", "ß", "ss", "ø", "oe", "Ø", "oe",
	"å", "aa", "Å", "aa", "æ", "ae", "Æ", "ae", "œ", "oe", "Œ", "oe", "ł", "l", "Ł", "l", "đ", "d", "Đ", "d", "ð", "d", "þ", "th")

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// plain folds a text whose umlauts somebody left out instead of writing them out: Muller for Müller. It undoes the writing-out on both sides.
func plain(folded string) string {
	return undoUmlauts.Replace(folded)
}

var undoUmlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a")

// code folds an order number, SKU, postcode or reference: upper case letters and digits only.
func code(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９': // full-width
			return r - '０' + '0'
		case r >= 'Ａ' && r <= 'Ｚ':
			return r - 'Ａ' + 'A'
		case r >= 'ａ' && r <= 'ｚ':
			return r - 'ａ' + 'A'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// digits keeps the digits; of a phone number the last nine, so that country codes and leading zeros do not matter.
func phone(s string) string {
	d := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(d) < 6 {
		return ""
	}
	return d[max(0, len(d)-9):]
}

// street folds a street with its usual abbreviations in several languages undone, so that "12 Main St." and "12 Main Street", and
// "Hauptstr. 5" and "Hauptstraße 5", are one.
func street(s string) string {
	words := strings.Fields(fold(s))
	for i, w := range words {
		if full, ok := streetWords[w]; ok {
			words[i] = full
			continue
		}
		for short, full := range streetEndings {
			if stem, ok := strings.CutSuffix(w, short); ok && len(stem) > 2 {
				words[i] = stem + full
				break
			}
		}
	}
	return strings.Join(words, " ")
}

var streetWords = map[string]string{
	"st": "street", "str": "strasse", "ave": "avenue", "av": "avenue", "rd": "road", "dr": "drive", "ln": "lane", "blvd": "boulevard", "bd": "boulevard",
	"ct": "court", "pl": "place", "plz": "plaza", "sq": "square", "hwy": "highway", "pkwy": "parkway", "ter": "terrace", "cir": "circle",
	"apt": "apartment", "ste": "suite", "fl": "floor", "n": "north", "s": "south", "e": "east", "w": "west", "ul": "ulica", "al": "aleja", "c": "calle",
	"r": "rue", "v": "via", "pza": "plaza", "avda": "avenida", "rua": "rua", "lg": "largo", "imp": "impasse", "ch": "chemin", "rte": "route",
}

var streetEndings = map[string]string{"str": "strasse", "pl": "platz", "weg": "weg"}
