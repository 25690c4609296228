package rig

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// wire is a connection in memory that behaves as one over TCP does: each direction has room for what the other side has not read yet, what was written
// before the end can still be read, a reset drops it, and deadlines count in the time of whoever waits, so that in a bubble of testing/synctest a stall costs
// nothing.
type wire struct {
	mu   sync.Mutex
	ways [2]way // from the client, from the server
	ends [2]wireEnd
	wake chan struct{} // closed and made anew at each change
}

// way is one direction.
type way struct {
	pending []byte
	room    int
	passed  int64 // bytes that were taken on
	err     error // what a reader gets when nothing is pending any more
	broken  error // what a writer gets
	silent  bool  // swallows what is written
	// limit breaks the direction when so many bytes have passed: what comes behind them is not delivered. do is called once, without the lock. 0: none.
	limit int64
	do    func()
}

// wireEnd is one side of a wire.
type wireEnd struct {
	w           *wire
	in, out     int // which of the ways
	read, write time.Time
	address     net.Addr
}

const (
	fromClient = 0
	fromServer = 1
)

// newWire gives a connection whose client is at the first and whose server at the second end.
func newWire(room int) *wire {
	w := &wire{wake: make(chan struct{})}
	here := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 25}
	for i := range w.ways {
		w.ways[i].room = room
		w.ends[i] = wireEnd{w: w, in: 1 - i, out: i, address: here}
	}
	return w
}

func (w *wire) client() net.Conn { return &w.ends[fromClient] }
func (w *wire) server() net.Conn { return &w.ends[fromServer] }

// changed wakes all who wait; the caller holds the lock.
func (w *wire) changed() {
	close(w.wake)
	w.wake = make(chan struct{})
}

// end breaks both directions: what was written can still be read (FIN), or not (RST).
func (w *wire) end(reset bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.endLocked(reset)
}

func (w *wire) endLocked(reset bool) {
	for i := range w.ways {
		y := &w.ways[i]
		if y.err != nil {
			continue
		}
		y.err, y.broken = io.EOF, syscall.EPIPE
		if reset {
			y.err, y.broken, y.pending = syscall.ECONNRESET, syscall.ECONNRESET, nil
		}
	}
	w.changed()
}

// breakAfter has a direction deliver n more bytes and then calls do.
func (w *wire) breakAfter(direction int, n int64, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	y := &w.ways[direction]
	y.limit, y.do = y.passed+n, do
}

// silence has both directions swallow everything from now on.
func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ways[0].silent, w.ways[1].silent = true, true
}

func (e *wireEnd) Read(p []byte) (int, error) {
	for {
		e.w.mu.Lock()
		y := &e.w.ways[e.in]
		if late(e.read) {
			e.w.mu.Unlock()
			return 0, os.ErrDeadlineExceeded
		}
		if n := copy(p, y.pending); n > 0 || len(p) == 0 {
			y.pending = y.pending[n:]
			e.w.changed()
			e.w.mu.Unlock()
			return n, nil
		}
		err, wake, until := y.err, e.w.wake, e.read
		e.w.mu.Unlock()
		if err != nil {
			return 0, err
		}
		waitFor(wake, until)
	}
}

func (e *wireEnd) Write(p []byte) (written int, err error) {
	for {
		e.w.mu.Lock()
		y := &e.w.ways[e.out]
		switch {
		case y.broken != nil:
			err = y.broken
		case late(e.write):
			err = os.ErrDeadlineExceeded
		}
		if err != nil {
			e.w.mu.Unlock()
			return written, err
		}
		n := min(len(p)-written, max(y.room-len(y.pending), 0))
		if y.limit > 0 {
			n = min(n, int(y.limit-y.passed))
		}
		if !y.silent {
			y.pending = append(y.pending, p[written:written+n]...)
		}
		y.passed += int64(n)
		written += n
		var do func()
		if y.limit > 0 && y.passed >= y.limit && y.do != nil {
			do, y.do = y.do, nil
			y.limit, y.silent, written = 0, true, len(p) // the rest is taken on and never arrives
		}
		if n > 0 {
			e.w.changed()
		}
		wake, until := e.w.wake, e.write
		e.w.mu.Unlock()
		if do != nil {
			do()
		}
		if written == len(p) {
			return written, nil
		}
		waitFor(wake, until)
	}
}

// Close ends both directions in order.
func (e *wireEnd) Close() error { e.w.end(false); return nil }

func (e *wireEnd) LocalAddr() net.Addr  { return e.address }
func (e *wireEnd) RemoteAddr() net.Addr { return e.address }

func (e *wireEnd) SetDeadline(t time.Time) error {
	e.w.mu.Lock()
	defer e.w.mu.Unlock()
	e.read, e.write = t, t
	e.w.changed()
	return nil
}

func (e *wireEnd) SetReadDeadline(t time.Time) error {
	e.w.mu.Lock()
	defer e.w.mu.Unlock()
	e.read = t
	e.w.changed()
	return nil
}

func (e *wireEnd) SetWriteDeadline(t time.Time) error {
	e.w.mu.Lock()
	defer e.w.mu.Unlock()
	e.write = t
	e.w.changed()
	return nil
}

func late(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

// waitFor waits for a change, or until a moment.
func waitFor(wake <-chan struct{}, until time.Time) {
	var at <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		at = timer.C
	}
	select {
	case <-wake:
	case <-at:
	}
}

// wires is a transports.Dialer: whatever is dialed leads to serve, over a wire.
type wires struct {
	room  int
	serve func(*wire)

	mu     sync.Mutex
	open   []*wire
	dead   bool
	served sync.WaitGroup
}

var errDead = errors.New("this process was killed")

func (d *wires) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return nil, errDead
	}
	w := newWire(d.room)
	d.open = append(d.open, w)
	d.served.Go(func() {
		d.serve(w)
		w.end(false)
	})
	return w.client(), nil
}

// kill ends every connection as the end of the process that had opened them does, and lets it open no other. It returns when nobody serves them any more.
func (d *wires) kill() {
	d.mu.Lock()
	d.dead = true
	open := d.open
	d.open = nil
	d.mu.Unlock()
	for _, w := range open {
		w.end(true)
	}
	d.served.Wait()
}
