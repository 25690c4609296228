package imap_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// commands counts what the client says, by command.
type commands struct {
	mu   sync.Mutex
	said map[string]int
	text []string
}

func (s *stage) listen() *commands {
	c := &commands{said: map[string]int{}}
	s.peer.Answer = func(_ *transporttest.IMAPConn, _, command string) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		name, rest, _ := strings.Cut(command, " ")
		if name == "UID" {
			sub, _, _ := strings.Cut(rest, " ")
			name += " " + sub
		}
		c.said[name]++
		c.text = append(c.text, command)
		return false
	}
	return c
}

// since gives what was said since the last call.
func (c *commands) since() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said, c.text = map[string]int{}, nil
	return said
}

func (c *commands) all() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.text, "\n")
}

func TestKeepFails(t *testing.T) {
	play(t, func(s *stage) {
		s.deliver("INBOX", numbered(1, 500)...)
		s.setFail(errors.New("the disk is full"))
		defer s.watch(s.account())()
		s.pass(10 * time.Minute)
		s.want()
		if st := s.last(); st.State != imap.Failing || st.Help == "" || !strings.Contains(st.Err.Error(), "the disk is full") {
			t.Errorf("status %+v", st)
		}
		if s.peer.Dials.Load() > 15 {
			t.Errorf("it connected %d times", s.peer.Dials.Load())
		}
		s.setFail(nil)
		s.pass(10 * time.Minute)
		s.want(numbered(1, 500)...)
		if st := s.last(); st.State != imap.Connected || st.Err != nil || st.LastMail.IsZero() {
			t.Errorf("status %+v", st)
		}
	})
}

// TestCommands: what rest and news cost in commands.
func TestCommands(t *testing.T) {
	play(t, func(s *stage) {
		said := s.listen()
		s.deliver("INBOX", numbered(1, 1)...)
		defer s.watch(s.account())()
		s.pass(time.Second)
		for _, flag := range []string{"SELECT", "STORE", "EXPUNGE", "COPY", "MOVE"} {
			if strings.Contains(said.all(), flag) {
				t.Errorf("the client said %s", flag)
			}
		}
		said.since()
		s.deliver("INBOX", numbered(2, 2)...)
		synctest.Wait()
		if got := said.since(); got["UID FETCH"] != 1 || got["UID SEARCH"] != 0 || got["IDLE"] != 1 || len(got) != 2 {
			t.Errorf("one mail took %v", got)
		}
		s.deliver("INBOX", numbered(3, 1000)...)
		s.pass(10 * time.Second)
		if got := said.since(); got["UID FETCH"] > 10 || got["UID SEARCH"] > 10 {
			t.Errorf("a thousand mails took %v", got)
		}
		s.want(numbered(1, 1000)...)

		s.pass(time.Minute)
		said.since()
		s.pass(time.Hour)
		if got := said.since(); got["IDLE"] < 60 || got["IDLE"] > 150 || got["UID FETCH"] != 0 || got["STATUS"] < 60 || got["EXAMINE"] > 24 {
			t.Errorf("an hour of rest took %v", got)
		}
	})
}

// TestServerCriesWolf: words of new mail without new mail do not make a busy loop.
func TestServerCriesWolf(t *testing.T) {
	for name, say := range map[string]func(i int) string{
		"always the same number": func(int) string { return "* 7 EXISTS" },
		"always one more":        func(i int) string { return fmt.Sprintf("* %d EXISTS", 10+i) },
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			play(t, func(s *stage) {
				said := s.listen()
				defer s.watch(s.account())()
				s.pass(time.Second)
				said.since()
				for i := range 6000 {
					s.peer.Say(say(i))
					s.pass(10 * time.Millisecond)
				}
				if got := said.since(); got["UID FETCH"] > 30 {
					t.Errorf("a minute of it took %v", got)
				}
				s.deliver("INBOX", numbered(1, 1)...)
				s.pass(time.Minute) // after such lies only the poll can find it
				s.want(numbered(1, 1)...)
			})
		})
	}
}

