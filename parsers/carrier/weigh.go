package carrier

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// verdict is what all evidence says of one candidate.
type verdict struct {
	odds  float64
	label meaning // what the words before call it
	near  float64 // how near that label is: what it adds
	end   int
	named string // the carrier named beside it
}

// weigh adds up shape, label, link, column, carriers named, and what speaks against. It also moves the odds of the carriers.
func (f *finder) weigh(c *candidate, previous verdict) verdict {
	v := verdict{end: c.end}
	v.odds = bestOdds(c.guesses, unknownShape)
	if c.damage != "" {
		v.odds = -0.5
	}
	if c.host != "" {
		c.guesses = supported(c.guesses, c.host, 6, "its link")
		v.named = c.host
		v.odds = max(v.odds, bestOdds(c.guesses, unknownShape)-6)
	}
	v.odds += c.sure
	if c.called {
		v.odds = max(v.odds, calledShape)
	}
	if f.context.Column {
		v.odds += inColumn
	}
	if f.context.Carrier != "" {
		c.guesses = supported(c.guesses, f.context.Carrier, namedBeside+0.5, OnlyNamed)
		v.named = f.context.Carrier
	}
	if alone := c.start == 0 && c.end == len(f.text); c.url == "" && (c.called || !alone) {
		v.label, v.near = f.label(c, previous)
		if c.called {
			v.label, v.near = isTracking, labelled
		}
		switch leads := !settled(c.guesses) && v.label == noMeaning && f.announced(c); { // finds names with slips as well
		case leads:
			v.label, v.near = isTracking, labelled-1
		case v.label != isTracking && v.near < labelled && (f.behindName(c) || v.label == noMeaning && f.beforeName(c)):
			v.label, v.near = isTracking, labelledFar // "on its way, GLS 52413456789": the name calls it the parcel's
		}
		switch v.label {
		case isTracking:
			v.odds += v.near
		case noMeaning, isFiller:
		case isReference:
			if f.carrierBefore(c) {
				v.odds += labelledFar + 0.5 // "handed to Budbee under reference …"
			} else {
				v.odds -= speaksAgainst(v, c)
			}
		default:
			v.odds -= speaksAgainst(v, c)
		}
	}
	v.odds -= f.looksElse(c)
	if c.url == "" && f.context.Carrier == "" && v.odds+namedBeside >= threshold && !settled(c.guesses) {
		v.odds += f.byName(c, &v)
	}
	if c.url == "" && f.context.Carrier == "" {
		f.sister(c)
	}
	if f.context.Usual != "" {
		for i := range c.guesses {
			if family(c.guesses[i].carrier) == family(f.context.Usual) {
				c.guesses[i].odds += usualCarrier
			}
		}
	}
	return v
}

// speaksAgainst is what a label of something else takes from the odds. A number that proves itself by a long shape and a check digit is not made an
// invoice's by the word beside it: "the number on my receipt is 9400 …".
func speaksAgainst(v verdict, c *candidate) float64 {
	lost := against[v.label] * v.near / labelled
	if v.label != isBank && v.label != isArticle && len(c.number) >= 13 && breakable(*c) {
		return min(lost, 3)
	}
	if v.label == isReference && len(c.number) >= 13 && bestOdds(c.guesses, unknownShape) >= ownShape {
		return min(lost, 3) // "Amazon ref TBA489501316577"
	}
	return lost
}

// ownShape are the odds of a shape that hardly anything else has, though it has no check digit.
const ownShape = 4.0

// settled tells whether a number says so clearly whose it is that the names around it can add nothing.
func settled(guesses []guess) bool {
	first, second := unknownShape, unknownShape
	for i := range guesses {
		if odds := guesses[i].odds; odds > first {
			first, second = odds, first
		} else {
			second = max(second, odds)
		}
	}
	return first >= 5 && first-second >= 4
}

const misfit = 2.5 // a carrier is named whose known shapes or check digit do not fit

// supported raises the odds of the carriers that a name means; a named carrier whose formats do not fit is still a guess.
func supported(guesses []guess, slug string, by float64, why string) []guess {
	found := false
	for i := range guesses {
		g := &guesses[i]
		if g.carrier == slug || family(g.carrier) == family(slug) {
			found = true
			g.odds = max(g.odds+by, by-misfit)
			switch {
			case g.carrier == slug || family(slug) == slug:
			case strings.HasPrefix(g.why, "S10"):
				g.carrier = slug // "Deutsche Post": a letter of the same house, with a number of the same country
			default:
				g.odds -= 1 // "DHL Paket" is not DHL Express, though people mix them
			}
			g.named = why
		}
	}
	if found {
		return guesses
	}
	odds := by - misfit
	if !hasFormats(slug) {
		odds = by - 0.5
		for i := range guesses { // those who hand their parcels to a post have numbers of its country
			if g := &guesses[i]; g.valid && strings.HasPrefix(g.why, "S10") && by >= namedBeside {
				return append(guesses, guess{carrier: slug, odds: g.odds + 2, valid: true, named: why, why: g.why})
			}
		}
	}
	return append(guesses, guess{carrier: slug, odds: odds, named: why})
}

