package carrier

import (
	"math"
	"slices"
	"strings"

	"waybill/parsers"
)

// Context is what the caller knows of a text beyond its words. The zero Context is good.
type Context struct {
	// Part stands in the place of every number; Base is added to its offsets, for a text that is a piece of a longer one.
	Part string
	Base int
	// Column says that the text is a cell of a tracking column: whatever can be a number there is one.
	Column bool
	// Carrier is the carrier as named beside the text, in a column or a heading: a slug (see Normalize).
	Carrier string
	// Usual is the slug this supplier ships with when nothing else tells (Profile.Carrier). It decides between
	// carriers whose numbers look alike, and yields to a check digit, a link or a name.
	Usual string
	// Not lists what is no tracking number though it may look like one: the order's own numbers, SKUs, phones, postcodes.
	// Case, spaces and dashes do not matter.
	Not []string
	// Called are the places of numbers that the words beside them call a parcel's, whatever they look like: regional carriers and own vans have numbers too.
	// They are in order and do not overlap.
	Called [][2]int
}

// OnlyNamed is why a number is taken for a carrier's (parsers.CarrierGuess.Why) where nothing but the name beside it says so: its form is not that carrier's.
const OnlyNamed = "named beside it"

// Log-odds that the words around a number add. See weigh.
const (
	unknownShape = -4.5 // of a run of eight or more characters that no carrier's format knows
	calledShape  = -3.5 // of one that the caller has looked at
	labelled     = 5.0  // "Tracking number:" right before
	labelledFar  = 3.0  // the same, with other words between
	inColumn     = 5.0  // in a tracking column
	inLink       = 4.5  // the number of a carrier's tracking link
	namedBeside  = 3.5  // the carrier's name on the same line, or in the column beside
	namedNear    = 2.0  // within a few lines
	namedAtAll   = 1.2  // somewhere in the text
	usualCarrier = 3.0  // a supplier that has always shipped so
	threshold    = -1.1 // numbers below odds of one to three are not reported
)

// Find gives all tracking numbers in a text, in their order, with the exact place of each as written. A number that stands
// twice is given twice, for the two places may speak of two orders; both know all evidence. See Merge.
func Find(text string, c Context) []parsers.Tracking {
	if c.Column && solid(text) {
		return solidCell(text, c)
	}
	s := scan(text)
	if len(s.clusters) == 0 && len(s.links) == 0 && !c.Column && len(c.Called) == 0 {
		return nil
	}
	f := finder{text: text, context: c, links: s.links}
	for _, cluster := range s.clusters {
		f.cluster(s, cluster)
	}
	f.called()
	for i := range s.links {
		f.link(&s.links[i])
	}
	if c.Column && len(f.found) == 0 {
		f.wholeCell()
	}
	slices.SortStableFunc(f.found, func(a, b candidate) int { return a.start - b.start })
	return f.judge()
}

// finder collects candidates, then judges them together: what is said of one number in one place holds in the other.
type finder struct {
	text    string
	context Context
	links   []link
	found   []candidate
	names   []mention // carriers named in the text, found on first use
	named   bool
	only    string // the family of all carriers named, "" when there are several
	slips   int    // names with a slip in them that were added
	steps   []step // scratch of divide
	site    bool   // a link leads to a page where parcels are followed
}

// candidate is a run of characters that may be a tracking number.
type candidate struct {
	start, end int
	number     string
	groups     int // pieces it was written in
	guesses    []guess
	other      bool // certainly something else, which keeps its pieces from being numbers
	called     bool // Context.Called
	damage     string
	url        string
	host       string // carrier that the link's host names
	sure       float64
}

func compact(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := classes[s[i]]; c == digitClass || c == upperClass {
			b.WriteByte(s[i])
		} else if c == lowerClass {
			b.WriteByte(s[i] - 32)
		}
	}
	return b.String()
}

// cluster picks from a row of neighbouring pieces those that make numbers. Pieces may be one number written in groups, or
// several numbers one after the other: of all ways to divide them the likeliest wins.
func (f *finder) cluster(s *scanned, c span) {
	for _, run := range f.divide(s.pieces[c.from:c.to]) {
		if !run.other {
			f.found = append(f.found, run)
		}
	}
}

