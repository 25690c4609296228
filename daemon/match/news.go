package match

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// news is what the paper says about one purchase order, of one kind: one or several statements together.
type news struct {
	kind       parsers.Kind
	statements []parsers.Statement
	field      *field
	own        []string // the order that it names itself
	// tracking are the numbers that belong to it: of a list of orders and numbers in one sentence only its own.
	tracking []parsers.Tracking
	lines    []parsers.Line
	shared   bool       // a sentence of it speaks of several orders or people
	blurred  string     // why it can't be told which of several orders, or what of it, is meant
	top      *candidate // the likeliest; nil when nobody comes near
}

// gathering is all news of an item, findable by kind and likeliest purchase order: a report may have 200,000 rows.
type gathering struct {
	all []*news
	by  map[newsKey][]*news
}

type newsKey struct {
	kind parsers.Kind
	po   order.POID // 0: nobody comes near
}

func (n *news) key() newsKey {
	if n.top == nil {
		return newsKey{n.kind, 0}
	}
	return newsKey{n.kind, n.top.ID}
}

// add joins news to that which it belongs to, or begins a new notice.
func (g *gathering) add(n *news) {
	n.rank()
	for _, other := range g.by[n.key()] {
		if joins(other, n) {
			other.join(n)
			return
		}
	}
	g.all = append(g.all, n)
	if n.top != nil || n.statements[0].Scope != parsers.ScopeRow { // rows about nobody stay apart
		g.by[n.key()] = append(g.by[n.key()], n)
	}
}

func (n *news) rank() {
	n.top = nil
	if list, _ := n.field.ranked(); len(list) > 0 {
		n.top = list[0]
	}
}

func (n *news) join(other *news) {
	n.statements = append(n.statements, other.statements...)
	n.tracking = append(n.tracking, other.tracking...)
	n.lines = append(n.lines, other.lines...)
	n.field.join(other.field)
	n.shared = n.shared || other.shared
	if n.blurred == "" {
		n.blurred = other.blurred
	}
	n.rank()
}

// meaningful are the statements that say that something happened. Quoted text counts only where nothing else says anything: in what was
// forwarded without a word.
//
// The subject of a mail may be the one place that has the number: then it stands beside what the body says.
func meaningful(r parsers.Reading) []parsers.Statement {
	// A message-wide statement repeats what its clauses and rows say; it stands for itself only when they say nothing. There may be very many of them:
	// they are counted first, and copied once.
	var counts [2][2]int // by quoted, by message-wide
	index := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	for i := range r.Statements {
		if s := &r.Statements[i]; says(s) {
			counts[index(s.Quoted)][index(s.Scope == parsers.ScopeMessage)]++
		}
	}
	quoted := counts[0][0]+counts[0][1] == 0
	whole := counts[index(quoted)][0] == 0
	chosen := make([]parsers.Statement, 0, counts[index(quoted)][index(whole)])
	for i := range r.Statements {
		if s := &r.Statements[i]; s.Quoted == quoted && (s.Scope == parsers.ScopeMessage) == whole && says(s) {
			chosen = append(chosen, *s)
		}
	}
	if whole || quoted || replied(r.Envelope) || !slices.ContainsFunc(chosen, func(s parsers.Statement) bool { return s.Kind == parsers.Shipment }) ||
		slices.ContainsFunc(chosen, func(s parsers.Statement) bool { return len(s.Tracking) > 0 }) {
		return chosen
	}
	for i := range r.Statements {
		if s := &r.Statements[i]; !s.Quoted && s.Scope == parsers.ScopeMessage && len(s.Tracking) > 0 && says(s) && (s.Kind == "" || s.Kind == parsers.Shipment) {
			chosen = append(chosen, *s)
		}
	}
	return chosen
}

// replied tells a mail that answers one.
func replied(e *parsers.Envelope) bool {
	return e != nil && (len(e.InReplyTo) > 0 || replySubject.MatchString(e.Subject))
}

