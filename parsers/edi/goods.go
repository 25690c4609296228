package edi

import (
	"slices"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// level is a node of the tree in which a notice of shipment tells what lies in what: shipment, order, pack, item (X12 HL, EDIFACT CPS). What is said
// at a level holds for everything in it, unless that says something else.
type level struct {
	name     string
	order    []parsers.Ref
	others   []parsers.Ref // the supplier's numbers
	carrier  parsers.Value
	tracking []parsers.Tracking
	lines    []parsers.Line
	partial  bool
	party    parsers.Party
	zero     bool // a product is listed of which nothing left
	doubt    bool // it bears a mark that may be the carrier's number, and may not
	children []*level
}

// mark adds the numbers that a mark holds.
func (l *level) mark(found []parsers.Tracking, doubt bool) {
	l.tracking, l.doubt = append(l.tracking, found...), l.doubt || doubt
}

// said is what is said of one order in one parcel, or several of which nobody tells which holds what.
type said struct {
	order    []parsers.Ref
	others   []parsers.Ref
	carrier  parsers.Value
	tracking []parsers.Tracking
	lines    []parsers.Line
	partial  bool
	party    parsers.Party // where an order has one of its own
	zero     bool
	doubt    bool
}

// gather walks the tree and gives what is said of each order and parcel, in the order of the paper.
func (l *level) gather(held said, all []said) []said {
	if len(l.order) > 0 {
		held.order = l.order
	}
	if l.carrier.Text != "" {
		held.carrier = l.carrier
	}
	if l.party != (parsers.Party{}) {
		held.party = l.party
	}
	held.others = append(held.others[:len(held.others):len(held.others)], l.others...)
	own := l.tracking
	for _, c := range l.children {
		if c.name == "P" && l.name == "I" { // the pack of the item that it stands under
			own = append(own[:len(own):len(own)], c.tracking...)
		}
	}
	if len(own) > 0 {
		held.tracking = own
	}
	held.partial, held.zero, held.doubt = held.partial || l.partial, held.zero || l.zero, held.doubt || l.doubt
	before := len(all)
	if len(l.lines) > 0 || l.zero {
		one := held
		one.lines = l.lines
		all = together(all, one)
	}
	for _, c := range l.children {
		if l.name != "I" || c.name != "P" || len(c.lines)+len(c.children) > 0 {
			all = c.gather(held, all)
		}
	}
	if len(all) == before && (len(l.order) > 0 || len(own) > 0) { // an order or a parcel without a list of what it holds
		all = together(all, held)
	}
	return all
}

// together adds to what the same order and parcels hold, or begins anew.
func together(all []said, one said) []said {
	for i := range all {
		if orderOf(all[i].order) == orderOf(one.order) && sameParcels(all[i].tracking, one.tracking) {
			all[i].lines = append(all[i].lines, one.lines...)
			all[i].partial, all[i].zero, all[i].doubt = all[i].partial || one.partial, all[i].zero || one.zero, all[i].doubt || one.doubt
			return all
		}
	}
	return append(all, one)
}

func sameParcels(a, b []parsers.Tracking) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Number != b[i].Number {
			return false
		}
	}
	return true
}

// settle finds an order for parcels that name none, where the notice is about one order only, and leaves out what names nothing.
func settle(all []said) []said {
	one := -1
	for i := range all {
		switch {
		case orderOf(all[i].order) == "":
		case one >= 0 && orderOf(all[one].order) != orderOf(all[i].order):
			return all
		case one < 0:
			one = i
		}
	}
	if one < 0 {
		return all
	}
	kept := all[:0]
	for i := range all {
		if orderOf(all[i].order) == "" {
			all[i].order = all[one].order
		}
		kept = together(kept, all[i])
	}
	return kept
}

func orderOf(refs []parsers.Ref) string {
	for i := range refs {
		if refs[i].Label == parsers.LabelOrder {
			return refs[i].Text
		}
	}
	return ""
}