// judge turns candidates into tracking numbers and drops those that are none.
func (f *finder) judge() []parsers.Tracking {
	var out []parsers.Tracking
	previous := verdict{end: -1}
	for i := range f.found {
		c := &f.found[i]
		if f.forbidden(c.number) {
			continue
		}
		v := f.weigh(c, previous)
		previous = v
		if v.odds < threshold {
			continue
		}
		out = append(out, f.tracking(c, v))
	}
	return share(out)
}

// wholeCell takes the entries of a tracking cell for numbers though no carrier writes them so: regional carriers and own vans have numbers too.
func (f *finder) wholeCell() {
	for start := 0; start < len(f.text); {
		end := len(f.text)
		if at := f.entryEnd(start); at >= 0 {
			end = at
		}
		entry := strings.TrimSpace(f.text[start:end])
		number, digits := compact(entry), 0
		for i := range len(number) {
			if isDigit(number[i]) {
				digits++
			}
		}
		if len(number) >= 5 && len(number) <= longest && digits >= 3 && len(entry) <= len(number)+6 && digits*3 >= len(number) && !dated(entry) {
			from := start + strings.Index(f.text[start:end], entry)
			f.found = append(f.found, candidate{start: from, end: from + len(entry), number: number, groups: 1})
		}
		start = end + 1
	}
}

// forbidden tells whether a number is one of those that it cannot be.
func (f *finder) forbidden(number string) bool {
	for _, n := range f.context.Not {
		if sameCompact(n, number) {
			return true
		}
	}
	return false
}

// Same tells whether two numbers are one, but for signs, spaces and case.
func Same(a, b string) bool { return sameCompact(a, compact(b)) }

// sameCompact tells whether compact(s) is number, without making it.
func sameCompact(s, number string) bool {
	j := 0
	for i := range len(s) {
		c := s[i]
		switch classes[c] {
		case lowerClass:
			c -= 32
		case upperClass, digitClass:
		default:
			continue
		}
		if j == len(number) || number[j] != c {
			return false
		}
		j++
	}
	return j == len(number)
}

// solid tells a cell that holds one number in its plainest form, as nearly all cells of tracking columns do.
func solid(text string) bool {
	if len(text) < shortest || len(text) > longest {
		return false
	}
	digits := 0
	for i := range len(text) {
		switch classes[text[i]] {
		case digitClass:
			digits++
		case upperClass:
		default:
			return false
		}
	}
	return digits >= 4
}

// solidCell is Find for such a cell: the same judgement without the search.
func solidCell(text string, c Context) []parsers.Tracking {
	var room [2]guess                                // few numbers have the form of more carriers than two
	f := finder{text: text, context: c, named: true} // it names no carrier
	one := candidate{end: len(text), number: text, groups: 1, guesses: fits(text, room[:0])}
	if f.forbidden(text) {
		return nil
	}
	if zeroed(text, one.guesses) {
		one.damage = Excel
	}
	v := f.weigh(&one, verdict{end: -1})
	if v.odds < threshold {
		return nil
	}
	return []parsers.Tracking{f.tracking(&one, v)}
}

// tracking writes down what was judged.
func (f *finder) tracking(c *candidate, v verdict) parsers.Tracking {
	t := parsers.Tracking{
		Value:  parsers.Value{Text: f.text[c.start:c.end], At: parsers.Place{Part: f.context.Part, Start: f.context.Base + c.start, End: f.context.Base + c.end}},
		Number: c.number, Score: round(sigmoid(v.odds)), URL: c.url, Damage: c.damage,
	}
	if c.damage == "" && f.context.Column && c.url == "" {
		slug := f.context.Carrier
		if slug == "" {
			slug = v.named
		}
		if lostZeros(c.number, slug) != "" {
			c.damage, t.Damage, v.named = Excel, Excel, slug
		}
	}
	if c.damage != "" {
		if v.named != "" {
			t.Carriers = []parsers.CarrierGuess{{Carrier: v.named, Score: 0.9, Why: OnlyNamed}}
		}
		return t
	}
	t.Carriers = rank(c.guesses)
	if len(t.Carriers) > 0 && t.Carriers[0].Carrier == "usps" {
		t.Number = withoutRouting(c.number)
	}
	if len(t.Carriers) > 0 {
		for _, g := range c.guesses {
			if g.carrier == t.Carriers[0].Carrier {
				t.Valid, t.Invalid = g.valid, g.invalid
			}
		}
		if best := &t.Carriers[0]; best.Why == OnlyNamed && wellKnown[best.Carrier] || !t.Valid && malformed(t.Number) {
			t.Invalid, best.Why = true, parsers.WrongForm
		}
	}
	return t
}

