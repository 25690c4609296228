package match

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// frail tells why a bare number is too little to act on alone: texts are full of such (a year, a quantity), or somebody's postcode or house number is the
// same. Nothing else speaks for the order.
func (x *look) frail(n *news, c *candidate, who Sender) string {
	if c.method != OrderNumber || c.second {
		return ""
	}
	named := slices.ContainsFunc(n.field.rivals, func(cl claim) bool { return cl.tier < bare && cl.names(x, []string{c.key()}) })
	if named {
		return ""
	}
	for witness := range c.counted {
		key, ok := strings.CutPrefix(witness, "number:")
		if !ok {
			continue
		}
		if commonNumber(key) && (len(n.own) == 0 || len(key) < 4) { // "Shipping report 2025", "PS-310 shipped"
			return fmt.Sprintf("%s may be a year or a quantity, and nothing calls it an order", key)
		}
		if len(n.tracking) == 0 && len(x.find(byNumber, key)) == 0 {
			return fmt.Sprintf("%s is only a part of %s, and nothing calls it an order", key, c.Number)
		}
		if whose := x.addressed(key, c, who); whose != "" {
			return fmt.Sprintf("%s stands in the address of %s as well, and nothing calls it an order", key, whose)
		}
	}
	return ""
}

// fewAddressed is how many purchase orders may have a number in their address and still be asked one by one.
const fewAddressed = 64

// addressed finds another order of the sender's that has a number as its postcode or house number.
func (x *look) addressed(key string, c *candidate, who Sender) string {
	if !digitsOnly(key) {
		return ""
	}
	for _, k := range []kind{byPostcode, byHouse} {
		if n := x.count(k, key); n == 0 || n > fewAddressed {
			continue
		}
		for _, id := range x.among(k, key, func(po *PO) bool { return code(po.ShipTo.Postcode) == key || foldAddress(*po).street.house == key }) {
			if e := x.entry(id); id != c.ID && e.key() != c.key() && (who.Supplier == "" || e.Supplier == "" || e.Supplier == who.Supplier) {
				return e.Number
			}
		}
	}
	return ""
}

// orphaned makes a key of ours that the writer put beside news about another order, and about which nothing else is said, contradict that news.
func (x *look) orphaned(all []*news, a about, who Sender) {
	for _, lents := range a.claims {
		for _, l := range lents {
			if l.tier != planted || l.ref.Quoted || slices.ContainsFunc(a.context, func(c claim) bool { return c.witness == l.witness && c.tier == planted }) {
				continue
			}
			spoken := slices.ContainsFunc(all, func(n *news) bool { return n.top != nil && l.names(x, []string{n.top.key()}) })
			for _, n := range all {
				if !spoken && n.top != nil {
					n.field.rivals = append(n.field.rivals, l.claim)
				}
			}
		}
	}
}

// headed keeps news of one order back where the subject, which the writer has just written, is about another open one and nothing below says a word of that: one of
// the two numbers was copied from another mail.
func (x *look) headed(all []*news, r *parsers.Reading, who Sender) {
	if replied(r.Envelope) {
		return
	}
	var titled, told []string
	for i := range r.Statements {
		s := &r.Statements[i]
		if s.Quoted {
			continue
		}
		for _, ref := range s.Refs {
			for _, c := range x.refClaims(ref, who) {
				switch {
				case ref.At.Part != "subject":
					told = union(told, c.orders(x))
				case c.tier == called && c.method == OrderNumber:
					titled = union(titled, c.orders(x))
				}
			}
		}
	}
	if len(titled) == 0 || len(told) == 0 || slices.ContainsFunc(titled, func(key string) bool { return slices.Contains(told, key) }) {
		return
	}
	for _, n := range all {
		if n.blurred == "" && n.top != nil && n.top.keyed && slices.Contains(told, n.top.key()) {
			n.blurred = "the subject is about another order than the text"
		}
	}
}

