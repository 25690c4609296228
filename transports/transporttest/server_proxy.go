package transporttest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Way is one direction through a Proxy.
type Way int

const (
	ToServer Way = iota
	ToClient
)

// Break is what a Proxy does to a connection at a point.
type Break string

const (
	// Cut ends the connection on both sides in the orderly way (FIN): the peers read EOF.
	Cut Break = "cut"
	// Reset ends it with RST on both sides: the peers get "connection reset by peer", and unread bytes are lost.
	Reset Break = "reset"
	// Stall leaves it open and lets nothing more through in either direction, as a firewall does that has forgotten it.
	Stall Break = "stall"
)

// Fault breaks one connection when a point in one direction is reached: everything before the point still arrives.
type Fault struct {
	Way   Way
	Break Break
	// After is the number of bytes that may pass; 0 breaks before the first byte.
	After int64
	// Until, when set, is looked for instead of counting: the point is right behind its first occurrence after After bytes.
	Until string
}

// Proxy is a TCP relay on 127.0.0.1 between a client and a server that adds distance and breaks connections on purpose.
type Proxy struct {
	// Addr is where clients connect, host:port.
	Addr string

	t        testing.TB
	target   string
	listener *net.TCPListener
	relays   sync.WaitGroup
	closed   chan struct{} // at the end of the test

	mu       sync.Mutex
	delay    time.Duration // one way
	faults   []Fault       // for the next connections, in order; a zero Break leaves one alone
	every    *Fault        // for all connections after those
	refuse   bool
	open     map[*link]bool
	accepted int
	passed   map[Way]int64
	broke    chan Fault
}

// StartProxy starts a proxy in front of target (host:port) and ends it, with all its connections, with the test.
func StartProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.ParseIP(Host), Port: port(t)})
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: l.Addr().String(), t: t, target: target, listener: l, open: map[*link]bool{}, passed: map[Way]int64{}, broke: make(chan Fault, 1024), closed: make(chan struct{})}
	p.relays.Go(p.accept)
	t.Cleanup(func() {
		l.Close()
		close(p.closed)
		p.BreakAll(Reset)
		p.relays.Wait()
	})
	return p
}

// SetRoundTrip sets the time that a byte and its answer spend on the way, half of it in each direction. It holds for bytes
// that come from now on; bandwidth is not limited, and order is kept. A new connection takes one round trip before its
// first byte goes on its way, as TCP's handshake would.
func (p *Proxy) SetRoundTrip(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d / 2
}

// Next plans faults for the next connections, one each in the order given. A Fault without Break leaves its connection alone.
func (p *Proxy) Next(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, faults...)
}

// Every plans the same fault for all connections that Next says nothing about; a Fault without Break ends that.
func (p *Proxy) Every(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.every = &f
}

// Refuse resets new connections right away, until it is called with false; those that are open stay.
func (p *Proxy) Refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = on
}

// SetTarget sends new connections to another server.
func (p *Proxy) SetTarget(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// BreakAll breaks every open connection now.
func (p *Proxy) BreakAll(b Break) {
	p.mu.Lock()
	var all []*link
	for c := range p.open {
		all = append(all, c)
	}
	p.mu.Unlock()
	for _, c := range all {
		c.end(b)
	}
}

// Broken delivers each planned fault when it has happened, so that a test can wait for it. It remembers the first thousand
// that nobody has asked for.
func (p *Proxy) Broken() <-chan Fault { return p.broke }

// Accepted counts the connections so far, Open those that are up.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Passed counts the bytes that were relayed in one direction so far.
func (p *Proxy) Passed(way Way) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passed[way]
}

// Open counts the connections that are up (a stalled one is).
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.AcceptTCP()
		if err != nil {
			return // closed at the end of the test
		}
		p.mu.Lock()
		p.accepted++
		refuse, target, trip := p.refuse, p.target, 2*p.delay
		fault := p.takeFault()
		p.mu.Unlock()
		if refuse {
			reset(client)
			continue
		}
		p.relays.Go(func() { p.relay(client, target, trip, fault) })
	}
}

// takeFault is called with the lock held.
func (p *Proxy) takeFault() Fault {
	if len(p.faults) > 0 {
		f := p.faults[0]
		p.faults = p.faults[1:]
		return f
	}
	if p.every != nil {
		return *p.every
	}
	return Fault{}
}

func (p *Proxy) relay(client *net.TCPConn, target string, trip time.Duration, fault Fault) {
	if trip > 0 {
		select {
		case <-time.After(trip):
		case <-p.closed:
		}
	}
	conn, err := net.DialTimeout("tcp4", target, patience)
	if err != nil {
		reset(client) // nobody listens behind us: as near to a refused connection as a relay can come
		return
	}
	server := conn.(*net.TCPConn) // what dialling tcp4 gives
	c := &link{client: client, server: server, stalled: make(chan struct{}), ended: make(chan struct{})}
	p.mu.Lock()
	p.open[c] = true
	p.mu.Unlock()
	select {
	case <-p.closed:
		c.end(Reset) // it came too late for the last BreakAll
	default:
	}
	var both sync.WaitGroup
	both.Go(func() { p.pump(c, ToServer, client, server, fault) })
	both.Go(func() { p.pump(c, ToClient, server, client, fault) })
	both.Wait()
	client.Close()
	server.Close()
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
}

