package store

import (
	"strings"
	"sync"
)

// Bells that nodes ring for each other, so that nobody has to poll for the work that another has made.
const (
	// BellItems: something was kept that is to be read. BellDuties: a duty is free. BellPauses: sending was stopped or goes on.
	BellItems  = "items"
	BellDuties = "duties"
	BellPauses = "pauses"
	// BellLane, with the lane behind it: something is queued there.
	BellLane = "lane:"
)

// rings tells the one who listens.
type rings struct {
	mu   sync.Mutex
	told func(bell string)
}

func (r *rings) ring(bell string) {
	r.mu.Lock()
	told := r.told
	r.mu.Unlock()
	if told != nil {
		told(bell)
	}
}

// OnRing has told hear the bells of other nodes, from now on; "" is each of them, after a time without ears. It must not wait.
func (s *Store) OnRing(told func(bell string)) {
	s.rings.mu.Lock()
	s.rings.told = told
	s.rings.mu.Unlock()
	s.listenNow()
}

func (s *Store) listenNow() {
	s.listen.Do(func() {
		if s.startListening != nil {
			s.startListening()
		}
	})
}

// Ring has the other nodes hear a bell when this transaction is committed. PostgreSQL makes one of several alike. Who is not heard looks by itself, only
// later: no work hangs on it.
func (tx *Tx) Ring(bell string) {
	if tx.store.Shared() {
		_ = tx.later(`SELECT pg_notify('`+bellChannel+`', ?)`, tx.store.boot+" "+bell) // an error is the transaction's
	}
}

// heardBell takes a bell from PostgreSQL; our own are known.
func (s *Store) heardBell(payload string) {
	if from, bell, ok := strings.Cut(payload, " "); ok && from != s.boot {
		s.rings.ring(bell)
	}
}
