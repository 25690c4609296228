package transporttest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
)

// shelf is a peer in memory: the smallest other side there can be. It exists to test the suite itself.
type shelf struct {
	mu        sync.Mutex
	act       Act
	stalled   chan struct{}
	delivered []Delivery
	flaw      string
}

func (p *shelf) Acts() []Act {
	return []Act{RefuseForNow, RefuseForGood, CutEarly, CutUndone, CutDone, StallEarly, StallDone}
}
func (p *shelf) Set(a Act)                         { p.mu.Lock(); p.act = a; p.mu.Unlock() }
func (p *shelf) Stalled() <-chan struct{}          { return p.stalled }
func (p *shelf) Open(*testing.T) transports.Sender { return p }
func (p *shelf) Message(key, s string) transports.Message {
	return transports.Message{Key: key, Body: []byte(s)}
}
func (p *shelf) Delivered(*testing.T) []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delivered
}
func (p *shelf) put(m transports.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = append(p.delivered, Delivery{m.Key, slices.Clone(m.Body)})
}
func (p *shelf) fail(v transports.Verdict, err error) error {
	return &transports.Error{Verdict: v, Op: "put", Err: err}
}

var errShelf = errors.New("the shelf says no")

// Send is right unless the peer has a flaw, each of which a case of the suite must see.
func (p *shelf) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	p.mu.Lock()
	act, flaw := p.act, p.flaw
	p.mu.Unlock()
	if ctx.Err() != nil && flaw != "ignores cancel" {
		return transports.Receipt{}, p.fail(transports.Later, ctx.Err())
	}
	switch act {
	case CutEarly, RefuseForNow:
		return transports.Receipt{}, p.fail(transports.Later, errShelf)
	case RefuseForGood:
		if flaw == "never is later" {
			return transports.Receipt{}, p.fail(transports.Later, errShelf)
		}
		return transports.Receipt{}, p.fail(transports.Never, errShelf)
	case StallEarly:
		p.stalled <- struct{}{}
		<-ctx.Done()
		return transports.Receipt{}, p.fail(transports.Later, ctx.Err())
	}
	if flaw == "effect before mark" {
		p.put(m)
	}
	if flaw != "no mark" {
		if err := mark(ctx); err != nil && flaw != "ignores mark" {
			return transports.Receipt{}, p.fail(transports.Later, err)
		}
	}
	if flaw == "marks twice" {
		_ = mark(ctx)
	}
	if act != CutUndone && flaw != "effect before mark" && flaw != "loses" {
		p.put(m)
	}
	if flaw == "doubles" {
		p.put(m)
	}
	switch {
	case act == StallDone:
		p.stalled <- struct{}{}
		<-ctx.Done()
		return transports.Receipt{}, p.fail(transports.Unsure, ctx.Err())
	case (act == CutDone || act == CutUndone) && flaw == "a cut is later":
		return transports.Receipt{}, p.fail(transports.Later, errShelf)
	case (act == CutDone || act == CutUndone) && flaw == "a cut is sent":
		return transports.Receipt{At: time.Unix(1, 0)}, nil
	case act == CutDone || act == CutUndone:
		return transports.Receipt{}, p.fail(transports.Unsure, errShelf)
	}
	return transports.Receipt{At: time.Unix(1, 0)}, nil
}

const flawVariable = "WAYBILL_TEST_FLAW"

// TestSenderSuite passes for the right sender; TestSenderSuiteCatches runs it again with each flaw.
func TestSenderSuite(t *testing.T) {
	TestSender(t, func(*testing.T) SenderPeer {
		return &shelf{act: Accept, stalled: make(chan struct{}, 1), flaw: os.Getenv(flawVariable)}
	})
}

func TestSenderSuiteCatches(t *testing.T) {
	for flaw, caughtBy := range map[string]string{
		"effect before mark": "mark_refuses",
		"ignores mark":       "mark_refuses",
		"no mark":            "acts/accept",
		"marks twice":        "acts/accept",
		"loses":              "acts/accept",
		"doubles":            "one_after_another",
		"never is later":     "acts/refuse_for_good",
		"a cut is later":     "acts/cut_done",
		"a cut is sent":      "acts/cut_undone",
		"ignores cancel":     "cancelled_before",
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSenderSuite$")
			c.Env = append(os.Environ(), flawVariable+"="+flaw)
			out, err := c.CombinedOutput()
			if err == nil {
				t.Fatal("the suite passed a sender with this flaw")
			}
			if !strings.Contains(string(out), "--- FAIL: TestSenderSuite/"+caughtBy) {
				t.Errorf("case %s did not see it:\n%s", caughtBy, out)
			}
		})
	}
}
