package flow

import (
	"context"
	"errors"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// lookAgain is how often the other side of a doubtful message is looked at, while it cannot be seen what became of it.
const lookAgain = 2 * time.Minute

// lookAtDoubts settles doubts by evidence where the transport can look: a file lies over there or it does not, a channel knows a repeated
// webhook by its id. Mail cannot be looked at; its evidence is our own copy or the supplier's answer. What stays in doubt stays on the desk.
func (f *Flow) lookAtDoubts(ctx context.Context, w *world) error {
	var errs []error
	for _, l := range w.lanes {
		settler, ok := l.sender.(transports.Settler)
		if !ok {
			continue
		}
		rows, err := f.doubts(ctx, l.name)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if last, ok := f.looked.Load(row.ID); ok && f.now().Sub(last.(time.Time)) < lookAgain {
				continue
			}
			f.looked.Store(row.ID, f.now())
			errs = append(errs, f.lookAt(ctx, l, settler, row))
		}
	}
	return errors.Join(errs...)
}

func (f *Flow) doubts(ctx context.Context, lane string) (rows []store.DispatchRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		found, err := tx.Dispatches(store.DispatchFilter{Lane: lane, State: order.DispatchUnsure})
		for _, row := range found {
			whole, err := tx.Dispatch(row.ID) // with its body
			if err != nil {
				return err
			}
			rows = append(rows, whole)
		}
		return err
	})
	return rows, err
}

func (f *Flow) lookAt(ctx context.Context, l *lane, settler transports.Settler, row store.DispatchRow) error {
	_, err := settler.Settle(ctx, l.message(row))
	e := order.Event{At: f.now(), Dispatch: row.ID, By: "look"}
	switch transports.VerdictOf(err) {
	case transports.Sent:
		e.Kind = order.Arrived
	case transports.Later, transports.Never:
		e.Kind, e.Next = order.Postponed, f.now()
	default:
		return nil
	}
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Record(e); err != nil {
			return err
		}
		return f.settleAbout(tx, SendUnsure, row.ID, "looked")
	})
	if errors.Is(err, order.ErrTransition) {
		return nil // a person, or an answer, was faster
	}
	f.looked.Delete(row.ID)
	f.lanes.ring(row.Lane)
	return err
}
