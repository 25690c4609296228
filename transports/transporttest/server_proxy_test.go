package transporttest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// echo is a server that sends every line back.
func echo(t testing.TB) string {
	l, err := net.Listen("tcp4", Host+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); io.Copy(conn, conn) }()
		}
	}()
	return l.Addr().String()
}

func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

func TestProxyFaults(t *testing.T) {
	t.Parallel()
	const sent = "0123456789"
	isReset := func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }
	isCut := func(err error) bool { return err == nil } // io.ReadAll's word for EOF
	isStall := func(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
	for _, c := range []struct {
		name  string
		fault Fault
		get   string // what comes back before the end; after a reset anything up to it
		end   func(error) bool
	}{
		{"nothing", Fault{}, sent, isCut},
		{"cut towards the server", Fault{Way: ToServer, Break: Cut, After: 4}, "", isCut},
		{"cut towards the client", Fault{Way: ToClient, Break: Cut, After: 4}, "0123", isCut},
		{"cut before the first byte", Fault{Way: ToClient, Break: Cut}, "", isCut},
		{"cut behind the last byte", Fault{Way: ToClient, Break: Cut, After: 10}, sent, isCut},
		{"cut behind words", Fault{Way: ToClient, Break: Cut, Until: "56"}, "0123456", isCut},
		{"words that never come", Fault{Way: ToClient, Break: Cut, Until: "65"}, sent, isCut},
		{"words before the count", Fault{Way: ToClient, Break: Cut, After: 6, Until: "56"}, sent, isCut},
		{"words behind the count", Fault{Way: ToClient, Break: Cut, After: 5, Until: "56"}, "0123456", isCut},
		{"reset", Fault{Way: ToClient, Break: Reset, After: 4}, "0123", isReset},
		{"stall", Fault{Way: ToClient, Break: Stall, After: 4}, "0123", isStall},
		{"stall before the first byte", Fault{Way: ToClient, Break: Stall}, "", isStall},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := StartProxy(t, echo(t))
			p.Next(c.fault)
			conn := dial(t, p.Addr)
			if strings.HasPrefix(c.name, "stall") {
				conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
			}
			io.WriteString(conn, sent) // may fail: the fault can be faster
			conn.(*net.TCPConn).CloseWrite()
			got, err := io.ReadAll(conn)
			if !c.end(err) {
				t.Errorf("ends with %v", err)
			}
			if c.name == "cut towards the server" {
				if len(got) > 4 {
					t.Errorf("got %q", got)
				}
			} else if string(got) != c.get {
				t.Errorf("got %q, want %q", got, c.get)
			}
		})
	}
}

// TestTrigger feeds the same bytes in every division into three reads.
func TestTrigger(t *testing.T) {
	t.Parallel()
	const text = "abc354abc354abc"
	for _, c := range []struct {
		after int64
		until string
		want  int // bytes that pass before the point; -1 means that it is never reached
	}{
		{1, "", 1}, {int64(len(text)), "", len(text)}, {int64(len(text)) + 1, "", -1},
		{0, "354", 6}, {3, "354", 6}, {4, "354", 12}, {9, "354", 12}, {10, "354", -1}, {0, "a", 1}, {0, "354abc3", 10}, {0, text, len(text)}, {0, "x", -1},
	} {
		for i := range len(text) + 1 {
			for j := i; j <= len(text); j++ {
				g := trigger{fault: Fault{After: c.after, Until: c.until}, armed: true}
				passed, got := 0, -1
				for _, part := range []string{text[:i], text[i:j], text[j:]} {
					n, hit := g.look([]byte(part))
					passed += n
					if hit {
						got = passed
						break
					}
				}
				if got != c.want {
					t.Errorf("after %d until %q, read as %q %q %q: point at %d, want %d", c.after, c.until, text[:i], text[i:j], text[j:], got, c.want)
				}
			}
		}
	}
}

func TestProxyRoundTrip(t *testing.T) {
	t.Parallel()
	p := StartProxy(t, echo(t))
	const trip = 20 * time.Millisecond
	p.SetRoundTrip(trip)
	conn := dial(t, p.Addr)
	start := time.Now()
	const lines = 5000
	go func() {
		w := bufio.NewWriter(conn)
		for i := range lines {
			fmt.Fprintf(w, "line %d\n", i)
			w.Flush()
		}
	}()
	s := bufio.NewScanner(conn)
	for i := range lines {
		if !s.Scan() || s.Text() != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d: %q %v", i, s.Text(), s.Err())
		}
		if i == 0 && time.Since(start) < 2*trip { // the handshake, and the line
			t.Fatalf("the first answer took %s", time.Since(start))
		}
	}
	t.Logf("%d lines in %s", lines, time.Since(start))
}

func TestProxyRefuseAndBreakAll(t *testing.T) {
	t.Parallel()
	p := StartProxy(t, echo(t))
	a := dial(t, p.Addr)
	io.WriteString(a, "x")
	if _, err := a.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	p.Refuse(true)
	b, err := net.Dial("tcp4", p.Addr) // the reset may be faster than the dialer
	if err == nil {
		_, err = b.Read(make([]byte, 1))
		b.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	if p.Accepted() != 2 || p.Open() != 1 {
		t.Fatal(p.Accepted(), p.Open())
	}
	p.BreakAll(Reset)
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
}

// BenchmarkProxy measures round trips of 100 bytes over 64 connections. Without delay it is the proxy's own cost; with
// 20 ms the bound is 3,200 a second.
func BenchmarkProxy(b *testing.B) {
	for _, trip := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run(trip.String(), func(b *testing.B) {
			p := StartProxy(b, echo(b))
			p.SetRoundTrip(trip)
			const connections = 64
			var next atomic.Int64
			var all sync.WaitGroup
			for range connections {
				conn := dial(b, p.Addr)
				conn.SetDeadline(time.Time{})
				all.Go(func() {
					message := make([]byte, 100)
					for next.Add(1) <= int64(b.N) {
						if _, err := conn.Write(message); err != nil {
							b.Error(err)
							return
						}
						if _, err := io.ReadFull(conn, message); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "trips/s")
		})
	}
}
