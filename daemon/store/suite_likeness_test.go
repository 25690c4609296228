package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// likeness: orders are found by what they are like, inside a span of time, the latest first; the hash is the database's own, survives a restart and cannot be
// made in another database.
func likeness(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 4)
	mark := s.Likeness("1 Mill Lane\nA 2")
	if len(mark) != 16 || !bytes.Equal(mark, s.Likeness("1 Mill Lane\nA 2")) || bytes.Equal(mark, s.Likeness("1 Mill Lane\nA 3")) {
		t.Errorf("likeness %x", mark)
	}
	at := w.clock.now()
	write(t, s, func(tx *store.Tx) error {
		for id, after := range map[order.OrderID]time.Duration{1: 0, 2: time.Minute, 3: time.Hour} {
			if err := tx.SetLikeness(id, mark, at.Add(after)); err != nil {
				return err
			}
		}
		return nil
	})
	alike := func(from, to time.Duration, limit int) string {
		rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Alike(mark, at.Add(from), at.Add(to), limit) })
		numbers := []string{}
		for _, r := range rows {
			numbers = append(numbers, r.Doc.Number)
		}
		return fmt.Sprint(numbers)
	}
	for _, c := range []struct {
		from, to time.Duration
		limit    int
		want     string
	}{{0, time.Hour, 9, "[1003 1002 1001]"}, {0, time.Minute, 9, "[1002 1001]"}, {time.Second, time.Hour, 1, "[1003]"}, {-time.Hour, -time.Second, 9, "[]"}} {
		if got := alike(c.from, c.to, c.limit); got != c.want {
			t.Errorf("from %s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SetLikeness(1, nil, at); err != nil {
			return err
		}
		return tx.SetLikeness(3, s.Likeness("other"), at)
	})
	if got := alike(0, time.Hour, 9); got != "[1002]" {
		t.Errorf("after a change: %s", got)
	}
	wantClean(t, s)
	closeStore(t, s)
	s = w.open(t, "a")
	if !bytes.Equal(mark, s.Likeness("1 Mill Lane\nA 2")) {
		t.Error("the hash is another one after a restart")
	}
}

// originals: what the channel said of an edited order is kept beside it, replaced and forgotten.
func originals(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 3)
	original := func(id order.OrderID) (order.Order, error) {
		var doc order.Order
		var err error
		view(t, s, func(tx *store.Tx) error {
			doc, err = tx.Original(id)
			return nil
		})
		return doc, err
	}
	if _, err := original(1); err == nil {
		t.Error("an order that nobody edited has an original")
	} else {
		wantError(t, err, store.ErrNotFound)
	}
	for _, note := range []string{"first", "second"} {
		doc := bucketOrder(1)
		doc.Note = note
		write(t, s, func(tx *store.Tx) error { return tx.SetOriginal(1, &doc) })
		got, err := original(1)
		if diff := cmp.Diff(doc, got, cmp.Comparer(sameAmount)); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	wantClean(t, s)
	write(t, s, func(tx *store.Tx) error { return tx.SetOriginal(1, nil) })
	_, err := original(1)
	wantError(t, err, store.ErrNotFound)
}
