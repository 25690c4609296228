package flow

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// lease is how long a claim holds. A send is cut off well before it ends (sendLimit), so that a sender never works on a lease it has lost.
const lease = 5 * time.Minute

// Prefixes of lane names. A lane is one sending account.
const (
	laneMail    = "mail:"    // + mailbox
	laneSFTP    = "sftp:"    // + supplier
	laneFolder  = "folder:"  // + supplier
	laneWebhook = "webhook:" // + channel
	laneCSV     = "csv:"     // + channel
	laneShop    = "news:"    // + channel
)

// lane sends what is queued for one account.
type lane struct {
	name    string
	title   string // for people
	sender  transports.Sender
	workers int
	limits  map[string]*limit // by target
	probe   transports.Probe
	breaker breaker
	login   *login    // of a mailbox that logs in with OAuth2
	day     *dayLimit // nil: none
	// idempotent: the other side knows a repeat by its key and does nothing twice. Such a lane marks nothing, so a message that nobody knows
	// the fate of is simply sent again.
	idempotent bool
	looking    atomic.Bool // at what became of its doubts
	webhook    bool        // of the people at the shop: its body is an AlertEvent
	// address is that of a channel's webhook: what was queued goes to the one of today.
	address string
}

// limit holds a supplier's own limits.
type limit struct {
	slots chan struct{}
	rate  atomic.Pointer[rate.Limiter] // nil: none; another one when this node takes the lane over
}

// breaker leaves a server alone for a while after it failed as a whole.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until.Sub(now)
}

func (b *breaker) failed(now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.until) {
		return b.until // another worker of the lane met the same failure
	}
	b.failures++
	b.until = now.Add(min(time.Second<<min(b.failures, 9), 5*time.Minute))
	return b.until
}

func (b *breaker) worked() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.until = 0, time.Time{}
}

// laneLoop claims what is due and hands it to the lane's workers until ctx ends. What was handed over is finished first.
func (f *Flow) laneLoop(ctx context.Context, w *world, l *lane) {
	work := make(chan store.DispatchRow, l.workers)
	var workers sync.WaitGroup
	for range l.workers {
		workers.Go(func() {
			for row := range work {
				f.send(ctx, w, l, row)
			}
		})
	}
	loop := "lane " + l.name
	defer f.rest(loop)
	defer workers.Wait()
	defer close(work)
	for ctx.Err() == nil {
		f.tick(loop, 0)
		rows, err := f.claim(ctx, l)
		if err != nil {
			if errors.Is(err, order.ErrFenced) {
				f.shifts.bell.ring() // the duty is lost, and that is told from there
			} else if ctx.Err() == nil {
				f.log.Error("the outbox cannot be read", "lane", l.name, "err", err)
			}
			f.sleep(ctx, time.Second, nil)
			continue
		}
		for _, row := range rows {
			f.tick(loop, sendLimit) // a worker is free when the one before it has ended
			work <- row             // a claimed row is always handled, even when ctx ends: it is then given back
		}
		if len(rows) == 0 {
			if len(f.Paused()) > 0 {
				// Every look goes past all that waits for a paused supplier: not again for each order that comes in.
				f.sleep(ctx, pausedLook, nil)
			}
			wait := f.untilDue(ctx, l)
			f.tick(loop, wait)
			f.sleep(ctx, wait, f.lanes.of(l.name))
		}
	}
}

// toChannel tells whether a lane is to a channel: no limit on what suppliers and customers get stops the shop's own news.
func toChannel(lane string) bool {
	for _, prefix := range []string{laneMail, laneSFTP, laneFolder} {
		if strings.HasPrefix(lane, prefix) {
			return false
		}
	}
	return true
}

// pausedLook is how long a lane that found nothing rests while something is paused.
const pausedLook = 200 * time.Millisecond

func (f *Flow) claim(ctx context.Context, l *lane) ([]store.DispatchRow, error) {
	if l.breaker.wait(f.now()) > 0 || l.login != nil && !l.login.source.Ready() {
		return nil, nil
	}
	return f.store.ClaimWith(ctx, l.name, 4*l.workers, lease, f.refreshPauses, func(target string) bool {
		lim := l.limits[target]
		return !f.paused(target) && (toChannel(l.name) || !f.caps.stopped(target)) && lim.may(f.now())
	})
}

// untilDue says how long the lane has nothing to do; news rings its bell before.
func (f *Flow) untilDue(ctx context.Context, l *lane) time.Duration {
	wait := time.Minute
	if blocked := l.breaker.wait(f.now()); blocked > 0 {
		return blocked
	}
	err := f.store.View(ctx, func(tx *store.Tx) error {
		due, any, err := tx.NextDue(l.name)
		if err == nil && any {
			// A due row that was not claimed is paused or over a limit: look again soon.
			wait = min(wait, max(due.Sub(f.now()), time.Second))
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		f.log.Error("the outbox cannot be read", "lane", l.name, "err", err)
	}
	return wait
}

func (f *Flow) sleep(ctx context.Context, d time.Duration, b *bell) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var rung <-chan struct{}
	if b != nil {
		rung = b.c
	}
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-rung:
	}
}

func (lim *limit) enter(ctx context.Context, now time.Time) bool {
	select {
	case lim.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if r := lim.rate.Load(); r != nil && !r.AllowN(now, 1) {
		<-lim.slots
		return false
	}
	return true
}

func (lim *limit) may(now time.Time) bool {
	if lim == nil {
		return true
	}
	r := lim.rate.Load()
	return r == nil || r.TokensAt(now) >= 1
}

func (lim *limit) leave() { <-lim.slots }
