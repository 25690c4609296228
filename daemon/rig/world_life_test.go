package rig

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing/synctest"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/sandbox"
	"waybill/daemon/store"
	"waybill/daemon/web"
	"waybill/transports"
)

// worldLife is a daemon in process, from its start to its end or its crash.
type worldLife struct {
	*flow.Flow
	line  *line
	books *store.Store
	dir   string // of its database
	api   http.Handler
	stop  context.CancelFunc
	ended chan error
	log   *bytes.Buffer
}

// The timers of a world look at the clock as often as the program's while something is marked, and may become a doubt; once a minute while orders and
// news pass the network; and every quarter of an hour otherwise: virtual time is free, and each look is not.
const (
	busyTick  = 5 * time.Second
	quietTick = time.Minute
	idleTick  = 15 * time.Minute
)

// ticks are the looks at the clock in one life.
func (w *world) ticks(ctx context.Context, books *store.Store) <-chan time.Time {
	ticks := make(chan time.Time, 1)
	go func() {
		last, none := time.Now(), time.Time{}
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-time.After(busyTick):
				every := idleTick
				moved, busy := w.net.lastMove()
				if now.Sub(busy) <= quietTick {
					every = quietTick
				}
				if now.Sub(last) < every {
					if moved.Before(none) { // nothing is marked without a connection
						continue
					}
					if !anyMarked(ctx, books) {
						none = now
						continue
					}
				}
				last = now
				select {
				case ticks <- now:
				default:
				}
			}
		}
	}()
	return ticks
}

func anyMarked(ctx context.Context, books *store.Store) (any bool) {
	_ = books.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchMarked, Limit: 1})
		any = len(rows) > 0
		return err
	})
	return any
}

// up starts a daemon on the books that the last one left.
func (w *world) up() {
	books := filepath.Join(w.dir, fmt.Sprintf("books-%d", w.lives))
	if err := os.MkdirAll(books, 0o755); err != nil {
		w.t.Fatal(err)
	}
	cfg, err := config.Load(filepath.Join(w.dir, "waybill.yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	l := &worldLife{dir: books, line: &line{net: w.net}, ended: make(chan error, 1), log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(&lockedBuffer{b: &w.logs, mu: &w.logging}, nil))
	if l.books, err = store.Open(context.Background(), store.Options{Path: filepath.Join(books, "waybill.db"), Now: time.Now, Log: log, Node: "world", Random: w.random("store")}); err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	pool := sandbox.New(sandbox.Options{Inline: true})
	l.Flow, err = flow.New(flow.Options{Store: l.books, Config: cfg, Reader: pool, Now: time.Now, Ticks: w.ticks(ctx, l.books), Random: w.random("flow"), Dialer: l.line,
		Web: func(bool) transports.Dialer { return l.line }, Log: log, Disk: func(string) (free, total int64, err error) { return 1 << 40, 1 << 41, nil }})
	if err != nil {
		w.t.Fatal(err)
	}
	l.api = web.API(l.Flow, func() []string { return []string{web.TokenHash(apiToken)} }, log)
	w.starts = append(w.starts, time.Now())
	go func() { l.ended <- l.Run(ctx) }()
	select {
	case <-l.Started():
	case err := <-l.ended:
		w.t.Fatalf("the daemon does not start: %v", err)
	}
	w.lives++
	w.life = l
	w.say("waybill runs (life %d)", w.lives)
}

// random is a source of randomness for one life.
func (w *world) random(name string) io.Reader {
	return rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%s %d %d", name, w.seed, w.lives)))
}

// down stops the daemon in order.
func (w *world) down() {
	w.say("waybill is stopped")
	w.end(true)
}

// crash ends it as a loss of its process does: what its files hold at this moment is all that is left, and nothing of it gets out any more.
func (w *world) crash() {
	synctest.Wait() // everybody waits for time or for somebody else: no transaction is under way
	next := filepath.Join(w.dir, fmt.Sprintf("books-%d", w.lives))
	if err := os.MkdirAll(next, 0o755); err != nil {
		w.t.Fatal(err)
	}
	for _, name := range []string{"waybill.db", "waybill.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(w.life.dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(next, name), raw, 0o600)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.life.line.die()
	w.say("waybill crashes")
	w.end(false)
}

// end lets a life's goroutines come to their end. Where its books live on they are moved to the next life's place.
func (w *world) end(goOn bool) {
	l := w.life
	w.life = nil
	l.stop()
	if err := <-l.ended; err != nil {
		w.say("the daemon ended with %v", err)
	}
	l.Close()
	if err := l.books.Close(); err != nil {
		w.t.Error(err)
	}
	l.line.die()
	if goOn {
		if err := os.Rename(l.dir, filepath.Join(w.dir, fmt.Sprintf("books-%d", w.lives))); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	_ = os.RemoveAll(l.dir)
}

// post gives an order to the API. lost is an answer that does not reach the channel.
func (w *world) post(s *sale, text string, lost bool) {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/orders", bytes.NewReader([]byte(text)))
	r.Header.Set("Authorization", "Bearer "+apiToken)
	r.Header.Set("Content-Type", "application/json")
	a := httptest.NewRecorder()
	w.life.api.ServeHTTP(a, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case lost:
		w.note("order %s: the answer is lost", s.number)
	case a.Code == 200 || a.Code == 201:
		if s.refused {
			w.problem("order %s was refused and then accepted", s.number)
		}
		w.note("order %s: %d %s", s.number, a.Code, outcomeIn(a.Body.Bytes()))
		s.accepted = true
	case a.Code == 400 || a.Code == 422:
		w.note("order %s is refused: %d", s.number, a.Code)
		s.refused = true
	default:
		w.problem("order %s: %d %s", s.number, a.Code, a.Body)
	}
}

func (l *worldLife) list() ([]flow.ExceptionView, error) {
	return l.Desk(context.Background(), store.ExceptionFilter{Open: true})
}

func (l *worldLife) settle(id order.ExceptionID, s flow.Settlement) error {
	_, err := l.Settle(context.Background(), id, s)
	return err
}

func (l *worldLife) said(id order.ItemID) (name string) {
	_ = l.books.View(context.Background(), func(tx *store.Tx) error {
		row, err := tx.Item(id)
		if name = row.MessageID; name == "" {
			name = row.Name
		}
		return err
	})
	return name
}

// lockedBuffer is the daemon's log.
type lockedBuffer struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
