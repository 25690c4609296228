package match

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// candidate is a purchase order that some words may be about, with everything that speaks for and against it.
type candidate struct {
	*entry
	weight   float64
	base     float64 // of that, what the sender alone gives
	standing float64 // weight among the others, see ranked
	kin      float64 // weight of a relative or neighbour, or of another order of theirs, that we do not know
	method   Method
	reasons  []string
	evidence []Evidence
	keyed    bool // a token, thread, number or reference names it, not only the consignee
	second   bool // and something else speaks for it too
	backed   bool // something beside a number that is nearly its own speaks for it
	unread   bool // the names are in two scripts, and can't be compared
	against  []string
	counted  map[string]bool      // each witness counts once
	fits     map[string]agreement // how the consignee's fields compare
	language string               // of what is judged, "" where it is not known
	things   [][]thing            // see goods
}

// testimony is what one witness says about a candidate.
type testimony struct {
	method  Method
	weight  float64 // bits
	witness string
	reason  string
	at      Evidence
}

// faint is the weight of a product that everybody ordered.
const faint = 0.5

// solid is the weight from which a witness of the fuzzy kind may second a key.
const solid = 2.0

func (c *candidate) hear(t testimony) {
	if c.counted[t.witness] {
		return
	}
	c.counted[t.witness] = true
	c.weight += t.weight
	if t.method != Fuzzy {
		if c.keyed && t.method != c.method {
			c.second = true
		}
		if !c.keyed && c.base != 0 {
			c.weight += namedByKey
		}
		c.keyed = true
	} else if t.weight > solid && t.witness[:min(5, len(t.witness))] != "near:" {
		c.second = true
	}
	if t.weight > faint && !strings.HasPrefix(t.witness, "near:") {
		c.backed = true
	}
	// A key outranks the consignee, whatever the consignee weighs.
	if c.method == None || rank(t.method) < rank(c.method) {
		c.method = t.method
	}
	if t.reason != "" && !slices.Contains(c.reasons, t.reason) {
		c.reasons = append(c.reasons, t.reason)
	}
	if t.at.Text != "" {
		c.evidence = append(c.evidence, t.at)
	}
}

func rank(m Method) int {
	return slices.Index([]Method{Token, Thread, OrderNumber, SupplierRef, Fuzzy, None}, m)
}

// field of candidates: who may be meant, found by keys first.
type field struct {
	x         *look
	who       Sender
	competing int
	all       map[order.POID]*candidate
	rivals    []claim       // keys that are meant: whoever they do not name is contradicted by them
	strangers []string      // numbers called an order's that look like ours and that no order has
	refs      []parsers.Ref // all that may be numbers of orders, see nobodys
	astray    string        // what it carries of a key that is nobody's
}

func (x *look) newField(who Sender) *field {
	return &field{x: x, who: who, competing: x.competing(who), all: map[order.POID]*candidate{}}
}

func (f *field) candidate(id order.POID) *candidate {
	c, ok := f.all[id]
	if !ok {
		c = &candidate{entry: f.x.entry(id), kin: nobody, method: None, counted: map[string]bool{}, fits: map[string]agreement{}, language: f.x.language}
		switch {
		case f.who.Supplier == "" || c.Supplier == "":
		case c.Supplier == f.who.Supplier:
			c.base = ownSupplier
		default:
			c.base = -otherSupplier
		}
		c.weight = c.base
		f.all[id] = c
	}
	return c
}

// apply lets a claim speak for the purchase orders that it names; of these only for those of the given orders, if any are given.
func (f *field) apply(cl claim, orders []string) {
	for _, id := range cl.pos {
		e := f.x.entry(id)
		if orders != nil && !slices.Contains(orders, e.key()) {
			continue
		}
		reason := cl.reason
		if cl.method == Thread || cl.method == Token {
			if n := len(reason); n > 0 && reason[n-1] == ' ' {
				reason += e.Number
			}
		}
		f.candidate(id).hear(testimony{cl.method, cl.weight, cl.witness, reason, cl.at})
	}
}

// consignee lets the address speak: it seconds or contradicts those who have a key, and brings those who live there.
func (f *field) consignee(p parsers.Party) {
	told := foldParty(p)
	if told.empty() {
		return
	}
	for _, id := range f.x.whoLives(&told, f.who) {
		f.candidate(id)
	}
	f.slips()
	for _, c := range f.all {
		c.compare(f.x, &told, p)
	}
	f.outnamed(&told)
	f.namesakes()
}

