package http

import (
	"context"
	"errors"
	"io"
	"sync"
)

// errBodyClosed stops the transport from reading on after Send has decided.
var errBodyClosed = errors.New("the request was given up")

// markedBody hands out a request body and calls mark just before its last byte. The transport reads it in a goroutine of its
// own, which may outlive the call that started it; after finish it hands out nothing and calls nothing.
type markedBody struct {
	ctx  context.Context
	mark func(context.Context) error

	mu      sync.Mutex
	rest    []byte
	closed  bool
	marked  bool  // mark returned nil, so the last byte may be on its way
	refusal error // what mark returned instead
}

func (b *markedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return 0, errBodyClosed
	case b.refusal != nil:
		return 0, b.refusal
	case len(b.rest) == 0:
		return 0, io.EOF
	case len(p) == 0:
		return 0, nil
	case len(b.rest) > 1:
		n := copy(p, b.rest[:len(b.rest)-1])
		b.rest = b.rest[n:]
		return n, nil
	}
	if err := b.callMark(); err != nil {
		return 0, err
	}
	n := copy(p, b.rest)
	b.rest = nil
	return n, nil
}

// callMark is called once, by Read or for a body without bytes. A context that has ended meanwhile counts as a refusal: nothing has
// been handed out yet.
func (b *markedBody) callMark() error {
	b.refusal = b.mark(b.ctx)
	if b.refusal == nil {
		b.refusal = b.ctx.Err()
	}
	b.marked = b.refusal == nil
	return b.refusal
}

// Close is called by the transport when it needs no more.
func (b *markedBody) Close() error { return nil }

// finish waits for a mark that is under way, lets no other begin, and says how far the body came.
func (b *markedBody) finish() (marked bool, refusal error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return b.marked, b.refusal
}
