package rig

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// memoryNet is a network in memory, in whatever time there is: connections with latency that break at a byte, stand still at a byte, or are not
// made at all, as the seed says. What breaks is drawn from the seed, the service and the number of the connection, and not from who comes first.
type memoryNet struct {
	seed  uint64
	rate  int // of a hundred connections so many break
	mu    sync.Mutex
	ports map[string]*memoryListener
	dials map[string]int
	moved time.Time // when a connection was opened or written to
	busy  time.Time // the same, but for those to polled
	// polled are where waybill only looks most of the time whether there is something.
	polled []string
	told   func(format string, args ...any)
}

func newMemoryNet(seed uint64, rate int) *memoryNet {
	return &memoryNet{seed: seed, rate: rate, ports: map[string]*memoryListener{}, dials: map[string]int{}, told: func(string, ...any) {}}
}

// moves notes that something passes through the network. The caller holds the lock.
func (n *memoryNet) moves(address string) {
	n.moved = time.Now()
	if !slices.Contains(n.polled, address) {
		n.busy = n.moved
	}
}

// lastMove is when something has passed last, and when something that was no look.
func (n *memoryNet) lastMove() (moved, busy time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.moved, n.busy
}

// drawn is a source of chance for something that has a name.
func drawn(seed uint64, name string, n int) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s#%d", name, n)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

type memoryListener struct {
	net    *memoryNet
	addr   *net.TCPAddr
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (n *memoryNet) listen() (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &memoryListener{net: n, addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1001 + len(n.ports)}, accept: make(chan net.Conn), closed: make(chan struct{})}
	n.ports[l.addr.String()] = l
	return l, nil
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

// line is one life's way into the network; when that life is over nothing gets out of it any more.
type line struct {
	net  *memoryNet
	mu   sync.Mutex
	dead bool
	mine []*memoryConn
}

// DialContext implements transports.Dialer.
func (d *line) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	n := d.net
	n.mu.Lock()
	l := n.ports[address]
	k := n.dials[address]
	n.dials[address]++
	n.moves(address)
	n.mu.Unlock()
	r := drawn(n.seed, address, k)
	latency := time.Duration(1+r.IntN(40)) * time.Millisecond
	time.Sleep(latency)
	if l == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	client, server := pipe(latency, l.addr)
	client.net = n
	if r.IntN(100) < n.rate {
		kind, way, at := []string{"cut", "stall", "refused"}[r.IntN(3)], r.IntN(2), r.IntN([]int{200, 3000, 20000}[r.IntN(3)])
		n.told("fault on connection %d to %s: %s after %d bytes, way %d", k, address, kind, at, way)
		if kind == "refused" {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}
		stream := []*stream{client.out, server.out}[way]
		stream.left, stream.breaks = at, kind
	}
	d.mu.Lock()
	dead := d.dead
	d.mine = append(d.mine, client)
	d.mu.Unlock()
	if dead {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}
	}
	select {
	case l.accept <- server:
		return client, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// die ends all connections of a life at once, as the kernel does when a process was killed.
func (d *line) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	for _, c := range d.mine {
		_ = c.Close()
	}
}

// stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	cond    *sync.Cond
	chunks  []chunk
	latency time.Duration
	ended   error // what the reader gets after the last chunk
	closed  bool  // by the reader: whoever writes gets an error
	until   time.Time
	// left is after how many bytes it breaks, and how: "cut" or "stall"; "" never.
	left   int
	breaks string
	other  *stream
}

type chunk struct {
	at   time.Time
	data []byte
}

func newStream(latency time.Duration) *stream {
	s := &stream{latency: latency}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *stream) write(p []byte) (int, error) {
	s.mu.Lock()
	if s.closed || s.ended != nil {
		s.mu.Unlock()
		return 0, errors.New("write: broken pipe")
	}
	n := len(p)
	cut := false
	if s.breaks != "" {
		if p = p[:min(len(p), s.left)]; len(p) < n {
			cut = s.breaks == "cut"
		}
		s.left -= len(p)
	}
	if len(p) > 0 {
		s.chunks = append(s.chunks, chunk{time.Now().Add(s.latency), append([]byte(nil), p...)})
		s.cond.Broadcast()
	}
	s.mu.Unlock()
	if cut {
		s.end(io.EOF)
		s.other.end(errors.New("read: connection reset by peer"))
		return len(p), errors.New("write: connection reset by peer")
	}
	return n, nil
}

func (s *stream) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = err
	}
	s.cond.Broadcast()
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		now := time.Now()
		switch {
		case s.closed:
			return 0, net.ErrClosed
		case !s.until.IsZero() && !now.Before(s.until):
			return 0, os.ErrDeadlineExceeded
		case len(s.chunks) > 0 && !s.chunks[0].at.After(now):
			n := copy(p, s.chunks[0].data)
			if s.chunks[0].data = s.chunks[0].data[n:]; len(s.chunks[0].data) == 0 {
				s.chunks = s.chunks[1:]
			}
			return n, nil
		case len(s.chunks) == 0 && s.ended != nil:
			return 0, s.ended
		}
		s.wait(now)
	}
}

// wait waits for something to happen, at most until the next moment that matters.
func (s *stream) wait(now time.Time) {
	next := s.until
	if len(s.chunks) > 0 && (next.IsZero() || s.chunks[0].at.Before(next)) {
		next = s.chunks[0].at
	}
	if !next.IsZero() {
		timer := time.AfterFunc(next.Sub(now), func() {
			s.mu.Lock()
			s.cond.Broadcast()
			s.mu.Unlock()
		})
		defer timer.Stop()
	}
	s.cond.Wait()
}

func (s *stream) deadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = t
	s.cond.Broadcast()
}

// memoryConn is one end.
type memoryConn struct {
	in, out       *stream
	local, remote net.Addr
	net           *memoryNet // of the daemon's end
}

// pipe makes a connection. Deadlines hold for reading alone: writing never waits.
func pipe(latency time.Duration, server *net.TCPAddr) (client, srv *memoryConn) {
	a, b := newStream(latency), newStream(latency)
	a.other, b.other = b, a
	us := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 50000}
	return &memoryConn{in: b, out: a, local: us, remote: server}, &memoryConn{in: a, out: b, local: server, remote: us}
}

func (c *memoryConn) Read(p []byte) (int, error) { return c.in.read(p) }

func (c *memoryConn) Write(p []byte) (int, error) {
	if c.net != nil {
		c.net.mu.Lock()
		c.net.moves(c.remote.String())
		c.net.mu.Unlock()
	}
	return c.out.write(p)
}

func (c *memoryConn) Close() error {
	c.out.end(io.EOF)
	c.in.mu.Lock()
	c.in.closed = true
	c.in.cond.Broadcast()
	c.in.mu.Unlock()
	return nil
}

func (c *memoryConn) LocalAddr() net.Addr  { return c.local }
func (c *memoryConn) RemoteAddr() net.Addr { return c.remote }

func (c *memoryConn) SetDeadline(t time.Time) error     { return c.SetReadDeadline(t) }
func (c *memoryConn) SetWriteDeadline(time.Time) error  { return nil }
func (c *memoryConn) SetReadDeadline(t time.Time) error { c.in.deadline(t); return nil }
