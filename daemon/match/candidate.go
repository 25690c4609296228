package match

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// candidate is a purchase order that some words may be about, with everything that speaks for and against it.
type candidate struct {
	*entry
	weight   float64
	method   Method
	best     float64 // weight of the strongest witness
	reasons  []string
	evidence []Evidence
	keyed    bool // a token, thread, number or reference names it, not only the consignee
	second   bool // and something else speaks for it too
	against  []string
	counted  map[string]bool // each witness counts once
}

func (c *candidate) add(method Method, weight float64, witness, reason string, at Evidence) {
	if c.counted[witness] {
		return
	}
	c.counted[witness] = true
	c.weight += weight
	if method != Fuzzy {
		if c.keyed && method != c.method {
			c.second = true
		}
		c.keyed = true
	} else if weight > 3 {
		c.second = true
	}
	// A key outranks the consignee, whatever the consignee weighs.
	if c.method == None || rank(method) < rank(c.method) {
		c.method, c.best = method, weight
	}
	if reason != "" {
		c.reasons = append(c.reasons, reason)
	}
	if at.Text != "" {
		c.evidence = append(c.evidence, at)
	}
}

func rank(m Method) int {
	return slices.Index([]Method{Token, Thread, OrderNumber, SupplierRef, Fuzzy, None}, m)
}

// field of candidates: who may be meant, found by keys first.
type field struct {
	x         *Index
	who       Sender
	competing int
	all       map[order.POID]*candidate
}

func (x *Index) newField(who Sender) *field {
	return &field{x: x, who: who, competing: x.competing(who), all: map[order.POID]*candidate{}}
}

func (f *field) candidate(id order.POID) *candidate {
	c, ok := f.all[id]
	if !ok {
		c = &candidate{entry: f.x.entries[id], method: None, counted: map[string]bool{}}
		switch {
		case f.who.Supplier == "" || c.Supplier == "":
		case c.Supplier == f.who.Supplier:
			c.weight = ownSupplier
		default:
			c.weight = -ownSupplier
		}
		f.all[id] = c
	}
	return c
}

// fromEnvelope takes the keys that the mail program carried back: reply address, Message-IDs of our mails.
func (f *field) fromEnvelope(env *parsers.Envelope, report *parsers.Report) {
	ids := []string{}
	if env != nil {
		for _, to := range env.Recipients {
			f.address(to)
		}
		ids = slices.Concat(env.InReplyTo, env.References)
	}
	if report != nil {
		ids = append(ids, report.OriginalIDs...)
	}
	for _, id := range ids {
		at := Evidence{Field: "thread", Text: id, Place: parsers.Place{Part: "header"}}
		if pos := f.x.threads[id]; len(pos) > 0 {
			for _, po := range pos {
				f.candidate(po).add(Thread, threadWeight-math.Log2(float64(len(pos))), "thread", "answers our mail about "+f.x.entries[po].Number, at)
			}
			continue
		}
		local, _, _ := strings.Cut(id, ".")
		f.token(local, at, false, "our key in the thread", Thread)
	}
}

// address looks for a key in a plus address, and for an address that a purchase order was sent with.
func (f *field) address(to string) {
	at := Evidence{Field: "token", Text: to, Place: parsers.Place{Part: "header"}}
	for _, po := range f.x.threads["to:"+strings.ToLower(to)] {
		f.candidate(po).add(Token, tokenWeight, "token", "answers to the address that we gave for "+f.x.entries[po].Number, at)
	}
	local, _, _ := strings.Cut(to, "@")
	if _, tag, ok := strings.Cut(local, "+"); ok {
		f.token(tag, at, false, "our key in the reply address", Token)
	}
}

func (f *field) token(text string, at Evidence, quoted bool, reason string, method Method) bool {
	token, err := order.ParseToken(text)
	if err != nil {
		return false
	}
	weight := tokenWeight
	if quoted {
		weight = quotedTokenWeight
	}
	found := false
	for _, po := range f.x.tokens[string(token)] {
		f.candidate(po).add(method, weight, string(method), reason, at)
		found = true
	}
	return found
}

// fromRef looks a reference up: as our key, as an order number, as the supplier's own number.
func (f *field) fromRef(r parsers.Ref) {
	at := Evidence{Field: "order", Text: r.Text, Place: r.At}
	if r.Label == parsers.LabelKey || len(r.Text) == order.TokenLength || strings.HasPrefix(strings.ToUpper(r.Text), order.TokenPrefix) {
		if f.token(r.Text, Evidence{Field: "token", Text: r.Text, Place: r.At}, r.Quoted, "our key "+place(r.At, r.Quoted), Token) {
			return
		}
	}
	key := code(r.Text)
	if r.Label != parsers.LabelInvoice && r.Label != parsers.LabelCustomer {
		f.number(r, key, at)
	}
	if r.Label != parsers.LabelOrder || f.who.Supplier != "" {
		for _, po := range f.x.refs[f.who.Supplier+"|"+key] {
			f.candidate(po).add(SupplierRef, numberWeight(refWeight, f.competing), "ref:"+key, fmt.Sprintf("their reference %s, known from an earlier answer", r.Text), at)
		}
	}
}

