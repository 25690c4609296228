package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"modernc.org/sqlite/lib"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// said is what the outside was told: it must be true for ever.
type said struct {
	Orders  map[int]bool                // a 2xx
	Items   map[int][]byte              // a file that was moved
	Cursor  int                         // the mailbox's
	Marked  map[order.DispatchID]string // a final dot went out, with this body
	Settled map[order.DispatchID]bool   // a verdict
	Flags   map[string]string           // settings: a pause, a sealed login
	doubled int
	wrong   []string
}

func newSaid() *said {
	return &said{Orders: map[int]bool{}, Items: map[int][]byte{}, Marked: map[order.DispatchID]string{}, Settled: map[order.DispatchID]bool{}, Flags: map[string]string{}}
}

const lossLane = "smtp:main"

func lossBody(n int) []byte {
	return fmt.Appendf(nil, "Subject: PO %d-A\r\n\r\nPlease ship %d buckets.\r\n", n, n)
}

// accept stores an order with its purchase order and its message.
func accept(tx *store.Tx, n int, random *rand.Rand) error {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(random.Uint32())
	}
	token, err := order.NewToken(rand.NewChaCha8(seed))
	if err != nil {
		return err
	}
	doc := order.Order{Number: strconv.Itoa(n), Channel: "shop", ID: fmt.Sprint("id-", n), Currency: "USD", PlacedAt: time.Unix(1756228000, 0), PaidAt: time.Unix(1756228000, 0),
		ShipTo: order.Address{Name: "Ada Example", Line1: "1 Test Street", City: "Springfield", Postcode: "62704", Country: "US"},
		Lines:  []order.Line{{ID: "1", SKU: "QT-1", Title: "Bucket", Quantity: 1 + n%1000}}}
	row, err := tx.AddOrder(doc, order.Event{Kind: order.Received, By: "channel"}, false)
	if err != nil {
		return err
	}
	if _, err := tx.Record(order.Event{Kind: order.Accepted, Order: row.ID, By: "rule"}); err != nil {
		return err
	}
	po, err := tx.AddPO(order.PurchaseOrder{Order: row.ID, Number: doc.Number + "-A", Supplier: "quarry", Token: token,
		Lines: []order.POLine{{ID: "1", SKU: "QT-1", Title: "Bucket", Ordered: 1 + n%1000}}}, time.Time{})
	if err != nil {
		return err
	}
	_, err = tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOrder, Lane: lossLane, Target: "quarry", Order: row.ID, POs: []order.POID{po.ID},
		Message: store.OutMessage{Key: string(token) + "@shop.example", From: "orders@shop.example", To: []string{"sales@quarry.example"}, Body: lossBody(n)}})
	return err
}

// work is a morning of the daemon, in an order that the seed decides: orders are taken, files and mails kept, messages sent, settings set. A step that fails
// was not said to anybody, and the next one follows.
func (w *said) work(s *store.Store, random *rand.Rand, steps int) {
	ctx := context.Background()
	for range steps {
		switch n := random.IntN(10); {
		case n < 4:
			n := len(w.Orders) + 1 + random.IntN(1<<30)
			err := s.Write(ctx, func(tx *store.Tx) error { return accept(tx, n, random) })
			if err == nil {
				w.Orders[n] = true
			} else if store.TroubleOf(err).Kind == store.Unknown {
				w.wrong = append(w.wrong, err.Error())
			}
		case n < 6:
			k, uid := random.IntN(1<<30), w.Cursor+1+random.IntN(3)
			raw := make([]byte, 100+random.IntN(60_000))
			for i := range raw {
				raw[i] = byte(random.Uint32())
			}
			err := s.Write(ctx, func(tx *store.Tx) error {
				if _, _, err := tx.Keep(store.KeepItem{Source: "inbox", Key: fmt.Sprint("1:", k), Raw: raw, Size: int64(len(raw))}); err != nil {
					return err
				}
				return tx.SetSetting("cursor:inbox", []byte(strconv.Itoa(uid)))
			})
			if err == nil {
				w.Items[k], w.Cursor = raw, uid
			}
		case n < 9:
			w.send(s)
		default:
			name, value := fmt.Sprint("flag/", random.IntN(4)), strconv.Itoa(random.IntN(1<<30))
			if s.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(name, []byte(value)) }) == nil {
				w.Flags[name] = value
			}
		}
	}
}

