package transporttest

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

// IMAPPeer is an IMAP server whose mailboxes and misbehaviour a test controls: UIDs can have gaps that fill later, numberings
// can change, and every answer can be replaced, cut or delayed. It lives on net.Pipe, so that it works in virtual time.
type IMAPPeer struct {
	Mu      sync.Mutex
	Folders map[string]*IMAPBox
	Caps    string
	conns   map[*IMAPConn]bool
	Dials   atomic.Int64
	Refuse  error // of the next dials

	// Answer, when set, may take over a command: it returns true when it has answered.
	Answer func(c *IMAPConn, tag, command string) bool
	// Fetch, when set, may change the lines of one FETCH answer; drop leaves the mail out.
	Fetch func(c *IMAPConn, m *IMAPLetter, r *IMAPReply) (drop bool)
	// Limit, when set, gives the number of bytes after which a new connection breaks, 0 for never.
	Limit func() int
	// Secure, when set, has the peer speak TLS from the first byte.
	Secure *tls.Config
	// Late is how long the peer takes for each chunk that it writes.
	Late time.Duration
}

// IMAPBox is a folder.
type IMAPBox struct {
	Validity uint32
	Next     uint32
	Special  string
	Mails    []*IMAPLetter // by UID
}

// IMAPLetter is a mail in a folder.
type IMAPLetter struct {
	UID  uint32
	Raw  string
	Seen bool // a person has opened it
	date time.Time
	gone bool // expunged, or known by another number now
}

// IMAPReply is one FETCH answer in pieces; Body is written as a literal after Head, or NIL when nil.
type IMAPReply struct {
	Before string // whole lines
	Head   string
	Size   int // the literal's announced size
	Body   *string
	Tail   string
}

// NewIMAPPeer gives a server with INBOX and Spam, its junk folder, both empty.
func NewIMAPPeer() *IMAPPeer {
	return &IMAPPeer{
		Folders: map[string]*IMAPBox{"INBOX": {Validity: 7, Next: 1}, "Spam": {Validity: 8, Next: 1, Special: `\Junk`}},
		Caps:    "IMAP4rev1 IDLE ESEARCH SPECIAL-USE LIST-EXTENDED AUTH=PLAIN SASL-IR ID",
		conns:   map[*IMAPConn]bool{},
	}
}

// DialContext makes the peer a transports.Dialer.
func (p *IMAPPeer) DialContext(context.Context, string, string) (net.Conn, error) {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	p.Dials.Add(1)
	if p.Refuse != nil {
		return nil, p.Refuse
	}
	client, server := net.Pipe()
	if p.Secure != nil {
		server = tls.Server(server, p.Secure)
	}
	c := &IMAPConn{p: p, Conn: server, R: bufio.NewReader(server)}
	if p.Limit != nil {
		c.Left = p.Limit()
	}
	p.conns[c] = true
	go c.serve()
	return client, nil
}

// Deliver puts a mail at the end of a folder and tells those who listen.
func (p *IMAPPeer) Deliver(folder, raw string, date time.Time) uint32 {
	p.Mu.Lock()
	b := p.Folders[folder]
	uid := b.Next
	b.Next++
	p.Mu.Unlock()
	p.Appear(folder, uid, raw, date)
	return uid
}

// Reserve takes a UID for a mail that appears later.
func (p *IMAPPeer) Reserve(folder string) uint32 {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	b := p.Folders[folder]
	b.Next++
	return b.Next - 1
}

// Appear puts a mail at a UID.
func (p *IMAPPeer) Appear(folder string, uid uint32, raw string, date time.Time) {
	p.Mu.Lock()
	b := p.Folders[folder]
	i, _ := slices.BinarySearchFunc(b.Mails, uid, func(m *IMAPLetter, uid uint32) int { return int(int64(m.UID) - int64(uid)) })
	b.Mails = slices.Insert(b.Mails, i, &IMAPLetter{UID: uid, Raw: raw, date: date})
	p.Mu.Unlock()
	p.poke()
}

// Expunge removes a mail for good.
func (p *IMAPPeer) Expunge(folder string, uid uint32) {
	p.Mu.Lock()
	b := p.Folders[folder]
	b.Mails = slices.DeleteFunc(b.Mails, func(m *IMAPLetter) bool {
		if m.UID == uid {
			m.gone = true
		}
		return m.gone
	})
	p.Mu.Unlock()
	p.poke()
}

