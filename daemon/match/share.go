package match

import (
	"regexp"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// part is one statement, or one order's share of it.
type part struct {
	parsers.Statement
	orders  []string // whom it names itself
	person  string   // of several people whom it names, see byPerson
	shared  bool     // the sentence speaks of several orders or people
	blurred string
	rivals  []claim // a key of ours in it names another order than its number does
}

// split gives each order of a sentence its share: "1001 by UPS 1Z…, and 1003 by DPD …".
func (x *look) split(s parsers.Statement, who Sender) []part {
	mentions := x.mentions(s, who)
	var parts []part
	switch {
	case len(mentions) == 0:
		parts = x.byPerson(s, who)
	case len(mentions) == 1:
		p := part{Statement: s, orders: []string{mentions[0].order}}
		if len(s.Tracking) > 1 && inTurn.MatchString(s.Sentence) {
			p.blurred = "it gives numbers to several orders in turn, and only " + mentions[0].order + " is one that we know"
		}
		parts = []part{p}
	case slices.ContainsFunc(mentions, func(m mention) bool { return m.tier == planted }):
		parts = []part{x.torn(s, mentions, who)}
	default:
		parts = x.shares(s, mentions, who)
	}
	var all []part
	for _, p := range parts {
		p.shared = len(parts) > 1
		if s.Unpaired && p.blurred == "" {
			p.blurred = "it can't be told which number belongs to which order"
		}
		all = append(all, byKind(p)...)
	}
	return all
}

// torn is a statement whose planted key says one order and whose number says another.
func (x *look) torn(s parsers.Statement, mentions []mention, who Sender) part {
	p := part{Statement: s}
	for _, m := range mentions {
		if m.tier == planted && p.orders == nil {
			p.orders = []string{m.order}
		}
	}
	for _, r := range s.Refs {
		for _, c := range x.refClaims(r, who) {
			if !c.names(x, p.orders) {
				p.rivals = append(p.rivals, c)
			}
		}
	}
	return p
}

func (x *look) shares(s parsers.Statement, mentions []mention, who Sender) []part {
	given, blurred := deal(s.Tracking, mentions)
	if blurred != "" && len(s.Tracking) == len(mentions) && inTurn.MatchString(s.Sentence) && inOrder(s.Tracking, mentions) {
		blurred = "" // the words say that they go together as they stand
	}
	if blurred != "" && len(s.Tracking) == len(mentions) && inOrder(s.Tracking, mentions) && x.namesBeside(s, mentions) {
		blurred = "" // and so do the names
	}
	if blurred == "" && len(s.Tracking) == 1 && slices.ContainsFunc(mentions, func(m mention) bool { return m.bare != mentions[0].bare }) {
		blurred = "one number is called an order, another only looks like one, and there is one parcel"
	}
	var parts []part
	for i, m := range mentions {
		own := s
		own.Refs = slices.DeleteFunc(slices.Clone(s.Refs), func(r parsers.Ref) bool {
			claims := x.refClaims(r, who)
			return len(claims) > 0 && !slices.ContainsFunc(claims, func(c claim) bool { return c.names(x, []string{m.order}) })
		})
		own.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l parsers.Line) bool { return !x.ordered(l, m.pos) })
		own.Tracking = given[i]
		parts = append(parts, part{Statement: own, orders: []string{m.order}, blurred: blurred})
	}
	return parts
}

// ordered tells whether a product belongs to one of the purchase orders.
func (x *look) ordered(l parsers.Line, pos []order.POID) bool {
	for _, id := range pos {
		for _, have := range x.entry(id).Lines {
			if key := code(l.SKU.Text); key != "" && (key == code(have.SKU) || key == code(have.SupplierSKU)) {
				return true
			}
		}
	}
	return false
}

// deal gives each order of a sentence its tracking numbers. Where orders and numbers take turns, a number belongs to the order before
// it ("1001: 1Z…, 1003: 1Z…") or behind it ("1Z… for 1001 and 1Z… for 1003"). "1001 and 1003: 1Z… and 1Z…" is dealt out in that order, and a person looks.
func deal(numbers []parsers.Tracking, orders []mention) (given [][]parsers.Tracking, blurred string) {
	given = make([][]parsers.Tracking, len(orders))
	switch {
	case len(numbers) == 0:
		return given, ""
	case len(numbers) == 1:
		for i := range given {
			given[i] = numbers
		}
		return given, ""
	}
	if turns(given, numbers, orders) {
		return given, ""
	}
	if len(numbers) == len(orders) {
		for i := range given {
			given[i] = numbers[i : i+1]
		}
		return given, "which number belongs to which order is only told by their order"
	}
	for i := range given {
		given[i] = numbers
	}
	return given, "several orders and a different number of tracking numbers in one sentence"
}

