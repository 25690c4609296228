package match

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// Match says what a reading means for the purchase orders of the index: one finding for each order and kind of news.
func (x *Index) Match(r parsers.Reading, who Sender) []Finding {
	if who.Open && r.Envelope != nil && len(r.Envelope.From) == 1 {
		who.from = r.Envelope.From[0]
	}
	findings := x.look().match(r, who)
	if who.Open {
		x.vouch(r, who, findings)
	}
	return findings
}

func (x *look) match(r parsers.Reading, who Sender) []Finding {
	if r.Kind == parsers.Bounce || r.Kind == parsers.AutoReply {
		return x.robot(r, who)
	}
	x.language = r.Language
	r.Statements = x.echoed(x.sober(r.Statements, who), who)
	all := withoutEcho(x.gather(r, who))
	about := map[order.POID][]*news{}
	for _, n := range all {
		if n.top != nil {
			about[n.top.ID] = append(about[n.top.ID], n)
		}
	}
	findings := make([]Finding, 0, len(all))
	for _, n := range all {
		findings = append(findings, x.judge(n, about, who))
	}
	x.incomplete(r, all, findings, who)
	shared(findings, who)
	stray := unclaimed(findings, all)
	findings = withoutCover(onePerOrder(findings), who)
	if stray {
		missNumber(findings)
	}
	if parsers.Replied(r.Envelope) {
		answered(findings)
	}
	return findings
}

// answered leaves the news of an automatic answer to a person: it is the same text for everybody who writes, whatever order they wrote about.
func answered(findings []Finding) {
	for i := range findings {
		if f := &findings[i]; f.Decision == Auto && f.Kind.Consequence() > parsers.Acknowledgement.Consequence() {
			f.Decision = Review
			f.Reasons = append(f.Reasons, "an automatic answer says it, to whoever writes")
		}
	}
}

// robot finds the orders that a bounce or an automatic answer is about, for the timeline. It never changes anything.
func (x *look) robot(r parsers.Reading, who Sender) []Finding {
	f := x.newField(Sender{Open: true})
	for _, c := range x.envelopeClaims(r.Envelope, r.Report) {
		f.apply(c, nil)
	}
	for _, s := range r.Statements {
		for _, ref := range s.Refs {
			for _, c := range x.refClaims(ref, f.who) {
				f.apply(c, nil)
			}
		}
	}
	list, odds := f.ranked()
	if len(list) == 0 || odds[0] < autoConfidence && !list[0].keyed {
		return nil
	}
	finding := named(list[0], odds[0])
	finding.Kind, finding.Decision, finding.Apply = r.Kind, Ignore, ApplyPropose
	return []Finding{finding}
}

// withoutEcho drops an acknowledgement beside other news about the same order: who ships has the order, and who asks has not accepted it as it is. Rows that accept
// products of their own stay.
func withoutEcho(all []*news) []*news {
	more := map[order.POID]bool{}
	for _, n := range all {
		if n.top != nil && n.blurred == "" && (n.kind == parsers.Question || n.kind.Consequence() > parsers.Acknowledgement.Consequence()) {
			more[n.top.ID] = true
		}
	}
	return slices.DeleteFunc(all, func(n *news) bool {
		rows := n.statements[0].Scope == parsers.ScopeRow && len(n.lines) > 0
		return n.kind == parsers.Acknowledgement && !rows && (n.top == nil && len(more) > 0 || n.top != nil && more[n.top.ID])
	})
}

func named(c *candidate, confidence float64) Finding {
	return Finding{Channel: c.Channel, Order: c.Order, Number: c.Number, Supplier: c.Supplier, Method: c.method, Confidence: round(confidence), PO: c.ID, OrderID: c.OrderID,
		Tracking: []Tracking{}, Lines: []FoundLine{}, Candidates: []Candidate{}, Evidence: slices.Clone(c.evidence), Reasons: slices.Clone(c.reasons)}
}

// round keeps four digits, and never rounds up to a certainty that there is not.
func round(p float64) float64 { return math.Floor(math.Min(p, 0.9999)*10_000) / 10_000 }

