package edi

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// level is a node of the tree in which a notice of shipment tells what lies in what: shipment, order, pack, item (X12 HL, EDIFACT CPS). What is said
// at a level holds for everything in it, unless that says something else.
type level struct {
	name     string
	order    []parsers.Ref
	others   []parsers.Ref // the supplier's numbers
	carrier  parsers.Value
	numbers  numbers
	lines    []parsers.Line
	partial  bool
	party    parsers.Party
	zero     bool // a product is listed of which nothing left
	cased    bool // the quantity of the last line is in cases
	packed   bool // its packages are marked: what follows are their numbers, not the product's
	parent   *level
	children []*level
}

// below makes a level within this one.
func (l *level) below(name string) *level {
	c := &level{name: name, parent: l}
	l.children = append(l.children, c)
	return c
}

// named is the carrier that a level names, or the next one around it.
func (l *level) named() parsers.Value {
	for ; l != nil; l = l.parent {
		if l.carrier.Text != "" {
			return l.carrier
		}
	}
	return parsers.Value{}
}

// part tells a level that lists what a product consists of, which nobody ordered: a component, or whatever stands below a listed product but its packs.
func (l *level) part() bool {
	if l.name == "F" {
		return true
	}
	for p := l.parent; p != nil; p = p.parent {
		if len(p.lines) > 0 && l.name != "P" && l.name != "T" {
			return true
		}
	}
	return false
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
	spare    []parsers.Tracking // see numbers
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
	own := l.numbers.own()
	for _, c := range l.children {
		if l.name == "I" && c.packs() { // the pack of the item that it stands under
			own = append(own[:len(own):len(own)], c.numbers.own()...)
		}
	}
	if len(own) > 0 {
		held.tracking = own
	}
	if len(l.numbers.spare) > 0 {
		held.spare = l.numbers.spare
	}
	held.partial, held.zero, held.doubt = held.partial || l.partial, held.zero || l.zero, held.doubt || l.numbers.doubt
	before := len(all)
	if len(l.lines) > 0 || l.zero {
		one := held
		one.lines = l.lines
		all = together(all, one)
	}
	for _, c := range l.children {
		if l.name != "I" || !c.packs() || !c.empty() {
			all = c.gather(held, all)
		}
	}
	if len(all) == before && (len(l.order)+len(own)+len(l.numbers.spare) > 0) { // an order or a parcel without a list of what it holds
		all = together(all, held)
	}
	return all
}

func (l *level) packs() bool { return l.name == "P" || l.name == "T" }

// empty tells a pack of which nobody says what lies in it.
func (l *level) empty() bool { return len(l.lines)+len(l.children)+len(l.order) == 0 && !l.zero }

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
		if len(one.tracking) == 0 {
			one.tracking = one.spare
		}
		s := parsers.Statement{Kind: kind, KindAt: at, Score: sure, Refs: append(one.order[:len(one.order):len(one.order)], one.others...), Tracking: one.tracking, Carrier: one.carrier, Partial: one.partial}
		for _, l := range one.lines {
			if l.SKU.Text != "" || l.Title.Text != "" || l.Quantity > 0 {
				s.Lines = append(s.Lines, l)
			}
		}
		if orderOf(s.Refs) == "" && len(s.Tracking) == 0 && (one.party.Name.Text == "" && party.Name.Text == "" || len(s.Lines) == 0) {
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
func shippedOf(product parsers.Line, left, ordered int, rest parsers.Kind) (lines []parsers.Line, partial bool) {
	if left > 0 || ordered == 0 {
		product.Quantity = left
		lines = append(lines, product)
	}
	if more := ordered - left; more > 0 {
		if rest != "" {
			product.Quantity, product.Kind = more, rest
			lines = append(lines, product)
		}
		partial = left > 0
	}
	return lines, partial
}

// isZero tells a quantity that is given, and is none.
func isZero(s string) bool {
	return s != "" && strings.Trim(s, "0.,") == "" && strings.Contains(s, "0")
}
