package store

import (
	"context"
	"sync"

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

// followPage is how many events Follow reads at once.
const followPage = 1000

// Follow gives f all events after seq, in commit order, each exactly once, in slices that are not empty; then it waits for more, also
// those of other nodes. It returns the error of f, of reading, or of ctx when that ends.
func (s *Store) Follow(ctx context.Context, after int64, f func([]order.Event) error) error {
	s.listen.Do(func() {
		if s.startListening != nil {
			s.startListening()
		}
	})
	for {
		_, changed := s.news.wait()
		for {
			var events []order.Event
			err := s.View(ctx, func(tx *Tx) (err error) {
				events, err = tx.JournalSince(after, followPage)
				return err
			})
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
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return ErrClosed
		}
	}
}
