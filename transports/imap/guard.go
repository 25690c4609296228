package imap

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// slowest is the rate, in bytes a second, below which a server counts as silent: a peer that trickles
	// must not hold a mailbox for hours, and the slowest link worth having is faster.
	slowest = 4 << 10
	// chatter is what a server may say between two commands, or besides what a command asked for, before it is
	// taken for broken. A mailbox in which a person marks 100,000 mails as read stays below it.
	chatter = 16 << 20
)

var (
	errSilent = errors.New("the server did not answer in time")
	errFlood  = errors.New("the server sends far more than it was asked for")
)

// guard is the net.Conn under the IMAP client. The client library has no timeout for a command, and its own for
// a response and a literal are fixed and absolute, so guard ignores those and keeps one rule instead: while
// an answer is expected, waiting for bytes uses up patience, and bytes that arrive give it back at the rate of
// slowest. Only time inside Read counts, so a slow consumer (keep waiting for the disk) never costs the connection.
type guard struct {
	net.Conn
	stall time.Duration // how long a Write may take
	// emptyAnswer is set while a token is said: the library writes an empty answer as "=", which is right only for the first one of a
	// dialogue (RFC 9051, section 6.2.2). XOAUTH2's answer to a refusal is an empty line. Under STARTTLS this is out of reach here, and
	// such a server refuses the "=" as it would have refused the token.
	emptyAnswer atomic.Bool

	mu       sync.Mutex
	waiting  bool
	patience time.Duration
	left     time.Duration // of patience
	armed    time.Time     // since when left is being used up
	got      int64         // bytes since the last expect
	budget   int64
	cause    error // why guard ended the connection, nil if it did not
}

func newGuard(c net.Conn, stall time.Duration) *guard {
	return &guard{Conn: c, stall: stall, budget: chatter}
}

// expect starts a wait for an answer of at most budget bytes beyond the usual chatter; the func it returns ends the wait.
func (g *guard) expect(patience time.Duration, budget int64) (done func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting, g.patience, g.left = true, patience, patience
	g.got, g.budget = 0, budget+chatter
	g.arm()
	return g.rest
}

func (g *guard) rest() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = false
	g.got, g.budget = 0, chatter
	g.arm()
}

// arm sets the deadline of the Read that runs or comes next.
func (g *guard) arm() {
	if !g.waiting {
		_ = g.Conn.SetReadDeadline(time.Time{})
		return
	}
	g.armed = time.Now()
	_ = g.Conn.SetReadDeadline(g.armed.Add(g.left))
}

func (g *guard) Read(p []byte) (int, error) {
	g.mu.Lock()
	g.arm()
	g.mu.Unlock()

	n, err := g.Conn.Read(p)

	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting {
		now := time.Now()
		g.left -= now.Sub(g.armed)
		g.left = min(g.patience, g.left+time.Duration(n)*time.Second/slowest)
		g.armed = now
	}
	g.got += int64(n)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		g.cause = errSilent
	case g.got > g.budget:
		g.cause = errFlood
		return 0, errFlood
	}
	return n, err
}

// Write gives each piece its own deadline, and its progress counts as patience regained: the server cannot answer
// an APPEND before it has all of it.
func (g *guard) Write(p []byte) (int, error) {
	_ = g.Conn.SetWriteDeadline(time.Now().Add(g.stall))
	if string(p) == "=\r\n" && g.emptyAnswer.Load() {
		if _, err := g.Conn.Write(p[1:]); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	n, err := g.Conn.Write(p)
	g.mu.Lock()
	defer g.mu.Unlock()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		g.cause = errSilent
	}
	if g.waiting && err == nil {
		g.left = g.patience
		g.arm()
	}
	return n, err
}

// SetReadDeadline, SetWriteDeadline and SetDeadline do nothing: the library's deadlines are not ours.
func (g *guard) SetReadDeadline(time.Time) error  { return nil }
func (g *guard) SetWriteDeadline(time.Time) error { return nil }
func (g *guard) SetDeadline(time.Time) error      { return nil }

// why tells what guard found wrong with the connection, or nil.
func (g *guard) why() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cause
}
