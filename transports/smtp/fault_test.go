package smtp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
)

// fault is one way in which a dialogue can go wrong, and what must be said about it.
type fault struct {
	at, do string
	// fresh is the verdict when it happens to the first message of a connection, kept when it happens to the second one. Sent means
	// that the message was sent over a new connection, without asking anybody.
	fresh, kept transports.Verdict
	op          string // where the error says it was; "" is the same word as at
	scope       string
	delivered   bool // the server has it although the answer did not say so
}

const (
	sent, later, never, unsure = transports.Sent, transports.Later, transports.Never, transports.Unsure
)

// faults is the table of promise 3: each step of a dialogue, broken in each way. The times are virtual, so stalls cost nothing.
func faults() []fault {
	table := []fault{
		{at: atMail, do: "450 4.1.8 not now", fresh: later, kept: later},
		{at: atMail, do: "550 5.7.1 not from there", fresh: never, kept: never},
		{at: atMail, do: "530 5.7.0 log in first", fresh: never, kept: never, scope: "account"},
		{at: atMail, do: "421 4.3.2 closing", fresh: later, kept: sent, scope: "server"},
		{at: atRcpt, do: "450 4.2.0 greylisted", fresh: later, kept: later},
		{at: atRcpt, do: "550 5.1.1 unknown", fresh: never, kept: never},
		{at: atRcpt, do: "421 4.3.2 closing", fresh: later, kept: sent, scope: "server"},
		{at: atData, do: "451 4.3.0 no room", fresh: later, kept: later},
		{at: atData, do: "554 5.5.1 no", fresh: never, kept: never},
		{at: atData, do: "421 4.3.2 closing", fresh: later, kept: sent, scope: "server"},
		{at: atData, do: "250 2.0.0 that was quick", fresh: later, kept: later, scope: "server"},
		{at: atMail, do: "354 what?", fresh: later, kept: later, scope: "server"},
		{at: atBody, do: "552 5.3.4 too much", fresh: never, kept: never},
		{at: atBody, do: "451 4.3.0 disk full", fresh: later, kept: later},
		{at: atBody, do: "250 2.0.0 Ok: I know how it ends", fresh: later, kept: later, scope: "server"},
		{at: atBody, do: cut, fresh: later, kept: later, scope: "server"},
		{at: atBody, do: stall, fresh: unsure, kept: unsure, op: "dot", scope: "server"}, // it still takes every byte
		{at: atData, do: "354 go on\r\n250 2.0.0 Ok: I know how it ends", fresh: later, kept: later, op: "body", scope: "server"},
		{at: atData, do: "354 go on\r\n552 5.3.4 too much", fresh: never, kept: never, op: "body"},
		{at: atDot, do: "451 4.3.0 queue file write error", fresh: later, kept: later},
		{at: atDot, do: "421 4.3.2 closing", fresh: later, kept: later, scope: "server"},
		{at: atDot, do: "554 5.7.1 spam", fresh: never, kept: never},
		{at: atDot, do: "354 go on", fresh: unsure, kept: unsure, scope: "server"},
		{at: atDelivered, do: "nonsense", fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true},
		{at: atDelivered, do: "999 no such code", fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true},
		{at: atDelivered, do: "250" + strings.Repeat("-x", 5000), fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true},
		{at: atDelivered, do: strings.Repeat("250-x\r\n", 200) + "250 x", fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true},
		{at: atDelivered, do: "250-one\r\n251 two", fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true},
	}
	for _, answer := range []string{"", "2", "25", "250", "250 ", "250 2.0.0 Ok: queued", "250-2.0.0 Ok\r\n250 q", "250 2.0.0 Ok\r"} {
		table = append(table, fault{at: atDelivered, do: half(answer), fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true})
	}
	for _, at := range []string{atMail, atRcpt, atData} { // before 354 a kept connection may be replaced without a word
		for _, do := range []string{cut, stall, half("25"), half("354"), "nonsense"} {
			table = append(table, fault{at: at, do: do, fresh: later, kept: sent, scope: "server"})
		}
	}
	for _, do := range []string{cut, stall} {
		table = append(table,
			fault{at: atDot, do: do, fresh: unsure, kept: unsure, scope: "server"},
			fault{at: atDelivered, do: do, fresh: unsure, kept: unsure, op: "dot", scope: "server", delivered: true})
	}
	return table
}

