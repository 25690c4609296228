package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

func dispatch(t testing.TB, s *store.Store, id order.DispatchID) store.DispatchRow {
	t.Helper()
	return look(t, s, func(tx *store.Tx) (store.DispatchRow, error) { return tx.Dispatch(id) })
}

func claimMarkSettle(t *testing.T, w *world) {
	s := w.open(t, "a")
	l := addLoops(t, s, 1, 2)[0]
	row := claim(t, s, 1)[0]
	if string(row.Message.Body) != orderMail(1) || row.Epoch != 1 || row.Attempts != 1 || row.LeaseOwner != "a" ||
		row.Message.To[0] != "sales@prairie.example" || row.Message.Key != l.dispatch.Message.Key || row.POs[0] != l.po.ID {
		t.Errorf("claimed %+v", row)
	}
	claim(t, s, 0)
	w.clock.pass(time.Second)
	if err := s.Mark(t.Context(), row.ID, row.Epoch); err != nil {
		t.Fatal(err)
	}
	if now := dispatch(t, s, row.ID); now.State != order.DispatchMarked || !now.MarkedAt.Equal(w.clock.now()) {
		t.Errorf("marked: %+v", now)
	}
	wantError(t, s.Mark(t.Context(), row.ID, row.Epoch), order.ErrTransition)
	w.clock.pass(time.Second)
	if err := s.Settle(t.Context(), row.ID, row.Epoch, order.SentOK, time.Time{}, "", "250 2.0.0 queued", ""); err != nil {
		t.Fatal(err)
	}
	now := dispatch(t, s, row.ID)
	if now.State != order.DispatchSent || !now.SettledAt.Equal(w.clock.now()) || now.Answer != "250 2.0.0 queued" || now.LeaseOwner != "" {
		t.Errorf("settled: %+v", now)
	}
	// What comes later and is no proof of anything changes nothing.
	if err := s.Settle(t.Context(), row.ID, row.Epoch, order.Failed, time.Time{}, "", "554 no", ""); err != nil || dispatch(t, s, row.ID).Answer != now.Answer {
		t.Errorf("a late refusal of what was sent: %v", err)
	}
	wantError(t, s.Settle(t.Context(), row.ID, row.Epoch, order.Withdrawn, time.Time{}, "", "", ""), order.ErrTransition)
	wantError(t, s.Mark(t.Context(), 99, 1), store.ErrNotFound)
	wantClean(t, s)
}

// doubtsInTime: what was marked and has no verdict is a doubt after a while, whoever sends it and however long the lease is; an answer that comes after that still
// counts.
func doubtsInTime(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 0, 4)
	rows := claim(t, s, 4)
	for _, row := range rows[:3] {
		if err := s.Mark(t.Context(), row.ID, row.Epoch); err != nil {
			t.Fatal(err)
		}
	}
	told := 0
	tell := func(*store.Tx, store.DispatchRow) error { told++; return nil }
	other := s
	if w.driver == "pgx" {
		other = w.open(t, "b")
	}
	w.clock.pass(44 * time.Second)
	if err := other.DoubtWith(t.Context(), 45*time.Second, tell); err != nil || told != 0 {
		t.Errorf("%d doubts too early, %v", told, err)
	}
	w.clock.pass(time.Second)
	for range 2 {
		if err := other.DoubtWith(t.Context(), 45*time.Second, tell); err != nil || told != 3 {
			t.Errorf("%d doubts, %v", told, err)
		}
	}
	for i, c := range []struct {
		verdict order.EventKind
		want    order.DispatchState
	}{{order.SentOK, order.DispatchSent}, {order.Postponed, order.DispatchQueued}, {order.Failed, order.DispatchFailed}} {
		row := rows[i]
		if err := s.Settle(t.Context(), row.ID, row.Epoch, order.Doubted, time.Time{}, "", "cut", ""); err != nil {
			t.Fatal(err)
		}
		if now := dispatch(t, s, row.ID); now.State != order.DispatchUnsure || now.Answer != "cut" {
			t.Errorf("doubted twice: %+v", now)
		}
		if err := s.Settle(t.Context(), row.ID, row.Epoch, c.verdict, time.Time{}, "", "late", ""); err != nil {
			t.Fatal(err)
		}
		if now := dispatch(t, s, row.ID); now.State != c.want {
			t.Errorf("a late %s: %s, want %s", c.verdict, now.State, c.want)
		}
	}
	wantError(t, s.Settle(t.Context(), rows[0].ID, rows[0].Epoch+1, order.SentOK, time.Time{}, "", "", ""), order.ErrFenced)
	wantClean(t, s)
}

