package parsers

import "testing"

func TestAnyOf(t *testing.T) {
	a := NewAnyOf("mix-up", "typo", "错了", "of")
	for _, c := range []struct {
		text        string
		in, inWords bool
	}{
		{"a typo", true, true}, {"typo", true, true}, {"typing", false, false}, {"tip of", false, false}, {"logotypo", true, false}, {"(typo", true, true}, {"a mix-up", true, true},
		{"发错了", true, true}, {"x错了", true, true}, {"错", false, false}, {"", false, false}, {"mix-u", false, false},
	} {
		if in, inWords := a.In(c.text), a.InWords(c.text); in != c.in || inWords != c.inWords {
			t.Errorf("%q: found %v, in words %v; want %v, %v", c.text, in, inWords, c.in, c.inWords)
		}
	}
}
