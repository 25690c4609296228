package match

import (
	"testing"

	"waybill/parsers"
)

// Only who knows the orders can tell that a long order number is no tracking number, and that a parcel's number is no product.
func TestReadAsSomethingElse(t *testing.T) {
	long := only(4, func(po *PO) { po.Order, po.Number = "100200300406", "100200300406-A" })
	run(t, []check{
		{"an order number read as tracking", world(long), text(shipped(parsers.Tracking{Number: "100200300406", Score: 0.8, Value: parsers.Value{Text: "100200300406"}}), shipped(ups(1))), prairie,
			"shipment 100200300406 order_number auto 1"},
		{"an order number read as a product", nil, text(with(shipped(ups(1), orderRef("1004")), product("1004", 2))), prairie, "shipment 1004 order_number auto 1"},
		{"a quantity read as a product", nil, text(with(shipped(ups(1), orderRef("1004")), product("1", 2))), prairie, "shipment 1004 order_number auto 1"},
		{"a parcel's number read as a product", nil, text(with(shipped(ups(1), orderRef("1004")), product(ups(1).Number, 2))), prairie, "shipment 1004 order_number auto 1"},
	})
}

// TestOtherCodes: of several codes of one product that counts which an order has; a code of the whole trade gives way to the title beside it.
func TestOtherCodes(t *testing.T) {
	called := func(code, title string, others ...string) parsers.Line {
		l := product(code, 2)
		l.Title.Text = title
		for _, o := range others {
			l.Codes = append(l.Codes, parsers.Value{Text: o})
		}
		return l
	}
	have := only(4, func(po *PO) {
		po.Lines = []Line{{ID: "1", SKU: "AB-1", Title: "Copper kettle", Quantity: 2, Outstanding: 2}}
	})
	run(t, []check{
		{"the buyer's code behind the vendor's", world(have), text(with(shipped(ups(1), orderRef("1004")), called("HP-77120", "", "012345678905", "AB-1"))), prairie, "shipment 1004 order_number auto 1 1=2"},
		{"a GTIN and the title", world(have), text(with(shipped(ups(1), orderRef("1004")), called("4006381333931", "Copper kettle"))), prairie, "shipment 1004 order_number auto 1 1=2"},
		{"a code of theirs and the title", world(have), text(with(shipped(ups(1), orderRef("1004")), called("HP-77120", "Copper kettle"))), prairie, "shipment 1004 order_number review 1 !sku"},
		{"no code of ours", world(have), text(with(shipped(ups(1), orderRef("1004")), called("HP-77120", "", "HP-77121"))), prairie, "shipment 1004 order_number review 1 !sku"},
	})
}

// TestGuessedCodes: a code that only its form makes a product's, in a column without a heading, is none where each row has its own and no order has any of them.
func TestGuessedCodes(t *testing.T) {
	row := func(n int, order, sku string) parsers.Statement {
		l := parsers.Line{SKU: parsers.Value{Text: sku}, Guessed: true}
		return with(shipped(ups(n), orderRef(order)), l)
	}
	have := func(left int) func(*PO) {
		return only(4, func(po *PO) { po.Lines = []Line{{ID: "1", SKU: "AB-1", Quantity: left, Outstanding: left}} })
	}
	run(t, []check{
		{"the numbers of delivery notes", world(have(2)), text(row(1, "1004", "L415791"), row(2, "1005", "L605021")), prairie, "shipment 1004 order_number auto 1; shipment 1005 order_number auto 2"},
		{"a product of ours", world(have(2)), text(row(1, "1004", "AB-1")), prairie, "shipment 1004 order_number auto 1 1=2"},
		{"one row, and one piece that it can be", world(have(1)), text(row(1, "1004", "L415791")), prairie, "shipment 1004 order_number auto 1"},
		{"one row, and several pieces", world(have(2)), text(row(1, "1004", "L415791")), prairie, "shipment 1004 order_number review 1 !sku"},
	})
}

// TestLooseProducts: products of which nothing is said have left, where all that is said beside the parcel is that the order is known.
func TestLooseProducts(t *testing.T) {
	list := with(parsers.Statement{Scope: parsers.ScopeClause, Refs: []parsers.Ref{orderRef("1004")}}, product("AB-4", 1))
	known := clause(parsers.Acknowledgement, nil, orderRef("1004"))
	late := clause(parsers.Backorder, nil, orderRef("1004"))
	run(t, []check{
		{"a parcel and an order that is known", nil, text(known, list, shipped(ups(1), orderRef("1004"))), prairie, "shipment 1004 order_number auto 1 1004-1=1"},
		{"a parcel and a delay", nil, text(late, list, shipped(ups(1), orderRef("1004"))), prairie, "backorder 1004 order_number review; shipment 1004 order_number review 1"},
	})
}
