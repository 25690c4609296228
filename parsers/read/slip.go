package read

import (
	"slices"

	"waybill/parsers"
)

// onSlip lets a page of paper be about one order: a packing slip names the consignee, lists the products, and gives one parcel or several, each in a place of
// its own. Products that nothing else is said of have left with the parcels, where the page names no order that would say it and no second consignee.
func onSlip(all []parsers.Statement) []parsers.Statement {
	parcel := -1
	goods, people, parcels := 0, 0, 0
	for i := range all {
		s := &all[i]
		if ordered(s) || s.Unpaired {
			return all
		}
		if s.Consignee != nil && s.Consignee.Name.Text != "" {
			people++
		}
		switch {
		case len(s.Tracking) > 0:
			if s.Kind != parsers.Shipment {
				return all
			}
			if parcels++; parcel < 0 {
				parcel = i
			}
		case len(s.Lines) > 0 && (s.Kind == "" || s.Kind == parsers.Shipment):
			goods++
		case s.Kind == parsers.Backorder && s.Scope == parsers.ScopeRow && len(s.Lines) > 0, thanked(s), headline(s):
			// what follows of the same list, and "Thank you for your order."
		case s.Kind.Consequence() > 0:
			return all
		}
	}
	if parcel < 0 || goods == 0 || people > 1 || parcels > 1 && people == 0 {
		return all
	}
	for i := range all {
		if s := &all[i]; i != parcel && len(s.Lines)+len(s.Tracking) > 0 && s.Kind != parsers.Backorder {
			one := &all[parcel]
			one.Lines, one.Tracking, one.Partial = append(one.Lines, s.Lines...), append(one.Tracking, s.Tracking...), one.Partial || s.Partial
			s.Lines, s.Tracking = nil, nil
		}
		if s := &all[i]; headline(s) {
			s.Kind, s.KindAt, s.Score, s.Estimated = "", parsers.Value{}, 0, false
		}
	}
	kept := all[parcel]
	return append(slices.DeleteFunc(append(slices.Clone(all[:parcel]), all[parcel+1:]...), func(s parsers.Statement) bool {
		return thanked(&s) || (s.Scope == parsers.ScopeRow || s.Scope == parsers.ScopeClause) && len(s.Refs)+len(s.Tracking)+len(s.Lines) == 0 && s.Consignee == nil
	}), kept)
}

// thanked tells a sentence of courtesy on a slip that speaks for no order: "Thank you for your order."
func thanked(s *parsers.Statement) bool {
	return s.Kind == parsers.Acknowledgement && s.Scope == parsers.ScopeClause && len(s.Refs)+len(s.Tracking)+len(s.Lines) == 0 && s.Expected.Text == ""
}

// headline tells the title of a slip that only sounds like news: "Packing list for order 1001".
func headline(s *parsers.Statement) bool {
	return s.Estimated && s.Kind == parsers.Acknowledgement && s.Scope == parsers.ScopeClause && len(s.Tracking)+len(s.Lines) == 0
}

// ownPage gives what a page of several says of one order, or of none, the consignee that the page names: each page is a slip of its own, and its address is not
// that of the others.
func ownPage(all []parsers.Statement) []parsers.Statement {
	whose := -1
	order := ""
	for i := range all {
		s := &all[i]
		if s.Consignee != nil {
			if s.Scope != parsers.ScopeMessage || whose >= 0 || s.Consignee.Loose {
				return all
			}
			whose = i
		}
		for _, f := range s.Refs {
			if f.Label != parsers.LabelOrder {
				continue
			}
			if order != "" && f.Text != order {
				return all
			}
			order = f.Text
		}
	}
	if whose < 0 {
		return all
	}
	given := false
	for i := range all {
		if s := &all[i]; i != whose && !s.Quoted && (s.Kind != "" || len(s.Tracking)+len(s.Lines) > 0) {
			s.Consignee, given = all[whose].Consignee, true
		}
	}
	if one := &all[whose]; given && one.Kind == "" && len(one.Refs)+len(one.Tracking)+len(one.Lines) == 0 {
		return slices.Delete(all, whose, whose+1)
	}
	return all
}
