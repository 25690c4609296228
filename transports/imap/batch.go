package imap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

// linger is how long a mail waits in a batch that is not full while more are on their way. On a fast link batches fill in
// milliseconds and share one fsync, on a slow one mails do not wait for each other.
const linger = 50 * time.Millisecond

// batch is what one call of keep takes.
type batch struct {
	items []fetched
	uids  uidSet
	bytes int64
	since time.Time
}

// fetched is a mail as it came.
type fetched struct {
	uid  imap.UID
	item transports.Item
}

// ordered gives the items by UID, which is how they came into the mailbox (RFC 9051 section 2.3.1.1): two fetches may hand over the last mail of the one
// and the first of the other the wrong way round.
func (b *batch) ordered() []transports.Item {
	slices.SortFunc(b.items, func(a, b fetched) int { return cmp.Compare(a.uid, b.uid) })
	items := make([]transports.Item, len(b.items))
	for i := range b.items {
		items[i] = b.items[i].item
	}
	return items
}

// sink gathers mails of one folder into batches, has them kept one batch at a time, and only then notes their UIDs in
// the cursor. The order of mails does not matter to it, as the cursor is a set: so several fetches may fill one sink, and
// when keep is slow they all wait in add, which slows the server down instead of filling the memory.
type sink struct {
	ctx      context.Context
	keep     transports.Keep
	commit   func(ctx context.Context, done uidSet, items int) error
	maxCount int
	maxBytes int64

	mu     sync.Mutex
	cur    batch
	queue  chan batch // one batch waits while one is being kept
	broken chan struct{}
	ended  chan struct{}
	err    error
}

func newSink(ctx context.Context, cfg *Config, keep transports.Keep, commit func(context.Context, uidSet, int) error) *sink {
	s := &sink{ctx: ctx, keep: keep, commit: commit, maxCount: cfg.BatchCount, maxBytes: cfg.BatchBytes,
		queue: make(chan batch, 1), broken: make(chan struct{}), ended: make(chan struct{})}
	go s.run()
	return s
}

var errKeep = errors.New("mails could not be stored")

func (s *sink) run() {
	defer close(s.ended)
	for b := range s.queue {
		if s.err != nil {
			continue
		}
		if len(b.items) > 0 {
			if err := s.keep(s.ctx, b.ordered()); err != nil {
				s.fail(fmt.Errorf("%w: %w", errKeep, err))
				continue
			}
		}
		if err := s.commit(s.ctx, b.uids, len(b.items)); err != nil {
			s.fail(fmt.Errorf("%w: %w", errKeep, err))
		}
	}
}

func (s *sink) fail(err error) {
	s.err = err
	close(s.broken)
}

// add takes one mail; false means that the sink is broken and nothing more will be kept. A nil item notes the UID as done only.
func (s *sink) add(uid imap.UID, item *transports.Item) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur.since.IsZero() {
		s.cur.since = time.Now()
	}
	s.cur.uids.add(uid, uid)
	if item != nil {
		s.cur.items = append(s.cur.items, fetched{uid, *item})
		s.cur.bytes += int64(len(item.Raw))
	}
	if len(s.cur.items) < s.maxCount && s.cur.bytes < s.maxBytes && time.Since(s.cur.since) < linger {
		return true
	}
	return s.flush()
}

func (s *sink) flush() bool {
	b := s.cur
	s.cur = batch{}
	select {
	case s.queue <- b:
		return true
	case <-s.broken:
		return false
	}
}

// finish keeps what is left and returns the first error of keep or of the cursor.
func (s *sink) finish() error {
	s.mu.Lock()
	if len(s.cur.uids) > 0 {
		s.flush()
	}
	close(s.queue)
	s.mu.Unlock()
	<-s.ended
	return s.err
}
