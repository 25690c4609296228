package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// TestMailbox is promise 5: no mail is skipped and none is processed twice, whatever server, connections, other programs, people and kills do. A run is a
// hundred mails, an hour of faults, the real mailbox reader, flow and books, all in virtual time. `make mailbox N=10000 SEED=1` runs as many as wanted.
func TestMailbox(t *testing.T) {
	run := openReceiveRun(t, "mailbox", 10)
	run.all(t, func(t *testing.T, n int) {
		synctest.Test(t, func(t *testing.T) { newMailboxWorld(t, run, run.Seed<<32+uint64(n)).run() }) //nolint:gosec // small
	})
	run.happened(t, "cuts", "refused commands", "gone between search and fetch", "late", "renumbered", "moved", "expunged", "marked", "killed before keep", "killed after keep",
		"killed before cursor", "killed after cursor", "refused by the books", "two at once", "copies")
}

const (
	mailboxMails  = 100
	mailboxOrders = 8
)

// mailboxWorld is a mailbox with everybody who has to do with it.
type mailboxWorld struct {
	t    *testing.T
	out  *receiveRun
	peer *transporttest.IMAPPeer

	mu     sync.Mutex
	r      *rand.Rand
	faults bool
	sent   map[string]bool // by Message-ID; true: its last copy was deleted for good, so that it need not be processed
	whole  map[string]bool // all bytes that were ever delivered

	readers []*mailReader
}

func newMailboxWorld(t *testing.T, out *receiveRun, seed uint64) *mailboxWorld {
	w := &mailboxWorld{t: t, out: out, peer: transporttest.NewIMAPPeer(), r: rand.New(rand.NewPCG(seed, 0x3A11)), faults: true, sent: map[string]bool{}, whole: map[string]bool{}}
	for name, special := range map[string]string{"Suppliers": "", "Papierkorb": `\Trash`, "Gesendet": `\Sent`} {
		w.peer.Folders[name] = &transporttest.IMAPBox{Validity: 1 + uint32(w.n(1000)), Next: 1, Special: special} //nolint:gosec // small
	}
	if w.n(4) == 0 {
		w.peer.Caps = strings.Replace(w.peer.Caps, " IDLE", "", 1)
	}
	if w.n(3) == 0 {
		w.peer.Caps = strings.Replace(w.peer.Caps, " ESEARCH", "", 1)
	}
	w.peer.Limit, w.peer.Answer = w.limit, w.answer
	w.readers = append(w.readers, openMailReader(w, "one"))
	if w.n(5) == 0 { // somebody tries another waybill on the same mailbox
		w.readers = append(w.readers, openMailReader(w, "another"))
	}
	return w
}

func (w *mailboxWorld) n(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.r.IntN(n)
}

// one is true once in n times, while there are faults.
func (w *mailboxWorld) one(n int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults && w.r.IntN(n) == 0
}

// limit cuts every third connection, at any byte.
func (w *mailboxWorld) limit() int {
	if !w.one(3) {
		return 0
	}
	w.out.count("cuts")
	return 1 + w.n(1+w.n(60_000))
}

// answer lets things happen between two commands, and refuses or ends some.
func (w *mailboxWorld) answer(c *transporttest.IMAPConn, tag, command string) bool {
	if strings.HasPrefix(command, "UID FETCH") && w.one(6) {
		if w.one(2) {
			w.move()
		} else {
			w.expunge()
		}
		w.out.count("gone between search and fetch")
	}
	if !w.one(40) {
		return false
	}
	w.out.count("refused commands")
	switch w.n(5) {
	case 0:
		_ = c.Printf("* BYE the server goes down\r\n")
		c.Conn.Close()
	case 1:
		c.Conn.Close()
	case 2:
		_, _ = io.Copy(io.Discard, c.R) // says nothing until the client gives up
	case 3:
		_ = c.Printf("%s NO [UNAVAILABLE] not now\r\n", tag)
	case 4:
		_ = c.Printf("* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n")
		return false
	}
	return true
}

func (w *mailboxWorld) run() {
	var all sync.WaitGroup
	all.Go(w.deliveries)
	all.Go(w.person)
	for _, r := range w.readers {
		all.Go(func() { r.live(time.Hour) })
	}
	all.Wait()
	w.mu.Lock()
	w.faults = false
	w.mu.Unlock()
	w.peer.HangUp()
	for _, r := range w.readers {
		all.Go(func() { r.live(40 * time.Minute) })
	}
	all.Wait()
	w.peer.HangUp()
	for _, r := range w.readers {
		r.process()
		r.check()
		r.close()
	}
	time.Sleep(time.Minute) // the peer's goroutines end
}

// mail writes the n-th mail: the first ones are a supplier's news about orders, the others are about nothing.
func (w *mailboxWorld) mail(n int) (id, raw string) {
	id = fmt.Sprintf("%d.%d@prairie.example", n, w.n(1<<30))
	lines := 0
	if w.n(3) == 0 { // reading takes most of the time: these are for connections that are cut inside of a mail
		lines = w.n(1 + w.n(120))
	}
	body := fmt.Sprintf("Hello, this is letter %d.\r\n%s", n, strings.Repeat("All is well here, and we hope the same of you.\r\n", lines))
	from := "visitor@elsewhere.example"
	if n < mailboxOrders {
		body, from = fmt.Sprintf("Order %s-A has shipped with UPS. Tracking number %s\r\n", mailboxOrder(n), upsNumber(uint64(n)+77)), "post@prairie.example" //nolint:gosec // small
	}
	return id, fmt.Sprintf("From: %s\r\nTo: orders@lantern-lane.example\r\nSubject: letter %d\r\nMessage-ID: <%s>\r\n\r\n%s", from, n, id, body)
}

