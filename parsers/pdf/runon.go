package pdf

import "strings"

// runsOn tells whether the order of writing runs a number of one line, or cell, into what begins the next: a program that places each line for itself writes no
// line ends, and "8649391775874" above "2 units" becomes a number of fourteen digits. Then only the places can be trusted.
func runsOn(plain, placed string) bool {
	words, heads, tails := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for line := range strings.SplitSeq(placed, "\n") {
		for cell := range strings.SplitSeq(line, "\t") {
			first, last := true, ""
			for word := range strings.FieldsFuncSeq(cell, notOfNumber) {
				if first {
					heads[word], first = true, false
				}
				words[word], last = true, word
			}
			if last != "" {
				tails[last] = true
			}
		}
	}
	for word := range strings.FieldsFuncSeq(plain, notOfNumber) {
		if len(word) < shortestNumber || len(word) > longestNumber || words[word] {
			continue
		}
		for at := 1; at < len(word); at++ {
			if tails[word[:at]] && heads[word[at:]] && digitAt(word, at-1) && digitAt(word, at) {
				return true
			}
		}
	}
	return false
}

// A parcel's number has at least eight signs, and with what ran into it hardly more than these.
const (
	shortestNumber = 8
	longestNumber  = 64
)

func notOfNumber(c rune) bool {
	return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

func digitAt(s string, i int) bool { return s[i] >= '0' && s[i] <= '9' }
