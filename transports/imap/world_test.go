package imap_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// TestWorld is promise 5: no mail is skipped and none is handed over twice under one key, whatever connection, server, disk and
// process do. Each run has a seed, 100 mails and an hour full of faults, all in virtual time. WAYBILL_WORLDS sets the number of
// runs, WAYBILL_SEED plays one of them again.
func TestWorld(t *testing.T) {
	runs := number(t, "WAYBILL_WORLDS", 60)
	first, last := 0, runs-1
	if os.Getenv("WAYBILL_SEED") != "" {
		first = number(t, "WAYBILL_SEED", 0)
		last = first
	}
	total := &tally{}
	for seed := first; seed <= last && !t.Failed(); seed++ {
		t.Run(fmt.Sprintf("seed_%d", seed), func(t *testing.T) { play(t, func(s *stage) { newWorld(s, uint64(seed), total).run() }) })
	}
	t.Logf("%d runs: %+v", last-first+1, *total)
	if first == 0 && runs >= 60 && (total.Cuts == 0 || total.Renumbered == 0 || total.Late == 0 || total.KeepFailures == 0 || total.SaveFailures == 0 || total.Expunged == 0 || total.Kills == 0) {
		t.Errorf("some kind of fault never happened: %+v", *total)
	}
}

func number(t *testing.T, name string, otherwise int) int {
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tally counts what the worlds did.
type tally struct {
	Sent, Kept, Repeats, Cuts, Answers, Fetches, Renumbered, Late, Expunged, KeepFailures, SaveFailures, Kills, Refused int
}

type world struct {
	*stage
	total *tally

	rmu    sync.Mutex
	rand   *rand.Rand
	faults bool
	gone   map[string]bool // bodies that were expunged: they need not come
	sent   map[string]bool
	saves  int // failures
}

func newWorld(s *stage, seed uint64, total *tally) *world {
	w := &world{stage: s, total: total, rand: rand.New(rand.NewPCG(seed, 5)), faults: true, gone: map[string]bool{}, sent: map[string]bool{}}
	s.change = func(c *imap.Config) {
		c.Cursor = worldCursor{w}
		c.Jitter = func() float64 { return float64(w.n(1000)) / 1000 }
		c.BatchCount = 1 + w.n(20)
		if w.one(2) {
			c.MaxItem = 10_000
		}
	}
	if w.one(4) {
		s.peer.Caps = strings.Replace(s.peer.Caps, " IDLE", "", 1)
	}
	if w.one(3) {
		s.peer.Caps = strings.Replace(s.peer.Caps, " ESEARCH", "", 1)
	}
	s.peer.Limit = w.limit
	s.peer.Answer = w.answer
	s.peer.Fetch = w.fetch
	return w
}

func (w *world) n(n int) int {
	w.rmu.Lock()
	defer w.rmu.Unlock()
	return w.rand.IntN(n)
}

// one is true once in n times, while there are faults.
func (w *world) one(n int) bool { return w.faulty() && w.n(n) == 0 }

func (w *world) faulty() bool {
	w.rmu.Lock()
	defer w.rmu.Unlock()
	return w.faults
}

func (w *world) count(n *int) {
	w.rmu.Lock()
	defer w.rmu.Unlock()
	*n++
}

func (w *world) limit() int {
	if !w.one(2) {
		return 0
	}
	w.count(&w.total.Cuts)
	return 1 + w.n(1+w.n(40_000))
}

// answer misbehaves in place of answering a command.
func (w *world) answer(c *transporttest.IMAPConn, tag, command string) bool {
	if !w.one(40) {
		return false
	}
	w.count(&w.total.Answers)
	switch w.n(7) {
	case 0:
		c.Printf("* BYE the server goes down\r\n")
		c.Conn.Close()
	case 1:
		c.Conn.Close()
	case 2:
		io.Copy(io.Discard, c.R) // says nothing until the client gives up
	case 3:
		c.Printf("* XNONSENSE ((((\r\n")
	case 4:
		c.Printf("* 4294967295 EXISTS\r\n")
		return false
	case 5:
		c.Printf("%s NO [UNAVAILABLE] not now\r\n", tag)
	case 6:
		c.Printf("* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n* OK still here\r\n")
		return false
	}
	return true
}

// fetch misbehaves in one FETCH answer.
func (w *world) fetch(c *transporttest.IMAPConn, m *transporttest.IMAPLetter, r *transporttest.IMAPReply) bool {
	if !w.one(25) {
		return false
	}
	w.count(&w.total.Fetches)
	switch w.n(9) {
	case 0:
		return true
	case 1:
		r.Body = nil
	case 2:
		seq, _, _ := strings.Cut(r.Head, " FETCH")
		r.Before = fmt.Sprintf("%s FETCH (UID %d FLAGS (\\Seen))\r\n", seq, m.UID)
	case 3:
		r.Head, _, _ = strings.Cut(r.Head, "UID ")
		r.Head += "FLAGS ()"
		r.Tail = fmt.Sprintf(" UID %d)\r\n", m.UID)
	case 4:
		r.Head += " X-ODD 5"
	case 5:
		r.Size = 1 << 40
	case 6:
		c.Conn.Close()
	case 7:
		empty := ""
		r.Body, r.Size = &empty, 0
	case 8:
		c.Left = 1 + w.n(len(r.Head)+len(*r.Body)+10)
	}
	return false
}

// worldCursor fails now and then, and holds what is saved against what was kept.
type worldCursor struct{ w *world }

func (c worldCursor) Load(ctx context.Context) ([]byte, error) { return c.w.cursor.Load(ctx) }

func (c worldCursor) Save(ctx context.Context, value []byte) error {
	if c.w.one(60) {
		c.w.count(&c.w.total.SaveFailures)
		c.w.saves++
		return errors.New("the disk is full")
	}
	c.w.notAhead(value)
	return c.w.cursor.Save(ctx, value)
}

// notAhead: no mail that exists may count as done without having been kept.
func (w *world) notAhead(value []byte) {
	var v struct {
		Folders map[string]struct {
			UIDValidity uint32
			Done        string
		}
	}
	if err := json.Unmarshal(value, &v); err != nil {
		w.t.Error(err)
		return
	}
	w.peer.Mu.Lock()
	defer w.peer.Mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, f := range v.Folders {
		b := w.peer.Folders[name]
		if b.Validity != f.UIDValidity || f.Done == "" {
			continue
		}
		done := (&transporttest.IMAPConn{}).Within(f.Done)
		for _, m := range b.Mails {
			if done(m.UID) && w.kept[fmt.Sprintf("%s/%s %d:%d", user, name, b.Validity, m.UID)] == 0 {
				w.t.Errorf("the cursor has mail %d of %s, which was not kept", m.UID, name)
			}
		}
	}
}

func (w *world) keepSometimes(ctx context.Context, batch []transports.Item) error {
	if w.one(25) {
		w.count(&w.total.KeepFailures)
		return errors.New("the database is locked")
	}
	return w.keep(ctx, batch)
}

func (w *world) run() {
	var deliveries sync.WaitGroup
	deliveries.Go(w.deliveries)
	end := time.Now().Add(time.Hour)
	for time.Now().Before(end) { // each turn is the life of one process
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Duration(1+w.n(40*60))*time.Second)
		w.account().Watch(ctx, w.keepSometimes)
		cancel()
		w.count(&w.total.Kills)
	}
	deliveries.Wait()
	w.rmu.Lock()
	w.faults = false
	w.rmu.Unlock()
	w.peer.HangUp()
	stop := w.watch(w.account())
	w.pass(3 * time.Hour)
	stop()
	w.check()
}

