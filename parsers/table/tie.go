package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Workbooks tell on one sheet what was sent, and on another with which parcels: the sheets are joined by the number of the delivery note or of the supplier's
// own order.

// tie gives parcels that name no order the one that has their delivery note on another sheet. Where parcels remain that could not be tied, what left without a
// number on the other sheets may be in them: a person looks.
func tie(all []parsers.Statement) {
	orders := map[string]parsers.Ref{} // by the folded number of the supplier's paper
	torn := map[string]bool{}
	for i := range all {
		s := &all[i]
		own, others := apart(s.Refs)
		if len(own) != 1 || s.Quoted {
			continue
		}
		for _, o := range others {
			key := paper(o)
			if known, ok := orders[key]; key != "" && ok && known.Text != own[0].Text {
				torn[key] = true // one note for several orders
			}
			if _, ok := orders[key]; key != "" && !ok {
				orders[key] = own[0]
			}
		}
	}
	loose := map[string]bool{} // sheets with parcels that nobody knows the order of
	for i := range all {
		s := &all[i]
		if len(s.Tracking) == 0 || named(s.Refs) || s.Consignee != nil {
			continue
		}
		found := parsers.Ref{}
		for _, o := range s.Refs {
			if key := paper(o); key != "" && !torn[key] && orders[key].Text != "" && orders[key].At.Sheet != s.Tracking[0].At.Sheet {
				found = orders[key]
			}
		}
		if found.Text == "" {
			loose[s.Tracking[0].At.Sheet] = true
			continue
		}
		s.Refs = append([]parsers.Ref{found}, s.Refs...)
	}
	if len(loose) == 0 {
		return
	}
	has := map[string]bool{} // orders whose parcels are known
	for i := range all {
		for _, o := range all[i].Refs {
			has[o.Text] = has[o.Text] || len(all[i].Tracking) > 0
		}
	}
	for i := range all {
		s := &all[i]
		own, _ := apart(s.Refs)
		if s.Kind == parsers.Shipment && len(s.Tracking) == 0 && len(own) > 0 && !has[own[0].Text] && !(len(loose) == 1 && loose[own[0].At.Sheet]) {
			s.Score = min(s.Score, unclear)
		}
	}
}

// paper is the number by which sheets are joined: of a delivery note or of the supplier's own order, "" for what is too short to be one.
func paper(ref parsers.Ref) string {
	if ref.Label != parsers.LabelInvoice && ref.Label != parsers.LabelTheirs || digitsIn(ref.Text) < 2 {
		return ""
	}
	return strings.Join(strings.Fields(carrier.Fold(ref.Text)), "")
}
