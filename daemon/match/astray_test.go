package match

import (
	"testing"

	"waybill/parsers"
)

// What stands in a sentence beside a number may be another open order's. 1001 is Bruno Castellani's, with a copper kettle; 1003 Dario Ibarra's, in Ludlow.
func TestAnotherOrdersWordsBesideANumber(t *testing.T) {
	index := func() *Index {
		return world(only(3, func(po *PO) {
			po.ShipTo.City, po.ShipTo.Postcode = "Ludlow", "SY8 1AA"
			po.Lines[0].Title = "Oak rake"
		}), only(11, func(po *PO) {
			po.ShipTo.Name, po.Lines[0].Title = "Wilma Stranger", "Blue vase"
		}))
	}
	const fits, rival, thing = "shipment 1001 order_number auto", "shipment 1001 order_number review !rival", "shipment 1001 order_number review !sku"
	var table []check
	for _, s := range []struct{ sentence, want string }{
		{"Order 1001 to Ludlow SY8 1AA shipped", rival},
		{"Order 1001 (sy8 1aa) shipped", fits}, // a code in small letters is none
		{"Order 1001, SY8 1AA, shipped", rival},
		{"Order 1001 left today for Ludlow", rival},
		{"Order 1001 left our Ludlow store today", fits},
		{"Order 1001, customer Dario Ibarra: shipped", rival},
		{"Mrs Ibarra's order 1001 is gone", rival},
		{"Bestellung 1001 an Familie Ibarra ist raus", rival},
		{"1001, Ibarra, Ludlow: shipped", rival},
		{"Ibarra: order 1001 shipped", fits}, // one word with a capital is anything
		{"Order 1001 for Dario Ibarra instead of Bruno Castellani shipped", fits},
		{"Order 1001 for Castellani to Ludlow shipped", fits}, // a present: the name is right
		{"Order 1001 for Wilma Stranger shipped", fits},       // another supplier's customer
		{"Order 1001 for Karl Nobody, Nowhere N1 1NN, shipped", fits},
		{"Order 1001: the rakes left today", thing},
		{"The oak rake of 1001 left today", thing},
		{"Order 1001: 5 x rake shipped", thing},
		{"Order 1001: the kettle and the rake left today", fits},
		{"Order 1001: the vase left today", fits}, // another supplier's product
		{"Order 1001: the tray left today", fits},
		{"Order 1001 shipped, rake it in", fits},
	} {
		st := clause(parsers.Shipment, nil, orderRef("1001"))
		st.Sentence = s.sentence
		table = append(table, check{s.sentence, index(), text(st), prairie, s.want})
	}
	both := clause(parsers.OutOfStock, nil, numbered(parsers.LabelOrder, "1001", 0), numbered(parsers.LabelOrder, "1003", 9))
	both.Sentence = "1001 and 1003: the rake is sold out"
	table = append(table, check{both.Sentence, index(), text(both), prairie, "out_of_stock 1001 order_number review !sku; out_of_stock 1003 order_number auto"})
	run(t, table)
}

func TestClosedOrdersSpeakAgainstNobody(t *testing.T) {
	st := clause(parsers.Shipment, nil, orderRef("1001"))
	st.Sentence = "Order 1001 for Dario Ibarra: the rake left today"
	closed := world(only(3, func(po *PO) { po.Closed, po.Lines[0].Title = true, "Oak rake" }))
	run(t, []check{{"closed", closed, text(st), prairie, "shipment 1001 order_number auto"}})
}
