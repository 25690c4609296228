package mail

import "strings"

// anyOf finds whether a text holds one of several phrases, in one pass: most pairs of letters begin none of them.
type anyOf struct {
	begins  [256]uint32 // by the first byte: a bit for each second one, modulo 32
	phrases []string
}

func newAnyOf(phrases ...string) *anyOf {
	a := &anyOf{phrases: phrases}
	for _, p := range phrases {
		a.begins[p[0]] |= 1 << (p[1] & 31)
	}
	return a
}

func (a *anyOf) in(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if a.begins[text[i]]>>(text[i+1]&31)&1 == 0 {
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
