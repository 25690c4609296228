package store

import (
	"context"
	"sync"
	"time"
)

// news tells that the journal has grown.
type news struct {
	mu      sync.Mutex
	last    int64
	changed chan struct{} // closed by the next event
}

func (n *news) publish(seq int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if seq <= n.last {
		return
	}
	n.last = seq
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *news) wait() (last int64, changed <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.last, n.changed
}

// LastSeq is the number of the last event that was committed, as far as this process has heard.
func (s *Store) LastSeq() int64 {
	last, _ := s.news.wait()
	return last
}

func (tx *Tx) lastSeq() (int64, error) {
	var seq int64
	err := tx.one(func(row scanner) error { return row.Scan(&seq) }, `SELECT COALESCE(max(seq), 0) FROM journal`)
	return seq, err
}

// retryInterval is how long a node waits before it asks a PostgreSQL that did not answer again, and how often another process's
// file is looked at.
const retryInterval = time.Second

// Await returns when the journal has events after seq, also those of other nodes. It returns the error of ctx when that ends, or ErrClosed.
func (s *Store) Await(ctx context.Context, seq int64) error {
	s.listenNow()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		last, changed := s.news.wait()
		if last > seq {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return ErrClosed
		}
	}
}
