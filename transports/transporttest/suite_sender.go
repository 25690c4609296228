// Package transporttest is the suite that every transport must pass, and the servers it is run against.
package transporttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"waybill/transports"
)

// Act is what the other side does with the messages that reach it.
type Act string

// The acts. A peer must know Accept; it lists those of the others that its protocol can show (SenderPeer.Acts).
const (
	// Accept takes the message and says so.
	Accept Act = "accept"
	// RefuseForNow says no, nothing takes effect, and trying again may help (4xx, disk full).
	RefuseForNow Act = "refuse for now"
	// RefuseForGood says no, nothing takes effect, and trying again will not help (5xx, permission denied).
	RefuseForGood Act = "refuse for good"
	// CutEarly breaks the connection before the sender can have called mark (SMTP: at MAIL, SFTP: at the first open).
	CutEarly Act = "cut early"
	// CutUndone breaks the connection after all of the message has arrived, and does not act on it.
	CutUndone Act = "cut undone"
	// CutDone acts on the message and breaks the connection before it has answered.
	CutDone Act = "cut done"
	// StallEarly falls silent before the sender can have called mark, and signals Stalled.
	StallEarly Act = "stall early"
	// StallDone acts on the message, then falls silent, and signals Stalled.
	StallDone Act = "stall done"
)

// Delivery is one message that took effect on the other side.
type Delivery struct {
	Key  string // the message's key as the peer can see it: Message-ID without brackets, webhook-id, final file name
	Body []byte // exactly what the peer holds
}

// SenderPeer is the other side of one Sender under test, and the way to get Senders that reach it. A transport's test
// implements it over the most real server that can be told to misbehave.
type SenderPeer interface {
	// Acts lists what the peer can do besides Accept.
	Acts() []Act
	// Set makes the peer treat all messages from now on in this way. A new peer accepts.
	Set(Act)
	// Stalled gets a value each time the peer begins to be silent on purpose. The stall ends with its connection.
	Stalled() <-chan struct{}
	// Message builds a message that this transport can carry, with this key and with text somewhere in its body.
	Message(key, text string) transports.Message
	// Open gives a new Sender for this peer. If it is an io.Closer, the suite closes it before it asks what was delivered.
	Open(t *testing.T) transports.Sender
	// Delivered waits until the peer has finished with everything that reached it (every connection has ended), then lists
	// what took effect, in any order.
	Delivered(t *testing.T) []Delivery
}

// expectation is what a Sender may say about an act. The verdict must also fit what was delivered: Sent means exactly one,
// Later and Never mean none, Unsure at most one.
type expectation struct {
	act      Act
	verdicts []transports.Verdict
	marked   []int // how often mark may have been called
}

var (
	never = []int{0}
	maybe = []int{0, 1}
	once  = []int{1}
)

// expectations is the table of acts. A Sender that looks for evidence after a cut (SFTP asks whether the final name is there)
// may turn Unsure into Sent or Later, and the delivery must prove it right.
func expectations() []expectation {
	return []expectation{
		{Accept, []transports.Verdict{transports.Sent}, once},
		{RefuseForNow, []transports.Verdict{transports.Later}, maybe},
		{RefuseForGood, []transports.Verdict{transports.Never}, maybe},
		{CutEarly, []transports.Verdict{transports.Later}, never},
		{CutUndone, []transports.Verdict{transports.Unsure, transports.Later}, once},
		{CutDone, []transports.Verdict{transports.Unsure, transports.Sent}, once},
		{StallEarly, []transports.Verdict{transports.Later}, never},
		{StallDone, []transports.Verdict{transports.Unsure, transports.Sent}, once},
	}
}

