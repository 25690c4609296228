package imap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// stage is one account at a peer.
type stage struct {
	t      *testing.T
	peer   *transporttest.IMAPPeer
	cursor *transporttest.Memory

	mu     sync.Mutex
	kept   map[string]int // by source and key
	bodies map[string]int
	items  []transports.Item
	when   []time.Time
	fail   error
	status []imap.Status
	change func(*imap.Config)
}

// play runs a test in virtual time.
func play(t *testing.T, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, peer: transporttest.NewIMAPPeer(), cursor: &transporttest.Memory{}, kept: map[string]int{}, bodies: map[string]int{}}
		f(s)
		s.peer.HangUp()
		s.pass(time.Minute) // the peer's goroutines end
	})
}

func (s *stage) account() *imap.Account {
	s.t.Helper()
	cfg := imap.Config{
		Address: "127.0.0.1:143", Security: imap.None, Username: user, Password: "secret", Cursor: s.cursor, Dialer: s.peer,
		Jitter: func() float64 { return 0.5 },
		State: func(st imap.Status) {
			s.mu.Lock()
			s.status = append(s.status, st)
			s.mu.Unlock()
		},
	}
	if s.change != nil {
		s.change(&cfg)
	}
	a, err := imap.New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *stage) keep(_ context.Context, batch []transports.Item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	for _, it := range batch {
		s.kept[it.Source+" "+it.Key]++
		s.bodies[string(it.Raw)]++
		s.items = append(s.items, it)
		s.when = append(s.when, time.Now())
	}
	return nil
}

func (s *stage) setFail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// watch starts a Watch that ends when stop is called, or with the test.
func (s *stage) watch(a *imap.Account) (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := a.Watch(ctx, s.keep); !errors.Is(err, context.Canceled) {
			s.t.Errorf("Watch ended with %v", err)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// pass lets time pass and everything settle.
func (s *stage) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// want checks that exactly these bodies were kept, each once.
func (s *stage) want(bodies ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range bodies {
		if n := s.bodies[b]; n != 1 {
			s.t.Errorf("%.40q was kept %d times", b, n)
		}
	}
	if len(s.bodies) != len(bodies) {
		s.t.Errorf("%d different mails were kept, not %d", len(s.bodies), len(bodies))
	}
}

func (s *stage) last() imap.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.status) == 0 {
		return imap.Status{}
	}
	return s.status[len(s.status)-1]
}

func numbered(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("Subject: mail %d\r\n\r\nbody %d\r\n", i, i))
	}
	return out
}

func (s *stage) deliver(folder string, bodies ...string) {
	for _, b := range bodies {
		s.peer.Deliver(folder, b, time.Now())
	}
}

func TestNewsAtOnce(t *testing.T) {
	play(t, func(s *stage) {
		defer s.watch(s.account())()
		s.pass(10 * time.Second)
		start := time.Now()
		s.deliver("INBOX", numbered(1, 1)...)
		synctest.Wait()
		s.want(numbered(1, 1)...)
		if d := s.when[0].Sub(start); d != 0 {
			t.Errorf("news took %v", d)
		}
		if it := s.items[0]; it.Source != user+"/INBOX" || it.Key != "7:1" || it.Size != int64(len(it.Raw)) || !it.Received.Equal(start.Truncate(time.Second)) {
			t.Errorf("item %+v", it)
		}
		s.deliver("Spam", numbered(2, 2)...)
		s.pass(time.Minute)
		s.want(numbered(1, 2)...)
	})
}

func TestManyNewsAtOnce(t *testing.T) {
	play(t, func(s *stage) {
		defer s.watch(s.account())()
		s.pass(time.Second)
		s.deliver("INBOX", numbered(1, 1500)...)
		synctest.Wait()
		s.want(numbered(1, 1500)...)
	})
}

// serversOfTheirOwn are right and unusual.
func serversOfTheirOwn() map[string]func(*stage) {
	return map[string]func(*stage){
		"without IDLE":    func(s *stage) { s.peer.Caps = "IMAP4rev1 AUTH=PLAIN" },
		"without ESEARCH": func(s *stage) { s.peer.Caps = "IMAP4rev1 IDLE" },
		"IDLE is offered and refused": func(s *stage) {
			s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
				return command == "IDLE" && c.Printf("%s NO not today\r\n", tag) == nil
			}
		},
		"UID after the body": func(s *stage) {
			s.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
				r.Head, _, _ = strings.Cut(r.Head, "UID ")
				r.Head += "FLAGS ()"
				r.Tail = fmt.Sprintf(" UID %d)\r\n", m.UID)
				return false
			}
		},
		"changes of flags before the bodies": func(s *stage) {
			s.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
				seq, _, _ := strings.Cut(r.Head, " FETCH")
				r.Before = fmt.Sprintf("%s FETCH (FLAGS (\\Seen))\r\n%s FETCH (UID %d FLAGS (\\Seen) MODSEQ (7))\r\n", seq, seq, m.UID)
				return false
			}
		},
		"each answer twice": func(s *stage) {
			s.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
				r.Before = fmt.Sprintf("%s BODY[]<0> {%d}\r\n%s%s", r.Head, r.Size, *r.Body, r.Tail)
				return false
			}
		},
	}
}

