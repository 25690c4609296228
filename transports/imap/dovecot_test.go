package imap_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

const user = "orders@shop.example"

// account is an account at a real Dovecot, over TLS.
func account(t testing.TB, d *transporttest.Dovecot, change func(*imap.Config)) *imap.Account {
	t.Helper()
	cfg := imap.Config{Address: d.IMAPS, RootCAs: d.CA.Pool, Username: user, Password: transporttest.Password, Cursor: &transporttest.Memory{}}
	if change != nil {
		change(&cfg)
	}
	a, err := imap.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// inbox collects what keep is given and lets a test wait for it.
type inbox struct {
	mu    sync.Mutex
	items []transports.Item
	came  chan struct{}
}

func newInbox() *inbox { return &inbox{came: make(chan struct{}, 1)} }

func (b *inbox) keep(_ context.Context, batch []transports.Item) error {
	b.mu.Lock()
	b.items = append(b.items, batch...)
	b.mu.Unlock()
	select {
	case b.came <- struct{}{}:
	default:
	}
	return nil
}

// await waits until n items are there and returns their subjects, sorted.
func (b *inbox) await(t *testing.T, n int) []string {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		b.mu.Lock()
		var subjects []string
		for _, it := range b.items {
			subjects = append(subjects, subject(it.Raw))
		}
		b.mu.Unlock()
		if len(subjects) >= n {
			slices.Sort(subjects)
			return subjects
		}
		select {
		case <-b.came:
		case <-limit:
			t.Fatalf("%d mails came, not %d: %q", len(subjects), n, subjects)
		}
	}
}

func subject(raw []byte) string {
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if s, ok := strings.CutPrefix(line, "Subject: "); ok {
			return s
		}
	}
	return ""
}

func letter(subject string) []byte {
	return []byte("From: sales@prairie-supply.example\nTo: " + user + "\nSubject: " + subject + "\nMessage-ID: <" + subject + "@prairie-supply.example>\n\nYour order has left.\n")
}

// watching starts Watch and ends it with the test.
func watching(t *testing.T, a *imap.Account, keep transports.Keep) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Watch(ctx, keep) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != context.Canceled {
			t.Errorf("Watch ended with %v", err)
		}
	})
}

// states is a State function whose changes a test can wait for.
type states chan imap.Status

func (s states) is(t *testing.T, what string, ok func(imap.Status) bool) imap.Status {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case st := <-s:
			if ok(st) {
				return st
			}
		case <-limit:
			t.Fatalf("the account never was: %s", what)
		}
	}
}

func connected(s imap.Status) bool { return s.State == imap.Connected }

func TestDovecotWatch(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	d.Deliver(user, letter("before"))
	st := make(states, 100)
	box := newInbox()
	a := account(t, d, func(c *imap.Config) {
		c.State = func(s imap.Status) { st <- s }
		c.PollEvery = 300 * time.Millisecond
	})
	watching(t, a, box.keep)
	got := st.is(t, "connected", connected)
	if !got.Idle || !slices.Equal(got.Folders, []string{"INBOX", "Junk"}) {
		t.Errorf("status %+v", got)
	}
	d.Deliver("orders+TOKEN@shop.example", letter("while idle"))
	box.await(t, 2)
	d.Append(user, "Junk", letter("taken for junk"))
	box.await(t, 3)
	large := append(letter("large"), bytes.Repeat([]byte("a line of an attachment\n"), 40_000)...)
	d.Deliver(user, large)
	d.Deliver(user, letter("after the large one"))
	box.await(t, 5)

	d.Stop()
	st.is(t, "failing", func(s imap.Status) bool { return s.State == imap.Failing })
	d.Start()
	st.is(t, "connected again", connected)
	d.Deliver(user, letter("after the restart"))
	want := []string{"after the large one", "after the restart", "before", "large", "taken for junk", "while idle"}
	if got := box.await(t, 6); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, it := range box.items {
		if subject(it.Raw) == "large" && !bytes.HasSuffix(bytes.ReplaceAll(it.Raw, []byte("\r\n"), []byte("\n")), large) {
			t.Error("the large mail was changed")
		}
	}
	for _, m := range d.Messages(user, "INBOX") {
		if slices.Contains(m.Flags, `\Seen`) {
			t.Errorf("mail %d was marked as read", m.UID)
		}
	}
}

