package imap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// elsewhere is an account that looks into all folders, at a server with some.
func (s *stage) elsewhere() *imap.Account {
	for name, special := range map[string]string{"Suppliers": "", "Suppliers/Prairie": "", "Papierkorb": `\Trash`, "Gesendet": `\Sent`, "Entwürfe": `\Drafts`} {
		s.peer.Folders[name] = &transporttest.IMAPBox{Validity: 9, Next: 1, Special: special}
	}
	s.change = func(c *imap.Config) { c.Elsewhere = true }
	return s.account()
}

// What is moved, by a person or a rule, before it was read is found where it was put, and says that it lay there.
func TestMovedBeforeItWasRead(t *testing.T) {
	play(t, func(s *stage) {
		a := s.elsewhere()
		old := time.Now().Add(-20 * 24 * time.Hour)
		s.peer.Deliver("Suppliers", "long ago", old)
		stop := s.watch(a)
		s.pass(time.Second)
		s.deliver("INBOX", numbered(1, 2)...)
		s.pass(time.Second)
		s.want(numbered(1, 2)...)
		stop()

		s.deliver("INBOX", numbered(3, 5)...) // while nobody looks
		s.peer.Move("INBOX", 3, "Suppliers/Prairie")
		s.peer.Move("INBOX", 4, "Papierkorb")
		stop = s.watch(a)
		s.deliver("Suppliers", "put there by a rule") // while somebody does
		s.deliver("Gesendet", "written by a person")
		s.deliver("Entwürfe", "not yet written")
		s.pass(16 * time.Minute)
		stop()
		s.want(append(numbered(1, 5), "put there by a rule")...)
		for _, it := range s.items {
			if watched := strings.HasSuffix(it.Source, "/INBOX"); watched == it.Elsewhere {
				t.Errorf("%q came from %s, elsewhere %v", it.Raw, it.Source, it.Elsewhere)
			}
		}
	})
}

// A folder that holds all mail stands for the others; a folder that is gone is forgotten; one that cannot be read disturbs nobody.
func TestElsewhereWithAllMail(t *testing.T) {
	play(t, func(s *stage) {
		a := s.elsewhere()
		s.peer.Folders["All"] = &transporttest.IMAPBox{Validity: 4, Next: 1, Special: `\All`}
		s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
			if strings.HasPrefix(command, `EXAMINE "All"`) || strings.HasPrefix(command, "EXAMINE All") || strings.HasPrefix(command, "EXAMINE Suppliers") {
				if strings.Contains(command, "Suppliers") {
					t.Error("a view of all mail was opened")
				}
			}
			return false
		}
		defer s.watch(a)()
		s.pass(time.Second)
		s.deliver("All", "archived")
		s.deliver("Suppliers", "the same, as a view shows it")
		s.deliver("Papierkorb", "deleted")
		s.pass(16 * time.Minute)
		s.want("archived", "deleted")
		s.peer.Mu.Lock()
		delete(s.peer.Folders, "All")
		s.peer.Mu.Unlock()
		s.pass(16 * time.Minute)
		s.want("archived", "deleted", "the same, as a view shows it") // now it is a folder as any
		if raw, _ := s.cursor.Load(t.Context()); strings.Contains(string(raw), `"All"`) {
			t.Errorf("a folder that is gone is remembered: %s", raw)
		}
	})
}

// A look that broke off in a folder is repeated, although nothing has changed there since.
func TestElsewhereIsLookedAtAgain(t *testing.T) {
	play(t, func(s *stage) {
		a := s.elsewhere()
		broken := true
		s.peer.Answer = func(c *transporttest.IMAPConn, _, command string) bool {
			if broken && strings.HasPrefix(command, "UID FETCH") {
				broken = false
				c.Conn.Close()
				return true
			}
			return false
		}
		s.deliver("Suppliers", "found in the end")
		defer s.watch(a)()
		s.pass(time.Minute)
		s.want("found in the end")
		if broken {
			t.Error("nothing was cut")
		}
	})
}

// TestDovecotElsewhere is the same on a real server, where a person moves mail with a mail program.
func TestDovecotElsewhere(t *testing.T) {
	d := transporttest.StartDovecot(t)
	box := newInbox()
	a := account(t, d, func(c *imap.Config) {
		c.Elsewhere, c.Cursor, c.Since = true, &transporttest.Memory{}, time.Now().Add(-time.Hour)
	})
	receive := func(want int) {
		t.Helper()
		if err := a.Receive(t.Context(), box.keep); err != nil {
			t.Fatal(err)
		}
		box.await(t, want)
	}
	d.Deliver(user, []byte("Subject: read at once\n\nx\n"))
	receive(1)
	d.Deliver(user, []byte("Subject: moved\n\nx\n"))
	d.Append(user, "Pr&AOQ-rie", []byte("Subject: filed by a rule\n\nx\n"))
	d.Append(user, "Sent", []byte("Subject: ours\n\nx\n"))
	d.Move(user, "INBOX", "Archive", 2)
	receive(3)
	receive(3)
	var sources []string
	for _, it := range box.items {
		sources = append(sources, it.Source)
	}
	slices.Sort(sources)
	if want := []string{user + "/Archive", user + "/INBOX", user + "/Prärie"}; !slices.Equal(sources, want) {
		t.Errorf("mails came from %q, want %q", sources, want)
	}
}
