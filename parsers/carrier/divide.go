package carrier

import (
	"slices"
	"strings"
)

const (
	mostPieces = 16   // groups of one number
	reserve    = 7.0  // lifts log-odds so that a number is better than none, when a cluster is divided
	tooFew     = -1e9 // no number
	leftOver   = 2.0  // what a division loses for a group of digits that it leaves out
	wholeRow   = 7.5  // what one number wins that takes a whole row of groups of four: two would have a sign between them
	wholeNamed = 8.0  // what it wins beside that where the carrier is named whose number it is
)

// step is the best way to divide the pieces up to one.
type step struct {
	worth float64
	from  int // the number that ends here begins at this piece; -1: the last piece is in no number
	found candidate
}

// divide finds the likeliest way to cut a row of pieces into numbers. The work is bounded by mostPieces for each piece.
func (f *finder) divide(pieces []piece) []candidate {
	if len(pieces) == 1 { // nearly always
		if c, odds := join(pieces, f.context.Column); odds > -reserve {
			return []candidate{c}
		}
		return nil
	}
	best := slices.Grow(f.steps[:0], len(pieces)+1)[:len(pieces)+1]
	f.steps, best[0] = best, step{}
	for end := 1; end <= len(pieces); end++ {
		best[end] = step{worth: best[end-1].worth, from: -1}
		if p := &pieces[end-1]; p.digits == len(p.text) && len(p.text) <= 4 {
			best[end].worth -= leftOver
		}
		length := 0
		for from := end - 1; from >= 0 && end-from <= mostPieces; from-- {
			if length += len(pieces[from].text); length > longestPiece {
				break
			}
			if from < end-1 && namesCarrier(&pieces[from]) {
				break // "TNT 123456789" is a name and a number
			}
			if from < end-1 && !mayFit(length, pieces[from].text[0]) && !mayBank(&pieces[from], length) && length != 17 {
				continue
			}
			c, odds := join(pieces[from:end], f.context.Column)
			if from == 0 && end == len(pieces) && end >= longRow && len(c.guesses) > 0 && evenRow(pieces) {
				odds += wholeRow
				if f.leadsTo(&c) {
					odds += wholeNamed
				}
			}
			if worth := best[from].worth + odds + reserve; odds > -reserve && worth > best[end].worth {
				best[end] = step{worth, from, c}
			}
		}
	}
	var out []candidate
	for end := len(pieces); end > 0; {
		if best[end].from < 0 {
			end--
			continue
		}
		out = append(out, best[end].found)
		end = best[end].from
	}
	slices.Reverse(out)
	return out
}

// longRow is from how many groups of four on a row may be two numbers as well as one.
const longRow = 5

// evenRow tells a row of digits, four by four to its end, that nothing but one kind of divider parts.
func evenRow(pieces []piece) bool {
	for i := range pieces {
		if p := &pieces[i]; len(p.text) != 4 || p.digits != 4 || p.before == newline || i > 1 && p.before != pieces[1].before {
			return false
		}
	}
	return true
}

// leadsTo tells whether the carrier that is named last before a number gives numbers of its form.
func (f *finder) leadsTo(c *candidate) bool {
	const reach = 40 // bytes
	f.findNames()
	at := f.namesBefore(c.start)
	return at > 0 && c.start-f.names[at-1].end <= reach && hasFamily(c.guesses, f.names[at-1].slug)
}

// namesCarrier tells a piece that is nothing but a carrier's short name.
func namesCarrier(p *piece) bool {
	return p.digits == 0 && len(p.text) >= 3 && len(p.text) <= 6 && known().byName[strings.ToLower(p.text)] != nil
}

// marketplaceOrder tells the order numbers of Amazon, three groups of 3, 7 and 7 digits, which are no carrier's.
func marketplaceOrder(pieces []piece) bool {
	return len(pieces) == 3 && len(pieces[0].text) == 3 && len(pieces[1].text) == 7 && len(pieces[2].text) == 7 &&
		pieces[0].digits == 3 && pieces[1].digits == 7 && pieces[2].digits == 7 && pieces[1].before == dash && pieces[2].before == dash
}

// mayBank tells whether an IBAN may begin with this piece: it must be known for what it is, or its groups look like numbers.
func mayBank(p *piece, length int) bool {
	return length >= 15 && length <= 34 && len(p.text) == 4 && isUpper(p.text[0]) && isUpper(p.text[1]) && isDigit(p.text[2]) && isDigit(p.text[3])
}

// join looks at pieces as one number, and gives the log-odds that they are.
func join(pieces []piece, column bool) (candidate, float64) {
	if len(pieces) == 1 {
		return single(&pieces[0], column)
	}
	return groups(pieces)
}

// single looks at one piece. In a tracking column shorter numbers count too.
func single(p *piece, column bool) (candidate, float64) {
	c := candidate{start: p.start, end: p.end, groups: 1, number: p.text}
	if p.scientific {
		c.damage = Excel
		return c, 2
	}
	short := len(c.number) < shortest && !(column && len(c.number) >= 5 && p.digits*2 > len(c.number))
	if short || p.digits < 4 && !p.trackID() || p.lower && p.digits*2 < len(c.number) {
		return c, tooFew
	}
	c.guesses = fits(c.number, nil)
	if zeroed(c.number, c.guesses) {
		c.damage = Excel
		return c, 2
	}
	odds := bestOdds(c.guesses, unknownShape)
	if p.lower {
		odds--
	}
	return c, odds
}

