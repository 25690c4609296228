package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// TakeBack takes a purchase order back that has not left yet: it waits for its delay, for a person, or for a server that is away.
func (f *Flow) TakeBack(ctx context.Context, number, by string) (string, error) {
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		po, dispatches, err := orderDispatches(tx, number)
		if err != nil {
			return err
		}
		if len(dispatches) == 0 {
			return fmt.Errorf("purchase order %s is in no message yet: it waits for its batch or for your upload: %w", number, ErrAction)
		}
		d := dispatches[0]
		if d.State != order.DispatchQueued && d.State != order.DispatchHeld {
			return fmt.Errorf("purchase order %s %s; `waybill orders cancel` asks the supplier not to ship: %w", number, past(d.State), ErrAction)
		}
		return f.takeOut(tx, f.world.Load(), d, po.ID, by, &ring)
	})
	if err != nil {
		return "", err
	}
	f.lanes.ring(ring...)
	return fmt.Sprintf("%s is taken back: it was not sent. `waybill dispatch resend %s` sends it after all.", number, number), nil
}

// orderDispatches finds a purchase order by its number, and the messages that tell its supplier of it, the newest first.
func orderDispatches(tx *store.Tx, number string) (po order.PurchaseOrder, dispatches []store.DispatchRow, err error) {
	if po, err = tx.POByNumber(number); err != nil {
		return po, nil, err
	}
	dispatches, err = tx.DispatchesOfPO(po.ID)
	if err != nil {
		return po, nil, err
	}
	dispatches = slices.DeleteFunc(dispatches, func(d store.DispatchRow) bool { return d.Purpose != order.PurposeOrder })
	slices.Reverse(dispatches)
	return po, dispatches, nil
}

func past(s order.DispatchState) string {
	switch s {
	case order.DispatchSending, order.DispatchMarked:
		return "is being sent at this moment"
	case order.DispatchSent:
		return "was sent already"
	case order.DispatchUnsure:
		return "was sent, and nobody knows whether it arrived"
	}
	return "is " + string(s)
}

// takeOut withdraws a message that has not left, and makes it anew for the others where it holds more than this purchase order; with 0 for all.
func (f *Flow) takeOut(tx *store.Tx, w *world, d store.DispatchRow, out order.POID, by string, ring *[]string) error {
	if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: d.ID, By: by}); err != nil {
		return err
	}
	if err := f.settleSending(tx, d.ID, ActWithdraw, by); err != nil || out != 0 && len(d.POs) == 1 {
		return err
	}
	s, ok := w.cfg.Suppliers[d.Target]
	if !ok {
		return fmt.Errorf("supplier %s is not in the configuration any more: %w", d.Target, store.ErrNotFound)
	}
	docs := map[order.OrderID]order.Order{}
	var pos []order.PurchaseOrder
	var ids []order.POID
	for _, id := range d.POs {
		po, err := tx.PO(id)
		if err != nil {
			return err
		}
		row, err := tx.Order(po.Order)
		if err != nil {
			return err
		}
		if id == out || po.Closed() || row.Intake.State == order.IntakeCancelled {
			continue
		}
		docs[po.Order] = row.Doc
		pos, ids = append(pos, po), append(ids, id)
	}
	if len(pos) == 0 {
		return nil
	}
	fresh, err := f.renderOrders(w, s, docs, pos, nil)
	if err != nil {
		return fmt.Errorf("the message holds %d purchase orders that are still wanted, and cannot be written for them: %w", len(pos), err)
	}
	fresh.POs, fresh.Resends = ids, d.ID
	lane, err := f.queue(tx, *fresh)
	*ring = append(*ring, lane)
	return err
}

// DispatchView is a message that has not left, as people see it.
type DispatchView struct {
	ID             order.DispatchID    `json:"id"`
	State          order.DispatchState `json:"state"`
	Supplier       string              `json:"supplier"`
	Lane           string              `json:"lane"`
	To             []string            `json:"to"`
	PurchaseOrders []string            `json:"purchase_orders"`
	QueuedAt       time.Time           `json:"queued_at"`
	LeavesAt       time.Time           `json:"leaves_at,omitzero"` // not before; while it is queued
	Attempts       int                 `json:"attempts"`
	Answer         string              `json:"answer,omitempty"`
}

// ListDispatches lists the orders to suppliers that are in a state, or, without one, all that have not left: queued, held, and shown in shadow mode.
func (f *Flow) ListDispatches(ctx context.Context, state order.DispatchState, supplier string) (list []DispatchView, err error) {
	states := []order.DispatchState{order.DispatchQueued, order.DispatchHeld, order.DispatchSending, order.DispatchMarked, order.DispatchUnsure, order.DispatchFailed, order.DispatchShadow}
	if state != "" {
		states = []order.DispatchState{state}
	}
	list = []DispatchView{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		for _, s := range states {
			rows, err := tx.Dispatches(store.DispatchFilter{Purpose: order.PurposeOrder, State: s, Target: supplier})
			if err != nil {
				return err
			}
			for _, row := range rows {
				v := DispatchView{ID: row.ID, State: row.State, Supplier: row.Target, Lane: row.Lane, To: row.Message.To, QueuedAt: row.QueuedAt,
					LeavesAt: row.Next, Attempts: row.Attempts, Answer: row.Answer}
				if v.PurchaseOrders, err = poNumbers(tx, row.POs); err != nil {
					return err
				}
				list = append(list, v)
			}
		}
		return nil
	})
	return list, err
}

func poNumbers(tx *store.Tx, ids []order.POID) (numbers []string, err error) {
	for _, id := range ids {
		po, err := tx.PO(id)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, po.Number)
	}
	return numbers, nil
}
