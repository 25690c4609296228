package prose

import (
	"slices"
	"sort"
	"strings"

	"waybill/parsers"
)

// piece is a clause with what was found in it.
type piece struct {
	clause
	news                 news
	refs                 []reference // that may name an order
	theirs               []reference // invoice and customer numbers: kept, but no heading
	tracking             []tracked
	products             []product
	partial              bool
	paired               bool // "… respectively"
	absent               bool
	automatic            bool
	thanks               bool
	advert               bool
	invoice              bool
	corrected            bool
	bought               bool           // a line of the buyer's own words
	returning            bool           // speaks of sending goods back
	party                *parsers.Party // whose parcel it is, where the text speaks of several people's
	partyStart, partyEnd int
	lead                 int         // where the sentence before begins that names what this one is about; 0: none
	adrift               bool        // a parcel of which nobody can tell whether it belongs to the order above or below it
	parcels              int         // how many its words say that there are
	unread               *[2]int     // what may be a parcel's number and was not read as one
	chances              chances     // what the estimate says of its words, weighed with what the phrases say
	heading              clause      // the sentence that is said of it, of an entry in a list of orders, see rosters
	roster               []reference // the orders of that list
}

// assemble turns clauses into statements.
func (r *reader) assemble() Result {
	res := Result{Language: language(r.view.text, r.hits)}
	clauses := r.clauses()
	pieces := slices.Grow(r.scratch.pieces[:0], len(clauses))
	var fresh strings.Builder
	for _, c := range clauses {
		pieces = append(pieces, r.piece(c))
		p := &pieces[len(pieces)-1]
		if n := len(pieces) - 2; n >= 0 && pieces[n].returning && pieces[n].block == p.block && r.headsReturn(pieces[n].clause) {
			p.giveBack(func(tracked) bool { return true })
		}
		if c.mark == "" {
			fresh.WriteString(r.view.text[c.start:c.end])
			fresh.WriteByte('\n')
			res.Tone.Words += wordsOf(r.view.text[c.start:c.end])
			res.Tone.Absent = res.Tone.Absent || p.absent
			res.Tone.Automatic = res.Tone.Automatic || p.automatic
			res.Tone.Thanks = res.Tone.Thanks || p.thanks
			res.Tone.Advertising = res.Tone.Advertising || p.advert
			res.Tone.Invoice = res.Tone.Invoice || p.invoice
		}
	}
	r.scratch.pieces = pieces
	res.New = fresh.String()
	if turns := r.dialogue(pieces); turns != nil {
		r.converse(pieces, turns)
	} else {
		r.understand(pieces)
	}
	party, from, to := r.settle(pieces)
	for i := range pieces { // a company may be called "Out of Stock & Co"
		if p := &pieces[i]; from >= 0 && p.start >= from && p.end <= to && len(p.tracking) == 0 {
			p.news = news{}
		}
	}
	r.interleave(pieces)
	r.pronouns(pieces)
	r.several = tellsSeveral(pieces)
	res.Statements = make([]parsers.Statement, 0, slots(pieces))
	voiced := slices.Grow(r.scratch.voiced[:0], len(pieces))
	for i := range pieces {
		p := &pieces[i]
		told := len(res.Statements)
		res.Statements = r.statements(res.Statements, p)
		voiced = append(voiced, told < len(res.Statements) && res.Statements[told].Sentence != "")
		if len(p.refs)+len(p.theirs) == 0 {
			continue
		}
		all := append(slices.Clone(p.refs), p.theirs...)
		slices.SortStableFunc(all, func(a, b reference) int { return a.start - b.start })
		for _, f := range all {
			res.Refs = append(res.Refs, r.ref(f, p.mark))
		}
	}
	r.scratch.voiced = voiced
	res.Asides = r.asides(pieces, voiced, from, to)
	if party != (parsers.Party{}) {
		// Numbers of the address name no order.
		for i := range res.Statements {
			res.Statements[i].Refs = outside(res.Statements[i].Refs, r, from, to)
		}
		res.Refs = outside(res.Refs, r, from, to)
		res.Statements = append(res.Statements, parsers.Statement{Scope: parsers.ScopeMessage, Consignee: &party})
		return res
	}
	if somePiece(pieces, func(p *piece) bool { return p.party != nil }) {
		return res
	}
	for _, c := range r.loose() {
		for i := range res.Statements {
			res.Statements[i].Refs = outside(res.Statements[i].Refs, r, c.start, c.end)
		}
		res.Refs = outside(res.Refs, r, c.start, c.end)
		res.Statements = append(res.Statements, parsers.Statement{Scope: parsers.ScopeMessage, Consignee: &c.party})
	}
	return res
}

