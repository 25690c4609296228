package proof

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"
)

// DNS is a Resolver over the network that remembers answers for a while. The system's resolver tells no time to live, so what is remembered is bounded: a key
// that was withdrawn is believed for ten minutes at most.
type DNS struct {
	lookup func(ctx context.Context, name string) ([]string, error)
	now    func() time.Time

	mu     sync.Mutex
	known  map[string]answer
	heard  int       // how often the server has said something
	silent time.Time // until then nothing is asked: a server that does not answer would hold up one mail after the other
}

type answer struct {
	texts []string
	err   error
	until time.Time
}

const (
	foundFor   = 10 * time.Minute
	missingFor = time.Minute
	askFor     = 5 * time.Second
	silentFor  = 15 * time.Second
	mostKnown  = 10_000
)

// NewDNS asks a DNS server, "" for those of the system. dial opens its connections.
func NewDNS(server string, dial func(ctx context.Context, network, address string) (net.Conn, error), now func() time.Time) *DNS {
	d := &DNS{now: now, known: map[string]answer{}}
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if server != "" {
			address = server
		}
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if packets, ok := c.(net.PacketConn); ok {
			return packetListener{listener{c, d}, packets}, nil
		}
		return listener{c, d}, nil
	}}
	d.lookup = r.LookupTXT
	return d
}

// listener notes that the server says something, whatever it is. The resolver tells packets from streams by PacketConn.
type listener struct {
	net.Conn
	d *DNS
}

type packetListener struct {
	listener
	net.PacketConn
}

func (l listener) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if n > 0 {
		l.d.mu.Lock()
		l.d.heard++
		l.d.mu.Unlock()
	}
	return n, err
}

// LookupTXT gives the text records of a name, each as one text. No records are an error that is not temporary.
func (d *DNS) LookupTXT(ctx context.Context, name string) ([]string, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	now := d.now()
	d.mu.Lock()
	a, ok := d.known[name]
	silent, heard := now.Before(d.silent), d.heard
	d.mu.Unlock()
	switch {
	case ok && now.Before(a.until):
		return a.texts, a.err
	case silent:
		return nil, temporary{errors.New("the DNS did not answer a moment ago")}
	}
	ask, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	a.texts, a.err = d.lookup(ask, name+".") // absolute: no search list of the machine's
	a.until = now.Add(foundFor)
	if a.err != nil {
		if missing := (*net.DNSError)(nil); !errors.As(a.err, &missing) || !missing.IsNotFound {
			// Whatever it is, it says nothing of the record. What one domain's servers do wrong says nothing of others' either.
			a.err = temporary{a.err}
			d.mu.Lock()
			defer d.mu.Unlock()
			if until := d.now().Add(silentFor); d.heard == heard {
				d.silent = until
			} else {
				a.until = until
				d.remember(name, a)
			}
			return nil, a.err
		}
		a.until = now.Add(missingFor)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remember(name, a)
	return a.texts, a.err
}

// remember is for who holds the lock.
func (d *DNS) remember(name string, a answer) {
	if len(d.known) >= mostKnown {
		clear(d.known)
	}
	d.known[name] = a
}
