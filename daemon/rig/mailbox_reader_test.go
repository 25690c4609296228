package rig

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
)

// mailReader is one installation of waybill that reads the mailbox: its books, and one process after another.
type mailReader struct {
	w     *mailboxWorld
	books *store.Store
	cfg   *config.Config
	pool  *sandbox.Pool
	// daemon is every process in turn: it keeps nothing in memory of what it has kept, and costs more to make than to use.
	daemon *flow.Flow
}

const mailboxConfig = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    smtp: {host: 127.0.0.1, port: 9, tls: none}
channels: {shop: {}}
gates: {duplicate: off}
`

func mailboxOrder(n int) string { return fmt.Sprint(1001 + n) }

// openMailReader makes the books and takes orders in, as if their purchase orders had been sent.
func openMailReader(w *mailboxWorld, name string) *mailReader {
	w.t.Helper()
	dir := filepath.Join(memoryFolder(w.t), name)
	writeFile(w.t, filepath.Join(dir, "waybill.yaml"), strings.ReplaceAll(mailboxConfig, "DIR", dir))
	writeFile(w.t, filepath.Join(dir, "suppliers", "prairie.yaml"), "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\n")
	r := &mailReader{w: w, pool: sandbox.New(sandbox.Options{Inline: true})}
	var err error
	if r.cfg, err = config.Load(filepath.Join(dir, "waybill.yaml")); err != nil {
		w.t.Fatal(err)
	}
	if r.books, err = store.Open(w.t.Context(), store.Options{Path: filepath.Join(dir, "waybill.db"), Now: time.Now}); err != nil {
		w.t.Fatal(err)
	}
	r.daemon = r.flow()
	for n := range mailboxOrders {
		number := mailboxOrder(n)
		_, err := r.daemon.Receive(w.t.Context(), order.Order{Number: number, Channel: "shop", ID: "id-" + number, PlacedAt: time.Now(), PaidAt: time.Now(), Currency: "USD",
			Customer: order.Customer{Name: "Ada Example", Email: "ada@mail.example"},
			ShipTo:   order.Address{Name: "Ada Example", Line1: number + " Test Street", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
			Lines:    []order.Line{{ID: number + "-1", SKU: "PS100", Title: "Bucket", Quantity: 2}}}, flow.Source{By: "api", AlreadySent: true})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return r
}

func (r *mailReader) flow() *flow.Flow {
	r.w.t.Helper()
	f, err := flow.New(flow.Options{Store: r.books, Config: r.cfg, Reader: r.pool, Now: time.Now, Random: rand.NewChaCha8([32]byte{1}), Dialer: r.w.peer, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		r.w.t.Fatal(err)
	}
	return f
}

const mailCursor = "cursor:inbox:orders"

func (r *mailReader) cursor(ctx context.Context) (value []byte, err error) {
	err = r.books.View(ctx, func(tx *store.Tx) (err error) {
		value, _, err = tx.Setting(mailCursor)
		return err
	})
	return value, err
}

func (r *mailReader) save(ctx context.Context, value []byte) error {
	return r.books.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(mailCursor, value) })
}

// live has one process after another read the mailbox. At times two do at once, as after a lease that went wrong.
func (r *mailReader) live(most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end); {
		length := time.Until(end)
		if r.w.one(2) {
			length = min(length, time.Duration(1+r.w.n(30*60))*time.Second)
		}
		var two sync.WaitGroup
		processes := 1
		if r.w.one(5) {
			r.w.out.count("two at once")
			processes = 2
		}
		for range processes {
			two.Go(func() {
				ctx, kill := context.WithTimeout(r.w.t.Context(), length)
				defer kill()
				(&mailLife{r: r, keep: r.daemon.Keep, kill: kill}).watch(ctx)
			})
		}
		two.Wait()
		if time.Until(end) > 0 && r.w.one(3) {
			time.Sleep(time.Duration(r.w.n(10*60)) * time.Second) // it is down for a while
		}
	}
}

// process has everything that was kept read, as the daemon does.
func (r *mailReader) process() {
	ctx, stop := context.WithCancel(r.w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := r.daemon.Run(ctx); err != nil {
			r.w.t.Error(err)
		}
	}()
	for range 600 {
		left := 0
		r.view(func(tx *store.Tx) error {
			rows, err := tx.ItemsInState(store.ItemKept, 1)
			left = len(rows)
			return err
		})
		if left == 0 {
			break
		}
		time.Sleep(time.Second)
	}
	stop()
	<-ended
}

func (r *mailReader) view(look func(*store.Tx) error) {
	r.w.t.Helper()
	if err := r.books.View(context.WithoutCancel(r.w.t.Context()), look); err != nil {
		r.w.t.Error(err)
	}
}

// check holds the books against what was sent.
func (r *mailReader) check() {
	t, out := r.w.t, r.w.out
	t.Helper()
	whole := map[string]bool{}
	for raw := range r.w.whole {
		sum := sha256.Sum256([]byte(raw))
		whole[hex.EncodeToString(sum[:])] = true
	}
	processed := map[string]int{}
	r.view(func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{})
		for _, row := range rows {
			switch {
			case !whole[row.SHA256]:
				out.wrong(t, &out.Partial, "item %d (%s %s) is nothing that was sent", row.ID, row.Source, row.Key)
			case row.State == store.ItemRead:
				processed[row.MessageID]++
			case row.State != store.ItemRepeat:
				out.wrong(t, &out.Lost, "item %d is %s", row.ID, row.State)
			}
		}
		out.add("items", len(rows))
		return err
	})
	for id, gone := range r.w.sent {
		switch n := processed[id]; {
		case n == 0 && !gone:
			out.wrong(t, &out.Lost, "<%s> was sent and never processed", id)
		case n > 1:
			out.wrong(t, &out.Doubled, "<%s> was processed %d times", id, n)
		case n == 1:
			out.count("processed")
		default:
			out.count("deleted before anybody read it")
		}
	}
	r.checkOrders(processed)
}

// checkOrders wants each order's news to have had its effect once.
func (r *mailReader) checkOrders(processed map[string]int) {
	t, out := r.w.t, r.w.out
	told := 0
	for id := range processed {
		var n int
		if _, err := fmt.Sscanf(id, "%d.", &n); err == nil && n < mailboxOrders {
			told++
		}
	}
	shipped := 0
	r.view(func(tx *store.Tx) error {
		for n := range mailboxOrders {
			po, err := tx.POByNumber(mailboxOrder(n) + "-A")
			if err != nil {
				return err
			}
			packages, err := tx.PackagesOfPO(po.ID)
			if err != nil {
				return err
			}
			if len(packages) > 1 || (po.State() == order.POShipped) != (len(packages) == 1) {
				out.wrong(t, &out.Doubled, "%s is %s with %d parcels", po.Number, po.State(), len(packages))
			}
			shipped += len(packages)
		}
		return nil
	})
	if shipped != told {
		out.wrong(t, &out.Lost, "%d mails told of parcels, and %d are booked", told, shipped)
	}
}

func (r *mailReader) close() {
	r.daemon.Close()
	if err := r.books.Close(); err != nil {
		r.w.t.Error(err)
	}
	_ = r.pool.Close()
}
