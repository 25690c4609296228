package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"waybill/daemon/failpoint"
)

// How much goes into one transaction. A batch grows while the one before is being written to the disk, so these bound how long
// the first of a batch waits for the others, not how much can be written.
const (
	batchSize = 512
	batchTime = 20 * time.Millisecond
)

const (
	// probeInterval is how often a full disk is tried.
	probeInterval = 5 * time.Second
	probeSetting  = "store.probe"
	// probeSize is how many bytes must fit before the disk counts as having room.
	probeSize = 256 << 10
)

// errUnfinished stands for a function that panicked or left its goroutine.
var errUnfinished = errors.New("the function did not return")

// errOver is what a Tx gives after its function has returned.
var errOver = errors.New("the transaction is over")

// request is one call of Write. Its function runs in the caller's goroutine, with a transaction that the writer lends it.
type request struct {
	ctx  context.Context
	lend chan *Tx
	ran  chan error // the function's error, after each time it ran
	done chan error // the end
	// taken: the writer has begun with it, or the caller has given up before.
	taken atomic.Bool
	step  string // of failpoint
}

// writer is the one goroutine that writes. It puts the requests that wait into one transaction, as every commit costs a flush
// to the disk (fsync) and one is enough for all of them.
type writer struct {
	store   *Store
	sess    *session
	backend backend
	ids     ids
	// confirmed are duties that this node was found to have in the transaction that is open.
	confirmed []Duty
	queue     chan *request // without a buffer: a request is either with the writer or still the caller's
	jobs      chan *job
	quit      chan struct{}
	stopped   chan struct{}
	once      sync.Once
	failed    atomic.Pointer[error] // for good
	full      atomic.Pointer[error] // until something could be written again
	refusal   atomic.Pointer[Refusal]
	wire      atomic.Pointer[net.Conn] // to PostgreSQL
	probing   atomic.Bool
}

// backend is what the two databases do differently in writing.
type backend interface {
	// begin opens a transaction on the writer's session, alone among all writers of the database.
	begin(w *writer) error
	// commit makes the transaction durable. An error means that it is not there, unless it is errDoubt.
	commit(w *writer) error
	// tidy does what is due after a commit, when its callers have their answer.
	tidy(w *writer) error
	// judge says what an error of the database means for the batch.
	judge(w *writer, err error) damage
}

// damage is how far an error of the database reaches.
type damage uint8

const (
	ownFault  damage = iota // the statement was wrong: the function fails, the others go on
	lostTouch               // the connection is gone: connect again and run the batch once more
	refused                 // the server could not, this time: the batch fails
	noRoom                  // the disk is full: the batch fails, and is tried again when there is room
	noMore                  // disk broken, database damaged: nothing is written any more
)

// errDoubt is returned by commit when nobody knows whether the transaction is there.
var errDoubt = errors.New("the connection was lost while committing: it is not known whether it is stored")

func (s *Store) startWriter(sess *session, b backend, last ids) {
	s.writer = &writer{store: s, sess: sess, backend: b, ids: last, queue: make(chan *request), jobs: make(chan *job), quit: make(chan struct{}), stopped: make(chan struct{})}
	go s.writer.loop()
}

// Write runs f in a transaction and returns after it is durable, or with an error after nothing of it is. Many calls at once
// share one transaction and one flush to the disk; one that fails takes back only what it wrote itself.
//
// f may run more than once, so it must have no effect outside of the Tx and start anew each time. Everybody else waits while it
// runs. It must not call Write (that would wait for itself) or do anything slow. When ctx ends before f has begun, nothing
// happens; while f runs, its Tx gives the context's error. ErrFull when the disk is full: nothing of it is there. ErrFailed when the
// disk is broken: after an error of a commit it is not known until the next start whether the last writes are there, as after a
// loss of power; whoever repeats them is told ErrDuplicate.
func (s *Store) Write(ctx context.Context, f func(*Tx) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	f = fenced(ctx, f)
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{ctx: ctx, lend: make(chan *Tx), ran: make(chan error), done: make(chan error, 1), step: failpoint.Caller()}
	select {
	case s.writer.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.writer.stopped:
		return ErrClosed
	}
	gaveUp := ctx.Done()
	for {
		select {
		case tx := <-r.lend:
			r.run(tx, f)
		case err := <-r.done:
			return err
		case <-gaveUp:
			if r.taken.CompareAndSwap(false, true) {
				return ctx.Err()
			}
			gaveUp = nil // too late: the writer tells how it ends
		}
	}
}

