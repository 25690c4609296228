package flow

import (
	"context"
	"slices"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// lookAgain is how often the other side of a doubtful message is looked at, while it cannot be seen what became of it.
const lookAgain = 2 * time.Minute

// lookAtDoubts settles doubts by evidence where the transport can look: a file lies over there or it does not, a channel knows a repeated
// webhook by its id. Mail cannot be looked at; its evidence is our own copy or the supplier's answer. What stays in doubt stays on the desk.
//
// Each lane looks beside the timers, one look after another: a server that is silent for half a minute each time must not keep another doubt from the desk.
func (f *Flow) lookAtDoubts(ctx context.Context, w *world) error {
	for _, l := range w.lanes {
		settler, ok := l.sender.(transports.Settler)
		if !ok {
			continue
		}
		rows, err := f.doubts(ctx, l.name)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(row store.DispatchRow) bool {
			last, ok := f.looked.Load(row.ID)
			return ok && f.now().Sub(last.(time.Time)) < lookAgain
		})
		if len(rows) == 0 || !l.looking.CompareAndSwap(false, true) {
			continue
		}
		f.looks.Go(func() {
			defer l.looking.Store(false)
			for _, row := range rows {
				if ctx.Err() != nil {
					return
				}
				f.looked.Store(row.ID, f.now())
				if err := f.lookAt(ctx, l, settler, row); err != nil && ctx.Err() == nil {
					f.log.Error("what was found of a doubt could not be written", "dispatch", row.ID, "err", err)
				}
			}
		})
	}
	return nil
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
		// Who was faster decides: a person, an answer, or the next attempt, which must not be called back while it is under way.
		if now, err := tx.Dispatch(row.ID); err != nil || now.State != order.DispatchUnsure || now.Epoch != row.Epoch {
			return err
		}
		if _, err := tx.Record(e); err != nil {
			return err
		}
		return f.settleAbout(tx, SendUnsure, row.ID, "looked")
	})
	f.looked.Delete(row.ID)
	f.lanes.ring(row.Lane)
	return err
}