// send claims, marks, "sends" and settles what is due next.
func (w *said) send(s *store.Store) {
	ctx := context.Background()
	rows, err := s.Claim(ctx, lossLane, 2, time.Hour, nil)
	if err != nil {
		return
	}
	for _, row := range rows {
		if s.Mark(ctx, row.ID, row.Epoch) != nil {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(string(row.Message.Body), "Subject: PO %d-A", &n); err != nil || !bytes.Equal(row.Message.Body, lossBody(n)) || len(row.Message.To) != 1 || row.Message.To[0] != "sales@quarry.example" {
			w.wrong = append(w.wrong, fmt.Sprintf("sent from a bad database: %q to %v", row.Message.Body, row.Message.To))
		}
		if _, twice := w.Marked[row.ID]; twice {
			w.doubled++
		}
		w.Marked[row.ID] = string(row.Message.Body)
		if s.Settle(ctx, row.ID, row.Epoch, order.SentOK, time.Time{}, "", "250 ok", "") == nil {
			w.Settled[row.ID] = true
		}
	}
}

// check holds a store that was opened again against what was said.
func (w *said) check(s *store.Store) (lost []string) {
	lost = append(lost, w.wrong...)
	if w.doubled > 0 {
		lost = append(lost, fmt.Sprintf("%d doubled", w.doubled))
	}
	missing := func(format string, args ...any) { lost = append(lost, fmt.Sprintf(format, args...)) }
	ctx := context.Background()
	err := s.View(ctx, func(tx *store.Tx) error {
		for n := range w.Orders {
			if row, err := tx.OrderByKey("shop", fmt.Sprint("id-", n)); err != nil || row.Doc.Lines[0].Quantity != 1+n%1000 {
				missing("order %d: %v", n, err)
			} else if pos, err := tx.POsOfOrder(row.ID); err != nil || len(pos) != 1 {
				missing("the purchase order of order %d: %d %v", n, len(pos), err)
			}
		}
		items, err := tx.Items(store.ItemFilter{})
		if err != nil {
			return err
		}
		kept := map[string][]byte{}
		for _, it := range items {
			if kept[it.Key], err = tx.Evidence(it.SHA256); err != nil {
				return err
			}
		}
		for k, raw := range w.Items {
			if !bytes.Equal(kept[fmt.Sprint("1:", k)], raw) {
				missing("item %d", k)
			}
		}
		if cursor, _, err := tx.Setting("cursor:inbox"); err != nil || w.Cursor > 0 && number10(cursor) < w.Cursor {
			missing("the cursor is %s, it was %d: %v", cursor, w.Cursor, err)
		}
		for name, value := range w.Flags {
			if now, _, err := tx.Setting(name); err != nil || len(now) == 0 {
				missing("%s was %s, is %q: %v", name, value, now, err)
			}
		}
		for id := range w.Marked {
			row, err := tx.Dispatch(id)
			if err != nil || row.State != order.DispatchMarked && row.State != order.DispatchSent && row.State != order.DispatchUnsure {
				missing("message %d was sent and is %s: %v", id, row.State, err)
			} else if w.Settled[id] && row.State != order.DispatchSent {
				missing("message %d was settled and is %s", id, row.State)
			}
		}
		return nil
	})
	if err != nil {
		missing("%v", err)
	}
	if err := s.Verify(ctx, func(problem string) { missing("verify: %s", problem) }, nil); err != nil {
		missing("verify: %v", err)
	}
	return lost
}

func number10(raw []byte) int {
	n, _ := strconv.Atoi(string(raw))
	return n
}

// again is what a daemon does that starts over the books: it takes back what was under way, and sends the rest. Nothing goes out twice.
func (w *said) again(s *store.Store) (held int, err error) {
	_, doubted, err := s.Expire(context.Background(), true)
	if err != nil {
		return 0, err
	}
	for range 1000 {
		before := len(w.Marked)
		if w.send(s); len(w.Marked) == before {
			break
		}
	}
	return len(doubted), nil
}

// lossResult is what a run found.
type lossResult struct {
	held, doubled, calls, syncs, said int
	lost                              []string
}

// loseOnce works on a new disk until its power goes at a call that the seed chooses, and starts over what the disk has then.
func loseOnce(t testing.TB, seed uint64, calls int) (r lossResult) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 14))
	root, err := os.MkdirTemp("", "waybill-loss-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	before, after := filepath.Join(root, "a"), filepath.Join(root, "b")
	for _, dir := range []string{before, after} {
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	d := newDisk(t, before, []int{512, 4096}[random.IntN(2)])
	cut := 1 + random.IntN(calls)
	d.fault = func(n int, _, _ string) int32 {
		if n >= cut {
			d.stops = true
			return sqlite3.SQLITE_IOERR
		}
		return 0
	}
	w := newSaid()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(before, "waybill.db"), VFS: diskVFSName, Rewrite: d.rewrite})
	if err == nil {
		for !d.off() && len(w.Orders) < 400 {
			w.work(s, random, 5)
		}
		r.syncs = d.syncs
		d.cut()
		_ = s.Close()
	}
	r.calls, r.said = d.calls, len(w.Orders)+len(w.Items)+len(w.Marked)+len(w.Settled)
	keep := []float64{0, 0.1, 0.5, 0.9, 1}[random.IntN(5)]
	d.afterLoss(t, after, random, keep)
	s, err = store.Open(context.Background(), store.Options{Path: filepath.Join(after, "waybill.db")})
	if err != nil {
		if len(w.Orders)+len(w.Items)+len(w.Marked)+len(w.Flags) > 0 || !errors.Is(err, store.ErrDamaged) {
			r.lost = append(r.lost, err.Error())
		}
		return r
	}
	defer s.Close()
	r.lost = w.check(s)
	held, err := w.again(s)
	if err != nil {
		r.lost = append(r.lost, err.Error())
	}
	r.held, r.doubled = held, w.doubled
	r.lost = append(r.lost, w.check(s)...)
	return r
}

