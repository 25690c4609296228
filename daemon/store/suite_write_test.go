package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

var errOwn = errors.New("on second thoughts, no")

func failedWriteLeavesNothing(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 2)
	for name, f := range map[string]func(*store.Tx) error{
		"its own error": func(tx *store.Tx) error {
			if _, err := addLoop(tx, 5); err != nil {
				return err
			}
			return errOwn
		},
		"an event that is not possible": func(tx *store.Tx) error {
			if _, err := addLoop(tx, 5); err != nil {
				return err
			}
			_, err := tx.Record(order.Event{Kind: order.Accepted, Order: 1})
			return err
		},
		"an error of the database that it swallows": func(tx *store.Tx) error {
			if _, err := addLoop(tx, 5); err != nil {
				return err
			}
			_ = tx.AddMessageID("x@y.example", 999) // there is no such purchase order
			return nil
		},
	} {
		err := s.Write(t.Context(), f)
		if err == nil {
			t.Errorf("%s: written", name)
		}
		t.Log(name, err)
		view(t, s, func(tx *store.Tx) error {
			_, err := tx.OrderByKey("shop", bucketOrder(5).ID)
			wantError(t, err, store.ErrNotFound)
			return nil
		})
	}
	if err := s.Failed(); err != nil {
		t.Fatal(err)
	}
	before := s.LastSeq()
	addLoops(t, s, 5, 6)
	if got := s.LastSeq(); got != before+4 {
		t.Errorf("the journal ends at %d, want %d: what was taken back leaves no gap", got, before+4)
	}
	wantClean(t, s)
}

func panicLeavesNothing(t *testing.T, w *world) {
	s := w.open(t, "a")
	func() {
		defer func() {
			if recover() != "oh" {
				t.Error("the panic did not come through")
			}
		}()
		_ = s.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := addLoop(tx, 1); err != nil {
				return err
			}
			panic("oh")
		})
	}()
	addLoops(t, s, 1, 2) // free, and the writer is alive
	wantClean(t, s)
}

