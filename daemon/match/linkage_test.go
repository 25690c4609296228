package match

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"waybill/daemon/order"
)

// linkage is what came of matching rows with orders.
type linkage struct {
	rows, unknown, ambiguous      int
	auto, right, rightUnambiguous int
	top, topUnambiguous           int // the right order is the first candidate
	wrong                         []string
	missed                        map[string]int
	sure                          [6][2]int // by confidence: how many, and how many of them right
}

var bands = [6]float64{0, 0.5, 0.9, 0.99, 0.999, 0.9999}

// link matches each row alone, as `waybill match` decides.
func link(x *Index, rows []suppliersRow) linkage {
	l := linkage{rows: len(rows), missed: map[string]int{}}
	for n := range rows {
		r := &rows[n]
		found := x.Match(r.reading(n), Sender{Supplier: supplierOfTown})
		if len(found) != 1 {
			panic(fmt.Sprintf("%d findings for one row", len(found)))
		}
		f := found[0]
		if r.truth == 0 {
			l.unknown++
		} else if r.ambiguous {
			l.ambiguous++
		}
		var top order.POID
		confidence := 0.0
		if len(f.Candidates) > 0 {
			top, confidence = f.Candidates[0].PO, f.Candidates[0].Score
		}
		right := r.truth != 0 && top == r.truth
		if right {
			l.top++
			if !r.ambiguous {
				l.topUnambiguous++
			}
		}
		for b := len(bands) - 1; b >= 0 && len(f.Candidates) > 0; b-- {
			if confidence >= bands[b] {
				l.sure[b][0]++
				if right {
					l.sure[b][1]++
				}
				break
			}
		}
		switch {
		case f.Decision == Auto && f.PO == r.truth:
			l.auto++
			l.right++
			if !r.ambiguous {
				l.rightUnambiguous++
			}
		case f.Decision == Auto:
			l.auto++
			l.wrong = append(l.wrong, fmt.Sprintf("row of origin %d near %d: %+v\n\ttaken for %d: %v %q", r.origin, r.near, texts(r), f.PO, f, f.Reasons))
		case r.truth != 0 && !r.ambiguous:
			reason := "no candidate"
			if len(f.Reasons) > 0 {
				reason, _, _ = strings.Cut(f.Reasons[len(f.Reasons)-1], "1")
			}
			if f.PO != r.truth && f.PO != 0 {
				reason = "another on top; " + reason
			}
			l.missed[reason]++
		}
	}
	return l
}

func texts(r *suppliersRow) string {
	p := &r.party
	return fmt.Sprintf("%q %q %q %q %q %q %q", p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text, p.Phone.Text, p.Email.Text)
}

func (l *linkage) add(o *linkage) {
	l.rows, l.unknown, l.ambiguous = l.rows+o.rows, l.unknown+o.unknown, l.ambiguous+o.ambiguous
	l.auto, l.right, l.rightUnambiguous = l.auto+o.auto, l.right+o.right, l.rightUnambiguous+o.rightUnambiguous
	l.top, l.topUnambiguous = l.top+o.top, l.topUnambiguous+o.topUnambiguous
	for b := range l.sure {
		l.sure[b][0] += o.sure[b][0]
		l.sure[b][1] += o.sure[b][1]
	}
}

func (l *linkage) precision() float64 { return ratio(l.right, l.auto) }

// recall counts over the rows whose order is open and that are not ambiguous.
func (l *linkage) recall() float64 {
	return ratio(l.rightUnambiguous, l.rows-l.unknown-l.ambiguous)
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

func (l *linkage) log(t testing.TB) {
	t.Logf("%d rows, %d about no open order, %d ambiguous by truth", l.rows, l.unknown, l.ambiguous)
	t.Logf("decided alone %d, wrong %d: precision %.4f%%", l.auto, l.auto-l.right, 100*l.precision())
	t.Logf("recall %.3f%%; with the ambiguous %.3f%%", 100*l.recall(), 100*ratio(l.right, l.rows-l.unknown))
	t.Logf("right order on top %.3f%%; with the ambiguous %.3f%%", 100*ratio(l.topUnambiguous, l.rows-l.unknown-l.ambiguous), 100*ratio(l.top, l.rows-l.unknown))
	for b, n := range l.sure {
		if n[0] > 0 {
			t.Logf("confidence from %.4f: %6d, right %.3f%%", bands[b], n[0], 100*ratio(n[1], n[0]))
		}
	}
	for reason, n := range l.missed {
		if n > 2 {
			t.Logf("missed %4d: %s", n, reason)
		}
	}
	for _, w := range l.wrong[:min(len(l.wrong), 20)] {
		t.Log("wrong: " + w)
	}
}

// world of n orders and as many rows, of one seed.
func linkageWorld(n int, seed uint64) (*Index, []PO, []suppliersRow) {
	t := newTown(seed)
	orders := t.orders(n)
	x := NewIndex()
	for _, po := range orders {
		x.Put(po)
	}
	return x, orders, newRows(t, orders, seed+1).rows(orders, n)
}

var whole = flag.Bool("linkage", false, "the linkage test at its full size, and the bench with a million orders")

// linkageSeeds make the worlds that are reported. The weights come from another one.
var linkageSeeds = []uint64{101, 102, 103}

// TestLinkage holds how well orders are found by their consignees alone. At full size (make linkage): 10,000 orders and as many rows for each seed.
func TestLinkage(t *testing.T) {
	if !*whole {
		x, _, rows := linkageWorld(1_000, 2)
		l := link(x, rows)
		l.log(t)
		if l.recall() < 0.985 || l.right < l.auto {
			t.Errorf("recall %.4f, %d wrong", l.recall(), l.auto-l.right)
		}
		return
	}
	var sum linkage
	for _, seed := range linkageSeeds {
		x, _, rows := linkageWorld(10_000, seed)
		l := link(x, rows)
		t.Logf("seed %d:", seed)
		l.log(t)
		sum.add(&l)
	}
	t.Log("all seeds:")
	sum.log(t)
	if sum.recall() < 0.99 || sum.precision() < 0.9995 {
		t.Errorf("recall %.4f, precision %.5f", sum.recall(), sum.precision())
	}
	sure := sum.sure[len(bands)-1][0] + sum.sure[len(bands)-2][0]
	right := sum.sure[len(bands)-1][1] + sum.sure[len(bands)-2][1]
	if ratio(right, sure) < 0.9995 {
		t.Errorf("of %d with a confidence of 0.999 and more only %d are right", sure, right)
	}
}
