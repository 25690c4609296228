package match

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

// token gives the n-th key of the tests.
func token(n int) order.Token {
	t, err := order.NewToken(bytes.NewReader([]byte{byte(n), byte(n >> 5), 3, 5, 7, 11, 13, 17, byte(n * 7)}))
	if err != nil {
		panic(err)
	}
	return t
}

var names = []string{"Ada Norwood", "Bruno Castellani", "Clara Birkholz", "Dario Ibarra", "Edith Okonkwo", "Farid Whitlock", "Greta Pemberton", "Hugo Drummond"}

// sample is a purchase order of the tests: n-th of a shop that numbers from 1001.
func sample(n int, supplier string) PO {
	number := fmt.Sprint(1000 + n)
	t := token(n)
	return PO{ID: order.POID(n), OrderID: order.OrderID(n), Channel: "shop", Order: number, Number: number + "-A", Supplier: supplier, Token: t,
		ShipTo:     order.Address{Name: names[n%len(names)], Line1: fmt.Sprintf("%d Cedar Avenue", 10+n), City: "Riverton", Postcode: fmt.Sprint(82500 + n), Country: "US"},
		Email:      fmt.Sprintf("buyer%d@mail.example", n),
		MessageIDs: []string{string(t) + ".aa@shop.example"},
		Lines:      []Line{{ID: number + "-1", SKU: fmt.Sprintf("AB-%d", n), Title: "Copper kettle", Quantity: 2, Outstanding: 2}}}
}

// world has 1001 to 1008 with prairie and 1011 to 1014 with harbor.
func world(change ...func(*PO)) *Index {
	x := NewIndex()
	for n := 1; n <= 14; n++ {
		supplier := "prairie"
		switch {
		case n > 10:
			supplier = "harbor"
		case n > 8:
			continue
		}
		po := sample(n, supplier)
		for _, c := range change {
			c(&po)
		}
		x.Put(po)
	}
	return x
}

// only changes one purchase order of the world.
func only(id order.POID, change func(*PO)) func(*PO) {
	return func(po *PO) {
		if po.ID == id {
			change(po)
		}
	}
}

var (
	prairie = Sender{Supplier: "prairie"}
	harbor  = Sender{Supplier: "harbor"}
	anybody = Sender{Open: true}
)

// ups is a tracking number, told apart by n; its place is the n-th of the text.
func ups(n int) parsers.Tracking {
	number := fmt.Sprintf("1Z999AA1%010d", n)
	return parsers.Tracking{Value: parsers.Value{Text: number, At: parsers.Place{Part: "1", Start: 1000 + n, End: 1018 + n}}, Number: number, Valid: true, Score: 0.99,
		Carriers: []parsers.CarrierGuess{{Carrier: "ups", Score: 0.99}}}
}

// at moves a tracking number to a place in the text.
func at(t parsers.Tracking, start int) parsers.Tracking {
	t.At.Start, t.At.End = start, start+18
	return t
}

func numbered(label parsers.Label, text string, start int) parsers.Ref {
	return parsers.Ref{Value: parsers.Value{Text: text, At: parsers.Place{Part: "1", Start: start, End: start + len(text)}}, Label: label}
}

func orderRef(text string) parsers.Ref { return numbered(parsers.LabelOrder, text, 10) }

func quoted(r parsers.Ref) parsers.Ref {
	r.Quoted = true
	return r
}

// clause says something of orders.
func clause(kind parsers.Kind, tracking []parsers.Tracking, refs ...parsers.Ref) parsers.Statement {
	return parsers.Statement{Kind: kind, Score: 0.9, Scope: parsers.ScopeClause, Refs: refs, Tracking: tracking}
}

func shipped(t parsers.Tracking, refs ...parsers.Ref) parsers.Statement {
	return clause(parsers.Shipment, []parsers.Tracking{t}, refs...)
}

// row is a line of a table.
func row(n int, t parsers.Tracking, refs ...parsers.Ref) parsers.Statement {
	for i := range refs {
		refs[i].At = parsers.Place{Part: "2", Row: n, Column: i + 1}
	}
	t.At = parsers.Place{Part: "2", Row: n, Column: 9}
	s := shipped(t, refs...)
	s.Scope = parsers.ScopeRow
	return s
}

func product(sku string, quantity int) parsers.Line {
	return parsers.Line{SKU: parsers.Value{Text: sku, At: parsers.Place{Part: "1", Start: 500 + len(sku)*quantity}}, Quantity: quantity}
}

func with(s parsers.Statement, lines ...parsers.Line) parsers.Statement {
	s.Lines = lines
	return s
}

func to(s parsers.Statement, name, street, postcode, city string) parsers.Statement {
	s.SetParty(address(name, street, postcode, city))
	return s
}

func address(name, street, postcode, city string) parsers.Party {
	return parsers.Party{Name: parsers.Value{Text: name}, Street: parsers.Value{Text: street}, Postcode: parsers.Value{Text: postcode}, City: parsers.Value{Text: city}}
}

func text(statements ...parsers.Statement) parsers.Reading {
	return parsers.Reading{Format: "mail", Kind: parsers.Shipment, Envelope: &parsers.Envelope{Subject: "News"}, Statements: statements}
}

// answering is a mail in the thread of our mail about a purchase order.
func answering(po PO, statements ...parsers.Statement) parsers.Reading {
	r := text(statements...)
	r.Envelope.InReplyTo = po.MessageIDs
	return r
}

// brief writes findings for tables: "shipment 1001 order_number auto ups:1Z… [codes]", sorted by order.
func brief(findings []Finding) string {
	lines := make([]string, len(findings))
	for i, f := range findings {
		number := f.Order
		if number == "" {
			number = "-"
		}
		parts := []string{string(f.Kind), number, string(f.Method), string(f.Decision)}
		for _, t := range f.Tracking {
			parts = append(parts, strings.TrimLeft(t.Number[8:], "0"))
		}
		for _, l := range f.LineQuantities {
			parts = append(parts, fmt.Sprintf("%s=%d", l.Line, l.Quantity))
		}
		if len(f.Contradictions) > 0 {
			slices.Sort(f.Contradictions)
			parts = append(parts, "!"+strings.Join(f.Contradictions, ","))
		}
		lines[i] = strings.Join(parts, " ")
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

// check is a table's row: a reading from somebody, and what it must mean.
type check struct {
	name    string
	index   *Index // nil: the plain world
	reading parsers.Reading
	who     Sender
	want    string
}

func run(t *testing.T, table []check) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			x := c.index
			if x == nil {
				x = world()
			}
			findings := x.Match(c.reading, c.who)
			if got := brief(findings); got != c.want {
				t.Errorf("got  %s\nwant %s\nreasons %q", got, c.want, reasons(findings))
			}
		})
	}
}

func reasons(findings []Finding) (all [][]string) {
	for _, f := range findings {
		all = append(all, f.Reasons)
	}
	return all
}
