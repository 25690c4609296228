package smtp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"waybill/transports"
)

// TestOneRoundTrip: the peer answers a group of commands only when all of it has come, with the dot of the message before as the
// group's first. A sender that waits for a single answer in between would stand still until its time limit.
func TestOneRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t, nil)
		p.group = 10
		c := config("127.0.0.1:25")
		c.Dialer, c.Connections = p, 1
		s := open(t, c)
		start := time.Now()
		var wg sync.WaitGroup
		queued := make(chan struct{})
		for i := range 10 {
			wg.Go(func() {
				_, err := s.Send(t.Context(), message(fmt.Sprint("m", i), "x"), func(context.Context) error {
					<-queued
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // one is being marked and nine wait
		close(queued)
		wg.Wait()
		if took := time.Since(start); took > time.Second { // each looks for a moment whether the peer has spoken early
			t.Errorf("took %v: somebody waited for an answer in between", took)
		}
		s.Close()
		if got := len(p.all()); got != 10 {
			t.Errorf("%d delivered", got)
		}
	})
}

// TestRecipients: all or none.
func TestRecipients(t *testing.T) {
	for _, c := range []struct {
		refuse  map[string]string
		verdict transports.Verdict
		named   []string
	}{
		{nil, sent, nil},
		{map[string]string{"b": "550 5.1.1 unknown"}, never, []string{"b@x.example"}},
		{map[string]string{"c": "450 4.2.0 greylisted"}, later, []string{"c@x.example"}},
		{map[string]string{"a": "450 4.2.0 greylisted", "c": "550 5.1.1 unknown"}, never, []string{"a@x.example", "c@x.example"}},
		{map[string]string{"a": "550 5.1.1 unknown", "b": "550 5.1.1 unknown", "c": "550 5.1.1 unknown"}, never, []string{"a@x.example", "b@x.example", "c@x.example"}},
	} {
		for _, pipelining := range []bool{true, false} {
			t.Run(fmt.Sprint(c.refuse, pipelining), func(t *testing.T) {
				p := newPeer(t, func(point string, _, n int) string {
					if to, ok := strings.CutPrefix(point, atRcpt+" TO:<"); ok && n == 1 {
						return c.refuse[to[:1]]
					}
					return ""
				})
				if !pipelining {
					p.offers = nil
				}
				s := open(t, config(p.listen()))
				m := message("many", "x")
				m.To = []string{"a@x.example", "b@x.example", "c@x.example"}
				_, err := s.Send(t.Context(), m, agree)
				if v := transports.VerdictOf(err); v != c.verdict && (pipelining || v != later) { // one after the other stops at the first
					t.Errorf("verdict %q, want %q: %v", v, c.verdict, err)
				}
				for _, who := range c.named {
					if !strings.Contains(err.Error(), who) && pipelining {
						t.Errorf("%v does not name %s", err, who)
					}
				}
				if _, err := s.Send(t.Context(), m, agree); err != nil { // over the same connection
					t.Errorf("the next message: %v", err)
				}
				s.Close()
				if got := len(p.all()); got != 1+count(c.verdict == sent) {
					t.Errorf("%d delivered", got)
				}
				if p.conns != 1 {
					t.Errorf("%d connections", p.conns)
				}
				if reset := strings.Contains(p.commands(), "RSET"); reset != (c.verdict != sent) {
					t.Errorf("commands %s", p.commands())
				}
			})
		}
	}
}

// TestWaitsForABodyAfterARefusal: a server that refuses the only recipient and still says 354 gets no dot, which would deliver an
// empty message to whomever it thinks.
func TestWaitsForABodyAfterARefusal(t *testing.T) {
	p := newPeer(t, func(point string, c, _ int) string {
		if strings.HasPrefix(point, atRcpt) && c == 1 {
			return "550 5.1.1 unknown"
		}
		return ""
	})
	s := open(t, config(p.listen()))
	if _, err := s.Send(t.Context(), message("k", "x"), agree); transports.VerdictOf(err) != never {
		t.Errorf("got %v", err)
	}
	if _, err := s.Send(t.Context(), message("next", "x"), agree); err != nil {
		t.Error(err)
	}
	s.Close()
	if got := p.all(); len(got) != 1 || got[0].Key != "next" || p.conns != 2 {
		t.Errorf("delivered %v over %d connections", got, p.conns)
	}
}

// TestTooManyConnections: a server that bears two connections gets two, and nobody is told of the refusals.
func TestTooManyConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		open2 := 0
		p := newPeer(t, nil)
		p.script = func(point string, c, n int) string {
			mu.Lock()
			defer mu.Unlock()
			if point == atAccept {
				if open2 == 2 {
					return "421 4.7.0 too many connections"
				}
				open2++
			}
			return ""
		}
		p.hold = func(point string) {
			if point == atDelivered {
				time.Sleep(time.Second) // virtual: all messages are under way before the first is answered
			}
		}
		c := config("127.0.0.1:25")
		c.Dialer, c.Connections = p, 8
		s := open(t, c)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if _, err := s.Send(t.Context(), message(fmt.Sprint("m", i), "x"), agree); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		s.Close()
		if got := len(p.all()); got != 20 {
			t.Errorf("%d delivered", got)
		}
	})
}