func TestFaults(t *testing.T) {
	for _, f := range faults() {
		for _, pipelining := range []bool{true, false} {
			for _, kept := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%.20s/pipelining=%v/kept=%v", f.at, f.do, pipelining, kept), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { testFault(t, f, pipelining, kept) })
				})
			}
		}
	}
}

// testFault breaks the first connection at its first or second message; the connections after it are good.
func testFault(t *testing.T, f fault, pipelining, kept bool) {
	number, want := 1, f.fresh
	if kept {
		number, want = 2, f.kept
	}
	p := newPeer(t, func(point string, c, n int) string {
		if c == 1 && n == number && strings.HasPrefix(point, f.at) {
			return f.do
		}
		return ""
	})
	if !pipelining {
		p.offers = []string{"SIZE 1000000"}
	}
	c := config("127.0.0.1:25")
	c.Dialer = p
	s := open(t, c)
	if kept {
		if _, err := s.Send(t.Context(), message("first", "x"), agree); err != nil {
			t.Fatal(err)
		}
	}
	marks := 0
	m := message("broken", strings.Repeat("more than a pipe with its buffers holds\r\n", 300))
	receipt, err := s.Send(t.Context(), m, func(context.Context) error { marks++; return nil })
	checkError(t, err, want, f)
	if want == sent && receipt.ID == "" {
		t.Errorf("receipt %+v has no queue id", receipt)
	}
	if _, err := s.Send(t.Context(), message("after", "x"), agree); err != nil {
		t.Errorf("the next message is not sent: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	times := map[string]int{}
	for _, d := range p.all() {
		times[d.Key]++
	}
	if there := want == sent || f.delivered; times["broken"] != count(there) || times["first"] != count(kept) || times["after"] != 1 {
		t.Errorf("delivered %v, verdict %q", times, want)
	}
	if marks != count(want == sent || want == unsure || f.at == atDot) {
		t.Errorf("%d marks", marks)
	}
}

func checkError(t *testing.T, err error, want transports.Verdict, f fault) {
	t.Helper()
	if v := transports.VerdictOf(err); v != want {
		t.Errorf("verdict %q, want %q: %v", v, want, err)
	}
	if want == sent || err == nil {
		return
	}
	op := f.op
	if op == "" {
		op = f.at
	}
	var e *transports.Error
	if !errors.As(err, &e) || e.Op != op || e.Scope != f.scope {
		t.Errorf("got %+v, want op %q and scope %q", e, op, f.scope)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// TestFaultsUnderway breaks the answer to the first of two messages whose envelope and dot share a packet. The second one must not
// suffer for it: it is sent over the next connection, or over the same one.
func TestFaultsUnderway(t *testing.T) {
	for _, f := range []struct {
		at, do string
		n      int // at which message of the connection
		first  transports.Verdict
		second transports.Verdict
	}{
		{atDot, cut, 1, unsure, sent},
		{atDot, stall, 1, unsure, sent},
		{atDot, "451 4.3.0 not now", 1, later, sent},
		{atDot, "554 5.7.1 spam", 1, never, sent},
		{atDot, "421 4.3.2 closing", 1, later, sent},
		{atDelivered, cut, 1, unsure, sent},
		{atDelivered, half("25"), 1, unsure, sent},
		{atMail, cut, 2, sent, sent},
		{atMail, stall, 2, sent, sent},
		{atMail, "421 4.3.2 enough", 2, sent, sent},
		{atRcpt, "550 5.1.1 unknown", 2, sent, never},
		{atRcpt, "450 4.2.0 greylisted", 2, sent, later},
		{atData, "554 5.5.1 no", 2, sent, never},
		{atDot, cut, 2, sent, unsure},
	} {
		t.Run(fmt.Sprintf("%s/%.20s/%d", f.at, f.do, f.n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t, func(point string, c, n int) string {
					if c == 1 && n == f.n && strings.HasPrefix(point, f.at) {
						return f.do
					}
					return ""
				})
				c := config("127.0.0.1:25")
				c.Dialer, c.Connections = p, 1
				s := open(t, c)
				second := make(chan error, 1)
				_, err := s.Send(t.Context(), message("one", "x"), func(context.Context) error {
					go func() {
						_, err := s.Send(t.Context(), message("two", "x"), agree)
						second <- err
					}()
					synctest.Wait() // until it is in the queue
					return nil
				})
				if v := transports.VerdictOf(err); v != f.first {
					t.Errorf("first: verdict %q, want %q: %v", v, f.first, err)
				}
				if err := <-second; transports.VerdictOf(err) != f.second {
					t.Errorf("second: verdict %q, want %q: %v", transports.VerdictOf(err), f.second, err)
				}
				s.Close()
				times := map[string]int{}
				for _, d := range p.all() {
					times[d.Key]++
				}
				if times["one"] != count(f.first == sent || f.at == atDelivered) || times["two"] != count(f.second == sent) {
					t.Errorf("delivered %v", times)
				}
			})
		})
	}
}

// TestResets are the faults that only a real socket shows.
func TestResets(t *testing.T) {
	for at, want := range map[string]transports.Verdict{
		atAccept: later, atHello: later, atMail: later, atRcpt: later, atData: later, atBody: later, atDot: unsure, atDelivered: unsure,
	} {
		t.Run(at, func(t *testing.T) {
			p := newPeer(t, func(point string, _, _ int) string {
				if strings.HasPrefix(point, at) {
					return reset
				}
				return ""
			})
			s := open(t, config(p.listen()))
			marks := 0
			m := message("reset", strings.Repeat("a line of a long message\r\n", 3000))
			_, err := s.Send(t.Context(), m, func(context.Context) error { marks++; return nil })
			if v := transports.VerdictOf(err); v != want && !(at == atBody && v == unsure && marks == 1) {
				t.Errorf("verdict %q, want %q: %v", v, want, err)
			}
			s.Close()
			if got := len(p.all()); got != count(at == atDelivered) {
				t.Errorf("delivered %d times", got)
			}
		})
	}
}

// TestDotNeverLeft: when the connection has died during mark, and the dot's write fails before a byte is out, nothing can have
// been delivered, and saying so spares a person the question.
func TestDotNeverLeft(t *testing.T) {
	p := newPeer(t, nil)
	c := config("127.0.0.1:25")
	c.Dialer = p
	s := open(t, c)
	_, err := s.Send(t.Context(), message("dead", "x"), func(context.Context) error {
		p.breakAll()
		return nil
	})
	if v := transports.VerdictOf(err); v != later {
		t.Errorf("verdict %q, want later: %v", v, err)
	}
	s.Close()
	if got := p.all(); len(got) != 0 {
		t.Errorf("delivered %v", got)
	}
}

// TestStepsHaveLimits: each step ends by itself, after the time that belongs to it.
func TestStepsHaveLimits(t *testing.T) {
	for at, limit := range map[string]time.Duration{
		atAccept: time.Minute, atHello: 2 * time.Minute, atMail: 2 * time.Minute, atData: 2 * time.Minute, atDot: 10 * time.Minute,
	} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t, func(point string, _, _ int) string {
					if point == at {
						return stall
					}
					return ""
				})
				c := config("127.0.0.1:25")
				c.Dialer = p
				s := open(t, c)
				start := time.Now()
				_, err := s.Send(t.Context(), message("slow", "x"), agree)
				if took := time.Since(start); err == nil || took < limit || took > limit+limit/2 {
					t.Errorf("ended after %v with %v, want %v", took, err, limit)
				}
				s.Close()
				p.all()
			})
		})
	}
}

