package match

import (
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

// slips of numbers, with how often each is made: one digit wrong, two swapped, one lost, one too many (after the shares that Verhoeff, "Error Detecting Decimal
// Codes", 1969, found among single mistakes), and what programs and scanners do to numbers.
var numberSlips = []struct {
	name  string
	share int
	make  func(*rowMaker, string) string
}{
	{"one digit wrong", 50, func(m *rowMaker, s string) string {
		i := m.random.IntN(len(s))
		return s[:i] + string('0'+(s[i]-'0'+byte(1+m.random.IntN(9)))%10) + s[i+1:]
	}},
	{"two swapped", 14, func(m *rowMaker, s string) string {
		i := m.random.IntN(len(s) - 1)
		return s[:i] + string(s[i+1]) + string(s[i]) + s[i+2:]
	}},
	{"one lost", 8, func(m *rowMaker, s string) string {
		i := m.random.IntN(len(s))
		return s[:i] + s[i+1:]
	}},
	{"one too many", 8, func(m *rowMaker, s string) string {
		i := m.random.IntN(len(s))
		return s[:i] + string(s[i]) + s[i:]
	}},
	{"a letter for a digit", 10, func(m *rowMaker, s string) string {
		return strings.NewReplacer("0", "O", "1", "l", "5", "S", "8", "B").Replace(s)
	}},
	{"another prefix", 10, func(m *rowMaker, s string) string { return m.pick([]string{"PO ", "No. ", "#", "00"}) + s }},
}

// witnesses are what else a row says.
var witnesses = []struct {
	name string
	keep func(*suppliersRow)
}{
	{"nothing", func(r *suppliersRow) { r.party, r.lines = parsers.Party{}, nil }},
	{"name", func(r *suppliersRow) { r.party, r.lines = parsers.Party{Name: r.party.Name}, nil }},
	{"postcode", func(r *suppliersRow) { r.party, r.lines = parsers.Party{Postcode: r.party.Postcode}, nil }},
	{"product", func(r *suppliersRow) { r.party = parsers.Party{} }},
	{"name and postcode", func(r *suppliersRow) {
		r.party, r.lines = parsers.Party{Name: r.party.Name, Postcode: r.party.Postcode}, nil
	}},
	{"all", func(*suppliersRow) {}},
}

// TestNearNumbers writes numbers with one slip: the orders are numbered so densely that every other slip gives the number of another open order. Only what
// else the row says can tell, and where it says nothing more a wrong number is that other order's, as for any reader; those are counted apart.
func TestNearNumbers(t *testing.T) {
	n := 1_000
	if *whole {
		n = 10_000
	}
	town := newTown(111)
	orders := town.orders(n)
	x := NewIndex()
	numbers := map[string]order.POID{}
	for _, po := range orders {
		x.Put(po)
		numbers[po.Order] = po.ID
	}
	m := newRows(town, orders, 112)
	wrong, taken, takenRows := 0, 0, 0
	for _, w := range witnesses {
		for _, another := range []bool{false, true} {
			rows, sure, right := 0, 0, 0
			for i := range n {
				po := &orders[m.random.IntN(n)]
				row := m.row(po)
				if row.party.Name.Text == "" || row.party.Postcode.Text == "" || len(row.lines) == 0 {
					continue // it must have what the witness is
				}
				w.keep(&row)
				slip := numberSlips[pickShare(m)]
				text := slip.make(m, po.Order)
				if hit, ok := numbers[text]; text == po.Order || (ok && hit != po.ID) != another {
					continue
				}
				r := row.reading(i)
				r.Statements[0].Refs = []parsers.Ref{{Value: parsers.Value{Text: text, At: parsers.Place{Part: "1", Row: 2, Column: 1}}, Label: parsers.LabelOrder}}
				rows++
				for _, f := range x.Match(r, Sender{Supplier: supplierOfTown}) {
					if f.Decision == Auto {
						sure++
						if f.PO == po.ID {
							right++
						} else if !another {
							t.Logf("%s (%s) for %s, %s: %v %q", text, slip.name, po.Order, texts(&row), f, f.Reasons)
						}
					}
				}
			}
			what := "no order's number"
			if another {
				what = "another's number"
			}
			t.Logf("%-18s %-18s %5d rows, decided alone %5.1f%%, wrong %d", w.name, what, rows, 100*ratio(sure, rows), sure-right)
			switch {
			case !another:
				wrong += sure - right
			case w.name != "nothing":
				taken, takenRows = taken+sure-right, takenRows+rows
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d numbers that are no order's were taken for a wrong one", wrong)
	}
	if ratio(taken, takenRows) > 0.005 {
		t.Errorf("%d of %d wrong numbers that are another order's went there although the rest of the row says otherwise", taken, takenRows)
	}
}

func pickShare(m *rowMaker) int {
	n := m.random.IntN(100)
	return slices.IndexFunc(numberSlips, func(s struct {
		name  string
		share int
		make  func(*rowMaker, string) string
	}) bool {
		n -= s.share
		return n < 0
	})
}
