package rig

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
)

// TestRepeats is promise 2: WAYBILL_REPEATS_N (2,000) deliveries of orders, each up to five times, out of order, at once, unpaid after paid, with other content,
// some cancelled in between, over several starts of the program and years later. Each order is in the books once, and its supplier was told once.
func TestRepeats(t *testing.T) {
	n, seed := setting(t, "WAYBILL_REPEATS_N", 2000), setting(t, "WAYBILL_REPEATS_SEED", 1)
	r := rand.New(rand.NewPCG(uint64(seed), 2))
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "waybill.yaml"), fmt.Sprintf("shop: {name: Lantern Lane}\nstate: %s\nsending: {first_orders: 0, per_supplier: 0, total: 0}\nchannels: {shop: {}, other: {}}\n", dir))
	writeFile(t, filepath.Join(dir, "suppliers/quarry-tools.yaml"), "name: Quarry Tools\nskus: [{prefix: QT}]\nsend: {by: folder, path: "+dir+"/out}\n")
	cfg, err := config.Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2025, 8, 26, 17, 0, 0, 0, time.UTC)
	type delivery struct {
		doc    order.Order
		years  bool // comes once more, years later
		cancel bool
	}
	var all []delivery
	distinct := map[string]bool{}
	for i := 0; len(all) < n; i++ {
		channel := []string{"shop", "other"}[r.IntN(2)]
		doc := order.Order{Number: fmt.Sprint(1000 + i), Channel: channel, ID: fmt.Sprint("id-", i/2), PlacedAt: start, PaidAt: start, Currency: "USD",
			ShipTo: order.Address{Name: "Ada Example", Line1: fmt.Sprint(i, " Test Street"), City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
			Lines:  []order.Line{{ID: "1", SKU: "QT-1", Quantity: 1 + r.IntN(3)}}}
		if key := channel + doc.ID; distinct[key] { // another order of the same number, or the same again: both come
			doc.Number = fmt.Sprint(999 + i)
		}
		distinct[channel+doc.ID] = true
		for range 1 + r.IntN(5) {
			again := doc
			switch r.IntN(6) {
			case 0:
				again.PaidAt = time.Time{}
			case 1:
				again.Note = "other content"
			}
			all = append(all, delivery{doc: again, years: r.IntN(10) == 0, cancel: r.IntN(20) == 0})
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	now := start
	lives := 4
	var refused atomic.Int64
	erased := 0
	for life := range lives {
		books, err := store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "waybill.db"), Now: func() time.Time { return now }, MarkKey: flow.MarkKey(cfg)})
		if err != nil {
			t.Fatal(err)
		}
		pool := sandbox.New(sandbox.Options{Inline: true})
		f, err := flow.New(flow.Options{Store: books, Config: cfg, Reader: pool, Now: func() time.Time { return now }, Random: rand.NewChaCha8([32]byte{byte(life)})})
		if err != nil {
			t.Fatal(err)
		}
		work := make(chan delivery)
		var workers sync.WaitGroup
		for range 16 {
			workers.Go(func() {
				for d := range work {
					taken, err := f.Receive(t.Context(), d.doc, flow.Source{By: "channel"})
					if err != nil {
						refused.Add(1)
						t.Errorf("order %s: %v", d.doc.ID, err)
						continue
					}
					if d.cancel {
						_, _ = f.Cancel(t.Context(), taken.OrderID, "channel") // what is cancelled already says so
					}
				}
			})
		}
		for i, d := range all {
			if i*lives/len(all) == life && life < lives-1 || life == lives-1 && (d.years || i*lives/len(all) == life) {
				work <- d
			}
		}
		close(work)
		workers.Wait()
		erased += eraseSome(t, f, books, life)
		if life == lives-1 {
			f.Close()
			checkRepeats(t, books, distinct)
			if err := books.Verify(t.Context(), func(p string) { t.Error(p) }, nil); err != nil {
				t.Error(err)
			}
		}
		_ = pool.Close()
		if err := books.Close(); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(life+1, 0, 0)
	}
	t.Logf("| 2 | repeats | %d deliveries of %d orders | %d | 0 lost | 0 second orders | %d refused | %d orders were erased between their deliveries |", len(all), len(distinct), seed, refused.Load(), erased)
}

// eraseSome has orders that are over erased, by request and each for itself: the next copies of them come to marks alone.
func eraseSome(t *testing.T, f *flow.Flow, books *store.Store, life int) (n int) {
	t.Helper()
	err := books.Write(t.Context(), func(tx *store.Tx) error {
		n = 0
		rows, err := tx.Orders(store.OrderFilter{State: order.IntakeCancelled})
		for i, row := range rows {
			if err == nil && !row.Erased && (i+life)%2 == 0 {
				n++
				err = tx.EraseOrder(order.Event{Order: row.ID, By: "cli", Reason: "request"})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 && life == 0 {
		t.Error("nothing was erased after the first life")
	}
	return n
}

// checkRepeats holds that each order is there once, with at most one purchase order and one message about it.
func checkRepeats(t *testing.T, books *store.Store, distinct map[string]bool) {
	t.Helper()
	err := books.View(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Orders(store.OrderFilter{})
		if err != nil {
			return err
		}
		if len(rows) != len(distinct) {
			t.Errorf("%d orders are in the books, %d were delivered", len(rows), len(distinct))
		}
		messages, err := tx.Dispatches(store.DispatchFilter{Purpose: order.PurposeOrder})
		if err != nil {
			return err
		}
		told := map[order.OrderID]int{}
		for _, m := range messages {
			told[m.Order]++
		}
		accepted := 0
		for _, row := range rows {
			if told[row.ID] > 1 {
				t.Errorf("order %s of %s was sent %d times", row.Doc.ID, row.Doc.Channel, told[row.ID])
			}
			if told[row.ID] == 1 {
				accepted++
			}
		}
		if accepted < len(rows)/2 {
			t.Errorf("only %d of %d orders were sent", accepted, len(rows))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
