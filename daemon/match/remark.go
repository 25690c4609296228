package match

import (
	"slices"
	"strings"
)

// What a clause says of goods that it does not name: "the second follows", "only two in the box", "4 of 6".

// parted tells words by which only some of several things are meant, and what they are.
func (s *speech) parted() (string, bool) {
	if s.east != "" {
		for _, w := range easternPartWords {
			if strings.Contains(s.east, w) {
				return w, true
			}
		}
	}
	text := " " + strings.Join(slices.DeleteFunc(slices.Clone(s.words), func(w string) bool { return w == "" }), " ") + " "
	for _, w := range partPhrases {
		if i := strings.Index(text, w); i >= 0 && !otherThing(text[i+len(w):]) {
			return strings.TrimSpace(w), true
		}
	}
	return "", false
}

// otherThing tells what such words say of other things than goods: "the second parcel", "the other day".
func otherThing(rest string) bool {
	word, _, _ := strings.Cut(rest, " ")
	return measures[word]
}

// looseCounts are the numbers of a clause that stand at no title and count things: "only two in the box", "4 pcs".
func (s *speech) looseCounts() (counts []int, parts []someOf) {
	for i := range s.words {
		if s.used[i] {
			continue
		}
		n, ok := s.number(i)
		if !ok || !s.counted(i) || s.lean[i] == stayed && !s.lacks {
			continue
		}
		if pieces, where, ok := s.outOf(i); ok && !s.used[where] && s.counted(where) && !s.measured(i) && !s.headsCode(where, i) {
			s.used[i], s.used[where] = true, true
			parts = append(parts, someOf{pieces, n})
			continue
		}
		digits := numerals[s.words[i]] == 0
		next := ""
		if i+1 < len(s.words) {
			next = s.words[i+1]
		}
		only := i > 0 && onlyWord[s.words[i-1]]
		if s.measured(i) || digits && !countWords[next] && !only && !s.sentBeside(i) {
			continue
		}
		if s.words[i] == "dos" && !only && !countWords[next] && s.order.language != "es" || s.partitive(i) {
			continue // Portuguese "of the"
		}
		if s.words[i] == "one" && i > 0 && pointing[s.words[i-1]] {
			continue // "this one left today"
		}
		counts = append(counts, n)
	}
	return counts, parts
}

// sentBeside tells a number right beside a word that says that something left: "shipped 8", "4 shipped".
func (s *speech) sentBeside(i int) bool {
	if len(s.raw[i]) > 2 || s.dated(i) || s.sizes(i) {
		return false
	}
	if i+1 < len(s.words) && sentWords[s.words[i+1]] {
		return true
	}
	ends := i+1 == len(s.words) || s.words[i+1] == "" && strings.Contains(",;)(–—", s.raw[i+1]) || s.raw[i+1] == "." && (i+2 == len(s.words) || !isNumberWord(s.words[i+2])) || s.words[i+1] == "of"
	return ends && i > 0 && sentWords[s.words[i-1]]
}

// headsCode tells "1 of 3" at the head of a line, right before the number of a parcel.
func (s *speech) headsCode(first, last int) bool {
	for i := range first {
		if s.words[i] != "" {
			return false
		}
	}
	for i := last + 1; i < len(s.words); i++ {
		if s.words[i] != "" || i+1 == len(s.words) {
			return isNumberWord(s.words[i]) && (len(s.raw[i]) > 6 || i+1 < len(s.words) && s.tight[i+1])
		}
	}
	return false
}

// measured tells a number of days, parcels or the like behind which something else than goods stands.
func (s *speech) measured(i int) bool {
	for k := i + 1; k < len(s.words) && k <= i+2; k++ {
		if measures[s.words[k]] || carried[s.words[k]] {
			return true
		}
	}
	after := ""
	if i+1 < len(s.raw) {
		after = s.raw[i+1]
	}
	if strings.Contains("-/:%€$£°", after) && after != "" {
		return true
	}
	if (after == "." || after == ",") && i+2 < len(s.raw) && isNumberWord(s.words[i+2]) {
		return true
	}
	if i > 0 && (numbering[s.words[i-1]] || strings.Contains("#€$£/.-", s.raw[i-1])) {
		return true
	}
	return false
}

