package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/oauth"
)

// retryFirst and retryMost bound the wait between attempts; stuckAfter is when a person hears of it.
const (
	retryFirst = 15 * time.Second
	retryMost  = time.Hour
	stuckAfter = time.Hour
)

// reasonQuestion is why news was not written to a shop system that shows something else.
const reasonQuestion = "shop_differs"

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
	// What was heard is not forgotten because the database is out of reach for a moment, or another program has locked it.
	for end := time.Now().Add(unwrittenFor); err != nil && f.store.Failed() == nil && !errors.Is(err, order.ErrFenced) && !errors.Is(err, order.ErrTransition) &&
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
