package flow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

const (
	// sendLimit is how long an attempt may take; see lease.
	sendLimit = 4 * time.Minute
	// finishWithin is how long a send that is under way may go on when the daemon stops or is configured anew: cut off after its mark, it would be
	// a doubt for a person. Less than the service manager waits (systemd/waybill.service).
	finishWithin = 20 * time.Second
	// doubtAfter is how long the answer to what was marked is awaited before a person hears of it; with the timers' tick, that is within a minute. The sender
	// listens on: a server may take ten minutes (RFC 5321, 4.5.3.2.6).
	doubtAfter = 45 * time.Second
)

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