// hasFormats tells whether the table knows how a carrier's numbers look.
func hasFormats(slug string) bool { return withFormats()[slug] }

var withFormats = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for i := range formats {
		m[formats[i].carrier] = true
	}
	for _, slug := range posts {
		m[slug] = true
	}
	return m
})

// label finds what the words before a candidate call it. In a list ("Tracking: A, B and C") what was said of one number holds for the next.
func (f *finder) label(c *candidate, previous verdict) (meaning, float64) {
	if previous.end >= 0 && c.start-previous.end <= 24 && onlyDividers(f.text[previous.end:c.start]) {
		listed := strings.Trim(f.text[previous.end:c.start], " \t") != "" || bestOdds(c.guesses, unknownShape) > -4 // "3S… 1012AB NL" is a number and a postcode
		if previous.label != noMeaning && listed {
			return previous.label, previous.near
		}
	}
	line := lineStart(f.text, c.start)
	m, near := labelIn(f.text[max(line, c.start-96):c.start])
	if m != noMeaning {
		return m, near
	}
	if after := labelAfter(f.text[c.end:min(len(f.text), c.end+48)]); after {
		return isTracking, labelledFar - 0.5
	}
	if len(c.number) >= 10 && len(c.guesses) > 0 && countsParcel(f.text[line:c.start]) {
		return isTracking, labelledFar
	}
	if line > 0 && strings.Trim(f.text[line:c.start], " \t>-*•·") == "" {
		end := line
		for end > 0 && strings.IndexByte(" \t\r\n>", f.text[end-1]) >= 0 && line-end < 8 {
			end--
		}
		from := max(lineStart(f.text, end), end-80)
		if m, near := labelIn(f.text[from:end]); m == isTracking {
			if end > 0 && strings.HasSuffix(f.text[from:end], ":") {
				return m, max(near-0.5, labelledFar)
			}
			return m, near - 1.5
		}
	}
	return noMeaning, 0
}

// lineStart gives where the line of a place begins, or how far back anyone looks.
func lineStart(text string, at int) int {
	const back = 400
	from := max(0, at-back)
	return from + strings.LastIndexAny(text[from:at], "\n\r") + 1
}

// onlyDividers tells whether a text holds nothing but list signs, spaces, and words that join a list.
func onlyDividers(s string) bool {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return strings.ContainsRune(" \t\r\n,;/|&+-*•·>、，；()：", r)
	}) {
		switch strings.ToLower(w) {
		case "and", "und", "et", "y", "e", "en", "i", "oraz", "or", "ed", "和", "と":
		default:
			return false
		}
	}
	return true
}

// countsParcel tells the beginning of a line that counts the parcels of one shipment, "2/3  ", "(2/3) ", "2 of 3: ": what follows is the number of that parcel.
func countsParcel(lead string) bool {
	lead = strings.Trim(lead, " \t>-*•·:()[]#")
	if len(lead) < 3 || len(lead) > 8 {
		return false
	}
	for _, divider := range [...]string{"/", " of ", " von ", " de ", " di ", " van ", " z "} {
		if first, all, ok := strings.Cut(lead, divider); ok && isCounter(first) && isCounter(all) {
			n, _ := strconv.Atoi(strings.TrimSpace(first))
			of, _ := strconv.Atoi(strings.TrimSpace(all))
			return n >= 1 && n <= of && of >= 2
		}
	}
	return false
}

// isCounter tells a number of one digit or two.
func isCounter(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 1 && len(s) <= 2 && allDigits(s)
}

