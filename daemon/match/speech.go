package match

import (
	"slices"
	"strconv"
	"strings"
)

// speech is a clause as words and signs, for what it says of the lines of one order.
type speech struct {
	order  *candidate
	text   string
	lines  []Line
	titles [][]string // see titleWords
	raw    []string
	words  []string // folded; "" for a sign
	sku    []int    // the line whose code a word is, else -1
	tight  []bool   // stands right behind the word or sign before it, without a space
	called [][]bool // which lines a word names; nil where nobody has asked
	used   []bool   // numbers that are told
	lean   []lean   // see leanings
	lacks  bool     // the news says that something is lacking
	east   string   // the text without spaces, where some title is in a script without them
}

// someOf is some pieces out of how many: "2 of the 3".
type someOf struct{ pieces, of int }

// listen takes a clause apart.
func (c *candidate) listen(text string) *speech {
	s := &speech{order: c, text: text, lines: c.Lines}
	for _, l := range c.Lines {
		s.titles = append(s.titles, titleWords(l.Title))
		if s.east == "" && !isASCII(text) && (!isASCII(l.Title) || isEastern(text)) {
			s.east = joinedEast(text)
		}
	}
	for field := range strings.FieldsSeq(text) {
		if len(s.raw) > mostSigns {
			break
		}
		core := strings.Trim(field, "()[],;:.!?*•–\"'“”„")
		line := c.coded(core)
		if line < 0 {
			line = c.sized(core)
		}
		if line < 0 {
			if number, rest, ok := countedCode(core); ok {
				if line = c.coded(rest); line >= 0 { // "2/AB-1"
					s.add(number, number, -1, false)
					s.add("×", "", -1, true)
					core = rest
				}
			}
		}
		if line < 0 {
			i := 0
			for w := range signs(field) {
				if s.add(w, fold(w), -1, i > 0); i == mostSigns-1 {
					break
				}
				i++
			}
			continue
		}
		head, tail, _ := strings.Cut(field, core)
		if isNumberWord(strings.TrimLeft(head, "()[]*•–")) {
			head = "" // the number before it
		}
		for w := range signs(head) {
			s.add(w, "", -1, true)
		}
		s.add(core, fold(core), line, false)
		for w := range signs(tail) {
			s.add(w, "", -1, true)
		}
	}
	s.used = make([]bool, len(s.raw))
	s.called = make([][]bool, len(s.raw))
	s.leanings()
	return s
}

func isDigitOrDash(r rune) bool { return isDigit(r) || r == '-' || r == '_' }

func isEastern(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x3041 && r <= 0x9fff })
}

func (s *speech) add(raw, word string, sku int, tight bool) {
	first, rest, apart := strings.Cut(word, " ") // "l'autre" is two words
	s.raw, s.words, s.sku, s.tight = append(s.raw, raw), append(s.words, first), append(s.sku, sku), append(s.tight, tight)
	if apart {
		s.add(rest, rest, sku, false)
	}
}

// names tells whether a word stands in the title of a line, or is its code.
func (s *speech) names(i, line int) bool {
	if s.sku[i] >= 0 {
		return s.sku[i] == line
	}
	if s.called[i] == nil {
		s.called[i] = s.calls(s.words[i])
	}
	return s.called[i][line]
}

// calls tells which lines a word names: those with the word in their title, else those that are the thing in another language.
func (s *speech) calls(word string) []bool {
	lines := make([]bool, len(s.lines))
	named := false
	for k, title := range s.titles {
		lines[k] = hasWord(title, word) || endsCompound(title, word)
		named = named || lines[k]
	}
	if named || word == "" || s.order.language == "" || !namesThings(word) {
		return lines
	}
	if things := knownThings().of(word, s.order.language); things != nil {
		for k, own := range s.order.goods() {
			lines[k] = anyOf(own, things)
		}
	}
	return lines
}

// alone tells a word that names one line and no other.
func (s *speech) alone(i, line int) bool {
	w := s.words[i]
	if s.sku[i] >= 0 {
		return s.sku[i] == line
	}
	if len(w) < shortSKU-1 || !isASCII(w) || isNumber(w[0]) || leading[w] || articles[w] || carried[w] || measures[w] || !s.names(i, line) {
		return false
	}
	for o := range s.lines {
		if o != line && s.names(i, o) {
			return false
		}
	}
	return true
}

