package flow

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports"
)

// keep stores bodies as Prairie's mails in a mailbox, with the ids that the ledger gives them.
func (s *shop) keep(mailbox string, bodies ...string) []order.ItemID {
	s.t.Helper()
	var mails []transports.Item
	for i, body := range bodies {
		raw := fmt.Sprintf("From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: News\r\nMessage-ID: <%s-%d@prairie.example>\r\n\r\n%s\r\n", fromPrairie, mailbox, i, body)
		mails = append(mails, transports.Item{Source: "mail:" + mailbox, Key: fmt.Sprint("1:", i+1), Raw: []byte(raw)})
	}
	if err := s.Keep(s.t.Context(), mails); err != nil {
		s.t.Fatal(err)
	}
	var ids []order.ItemID
	s.view(func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{Source: "mail:" + mailbox})
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return err
	})
	return ids
}

// state is what has become of an item.
func (s *shop) state(id order.ItemID) (state store.ItemState) {
	s.t.Helper()
	s.view(func(tx *store.Tx) error {
		row, err := tx.Item(id)
		state = row.State
		return err
	})
	return state
}

// awaitRead waits until an item that has news is recorded.
func (s *shop) awaitRead(id order.ItemID) {
	s.t.Helper()
	for {
		last := s.Store().LastSeq()
		if s.state(id) != store.ItemKept {
			return
		}
		if err := s.Store().Await(s.t.Context(), last); err != nil {
			s.t.Fatal(err)
		}
	}
}

// exchange is mails of which each can only be understood by those before it: a repeat, a number that sits elsewhere, a reference that was told before, a correction.
var exchange = []string{
	"Order 1001-A has shipped with UPS. Tracking number " + ups1,
	"Once more: order 1001-A has shipped with UPS. Tracking number " + ups1,
	"Order 1002-A has shipped with UPS. Tracking number " + ups1,
	"Thank you, we have received your order 1002-A. Our reference: KQX77Z.",
	"Our reference: KQX77Z. It has shipped with UPS. Tracking number " + ups2,
	"Correction: the tracking number of order 1001-A is not " + ups1 + " but 1Z12345E1512345676.",
	"Order 1003-A is on backorder and will ship on 2026-04-20.",
}

// TestBatch: what is recorded in one transaction comes to what it comes to one by one.
func TestBatch(t *testing.T) {
	rows := map[bool]string{}
	for _, together := range []bool{false, true} {
		dir := t.TempDir()
		path := filepath.Join(dir, "books.db")
		s := newShopOn(t, nil, &shop{t: t, dir: dir, at: noon, driver: "sqlite", address: path}, store.Options{Path: path, Random: rand.NewChaCha8([32]byte{})})
		s.sentOut("1001", "1002", "1003")
		s.keep("orders", exchange...)
		kept, err := s.kept(t.Context())
		if err != nil || len(kept) != len(exchange) {
			t.Fatal(len(kept), err)
		}
		if together {
			s.process(kept...)
		} else {
			for _, row := range kept {
				s.process(row)
			}
		}
		rows[together] = s.rows()
		s.wantTracking("1002-A", ups2)
		if desk := s.desk(); !slices.Contains(desk, string(Contradiction)) {
			t.Errorf("together (%v): a number that sits on two orders is not asked about: %v", together, desk)
		}
	}
	if rows[false] != rows[true] {
		t.Errorf("together it is otherwise:\n%s", difference(rows[false], rows[true]))
	}
}

// TestPoison: an item that cannot be recorded falls out of its transaction alone, and the index forgets what was taken back with it.
func TestPoison(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	judge := s.Flow.match
	s.Flow.match = func(x *match.Index, r parsers.Reading, who match.Sender) []match.Finding {
		if r.Envelope.MessageID == "orders-1@prairie.example" { // news about a purchase order that is not there
			return []match.Finding{{Kind: parsers.Acknowledgement, PO: 999, Decision: match.Auto, Apply: match.ApplyAuto}}
		}
		return judge(x, r, who)
	}
	ids := s.keep("orders", "Order 1001-A has shipped with UPS. Tracking number "+ups1, "poison", "Order 1002-A has shipped with UPS. Tracking number "+ups2)
	kept, err := s.kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.process(kept...)
	for i, want := range []store.ItemState{store.ItemRead, store.ItemQuarantined, store.ItemRead} {
		if got := s.state(ids[i]); got != want {
			t.Errorf("mail %d is %s, want %s", i+1, got, want)
		}
	}
	s.wantTracking("1001-A", ups1)
	s.wantTracking("1002-A", ups2)
	if n := len(s.news()); n != 2 {
		t.Errorf("the channel hears %d times, want 2", n)
	}
	s.wantDesk(string(Unreadable))
}

// slowReader holds one mail back until it is let go, and tells what else was read.
type slowReader struct {
	Reader
	slow string // in the mail that is slow
	let  chan struct{}
	read chan string
}

func (r *slowReader) Read(ctx context.Context, raw []byte, name string, p parsers.Profile) (parsers.Reading, error) {
	if strings.Contains(string(raw), r.slow) {
		<-r.let
	}
	reading, err := r.Reader.Read(ctx, raw, name, p)
	r.read <- reading.Envelope.MessageID
	return reading, err
}