func claimsRespect(t *testing.T, w *world) {
	s := w.open(t, "a")
	now := w.clock.now()
	add := func(lane, target string, next time.Time) {
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOrder, Lane: lane, Target: target,
				Dispatch: order.Dispatch{Next: next}, Message: store.OutMessage{Body: []byte(lane + target)}})
			return err
		})
	}
	add("smtp:main", "prairie", now.Add(time.Minute)) // 1: not due
	add("smtp:main", "alpine", time.Time{})           // 2
	for range 30 {
		add("smtp:main", "paused", time.Time{}) // 3 to 32
	}
	add("smtp:main", "alpine", now.Add(-time.Hour)) // 33
	add("sftp:other", "alpine", time.Time{})        // 34
	add("smtp:main", "alpine", time.Time{})         // 35

	due := func(lane string) string {
		var text string
		view(t, s, func(tx *store.Tx) error {
			at, some, err := tx.NextDue(lane)
			text = fmt.Sprint(some, " ", at.Unix())
			return err
		})
		return text
	}
	take := func(lane string, limit int, want string) {
		t.Helper()
		rows, err := s.Claim(t.Context(), lane, limit, time.Minute, func(target string) bool { return target != "paused" })
		ids := []order.DispatchID{}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		if err != nil || fmt.Sprint(ids) != want {
			t.Errorf("claimed %v, %v, want %s", ids, err, want)
		}
	}
	take("smtp:main", 2, "[2 35]") // no time of their own: longest due
	take("smtp:main", 2, "[33]")
	take("smtp:main", 2, "[]")
	take("none", 2, "[]")
	w.clock.pass(time.Minute)
	take("smtp:main", 2, "[1]")
	if got, want := due("sftp:other"), fmt.Sprint("true ", time.Time{}.Unix()); got != want {
		t.Errorf("due %s, want %s", got, want)
	}
	take("sftp:other", 2, "[34]")
	if got, want := due("sftp:other"), fmt.Sprint("false ", time.Time{}.Unix()); got != want {
		t.Errorf("due %s, want %s", got, want)
	}
	if lanes := look(t, s, (*store.Tx).Lanes); fmt.Sprint(lanes) != "[smtp:main]" {
		t.Errorf("lanes %v", lanes)
	}
	rows := look(t, s, func(tx *store.Tx) ([]store.DispatchRow, error) {
		return tx.Dispatches(store.DispatchFilter{Lane: "smtp:main", Target: "paused", State: order.DispatchQueued, Purpose: order.PurposeOrder, Limit: 5})
	})
	if len(rows) != 5 || rows[0].ID != 3 {
		t.Errorf("listed %+v", rows)
	}
}

