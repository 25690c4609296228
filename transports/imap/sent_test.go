package imap_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// TestSentFolder: a watched Sent folder has one name for whoever keeps its mails, and what was sent long before is no news.
func TestSentFolder(t *testing.T) {
	play(t, func(s *stage) {
		s.peer.Mu.Lock()
		s.peer.Folders["Gesendet"] = &transporttest.IMAPBox{Validity: 9, Next: 1, Special: `\Sent`}
		s.peer.Mu.Unlock()
		s.peer.Deliver("Gesendet", "old", time.Now().Add(-100*time.Hour))
		s.peer.Deliver("Gesendet", "recent", time.Now().Add(-time.Hour))
		s.peer.Deliver("INBOX", "old too", time.Now().Add(-100*time.Hour))
		s.change = func(c *imap.Config) { c.Folders = []string{"INBOX", imap.Junk, imap.Sent} }
		if err := s.account().Receive(s.t.Context(), s.keep); err != nil {
			t.Fatal(err)
		}
		s.want("recent", "old too")
		for _, it := range s.items {
			if sent := string(it.Raw) == "recent"; strings.HasSuffix(it.Source, `/\Sent`) != sent {
				t.Errorf("%s came from %s", it.Raw, it.Source)
			}
		}
	})
}

// TestDovecotSent is the same with a real server that marks its folders.
func TestDovecotSent(t *testing.T) {
	d := transporttest.StartDovecot(t)
	d.Append(user, "Sent", []byte("Subject: ours\n\nx\n"))
	d.Append(user, "Junk", []byte("Subject: astray\n\nx\n"))
	var sources []string
	a := account(t, d, func(c *imap.Config) {
		c.Folders, c.Cursor = []string{"INBOX", imap.Junk, imap.Sent}, &transporttest.Memory{}
	})
	if err := a.Receive(t.Context(), func(_ context.Context, batch []transports.Item) error {
		for _, it := range batch {
			sources = append(sources, it.Source[strings.LastIndexByte(it.Source, '/'):])
		}
		return nil
	}); err != nil || strings.Join(sources, " ") != `/Junk /\Sent` {
		t.Errorf("%q %v", sources, err)
	}
}