// exactly is what it tells against an order, in bits, that its consignee's name would be the one that is written with a slip in it, where somebody of the same
// address is called just so: a slip gives hardly ever another's name. otherwise is the same where the name is no one's like it: the lower bound of a name is for
// those who are called as nobody else is (a present, a colleague), and does not hold where somebody else of the same place is called so.
const (
	exactly   = 11.0
	otherwise = 5.0
)

func (f *field) outnamed(told *folded) {
	best := unknown
	for _, c := range f.all {
		if how := c.fits["name"]; how.agrees() && (c.fits["street"].agrees() || c.fits["postcode"] == same) && (best == unknown || how < best) {
			best = how
		}
	}
	if best == unknown {
		return
	}
	for _, c := range f.all {
		switch how := c.fits["name"]; {
		case c.keyed:
		case how == differs:
			c.hear(testimony{Fuzzy, -otherwise, "outnamed", "", Evidence{}})
		case how == close && best == same && misspelt(told.name, nameWords(c.ShipTo.Name)):
			c.hear(testimony{Fuzzy, -exactly, "outnamed", "", Evidence{}})
		}
	}
}

// namesakes finds a number that says one order beside a name that says another. A name that nobody waits under says nothing: it may be the one who gets the present.
func (f *field) namesakes() {
	for _, c := range f.all {
		how := c.fits["name"]
		nearly := how == close && !c.fits["street"].agrees() && c.fits["postcode"] != same // and somebody else is called so to the letter
		if !c.keyed || how != related && how != differs && how != unknown && !nearly || slices.Contains(c.against, "rival") {
			continue
		}
		for _, other := range f.all {
			if !other.keyed && !other.Closed && other.base >= 0 && other.fits["name"] == same && other.key() != c.key() {
				c.against = append(c.against, "rival")
				c.reasons = append(c.reasons, "the name is that of another open order, "+other.Number)
				break
			}
		}
	}
}

// slips lets a number that is called an order's speak for those, too, whose number it would be but for one slip: a wrong digit may well give
// the number of another open order, and then the consignee tells.
func (f *field) slips() {
	for _, named := range f.rivals {
		key, ok := strings.CutPrefix(named.witness, "number:")
		if !ok || len(key) < 4 || !slices.ContainsFunc([]rune(key), isDigit) {
			continue
		}
		for _, c := range f.all {
			if own := code(c.Order); !c.keyed && own != key && apart(own, key, 1) <= 1 {
				c.hear(testimony{Fuzzy, math.Log2(1 + math.Exp2(named.weight-slipBits)), "near:" + key, "nearly the number " + named.at.Text, named.at})
			}
		}
	}
}

// compare lets each field of the address speak for or against the candidate.
func (c *candidate) compare(x *look, told *folded, p parsers.Party) {
	own := foldAddress(c.PO)
	values := [fields]parsers.Value{p.Name, p.Street, p.Postcode, p.City, p.Email, p.Phone}
	if values[nameField].Text == "" {
		values[nameField] = p.Company
	}
	if len(told.glued) > 0 {
		split := told.unglue(&own)
		told = &split
	}
	against := 0
	kin := newKinship()
	for _, fit := range x.fits(told, &own) {
		name := fit.field.String()
		if c.fits[name] == unknown {
			c.fits[name] = fit.how
		}
		if fit.how == unknown {
			c.unread = c.unread || fit.field == nameField && len(told.name) > 0 && len(own.name) > 0
			continue
		}
		words := ""
		switch fit.how {
		case same:
			words = "the same " + name
		case close:
			words = "nearly the same " + name
		case partly, related:
			words = "a similar " + name
		case differs:
			words = "another " + name
		}
		if (fit.how == related || fit.how == differs) && fit.field <= postcodeField {
			against++
		}
		if !c.counted[name] {
			kin.add(fit)
		}
		v := values[fit.field]
		c.hear(testimony{Fuzzy, fit.bits, name, words, Evidence{Field: name, Text: v.Text, Place: v.At}})
	}
	c.kin = max(c.kin, kin.bits())
	if c.personal() {
		against-- // whoever can be called there is who is meant
	}
	if against >= 2 && !slices.Contains(c.against, "address") {
		c.against = append(c.against, "address")
		c.reasons = append(c.reasons, "name and address are another order's")
	}
}

// resembles tells who lives there or is called so, or nearly: a person who looks for the order wants to see them, whatever speaks against them.
func (c *candidate) resembles() bool {
	alike := func(field string) bool { return c.fits[field] == same || c.fits[field] == close }
	return alike("name") || alike("street")
}

