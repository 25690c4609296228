package sftp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// wire is one direction of a connection in memory, with room, so that both sides may write first, as SSH does. It counts
// packets: SSH writes each with one call.
type wire struct {
	mu      sync.Mutex
	more    *sync.Cond
	pending []byte
	ended   bool // no more will come; what is pending can still be read
	packets int
	cutAt   int    // before this packet, counted from 1, the connection is cut; 0 never
	cut     func() // cuts both directions
	silent  bool   // takes everything and delivers nothing
}

func newWire(cutAt int) *wire {
	w := &wire{cutAt: cutAt}
	w.more = sync.NewCond(&w.mu)
	return w
}

func (w *wire) write(p []byte) (int, error) {
	w.mu.Lock()
	if w.ended {
		w.mu.Unlock()
		return 0, io.ErrClosedPipe
	}
	w.packets++
	if w.cutAt > 0 && w.packets >= w.cutAt {
		w.mu.Unlock()
		w.cut()
		return 0, io.ErrClosedPipe
	}
	defer w.mu.Unlock()
	if !w.silent {
		w.pending = append(w.pending, p...)
	}
	w.more.Broadcast()
	return len(p), nil
}

func (w *wire) read(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) == 0 {
		if w.ended {
			return 0, io.EOF
		}
		w.more.Wait()
	}
	n := copy(p, w.pending)
	w.pending = w.pending[n:]
	return n, nil
}

func (w *wire) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.more.Broadcast()
}

// side is one end of a connection in memory.
type side struct {
	in, out *wire
}

func (s *side) Read(p []byte) (int, error)  { return s.in.read(p) }
func (s *side) Write(p []byte) (int, error) { return s.out.write(p) }
func (s *side) Close() error                { s.in.end(); s.out.end(); return nil }
func (s *side) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (s *side) RemoteAddr() net.Addr        { return &net.TCPAddr{} }

func (s *side) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (s *side) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (s *side) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// cut is where one connection breaks: before a packet in one direction.
type cut struct {
	toServer, toClient int
}

// network is a transports.Dialer that leads to the server over wires, and breaks them as planned.
type network struct {
	server *server

	mu     sync.Mutex
	cuts   []cut // for the next connections
	lines  []*line
	refuse error
}

// line is one connection that was made.
type line struct {
	toServer, toClient *wire
}

func (n *network) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refuse != nil {
		return nil, n.refuse
	}
	var c cut
	if len(n.cuts) > 0 {
		c, n.cuts = n.cuts[0], n.cuts[1:]
	}
	l := &line{newWire(c.toServer), newWire(c.toClient)}
	end := func() { l.toServer.end(); l.toClient.end() }
	l.toServer.cut, l.toClient.cut = end, end
	n.lines = append(n.lines, l)
	n.server.serve(&side{in: l.toServer, out: l.toClient})
	return &side{in: l.toClient, out: l.toServer}, nil
}

// silence makes every connection swallow what is sent, as a firewall does that has forgotten it.
func (n *network) silence() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.lines {
		for _, w := range []*wire{l.toServer, l.toClient} {
			w.mu.Lock()
			w.silent = true
			w.mu.Unlock()
		}
	}
}

var errUnreachable = errors.New("network is unreachable")
