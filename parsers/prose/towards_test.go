package prose

import (
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
		from := towards(text, 0, len(text))
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