// namesBeside tells whether behind each number of a sentence, up to the next, stands the name of whom the order is for that stands in its place, and of nobody else of them: "7071 and 7074
// left: 3S…01 (Smeets) and 3S…02 (Talsma)".
func (x *look) namesBeside(s parsers.Statement, mentions []mention) bool {
	rest, names := s.Sentence, make([][]string, len(mentions))
	for i, m := range mentions {
		for _, id := range m.pos {
			names[i] = union(names[i], strings.Fields(fold(x.entry(id).ShipTo.Name)))
		}
	}
	for i, t := range s.Tracking {
		_, behind, ok := strings.Cut(rest, t.Text)
		if !ok || t.Text == "" {
			return false
		}
		rest = behind
		if i+1 < len(s.Tracking) {
			behind, _, _ = strings.Cut(behind, s.Tracking[i+1].Text)
		}
		told := strings.Fields(fold(behind))
		for k := range names {
			if slices.ContainsFunc(told, func(w string) bool { return len(w) >= shortestStem && slices.Contains(names[k], w) }) != (k == i) {
				return false
			}
		}
	}
	return true
}

// inTurn are words by which the first of one list belongs to the first of another: "resp.", "in dieser Reihenfolge".
var inTurn = regexp.MustCompile(`(?i)\b(?:respectively|resp|respect|rispett|bzw|beziehungsweise|jeweils|respectivement|respectivamente|respetivamente|rispettivamente|respectievelijk|odpowiednio` +
	`|in (?:that|this|the same) order|in (?:dieser|der|gleicher|derselben) Reihenfolge|dans (?:cet|le même) ordre|en (?:este|ese|el mismo) orden|por (?:este|ese) orden|nell.ordine|in quest.ordine` +
	`|in (?:deze|die|dezelfde) volgorde|por (?:esta|essa) ordem|nesta ordem|w (?:tej|podanej) kolejności)\b|分别|分別|依次|按顺序|それぞれ|順に|順番に`)

// inOrder tells orders and numbers that stand in two runs, one behind the other, each in the order in which they are given.
func inOrder(numbers []parsers.Tracking, orders []mention) bool {
	for i := range orders {
		if orders[i].at.Part != numbers[i].At.Part || i > 0 && (!before(orders[i-1].at, orders[i].at) || !before(numbers[i-1].At, numbers[i].At)) {
			return false
		}
	}
	last := len(orders) - 1
	return before(orders[last].at, numbers[0].At) || before(numbers[last].At, orders[0].at)
}

// turns deals out numbers that stand between the orders.
func turns(given [][]parsers.Tracking, numbers []parsers.Tracking, orders []mention) bool {
	first := orders[0].at
	for _, t := range numbers {
		if t.At.Part != first.Part || t.At.Row != first.Row || t.At.Row > 0 {
			return false
		}
	}
	ahead := before(numbers[0].At, first)
	for _, t := range numbers {
		i := -1
		for k, m := range orders {
			if m.at.Part != first.Part {
				return false
			}
			if before(m.at, t.At) {
				i = k
			}
		}
		if ahead {
			i++
		}
		if i < 0 || i >= len(orders) {
			return false
		}
		given[i] = append(given[i], t)
	}
	return !slices.ContainsFunc(given, func(g []parsers.Tracking) bool { return len(g) == 0 || ahead && len(g) > 1 })
}

// byKind takes products of which something else is said out of a statement: "2 x AB-1 shipped, 1 x CD-2 is out of stock" in one table row.
func byKind(p part) []part {
	parts := []part{p}
	var kept []parsers.Line
	for _, l := range p.Lines {
		if l.Kind == "" || l.Kind == p.Kind {
			kept = append(kept, l)
			continue
		}
		i := slices.IndexFunc(parts[1:], func(q part) bool { return q.Kind == l.Kind })
		if i < 0 {
			q := p
			q.Kind, q.Tracking, q.Lines = l.Kind, nil, nil
			if l.Kind == parsers.Shipment {
				q.Tracking = p.Tracking
			}
			parts = append(parts, q)
			i = len(parts) - 2
		}
		parts[i+1].Lines = append(parts[i+1].Lines, l)
	}
	if len(parts) > 1 && len(kept) == 0 && len(p.Tracking) == 0 && p.Kind == "" {
		return parts[1:]
	}
	parts[0].Lines = kept
	return parts
}
