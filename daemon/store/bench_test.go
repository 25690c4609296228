package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// Every benchmark does its work twice: as the daemon does it, and the plain way with one transaction after the other. It
// reports how many of each a second, and the ratio.

func benchBoth(b *testing.B, f func(*testing.B, *store.Store)) {
	open := func(b *testing.B, o store.Options) *store.Store {
		s, err := store.Open(context.Background(), o)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { closeStore(b, s) })
		return s
	}
	b.Run("sqlite", func(b *testing.B) {
		f(b, open(b, store.Options{Path: filepath.Join(benchFolder(b), "waybill.db")}))
	})
	b.Run("postgres", func(b *testing.B) {
		f(b, open(b, store.Options{DSN: transporttest.StartPostgres(b).NewDatabase(b)}))
	})
}

// benchFolder is a folder on the disk, also where the temporary folder is in memory, if WAYBILL_BENCH_DIR names one.
func benchFolder(b *testing.B) string {
	if at := os.Getenv("WAYBILL_BENCH_DIR"); at != "" {
		folder, err := os.MkdirTemp(at, "bench")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { os.RemoveAll(folder) })
		return folder
	}
	return b.TempDir()
}

// produce has n producers do total pieces of work and gives the pieces a second.
func produce(b *testing.B, n, total int, work func(i int) error) float64 {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range n {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= total {
					return
				}
				if err := work(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(total) / time.Since(start).Seconds()
}

// compare reports the rate of work by n producers beside that of one at a time.
func compare(b *testing.B, n int, what string, work func(i int) error) {
	b.Helper()
	before := processTime(b)
	fast := produce(b, n, b.N, work)
	b.ReportMetric(float64((processTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op") // steady where the machine is shared
	b.StopTimer()
	slow := produce(b, 1, min(b.N, 300), func(i int) error { return work(b.N + i) }) // last, when the log has its size and all is warm
	b.ReportMetric(fast, what+"/s")
	b.ReportMetric(slow, "plain/s")
	b.ReportMetric(fast/slow, "ratio")
}

// processTime is the processor time that this process has used.
func processTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var benchRound atomic.Int64

func BenchmarkWrite(b *testing.B) {
	for _, producers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(producers), func(b *testing.B) {
			benchBoth(b, func(b *testing.B, s *store.Store) {
				compare(b, producers, "writes", func(i int) error {
					return s.Write(context.Background(), func(tx *store.Tx) error {
						return tx.SetSetting(fmt.Sprintf("cursor/%d", i%1000), fmt.Appendf(nil, "3857529045:%d", i))
					})
				})
			})
		})
	}
}

// BenchmarkOrders accepts whole orders: order, purchase order, message to the supplier.
func BenchmarkOrders(b *testing.B) {
	benchBoth(b, func(b *testing.B, s *store.Store) {
		base := int(benchRound.Add(1)) * 10_000_000
		compare(b, 64, "orders", func(i int) error {
			return s.Write(context.Background(), func(tx *store.Tx) error { _, err := addLoop(tx, base+i); return err })
		})
	})
}

// BenchmarkSends takes a message through claim, mark and settle; claims take up to 64.
func BenchmarkSends(b *testing.B) {
	benchBoth(b, func(b *testing.B, s *store.Store) {
		ctx := context.Background()
		base := int(benchRound.Add(1)) * 10_000_000
		total := b.N + min(b.N, 300)
		for n := 0; n < total; n += 500 {
			write(b, s, func(tx *store.Tx) error {
				for i := n; i < min(n+500, total); i++ {
					if _, err := addLoop(tx, base+i); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var mu sync.Mutex
		var claimed []store.DispatchRow
		take := func() (store.DispatchRow, error) {
			mu.Lock()
			defer mu.Unlock()
			if len(claimed) == 0 {
				var err error
				if claimed, err = s.Claim(ctx, "smtp:main", 64, time.Hour, nil); err != nil || len(claimed) == 0 {
					return store.DispatchRow{}, fmt.Errorf("nothing to claim: %w", err)
				}
			}
			row := claimed[0]
			claimed = claimed[1:]
			return row, nil
		}
		compare(b, 64, "sends", func(int) error {
			row, err := take()
			if err != nil {
				return err
			}
			if err := s.Mark(ctx, row.ID, row.Epoch); err != nil {
				return err
			}
			return s.Settle(ctx, row.ID, row.Epoch, order.SentOK, time.Time{}, "", "250 2.0.0 queued", "")
		})
	})
}

// BenchmarkKeep keeps mails of 6 KB: 200 in a Write, and one in a Write.
func BenchmarkKeep(b *testing.B) {
	benchBoth(b, func(b *testing.B, s *store.Store) {
		const batch = 200
		mail := func(i int) []byte {
			raw := make([]byte, 0, 6<<10)
			raw = fmt.Appendf(raw, "Message-ID: <%d.%s@prairie.example>\r\nSubject: order %d\r\n\r\n", i, rand.Text(), i)
			for len(raw) < 6<<10 {
				raw = fmt.Appendf(raw, "<tr><td>PO %d-A</td><td>line %d</td><td>%s</td></tr>\r\n", i, len(raw), rand.Text()[:10])
			}
			return raw
		}
		source := fmt.Sprint("inbox", benchRound.Add(1))
		mails := make([][]byte, b.N*batch)
		for i := range mails {
			mails[i] = mail(i)
		}
		keep := func(tx *store.Tx, i int) error {
			_, _, err := tx.Keep(store.KeepItem{Source: source, Key: fmt.Sprint(i), Raw: mails[i]})
			return err
		}
		start := time.Now()
		for n := range b.N {
			write(b, s, func(tx *store.Tx) error {
				for i := range batch {
					if err := keep(tx, n*batch+i); err != nil {
						return err
					}
				}
				return nil
			})
		}
		fast := float64(len(mails)) / time.Since(start).Seconds()
		source += "plain"
		slow := produce(b, 1, min(len(mails), 200), func(i int) error {
			return s.Write(context.Background(), func(tx *store.Tx) error { return keep(tx, i) })
		})
		b.ReportMetric(fast, "mails/s")
		b.ReportMetric(slow, "plain/s")
		b.ReportMetric(fast/slow, "ratio")
	})
}

// BenchmarkOpen opens a database of 0 and of 100,000 orders, and reports what an idle store holds in memory.
func BenchmarkOpen(b *testing.B) {
	for _, orders := range []int{0, 100_000} {
		b.Run(fmt.Sprint(orders), func(b *testing.B) {
			path := filepath.Join(benchFolder(b), "waybill.db")
			fillOrders(b, path, orders)
			b.ResetTimer()
			for range b.N {
				s, err := store.Open(context.Background(), store.Options{Path: path})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				closeStore(b, s)
				b.StartTimer()
			}
			b.StopTimer()
			cmd, out := startChild(b, "idle", path)
			for out.Scan() {
				var mb float64
				if _, err := fmt.Sscan(out.Text(), &mb); err != nil {
					b.Error(out.Text())
				}
				b.ReportMetric(mb, "MB-idle")
			}
			if err := cmd.Wait(); err != nil {
				b.Error(err)
			}
			if info, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(info.Size())/1e6, "MB-file")
			}
		})
	}
}

func fillOrders(b *testing.B, path string, orders int) {
	s, err := store.Open(context.Background(), store.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	defer closeStore(b, s)
	for n := 0; n < orders; n += 500 {
		write(b, s, func(tx *store.Tx) error {
			for i := range 500 {
				if _, err := addLoop(tx, n+i); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// idle prints what an open store that has written and read a little adds to the resident memory of a process, in MB.
func idle(path string) error {
	ctx := context.Background()
	before, err := residentMB()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	if err := s.Write(ctx, func(tx *store.Tx) error { _, err := addLoop(tx, 10_000_000); return err }); err != nil {
		return err
	}
	if _, err := s.Claim(ctx, "smtp:main", 1, time.Minute, nil); err != nil {
		return err
	}
	runtime.GC()
	after, err := residentMB()
	if err != nil {
		return err
	}
	fmt.Println(after - before)
	return s.Close()
}

func residentMB() (float64, error) {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var size, resident int
	_, err = fmt.Sscan(string(raw), &size, &resident)
	return float64(resident*os.Getpagesize()) / 1e6, err
}
