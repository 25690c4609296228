package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// mostOwn is how many references of the writer's own are looked through for an order that we do not know: with more it is a report.
const mostOwn = 64

// unheard keeps news of an order back that is named in quoted text only, where the writer's own text names one that we do not know: what is below is of another day, and the parcel above it
// that of an order that went another way. So it does where what is quoted has a parcel already.
func (x *look) unheard(all []*news, r *parsers.Reading, who Sender) {
	var own []parsers.Ref
	quotes := false
	var parcels []string // in what is quoted
	for i := range r.Statements {
		s := &r.Statements[i]
		if s.Quoted {
			for _, number := range s.Tracking {
				parcels = append(parcels, number.Number)
			}
		}
		for _, ref := range s.Refs {
			if s.Quoted || ref.Quoted {
				quotes = true
			} else if own = append(own, ref); len(own) > mostOwn {
				return
			}
		}
	}
	for _, n := range all {
		if n.blurred == "" && n.top != nil && n.top.method == OrderNumber {
			n.blurred = x.misplaced(n, who)
		}
	}
	if !quotes {
		return
	}
	for _, n := range all {
		if n.blurred != "" || n.top == nil || n.top.method != OrderNumber {
			continue
		}
		strange := ""
		named := slices.ContainsFunc(own, func(ref parsers.Ref) bool {
			if x.isOf(ref, n.top.key(), who) {
				return true
			}
			if strange == "" && (writtenAlike(ref.Text, n.top.Order) || writtenAlike(ref.Text, n.top.Number)) && len(x.refClaims(ref, who)) == 0 {
				strange = ref.Text
			}
			return false
		})
		switch {
		case named:
		case strange != "":
			n.blurred = strange + " is no order that we know, and " + n.top.Number + " stands only in what is quoted below it"
		case slices.ContainsFunc(parcels, func(number string) bool { return len(n.tracking) > 0 && !n.has(number) }):
			n.blurred = n.top.Number + " stands only in what is quoted, with another parcel"
		}
	}
}

// misplaced tells a parcel of an order that we do not know which fell to the order beside it.
func (x *look) misplaced(n *news, who Sender) string {
	for i := range n.statements {
		s := &n.statements[i]
		if len(s.Tracking) == 0 || s.Quoted || len(s.Refs) > mostOwn || slices.ContainsFunc(s.Refs, func(ref parsers.Ref) bool { return x.isOf(ref, n.top.key(), who) }) {
			continue
		}
		for _, ref := range s.Refs {
			if (writtenAlike(ref.Text, n.top.Order) || writtenAlike(ref.Text, n.top.Number)) && len(x.refClaims(ref, who)) == 0 {
				return ref.Text + " is no order that we know, and its parcel stands beside " + n.top.Number
			}
		}
	}
	return ""
}

// has tells whether a tracking number is of this news.
func (n *news) has(number string) bool {
	return slices.ContainsFunc(n.tracking, func(t parsers.Tracking) bool { return t.Number == number })
}

// writtenAlike tells numbers that are written in one manner: the same signs at the same places, and digits where the other has digits.
func writtenAlike(a, b string) bool {
	form := func(text string) string {
		return strings.Map(func(c rune) rune {
			if isDigit(c) {
				return '0'
			}
			return c
		}, code(text))
	}
	return form(a) == form(b) && strings.Contains(form(a), "000")
}