// TestLargeMail comes at once, whole, and after the small ones that came with it.
func TestLargeMail(t *testing.T) {
	large := "Subject: large\r\n\r\n" + strings.Repeat("0123456789abcdef", 5<<16)
	exact := "Subject: as long as the first look\r\n\r\n"
	exact += strings.Repeat("x", 256<<10-len(exact))
	play(t, func(s *stage) {
		defer s.watch(s.account())()
		s.pass(time.Second)
		start := time.Now()
		s.peer.Reserve("INBOX")
		s.deliver("INBOX", large, exact)
		synctest.Wait()
		s.deliver("INBOX", numbered(1, 1)...)
		s.pass(time.Second)
		s.want(append(numbered(1, 1), large, exact)...)
		for i, at := range s.when {
			if at != start {
				t.Errorf("mail %d took %v", i, at.Sub(start))
			}
		}
	})
}

func TestOversize(t *testing.T) {
	play(t, func(s *stage) {
		s.change = func(c *imap.Config) { c.MaxItem = 1 << 20 }
		s.deliver("INBOX", "a"+strings.Repeat("x", 1<<20), "b"+strings.Repeat("x", 1<<20-1))
		if err := s.account().Receive(s.t.Context(), s.keep); err != nil {
			t.Fatal(err)
		}
		if len(s.items) != 2 {
			t.Fatalf("%d items", len(s.items))
		}
		for _, it := range s.items {
			oversize := it.Key == "7:1"
			if (it.Raw == nil) != oversize || oversize && it.Size != 1<<20+1 || !oversize && len(it.Raw) != 1<<20 {
				t.Errorf("item %s of %d bytes with %d", it.Key, it.Size, len(it.Raw))
			}
		}
	})
}

// TestSince: what was there before start_at is left alone, also after an interruption and under a new numbering, and so is what
// is moved into the folder later, one mail or years of them.
func TestSince(t *testing.T) {
	play(t, func(s *stage) {
		start := time.Now().Add(24 * time.Hour)
		s.change = func(c *imap.Config) { c.Since = start }
		old, fresh := numbered(1, 40_000), numbered(40_001, 40_010)
		for i, b := range old {
			s.peer.Deliver("INBOX", b, start.Add(-time.Duration(len(old)-i)*time.Minute))
		}
		for i, b := range fresh {
			s.peer.Deliver("INBOX", b, start.Add(time.Duration(i)*time.Minute))
		}
		s.setFail(errors.New("interrupted"))
		if err := s.account().Receive(s.t.Context(), s.keep); err == nil {
			t.Fatal("keep failed and Receive did not")
		}
		s.setFail(nil)
		said := s.listen()
		a := s.account()
		if err := a.Receive(s.t.Context(), s.keep); err != nil {
			t.Fatal(err)
		}
		s.want(fresh...)
		if got := said.since(); got["UID FETCH"] > 10 { // a day's old mails at most, as SEARCH knows only days
			t.Errorf("it took %v", got)
		}
		news := "Subject: and one that has just arrived\r\n\r\n"
		for i := range 1000 {
			s.peer.Deliver("INBOX", fmt.Sprintf("Subject: old mail %d is moved here\r\n\r\n", i), start.Add(-1000*time.Hour))
		}
		s.peer.Deliver("INBOX", news, start.Add(time.Hour))
		said = s.listen()
		if err := a.Receive(s.t.Context(), s.keep); err != nil {
			t.Fatal(err)
		}
		fresh = append(fresh, news)
		s.want(fresh...)
		if got := said.since(); got["UID FETCH"] > 2 {
			t.Errorf("it took %v", got)
		}
		s.peer.Renumber("INBOX")
		if err := a.Receive(s.t.Context(), s.keep); err != nil {
			t.Fatal(err)
		}
		for _, b := range fresh {
			if s.bodies[b] != 2 {
				t.Errorf("%.20q came %d times with the new numbering", b, s.bodies[b])
			}
		}
		if s.bodies[old[0]] != 0 || s.bodies["Subject: old mail 7 is moved here\r\n\r\n"] != 0 || s.kept[user+"/INBOX 8:40001"] != 1 {
			t.Errorf("after renumbering: %v", len(s.kept))
		}
	})
}

