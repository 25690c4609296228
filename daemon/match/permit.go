package match

import (
	"slices"

	"waybill/daemon/order"
	"waybill/parsers"
)

// events are what kinds of news do to a purchase order; what order.NeedOf says of them holds of the news.
var events = map[parsers.Kind]order.EventKind{parsers.Shipment: order.Shipped, parsers.Acknowledgement: order.Acknowledged, parsers.Backorder: order.Backordered,
	parsers.OutOfStock: order.OutOfStock, parsers.Cancellation: order.Cancelled, parsers.Rejection: order.Rejected}

// permit judges whether the news may change anything alone: whether it is known well enough who brings it, and for news that costs money, whether the supplier's
// rule allows it.
func (f *Finding) permit(who Sender) {
	f.Strength = who.strengthOf(f)
	if f.Strength != "" {
		f.Reasons = append(f.Reasons, who.Grounds...)
	}
	event, known := events[f.Kind]
	if !known { // a question changes nothing
		return
	}
	need := order.NeedOf(event)
	withhold := func(reason string) {
		f.Apply = ApplyPropose
		f.Reasons = append(f.Reasons, reason)
	}
	switch weak := !f.Strength.AtLeast(need.Least); {
	case need.Rule && (weak || !slices.Contains(who.MayApply, f.Kind)):
		withhold("news that costs money is proposed to a person")
	case need.Rule && who.Loose && f.byHeader():
		withhold("news that costs money is proposed to a person: which order it is about stands only where the sender has not signed")
	case need.Rule:
		f.Reasons = append(f.Reasons, "the supplier's rule lets this be applied")
	case weak && f.Strength == order.StrengthDoubted:
		withhold("nothing is booked in the name of a sender who is in doubt")
	case weak && f.Strength != "": // admit says why
		f.Apply = ApplyPropose
	}
}

// strengthOf is how well it is known who says this: our key shows that they had our mail, unless they pretend to be somebody they are not.
func (who Sender) strengthOf(f *Finding) order.Strength {
	s := who.Strength
	if who.Open && s != "" && s != order.StrengthDoubted && !slices.Contains(who.For, f.Supplier) {
		s = order.StrengthStranger
	}
	if s != "" && s != order.StrengthDoubted && keyed(f.Method) && !s.AtLeast(order.StrengthKeyed) {
		return order.StrengthKeyed
	}
	return s
}

// byHeader tells whether only fields of the head, as an address or a thread, say which order it is about.
func (f *Finding) byHeader() bool {
	if !keyed(f.Method) {
		return false
	}
	return !slices.ContainsFunc(f.Evidence, func(e Evidence) bool {
		return (e.Field == "token" || e.Field == "order" || e.Field == "supplier_ref") && e.Part != "header"
	})
}
