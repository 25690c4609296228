package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/oauth"
)

const (
	// lease is how long a claim holds. A send is cut off well before it ends, so that a sender never works on a lease it has lost.
	lease     = 5 * time.Minute
	sendLimit = 4 * time.Minute
	// finishWithin is how long a send that is under way may go on when the daemon stops or is configured anew: cut off after its mark, it would be
	// a doubt for a person. Less than the service manager waits (systemd/waybill.service).
	finishWithin = 20 * time.Second
	// doubtAfter is how long the answer to what was marked is awaited before a person hears of it; with the timers' tick, that is within a minute. The sender
	// listens on: a server may take ten minutes (RFC 5321, 4.5.3.2.6).
	doubtAfter = 45 * time.Second
	// retryFirst and retryMost bound the wait between attempts; stuckAfter is when a person hears of it.
	retryFirst = 15 * time.Second
	retryMost  = time.Hour
	stuckAfter = time.Hour
)

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

// send makes one attempt and writes its verdict.
func (f *Flow) send(ctx context.Context, w *world, l *lane, row store.DispatchRow) {
	// The verdict is written even when the daemon is being stopped: an answer that was heard must not be forgotten.
	settle := context.WithoutCancel(ctx)
	if lim := l.limits[row.Target]; lim != nil {
		if !lim.enter(ctx, f.now()) {
			f.settle(settle, l, row, order.Postponed, f.now().Add(time.Second), "limit", "", "")
			return
		}
		defer lim.leave()
	}
	if ctx.Err() != nil || f.paused(row.Target) || l.breaker.wait(f.now()) > 0 {
		f.settle(settle, l, row, order.Postponed, f.now(), "not_tried", row.Answer, row.Help)
		return
	}
	if reason, err := f.stays(ctx, row); err != nil || reason != "" {
		kind, next := order.Postponed, f.now().Add(retryFirst)
		if err != nil {
			reason = "not_tried"
		} else if reason == reasonCalledOff {
			kind = order.Failed
		} else if reason == reasonAddress {
			next = f.now().Add(backoff(row.Attempts))
		}
		f.settle(settle, l, row, kind, next, reason, row.Answer, row.Help)
		return
	}
	if !f.caps.take(w.cfg, row, f.now()) {
		f.settle(settle, l, row, order.Postponed, f.now(), reasonCap, row.Answer, row.Help)
		return
	}
	again, words, ok := f.mayToday(settle, l, row)
	if !ok {
		f.caps.giveBack(row)
		f.settleAs(settle, l, row, order.Postponed, again, reasonDay, words, dayHelp, true)
		return
	}
	if l.day != nil {
		defer l.day.give(len(row.Message.To))
	}
	loop := fmt.Sprintf("sending %s %d", l.name, row.ID)
	f.tick(loop, sendLimit)
	defer f.rest(loop)
	ctx, cancel := underWay(ctx)
	defer cancel()
	message := l.message(row)
	began := f.now()
	receipt, err := l.sender.Send(ctx, message, f.marking(settle, w, l, row))
	f.observe("send", f.now().Sub(began))
	if verdict := transports.VerdictOf(err); verdict == transports.Later || verdict == transports.Never {
		f.caps.giveBack(row)
	}
	f.verdict(settle, w, l, row, receipt, err)
}

var (
	errPaused    = errors.New("sending was paused")
	errOvertaken = errors.New("the configuration has changed, and this is not to leave by the new one")
)

// marking is the mark of one attempt. It looks for a pause, and for a new configuration, before and after it is durable: a process that stood still for an hour
// between its claim and the final dot must not send what was stopped meanwhile.
func (f *Flow) marking(settle context.Context, w *world, l *lane, row store.DispatchRow) func(context.Context) error {
	stopped := func() error {
		if f.paused(row.Target) {
			return errPaused
		}
		if w == f.world.Load() {
			return nil
		}
		if reason, err := f.stays(settle, row); err != nil || reason != "" {
			return errors.Join(errOvertaken, err)
		}
		return nil
	}
	return func(context.Context) error {
		if err := stopped(); err != nil {
			return err
		}
		if l.idempotent {
			return f.stillOnDuty(settle)
		}
		err := f.store.MarkWith(settle, row.ID, row.Epoch, func(tx *store.Tx, row store.DispatchRow) error {
			if err := f.refreshPauses(tx); err != nil { // another node may have paused
				return err
			}
			if f.paused(row.Target) {
				return errPaused
			}
			return nil
		})
		if err != nil {
			return err
		}
		return stopped()
	}
}

