package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form in which it is compared: lower case, without accents, punctuation as single spaces. German and
// Nordic letters are written out, so that Müller, Mueller and MUELLER are one name; Greek, Cyrillic and kana are written in Latin letters, as
// programs do that know no others.
func fold(s string) string {
	if strings.IndexByte(s, '?') > 0 {
		s = withoutLost(s)
	}
	if isASCII(s) {
		return foldASCII(s)
	}
	s = repaired(s)
	if out, ok := foldKnown(s); ok {
		return out
	}
	return foldAny(s)
}

// foldAny is fold for every script.
func foldAny(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for _, r := range norm.NFKD.String(letters.Replace(strings.ToLower(romanised(s)))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if latin, ok := latin[r]; ok {
				b.WriteString(latin)
			} else if form, ok := han[r]; ok {
				b.WriteRune(form)
			} else {
				b.WriteRune(r)
			}
			space = false
		case unicode.Is(unicode.Mn, r), strings.ContainsRune(withinWords, r):
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	return strings.TrimSpace(b.String())
}

// foldedLetters are what foldAny makes of the letters and signs of Latin and Cyrillic scripts (U+0080 to U+024F, U+0400 to U+04FF) that fold to ASCII
// whatever stands beside them. "-" is one that needs foldAny, and so do all others: they may join with what stands beside them.
var foldedLetters = func() (folded [0x500]string) {
	for r := range rune(len(folded)) {
		folded[r] = "-"
		if r >= 0x80 && r < 0x250 || r >= 0x400 {
			if between := foldAny("x" + string(r) + "x"); isASCII(between) {
				folded[r] = between[1 : len(between)-1]
			}
		}
	}
	return folded
}()

// foldKnown is fold for texts of foldedLetters.
func foldKnown(s string) (string, bool) {
	var short [128]byte
	out := short[:0]
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			out = foldByte(out, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if int(r) >= len(foldedLetters) || foldedLetters[r] == "-" {
			return "", false
		}
		for k := range len(foldedLetters[r]) {
			out = foldByte(out, foldedLetters[r][k])
		}
		i += n
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return string(out), true
}

// foldByte adds what ASCII folds to.
func foldByte(out []byte, c byte) []byte {
	switch {
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		return append(out, c)
	case c >= 'A' && c <= 'Z':
		return append(out, c+'a'-'A')
	case c != '\'' && c != '`' && len(out) > 0 && out[len(out)-1] != ' ':
		return append(out, ' ')
	}
	return out
}

// foldASCII is fold for most of the texts there are.
func foldASCII(s string) string {
	var short [64]byte
	out := short[:0]
	for i := range len(s) {
		out = foldByte(out, s[i])
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	if string(out) == s {
		return s
	}
	return string(out)
}

// withinWords are signs within words: apostrophes of all kinds, and what stands for a letter that a program could not write.
const withinWords = "'’‘`´ʼʻ\ufffd"

// withoutLost leaves out question marks within words: each stands for a letter that a program could not write, "M?ller".
func withoutLost(s string) string {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '?' || i == 0 || i+1 == len(s) || !letter(s[i-1]) || !letter(s[i+1]) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// repaired undoes a UTF-8 text that was read as Windows-1252: "MÃ¼ller".
func repaired(s string) string {
	if !strings.ContainsAny(s, "ÃÂÄÅ") {
		return s
	}
	raw, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil || !utf8.ValidString(raw) {
		return s
	}
	return raw
}

// letters is what is written out before accents are taken off, in lower case.
var letters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "ı", "i", "ə", "e", "ø", "oe", "å", "aa", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th",
	"й", "i", "ου", "ou", "ού", "ou")

// latin writes Cyrillic (as passports do, ICAO Doc 9303 part 3 section 6) and Greek (ISO 843, its plain form) in Latin letters, once accents are off.
var latin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "ie", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
	'і': "i", 'є': "ie", 'ґ': "g", 'ђ': "d", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'џ': "dz",
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p",
	'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o",
}

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
	for i := 1; i < len(folded); i++ {
		if c := folded[i-1]; folded[i] == 'e' && (c == 'a' || c == 'o' || c == 'u') || c == 'a' && folded[i] == 'a' {
			return undoUmlauts(folded, i)
		}
	}
	return folded
}

func undoUmlauts(folded string, from int) string {
	out := append(make([]byte, 0, len(folded)), folded[:from]...)
	for i := from; i < len(folded); i++ {
		c := folded[i-1]
		if folded[i] == 'e' && (c == 'a' || c == 'o' || c == 'u') || c == 'a' && folded[i] == 'a' {
			if i++; i == len(folded) {
				break
			}
		}
		out = append(out, folded[i])
	}
	return string(out)
}

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
	if isASCII(s) {
		return codeASCII(s)
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

func codeASCII(s string) string {
	var short [32]byte
	out := short[:0]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
			out = append(out, c)
		case c >= 'a' && c <= 'z':
			out = append(out, c-'a'+'A')
		}
	}
	return string(out)
}

// phone keeps the digits of a phone number; of these the last nine, so that country codes and leading zeros do not matter.
func phone(s string) string {
	if strings.Contains(s, "**") {
		return "" // "139****7741"
	}
	var short [24]byte
	d := short[:0]
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			d = append(d, s[i])
		}
	}
	if len(d) < 6 {
		return ""
	}
	return string(d[max(0, len(d)-9):])
}

// sound writes a word by what is left of it when it is misheard or misspelt: classes of consonants, at most six, vowels only in front. Meyer, Maier
// and Mayr are one; so are Schmidt, Schmitt and Smith. Like Soundex (US patents 1261167 and 1435663), with the digraphs of several languages.
func sound(word string) string {
	var out [8]byte
	n := 0
	for i := 0; i < len(word) && n < 6; i++ {
		c := word[i]
		next := byte(0)
		if i+1 < len(word) {
			next = word[i+1]
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'j', 'h':
			if n == 0 && c != 'h' {
				out[0], n = 'a', 1
			}
			continue
		case 'p', 'b':
			c = 'p'
			if next == 'h' {
				c = 'f'
			}
		case 'v', 'w', 'f':
			c = 'f'
		case 't', 'd':
			c = 't'
			if next == 's' || next == 'z' || next == 'c' {
				continue
			}
		case 'c':
			if c = 'k'; next == 'h' || next == 'z' || next == 'e' || next == 'i' {
				c = 's'
			}
		case 'z', 's', 'x':
			c = 's'
		case 'q', 'g':
			c = 'k'
		case 'm', 'n':
			c = 'n'
		}
		if n == 0 || out[n-1] != c {
			out[n] = c
			n++
		}
	}
	if n == 0 {
		return word
	}
	return string(out[:n])
}

// apart is how many slips make one text from the other: a letter more, less or wrong, or two swapped (Damerau 1964, no letter touched twice). It
// stops counting beyond most.
func apart(a, b string, most int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most || len(b) >= longest {
		return most + 1
	}
	var space [3][longest]uint8
	before, last, row := &space[0], &space[1], &space[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if int(least) > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return int(last[len(b)])
}

// longest is from how many bytes on texts are too long to be compared letter by letter.
const longest = 64
