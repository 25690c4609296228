package web

import (
	"net"
	"net/netip"
	"sync"
)

const (
	// maxConnections is how many connections are open at once, maxFromOne how many of them from one address. More are closed at once, so that who opens
	// many and says nothing shuts nobody else out for long.
	maxConnections = 1024
	maxFromOne     = 64
)

// Listener bounds the connections of l. shared tells addresses behind which many may stand, the proxies; neighbours on this machine always count as such.
func Listener(l net.Listener, shared func(netip.Addr) bool) net.Listener {
	return &bounded{Listener: l, shared: shared, from: map[netip.Addr]int{}}
}

type bounded struct {
	net.Listener
	shared func(netip.Addr) bool

	mu   sync.Mutex
	all  int
	from map[netip.Addr]int
}

// Accept gives the next connection that is not one too many.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if done, ok := b.enter(c.RemoteAddr()); ok {
			return &counted{Conn: c, done: done}, nil
		}
		_ = c.Close()
	}
}

func (b *bounded) enter(remote net.Addr) (leave func(), ok bool) {
	var from netip.Addr
	if peer, err := netip.ParseAddrPort(remote.String()); err == nil {
		if a := peer.Addr().Unmap(); !a.IsLoopback() && !b.shared(a) {
			from = network(a)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all >= maxConnections || from.IsValid() && b.from[from] >= maxFromOne {
		return nil, false
	}
	b.all++
	b.from[from]++
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.all--
		if b.from[from]--; b.from[from] == 0 {
			delete(b.from, from)
		}
	}), true
}

// counted is a connection that makes room when it is closed.
type counted struct {
	net.Conn
	done func()
}

func (c *counted) Close() error {
	c.done()
	return c.Conn.Close()
}
