package imap_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// peer is an IMAP server whose mailboxes and misbehaviour a test controls: UIDs can have gaps that fill later, numberings
// can change, and every answer can be replaced, cut or delayed. It lives on net.Pipe, so that it works in virtual time.
type peer struct {
	mu      sync.Mutex
	folders map[string]*box
	caps    string
	conns   map[*peerConn]bool
	dials   int
	refuse  error // of the next dials

	// answer, when set, may take over a command: it returns true when it has answered.
	answer func(c *peerConn, tag, command string) bool
	// fetch, when set, may change the lines of one FETCH answer; drop leaves the mail out.
	fetch func(c *peerConn, m *letterIn, r *fetchReply) (drop bool)
	// limit, when set, gives the number of bytes after which a new connection breaks, 0 for never.
	limit func() int
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
	p.dials++
	if p.refuse != nil {
		return nil, p.refuse
	}
	client, server := net.Pipe()
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
	b.mails = slices.Insert(b.mails, i, &letterIn{uid, raw, date})
	p.mu.Unlock()
	p.poke()
}

func (p *peer) expunge(folder string, uid uint32) {
	p.mu.Lock()
	b := p.folders[folder]
	b.mails = slices.DeleteFunc(b.mails, func(m *letterIn) bool { return m.uid == uid })
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
		fresh = append(fresh, &letterIn{b.next, m.raw, m.date})
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
		if f := c.p.answer; f != nil && f(c, tag, command) {
			continue
		}
		if err := c.obey(tag, command); err != nil {
			return
		}
	}
}

func (c *peerConn) obey(tag, command string) error {
	name, args, _ := strings.Cut(command, " ")
	if name == "UID" {
		var sub string
		sub, args, _ = strings.Cut(args, " ")
		name += " " + sub
	}
	text := "done"
	switch name {
	case "CAPABILITY":
		if err := c.printf("* CAPABILITY %s\r\n", c.p.caps); err != nil {
			return err
		}
	case "AUTHENTICATE", "LOGIN":
		text = "[CAPABILITY " + c.p.caps + "] in"
	case "ID", "NOOP":
		if err := c.update(); err != nil {
			return err
		}
	case "LIST":
		c.p.mu.Lock()
		var out strings.Builder
		for name, b := range c.p.folders {
			fmt.Fprintf(&out, "* LIST (%s) \"/\" %q\r\n", b.special, name)
		}
		c.p.mu.Unlock()
		if err := c.write(out.String()); err != nil {
			return err
		}
	case "EXAMINE":
		return c.examine(tag, strings.Trim(args, `"`))
	case "STATUS":
		name, _, _ := strings.Cut(args, " ")
		name = strings.Trim(name, `"`)
		c.p.mu.Lock()
		b := c.p.folders[name]
		c.p.mu.Unlock()
		if b == nil {
			return c.printf("%s NO [NONEXISTENT] no such folder\r\n", tag)
		}
		c.p.mu.Lock()
		line := fmt.Sprintf("* STATUS %q (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n", name, len(b.mails), b.next, b.validity)
		c.p.mu.Unlock()
		if err := c.write(line); err != nil {
			return err
		}
	case "UID SEARCH":
		if err := c.search(tag, args); err != nil {
			return err
		}
	case "UID FETCH":
		if err := c.fetch(args); err != nil {
			return err
		}
		if err := c.update(); err != nil {
			return err
		}
	case "IDLE":
		if err := c.rest(); err != nil {
			return err
		}
	case "LOGOUT":
		c.printf("* BYE bye\r\n%s OK bye\r\n", tag)
		return io.EOF
	default:
		return c.printf("%s BAD %s is unknown\r\n", tag, name)
	}
	return c.printf("%s OK %s\r\n", tag, text)
}

func (c *peerConn) examine(tag, name string) error {
	c.p.mu.Lock()
	b := c.p.folders[name]
	c.folder, c.view = b, nil
	var out string
	if b == nil {
		out = tag + " NO [NONEXISTENT] no such folder\r\n"
	} else {
		c.view = slices.Clone(b.mails)
		out = fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n%s OK [READ-ONLY] open\r\n", len(c.view), b.validity, b.next, tag)
	}
	c.p.mu.Unlock()
	return c.write(out)
}

// update tells the client what has changed in the folder.
func (c *peerConn) update() error {
	if c.folder == nil {
		return nil
	}
	var out strings.Builder
	c.p.mu.Lock()
	for i := len(c.view) - 1; i >= 0; i-- {
		if !slices.Contains(c.folder.mails, c.view[i]) {
			fmt.Fprintf(&out, "* %d EXPUNGE\r\n", i+1)
			c.view = slices.Delete(c.view, i, i+1)
		}
	}
	if len(c.folder.mails) > len(c.view) {
		fmt.Fprintf(&out, "* %d EXISTS\r\n", len(c.folder.mails))
	}
	c.view = slices.Clone(c.folder.mails)
	c.p.mu.Unlock()
	return c.write(out.String())
}

