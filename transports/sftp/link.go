package sftp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"waybill/transports"
)

// link is one connection: SSH with one SFTP channel over it. The library has no timeouts, so every call goes through
// call, which ends the connection when the server owes an answer and sends nothing.
type link struct {
	a       *Account
	conn    *meter
	ssh     *ssh.Client
	sftp    *sftp.Client
	hostKey ssh.PublicKey

	// load is how many sessions use it, served whether one ever did, idle since when none does. Guarded by Account.mu.
	load   int
	served bool
	idle   time.Time

	listing   sync.Mutex
	listed    *lister // made when it is first needed
	oneAtMost bool    // the server refused a second channel

	down  chan struct{} // closed when it has ended
	once  sync.Once
	cause error // why it ended; set before down is closed
}

// meter counts what arrives, so that a slow server can be told from a silent one, and keeps the first line for messages.
type meter struct {
	net.Conn
	arrived atomic.Int64
	mu      sync.Mutex
	first   []byte
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if n > 0 && m.arrived.Add(int64(n)) <= 4096 {
		m.mu.Lock()
		m.first = append(m.first, p[:n]...)
		m.mu.Unlock()
	}
	return n, err
}

// said is the beginning of what arrived.
func (m *meter) said() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.first
}

// end closes the connection. Whoever waits for an answer gets transports.ErrLost.
func (l *link) end(cause error) {
	l.once.Do(func() {
		l.cause = cause
		l.a.drop(l)
		close(l.down)
		l.conn.Close()
	})
}

// lister gives the channel for listings.
func (l *link) lister() (*lister, error) {
	l.listing.Lock()
	defer l.listing.Unlock()
	if l.oneAtMost {
		return nil, errors.New("only one channel")
	}
	if l.listed == nil {
		x, err := newLister(l.ssh)
		if err != nil {
			l.oneAtMost = true
			return nil, err
		}
		l.listed = x
	}
	return l.listed, nil
}

// dropLister ends a channel that has gone wrong; the next listing makes another.
func (l *link) dropLister(x *lister) {
	l.listing.Lock()
	defer l.listing.Unlock()
	x.session.Close()
	if l.listed == x {
		l.listed = nil
	}
}

// tend watches over a connection until it has ended: it notices its death, asks an unused one whether it lives, and closes
// one that is not needed.
func (l *link) tend() {
	var dead sync.WaitGroup
	dead.Go(func() { l.end(fmt.Errorf("the connection ended: %w", l.ssh.Wait())) })
	dead.Go(func() { l.end(fmt.Errorf("the server ended SFTP: %w", cmp.Or(l.sftp.Wait(), io.EOF))) })
	defer dead.Wait()
	timer := time.NewTimer(l.a.c.KeepAlive)
	defer timer.Stop()
	before := l.conn.arrived.Load()
	for {
		select {
		case <-l.down:
			return
		case <-timer.C:
		}
		l.a.mu.Lock()
		unused := l.load == 0 && time.Since(l.idle) >= l.a.c.IdleClose
		l.a.mu.Unlock()
		if unused {
			l.end(errIdle)
			return
		}
		if now := l.conn.arrived.Load(); now == before {
			l.ask()
		}
		before = l.conn.arrived.Load()
		timer.Reset(l.a.c.KeepAlive)
	}
}

// ask sends OpenSSH's keepalive request, to which every server must give some answer (RFC 4254, section 4).
func (l *link) ask() {
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _, _ = l.ssh.SendRequest("keepalive@openssh.com", true, nil)
	}()
	timer := time.NewTimer(l.a.c.Timeout)
	defer timer.Stop()
	select {
	case <-answered:
	case <-l.down:
	case <-timer.C:
		l.end(silence(l.a.c.Timeout))
	}
}

// patience is how often a call may go on for another Timeout because bytes still arrive: a server that drips cannot hold
// a call for ever.
const patience = 20

// call runs one call of the library. When ctx ends first, the call is left to itself and drop gets its result; when the
// server is silent, the connection ends.
func call[T any](ctx context.Context, l *link, do func() (T, error), drop func(T)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result) // without room: a result that nobody waits for is dropped in the open
	left := make(chan struct{})
	go func() {
		v, err := do()
		select {
		case done <- result{v, err}:
		case <-left:
			if err == nil && drop != nil {
				drop(v)
			}
		}
	}()
	timer := time.NewTimer(l.a.c.Timeout)
	defer timer.Stop()
	for tries := 0; ; tries++ {
		before := l.conn.arrived.Load()
		select {
		case r := <-done:
			return r.value, l.meaning(r.err)
		case <-ctx.Done():
			close(left)
			return none, ctx.Err()
		case <-timer.C:
			if l.conn.arrived.Load() == before || tries >= patience {
				l.end(silence(l.a.c.Timeout))
				close(left)
				return none, l.meaning(transports.ErrLost)
			}
			timer.Reset(l.a.c.Timeout)
		}
	}
}

// act is call for what has no result.
func act(ctx context.Context, l *link, do func() error) error {
	_, err := call(ctx, l, func() (struct{}, error) { return struct{}{}, do() }, nil)
	return err
}

// The status codes that pkg/sftp has no names for; servers of later protocol versions send them to version 3 clients as
// well (draft-ietf-secsh-filexfer-13, section 9.1).
const (
	statusNoSuchPath    = 10
	statusAlreadyExists = 11
	statusWriteProtect  = 12
	statusNoSpace       = 14
	statusQuota         = 15
)

// meaning says what an error of the library means to the protocol of files. What the server did not say itself means that
// the connection cannot be trusted any more.
func (l *link) meaning(err error) error {
	var status *sftp.StatusError
	var known *transports.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, errShort):
		return err
	case errors.As(err, &status):
		switch status.Code {
		case uint32(sftp.ErrSSHFxNoConnection), uint32(sftp.ErrSSHFxConnectionLost):
			l.end(err)
			return l.lost()
		case uint32(sftp.ErrSSHFxOpUnsupported):
			return fmt.Errorf("%w: %w", transports.ErrUnsupported, err)
		case statusNoSuchPath:
			return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		case statusAlreadyExists:
			return fmt.Errorf("%w: %w", fs.ErrExist, err)
		case statusWriteProtect:
			return fmt.Errorf("%w: %w", fs.ErrPermission, err)
		case statusNoSpace, statusQuota:
			return fmt.Errorf("%w: %w", transports.ErrNoSpace, err)
		}
		return err
	}
	l.end(err)
	return l.lost()
}

func (l *link) lost() error {
	<-l.down
	return fmt.Errorf("%w: %w", transports.ErrLost, l.cause)
}
