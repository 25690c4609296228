package match

import (
	"slices"
	"testing"

	"waybill/parsers"
)

// Of two orders that are named, that whose address does not stand there is doubted where a third order's does, or nobody's.
func TestAddressesOfSeveral(t *testing.T) {
	lives := func(n int) parsers.Statement {
		a := sample(n, "").ShipTo
		return to(parsers.Statement{Scope: parsers.ScopeClause}, a.Name, a.Line1, a.Postcode, a.City)
	}
	nobody := to(parsers.Statement{Scope: parsers.ScopeClause}, "Xaver Unbekannt", "99 Foundry Row", "99999", "Elsewhere")
	two := []parsers.Statement{shipped(ups(1), orderRef("1002")), shipped(ups(2), orderRef("1005"))}
	const both, second, neither = "shipment 1002 order_number auto 1; shipment 1005 order_number auto 2", "shipment 1002 order_number auto 1; shipment 1005 order_number review 2",
		"shipment 1002 order_number review 1; shipment 1005 order_number review 2"
	run(t, []check{
		{"none", nil, text(two...), prairie, both},
		{"their own", nil, text(append(slices.Clone(two), lives(2), lives(5))...), prairie, both},
		{"one of theirs", nil, text(append(slices.Clone(two), lives(2))...), prairie, both},
		{"of the first and of a third", nil, text(append(slices.Clone(two), lives(2), lives(7))...), prairie, second},
		{"of the first and nobody's", nil, text(append(slices.Clone(two), lives(2), nobody)...), prairie, second},
		{"of a third", nil, text(append(slices.Clone(two), lives(7))...), prairie, neither},
	})
}

// A paper that names an order which nobody knows is not decided by names, whatever else stands in it.
func TestNobodysNumbers(t *testing.T) {
	clara := func(refs ...parsers.Ref) parsers.Statement {
		return to(shipped(ups(1), refs...), names[2], "12 Cedar Avenue", "82502", "Riverton")
	}
	lost := sample(99, "prairie")
	recipient := text(clara())
	recipient.Envelope.Recipients = []string{"orders+" + string(lost.Token) + "@shop.example"}
	subject := text(clara(), parsers.Statement{Scope: parsers.ScopeMessage, Refs: []parsers.Ref{{Value: parsers.Value{Text: "1099", At: parsers.Place{Part: "subject"}}, Label: parsers.LabelOrder, Pattern: true}}})
	const decided, left = "shipment 1002 fuzzy auto 1", "shipment 1002 fuzzy review 1 !unknown_order"
	run(t, []check{
		{"nothing but the address", nil, text(clara()), prairie, decided},
		{"called an order", nil, text(clara(orderRef("1099"))), prairie, left},
		{"called an order, with a purchase order's letter", nil, text(clara(orderRef("1099-A"))), prairie, left},
		{"an order of earlier days", nil, text(clara(orderRef("9099"))), prairie, left},
		{"in the subject", nil, subject, prairie, left},
		{"called nothing", nil, text(clara(numbered(parsers.LabelNone, "1099", 40))), prairie, left},
		{"in a cell", nil, text(to(row(2, ups(1), numbered(parsers.LabelNone, "1099", 0)), names[2], "12 Cedar Avenue", "82502", "Riverton")), prairie, left},
		{"in a quote", nil, text(clara(quoted(orderRef("1099")))), prairie, left},
		{"answers a mail that nobody knows", nil, answering(lost, clara()), prairie, left},
		{"to an address that nobody knows", nil, recipient, prairie, left},
		{"a key that nobody knows", nil, text(clara(quoted(numbered(parsers.LabelKey, string(lost.Token), 0)))), prairie, left},
		{"of another form", nil, text(clara(orderRef("SO-48291"))), prairie, decided},
		{"an invoice", nil, text(clara(numbered(parsers.LabelInvoice, "1099", 40))), prairie, decided},
		{"a customer", nil, text(clara(numbered(parsers.LabelCustomer, "1099", 40))), prairie, decided},
		{"their own", nil, text(clara(numbered(parsers.LabelTheirs, "1099", 40))), prairie, decided},
		{"a year", nil, text(clara(numbered(parsers.LabelNone, "2026", 40))), prairie, decided},
		{"a postcode and a product", world(only(3, func(po *PO) { po.Lines[0].SKU = "7710" }), only(2, func(po *PO) { po.ShipTo.Postcode = "8250" })),
			text(to(shipped(ups(1), numbered(parsers.LabelNone, "8250", 40), numbered(parsers.LabelNone, "7710", 50)), names[2], "12 Cedar Avenue", "8250", "Riverton")), prairie, decided},
		{"its own, with a slip in it", nil, text(clara(orderRef("1020"))), prairie, decided},
		{"another open one's, and nothing but goods speaks for this one", nil, text(with(shipped(ups(1), orderRef("1092")), product("AB-2", 2))), prairie, "shipment 1002 fuzzy review 1 1002-1=2"},
	})
}