// endsCompound tells the last part of a compound of a title: "Lampe" of "Tischlampe", "shades" of "lampshade".
func endsCompound(title []string, word string) bool {
	if len(word) < shortCompound || !isASCII(word) {
		return false
	}
	for _, t := range title {
		for n := max(shortSKU, len(word)-3); n <= len(word)+1 && n+3 <= len(t); n++ { // the part may have another ending in the title
			if part := t[len(t)-n:]; part[0] == word[0] && (part == word || oneWord(part, word)) {
				return true
			}
		}
	}
	return false
}

// shortCompound is how many letters the last part of a compound needs to be told.
const shortCompound = 4

// told is what a clause says of one line.
type told struct {
	named  bool
	mine   bool     // some of what names it is what the clause means; else it is what the clause leaves out
	stayed []int    // pieces that it leaves out, 0 where it says no number
	blur   bool     // it says both of it
	counts []int    // pieces
	only   bool     // "only three spoons"
	parts  []someOf // pieces out of how many; their pieces are among counts
	of     []int    // "of the two lamps": how many there are
}

// of hears what is said of a line.
func (s *speech) of(line int) (t told) {
	s.west(&t, line)
	if s.east != "" {
		s.eastern(&t, line)
	}
	if some := s.onlySome(&t, s.lines[line]); some > 0 {
		t.counts = append(t.counts, some)
	}
	return t
}

// west does it in scripts with spaces.
func (s *speech) west(t *told, line int) {
	for i := 0; i < len(s.words); i++ {
		if !s.alone(i, line) {
			continue
		}
		t.named = true
		from, to := s.run(i, line)
		if s.away(i) {
			s.leave(t, from, to)
			i = to - 1
			continue
		}
		t.mine = true
		t.blur = t.blur || s.lean[i] == unclear && !s.lacks
		if n, at, ok := s.numberBefore(from); ok && !s.position(at, to) {
			s.before(t, n, at, to)
		} else if n, at, ok := s.numberBehind(to); ok {
			s.used[at] = true
			t.counts = append(t.counts, n)
		} else if from < i && isNumberWord(s.words[from]) && slices.Contains(s.titles[line], s.words[from]) {
			i = to // a number that is the title's own
			continue
		} else if l := s.lines[line]; from > 0 && l.Outstanding == l.Quantity && l.Quantity > 1 && nth[s.words[from-1]] == l.Quantity {
			t.counts = append(t.counts, 1) // "the fourth mug" of four
		}
		for k := from; k < to; k++ {
			s.used[k] = s.used[k] || isNumberWord(s.words[k])
		}
		i = to - 1
	}
}

// leave takes goods that the clause leaves out.
func (s *speech) leave(t *told, from, to int) {
	n, at, ok := s.numberBefore(from)
	if !ok {
		n, at, ok = s.numberBehind(to)
	}
	if ok {
		s.used[at] = true
	}
	if ok && both[s.words[at]] || ok && s.partitive(at) {
		n = 0
	}
	t.stayed = append(t.stayed, n)
	for k := from; k < to; k++ {
		s.used[k] = s.used[k] || isNumberWord(s.words[k])
	}
}

// position tells a number that is an entry's place in its list: "1  Oak tray  4 pcs".
func (s *speech) position(at, to int) bool {
	if at > 0 || !isNumberWord(s.words[at]) {
		return false
	}
	_, behind, ok := s.numberBehind(to)
	return ok && behind+1 < len(s.words) && countWords[s.words[behind+1]]
}

// run is where the words of a title begin and end around one of them.
func (s *speech) run(i, line int) (from, to int) {
	from, to = i, i+1
	for from > 0 && s.words[from-1] != "" && (s.names(from-1, line) || leading[s.words[from-1]] && from > 1 && s.names(from-2, line)) {
		from--
	}
	for to < len(s.words) {
		next := to+1 < len(s.words) && (leading[s.words[to]] || ofWord[s.words[to]] || s.raw[to] == "," && !isNumberWord(s.words[to+1]) || s.raw[to] == "," && slices.Contains(s.titles[line], s.words[to+1])) && s.words[to+1] != "" && s.names(to+1, line)
		if !next && (s.words[to] == "" || !s.names(to, line)) {
			break
		}
		to++
	}
	if to < len(s.raw) && strings.Contains(inchSigns, s.raw[to]) && isNumberWord(s.words[to-1]) {
		to++
	}
	return from, to
}

