package match

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"waybill/daemon/order"
	"waybill/parsers"
)

// TestSwappedKeysAreNeverSure takes true answers about two orders, and swaps some of what names them: whatever is decided without a person must
// still be what every key that is left unswapped says.
func TestSwappedKeysAreNeverSure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := world(func(po *PO) { po.Refs = []string{fmt.Sprintf("SO-%d", 7000+po.ID)} })
		a := rapid.IntRange(1, 8).Draw(t, "a")
		b := rapid.IntRange(1, 8).Filter(func(n int) bool { return n != a }).Draw(t, "b")
		pick := func(name string) (int, bool) {
			if !rapid.Bool().Draw(t, name) {
				return 0, false
			}
			if rapid.Bool().Draw(t, name+" swapped") {
				return b, true
			}
			return a, true
		}
		named := map[int]bool{}
		r := text()
		s := shipped(ups(1))
		if n, ok := pick("thread"); ok {
			r.Envelope.InReplyTo, named[n] = sample(n, "").MessageIDs, true
		}
		if n, ok := pick("reply address"); ok {
			r.Envelope.Recipients, named[n] = []string{"orders+" + strings.ToLower(string(token(n))) + "@shop.example"}, true
		}
		if n, ok := pick("key"); ok {
			s.Refs, named[n] = append(s.Refs, numbered(parsers.LabelKey, string(token(n)), 5)), true
		}
		if n, ok := pick("number"); ok {
			s.Refs, named[n] = append(s.Refs, orderRef(sample(n, "").Order)), true
		}
		if n, ok := pick("reference"); ok {
			s.Refs, named[n] = append(s.Refs, numbered(parsers.LabelTheirs, fmt.Sprintf("SO-%d", 7000+n), 40)), true
		}
		if n, ok := pick("consignee"); ok {
			home := sample(n, "").ShipTo
			s, named[n] = to(s, home.Name, home.Line1, home.Postcode, home.City), true
		}
		if n, ok := pick("product"); ok {
			s.Lines, named[n] = []parsers.Line{product(fmt.Sprintf("AB-%d", n), 1)}, true
		}
		r.Statements = []parsers.Statement{s}
		for _, f := range x.Match(r, prairie) {
			if f.Decision == Auto && (len(named) > 1 || !named[int(f.PO)]) {
				t.Fatalf("sure of %s although it names %v: %v %q", f.Number, named, f, f.Reasons)
			}
			if f.Decision == Review && len(named) == 1 && f.Method != None && f.Method != Fuzzy {
				t.Fatalf("everything names %v, and a person is asked: %v %q", named, f, f.Reasons)
			}
		}
	})
}

// TestMistypedNumbersAreNeverSure takes one order's number with a slip: it may name another order exactly, and then only that one.
func TestMistypedNumbersAreNeverSure(t *testing.T) {
	x := world()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		digits := []byte(sample(n, "").Order)
		at := rapid.IntRange(0, 3).Draw(t, "at")
		digits[at] = byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		number := string(digits)
		for _, f := range x.Match(text(shipped(ups(1), orderRef(number))), prairie) {
			if f.Decision == Auto && f.Order != number {
				t.Fatalf("%s was taken for %s", number, f.Order)
			}
		}
		// With the address of the order that was meant, it is that order or nobody's.
		home := sample(n, "").ShipTo
		s := to(shipped(ups(1), orderRef(number)), home.Name, home.Line1, home.Postcode, home.City)
		for _, f := range x.Match(text(s), prairie) {
			if f.Decision == Auto && int(f.PO) != n {
				t.Fatalf("%s with the address of %d was taken for %s: %q", number, 1000+n, f.Order, f.Reasons)
			}
		}
	})
}

// TestReportsAreDealtByRow shuffles a table: each number stays with the order of its row.
func TestReportsAreDealtByRow(t *testing.T) {
	x := world()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.Permutation([]int{1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "rows")
		r := text()
		for i, n := range ids[:rapid.IntRange(1, 8).Draw(t, "many")] {
			r.Statements = append(r.Statements, row(i+2, ups(n), orderRef(sample(n, "").Order)))
		}
		for _, f := range x.Match(r, prairie) {
			if len(f.Tracking) != 1 || f.Tracking[0].Number != ups(int(f.PO)).Number || f.Decision != Auto {
				t.Fatalf("%v", f)
			}
		}
	})
}

// TestIndexForgets puts and removes at random: what is left is found, and nothing else.
func TestIndexForgets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := NewIndex()
		have := map[order.POID]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			n := rapid.IntRange(1, 9).Draw(t, "n")
			if rapid.Bool().Draw(t, "put") {
				po := sample(n, "prairie")
				po.Closed = rapid.Bool().Draw(t, "closed")
				x.Put(po)
				have[po.ID] = true
			} else {
				x.Remove(order.POID(n))
				delete(have, order.POID(n))
			}
		}
		for n := 1; n <= 9; n++ {
			f := x.Match(text(clause(parsers.Question, nil, orderRef(sample(n, "").Order))), prairie)
			if found := len(f) == 1 && f[0].PO == order.POID(n); found != have[order.POID(n)] {
				t.Fatalf("%d: found %v, have %v", n, found, have[order.POID(n)])
			}
		}
		if x.Len() != len(have) {
			t.Fatalf("%d entries, want %d", x.Len(), len(have))
		}
	})
}

// TestConcurrentUse lets the journal feed the index while answers are matched; run with -race.
func TestConcurrentUse(t *testing.T) {
	x := world()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 200 {
				n := 1 + (i+worker)%8
				po := sample(n, "prairie")
				po.Tracking = []string{ups(100 + i).Number}
				x.Put(po)
				f := x.Match(text(to(shipped(ups(1), orderRef(po.Order)), "", "", po.ShipTo.Postcode, "")), prairie)
				if len(f) != 1 || f[0].PO != po.ID {
					t.Errorf("%v", f)
					return
				}
				x.Patterns()
			}
		})
	}
	all.Wait()
	if x.Len() != 12 {
		t.Errorf("%d entries", x.Len())
	}
}
