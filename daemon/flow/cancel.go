package flow

import (
	"context"
	"errors"
	"fmt"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Cancel cancels an order: what was not sent is taken back, and suppliers that were told get a request not to ship. What
// they answer is news like any other: only they know whether it left already.
func (f *Flow) Cancel(ctx context.Context, id order.OrderID, by string) (string, error) {
	var done string
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) (err error) {
		ring = nil
		done, err = f.cancelOrder(tx, f.world.Load(), id, by, &ring)
		return err
	})
	f.lanes.ring(ring...)
	return done, err
}

// Release lets a held or unpaid order go on.
func (f *Flow) Release(ctx context.Context, id order.OrderID, by string) (Taken, error) {
	var taken Taken
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Order(id)
		if err != nil {
			return err
		}
		taken = Taken{OrderID: id, Number: row.Doc.Number, Channel: row.Doc.Channel}
		if _, err := tx.Record(order.Event{Kind: order.Released, At: f.now(), Order: id, By: by}); err != nil {
			return err
		}
		return f.settleHeld(tx, id, "released", by)
	})
	if err != nil {
		return taken, err
	}
	return f.advance(ctx, taken, "desk")
}

func (f *Flow) settleHeld(tx *store.Tx, id order.OrderID, action, by string) error {
	for _, kind := range []ExceptionKind{OrderHeld, Unrouted, Ambiguous, OrderChanged} {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Order: id, Open: true})
		if err != nil {
			return err
		}
		for _, x := range rows {
			if err := tx.SettleException(x.ID, action, by, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
				return err
			}
		}
	}
	return nil
}

func (f *Flow) cancelOrder(tx *store.Tx, w *world, id order.OrderID, by string, ring *[]string) (string, error) {
	row, err := tx.Order(id)
	if err != nil {
		return "", err
	}
	if _, err := tx.Record(order.Event{Kind: order.CancelledAll, At: f.now(), Order: id, By: by}); err != nil {
		return "", err
	}
	if err := f.settleHeld(tx, id, "cancelled", by); err != nil {
		return "", err
	}
	pos, err := tx.POsOfOrder(id)
	if err != nil {
		return "", err
	}
	asked := 0
	for _, po := range pos {
		told, err := f.cancelPO(tx, w, row, po, by, ring)
		if err != nil {
			return "", err
		}
		if told {
			asked++
		}
	}
	if asked > 0 {
		return fmt.Sprintf("Order %s is cancelled; %d supplier(s) are asked not to ship. What left already will still show.", row.Doc.Number, asked), nil
	}
	return fmt.Sprintf("Order %s is cancelled; nothing had been sent to a supplier.", row.Doc.Number), nil
}

// cancelPO takes back what is still queued; a supplier that may have it already is asked not to ship, and the
// purchase order stays open until they answer or a person closes it.
func (f *Flow) cancelPO(tx *store.Tx, w *world, row store.OrderRow, po order.PurchaseOrder, by string, ring *[]string) (told bool, err error) {
	if po.Closed() {
		return false, nil
	}
	dispatches, err := tx.DispatchesOfPO(po.ID)
	if err != nil {
		return false, err
	}
	reached := row.AlreadySent
	for _, d := range dispatches {
		if d.Purpose != order.PurposeOrder {
			continue
		}
		switch d.State {
		case order.DispatchQueued:
			if len(d.POs) > 1 {
				reached = true // a batch with other orders goes out as it is; the request follows it
				continue
			}
			if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: d.ID, By: by}); err != nil {
				return false, err
			}
		case order.DispatchFailed, order.DispatchWithdrawn:
		default:
			reached = true
		}
	}
	if !reached {
		_, err := tx.Record(order.Event{Kind: order.Cancelled, At: f.now(), PO: po.ID, By: by})
		return false, err
	}
	supplier, ok := w.cfg.Suppliers[po.Supplier]
	if !ok || len(supplier.Email) == 0 {
		return false, nil // nothing to write to; the order's page says so
	}
	d, err := f.renderCancellation(w, supplier, row.Doc, po)
	if err != nil {
		return false, err
	}
	d.Order, d.POs = row.ID, []order.POID{po.ID}
	lane, err := f.queue(tx, *d)
	*ring = append(*ring, lane)
	return true, err
}