func says(s *parsers.Statement) bool {
	return s.Kind != "" && s.Kind != parsers.Other || slices.ContainsFunc(s.Tracking, func(t parsers.Tracking) bool { return !t.Withdrawn })
}

// gather sorts the reading's statements by what they are about and say.
func (x *look) gather(r parsers.Reading, who Sender) []*news {
	statements := meaningful(r)
	if len(statements) == 0 {
		return nil
	}
	about := x.about(r, who)
	if len(about.fresh) == 0 && about.rows == 0 && len(about.parties) < 2 && !about.bound && !x.manySpoken(statements, who) {
		statements = inOneBreath(statements)
	}
	told := map[parsers.Kind]bool{} // kinds that are said of an order or a number
	for _, s := range statements {
		told[s.Kind] = told[s.Kind] || len(s.Tracking) > 0 || len(x.mentions(s, who)) > 0
	}
	g := &gathering{by: map[newsKey][]*news{}}
	for i, s := range statements {
		if told[s.Kind] && x.announces(s, who) {
			continue
		}
		doubt := ""
		if i > 0 {
			doubt = x.usurped(statements[i-1], s, who)
		}
		for _, p := range x.split(s, who) {
			if p.blurred == "" {
				p.blurred = doubt
			}
			g.add(x.place(p, about, who))
		}
	}
	x.attend(g.all, &r, who)
	x.recount(g.all)
	x.enclose(g.all, about)
	x.orphaned(g.all, about, who)
	x.headed(g.all, &r, who)
	x.misaddressed(g.all, about)
	x.unheard(g.all, &r, who)
	if about.theirs != nil && oneOrder(g.all) {
		for _, n := range g.all {
			n.statements = append(n.statements, parsers.Statement{Refs: about.theirs})
		}
	}
	return g.all
}

// manySpoken tells sentences that speak of more than one person.
func (x *look) manySpoken(statements []parsers.Statement, who Sender) bool {
	var all []string
	for i := range statements {
		if s := &statements[i]; s.Scope != parsers.ScopeRow && !s.Quoted {
			all = union(all, x.spokenOf(s.Sentence, who))
		}
	}
	return len(all) > 1
}

// inOneBreath takes clauses of one kind together where the paper names no order and at most one consignee: product, address and parcel may each have a
// sentence of their own, and only together they tell which of a customer's orders it is.
func inOneBreath(statements []parsers.Statement) []parsers.Statement {
	var all []parsers.Statement
	said := map[int][]string{} // the sentences of those that are taken together
	for _, s := range statements {
		if s.Kind == "" || s.Kind == parsers.Other {
			s.Kind = parsers.Shipment // a tracking number says that it left
		}
		i := -1
		if s.Scope != parsers.ScopeRow { // there may be a hundred thousand of them
			i = slices.IndexFunc(all, func(o parsers.Statement) bool { return o.Kind == s.Kind && o.Quoted == s.Quoted && o.Scope == s.Scope })
		}
		hedge := s.Score < clearWords(s.Kind) && len(s.Tracking)+len(s.Lines) == 0 // stays apart, to be seen
		if i < 0 || hedge {
			s.Refs, s.Tracking, s.Lines = slices.Clip(s.Refs), slices.Clip(s.Tracking), slices.Clip(s.Lines) // what is appended is not the reading's
			all = append(all, s)
			continue
		}
		o := &all[i]
		if said[i] == nil {
			said[i] = []string{o.Sentence}
		}
		if s.Sentence != "" {
			said[i] = append(said[i], s.Sentence)
		}
		o.Refs, o.Tracking, o.Lines = append(o.Refs, s.Refs...), append(o.Tracking, s.Tracking...), append(o.Lines, s.Lines...)
		o.Partial, o.Unpaired, o.Doubtful = o.Partial || s.Partial, o.Unpaired || s.Unpaired, o.Doubtful || s.Doubtful
		if s.Score > o.Score {
			o.Score, o.KindAt = s.Score, s.KindAt
		}
		if o.Expected.Text == "" {
			o.Expected = s.Expected
		}
		if o.Consignee == nil {
			o.Consignee = s.Consignee
		}
	}
	for i, sentences := range said {
		all[i].Sentence = strings.TrimSpace(strings.Join(sentences, " "))
	}
	return all
}

