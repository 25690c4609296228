package rig

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"waybill/daemon/flow"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// desk is where a person meets what waits: over the daemon's socket, or in its process.
type desk interface {
	list() ([]flow.ExceptionView, error)
	settle(id order.ExceptionID, s flow.Settlement) error
	// said gives the answer that an item is: its Message-ID, or its name.
	said(id order.ItemID) string
}

// person settles all that is on the desk: they ask the supplier, look out of the window, and tell the truth. It gives how many there were.
func (o *outside) person(d desk) (int, error) {
	all, err := d.list()
	if err != nil {
		return 0, err
	}
	for _, x := range all {
		s := o.decide(d, x)
		if !slices.Contains(x.Actions, s.Action) {
			o.say("nothing can be done yet about %d %s: %s (%v)", x.ID, x.Kind, x.Text, x.Actions)
			continue
		}
		pos := purchaseOrdersOf(x)
		o.mu.Lock()
		o.met[x.Kind]++
		if held := o.sales[x.Order]; held != nil && s.Action == flow.ActRelease {
			held.released = true
		}
		if s.Action == flow.ActResend { // before it is done: they may have it at once
			o.repeats(x, pos, 1)
		}
		o.mu.Unlock()
		err := d.settle(x.ID, s)
		o.mu.Lock()
		o.note("on the desk: %s (%s %s). %s %s: %v", x.Text, x.Kind, strings.Join(pos, " "), s.Action, s.PO, err)
		if err == nil && (s.Action == flow.ActWithdraw || s.Action == flow.ActCancel) {
			for _, po := range pos {
				o.saleOf(po).stopped = true
			}
			if s := o.sales[x.Order]; s != nil && x.Order != "" {
				s.stopped = true
			}
		}
		o.mu.Unlock()
	}
	return len(all), nil
}

// repeats notes that a person has something sent again.
func (o *outside) repeats(x flow.ExceptionView, pos []string, n int) {
	if !ofOrder(x) {
		o.others += n
		return
	}
	for _, po := range pos {
		o.resent[po] += n
	}
}

// ofOrder tells whether an exception about a message is about one that tells a supplier of purchase orders.
func ofOrder(x flow.ExceptionView) bool {
	return x.Supplier != "" && !strings.Contains(x.Text, "the mail to ")
}

var poInText = regexp.MustCompile(`\b[0-9]{4,6}-[A-Z]\b`)

// purchaseOrdersOf are the purchase orders that an exception is about.
func purchaseOrdersOf(x flow.ExceptionView) []string {
	var pos []string
	for _, text := range append([]string{x.PurchaseOrder}, x.Reasons...) {
		if text = strings.TrimPrefix(text, "purchase order "); poInText.FindString(text) == text && text != "" && !slices.Contains(pos, text) {
			pos = append(pos, text)
		}
	}
	return pos
}

func (o *outside) saleOf(po string) *sale {
	number, _, _ := strings.Cut(po, "-")
	return o.sales[number]
}

// decide is what a person with sense does about an exception.
func (o *outside) decide(d desk, x flow.ExceptionView) flow.Settlement {
	o.mu.Lock()
	defer o.mu.Unlock()
	act := func(a flow.Action) flow.Settlement { return flow.Settlement{Action: a, By: "desk"} }
	switch flow.ExceptionKind(x.Kind) {
	case flow.SendUnsure, flow.SendFailed:
		if !ofOrder(x) {
			return act(flow.ActWithdraw)
		}
		do := flow.ActArrived
		for _, po := range purchaseOrdersOf(x) {
			s := o.saleOf(po)
			switch {
			case s.got[po] > 0:
			case s.cancelled:
				do = flow.ActWithdraw // nobody wants it any more
			default:
				return act(flow.ActResend)
			}
		}
		return act(do)
	case flow.BouncedBack:
		if pos := purchaseOrdersOf(x); len(pos) == 1 && o.resent[pos[0]] == 0 && !o.saleOf(pos[0]).cancelled {
			return act(flow.ActResend)
		}
		return act(flow.ActDismiss)
	case flow.OrderHeld, flow.FirstOrders, flow.SendCap:
		return act(flow.ActRelease)
	case flow.Unreadable: // every supplier writes what can be read: its reader was too slow, or died with the daemon
		return act(flow.ActRetry)
	case flow.OrderChanged:
		if slices.Contains(x.Actions, flow.ActTake) {
			return act(flow.ActTake)
		}
	case flow.Unrouted, flow.Ambiguous:
		return act(flow.ActCancel)
	case flow.CostlyNews, flow.WhichOrder, flow.Contradiction, flow.NewSender:
		a := o.answers[d.said(x.Item)]
		if a == nil || a.what == mixedUp || a.what == astray || a.what == away || a.what == asks {
			return act(flow.ActDismiss)
		}
		s := act(flow.ActApply)
		if s.PO = a.po; flow.ExceptionKind(x.Kind) == flow.NewSender {
			s = act(flow.ActTheirs)
		}
		return s
	}
	return act(flow.ActDismiss)
}

