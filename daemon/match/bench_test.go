package match

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"waybill/daemon/order"
	"waybill/parsers"
)

// crowd is n purchase orders of one supplier with invented people in a few hundred towns.
func crowd(n int) []PO {
	random := rand.New(rand.NewPCG(3, 5))
	given, family := words(random, 400), words(random, 4000)
	towns, streets := words(random, 300), words(random, 2000)
	all := make([]PO, n)
	for i := range all {
		number := fmt.Sprint(1_000_000 + i)
		town := random.IntN(len(towns))
		all[i] = PO{ID: order.POID(i + 1), OrderID: order.OrderID(i + 1), Channel: "shop", Order: number, Number: number + "-A", Supplier: fmt.Sprintf("supplier-%d", i%50),
			MessageIDs: []string{number + "@shop.example"}, Email: fmt.Sprintf("buyer%d@mail.example", i),
			ShipTo: order.Address{Name: given[random.IntN(len(given))] + " " + family[random.IntN(len(family))], Line1: fmt.Sprintf("%d %s Street", 1+random.IntN(200), streets[random.IntN(len(streets))]),
				City: towns[town], Postcode: fmt.Sprintf("%05d", 10000+town*37+random.IntN(30)), Country: "US"},
			Lines: []Line{{ID: "1", SKU: fmt.Sprintf("AB-%d", random.IntN(5000)), Quantity: 1, Outstanding: 1}}}
	}
	return all
}

func words(random *rand.Rand, n int) []string {
	syllables := []string{"ka", "ro", "mi", "ten", "lo", "sar", "ve", "du", "pin", "gal", "he", "nor", "bi", "wex", "ja", "tol"}
	all := make([]string, n)
	for i := range all {
		for range 2 + random.IntN(3) {
			all[i] += syllables[random.IntN(len(syllables))]
		}
	}
	return all
}

const crowded = 100_000

func BenchmarkIndexPut(b *testing.B) {
	all := crowd(crowded)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		x := NewIndex()
		for _, po := range all {
			x.Put(po)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(x)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*crowded), "ns/PO")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/crowded, "bytes/PO")
}

func BenchmarkMatch(b *testing.B) {
	all := crowd(crowded)
	x := NewIndex()
	for _, po := range all {
		x.Put(po)
	}
	say := func(name string, who func(PO) Sender, reading func(PO) parsers.Reading) {
		b.Run(name, func(b *testing.B) {
			found, i := 0, 0
			for b.Loop() {
				po := all[(i*7919)%len(all)]
				i++
				if f := x.Match(reading(po), who(po)); len(f) > 0 && f[0].PO == po.ID {
					found++
				}
			}
			b.ReportMetric(100*float64(found)/float64(i), "%right")
		})
	}
	own := func(po PO) Sender { return Sender{Supplier: po.Supplier} }
	open := func(PO) Sender { return anybody }
	number := func(po PO) parsers.Reading { return text(shipped(ups(1), orderRef(po.Order))) }
	party := func(po PO) parsers.Reading {
		return text(to(shipped(ups(1)), po.ShipTo.Name, po.ShipTo.Line1, po.ShipTo.Postcode, po.ShipTo.City))
	}
	typo := func(po PO) parsers.Reading {
		name := po.ShipTo.Name
		return text(to(shipped(ups(1)), name[:2]+"x"+name[3:], po.ShipTo.Line1, po.ShipTo.Postcode, po.ShipTo.City))
	}
	near := func(po PO) parsers.Reading { return text(shipped(ups(1), orderRef(po.Order+"0"))) }
	report := func(po PO) parsers.Reading {
		r := text()
		for k := range 20 {
			r.Statements = append(r.Statements, row(k+2, ups(k), orderRef(all[(int(po.ID)-1+50*k)%len(all)].Order)))
		}
		return r
	}
	say("number", own, number)
	say("consignee", own, party)
	say("consignee, misspelled", own, typo)
	say("consignee, anybody", open, party)
	say("near number", own, near)
	say("report of 20 rows", own, report)
}
