package imap_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// peer is an IMAP server whose mailboxes and misbehaviour a test controls: UIDs can have gaps that fill later, numberings
// can change, and every answer can be replaced, cut or delayed. It lives on net.Pipe, so that it works in virtual time.
type peer struct {
	mu      sync.Mutex
	folders map[string]*box
	caps    string
	conns   map[*peerConn]bool
	dials   atomic.Int64
	refuse  error // of the next dials

	// answer, when set, may take over a command: it returns true when it has answered.
	answer func(c *peerConn, tag, command string) bool
	// fetch, when set, may change the lines of one FETCH answer; drop leaves the mail out.
	fetch func(c *peerConn, m *letterIn, r *fetchReply) (drop bool)
	// limit, when set, gives the number of bytes after which a new connection breaks, 0 for never.
	limit func() int
	// secure, when set, has the peer speak TLS from the first byte.
	secure *tls.Config
	// late is how long the peer takes for each chunk that it writes.
	late time.Duration
}

// box is a folder.
type box struct {
	validity uint32
	next     uint32
	special  string
	mails    []*letterIn // by UID
}

type letterIn struct {
	uid  uint32
	raw  string
	date time.Time
	gone bool // expunged, or known by another number now
}

// fetchReply is one FETCH answer in pieces; body is written as a literal after head, or NIL when nil.
type fetchReply struct {
	before string // whole lines
	head   string
	size   int // the literal's announced size
	body   *string
	tail   string
}

func newPeer() *peer {
	return &peer{
		folders: map[string]*box{"INBOX": {validity: 7, next: 1}, "Spam": {validity: 8, next: 1, special: `\Junk`}},
		caps:    "IMAP4rev1 IDLE ESEARCH SPECIAL-USE LIST-EXTENDED AUTH=PLAIN SASL-IR ID",
		conns:   map[*peerConn]bool{},
	}
}

// DialContext makes the peer a transports.Dialer.
func (p *peer) DialContext(context.Context, string, string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dials.Add(1)
	if p.refuse != nil {
		return nil, p.refuse
	}
	client, server := net.Pipe()
	if p.secure != nil {
		server = tls.Server(server, p.secure)
	}
	c := &peerConn{p: p, conn: server, r: bufio.NewReader(server)}
	if p.limit != nil {
		c.left = p.limit()
	}
	p.conns[c] = true
	go c.serve()
	return client, nil
}

// deliver puts a mail at the end of a folder and tells those who listen.
func (p *peer) deliver(folder, raw string, date time.Time) uint32 {
	p.mu.Lock()
	b := p.folders[folder]
	uid := b.next
	b.next++
	p.mu.Unlock()
	p.appear(folder, uid, raw, date)
	return uid
}

// reserve takes a UID for a mail that appears later.
func (p *peer) reserve(folder string) uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.folders[folder]
	b.next++
	return b.next - 1
}

// appear puts a mail at a UID.
func (p *peer) appear(folder string, uid uint32, raw string, date time.Time) {
	p.mu.Lock()
	b := p.folders[folder]
	i, _ := slices.BinarySearchFunc(b.mails, uid, func(m *letterIn, uid uint32) int { return int(int64(m.uid) - int64(uid)) })
	b.mails = slices.Insert(b.mails, i, &letterIn{uid: uid, raw: raw, date: date})
	p.mu.Unlock()
	p.poke()
}

func (p *peer) expunge(folder string, uid uint32) {
	p.mu.Lock()
	b := p.folders[folder]
	b.mails = slices.DeleteFunc(b.mails, func(m *letterIn) bool {
		if m.uid == uid {
			m.gone = true
		}
		return m.gone
	})
	p.mu.Unlock()
	p.poke()
}

// renumber gives a folder a new UIDVALIDITY and all its mails new UIDs, and ends the connections, as it must.
func (p *peer) renumber(folder string) {
	p.mu.Lock()
	b := p.folders[folder]
	b.validity++
	b.next = 1
	var fresh []*letterIn
	for _, m := range b.mails {
		m.gone = true
		fresh = append(fresh, &letterIn{uid: b.next, raw: m.raw, date: m.date})
		b.next++
	}
	b.mails = fresh
	p.mu.Unlock()
	p.hangUp()
}

// poke makes idle connections tell what has changed.
func (p *peer) poke() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		select {
		case c.idle() <- struct{}{}:
		default:
		}
	}
}

// say writes a line to every connection that is in IDLE.
func (p *peer) say(line string) {
	p.mu.Lock()
	var idle []*peerConn
	for c := range p.conns {
		if c.idling {
			idle = append(idle, c)
		}
	}
	p.mu.Unlock()
	for _, c := range idle {
		c.write(line + "\r\n")
	}
}

// repair ends all misbehaviour in FETCH answers.
func (p *peer) repair() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetch = nil
}

// hangUp ends all connections.
func (p *peer) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.conn.Close()
	}
}

type peerConn struct {
	p      *peer
	conn   net.Conn
	r      *bufio.Reader
	left   int // bytes until the connection breaks, 0: never
	folder *box
	view   []*letterIn // what the client knows, by sequence number
	idling bool
	wake   chan struct{}
	wmu    sync.Mutex
}

func (c *peerConn) idle() chan struct{} {
	if c.wake == nil {
		c.wake = make(chan struct{}, 1)
	}
	return c.wake
}

var errPeerCut = errors.New("the peer cut the connection")

func (c *peerConn) write(s string) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	const chunk = 4096
	for len(s) > 0 {
		n := min(len(s), chunk)
		if c.left > 0 {
			if n >= c.left {
				io.WriteString(c.conn, s[:c.left-1])
				c.conn.Close()
				return errPeerCut
			}
			c.left -= n
		}
		if c.p.late > 0 {
			time.Sleep(c.p.late)
		}
		if _, err := io.WriteString(c.conn, s[:n]); err != nil {
			return err
		}
		s = s[n:]
	}
	return nil
}

func (c *peerConn) printf(format string, args ...any) error {
	return c.write(fmt.Sprintf(format, args...))
}

func (c *peerConn) serve() {
	defer func() {
		c.conn.Close()
		c.p.mu.Lock()
		delete(c.p.conns, c)
		c.p.mu.Unlock()
	}()
	if c.printf("* OK [CAPABILITY %s] ready\r\n", c.p.caps) != nil {
		return
	}
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		c.p.mu.Lock()
		f := c.p.answer
		c.p.mu.Unlock()
		if f != nil && f(c, tag, command) {
			continue
		}
		if err := c.obey(tag, command); err != nil {
			return
		}
	}
}
