package flow

import (
	"context"
	"errors"
	"fmt"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// A supplier's first orders wait for a person. Who was sent that many before is known, whenever that was: it is read from the outbox, so nothing has
// to be carried over by an upgrade, and a supplier that comes back after a year is no new one.

const (
	// firstKey, with the supplier behind it, is the Key of what is told of a supplier's first orders: they are one question.
	firstKey = "first:"
	// reasonFirst is why a message is held.
	reasonFirst = "first_orders"
)

func firstOrders(cfg *config.Config, supplier string) int {
	if n := cfg.Suppliers[supplier].First; n != nil {
		return *n
	}
	return cfg.Sending.FirstOrders
}

// holdFirst holds a message that was just queued, if its supplier has not been sent enough to be known.
func (f *Flow) holdFirst(tx *store.Tx, w *world, row store.DispatchRow) error {
	if row.Purpose != order.PurposeOrder {
		return nil
	}
	known, err := f.isKnown(tx, w, row.Target, row.ID)
	if err != nil || known {
		return err
	}
	if _, err := tx.Record(order.Event{Kind: order.HeldBack, At: f.now(), Dispatch: row.ID, Reason: reasonFirst, By: "rule"}); err != nil {
		return err
	}
	_, _, err = f.open(tx, Exception{Kind: FirstOrders, Key: firstKey + row.Target, Supplier: row.Target, Detail: Detail{About: f.supplierName(row.Target),
		Help: fmt.Sprintf("`waybill dispatch list --state held` lists them, `waybill dispatch preview PO` shows one byte for byte. release lets all go, `waybill dispatch release PO` one. Once %d were released, orders go by themselves.",
			firstOrders(w.cfg, row.Target))}})
	return err
}

// isKnown tells whether a supplier was sent enough. own is the message that the transaction has just queued, which does not count.
func (f *Flow) isKnown(tx *store.Tx, w *world, supplier string, own order.DispatchID) (bool, error) {
	first := firstOrders(w.cfg, supplier)
	if first == 0 {
		return true, nil
	}
	if _, ok := f.known.Load(supplier); ok {
		return true, nil
	}
	told, err := tx.Told(supplier, own, first)
	if err != nil || told < first {
		return false, err
	}
	f.known.Store(supplier, true)
	return true, nil
}

// ReleaseDispatch lets one held purchase order go. With the last that had to be looked at, all that is held for the supplier goes.
func (f *Flow) ReleaseDispatch(ctx context.Context, number, by string) (string, error) {
	var done string
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		po, dispatches, err := orderDispatches(tx, number)
		if err != nil {
			return err
		}
		for _, d := range dispatches {
			if d.State != order.DispatchHeld {
				continue
			}
			if _, err := tx.Record(order.Event{Kind: order.LetGo, At: f.now(), Dispatch: d.ID, By: by}); err != nil {
				return err
			}
			ring = append(ring, d.Lane)
			more, err := f.firstOver(tx, f.world.Load(), po.Supplier, by, &ring)
			done = fmt.Sprintf("%s goes out.", number)
			if more > 0 {
				done += fmt.Sprintf(" %s is known by now: %d more that waited go out too.", f.supplierName(po.Supplier), more)
			}
			return err
		}
		return fmt.Errorf("purchase order %s is not held; `waybill dispatch list` shows what waits: %w", number, ErrAction)
	})
	if err == nil {
		f.lanes.ring(ring...)
	}
	return done, err
}

// releaseFirst lets all go that is held for a supplier.
func (f *Flow) releaseFirst(tx *store.Tx, supplier, by string, ring *[]string) (n int, err error) {
	held, err := tx.Dispatches(store.DispatchFilter{Target: supplier, State: order.DispatchHeld})
	if err != nil {
		return 0, err
	}
	for _, d := range held {
		if _, err := tx.Record(order.Event{Kind: order.LetGo, At: f.now(), Dispatch: d.ID, By: by}); err != nil {
			return n, err
		}
		*ring = append(*ring, d.Lane)
		n += len(d.POs)
	}
	return n, nil
}

// firstOver ends the waiting of a supplier's first orders when the supplier is known by now, or nothing waits any more. It tells how many it let go.
func (f *Flow) firstOver(tx *store.Tx, w *world, supplier, by string, ring *[]string) (released int, err error) {
	known, err := f.isKnown(tx, w, supplier, 0)
	if err != nil {
		return 0, err
	}
	if known {
		if released, err = f.releaseFirst(tx, supplier, by, ring); err != nil {
			return 0, err
		}
	}
	held, err := tx.Dispatches(store.DispatchFilter{Target: supplier, State: order.DispatchHeld, Limit: 1})
	if err != nil || len(held) > 0 {
		return released, err
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(FirstOrders), Supplier: supplier, Open: true})
	for _, x := range open {
		if err := tx.SettleException(x.ID, string(ActRelease), by, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
			return released, err
		}
	}
	return released, err
}

// firsts ends the waiting of first orders that is over for another reason: the setting was changed, or what waited was cancelled.
func (f *Flow) firsts(ctx context.Context, w *world) error {
	var suppliers []string
	err := f.store.View(ctx, func(tx *store.Tx) error {
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(FirstOrders), Open: true})
		for _, x := range open {
			held, err := tx.Dispatches(store.DispatchFilter{Target: x.Supplier, State: order.DispatchHeld, Limit: 1})
			if err != nil {
				return err
			}
			known, err := f.isKnown(tx, w, x.Supplier, 0)
			if err != nil {
				return err
			}
			if known || len(held) == 0 {
				suppliers = append(suppliers, x.Supplier)
			}
		}
		return err
	})
	for _, supplier := range suppliers {
		var ring []string
		err = errors.Join(err, f.store.Write(ctx, func(tx *store.Tx) error {
			ring = nil
			_, err := f.firstOver(tx, w, supplier, "rule", &ring)
			return err
		}))
		f.lanes.ring(ring...)
	}
	return err
}
