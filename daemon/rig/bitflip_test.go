package rig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// TestBitFlips flips a bit in the database or in the log of a process that was killed, starts over it, sends what waits and delivers every order again:
// nothing is sent that is not what was accepted, nothing twice, no order is taken a second time, and where anything is missing somebody says so.
// WAYBILL_FLIPS_N says how many, WAYBILL_FLIPS_SEED which.
func TestBitFlips(t *testing.T) {
	n, first := setting(t, "WAYBILL_FLIPS_N", 60), setting(t, "WAYBILL_FLIPS_SEED", 1)
	if testing.Short() {
		n = min(n, 40)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "waybill.db")
	s, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	w := newSaid()
	random := rand.New(rand.NewPCG(uint64(first), 16))
	w.work(s, random, 60)
	closeStore(t, s) // a part is in the database, a part will be in the log
	if s, err = store.Open(t.Context(), store.Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	w.work(s, random, 40)
	for len(w.Orders)-len(w.Marked) < 6 { // which wait
		w.work(s, random, 1)
	}
	files := map[string][]byte{}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		files[suffix] = []byte(readAll(t, path+suffix))
	}
	closeStore(t, s)

	count := map[string]int{}
	lost, doubled := 0, 0
	for i := range n {
		random := rand.New(rand.NewPCG(uint64(first+i), 17))
		suffix := []string{"", "-wal"}[random.IntN(2)]
		bit := random.IntN(len(files[suffix]) * 8)
		here := filepath.Join(dir, fmt.Sprint("flip", i))
		if err := os.Mkdir(here, 0o750); err != nil {
			t.Fatal(err)
		}
		for name, raw := range files {
			raw = slices.Clone(raw)
			if name == suffix {
				raw[bit/8] ^= 1 << (bit % 8)
			}
			if err := os.WriteFile(filepath.Join(here, "waybill.db"+name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		outcome, problems := w.copy().afterFlip(filepath.Join(here, "waybill.db"))
		count[outcome]++
		for _, p := range problems {
			lost++
			t.Errorf("seed %d, bit %d of waybill.db%s (%s): %.300s", first+i, bit, suffix, outcome, p)
		}
		_ = os.RemoveAll(here)
	}
	t.Logf("%d flips in %d and %d KiB: %v", n, len(files[""])>>10, len(files["-wal"])>>10, count)
	t.Logf("| 14 | bit flips | %d | %d | %d | %d | %d | at the start, or when it is read |", n, first, lost, doubled, 0)
}

func closeStore(t testing.TB, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func (w *said) copy() *said {
	c := newSaid()
	for k, v := range w.Orders {
		c.Orders[k] = v
	}
	for k, v := range w.Items {
		c.Items[k] = v
	}
	for k, v := range w.Marked {
		c.Marked[k] = v
	}
	for k, v := range w.Settled {
		c.Settled[k] = v
	}
	for k, v := range w.Flags {
		c.Flags[k] = v
	}
	c.Cursor = w.Cursor
	return c
}

// afterFlip starts over a damaged database.
func (w *said) afterFlip(path string) (outcome string, problems []string) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		if t := store.TroubleOf(err); t.Kind != "damaged" {
			problems = append(problems, fmt.Sprintf("refused in the wrong words (%s): %v", t.Kind, err))
		}
		return "refused at the start", problems
	}
	defer s.Close()
	_, _ = w.again(s)
	problems = append(problems, w.wrong...)
	if w.doubled > 0 {
		problems = append(problems, fmt.Sprintf("%d sent twice", w.doubled))
	}
	for n := range w.Orders { // the channel delivers everything again
		err := s.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.OrderByKey("shop", fmt.Sprint("id-", n)); !errors.Is(err, store.ErrNotFound) {
				return errors.Join(err, store.ErrDuplicate)
			}
			_, err := tx.AddOrder(order.Order{Number: fmt.Sprint(n), Channel: "shop", ID: fmt.Sprint("id-", n), Currency: "USD", PlacedAt: time.Unix(1756228000, 0),
				Lines: []order.Line{{ID: "1", SKU: "QT-1", Quantity: 1}}}, order.Event{Kind: order.Received, By: "channel"}, false)
			return err
		})
		if err == nil {
			problems = append(problems, fmt.Sprintf("order %d is taken a second time", n))
		}
	}
	missing := w.check(s)
	noticed := s.Failed() != nil
	reported := false
	if err := s.Verify(ctx, func(string) { reported = true }, nil); err != nil {
		reported = true
	}
	switch {
	case noticed:
		return "noticed while it ran", problems
	case len(missing) > 0 && !reported:
		return "in silence", append(problems, missing...)
	case reported:
		return "told by verify", problems
	}
	return "harmless", problems
}
