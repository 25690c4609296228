package imap

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// TestSpecialFolders: the folders for junk and for sent mail are found by the server's mark, or by the names that providers give them.
func TestSpecialFolders(t *testing.T) {
	named := func(delim rune, names ...string) (all []*imap.ListData) {
		for _, n := range names {
			all = append(all, &imap.ListData{Mailbox: n, Delim: delim})
		}
		return all
	}
	marked := func(all []*imap.ListData, marks map[string]imap.MailboxAttr) []*imap.ListData {
		for _, d := range all {
			if a, ok := marks[d.Mailbox]; ok {
				d.Attrs = append(d.Attrs, a)
			}
		}
		return all
	}
	for name, c := range map[string]struct {
		all        []*imap.ListData
		junk, sent string
	}{
		"Gmail": {marked(named('/', "INBOX", "[Gmail]", "[Gmail]/All Mail", "[Gmail]/Spam", "[Gmail]/Sent Mail"),
			map[string]imap.MailboxAttr{"[Gmail]": imap.MailboxAttrNoSelect, "[Gmail]/Spam": imap.MailboxAttrJunk, "[Gmail]/Sent Mail": imap.MailboxAttrSent}), "[Gmail]/Spam", "[Gmail]/Sent Mail"},
		"Gmail in German": {marked(named('/', "INBOX", "[Gmail]/Spam", "[Gmail]/Gesendet"),
			map[string]imap.MailboxAttr{"[Gmail]/Spam": imap.MailboxAttrJunk, "[Gmail]/Gesendet": imap.MailboxAttrSent}), "[Gmail]/Spam", "[Gmail]/Gesendet"},
		"Microsoft 365, unmarked": {named('/', "INBOX", "Archive", "Junk Email", "Sent Items"), "Junk Email", "Sent Items"},
		"Microsoft 365 in German": {named('/', "INBOX", "Junk-E-Mail", "Gesendete Elemente"), "Junk-E-Mail", "Gesendete Elemente"},
		"Fastmail":                {marked(named('/', "INBOX", "Spam", "Sent"), map[string]imap.MailboxAttr{"Spam": imap.MailboxAttrJunk, "Sent": imap.MailboxAttrSent}), "Spam", "Sent"},
		"cPanel":                  {named('.', "INBOX", "INBOX.spam", "INBOX.Sent"), "INBOX.spam", "INBOX.Sent"},
		"the mark wins":           {marked(named('/', "INBOX", "Junk", "Rubbish", "Sent"), map[string]imap.MailboxAttr{"Rubbish": `\JUNK`}), "Rubbish", "Sent"},
		"none":                    {named('/', "INBOX", "Orders", "junk mail order"), "", ""},
	} {
		if got := special(c.all, Junk); got != c.junk {
			t.Errorf("%s: junk is %q, not %q", name, got, c.junk)
		}
		if got := special(c.all, Sent); got != c.sent {
			t.Errorf("%s: sent is %q, not %q", name, got, c.sent)
		}
	}
}
