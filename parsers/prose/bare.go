package prose

import (
	"slices"

	"waybill/parsers/carrier"
)

// Some carriers give short numbers of digits alone, which nothing tells from an invoice's or a customer's. Where a text names one such carrier and no other, and says what was
// sent, a number of that form behind the number of an order is the parcel's: "3130 et 3154 sont parties par Mondial Relay, respectivement 52243662 et 83796074",
// "1001 sent 519718683", and below the list "All with TNT."

const (
	fewestBare = 8  // digits of Mondial Relay
	mostBare   = 12 // digits of BRT; longer numbers are found by their form
	widerBy    = 2  // digits that a parcel's number has more than the order's before it
)

// bareNumbers adds the places of such numbers to those that words call a parcel's.
func (r *reader) bareNumbers(places [][2]int) [][2]int {
	slug, found := "", len(places)
	for _, t := range r.tokens {
		n := t.end - t.start
		if t.letters > 0 || t.digits != n || n < fewestBare || n > mostBare || len(places)-found >= mostListed || r.skipped(t.start) || r.text.Part == "subject" {
			continue
		}
		number := r.view.text[t.start:t.end]
		if number[0] == '0' && n != fewestBare && n != mostBare || number[0] == '2' && number[1] == '0' && n == len("20261123") || !r.ofParcelForm(t) {
			continue // telephones, days
		}
		if slug == "" {
			if slug = carrier.Named(r.view.text); slug == "" {
				return places
			}
		}
		if at := [2]int{t.start, t.end}; carrier.Fits(number, slug) && !slices.ContainsFunc(places, func(p [2]int) bool { return p[0] < at[1] && at[0] < p[1] }) && !r.dialled(t.start, t.end, 0) {
			places = append(places, at)
		}
	}
	if len(places) > found {
		slices.SortFunc(places, func(a, b [2]int) int { return a[0] - b[0] })
	}
	return places
}

// ofParcelForm tells a number that nothing calls anything, in a line that says what was sent, behind the number of an order.
func (r *reader) ofParcelForm(t token) bool {
	for _, f := range r.refsIn(t.start, t.end) {
		if f.label != "" || f.pattern || f.barred || f.skip || f.sku || f.quantity || r.shopsOwn(&f) {
			return false
		}
	}
	from := r.lineStart(t.start)
	stop := r.lineStop(t.end)
	if r.markAt(from, stop) != "" {
		return false
	}
	if above := r.lineStart(max(0, from-1)); from > 0 && columns(r.view.text[above:from]) >= wrapWidth {
		from = above // a program broke the line
	}
	if !slices.ContainsFunc(r.within(from, stop), func(h hit) bool {
		return h.meaning == shipped || h.meaning == gone || h.meaning == parcel || h.meaning == courier
	}) {
		return false
	}
	return slices.ContainsFunc(r.refsIn(from, t.start), func(f reference) bool {
		return f.end <= t.start && !f.skip && !f.barred && (f.names() || f.sku || !f.plain) && (!f.plain || t.end-t.start >= f.end-f.start+widerBy)
	})
}
