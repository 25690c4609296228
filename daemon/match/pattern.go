package match

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The pattern of a channel's order numbers is found from its orders: each number's shape (its letters as they are, its digits by
// how many) is counted, and the common shapes become regular expressions.

// shape writes a number's digits as runs: "SO-10023" becomes "SO-" and a run of five. A number without digits has none.
func shape(number string) string {
	var b strings.Builder
	run := 0
	flush := func() {
		if run > 0 {
			b.WriteByte(0)
			b.WriteString(strconv.Itoa(run))
			b.WriteByte(0)
			run = 0
		}
	}
	any := false
	for _, r := range number {
		if r >= '0' && r <= '9' {
			run++
			any = true
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	if !any {
		return ""
	}
	return b.String()
}

// maxPatterns is how many shapes of numbers are looked for; a shop with several channels has as many and a few more.
const maxPatterns = 12

// Patterns gives regular expressions (RE2) of the order numbers in the index, the commonest first. The first group is the number, with
// the suffix of a purchase order where it has one.
func (x *Index) Patterns() []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	type counted struct {
		shape string
		n     int
	}
	var all []counted
	for s, n := range x.shapes {
		all = append(all, counted{s, n})
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.shape, b.shape)) })
	var patterns []string
	for _, c := range all[:min(len(all), maxPatterns)] {
		patterns = append(patterns, expression(c.shape))
	}
	return patterns
}

// expression is the regular expression of a shape. A leading "#" may be left out by who writes.
func expression(shape string) string {
	var b strings.Builder
	for i, part := range strings.Split(shape, "\x00") {
		switch {
		case i%2 == 1:
			b.WriteString(`\d{` + part + `}`)
		case part != "":
			b.WriteString(regexp.QuoteMeta(strings.TrimPrefix(part, "#")))
		}
	}
	return `(?i)(?:^|[^\pL\pN])(` + b.String() + `(?:-[A-Z]{1,2})?)(?:$|[^\pL\pN])`
}
