package match

import (
	"slices"
	"strings"
)

// declined puts the words of a name as the order writes them, where a sentence gives them another ending: "Anny Kowalskiej", "Pells".
func declined(told, name []string) []string {
	out := told
	for i, w := range told {
		if slices.Contains(name, w) {
			continue
		}
		for _, own := range name {
			if inflects(w, own) {
				if &out[0] == &told[0] {
					out = slices.Clone(told)
				}
				out[i] = own
				break
			}
		}
	}
	return out
}

// Endings of Polish names and towns in the cases in which sentences hold them, and what they replace. A genitive's s is German, Dutch and English.
var (
	caseEndings = []string{"ego", "iego", "emu", "iemu", "owi", "iowi", "iem", "em", "im", "ym", "iej", "ej", "ie", "ii", "a", "y", "i", "e", "u", "o", "s", "es"}
	ownEndings  = []string{"", "a", "i", "y", "o", "e", "ia"}
)

const shortestStem = 3

// inflects tells whether a word of a sentence is a case of a name.
func inflects(told, own string) bool {
	if told == own || !isASCII(told) || !isASCII(own) || len(told) < shortestStem || len(own) < shortestStem {
		return told == own
	}
	n := 0
	for n < len(told) && n < len(own) && told[n] == own[n] {
		n++
	}
	if n >= shortestStem && slices.Contains(ownEndings, own[n:]) && (slices.Contains(caseEndings, told[n:]) || told[n:] == "" && own[n:] == "a" && len(own) > 4) {
		return true
	}
	// Marek, Marka; Paweł, Pawła; Agnieszka, Agnieszce; Małgorzata, Małgorzacie.
	for _, change := range [...][2]string{{"ek", "k"}, {"el", "l"}, {"iec", "c"}, {"ec", "c"}, {"er", "r"}, {"ka", "c"}, {"ta", "ci"}, {"da", "dzi"}, {"ra", "rz"}, {"ga", "dz"}, {"ska", "sk"}} {
		stem, ok := strings.CutSuffix(own, change[0])
		if rest, found := strings.CutPrefix(told, stem+change[1]); ok && found && len(stem) >= shortestStem-1 && (rest == "" || slices.Contains(caseEndings, rest)) {
			return true
		}
	}
	return false
}

// uninflected guesses the ground form of a Polish name, so that its sound can be looked up: "Anny Kowalskiej" sounds like "Anna Kowalska".
func uninflected(run []string) []string {
	out := slices.Clone(run)
	for i, w := range out {
		for _, ending := range [...]string{"iego", "iemu", "iej", "ego", "emu", "owi", "iem", "em", "im", "ym", "ej", "es", "s"} {
			if stem, ok := strings.CutSuffix(w, ending); ok && len(stem) >= shortestStem {
				out[i] = stem
				break
			}
		}
	}
	return out
}

// severalEndings are folded endings of one thing and of several that begin with other letters: "loaf" and "loaves", "bocal" and "bocaux", "botão" and "botões",
// "sacco" and "sacchi".
var severalEndings = map[string]string{"ies": "y", "ves": "f fe", "ux": "l", "oes": "ao", "aes": "ao", "is": "l", "ns": "m", "ces": "z", "hi": "o", "he": "a", "zen": "s", "ven": "f"}

// several tells a word for several things of the one that is the other, which begin with the same n letters: "Tücher" of "Tuch", "matten" of "mat", "schalen" of "schaal".
// a is not longer than b.
func several(a, b string, n int) bool {
	for _, umlaut := range [...]string{"ae", "oe", "ue"} {
		if at := strings.LastIndex(b, umlaut); at >= 0 && at == n-1 && len(a) >= shortSKU { // "tuch", "tuecher"
			plain := b[:at+1] + b[at+2:]
			return strings.HasPrefix(plain, a) && slices.Contains(umlautEndings, plain[len(a):])
		}
	}
	if n < shortestStem {
		return false
	}
	if len(a) >= shortSKU && slices.Contains(strings.Fields(severalEndings[b[n:]]), a[n:]) {
		return true
	}
	if stem, ok := strings.CutSuffix(b, "en"); ok && n == len(a) && len(stem) == len(a)+1 && stem[len(a)] == a[len(a)-1] && !vowel(stem[len(a)]) {
		return true // Dutch doubles the consonant behind a short vowel, and writes a long one once
	}
	if stem, ok := strings.CutSuffix(b, "en"); ok && len(a) == len(stem)+1 && len(a) >= shortSKU && a[:n] == stem[:n] && n == len(stem)-1 && a[n] == a[n-1] && a[n+1] == stem[n] {
		return true
	}
	return false
}

var umlautEndings = []string{"", "e", "en", "er", "ern", "n"}