// outdone tells a field of the address in which another candidate of the same place agrees to the letter, and this one does not.
func (c *candidate) outdone(other *candidate) string {
	if other.fits["postcode"] != same && other.fits["city"] != same {
		return ""
	}
	for _, field := range []string{"name", "street"} {
		if fit := c.fits[field]; fit != unknown && fit != same && other.fits[field] == same {
			return field
		}
	}
	return ""
}

// products lets what was sent speak: what is rare tells more.
func (f *field) products(lines []parsers.Line) {
	for _, l := range lines {
		key := code(l.SKU.Text)
		product := l.SKU
		if title := code(l.Title.Text); key == "" && f.x.count(bySKU, title) > 0 { // a code in the column of names
			key, product = title, l.Title
		}
		if key == "" {
			f.named(l.Title.Text)
			continue
		}
		weight := min(skuWeight, math.Log2(float64(f.competing+1)/float64(f.x.count(bySKU, key)+1)))
		known := f.x.count(bySKU, key) > 0
		for _, c := range f.all {
			has := false
			for _, have := range c.Lines {
				if code(have.SKU) != key && code(have.SupplierSKU) != key {
					continue
				}
				has = true
				c.hear(testimony{Fuzzy, max(weight, 0.5), "sku:" + key, "has the product " + product.Text, Evidence{Field: "sku", Text: product.Text, Place: product.At}})
				switch {
				case l.Quantity > 0 && l.Quantity == have.Quantity:
					c.hear(testimony{Fuzzy, quantityWeight, "quantity:" + key, "", Evidence{}})
				case l.Quantity > have.Quantity && !c.keyed:
					c.hear(testimony{Fuzzy, -tooMany, "pieces:" + key, "", Evidence{}})
				}
			}
			if known && !has {
				c.hear(testimony{Fuzzy, -otherSKU, "sku:" + key, "", Evidence{}})
			}
		}
	}
}

// ranked gives the candidates, likeliest first, with their probabilities.
func (f *field) ranked() ([]*candidate, []float64) {
	list := make([]*candidate, 0, len(f.all))
	open := map[string]bool{}
	for _, c := range f.all {
		list = append(list, c)
		open[c.key()] = open[c.key()] || !c.Closed
	}
	// News about what is closed is rare; where one of an order's purchase orders is closed and another open, it is about the open one.
	for _, c := range list {
		switch c.standing = c.weight; {
		case c.Closed && open[c.key()]:
			c.standing -= closedTwin
		case c.Closed && !c.keyed:
			c.standing -= closedStranger
		}
	}
	slices.SortFunc(list, func(a, b *candidate) int { return cmp.Or(cmp.Compare(b.standing, a.standing), cmp.Compare(a.ID, b.ID)) })
	weights, kin := make([]float64, len(list)), make([]float64, len(list))
	for i, c := range list {
		weights[i], kin[i] = c.standing, c.base+c.kin
	}
	return list, posterior(weights, kin, f.competing)
}

// muchEvidence is how many places are kept for one order.
const muchEvidence = 100

// join lets the witnesses of another statement about the same order speak too.
func (f *field) join(other *field) {
	for _, c := range other.rivals {
		if !slices.ContainsFunc(f.rivals, func(o claim) bool { return o.witness == c.witness && slices.Equal(o.pos, c.pos) }) {
			f.rivals = append(f.rivals, c)
		}
	}
	f.strangers = union(f.strangers, other.strangers)
	f.refs = append(f.refs, other.refs[:min(len(other.refs), max(0, manyRefs-len(f.refs)))]...)
	f.astray = cmp.Or(f.astray, other.astray)
	for id, c := range other.all {
		mine := f.candidate(id)
		for witness := range c.counted {
			mine.counted[witness] = true
		}
		mine.weight, mine.kin = max(mine.weight, c.weight), max(mine.kin, c.kin)
		for field, fit := range c.fits {
			if mine.fits[field] == unknown {
				mine.fits[field] = fit
			}
		}
		if rank(c.method) < rank(mine.method) {
			mine.method = c.method
		}
		if c.keyed && !mine.keyed && c.weight < mine.weight && mine.base != 0 {
			mine.weight += namedByKey
		}
		mine.keyed, mine.second, mine.backed = mine.keyed || c.keyed, mine.second || c.second, mine.backed || c.backed
		if len(mine.evidence) < muchEvidence { // of a thousand rows about one order a person looks at the first
			mine.reasons = union(mine.reasons, c.reasons)
			mine.evidence = union(mine.evidence, c.evidence)
		}
		mine.against = union(mine.against, c.against)
	}
}

func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}
