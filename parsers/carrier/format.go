package carrier

import (
	"strconv"
	"strings"
	"sync"
)

// format is one shape of one carrier's numbers.
type format struct {
	carrier string
	// shape: "#" a digit, "@" a letter, "*" either, "[A-C3]" one of these, "{n}" or "{m,n}" repeats the last; anything else stands for itself.
	shape string
	check func(string) bool // nil: no public check digit
	// odds is the natural logarithm of the odds that a bare string of this shape, in an answer of a supplier, is a number
	// of this carrier. An estimate by how special the shape is: 4 hardly anything else looks so, -2 most such strings are something else.
	odds float64
	// luck is the natural logarithm of one in how many random strings pass the check: 2.3 for a decimal digit.
	luck float64
	why  string
}

// compiled is a format of one fixed length: a set of allowed characters for each place.
type compiled struct {
	*format
	masks        []uint64
	holds, fails string // the reason with the verdict on the check digit, made once
}

func (c *compiled) matches(n string) bool {
	for i := range len(n) {
		if c.masks[i]&(1<<value36(n[i])) == 0 {
			return false
		}
	}
	return true
}

const (
	shortest = 8  // nothing shorter is told from other numbers without a label
	longest  = 40 // no carrier's number is longer
	digits   = 1<<10 - 1
	letters  = (1<<36 - 1) &^ digits
)

// formatIndex holds the compiled formats by length and first character.
type formatIndex [longest + 1][36][]compiled

var formatsByShape = sync.OnceValue(func() *formatIndex {
	index := new(formatIndex)
	for i := range formats {
		f := &formats[i]
		for _, masks := range compile(f.shape) {
			for first := range 36 {
				if masks[0]&(1<<first) != 0 {
					index[len(masks)][first] = append(index[len(masks)][first], compiled{f, masks, f.why + ", check digit valid", f.why + ", check digit fails"})
				}
			}
		}
	}
	return index
})

// compile turns a shape into one list of masks for each length it allows.
func compile(shape string) [][]uint64 {
	all := [][]uint64{nil}
	for i := 0; i < len(shape); {
		mask := uint64(0)
		switch c := shape[i]; c {
		case '#':
			mask = digits
		case '@':
			mask = letters
		case '*':
			mask = digits | letters
		case '[':
			end := i + strings.IndexByte(shape[i:], ']')
			for j := i + 1; j < end; j++ {
				from, to := value36(shape[j]), value36(shape[j])
				if j+2 < end && shape[j+1] == '-' {
					to, j = value36(shape[j+2]), j+2
				}
				for v := from; v <= to; v++ {
					mask |= 1 << v
				}
			}
			i = end
		default:
			mask = 1 << value36(c)
		}
		i++
		low, high := 1, 1
		if i < len(shape) && shape[i] == '{' {
			end := i + strings.IndexByte(shape[i:], '}')
			from, to, ranged := strings.Cut(shape[i+1:end], ",")
			low, _ = strconv.Atoi(from)
			high = low
			if ranged {
				high, _ = strconv.Atoi(to)
			}
			i = end + 1
		}
		all = repeat(all, mask, low, high)
	}
	return all
}

func repeat(all [][]uint64, mask uint64, low, high int) [][]uint64 {
	var out [][]uint64
	for _, masks := range all {
		for n := low; n <= high; n++ {
			longer := append(make([]uint64, 0, len(masks)+n), masks...)
			for range n {
				longer = append(longer, mask)
			}
			out = append(out, longer)
		}
	}
	return out
}

// guess is one format that a number fits.
type guess struct {
	carrier  string
	odds     float64
	valid    bool   // a check digit exists and holds
	invalid  bool   // a check digit exists and fails
	why      string // the shape and its check digit, in words
	fromZero bool   // the shape begins with a zero of its own
	named    string // what else speaks for it: a name, a link
}

// reason says in words why a number may be this carrier's.
func (g *guess) reason() string {
	switch {
	case g.named == "":
		return g.why
	case g.why == "":
		return g.named
	}
	return g.why + ", " + g.named
}

// mayFit tells whether any format has this length and first character, so that a string need not be built to find out.
func mayFit(length int, first byte) bool {
	if length == 13 && isUpper(first) {
		return true // S10
	}
	return length >= shortest && length <= longest && len(formatsByShape()[length][value36(first)]) > 0
}

const failed = -2.5 // a check digit fails: people redact, mistype and use internal numbers, one time in twelve

// fits appends to guesses the formats that a number has: at most one for each carrier, its best.
func fits(n string, guesses []guess) []guess {
	if len(n) < shortest || len(n) > longest {
		return guesses
	}
	list := formatsByShape()[len(n)][value36(n[0])]
	for i := range list {
		f := &list[i]
		if !f.matches(n) {
			continue
		}
		g := guess{carrier: f.carrier, odds: f.odds, why: f.why, fromZero: f.shape[0] == '0'}
		switch {
		case f.check == nil:
		case f.check(n):
			g.valid, g.odds, g.why = true, g.odds+f.luck, f.holds
		default:
			g.invalid, g.odds, g.why = true, g.odds+failed, f.fails
		}
		guesses = better(guesses, g)
	}
	if len(n) == 13 && isUpper(n[0]) {
		if g, ok := fitsS10(n); ok {
			guesses = better(guesses, g)
		}
	}
	return guesses
}

// better adds a guess, or lets it replace a weaker one of the same carrier.
func better(guesses []guess, g guess) []guess {
	for i := range guesses {
		if guesses[i].carrier == g.carrier {
			if g.odds > guesses[i].odds {
				guesses[i] = g
			}
			return guesses
		}
	}
	return append(guesses, g)
}