// inchSigns stand behind the number of a title: "Belt 34″".
const inchSigns = `"″”“'′’`

// before takes a number in front of a title: of pieces, of pieces out of some, or of how many there are.
func (s *speech) before(t *told, n, at, to int) {
	s.used[at] = true
	t.only = t.only || at > 0 && onlyWord[s.words[at-1]]
	if both[s.words[at]] {
		if pieces, where, ok := s.outOf(at); ok { // "one of both lamps"
			s.used[where] = true
			t.parts, t.counts = append(t.parts, someOf{pieces, n}), append(t.counts, pieces)
			return
		}
		t.of = append(t.of, n)
		return
	}
	if pieces, where, ok := s.outOf(at); ok { // "2 of the 3 plates"
		s.used[where] = true
		if !s.counted(where) {
			t.of = append(t.of, n)
			return
		}
		t.parts, t.counts = append(t.parts, someOf{pieces, n}), append(t.counts, pieces)
		return
	}
	if s.partitive(at) { // "of the 3 plates"
		t.of = append(t.of, n)
		return
	}
	if of, where, ok := s.ofBehind(to); ok { // "2 plates of 3"
		s.used[where] = true
		t.parts = append(t.parts, someOf{n, of})
	}
	t.counts = append(t.counts, n)
}

// number reads the number at a place, in digits or as a word.
func (s *speech) number(i int) (int, bool) {
	if i < 0 || i >= len(s.words) || s.sku[i] >= 0 {
		return 0, false
	}
	if n := numerals[s.words[i]]; n > 0 {
		in, foreign := homonyms[s.words[i]]
		if dozens[s.words[i]] && (i > 0 && halves[s.words[i-1]] || i > 1 && halves[s.words[i-2]]) {
			n = 6
		}
		return n, !foreign || s.order.language == "" || in == s.order.language
	}
	n, err := strconv.Atoi(s.raw[i])
	return n, err == nil && n > 0 && n <= mostCounted && len(s.raw[i]) <= 3 && !s.inCode(i)
}

// inCode tells a number that is a piece of a code: "1Z999", but not "2x" or "x2" or "3pcs".
func (s *speech) inCode(i int) bool {
	letters := func(w string) bool { return w != "" && w != "x" && !countWords[w] && !quantityWord[w] }
	return s.tight[i] && letters(s.words[i-1]) || i+1 < len(s.words) && s.tight[i+1] && letters(s.words[i+1])
}

// outOf reads "2 of the" in front of a number.
func (s *speech) outOf(at int) (n, where int, ok bool) {
	if s.fraction(at) {
		n, ok = s.number(at - 2)
		return n, at - 2, ok
	}
	i, of := at-1, false
	for i >= 0 && at-i <= 4 && (partWord[s.words[i]] || articles[s.words[i]] || fillers[s.words[i]]) && (!of || numerals[s.words[i]] == 0) && !single[s.words[i]] {
		of = of || partWord[s.words[i]]
		i--
	}
	if !of || i < 0 {
		return 0, 0, false
	}
	if single[s.words[i]] {
		return 1, i, true
	}
	if i > 0 && countWords[s.words[i]] { // "2 pcs of 3"
		i--
	}
	n, ok = s.number(i)
	return n, i, ok
}

// partitive tells a number behind "of the", in one word or two.
func (s *speech) partitive(at int) bool {
	if at == 0 {
		return false
	}
	w := s.words[at-1]
	return genitive[w] || at > 1 && articles[w] && partWord[s.words[at-2]] || partNumeral[s.words[at]] && partWord[w]
}

// ofBehind reads "of 3" behind a title.
func (s *speech) ofBehind(to int) (n, where int, ok bool) {
	i := to
	for i < len(s.words) && i < to+3 && (partWord[s.words[i]] || i > to && (articles[s.words[i]] || fillers[s.words[i]])) {
		i++
	}
	if i == to {
		return 0, 0, false
	}
	n, ok = s.number(i)
	return n, i, ok
}

// counted tells a number that counts goods, by what stands before it.
func (s *speech) counted(i int) bool {
	if i == 0 {
		return true
	}
	before := s.words[i-1]
	switch {
	case s.fraction(i):
		return true
	case before == "" && strings.ContainsAny(s.raw[i-1], "#№-/.:$€£%+"), carried[before], numbering[before]:
		// ":" leads to a list, and stands in the time of day
		return s.raw[i-1] == ":" && (i < 2 || !isNumberWord(s.words[i-2]) || len(s.raw[i-2]) > 2 || len(s.raw[i]) != 2) || s.raw[i-1] == "-" && i == 1
	case isNumberWord(before):
		return false
	}
	return true
}

