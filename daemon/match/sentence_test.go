package match

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/parsers"
)

func TestSeveralOrdersInOneSentence(t *testing.T) {
	ref := func(number string, start int) parsers.Ref { return numbered(parsers.LabelOrder, number, start) }
	looks := func(number string, start int) parsers.Ref {
		r := ref(number, start)
		r.Pattern = true
		return r
	}
	two := func(numbers ...parsers.Tracking) parsers.Reading {
		return text(clause(parsers.Shipment, numbers, ref("1003", 10), ref("1001", 30)))
	}
	cells := clause(parsers.Shipment, []parsers.Tracking{ups(1), ups(2)}, ref("1003", 0), ref("1001", 0))
	cells.Scope = parsers.ScopeRow
	for i := range cells.Refs {
		cells.Refs[i].At = parsers.Place{Part: "2", Row: 4, Column: 1, Start: i}
		cells.Tracking[i].At = parsers.Place{Part: "2", Row: 4, Column: 2, Start: i}
	}
	run(t, []check{
		{"without numbers", nil, two(), prairie, "shipment 1001 order_number auto; shipment 1003 order_number auto"},
		{"a number behind each order", nil, two(at(ups(1), 20), at(ups(2), 40)), prairie, "shipment 1001 order_number auto 2; shipment 1003 order_number auto 1"},
		{"a number before each order", nil, two(at(ups(1), 1), at(ups(2), 20)), prairie, "shipment 1001 order_number auto 2; shipment 1003 order_number auto 1"},
		{"two parcels for the first", nil, two(at(ups(1), 20), at(ups(2), 25), at(ups(3), 40)), prairie, "shipment 1001 order_number auto 3; shipment 1003 order_number auto 1 2"},
		{"orders first, as many numbers: in their order, and a person looks", nil, two(at(ups(1), 50), at(ups(2), 70)), prairie, "shipment 1001 order_number review 2; shipment 1003 order_number review 1"},
		{"the same, and it says respectively", nil, saying(two(at(ups(1), 50), at(ups(2), 70)), "1001 and 1003 left, UPS 1Z1 and 1Z2 respectively."), prairie, "shipment 1001 order_number auto 2; shipment 1003 order_number auto 1"},
		{"the same, with the names beside", nil, saying(two(at(ups(1), 50), at(ups(2), 70)), "1003 and 1001 left: 1Z999AA10000000001 (Ibarra) and 1Z999AA10000000002 (Castellani)."), prairie, "shipment 1001 order_number auto 2; shipment 1003 order_number auto 1"},
		{"the names the other way round", nil, saying(two(at(ups(1), 50), at(ups(2), 70)), "1003 and 1001 left: 1Z999AA10000000001 (Castellani) and 1Z999AA10000000002 (Ibarra)."), prairie, "shipment 1001 order_number review 2; shipment 1003 order_number review 1"},
		{"respectively, and a number too few", nil, saying(two(at(ups(1), 50)), "1001 and 1003 left, respectively 1Z1."), prairie, "shipment 1001 order_number review 1 !shared_tracking; shipment 1003 order_number review 1 !shared_tracking"},
		{"an order that we do not know among others", nil, text(shipped(at(ups(1), 40), orderRef("1001")), shipped(at(ups(2), 240), numbered(parsers.LabelOrder, "770919", 210)), shipped(at(ups(3), 440), numbered(parsers.LabelOrder, "1003", 410))), prairie,
			"shipment - none review 2; shipment 1001 order_number auto 1; shipment 1003 order_number auto 3"},
		{"the same in the cells of a row", nil, text(cells), prairie, "shipment 1001 order_number review 2; shipment 1003 order_number review 1"},
		{"more numbers than orders", nil, two(at(ups(1), 50), at(ups(2), 70), at(ups(3), 90)), prairie, "shipment 1001 order_number review 1 2 3 !shared_tracking; shipment 1003 order_number review 1 2 3 !shared_tracking"},
		{"one parcel for both", nil, two(at(ups(1), 50)), prairie, "shipment 1001 order_number review 1 !shared_tracking; shipment 1003 order_number review 1 !shared_tracking"},
		{"one parcel for both, and the supplier may", nil, two(at(ups(1), 50)), Sender{Supplier: "prairie", SharedTracking: true}, "shipment 1001 order_number auto 1; shipment 1003 order_number auto 1"},
		{"one is called an order, the other only looks like one", nil, text(shipped(at(ups(1), 50), ref("1003", 10), looks("1001", 30))), Sender{Supplier: "prairie", SharedTracking: true},
			"shipment 1001 order_number review 1; shipment 1003 order_number review 1"},
		{"the parcel behind a number that looks like an order, in the next sentence", nil, text(clause(parsers.Shipment, nil, ref("1003", 10)), shipped(at(ups(1), 50), looks("1001", 30))), prairie,
			"shipment 1001 order_number review 1; shipment 1003 order_number auto"},
		{"the parcel behind the next order", nil, text(clause(parsers.Shipment, nil, ref("1003", 10)), shipped(at(ups(1), 50), ref("1001", 30))), prairie,
			"shipment 1001 order_number auto 1; shipment 1003 order_number auto"},
		{"one of them is unknown", nil, text(clause(parsers.Shipment, []parsers.Tracking{at(ups(1), 50), at(ups(2), 70)}, ref("1003", 10), ref("1098", 30))), prairie, "shipment 1003 order_number review 1 2 !unknown_order"},
		{"a sentence without an order among several", nil, text(clause(parsers.Acknowledgement, nil, ref("1001", 0)), clause(parsers.Acknowledgement, nil, ref("1003", 50)), shipped(ups(1))), prairie,
			"acknowledgement 1001 order_number auto; acknowledgement 1003 order_number auto; shipment - none review 1"},
		{"sentences of their own, of different kinds", nil, text(shipped(ups(1), ref("1001", 0)), clause(parsers.OutOfStock, nil, ref("1002", 60)), shipped(ups(2), ref("1003", 120))), prairie,
			"out_of_stock 1002 order_number auto; shipment 1001 order_number auto 1; shipment 1003 order_number auto 2"},
		{"products go to who ordered them", nil, text(with(two(at(ups(1), 20), at(ups(2), 40)).Statements[0], product("AB-3", 2), product("AB-1", 1))), prairie,
			"shipment 1001 order_number auto 2 1001-1=1; shipment 1003 order_number auto 1 1003-1=2"},
	})
}