// TestSender runs the suite that every Sender must pass. newPeer makes a fresh peer for each case.
func TestSender(t *testing.T, newPeer func(t *testing.T) SenderPeer) {
	t.Run("acts", func(t *testing.T) {
		for _, want := range expectations() {
			t.Run(strings.ReplaceAll(string(want.act), " ", "_"), func(t *testing.T) {
				testAct(t, newPeer(t), want)
			})
		}
	})
	t.Run("mark_refuses", func(t *testing.T) { testMarkRefuses(t, newPeer(t)) })
	t.Run("cancelled_before", func(t *testing.T) { testCancelledBefore(t, newPeer(t)) })
	t.Run("cancelled_in_mark", func(t *testing.T) { testCancelledInMark(t, newPeer(t)) })
	t.Run("one_after_another", func(t *testing.T) { testSequence(t, newPeer(t)) })
	t.Run("at_the_same_time", func(t *testing.T) { testConcurrent(t, newPeer(t)) })
	t.Run("works_again_after_a_failure", func(t *testing.T) { testRecovers(t, newPeer(t)) })
}

// attempt is one Send and what was seen of it.
type attempt struct {
	message transports.Message
	receipt transports.Receipt
	err     error
	marks   int
}

type contextKey struct{}

// send runs one Send under a context that must reach mark, and counts the marks.
func send(ctx context.Context, t *testing.T, s transports.Sender, m transports.Message, mark func(context.Context) error) attempt {
	t.Helper()
	a := attempt{message: m}
	body := slices.Clone(m.Body)
	var mu sync.Mutex // a Sender may call mark from a goroutine of its own
	returned := false
	ctx = context.WithValue(ctx, contextKey{}, m.Key)
	receipt, err := s.Send(ctx, m, func(ctx context.Context) error {
		mu.Lock()
		a.marks++
		if returned {
			t.Errorf("mark of %q was called after Send had returned", m.Key)
		}
		mu.Unlock()
		if ctx.Value(contextKey{}) != m.Key {
			t.Errorf("mark of %q got a context that does not come from its Send", m.Key)
		}
		if mark == nil {
			return nil
		}
		return mark(ctx)
	})
	mu.Lock()
	defer mu.Unlock()
	returned = true
	a.receipt, a.err = receipt, err
	if !slices.Equal(body, m.Body) {
		t.Errorf("Send changed the body of %q", m.Key)
	}
	return a
}

// verdict checks that err says all that an error of a Sender has to say, and gives its verdict.
func (a attempt) verdict(t *testing.T) transports.Verdict {
	t.Helper()
	v := transports.VerdictOf(a.err)
	if a.err == nil {
		if a.receipt.At.IsZero() {
			t.Errorf("%q is sent, but its receipt has no time", a.message.Key)
		}
		return v
	}
	var e *transports.Error
	switch {
	case !errors.As(a.err, &e):
		t.Errorf("error of %q is not classified: %v", a.message.Key, a.err)
	case e.Op == "":
		t.Errorf("error of %q does not name the step: %v", a.message.Key, a.err)
	case e.Verdict == transports.Sent:
		t.Errorf("error of %q says sent: %v", a.message.Key, a.err)
	}
	return v
}

// check holds what was delivered against what was said: this is the promise that nothing is lost or doubled.
func check(t *testing.T, p SenderPeer, s transports.Sender, attempts ...attempt) {
	t.Helper()
	shut(t, s)
	bodies := map[string][][]byte{}
	for _, d := range p.Delivered(t) {
		bodies[d.Key] = append(bodies[d.Key], d.Body)
	}
	for _, a := range attempts {
		got := bodies[a.message.Key]
		delete(bodies, a.message.Key)
		v := a.verdict(t)
		switch {
		case v == transports.Sent && len(got) != 1,
			(v == transports.Later || v == transports.Never) && len(got) != 0,
			v == transports.Unsure && len(got) > 1:
			t.Errorf("%q: verdict %q (%v), but it took effect %d times", a.message.Key, v, a.err, len(got))
		}
		if (v == transports.Sent || len(got) > 0) && a.marks != 1 {
			t.Errorf("%q: verdict %q, took effect %d times, mark was called %d times", a.message.Key, v, len(got), a.marks)
		}
		for _, b := range got {
			if !slices.Equal(b, a.message.Body) {
				t.Errorf("%q arrived changed:\n got %q\nwant %q", a.message.Key, b, a.message.Body)
			}
		}
	}
	for key, b := range bodies {
		t.Errorf("%q took effect %d times and nobody sent it", key, len(b))
	}
}