// TestOrder: mails that are quick to read wait until the slow one before them from the same mailbox is recorded; another mailbox does not wait.
func TestOrder(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	r := &slowReader{Reader: s.reader, slow: exchange[0], let: make(chan struct{}), read: make(chan string, 100)}
	s.reader = r
	first := s.keep("orders", exchange...)
	other := s.keep("second", "Thank you, we have received your order 1003-A.")
	ctx, stop := context.WithCancel(t.Context())
	var loop sync.WaitGroup
	loop.Go(func() { _ = s.readLoop(ctx) })
	defer loop.Wait()
	defer stop()

	before := s.Store().LastSeq()
	if err := s.Store().Await(ctx, before); err != nil { // the other mailbox's news
		t.Fatal(err)
	}
	for range exchange { // all but the slow one, and the other mailbox's
		<-r.read
	}
	if got := s.state(other[0]); got != store.ItemRead {
		t.Errorf("the mail of another mailbox is %s", got)
	}
	for i, id := range first {
		if got := s.state(id); got != store.ItemKept {
			t.Errorf("mail %d is %s before the first one", i+1, got)
		}
	}
	close(r.let)
	s.awaitRead(first[len(first)-1])
	var items []order.ItemID
	s.view(func(tx *store.Tx) error {
		events, err := tx.JournalSince(before, 1000)
		for _, e := range events {
			if slices.Contains(first, e.Item) {
				items = append(items, e.Item)
			}
		}
		return err
	})
	if len(items) == 0 || !slices.IsSorted(items) {
		t.Errorf("the journal has the mails in the order %v", items)
	}
	s.wantTracking("1002-A", ups2)
}

// breaksOnce breaks at the first attempt at each mail.
type breaksOnce struct {
	Reader
	mu   sync.Mutex
	seen map[string]bool
}

func (r *breaksOnce) Read(ctx context.Context, raw []byte, name string, p parsers.Profile) (parsers.Reading, error) {
	r.mu.Lock()
	first := !r.seen[string(raw)]
	r.seen[string(raw)] = true
	r.mu.Unlock()
	if first {
		return parsers.Reading{}, errors.New("it broke")
	}
	return r.Reader.Read(ctx, raw, name, p)
}

// TestSecondAttempt: a mail that is read at the second attempt keeps its place in the line.
func TestSecondAttempt(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001", "1002", "1003")
	s.reader = &breaksOnce{Reader: s.reader, seen: map[string]bool{}}
	ids := s.keep("orders", exchange...)
	ctx, stop := context.WithCancel(t.Context())
	var loop sync.WaitGroup
	loop.Go(func() { _ = s.readLoop(ctx) })
	defer loop.Wait()
	defer stop()
	s.awaitRead(ids[len(ids)-1])
	s.wantTracking("1002-A", ups2)
	s.view(func(tx *store.Tx) error {
		for _, id := range ids {
			if row, err := tx.Item(id); err != nil || row.State != store.ItemRead || row.Attempts != 2 {
				t.Errorf("mail %d is %s after %d attempts (%v)", id, row.State, row.Attempts, err)
			}
		}
		return nil
	})
}

// TestStop: the loop ends at whatever moment it is told to, with all that it has read ahead, and nothing of that is lost.
func TestStop(t *testing.T) {
	s := newShop(t, nil)
	var bodies []string
	for n := range 3 * readAhead {
		bodies = append(bodies, fmt.Sprint("Hello. Note ", n))
	}
	s.sentOut("1001")
	ids := s.keep("orders", append(bodies, "Thank you, we have received your order 1001-A.")...)
	run := func(ctx context.Context) <-chan error {
		ended := make(chan error, 1)
		go func() { ended <- s.readLoop(ctx) }()
		return ended
	}
	for n := range 100 {
		ctx, stop := context.WithCancel(t.Context())
		ended := run(ctx)
		time.AfterFunc(time.Duration(n)*20*time.Microsecond, stop)
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := run(ctx)
	s.awaitRead(ids[len(ids)-1])
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if got := s.state(id); got != store.ItemRead {
			t.Errorf("mail %d is %s", i+1, got)
		}
	}
}

// TestDamagedEvidence: when the bytes of a kept mail are not those that were kept, the disk is not to be trusted: nothing is read from it any more,
// and nothing is written or sent.
func TestDamagedEvidence(t *testing.T) {
	s := newShop(t, nil)
	s.sentOut("1001")
	ids := s.keep("orders", "Order 1001-A has shipped with UPS. Tracking number "+ups1)
	var row store.ItemRow
	s.view(func(tx *store.Tx) (err error) {
		row, err = tx.Item(ids[0])
		return err
	})
	db, err := sql.Open(s.driver, s.address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE evidence SET bytes = X'00' WHERE hex(sha256) = upper(?)`, row.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.attempt(t.Context(), &opened{row: row}); !errors.Is(err, store.ErrFailed) {
		t.Errorf("the mail was read: %v", err)
	}
	if err := s.store.Write(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrFailed) || store.TroubleOf(err).Kind != "damaged" {
		t.Errorf("the books take something: %v", err)
	}
	if got := s.state(ids[0]); got != store.ItemKept {
		t.Errorf("the mail is %s", got)
	}
}