func (r *request) run(tx *Tx, f func(*Tx) error) {
	err := errUnfinished
	defer func() { r.ran <- err }()
	err = f(tx)
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case r := <-w.queue:
			w.batch(r)
		case j := <-w.jobs:
			w.do(j)
		case <-w.quit:
			return
		}
	}
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.stopped
}

func (w *writer) failure() error {
	if err := w.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// fail ends all writing.
func (w *writer) fail(cause error) error {
	err := fmt.Errorf("%w: %w", ErrFailed, cause)
	if w.failed.CompareAndSwap(nil, &err) {
		t := TroubleOf(cause)
		w.store.log.Error("the database takes nothing any more", "because", t.What, "error", cause, "help", t.Do)
	}
	return w.failure()
}

// outOfRoom notes that the disk is full. SQLite has taken the transaction back: what it had written of it lies behind the end of its log, and the
// next one overwrites it. So the next may be tried, and probe tries until one went well.
func (w *writer) outOfRoom(cause error) error {
	err := fmt.Errorf("%w: %w", ErrFull, cause)
	if w.full.Swap(&err) == nil {
		w.store.log.Error("the disk is full: nothing is taken and nothing is sent until there is room", "error", cause, "help", TroubleOf(cause).Do)
	}
	w.keepProbing()
	return err
}

// Refusal is what keeps the database from being written since a moment, and may pass by itself.
type Refusal struct {
	Since time.Time // by the machine's clock
	Err   error
}

// refuse notes that the database could not be written this time, and has it tried until it can.
func (w *writer) refuse(err error) {
	since := time.Now()
	if known := w.refusal.Load(); known != nil {
		since = known.Since
	} else {
		t := TroubleOf(err)
		w.store.log.Error("the database takes nothing for now: "+t.What, "error", err, "help", t.Do)
	}
	w.refusal.Store(&Refusal{since, err})
	w.keepProbing()
}

func (w *writer) keepProbing() {
	if w.probing.CompareAndSwap(false, true) {
		w.store.tasks.Go(w.probe)
	}
}

// probe writes now and then, until that works again: for more than the crumbs that a nearly full disk still takes.
func (w *writer) probe() {
	defer func() {
		w.probing.Store(false)
		if w.full.Load() != nil && w.failure() == nil && w.store.ctx.Err() == nil { // filled up again in this very moment
			w.keepProbing()
		}
	}()
	tick := time.NewTicker(probeInterval)
	defer tick.Stop()
	for w.failure() == nil {
		select {
		case <-tick.C:
		case <-w.store.ctx.Done():
			return
		}
		filler := make([]byte, probeSize)
		_, _ = rand.Read(filler) // PostgreSQL would press zeros together
		write := func(value []byte) error {
			return w.store.Write(w.store.ctx, func(tx *Tx) error { return tx.SetSetting(probeSetting, value) })
		}
		if errors.Join(write(filler), write(nil)) == nil {
			w.full.Store(nil)
			w.store.log.Info("the database takes data again; waybill goes on")
			return
		}
	}
}

// batch commits the request and those that come while it runs. After an error that cannot be undone alone the others run again,
// each behind a savepoint.
func (w *writer) batch(first *request) {
	b := &batch{w: w, end: time.Now().Add(batchTime)}
	b.add(first)
	began := time.Now()
	for tries := 0; len(b.requests) > 0; tries++ {
		err := b.try()
		switch {
		case err == nil:
			w.refusal.Store(nil)
			b.answer(nil)
			if err := w.backend.tidy(w); err != nil && w.backend.judge(w, err) == noMore {
				_ = w.fail(err)
			}
		case errors.Is(err, errAgain):
			b.careful = true
		case errors.Is(err, errDoubt):
			w.refuse(err)
			b.answer(err)
		default:
			reach := w.backend.judge(w, err)
			if reach == lostTouch {
				w.hangUp()
				if tries < 2 && time.Since(began) < 3*answerLimit/2 { // or the callers wait for too long
					continue
				}
			}
			switch reach {
			case noMore:
				err = w.fail(err)
			case noRoom:
				err = w.outOfRoom(err)
			case refused, lostTouch:
				err = fmt.Errorf("write to the database: %w", err)
				w.refuse(err)
			default:
				err = fmt.Errorf("write to the database: %w", err)
			}
			b.answer(err)
		}
	}
}

// errAgain says that a function has failed after it wrote, and the batch has to run again without it.
var errAgain = errors.New("the batch runs again")

type batch struct {
	w        *writer
	requests []*request
	careful  bool // a savepoint before each function
	end      time.Time
}

// add takes a request into the batch, unless its caller has given up.
func (b *batch) add(r *request) {
	if !r.taken.CompareAndSwap(false, true) {
		return
	}
	if err := b.w.failure(); err != nil {
		r.done <- err
		return
	}
	b.requests = append(b.requests, r)
}

func (b *batch) answer(err error) {
	for _, r := range b.requests {
		r.done <- err
	}
	b.requests = nil
}

// drop answers one request and takes it out.
func (b *batch) drop(i int, err error) {
	b.requests[i].done <- err
	b.requests = append(b.requests[:i], b.requests[i+1:]...)
}

// more takes requests that wait. It never waits itself.
func (b *batch) more() bool {
	had := len(b.requests)
	for len(b.requests) == had && had < batchSize && time.Now().Before(b.end) {
		select {
		case r := <-b.w.queue:
			b.add(r)
		default:
			return false
		}
	}
	return len(b.requests) > had
}

// try runs all functions in one transaction and commits it.
func (b *batch) try() (err error) {
	w := b.w
	defer w.guard()()
	before := w.ids
	w.confirmed = w.confirmed[:0]
	if err := w.backend.begin(w); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.ids = before
			w.rollback()
		}
	}()
	for i := 0; i < len(b.requests) || b.more(); {
		failed, err := b.runOne(b.requests[i])
		switch {
		case failed != nil:
			b.drop(i, failed)
		case err == nil:
			i++
		}
		if err != nil {
			return err
		}
	}
	if len(b.requests) == 0 {
		w.rollback()
		return nil
	}
	b.at(failpoint.Before)
	if err := w.backend.commit(w); err != nil {
		return b.blame(err)
	}
	b.at(failpoint.After)
	w.store.news.publish(w.ids.seq)
	return nil
}