func (d *disk) off() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stops
}

func (d *disk) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stops = true
}

// lossState is the file in which a long run notes how far it came.
type lossState struct {
	Seed                            uint64
	Next, Said, Lost, Doubled, Held int
}

// TestPowerLoss cuts the power of a working daemon's disk. WAYBILL_POWERLOSS_N says how often, WAYBILL_POWERLOSS_SEED where the seeds begin, and
// WAYBILL_POWERLOSS_FILE names a file with what is done: a run that was cut goes on there.
func TestPowerLoss(t *testing.T) {
	n := setting(t, "WAYBILL_POWERLOSS_N", 40)
	if testing.Short() {
		n = min(n, 20)
	}
	st := lossState{Seed: uint64(setting(t, "WAYBILL_POWERLOSS_SEED", 1))}
	file := os.Getenv("WAYBILL_POWERLOSS_FILE")
	if raw, err := os.ReadFile(file); err == nil {
		var had lossState
		if err := json.Unmarshal(raw, &had); err == nil && had.Seed == st.Seed {
			st = had
		}
	}
	began := time.Now()
	for ; st.Next < n; st.Next++ {
		seed := st.Seed + uint64(st.Next)
		r := loseOnce(t, seed, 5000)
		st.Held += r.held
		st.Said += r.said
		st.Doubled += r.doubled
		if len(r.lost) > 0 {
			st.Lost++
			t.Errorf("seed %d, power gone at call %d: %d problems, the first: %.2000s", seed, r.calls, len(r.lost), r.lost[0])
		}
		if raw, err := json.Marshal(st); file != "" && st.Next%20 == 19 && err == nil {
			_ = os.WriteFile(file, raw, 0o600)
		}
		if file != "" && st.Next%100 == 99 {
			t.Logf("%d of %d, %s", st.Next+1, n, time.Since(began).Round(time.Second))
		}
	}
	if n >= 20 && st.Held == 0 {
		t.Error("the power never went between a mark and its verdict: the rig tries nothing")
	}
	t.Logf("%d things were said to be done", st.Said)
	t.Logf("| 1, 14 | powerloss | %d | %d | %d | %d | %d | at the next start |", n, st.Seed, st.Lost, st.Doubled, st.Held)
}
