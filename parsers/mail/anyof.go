package mail

import "strings"

// anyOf finds whether a text holds one of several phrases of three bytes or more, in one pass: most letters begin none of them.
type anyOf struct {
	second, third [256]uint32 // by the first byte: a bit for each second and third one, modulo 32
	phrases       []string
}

func newAnyOf(phrases ...string) *anyOf {
	a := &anyOf{phrases: phrases}
	for _, p := range phrases {
		a.second[p[0]] |= 1 << (p[1] & 31)
		a.third[p[0]] |= 1 << (p[2] & 31)
	}
	return a
}

func (a *anyOf) in(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if c := text[i]; a.second[c]>>(text[i+1]&31)&(a.third[c]>>(text[i+2]&31))&1 == 0 {
			continue
		}
		for _, p := range a.phrases {
			if strings.HasPrefix(text[i:], p) {
				return true
			}
		}
	}
	return false
}