// trackID tells GLS's own numbers: eight capitals and digits from Y or Z on, or from two zeros and a letter on, often with few digits.
func (p *piece) trackID() bool {
	if len(p.text) != 8 || p.digits == 0 || p.lower {
		return false
	}
	return p.text[0] == 'Y' || p.text[0] == 'Z' || p.text[:2] == "00" && p.text[2] >= 'A'
}

// groups looks at several pieces. They must be divided alike, and must make a shape that is known.
func groups(pieces []piece) (candidate, float64) {
	first, last := &pieces[0], &pieces[len(pieces)-1]
	c := candidate{start: first.start, end: last.end, groups: len(pieces)}
	broken, digits, alike := dividedAlike(pieces)
	if !alike || broken > 1 || digits < 4 {
		return c, tooFew
	}
	if counted(pieces) {
		return c, tooFew
	}
	c.number = together(pieces)
	if marketplaceOrder(pieces) || len(pieces) > 3 && holdsIBAN(c.number) {
		c.other = true
		return c, 6
	}
	c.guesses = fits(c.number, nil)
	if len(c.guesses) == 0 || broken > 0 && !breakable(c) {
		return c, tooFew
	}
	odds := bestOdds(c.guesses, tooFew) - 0.3
	if n := len(first.text); len(pieces) > 2 && n > 4 && n < 10 && alikeGroups(pieces) {
		odds += 2 // "10751084 08270577 046137"
	}
	if first.digits == 0 && len(pieces) == 2 && odds < 1 {
		odds -= 2 // a word in capitals before a number
	}
	if len(first.text) != 3 {
		odds -= 3 * float64(longGroups(pieces))
	}
	if digits == len(c.number) && len(c.number) < 14 && !evenGroups(pieces) {
		odds -= 3 // phone numbers are written in uneven groups
	}
	return c, odds
}

// dividedAlike tells whether one kind of divider stands between all pieces, line ends aside, how many of those there are, and how many digits.
func dividedAlike(pieces []piece) (broken, digits int, alike bool) {
	kind := noGap
	for i := range pieces {
		p := &pieces[i]
		digits += p.digits
		if p.lower || p.digits == 0 && len(p.text) > 2 && meaningOfWord(p.text) != noMeaning {
			return 0, 0, false // "NIF 501234567" is a label and a number
		}
		switch {
		case i == 0:
		case p.before == newline:
			broken++
		case kind == noGap:
			kind = p.before
		case kind != p.before:
			return 0, 0, false
		}
	}
	return broken, digits, true
}

// counted tells a whole number with a small one beside it, a row's counter in front or the pieces behind: "1 01149463285239", "01308797360145 2 colli". Only
// the identifier of a serial shipping container, "00", is written so (GS1 General Specifications, section 3.2).
func counted(pieces []piece) bool {
	for i := range pieces {
		if p := &pieces[i]; i > 0 && p.before != spaces || p.digits != len(p.text) {
			return false
		}
	}
	first, last := &pieces[0], &pieces[len(pieces)-1]
	const small, whole = 2, 10
	return len(first.text) <= small && first.text != "00" && len(pieces[1].text) >= whole ||
		len(last.text) <= small && len(pieces[len(pieces)-2].text) >= whole
}

// longGroups counts the groups that are long enough to be numbers of their own.
func longGroups(pieces []piece) int {
	n := 0
	for i := range pieces {
		if len(pieces[i].text) > 9 {
			n++
		}
	}
	return n
}

func together(pieces []piece) string {
	var b strings.Builder
	b.Grow(longest)
	for i := range pieces {
		b.WriteString(pieces[i].text)
	}
	return b.String()
}

// breakable tells whether a number may be put together over a line end: only one that proves itself.
func breakable(c candidate) bool {
	for _, g := range c.guesses {
		if g.valid && g.odds >= 4.5 {
			return true
		}
	}
	return false
}

// evenGroups tells whether all groups but the last are of one length, four or three, and the last not longer.
func evenGroups(pieces []piece) bool {
	n := len(pieces[0].text)
	for i, p := range pieces {
		if i < len(pieces)-1 && len(p.text) != n || len(p.text) > n {
			return false
		}
	}
	return n == 4 || n == 3 && len(pieces) > 3
}

// alikeGroups tells whether all groups but the last are of one length, and the last not longer.
func alikeGroups(pieces []piece) bool {
	n := len(pieces[0].text)
	for i := range pieces {
		if own := len(pieces[i].text); i < len(pieces)-1 && own != n || own > n {
			return false
		}
	}
	return true
}

func bestOdds(guesses []guess, least float64) float64 {
	best := least
	for _, g := range guesses {
		best = max(best, g.odds)
	}
	return best
}
