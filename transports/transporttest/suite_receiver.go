package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"waybill/transports"
)

// Memory is a transports.Cursor that lives as long as the test. Fail, when set, is what Save returns.
type Memory struct {
	mu    sync.Mutex
	value []byte
	Fail  error
}

// Load gives what was saved last.
func (m *Memory) Load(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.value), nil
}

// Save keeps a copy.
func (m *Memory) Save(_ context.Context, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fail != nil {
		return m.Fail
	}
	m.value = slices.Clone(value)
	return nil
}

// Ledger is what a caller of Receive keeps: it knows items by source and key, as the store does.
type Ledger struct {
	mu sync.Mutex
	// Items are those that were new, in the order in which they came; Repeats counts the others.
	Items   []transports.Item
	Repeats int
	// Fail, when set, is what Keep returns; nothing is kept then.
	Fail  error
	known map[string]bool
}

// Keep is a transports.Keep.
func (l *Ledger) Keep(_ context.Context, batch []transports.Item) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Fail != nil {
		return l.Fail
	}
	if l.known == nil {
		l.known = map[string]bool{}
	}
	for _, item := range batch {
		key := item.Source + "\x00" + item.Key
		if l.known[key] {
			l.Repeats++
			continue
		}
		l.known[key] = true
		item.Raw = slices.Clone(item.Raw)
		l.Items = append(l.Items, item)
	}
	return nil
}

// ReceiverPeer is where the items of a Receiver under test come from.
type ReceiverPeer interface {
	// Deliver makes an item with this body arrive, so that the next Receive finds it.
	Deliver(t *testing.T, body []byte)
	// Open gives a new Receiver that goes on from the cursor. If it is an io.Closer, the suite closes it.
	Open(t *testing.T, cursor transports.Cursor) transports.Receiver
	// Body takes out of an item what Deliver was given.
	Body(item transports.Item) []byte
}

// TestReceiver runs the suite that every Receiver must pass. newPeer makes a fresh peer for each case.
func TestReceiver(t *testing.T, newPeer func(t *testing.T) ReceiverPeer) {
	for name, run := range map[string]func(*testing.T, *receiving){
		"nothing_there":            nothingThere,
		"each_once":                eachOnce,
		"keep_fails":               keepFails,
		"cursor_cannot_be_saved":   cursorCannotBeSaved,
		"cursor_was_lost":          cursorWasLost,
		"another_receiver_goes_on": anotherGoesOn,
		"cancelled":                cancelled,
		"many":                     many,
	} {
		t.Run(name, func(t *testing.T) {
			run(t, &receiving{t: t, peer: newPeer(t), cursor: &Memory{}, ledger: &Ledger{}})
		})
	}
}

// receiving is one case: a peer, a memory and a ledger.
type receiving struct {
	t      *testing.T
	peer   ReceiverPeer
	cursor *Memory
	ledger *Ledger
}

func (r *receiving) deliver(bodies ...string) {
	r.t.Helper()
	for _, b := range bodies {
		r.peer.Deliver(r.t, []byte(b))
	}
}

// receive runs one Receive of a Receiver that is opened and closed for it.
func (r *receiving) receive() error {
	r.t.Helper()
	rx := r.peer.Open(r.t, r.cursor)
	defer r.close(rx)
	return rx.Receive(r.t.Context(), r.ledger.Keep)
}

func (r *receiving) close(rx transports.Receiver) {
	r.t.Helper()
	if c, ok := rx.(interface{ Close() error }); ok {
		if err := c.Close(); err != nil {
			r.t.Errorf("close: %v", err)
		}
	}
}

// want holds the ledger against the bodies that were delivered, in any order, and its items against what an item must say.
func (r *receiving) want(bodies ...string) {
	r.t.Helper()
	var got []string
	keys := map[string]bool{}
	for _, item := range r.ledger.Items {
		got = append(got, string(r.peer.Body(item)))
		if item.Source == "" || item.Key == "" {
			r.t.Errorf("an item without source or key: %+v", item)
		}
		if keys[item.Key] {
			r.t.Errorf("two items have the key %q", item.Key)
		}
		keys[item.Key] = true
		if item.Size != int64(len(item.Raw)) {
			r.t.Errorf("item %q says %d bytes and has %d", item.Key, item.Size, len(item.Raw))
		}
	}
	slices.Sort(got)
	slices.Sort(bodies)
	if !slices.Equal(got, bodies) {
		r.t.Errorf("received %q, want %q", got, bodies)
	}
}

func nothingThere(t *testing.T, r *receiving) {
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.want()
}

func eachOnce(t *testing.T, r *receiving) {
	r.deliver("one", "two")
	rx := r.peer.Open(t, r.cursor)
	defer r.close(rx)
	for range 3 {
		if err := rx.Receive(t.Context(), r.ledger.Keep); err != nil {
			t.Fatal(err)
		}
	}
	r.deliver("three")
	for range 3 {
		if err := rx.Receive(t.Context(), r.ledger.Keep); err != nil {
			t.Fatal(err)
		}
	}
	r.want("one", "two", "three")
	if r.ledger.Repeats != 0 {
		t.Errorf("%d items were handed over again", r.ledger.Repeats)
	}
}

// keepFails: what was not stored must not be acknowledged.
func keepFails(t *testing.T, r *receiving) {
	r.deliver("one", "two")
	r.ledger.Fail = errors.New("the disk is full")
	if err := r.receive(); !errors.Is(err, r.ledger.Fail) {
		t.Errorf("error %v does not wrap that of keep", err)
	}
	r.ledger.Fail = nil
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.want("one", "two")
}

func cursorCannotBeSaved(t *testing.T, r *receiving) {
	r.deliver("one", "two")
	r.cursor.Fail = errors.New("the disk is full")
	if err := r.receive(); !errors.Is(err, r.cursor.Fail) {
		t.Errorf("error %v does not wrap that of the cursor", err)
	}
	r.cursor.Fail = nil
	for range 2 {
		if err := r.receive(); err != nil {
			t.Fatal(err)
		}
	}
	r.want("one", "two")
}

// cursorWasLost: what is handed over again has the same key, by which the ledger knows it.
func cursorWasLost(t *testing.T, r *receiving) {
	r.deliver("one", "two")
	for range 2 {
		if err := r.receive(); err != nil {
			t.Fatal(err)
		}
		r.cursor = &Memory{}
	}
	r.want("one", "two")
}

func anotherGoesOn(t *testing.T, r *receiving) {
	r.deliver("one")
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.deliver("two")
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.want("one", "two")
	if r.ledger.Repeats != 0 {
		t.Errorf("%d items were handed over again", r.ledger.Repeats)
	}
}

func cancelled(t *testing.T, r *receiving) {
	r.deliver("one")
	rx := r.peer.Open(t, r.cursor)
	defer r.close(rx)
	ctx, cancel := context.WithCancel(t.Context())
	err := rx.Receive(ctx, func(ctx context.Context, batch []transports.Item) error {
		cancel()
		return ctx.Err()
	})
	if err == nil {
		t.Error("no error, though nothing was kept")
	}
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.want("one")
}

func many(t *testing.T, r *receiving) {
	var all []string
	for i := range 250 {
		all = append(all, fmt.Sprintf("%d of many %s", i, bytes.Repeat([]byte{'x'}, i)))
	}
	r.deliver(all...)
	if err := r.receive(); err != nil {
		t.Fatal(err)
	}
	r.want(all...)
}