// TestLateGap: a UID that appears below others is found at the next poll when it is young, at a reconciliation within two weeks,
// and never after that.
func TestLateGap(t *testing.T) {
	play(t, func(s *stage) {
		s.change = func(c *imap.Config) { c.PollEvery = 5 * time.Minute }
		gaps := []uint32{s.peer.Reserve("INBOX"), s.peer.Reserve("INBOX"), s.peer.Reserve("INBOX")}
		s.deliver("INBOX", numbered(1, 1)...)
		defer s.watch(s.account())()
		s.pass(10 * time.Minute)
		late := numbered(100, 102)
		s.peer.Appear("INBOX", gaps[0], late[0], time.Now())
		s.pass(16 * time.Minute)
		s.want(append(numbered(1, 1), late[0])...)
		s.pass(13 * 24 * time.Hour)
		s.peer.Appear("INBOX", gaps[1], late[1], time.Now())
		s.pass(16 * time.Minute)
		s.want(append(numbered(1, 1), late[0], late[1])...)
		s.pass(2 * 24 * time.Hour)
		s.peer.Appear("INBOX", gaps[2], late[2], time.Now())
		s.pass(time.Hour)
		s.want(append(numbered(1, 1), late[0], late[1])...)

		young := s.peer.Reserve("INBOX")
		s.deliver("INBOX", numbered(2, 2)...)
		s.pass(20 * time.Minute)
		s.peer.Appear("INBOX", young, numbered(3, 3)[0], time.Now())
		s.pass(5 * time.Minute)
		s.want(append(numbered(1, 3), late[0], late[1])...)
	})
}

// TestServerRestored: a mail server comes back from a snapshot and gives old numbers to new mails.
func TestServerRestored(t *testing.T) {
	play(t, func(s *stage) {
		s.deliver("INBOX", numbered(1, 20)...)
		defer s.watch(s.account())()
		s.pass(time.Minute)
		for round, next := range []int{11, 16} {
			s.peer.Mu.Lock()
			b := s.peer.Folders["INBOX"]
			b.Mails, b.Next = slices.Clone(b.Mails[:next-1]), uint32(next)
			s.peer.Mu.Unlock()
			s.peer.HangUp()
			s.pass(time.Minute)
			news := numbered(100*(round+1), 100*(round+1)+7)
			s.deliver("INBOX", news...)
			s.pass(time.Minute)
			for _, b := range news {
				if s.bodies[b] != 1 {
					t.Errorf("%.20q was kept %d times", b, s.bodies[b])
				}
			}
			s.pass(25 * time.Hour)
		}
		for k, n := range s.kept {
			if n != 1 {
				t.Errorf("%s was kept %d times", k, n)
			}
		}
		if s.kept[user+"/INBOX 7.2:1"] != 1 {
			t.Errorf("keys %v", s.kept)
		}
	})
}

// TestStuckForWeeks: a mail that the server does not give is waited for longer than any gap.
func TestStuckForWeeks(t *testing.T) {
	all := numbered(1, 3)
	play(t, func(s *stage) {
		s.change = func(c *imap.Config) { c.PollEvery = 10 * time.Minute }
		s.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, _ *transporttest.IMAPReply) bool {
			return m.Raw == all[1]
		}
		s.deliver("INBOX", all...)
		defer s.watch(s.account())()
		s.pass(20 * 24 * time.Hour)
		s.want(all[0], all[2])
		s.peer.Repair()
		s.pass(time.Hour)
		s.want(all...)
	})
}

// TestDeadConnection: a firewall forgets the connection while it rests; nobody says so.
func TestDeadConnection(t *testing.T) {
	play(t, func(s *stage) {
		defer s.watch(s.account())()
		s.pass(5 * time.Second)
		s.peer.Mu.Lock()
		s.peer.Answer = func(c *transporttest.IMAPConn, _, _ string) bool { // no answer to anything on this connection
			if s.peer.Dials.Load() > 1 {
				return false
			}
			io.Copy(io.Discard, c.R)
			return true
		}
		s.peer.Mu.Unlock()
		s.deliver("Spam", numbered(1, 1)...)
		s.pass(3 * time.Minute)
		s.want(numbered(1, 1)...)
		if s.peer.Dials.Load() != 2 {
			t.Errorf("it connected %d times", s.peer.Dials.Load())
		}
	})
}

