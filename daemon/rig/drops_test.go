package rig

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/transports"
)

// TestDrops is promise 7: only whole files are read, none is lost, and each content is read once, whatever writers, connections, people and kills do. Writers
// drop files into a folder, which the real receiver, flow and books empty, directly or over SFTP, in virtual time. `make drops N=5000 SEED=1` makes as many
// drops as wanted.
func TestDrops(t *testing.T) {
	run := openReceiveRun(t, "drops", 8*dropsAtOnce)
	run.want = (run.want + dropsAtOnce - 1) / dropsAtOnce
	run.all(t, func(t *testing.T, n int) {
		synctest.Test(t, func(t *testing.T) { newDropWorld(t, run, run.Seed<<32+uint64(n), n%3 == 2).run() }) //nolint:gosec // small
	})
	run.happened(t, "killed before keep", "killed after keep", "killed before cursor", "killed after cursor", "killed before move", "killed after move", "lost connections",
		"changed while it was read", "over SFTP", "in a folder", "archived", "left there", "read before it was whole")
	for _, w := range dropWriters {
		run.happened(t, w.name)
	}
}

const (
	dropsAtOnce = 25
	// dropPoll is how often a folder is looked at, dropWindow for how long a file must have kept still: three looks.
	dropPoll   = 10 * time.Second
	dropWindow = 2 * dropPoll
)

// dropWorld is a folder with everybody who has to do with it.
type dropWorld struct {
	t      *testing.T
	out    *receiveRun
	folder string // what the receiver looks at, below it its archive
	server transports.FileServer
	whole  transports.Whole
	arch   string
	books  *store.Store
	daemon *flow.Flow
	order  int // of the last row

	mu     sync.Mutex
	r      *rand.Rand
	faults bool
	drops  map[string]*drop  // by name
	whiles map[string]func() // what happens to a file while it is read
	ends   []func()
}

// drop is a name with what was written under it.
type drop struct {
	how      string
	contents map[string]bool // whole ones, by hash
	last     string          // the content that stayed: it must be read
	rows     []dropRow       // of the content that stayed
	slow     bool            // a pause was longer than the window: a piece may be read as well
	never    bool            // it must not be read
}

type dropRow struct{ order, tracking string }

const dropsConfig = `shop: {name: Lantern Lane, timezone: America/Chicago}
state: DIR
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    smtp: {host: 127.0.0.1, port: 9, tls: none}
channels: {shop: {}}
gates: {duplicate: off}
`