// writersAtOnce: 64 goroutines write orders; every third fails after it wrote, half of these by an error of the database that
// the function does not care about. All that was told to be written is there, whole, and nothing else.
func writersAtOnce(t *testing.T, w *world) {
	s := w.open(t, "a")
	const producers, each = 64, 6
	fails := func(n int) bool { return n%3 == 2 }
	swallows := func(n int) bool { return n%6 == 5 }
	var wg sync.WaitGroup
	var ran atomic.Int64
	for p := range producers {
		wg.Go(func() {
			for i := range each {
				n := p*each + i
				err := s.Write(context.Background(), func(tx *store.Tx) error {
					ran.Add(1)
					if _, err := addLoop(tx, n); err != nil {
						return err
					}
					if n%6 == 2 {
						_ = tx.AddSupplierRef("prairie", "x", 1<<40) // what follows is its own error
					}
					if swallows(n) {
						_ = tx.AddMessageID("x@y.example", 1<<40) // there is no such purchase order
						return nil
					}
					if fails(n) {
						return errOwn
					}
					return nil
				})
				if (err != nil) != fails(n) || errors.Is(err, errOwn) != (fails(n) && !swallows(n)) {
					t.Errorf("order %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d functions ran %d times", producers*each, ran.Load())
	for n := range producers * each {
		view(t, s, func(tx *store.Tx) error {
			row, err := tx.OrderByKey("shop", bucketOrder(n).ID)
			if fails(n) {
				wantError(t, err, store.ErrNotFound)
				return nil
			}
			if err != nil {
				return err
			}
			pos, err := tx.POsOfOrder(row.ID)
			if err == nil && (len(pos) != 1 || pos[0].Number != row.Doc.Number+"-A") {
				err = fmt.Errorf("order %s has the purchase orders %v", row.Doc.Number, pos)
			}
			return err
		})
	}
	if want := int64(producers * each / 3 * 2 * 4); s.LastSeq() != want {
		t.Errorf("the journal ends at %d, want %d", s.LastSeq(), want)
	}
	wantClean(t, s)
}

func endedContext(t *testing.T, w *world) {
	s := w.open(t, "a")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	wantError(t, s.Write(ended, func(*store.Tx) error { t.Error("ran"); return nil }), context.Canceled)

	// While another function runs, this one waits; its caller gives up.
	running, goOn := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		first <- s.Write(context.Background(), func(tx *store.Tx) error {
			close(running)
			<-goOn
			_, err := addLoop(tx, 1)
			return err
		})
	}()
	<-running
	waits, giveUp := context.WithCancel(t.Context())
	second := make(chan error)
	go func() {
		second <- s.Write(waits, func(*store.Tx) error { t.Error("ran after its caller had given up"); return nil })
	}()
	giveUp()
	wantError(t, <-second, context.Canceled)
	close(goOn)
	if err := <-first; err != nil {
		t.Fatal(err)
	}

	// A context that ends while the function runs: nothing of it stays, and nobody else is hurt.
	during, stop := context.WithCancel(t.Context())
	err := s.Write(during, func(tx *store.Tx) error {
		if _, err := addLoop(tx, 2); err != nil {
			return err
		}
		stop()
		_, err := addLoop(tx, 3)
		return err
	})
	wantError(t, err, context.Canceled)
	addLoops(t, s, 2, 4)
	wantClean(t, s)
}

func viewSeesOneState(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 2)
	view(t, s, func(tx *store.Tx) error {
		before, err := tx.JournalSince(0, 100)
		if err != nil {
			return err
		}
		addLoops(t, s, 2, 3) // commits meanwhile
		after, err := tx.JournalSince(0, 100)
		if len(after) != len(before) {
			t.Errorf("a view saw %d events and then %d", len(before), len(after))
		}
		_, err2 := tx.Order(2)
		wantError(t, err2, store.ErrNotFound)
		if err := tx.SetSetting("x", []byte("y")); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("writing in a view: %v", err)
		}
		return err
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.View(ended, func(tx *store.Tx) error { _, err := tx.Order(1); return err }); !errors.Is(err, context.Canceled) {
		t.Errorf("a view with an ended context: %v", err)
	}
	view(t, s, func(tx *store.Tx) error { _, err := tx.Order(2); return err })
}

// followers: while 8 goroutines write, two follow from the start and one from the middle.
func followers(t *testing.T, w *world) {
	s := w.open(t, "a")
	const producers, each, perWrite = 8, 10, 4
	const total = producers * each * perWrite
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	start := func(name string, after int64) {
		next := after + 1
		wg.Go(func() {
			err := follow(ctx, s, after, func(events []order.Event) error {
				for _, e := range events {
					if e.Seq != next {
						return fmt.Errorf("event %d came, want %d", e.Seq, next)
					}
					next++
				}
				if next > total+1 {
					return errors.New("too many")
				}
				if next == total+1 {
					return errOwn
				}
				return nil
			})
			if !errors.Is(err, errOwn) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	start("first", 0)
	start("second", 0)
	for p := range producers {
		wg.Go(func() {
			for i := range each {
				if err := s.Write(ctx, func(tx *store.Tx) error { _, err := addLoop(tx, p*each+i); return err }); err != nil {
					t.Error(err)
				}
				if p == 0 && i == each/2 {
					start("late", s.LastSeq()/2)
				}
			}
		})
	}
	wg.Wait()
	if s.LastSeq() != total {
		t.Errorf("the journal ends at %d, want %d", s.LastSeq(), total)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := follow(stopped, s, total, func([]order.Event) error { return errors.New("nothing came") }); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}

func restart(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 3)
	id, seq := s.InstanceID(), s.LastSeq()
	claim(t, s, 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.Write(t.Context(), func(*store.Tx) error { return nil }), store.ErrClosed)
	wantError(t, s.View(t.Context(), func(*store.Tx) error { return nil }), store.ErrClosed)
	s = w.open(t, "b")
	if s.InstanceID() != id || len(id) < 16 || s.LastSeq() != seq+2 {
		t.Errorf("instance %q at %d, before %q at %d", s.InstanceID(), s.LastSeq(), id, seq+2)
	}
	if l := addLoops(t, s, 3, 4)[0]; l.order.ID != 3 || l.po.ID != 3 || l.dispatch.ID != 3 {
		t.Errorf("ids go on with %d, %d, %d", l.order.ID, l.po.ID, l.dispatch.ID)
	}
	wantClean(t, s)
}

func verifyFinds(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 7)
	write(t, s, func(tx *store.Tx) error {
		_, _, err := tx.Keep(store.KeepItem{Source: "drop", Key: "1", Raw: []byte("a file")})
		return err
	})
	wantClean(t, s)
	for _, c := range []struct{ change, want string }{
		{`UPDATE orders SET intake = 'held' WHERE id = 1`, "order 1 is not what was written"},
		{`UPDATE purchase_orders SET data = replace(data, '"ordered":2', '"ordered":9') WHERE id = 2`, "purchase order 2 is not what was written"},
		{`UPDATE outbox SET state = 'sent' WHERE id = 3`, "dispatch 3 is not what was written"},
		{`UPDATE journal SET kind = 'order.held' WHERE kind = 'order.accepted' AND order_id = 4`, "is not what was written"},
		{`DELETE FROM outbox_pos WHERE dispatch_id = 6`, "dispatch 6 and its list of purchase orders"},
		{`UPDATE items SET state = 'read' WHERE id = 1`, "item 1 is not what was written"},
		{`DELETE FROM evidence WHERE sha256 IN (SELECT sha256 FROM items)`, "bytes of item 1"},
		{`DELETE FROM journal WHERE kind = 'dispatch.queued' AND dispatch_id = 5`, "events are missing"},
	} {
		w.tamper(t, c.change)
		found := problems(t, s)
		if !strings.Contains(strings.Join(found, "\n"), c.want) {
			t.Errorf("after %s:\n%s\nwant: %s", c.change, strings.Join(found, "\n"), c.want)
		}
	}
	// A row that does not fit is not used either, and from then on nothing is written.
	wantError(t, s.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Order(1); return err }), store.ErrDamaged)
	w.tamper(t, `UPDATE outbox SET target = 'rival' WHERE id = 1`)
	_, err := s.Claim(t.Context(), "smtp:main", 10, time.Minute, nil)
	wantError(t, err, store.ErrDamaged)
	wantError(t, s.Write(t.Context(), func(tx *store.Tx) error { return nil }), store.ErrFailed)
	wantError(t, s.Failed(), store.ErrFailed)
}

func otherVersions(t *testing.T, w *world) {
	closeStore(t, w.open(t, "a"))
	looking := w.options
	looking.ReadOnly = true
	w.tamper(t, `UPDATE schema_version SET version_id = 99 WHERE version_id > 0`)
	for _, o := range []store.Options{w.options, looking} {
		_, err := store.Open(t.Context(), o)
		wantError(t, err, store.ErrNewer)
		t.Log(err)
	}
	w.tamper(t, `DELETE FROM schema_version WHERE version_id > 0`)
	_, err := store.Open(t.Context(), looking)
	wantError(t, err, store.ErrOlder)
	t.Log(err)
}
