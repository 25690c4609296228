// Package demo is the practice world: mail, IMAP and SFTP servers, a channel that receives the webhook, and suppliers that answer, all
// in one process on 127.0.0.1. It drives the real daemon over real sockets; nothing in the daemon knows that it is a demo. The
// suppliers know what is true, and what the channel received is checked against it.
package demo

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"waybill/daemon/order"
	transporthttp "waybill/transports/http"
)

// World is the outside of a shop: everything that waybill speaks to.
type World struct {
	Dir string // holds configuration, database and drops

	now     func() time.Time
	mail    *mailServer
	drop    *Drop
	channel *channel
	cast    []*supplier

	mu       sync.Mutex
	seed     uint64
	random   *rand.Rand
	outside  int64             // bytes that reached anybody but the shop's own people
	truth    map[string]*truth // by order number
	said     tally
	second   []func() // what suppliers will say when their first answers were read
	shadow   bool
	work     sync.WaitGroup
	problems []string
}

// tally counts what the suppliers said.
type tally struct {
	items   int // mails and files
	answers int // what they say about one order each
	settles int // of these, may be settled without a person
	keyless int // of these, carry nothing that waybill planted
}

// truth is what really happened to an order, as its suppliers know it.
type truth struct {
	doc      order.Order
	tracking map[string]bool // numbers that left for this order
	pieces   map[string]int  // SKU to pieces shipped
	kinds    []string        // what else was said: out_of_stock, question, …
}

// Options are how large the world is.
type Options struct {
	Orders int
	Seed   uint64
	// Shadow begins in shadow mode: the owner serves all suppliers by hand, with what comes to them.
	Shadow bool
	// Dir is where it lives; empty: a temporary folder.
	Dir string
	// Now is the world's clock; nil: time.Now.
	Now func() time.Time
	// Day has twelve suppliers in place of ten: one is slow, and one forgets what is not asked for.
	Day bool
}

// Open starts the servers and writes a configuration for the daemon into Dir.
func Open(o Options) (w *World, err error) {
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "waybill-demo-"); err != nil {
			return nil, fmt.Errorf("make a folder for the practice world: %w", err)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	w = &World{Dir: o.Dir, now: o.Now, seed: o.Seed, shadow: o.Shadow, random: rand.New(rand.NewPCG(o.Seed, 0x5eed)), truth: map[string]*truth{}}
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	if w.mail, err = startMail(w); err != nil {
		return nil, fmt.Errorf("start the practice mail server: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if w.drop, err = OpenDrop(l, filepath.Join(o.Dir, "drop"), w.reached); err != nil {
		return nil, fmt.Errorf("start the practice SFTP server: %w", err)
	}
	if w.channel, err = startChannel(w); err != nil {
		return nil, fmt.Errorf("start the practice channel: %w", err)
	}
	w.cast = cast()
	if o.Day {
		w.cast = append(w.cast, dayCast()...)
	}
	return w, w.configure()
}

// Close ends the servers. The folder stays.
func (w *World) Close() {
	if w.channel != nil {
		_ = w.channel.server.Close()
	}
	if w.drop != nil {
		w.drop.Close()
	}
	if w.mail != nil {
		w.mail.close()
	}
}

// problem notes that the world itself failed: then no count can be trusted.
func (w *World) problem(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// channel receives the webhook and remembers what it was told.
type channel struct {
	now    func() time.Time
	server *http.Server
	url    string
	secret transporthttp.Secret

	mu    sync.Mutex
	told  map[string]*told // by order number
	ids   map[string]bool
	posts int
	calls chan struct{}
}

// told is what the channel heard of an order.
type told struct {
	tracking map[string]bool
	pieces   map[string]int
	types    map[string]int
	complete bool
}

// reached notes that something left the house.
func (w *World) reached(bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outside += int64(bytes)
}

// Outside is how many bytes have reached suppliers, customers and the channel; a command that changes something on their server is one.
func (w *World) Outside() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.outside
}

func startChannel(w *World) (*channel, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	secret, err := transporthttp.NewSecret([]byte("practice-secret-of-32-bytes-long"))
	if err != nil {
		return nil, err
	}
	c := &channel{now: w.now, url: "http://" + l.Addr().String() + "/waybill", secret: secret, told: map[string]*told{}, ids: map[string]bool{}, calls: make(chan struct{}, 1)}
	c.server = &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.reached(1); c.receive(rw, r) }), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			w.problem("the practice channel ended: %v", err)
		}
	}()
	return c, nil
}

func (w *World) hex(n int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(w.random.UintN(256))
	}
	return hex.EncodeToString(raw)
}

// wait waits until the channel heard something new, or a moment has passed.
func (c *channel) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-c.calls:
	}
}

// note counts one item with one answer, countMore further answers in it.
func (w *World) note(settles, keyless bool) {
	w.mu.Lock()
	w.said.items++
	w.mu.Unlock()
	w.count(1, settles, keyless)
}

func (w *World) countMore(n int, keyless bool) { w.count(n, true, keyless) }

func (w *World) count(n int, settles, keyless bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.answers += n
	if settles {
		w.said.settles += n
	}
	if keyless {
		w.said.keyless += n
	}
}

// later keeps what a supplier says in a second message.
func (w *World) later(say func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.second = append(w.second, say)
}
