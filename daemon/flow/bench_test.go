package flow

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/store"
)

// BenchmarkReceive takes paid orders in durably, routed, rendered and queued, from many callers at once.
func BenchmarkReceive(b *testing.B) {
	s := newShop(b, nil)
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Receive(b.Context(), paidOrder(fmt.Sprint(100000+n.Add(1))), Source{By: "api"}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}

// answered is a shop with n orders, each shipped by a mail.
func answered(b *testing.B, n int) *shop {
	s := newShop(b, nil)
	for i := range n {
		number := fmt.Sprint(100000 + i)
		doc := paidOrder(number)
		doc.Customer.Name, doc.ShipTo.Name = "Customer "+number, fmt.Sprintf("Customer%d Abernathy%d", i, i)
		doc.ShipTo.Line1, doc.ShipTo.Postcode = fmt.Sprintf("%d Maple Street", i+1), fmt.Sprintf("%05d", i+10000)
		doc.Lines[0].SKU = fmt.Sprintf("PS%d", i)
		s.receive(doc)
		s.sent("mail:orders")
		s.at = s.at.Add(time.Second)
		s.mail(fromPrairie, "Your order "+number+"-A", "", fmt.Sprintf("Order %s-A has shipped with DHL. Tracking number JJD%018d\r\n", number, i))
	}
	return s
}

// BenchmarkReplay reads kept mails again and finds each the same.
func BenchmarkReplay(b *testing.B) {
	s := answered(b, 500)
	items := 0
	for b.Loop() {
		totals, err := s.Replay(b.Context(), ReplayRequest{DryRun: true}, func(Replayed) error { return nil })
		if err != nil || totals.Items != 500 {
			b.Fatal(totals, err)
		}
		items += totals.Items
	}
	b.ReportMetric(float64(items)/b.Elapsed().Seconds(), "mails/s")
}

// BenchmarkTrial tries a rule on kept mails, each of which is read with it and without it.
func BenchmarkTrial(b *testing.B) {
	s := answered(b, learnMost)
	rule := store.RuleRow{Supplier: "prairie", Kind: string(RulePhrase), Reads: "off it went", Means: "shipment"}
	for b.Loop() {
		h, err := s.rehearse(b.Context(), s.world.Load(), rule, 0, learnMost)
		if err != nil {
			b.Fatal(err)
		}
		if t, err := h.try(b.Context(), rule); err != nil || t.Of != learnMost || t.Differently != 0 {
			b.Fatal(t, err)
		}
	}
}