// understand reads the clauses of a text together: what they tell, and of which order.
func (r *reader) understand(pieces []piece) {
	r.testify(pieces)
	r.onArrival(pieces)
	r.forecasts(pieces)
	r.speakUp(pieces)
	r.takeBack(pieces)
	r.gainsaid(pieces)
	r.exceptions(pieces)
	r.lend(pieces)
	r.share(pieces)
	r.speakBeside(pieces)
	r.outcomes(pieces)
	r.heed(pieces)
	r.surmised(pieces)
}

func outside(refs []parsers.Ref, r *reader, from, to int) []parsers.Ref {
	if from < 0 {
		return refs
	}
	s, e := r.view.original(from, max(from, to))
	return slices.DeleteFunc(refs, func(f parsers.Ref) bool { return (f.Label == "" || f.Pattern) && f.At.Start >= s && f.At.End <= e })
}

// piece collects what stands in a clause.
func (r *reader) piece(c clause) piece {
	p := piece{clause: c}
	if c.mark != parsers.MarkSignature && c.mark != parsers.MarkDisclaimer && !(r.keys && c.mark == parsers.MarkQuoted) {
		p.news = r.judge(c)
	}
	for _, h := range r.within(c.start, c.end) {
		switch h.meaning {
		case remainder:
			p.partial = true
		case respectively:
			p.paired = true
		case absent:
			p.absent = true
		case automatic:
			p.automatic = true
		case thanks:
			p.thanks = true
		case advertising:
			p.advert = true
		case invoiced:
			p.invoice = true
		case earlierNumber, rightNumber, notThis:
			p.corrected = true
		case returning:
			p.returning = true
		}
	}
	for _, f := range r.refsIn(c.start, c.end) {
		switch {
		case f.skip:
		case c.mark == parsers.MarkSignature && (f.label == "" || f.weak), c.mark == parsers.MarkDisclaimer && f.label != parsers.LabelKey:
		case f.label == parsers.LabelInvoice || f.label == parsers.LabelCustomer:
			p.theirs = append(p.theirs, f)
		default:
			p.refs = append(p.refs, f)
		}
	}
	for _, t := range r.trackingIn(c.start, c.end) {
		t.found.Withdrawn = p.corrected && r.withdrawn(t.start, t.end, c) || r.changedFrom(t.start, t.end, c)
		t.found.Quoted = c.mark == parsers.MarkQuoted
		p.tracking = append(p.tracking, t)
	}
	if p.returning {
		p.giveBack(func(t tracked) bool { return r.forReturn(t.start, t.end, c) })
	}
	p.parcels, p.unread = r.parcelsIn(c, p.news.kind != ""), r.unreadIn(c)
	from := sort.Search(len(r.products), func(i int) bool { return r.products[i].qtyStart >= c.start })
	for _, l := range r.products[from:] {
		if l.qtyStart >= c.end {
			break
		}
		p.products = append(p.products, l)
		p.partial = p.partial || l.part
	}
	r.setAside(&p)
	if r.buyers(c) {
		p.silence()
	} else if len(p.tracking) > 0 && p.news.kind == "" && (r.sentAnother(c) || slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool {
		return h.meaning == exampled || h.meaning == claimed && h.end <= p.tracking[0].start && r.framesRest(h.end, p.tracking[0].start)
	})) {
		p.news = news{kind: parsers.Shipment, start: p.tracking[0].start, end: p.tracking[0].end, score: unsureScore, doubtful: true}
	}
	return p
}

// giveBack withdraws the numbers that are for a return: they lead no parcel to the customer.
func (p *piece) giveBack(is func(tracked) bool) {
	for i := range p.tracking {
		if is(p.tracking[i]) {
			p.tracking[i].found.Withdrawn, p.returning = true, true
		}
	}
}

// named tells whether the clause calls one of its numbers an order.
func (p *piece) named() bool {
	return slices.ContainsFunc(p.refs, func(f reference) bool { return f.label != "" })
}

func (p *piece) says() bool { return p.news.kind != "" || len(p.tracking) > 0 || len(p.products) > 0 }

