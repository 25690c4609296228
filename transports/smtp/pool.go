package smtp

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"waybill/transports"
)

// job is one message on its way through a worker.
type job struct {
	ctx     context.Context
	message transports.Message
	needs   needs
	mark    func(context.Context) error
	done    chan result // buffered, so that a worker never waits for a caller who has left

	state     atomic.Int32 // waiting until mark is called, unless Send leaves before that
	announced bool         // the envelope has been written behind the previous message's dot
	retried   bool         // a kept connection had died; the second attempt is the last one
}

type result struct {
	receipt transports.Receipt
	err     error
}

const (
	waiting int32 = iota
	marking
	abandoned
)

// abandon lets Send return. It fails when mark has been called: then only the worker knows the verdict.
func (j *job) abandon() bool { return j.state.CompareAndSwap(waiting, abandoned) }

// begin claims the right to call mark. It fails when Send has returned.
func (j *job) begin() bool { return j.state.CompareAndSwap(waiting, marking) }

func (j *job) wanted() bool { return j.state.Load() != abandoned && j.ctx.Err() == nil }

func (j *job) fail(err error) { j.done <- result{err: err} }

// pool hands jobs to workers, each of which owns at most one connection.
type pool struct {
	mu      sync.Mutex
	queue   []*job
	idle    []*worker // connected; the one that was busy last is at the end and is taken first, so that the others can expire
	workers int
	limit   int // how many workers the server bears, as far as is known
	most    int // how many the configuration permits
	closed  bool
	running sync.WaitGroup
}

// submit gives a job to an idle worker, to a new one, or to the queue. It is false when the sender has been closed.
func (s *Sender) submit(j *job) bool {
	p := &s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	switch n := len(p.idle); {
	case p.closed:
		return false
	case n > 0:
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		w.hand <- j
	case p.workers < p.limit:
		p.workers++
		w := &worker{sender: s, hand: make(chan *job, 1)}
		p.running.Go(func() { w.run(j) })
	default:
		p.queue = append(p.queue, j)
	}
	return true
}

// pop gives the oldest job that is waiting, or nil.
func (p *pool) pop() *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.popLocked()
}

func (p *pool) popLocked() *job {
	for len(p.queue) > 0 {
		j := p.queue[0]
		p.queue[0] = nil
		p.queue = p.queue[1:]
		if j.wanted() {
			return j
		}
		j.fail(cancelled(context.Cause(j.ctx))) // nobody may be listening any more
	}
	return nil
}

// next gives w its next job, if need be and if w is connected after waiting for one as long as idle says. After nil the worker
// must end.
func (p *pool) next(w *worker, idle time.Duration) *job {
	p.mu.Lock()
	j := p.popLocked()
	if j != nil || p.closed || w.session == nil {
		if j == nil {
			p.leave()
		}
		p.mu.Unlock()
		return j
	}
	p.idle = append(p.idle, w)
	p.mu.Unlock()
	w.tell()
	timer := time.NewTimer(idle)
	defer timer.Stop()
	select {
	case j = <-w.hand:
	case <-timer.C:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if j == nil {
		i := slices.Index(p.idle, w)
		if i < 0 && !p.closed { // a job was handed over in the moment when the timer rang
			return <-w.hand
		}
		if i >= 0 {
			p.idle = slices.Delete(p.idle, i, i+1)
		}
		p.leave() // under the same lock as the look into the queue, so that no job is left behind
	}
	return j
}

// tooMany is asked when the server refuses one more connection. If there are other workers, j goes to them, the caller must end,
// and no more workers than those begin until all have ended.
func (p *pool) tooMany(j *job) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.workers < 2 || p.closed {
		return false
	}
	p.leave()
	p.limit = p.workers
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		w.hand <- j
	} else {
		p.queue = slices.Insert(p.queue, 0, j)
	}
	return true
}

// Close refuses further messages, fails those that still wait, lets those on the wire come to their end, and says goodbye on
// every connection.
func (s *Sender) Close() error {
	p := &s.pool
	p.mu.Lock()
	p.closed = true
	for _, j := range p.queue {
		j.fail(&transports.Error{Verdict: transports.Later, Op: "dial", Err: errClosed})
	}
	p.queue = nil
	for _, w := range p.idle {
		close(w.hand)
	}
	p.idle = nil
	p.mu.Unlock()
	p.running.Wait()
	return nil
}

// leave counts a worker out. When the last one goes, what was learned about the server's limit is forgotten.
func (p *pool) leave() {
	p.workers--
	if p.workers == 0 {
		p.limit = p.most
	}
}
