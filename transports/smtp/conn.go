package smtp

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// maxAnswers is how many bytes a server may send in one step. Real answers to a whole group of commands stay far below it.
const maxAnswers = 256 << 10

var errFlood = errors.New("the server sends without end")

// conn is a connection below TLS that counts: what has been written decides verdicts, what may still be read bounds memory.
type conn struct {
	net.Conn
	written atomic.Int64
	budget  atomic.Int64
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

func (c *conn) Read(p []byte) (int, error) {
	if c.budget.Load() <= 0 {
		return 0, errFlood
	}
	n, err := c.Conn.Read(p)
	c.budget.Add(-int64(n))
	return n, err
}

// arrived tells, without waiting, whether the other side has sent something that was not read yet, or has ended the connection. Where that cannot be seen it
// may have.
func (c *conn) arrived() bool {
	sc, ok := c.Conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return true
	}
	some := true
	err = raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		some = !errors.Is(err, syscall.EAGAIN)
	})
	return err != nil || some
}

// watch gives each step of one message its time limit, and ends the current step when the message's context ends: at once
// before the dot, after the time of grace behind it.
type watch struct {
	ctx   context.Context
	conn  *conn
	grace time.Duration

	mu    sync.Mutex
	final bool // the dot is on its way
	over  bool
	stop  func() bool
}

func newWatch(ctx context.Context, c *conn, grace time.Duration) *watch {
	w := &watch{ctx: ctx, conn: c, grace: grace}
	w.stop = context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hurry()
	})
	return w
}

// step begins a step that may last so long.
func (w *watch) step(limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn.budget.Store(maxAnswers)
	_ = w.conn.SetDeadline(time.Now().Add(limit)) // fails only on a closed connection, and then so does the step
	if w.ctx.Err() != nil {
		w.hurry()
	}
}

// glance limits the next read to a moment, within a step.
func (w *watch) glance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx.Err() == nil {
		_ = w.conn.SetReadDeadline(time.Now().Add(d))
	}
}

// hurry shortens the current step; the caller holds the lock. A context that ends between two steps is found by step.
func (w *watch) hurry() {
	switch {
	case w.over:
	case w.final:
		_ = w.conn.SetDeadline(time.Now().Add(w.grace))
	default:
		_ = w.conn.SetDeadline(time.Unix(1, 0))
	}
}

// last begins the step in which the dot is sent and answered.
func (w *watch) last(limit time.Duration) {
	w.mu.Lock()
	w.final = true
	w.mu.Unlock()
	w.step(limit)
}

// end lets go of the connection.
func (w *watch) end() {
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
}