// labelIn reads the words before a number backwards. The first that means something is the label: full weight when only fillers stand
// between, less with other words. A number between takes the nearest label for itself.
func labelIn(before string) (meaning, float64) {
	near := labelled
	taken, area, words := false, false, 0
	for end := len(before); end > 0 && words < 12; {
		r, size := utf8.DecodeLastRuneInString(before[:end])
		if r >= 0x2E80 && r < 0xFF00 {
			return labelCJK(before[:end], near)
		}
		if r < utf8.RuneSelf && classes[byte(r)] != digitClass && classes[byte(r)] != upperClass && classes[byte(r)] != lowerClass {
			if end < len(before) && sentenceEnds(before, end-size) {
				near = min(near, labelledFar-1.5)
			}
			end -= size
			continue
		}
		start := wordStart(before, end)
		if start == end { // punctuation beyond ASCII
			end -= size
			continue
		}
		word := before[start:end]
		if len(word) == 1 && end < len(before) && before[end] == ':' && strings.ContainsAny(word, "TtMmFfPpHh") && (start == 0 || before[start-1] <= ' ' || before[start-1] == '|') {
			return isPhone, near // "T: 01825 496 0317" of a signature
		}
		end = start
		words++
		if strings.ContainsAny(word, "0123456789") && len(word) >= 3 {
			area = !taken && words == 1 && len(word) <= 5 && allDigits(word)
			taken = true
			near = min(near, labelledFar)
			continue
		}
		switch m := meaningOfWord(word); {
		case m == isFiller:
			if taken {
				continue
			}
		case m == noMeaning && Fold(word) == "note" && noteOf[lastWord(before[:start])]:
			return isInvoice, near // "delivery note no. …"
		case m == noMeaning, m == isDate && words > 1 && len(word) <= 5 && !dateNouns[Fold(word)]: // "sous le numéro …": an article, and no day
			near = min(near, labelledFar)
			if words > 6 {
				near = min(near, labelledFar-1)
			}
		case taken && area && m == isPhone:
			return m, labelled // "Tel. 089 1234567": an area code
		case taken:
			taken = false
		default:
			return compound(m, before[:start], near)
		}
	}
	return noMeaning, 0
}

// dateNouns are the words for a date that may stand further before one. The others, "am", "le", "on", stand right before it.
var dateNouns = words("date dated fecha data")

// noteOf are the words that make a note a paper beside the goods, and no carrier's.
var noteOf = words("delivery despatch dispatch goods packing advice credit debit")

// lastWord is the last word of a text, folded.
func lastWord(text string) string {
	text = strings.TrimRight(text, " \t-./")
	return Fold(text[wordStart(text, len(text)):])
}

// compound looks one word further back where the pair means something else: "order tracking number", "delivery note", "tracking reference".
func compound(m meaning, before string, near float64) (meaning, float64) {
	if m == isOrder || m == isReference || m == isArticle {
		if meanings[lastWord(before)] == isTracking {
			return isTracking, near - 0.5 // "tracking ref", "parcel reference"
		}
	}
	return m, near
}

// labelCJK looks for the last label in the run of characters before a number.
func labelCJK(before string, near float64) (meaning, float64) {
	if len(before) > 60 {
		before = before[len(before)-60:]
	}
	best, end, length := noMeaning, -1, 0
	for i := range cjk {
		if at := strings.LastIndex(before, cjk[i].word); at >= 0 {
			if e := at + len(cjk[i].word); e > end || e == end && len(cjk[i].word) > length {
				best, end, length = cjk[i].meaning, e, len(cjk[i].word)
			}
		}
	}
	if best != noMeaning && len(before)-end > 9 {
		near = min(near, labelledFar)
	}
	return best, near
}

// meaningOfWord looks a word up as written, without making a folded copy where it is plain.
func meaningOfWord(word string) meaning {
	var buffer [32]byte
	if len(word) > len(buffer) {
		return meanings[Fold(word)]
	}
	for i := range len(word) {
		switch c := word[i]; classes[c] {
		case upperClass:
			buffer[i] = c + 32
		case lowerClass, digitClass:
			buffer[i] = c
		default:
			return meanings[Fold(word)]
		}
	}
	return meanings[string(buffer[:len(word)])]
}

func wordStart(s string, end int) int {
	for end > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		if r < utf8.RuneSelf {
			if c := classes[byte(r)]; c != digitClass && c != upperClass && c != lowerClass && r != '#' {
				return end
			}
		} else if form, keep := foldRune(r); !keep && form == "" || r >= 0x2E80 {
			return end
		}
		end -= size
	}
	return 0
}

// sentenceEnds tells whether the byte at i ends a sentence: a full stop that is not of an abbreviation ("No.", "Nr.").
func sentenceEnds(s string, i int) bool {
	if s[i] != '.' && s[i] != '!' && s[i] != '?' {
		return false
	}
	if i+1 >= len(s) || s[i+1] != ' ' {
		return false
	}
	start := wordStart(s, i)
	if word := strings.ToLower(s[start:i]); len(word) > 2 && (strings.HasSuffix(word, "nr") || strings.HasSuffix(word, "no")) && meaningOfWord(word) != noMeaning {
		return false // "Kundennr."
	}
	return i-start > 4 || meaningOfWord(s[start:i]) == noMeaning && i-start > 2
}

// labelAfter reads what follows a number: "… is your tracking number".
func labelAfter(after string) bool {
	if end := strings.IndexAny(after, ".\n\r;,0123456789"); end >= 0 {
		after = after[:end]
	}
	folded := strings.Fields(Fold(after))
	if len(folded) < 2 || len(folded) > 8 {
		return false
	}
	switch folded[0] {
	case "is", "ist", "est", "es", "as", "lautet", "jest":
	default:
		return false
	}
	for _, w := range folded[1:] {
		if m := meanings[w]; m != isFiller && m != noMeaning {
			return m == isTracking
		}
	}
	return false
}
