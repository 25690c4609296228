package match

import (
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/parsers"
)

// Buyers choose their names, their companies' and their streets', and suppliers repeat them. A firm called "Out of Stock GmbH" is no bad news, and a
// customer called "Order 1002" names no order.

// mostEchoes is how many orders of a paper are asked for what their buyers wrote.
const mostEchoes = 20

// echo is what the buyer of one order wrote, folded, each text between spaces.
type echo struct {
	order string
	texts []string
}

// echoed finds in statements words that only repeat what the buyer of a named order wrote. A kind that rests on them is none; an order that they name is
// left to a person. Rows are left alone: their columns say what is a name.
func (x *look) echoed(statements []parsers.Statement, who Sender) []parsers.Statement {
	var echoes []echo
	for i := range statements {
		if s := &statements[i]; s.Scope != parsers.ScopeRow && len(echoes) < mostEchoes {
			echoes = x.buyersWords(echoes, s, who)
		}
	}
	copied := false
	for i := range statements {
		s := &statements[i]
		if s.Scope == parsers.ScopeRow {
			continue
		}
		mine := x.buyersWords(nil, s, who)
		if len(mine) == 0 {
			mine = echoes // it names none: what any of them wrote
		}
		kind := s.Kind != "" && slices.ContainsFunc(mine, func(e echo) bool { return e.holds(s.KindAt.Text) })
		named := slices.ContainsFunc(s.Refs, func(r parsers.Ref) bool {
			return r.Label == parsers.LabelOrder && slices.ContainsFunc(echoes, func(e echo) bool { return e.holds(r.Text) && !x.isOf(r, e.order, who) })
		})
		if !kind && !named {
			continue
		}
		if !copied {
			statements, copied = slices.Clone(statements), true
			s = &statements[i]
		}
		s.Unpaired = s.Unpaired || named
		switch {
		case !kind:
		case len(s.Tracking) > 0:
			s.Kind, s.KindAt, s.Doubtful = "", parsers.Value{}, false // what is doubted is that name
		default:
			s.Kind, s.Score = parsers.Question, 0.3
		}
	}
	return statements
}

func (x *look) buyersWords(echoes []echo, s *parsers.Statement, who Sender) []echo {
	for _, r := range s.Refs {
		if r.Label == parsers.LabelNone || r.Quoted {
			continue
		}
		for _, c := range x.refClaims(r, who) {
			for _, id := range c.pos {
				e := x.entry(id)
				if len(echoes) >= mostEchoes || slices.ContainsFunc(echoes, func(o echo) bool { return o.order == e.key() }) {
					continue
				}
				echoes = append(echoes, echo{e.key(), written(e.ShipTo)})
			}
		}
	}
	return echoes
}

func written(to order.Address) []string {
	var texts []string
	for _, text := range []string{to.Name, to.Company, to.Line1, to.Line2, to.City} {
		if f := fold(text); f != "" {
			texts = append(texts, " "+f+" ")
		}
	}
	return texts
}

// ownName leaves out numbers that the buyer of an order has written in its name or address: repeated by the supplier, they look like parcels.
func (x *look) ownName(n *news, po order.POID) {
	e := x.entry(po)
	if e == nil || len(n.tracking) == 0 {
		return
	}
	own := echo{texts: written(e.ShipTo)}
	n.tracking = slices.DeleteFunc(slices.Clone(n.tracking), func(t parsers.Tracking) bool { return own.holds(t.Number) || own.holds(t.Text) })
}

// holds tells whether the buyer wrote these words.
func (e *echo) holds(words string) bool {
	f := fold(words)
	return len(f) > 2 && slices.ContainsFunc(e.texts, func(t string) bool { return strings.Contains(t, " "+f+" ") })
}

func (x *look) isOf(r parsers.Ref, key string, who Sender) bool {
	return slices.ContainsFunc(x.refClaims(r, who), func(c claim) bool { return c.names(x, []string{key}) })
}