// TestGrace: an answer that comes soon after the context has ended still counts, because it settles a doubt.
func TestGrace(t *testing.T) {
	for delay, want := range map[time.Duration]transports.Verdict{3 * time.Second: sent, 10 * time.Second: unsure} {
		t.Run(delay.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				p := newPeer(t, nil)
				p.hold = func(point string) {
					if point == atDelivered {
						cancel()
						time.Sleep(delay) // virtual
					}
				}
				c := config("127.0.0.1:25")
				c.Dialer = p
				s := open(t, c)
				if _, err := s.Send(ctx, message("graceful", "x"), agree); transports.VerdictOf(err) != want {
					t.Errorf("got %v, want %q", err, want)
				}
				s.Close()
				p.all()
			})
		})
	}
}

// TestCancelledAfterMark: the mark stands, but the dot has not been sent and need not be any more.
func TestCancelledAfterMark(t *testing.T) {
	p := newPeer(t, nil)
	s := open(t, config(p.listen()))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Send(ctx, message("k", "x"), func(context.Context) error { cancel(); return nil })
	if transports.VerdictOf(err) != later || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.Close()
	if got := p.all(); len(got) != 0 {
		t.Errorf("delivered %v", got)
	}
}

// TestWatchLetsGo: the end of one message's context must not touch the connection when it belongs to the next message.
func TestWatchLetsGo(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	c := &conn{Conn: client}
	c.budget.Store(1)
	w := newWatch(t.Context(), c, 0)
	w.end()
	w.mu.Lock()
	w.hurry() // as when the context had ended in the same moment
	w.mu.Unlock()
	go func() { _, _ = server.Write([]byte("x")) }()
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Errorf("the next message's read: %v", err)
	}
}