// misaddressed keeps news of one of several orders back where an address in the text is that of none of them and none is that of this one: a slip may have made its number that of another
// open order. Of one order the address is compared as it is.
func (x *look) misaddressed(all []*news, a about) {
	if len(a.fresh) < 2 || len(a.fresh) > manyOrders || a.rows > 0 || len(a.parties) > manyOrders {
		return
	}
	at := map[string]bool{} // orders to whose consignee an address may belong
	stray := false
	for _, p := range a.parties {
		told, anybody, compared := foldParty(p), false, false
		for key := range a.fresh {
			for _, l := range a.claims[key] {
				for _, id := range l.pos {
					if x.entry(id).key() != key {
						continue
					}
					belongs, differ := x.belongs(&told, id)
					at[key], anybody, compared = at[key] || belongs, anybody || belongs, compared || differ
				}
			}
		}
		stray = stray || compared && !anybody
	}
	for _, n := range all {
		if stray && n.blurred == "" && n.top != nil && n.top.keyed && n.consignee() == nil && a.fresh[n.top.key()] && !at[n.top.key()] {
			n.blurred = "an address in the text is that of none of the orders that it names"
		}
	}
}

// belongs tells whether an address may be that of a purchase order's consignee, and whether it says anything else than theirs.
func (x *look) belongs(told *folded, id order.POID) (belongs, other bool) {
	own := foldAddress(x.entry(id).PO)
	fits := x.fits(told, &own)
	for _, field := range [...]addressField{nameField, streetField, postcodeField} {
		switch how := fits[field].how; {
		case how == same || how == close || how == partly && field == nameField:
			belongs = true
		case how == differs:
			other = true
		}
	}
	return belongs, other
}

// disowned tells the one thing that a paper says of the consignee, and that is not so, where only a number names the order: a slip may have made it the number of
// another open order, and nothing says that it did not.
func (c *candidate) disowned() string {
	if !c.keyed || c.method == Token || c.method == Thread {
		return ""
	}
	against := ""
	for _, field := range [...]addressField{nameField, postcodeField} {
		if how := c.fits[field.String()]; how == differs || field == postcodeField && (how == related || how == partly) {
			against = field.String()
		}
	}
	if against == "" {
		return ""
	}
	for field, how := range c.fits {
		if how == same || how == close || how == partly && field != postcodeField.String() || how == related && field == nameField.String() {
			return ""
		}
	}
	for witness, heard := range c.counted {
		if heard && strings.HasPrefix(witness, "quantity:") {
			return ""
		}
	}
	return against
}

// elsewhere finds an order whose consignee is the one that is named, while a key names this one: the clerk took the wrong line of a list.
func (c *candidate) elsewhere(list []*candidate) (*candidate, bool) {
	if name := c.fits["name"]; !c.keyed || name != related && name != differs {
		return nil, false
	}
	for _, other := range list {
		if other == c || other.keyed || other.fits["name"] != same && other.fits["name"] != close {
			continue
		}
		for _, field := range []string{"street", "postcode", "city"} {
			if other.fits[field] == same && c.fits[field] != same {
				return other, true
			}
		}
	}
	return nil, false
}

// onePerOrder leaves one finding for each order and kind. What two statements could not be joined for goes to a person, as one; a consignee that only
// resembles the order's is nobody's.
func onePerOrder(findings []Finding) []Finding {
	type notice struct {
		po   order.POID
		kind parsers.Kind
	}
	first := map[notice]int{}
	var all []Finding
	for _, f := range findings {
		key := notice{f.PO, f.Kind}
		i, seen := first[key]
		switch {
		case f.PO == 0 || !seen:
			if f.PO != 0 {
				first[key] = len(all)
			}
			all = append(all, f)
		case f.Method == Fuzzy && f.Decision == Review:
			all = append(all, f.nobodys())
		case all[i].Method == Fuzzy && all[i].Decision == Review:
			all = append(all, all[i].nobodys())
			all[i] = f
		default:
			all[i].absorb(f)
		}
	}
	return all
}

// nobodys takes the order from a finding and leaves it among the candidates.
func (f Finding) nobodys() Finding {
	f.PO, f.OrderID, f.Channel, f.Order, f.Number, f.Method, f.LineQuantities = 0, 0, "", "", "", None, nil
	f.Decision = Review
	return f
}

// unclaimed tells whether a paper has tracking numbers that belong to nobody: no order is named beside them, and none was found. findings are those of all,
// one by one.
func unclaimed(findings []Finding, all []*news) bool {
	for i, n := range all {
		if findings[i].Order == "" && len(n.own) == 0 && len(findings[i].Tracking) > 0 {
			return true
		}
	}
	return false
}