func TestRows(t *testing.T) {
	run(t, []check{
		{"each row its order", nil, text(row(2, ups(1), orderRef("1001")), row(3, ups(2), orderRef("1003"))), prairie, "shipment 1001 order_number auto 1; shipment 1003 order_number auto 2"},
		{"an unknown row keeps its number", nil, text(row(2, ups(1), orderRef("1001")), row(3, ups(2), orderRef("2077"))), prairie, "shipment - none review 2; shipment 1001 order_number auto 1"},
		{"an unknown row does not take the thread's order", nil, answering(sample(1, "prairie"), row(2, ups(1), orderRef("8801")), row(3, ups(2), orderRef("8802"))), prairie,
			"shipment - none review 1; shipment - none review 2"},
		{"a mistyped row is not the next order's second parcel", nil, text(row(2, ups(1), orderRef("10011")), row(3, ups(2), orderRef("1001"))), prairie, "shipment - none review 1; shipment 1001 order_number auto 2"},
		{"rows without orders are parcels of the thread's", nil, answering(sample(1, "prairie"), row(2, ups(1)), row(3, ups(2))), prairie, "shipment 1001 thread auto 1 2"},
		{"rows by consignee", nil, text(to(row(2, ups(1)), "Bruno Castellani", "11 Cedar Avenue", "82501", "Riverton"), to(row(3, ups(2)), "Clara Birkholz", "12 Cedar Avenue", "82502", "Riverton")), prairie,
			"shipment 1001 fuzzy auto 1; shipment 1002 fuzzy auto 2"},
		{"a year in a cell beside the order", world(only(5, func(po *PO) { po.Order, po.Number = "2026", "2026-A" })), text(row(2, ups(1), orderRef("1001"), numbered("", "2026", 0))), prairie, "shipment 1001 order_number auto 1"},
	})
}