// wellKnown are carriers all of whose numbers have forms of the table.
var wellKnown = words("ups fedex usps")

// malformed tells a number that begins as UPS's do, or is framed as those of all posts are, and has not their length.
func malformed(number string) bool {
	const wholeUPS, wholeS10 = 18, 13
	n := len(number)
	if strings.HasPrefix(number, "1Z") && n != wholeUPS && n >= wholeUPS-3 && n <= wholeUPS+3 {
		return true
	}
	if n < wholeS10-1 || n > wholeS10+1 || n == wholeS10 || !isUpper(number[0]) || !isUpper(number[1]) || !allDigits(number[2:n-2]) {
		return false
	}
	return posts[number[n-2:]] != ""
}

// rank turns log-odds into shares of one, with a share for a carrier that nobody thought of.
func rank(guesses []guess) []parsers.CarrierGuess {
	const nobody = -1.5
	total := math.Exp(nobody)
	for _, g := range guesses {
		total += math.Exp(g.odds)
	}
	if len(guesses) == 0 {
		return nil
	}
	out := make([]parsers.CarrierGuess, 0, len(guesses))
	for i := range guesses {
		g := &guesses[i]
		if p := math.Exp(g.odds) / total; p >= 0.05 {
			out = append(out, parsers.CarrierGuess{Carrier: g.carrier, Score: round(p), Why: g.reason()})
		}
	}
	if len(out) < 2 {
		return out
	}
	slices.SortStableFunc(out, func(a, b parsers.CarrierGuess) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(a.Carrier, b.Carrier)
	})
	if len(out) > 4 {
		out = out[:4]
	}
	return out
}

// share lets every place of a number know what was learned at the others.
func share(all []parsers.Tracking) []parsers.Tracking {
	if len(all) < 2 {
		return all
	}
	best := make(map[string]parsers.Tracking, len(all))
	for _, t := range all {
		b, known := best[t.Number]
		if !known {
			best[t.Number] = t
			continue
		}
		b.Score = max(b.Score, t.Score)
		if b.URL == "" {
			b.URL = t.URL
		}
		if len(t.Carriers) > 0 && (len(b.Carriers) == 0 || t.Carriers[0].Score > b.Carriers[0].Score) {
			b.Carriers, b.Valid, b.Invalid = t.Carriers, t.Valid, t.Invalid
		}
		best[t.Number] = b
	}
	for i := range all {
		t, b := &all[i], best[all[i].Number]
		t.Score, t.URL, t.Carriers, t.Valid, t.Invalid = b.Score, b.URL, b.Carriers, b.Valid, b.Invalid
	}
	return all
}

// Merge leaves one entry for each number: the first place in the text that is no link, with the best evidence of all.
func Merge(all []parsers.Tracking) []parsers.Tracking {
	all = share(slices.Clone(all))
	var out []parsers.Tracking
	place := make(map[string]int, len(all))
	for _, t := range all {
		at, seen := place[t.Number]
		if !seen {
			place[t.Number] = len(out)
			out = append(out, t)
			continue
		}
		out[at].Quoted = out[at].Quoted && t.Quoted
		out[at].Withdrawn = out[at].Withdrawn || t.Withdrawn
	}
	return out
}

// Best is the slug to use when one is wanted: the first guess, unless it is hardly better than chance or than the next.
func Best(t parsers.Tracking) string {
	if len(t.Carriers) == 0 || t.Carriers[0].Score < 0.35 {
		return ""
	}
	return t.Carriers[0].Carrier
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// round keeps four digits: more would claim a precision that the estimates do not have.
func round(p float64) float64 { return math.Round(p*1e4) / 1e4 }