// underWay is the context of one attempt: it outlives the one that ends by a while.
func underWay(ctx context.Context) (context.Context, context.CancelFunc) {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendLimit)
	stop := context.AfterFunc(ctx, func() {
		enough := time.NewTimer(finishWithin)
		defer enough.Stop()
		select {
		case <-enough.C:
			cancel()
		case <-sending.Done():
		}
	})
	return sending, func() { stop(); cancel() }
}

// reasonQuestion is why news was not written to a shop system that shows something else.
const reasonQuestion = "shop_differs"

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

func (f *Flow) verdict(ctx context.Context, w *world, l *lane, row store.DispatchRow, receipt transports.Receipt, err error) {
	now := f.now()
	var e *transports.Error
	scope := ""
	if errors.As(err, &e) {
		scope = e.Scope
	}
	verdict := transports.VerdictOf(err)
	if scope != "" && verdict != transports.Unsure {
		// The account is broken, not this message: it waits until the account works again.
		verdict = transports.Later
	}
	switch verdict {
	case transports.Sent:
		l.breaker.worked()
		f.accountWorks(ctx, l.name)
		f.settle(ctx, l, row, order.SentOK, time.Time{}, "", receipt.Answer, "")
	case transports.Never:
		if l.day != nil && refusedForToday(errText(err)) {
			words := "the provider takes no more today: " + errText(err)
			f.dayReached(ctx, l, words)
			f.settleAs(ctx, l, row, order.Postponed, now.Add(refusedWait), reasonDay, words, dayHelp, true)
			return
		}
		reason := opOf(e)
		if errors.As(err, new(*channel.Question)) {
			reason = reasonQuestion
		}
		f.settle(ctx, l, row, order.Failed, time.Time{}, reason, errText(err), transports.Help(err))
	case transports.Unsure:
		f.settle(ctx, l, row, order.Doubted, time.Time{}, opOf(e), errText(err), transports.Help(err))
	case transports.Later:
		next := now.Add(backoff(row.Attempts))
		switch {
		case oauth.IsToken(err):
			next = now // nothing is claimed until there may be a token, and then at once
			f.accountFails(ctx, l.name, l.title, e)
		case scope != "":
			next = l.breaker.failed(now)
			f.accountFails(ctx, l.name, l.title, e)
		}
		if e != nil && e.RetryAfter > 0 {
			next = now.Add(e.RetryAfter)
		}
		f.settleAs(ctx, l, row, order.Postponed, next, opOf(e), err.Error(), transports.Help(err), scope != "")
	}
}

// backoff doubles the wait with each attempt and spreads it, so that a server that comes back is not met by everyone at once.
func backoff(attempts int) time.Duration {
	d := min(retryFirst<<min(max(attempts-1, 0), 20), retryMost)
	return d/2 + time.Duration(rand.Int64N(int64(d)/2+1))
}