// judge decides about one piece of news.
func (x *look) judge(n *news, about map[order.POID][]*news, who Sender) Finding {
	list, odds := n.field.ranked()
	finding := Finding{Method: None, Tracking: []Tracking{}, Lines: []FoundLine{}, Candidates: []Candidate{}, Evidence: []Evidence{}, Reasons: []string{}}
	// Who has nothing that speaks for them beyond chance is no match, only an idea.
	// Two purchase orders of one order share its odds: the order is known, and which of them a person says.
	share := 0.0
	for i, c := range list {
		if c.key() == list[0].key() {
			share += odds[i]
		}
	}
	if len(list) > 0 && (odds[0] >= 0.5 || share >= 0.5 && list[0].second) {
		finding = named(list[0], odds[0])
	} else if len(list) == 0 {
		finding.Reasons = append(finding.Reasons, "nothing in it names an order that we know")
	} else {
		finding.Confidence = round(odds[0])
		finding.Reasons = append(finding.Reasons, "no open order fits surely enough")
	}
	finding.Kind, finding.Decision, finding.Apply = n.kind, Auto, ApplyAuto
	for i, c := range list[:min(len(list), 5)] {
		if odds[i] >= 0.0001 || c.resembles() {
			finding.Candidates = append(finding.Candidates, Candidate{Order: c.Order, Number: c.Number, Score: round(odds[i]), PO: c.ID})
		}
	}
	x.ownName(n, finding.PO)
	fill(&finding, n, who)
	if finding.PO == 0 {
		finding.Decision = Review
		x.nobodys(&finding, n, nil, who)
		if n.blurred != "" {
			finding.Reasons = append(finding.Reasons, n.blurred)
		}
		return finding
	}
	c := list[0]
	finding.Contradictions = append(finding.Contradictions, c.against...)
	finding.byBuyer = who.Open && c.boughtBy(who)
	x.doubts(&finding, n, list, odds, about[c.ID], who)
	if (len(about) > 1 || !c.keyed) && x.crowded(n, c, who) {
		finding.Decision = Review
		finding.Reasons = append(finding.Reasons, "more parcels than pieces, and "+c.Number+" is not named beside each")
	}
	if x.scattered(n, c) {
		finding.Decision = Review
		finding.Reasons = append(finding.Reasons, "two places give "+c.Number+" different numbers")
	}
	x.contradict(&finding, n, list, who)
	x.products(&finding, n, about[c.ID], c)
	x.late(&finding, n, c)
	x.repeats(&finding, c)
	finding.permit(who)
	finding.admit(who)
	if finding.Decision == Auto && len(finding.Contradictions) > 0 {
		finding.Decision = Review
	}
	return finding
}

// doubts are reasons for a person although nothing contradicts.
func (x *look) doubts(finding *Finding, n *news, list []*candidate, odds []float64, all []*news, who Sender) {
	review := func(reason string) {
		finding.Decision = Review
		finding.Reasons = append(finding.Reasons, reason)
	}
	c := list[0]
	if odds[0] < autoConfidence {
		review("not sure enough to act alone")
	} else if len(list) > 1 && c.standing-list[1].standing < distance {
		review("another order fits nearly as well: " + list[1].Number)
	}
	if !c.keyed {
		if c.onlyNearly() {
			review("nothing speaks for " + c.Number + " but a number that is nearly its own")
		}
		if field := c.estranged(); field != "" {
			review("the " + field + " is not the one of " + c.Number)
		} else if c.unread && !c.personal() {
			review("the name is written in another script than that of " + c.Number)
		}
		for _, other := range list[1:] {
			if field := c.outdone(other); field != "" {
				review("the " + field + " is rather that of " + other.Number)
				break
			}
		}
	}
	if n.blurred != "" {
		review(n.blurred)
	}
	if reason := x.frail(n, c, who); reason != "" {
		review(reason)
	}
	if x.mixed(n, c, who) && !x.packed(n, c) {
		review("parcels of two carriers, and " + c.Number + " is not named beside each")
	}
	if reason := c.stranger(who); reason != "" {
		review(reason)
	}
	score := 0.0
	for _, s := range n.statements {
		score = max(score, s.Score)
		if s.Quoted {
			review("it stands in quoted text only")
			break
		}
	}
	open := slices.ContainsFunc(n.statements, func(s parsers.Statement) bool { return s.Doubtful && (s.Kind == n.kind || s.Kind == "") })
	clear := clearWords(n.kind)
	vague := len(finding.Tracking) == 0 && (score < clear || hedged(n, clear))
	if (open || vague) && x.borneOut(n, all, c) {
		open, vague = false, false
		finding.Reasons = append(finding.Reasons, "as many pieces have not left as it speaks of")
	}
	if vague {
		review("it is not said clearly")
	}
	if open {
		review("other words beside it leave open whether it is so")
	}
	if !slices.ContainsFunc(n.statements, func(s parsers.Statement) bool { return !s.Estimated }) {
		finding.Reasons = append(finding.Reasons, "no phrase that we know says so; such words usually mean it")
	}
	if slices.ContainsFunc(n.statements, unclearRow) {
		review("the row's columns do not go together, or its status says neither that it left nor that it did not")
	}
	x.doubtNumbers(n, review)
}

