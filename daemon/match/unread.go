package match

import (
	"fmt"
	"slices"

	"waybill/parsers"
)

// What a paper says of parcels and the reader did not find: fewer numbers than it counts parcels, and what stands where a number would and is none that could be
// read. Nobody would miss the number if the notice went on without it, so a person looks.

// incomplete takes shipments to a person whose paper says more than was found. findings are those of all, one by one.
func (x *look) incomplete(r parsers.Reading, all []*news, findings []Finding, who Sender) {
	var aside []parsers.Statement // what brings no news of its own
	for i := range r.Statements {
		if s := &r.Statements[i]; (s.Parcels > 0 || s.Unread.Text != "") && !s.Quoted && !says(s) {
			aside = append(aside, *s)
		}
	}
	sole := oneOrder(all)
	for i, n := range all {
		f := &findings[i]
		if f.Kind != parsers.Shipment || f.Decision != Auto {
			continue
		}
		told := n.statements
		for _, s := range aside {
			if sole || x.speaksOf(s, n, who) || len(f.Tracking) == 0 && len(x.mentions(s, who)) == 0 {
				told = append(slices.Clip(told), s)
			}
		}
		if reason := unfound(f, told, n.leavesRest(f)); reason != "" {
			f.Decision = Review
			f.Reasons = append(f.Reasons, reason)
		}
	}
}

// speaksOf tells whether a statement names the order that news is about.
func (x *look) speaksOf(s parsers.Statement, n *news, who Sender) bool {
	return n.top != nil && slices.ContainsFunc(x.mentions(s, who), func(m mention) bool { return m.order == n.top.key() })
}

// leavesRest tells a shipment of a part: the other parcels are those of what is still to come.
func (n *news) leavesRest(f *Finding) bool {
	pieces := 0
	for _, q := range f.LineQuantities {
		pieces += q.Quantity
	}
	return f.Partial || n.top != nil && pieces > 0 && pieces < n.top.outstanding()
}

// unfound says what of a shipment's parcels the statements tell and was not found; "" for nothing.
func unfound(f *Finding, told []parsers.Statement, rest bool) string {
	sum, most, each := 0, 0, true
	for i := range told {
		s := &told[i]
		if s.Quoted {
			continue
		}
		if s.Unread.Text != "" {
			return fmt.Sprintf("%s stands where a tracking number would, and could not be read as one", s.Unread.Text)
		}
		own := 0
		for k := range s.Tracking {
			if !s.Tracking[k].Withdrawn {
				own++
			}
		}
		sum, most, each = sum+s.Parcels, max(most, s.Parcels), each && (s.Parcels == 0 || s.Parcels == own)
	}
	if found := len(f.Tracking); found > 0 && !(rest && found < most) && !each && found != sum && found != most {
		return fmt.Sprintf("it speaks of %d parcels, and %d tracking numbers were found", sum, found)
	}
	return ""
}

// isOrder tells a tracking number that is the number of an order that we know: words that call it a parcel's do not make it one.
func (x *look) isOrder(number string) bool { return len(x.find(byNumber, number)) > 0 }