// TestKeptAndReplaced: connections are used again, replaced after their number of messages, and closed politely when idle.
func TestKeptAndReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t, nil)
		c := config("127.0.0.1:25")
		c.Dialer, c.MessagesPerConnection = p, 3
		s := open(t, c)
		send := func() {
			t.Helper()
			if _, err := s.Send(t.Context(), message("k", "x"), agree); err != nil {
				t.Error(err)
			}
		}
		for range 7 {
			send()
		}
		if p.conns != 3 {
			t.Errorf("7 messages over %d connections, want 3", p.conns)
		}
		time.Sleep(29 * time.Second) // virtual
		send()
		if p.conns != 3 {
			t.Error("a connection was closed before its time")
		}
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if p.open != 0 || !strings.HasSuffix(p.commands(), "QUIT") {
			t.Errorf("%d connections are open after %s", p.open, p.commands())
		}
		send()
		s.Close()
		p.all()
		if _, err := s.Send(t.Context(), message("k", "x"), agree); !errors.Is(err, errClosed) || transports.VerdictOf(err) != later {
			t.Errorf("after Close: %v", err)
		}
	})
}

// TestCancelledWhileWaiting: a message that waits behind others leaves at once, is never marked, and does not disturb them.
func TestCancelledWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t, nil)
		c := config("127.0.0.1:25")
		c.Dialer, c.Connections = p, 1
		s := open(t, c)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 2)
		_, err := s.Send(t.Context(), message("one", "x"), func(context.Context) error {
			go func() {
				_, err := s.Send(ctx, message("two", "x"), func(context.Context) error { t.Error("marked"); return nil })
				left <- err
			}()
			synctest.Wait()
			cancel()
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := <-left; transports.VerdictOf(err) != later || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Send(t.Context(), message("three", "x"), agree); err != nil {
			t.Error(err)
		}
		s.Close()
		if got := p.all(); len(got) != 2 {
			t.Errorf("delivered %v", got)
		}
	})
}

// TestCancelledAfterAnnouncement: its envelope has already travelled with another message's dot.
func TestCancelledAfterAnnouncement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := newPeer(t, nil)
		p.script = func(point string, c, n int) string {
			if point == atMail && c == 1 && n == 2 {
				cancel()
			}
			return ""
		}
		c := config("127.0.0.1:25")
		c.Dialer, c.Connections = p, 1
		s := open(t, c)
		left := make(chan error, 1)
		if _, err := s.Send(t.Context(), message("one", "x"), func(context.Context) error {
			go func() {
				_, err := s.Send(ctx, message("two", "x"), func(context.Context) error { t.Error("marked"); return nil })
				left <- err
			}()
			synctest.Wait()
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := <-left; transports.VerdictOf(err) != later {
			t.Errorf("got %v", err)
		}
		if _, err := s.Send(t.Context(), message("three", "x"), agree); err != nil {
			t.Error(err)
		}
		s.Close()
		if got := p.all(); len(got) != 2 {
			t.Errorf("delivered %v", got)
		}
	})
}