func (c *peerConn) rest() error {
	c.p.mu.Lock()
	wake := c.idle()
	c.idling = true
	c.p.mu.Unlock()
	defer func() {
		c.p.mu.Lock()
		c.idling = false
		c.p.mu.Unlock()
	}()
	if err := c.write("+ idling\r\n"); err != nil {
		return err
	}
	if err := c.update(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.r.ReadString('\n') // DONE
		done <- err
	}()
	for {
		select {
		case <-wake:
			if err := c.update(); err != nil {
				<-done
				return err
			}
		case err := <-done:
			return err
		}
	}
}

// within parses a set of UIDs; "*" stands for the highest.
func (c *peerConn) within(set string) func(uint32) bool {
	top := uint32(0)
	if n := len(c.view); n > 0 {
		top = c.view[n-1].uid
	}
	number := func(s string) uint32 {
		if s == "*" {
			return top
		}
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			panic(fmt.Sprintf("the client sent the set %q", set))
		}
		return uint32(n)
	}
	type run struct{ a, b uint32 }
	var runs []run
	for part := range strings.SplitSeq(set, ",") {
		x, y, two := strings.Cut(part, ":")
		if !two {
			y = x
		}
		a, b := number(x), number(y)
		runs = append(runs, run{min(a, b), max(a, b)})
	}
	return func(uid uint32) bool {
		return slices.ContainsFunc(runs, func(r run) bool { return r.a <= uid && uid <= r.b })
	}
}

func (c *peerConn) search(tag, args string) error {
	if err := c.update(); err != nil {
		return err
	}
	args, extended := strings.CutPrefix(args, "RETURN (ALL) ")
	in := func(*letterIn) bool { return true }
	if set, ok := strings.CutPrefix(args, "UID "); ok {
		has := c.within(set)
		in = func(m *letterIn) bool { return has(m.uid) }
	} else if day, ok := strings.CutPrefix(args, "SINCE "); ok {
		since, err := time.Parse("2-Jan-2006", strings.Trim(day, `"`))
		if err != nil {
			panic(err)
		}
		in = func(m *letterIn) bool { return !m.date.UTC().Truncate(24 * time.Hour).Before(since) }
	}
	var uids []string
	for _, m := range c.view {
		if in(m) {
			uids = append(uids, strconv.Itoa(int(m.uid)))
		}
	}
	if !extended {
		return c.printf("* SEARCH %s\r\n", strings.Join(uids, " "))
	}
	all := ""
	if len(uids) > 0 {
		all = " ALL " + strings.Join(uids, ",")
	}
	return c.printf("* ESEARCH (TAG %q) UID%s\r\n", tag, all)
}

var partial = regexp.MustCompile(`BODY\.PEEK\[\]<0\.(\d+)>`)

func (c *peerConn) fetch(args string) error {
	set, items, _ := strings.Cut(args, " ")
	has := c.within(set)
	m := partial.FindStringSubmatch(items)
	if m == nil || strings.Contains(items, "FLAGS") {
		panic("the client asked for " + items)
	}
	limit, _ := strconv.Atoi(m[1])
	for i, l := range c.view {
		c.p.mu.Lock()
		gone := !slices.Contains(c.folder.mails, l)
		c.p.mu.Unlock()
		if !has(l.uid) || gone {
			continue
		}
		r := fetchReply{head: fmt.Sprintf("* %d FETCH (UID %d", i+1, l.uid), tail: ")\r\n"}
		if strings.Contains(items, "INTERNALDATE") {
			r.head += fmt.Sprintf(" INTERNALDATE %q RFC822.SIZE %d", l.date.Format("_2-Jan-2006 15:04:05 -0700"), len(l.raw))
		}
		body := l.raw[:min(len(l.raw), limit)]
		r.body, r.size = &body, len(body)
		c.p.mu.Lock()
		f := c.p.fetch
		c.p.mu.Unlock()
		if f != nil && f(c, l, &r) {
			continue
		}
		out := r.before + r.head + " BODY[]<0> "
		if r.body == nil {
			out += "NIL"
		} else {
			out += fmt.Sprintf("{%d}\r\n%s", r.size, *r.body)
		}
		if err := c.write(out + r.tail); err != nil {
			return err
		}
	}
	return nil
}
