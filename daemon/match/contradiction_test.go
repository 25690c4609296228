package match

import (
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

func TestContradictions(t *testing.T) {
	po := func(n int) PO { return sample(n, "prairie") }
	theirs := world(only(5, func(po *PO) { po.Refs = []string{"SO-48291"} }))
	replied := func(subject string, s ...parsers.Statement) parsers.Reading {
		r := text(append(s, parsers.Statement{Scope: parsers.ScopeMessage, Refs: []parsers.Ref{{Value: parsers.Value{Text: "1001", At: parsers.Place{Part: "subject"}}, Label: parsers.LabelOrder}}})...)
		r.Envelope.Subject = subject
		return r
	}
	sits := only(3, func(po *PO) { po.Tracking = []string{ups(1).Number} })
	done := func(po *PO) { po.Closed = true; po.Lines[0].Outstanding = 0 }
	shared := Sender{Supplier: "prairie", SharedTracking: true}
	run(t, []check{
		{"address: number and consignee", nil, text(to(shipped(ups(1), orderRef("1002")), "Hugo Drummond", "17 Cedar Avenue", "82507", "Riverton")), prairie,
			"shipment 1007 fuzzy review 1 !rival"},
		{"address: of nobody", nil, text(to(shipped(ups(1), orderRef("1002")), "Xaver Unbekannt", "99 Foundry Row", "99999", "Elsewhere")), prairie,
			"shipment 1002 order_number review 1 !address"},
		{"a name alone may be the one who ordered", nil, text(to(shipped(ups(1), orderRef("1002")), "Xaver Unbekannt", "12 Cedar Avenue", "82502", "Riverton")), prairie,
			"shipment 1002 order_number auto 1"},
		{"rival: a number, and the name of another order", nil, text(to(shipped(ups(1), orderRef("1002")), "Hugo Drummond", "", "", "")), prairie, "shipment 1007 fuzzy review 1 !rival"},
		{"rival: a number that is no slip of it, and the name of another order", world(only(7, func(po *PO) { po.Order, po.Number = "2968", "2968-A" })),
			text(to(shipped(ups(1), orderRef("1002")), "Hugo Drummond", "", "", "")), prairie, "shipment 1002 order_number review 1 !rival"},
		{"rival: thread and number", nil, answering(po(1), shipped(ups(1), orderRef("1005"))), prairie, "shipment 1005 order_number review 1 !rival"},
		{"rival: a reply's subject and number", nil, replied("Re: order 1001", shipped(ups(1), orderRef("1005"))), prairie, "shipment 1005 order_number review 1 !rival"},
		{"no rival: a subject of its own names one of two", nil, replied("Order 1001", shipped(ups(1), orderRef("1005")), shipped(ups(2), orderRef("1001"))), prairie,
			"shipment 1001 order_number auto 2; shipment 1005 order_number auto 1"},
		{"no rival: the thread's order is one of those that are named", nil, answering(po(1), shipped(ups(1), orderRef("1001")), shipped(ups(2), orderRef("1005"))), prairie,
			"shipment 1001 thread auto 1; shipment 1005 order_number auto 2"},
		{"rival: key and number in one row", nil, text(row(2, ups(1), numbered(parsers.LabelKey, string(token(7)), 0), orderRef("1002-A"))), prairie, "shipment 1007 token review 1 !rival"},
		{"rival: their number and ours", theirs, text(shipped(ups(1), orderRef("1002"), numbered(parsers.LabelTheirs, "SO-48291", 40))), prairie, "shipment 1002 order_number review 1 !rival"},
		{"unknown order in the thread of another", nil, answering(po(1), shipped(ups(1), orderRef("1099"))), prairie, "shipment 1001 thread review 1 !unknown_order"},
		{"their own order number in our thread is no contradiction", nil, answering(po(1), shipped(ups(1), orderRef("4829133"))), prairie, "shipment 1001 thread auto 1"},
		{"other supplier, by number", nil, text(shipped(ups(1), orderRef("1012"))), prairie, "shipment 1012 order_number review 1 !other_supplier"},
		{"other supplier, by key", nil, text(shipped(ups(1), numbered(parsers.LabelKey, string(token(12)), 0))), prairie, "shipment 1012 token review 1 !other_supplier"},
		{"tracking number elsewhere", world(sits), text(shipped(ups(1), orderRef("1002"))), prairie, "shipment 1002 order_number review 1 !tracking_elsewhere"},
		{"tracking number elsewhere, and the supplier shares parcels", world(sits), text(shipped(ups(1), orderRef("1002"))), shared, "shipment 1002 order_number auto 1"},
		{"too many", nil, text(with(shipped(ups(1), orderRef("1002")), product("AB-2", 3))), prairie, "shipment 1002 order_number review 1 1002-1=2 !too_many"},
		{"too many are left of what is outstanding", world(only(2, func(po *PO) { po.Lines[0].Outstanding = 1 })), text(with(shipped(ups(1), orderRef("1002")), product("AB-2", 2))), prairie,
			"shipment 1002 order_number review 1 1002-1=1 !too_many"},
		{"a product without its variant", world(only(2, func(po *PO) { po.Lines[0].SKU = "58658-BLK" })), text(with(shipped(ups(1), orderRef("1002-A")), product("58658", 2))), prairie,
			"shipment 1002 order_number auto 1 1002-1=2"},
		{"a variant of two", world(only(2, func(po *PO) {
			po.Lines = []Line{{ID: "1", SKU: "58658-BLK", Quantity: 1, Outstanding: 1}, {ID: "2", SKU: "58658-RED", Quantity: 1, Outstanding: 1}}
		})), text(with(shipped(ups(1), orderRef("1002-A")), product("58658", 1))), prairie, "shipment 1002 order_number review 1 !sku"},
		{"a product of another order", nil, text(with(shipped(ups(1), orderRef("1002-A")), product("AB-3", 1))), prairie, "shipment 1002 order_number review 1 !sku"},
		{"closed", world(only(2, done)), text(shipped(ups(1), orderRef("1002"))), prairie, "shipment 1002 order_number review 1 !closed"},
		{"out of stock when all left", world(only(2, done)), text(clause(parsers.OutOfStock, nil, orderRef("1002"))), prairie, "out_of_stock 1002 order_number review !closed"},
	})
}

func TestRepeats(t *testing.T) {
	sits := only(3, func(po *PO) { po.Tracking = []string{ups(1).Number}; po.Closed = true; po.Lines[0].Outstanding = 0 })
	part := only(3, func(po *PO) { po.Tracking = []string{ups(1).Number}; po.Lines[0].Outstanding = 1 })
	both := text(shipped(ups(1), orderRef("1003")), shipped(ups(2), orderRef("1003")))
	run(t, []check{
		{"the same number again", world(sits), text(shipped(ups(1), orderRef("1003"))), prairie, "shipment 1003 order_number ignore 1"},
		{"the same number again, with its products", world(sits), text(with(shipped(ups(1), orderRef("1003")), product("AB-3", 2))), prairie, "shipment 1003 order_number ignore 1"},
		{"the same number again, nothing else", world(sits), text(shipped(ups(1))), prairie, "shipment 1003 supplier_ref ignore 1"},
		{"one of two is new", world(part), both, prairie, "shipment 1003 order_number auto 1 2"},
		{"one of two is new, and nothing is to come", world(sits), both, prairie, "shipment 1003 order_number review 1 2 !closed"},
		{"received, after it left", world(sits), text(clause(parsers.Acknowledgement, nil, orderRef("1003"))), prairie, "acknowledgement 1003 order_number ignore"},
		{"a question, after it left", world(sits), text(clause(parsers.Question, nil, orderRef("1003"))), prairie, "question 1003 order_number auto"},
	})
}

func TestPermission(t *testing.T) {
	gone := text(clause(parsers.OutOfStock, nil, orderRef("1002")))
	for _, c := range []struct {
		name    string
		reading parsers.Reading
		who     Sender
		want    Apply
	}{
		{"news that costs money is proposed", gone, prairie, ApplyPropose},
		{"a rule without an authenticated sender is none", gone, Sender{Supplier: "prairie", MayApply: []parsers.Kind{parsers.OutOfStock}}, ApplyPropose},
		{"an authenticated sender without a rule", gone, Sender{Supplier: "prairie", Strength: order.StrengthProved}, ApplyPropose},
		{"both", gone, Sender{Supplier: "prairie", Strength: order.StrengthProved, MayApply: []parsers.Kind{parsers.OutOfStock}}, ApplyAuto},
		{"a rule for something else", gone, Sender{Supplier: "prairie", Strength: order.StrengthProved, MayApply: []parsers.Kind{parsers.Rejection}}, ApplyPropose},
		{"a shipment costs nothing", text(shipped(ups(1), orderRef("1002"))), prairie, ApplyAuto},
	} {
		if f := world().Match(c.reading, c.who); len(f) != 1 || f[0].Apply != c.want || f[0].Decision != Auto {
			t.Errorf("%s: %v", c.name, f)
		}
	}
}

func TestUnclear(t *testing.T) {
	damaged, doubtful, wrongDigit := ups(1), ups(1), ups(1)
	damaged.Damage = "excel"
	doubtful.Score, doubtful.Valid = 0.4, false
	wrongDigit.Valid, wrongDigit.Invalid, wrongDigit.Score = false, true, 0.7
	vague := clause(parsers.Shipment, nil, orderRef("1002"))
	vague.Score = 0.6
	part := shipped(ups(1), orderRef("1002"))
	part.Partial = true
	withdrawn := ups(1)
	withdrawn.Withdrawn = true
	one := only(2, func(po *PO) { po.Lines[0].Outstanding = 1 })
	run(t, []check{
		{"a number that a spreadsheet destroyed", nil, text(shipped(damaged, orderRef("1002"))), prairie, "shipment 1002 order_number review"},
		{"a number that may be none", nil, text(shipped(doubtful, orderRef("1002"))), prairie, "shipment 1002 order_number review 1"},
		{"a wrong check digit", nil, text(shipped(wrongDigit, orderRef("1002"))), prairie, "shipment 1002 order_number review 1"},
		{"words that hardly say it", nil, text(vague), prairie, "shipment 1002 order_number review"},
		{"a part, and not which", nil, text(part), prairie, "shipment 1002 order_number review 1"},
		{"a part of one piece is the whole", world(one), text(part), prairie, "shipment 1002 order_number auto 1"},
		{"a part, with products", nil, text(with(part, product("AB-2", 1))), prairie, "shipment 1002 order_number auto 1 1002-1=1"},
		{"a withdrawn number beside the right one", nil, text(clause(parsers.Shipment, []parsers.Tracking{withdrawn, ups(2)}, orderRef("1002"))), prairie, "shipment 1002 order_number auto 2"},
	})
}

func TestSeveralKinds(t *testing.T) {
	two := world(only(2, func(po *PO) {
		po.Lines = append(po.Lines, Line{ID: "1002-2", SKU: "CD-90", Title: "Oak tray", Quantity: 3, Outstanding: 3})
	}))
	loose := func(sku string, n int) parsers.Statement {
		return parsers.Statement{Scope: parsers.ScopeClause, Lines: []parsers.Line{product(sku, n)}, Refs: []parsers.Ref{orderRef("1002")}}
	}
	spoken := func(s parsers.Statement, sentence string) parsers.Statement {
		s.Sentence = sentence
		return s
	}
	mixed := with(shipped(ups(1), orderRef("1002")), product("AB-2", 2), product("CD-90", 3))
	mixed.Lines[1].Kind = parsers.OutOfStock
	titled := parsers.Line{Title: parsers.Value{Text: "oak tray"}, Quantity: 1, QuantityAt: parsers.Place{Part: "1", Start: 7}}
	pieces := parsers.Line{Quantity: 2, QuantityAt: parsers.Place{Part: "1", Start: 7}}
	all := parsers.Line{Quantity: 5, QuantityAt: parsers.Place{Part: "1", Start: 7}}
	run(t, []check{
		{"products listed below", two, text(shipped(ups(1), orderRef("1002")), loose("AB-2", 2), loose("CD-90", 1)), prairie, "shipment 1002 order_number auto 1 1002-1=2 1002-2=1"},
		{"one product left, another is out", two, text(with(shipped(ups(1), orderRef("1002")), product("AB-2", 2)), with(clause(parsers.OutOfStock, nil, orderRef("1002")), product("CD-90", 3))), prairie,
			"out_of_stock 1002 order_number auto 1002-2=3; shipment 1002 order_number auto 1 1002-1=2"},
		{"one product is out, the rest left", two, text(shipped(ups(1), orderRef("1002")), with(clause(parsers.OutOfStock, nil, orderRef("1002")), product("CD-90", 0))), prairie,
			"out_of_stock 1002 order_number auto 1002-2=3; shipment 1002 order_number auto 1 1002-1=2"},
		{"an entry of the same list whose number no order has", nil, text(shipped(ups(1), orderRef("1002")), spoken(clause(parsers.OutOfStock, nil, numbered(parsers.LabelNone, "1099", 60)), "1099 sold out")), prairie,
			"out_of_stock - none review; shipment 1002 order_number auto 1"},
		{"two things, and not of what", two, text(shipped(ups(1), orderRef("1002")), clause(parsers.OutOfStock, nil, orderRef("1002"))), prairie,
			"out_of_stock 1002 order_number review; shipment 1002 order_number review 1"},
		{"a code and its title in one cell", two, text(with(shipped(ups(1), orderRef("1002")), product("CD-90 Oak tray", 3))), prairie, "shipment 1002 order_number auto 1 1002-2=3"},
		{"both by words of their titles", two, text(spoken(shipped(ups(1), orderRef("1002")), "The kettle left today."), spoken(clause(parsers.OutOfStock, nil, orderRef("1002")), "The trays are gone.")), prairie,
			"out_of_stock 1002 order_number auto 1002-2=3; shipment 1002 order_number auto 1 1002-1=2"},
		{"the same one by words", two, text(spoken(shipped(ups(1), orderRef("1002")), "The kettle left today."), spoken(clause(parsers.OutOfStock, nil, orderRef("1002")), "No more kettles.")), prairie,
			"out_of_stock 1002 order_number review; shipment 1002 order_number review 1"},
		{"words of no title", two, text(spoken(shipped(ups(1), orderRef("1002")), "It left today."), spoken(clause(parsers.OutOfStock, nil, orderRef("1002")), "Something is gone.")), prairie,
			"out_of_stock 1002 order_number review; shipment 1002 order_number review 1"},
		{"products of one row, each with its own kind", two, text(mixed), prairie, "out_of_stock 1002 order_number auto 1002-2=3; shipment 1002 order_number auto 1 1002-1=2"},
		{"received and left is left", nil, text(clause(parsers.Acknowledgement, nil, orderRef("1002")), shipped(ups(1), orderRef("1002"))), prairie, "shipment 1002 order_number auto 1"},
		{"a product by its title", two, text(with(shipped(ups(1), orderRef("1002")), titled)), prairie, "shipment 1002 order_number auto 1 1002-2=1"},
		{"pieces of an order with one line", nil, text(with(shipped(ups(1), orderRef("1002")), parsers.Line{Quantity: 1, QuantityAt: parsers.Place{Part: "1", Start: 7}})), prairie, "shipment 1002 order_number auto 1 1002-1=1"},
		{"pieces of an order with two", two, text(with(shipped(ups(1), orderRef("1002")), pieces)), prairie, "shipment 1002 order_number review 1"},
		{"all its pieces", two, text(with(shipped(ups(1), orderRef("1002")), all)), prairie, "shipment 1002 order_number auto 1"},
	})
}

func TestRowsAddUp(t *testing.T) {
	parcel := func(n int, number parsers.Tracking, quantity int) parsers.Statement {
		s := row(n, number, orderRef("1002"))
		s.Lines = []parsers.Line{{SKU: parsers.Value{Text: "AB-2", At: parsers.Place{Part: "2", Row: n, Column: 3}}, Quantity: quantity}}
		return s
	}
	body := with(shipped(ups(1), orderRef("1002")), product("AB-2", 2))
	for _, c := range []struct {
		name    string
		reading parsers.Reading
		want    string
	}{
		{"two parcels, one piece each", text(parcel(2, ups(1), 1), parcel(3, ups(2), 1)), "shipment 1002 order_number auto 1 2 1002-1=2"},
		{"body and attachment say the same", text(body, parcel(2, ups(1), 2)), "shipment 1002 order_number auto 1 1002-1=2"},
		{"three pieces of two", text(parcel(2, ups(1), 2), parcel(3, ups(2), 1)), "shipment 1002 order_number review 1 2 1002-1=2 !too_many"},
	} {
		if got := brief(world().Match(c.reading, prairie)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRobots(t *testing.T) {
	bounced := parsers.Reading{Kind: parsers.Bounce, Envelope: &parsers.Envelope{}, Report: &parsers.Report{OriginalIDs: sample(3, "").MessageIDs}}
	away := answering(sample(4, "prairie"), parsers.Statement{})
	away.Kind = parsers.AutoReply
	for _, c := range []struct {
		name    string
		reading parsers.Reading
		want    order.POID
	}{{"bounce", bounced, 3}, {"out of office", away, 4}, {"about nothing", parsers.Reading{Kind: parsers.AutoReply}, 0}} {
		f := world().Match(c.reading, anybody)
		switch {
		case c.want == 0 && len(f) == 0:
		case len(f) != 1 || f[0].PO != c.want || f[0].Decision != Ignore || f[0].Apply != ApplyPropose:
			t.Errorf("%s: %v", c.name, f)
		}
	}
}

// TestAutomaticAnswers holds that what a program answers to everybody goes to a person, and what a shop system writes by itself does not.
func TestAutomaticAnswers(t *testing.T) {
	from := func(header string, s parsers.Statement) parsers.Reading {
		r := text(s)
		r.Envelope.AutoSubmitted, r.Envelope.Robot = header, "Auto-Submitted: "+header
		return r
	}
	vacation := text(shipped(ups(1), orderRef("1001")))
	vacation.Envelope.Robot = "x-autoreply: yes"
	run(t, []check{
		{"answered", nil, from("auto-replied", shipped(ups(1), orderRef("1001"))), prairie, "shipment 1001 order_number review 1"},
		{"answered, as older programs say it", nil, vacation, prairie, "shipment 1001 order_number review 1"},
		{"acknowledged by a program", nil, from("auto-replied", clause(parsers.Acknowledgement, nil, orderRef("1001"))), prairie, "acknowledgement 1001 order_number auto"},
		{"written by a shop system", nil, from("auto-generated", shipped(ups(1), orderRef("1001"))), prairie, "shipment 1001 order_number auto 1"},
	})
}

func TestHedgedShipments(t *testing.T) {
	unclear := clause(parsers.Shipment, nil, orderRef("1001"))
	unclear.Score = 0.6
	run(t, []check{
		{"clear", nil, text(clause(parsers.Shipment, nil, orderRef("1001"))), prairie, "shipment 1001 order_number auto"},
		{"unclear", nil, text(unclear), prairie, "shipment 1001 order_number review"},
		{"clear once, unclear once", nil, text(clause(parsers.Shipment, nil, orderRef("1001")), unclear), prairie, "shipment 1001 order_number review"},
		{"unclear, and a parcel", nil, text(unclear, shipped(ups(1), orderRef("1001"))), prairie, "shipment 1001 order_number auto 1"},
	})
}

// A row that its reader could not make out goes to a person, with a tracking number too, and beside a row that is clear.
func TestAnUnclearRowIsReviewed(t *testing.T) {
	x := NewIndex()
	x.Put(PO{ID: 1, OrderID: 1, Order: "1001", Number: "1001-A", Supplier: "prairie", Lines: []Line{{ID: "1", SKU: "AB-1", Quantity: 2, Outstanding: 2}}})
	row := func(score float64, number string) parsers.Statement {
		return parsers.Statement{Kind: parsers.Acknowledgement, Score: score, Scope: parsers.ScopeRow,
			Refs:     []parsers.Ref{{Value: parsers.Value{Text: "1001-A"}, Label: parsers.LabelOrder}},
			Tracking: []parsers.Tracking{{Value: parsers.Value{Text: number}, Number: number, Valid: true, Score: 0.95}}}
	}
	for _, c := range []struct {
		statements []parsers.Statement
		want       Decision
	}{
		{[]parsers.Statement{row(0.9, "1Z999AA10123456784")}, Auto},
		{[]parsers.Statement{row(0.4, "1Z999AA10123456784")}, Review},
		{[]parsers.Statement{row(0.9, "1Z999AA10123456784"), row(0.4, "1Z12345E0291980793")}, Review},
	} {
		found := x.Match(parsers.Reading{Format: "csv", Statements: c.statements}, Sender{Supplier: "prairie"})
		if len(found) != 1 || found[0].Decision != c.want {
			t.Errorf("got %v, want %s", found, c.want)
		}
	}
}

// The address of the message, often that of the order quoted below, is not held against each of several orders that are named.
func TestAddressOfOneAmongSeveral(t *testing.T) {
	below := parsers.Statement{Scope: parsers.ScopeMessage}
	below.SetParty(address("Rosa Lindqvist", "9 Elm Court", "99001", "Fernhill"))
	own := sample(4, "").ShipTo
	fourth := parsers.Statement{Scope: parsers.ScopeMessage}
	fourth.SetParty(address(own.Name, own.Line1, own.Postcode, own.City))
	run(t, []check{
		{"of nobody, and one order", nil, text(shipped(ups(1), orderRef("1004")), below), prairie, "shipment 1004 order_number review 1 !address"},
		{"of the first of two", nil, text(shipped(ups(1), orderRef("1004")), shipped(ups(2), orderRef("1005")), fourth), prairie, "shipment 1004 order_number auto 1; shipment 1005 order_number auto 2"},
	})
}