// lend gives clauses without an order the one of their block, or of the heading above.
func (r *reader) lend(pieces []piece) {
	r.turns(pieces)
	r.mangled(pieces)
	r.rosters(pieces)
	only := r.soleOrder(pieces, func(p *piece) bool { return p.mark == "" })
	var above []reference
	for i := 0; i < len(pieces); {
		j := i
		for j < len(pieces) && pieces[j].block == pieces[i].block {
			j++
		}
		if i > 0 && pieces[i-1].mark != pieces[i].mark {
			above = nil
		}
		above = r.lendBlock(pieces[i:j], above, only)
		i = j
	}
}

// lendBlock does it for one block. above is the order named last above it, only the one that the whole text names, if it
// names just one. It gives what is above the next block.
func (r *reader) lendBlock(block []piece, above, only []reference) []reference {
	sole := r.soleOrder(block, func(*piece) bool { return true })
	listed := parcelled(block)
	for k := range block {
		p := &block[k]
		switch {
		case len(p.roster) > 0:
			above = p.sole()
		case p.named():
			above = orders(p.refs)
		case !p.says():
		case r.entry(p, sole):
			// It names another order in the same way.
		case len(sole) > 0 && !(listed && len(p.tracking) > 0 && (p.numbered() || r.alike(p, sole))):
			p.refs = append(p.refs, sole...)
		case p.numbered(), listed && len(p.tracking) > 0 && r.alike(p, above):
			// It has a number of its own that nothing calls an order: the matcher knows whether it is one.
		case len(above) > 0:
			p.refs = append(p.refs, above...)
		case p.mark == "" && !r.heads(p):
			p.refs = append(p.refs, only...)
		}
	}
	for k := len(block) - 1; k >= 0; k-- {
		if r.work++; len(block[k].roster) > 0 {
			return block[k].sole()
		}
		if block[k].named() {
			return orders(block[k].refs)
		}
	}
	return above
}

// entry tells a clause that begins with a number of its own in the form of the order's: "Order 1001 has shipped; 1002 is out of stock".
func (r *reader) entry(p *piece, sole []reference) bool {
	for _, f := range p.refs {
		if !f.names() || f.label != "" || f.start-p.start > 6 {
			continue
		}
		own := r.view.text[f.start:f.end]
		return slices.ContainsFunc(sole, func(o reference) bool {
			return o.label == parsers.LabelOrder && o.end-o.start == len(own) && len(own) >= 4 && r.view.text[o.start:o.start+2] == own[:2]
		})
	}
	return false
}

// heads tells a line that leads to what stands below it, in a table perhaps: "Shipped today:".
func (r *reader) heads(p *piece) bool {
	return p.end > p.start && r.view.text[p.end-1] == ':' && len(p.tracking) == 0 && len(p.products) == 0 && len(r.skip) > 0
}

// numbered tells a clause with a number of its own that may name an order.
func (p *piece) numbered() bool { return slices.ContainsFunc(p.refs, reference.names) }

// parcelled tells a block in which a line names an order with its parcel. A parcel beside another number there is an entry of the same list, whose
// order may be mistyped, and no second parcel of the first.
func parcelled(block []piece) bool {
	return somePiece(block, func(p *piece) bool { return len(p.tracking) > 0 && p.named() })
}

// soleOrder gives the references of those pieces that count, if they name exactly one order.
func (r *reader) soleOrder(block []piece, counts func(*piece) bool) []reference {
	var found []reference
	for i := range block {
		p := &block[i]
		if !counts(p) {
			continue
		}
		if r.work++; len(found) > 3 {
			return nil
		}
		for _, f := range orders(p.refs) {
			if !slices.ContainsFunc(found, func(o reference) bool { return r.view.text[o.start:o.end] == r.view.text[f.start:f.end] }) {
				found = append(found, f)
			}
		}
	}
	n := 0
	for _, f := range found {
		if f.label == parsers.LabelOrder {
			n++
		}
	}
	if n > 1 || len(found) > 3 {
		return nil
	}
	return found
}

// orders are the references that words call an order.
func orders(refs []reference) []reference {
	var out []reference
	for _, f := range refs {
		if f.label == parsers.LabelOrder || f.label == parsers.LabelKey || f.label == parsers.LabelTheirs {
			out = append(out, f)
		}
	}
	return out
}