// doubtNumbers doubts tracking numbers for what they are themselves.
func (x *look) doubtNumbers(n *news, review func(string)) {
	for _, t := range n.tracking {
		switch {
		case t.Damage != "":
			review("the tracking number was damaged by a spreadsheet program")
		case t.Invalid:
			review(faulty(t) + ": it may be mistyped")
		case t.Score < likely:
			review("the tracking number " + t.Number + " may be none")
		case !t.Valid && x.isOrder(t.Number):
			review(t.Number + " is given as a tracking number, and is an order's")
		}
	}
}

// faulty says what is wrong with a number that cannot be as it stands.
func faulty(t parsers.Tracking) string {
	if len(t.Carriers) > 0 && t.Carriers[0].Why == parsers.WrongForm {
		return t.Number + " has not the form of the carrier's numbers"
	}
	return "the check digit of " + t.Number + " is wrong"
}

// onlyNearly tells an order that is found by a number with a slip, and by nothing else but goods, which others have ordered too.
func (c *candidate) onlyNearly() bool {
	for witness, heard := range c.counted {
		if number, ok := strings.CutPrefix(witness, "near:"); ok && heard && (!c.backed || !c.named() && !slipped(number, c) && partOf(number, c) == 0) {
			return true
		}
	}
	return false
}

// estranged tells the field in which a consignee that is found by nothing else is somebody else: a namesake in the same town, a relative or neighbour in the
// same house. Email and telephone are a person's own.
func (c *candidate) estranged() string {
	if c.personal() {
		return ""
	}
	name, street := c.fits["name"], c.fits["street"]
	switch {
	case name == related || name == differs:
		return "name"
	case street == differs, street == related && name != same && name != close: // the same name in the same street at another number is a slip
		return "street"
	}
	return ""
}

// personal tells whether the paper has what is a person's own.
func (c *candidate) personal() bool { return c.fits["email"] == same || c.fits["phone"] == same }

// unclearRow tells a row of a table whose reader could not say what it means; a tracking number in it makes that no clearer, and a clear row beside it neither.
func unclearRow(s parsers.Statement) bool {
	return s.Scope == parsers.ScopeRow && s.Kind != "" && s.Score > 0 && s.Score < 0.45
}

// hedged tells a shipment that one sentence says clearly and another does not ("Shipped" as the subject, "shipped, or will tomorrow" below): without a
// number nobody can tell.
func hedged(n *news, clear float64) bool {
	return n.kind == parsers.Shipment && slices.ContainsFunc(n.statements, func(s parsers.Statement) bool { return s.Kind == parsers.Shipment && s.Score < clear })
}

// contradict finds what does not go together. Contradictions beat confidence: all go to a person.
func (x *look) contradict(finding *Finding, n *news, list []*candidate, who Sender) {
	c := list[0]
	against := finding.contradict
	if who.Supplier != "" && c.Supplier != "" && c.Supplier != who.Supplier {
		against("other_supplier", fmt.Sprintf("%s is with %s, and this comes from %s", c.Number, c.Supplier, who.Supplier))
	}
	if other, ok := c.elsewhere(list); ok {
		against("address", "name and place are those of "+other.Number)
	}
	if field, other := x.astray(n, c, who); other != nil {
		against("rival", fmt.Sprintf("the %s beside the number is that of another open order, %s", field, other.Number))
	}
	if other := x.strayed(n, c, who); other != nil {
		against("sku", fmt.Sprintf("the words beside the number name no product of %s, but one of %s", c.Number, other.Number))
	}
	if rival := n.field.rival(c); rival != nil {
		against("rival", fmt.Sprintf("one thing names %s, another %s", c.Number, rival.Number))
	}
	for _, text := range n.field.strangers {
		if !c.counted["near:"+code(text)] {
			against("unknown_order", fmt.Sprintf("it names an order %s that we don't know", text))
		}
	}
	x.nobodys(finding, n, c, who)
	for _, t := range finding.Tracking {
		for _, id := range x.find(byTracking, t.Number) {
			if other := x.entry(id); id != c.ID && !who.SharedTracking {
				against("tracking_elsewhere", fmt.Sprintf("the tracking number %s sits on %s already", t.Number, other.Number))
			}
		}
	}
	if field := c.disowned(); field != "" && len(finding.Contradictions) == 0 {
		against(field, "the "+field+" is not the one of "+c.Number+", and only the number names it")
	}
}

