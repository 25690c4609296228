package prose

import (
	"slices"
	"strings"
)

// alike tells a clause with a number of its own in the very form of an order's that was named, digits for digits: "55-09771" in a list of "55-10402". Which
// order it is, if it is one, the matcher knows.
func (r *reader) alike(p *piece, named []reference) bool {
	return slices.ContainsFunc(p.refs, func(f reference) bool {
		if f.label != "" || f.skip || f.tracking || f.sku {
			return false
		}
		own := numberForm(r.view.text[f.start:f.end])
		return len(own) > 3 && slices.ContainsFunc(named, func(o reference) bool { return numberForm(r.view.text[o.start:o.end]) == own })
	})
}

// numberForm is a number with a zero for each digit.
func numberForm(number string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return '0'
		}
		return c
	}, number)
}
