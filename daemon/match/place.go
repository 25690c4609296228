package match

import (
	"fmt"
	"slices"
	"strings"

	"waybill/parsers"
)

// place finds out what a part is about.
func (x *look) place(p part, a about, who Sender) *news {
	f := x.newField(who)
	n := &news{kind: p.Kind, field: f, own: p.orders, tracking: p.Tracking, lines: inParcel(p.Lines, p.Tracking), shared: p.shared, blurred: p.blurred, statements: []parsers.Statement{p.Statement}}
	if n.kind == "" || n.kind == parsers.Other {
		n.kind = parsers.Shipment // a tracking number says that it left
	}
	f.rivals = p.rivals
	for _, r := range p.Refs {
		for _, c := range x.refClaims(r, who) {
			if len(p.orders) == 0 || c.names(x, p.orders) {
				f.apply(c, nil)
				f.name(c, r)
			} else if c.tier == theirs {
				f.rivals = append(f.rivals, c)
			}
		}
	}
	f.strange(p.Refs)
	f.refs, f.astray = p.Refs[:min(len(p.Refs), manyRefs):min(len(p.Refs), manyRefs)], a.astray
	if p.Scope != parsers.ScopeRow || a.rows == 1 || p.Consignee == nil { // else a row has its own
		f.refs = append(f.refs, a.refs[:min(len(a.refs), manyRefs)]...)
	}
	slip, foreign := x.slip(p, a, who)
	if n.blurred == "" {
		n.blurred = slip
	}
	row := p.Scope == parsers.ScopeRow
	if foreign { // an entry of a list, and no order of ours: those of its neighbours are not its own
		x.speak(n, p, a, row)
		return n
	}
	if !row || len(p.orders) > 0 || a.rows == 1 || len(p.Refs) == 0 && p.Consignee == nil {
		x.lend(n, p, a)
	}
	x.speak(n, p, a, row)
	return n
}

// manyOrders is from how many orders on a message that names them lends none of them to a sentence that names none.
const manyOrders = 20

// lend gives a statement what it does not say itself: what the whole message is about.
func (x *look) lend(n *news, p part, a about) {
	f, orders := n.field, p.orders
	if len(orders) == 0 && len(a.fresh) < manyOrders {
		for key := range a.fresh {
			orders = append(orders, key)
		}
		slices.Sort(orders)
	}
	switch {
	case len(orders) > 0:
		for _, key := range orders {
			for _, l := range a.claims[key] {
				f.apply(l.claim, orders)
				if len(p.orders) == 0 {
					f.name(l.claim, l.ref)
				}
			}
		}
	case len(a.fresh) == 0:
		for _, r := range a.refs[:min(len(a.refs), manyRefs)] {
			for _, c := range x.refClaims(r, f.who) {
				f.apply(c, nil)
				f.name(c, r)
			}
		}
	}
	if len(p.orders) == 0 {
		f.strange(a.refs[:min(len(a.refs), manyRefs)])
		if len(a.fresh) > 1 {
			n.blurred = "the message names several orders, and this sentence none"
		}
	}
	// The thread seconds what the words name. Where it is about something else that the words do not name at all, the two contradict.
	for _, c := range a.context {
		switch {
		case len(a.fresh) == 0:
			f.apply(c, nil)
			f.rivals = append(f.rivals, c)
		case c.names(x, orders):
			f.apply(c, orders)
		case !slices.ContainsFunc(c.orders(x), func(key string) bool { return a.fresh[key] }):
			f.rivals = append(f.rivals, c)
		}
	}
}

// manyRefs is how many numbers of a message are tried one by one for a sentence that names no order.
const manyRefs = 50

// beside is how many bytes a number may stand from a tracking number to be the order that it is given for.
const beside = 30