// at is the moment before or after the commit.
func (b *batch) at(when failpoint.When) {
	if failpoint.On {
		steps := make([]string, len(b.requests))
		for i, r := range b.requests {
			steps[i] = r.step
		}
		failpoint.Hit(when, steps...)
	}
}

// runOne lends the transaction to one function. failed is the function's own error, after nothing of it is left; err one that
// ends the batch.
func (b *batch) runOne(r *request) (failed, err error) {
	w := b.w
	if b.careful {
		if err := w.sess.later(context.Background(), nil, "SAVEPOINT one", nil); err != nil {
			return nil, err
		}
	}
	tx := &Tx{store: w.store, sess: w.sess, ctx: r.ctx, run: context.Background(), owner: r, write: true, ids: w.ids}
	r.lend <- tx
	failed = <-r.ran
	broken, dirty := tx.broken, tx.dirty
	tx.broken = errOver
	if broken != nil {
		if late := (*lateError)(nil); errors.As(broken, &late) && late.owner != r {
			return nil, b.blame(broken)
		}
		if w.backend.judge(w, broken) != ownFault || errors.Is(broken, ErrDamaged) {
			return nil, broken
		}
		if failed == nil {
			failed = broken
		}
	}
	if failed == nil {
		w.ids = tx.ids
		if b.careful {
			err = w.sess.later(context.Background(), nil, "RELEASE one", nil)
		}
		return nil, err
	}
	switch {
	case b.careful:
		w.sess.forget(r)
		if err := w.sess.later(context.Background(), nil, "ROLLBACK TO one", nil); err != nil {
			return failed, err
		}
		return failed, w.sess.later(context.Background(), nil, "RELEASE one", nil)
	case dirty || broken != nil:
		return failed, errAgain
	}
	return failed, nil
}

// blame finds whose statement an error belongs to that came late: that function failed, and the others run again without it.
func (b *batch) blame(err error) error {
	var late *lateError
	if !errors.As(err, &late) || b.w.backend.judge(b.w, err) != ownFault {
		return err
	}
	for i, r := range b.requests {
		if r == late.owner {
			b.drop(i, fmt.Errorf("write to the database: %w", late.err))
			return errAgain
		}
	}
	return err
}

// rollback leaves no transaction on the session. An error does not matter: either there was none any more, or the next begin tells.
func (w *writer) rollback() {
	if w.sess != nil {
		w.sess.forget(nil)
		_ = w.sess.plain(context.Background(), "ROLLBACK")
	}
}

// hangUp drops a connection that is gone; the next begin makes a new one.
func (w *writer) hangUp() {
	if w.sess != nil {
		w.wire.Store(nil)
		_ = w.sess.close()
		w.sess = nil
	}
}
