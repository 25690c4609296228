package match

import (
	"testing"

	"waybill/parsers"
)

func TestFrailNumbers(t *testing.T) {
	zip := only(4, func(po *PO) { po.Order, po.Number = "82507", "82507-A" }) // the postcode of 1007
	short := only(4, func(po *PO) { po.Order, po.Number = "310", "310-A" })
	year := only(4, func(po *PO) { po.Order, po.Number = "2025", "2025-A" })
	subject := parsers.Statement{Scope: parsers.ScopeMessage, Refs: []parsers.Ref{numbered("", "2025", 0)}}
	subject.Refs[0].At.Part = "subject"
	run(t, []check{
		{"a postcode of somebody's", world(zip), text(shipped(ups(1), numbered("", "82507", 0))), prairie, "shipment 82507 order_number review 1"},
		{"called an order it is one", world(zip), text(shipped(ups(1), orderRef("82507"))), prairie, "shipment 82507 order_number auto 1"},
		{"three digits", world(short), text(shipped(ups(1), numbered("", "310", 0))), prairie, "shipment 310 order_number review 1"},
		{"a year in the subject", world(year), text(shipped(ups(1)), subject), prairie, "shipment 2025 order_number review 1"},
	})
}

func TestWordsThatContradictANumber(t *testing.T) {
	key := parsers.Statement{Scope: parsers.ScopeClause, Refs: []parsers.Ref{{Value: parsers.Value{Text: "WB-" + string(token(5))}, Label: parsers.LabelKey}}}
	run(t, []check{
		{"our key for another order", nil, text(shipped(ups(1), orderRef("1004")), key), prairie, "shipment 1004 order_number review 1 !rival"},
		{"our key for the other order of the mail", nil, text(shipped(ups(1), orderRef("1004")), shipped(ups(2), orderRef("1005")), key), prairie, "shipment 1004 order_number auto 1; shipment 1005 token auto 2"},
		{"name and town of another", nil, text(to(shipped(ups(1), orderRef("1002")), "Edith Okonkwo", "", "82504", "")), prairie, "shipment 1004 fuzzy review 1 !rival"},
	})
}

func TestOneNoticePerOrder(t *testing.T) {
	run(t, []check{
		{"accepted rows beside others", nil, text(
			with(parsers.Statement{Kind: parsers.Acknowledgement, Score: 0.9, Scope: parsers.ScopeRow, Refs: []parsers.Ref{orderRef("1004")}}, product("AB-4", 1)),
			with(parsers.Statement{Kind: parsers.Backorder, Score: 0.9, Scope: parsers.ScopeRow, Refs: []parsers.Ref{orderRef("1004")}}, product("AB-4", 1))), prairie,
			"acknowledgement 1004 order_number auto 1004-1=1; backorder 1004 order_number auto 1004-1=1"},
	})
}

func TestNumbersOfNobody(t *testing.T) {
	left := func(number string) parsers.Statement { return clause(parsers.Shipment, nil, orderRef(number)) }
	run(t, []check{
		{"two left, and one number", nil, text(left("1004"), left("1005"), shipped(ups(1))), prairie, "shipment - none review 1; shipment 1004 order_number review; shipment 1005 order_number review"},
		{"two left, and no number", nil, text(left("1004"), left("1005")), prairie, "shipment 1004 order_number auto; shipment 1005 order_number auto"},
	})
}

func TestNumbersOfTheSameForm(t *testing.T) {
	dashed := only(4, func(po *PO) { po.Order, po.Number = "W-2026-8044", "W-2026-8044/1" })
	named := numbered(parsers.LabelNone, "W-2026-8044", 0)
	beside := func(number string) parsers.Statement {
		return shipped(ups(1), named, numbered(parsers.LabelNone, number, 985))
	}
	run(t, []check{
		{"a letter written over", world(dashed), text(beside("7-2026-8945")), prairie, "shipment W-2026-8044 order_number review 1"},
		{"another form", world(dashed), text(beside("77-20268945")), prairie, "shipment W-2026-8044 order_number auto 1"},
	})
}

func TestParcelsOfTwoCarriers(t *testing.T) {
	ref := func(start int) parsers.Ref {
		r := orderRef("1004")
		r.At = parsers.Place{Part: "1", Start: start, End: start + 4}
		return r
	}
	by := func(carrier string, n int) parsers.Tracking {
		p := ups(n)
		p.Carriers = []parsers.CarrierGuess{{Carrier: carrier, Score: 0.9}}
		return p
	}
	run(t, []check{
		{"the order named beside one", nil, text(shipped(by("ups", 1), ref(10)), shipped(by("dpd", 2), ref(10))), prairie, "shipment 1004 order_number review 1 2"},
		{"beside each", nil, text(shipped(by("ups", 1), ref(10)), shipped(by("dpd", 2), ref(90))), prairie, "shipment 1004 order_number auto 1 2"},
		{"one carrier", nil, text(shipped(by("ups", 1), ref(10)), shipped(by("ups", 2), ref(10))), prairie, "shipment 1004 order_number auto 1 2"},
	})
}
