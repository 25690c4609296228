package match

import (
	"slices"

	"waybill/daemon/order"
	"waybill/parsers"
)

// news is what the paper says about one purchase order, of one kind: one or several statements together.
type news struct {
	kind       parsers.Kind
	statements []parsers.Statement
	field      *field
	// tracking are the numbers that belong to it: of a list of orders and numbers in one sentence only its own.
	tracking []parsers.Tracking
	blurred  string // why it can't be told which of several orders is meant
}

// key tells who an item's statement is about, as far as keys do: the purchase orders that it names itself.
func (x *Index) named(s parsers.Statement, who Sender) []order.POID {
	f := x.newField(who)
	for _, r := range s.Refs {
		if !r.Quoted {
			f.fromRef(r)
		}
	}
	var ids []order.POID
	for id, c := range f.all {
		if c.weight >= numberWeight(plainNumber, f.competing)-0.5 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// meaningful are the statements that say that something happened. Quoted text counts only where nothing else says anything: in what was
// forwarded without a word.
func meaningful(r parsers.Reading) []parsers.Statement {
	says := func(s parsers.Statement) bool { return s.Kind != "" && s.Kind != parsers.Other || len(s.Tracking) > 0 }
	var fresh, quoted []parsers.Statement
	for _, s := range r.Statements {
		switch {
		case !says(s):
		case s.Quoted:
			quoted = append(quoted, s)
		default:
			fresh = append(fresh, s)
		}
	}
	if len(fresh) > 0 {
		return fresh
	}
	return quoted
}

// gather sorts the reading's statements by what they are about and say.
func (x *Index) gather(r parsers.Reading, who Sender) []*news {
	says := meaningful(r)
	if len(says) == 0 {
		return nil
	}
	// A message-wide statement repeats what its clauses and rows say; it stands for itself only when they say nothing.
	if clauses := slices.DeleteFunc(slices.Clone(says), func(s parsers.Statement) bool { return s.Scope == parsers.ScopeMessage }); len(clauses) > 0 {
		says = clauses
	}
	about := x.about(r, who)
	var all []*news
	for _, s := range says {
		for _, part := range x.split(s, who) {
			all = x.place(all, part, about, who)
		}
	}
	return all
}

// part is one statement, or one order's share of it.
type part struct {
	parsers.Statement
	ids     []order.POID // whom it names itself
	blurred string
}

// split gives each order of a sentence its share: "1001 and 1003 went out, 1Z… and 1Z… respectively".
func (x *Index) split(s parsers.Statement, who Sender) []part {
	ids := x.named(s, who)
	orders := x.distinct(ids)
	if len(orders) <= 1 {
		return []part{{s, ids, ""}}
	}
	var parts []part
	for i, number := range orders {
		own := s
		own.Refs = x.refsOf(s.Refs, number)
		p := part{Statement: own}
		for _, id := range ids {
			if x.entries[id].Order == number {
				p.ids = append(p.ids, id)
			}
		}
		switch {
		case len(s.Tracking) == len(orders):
			p.Tracking = s.Tracking[i : i+1]
		case len(s.Tracking) > 1:
			p.blurred = "several orders and a different number of tracking numbers in one sentence"
		}
		parts = append(parts, p)
	}
	return parts
}

// distinct lists the order numbers of purchase orders in the order in which they were first named.
func (x *Index) distinct(ids []order.POID) []string {
	var numbers []string
	for _, id := range ids {
		if n := x.entries[id].Order; !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func (x *Index) refsOf(refs []parsers.Ref, number string) []parsers.Ref {
	var own []parsers.Ref
	for _, r := range refs {
		for _, id := range x.numbers[code(r.Text)] {
			if x.entries[id].Order == number {
				own = append(own, r)
				break
			}
		}
	}
	return own
}

// about is what the whole item speaks of: envelope, subject, message-wide statements, and what is named anywhere in the new text.
type about struct {
	refs     []parsers.Ref
	parties  []parsers.Party
	lines    []parsers.Line
	orders   []string // named in the new text
	envelope *parsers.Envelope
	report   *parsers.Report
}

func (x *Index) about(r parsers.Reading, who Sender) about {
	a := about{envelope: r.Envelope, report: r.Report}
	for _, s := range r.Statements {
		if s.Scope == parsers.ScopeRow {
			continue // a row speaks for itself
		}
		a.refs = append(a.refs, s.Refs...)
		if s.Party != (parsers.Party{}) && !s.Quoted {
			a.parties = append(a.parties, s.Party)
		}
		if s.Kind == "" && len(s.Tracking) == 0 && !s.Quoted {
			a.lines = append(a.lines, s.Lines...)
		}
		for _, n := range x.distinct(x.named(s, who)) {
			if !s.Quoted && !slices.Contains(a.orders, n) {
				a.orders = append(a.orders, n)
			}
		}
	}
	return a
}

// place adds a part to the news it belongs to, or begins a new one.
func (x *Index) place(all []*news, p part, a about, who Sender) []*news {
	f := x.newField(who)
	own := len(p.ids) > 0
	row := p.Scope == parsers.ScopeRow
	for _, r := range p.Refs {
		f.fromRef(r)
	}
	blurred := p.blurred
	// What a statement does not say itself, the whole message lends it. A row names its own order or is found by its consignee.
	if !row || !own && p.Party == (parsers.Party{}) {
		f.fromEnvelope(a.envelope, a.report)
		switch {
		case !own && len(a.orders) > 1 && !row:
			blurred = "the message names several orders, and this sentence none"
			fallthrough
		case !own:
			for _, r := range a.refs {
				f.fromRef(r)
			}
		default:
			for _, r := range a.refs {
				if len(f.x.refsOf([]parsers.Ref{r}, x.entries[p.ids[0]].Order)) > 0 {
					f.fromRef(r)
				}
			}
		}
	}
	f.fromParty(p.Party, len(f.all) == 0 || row && !own)
	if !row && len(a.parties) == 1 && p.Party == (parsers.Party{}) {
		f.fromParty(a.parties[0], len(f.all) == 0)
	}
	f.fromLines(p.Lines)
	if !row && len(p.Lines) == 0 {
		f.fromLines(a.lines)
	}
	kind := p.Kind
	if kind == "" || kind == parsers.Other {
		kind = parsers.Shipment // a tracking number says that it left
	}
	n := &news{kind: kind, statements: []parsers.Statement{p.Statement}, field: f, tracking: p.Tracking, blurred: blurred}
	for _, other := range all {
		if joins(other, n) {
			other.statements = append(other.statements, p.Statement)
			other.tracking = append(other.tracking, p.Tracking...)
			other.field.join(f)
			if other.blurred == "" {
				other.blurred = blurred
			}
			return all
		}
	}
	return append(all, n)
}

// joins tells whether two pieces of news are one notice: the same kind about the same likeliest order. A tracking number alone joins the
// shipment that the sentence before it announced, and an acknowledgement says nothing beside a shipment.
func joins(a, b *news) bool {
	x, _ := a.field.ranked()
	y, _ := b.field.ranked()
	if len(x) == 0 || len(y) == 0 {
		return len(x) == len(y) && a.kind == b.kind && a.statements[0].Scope != parsers.ScopeRow && b.statements[0].Scope != parsers.ScopeRow
	}
	return a.kind == b.kind && x[0].ID == y[0].ID
}

// join lets the witnesses of another statement about the same order speak too.
func (f *field) join(other *field) {
	for id, c := range other.all {
		mine := f.candidate(id)
		for witness := range c.counted {
			if !mine.counted[witness] {
				mine.counted[witness] = true
			}
		}
		if c.weight > mine.weight {
			mine.weight, mine.best = c.weight, c.best
		}
		if rank(c.method) < rank(mine.method) {
			mine.method = c.method
		}
		mine.keyed, mine.second = mine.keyed || c.keyed, mine.second || c.second
		for _, r := range c.reasons {
			if !slices.Contains(mine.reasons, r) {
				mine.reasons = append(mine.reasons, r)
			}
		}
		for _, e := range c.evidence {
			if !slices.Contains(mine.evidence, e) {
				mine.evidence = append(mine.evidence, e)
			}
		}
		for _, code := range c.against {
			if !slices.Contains(mine.against, code) {
				mine.against = append(mine.against, code)
			}
		}
	}
}
