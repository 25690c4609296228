package imap

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// TestGuard lets a server send in its own way while an answer is awaited with a minute of patience.
func TestGuard(t *testing.T) {
	for name, c := range map[string]struct {
		send  func(net.Conn)
		slow  time.Duration // how long the reader takes for each piece
		cause error
		lasts time.Duration // until the connection ends, when it does
	}{
		"at once":             {send: func(c net.Conn) { c.Write(make([]byte, 100)) }},
		"silent":              {send: func(c net.Conn) { time.Sleep(time.Hour) }, cause: errSilent, lasts: time.Minute},
		"one byte a second":   {send: func(c net.Conn) { trickle(c, 1, time.Second) }, cause: errSilent, lasts: time.Minute},
		"slow and steady":     {send: func(c net.Conn) { trickle(c, 2*slowest, time.Second) }},
		"fast, then silent":   {send: func(c net.Conn) { c.Write(make([]byte, 10<<20)); time.Sleep(time.Hour) }, cause: errSilent, lasts: time.Minute},
		"the reader is slow":  {send: func(c net.Conn) { trickle(c, 1024, 0) }, slow: 5 * time.Minute},
		"more than asked for": {send: func(c net.Conn) { trickle(c, 1<<20, time.Millisecond) }, cause: errFlood},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := net.Pipe()
				go func() {
					c.send(server)
					server.Close()
				}()
				g := newGuard(client, time.Minute)
				start := time.Now()
				done := g.expect(time.Minute, 1<<20)
				buf := make([]byte, 64<<10)
				var err error
				for err == nil {
					_, err = g.Read(buf)
					time.Sleep(c.slow)
				}
				done()
				if g.why() != c.cause {
					t.Errorf("it ended with %v, %v", err, g.why())
				}
				if c.cause == nil && err != io.EOF {
					t.Errorf("it ended with %v", err)
				}
				if c.lasts > 0 && time.Since(start).Round(time.Second) != c.lasts {
					t.Errorf("it lasted %v", time.Since(start))
				}
				client.Close()
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// trickle sends 100 pieces.
func trickle(c net.Conn, size int, pause time.Duration) {
	for range 100 {
		if _, err := c.Write(make([]byte, size)); err != nil {
			return
		}
		time.Sleep(pause)
	}
}

// TestGuardRests: between commands a server may be silent for ever.
func TestGuardRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		g := newGuard(client, time.Minute)
		read := make(chan error, 1)
		go func() {
			_, err := g.Read(make([]byte, 1))
			read <- err
		}()
		done := g.expect(time.Minute, 0)
		time.Sleep(30 * time.Second)
		done()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		select {
		case err := <-read:
			t.Fatalf("the rest ended with %v", err)
		default:
		}
		g.expect(time.Minute, 0)
		time.Sleep(2 * time.Minute)
		if err := <-read; err == nil || !errors.Is(g.why(), errSilent) {
			t.Errorf("%v, %v", err, g.why())
		}
	})
}

// TestGuardWrite: while a long upload makes progress, nobody is impatient for its answer; one that stands still ends.
func TestGuardWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		g := newGuard(client, time.Minute)
		go func() {
			buf := make([]byte, 1024)
			for range 10 {
				io.ReadFull(server, buf)
				time.Sleep(30 * time.Second)
			}
		}()
		go g.Read(make([]byte, 1))
		g.expect(time.Minute, 0)
		for i := range 11 {
			_, err := g.Write(make([]byte, 1024))
			if (err != nil) != (i == 10) {
				t.Fatalf("piece %d: %v", i, err)
			}
		}
		if g.why() != errSilent {
			t.Error(g.why())
		}
		client.Close()
	})
}