// deliveries is what happens in the mailboxes.
func (w *world) deliveries() {
	for i := range 100 {
		time.Sleep(time.Duration(w.n(60)) * time.Second)
		folder := "INBOX"
		if w.one(4) {
			folder = "Spam"
		}
		body := fmt.Sprintf("Subject: mail %d\r\n\r\n%s\r\n", i, strings.Repeat("x", w.n(1+w.n(9000))))
		w.sent[body] = true
		w.count(&w.total.Sent)
		switch {
		case w.one(8): // its place is taken now, and it is seen later
			uid := w.peer.Reserve(folder)
			time.Sleep(time.Duration(w.n(20)) * time.Second)
			w.peer.Mu.Lock()
			validity := w.peer.Folders[folder].Validity
			w.peer.Mu.Unlock()
			w.count(&w.total.Late)
			time.AfterFunc(time.Duration(w.n(3000))*time.Second, func() {
				w.peer.Mu.Lock()
				same := w.peer.Folders[folder].Validity == validity
				w.peer.Mu.Unlock()
				if same {
					w.peer.Appear(folder, uid, body, time.Now())
				} else {
					w.peer.Deliver(folder, body, time.Now())
				}
			})
		default:
			w.peer.Deliver(folder, body, time.Now().Add(-time.Duration(w.n(100))*24*time.Hour)) // some are old and were copied
		}
		if w.one(25) {
			w.expunge(folder)
		}
		if w.one(200) {
			w.count(&w.total.Renumbered)
			w.peer.Renumber(folder)
		}
		if w.one(40) {
			w.peer.HangUp()
		}
		if w.one(40) {
			w.peer.Say("* 100000 EXISTS")
		}
		if w.one(30) {
			w.count(&w.total.Refused)
			w.refuse(errors.New("connection refused"))
			time.AfterFunc(time.Duration(w.n(120))*time.Second, func() { w.refuse(nil) })
		}
	}
	time.Sleep(time.Hour) // the last late ones
}

func (w *world) refuse(err error) {
	w.peer.Mu.Lock()
	defer w.peer.Mu.Unlock()
	w.peer.Refuse = err
}

// expunge removes a random mail for good, as a person would.
func (w *world) expunge(folder string) {
	w.peer.Mu.Lock()
	b := w.peer.Folders[folder]
	if len(b.Mails) == 0 {
		w.peer.Mu.Unlock()
		return
	}
	m := b.Mails[w.n(len(b.Mails))]
	w.peer.Mu.Unlock()
	w.gone[m.Raw] = true
	w.count(&w.total.Expunged)
	w.peer.Expunge(folder, m.UID)
}

func (w *world) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	oversize := map[int64]int{}
	for _, it := range w.items {
		if it.Raw == nil {
			oversize[it.Size]++
		} else if !w.sent[string(it.Raw)] {
			w.t.Errorf("%s is no mail that was sent: %.60q", it.Key, it.Raw)
		}
	}
	for body := range w.sent {
		if w.bodies[body] == 0 && oversize[int64(len(body))] == 0 && !w.gone[body] {
			w.t.Errorf("%.20q was never kept", body)
		}
	}
	for k, n := range w.kept {
		w.total.Kept++
		w.total.Repeats += n - 1
		if n > 1 && w.saves == 0 {
			w.t.Errorf("%s was kept %d times, and no cursor was lost", k, n)
		}
	}
}

var _ transports.Cursor = worldCursor{}
var _ transports.Cursor = (*transporttest.Memory)(nil)
