package routing

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings texts that people write differently into one form: small letters without accents, and digits; everything else is one space.
func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(foldedLetter(r))
		default:
			space = true
		}
	}
	return b.String()
}

// foldedLetter takes the letters apart that Unicode does not.
func foldedLetter(r rune) rune {
	switch r {
	case 'ł':
		return 'l'
	case 'ø':
		return 'o'
	case 'đ':
		return 'd'
	case 'ı':
		return 'i'
	}
	return r
}
