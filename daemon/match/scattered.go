package match

import (
	"slices"

	"waybill/parsers"
)

// A mail and the list that it brings give an order different numbers: one of them is a correction of the other, or a slip. Two lists that do may be of two days;
// but then there are pieces for both parcels.

// givenBy is one document, or one sheet of a workbook, and the numbers that it gives to an order.
type givenBy struct {
	part, sheet string
	rows        bool
	numbers     []string
}

// mostSources bounds what is compared of one order.
const mostSources = 8

// scattered tells an order to which two sources give numbers of which they share none.
func (x *look) scattered(n *news, c *candidate) bool {
	if n.kind != parsers.Shipment || len(n.tracking) < 2 {
		return false
	}
	var all []givenBy
	total := 0
	for i := range n.statements {
		s := &n.statements[i]
		if s.Quoted || len(s.Tracking) == 0 || s.Scope == parsers.ScopeMessage {
			continue
		}
		one := givenBy{s.Tracking[0].At.Part, s.Tracking[0].At.Sheet, s.Scope == parsers.ScopeRow, nil}
		k := slices.IndexFunc(all, func(o givenBy) bool { return o.part == one.part && o.sheet == one.sheet && o.rows == one.rows })
		if k < 0 {
			if len(all) == mostSources {
				return false
			}
			k, all = len(all), append(all, one)
		}
		for _, t := range s.Tracking {
			if !slices.Contains(all[k].numbers, t.Number) {
				all[k].numbers = append(all[k].numbers, t.Number)
				total++
			}
		}
	}
	pieces := 0
	for _, l := range c.Lines {
		pieces += l.Quantity
	}
	for i, a := range all {
		for _, b := range all[:i] {
			apart := !slices.ContainsFunc(a.numbers, func(number string) bool { return slices.Contains(b.numbers, number) })
			if apart && a.part != b.part && (a.rows != b.rows || total > pieces) {
				return true
			}
		}
	}
	return false
}
