package match

import "testing"

// TestFoldKnown holds that the short way to fold a text gives what the long one gives.
func TestFoldKnown(t *testing.T) {
	texts := []string{"Müller-Straße 5", "O’Brien", "Łódź", "¼ Żelazna", "ÆØÅ", "İstanbul", "Щукин и Ёлкин", "naïve\u00a0Ünïcode", "№ 5", "e\u0301cole", "Αθήνα", "ǆ", "3º B", "µ", "¨", "«Zürich»", "й", "ﾔﾏﾀﾞ",
		"\xff\xfe", "Señor Núñez,Peña", "a´b", "·", "straße\u00ad"}
	for _, po := range newTown(31).orders(2000) {
		a := po.ShipTo
		texts = append(texts, a.Name, a.Company, a.Line1, a.Line2, a.City)
	}
	short := 0
	for _, s := range texts {
		if got, want := fold(s), foldAny(s); got != want {
			t.Errorf("%q is folded to %q, the long way to %q", s, got, want)
		}
		if _, ok := foldKnown(s); ok && !isASCII(s) {
			short++
		}
	}
	if short < 500 {
		t.Errorf("only %d texts beside those in ASCII went the short way", short)
	}
	for r := range rune(len(foldedLetters)) {
		for _, s := range []string{string(r), "a" + string(r), string(r) + "e", "A" + string(r) + string(r) + "b"} {
			if got, want := fold(s), foldAny(s); got != want {
				t.Errorf("%q (%U) is folded to %q, the long way to %q", s, r, got, want)
			}
		}
	}
}