// numberBefore reads "two of the", "2 x", "3 bars of", "2 Stück" in front of the words of a title.
func (s *speech) numberBefore(from int) (n, at int, ok bool) {
	if from > 0 && single[s.words[from-1]] && numerals[s.words[from-1]] == 0 { // "eine Lampe"
		return 1, from - 1, !ordinals[s.words[from-1]]
	}
	i, of := from-1, false
	for skipped := 0; i >= 0 && skipped < 3; skipped++ {
		w := s.words[i]
		linked := ofWord[w] || genitive[w] || s.raw[i] == "×" || s.raw[i] == "*" || w == "x" || articles[w] && w != "" && !isNumberWord(w) && !(of && single[w])
		behindOf := i+1 < from && ofWord[s.words[i+1]] && w != "" && !isNumberWord(w) && !carried[w] && numerals[w] == 0 && !single[w]
		if !linked && !countWords[w] && !behindOf {
			break
		}
		if numerals[w] > 0 && !(i > 0 && (isNumberWord(s.words[i-1]) || single[s.words[i-1]])) {
			break // the Spanish "dos"
		}
		of = of || partWord[w]
		i--
	}
	if i < 0 {
		return 0, 0, false
	}
	if of && single[s.words[i]] {
		return 1, i, true
	}
	n, ok = s.number(i)
	if !ok || !s.counted(i) || s.othersNumber(i) {
		return 0, 0, false
	}
	return n, i, true
}

// othersNumber tells a number that stands behind the title of another line and has the next one behind it: "Carved spoon × 4 Tea towel × 2". It is the other's unless that
// has a number before it.
func (s *speech) othersNumber(i int) bool {
	k := i - 1
	for k > 0 && k > i-4 && (s.words[k] == "" && s.raw[k] != "," && s.raw[k] != ";" || s.words[k] == "x" || quantityWord[s.words[k]]) {
		k--
	}
	if k < 0 {
		return false
	}
	for line := range s.lines {
		if s.words[k] == "" || !s.names(k, line) || !s.alone(k, line) && !s.aloneNear(k, line) {
			continue
		}
		from, _ := s.run(k, line)
		_, _, ok := s.numberBefore(from)
		return !ok
	}
	return false
}

// aloneNear tells a word of a title beside one that names the line and no other: "oak" of "tray, oak".
func (s *speech) aloneNear(i, line int) bool {
	from, to := s.run(i, line)
	for k := from; k < to; k++ {
		if s.alone(k, line) {
			return true
		}
	}
	return false
}

// numberBehind reads "(x3)", "x 3", "3 pcs", ": 3", "pz 3" behind the words of a title.
func (s *speech) numberBehind(to int) (n, at int, ok bool) {
	i, signed, bracket := to, false, false
	for i < len(s.raw) && i < to+8 {
		sign := s.words[i] == "x" || s.raw[i] == "×" || s.raw[i] == "*" || quantityWord[s.words[i]] || countWords[s.words[i]]
		alone := onlyWord[s.words[i]] || s.words[i] == "je"
		if !sign && !alone && !strings.Contains("(:,.…–—-|[", s.raw[i]) {
			break
		}
		signed = signed || sign || alone
		bracket = bracket || s.raw[i] == "(" || s.raw[i] == ":"
		i++
	}
	if i >= len(s.raw) {
		return 0, 0, false
	}
	n, ok = s.number(i)
	if !ok || !isNumberWord(s.words[i]) {
		return 0, 0, false
	}
	next, after := "", ""
	if i+1 < len(s.raw) {
		next, after = s.words[i+1], s.raw[i+1]
	}
	ends := after == "" || after == ")" || after == "]" || after == "," || after == ";" || after == "." && (i+2 == len(s.raw) || !isNumberWord(s.words[i+2]))
	if after == "" && i > to && !bracket && !signed { // "Carved spoon ....... 4"
		bracket = true
	}
	return n, i, countWords[next] || next == "x" || signed && after != "," && after != "." || ends && (signed || bracket)
}

// unused are the numbers that stand at no line.
func (s *speech) unused() (numbers []int) {
	for i := range s.words {
		if n, ok := s.number(i); ok && !s.used[i] && !s.inCode(i) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