// usurped tells a parcel beside a number that only looks like an order's, right behind a sentence that says of another order that it left and gives
// no parcel: "Order 1001 has shipped. 1003, by UPS 1Z…". The parcel may well be that order's.
func (x *look) usurped(before, s parsers.Statement, who Sender) string {
	if s.Scope == parsers.ScopeRow || len(s.Tracking) == 0 || before.Kind != s.Kind || len(before.Tracking) > 0 || before.Quoted != s.Quoted {
		return ""
	}
	mine, theirs := x.mentions(s, who), x.mentions(before, who)
	for _, m := range theirs {
		if m.bare || len(mine) == 0 || m.at.Part != s.Tracking[0].At.Part || slices.ContainsFunc(mine, func(o mention) bool { return !o.bare || o.order == m.order }) {
			continue
		}
		return "the order named before has no parcel, and this number is not called an order"
	}
	return ""
}

// announces tells a sentence that only leads to what others of the same kind say with orders or numbers: "These orders have left our house:".
func (x *look) announces(s parsers.Statement, who Sender) bool {
	return len(s.Tracking) == 0 && len(s.Lines) == 0 && s.Consignee == nil && !s.Partial && s.Expected.Text == "" &&
		s.Scope != parsers.ScopeRow && len(x.mentions(s, who)) == 0
}

// oneOrder tells whether all news are about one order, so that whatever else the paper names is about it as well.
func oneOrder(all []*news) bool {
	for _, n := range all {
		if n.top == nil || n.top.key() != all[0].top.key() {
			return false
		}
	}
	return len(all) > 0
}

// about is what the whole item speaks of.
type about struct {
	refs    []parsers.Ref     // named anywhere but in rows
	claims  map[string][]lent // what these name, by order
	context []claim           // what a mail program or a person carried along without meaning it: thread, reply address, a reply's subject, quoted keys
	fresh   map[string]bool   // the orders that the writer names
	theirs  []parsers.Ref     // the supplier's own numbers in the new text
	parties []parsers.Party
	loose   []parsers.Statement // products with nothing said of them
	who     Sender
	rows    int
	listed  bool   // some sentence names an order with its tracking number
	subject string // of a mail that answers none
	astray  string // what it carries of a key that is nobody's
	bound   bool   // some sentence names a consignee with its parcel, and another a parcel alone
}

// lent is a claim of the message that a statement may borrow.
type lent struct {
	claim
	ref parsers.Ref
}

// replySubject tells a subject that somebody else wrote before (RFC 5322 section 3.6.5 names "Re:"; the others are what mail programs write in their
// users' languages).
var replySubject = regexp.MustCompile(`(?i)^\s*(re|aw|antw|antwort|sv|vs|r|rif|res|odp|ynt|回复|答复|返信)(\[\d+\])?\s*[:：]`)