// acrossPacks adds up a product that lies in several packs of one order: what a reader comes upon twice in one paper is else one thing said twice.
func acrossPacks(all []said) []said {
	first := map[[3]string]*parsers.Line{}
	for i := range all {
		one := &all[i]
		one.lines = slices.DeleteFunc(one.lines, func(l parsers.Line) bool {
			key := [3]string{orderOf(one.order), l.SKU.Text, string(l.Kind)}
			if earlier := first[key]; earlier != nil && l.SKU.Text != "" && key[0] != "" {
				earlier.Quantity += l.Quantity
				return true
			}
			return false
		})
		for k := range one.lines {
			key := [3]string{orderOf(one.order), one.lines[k].SKU.Text, string(one.lines[k].Kind)}
			if first[key] == nil {
				first[key] = &one.lines[k]
			}
		}
	}
	return all
}

// tell makes the statements of a notice of shipment.
func (r *reader) tell(all []said, kind parsers.Kind, at parsers.Value, party parsers.Party) {
	for _, one := range acrossPacks(settle(all)) {
		s := parsers.Statement{Kind: kind, KindAt: at, Score: sure, Refs: append(one.order[:len(one.order):len(one.order)], one.others...), Tracking: one.tracking, Carrier: one.carrier, Partial: one.partial}
		for _, l := range one.lines {
			if l.SKU.Text != "" || l.Quantity > 0 {
				s.Lines = append(s.Lines, l)
			}
		}
		if orderOf(s.Refs) == "" && len(s.Tracking) == 0 {
			continue
		}
		if one.doubt && len(s.Tracking) == 0 {
			s.Score = min(s.Score, unclear) // the buyer would be told that it left, and not the number that stands there
		}
		if one.zero {
			if s.Partial = true; !slices.ContainsFunc(s.Lines, func(l parsers.Line) bool { return l.Kind == "" }) {
				s.Score = min(s.Score, unclear) // a notice of what left, and nothing has
			}
		}
		if s.SetParty(party); one.party != (parsers.Party{}) {
			s.SetParty(one.party)
		}
		r.add(s)
	}
}

// sure is the score (0 to 1) of what a standard's code says.
const sure = 0.97

// shippedOf gives the lines that say what of a product left and what becomes of the rest: kind "" where that is not said.
func shippedOf(sku parsers.Value, left int, leftAt parsers.Place, ordered int, rest parsers.Kind) (lines []parsers.Line, partial bool) {
	if left > 0 || ordered == 0 {
		lines = append(lines, parsers.Line{SKU: sku, Quantity: left, QuantityAt: leftAt})
	}
	if more := ordered - left; more > 0 {
		if rest != "" {
			lines = append(lines, parsers.Line{SKU: sku, Quantity: more, QuantityAt: leftAt, Kind: rest})
		}
		partial = left > 0
	}
	return lines, partial
}

// isZero tells a quantity that is given, and is none.
func isZero(s string) bool {
	return s != "" && strings.Trim(s, "0.,") == "" && strings.Contains(s, "0")
}

// unit reads the serial number of a shipping container (GS1 SSCC-18). Most are a supplier's own and of no use to a customer; those that a
// carrier has given and tracks are its tracking numbers.
func (r *reader) unit(e element, named parsers.Value) []parsers.Tracking {
	slug, _ := carrier.Normalize(named.Text)
	text := e.text
	if len(text) == 18 {
		text = "00" + text // the application identifier is left out
	}
	for _, t := range carrier.Find(text, carrier.Context{Part: r.part, Base: e.start, Carrier: slug}) {
		if t.Valid && t.Score >= 0.9 && len(t.Carriers) > 0 && t.Carriers[0].Score >= 0.9 && len(t.Number) == 20 {
			t.Value = r.value(e)
			return []parsers.Tracking{t}
		}
	}
	return nil
}

// marked reads free marks on a package, of which only what can be nothing else is a tracking number; doubt where one may be, and the carrier is named.
func (r *reader) marked(e element, named parsers.Value) (out []parsers.Tracking, doubt bool) {
	slug, _ := carrier.Normalize(named.Text)
	if len(strings.TrimSpace(e.text)) < 8 {
		return nil, false
	}
	for _, t := range carrier.Find(e.text, carrier.Context{Part: r.part, Base: e.start, Carrier: slug}) {
		if t.Valid && t.Score >= 0.9 || slug != "" && t.Score >= 0.95 {
			out = append(out, t)
		} else {
			doubt = doubt || slug != "" && len(t.Carriers) > 0 && t.Carriers[0].Carrier == slug
		}
	}
	return out, doubt
}
