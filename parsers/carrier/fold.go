package carrier

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold makes words comparable: lower case, Latin letters without their accents, full-width forms as plain ones, everything
// that is neither letter nor digit as one space, none at the ends. "Numéro de suivi :" becomes "numero de suivi".
func Fold(s string) string {
	if folded, ok := foldASCII(s); ok {
		return folded
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		letters, keep := foldRune(r)
		if !keep {
			gap = gap || r != zeroWidthSpace
			continue
		}
		if letters == "" && r < utf8.RuneSelf {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteByte(byte(lower(r)))
			continue
		}
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(letters)
	}
	return b.String()
}

// foldASCII is Fold for texts in ASCII. What is folded already is given back as it is.
func foldASCII(s string) (folded string, ok bool) {
	var short [64]byte
	out, same, gap := short[:0], true, false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return "", false
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
			same = false
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		default:
			same = same && c == ' ' && !gap && len(out) > 0
			gap = true
			continue
		}
		if gap && len(out) > 0 {
			out = append(out, ' ')
		}
		gap = false
		out = append(out, c)
	}
	if same && !gap {
		return s, true
	}
	return string(out), true
}

const zeroWidthSpace = '\u200b'

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 32
	}
	return r
}

// foldRune gives the folded form of one rune; keep is false for what separates words. For ASCII the form is "".
func foldRune(r rune) (form string, keep bool) {
	switch {
	case r < utf8.RuneSelf:
		return "", r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		plain := r - 0xFEE0
		if _, ok := foldRune(plain); !ok {
			return "", false
		}
		return string(lower(plain)), true
	case r == 0xAD || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF: // soft hyphen, zero width
		return "", true
	}
	if plain, ok := plainLatin[unicode.ToLower(r)]; ok {
		return plain, true
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
		return string(unicode.ToLower(r)), true
	}
	return "", false
}

// plainLatin takes the accents off the Latin letters of the languages waybill reads.
var plainLatin = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'º': "o", 'ª': "a", '№': "no"}
	for plain, accented := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭį", "j": "ĵ", "k": "ķ", "l": "ĺļľŀ",
		"n": "ñńņňŉ", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range accented {
			m[r] = plain
		}
	}
	return m
}()