// TestCloseWhileWaiting: Close lets what is on the wire come to its end and turns back what waits.
func TestCloseWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t, nil)
		p.offers = nil // without pipelining the queue is not looked at with the dot
		c := config("127.0.0.1:25")
		c.Dialer, c.Connections = p, 1
		s := open(t, c)
		waiting := make(chan error, 1)
		closed := make(chan error, 1)
		if _, err := s.Send(t.Context(), message("one", "x"), func(context.Context) error {
			go func() {
				_, err := s.Send(t.Context(), message("two", "x"), agree)
				waiting <- err
			}()
			synctest.Wait()
			go func() { closed <- s.Close() }()
			synctest.Wait()
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := <-waiting; transports.VerdictOf(err) != later || !errors.Is(err, errClosed) {
			t.Errorf("got %v", err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if got := len(p.all()); got != 1 {
			t.Errorf("%d delivered", got)
		}
	})
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t, nil)
		c := config("127.0.0.1:25")
		c.Dialer, c.Rate = p, rate.NewLimiter(rate.Every(time.Second), 2)
		s := open(t, c)
		start := time.Now()
		for range 5 {
			if _, err := s.Send(t.Context(), message("k", "x"), agree); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took.Round(time.Second) != 3*time.Second {
			t.Errorf("5 messages at 1 a second after 2 took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := s.Send(ctx, message("k", "x"), agree); transports.VerdictOf(err) != later {
			t.Errorf("got %v", err)
		}
		s.Close()
		p.all()
	})
}

// TestLockstep: a server that stumbles over pipelining gets one command at a time, whatever it offers. The peer would wait for ever
// for the rest of a group.
func TestLockstep(t *testing.T) {
	p := newPeer(t, nil)
	p.hold = func(point string) {
		if point == atMail && p.ahead() {
			t.Error("RCPT came before MAIL was answered")
		}
	}
	c := config(p.listen())
	c.Lockstep = true
	s := open(t, c)
	if _, err := s.Send(t.Context(), message("k", "x"), agree); err != nil {
		t.Error(err)
	}
	s.Close()
	p.all()
}

// TestStuff splits a body full of dots at every place.
func TestStuff(t *testing.T) {
	body := []byte(".\r\n..\r\n\r\n.a.\r\nb\r\n.\r\n")
	const want = "..\r\n...\r\n\r\n..a.\r\nb\r\n..\r\n"
	for i := range len(body) {
		for j := i; j <= len(body); j++ {
			var out bytes.Buffer
			start := true
			for _, part := range [][]byte{body[:i], body[i:j], body[j:]} {
				if err := stuff(&out, part, &start); err != nil {
					t.Fatal(err)
				}
			}
			if out.String() != want {
				t.Errorf("split at %d and %d: %q", i, j, out.String())
			}
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add([]byte("250-a\r\n250 b\r\n"))
	f.Add([]byte("250\r\n"))
	f.Add([]byte("25"))
	f.Fuzz(func(t *testing.T, input []byte) {
		r, err := readReply(bufio.NewReader(bytes.NewReader(input)))
		if err != nil {
			return
		}
		if r.code < 200 || r.code > 599 || len(r.text) > maxReplyText+8 || !bytes.Contains(input, []byte("\n")) || strings.ContainsAny(r.text, "\r\n\x00\x1b") {
			t.Errorf("%q became %+v", input, r)
		}
	})
}

func TestReplies(t *testing.T) {
	for text, want := range map[string]string{
		"2.0.0 Ok: queued as 4XYZ12":                      "4XYZ12",
		"2.0.0 Ok: queued as 4XYZ12.":                     "4XYZ12",
		"OK id=1tAbCd-000000001AB-0abc":                   "1tAbCd-000000001AB-0abc",
		"2.0.0 4A1B2C Message accepted for delivery":      "4A1B2C",
		"2.0.0 OK  1700000000 abc.12 - gsmtp":             "",
		"2.6.0 <x@y.example> [InternalId=1] Queued mail ": "",
	} {
		if got := queueID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := printable("a\x1b[31m\x00b\u0085\xff" + strings.Repeat("\u00fc", 1000)); strings.ContainsAny(got, "\x1b\x00\u0085") || len(got) > maxReplyText+8 {
		t.Errorf("got %q", got)
	}
}
