package prose

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The look ahead of the expression leaves out no address that the expression finds.
func TestTowards(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"to", "An", "für", "À", "PARA", "shipped", "went", "Dana", "Cole", "Émile", "mr", "Herr", "sig.", "von", "5", "Lake Dr", "Bend", "97701",
		",", ", ", "\n", " ", "  ", "\t", "(", ";", "OR 97701", "10115 Berlin", "Łódź", "the"}), 1, 14)
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, w := range words.Draw(t, "words") {
			text += w
			if rapid.Bool().Draw(t, "space") {
				text += " "
			}
		}
		at := inSentence.FindStringSubmatchIndex(text)
		from := towards(text, 0, len(text), directions, "mhfsd")
		if from < 0 {
			if at != nil {
				t.Fatalf("%q has an address that is not looked for", text)
			}
			return
		}
		after := inSentence.FindStringSubmatchIndex(text[from:])
		if (at == nil) != (after == nil) {
			t.Fatalf("%q: %v, from %d %v", text, at, from, after)
		}
		for i := range after {
			if i > 1 && after[i] >= 0 && after[i]+from != at[i] {
				t.Fatalf("%q: %v, from %d %v", text, at, from, after)
			}
		}
	})
}

// So do the looks ahead of the expressions for a name.
func TestNamesAhead(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"to", "An", "für", "À", "PARA", "dla", "an", "Dana", "Cole", "Émile", "mr", "Herr", "sig.", "exmo", "pani", "señor", "von", "5", "1.", "#", "- ", "•", "–", ">",
		",", ", ", ":", " - ", "→", "=", "\n", " ", "  ", "\t", "(", ")", "(Köln)", "the", "Łódź"}), 1, 10)
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, w := range words.Draw(t, "words") {
			text += w
			if rapid.Bool().Draw(t, "space") {
				text += " "
			}
		}
		if headName.MatchString(text) && !mayHead(text) {
			t.Fatalf("%q has a name at its head that is not looked for", text)
		}
		at := towardsName.FindStringSubmatchIndex(text)
		from := towards(text, 0, len(text), receivers, titleLetters)
		if from < 0 {
			if at != nil {
				t.Fatalf("%q has a name that is not looked for", text)
			}
			return
		}
		after := towardsName.FindStringSubmatchIndex(text[from:])
		for i := range after {
			after[i] += from
		}
		if !slices.Equal(at, after) {
			t.Fatalf("%q: %v, from %d %v", text, at, from, after)
		}
	})
}
