package flow

import (
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// What is older than start_at was served before waybill came: such orders are put aside, in a state of their own, without a question for each.

// age says on which side of start_at an order lies.
type age int

const (
	young age = iota
	old
	// paidSince: placed before, and paid after. Nobody may have served it, or somebody by hand: a person is asked.
	paidSince
)

// ageOf judges an order by when it was placed, or, where that is not said, by when it was paid. One that says neither is young.
func ageOf(cfg *config.Config, doc order.Order) age {
	placed := doc.PlacedAt
	if placed.IsZero() {
		placed = doc.PaidAt
	}
	if cfg.Start.IsZero() || placed.IsZero() || !placed.Before(cfg.Start.Truncate(time.Second)) { // an order's times have whole seconds
		return young
	}
	if !doc.PaidAt.IsZero() && !doc.PaidAt.Before(cfg.Start) {
		return paidSince
	}
	return old
}

// reasonPaidSince is why an order is held that is older than the start and was paid after it.
const reasonPaidSince = "paid_after_start_at"

func (f *Flow) askAboutOld(tx *store.Tx, row store.OrderRow) error {
	return f.hold(tx, row, Exception{Kind: OrderHeld, Detail: Detail{Reasons: []string{"It was placed before start_at and paid after it."},
		Help: "If nobody has forwarded it, release it. If somebody has, cancel it, or import it with --already-sent so that its tracking is awaited."}}, reasonPaidSince)
}

// repeatOld answers an order that was put aside. Its channel may change it as often as it likes, and a person may take it over.
func (f *Flow) repeatOld(tx *store.Tx, first store.OrderRow, doc order.Order, from Source, taken *Taken) error {
	what, fields := doc.Against(first.Doc)
	paid := doc.Paid() && !first.Doc.Paid()
	if what != order.Same {
		if !doc.Paid() {
			doc.PaidAt = first.Doc.PaidAt
		}
		if err := tx.ReplaceOrder(first.ID, doc); err != nil {
			return err
		}
		first.Doc = doc
	}
	if what == order.Changed {
		if _, err := tx.Record(order.Event{Kind: order.Differs, At: f.now(), Order: first.ID, By: from.By, Fields: fields}); err != nil {
			return err
		}
	}
	if paid {
		taken.Outcome = OutcomePaid
		if _, err := tx.Record(order.Event{Kind: order.Paid, At: f.now(), Order: first.ID, By: from.By}); err != nil {
			return err
		}
	}
	switch {
	case from.AlreadySent || from.Older:
		return f.takeUp(tx, first, from, taken)
	case paid && ageOf(f.Config(), doc) == paidSince:
		taken.State = order.IntakeHeld
		return f.askAboutOld(tx, first)
	}
	return nil
}

// takeUp lets an order go on that a person imports again, saying what is to become of it.
func (f *Flow) takeUp(tx *store.Tx, first store.OrderRow, from Source, taken *Taken) error {
	if from.AlreadySent {
		if err := tx.TakeOver(first.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: first.ID, Reason: reasonRetry, By: from.By}); err != nil {
		return err
	}
	taken.Outcome, taken.State = OutcomeTakenUp, order.IntakeReady
	return f.settleHeld(tx, first.ID, "taken_up", from.By)
}
