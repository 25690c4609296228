package match

import (
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

func TestWitnesses(t *testing.T) {
	plus := text(shipped(ups(1)))
	plus.Envelope.Recipients = []string{"orders+" + strings.ToLower(string(token(3))) + "@shop.example"}
	given := text(shipped(ups(1)))
	given.Envelope.Recipients = []string{"Reply-77@shop.example"}
	oldID := text(shipped(ups(1)))
	oldID.Envelope.References = []string{string(token(4)) + ".ffff@elsewhere.example"}
	subject := text(shipped(ups(1)), parsers.Statement{Scope: parsers.ScopeMessage, Refs: []parsers.Ref{{Value: parsers.Value{Text: "1006", At: parsers.Place{Part: "subject"}}, Label: parsers.LabelOrder}}})
	file := parsers.Reading{Format: "csv", Kind: parsers.Shipment, Statements: []parsers.Statement{row(2, ups(1)),
		{Scope: parsers.ScopeMessage, Refs: []parsers.Ref{{Value: parsers.Value{Text: "1006-A", At: parsers.Place{Part: "filename"}}, Label: parsers.LabelOrder}}}}}
	learned := world(only(5, func(po *PO) { po.Refs = []string{"SO-48291"} }))
	run(t, []check{
		{"key in the reply address", nil, plus, prairie, "shipment 1003 token auto 1"},
		{"address that it was sent with", world(only(2, func(po *PO) { po.ReplyTo = "reply-77@shop.example" })), given, prairie, "shipment 1002 token auto 1"},
		{"key in the text", nil, text(shipped(ups(1), numbered(parsers.LabelKey, "WB-"+string(token(7)), 5))), prairie, "shipment 1007 token auto 1"},
		{"key in a row", nil, text(row(2, ups(1), numbered(parsers.LabelKey, string(token(7)), 5), orderRef("1007-A"))), prairie, "shipment 1007 token auto 1"},
		{"thread", nil, answering(sample(4, "prairie"), shipped(ups(1))), prairie, "shipment 1004 thread auto 1"},
		{"thread, by our key in an id that we don't know", nil, oldID, prairie, "shipment 1004 thread auto 1"},
		{"order number", nil, text(shipped(ups(1), orderRef("1002"))), prairie, "shipment 1002 order_number auto 1"},
		{"purchase order number", nil, text(shipped(ups(1), orderRef("1002-A"))), prairie, "shipment 1002 order_number auto 1"},
		{"number in the subject", nil, subject, prairie, "shipment 1006 order_number auto 1"},
		{"number in the file name", nil, file, prairie, "shipment 1006 order_number auto 1"},
		{"number without a word beside it", nil, text(shipped(ups(1), numbered("", "1002", 4))), prairie, "shipment 1002 order_number auto 1"},
		{"the supplier's own number", learned, text(shipped(ups(1), numbered(parsers.LabelTheirs, "so 48291", 4))), prairie, "shipment 1005 supplier_ref auto 1"},
		{"the supplier's own number, called an order", learned, text(shipped(ups(1), orderRef("SO-48291"))), prairie, "shipment 1005 supplier_ref auto 1"},
		{"another supplier's number means nothing", learned, text(shipped(ups(1), numbered(parsers.LabelTheirs, "SO-48291", 4))), harbor, "shipment - none review 1"},
		{"consignee", nil, text(to(shipped(ups(1)), "Edith Okonkwo", "14 Cedar Ave.", "82504", "Riverton")), prairie, "shipment 1004 fuzzy auto 1"},
		{"an invoice number is no order", nil, text(shipped(ups(1), numbered(parsers.LabelInvoice, "1002", 4))), prairie, "shipment - none review 1"},
		{"a customer number is no order", nil, text(shipped(ups(1), numbered(parsers.LabelCustomer, "1002", 4))), prairie, "shipment - none review 1"},
		{"nothing names an order", nil, text(shipped(ups(1))), prairie, "shipment - none review 1"},
	})
}

func TestStrongestWitnessIsNamed(t *testing.T) {
	r := answering(sample(4, "prairie"), to(shipped(ups(1), orderRef("1004")), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"))
	r.Envelope.Recipients = []string{"orders+" + string(token(4)) + "@shop.example"}
	f := world().Match(r, prairie)
	if len(f) != 1 || f[0].Method != Token || f[0].Confidence != 0.9999 {
		t.Fatalf("got %v", f)
	}
	var fields []string
	for _, e := range f[0].Evidence {
		fields = append(fields, e.Field)
	}
	for _, want := range []string{"token", "thread", "order", "name", "postcode", "tracking"} {
		if !slices.Contains(fields, want) {
			t.Errorf("no evidence for %s in %v", want, fields)
		}
	}
}

func TestMistypedKeysNameNothing(t *testing.T) {
	whole := string(token(7))
	for i := range whole {
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if byte(c) == whole[i] {
				continue
			}
			wrong := whole[:i] + string(c) + whole[i+1:]
			f := world().Match(text(shipped(ups(1), numbered(parsers.LabelKey, "WB-"+wrong, 5))), prairie)
			if brief(f) != "shipment - none review 1" {
				t.Fatalf("%s for %s: %s", wrong, whole, brief(f))
			}
		}
	}
}

func TestOpenSendersNeedASecondWitness(t *testing.T) {
	plus := text(shipped(ups(1)))
	plus.Envelope.Recipients = []string{"orders+" + string(token(3)) + "@shop.example"}
	run(t, []check{
		{"a number alone", nil, text(shipped(ups(1), orderRef("1002"))), anybody, "shipment 1002 order_number review 1"},
		{"number and name", nil, text(to(shipped(ups(1), orderRef("1002")), "Clara Birkholz", "", "", "")), anybody, "shipment 1002 order_number auto 1"},
		{"number and a rare product", nil, text(with(shipped(ups(1), orderRef("1002")), product("AB-2", 1))), anybody, "shipment 1002 order_number auto 1 1002-1=1"},
		{"number and postcode", nil, text(to(shipped(ups(1), orderRef("1002")), "", "", "82502", "")), anybody, "shipment 1002 order_number auto 1"},
		{"our key", nil, plus, anybody, "shipment 1003 token auto 1"},
		{"our thread", nil, answering(sample(4, "prairie"), shipped(ups(1))), anybody, "shipment 1004 thread auto 1"},
		{"our address in the text", nil, text(shipped(ups(1), numbered(parsers.LabelKey, "orders+"+string(token(3))+"@shop.example", 40))), anybody, "shipment 1003 token auto 1"},
		{"somebody's address in the text", nil, text(shipped(ups(1), numbered(parsers.LabelKey, "sales+"+string(token(31))+"@other.example", 40))), anybody, "shipment - none review 1"},
		{"a file of which nobody says whose it is", nil, text(shipped(ups(1), orderRef("1002"))), Sender{}, "shipment 1002 order_number auto 1"},
	})
}

func TestQuotedTextOnly(t *testing.T) {
	old := shipped(ups(1), quoted(orderRef("1002")))
	old.Quoted = true
	run(t, []check{
		{"news in quoted text alone is looked at", nil, text(old), prairie, "shipment 1002 order_number review 1"},
		{"beside new text it says nothing", nil, text(old, shipped(ups(2), orderRef("1003"))), prairie, "shipment 1003 order_number auto 2"},
		{"a quoted number seconds the thread", nil, answering(sample(4, "prairie"), shipped(ups(1)), parsers.Statement{Scope: parsers.ScopeClause, Quoted: true, Refs: []parsers.Ref{quoted(orderRef("1004-A"))}}), prairie, "shipment 1004 thread auto 1"},
		{"a quoted order beside new text without one is the order", nil, text(shipped(ups(1)), parsers.Statement{Scope: parsers.ScopeClause, Quoted: true, Refs: []parsers.Ref{quoted(orderRef("1004-A"))}}), prairie, "shipment 1004 order_number auto 1"},
		{"two quoted orders are none", nil, text(shipped(ups(1)), parsers.Statement{Scope: parsers.ScopeClause, Quoted: true, Refs: []parsers.Ref{quoted(orderRef("1004")), quoted(orderRef("1005"))}}), prairie, "shipment - none review 1"},
	})
}

func TestOwnNumbersAreLearned(t *testing.T) {
	theirs := numbered(parsers.LabelTheirs, "SO-5544", 90)
	lone := parsers.Statement{Scope: parsers.ScopeClause, Refs: []parsers.Ref{theirs}}
	ack := clause(parsers.Acknowledgement, nil, orderRef("1002"))
	for _, c := range []struct {
		name    string
		reading parsers.Reading
		want    []string
	}{
		{"in the sentence", text(clause(parsers.Acknowledgement, nil, orderRef("1002"), theirs)), []string{"SO-5544"}},
		{"elsewhere in a message about one order", text(ack, lone), []string{"SO-5544"}},
		{"not where the message is about two", text(ack, lone, clause(parsers.Acknowledgement, nil, orderRef("1003"))), nil},
		{"not from quoted text", text(ack, parsers.Statement{Scope: parsers.ScopeClause, Quoted: true, Refs: []parsers.Ref{quoted(theirs)}}), nil},
	} {
		for _, f := range world().Match(c.reading, prairie) {
			if !slices.Equal(f.Refs, c.want) {
				t.Errorf("%s: %s learned %q, want %q", c.name, f.Order, f.Refs, c.want)
			}
		}
	}
}

func TestBatchOfPurchaseOrders(t *testing.T) {
	// One mail or file told the supplier of four purchase orders.
	batch := func(po *PO) {
		if po.ID <= 4 {
			po.MessageIDs = []string{"batch@shop.example"}
		}
	}
	reply := func(s ...parsers.Statement) parsers.Reading {
		r := text(s...)
		r.Envelope.InReplyTo = []string{"batch@shop.example"}
		return r
	}
	run(t, []check{
		{"the thread alone can't tell", world(batch), reply(shipped(ups(1))), prairie, "shipment - none review 1"},
		{"a number tells", world(batch), reply(shipped(ups(1), orderRef("1003"))), prairie, "shipment 1003 thread auto 1"},
		{"a name tells", world(batch), reply(to(shipped(ups(1)), "Dario Ibarra", "13 Cedar Avenue", "82503", "Riverton")), prairie, "shipment 1003 thread auto 1"},
		{"a number outside of the batch contradicts", world(batch), reply(shipped(ups(1), orderRef("1006"))), prairie, "shipment 1006 order_number review 1 !rival"},
		{"a report in its thread", world(batch), reply(row(2, ups(1), orderRef("1001")), row(3, ups(2), orderRef("1003"))), prairie, "shipment 1001 thread auto 1; shipment 1003 thread auto 2"},
	})
}

func TestTwoPurchaseOrdersOfOneOrder(t *testing.T) {
	split := func(secondSupplier string, closed bool) *Index {
		x := world()
		b := sample(2, secondSupplier)
		b.ID, b.Number, b.Token, b.MessageIDs, b.Closed = 52, "1002-B", token(52), nil, closed
		b.Lines = []Line{{ID: "1002-2", SKU: "CD-9", Quantity: 1, Outstanding: 1}}
		x.Put(b)
		return x
	}
	number := text(shipped(ups(1), orderRef("1002")))
	po := func(x *Index, r parsers.Reading, who Sender) order.POID {
		t.Helper()
		f := x.Match(r, who)
		if len(f) != 1 {
			t.Fatalf("%d findings", len(f))
		}
		if f[0].Decision != Auto {
			return 0
		}
		return f[0].PO
	}
	for _, c := range []struct {
		name    string
		x       *Index
		reading parsers.Reading
		who     Sender
		want    order.POID // 0: a person looks
	}{
		{"each supplier means its own", split("harbor", false), number, harbor, 52},
		{"the other as well", split("harbor", false), number, prairie, 2},
		{"two at one supplier", split("prairie", false), number, prairie, 0},
		{"the suffix tells", split("prairie", false), text(shipped(ups(1), orderRef("1002-B"))), prairie, 52},
		{"the product tells", split("prairie", false), text(with(shipped(ups(1), orderRef("1002")), product("CD-9", 1))), prairie, 52},
		{"one is closed", split("prairie", true), number, prairie, 2},
		{"nobody knows whose", split("harbor", false), number, Sender{}, 0},
		{"the other supplier's suffix", split("harbor", false), text(shipped(ups(1), orderRef("1002-B"))), prairie, 0},
	} {
		if got := po(c.x, c.reading, c.who); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