func TestCollidingNumbers(t *testing.T) {
	year := world(only(5, func(po *PO) { po.Order, po.Number = "2025", "2025-A" }))
	small := world(only(5, func(po *PO) { po.Order, po.Number = "48", "48-A" }))
	patterned := numbered(parsers.LabelOrder, "2025", 60)
	patterned.Pattern = true
	run(t, []check{
		{"a year alone is an idea", year, text(shipped(ups(1), numbered("", "2025", 60))), prairie, "shipment 2025 order_number auto 1"},
		{"a year from somebody unknown", year, text(shipped(ups(1), numbered("", "2025", 60))), anybody, "shipment 2025 order_number review 1"},
		{"a year beside the order", year, text(shipped(ups(1), orderRef("1001"), numbered("", "2025", 60))), prairie, "shipment 1001 order_number auto 1"},
		{"a year that fits the pattern, beside the order", year, text(shipped(ups(1), orderRef("1001"), patterned)), prairie, "shipment 1001 order_number auto 1"},
		{"a year, in our thread", year, answering(sample(1, "prairie"), shipped(ups(1), numbered("", "2025", 60))), prairie, "shipment 2025 order_number review 1 !rival"},
		{"that year, called an order", year, text(shipped(ups(1), orderRef("2025"))), prairie, "shipment 2025 order_number auto 1"},
		{"a small number, called an order", small, text(shipped(ups(1), orderRef("48"))), prairie, "shipment 48 order_number auto 1"},
		{"a house number beside the order", world(only(5, func(po *PO) { po.Order, po.Number = "1250", "1250-A" })), text(shipped(ups(1), orderRef("1001"), numbered("", "1250", 70))), prairie, "shipment 1001 order_number auto 1"},
	})
}

func TestNearMisses(t *testing.T) {
	consignee := func(s parsers.Statement) parsers.Statement {
		return to(s, "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton")
	}
	far := func(number string) func(*PO) {
		return only(4, func(po *PO) { po.Order, po.Number = number, number+"-A" })
	}
	run(t, []check{
		{"one digit off is an idea", world(far("55170")), text(shipped(ups(1), orderRef("55171"))), prairie, "shipment 55170 fuzzy review 1"},
		{"two swapped", world(far("55170")), text(shipped(ups(1), orderRef("55710"))), prairie, "shipment 55170 fuzzy review 1"},
		{"a digit lost", world(far("55170")), text(shipped(ups(1), orderRef("5517"))), prairie, "shipment 55170 fuzzy review 1"},
		{"O for 0", world(far("55170")), text(shipped(ups(1), orderRef("5517O"))), prairie, "shipment 55170 fuzzy review 1"},
		{"with the consignee it is a match", world(far("55170")), text(consignee(shipped(ups(1), orderRef("55171")))), prairie, "shipment 55170 fuzzy auto 1"},
		{"a neighbour's number and one's own address", nil, text(consignee(shipped(ups(1), orderRef("1005")))), prairie, "shipment 1004 fuzzy review 1 !rival"},
		{"our prefix left out", world(far("WEB-55170")), text(shipped(ups(1), orderRef("55170"))), prairie, "shipment WEB-55170 order_number auto 1"},
		{"a prefix put before it", nil, text(shipped(ups(1), orderRef("PO1004"))), prairie, "shipment 1004 order_number auto 1"},
		{"leading zeros lost", world(far("00055170")), text(shipped(ups(1), orderRef("55170"))), prairie, "shipment 00055170 order_number auto 1"},
		{"leading zeros added", world(far("55170")), text(shipped(ups(1), orderRef("00055170"))), prairie, "shipment 55170 order_number auto 1"},
		{"another prefix is another number", world(far("WEB-55170")), text(shipped(ups(1), orderRef("EBY-55170"))), prairie, "shipment - none review 1"},
		{"the same digits twice", world(far("A-55170"), only(5, func(po *PO) { po.Order, po.Number = "B-55170", "B-55170-A" })), text(shipped(ups(1), orderRef("55170"))), prairie, "shipment - none review 1"},
	})
}

