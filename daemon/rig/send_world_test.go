package rig

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/transports"
)

// sendWorld is a shop whose real flow sends over wires in memory, with its books in a real file and in the time of a bubble of testing/synctest. Its daemon
// dies and comes again: what a killed process leaves behind is what its files hold in that moment.
type sendWorld struct {
	t      testing.TB
	dir    string // of the configuration and of every life's books
	r      *rand.Rand
	random io.Reader
	dial   func() *wires // a life's network
	killed <-chan struct{}
	thaw   func() // the peers take part again
	cfg    *config.Config
	reader *sandbox.Pool

	life    int
	lives   []lifetime
	daemon  *flow.Flow
	books   *store.Store
	network *wires
	stop    context.CancelFunc
	ended   chan struct{}

	orders  int
	kills   int
	longest time.Duration // of the daemon's uptime until a doubt was on the desk
	worst   string        // what the books say of that doubt
	held    int           // doubts that were on the desk
	seen    map[order.ExceptionID]bool
	again   map[string]int // purchase orders that a person had sent again, and how often
}

// openSendWorld writes the configuration into a folder in memory and starts the first life. It must be called in a bubble.
func openSendWorld(t testing.TB, seed uint64, files map[string]string, dial func() *wires) *sendWorld {
	t.Helper()
	w := &sendWorld{t: t, dir: memoryFolder(t), r: rand.New(rand.NewPCG(seed, 0x5E4D)), dial: dial, seen: map[order.ExceptionID]bool{}, again: map[string]int{}}
	var key [32]byte
	for i := range key {
		key[i] = byte(w.r.Uint32())
	}
	w.random = rand.NewChaCha8(key)
	for name, text := range files {
		writeFile(t, filepath.Join(w.dir, name), strings.ReplaceAll(text, "DIR", w.dir))
	}
	var err error
	if w.cfg, err = config.Load(filepath.Join(w.dir, "waybill.yaml")); err != nil {
		t.Fatal(err)
	}
	w.reader = sandbox.New(sandbox.Options{Inline: true})
	if err := os.MkdirAll(w.state(0), 0o700); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// memoryFolder gives a folder in memory where the system has one: these rigs are about cuts and kills, which lose nothing that was written.
func memoryFolder(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "waybill-rig-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (w *sendWorld) state(life int) string { return filepath.Join(w.dir, fmt.Sprint("life", life)) }

// start begins a life over what the one before has left.
func (w *sendWorld) start() {
	w.t.Helper()
	var err error
	w.lives = append(w.lives, lifetime{from: time.Now()})
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("WAYBILL_FAULTS_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if w.books, err = store.Open(w.t.Context(), store.Options{Path: filepath.Join(w.state(w.life), "waybill.db"), Now: time.Now, Log: log}); err != nil {
		w.t.Fatal(err)
	}
	w.network = w.dial()
	w.daemon, err = flow.New(flow.Options{Store: w.books, Config: w.cfg, Reader: w.reader, Now: time.Now, Random: w.random, Dialer: w.network, Log: log,
		Web: func(bool) transports.Dialer { return w.network }})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w.stop, w.ended = stop, make(chan struct{})
	go func(f *flow.Flow, ended chan struct{}) {
		defer close(ended)
		if err := f.Run(ctx); err != nil {
			w.t.Errorf("the flow ended: %v", err)
		}
	}(w.daemon, w.ended)
	<-w.daemon.Started()
}

// end ends a life in order, except that its peers have lost it already.
func (w *sendWorld) end() {
	w.lives[len(w.lives)-1].to = time.Now() // what it still does counts for nothing
	w.network.kill()
	w.stop()
	<-w.ended
	w.daemon.Close()
	if err := w.books.Close(); err != nil {
		w.t.Error(err)
	}
}

// kill ends the life as SIGKILL does: the next one finds what the files hold now. What the dying one still does goes into books that nobody opens again, and
// over connections that nobody serves.
func (w *sendWorld) kill() {
	w.t.Helper()
	w.kills++
	w.measure()
	w.copyState(w.state(w.life), w.state(w.life+1))
	w.end()
	_ = os.RemoveAll(w.state(w.life))
	w.life++
}

// copyState copies the files between two transactions: those that were not committed are lost in a kill as well.
func (w *sendWorld) copyState(from, to string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(from, "waybill.db")+"?_pragma=busy_timeout(60000)&_txlock=immediate")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		w.t.Fatal(err)
	}
	defer tx.Rollback()
	if err := os.MkdirAll(to, 0o700); err != nil {
		w.t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), "-shm") || strings.HasSuffix(e.Name(), ".lock") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, e.Name()), raw, fs.FileMode(0o600)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// order takes an order in; its only purchase order is NUMBER-A.
