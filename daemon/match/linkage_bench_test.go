package match

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkLinkage builds an index and asks it with noisy rows. With -linkage it holds a million orders.
func BenchmarkLinkage(b *testing.B) {
	n := 50_000
	if *whole {
		n = 1_000_000
	}
	stored, rows := store(n)
	var x *Index
	b.Run("build", func(b *testing.B) {
		var bytes, spent float64
		for b.Loop() {
			x = nil
			before, cpu := heap(), cpuTime()
			x = stored.build()
			spent += float64(cpuTime() - cpu)
			bytes = float64(heap() - before)
		}
		b.ReportMetric(bytes/float64(n), "bytes/order")
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/build")
		b.ReportMetric(spent/1000/float64(b.N*n), "CPU-µs/order")
	})
	if x == nil {
		x = stored.build()
	}
	b.Run("query", func(b *testing.B) {
		var took []time.Duration
		var lock sync.Mutex
		cpu := cpuTime()
		done := 0
		for b.Loop() {
			var all sync.WaitGroup
			for worker := range 2 {
				all.Go(func() {
					own := make([]time.Duration, 0, len(rows)/2)
					for i := worker; i < len(rows); i += 2 {
						r := rows[i].reading(i)
						start := time.Now()
						x.Match(r, Sender{Supplier: supplierOfTown})
						own = append(own, time.Since(start))
					}
					lock.Lock()
					took = append(took, own...)
					lock.Unlock()
				})
			}
			all.Wait()
			done += len(rows)
		}
		slices.Sort(took)
		spent := cpuTime() - cpu
		b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "queries/s")
		b.ReportMetric(2*float64(done)/spent.Seconds(), "queries/2-CPU-s")
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		b.ReportMetric(float64(took[len(took)*999/1000].Microseconds()), "p99.9-µs")
	})
	b.Run("truth", func(b *testing.B) {
		var l linkage
		for b.Loop() {
			l = link(x, rows)
		}
		b.ReportMetric(100*ratio(l.topUnambiguous, l.rows-l.unknown-l.ambiguous), "%top")
		b.ReportMetric(100*l.recall(), "%recall")
		b.ReportMetric(100*l.precision(), "%precision")
		b.ReportMetric(float64(l.ambiguous), "ambiguous")
		l.log(b)
	})
}

// books are orders as a database holds them: out of the garbage collector's sight.
type books struct {
	words dictionary
	text  string
	ends  []int
}

// store makes orders, and rows about them.
func store(n int) (*books, []suppliersRow) {
	town := newTown(201)
	orders := town.orders(n)
	b := &books{words: newDictionary(), ends: make([]int, n)}
	var text []byte
	p := packer{words: &b.words}
	for i := range orders {
		text = append(text, p.pack(&orders[i])...)
		b.ends[i] = len(text)
	}
	b.text = string(text)
	return b, newRows(town, orders, 202).rows(orders, 20_000)
}

func (b *books) order(i int) PO {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	u := unpacker{words: &b.words, in: b.text[start:b.ends[i]]}
	var po PO
	u.unpack(&po)
	return po
}

// build fills an index, as a machine does at its start.
func (b *books) build() *Index {
	x := NewIndex()
	_ = x.Fill(func(put func(PO)) error {
		for i := range b.ends {
			put(b.order(i))
		}
		return nil
	})
	return x
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// cpuTime is what the process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(fmt.Errorf("reading the time used: %w", err))
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
