package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
		e := order.Event{Kind: order.Released, At: f.now(), Order: id, By: by}
		if row.Intake.State == order.IntakeOld {
			e.Reason = reasonRetry // no gate has seen it yet
		}
		if _, err := tx.Record(e); err != nil {
			return err
		}
		return f.settleHeld(tx, id, "released", by)
	})
	if err != nil {
		return taken, err
	}
	return f.advance(ctx, taken)
}

// settleHeld settles everything that waits of an order that was taken in.
func (f *Flow) settleHeld(tx *store.Tx, id order.OrderID, action, by string) error {
	return f.settleKinds(tx, id, action, by, OrderHeld, Unrouted, Ambiguous, OrderChanged)
}

func (f *Flow) settleKinds(tx *store.Tx, id order.OrderID, action, by string, kinds ...ExceptionKind) error {
	for _, kind := range kinds {
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
	var yours, shadow []string
	for _, po := range pos {
		how, err := f.cancelPO(tx, w, row, po, by, ring)
		if err != nil {
			return "", err
		}
		switch how {
		case wasAsked:
			asked++
		case wasShadow:
			shadow = append(shadow, fmt.Sprintf("%s about %s", f.supplierName(po.Supplier), po.Number))
		case wasNotAsked:
			yours = append(yours, fmt.Sprintf("%s about %s", f.supplierName(po.Supplier), po.Number))
		}
	}
	done := fmt.Sprintf("Order %s is cancelled", row.Doc.Number)
	switch {
	case asked > 0:
		done += fmt.Sprintf("; %d supplier(s) are asked not to ship. What left already will still show.", asked)
	case len(yours)+len(shadow) == 0:
		return done + "; nothing had been sent to a supplier.", nil
	default:
		done += "."
	}
	if len(yours) > 0 {
		done += fmt.Sprintf(" waybill has no address to write to: tell %s yourself, they have it or will get it.", strings.Join(yours, ", "))
	}
	if len(shadow) > 0 {
		done += fmt.Sprintf(" Shadow mode is on: nothing is sent. If you forwarded it, tell %s yourself.", strings.Join(shadow, ", "))
	}
	return done, nil
}

// reached says how far a purchase order had come when its order was cancelled.
type reached int

const (
	wasTakenBack reached = iota // or was closed before: nobody has to be told
	wasAsked                    // the supplier may have it, and is asked not to ship
	wasNotAsked                 // the supplier may have it, and waybill cannot write to them
	wasShadow                   // the supplier may have it by hand, and waybill does not write to them
)

// cancelPO takes back what is still queued; a supplier that may have it already is asked not to ship, and the
// purchase order stays open until they answer or a person closes it.
func (f *Flow) cancelPO(tx *store.Tx, w *world, row store.OrderRow, po order.PurchaseOrder, by string, ring *[]string) (how reached, err error) {
	if po.Closed() {
		return wasTakenBack, nil
	}
	dispatches, err := tx.DispatchesOfPO(po.ID)
	if err != nil {
		return wasTakenBack, err
	}
	sent := row.AlreadySent
	for _, d := range dispatches {
		if d.Purpose != order.PurposeOrder {
			continue
		}
		switch d.State {
		case order.DispatchQueued, order.DispatchHeld:
			if err := f.takeOut(tx, w, d, po.ID, by, ring); err != nil {
				return wasTakenBack, err
			}
		case order.DispatchFailed:
		case order.DispatchWithdrawn:
			sent = sent || !d.MarkedAt.IsZero() // a doubt that was given up may have arrived all the same
		default:
			sent = true
		}
	}
	if !sent {
		if _, err := tx.Record(order.Event{Kind: order.Cancelled, At: f.now(), PO: po.ID, By: by}); err != nil {
			return wasTakenBack, err
		}
		return wasTakenBack, f.overtaken(tx, po.ID)
	}
	supplier, ok := w.cfg.Suppliers[po.Supplier]
	if !ok || len(supplier.Email) == 0 {
		return wasNotAsked, nil
	}
	d, err := f.renderCancellation(w, supplier, row.Doc, po)
	if err != nil {
		return wasTakenBack, err
	}
	d.Order, d.POs = row.ID, []order.POID{po.ID}
	lane, err := f.queue(tx, *d)
	if lane == "" {
		return wasShadow, err
	}
	*ring = append(*ring, lane)
	return wasAsked, err
}