// deliveries puts the mails into the mailbox within the hour: at the end, at places that were taken before, by a rule into another folder, and some twice.
func (w *mailboxWorld) deliveries() {
	folders := []string{"INBOX", "INBOX", "INBOX", "INBOX", "INBOX", "INBOX", "Spam", "Suppliers"}
	for i := range mailboxMails {
		time.Sleep(time.Duration(w.n(60)) * time.Second)
		id, raw := w.mail(i)
		w.mu.Lock()
		w.sent[id], w.whole[raw] = false, true
		w.mu.Unlock()
		folder := folders[w.n(len(folders))]
		date := time.Now().Add(-time.Duration(w.n(72)) * time.Hour)
		if w.n(8) == 0 {
			w.late(folder, raw, date)
		} else {
			w.peer.Deliver(folder, raw, date)
		}
		if w.n(12) == 0 { // by another way, so that its head is another
			w.out.count("copies")
			raw = "Received: by mx2.lantern-lane.example\r\n" + raw
			w.mu.Lock()
			w.whole[raw] = true
			w.mu.Unlock()
			w.peer.Deliver("INBOX", raw, date)
		}
		if w.one(60) {
			w.out.count("renumbered")
			w.peer.Renumber(folder)
		}
		if w.one(30) {
			w.peer.HangUp()
		}
	}
	time.Sleep(30 * time.Minute) // the last late ones
}

// late takes a place for a mail that is seen later, below others.
func (w *mailboxWorld) late(folder, raw string, date time.Time) {
	w.out.count("late")
	validity := func() uint32 {
		w.peer.Mu.Lock()
		defer w.peer.Mu.Unlock()
		return w.peer.Folders[folder].Validity
	}
	uid, before := w.peer.Reserve(folder), validity()
	time.AfterFunc(time.Duration(w.n(1700))*time.Second, func() {
		if validity() == before {
			w.peer.Appear(folder, uid, raw, date)
		} else {
			w.peer.Deliver(folder, raw, date)
		}
	})
}

// person reads in the same mailbox: moves, marks and deletes, as long as there are faults.
func (w *mailboxWorld) person() {
	for end := time.Now().Add(time.Hour); time.Now().Before(end); {
		time.Sleep(time.Duration(1+w.n(120)) * time.Second)
		switch w.n(8) {
		case 0, 1, 2:
			w.move()
		case 3:
			w.expunge()
		default:
			if folder, m := w.pick(); m != nil {
				w.out.count("marked")
				w.peer.See(folder, m.UID)
			}
		}
	}
}

// pick chooses a mail of a folder.
func (w *mailboxWorld) pick() (folder string, m *transporttest.IMAPLetter) {
	folder = []string{"INBOX", "INBOX", "INBOX", "Spam", "Suppliers", "Papierkorb"}[w.n(6)]
	w.peer.Mu.Lock()
	defer w.peer.Mu.Unlock()
	mails := w.peer.Folders[folder].Mails
	if len(mails) == 0 {
		return folder, nil
	}
	if w.n(2) == 0 {
		return folder, mails[len(mails)-1] // the newest: nobody may have read it
	}
	return folder, mails[w.n(len(mails))]
}

func (w *mailboxWorld) move() {
	from, m := w.pick()
	to := []string{"INBOX", "Spam", "Suppliers", "Papierkorb"}[w.n(4)]
	if m != nil && from != to && w.peer.Move(from, m.UID, to) {
		w.out.count("moved")
	}
}

// expunge deletes a mail for good: after that it need not be processed.
func (w *mailboxWorld) expunge() {
	folder, m := w.pick()
	if m == nil {
		return
	}
	w.out.count("expunged")
	w.peer.Expunge(folder, m.UID)
	_, rest, _ := strings.Cut(m.Raw, "Message-ID: <")
	id, _, _ := strings.Cut(rest, ">")
	w.mu.Lock()
	w.sent[id] = true
	w.mu.Unlock()
}

// errKilled is what a killed daemon's steps end with, errBooks what books answer that cannot write now.
var (
	errKilled = errors.New("killed")
	errBooks  = errors.New("the disk is full")
)

// mailLife is one process with its connection.
type mailLife struct {
	r    *mailReader
	keep transports.Keep
	kill context.CancelFunc
}

// step runs a commit and may kill the process before or after it.
func (l *mailLife) step(name string, commit func() error) error {
	if l.r.w.one(30) {
		l.r.w.out.count("killed before " + name)
		l.kill()
		return errKilled
	}
	if l.r.w.one(40) {
		l.r.w.out.count("refused by the books")
		return errBooks
	}
	err := commit()
	if l.r.w.one(30) {
		l.r.w.out.count("killed after " + name)
		l.kill()
		return errKilled
	}
	return err
}

func (l *mailLife) Load(ctx context.Context) ([]byte, error) { return l.r.cursor(ctx) }

func (l *mailLife) Save(ctx context.Context, value []byte) error {
	return l.step("cursor", func() error { return l.r.save(ctx, value) })
}

// watch is the life of one process.
func (l *mailLife) watch(ctx context.Context) {
	w := l.r.w
	account, err := imap.New(imap.Config{Name: "inbox:orders", Address: "127.0.0.1:143", Security: imap.None, Username: "orders", Password: "secret", Elsewhere: true,
		Cursor: l, Dialer: w.peer, Jitter: func() float64 { return float64(w.n(1000)) / 1000 }, BatchCount: 1 + w.n(20)})
	if err != nil {
		w.t.Error(err)
		return
	}
	_ = account.Watch(ctx, func(ctx context.Context, batch []transports.Item) error {
		return l.step("keep", func() error { return l.keep(ctx, batch) })
	})
}
