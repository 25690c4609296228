package smtp

import (
	"context"
	"errors"
	"os"

	"waybill/transports"
)

// worker carries jobs over one connection after another.
type worker struct {
	sender  *Sender
	hand    chan *job // from submit, at most one; closed by Close while the worker is idle
	session *session  // nil when not connected
	leaving bool      // the pool has already counted this worker out

	settled *job // its result is told when the worker is free again, so that one Send after another finds the same connection
	result  result
}

// run works until there is nothing to do for a while.
func (w *worker) run(j *job) {
	for j != nil {
		if j = w.deliver(j); j == nil && !w.leaving {
			j = w.sender.pool.next(w, w.sender.config.Idle)
		}
		w.tell()
	}
	w.hangUp()
}

// settle decides how a job went.
func (w *worker) settle(j *job, receipt transports.Receipt, err error) {
	w.settled, w.result = j, result{receipt, err}
}

// tell lets the Send of the settled job return.
func (w *worker) tell() {
	if w.settled != nil {
		w.settled.done <- w.result
		w.settled = nil
	}
}

// deliver takes one job as far as it goes and returns the job to go on with: the one whose envelope has already been sent, the
// same one when a kept connection turned out dead, or nil.
func (w *worker) deliver(j *job) *job {
	if !j.announced && !j.wanted() {
		w.settle(j, transports.Receipt{}, cancelled(context.Cause(j.ctx)))
		return nil
	}
	if w.session == nil && !w.connect(j) {
		return nil
	}
	s := w.session
	receipt, next, err := s.transact(j, w.take)
	retry := err != nil && s.diedKept && !j.retried && j.wanted()
	switch {
	case retry:
		j.retried, j.announced = true, false
	case errors.Is(err, os.ErrDeadlineExceeded) && transports.VerdictOf(err) == transports.Later && j.ctx.Err() != nil:
		w.settle(j, transports.Receipt{}, cancelled(context.Cause(j.ctx))) // we cut it short; that says nothing about the server
	default:
		w.settle(j, receipt, err)
	}
	switch {
	case s.broken:
		w.drop()
	case next == nil && s.messages >= w.sender.config.MessagesPerConnection:
		w.tell()
		w.hangUp()
	}
	if next != nil && w.session == nil {
		next.announced = false // what was announced there never began
	}
	if retry {
		return j
	}
	return next
}

// connect opens a session for j, or settles j.
func (w *worker) connect(j *job) bool {
	s, err := w.sender.open(j.ctx)
	switch {
	case err == nil:
		w.session = s
		return true
	case refusedAtDoor(err) && w.sender.pool.tooMany(j):
		w.leaving = true
	default:
		w.settle(j, transports.Receipt{}, err)
	}
	return false
}

// take gives the job whose envelope may follow the dot that is about to be sent. Messages that this server cannot take are
// settled on the way.
func (w *worker) take() *job {
	if !w.session.pipelining || w.session.messages >= w.sender.config.MessagesPerConnection {
		return nil
	}
	for {
		j := w.sender.pool.pop()
		if j == nil {
			return nil
		}
		err := w.session.accepts(j)
		if err == nil {
			return j
		}
		j.fail(err)
	}
}

// drop ends the connection at once: whatever the server was told so far, it gets no more.
func (w *worker) drop() {
	w.session.conn.Close()
	w.session = nil
}

// hangUp ends the connection politely.
func (w *worker) hangUp() {
	if w.session != nil {
		w.session.quit()
		w.drop()
	}
}

// refusedAtDoor says whether the server had no room for one more connection: 421 or another 4xx as the greeting.
func refusedAtDoor(err error) bool {
	var e *transports.Error
	return errors.As(err, &e) && e.Op == "greeting" && e.Verdict == transports.Later && replyOf(err) != nil
}