// rest tells what the outside still waits for, "" when all is as it should be. What a person has to do is done before.
func (o *outside) rest() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.sales {
		if !s.accepted && !s.refused {
			return "order " + s.number + " to be accepted"
		}
		if s.refused || s.cancelled || s.stopped {
			continue
		}
		pos, _ := o.parts(s)
		for _, po := range pos {
			if s.got[po] == 0 {
				return po + " to reach its supplier"
			}
		}
		heard := o.news(s.number)
		for number := range s.truth.tracking {
			if _, known := heard.tracking[number]; !known {
				return "the channel to hear of " + number + " for order " + s.number
			}
		}
	}
	return ""
}

// audit compares the books with the outside, when everything has come to rest.
func (o *outside) audit(ctx context.Context, books *store.Store) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := books.Verify(ctx, func(p string) { o.problem("verify: %s", p) }, nil); err != nil {
		o.problem("verify: %v", err)
	}
	for message, n := range o.mails {
		if n > 1 {
			o.others -= n - 1
		}
		_ = message
	}
	for _, n := range o.resent {
		o.others += n
	}
	if o.others < 0 {
		for message, n := range o.mails {
			if n > 1 {
				o.problem("%d times the same mail reached %s", n, message)
			}
		}
	}
	for _, s := range o.sales {
		o.auditSale(s)
	}
	err := books.View(ctx, func(tx *store.Tx) error {
		for _, state := range []order.DispatchState{order.DispatchSending, order.DispatchMarked, order.DispatchUnsure} {
			rows, err := tx.Dispatches(store.DispatchFilter{State: state})
			if err != nil {
				return err
			}
			for _, row := range rows {
				if state == order.DispatchUnsure && row.Purpose == order.PurposeOperator {
					continue // many are told as one, and nothing hangs on them
				}
				o.problem("dispatch %d is %s, and nobody works on it or is asked", row.ID, row.State)
			}
		}
		return errors.Join(o.auditItems(tx), o.auditExceptions(tx))
	})
	if err != nil {
		o.problem("look into the books: %v", err)
	}
}

func (o *outside) auditSale(s *sale) {
	heard := o.news(s.number)
	for sku, n := range heard.pieces {
		if n > s.truth.pieces[sku] && !s.cancelled {
			o.problem("the channel heard of %d pieces of %s of order %s, and %d left", n, sku, s.number, s.truth.pieces[sku])
		}
	}
	for number := range s.truth.tracking {
		if _, known := heard.tracking[number]; !known && !s.cancelled && !s.stopped {
			o.problem("the channel never heard that %s left for order %s", number, s.number)
		}
	}
	if s.cancelled || s.stopped || s.refused {
		return
	}
	pos, _ := o.parts(s)
	for _, po := range pos {
		if s.got[po] == 0 {
			o.problem("LOST: %s never reached its supplier", po)
		}
	}
}

// auditItems holds that each answer was read once, and that nothing was left unread.
func (o *outside) auditItems(tx *store.Tx) error {
	rows, err := tx.Items(store.ItemFilter{})
	if err != nil {
		return err
	}
	read, rest := map[string]int{}, map[string]int{}
	for _, row := range rows {
		name := row.MessageID
		if o.answers[row.Name] != nil {
			name = row.Name
		}
		switch row.State {
		case store.ItemRead:
			read[name]++
		case store.ItemRepeat:
			rest[name]++
		default:
			o.problem("item %d (%s) is %s", row.ID, name, row.State)
		}
	}
	for name, a := range o.answers {
		if read[name] != a.mails || rest[name] != a.came-a.mails {
			o.problem("what was said about %s (%s) came %d times; it was read %d times and known %d times", a.po, a.what, a.came, read[name], rest[name])
		}
	}
	return nil
}

// doubtTime is the longest time from a mark in the books until its doubt was on the desk, without the time in which no daemon ran: starts are when one
// began.
func doubtTime(ctx context.Context, books *store.Store, starts []time.Time) (longest time.Duration, which string, doubts int, err error) {
	err = books.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(flow.SendUnsure)})
		for _, x := range rows {
			d, err := tx.Dispatch(x.Dispatch)
			if err != nil {
				return err
			}
			doubts++
			since := d.MarkedAt
			for _, start := range starts {
				if start.After(since) && !start.After(x.OpenedAt) {
					since = start
				}
			}
			if late := x.OpenedAt.Sub(since); !since.IsZero() && late > longest {
				longest, which = late, fmt.Sprintf("dispatch %d to %s, marked %s, began %s, on the desk %s", d.ID, d.Target, d.MarkedAt.Format(time.TimeOnly), since.Format(time.TimeOnly), x.OpenedAt.Format(time.TimeOnly))
			}
		}
		return err
	})
	return longest, which, doubts, err
}

// history is what a person reads when something was wrong: the last of all that happened, and what was wrong.
func (o *outside) history() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return fmt.Sprintf("%s\n\n%s", strings.Join(o.log, "\n"), strings.Join(o.wrong, "\n"))
}
