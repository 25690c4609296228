package match

import (
	"slices"

	"waybill/parsers"
)

// shortestNumber is from how many digits carriers' numbers have no prefix of an order's left out: shorter ones may be the digits of an order.
const shortestNumber = 8

// sober takes from statements what only who knows the orders can tell to be something else: a long order number read as a tracking number, and an order's
// or a parcel's number or a quantity read as a product. The statements of the reading stay as they are.
func (x *look) sober(statements []parsers.Statement, who Sender) []parsers.Statement {
	numbers := map[string]bool{}
	for i := range statements {
		for _, t := range statements[i].Tracking {
			numbers[t.Number] = true
		}
	}
	own := func(t parsers.Tracking) bool {
		return t.URL == "" && (len(x.find(byNumber, t.Number)) > 0 || len(t.Number) < shortestNumber && digitsOnly(t.Number) && len(x.core(t.Number, who)) > 0)
	}
	odd := func(l parsers.Line) bool {
		key := code(l.SKU.Text)
		return key != "" && x.count(bySKU, key) == 0 && (numbers[key] || len(key) < 3 && digitsOnly(key) || len(x.find(byNumber, key)) > 0)
	}
	copied := false
	for i := range statements {
		s := &statements[i]
		if !slices.ContainsFunc(s.Tracking, own) && !slices.ContainsFunc(s.Lines, odd) {
			continue
		}
		if !copied {
			statements, copied = slices.Clone(statements), true
			s = &statements[i]
		}
		s.Refs = slices.Clone(s.Refs)
		for _, t := range s.Tracking {
			if own(t) {
				s.Unpaired = s.Unpaired || s.Scope == parsers.ScopeRow && len(s.Tracking) > 1 && x.another(t, s.Refs, who) // two rows ran into one
				s.Refs = append(s.Refs, parsers.Ref{Value: t.Value, Quoted: t.Quoted})
			}
		}
		s.Tracking = slices.DeleteFunc(slices.Clone(s.Tracking), own)
		s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), odd)
	}
	return statements
}

// another tells whether a number is that of an order which none of the references names.
func (x *look) another(t parsers.Tracking, refs []parsers.Ref, who Sender) bool {
	claims := x.refClaims(parsers.Ref{Value: parsers.Value{Text: t.Number}}, who)
	return len(claims) > 0 && !slices.ContainsFunc(refs, func(r parsers.Ref) bool {
		return slices.ContainsFunc(claims[0].orders(x), func(key string) bool { return x.isOf(r, key, who) })
	})
}
