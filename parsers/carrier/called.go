package carrier

import (
	"regexp"
	"slices"
	"strings"
)

// called adds the numbers of Context.Called to what was found. Where a format has found a number in the same place, the place is only told to be a parcel's; where
// one has found a piece of it that nothing but its length speaks for, the whole takes the place of the piece.
func (f *finder) called() {
	for _, span := range f.context.Called {
		whole := candidate{start: span[0], end: span[1], number: compact(f.text[span[0]:span[1]]), groups: 1, called: true}
		if len(whole.number) > longest || dated(f.text[span[0]:span[1]]) {
			continue
		}
		known := false
		f.found = slices.DeleteFunc(f.found, func(c candidate) bool {
			if known || c.start >= span[1] || span[0] >= c.end || c.url != "" {
				return false
			}
			known = c.start <= span[0] && span[1] <= c.end || c.damage != "" || proved(c.guesses) || f.entire(&c, span)
			return !known
		})
		if !known {
			whole.guesses = fits(whole.number, nil)
			if zeroed(whole.number, whole.guesses) {
				whole.damage = Excel
			}
			f.found = append(f.found, whole)
			continue
		}
		for i := range f.found {
			c := &f.found[i]
			c.called = c.called || c.start < span[1] && span[0] < c.end && c.url == ""
		}
	}
}

// dated tells a day where a number should stand: "ETA 12/09/2025", "arriva 9/12".
func dated(text string) bool { return dayForm.MatchString(text) }

var dayForm = regexp.MustCompile(`(?:^|[^0-9A-Za-z])(?:[0-3]?[0-9]([./-])[0-3]?[0-9]([./-])(?:20)?[0-9]{2}|20[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9])$|^\p{L}+ [0-3]?[0-9][./][0-3]?[0-9]\.?$`)

// entire tells whether a number that has the form of a carrier's stands in a called place with nothing but spaces to its other groups: a postcode or a count may follow
// a number.
func (f *finder) entire(c *candidate, span [2]int) bool {
	if bestOdds(c.guesses, unknownShape) < 0 {
		return false
	}
	return (c.start <= span[0] || f.text[c.start-1] == ' ') && (c.end >= span[1] || f.text[c.end] == ' ')
}

// entryEnd gives where an entry of a tracking cell ends that begins at an offset, -1 for the end of the cell. A slash between numbers of different lengths belongs to one:
// "HB-4471/2".
func (f *finder) entryEnd(start int) int {
	for i := start; i < len(f.text); i++ {
		switch f.text[i] {
		case ',', ';', '|', '\n', '\r':
			return i
		case '/':
			rest := f.text[i+1:]
			if end := strings.IndexAny(rest, ",;|/\n\r"); end >= 0 {
				rest = rest[:end]
			}
			if head, tail := len(compact(f.text[start:i])), len(compact(rest)); tail >= 5 && head-tail <= 1 && tail-head <= 1 || head >= shortest && tail >= shortest {
				return i
			}
		}
	}
	return -1
}

// Fits tells whether a number, written without signs, has a form of a carrier's: a slug (see Normalize).
func Fits(number, slug string) bool {
	var room [2]guess
	return hasFamily(fits(number, room[:0]), slug)
}
