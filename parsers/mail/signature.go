package mail

import (
	"slices"
	"strings"
	"sync"

	"waybill/parsers"
)

// Signatures and legal text end what the writer has just written.

// signatures marks the end of the writer's own text: after "-- ", after a closing formula, legal text.
func (q *quoter) signatures(end int) {
	inSignature, left := false, 0
	remaining := q.remaining(end)
	legal := q.legalLines(end)
	for i := 0; i < end; i++ {
		l := q.lines[i]
		if q.kinds[i] != "" {
			inSignature = false
			continue
		}
		switch {
		case legal[i]:
			for k := i; k < end && q.kinds[k] == "" && q.lines[k].text != ""; k++ {
				q.kinds[k] = parsers.MarkDisclaimer
			}
			continue
		case l.text == "--":
			inSignature, left = true, 25
		case q.listFooter(i, end, remaining[i+1]):
			inSignature, left = true, 1+maxListFooter
		case remaining[i+1] <= 20 && closing(l.text):
			inSignature, left = true, 20
		case len(l.text) > 3 && (strings.EqualFold(l.text[:3], "p.s") || strings.EqualFold(l.text[:3], "ps:")):
			inSignature = false
		}
		if inSignature && left > 0 {
			q.kinds[i] = parsers.MarkSignature
			left--
		}
	}
}

// maxListFooter is how many lines a mailing list puts below a mail at most.
const maxListFooter = 5

// listFooter tells the line of underscores below which a mailing list says what it is (Mailman and its like). Below other lines of underscores may be anything.
func (q *quoter) listFooter(at, end, remaining int) bool {
	text := q.lines[at].text
	if len(text) < 40 || strings.Trim(text, "_") != "" || remaining == 0 || remaining > maxListFooter {
		return false
	}
	return slices.ContainsFunc(q.lines[at+1:end], func(l line) bool {
		lower := strings.ToLower(l.text)
		return strings.Contains(lower, "mailing list") || strings.Contains(lower, "mailingliste") || strings.Contains(lower, "listinfo")
	})
}

// remaining counts, for each line up to end, the lines with text of the writer's own that follow it before something else.
func (q *quoter) remaining(end int) []int {
	counts := make([]int, end+1)
	for i := end - 1; i >= 0; i-- {
		if q.kinds[i] != "" {
			continue // 0: what stands before a quotation ends there
		}
		counts[i] = counts[i+1]
		if q.lines[i].text != "" {
			counts[i]++
		}
	}
	return counts
}

func closing(text string) bool {
	if text == "" || len(text) > 60 {
		return false
	}
	if hasHigh([]byte(text)) {
		text = strings.ToLower(text)
	}
	for _, word := range closingWords {
		if beginsWith(text, word) {
			rest := strings.Trim(text[len(word):], " ,.!-。")
			return len(rest) < 25 && !strings.ContainsAny(rest, "0123456789")
		}
	}
	return false
}

// legalLines tells which of the writer's own lines up to end hold words of legal text.
func (q *quoter) legalLines(end int) map[int]bool {
	var found map[int]bool
	for i := 0; i < end; i++ {
		if l := q.lines[i]; q.kinds[i] == "" && len(l.text) >= 20 && (legal(q.text.Text[l.start:l.end]) || legalHead(l.text)) {
			if found == nil {
				found = map[int]bool{}
			}
			found[i] = true
		}
	}
	return found
}

// legalHead tells a line that begins a paragraph of terms: "AGB-Auszug: …".
func legalHead(text string) bool {
	if i := strings.IndexAny(text, ":："); i < 0 || i > 60 {
		return false
	}
	lower := strings.ToLower(text[:min(len(text), 80)])
	return slices.ContainsFunc(legalHeads, func(w string) bool { return strings.HasPrefix(lower, w) })
}

// legal tells whether a phrase of legal text begins at a word of the line. The phrases are tried by their first byte: most
// words begin none.
func legal(line string) bool {
	byFirst := legalByFirst()
	for i := 0; i < len(line); i++ {
		if i > 0 && asciiLetter(line[i-1]) {
			continue
		}
		c := line[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		for _, word := range byFirst[c] {
			if beginsWith(line[i:], word) {
				return true
			}
		}
	}
	return false
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// legalByFirst are the phrases by their first byte, made on first use and never changed.
var legalByFirst = sync.OnceValue(func() *[256][]string {
	var table [256][]string
	for _, word := range legalWords {
		table[word[0]] = append(table[word[0]], word)
	}
	return &table
})

// beginsWith tells whether s begins with a word in lower case, whatever the case of its ASCII letters.
func beginsWith(s, word string) bool {
	if len(s) < len(word) {
		return false
	}
	for i := range len(word) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