// link is one connection through the proxy.
type link struct {
	client, server *net.TCPConn
	once           sync.Once
	ended          chan struct{} // closed when the connection is over
	stall          sync.Once
	stalled        chan struct{} // closed when nothing may pass any more
}

// grace is how long a cut connection still swallows what the peers send: closing a socket that has unread bytes would
// send RST, and a Cut is to be told from a Reset. After it, more bytes are answered with RST, as a server's own kernel does.
const grace = 20 * time.Millisecond

// end breaks the link. A stalled one can still be ended later, as the proxy's own end does.
func (c *link) end(b Break) {
	if b == Stall {
		c.stall.Do(func() { close(c.stalled) })
		return
	}
	c.once.Do(func() {
		close(c.ended)
		if b == Reset {
			reset(c.client)
			reset(c.server)
			return
		}
		for _, conn := range []*net.TCPConn{c.client, c.server} {
			_ = conn.CloseWrite() // an error means that it is gone already
			_ = conn.SetReadDeadline(time.Now().Add(grace))
		}
	})
}

// reset closes with RST: lingering for no time throws the unsent away and says so to the peer (socket(7), SO_LINGER).
func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0) // an error means that it is closed already
	conn.Close()
}

// parcel is what one read brought, and when it may arrive.
type parcel struct {
	bytes []byte
	due   time.Time
}

// The parcels under way in one direction are bounded, so that a peer that does not read is felt by the one that writes, as
// with a full TCP window. 8 MiB and 20 ms make 400 MB/s.
const (
	inFlight   = 256
	parcelSize = 32 << 10
)

// collect reads one side, stamps what comes, and throws away what comes after the end.
func (p *Proxy) collect(c *link, from *net.TCPConn, queue chan<- parcel) {
	defer close(queue)
	buffer := make([]byte, parcelSize)
	for {
		if !c.passing() {
			<-c.ended // a stalled link takes nothing more: the peer's kernel fills its buffer and waits
		}
		n, err := from.Read(buffer)
		if n > 0 {
			p.mu.Lock()
			delay := p.delay
			p.mu.Unlock()
			select {
			case queue <- parcel{bytes.Clone(buffer[:n]), time.Now().Add(delay)}:
			case <-c.ended:
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				c.end(Reset) // what one side did is what the other shall see
			}
			return
		}
	}
}

// pump moves one direction of a link: one goroutine reads and stamps, this one waits and writes, so delay costs no throughput.
func (p *Proxy) pump(c *link, way Way, from, to *net.TCPConn, fault Fault) {
	queue := make(chan parcel, inFlight)
	var reading sync.WaitGroup
	reading.Go(func() { p.collect(c, from, queue) })
	defer reading.Wait()
	trigger := trigger{fault: fault, armed: fault.Break != "" && fault.Way == way}
	if trigger.armed && fault.After == 0 && fault.Until == "" {
		p.apply(c, fault)
		if fault.Break != Stall {
			return
		}
	}
	for parcel := range queue {
		if !c.wait(parcel.due) {
			return
		}
		pass, hit := trigger.look(parcel.bytes)
		if !c.passing() {
			continue // stalled: bytes vanish, the connection stays
		}
		if _, err := to.Write(parcel.bytes[:pass]); err != nil {
			c.end(Reset)
			return
		}
		p.mu.Lock()
		p.passed[way] += int64(pass)
		p.mu.Unlock()
		if hit {
			p.apply(c, fault)
			if fault.Break != Stall {
				return
			}
		}
	}
	if !c.passing() {
		<-c.ended // a stalled link stays open although one side has left
		return
	}
	_ = to.CloseWrite() // half-closed, as the other side is; an error means it is gone altogether
}

func (p *Proxy) apply(c *link, f Fault) {
	c.end(f.Break)
	select {
	case p.broke <- f:
	default: // nobody listens
	}
}

// passing tells whether bytes may pass.
func (c *link) passing() bool {
	select {
	case <-c.stalled:
		return false
	default:
		return true
	}
}

// wait returns at the time due; false when the link has ended before.
func (c *link) wait(due time.Time) bool {
	d := time.Until(due)
	if d <= 0 {
		select {
		case <-c.ended:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ended:
		return false
	}
}

// trigger finds the point at which a fault happens, across the borders of reads.
type trigger struct {
	fault Fault
	armed bool
	seen  int64
	tail  []byte // the last bytes after fault.After, for an Until that two reads share
}

// look tells how many bytes of b may pass, and whether the point lies right behind them.
func (g *trigger) look(b []byte) (pass int, hit bool) {
	if !g.armed {
		return len(b), false
	}
	start := g.seen
	g.seen += int64(len(b))
	if g.fault.Until == "" {
		if g.seen < g.fault.After {
			return len(b), false
		}
		g.armed = false
		return int(g.fault.After - start), true
	}
	skip := min(max(g.fault.After-start, 0), int64(len(b)))
	window := append(g.tail, b[skip:]...)
	at := bytes.Index(window, []byte(g.fault.Until))
	if at < 0 {
		keep := min(len(window), len(g.fault.Until)-1)
		g.tail = bytes.Clone(window[len(window)-keep:])
		return len(b), false
	}
	g.armed = false
	return len(b) - (len(window) - at - len(g.fault.Until)), true
}