func (f *field) number(r parsers.Ref, key string, at Evidence) {
	pos := f.x.numbers[key]
	base, what := plainNumber, "number "
	switch {
	case r.Quoted:
		base, what = quotedNumber, "number in the quoted text "
	case r.Label == parsers.LabelOrder:
		base, what = labelledNumber, "order number "
	case r.Label == parsers.LabelTheirs:
		base = quotedNumber
	case len(key) >= 6:
		base += 3 // nobody writes six characters by chance
	}
	for _, po := range pos {
		e := f.x.entries[po]
		weight := numberWeight(base, f.competing)
		if key == code(e.Number) && key != code(e.Order) {
			weight += poNumberBonus
		}
		f.candidate(po).add(OrderNumber, weight, "number:"+e.Order, what+r.Text+" "+place(r.At, false), at)
	}
}

func place(at parsers.Place, quoted bool) string {
	switch {
	case quoted:
		return "in the quoted text"
	case at.Row > 0:
		return fmt.Sprintf("in row %d", at.Row)
	case at.Part == "subject":
		return "in the subject"
	case at.Part == "filename":
		return "in the file name"
	case at.Part == "header":
		return "in the header"
	}
	return "in the text"
}

// fromParty lets the consignee speak: for those who have a key it is the second witness, or the contradiction; where nobody has one, it
// finds candidates by postcode, name, email and phone.
func (f *field) fromParty(p parsers.Party, search bool) {
	told := foldParty(p)
	if told.empty() {
		return
	}
	if search {
		for id := range f.x.near(told, f.who) {
			f.candidate(id)
		}
	}
	for _, c := range f.all {
		c.compare(told, p)
	}
}

// nearest limits how many purchase orders one block may bring: a shop that ships everything to one city learns nothing from the city.
const nearest = 300

func (x *Index) near(told folded, who Sender) map[order.POID]bool {
	found := map[order.POID]bool{}
	take := func(ids []order.POID) {
		if len(ids) > nearest {
			return
		}
		for _, id := range ids {
			if e := x.entries[id]; who.Supplier == "" || e.Supplier == who.Supplier || e.Supplier == "" {
				found[id] = true
			}
		}
	}
	take(x.postcodes[told.postcode])
	take(x.emails[told.email])
	take(x.phones[told.phone])
	for _, w := range told.words {
		take(x.names[w])
	}
	return found
}

func (c *candidate) compare(told folded, p parsers.Party) {
	values := map[string]parsers.Value{"name": p.Name, "company": p.Company, "street": p.Street, "postcode": p.Postcode, "city": p.City, "email": p.Email, "phone": p.Phone}
	against := 0
	for _, w := range partyWeights {
		weight, words := 0.0, ""
		switch w.compare(w.of(told), w.of(c.party)) {
		case same:
			weight, words = w.same, "the same "+w.field
		case close:
			weight, words = w.close, "nearly the same "+w.field
		case partly:
			weight, words = w.partly, "a similar "+w.field
		case differs:
			weight, words = w.differs, "another "+w.field
			if w.field == "name" || w.field == "street" || w.field == "postcode" {
				against++
			}
		default:
			continue
		}
		v := values[w.field]
		c.add(Fuzzy, weight, w.field, words, Evidence{Field: w.field, Text: v.Text, Place: v.At})
	}
	if against >= 2 && !slices.Contains(c.against, "address") {
		c.against = append(c.against, "address")
		c.reasons = append(c.reasons, "name and address are another order's")
	}
}

// fromLines lets products speak: what is rare tells more.
func (f *field) fromLines(lines []parsers.Line) {
	for _, l := range lines {
		key := code(l.SKU.Text)
		if key == "" {
			continue
		}
		weight := min(skuWeight, math.Log2(float64(f.competing+1)/float64(len(f.x.skus[key])+1)))
		for _, c := range f.all {
			for _, have := range c.Lines {
				if code(have.SKU) == key || code(have.SupplierSKU) == key {
					c.add(Fuzzy, max(weight, 0.5), "sku:"+key, "has the product "+l.SKU.Text, Evidence{Field: "sku", Text: l.SKU.Text, Place: l.SKU.At})
					if l.Quantity > 0 && l.Quantity == have.Quantity {
						c.add(Fuzzy, quantityWeight, "quantity:"+key, "", Evidence{})
					}
				}
			}
		}
	}
}

// ranked gives the candidates, likeliest first, with their probabilities.
func (f *field) ranked() ([]*candidate, []float64) {
	list := make([]*candidate, 0, len(f.all))
	for _, c := range f.all {
		list = append(list, c)
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].weight != list[j].weight {
			return list[i].weight > list[j].weight
		}
		// An open one before a closed one, then in the order in which they were placed.
		if list[i].Closed != list[j].Closed {
			return !list[i].Closed
		}
		return list[i].ID < list[j].ID
	})
	weights := make([]float64, len(list))
	for i, c := range list {
		weights[i] = c.weight
	}
	return list, posterior(weights, f.competing)
}