// share lets a number that stands alone on its line be news of what the lines around it say: "Your order has shipped." above,
// "Tracking: 1Z…" below. A number in a text that says nothing of a shipment is one still: that is why it was written.
func (r *reader) share(pieces []piece) {
	var context news
	var trouble news
	kept := -1
	told, recalled := false, false
	numbered := somePiece(pieces, func(p *piece) bool { return p.mark == "" && len(p.tracking) > 0 })
	for i := range pieces {
		if p := &pieces[i]; p.news.troubled && p.news.score < 0.5 && !numbered && !r.ofParcel(p.clause) {
			p.news = news{} // mail comes back as well
		}
		told = told || pieces[i].mark == "" && (pieces[i].news.score >= 0.5 && !pieces[i].news.mild || numbered && len(pieces[i].tracking) > 0)
	}
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" {
			continue
		}
		if p.news.troubled {
			trouble = p.news
		}
		switch {
		case p.news.mild && r.wants(p, pieces):
			r.answered(p, pieces)
		case told && (p.news.score < 0.5 || p.news.mild && !r.unheard(p, pieces)): // "Questions? Please contact us." under news
			p.news.kind = ""
		}
		switch {
		case p.news.kind == parsers.Shipment:
			context = p.news
		case p.news.kept:
			kept = i
		}
	}
	r.link(pieces)
	unsent := r.unsent(pieces)
	for i := range pieces {
		p := &pieces[i]
		if p.news.troubled && p.mark == "" && len(p.tracking) > 0 && r.ofOthers(clause{start: min(p.news.end, p.end), end: p.end}) && p.tracking[0].start > p.news.end {
			p.news = news{kind: parsers.Shipment, start: p.tracking[0].start, end: p.tracking[0].end, score: 0.7} // "one broke, the other left with 1Z…"
		}
		if len(p.tracking) == 0 || p.news.kind != "" || p.news.supposed {
			continue
		}
		sure := slices.ContainsFunc(p.tracking, func(t tracked) bool { return t.found.Score >= 0.5 && !t.found.Withdrawn })
		gone := p.chances.of(parsers.Shipment)+p.chances.of(corrects) >= ownWords && r.wordsIn(p.clause) > 1 // "Yes, on Friday, Royal Mail JX…" tells by itself that it left
		switch {
		case !sure || p.mark == parsers.MarkSignature || p.mark == parsers.MarkDisclaimer:
		case context.kind == "" && kept >= 0 && p.mark == "" && !gone && r.speaksOf(&pieces[kept], p) && r.speaksOf(p, &pieces[kept]):
			p.news = keptNews(&pieces[kept]) // "Label printed, awaiting collection." above, the number below
		case context.kind == "" && p.mark == "" && !gone && slices.ContainsFunc(unsent, func(k int) bool { return r.speaksOf(&pieces[k], p) && r.speaksOf(p, &pieces[k]) }):
			p.news = r.heldBack(p) // "It has not left yet." above
		case context.kind != "" && p.mark == "":
			p.news = news{kind: parsers.Shipment, start: context.start, end: context.end, score: 0.85}
		case trouble.kind != "" && p.mark == "" && !r.ofOthers(p.clause): // what is said of it stands beside it: "It came back to us."
			p.news = trouble
			p.news.score = 0.7
		default:
			t := p.tracking[0]
			p.news = news{kind: parsers.Shipment, start: t.start, end: t.end, score: 0.7}
		}
	}
	r.promises(pieces)
	r.balance(pieces)
	// "Ignore the earlier number" without naming it means those in the quoted mail.
	for i := range pieces {
		recalled = recalled || pieces[i].mark == "" && pieces[i].corrected && r.recalls(&pieces[i])
	}
	r.errata(pieces)
	r.rectify(pieces)
	r.eitherOr(pieces)
	withdrawEverywhere(pieces)
	r.corrections(pieces)
	r.swaps(pieces)
	if recalled {
		for i := range pieces {
			for k := range pieces[i].tracking {
				if pieces[i].mark == parsers.MarkQuoted {
					pieces[i].tracking[k].found.Withdrawn = true
				}
			}
		}
	}
}

func (r *reader) recalls(p *piece) bool {
	wrong := false
	for _, h := range r.within(p.start, p.end) {
		wrong = wrong || h.meaning == earlierNumber
	}
	return wrong && !slices.ContainsFunc(p.tracking, func(t tracked) bool { return t.found.Withdrawn })
}

// wordsOf counts words; three characters of a script without spaces are one.
func wordsOf(text string) int {
	eastern := 0
	for _, char := range text {
		if char >= 0x2e80 {
			eastern++
		}
	}
	return 1 + strings.Count(text, " ") + eastern/3
}

// somePiece tells whether one of the pieces is such. They are large, and not copied to be looked at.
func somePiece(pieces []piece, is func(*piece) bool) bool {
	for i := range pieces {
		if is(&pieces[i]) {
			return true
		}
	}
	return false
}
