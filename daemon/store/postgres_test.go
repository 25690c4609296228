package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/transporttest"
)

// Events of one node reach the followers of another.
func TestNodesFollowEachOther(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	a, b := w.open(t, "a"), w.open(t, "b")
	if a.InstanceID() != b.InstanceID() {
		t.Error("two nodes of one database have different instance ids")
	}
	const each = 40
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for _, s := range []*store.Store{a, b} {
		next := int64(1)
		wg.Go(func() {
			err := follow(ctx, s, 0, func(events []order.Event) error {
				for _, e := range events {
					if e.Seq != next {
						return fmt.Errorf("event %d came, want %d", e.Seq, next)
					}
					next++
				}
				if next > 2*each*4 {
					return errOwn
				}
				return nil
			})
			if !errors.Is(err, errOwn) {
				t.Errorf("followed until event %d: %v", next, err)
			}
		})
	}
	for i, s := range []*store.Store{a, b} {
		wg.Go(func() {
			for n := range each {
				if err := s.Write(ctx, func(tx *store.Tx) error { _, err := addLoop(tx, i*each+n); return err }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantClean(t, a)
}

// A node that stands still in the middle of a transaction holds up the others for a moment only, and its own work is not lost.
func TestNodeStandsStill(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	b := w.open(t, "b")
	w.options.DSN += "&idle_in_transaction_session_timeout=200ms"
	a := w.open(t, "a")
	var ran atomic.Int64
	goOn, still := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- a.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := addLoop(tx, 1); err != nil {
				return err
			}
			if ran.Add(1) == 1 {
				close(still)
				<-goOn
			}
			return nil
		})
	}()
	<-still
	addLoops(t, b, 2, 3)
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := ran.Load(); n != 2 {
		t.Errorf("the function ran %d times", n)
	}
	wantClean(t, b)
	if n := b.LastSeq(); n < 4 {
		t.Errorf("the journal ends at %d", n)
	}
	rows := look(t, b, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(store.OrderFilter{}) })
	if len(rows) != 2 {
		t.Errorf("%d orders, want 2", len(rows))
	}
}

// The server goes down and comes up; the store goes on by itself.
func TestServerRestarts(t *testing.T) {
	server := transporttest.StartOwnPostgres(t)
	w := newPostgres(t, server)
	s := w.open(t, "a")
	heard := make(chan int64, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	following := make(chan error)
	go func() {
		following <- follow(ctx, s, 0, func(events []order.Event) error {
			heard <- events[len(events)-1].Seq
			return nil
		})
	}()
	n := 0
	for range 2 {
		addLoops(t, s, n, n+2)
		n += 2
		for want := int64(n * 4); <-heard != want; {
		}
		server.Kill(t)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := addLoop(tx, n); return err }); err == nil {
			t.Error("written without a server")
		} else {
			t.Log(err)
		}
		if err := s.View(t.Context(), func(tx *store.Tx) error { return nil }); err == nil {
			t.Error("read without a server")
		}
		server.Start(t)
	}
	addLoops(t, s, n, n+1)
	wantClean(t, s)
	if want := int64((n + 1) * 4); s.LastSeq() != want {
		t.Errorf("the journal ends at %d, want %d", s.LastSeq(), want)
	}
	cancel()
	wantError(t, <-following, context.Canceled)
}

// A connection that breaks at the commit: PostgreSQL is asked how it ended, and the order is there once, whatever side the
// break was on.
func TestCommitCut(t *testing.T) {
	server := transporttest.StartPostgres(t)
	for name, before := range map[string]bool{"before the server got it": true, "before we got the answer": false} {
		t.Run(name, func(t *testing.T) {
			w := newPostgres(t, server)
			proxy := startCutter(t, server.Addr)
			direct := w.options.DSN
			w.options.DSN = proxy.through(t, direct)
			s := w.open(t, "a")
			addLoops(t, s, 1, 2)
			proxy.cutNext(before)
			ran := 0
			write(t, s, func(tx *store.Tx) error {
				ran++
				_, err := addLoop(tx, 2)
				return err
			})
			if !proxy.cut() {
				t.Fatal("nothing was cut")
			}
			if want := map[bool]int{true: 2, false: 1}[before]; ran != want {
				t.Errorf("the function ran %d times, want %d", ran, want)
			}
			addLoops(t, s, 3, 4)
			rows := look(t, s, func(tx *store.Tx) ([]store.OrderRow, error) { return tx.Orders(store.OrderFilter{}) })
			if len(rows) != 3 {
				t.Errorf("%d orders, want 3", len(rows))
			}
			wantClean(t, s)
		})
	}
}

// cutter is a proxy that breaks a connection at its COMMIT, once when asked.
type cutter struct {
	listener net.Listener
	server   string
	mu       sync.Mutex
	armed    bool // cut the next commit
	before   bool // without giving it to the server
	commit   []byte
}

func startCutter(t *testing.T, server string) *cutter {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, server: server}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c
}

func (c *cutter) through(t *testing.T, dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = c.listener.Addr().String()
	return u.String()
}

func (c *cutter) cutNext(before bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.before = true, before
}

func (c *cutter) cut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.armed
}

// preparesCommit is the message that gives the statement COMMIT a name.
var preparesCommit = regexp.MustCompile(`(stmtcache_\w+)\x00COMMIT\x00`)

// fire tells whether this message has the commit to cut, and how.
func (c *cutter) fire(message []byte) (cut, before bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found := preparesCommit.FindSubmatch(message); found != nil {
		c.commit = bytes.Clone(found[1])
		return false, false
	}
	if !c.armed || c.commit == nil || !bytes.Contains(message, c.commit) {
		return false, false
	}
	c.armed = false
	return true, c.before
}

func (c *cutter) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	var silent atomic.Bool
	answered := make(chan struct{}, 1)
	go func() {
		defer client.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				return
			}
			if silent.Load() {
				answered <- struct{}{}
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		cut, before := c.fire(buffer[:n])
		if cut && before {
			return
		}
		silent.Store(cut)
		if _, err := io.Copy(server, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
		if cut {
			<-answered // the server has committed
			return
		}
	}
}

// A server or a user that trades durability for speed is refused in words.
func TestPostgresUnsafe(t *testing.T) {
	w := newPostgres(t, transporttest.StartPostgres(t))
	w.options.DSN += "&synchronous_commit=off"
	_, err := store.Open(t.Context(), w.options)
	wantError(t, err, store.ErrUnsafe)
	t.Log(err)
	for name, dsn := range map[string]string{"no server": "postgres://waybill:secret@127.0.0.1:1/x?connect_timeout=2", "no address": "postgres://%zz:secret@x"} {
		_, err := store.Open(t.Context(), store.Options{DSN: dsn})
		if err == nil || bytes.Contains([]byte(err.Error()), []byte("secret")) {
			t.Errorf("%s: %v", name, err)
		}
		t.Log(err)
	}
}
