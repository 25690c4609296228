package parsers

import "strings"

// AnyOf finds whether a text holds one of several phrases of three bytes or more, in one pass: most letters begin none of them.
type AnyOf struct {
	second, third [256]uint32   // by the first byte: a bit for each second and third one, modulo 32
	phrases       [256][]string // by the first byte
}

// NewAnyOf prepares a search. Phrases of fewer bytes are never found.
func NewAnyOf(phrases ...string) *AnyOf {
	a := &AnyOf{}
	for _, p := range phrases {
		if len(p) < 3 {
			continue
		}
		a.second[p[0]] |= 1 << (p[1] & 31)
		a.third[p[0]] |= 1 << (p[2] & 31)
		a.phrases[p[0]] = append(a.phrases[p[0]], p)
	}
	return a
}

// In tells whether a text holds one of the phrases.
func (a *AnyOf) In(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if a.at(text, i) {
			return true
		}
	}
	return false
}

// InWords tells whether a text holds one of the phrases, not behind a small letter from a to z: phrases that begin with such a letter begin a word.
func (a *AnyOf) InWords(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if (i == 0 || text[i-1] < 'a' || text[i-1] > 'z' || text[i] >= 0x80) && a.at(text, i) {
			return true
		}
	}
	return false
}

// at tells whether one of the phrases begins at an offset with at least two more bytes behind it.
func (a *AnyOf) at(text string, i int) bool {
	c := text[i]
	if a.second[c]>>(text[i+1]&31)&(a.third[c]>>(text[i+2]&31))&1 == 0 {
		return false
	}
	for _, p := range a.phrases[c] {
		if strings.HasPrefix(text[i:], p) {
			return true
		}
	}
	return false
}
