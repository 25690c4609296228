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
