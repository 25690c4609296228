package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"waybill/daemon/order"
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

// mayRecover tells whether reading failed because the server did not answer.
func (s *Store) mayRecover(ctx context.Context, err error) bool {
	return s.dialect == postgresDialect && ctx.Err() == nil && s.ctx.Err() == nil && !errors.Is(err, ErrDamaged)
}

// followPage is how many events Follow reads at once.
const followPage = 1000

// Follow gives f all events after seq, in commit order, each exactly once, in slices that are not empty; then it waits for
// more, also those of other nodes, and for a PostgreSQL that does not answer. It returns the error of f, of ctx when that ends,
// ErrClosed or ErrDamaged.
func (s *Store) Follow(ctx context.Context, after int64, f func([]order.Event) error) error {
	s.listen.Do(func() {
		if s.startListening != nil {
			s.startListening()
		}
	})
	for {
		_, changed := s.news.wait()
		var again <-chan time.Time
		for {
			var events []order.Event
			err := s.View(ctx, func(tx *Tx) (err error) {
				events, err = tx.JournalSince(after, followPage)
				return err
			})
			if err != nil && s.mayRecover(ctx, err) {
				s.log.Warn("the journal can't be read until PostgreSQL answers again", "error", err)
				again = time.After(retryInterval)
				break
			}
			if err != nil {
				return err
			}
			if len(events) == 0 {
				break
			}
			if err := f(events); err != nil {
				return err
			}
			after = events[len(events)-1].Seq
		}
		select {
		case <-changed:
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return ErrClosed
		}
	}
}
