package smtp

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"waybill/transports"
)

const (
	// block is how much of a body is written under one time limit.
	block = 64 << 10
	// lastWords is how long we listen for why a server stopped taking a body.
	lastWords = time.Second
)

// transact sends one message over the session. Its envelope may already be on its way (job.announced). With the dot it sends the
// envelope of the job that take gives, and returns that job. It leaves broken set when the connection must not be used again, and
// diedKept when the connection had been used before and proved dead before the server could begin.
func (s *session) transact(j *job, take func() *job) (transports.Receipt, *job, error) {
	w := newWatch(j.ctx, s.conn, s.timeouts.Grace)
	defer w.end()
	kept := s.messages > 0
	s.messages++
	if err := s.accepts(j); err != nil { // an announced job has passed this already
		return transports.Receipt{}, nil, err
	}
	if err := s.envelope(w, j); err != nil {
		r := replyOf(err)
		s.diedKept = kept && s.broken && (r == nil || r.code == 421)
		return transports.Receipt{}, nil, err
	}
	// From here on the server waits for a body, and every way out but the dot is the end of the connection: what has no final dot
	// must not be delivered (RFC 5321, 4.1.1.4).
	s.broken = true
	if err := s.body(w, j.message.Body); err != nil {
		return transports.Receipt{}, nil, err
	}
	if !j.begin() {
		return transports.Receipt{}, nil, cancelled(context.Cause(j.ctx))
	}
	err := j.mark(j.ctx)
	if err == nil {
		err = context.Cause(j.ctx) // the mark stands, but nothing has left: later is still the truth
	}
	if err != nil {
		return transports.Receipt{}, nil, &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
	}
	return s.dot(w, take)
}

// body writes the message with its dots doubled (RFC 5321, 4.5.2), all of it but the final dot, and sends it off: a connection
// that has died shows itself before the mark.
func (s *session) body(w *watch, body []byte) error {
	err := func() error {
		atLineStart := true
		for len(body) > 0 {
			w.step(s.timeouts.Block)
			part := body[:min(block, len(body))]
			body = body[len(part):]
			if err := stuff(s.text.W, part, &atLineStart); err != nil {
				return err
			}
		}
		return s.text.W.Flush()
	}()
	if err != nil {
		// A server that has had enough (552) answers and leaves; its answer says more than the broken pipe.
		w.step(lastWords)
		if r, e := readReply(s.text.R); e == nil && r.code >= 400 {
			return judge([]refusal{{command{op: "body"}, r}})
		}
		return lost("body", err)
	}
	return s.spokeEarly(w)
}

// glance is how long we look for what has arrived but is not decrypted yet.
const glance = 5 * time.Millisecond

// spokeEarly looks, at the last moment before the mark, whether the server has said something or left: an answer that nobody asked for would be taken for the
// answer to the dot, and a connection that is gone would make a doubt of what has not arrived.
func (s *session) spokeEarly(w *watch) error {
	if s.text.R.Buffered() == 0 {
		if !s.conn.arrived() {
			return nil
		}
		w.step(s.timeouts.Block)
		w.glance(glance)
		_, err := s.text.R.Peek(1)
		w.step(s.timeouts.Block)
		switch {
		case timedOut(err):
			return nil // TLS has messages of its own
		case err != nil:
			return lost("body", err)
		}
	}
	r, err := readReply(s.text.R)
	if err == nil && r.code >= 400 {
		return judge([]refusal{{command{op: "body"}, r}})
	}
	return lost("body", fmt.Errorf("%w: it answers before it is asked", errReply))
}

// stuff writes part of a body and doubles each dot that begins a line.
func stuff(w interface {
	Write([]byte) (int, error)
	WriteByte(byte) error
}, part []byte, atLineStart *bool) error {
	for len(part) > 0 {
		if *atLineStart && part[0] == '.' {
			if err := w.WriteByte('.'); err != nil {
				return err
			}
		}
		*atLineStart = false
		end := len(part)
		if i := bytes.Index(part, []byte("\n.")); i >= 0 {
			end, *atLineStart = i+1, true
		} else if part[end-1] == '\n' {
			*atLineStart = true
		}
		if _, err := w.Write(part[:end]); err != nil {
			return err
		}
		part = part[end:]
	}
	return nil
}

// dot sends the final dot, and in the same packet the next envelope: RFC 2920, 3.1 allows a message's end to be the first of a
// group. It judges by the answer, and without one by whether the dot can have left this machine.
func (s *session) dot(w *watch, take func() *job) (transports.Receipt, *job, error) {
	w.last(s.timeouts.Dot)
	before := s.conn.written.Load()
	_, _ = s.text.W.WriteString(".\r\n")
	next := take()
	if next != nil {
		s.write(s.groups(next)[0])
		next.announced = true
	}
	if err := s.text.W.Flush(); err != nil {
		e := lost("dot", err)
		if s.conn.written.Load() != before {
			e.Verdict = transports.Unsure
		}
		return transports.Receipt{}, next, e
	}
	r, err := readReply(s.text.R)
	if err != nil {
		e := lost("dot", err)
		e.Verdict = transports.Unsure
		return transports.Receipt{}, next, e
	}
	switch {
	case r.code/100 == 2:
		s.broken = false
		return transports.Receipt{Answer: r.Error(), ID: queueID(r.text), At: s.clock()}, next, nil
	case r.code < 400: // neither yes nor no
		return transports.Receipt{}, next, &transports.Error{Verdict: transports.Unsure, Op: "dot", Scope: "server", Err: r}
	}
	s.broken = r.code == 421
	return transports.Receipt{}, next, judge([]refusal{{command{op: "dot"}, r}})
}