func shut(t *testing.T, s transports.Sender) {
	t.Helper()
	if c, ok := s.(io.Closer); ok {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func testAct(t *testing.T, p SenderPeer, want expectation) {
	if want.act != Accept && !slices.Contains(p.Acts(), want.act) {
		t.Skipf("the peer cannot %s", want.act)
	}
	p.Set(want.act)
	s := p.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if want.act == StallEarly || want.act == StallDone {
		go func() {
			select {
			case <-p.Stalled():
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	a := send(ctx, t, s, p.Message("act-1", "ordered in good faith"), nil)
	if v := a.verdict(t); !slices.Contains(want.verdicts, v) {
		t.Errorf("verdict %q (%v), want one of %q", v, a.err, want.verdicts)
	}
	if !slices.Contains(want.marked, a.marks) {
		t.Errorf("mark was called %d times, want one of %v", a.marks, want.marked)
	}
	check(t, p, s, a)
}

// testMarkRefuses: without a mark nothing may take effect, also not when the connection is cleaned up. A Sender that marks
// after the effect, or beside it, is caught here: the effect would be there although mark said no.
func testMarkRefuses(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	refusal := errors.New("another node holds the lease")
	a := send(t.Context(), t, s, p.Message("unmarked-1", "must not arrive"), func(context.Context) error { return refusal })
	if v := a.verdict(t); v != transports.Later || a.marks != 1 {
		t.Errorf("verdict %q after %d marks, want later after 1", v, a.marks)
	}
	if !errors.Is(a.err, refusal) {
		t.Errorf("error %v does not wrap the error of mark", a.err)
	}
	check(t, p, s, a)
}

func testCancelledBefore(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := send(ctx, t, s, p.Message("cancelled-1", "too late"), nil)
	if v := a.verdict(t); v != transports.Later || a.marks != 0 {
		t.Errorf("verdict %q after %d marks (%v), want later and no mark", v, a.marks, a.err)
	}
	check(t, p, s, a)
}

func testCancelledInMark(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a := send(ctx, t, s, p.Message("cancelled-2", "too late"), func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if v := a.verdict(t); v != transports.Later {
		t.Errorf("verdict %q (%v), want later", v, a.err)
	}
	check(t, p, s, a)
}

func testSequence(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	var all []attempt
	for i := range 5 {
		a := send(t.Context(), t, s, p.Message(fmt.Sprintf("sequence-%d", i), "one of five"), nil)
		if a.verdict(t) != transports.Sent {
			t.Errorf("%q not sent: %v", a.message.Key, a.err)
		}
		all = append(all, a)
	}
	check(t, p, s, all...)
}

func testConcurrent(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	all := make([]attempt, 24)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			all[i] = send(t.Context(), t, s, p.Message(fmt.Sprintf("together-%d", i), fmt.Sprintf("text of %d", i)), nil)
			if all[i].err != nil {
				t.Errorf("%q not sent: %v", all[i].message.Key, all[i].err)
			}
		})
	}
	wg.Wait()
	check(t, p, s, all...)
}

// testRecovers: a failure may cost its own message, but neither the next one nor the Sender.
func testRecovers(t *testing.T, p SenderPeer) {
	s := p.Open(t)
	var all []attempt
	for i, act := range p.Acts() {
		if act == StallEarly || act == StallDone {
			continue
		}
		for j, act := range []Act{act, Accept} {
			p.Set(act)
			a := send(t.Context(), t, s, p.Message(fmt.Sprintf("recovers-%d-%d", i, j), string(act)), nil)
			if act == Accept && a.verdict(t) != transports.Sent {
				t.Errorf("after a peer that did %q: %v", p.Acts()[i], a.err)
			}
			all = append(all, a)
		}
	}
	check(t, p, s, all...)
}