// slip finds a number beside the tracking numbers that is nearly another order than the one that is named: in a list with a slip in it the numbers of
// one entry would go to the other. foreign: it is no order of ours that the list names there.
func (x *look) slip(p part, a about, who Sender) (reason string, foreign bool) {
	if p.Scope == parsers.ScopeRow {
		return "", false
	}
	if r, ok := x.stranger(p, who); ok {
		if len(x.nearNumbers(r, who)) > 0 {
			return "", true // its consignee tells whose number it is with a slip in it
		}
		return fmt.Sprintf("it names %s, which is no order that we know", r.Text), true
	}
	if len(p.orders) == 0 && len(p.Tracking) > 0 && a.listed {
		for _, r := range p.Refs {
			if r.Label == parsers.LabelOrder && !r.Pattern && !r.Quoted && len(x.refClaims(r, who)) == 0 {
				return fmt.Sprintf("it names %s, which is no order that we know", r.Text), true
			}
		}
	}
	for _, r := range p.Refs {
		if r.Label != parsers.LabelNone && !r.Pattern || r.Quoted || len(x.refClaims(r, who)) > 0 {
			continue
		}
		near := slices.ContainsFunc(p.Tracking, func(t parsers.Tracking) bool {
			return t.At.Part == r.At.Part && r.At.Start < t.At.End+beside && t.At.Start < r.At.End+beside
		})
		if near && len(p.orders) == 0 && (a.listed || r.Pattern) {
			return fmt.Sprintf("beside the tracking number stands %s, which is no order that we know", r.Text), a.listed
		}
		if near && slices.ContainsFunc(p.Refs, func(o parsers.Ref) bool { return sameForm(o.Text, r.Text) && len(x.refClaims(o, who)) > 0 }) {
			return fmt.Sprintf("beside the tracking number stands %s, which has the form of an order number and is no order that we know", r.Text), false
		}
		if !near && len(p.Tracking) < 2 {
			continue
		}
		for _, c := range x.nearNumbers(r, who) {
			if !c.names(x, p.orders) {
				return fmt.Sprintf("it also names %s, which is nearly order %s", r.Text, x.entry(c.pos[0]).Order), false
			}
		}
	}
	return "", false
}

// stranger gives the number that a sentence begins with where it has the form of ours and no order has it: an entry of a list that ends the one above it, and what it tells is nobody's of ours.
func (x *look) stranger(p part, who Sender) (parsers.Ref, bool) {
	if len(p.orders) > 0 || p.Quoted || p.Sentence == "" {
		return parsers.Ref{}, false
	}
	for _, r := range p.Refs {
		key := code(r.Text)
		if r.Quoted || r.Label == parsers.LabelKey || r.Label == parsers.LabelInvoice || r.Label == parsers.LabelCustomer || r.Label != parsers.LabelOrder && commonNumber(key) || !x.shaped(bareNumber(r.Text)) || len(x.refClaims(r, who)) > 0 {
			continue
		}
		head, _, found := strings.Cut(p.Sentence, r.Text)
		if found && len(head) <= longestLead && (r.Label == parsers.LabelOrder || strings.Trim(head, " -–—*•·#>(") == "") {
			return r, true
		}
	}
	return parsers.Ref{}, false
}

// longestLead is how much may stand before the number of an entry: "Order no. ".
const longestLead = 24

// sameForm tells two numbers of several groups that have their digits in the same places and are alike elsewhere, but for one character: "W-2026-8044" and "7-2026-8045".
func sameForm(a, b string) bool {
	if len(a) != len(b) || !strings.ContainsAny(a, "-/._") {
		return false
	}
	other := 0
	for i := range len(a) {
		if a[i] != b[i] && (!isDigit(rune(a[i])) || !isDigit(rune(b[i]))) {
			other++
		}
	}
	return other <= 1
}

// name remembers what the writer names: should the consignee point elsewhere, the two contradict.
func (f *field) name(c claim, r parsers.Ref) {
	if !r.Quoted && (c.tier < bare || !commonNumber(code(r.Text))) {
		f.rivals = append(f.rivals, c)
	}
}

// strange notes numbers that are called an order's, have the form of ours and are no order's that we know.
func (f *field) strange(refs []parsers.Ref) {
	for _, r := range refs {
		if r.Label != parsers.LabelOrder && !(r.Label == parsers.LabelTheirs && f.mayBeOurs(r)) || r.Pattern || r.Quoted || !f.x.shaped(bareNumber(r.Text)) || len(f.x.refClaims(r, f.who)) > 0 {
			continue
		}
		f.strangers = union(f.strangers, []string{r.Text})
	}
}

