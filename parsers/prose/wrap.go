package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Programs, forms and telephones break lines where they are full, in the middle of what is said: "could not" above, "be shipped today" below. Lists,
// addresses and forms have lines of their own. What is cut apart wrongly says the opposite, so both are told from each other here.

const (
	wrapWidth  = 50 // columns of a line that is full
	labelWidth = 30 // bytes of a label before its colon
	labelWords = 3  // of a label in a short line
)

// joins tells whether the line from:to goes on with the sentence before it.
func (r *reader) joins(open clause, from, to int) bool {
	text := r.view.text
	start := open.start + strings.LastIndexByte(text[open.start:open.end], '\n') + 1
	last, line := text[start:open.end], text[from:to]
	if open.end-open.start > maxClause || last == "" || r.ownLine(line) && !(line[0] == '#' && r.hangs(start, open.end, from)) {
		return false
	}
	if r.entersAlike(start, from, to) || r.parcelsAlike(start, open.end, from, to) {
		return false
	}
	if n := r.trackingIn(open.end-40, open.end); len(n) > 0 && n[len(n)-1].end == open.end && !(line[0] >= 'a' && line[0] <= 'z') {
		return false // an entry of a list
	}
	if end := last[len(last)-1]; end == ':' || end == ';' {
		return false
	}
	if columns(last) >= wrapWidth && !r.text.Extracted {
		return true
	}
	return r.goesOn(start, open.end, from, to)
}

// ownLine tells a line that begins something: an entry of a list, a row of a table, a label with its value.
func (r *reader) ownLine(line string) bool {
	if first, _ := utf8.DecodeRuneInString(line); strings.ContainsRune("-*•·・‣●■□◆◇–—►▪○◦✓|+#", first) || strings.Contains(line, "\t") {
		return true
	}
	if labelled(line) > 0 {
		return true
	}
	n := 0
	for n < len(line) && digit(line[n]) {
		n++
	}
	return n > 0 && n < len(line) && (line[n] == '.' || line[n] == ')' || n < 3 && (strings.HasPrefix(line[n:], "、") || strings.HasPrefix(line[n:], "．") || strings.HasPrefix(line[n:], "）")))
}

// labelled is how many bytes of a line are a label with a colon behind it; 0 when it has none.
func labelled(line string) int {
	head := line[:min(len(line), labelWidth+3)]
	colon := strings.IndexByte(head, ':')
	if wide := strings.Index(head, "："); colon < 0 || wide >= 0 && wide < colon {
		colon = wide
	}
	if colon > 0 && colon < labelWidth && !strings.HasPrefix(line[colon:], "://") {
		return colon
	}
	return 0
}

// goesOn tells whether a short line is broken within its sentence: words stand across its end, it ends with a word that leads to another, or the next one
// begins with a small letter. Two lines that each name an order and say something of it are entries.
func (r *reader) goesOn(start, end, from, to int) bool {
	text := r.view.text
	last, _ := utf8.DecodeLastRuneInString(text[start:end])
	if strings.ContainsRune(".!?。！？…|", last) || strings.ContainsAny(text[start:end], "\t|") {
		return false
	}
	if n := labelled(text[start:end]); n > 0 && len(strings.Fields(text[start+n:end])) <= labelWords {
		return false
	}
	first, _ := utf8.DecodeRuneInString(text[from:])
	small := unicode.IsLower(first)
	hangs := r.hangs(start, end, from)
	switch {
	case r.text.Extracted:
		return hangs && (small || first == '#')
	case hangs:
		return true
	case last == ',' && !r.complete(from, to) && slices.ContainsFunc(r.within(start, end), func(h hit) bool { return costly(h.meaning) }):
		return true // "… went out today, | 1Z…"
	}
	return small && strings.IndexByte(text[start:end], ' ') > 0 && !(r.complete(start, end) && r.complete(from, to) && last != ',')
}

// hangs tells whether words stand across a line's end, or its last one leads to another.
func (r *reader) hangs(start, end, from int) bool {
	folded := r.plain(max(start, end-16), end)
	word := folded[strings.LastIndexAny(folded, " '")+1:]
	if len(word) > 1 && (auxiliaries[word] || leading[word]) {
		return true
	}
	return slices.ContainsFunc(r.within(max(start, end-40), end), func(h hit) bool {
		return h.end > from && h.meaning.group() != 1 || h.end == end && h.end-h.start > 3 && (h.meaning == negation || h.meaning == condition) ||
			h.end == end && h.languages&easternBits != 0 && (h.meaning == negation || h.meaning == done)
	})
}

// leading are folded words that end no sentence.
var leading = wordSet("not the your our this that and or but be been being will would could should can cannot of for with by to from nicht der die das den dem des ein eine ihre ihrer unser unsere und oder aber werden worden kann " +
	"konnte konnten wird zu von mit fur noch sondern sino lecz bensi mas pas le les des un une votre nos notre et ou mais etre ete peut pour avec par du el los las del una su sus nuestro nuestra pero ser sido estar puede para con por aun todavia " +
	"il lo gli della dello dei nostro nostra vostro vostra ma essere stato stata con per non het een uw onze maar zijn worden kan niet van voor met door os as dos seu sua nosso nossa mas ser sido pode foi com por nao nie zostal zostala zostalo " +
	"zostaly ale oraz jest sa byc moze dla przez ze")

// entersAlike tells two lines that each begin with the number of an order of one length, or with the code of a product of one shape: entries of a list.
func (r *reader) entersAlike(last, from, to int) bool {
	if c, d := r.codes(last, to), r.codes(from, to); len(c) > 0 && len(d) > 0 && c[0].start == last && d[0].start == from && sameShape(r.view.text[last:c[0].end], r.view.text[from:d[0].end]) {
		return true
	}
	a, b := r.refsIn(last, last+1), r.refsIn(from, from+1)
	return len(a) > 0 && len(b) > 0 && a[0].names() && b[0].names() && a[0].end-a[0].start == b[0].end-b[0].start && b[0].end < to && !r.sameText(a[0], b[0])
}

// sameShape tells two codes with letters and digits at the same places, and not the same code.
func sameShape(a, b string) bool {
	if len(a) != len(b) || a == b {
		return false
	}
	class := func(c byte) byte {
		switch {
		case digit(c):
			return '9'
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			return 'A'
		}
		return c
	}
	for i := range len(a) {
		if class(a[i]) != class(b[i]) {
			return false
		}
	}
	return true
}

// parcelsAlike tells two lines that each hold the number of one parcel, and of which the second begins as an entry does: with that number, or with a capital where
// the line above it ends as an entry may.
func (r *reader) parcelsAlike(last, end, from, to int) bool {
	a, b := r.trackingIn(last, end), r.trackingIn(from, to)
	if len(a) != 1 || len(b) != 1 || len(a[0].found.Number) != len(b[0].found.Number) {
		return false
	}
	if a[0].start == last && b[0].start == from {
		return true
	}
	first, _ := utf8.DecodeRuneInString(r.view.text[from:])
	return unicode.IsUpper(first) && a[0].start != last && !r.hangs(last, end, from)
}
