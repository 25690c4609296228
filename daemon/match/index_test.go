package match

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waybill/daemon/order"
)

// TestRecords holds that a purchase order comes out of its record as it went in.
func TestRecords(t *testing.T) {
	text := rapid.StringN(0, 12, 40)
	rapid.Check(t, func(t *rapid.T) {
		po := PO{ID: order.POID(rapid.Int64Min(1).Draw(t, "id")), OrderID: order.OrderID(rapid.Int64Min(1).Draw(t, "order")), Channel: text.Draw(t, "channel"),
			Order: text.Draw(t, "number"), Number: text.Draw(t, "po number"), Supplier: text.Draw(t, "supplier"), Token: order.Token(text.Draw(t, "token")),
			ShipTo: order.Address{Name: text.Draw(t, "name"), Company: text.Draw(t, "company"), Line1: text.Draw(t, "line1"), Line2: text.Draw(t, "line2"),
				City: text.Draw(t, "city"), Region: text.Draw(t, "region"), Postcode: text.Draw(t, "postcode"), Country: text.Draw(t, "country"), Phone: text.Draw(t, "home")},
			Email: text.Draw(t, "email"), Phone: text.Draw(t, "phone"), PlacedAt: time.Unix(rapid.Int64Range(1, 1<<40).Draw(t, "placed"), 0).UTC(),
			ReplyTo: text.Draw(t, "reply"), Closed: rapid.Bool().Draw(t, "closed")}
		some := rapid.SliceOfN(text, 0, 3)
		for _, list := range []*[]string{&po.MessageIDs, &po.Refs, &po.Tracking} {
			if drawn := some.Draw(t, "list"); len(drawn) > 0 {
				*list = drawn
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			po.Lines = append(po.Lines, Line{ID: text.Draw(t, "line"), SKU: text.Draw(t, "sku"), SupplierSKU: text.Draw(t, "theirs"), Title: text.Draw(t, "title"),
				Quantity: rapid.IntRange(0, 1000).Draw(t, "quantity"), Outstanding: rapid.IntRange(0, 1000).Draw(t, "outstanding")})
		}
		words := newDictionary()
		p := packer{words: &words}
		u := unpacker{words: &words, in: p.pack(&po)}
		var back PO
		u.unpack(&back)
		if fmt.Sprintf("%#v", back) != fmt.Sprintf("%#v", po) || u.in != "" {
			t.Fatalf("went in %#v\ncame out %#v, %d bytes left", po, back, len(u.in))
		}
	})
}

// TestPostings holds them against a map, with so few hashes that they collide in their places.
func TestPostings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p postings
		want := map[uint64]map[slot]bool{}
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			tag := uint64(rapid.Uint32Range(0, 60).Draw(t, "tag")) * 0x4000_0001 & 0xffff_ffff
			s := slot(rapid.Uint32Range(0, 9).Draw(t, "slot"))
			if want[tag] == nil {
				want[tag] = map[slot]bool{}
			}
			if rapid.IntRange(0, 2).Draw(t, "what") > 0 {
				p.add(tag, s)
				want[tag][s] = true
			} else {
				p.remove(tag, s)
				delete(want[tag], s)
			}
		}
		for tag, slots := range want {
			var one [1]slot
			got := p.find(tag, &one)
			if len(got) != len(slots) || !slices.IsSorted(got) || slices.ContainsFunc(got, func(s slot) bool { return !slots[s] }) {
				t.Fatalf("%x: got %v, want %v", tag, got, slots)
			}
		}
	})
}

// TestChangesAreFollowed puts, changes and removes at random, and asks an index that was built at once whether it says the same.
func TestChangesAreFollowed(t *testing.T) {
	town := newTown(7)
	orders := town.orders(300)
	random := rand.New(rand.NewPCG(7, 7))
	x, have := NewIndex(), map[order.POID]PO{}
	for range 3000 {
		po := orders[random.IntN(len(orders))]
		switch random.IntN(3) {
		case 0:
			x.Remove(po.ID)
			delete(have, po.ID)
		case 1: // moved, and renumbered
			po.ShipTo = orders[random.IntN(len(orders))].ShipTo
			po.Order = fmt.Sprint(500_000 + random.IntN(1000))
			fallthrough
		default:
			x.Put(po)
			have[po.ID] = po
		}
	}
	fresh := NewIndex()
	for _, po := range orders {
		if now, ok := have[po.ID]; ok {
			fresh.Put(now)
		}
	}
	if x.Len() != fresh.Len() {
		t.Fatalf("%d orders, want %d", x.Len(), fresh.Len())
	}
	rows := newRows(town, orders, 8).rows(orders, 300)
	for i := range rows {
		got, want := x.Match(rows[i].reading(i), Sender{Supplier: supplierOfTown}), fresh.Match(rows[i].reading(i), Sender{Supplier: supplierOfTown})
		if got[0].PO != want[0].PO || got[0].Confidence != want[0].Confidence || got[0].Decision != want[0].Decision {
			t.Fatalf("row %d: %v, an index built at once says %v", i, got, want)
		}
	}
}
