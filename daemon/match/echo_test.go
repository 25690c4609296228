package match

import (
	"testing"

	"waybill/parsers"
)

// What a buyer wrote and a supplier repeats is no news.
func TestBuyersWords(t *testing.T) {
	firm := only(4, func(po *PO) { po.ShipTo.Company = "Out of Stock GmbH" })
	called := only(4, func(po *PO) { po.ShipTo.Name = "Order 1002" })
	parcel := only(4, func(po *PO) { po.ShipTo.Name = ups(2).Number })
	say := func(s parsers.Statement, words string) parsers.Statement {
		s.KindAt.Text = words
		return s
	}
	run(t, []check{
		{"a firm called like bad news", world(firm), text(say(clause(parsers.OutOfStock, []parsers.Tracking{ups(1)}, orderRef("1004")), "Out of Stock")), prairie, "shipment 1004 order_number auto 1"},
		{"and nothing else said", world(firm), text(say(clause(parsers.OutOfStock, nil, orderRef("1004")), "Out of Stock")), prairie, "question 1004 order_number review"},
		{"bad news about another", world(firm), text(say(clause(parsers.OutOfStock, nil, orderRef("1005")), "out of stock")), prairie, "out_of_stock 1005 order_number auto"},
		{"bad news about another, beside the firm's parcel", world(firm), text(shipped(ups(1), orderRef("1004")), say(clause(parsers.OutOfStock, nil, orderRef("1005")), "out of stock")), prairie,
			"out_of_stock 1005 order_number auto; shipment 1004 order_number auto 1"},
		{"a customer called like an order", world(called), text(clause("", nil, orderRef("1004")), shipped(ups(1), orderRef("1002"))), prairie, "shipment 1002 order_number review 1"},
		{"a customer called like a parcel", world(parcel), text(clause(parsers.Shipment, []parsers.Tracking{ups(2), ups(1)}, orderRef("1004"))), prairie, "shipment 1004 order_number auto 1"},
	})
}