func opOf(e *transports.Error) string {
	if e == nil {
		return ""
	}
	return e.Op
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// settle writes the verdict, and what a person has to know of it, in one transaction.
func (f *Flow) settle(ctx context.Context, l *lane, row store.DispatchRow, kind order.EventKind, next time.Time, reason, answer, help string) {
	f.settleAs(ctx, l, row, kind, next, reason, answer, help, false)
}

// settleAs is settle; covered says that the account as a whole is broken: that is one exception, and none for each message that waits for it.
func (f *Flow) settleAs(ctx context.Context, l *lane, row store.DispatchRow, kind order.EventKind, next time.Time, reason, answer, help string, covered bool) {
	err := f.settleOnce(ctx, l, row, kind, next, reason, answer, help, covered)
	// What was heard is not forgotten because a database on another machine is out of reach for a moment.
	for end := time.Now().Add(unwrittenFor); f.store.Shared() && err != nil && f.store.Failed() == nil && !errors.Is(err, order.ErrFenced) && !errors.Is(err, order.ErrTransition) &&
		!errors.Is(err, store.ErrClosed) && time.Now().Before(end); {
		f.sleep(ctx, time.Second, nil)
		err = f.settleOnce(ctx, l, row, kind, next, reason, answer, help, covered)
	}
	switch {
	case errors.Is(err, order.ErrFenced):
		f.log.Warn("another sender has taken this over", "dispatch", row.ID)
	case err != nil:
		// The lease runs out, and what was marked becomes a doubt that is held: nothing is sent twice.
		f.log.Error("a verdict could not be written", "dispatch", row.ID, "verdict", kind, "err", err)
	default:
		f.log.Info("dispatch", "id", row.ID, "lane", l.name, "purpose", row.Purpose, "target", row.Target, "verdict", kind, "attempt", row.Attempts, "reason", reason)
	}
}

// unwrittenFor is how long a verdict is tried to be written while the database is out of reach: less than the service manager waits for a daemon to stop.
const unwrittenFor = 15 * time.Second

func (f *Flow) settleOnce(ctx context.Context, l *lane, row store.DispatchRow, kind order.EventKind, next time.Time, reason, answer, help string, covered bool) error {
	return f.store.SettleWith(ctx, row.ID, row.Epoch, store.Verdict{Kind: kind, Next: next, Reason: reason, Answer: answer, Help: help}, func(tx *store.Tx) error {
		if l.day != nil && (kind == order.SentOK || kind == order.Doubted) {
			if err := l.day.used(tx, l.name, f.now(), len(row.Message.To)); err != nil {
				return err
			}
		}
		switch kind {
		case order.Failed:
			if err := f.settleAbout(tx, SendUnsure, row.ID, "refused"); err != nil {
				return err
			}
			if reason == reasonCalledOff {
				return f.settleAbout(tx, SendStuck, row.ID, reason)
			}
			if reason == reasonQuestion {
				return f.sendException(tx, row, ShopDiffers, answer, help)
			}
			return f.sendException(tx, row, SendFailed, answer, help)
		case order.Doubted:
			return f.sendException(tx, row, SendUnsure, answer, help)
		case order.Postponed:
			if err := f.settleAbout(tx, SendUnsure, row.ID, "refused"); err != nil {
				return err
			}
			if reason == reasonCap {
				return f.capReached(tx, row)
			}
			if f.now().Sub(row.QueuedAt) > stuckAfter && reason != "not_tried" && reason != reasonShadow && !covered {
				return f.sendException(tx, row, SendStuck, answer, help)
			}
		case order.SentOK:
			return errors.Join(f.settleAbout(tx, SendStuck, row.ID, "sent"), f.settleAbout(tx, SendUnsure, row.ID, "sent"))
		}
		return nil
	})
}

func (f *Flow) sendException(tx *store.Tx, row store.DispatchRow, kind ExceptionKind, answer, help string) error {
	x := Exception{Kind: kind, Key: fmt.Sprintf("%s:%d", kind, row.ID), Order: row.Order, Dispatch: row.ID, Detail: Detail{Answer: answer, Help: help}}
	if kind == SendStuck {
		// One for all that waits for the same receiver. When the first has gone and another still waits, that one's next attempt opens it again.
		x.Key = fmt.Sprintf("%s:%s:%s", kind, row.Lane, row.Target)
	}
	about, reasons, err := f.aboutDispatch(tx, row)
	if err != nil {
		return err
	}
	x.Detail.About, x.Detail.Reasons = about, reasons
	switch row.Purpose {
	case order.PurposeOperator: // one for all, or each failed alert would alert of itself
		x.Key = fmt.Sprintf("%s:%s", kind, row.Lane)
		x.Detail.Help = cmp.Or(help, "Mend what it names, and try with `waybill alert test`.")
	case order.PurposeOrder, order.PurposeSupplier:
		x.Supplier = row.Target
		if len(row.POs) > 0 {
			x.PO = row.POs[0]
		}
	case order.PurposeTracking:
		x.Channel = row.Target
	}
	if kind == SendFailed && x.Supplier != "" {
		return f.openAlike(tx, x)
	}
	_, _, err = f.open(tx, x)
	return err
}

// aboutDispatch says in words what a dispatch is, and which purchase orders it holds.
func (f *Flow) aboutDispatch(tx *store.Tx, row store.DispatchRow) (about string, reasons []string, err error) {
	var numbers []string
	for _, id := range row.POs {
		po, err := tx.PO(id)
		if err != nil {
			return "", nil, err
		}
		numbers = append(numbers, po.Number)
	}
	for _, n := range numbers {
		reasons = append(reasons, "purchase order "+n)
	}
	what := "purchase order"
	if len(numbers) == 1 {
		what += " " + numbers[0]
	} else {
		what = fmt.Sprintf("%d purchase orders", len(numbers))
	}
	switch row.Purpose {
	case order.PurposeOrder:
		return f.supplierName(row.Target) + " (" + what + ")", reasons, nil
	case order.PurposeSupplier:
		return "the mail to " + f.supplierName(row.Target) + " (" + what + ")", reasons, nil
	case order.PurposeTracking:
		return "the news for channel " + row.Target + " (" + what + ")", reasons, nil
	case order.PurposeCustomer:
		return "the customer's shipping mail (" + what + ")", reasons, nil
	}
	if way, ok := strings.CutPrefix(row.Lane, laneAlert); ok {
		return "an alert by " + way, reasons, nil
	}
	return "a mail to the shop", reasons, nil
}