// mayBeOurs tells a number that may be one of ours with a slip in it: what is called the supplier's own only where its letters and digits stand as in ours ("SO-386313").
func (f *field) mayBeOurs(r parsers.Ref) bool {
	switch r.Label {
	case parsers.LabelOrder, parsers.LabelNone:
		return true
	case parsers.LabelTheirs:
		return !digitsOnly(code(r.Text)) && f.x.shaped(bareNumber(r.Text))
	}
	return false
}

// speak lets what is no key speak: numbers that are nearly right, the consignee, the products, a tracking number that is known already.
func (x *look) speak(n *news, p part, a about, row bool) {
	f := n.field
	if len(f.all) == 0 {
		refs := p.Refs
		if !row {
			refs = append(slices.Clone(refs), a.refs[:min(len(a.refs), manyRefs)]...)
		}
		for _, r := range refs {
			if !f.mayBeOurs(r) {
				continue
			}
			for _, c := range x.nearNumbers(r, f.who) {
				f.apply(c, nil)
			}
		}
	}
	keyed := slices.ContainsFunc(p.Refs, func(r parsers.Ref) bool { return len(x.refClaims(r, f.who)) > 0 })
	spoken := x.overheard(f, p, a)
	if !spoken && (p.Consignee == nil || !p.Consignee.Loose || x.expects(p.Party(), f.who)) {
		f.consignee(p.Party())
	}
	one := len(a.fresh) < 2 || !keyed // among several orders that are named an address is that of one, most often the quoted one
	if !row && one && len(a.parties) == 1 && p.Consignee == nil && !(spoken && sparse(&a.parties[0])) {
		f.consignee(a.parties[0])
	}
	if !row && !spoken && !keyed {
		f.recall(p.Sentence)
	}
	f.parts(p.Refs)
	f.far()
	for _, t := range p.Tracking {
		for _, id := range x.find(byTracking, t.Number) {
			if !keyed && !t.Withdrawn && (f.who.Supplier == "" || x.entry(id).Supplier == f.who.Supplier) {
				f.candidate(id).hear(testimony{SupplierRef, numberWeight(refWeight, f.competing), "tracking:" + t.Number,
					fmt.Sprintf("the tracking number %s sits on it already", t.Number), Evidence{}})
			}
		}
	}
	f.products(p.Lines)
	if !row && len(p.Lines) == 0 && len(a.fresh) < 2 { // among several orders each has its own
		for _, s := range a.loose[:min(len(a.loose), manyRefs)] {
			f.products(s.Lines)
		}
	}
}

// overheard lets the words of a sentence that names no order tell whose parcel it speaks of, or those of the mail's subject. A row has a sentence where nobody knows
// what its cells mean.
func (x *look) overheard(f *field, p part, a about) bool {
	if len(p.orders) > 0 || p.Quoted || !sparse(p.Consignee) {
		return false
	}
	for _, c := range f.all {
		if c.keyed {
			return false
		}
	}
	if f.testify(p.Sentence, p.person) {
		return true
	}
	return p.Scope != parsers.ScopeRow && len(a.fresh) == 0 && a.rows == 0 && len(a.parties) < 2 && f.testify(a.subject, "")
}

// expects tells whether somebody who waits for a parcel lives at an address that no word calls the consignee's. Else it is the writer's own, or anybody's.
func (x *look) expects(p parsers.Party, who Sender) bool {
	told := foldParty(p)
	for _, id := range x.whoLives(&told, who) {
		own := foldAddress(x.entry(id).PO)
		fits := x.fits(&told, &own)
		agree := 0
		for _, f := range fits {
			if f.field <= postcodeField && (f.how == same || f.how == close) {
				agree++
			}
		}
		// A name alone, or with its city, stands in a sentence.
		sparse := fits[streetField].how == unknown && fits[postcodeField].how == unknown && (len(told.name) > 1 || hasHan(p.Name.Text))
		switch how := fits[nameField].how; {
		case agree >= 2, sparse && how == same, sparse && how == close && fits[cityField].how.agrees(),
			how == partly && fits[postcodeField].how == same:
			return true
		}
	}
	return false
}

