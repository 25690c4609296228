package match

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"testing"

	"waybill/daemon/order"
)

// TestFillIsPut holds that an index that was filled in several rounds is the one that is made by putting its orders one by one, to the byte.
func TestFillIsPut(t *testing.T) {
	orders := newTown(9).orders(2*2*batchOrders + 300)
	seed := maphash.MakeSeed()
	one, f := emptyIndex(seed), newFilling(seed, 2)
	for _, po := range orders {
		one.Put(po)
		f.put(po)
	}
	fillIsPut(t, f.finish(), one)
}

// TestFillFollows holds it for orders that come again, changed, and for such as do not come in the order of their ids.
func TestFillFollows(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	orders := newTown(9).orders(1500)
	for _, i := range random.Perm(len(orders))[:400] {
		po := orders[i]
		po.Order, po.Number, po.ShipTo, po.Closed = fmt.Sprint("EX-", i), fmt.Sprint("EX-", i), orders[random.IntN(len(orders))].ShipTo, true
		orders = append(orders, po)
	}
	moved := orders[700]
	orders = append(slices.Delete(orders, 700, 701), moved)
	one, x := NewIndex(), NewIndex()
	for _, po := range orders {
		one.Put(po)
	}
	refill(t, x, orders, nil)
	sameFindings(t, x, one, orders)
}

// TestFillKeepsWhatIsNewer holds that a change that comes while the index is filled is not undone by it.
func TestFillKeepsWhatIsNewer(t *testing.T) {
	orders := newTown(9).orders(300)
	before, during := orders[10], orders[20]
	before.Supplier, during.Supplier = "harbor", "harbor"
	x, one := NewIndex(), NewIndex()
	x.Put(before)
	refill(t, x, orders, func(i int) {
		if i == 250 {
			x.Put(during)
		}
	})
	orders[10], orders[20] = before, during
	for _, po := range orders {
		one.Put(po)
	}
	sameFindings(t, x, one, orders)
}

// TestFillThatBreaksOff holds that half a set of orders is none.
func TestFillThatBreaksOff(t *testing.T) {
	broken := errors.New("the disk is gone")
	x := NewIndex()
	x.Put(sample(1, "prairie"))
	err := x.Fill(func(put func(PO)) error {
		for n := 2; n < 4000; n++ {
			put(sample(n, "prairie"))
		}
		return broken
	})
	if !errors.Is(err, broken) || x.Len() != 1 {
		t.Fatalf("got %v and %d orders, want %v and the one that was there", err, x.Len(), broken)
	}
}

// refill fills an index, and tells meanwhile how many orders it has given.
func refill(t *testing.T, x *Index, orders []PO, given func(int)) {
	t.Helper()
	err := x.Fill(func(put func(PO)) error {
		for i, po := range orders {
			put(po)
			if given != nil {
				given(i)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fillIsPut compares two indexes of one seed: records, words, counts, what every key leads to and what all of it weighs. Lists may take
// a little more: they grow from where the first round left them.
func fillIsPut(t *testing.T, got, want *Index) {
	t.Helper()
	if len(got.pages) != len(want.pages) || !slices.Equal(got.words.texts, want.words.texts) {
		t.Fatalf("%d pages and %d words, want %d and %d", len(got.pages), len(got.words.texts), len(want.pages), len(want.words.texts))
	}
	for i, p := range want.pages {
		if *got.pages[i] != *p {
			t.Fatalf("page %d is another one", i)
		}
	}
	if got, want := fmt.Sprint(got.slots, got.size, got.open, got.suppliers, got.shapes), fmt.Sprint(want.slots, want.size, want.open, want.suppliers, want.shapes); got != want {
		t.Fatalf("counts %s, want %s", got, want)
	}
	for k := range kinds {
		a, b := &got.by[k], &want.by[k]
		room, all := 0, 0
		for i := range b.tables {
			if len(a.tables[i].cells) != len(b.tables[i].cells) || a.tables[i].used != b.tables[i].used {
				t.Fatalf("kind %d: table %d has %d of %d cells, want %d of %d", k, i, a.tables[i].used, len(a.tables[i].cells), b.tables[i].used, len(b.tables[i].cells))
			}
			for _, c := range b.tables[i].cells {
				if c == 0 {
					continue
				}
				hash := uint64(i)<<58 | c>>32
				var one, other [1]slot
				x, y := a.find(hash, &one), b.find(hash, &other)
				if !slices.Equal(x, y) {
					t.Fatalf("kind %d: key %x leads to %v, want %v", k, hash, x, y)
				}
				room, all = room+cap(x)-cap(y), all+cap(y)
			}
		}
		if room > all/10 || len(a.lists) != len(b.lists) {
			t.Fatalf("kind %d: %d lists with %d more room, want %d", k, len(a.lists), room, len(b.lists))
		}
	}
}

// sameFindings asks two indexes about the same rows.
func sameFindings(t *testing.T, x, want *Index, orders []PO) {
	t.Helper()
	if x.Len() != want.Len() {
		t.Fatalf("%d orders, want %d", x.Len(), want.Len())
	}
	latest := map[order.POID]PO{}
	for _, po := range orders {
		latest[po.ID] = po
	}
	for i := range orders {
		po := latest[orders[i].ID]
		r := text(to(shipped(ups(i)), po.ShipTo.Name, po.ShipTo.Line1, po.ShipTo.Postcode, po.ShipTo.City))
		if i%2 == 0 {
			r = text(shipped(ups(i), orderRef(po.Order)))
		}
		for _, who := range []Sender{{Supplier: po.Supplier}, anybody} {
			if got, want := fmt.Sprint(x.Match(r, who)), fmt.Sprint(want.Match(r, who)); got != want {
				t.Fatalf("order %s:\n%s\nan index that was put one by one says\n%s", po.Order, got, want)
			}
		}
	}
}
