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
		return t.URL == "" && (!t.Valid && x.count(bySKU, code(t.Number)) > 0 || len(x.find(byNumber, t.Number)) > 0 || len(t.Number) < shortestNumber && digitsOnly(t.Number) && len(x.core(t.Number, who)) > 0)
	}
	notes := x.notGoods(statements)
	odd := func(l parsers.Line) bool {
		key := code(l.SKU.Text)
		return key != "" && x.count(bySKU, key) == 0 && (l.Guessed && notes || numbers[key] || len(key) < 3 && digitsOnly(key) || len(x.find(byNumber, key)) > 0)
	}
	copied := false
	for i := range statements {
		s := &statements[i]
		if !slices.ContainsFunc(s.Tracking, own) && !slices.ContainsFunc(s.Lines, odd) && !slices.ContainsFunc(s.Lines, x.foreign) {
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
		s.Lines = slices.Clone(s.Lines)
		for k := range s.Lines {
			x.naturalize(&s.Lines[k])
		}
		s.Lines = slices.DeleteFunc(s.Lines, odd)
	}
	return statements
}

// notGoods tells codes that only their form makes products', in rows of which each has its own, and of which no order has any: what differs so from row to row
// is the number of a delivery note, or of a parcel's own list.
func (x *look) notGoods(statements []parsers.Statement) bool {
	seen := map[string]bool{}
	for i := range statements {
		for _, l := range statements[i].Lines {
			key := code(l.SKU.Text)
			if !l.Guessed || key == "" {
				continue
			}
			if seen[key] || x.count(bySKU, key) > 0 {
				return false
			}
			seen[key] = true
		}
	}
	return len(seen) > 1
}

// foreign tells a product whose code no order has, though the paper calls it otherwise as well.
func (x *look) foreign(l parsers.Line) bool {
	return l.SKU.Text != "" && x.count(bySKU, code(l.SKU.Text)) == 0 && (len(l.Codes) > 0 || l.Title.Text != "" && isGTIN(l.SKU.Text))
}

// naturalize calls a product by that of its codes which an order has. Where none is known, and its code is one of those that the whole trade uses, its title
// tells what it is.
func (x *look) naturalize(l *parsers.Line) {
	if !x.foreign(*l) {
		return
	}
	trade := isGTIN(l.SKU.Text)
	for _, c := range l.Codes {
		if x.count(bySKU, code(c.Text)) > 0 {
			l.SKU = c
			return
		}
		trade = trade && isGTIN(c.Text)
	}
	if trade && l.Title.Text != "" {
		l.SKU = parsers.Value{}
	}
}

// isGTIN tells a number of the trade's catalogue by its length and check digit (GS1 General Specifications, section 7.9): GTIN-8, UPC-A, EAN-13, GTIN-14.
func isGTIN(s string) bool {
	if n := len(s); n != 8 && n != 12 && n != 13 && n != 14 || !digitsOnly(s) {
		return false
	}
	sum := 0
	for i := range len(s) {
		weight := 1
		if (len(s)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(s[i]-'0')
	}
	return sum%10 == 0
}

// another tells whether a number is that of an order which none of the references names.
func (x *look) another(t parsers.Tracking, refs []parsers.Ref, who Sender) bool {
	claims := x.refClaims(parsers.Ref{Value: parsers.Value{Text: t.Number}}, who)
	return len(claims) > 0 && !slices.ContainsFunc(refs, func(r parsers.Ref) bool {
		return slices.ContainsFunc(claims[0].orders(x), func(key string) bool { return x.isOf(r, key, who) })
	})
}