// claimedByOne: eight senders take from one lane until it is empty; on PostgreSQL they are on two nodes.
func claimedByOne(t *testing.T, w *world) {
	nodes := []*store.Store{w.open(t, "a")}
	if w.driver == "pgx" {
		nodes = append(nodes, w.open(t, "b"))
	}
	const n = 200
	addLoops(t, nodes[0], 0, n)
	var mu sync.Mutex
	taken := map[order.DispatchID]string{}
	var wg sync.WaitGroup
	for i := range 8 {
		s := nodes[i%len(nodes)]
		wg.Go(func() {
			for {
				rows, err := s.Claim(context.Background(), "smtp:main", 5, time.Minute, nil)
				if err != nil {
					t.Error(err)
				}
				if len(rows) == 0 {
					return
				}
				mu.Lock()
				for _, r := range rows {
					if owner, twice := taken[r.ID]; twice {
						t.Errorf("dispatch %d was claimed by %s and by %s", r.ID, owner, r.LeaseOwner)
					}
					taken[r.ID] = r.LeaseOwner
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(taken) != n {
		t.Errorf("%d messages were claimed, want %d", len(taken), n)
	}
	wantClean(t, nodes[0])
}

// reopen gives the database to another node: beside the first on PostgreSQL, after it on SQLite.
func (w *world) reopen(t *testing.T, s *store.Store, node string) *store.Store {
	t.Helper()
	if w.driver == "sqlite" {
		closeStore(t, s)
	}
	return w.open(t, node)
}

func fencing(t *testing.T, w *world) {
	a := w.open(t, "a")
	addLoops(t, a, 1, 3)
	late := claim(t, a, 2)
	b := w.reopen(t, a, "b")
	if w.driver == "sqlite" {
		a = b // the late sender speaks through the only process there is
	}
	w.clock.pass(time.Minute) // the leases end
	// Nobody has taken it over yet; still the mark is refused, as another node may do so at any moment.
	wantError(t, a.Mark(t.Context(), late[0].ID, late[0].Epoch), order.ErrFenced)
	freed, doubted, err := b.Expire(t.Context(), false)
	if err != nil || len(freed) != 2 || len(doubted) != 0 {
		t.Fatalf("freed %v, doubted %v, %v", freed, doubted, err)
	}
	again := claim(t, b, 2)
	if again[0].Epoch <= late[0].Epoch {
		t.Errorf("epoch %d after %d", again[0].Epoch, late[0].Epoch)
	}
	wantError(t, a.Mark(t.Context(), late[0].ID, late[0].Epoch), order.ErrFenced)
	wantError(t, a.Settle(t.Context(), late[0].ID, late[0].Epoch, order.SentOK, time.Time{}, "", "", ""), order.ErrFenced)
	if err := b.Mark(t.Context(), again[0].ID, again[0].Epoch); err != nil {
		t.Error(err)
	}
	wantError(t, a.Mark(t.Context(), late[0].ID, late[0].Epoch), order.ErrFenced)
	wantError(t, a.Settle(t.Context(), late[0].ID, late[0].Epoch, order.Postponed, time.Time{}, "", "", ""), order.ErrFenced)
	if row := dispatch(t, b, again[0].ID); row.State != order.DispatchMarked || row.Epoch != again[0].Epoch {
		t.Errorf("the late sender left %+v", row)
	}
	// The right epoch from the wrong node.
	if a != b {
		wantError(t, a.Mark(t.Context(), again[1].ID, again[1].Epoch), order.ErrFenced)
	}
	wantClean(t, b)
}

// nodeComesBack takes back at its start what the process before it had begun, and later never what it has begun itself.
func nodeComesBack(t *testing.T, w *world) {
	a := w.open(t, "a")
	addLoops(t, a, 1, 3)
	rows := claim(t, a, 2)
	if err := a.Mark(t.Context(), rows[1].ID, rows[1].Epoch); err != nil {
		t.Fatal(err)
	}
	closeStore(t, a)
	a = w.open(t, "a")
	freed, doubted, err := a.Expire(t.Context(), true)
	if err != nil || len(freed) != 1 || freed[0].ID != rows[0].ID || len(doubted) != 1 || doubted[0].ID != rows[1].ID {
		t.Errorf("at the start: freed %v, doubted %v, %v", freed, doubted, err)
	}
	claim(t, a, 1)
	if freed, doubted, err = a.Expire(t.Context(), true); err != nil || len(freed)+len(doubted) > 0 {
		t.Errorf("its own: freed %v, doubted %v, %v", freed, doubted, err)
	}
	wantClean(t, a)
}

func leaseEnded(t *testing.T, w *world) {
	a := w.open(t, "a")
	addLoops(t, a, 1, 3)
	rows := claim(t, a, 2)
	if err := a.Mark(t.Context(), rows[1].ID, rows[1].Epoch); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(59 * time.Second)
	expire := func(s *store.Store, all bool, wantFreed, wantDoubted int) {
		t.Helper()
		freed, doubted, err := s.Expire(t.Context(), all)
		if err != nil || len(freed) != wantFreed || len(doubted) != wantDoubted {
			t.Fatalf("freed %v, doubted %v, %v, want %d and %d", freed, doubted, err, wantFreed, wantDoubted)
		}
	}
	expire(a, false, 0, 0)
	expire(a, true, 0, 0) // its own
	w.clock.pass(time.Second)
	expire(a, false, 1, 1)
	expire(a, false, 0, 0)
	if row := dispatch(t, a, rows[0].ID); row.State != order.DispatchQueued || row.Attempts != 1 || row.LeaseOwner != "" {
		t.Errorf("without a mark: %+v", row)
	}
	held := dispatch(t, a, rows[1].ID)
	if held.State != order.DispatchUnsure || held.LeaseOwner != "" || !held.SettledAt.Equal(w.clock.now()) {
		t.Errorf("with a mark: %+v", held)
	}
	// Its sender comes back and knows that it was taken: that is evidence, not a verdict too late.
	if err := a.Settle(t.Context(), held.ID, held.Epoch, order.SentOK, time.Time{}, "", "250 ok", ""); err != nil {
		t.Fatal(err)
	}
	if row := dispatch(t, a, held.ID); row.State != order.DispatchSent || row.Answer != "250 ok" {
		t.Errorf("the sender's word: %+v", row)
	}

	// At the start of the only process what others had claimed is free at once; where there are several, it is when the lease ends.
	claim(t, a, 1)
	b := w.reopen(t, a, "b")
	expire(b, false, 0, 0)
	if w.driver == "pgx" {
		expire(b, true, 0, 0) // node a may be alive
		w.clock.pass(time.Minute)
	}
	expire(b, true, 1, 0)
	wantClean(t, b)
}

func messageKeys(t *testing.T, w *world) {
	s := w.open(t, "a")
	add := func(lane, key string, resends order.DispatchID) (row store.DispatchRow, err error) {
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			row, err = tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOrder, Lane: lane, Target: "prairie", Resends: resends,
				Message: store.OutMessage{Key: key, Body: []byte("x")}})
			return err
		})
		return row, err
	}
	first, err := add("sftp:prairie", "po.csv", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := add("sftp:alpine", "po.csv", 0); err != nil {
		t.Errorf("another lane: %v", err)
	}
	_, err = add("sftp:prairie", "po.csv", 0)
	wantError(t, err, store.ErrDuplicate)
	for range 2 {
		if _, err := add("sftp:prairie", "", 0); err != nil {
			t.Errorf("without a key: %v", err)
		}
	}
	record := func(kind order.EventKind, id order.DispatchID) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.Record(order.Event{Kind: kind, Dispatch: id, By: "desk"})
			return err
		})
	}
	record(order.Arrived, first.ID)
	_, err = add("sftp:prairie", "po.csv", 0)
	wantError(t, err, store.ErrDuplicate)
	record(order.Again, first.ID)
	second, err := add("sftp:prairie", "po.csv", first.ID)
	if err != nil || second.Resends != first.ID {
		t.Fatalf("sent again: %+v, %v", second, err)
	}
	_, err = add("sftp:prairie", "po.csv", first.ID)
	wantError(t, err, store.ErrDuplicate)
	record(order.Withdrawn, second.ID)
	if _, err := add("sftp:prairie", "po.csv", second.ID); err != nil {
		t.Fatal(err)
	}
	wantClean(t, s)
}