// missNumber takes shipments without a number to a person, where one of the paper's may be theirs.
func missNumber(findings []Finding) {
	for i := range findings {
		if f := &findings[i]; f.Kind == parsers.Shipment && f.Decision == Auto && len(f.Tracking) == 0 && f.Order != "" {
			f.Decision = Review
			f.Reasons = append(f.Reasons, "the message has tracking numbers that belong to no order: one may be this one's")
		}
	}
}

// absorb adds what another finding about the same order and kind says; where one of the two is for a person, both are.
func (f *Finding) absorb(other Finding) {
	for _, t := range other.Tracking {
		if !slices.ContainsFunc(f.Tracking, func(o Tracking) bool { return o.Number == t.Number }) {
			f.Tracking = append(f.Tracking, t)
		}
	}
	for _, l := range other.Lines {
		if !slices.Contains(f.Lines, l) {
			f.Lines = append(f.Lines, l)
			f.LineQuantities = nil
		}
	}
	f.Evidence = union(f.Evidence, other.Evidence)
	f.Reasons = union(f.Reasons, other.Reasons)
	f.Contradictions = union(f.Contradictions, other.Contradictions)
	f.Refs = union(f.Refs, other.Refs)
	f.Partial, f.Repeat = f.Partial || other.Partial, f.Repeat && other.Repeat
	f.Confidence = min(f.Confidence, other.Confidence)
	if f.Decision == other.Decision && f.Decision != Review {
		return
	}
	f.Decision = Review
	f.Reasons = union(f.Reasons, []string{"it says this of " + f.Number + " twice, and not in the same way"})
}

// mixed tells parcels of two carriers of which not each has the order named beside it: where an entry of a list has lost its order, its parcel falls to a
// neighbour, and orders are seldom divided between carriers.
func (x *look) mixed(n *news, c *candidate, who Sender) bool {
	if !c.keyed {
		slugs := map[string]bool{}
		for _, t := range n.tracking {
			if len(t.Carriers) > 0 {
				slugs[t.Carriers[0].Carrier] = true
			}
		}
		return len(slugs) > 1
	}
	all := x.parcels(n, c, who)
	for i, p := range all {
		for _, q := range all[:i] {
			if p.slug != "" && q.slug != "" && p.slug != q.slug && p.leans(q) {
				return true
			}
		}
	}
	return false
}

// crowded tells more parcels than the order has pieces, in a paper about several orders, where the order is not named beside each of them: the entry of
// another order has lost its number, and its parcel falls to the neighbour.
func (x *look) crowded(n *news, c *candidate, who Sender) bool {
	pieces := 0
	for _, l := range c.Lines {
		pieces += l.Quantity
	}
	if !c.keyed { // a sentence that lost its name gives its parcel to the one before
		return pieces > 0 && len(n.tracking) > pieces && n.statements[0].Scope != parsers.ScopeRow
	}
	if pieces == 0 {
		return false
	}
	all := x.parcels(n, c, who)
	numbers := map[string]bool{}
	leaning := false
	for i, p := range all {
		for _, number := range p.numbers {
			numbers[number] = true
		}
		leaning = leaning || len(p.numbers) > 1
		for _, q := range all[:i] {
			leaning = leaning || p.leans(q)
		}
	}
	return leaning && len(numbers) == pieces+1 // more are one thing in several boxes
}

// parcel is what a statement about an order says of its tracking numbers.
type parcel struct {
	numbers []string
	slug    string        // of the first
	own     parsers.Place // of the reference that names the order; the zero place for none
}

// leans tells two parcels of which not each has the order named beside it.
func (p parcel) leans(q parcel) bool {
	return p.own == q.own || p.own == (parsers.Place{}) || q.own == (parsers.Place{})
}

// parcels are those of the statements about an order; none where there are too many to hold against each other.
func (x *look) parcels(n *news, c *candidate, who Sender) []parcel {
	var all []parcel
	for _, s := range n.statements {
		if len(s.Tracking) == 0 || s.Quoted {
			continue
		}
		p := parcel{}
		for _, t := range s.Tracking {
			if s.Scope != parsers.ScopeRow || p.numbers == nil { // a cell with several means them together
				p.numbers = append(p.numbers, t.Number)
			}
		}
		if best := s.Tracking[0].Carriers; len(best) > 0 {
			p.slug = best[0].Carrier
		}
		for _, r := range s.Refs {
			if p.own == (parsers.Place{}) && x.isOf(r, c.key(), who) {
				p.own = r.At
			}
		}
		all = append(all, p)
		if len(all) > mostEchoes {
			return nil
		}
	}
	return all
}