func (w *sendWorld) order() {
	w.t.Helper()
	w.orders++
	number := fmt.Sprint(1000 + w.orders)
	at := time.Now().Add(-time.Hour).Truncate(time.Second)
	doc := order.Order{Number: number, Channel: "shop", ID: "id-" + number, PlacedAt: at, PaidAt: at, Currency: "USD",
		Customer: order.Customer{Name: "Ada Abernathy", Email: "ada@mail.example"},
		ShipTo:   order.Address{Name: "Ada Abernathy", Line1: number + " Maple Street", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
		Lines:    []order.Line{{ID: number + "-1", SKU: "PS100", Title: "Bucket", Quantity: 1 + w.r.IntN(3)}}}
	if _, err := w.daemon.Receive(w.t.Context(), doc, flow.Source{By: "api"}); err != nil {
		w.t.Fatal(err)
	}
}

// rows are the messages to suppliers and channels, with their bytes.
func (w *sendWorld) rows() (rows []store.DispatchRow) {
	w.t.Helper()
	err := w.books.View(w.t.Context(), func(tx *store.Tx) error {
		found, err := tx.Dispatches(store.DispatchFilter{})
		for _, row := range found {
			if row.Purpose != order.PurposeOrder && row.Purpose != order.PurposeTracking {
				continue
			}
			whole, err := tx.Dispatch(row.ID)
			if err != nil {
				return err
			}
			rows = append(rows, whole)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w *sendWorld) poNumber(row store.DispatchRow) (number string) {
	w.t.Helper()
	err := w.books.View(w.t.Context(), func(tx *store.Tx) error {
		po, err := tx.PO(row.POs[0])
		number = po.Number
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return number
}

func (w *sendWorld) desk(kind flow.ExceptionKind, open bool) []store.ExceptionRow {
	w.t.Helper()
	var rows []store.ExceptionRow
	err := w.books.View(w.t.Context(), func(tx *store.Tx) (err error) {
		rows, err = tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Open: open})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// settle is a person's decision.
func (w *sendWorld) settle(x store.ExceptionRow, action flow.Action) {
	w.t.Helper()
	if _, err := w.daemon.Settle(w.t.Context(), x.ID, flow.Settlement{Action: action, By: "desk"}); err != nil {
		w.t.Errorf("settle %s %s: %v", x.Kind, action, err)
	}
}

// lifetime is the time in which one life ran; it has no end while it does.
type lifetime struct{ from, to time.Time }

// uptime is how long a daemon ran between two moments.
func (w *sendWorld) uptime(from, to time.Time) (d time.Duration) {
	for _, l := range w.lives {
		begin, end := l.from, l.to
		if begin.Before(from) {
			begin = from
		}
		if end.IsZero() || end.After(to) {
			end = to
		}
		d += max(end.Sub(begin), 0)
	}
	return d
}

// measure notes how long each doubt took until it was on the desk, and that none is anywhere else.
func (w *sendWorld) measure() {
	w.t.Helper()
	rows := map[order.DispatchID]store.DispatchRow{}
	var doubts []store.ExceptionRow
	var events []order.Event
	err := w.books.View(w.t.Context(), func(tx *store.Tx) error { // all of one moment
		found, err := tx.Dispatches(store.DispatchFilter{})
		if err != nil {
			return err
		}
		for _, row := range found {
			if row.Purpose == order.PurposeOrder || row.Purpose == order.PurposeTracking {
				rows[row.ID] = row
			}
		}
		if doubts, err = tx.Exceptions(store.ExceptionFilter{Kind: string(flow.SendUnsure)}); err != nil {
			return err
		}
		events, err = tx.JournalSince(0, 1<<20)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	onDesk := map[order.DispatchID]bool{}
	for _, x := range doubts {
		onDesk[x.Dispatch] = onDesk[x.Dispatch] || x.SettledAt.IsZero()
		if _, is := rows[x.Dispatch]; !is || w.seen[x.ID] {
			continue
		}
		w.seen[x.ID] = true
		w.held++
		since := doubtfulSince(events, x)
		took := w.uptime(since, x.OpenedAt)
		story := fmt.Sprintf("sent since %s, on the desk %s%s", since.Format(time.TimeOnly), x.OpenedAt.Format(time.TimeOnly), history(events, x.Dispatch))
		if took > w.longest {
			w.longest, w.worst = took, story
		}
		if took > doubtLimit {
			w.t.Errorf("a doubt was on the desk only after %s: %s", took, story)
		}
	}
	for id, row := range rows {
		if row.State == order.DispatchUnsure && !onDesk[id] {
			w.t.Errorf("a doubt is not on the desk: %s", history(events, id))
		}
	}
}

// doubtLimit is how long the daemon may run until a doubt is before a person (promise 3).
const doubtLimit = time.Minute

// doubtfulSince is when what an exception doubts was marked. What needs no mark is doubtful from its claim on.
func doubtfulSince(events []order.Event, x store.ExceptionRow) (since time.Time) {
	for _, e := range events {
		if e.Dispatch == x.Dispatch && !e.At.After(x.OpenedAt) && (e.Kind == order.Claimed || e.Kind == order.Marked) {
			since = e.At
		}
	}
	return since
}

// history is what the journal says of a message.
func history(events []order.Event, id order.DispatchID) (text string) {
	for _, e := range events {
		if e.Dispatch == id {
			text += fmt.Sprintf("\n\t%s %s %s", e.At.Format(time.TimeOnly), e.Kind, e.Reason)
		}
	}
	return text
}

// busy tells how many messages to suppliers are on their way, or will be without anybody's decision.
func (w *sendWorld) busy() (n int) {
	for _, row := range w.rows() {
		switch row.State {
		case order.DispatchQueued, order.DispatchSending, order.DispatchMarked:
			n++
		}
	}
	return n
}

// item gives the flow something that came in, as a receiver does, and waits until it was read.
func (w *sendWorld) item(it transports.Item) {
	w.t.Helper()
	if err := w.daemon.Keep(w.t.Context(), []transports.Item{it}); err != nil {
		w.t.Fatal(err)
	}
	for range 600 {
		kept := 0
		err := w.books.View(w.t.Context(), func(tx *store.Tx) error {
			rows, err := tx.Items(store.ItemFilter{State: store.ItemKept})
			kept = len(rows)
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		if kept == 0 {
			return
		}
		time.Sleep(time.Second)
	}
	w.t.Error("an item was never read")
}

// verify checks the books against themselves.
func (w *sendWorld) verify() {
	w.t.Helper()
	if err := w.books.Verify(w.t.Context(), func(problem string) { w.t.Errorf("verify: %s", problem) }, nil); err != nil {
		w.t.Errorf("verify: %v", err)
	}
}

// sameBytes tells whether one of the messages that the flow had stored is exactly what arrived.
func sameBytes(rows []store.DispatchRow, raw []byte) bool {
	return slices.ContainsFunc(rows, func(r store.DispatchRow) bool { return bytes.Equal(r.Message.Body, raw) })
}

// rest lets time pass, and the daemon come again where it is killed, until nothing moves by itself.
func (w *sendWorld) rest(most time.Duration) {
	n := 1
	for until := time.Now().Add(most); n > 0 && time.Now().Before(until); {
		select {
		case <-w.killed:
			w.kill()
			w.thaw()
			time.Sleep(time.Duration(w.r.IntN(120)) * time.Second)
			w.start()
		case <-time.After(7 * time.Second):
		}
		n = w.busy()
	}
	w.measure()
	if n > 0 { // what a look at a doubt has sent on its way in this moment is awaited the next time
		w.t.Errorf("%d messages are still on their way after %s: %s", n, most, w.underWay())
	}
}

// underWay tells what the journal says of messages that are on their way.
func (w *sendWorld) underWay() (text string) {
	w.t.Helper()
	var events []order.Event
	err := w.books.View(w.t.Context(), func(tx *store.Tx) (err error) {
		events, err = tx.JournalSince(0, 1<<20)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, row := range w.rows() {
		switch row.State {
		case order.DispatchQueued, order.DispatchSending, order.DispatchMarked:
			text += fmt.Sprintf("\n%d: %s, next at %s, %q%s", row.ID, row.State, row.Next.Format(time.TimeOnly), row.Answer, history(events, row.ID))
		}
	}
	return text
}

// refused sends again what a server has refused for good, as a person does who has spoken with its operator.
func (w *sendWorld) refused() {
	for _, x := range w.desk(flow.SendFailed, true) {
		w.resend(x)
	}
}

// resend has sent again what an exception is about, which may be several messages.
func (w *sendWorld) resend(x store.ExceptionRow) {
	replaced := func() map[order.DispatchID]bool {
		found := map[order.DispatchID]bool{}
		for _, row := range w.rows() {
			found[row.ID] = row.State == order.DispatchReplaced
		}
		return found
	}
	before := replaced()
	w.settle(x, flow.ActResend)
	for id, is := range replaced() {
		if is && !before[id] {
			w.again[w.poNumber(w.dispatch(id))]++
		}
	}
}

func (w *sendWorld) dispatch(id order.DispatchID) store.DispatchRow {
	for _, row := range w.rows() {
		if row.ID == id {
			return row
		}
	}
	w.t.Fatalf("no dispatch %d", id)
	return store.DispatchRow{}
}

// story tells what the books say of a purchase order's messages.
func (w *sendWorld) story(number string) (text string) {
	for _, row := range w.rows() {
		if w.poNumber(row) == number {
			text += fmt.Sprintf("\n%d: %s after %d attempts, %q", row.ID, row.State, row.Attempts, row.Answer)
		}
	}
	return text
}