func (x *look) about(r parsers.Reading, who Sender) about {
	a := about{who: who, context: x.envelopeClaims(r.Envelope, r.Report), claims: map[string][]lent{}, fresh: map[string]bool{}}
	reply := replied(r.Envelope)
	a.astray = x.stray(&r)
	if r.Envelope != nil && !reply {
		a.subject = r.Envelope.Subject
	}
	single := alone(r.Statements)
	var named []parsers.Party // beside the numbers of their orders: "1001 (Dana Cole) left today"
	for _, s := range r.Statements {
		if s.Scope == parsers.ScopeRow {
			a.rows++
		}
		if !s.Quoted && len(s.Lines) > 0 && !says(&s) {
			a.loose = append(a.loose, s)
		}
		if s.Scope == parsers.ScopeRow {
			for _, m := range x.mentions(s, who) {
				a.fresh[m.order] = true
			}
			continue // a row speaks for itself
		}
		a.refs = append(a.refs, s.Refs...)
		if s.Consignee != nil && !s.Consignee.Loose && len(s.Tracking) > 0 && single {
			a.bound = true // it is that parcel's, and no other's
		} else if s.Consignee != nil && !s.Quoted && (!s.Consignee.Loose || x.expects(s.Party(), who)) {
			if s.Scope == parsers.ScopeClause && s.Consignee.Loose && len(x.mentions(s, who)) > 0 {
				named = append(named, s.Party())
			} else {
				a.parties = append(a.parties, s.Party())
			}
		}
		carried := s.Quoted || reply && fromSubject(s)
		for _, ref := range s.Refs {
			for _, c := range x.refClaims(ref, who) {
				for _, key := range c.orders(x) {
					a.claims[key] = append(a.claims[key], lent{c, ref})
				}
			}
			switch {
			case carried || ref.Quoted:
				for _, c := range x.refClaims(ref, who) {
					if c.tier == planted || c.tier == called && !s.Quoted && !ref.Quoted {
						a.context = append(a.context, c)
					}
				}
			case ref.Label == parsers.LabelTheirs && len(x.find(byNumber, code(ref.Text))) == 0:
				a.theirs = append(a.theirs, ref)
			}
		}
		if !carried {
			for _, m := range x.mentions(s, who) {
				a.fresh[m.order] = true
				a.listed = a.listed || len(s.Tracking) > 0
			}
		}
	}
	if len(a.fresh) < 2 { // else they are nobody's of the other orders
		a.parties = append(a.parties, named...)
	}
	return a
}

// alone tells whether a sentence names a parcel and no consignee.
func alone(statements []parsers.Statement) bool {
	return slices.ContainsFunc(statements, func(s parsers.Statement) bool {
		return s.Consignee == nil && len(s.Tracking) > 0 && !s.Quoted && s.Scope != parsers.ScopeRow
	})
}

func fromSubject(s parsers.Statement) bool {
	return slices.ContainsFunc(s.Refs, func(r parsers.Ref) bool { return r.At.Part == "subject" })
}

// mention is an order that a statement names, with the first place where it does.
type mention struct {
	order string
	pos   []order.POID
	at    parsers.Place
	tier  tier
	bare  bool // no word calls it an order: it only has the form of one
}

// mentions are the orders that a statement names itself, in the order in which a reader comes upon them.
func (x *look) mentions(s parsers.Statement, who Sender) []mention {
	var all []mention
	best := bare
	for _, r := range s.Refs {
		if r.Quoted && !s.Quoted {
			continue
		}
		for _, c := range x.refClaims(r, who) {
			best = min(best, max(c.tier, called))
			for _, id := range c.pos {
				key := x.entry(id).key()
				i := slices.IndexFunc(all, func(m mention) bool { return m.order == key })
				if i < 0 {
					all = append(all, mention{order: key, at: r.At, tier: c.tier, bare: true})
					i = len(all) - 1
				}
				all[i].pos = union(all[i].pos, []order.POID{id})
				all[i].tier = min(all[i].tier, c.tier)
				all[i].bare = all[i].bare && (r.Label == parsers.LabelNone || r.Pattern)
				if before(r.At, all[i].at) {
					all[i].at = r.At
				}
			}
		}
	}
	all = slices.DeleteFunc(all, func(m mention) bool { return m.tier > best })
	slices.SortStableFunc(all, func(a, b mention) int {
		switch {
		case before(a.at, b.at):
			return -1
		case before(b.at, a.at):
			return 1
		}
		return 0
	})
	return all
}

func before(a, b parsers.Place) bool {
	return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Start, b.Start)) < 0
}