// TestDovecotFolders: a numbering that changes, mails that go, start_at, and a folder with a name beyond ASCII.
func TestDovecotFolders(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t, transporttest.WithFolders("Lieferanten & Händler"))
	put := func(folder, subject string, at time.Time) {
		t.Helper()
		r := account(t, d, nil).Archive(folder)
		defer r.Close()
		if err := r.Append(t.Context(), crlf(letter(subject)), at); err != nil {
			t.Fatal(err)
		}
	}
	put("INBOX", "old", time.Now().Add(-72*time.Hour))
	put("INBOX", "new", time.Now())
	put("Lieferanten & Händler", "umlaut", time.Now())
	d.Append(user, "Junk", letter("before"))
	box := newInbox()
	a := account(t, d, func(c *imap.Config) {
		c.Folders = []string{"inbox", "Lieferanten & Händler", imap.Junk}
		c.Since = time.Now().Add(-time.Hour)
	})
	receive := func(n int) []string {
		t.Helper()
		if err := a.Receive(t.Context(), box.keep); err != nil {
			t.Fatal(err)
		}
		return box.await(t, n)
	}
	if got := receive(3); !slices.Equal(got, []string{"before", "new", "umlaut"}) {
		t.Fatalf("got %q", got)
	}
	d.Expunge(user, "INBOX", 2)
	d.Recreate(user, "Junk")
	d.Append(user, "Junk", letter("after"))
	d.Append(user, "INBOX", letter("newer"))
	if got := receive(5); !slices.Equal(got, []string{"after", "before", "new", "newer", "umlaut"}) {
		t.Errorf("got %q", got)
	}
	keys := map[string]bool{}
	for _, it := range box.items {
		keys[it.Source+it.Key] = true
	}
	if len(keys) != 5 {
		t.Errorf("%d keys", len(keys))
	}
}

// TestDovecotCuts breaks the connection to a real server at many places: every mail comes once.
func TestDovecotCuts(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	proxy := transporttest.StartProxy(t, d.IMAP)
	const n = 60
	archive := account(t, d, func(c *imap.Config) { c.Address, c.Security = d.IMAP, imap.None }).Archive("INBOX")
	for i := range n {
		raw := append(crlf(letter(fmt.Sprintf("mail %02d", i))), bytes.Repeat([]byte("a line of text\r\n"), i*i)...)
		if err := archive.Append(t.Context(), raw, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	archive.Close()
	const whole = 1_500_000 // bytes, about what all of it takes
	for _, way := range []transporttest.Break{transporttest.Cut, transporttest.Reset, transporttest.Stall} {
		kept := map[string]int{}
		a := account(t, d, func(c *imap.Config) {
			c.Address, c.Security, c.CommandTimeout, c.BatchCount = proxy.Addr, imap.None, 500*time.Millisecond, 7
		})
		keep := func(_ context.Context, batch []transports.Item) error {
			for _, it := range batch {
				kept[subject(it.Raw)]++
			}
			return nil
		}
		for after := int64(1); after < whole; after = after*3 + 1000 {
			proxy.Next(transporttest.Fault{Way: transporttest.ToClient, Break: way, After: after})
			a.Receive(t.Context(), keep) // fails more often than not
		}
		if err := a.Receive(t.Context(), keep); err != nil {
			t.Fatal(err)
		}
		if len(kept) != n {
			t.Errorf("%s: %d mails of %d", way, len(kept), n)
		}
		for s, times := range kept {
			if times != 1 {
				t.Errorf("%s: %s came %d times", way, s, times)
			}
		}
	}
}

func crlf(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")) }
