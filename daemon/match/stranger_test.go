package match

import (
	"testing"

	"waybill/parsers"
)

// A consignee that is nearly a customer of ours is somebody else, and must not borrow the customer's certainty.
func TestStrangersWhoResembleCustomers(t *testing.T) {
	run(t, []check{
		{"a namesake in the same town", nil, text(to(shipped(ups(1)), "Edith Okonkwo", "3 Harbor Lane", "82504", "Riverton")), prairie, "shipment 1004 fuzzy review 1"},
		{"a relative in the same house", nil, text(to(shipped(ups(1)), "Samuel Okonkwo", "14 Cedar Avenue", "82504", "Riverton")), prairie, "shipment 1004 fuzzy review 1"},
		{"a row about a namesake beside the row about the customer", nil, text(
			to(row(2, ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), to(row(3, ups(2)), "Edith Okonkwo", "3 Harbor Lane", "82504", "Riverton")), prairie,
			"shipment - none review 2; shipment 1004 fuzzy auto 1"},
		{"two parcels for one customer", nil, text(
			to(row(2, ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), to(row(3, ups(2)), "Okonkwo, Edith", "14 Cedar Avenue", "82504", "Riverton")), prairie,
			"shipment 1004 fuzzy auto 1 2"},
	})
}

// Product, address and parcel may each have a sentence of their own; together they are one notice.
func TestSentencesWithoutAnOrder(t *testing.T) {
	twin := only(5, func(po *PO) { po.ShipTo = sample(4, "prairie").ShipTo })
	run(t, []check{
		{"product and parcel apart", world(twin), text(with(to(clause(parsers.Shipment, nil), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), product("AB-5", 1)),
			clause("", []parsers.Tracking{ups(1)})), prairie, "shipment 1005 fuzzy auto 1 1005-1=1"},
		{"two kinds stay two", nil, text(to(shipped(ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), with(clause(parsers.OutOfStock, nil), product("AB-4", 1))), prairie,
			"out_of_stock 1004 fuzzy auto 1004-1=1; shipment 1004 fuzzy auto 1 1004-1=1"},
	})
}

// Of two things that are said of an order, what the one does not name is the other's.
func TestTheRest(t *testing.T) {
	run(t, []check{
		{"one left, the other is sold out", nil, text(with(shipped(ups(1), orderRef("1004")), product("AB-4", 1)), clause(parsers.OutOfStock, nil, orderRef("1004"))), prairie,
			"out_of_stock 1004 order_number auto 1004-1=1; shipment 1004 order_number auto 1 1004-1=1"},
		{"neither is told", nil, text(shipped(ups(1), orderRef("1004")), clause(parsers.OutOfStock, nil, orderRef("1004"))), prairie,
			"out_of_stock 1004 order_number review; shipment 1004 order_number review 1"},
	})
}
