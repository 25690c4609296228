package flow

import (
	"fmt"
	"sync/atomic"
	"testing"
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