// late is news about a purchase order of which nothing more is expected.
func (x *look) late(finding *Finding, n *news, c *candidate) {
	if c.Closed && n.kind != parsers.Acknowledgement && n.kind != parsers.Question && !x.allKnown(finding, c) {
		finding.contradict("closed", c.Number+" is closed already")
	}
}

func (f *Finding) contradict(code, reason string) {
	if !slices.Contains(f.Contradictions, code) {
		f.Contradictions = append(f.Contradictions, code)
		f.Reasons = append(f.Reasons, reason)
	}
}

// rival is another order that a key names which does not name this one: the thread says one order, the number another.
func (f *field) rival(c *candidate) *entry {
	for _, cl := range f.rivals {
		if !cl.names(f.x, []string{c.key()}) {
			return f.x.entry(cl.pos[0])
		}
	}
	return nil
}

// shared tells a tracking number that one item gives to several orders.
func shared(findings []Finding, who Sender) {
	if who.SharedTracking {
		return
	}
	first := map[string]int{} // number to the first finding that has it
	tell := func(f *Finding, number string, other *Finding) {
		if f.Decision != Ignore && other.PO != 0 {
			f.contradict("shared_tracking", fmt.Sprintf("the tracking number %s is given for %s as well", number, other.Number))
			f.Decision = Review
		}
	}
	for i := range findings {
		for _, t := range findings[i].Tracking {
			k, ok := first[t.Number]
			switch {
			case !ok:
				first[t.Number] = i
			case findings[i].PO != findings[k].PO:
				tell(&findings[i], t.Number, &findings[k])
				tell(&findings[k], t.Number, &findings[i])
			}
		}
	}
}

func (x *look) allKnown(finding *Finding, c *candidate) bool {
	if len(finding.Tracking) == 0 {
		return false
	}
	for _, t := range finding.Tracking {
		if !slices.Contains(c.Tracking, t.Number) {
			return false
		}
	}
	return true
}

// firstOf tells whether pieces are of a product of which nothing was settled yet: a parcel that is known held more than was said before.
func (c *candidate) firstOf(lines []order.LineQuantity) bool {
	return slices.ContainsFunc(lines, func(q order.LineQuantity) bool {
		return slices.ContainsFunc(c.Lines, func(l Line) bool { return l.ID == q.Line && l.Outstanding == l.Quantity })
	})
}

// repeats recognises news that says nothing new.
func (x *look) repeats(finding *Finding, c *candidate) {
	if finding.Kind == parsers.Shipment && x.allKnown(finding, c) && !c.firstOf(finding.LineQuantities) {
		finding.Repeat = true
		finding.Contradictions = slices.DeleteFunc(finding.Contradictions, func(code string) bool { return code == "too_many" || code == "closed" })
		if len(finding.Contradictions) == 0 {
			finding.Decision = Ignore
			finding.Reasons = append(finding.Reasons, "repeats what is known already")
		}
	}
	if finding.Kind == parsers.Acknowledgement && c.Closed && finding.Decision == Auto {
		finding.Repeat, finding.Decision = true, Ignore
		finding.Reasons = append(finding.Reasons, c.Number+" is closed already")
	}
}

// String names a finding in logs of tests.
func (f Finding) String() string {
	numbers := make([]string, len(f.Tracking))
	for i, t := range f.Tracking {
		numbers[i] = t.Carrier + ":" + t.Number
	}
	return fmt.Sprintf("%s %s/%s %s %.4f %s/%s [%s] %v", f.Kind, f.Order, f.Number, f.Method, f.Confidence, f.Decision, f.Apply, strings.Join(numbers, " "), f.Contradictions)
}
