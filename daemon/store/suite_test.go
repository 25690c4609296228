package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// conformance is what both databases must do alike.
var conformance = []struct {
	name string
	run  func(*testing.T, *world)
}{
	{"an order is known once for ever", oneOrderForEver},
	{"orders are found and listed", ordersFound},
	{"an order changes by events only", orderChanges},
	{"purchase orders are found and change by events", purchaseOrders},
	{"open purchase orders come with all that is known of them", eachOpenPO},
	{"the timeline has everything about an order", timeline},
	{"counts", counts},

	{"a failed write leaves nothing", failedWriteLeavesNothing},
	{"a function that panics leaves nothing", panicLeavesNothing},
	{"writers at once: each all or nothing", writersAtOnce},
	{"an ended context writes nothing", endedContext},
	{"a view sees one state", viewSeesOneState},
	{"followers see every event once, in order", followers},

	{"claim, mark, settle", claimMarkSettle},
	{"doubts in time", doubtsInTime},
	{"claims respect time, lane, limit and pauses", claimsRespect},
	{"every message is claimed by one", claimedByOne},
	{"a sender that is late can neither mark nor settle", fencing},
	{"a lease that ended", leaseEnded},
	{"a node that comes back", nodeComesBack},
	{"a message key lives once", messageKeys},
	{"a message goes back, fails, is held, arrives", verdicts},
	{"what goes with a verdict is written with it", settleWith},
	{"what is held or shadowed is claimed by nobody and counts as told to nobody", heldAndShadowed},

	{"an item is kept once", keepOnce},
	{"attempts and readings", readings},
	{"foreign bytes are kept as they are", foreignBytes},
	{"findings, packages, message ids and references", findingsAndPackages},
	{"alike exceptions are one", exceptionsAlike},
	{"settings", settings},
	{"orders are found by what they are like", likeness},
	{"what the channel said of an edited order is kept", originals},
	{"what was learned of a supplier is a row", rulesKept},
	{"the last items of a supplier", lastItems},

	{"an erased order leaves nothing of its customer, and is known again", erasedOrders},
	{"verify finds what was changed behind our back", verifyFinds},
	{"verify finds a change in every column", verifyFindsAll},
	{"it is all there after a restart", restart},
	{"a backup is restored, on either database", backupRestored},
	{"a restore is all or nothing", restoreAllOrNothing},
	{"a restored database is held until a person releases it", restoredIsHeld},
	{"a database that was put there by hand is recognised", witnessed},
	{"a first start that is cut off holds nothing", startCutOff},
	{"a newer database is refused, an older one is not looked into", otherVersions},
}

func TestSQLite(t *testing.T) {
	for _, c := range conformance {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newSQLite(t))
		})
	}
}

func TestPostgres(t *testing.T) {
	server := transporttest.StartPostgres(t)
	for _, c := range conformance {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newPostgres(t, server))
		})
	}
}

// world is an empty database with a clock of its own.
type world struct {
	options store.Options
	clock   *clock
	driver  string // for sql
	address string
	another func(testing.TB) *world // one more of its kind
}

func newSQLite(t testing.TB) *world {
	path := filepath.Join(t.TempDir(), "waybill.db")
	w := &world{options: store.Options{Path: path}, clock: newClock(), driver: "sqlite", address: path, another: func(t testing.TB) *world { return newSQLite(t) }}
	return w
}

func newPostgres(t testing.TB, server *transporttest.Postgres) *world {
	dsn := server.NewDatabase(t)
	return &world{options: store.Options{DSN: dsn}, clock: newClock(), driver: "pgx", address: dsn, another: func(t testing.TB) *world { return newPostgres(t, server) }}
}

