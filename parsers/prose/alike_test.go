package prose_test

import (
	"slices"
	"testing"

	"waybill/parsers"
)

// An entry of a list whose number has the form of the others is its own, though nobody knows the order: its parcel goes to no neighbour.
func TestAlike(t *testing.T) {
	const list = "Vandaag verzonden (PostNL):\n\n55-10402 ....... 3SZHFT4830052\n55-10405 ....... 3SZHFT4830053\n55-09771 ....... 3SZHFT4830057\n"
	for _, s := range read(list, parsers.Profile{OrderPatterns: []string{`\b(55-10[0-9]{3})\b`}}).Statements {
		for _, n := range s.Tracking {
			if of := func(number string) bool {
				return slices.ContainsFunc(s.Refs, func(f parsers.Ref) bool { return f.Text == number })
			}; n.Number == "3SZHFT4830057" && (!of("55-09771") || of("55-10405")) {
				t.Errorf("the parcel of 55-09771 has %+v", s.Refs)
			}
		}
	}
}