func newDropWorld(t *testing.T, out *receiveRun, seed uint64, remote bool) *dropWorld {
	t.Helper()
	dir := memoryFolder(t)
	w := &dropWorld{t: t, out: out, folder: filepath.Join(dir, "out"), r: rand.New(rand.NewPCG(seed, 0xD209)), faults: true, drops: map[string]*drop{}, whiles: map[string]func(){}}
	writeFile(t, filepath.Join(dir, "waybill.yaml"), strings.ReplaceAll(dropsConfig, "DIR", dir))
	writeFile(t, filepath.Join(dir, "suppliers", "prairie.yaml"), "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\nreceive: {path: "+w.folder+"}\n")
	if err := os.MkdirAll(w.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if w.books, err = store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "waybill.db"), Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	w.daemon, err = flow.New(flow.Options{Store: w.books, Config: cfg, Reader: sandbox.New(sandbox.Options{Inline: true}), Now: time.Now, Random: rand.NewChaCha8([32]byte{3}), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w.server = w.open(remote)
	w.whole = transports.Steady
	if w.n(4) == 0 {
		w.whole = transports.Done
	}
	if w.arch = "done"; w.n(3) == 0 {
		w.arch = ""
		w.out.count("left there")
	} else {
		w.out.count("archived")
	}
	return w
}

func (w *dropWorld) n(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.r.IntN(n)
}

// one is true once in n times, while there are faults.
func (w *dropWorld) one(n int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults && w.r.IntN(n) == 0
}

func (w *dropWorld) run() {
	var writers sync.WaitGroup
	for i := range dropsAtOnce {
		writer := dropWriters[(i+w.n(len(dropWriters)))%len(dropWriters)]
		w.out.count(writer.name)
		w.out.count("drops")
		d := &drop{how: writer.name, contents: map[string]bool{}}
		name := fmt.Sprintf("report-%d.csv", 10+i)
		w.drops[name] = d
		writers.Go(func() {
			time.Sleep(time.Duration(w.n(600_000)) * time.Millisecond)
			writer.write(&dropWriter{w: w, d: d, name: name, path: filepath.Join(w.folder, name), marker: filepath.Join(w.folder, name+".done")})
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		writers.Wait()
	}()
	for over := false; !over; {
		w.live(time.Duration(1+w.n(20)) * time.Minute)
		select {
		case <-done:
			over = true
		default:
		}
	}
	w.mu.Lock()
	w.faults = false
	w.mu.Unlock()
	w.live(5 * time.Minute)
	w.process()
	if w.check(); w.t.Failed() {
		w.t.Logf("%s, %s, archive %q", w.server, w.whole, w.arch)
	}
	w.daemon.Close()
	if err := w.books.Close(); err != nil {
		w.t.Error(err)
	}
	for _, end := range w.ends {
		end()
	}
	time.Sleep(2 * time.Minute) // connections end
}

// dropLife is one process.
type dropLife struct {
	w    *dropWorld
	kill context.CancelFunc
	dead atomic.Bool
}

// live is the life of one process: a look every ten seconds.
func (w *dropWorld) live(most time.Duration) {
	ctx, kill := context.WithTimeout(w.t.Context(), most)
	defer kill()
	l := &dropLife{w: w, kill: kill}
	receiver, err := transports.NewFileReceiver(faultyFiles{w.server, l}, transports.FileReceiverConfig{Source: "drop:prairie", Dir: ".", Archive: w.arch, Whole: w.whole,
		Cursor: l, Now: time.Now})
	if err != nil {
		w.t.Error(err)
		return
	}
	for ctx.Err() == nil {
		err := receiver.Receive(ctx, func(ctx context.Context, batch []transports.Item) error {
			return l.step("keep", func() error { return w.daemon.Keep(ctx, batch) })
		})
		if err != nil && os.Getenv("WAYBILL_RECEIVE_LOG") != "" {
			w.t.Log(time.Now(), err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(dropPoll):
		}
	}
}

// step does something and may kill the process before or after it. A dead process does nothing any more.
func (l *dropLife) step(name string, do func() error) error {
	dies := func(when string) bool {
		if l.w.one(40) {
			l.w.out.count("killed " + when + " " + name)
			l.dead.Store(true)
			l.kill()
		}
		return l.dead.Load()
	}
	if dies("before") {
		return errKilled
	}
	if err := do(); err != nil {
		return err
	}
	if dies("after") {
		return errKilled
	}
	return nil
}

const dropSetting = "cursor:drop:prairie"

// Load makes the life the receiver's cursor, in the books.
func (l *dropLife) Load(ctx context.Context) (value []byte, err error) {
	err = l.w.books.View(ctx, func(tx *store.Tx) (err error) {
		value, _, err = tx.Setting(dropSetting)
		return err
	})
	return value, err
}

func (l *dropLife) Save(ctx context.Context, value []byte) error {
	return l.step("cursor", func() error {
		return l.w.books.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(dropSetting, value) })
	})
}

// process has everything that was kept read.
func (w *dropWorld) process() {
	ctx, stop := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := w.daemon.Run(ctx); err != nil {
			w.t.Error(err)
		}
	}()
	for range 600 {
		left := 0
		w.view(func(tx *store.Tx) error {
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

func (w *dropWorld) view(look func(*store.Tx) error) {
	w.t.Helper()
	if err := w.books.View(context.WithoutCancel(w.t.Context()), look); err != nil {
		w.t.Error(err)
	}
}

// row makes an order and says what is told of it.
func (w *dropWorld) row() dropRow {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.order++
	number := fmt.Sprint(30000 + w.order)
	_, err := w.daemon.Receive(context.WithoutCancel(w.t.Context()), order.Order{Number: number, Channel: "shop", ID: "id-" + number, PlacedAt: time.Now(), PaidAt: time.Now(), Currency: "USD",
		Customer: order.Customer{Name: "Ada Example", Email: "ada@mail.example"},
		ShipTo:   order.Address{Name: "Ada Example", Line1: number + " Test Street", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
		Lines:    []order.Line{{ID: number + "-1", SKU: "PS100", Title: "Bucket", Quantity: 2}}}, flow.Source{By: "api", AlreadySent: true})
	if err != nil {
		w.t.Error(err)
	}
	return dropRow{number + "-A", upsNumber(uint64(w.order) + 30000)} //nolint:gosec // small
}

// check holds the books against what was written.
func (w *dropWorld) check() {
	t, out := w.t, w.out
	times := map[string]int{} // by name and content
	var told strings.Builder
	w.view(func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{})
		for _, row := range rows {
			d := w.drops[row.Name]
			times[row.Name+row.SHA256]++
			switch {
			case d == nil || d.never:
				out.wrong(t, &out.Partial, "%s was read and must not be", row.Name)
			case d.contents[row.SHA256]:
			case d.slow:
				out.count("read before it was whole")
			default:
				raw, _ := tx.Evidence(row.SHA256)
				out.wrong(t, &out.Partial, "%s (%s) was read with %d bytes, which were never all of it: %q", row.Name, d.how, row.Size, raw)
			}
			if row.State != store.ItemRead {
				out.wrong(t, &out.Lost, "%s is %s", row.Name, row.State)
			}
		}
		open, openErr := tx.Exceptions(store.ExceptionFilter{Open: true})
		for _, x := range open {
			told.Write(x.Detail)
		}
		if err == nil {
			err = openErr
		}
		return err
	})
	for name, d := range w.drops {
		if d.never {
			continue
		}
		switch n := times[name+d.last]; {
		case n == 0:
			out.wrong(t, &out.Lost, "%s (%s) was never read", name, d.how)
		case n > 1:
			out.wrong(t, &out.Doubled, "%s (%s) was read %d times with the same content", name, d.how, n)
		default:
			out.count("read")
		}
		w.checkRows(name, d, told.String())
	}
}

// checkRows wants each row to have had its effect once.
func (w *dropWorld) checkRows(name string, d *drop, told string) {
	w.view(func(tx *store.Tx) error {
		for _, row := range d.rows {
			po, err := tx.POByNumber(row.order)
			if err != nil {
				return err
			}
			packages, err := tx.PackagesOfPO(po.ID)
			if err != nil {
				return err
			}
			if len(packages) == 1 && packages[0].Number == row.tracking {
				w.out.count("rows booked")
				continue
			}
			if d.slow && strings.Contains(told, row.tracking) { // a piece of its number was believed: a person is asked
				w.out.count("rows that a person is asked about")
				continue
			}
			w.out.wrong(w.t, &w.out.Lost, "%s (%s) says that %s left as %s, and the books have %d parcels %+v", name, d.how, row.order, row.tracking, len(packages), packages)
		}
		return nil
	})
}

func contentSum(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