// TestSpokenTooEarly: over real sockets, where what the server says waits in a buffer until it is read, an answer before the dot is not taken for the answer to
// it, and a server that has left before it has nothing.
func TestSpokenTooEarly(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		want transports.Verdict
	}{
		"yes":           {"250 2.0.0 Ok: I know how it ends", later},
		"no":            {"554 5.7.1 no", never},
		"not now":       {"452 4.3.1 full", later},
		"leaves":        {"421 4.3.2 closing", later},
		"hangs up":      {cut, later},
		"resets":        {reset, later},
		"half a line":   {half("25"), later},
		"says nonsense": {"nonsense", later},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(point string, number, _ int) string {
				if point == atBody && number == 1 {
					return c.says
				}
				return ""
			})
			account := config(p.listen())
			account.Dialer = attentive{}
			s := open(t, account)
			marks := 0
			_, err := s.Send(t.Context(), message("early", "x"), func(context.Context) error { marks++; return nil })
			if v := transports.VerdictOf(err); v != c.want || marks != 0 {
				t.Errorf("verdict %q and %d marks, want %q: %v", v, marks, c.want, err)
			}
			s.Close()
			if got := p.all(); len(got) != 0 {
				t.Errorf("delivered %v", got)
			}
		})
	}
}

// attentive is a dialer whose connections return from the writing of a body only when the server has said something, so that a test needs no luck.
type attentive struct{ net.Dialer }

func (d attentive) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return attentiveConn{c.(*net.TCPConn)}, nil
}

type attentiveConn struct{ *net.TCPConn }

func (c attentiveConn) Write(p []byte) (int, error) {
	n, err := c.TCPConn.Write(p)
	if bytes.HasPrefix(p, []byte("Message-ID:")) {
		for seen := (&conn{Conn: c.TCPConn}); !seen.arrived(); {
			time.Sleep(time.Millisecond)
		}
	}
	return n, err
}