// enclose gives products of which nothing is said to the news they stand beside.
func (x *look) enclose(all []*news, a about) {
	if len(a.loose) == 0 {
		return
	}
	homes := map[string][]*news{}
	var any []*news
	for _, n := range all {
		if n.top != nil && n.kind.Consequence() >= parsers.Acknowledgement.Consequence() {
			homes[n.top.key()] = append(homes[n.top.key()], n)
			any = append(any, n)
		}
	}
	for _, s := range a.loose {
		near := any
		if named := x.mentions(s, a.who); len(named) > 0 {
			near = nil
			for _, m := range named {
				near = append(near, homes[m.order]...)
			}
		}
		if gone := goneOf(near); gone != nil { // that the order is known is said of all of it, and tells nothing of products
			near = []*news{gone}
		}
		if list, told := x.listed(s, near); told {
			near = list
		}
		if len(near) == 1 {
			near[0].lines = append(near[0].lines, s.Lines...)
			near[0].statements = append(near[0].statements, parsers.Statement{Partial: s.Partial})
		}
	}
}

// goneOf is the one piece of news that something left, where all others only say that an order is known; nil where there is none, or another.
func goneOf(all []*news) (gone *news) {
	for _, n := range all {
		switch {
		case n.kind == parsers.Shipment && gone == nil:
			gone = n
		case n.kind != parsers.Acknowledgement:
			return nil
		}
	}
	return gone
}

// listed is the news below which a line of a list stands, none where it stands below words of what has not left. False: nothing tells.
func (x *look) listed(s parsers.Statement, near []*news) ([]*news, bool) {
	at := s.Lines[0].QuantityAt
	if at.Row > 0 {
		return nil, false
	}
	for _, n := range near {
		voices := x.several(n.top)
		for i := range voices {
			v := &voices[i]
			switch {
			case v.sentence || v.at.Part != at.Part || at.Start < v.at.Start || at.Start > v.at.End:
			case v.news != nil && consumes(v.news.kind):
				return []*news{v.news}, true
			case v.open:
				return nil, true
			}
		}
	}
	return nil, false
}

// joins tells whether two pieces of news are one notice: the same kind about the same likeliest order.
func joins(a, b *news) bool {
	if a.kind != b.kind || (a.blurred == "") != (b.blurred == "") && (len(a.own) == 0 || len(b.own) == 0) {
		return false
	}
	if a.top != nil && b.top != nil {
		// What is only nearly named, or found by the consignee, may be another order than the one that is named.
		return a.top.ID == b.top.ID && a.top.keyed == b.top.keyed && (a.top.keyed || oneConsignee(a, b))
	}
	rows := a.statements[0].Scope == parsers.ScopeRow || b.statements[0].Scope == parsers.ScopeRow
	return a.top == nil && b.top == nil && !rows && slices.Equal(a.field.strangers, b.field.strangers)
}

// oneConsignee tells whether two pieces of news that only the consignee places name the same one: a row about somebody who is nearly a customer of ours must
// not borrow the certainty of the row about the customer.
func oneConsignee(a, b *news) bool {
	x, y := a.consignee(), b.consignee()
	if x == nil || y == nil {
		return true
	}
	if code(x.Postcode.Text) != code(y.Postcode.Text) || fold(x.Street.Text) != fold(y.Street.Text) {
		return false
	}
	first := strings.Fields(fold(x.Name.Text + " " + x.Company.Text))
	second := strings.Fields(fold(y.Name.Text + " " + y.Company.Text))
	slices.Sort(first)
	slices.Sort(second)
	return slices.Equal(first, second)
}

func (n *news) consignee() *parsers.Party {
	for i := range n.statements {
		if p := n.statements[i].Consignee; p != nil {
			return p
		}
	}
	return nil
}