// TestUnreachable: retries get rarer, and the state tells since when.
func TestUnreachable(t *testing.T) {
	play(t, func(s *stage) {
		begun := time.Now()
		s.peer.Refuse = errors.New("connection refused")
		defer s.watch(s.account())()
		s.pass(10 * time.Hour)
		if s.peer.Dials.Load() < 100 || s.peer.Dials.Load() > 200 {
			t.Errorf("%d tries in 10 hours", s.peer.Dials.Load())
		}
		st := s.last()
		if st.State != imap.Failing || st.Since != begun || !st.LastLook.IsZero() {
			t.Errorf("status %+v", st)
		}
		s.peer.Mu.Lock()
		s.peer.Refuse = nil
		s.peer.Mu.Unlock()
		s.pass(6 * time.Minute)
		if st := s.last(); st.State != imap.Connected || st.LastLook.IsZero() {
			t.Errorf("status %+v", st)
		}
	})
}

// TestRefused: a wrong password is tried rarely, and again, until it is right.
func TestRefused(t *testing.T) {
	play(t, func(s *stage) {
		var right atomic.Bool
		s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
			if !strings.HasPrefix(command, "AUTHENTICATE") || right.Load() {
				return false
			}
			return c.Printf("%s NO [AUTHENTICATIONFAILED] Invalid credentials\r\n", tag) == nil
		}
		defer s.watch(s.account())()
		s.pass(24 * time.Hour)
		if s.peer.Dials.Load() > 40 || s.peer.Dials.Load() < 20 {
			t.Errorf("%d tries in a day", s.peer.Dials.Load())
		}
		st := s.last()
		if st.State != imap.Failing || transports.VerdictOf(st.Err) != transports.Never || !strings.Contains(st.Help, "password") {
			t.Errorf("status %+v", st)
		}
		right.Store(true)
		s.pass(time.Hour)
		if s.last().State != imap.Connected {
			t.Errorf("status %+v", s.last())
		}
	})
}

// TestFolderMissing: one folder that isn't there is told and does not disturb the others; when it is made, it is watched.
func TestFolderMissing(t *testing.T) {
	play(t, func(s *stage) {
		s.change = func(c *imap.Config) { c.Folders = []string{"INBOX", "Suppliers", imap.Junk} }
		s.deliver("INBOX", numbered(1, 1)...)
		s.deliver("Spam", numbered(2, 2)...)
		a := s.account()
		err := a.Receive(s.t.Context(), s.keep)
		if help := transports.Help(err); !strings.Contains(help, "no folder Suppliers") || !strings.Contains(help, "Spam") {
			t.Errorf("%v: %s", err, help)
		}
		s.want(numbered(1, 2)...)
		defer s.watch(a)()
		s.pass(time.Minute)
		if st := s.last(); st.State != imap.Connected || len(st.Unwatched) != 1 || len(st.Folders) != 2 {
			t.Errorf("status %+v", st)
		}
		s.peer.Mu.Lock()
		s.peer.Folders["Suppliers"] = &transporttest.IMAPBox{Validity: 5, Next: 1}
		s.peer.Mu.Unlock()
		s.deliver("Suppliers", numbered(3, 3)...)
		s.pass(2 * time.Minute)
		s.want(numbered(1, 3)...)
		if st := s.last(); len(st.Unwatched) != 0 || len(st.Folders) != 3 {
			t.Errorf("status %+v", st)
		}
	})
}

// TestOneAtATime: two readers of one account would save over each other's cursor.
func TestOneAtATime(t *testing.T) {
	play(t, func(s *stage) {
		a := s.account()
		defer s.watch(a)()
		s.pass(time.Second)
		if err := a.Receive(s.t.Context(), s.keep); err == nil {
			t.Error("Receive ran beside Watch")
		}
	})
}

// TestCursorUnreadable: a cursor that makes no sense is told, not guessed at.
func TestCursorUnreadable(t *testing.T) {
	for value, words := range map[string]string{"{": "can't be read", `{"version":2}`: "newer waybill", `{"version":1,"folders":{"INBOX":{"done":"9:1"}}}`: "no set of UIDs"} {
		play(t, func(s *stage) {
			s.cursor.Save(s.t.Context(), []byte(value))
			if err := s.account().Receive(s.t.Context(), s.keep); err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: %v", value, err)
			}
		})
	}
}