// listEntry tells a line of a list that says nothing but which goods, and how many: "- Oak tray x1", "Pos. 2  Oak tray  1 Stk  24,00 €"; or several such lines that have
// become one.
func (c *candidate) listEntry(text string) bool {
	if len(text) > longestEntry {
		return false
	}
	s := c.listen(text)
	named, counted, other := 0, 0, 0
	for k := range c.Lines {
		heard := s.of(k)
		if heard.named {
			named++
		}
		if len(heard.counts) > 0 {
			counted++
		}
	}
	if named == 0 || named > 1 && counted < named {
		return false
	}
	for i, w := range s.words {
		if w != "" && isASCII(w) && !isNumberWord(w) && !entryWord(w) && !s.ofSome(i) {
			other++
		}
	}
	if s.east != "" {
		return len(s.east) <= easternEntry*named
	}
	return other <= otherWords
}

// ofSome tells a word of the name of some line.
func (s *speech) ofSome(i int) bool {
	for k := range s.lines {
		if s.names(i, k) {
			return true
		}
	}
	return false
}

// ofOne tells a word by which one line is named and no other.
func (s *speech) ofOne(i int) bool {
	for k := range s.lines {
		if s.alone(i, k) {
			return true
		}
	}
	return false
}

// entryWord tells words that stand in lists and say nothing.
func entryWord(w string) bool {
	return countWords[w] || quantityWord[w] || numbering[w] || articles[w] || leading[w] || ofWord[w] || carried[w] || numerals[w] > 0 || single[w] || w == "x" || w == "in"
}

const (
	longestEntry = 120
	otherWords   = 2  // of an entry: a colour that the title lacks, a currency
	easternEntry = 60 // bytes, of each product
)

// bareCount tells a line that holds a number of pieces and nothing else: "Qty: 2", "x 2", "2 Stück".
func bareCount(text string) bool {
	number, unit, seen := 0, false, 0
	for w := range signs(text) {
		if seen++; seen > 8 {
			break
		}
		switch f := fold(w); {
		case isNumberWord(f) && len(w) <= 3:
			number++
		case quantityWord[f], countWords[f], f == "x", w == "×":
			unit = true
		case f != "":
			return false
		case w != ":" && w != "." && w != "(" && w != ")":
			return false
		}
	}
	return number == 1 && unit
}

// replaced tells goods or a number of pieces that were sent instead of others: "3 spoons instead of 4".
func (s *speech) replaced() bool {
	for i, w := range s.words {
		for k := i + 1; insteads[w] && k < len(s.words) && k <= i+3; k++ {
			if _, ok := s.number(k); ok || s.ofOne(k) {
				return true
			}
		}
	}
	return false
}

// onlySome is how many pieces a clause means that speaks of some of the two that there are: "of the two lamps one left", "one of them broke, the other is under way". Of
// more nobody can tell which number is meant.
func (s *speech) onlySome(heard *told, l Line) int {
	if some := s.some(heard, l); some > 0 {
		return some
	}
	if len(heard.counts) > 0 || !slices.Contains(heard.of, 2) || l.Outstanding != 2 {
		return 0
	}
	for i, w := range s.words {
		if !s.used[i] && single[w] && !s.measured(i) {
			return 1
		}
	}
	return 0
}

// strays tells a number with a word behind it in one list with what a line is, which is no line's: of "4 tea towels and 6 doormats" the order has no doormats.
func (s *speech) strays() bool {
	known := func(i int) bool { return s.words[i] != "" && s.ofSome(i) }
	for i := range s.words {
		n, ok := s.number(i)
		if !ok || s.used[i] || n == 0 || i+1 >= len(s.words) || s.measured(i) || !s.counted(i) {
			continue
		}
		next := s.words[i+1]
		if len(next) < shortSKU || isNumberWord(next) || boxWords[next] || measures[next] || countWords[next] || carried[next] || known(i+1) || s.sku[i+1] >= 0 {
			continue
		}
		if i > 1 && lists(s.words[i-1], s.raw[i-1]) && known(i-2) {
			return true
		}
		if i+3 < len(s.words) && lists(s.words[i+2], s.raw[i+2]) && s.used[i+3] {
			return true
		}
	}
	return false
}

// lists tells a word or sign between two things of a list.
func lists(word, raw string) bool { return listWords[word] || raw == "," || raw == "&" || raw == "+" }

var listWords = wordSet("and und et y e ed en i oraz sowie plus")
