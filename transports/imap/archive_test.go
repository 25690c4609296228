package imap_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

func TestArchive(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	for _, folder := range []string{imap.Sent, "Sent mail/waybill"} {
		r := account(t, d, nil).Archive(folder)
		defer r.Close()
		sent := crlf(letter("a1b2c3"))
		for range 2 { // the second time the connection is there already
			if _, found, err := r.Find(t.Context(), "a1b2c3@prairie-supply.example"); found || err != nil {
				if folder == imap.Sent || !strings.Contains(transports.Help(err), "no folder") {
					t.Fatalf("%s: before anything was sent: %v, %v", folder, found, err)
				}
			}
		}
		at := time.Date(2025, 8, 26, 17, 12, 0, 0, time.UTC)
		if err := r.Append(t.Context(), sent, at); err != nil {
			t.Fatal(err)
		}
		large := append(crlf(letter("large")), bytes.Repeat([]byte("a line of an attachment\r\n"), 40_000)...)
		if err := r.Append(t.Context(), large, at); err != nil {
			t.Fatal(err)
		}
		got, found, err := r.Find(t.Context(), "a1b2c3@prairie-supply.example")
		if !found || err != nil || !got.Received.Equal(at) || got.Size != int64(len(sent)) {
			t.Errorf("%s: %+v, %v, %v", folder, got, found, err)
		}
		for _, other := range []string{"1b2c3@prairie-supply.example", "a1b2c3@prairie-supply", "prairie-supply.example"} {
			if _, found, err := r.Find(t.Context(), other); found || err != nil {
				t.Errorf("%s: part of a Message-ID: %v, %v", folder, found, err)
			}
		}
		mails := d.Messages(user, got.Folder)
		if len(mails) != 2 || !bytes.Equal(mails[0].Raw, sent) || !bytes.Equal(mails[1].Raw, large) || !slices.Contains(mails[0].Flags, `\Seen`) {
			t.Errorf("%s: %d mails, not the two that were put there", folder, len(mails))
		}
	}
}

// TestArchiveRestarts: a connection that died at rest is not used, so that it is never unknown whether a copy arrived.
func TestArchiveRestarts(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	proxy := transporttest.StartProxy(t, d.IMAPS)
	now := time.Now()
	r := account(t, d, func(c *imap.Config) {
		c.Address = proxy.Addr
		c.Clock = func() time.Time { return now }
	}).Archive(imap.Sent)
	defer r.Close()
	for i := range 3 {
		if err := r.Append(t.Context(), crlf(letter("copy")), time.Now()); err != nil {
			t.Fatalf("copy %d: %v", i, err)
		}
		proxy.BreakAll(transporttest.Reset)
		now = now.Add(2 * time.Second)
	}
	if n := d.Count(user, "Sent"); n != 3 {
		t.Errorf("%d copies", n)
	}
}

// TestAppendUnsure: what is known when the connection breaks in an APPEND. A small mail goes out with its command, a large one
// waits for the server's word.
func TestAppendUnsure(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	proxy := transporttest.StartProxy(t, d.IMAP)
	small := crlf(letter("copy"))
	large := append(crlf(letter("copy")), bytes.Repeat([]byte("a line of an attachment\r\n"), 400)...)
	for name, c := range map[string]struct {
		raw     []byte
		after   string
		verdict transports.Verdict
	}{
		"before the body":        {large, "APPEND", transports.Later},
		"in the middle of it":    {small, "Message-ID", transports.Unsure},
		"when all of it is sent": {small, "has left.\r\n", transports.Unsure},
	} {
		proxy.Next(transporttest.Fault{Way: transporttest.ToServer, Break: transporttest.Cut, Until: c.after})
		r := account(t, d, func(c *imap.Config) { c.Address, c.Security = proxy.Addr, imap.None }).Archive("Sent")
		err := r.Append(t.Context(), c.raw, time.Now())
		if got := transports.VerdictOf(err); err == nil || got != c.verdict {
			t.Errorf("%s: %s, %v", name, got, err)
		}
		r.Close()
	}
}

func TestFindRefuses(t *testing.T) {
	a, err := imap.New(imap.Config{Address: "127.0.0.1:1", Security: imap.None, Username: "u", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "a b", "a\r\nA1 DELETE INBOX", "<a@b>", "ä@b"} {
		if _, _, err := a.Archive("Sent").Find(t.Context(), id); err == nil || !strings.Contains(err.Error(), "no Message-ID") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	d := transporttest.StartDovecot(t)
	d.Deliver(user, letter("one"))
	facts, err := account(t, d, nil).Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(facts, "\n")
	for _, want := range []string{"Logged in", "certificate verified", "IDLE", "4 folders", "for junk is Junk", "for sent is Sent", "INBOX holds 1 mails", "Junk holds 0 mails"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %q in\n%s", want, got)
		}
	}
	_, err = account(t, d, func(c *imap.Config) { c.Folders = []string{"Suppliers"} }).Probe(t.Context())
	if help := transports.Help(err); !strings.Contains(help, "no folder Suppliers") || !strings.Contains(help, "Archive") {
		t.Errorf("%v: %s", err, help)
	}
}
