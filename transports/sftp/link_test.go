package sftp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/sftp"
)

// The tests of this file run in virtual time: minutes of silence take no time.

func (n *network) dialed() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.lines)
}

// alive counts the connections that have not ended.
func (n *network) alive() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	alive := 0
	for _, l := range n.lines {
		l.toServer.mu.Lock()
		if !l.toServer.ended {
			alive++
		}
		l.toServer.mu.Unlock()
	}
	return alive
}

func send(ctx context.Context, tx *transports.FileSender, key string) error {
	_, err := tx.Send(ctx, transports.Message{Key: key, Body: orderFile}, noMark)
	return err
}

func TestIdleConnectionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		tx := s.account(t).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		for i := range 3 { // twice within the minute, then again after it
			if err := send(t.Context(), tx, fmt.Sprintf("%d.csv", i)); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				time.Sleep(30 * time.Second)
				continue
			}
			if s.network.dialed() != i || s.network.alive() != 1 {
				t.Errorf("after file %d: %d connections were made, %d live", i, s.network.dialed(), s.network.alive())
			}
			time.Sleep(2 * time.Minute)
			if s.network.alive() != 0 {
				t.Error("a connection that nobody used for two minutes lives")
			}
		}
	})
}

// TestSilenceEndsACall: whoever waits gets an answer after the timeout, and the next one a new connection.
func TestSilenceEndsACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		tx := s.account(t).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		if err := send(t.Context(), tx, "a.csv"); err != nil {
			t.Fatal(err)
		}
		s.network.silence()
		began := time.Now()
		if err := send(t.Context(), tx, "b.csv"); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 30*time.Second || took > 40*time.Second {
			t.Errorf("it took %s to notice the silence", took)
		}
		if s.network.dialed() != 2 {
			t.Errorf("%d connections were made", s.network.dialed())
		}
	})
}

// TestKeepAliveFindsADeadConnection: before anybody needs it.
func TestKeepAliveFindsADeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		tx := s.account(t, func(c *sftp.Config) { c.IdleClose = time.Hour }).Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		if err := send(t.Context(), tx, "a.csv"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if s.network.alive() != 1 {
			t.Fatal("a connection that answers was ended")
		}
		s.network.silence()
		time.Sleep(2 * time.Minute)
		if s.network.alive() != 0 {
			t.Error("a connection that is silent for two minutes lives")
		}
	})
}

// TestSilentLogin: a server that accepts connections and says nothing holds nobody longer than the timeout, and those who
// wait at the same time share one attempt.
func TestSilentLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		dials := 0
		a := s.account(t, func(c *sftp.Config) {
			inner := c.Dialer
			c.Dialer = dialerFunc(func(ctx context.Context) (net.Conn, error) {
				dials++
				nc, err := inner.DialContext(ctx, "tcp", address)
				s.network.silence()
				return nc, err
			})
		})
		tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		began := time.Now()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				err := send(t.Context(), tx, fmt.Sprintf("%d.csv", i))
				checkOutcome(t, err, outcome{transports.Later, "ssh", "server"}, "30s")
			})
		}
		wg.Wait()
		if took := time.Since(began); took > 31*time.Second || dials != 1 {
			t.Errorf("it took %s and %d attempts", took, dials)
		}
	})
}

// TestCancelledWhileDialing: who gives up does not take the connection away from the others.
func TestCancelledWhileDialing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		release := make(chan struct{})
		a := s.account(t, func(c *sftp.Config) {
			inner := c.Dialer
			c.Dialer = dialerFunc(func(ctx context.Context) (net.Conn, error) {
				<-release
				return inner.DialContext(ctx, "tcp", address)
			})
		})
		tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := send(ctx, tx, "a.csv"); transports.VerdictOf(err) != transports.Later || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if err := send(t.Context(), tx, "b.csv"); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(release)
		wg.Wait()
	})
}

// TestConnectionsGrowWithTheLoad: one file needs one connection, a hundred again and again get as many as are allowed; and a server
// that wants only one is not asked again and again.
func TestConnectionsGrowWithTheLoad(t *testing.T) {
	for _, allowed := range []int{4, 1} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t)
			dials := 0
			a := s.account(t, func(c *sftp.Config) {
				inner := c.Dialer
				c.Dialer = dialerFunc(func(ctx context.Context) (net.Conn, error) {
					if dials++; dials > allowed {
						return nil, errUnreachable
					}
					return inner.DialContext(ctx, "tcp", address)
				})
			})
			tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
			if err := send(t.Context(), tx, "one.csv"); err != nil || dials != 1 {
				t.Fatalf("%d connections for one file, %v", dials, err)
			}
			var wg sync.WaitGroup
			for i := range 100 {
				wg.Go(func() {
					for j := range 5 {
						if err := send(t.Context(), tx, fmt.Sprintf("%d-%d.csv", i, j)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if allowed == 4 && s.network.dialed() != 4 || allowed == 1 && dials != 2 {
				t.Errorf("%d allowed: %d connections, %d attempts", allowed, s.network.dialed(), dials)
			}
		})
	}
}

// TestClosed: nothing is dialed any more, and nothing is left running (synctest would tell).
func TestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		a := s.account(t)
		tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		if err := send(t.Context(), tx, "a.csv"); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		s.conns.Wait()
		if err := send(t.Context(), tx, "b.csv"); transports.VerdictOf(err) != transports.Later {
			t.Errorf("got %v", err)
		}
		if s.network.dialed() != 1 {
			t.Error("it was dialed again")
		}
	})
}

// TestDrippingServer: one that sends a little something again and again, but never the answer, cannot hold a call for ever.
func TestDrippingServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		release := make(chan struct{})
		s.hook(func(op, name string, _ func(), gone <-chan struct{}) error {
			if op == "open" && name == "in/slow.csv.part" {
				select {
				case <-gone:
				case <-release:
				}
			}
			return nil
		}, nil)
		a := s.account(t)
		tx := a.Sender(transports.FileSenderConfig{Dir: "in", Now: now})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { // what is answered all the time
			for ctx.Err() == nil {
				f, err := a.Open(ctx)
				if err == nil {
					_, _ = f.Stat(ctx, "in")
					f.Close()
				}
				time.Sleep(10 * time.Second)
			}
		})
		began := time.Now()
		err := send(ctx, tx, "slow.csv")
		if v := transports.VerdictOf(err); v != transports.Later || ctx.Err() != nil {
			t.Errorf("got %s: %v", v, err)
		}
		if took := time.Since(began); took > 15*time.Minute {
			t.Errorf("it took %s", took)
		}
		cancel()
		wg.Wait()
		close(release)
	})
}

type dialerFunc func(ctx context.Context) (net.Conn, error)

func (d dialerFunc) DialContext(ctx context.Context, _, _ string) (net.Conn, error) { return d(ctx) }