// An address that no word calls the consignee's counts when somebody who waits for a parcel lives there, and then as any other does.
func TestLooseAddresses(t *testing.T) {
	loose := func(name, street, postcode, city string) parsers.Statement {
		p := address(name, street, postcode, city)
		p.Loose = true
		return parsers.Statement{Scope: parsers.ScopeMessage, Consignee: &p}
	}
	edith := loose("Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton")
	own := loose("Prairie Supply Inc", "1 Depot Road", "59715", "Bozeman")
	run(t, []check{
		{"it finds the order", nil, text(shipped(ups(1)), edith), prairie, "shipment 1004 fuzzy auto 1"},
		{"beside the writer's own", nil, text(shipped(ups(1)), edith, own), prairie, "shipment 1004 fuzzy auto 1"},
		{"the writer's own says nothing", nil, text(shipped(ups(1), orderRef("1004")), own), prairie, "shipment 1004 order_number auto 1"},
		{"it contradicts a number", nil, text(shipped(ups(1), orderRef("1002")), edith), prairie, "shipment 1004 fuzzy review 1 !rival"},
	})
}

func TestMistypedEntriesKeepTheirParcels(t *testing.T) {
	entry := func(r parsers.Ref, n, start int) parsers.Statement {
		r.At.Start, r.At.End = start, start+4
		return clause(parsers.Shipment, []parsers.Tracking{at(ups(n), start+8)}, r)
	}
	pattern := orderRef("1093")
	pattern.Pattern = true
	for name, r := range map[string]parsers.Ref{"without a word": numbered("", "1093", 0), "that fits the pattern": pattern, "called an order": orderRef("1093")} {
		for _, f := range world().Match(text(entry(orderRef("1001"), 1, 0), entry(r, 2, 60)), prairie) {
			for _, n := range f.Tracking {
				if f.Decision == Auto && n.Number != ups(1).Number {
					t.Errorf("a number %s: the parcel of its entry went to %s: %v", name, f.Order, f)
				}
			}
		}
	}
}

// TestLargeReports holds that work grows with the rows and not with their square: a file may have 200,000.
func TestLargeReports(t *testing.T) {
	const rows = 20_000
	x := NewIndex()
	for n := range rows {
		x.Put(sample(n+1, "prairie"))
	}
	reports := map[string]func(n int) parsers.Statement{
		"an order each":  func(n int) parsers.Statement { return row(n+2, ups(n), orderRef(sample(n+1, "").Order)) },
		"one order":      func(n int) parsers.Statement { return row(n+2, ups(n), orderRef("1001")) },
		"unknown orders": func(n int) parsers.Statement { return row(n+2, ups(n), orderRef(fmt.Sprintf("X%d", 900_000+n))) },
		"sentences": func(n int) parsers.Statement {
			return shipped(at(ups(n), n*60), numbered(parsers.LabelOrder, sample(n+1, "").Order, n*60+30))
		},
		"products all about": func(n int) parsers.Statement {
			return parsers.Statement{Scope: parsers.ScopeClause, Lines: []parsers.Line{product(fmt.Sprintf("AB-%d", n), n)}}
		},
	}
	for name, statement := range reports {
		r := text(shipped(ups(rows), orderRef("1002")))
		for n := range rows {
			r.Statements = append(r.Statements, statement(n))
		}
		start := time.Now()
		found := x.Match(r, prairie)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %v for %d findings", name, took, len(found))
		} else {
			t.Logf("%s: %v for %d findings", name, took.Round(time.Millisecond), len(found))
		}
	}
}

