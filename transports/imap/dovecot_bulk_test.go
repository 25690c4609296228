//go:build unix

package imap_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

const mails = 10_000

// fill puts mails of 7 KB into INBOX as files, as many deliveries would: they lie in Maildir's new/ until a mail program opens the
// folder for writing.
func fill(t testing.TB, d *transporttest.Dovecot) {
	t.Helper()
	d.Deliver(user, letter("mail 0"))
	d.Await(user, "INBOX", 1)
	dir := filepath.Join(d.Dir, "mail", user, "Maildir", "new")
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	body := strings.Repeat(strings.Repeat("x", 76)+"\r\n", 90)
	for i := 1; i < mails; i++ {
		raw := string(crlf(letter(fmt.Sprintf("mail %d", i)))) + body
		name := filepath.Join(dir, fmt.Sprintf("%d.M%dP1.shop,S=%d,W=%d", 1_700_000_000+i, i, len(raw), len(raw)))
		if err := os.WriteFile(name, []byte(raw), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(name, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDovecotMany takes 10,000 mails in one Receive, and again nothing in the next.
func TestDovecotMany(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	d := transporttest.StartDovecot(t)
	fill(t, d)
	a := account(t, d, nil)
	subjects := map[string]int{}
	batches := 0
	keep := func(_ context.Context, batch []transports.Item) error {
		batches++
		for _, it := range batch {
			subjects[subject(it.Raw)]++
		}
		return nil
	}
	start := time.Now()
	for range 2 {
		if err := a.Receive(t.Context(), keep); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%v, %d batches", time.Since(start), batches)
	if len(subjects) != mails {
		t.Fatalf("%d different mails of %d", len(subjects), mails)
	}
	for s, n := range subjects {
		if n != 1 {
			t.Errorf("%q came %d times", s, n)
		}
	}
}

// BenchmarkDovecotReceive reads mails that came by LMTP from a mailbox never seen before, into a keep that does nothing.
func BenchmarkDovecotReceive(b *testing.B) {
	const delivered = 3_000
	d := transporttest.StartDovecot(b)
	raw := append(letter("delivered"), strings.Repeat(strings.Repeat("x", 76)+"\n", 90)...)
	for range delivered {
		d.Deliver(user, raw)
	}
	for _, security := range []imap.Security{imap.None, imap.TLS} {
		b.Run(string(security), func(b *testing.B) {
			for b.Loop() {
				n := 0
				a := account(b, d, func(c *imap.Config) {
					c.Security = security
					if security == imap.None {
						c.Address = d.IMAP
					}
				})
				err := a.Receive(b.Context(), func(_ context.Context, batch []transports.Item) error {
					n += len(batch)
					return nil
				})
				if err != nil || n != delivered {
					b.Fatalf("%d mails, %v", n, err)
				}
			}
			b.ReportMetric(float64(delivered*b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

// BenchmarkDovecotNews measures from the moment at which the server's EXISTS can be read to keep. (Dovecot itself waits 500 ms before
// it says so, which is what makes this slow to run.)
func BenchmarkDovecotNews(b *testing.B) {
	d := transporttest.StartDovecot(b)
	said := make(chan time.Time, 1)
	kept := make(chan time.Time, 1)
	ready := make(chan struct{})
	a := account(b, d, func(c *imap.Config) {
		c.Security, c.Address = imap.None, d.IMAP
		c.Dialer = listening{said}
		c.State = func(s imap.Status) {
			if s.State == imap.Connected {
				close(ready)
			}
		}
	})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.Watch(ctx, func(context.Context, []transports.Item) error { kept <- time.Now(); return nil })
	}()
	<-ready
	var took []time.Duration
	for b.Loop() {
		for len(said) > 0 { // from before the first mail
			<-said
		}
		d.Deliver(user, letter("news"))
		took = append(took, (<-kept).Sub(<-said))
	}
	cancel()
	<-ended
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// listening is a Dialer whose connections note when the word EXISTS comes by.
type listening struct{ said chan time.Time }

func (l listening) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return listeningConn{conn, l.said}, err
}

type listeningConn struct {
	net.Conn
	said chan time.Time
}

func (c listeningConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if bytes.Contains(p[:n], []byte(" EXISTS\r\n")) {
		select {
		case c.said <- time.Now():
		default:
		}
	}
	return n, err
}

// BenchmarkIdleMemory reports what a watched mailbox costs at rest.
func BenchmarkIdleMemory(b *testing.B) {
	const mailboxes = 20
	d := transporttest.StartDovecot(b)
	for b.Loop() {
		before := inUse()
		ctx, cancel := context.WithCancel(b.Context())
		var connected, ended sync.WaitGroup
		for range mailboxes {
			connected.Add(1)
			a := account(b, d, func(c *imap.Config) {
				c.State = func(s imap.Status) {
					if s.State == imap.Connected {
						connected.Done()
					}
				}
			})
			ended.Go(func() { a.Watch(ctx, func(context.Context, []transports.Item) error { return nil }) })
		}
		connected.Wait()
		b.ReportMetric(float64(inUse()-before)/mailboxes/1024, "KiB/mailbox")
		cancel()
		ended.Wait()
	}
}

// inUse is the memory that live objects and stacks take.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