// serversGoneWrong are wrong and harmless.
func serversGoneWrong() map[string]func(*stage) {
	return map[string]func(*stage){
		"the first FETCH of each mail comes to nothing": func(s *stage) {
			seen := map[uint32]bool{}
			s.peer.Fetch = func(_ *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
				first := !seen[m.UID]
				seen[m.UID] = true
				if first && m.UID%2 == 0 {
					r.Body = nil
					return false
				}
				return first
			}
		},
		"FETCH is refused now and then": func(s *stage) {
			n := 0
			s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
				if !strings.HasPrefix(command, "UID FETCH") {
					return false
				}
				n++
				return n%2 == 1 && c.Printf("%s NO [SERVERBUG] try again\r\n", tag) == nil
			}
		},
		"news without news": func(s *stage) {
			go func() {
				for i := range 50 {
					time.Sleep(time.Second)
					s.peer.Say(fmt.Sprintf("* %d EXISTS", 100+i))
				}
			}()
		},
		"EXISTS at every IDLE": func(s *stage) {
			s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
				if command == "IDLE" {
					c.Printf("* %d EXISTS\r\n", len(c.View))
				}
				return false
			}
		},
		"no UIDNEXT": func(s *stage) {
			s.peer.Answer = func(c *transporttest.IMAPConn, tag, command string) bool {
				name, ok := strings.CutPrefix(command, "EXAMINE ")
				if !ok {
					return false
				}
				b := s.peer.Folders[strings.Trim(name, `"`)]
				c.Folder, c.View = b, b.Mails
				return c.Printf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n%s OK open\r\n", len(b.Mails), b.Validity, tag) == nil
			}
		},
		"slow": func(s *stage) { s.peer.Late = 20 * time.Second },
	}
}

// TestServerWays: at every such server each mail arrives once.
func TestServerWays(t *testing.T) {
	all := numbered(1, 6)
	servers := serversOfTheirOwn()
	maps.Copy(servers, serversGoneWrong())
	for name, set := range servers {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			play(t, func(s *stage) {
				set(s)
				s.deliver("INBOX", all[0], all[1])
				s.deliver("Spam", all[2])
				defer s.watch(s.account())()
				s.pass(5 * time.Minute)
				s.deliver("INBOX", all[3], all[4])
				s.deliver("Spam", all[5])
				s.pass(20 * time.Minute)
				s.want(all...)
				if s.peer.Dials.Load() > 3 {
					t.Errorf("it connected %d times", s.peer.Dials.Load())
				}
			})
		})
	}
}

// fault is a server that breaks.
type fault struct {
	spoil func(*stage)
	never int  // the number of a mail that can't come while the server is broken, 0 for none
	told  bool // and that a person must hear of
}

// faults are servers that break at mail 12 of all.
func faults(all []string) map[string]fault {
	poison := func(change func(c *transporttest.IMAPConn, r *transporttest.IMAPReply)) func(*stage) {
		return func(s *stage) {
			s.peer.Fetch = func(c *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
				if m.Raw == all[11] {
					change(c, r)
				}
				return false
			}
		}
	}
	return map[string]fault{
		"a malformed date": {poison(func(_ *transporttest.IMAPConn, r *transporttest.IMAPReply) {
			r.Head = strings.Replace(r.Head, `INTERNALDATE "`, `INTERNALDATE "x`, 1)
		}), 0, false},
		"an unknown attribute":                {poison(func(_ *transporttest.IMAPConn, r *transporttest.IMAPReply) { r.Head += " X-ODD 5" }), 12, true},
		"an unknown attribute after the body": {poison(func(_ *transporttest.IMAPConn, r *transporttest.IMAPReply) { r.Tail = " X-ODD 5)\r\n" }), 0, false},
		"it hangs up on a mail":               {poison(func(c *transporttest.IMAPConn, r *transporttest.IMAPReply) { c.Conn.Close() }), 12, true},
		"a literal that is cut": {poison(func(c *transporttest.IMAPConn, r *transporttest.IMAPReply) {
			half := (*r.Body)[:5]
			r.Body = &half
			r.Tail = ""
			c.Left = len(r.Head) + 30
		}), 12, true},
		"a huge literal":           {poison(func(_ *transporttest.IMAPConn, r *transporttest.IMAPReply) { r.Size = 1 << 40 }), 12, true},
		"a mail never comes whole": {poison(func(_ *transporttest.IMAPConn, r *transporttest.IMAPReply) { r.Body = nil }), 12, true},
		"it stops in a mail": {poison(func(c *transporttest.IMAPConn, r *transporttest.IMAPReply) {
			c.Write(r.Head)
			io.Copy(io.Discard, c.R) // until the client gives up
		}), 12, true},
		"slow loris": {poison(func(c *transporttest.IMAPConn, r *transporttest.IMAPReply) {
			c.Write(fmt.Sprintf("%s BODY[]<0> {100000}\r\n", r.Head))
			for c.Write("x") == nil {
				time.Sleep(10 * time.Second)
			}
		}), 12, true},
	}
}

// TestServerFaults: every mail arrives once as soon as the server lets it, and meanwhile the others arrive.
func TestServerFaults(t *testing.T) {
	all := numbered(1, 30)
	for name, c := range faults(all) {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			play(t, func(s *stage) {
				c.spoil(s)
				s.deliver("INBOX", all[:20]...)
				defer s.watch(s.account())()
				s.pass(2 * time.Hour)
				s.deliver("INBOX", all[20:]...)
				s.pass(time.Hour)
				var come []string
				for i, b := range all {
					if i != c.never-1 {
						come = append(come, b)
					}
				}
				s.want(come...)
				if told := len(s.last().Stuck) > 0; told != c.told {
					t.Errorf("stuck: %q, last state %+v", s.last().Stuck, s.last())
				}
				if s.peer.Dials.Load() > 40 {
					t.Errorf("it connected %d times in 3 hours", s.peer.Dials.Load())
				}
				s.peer.Repair()
				s.pass(2 * time.Hour)
				s.want(all...)
				if len(s.last().Stuck) > 0 || s.last().State != imap.Connected {
					t.Errorf("after the repair: %+v", s.last())
				}
			})
		})
	}
}