func TestFuzzyNeedsDistance(t *testing.T) {
	twin := func(street string) func(*PO) {
		return only(5, func(po *PO) {
			po.ShipTo = sample(4, "").ShipTo
			po.ShipTo.Line1 = street
		})
	}
	say := func(name, street, postcode, city string) parsers.Reading {
		return text(to(shipped(ups(1)), name, street, postcode, city))
	}
	many := NewIndex()
	for n := range 5000 {
		po := sample(n+1, "prairie")
		po.ShipTo.City, po.ShipTo.Postcode = "Riverton", "82500"
		many.Put(po)
	}
	closed := func(po *PO) { po.Closed = true }
	run(t, []check{
		{"the same customer twice", world(twin("14 Cedar Avenue")), say("Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), prairie, "shipment - none review 1"},
		{"the same customer twice, a product tells", world(twin("14 Cedar Avenue")), text(with(to(shipped(ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), product("AB-5", 2))), prairie,
			"shipment 1005 fuzzy auto 1 1005-1=2"},
		{"a neighbour of the same name", world(twin("16 Cedar Avenue")), say("Edith Okonkwo", "16 Cedar Avenue", "82504", "Riverton"), prairie, "shipment 1005 fuzzy auto 1"},
		{"a neighbour of the same name, no house number", world(twin("16 Cedar Avenue")), say("Edith Okonkwo", "", "82504", "Riverton"), prairie, "shipment - none review 1"},
		{"the same customer, an earlier order closed", world(twin("14 Cedar Avenue"), only(4, closed)), say("Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), prairie, "shipment 1005 fuzzy review 1"},
		{"a town is not enough", nil, say("", "", "", "Riverton"), prairie, "shipment - none review 1"},
		{"a name among thousands of the same", many, say("Ada Norwood", "", "", ""), prairie, "shipment - none review 1"},
		{"a house in it, in a town of one street", many, say("Ada Norwood", "26 Cedar Avenue", "82500", "Riverton"), prairie, "shipment 1016 fuzzy review 1"},
		{"name and house, another postcode", nil, say("Edith Okonkwo", "14 Cedar Avenue", "99204", "Riverton"), prairie, "shipment 1004 fuzzy auto 1"},
		{"another supplier's customer", nil, say("Bruno Castellani", "11 Cedar Avenue", "82501", "Riverton"), harbor, "shipment - none review 1"},
		{"nearly one's name, and a neighbour's to the letter", world(twin("16 Cedar Avenue"), only(4, func(po *PO) { po.ShipTo.Name = "Edith Okonkvo" })), say("Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton"), prairie,
			"shipment 1004 fuzzy review 1"},
		{"swapped, abbreviated, misspelled", nil, say("OKONKWO, Edith", "14, Cedar Av", "82504-1234", "Rivertown"), prairie, "shipment 1004 fuzzy auto 1"},
	})
}

// TestTwinsAreListed holds that a person sees everybody who may be meant, also whom something speaks against.
func TestTwinsAreListed(t *testing.T) {
	x := world(only(5, func(po *PO) { po.ShipTo = sample(4, "").ShipTo; po.ShipTo.Line1 = "16 Cedar Avenue" }))
	for _, f := range x.Match(text(to(shipped(ups(1)), "Edith Okonkwo", "14 Cedar Avenue", "82504", "Riverton")), prairie) {
		var listed []string
		for _, c := range f.Candidates {
			listed = append(listed, c.Order)
		}
		if len(listed) < 2 || listed[0] != "1004" || listed[1] != "1005" {
			t.Errorf("candidates are %v", listed)
		}
	}
}

func TestPatternsFindTheNumbersOfTheShop(t *testing.T) {
	x := NewIndex()
	for i, number := range []string{"10023", "10024", "#10150", "WEB-55170", "WEB-61200", "12"} {
		x.Put(PO{ID: order.POID(i + 1), Order: number, Number: number})
	}
	find := func(s string) (found []string) {
		for _, p := range x.Patterns() {
			for _, m := range regexp.MustCompile(p).FindAllStringSubmatch(s, -1) {
				found = append(found, m[1])
			}
		}
		return found
	}
	for s, want := range map[string]string{"see 10099-B.": "10099-B", "#10023": "10023", "in 25023 days": "", "web-55999 left": "web-55999", "WEB-71234": "", "110023": "", "100234": ""} {
		got := ""
		if f := find(s); len(f) > 0 {
			got = f[0]
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", s, got, want)
		}
	}
	x.Put(PO{ID: 90, Order: "10151", Number: "PO-473434"}) // of a form of its own
	if got := find("PO-473499 left"); len(got) != 1 || got[0] != "PO-473499" {
		t.Errorf("the number of a purchase order: found %q", got)
	}
	x.Remove(90)
	for id := range 7 {
		x.Remove(order.POID(id))
	}
	if left := x.Patterns(); len(left) != 0 || x.Len() != 0 {
		t.Errorf("of an empty index remain %q", left)
	}
}

// saying gives a reading's first statement its sentence.
func saying(r parsers.Reading, sentence string) parsers.Reading {
	r.Statements[0].Sentence = sentence
	return r
}