func verdicts(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 4)
	rows := claim(t, s, 3)
	next := w.clock.now().Add(10 * time.Minute)
	settle := func(row store.DispatchRow, kind order.EventKind, next time.Time) {
		t.Helper()
		if err := s.Settle(t.Context(), row.ID, row.Epoch, kind, next, "code", "words", "help"); err != nil {
			t.Fatal(err)
		}
	}
	settle(rows[0], order.Postponed, next)
	settle(rows[1], order.Failed, time.Time{})
	settle(rows[2], order.Doubted, time.Time{})
	claim(t, s, 0)
	if row := dispatch(t, s, rows[0].ID); !row.Next.Equal(next) || row.State != order.DispatchQueued || row.Help != "help" {
		t.Errorf("postponed: %+v", row)
	}
	w.clock.pass(10 * time.Minute)
	if again := claim(t, s, 1)[0]; again.ID != rows[0].ID || again.Epoch != 2 || again.Attempts != 2 {
		t.Errorf("claimed again: %+v", again)
	}
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SetDispatchAnswer(rows[2].ID, "found in the archive", ""); err != nil {
			return err
		}
		_, err := tx.Record(order.Event{Kind: order.Arrived, Dispatch: rows[2].ID, Item: 3, By: "rule"})
		return err
	})
	if row := dispatch(t, s, rows[2].ID); row.State != order.DispatchSent || row.Answer != "found in the archive" {
		t.Errorf("arrived: %+v", row)
	}
	wantClean(t, s)
}