// See marks a mail as read and tells those who listen.
func (p *IMAPPeer) See(folder string, uid uint32) {
	p.Mu.Lock()
	for _, m := range p.Folders[folder].Mails {
		m.Seen = m.Seen || m.UID == uid
	}
	p.Mu.Unlock()
	p.Say(fmt.Sprintf("* 1 FETCH (FLAGS (\\Seen) UID %d)", uid))
}

// Move puts a mail into another folder, as MOVE does (RFC 6851): it has a new UID there, and the bytes and the date that it had. It reports whether the mail was
// there.
func (p *IMAPPeer) Move(from string, uid uint32, to string) bool {
	p.Mu.Lock()
	b := p.Folders[from]
	i := slices.IndexFunc(b.Mails, func(m *IMAPLetter) bool { return m.UID == uid })
	if i < 0 {
		p.Mu.Unlock()
		return false
	}
	m := b.Mails[i]
	p.Mu.Unlock()
	p.Deliver(to, m.Raw, m.date)
	p.Expunge(from, uid)
	return true
}

// Renumber gives a folder a new UIDVALIDITY and all its mails new UIDs, and ends the connections, as it must.
func (p *IMAPPeer) Renumber(folder string) {
	p.Mu.Lock()
	b := p.Folders[folder]
	b.Validity++
	b.Next = 1
	var fresh []*IMAPLetter
	for _, m := range b.Mails {
		m.gone = true
		fresh = append(fresh, &IMAPLetter{UID: b.Next, Raw: m.Raw, Seen: m.Seen, date: m.date})
		b.Next++
	}
	b.Mails = fresh
	p.Mu.Unlock()
	p.HangUp()
}

// poke makes idle connections tell what has changed.
func (p *IMAPPeer) poke() {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	for c := range p.conns {
		select {
		case c.idle() <- struct{}{}:
		default:
		}
	}
}

// Say writes a line to every connection that is in IDLE.
func (p *IMAPPeer) Say(line string) {
	p.Mu.Lock()
	var idle []*IMAPConn
	for c := range p.conns {
		if c.idling {
			idle = append(idle, c)
		}
	}
	p.Mu.Unlock()
	for _, c := range idle {
		c.Write(line + "\r\n")
	}
}

// Repair ends all misbehaviour in FETCH answers.
func (p *IMAPPeer) Repair() {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	p.Fetch = nil
}

// HangUp ends all connections.
func (p *IMAPPeer) HangUp() {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	for c := range p.conns {
		c.Conn.Close()
	}
}

// IMAPConn is one client's connection.
type IMAPConn struct {
	p      *IMAPPeer
	Conn   net.Conn
	R      *bufio.Reader
	Left   int // bytes until the connection breaks, 0: never
	Folder *IMAPBox
	View   []*IMAPLetter // what the client knows, by sequence number
	idling bool
	wake   chan struct{}
	wmu    sync.Mutex
}

func (c *IMAPConn) idle() chan struct{} {
	if c.wake == nil {
		c.wake = make(chan struct{}, 1)
	}
	return c.wake
}

var errPeerCut = errors.New("the peer cut the connection")

// Write writes to the client, in chunks, until the connection is to break.
func (c *IMAPConn) Write(s string) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	const chunk = 4096
	for len(s) > 0 {
		n := min(len(s), chunk)
		if c.Left > 0 {
			if n >= c.Left {
				io.WriteString(c.Conn, s[:c.Left-1])
				c.Conn.Close()
				return errPeerCut
			}
			c.Left -= n
		}
		if c.p.Late > 0 {
			time.Sleep(c.p.Late)
		}
		if _, err := io.WriteString(c.Conn, s[:n]); err != nil {
			return err
		}
		s = s[n:]
	}
	return nil
}

// Printf writes to the client.
func (c *IMAPConn) Printf(format string, args ...any) error {
	return c.Write(fmt.Sprintf(format, args...))
}

func (c *IMAPConn) serve() {
	defer func() {
		c.Conn.Close()
		c.p.Mu.Lock()
		delete(c.p.conns, c)
		c.p.Mu.Unlock()
	}()
	if c.Printf("* OK [CAPABILITY %s] ready\r\n", c.p.Caps) != nil {
		return
	}
	for {
		line, err := c.R.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		c.p.Mu.Lock()
		f := c.p.Answer
		c.p.Mu.Unlock()
		if f != nil && f(c, tag, command) {
			continue
		}
		if err := c.obey(tag, command); err != nil {
			return
		}
	}
}