// open opens the database as the named node, and closes it when the test ends.
func (w *world) open(t testing.TB, node string) *store.Store {
	t.Helper()
	o := w.options
	o.Now, o.Node = w.clock.now, node
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t testing.TB, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// tamper changes the database behind the store's back.
func (w *world) tamper(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open(w.driver, w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.Exec(statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", statement, n, err)
	}
}

// clock is a clock that stands still.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// write is Write that must succeed.
func write(t testing.TB, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// view is View that must succeed.
func view(t testing.TB, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// look gives what a reading method gives.
func look[T any](t testing.TB, s *store.Store, f func(*store.Tx) (T, error)) T {
	t.Helper()
	var v T
	view(t, s, func(tx *store.Tx) (err error) {
		v, err = f(tx)
		return err
	})
	return v
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func wantClean(t testing.TB, s *store.Store) {
	t.Helper()
	if err := s.Verify(context.Background(), func(problem string) { t.Error(problem) }, nil); err != nil {
		t.Error(err)
	}
}

// problems is what Verify reports.
func problems(t testing.TB, s *store.Store) (all []string) {
	t.Helper()
	if err := s.Verify(context.Background(), func(p string) { all = append(all, p) }, nil); err != nil {
		t.Fatal(err)
	}
	return all
}

// bucketOrder is the nth order of a shop.
func bucketOrder(n int) order.Order {
	return order.Order{
		Number: fmt.Sprint(1000 + n), Channel: "shop", ID: fmt.Sprintf("47126984%06d", n), Currency: "USD",
		PlacedAt: time.Date(2025, 8, 26, 17, 12, 0, 0, time.UTC), PaidAt: time.Date(2025, 8, 26, 17, 13, 0, 0, time.UTC),
		Customer: order.Customer{Name: "Ann Müller & Søn", Email: fmt.Sprintf("ann%d@mail.example", n)},
		ShipTo:   order.Address{Name: "Ann Müller", Line1: "12 Elm Street", City: "Springfield", Postcode: "62701", Country: "US"},
		Lines:    []order.Line{{ID: "1", SKU: "PS10044", Title: "Galvanized bucket 14 qt", Quantity: 2}, {ID: "2", SKU: "PS2", Quantity: 1}},
	}
}

// token makes a valid key for the nth purchase order.
func token(n int) order.Token {
	digits := make([]byte, 16)
	for i := range digits {
		digits[i] = byte(n >> (4 * i) & 15)
	}
	t, err := order.NewToken(&repeating{digits})
	if err != nil {
		panic(err)
	}
	return t
}

type repeating struct{ data []byte }

func (r *repeating) Read(p []byte) (int, error) { return copy(p, r.data), nil }

// loop is what a whole order leaves: the order, its purchase order, and the message to the supplier.
type loop struct {
	order    store.OrderRow
	po       order.PurchaseOrder
	dispatch store.DispatchRow
}

func addLoop(tx *store.Tx, n int) (l loop, err error) {
	doc := bucketOrder(n)
	if l.order, err = tx.AddOrder(doc, order.Event{Kind: order.Received, By: "channel"}, false); err != nil {
		return l, err
	}
	if _, err = tx.Record(order.Event{Kind: order.Accepted, Order: l.order.ID, By: "rule"}); err != nil {
		return l, err
	}
	l.po, err = tx.AddPO(order.PurchaseOrder{Order: l.order.ID, Number: doc.Number + "-A", Supplier: "prairie", Token: token(n),
		Lines: []order.POLine{{ID: "1", SKU: "PS10044", SupplierSKU: "B-14", Title: "Bucket", Ordered: 2}, {ID: "2", SKU: "PS2", Ordered: 1}}}, time.Time{})
	if err != nil {
		return l, err
	}
	l.dispatch, err = tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOrder, Lane: "smtp:main", Target: "prairie", Order: l.order.ID,
		POs: []order.POID{l.po.ID}, Message: store.OutMessage{Key: fmt.Sprintf("%s@shop.example", l.po.Token), From: "orders@shop.example",
			To: []string{"sales@prairie.example"}, Body: []byte(orderMail(n))}})
	return l, err
}

func orderMail(n int) string {
	return fmt.Sprintf("Subject: PO %d-A\r\n\r\nDear Prairie,\r\nplease ship 2 buckets to Ann Müller.\r\n", 1000+n)
}

// addLoops stores the orders from to to-1.
func addLoops(t testing.TB, s *store.Store, from, to int) (loops []loop) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		loops = nil
		for n := from; n < to; n++ {
			l, err := addLoop(tx, n)
			if err != nil {
				return err
			}
			loops = append(loops, l)
		}
		return nil
	})
	return loops
}

// claim claims and wants so many.
func claim(t testing.TB, s *store.Store, want int) []store.DispatchRow {
	t.Helper()
	rows, err := s.Claim(context.Background(), "smtp:main", 100, time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != want {
		t.Fatalf("claimed %d messages, want %d", len(rows), want)
	}
	return rows
}

func kinds(events []order.Event) (all []order.EventKind) {
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}

// follow gives f all events after seq, in commit order, each exactly once, until f or ctx ends it. A server that does not answer is waited for.
func follow(ctx context.Context, s *store.Store, seq int64, f func([]order.Event) error) error {
	for {
		if err := s.Await(ctx, seq); err != nil {
			return err
		}
		var events []order.Event
		err := s.View(ctx, func(tx *store.Tx) (err error) {
			events, err = tx.JournalSince(seq, 1000)
			return err
		})
		if err != nil {
			continue
		}
		if err := f(events); err != nil {
			return err
		}
		seq = events[len(events)-1].Seq
	}
}