func settleWith(t *testing.T, w *world) {
	s := w.open(t, "a")
	addLoops(t, s, 1, 3)
	rows := claim(t, s, 2)
	doubted := store.Verdict{Kind: order.Doubted, Reason: "cut_after_dot"}
	err := s.SettleWith(t.Context(), rows[0].ID, rows[0].Epoch, doubted, func(tx *store.Tx) error {
		_, _, err := tx.OpenException(store.ExceptionRow{Kind: "unsure", Dispatch: rows[0].ID, Order: rows[0].Order})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.SettleWith(t.Context(), rows[1].ID, rows[1].Epoch, doubted, func(*store.Tx) error { return errOwn })
	wantError(t, err, errOwn)
	if row := dispatch(t, s, rows[1].ID); row.State != order.DispatchSending {
		t.Errorf("half a verdict was written: %+v", row)
	}
	if n := look(t, s, func(tx *store.Tx) (int, error) { return tx.CountExceptions(true) }); n != 1 {
		t.Errorf("%d exceptions, want 1", n)
	}
	wantClean(t, s)
}

func heldAndShadowed(t *testing.T, w *world) {
	s := w.open(t, "a")
	loops := addLoops(t, s, 1, 5)
	record := func(kind order.EventKind, n int) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.Record(order.Event{Kind: kind, Dispatch: loops[n].dispatch.ID})
			return err
		})
	}
	told := func(most int) int {
		t.Helper()
		return look(t, s, func(tx *store.Tx) (int, error) { return tx.Told(loops[0].po.Supplier, 0, most) })
	}
	record(order.HeldBack, 0)
	record(order.Shadowed, 1)
	record(order.Withdrawn, 2)
	if n := told(10); n != 1 {
		t.Errorf("%d purchase orders were told, want 1", n)
	}
	rows := claim(t, s, 1)
	if rows[0].ID != loops[3].dispatch.ID {
		t.Errorf("claimed %d", rows[0].ID)
	}
	record(order.LetGo, 0)
	if n, most := told(10), told(1); n != 2 || most != 1 {
		t.Errorf("told %d, and counted up to one %d", n, most)
	}
	claim(t, s, 1)
	if err := s.Settle(t.Context(), rows[0].ID, rows[0].Epoch, order.SentOK, time.Time{}, "", "250 ok", ""); err != nil {
		t.Fatal(err)
	}
	since := func(at time.Time) int {
		t.Helper()
		return len(look(t, s, func(tx *store.Tx) ([]store.DispatchRow, error) { return tx.SentSince(at) }))
	}
	if before, after := since(w.clock.now()), since(w.clock.now().Add(time.Second)); before != 1 || after != 0 {
		t.Errorf("%d left since now, %d since later", before, after)
	}
	write(t, s, func(tx *store.Tx) error { return tx.TakeOver(loops[0].order.ID) })
	if !look(t, s, func(tx *store.Tx) (store.OrderRow, error) { return tx.Order(loops[0].order.ID) }).AlreadySent {
		t.Error("an order that was taken over is not")
	}
	wantClean(t, s)
}
