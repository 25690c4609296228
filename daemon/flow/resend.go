package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/templates"
	"waybill/transports"
)

// Preview renders what would go to the supplier for a purchase order, byte for byte as a first sending; nothing is stored or sent.
// What was rendered and sent already is on the order's timeline.
func (f *Flow) Preview(ctx context.Context, number string) (store.DispatchRow, error) {
	w := f.world.Load()
	var row store.DispatchRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		po, dispatches, err := orderDispatches(tx, number)
		if err != nil {
			return err
		}
		for _, d := range dispatches { // what is queued was rendered already: those bytes go out, no others
			if d.State == order.DispatchQueued || d.State == order.DispatchHeld || d.State == order.DispatchShadow {
				row, err = tx.Dispatch(d.ID)
				return err
			}
		}
		o, err := tx.Order(po.Order)
		if err != nil {
			return err
		}
		s, ok := w.cfg.Suppliers[po.Supplier]
		if !ok {
			return fmt.Errorf("supplier %s is not in the configuration any more: %w", po.Supplier, store.ErrNotFound)
		}
		if s.Send.By == "export" {
			s.Send.By = "folder"
		}
		d, err := f.renderOrder(w, s, o.Doc, []order.PurchaseOrder{po}, nil)
		if err != nil {
			return err
		}
		row = *d
		return nil
	})
	return row, err
}

// Resend sends a purchase order again. It keeps its number, its key and its Message-ID, and says plainly that it is a repeat.
func (f *Flow) Resend(ctx context.Context, number, by string) (string, error) {
	var done string
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		_, dispatches, err := orderDispatches(tx, number)
		if err != nil {
			return err
		}
		if len(dispatches) == 0 {
			return fmt.Errorf("purchase order %s was never sent: it waits for its batch or for your upload: %w", number, ErrAction)
		}
		done, err = f.resendInto(tx, f.world.Load(), dispatches[0].ID, by, &ring)
		return err
	})
	if err != nil {
		return "", err
	}
	f.lanes.ring(ring...)
	return done, nil
}

// resendInto replaces a dispatch by a new one that says that it is a repeat. One that is queued or under way is left alone.
func (f *Flow) resendInto(tx *store.Tx, w *world, id order.DispatchID, by string, ring *[]string) (string, error) {
	old, err := tx.Dispatch(id)
	if err != nil {
		return "", err
	}
	if old.State == order.DispatchShadow {
		return "", fmt.Errorf("it was made in shadow mode and nobody outside has it; `waybill shadow finish` decides what becomes of it: %w", ErrAction)
	}
	if old.Message.Body == nil && old.Purpose != order.PurposeOrder {
		return "", fmt.Errorf("what it said is not kept any more (retention.raw), so it cannot be sent again: %w", ErrAction)
	}
	fresh := old
	fresh.Dispatch, fresh.ID, fresh.Resends = order.Dispatch{}, 0, old.ID
	fresh.Answer, fresh.Help = "", ""
	if old.Purpose == order.PurposeOrder {
		if fresh, err = f.renderAgain(tx, w, old); err != nil {
			return "", err
		}
	}
	if strings.HasPrefix(old.Lane, laneShop) {
		fresh.Message.Header = map[string]string{channel.Decided: "yes"}
	}
	if _, err := tx.Record(order.Event{Kind: order.Again, At: f.now(), Dispatch: old.ID, By: by}); err != nil {
		return "", fmt.Errorf("this message is %s: %w", old.State, err)
	}
	if err := f.settleSending(tx, old.ID, ActResend, by); err != nil {
		return "", err
	}
	lane, err := f.queue(tx, fresh)
	if err != nil {
		return "", err
	}
	*ring = append(*ring, lane)
	if old.State == order.DispatchWithdrawn && old.Attempts == 0 {
		return "Queued to be sent.", nil
	}
	if s := w.cfg.Suppliers[old.Target]; old.Purpose == order.PurposeOrder && (s.Send.By == "sftp" || s.Send.By == "folder") && !saysRepeat(s.Send.File) {
		return "Queued to be sent again, as a file of the same name. Nothing in it says that it is a repeat: tell them, or give their file a column with the field " + templates.RepeatField + ".", nil
	}
	return "Queued to be sent again, marked as a repeat.", nil
}

// saysRepeat tells whether a supplier's file has a column that says when it is a repeat.
func saysRepeat(file config.File) bool {
	return slices.ContainsFunc(file.Columns, func(c config.Column) bool { return c.Field == templates.RepeatField })
}

// wanted tells whether a purchase order may be sent again. Who gets a batch again would ship again what left already, and what the customer does not want any more.
func wanted(tx *store.Tx, id order.POID) (po order.PurchaseOrder, o store.OrderRow, is bool, err error) {
	if po, err = tx.PO(id); err != nil {
		return po, o, false, err
	}
	o, err = tx.Order(po.Order)
	return po, o, err == nil && !po.Closed() && o.Intake.State != order.IntakeCancelled, err
}

// resendable tells whether a message can be sent again: something in it is still wanted, or its text is kept.
func resendable(tx *store.Tx, id order.DispatchID) (bool, error) {
	row, err := tx.Dispatch(id)
	if err != nil || row.State == order.DispatchShadow {
		return false, err
	}
	if row.Purpose != order.PurposeOrder {
		return row.Message.Body != nil, nil
	}
	for _, id := range row.POs {
		if _, _, is, err := wanted(tx, id); err != nil || is {
			return is, err
		}
	}
	return false, nil
}

func (f *Flow) renderAgain(tx *store.Tx, w *world, old store.DispatchRow) (store.DispatchRow, error) {
	s, ok := w.cfg.Suppliers[old.Target]
	if !ok {
		return old, fmt.Errorf("supplier %s is not in the configuration any more: %w", old.Target, store.ErrNotFound)
	}
	if s.Send.By == "export" {
		return old, fmt.Errorf("you upload to %s yourself: `waybill dispatch preview` shows the file of a purchase order: %w", s.Name, ErrAction)
	}
	docs := map[order.OrderID]order.Order{}
	var pos []order.PurchaseOrder
	for _, id := range old.POs {
		po, row, is, err := wanted(tx, id)
		if err != nil {
			return old, err
		}
		if !is {
			continue
		}
		docs[po.Order] = row.Doc
		pos = append(pos, po)
	}
	if len(pos) == 0 {
		return old, fmt.Errorf("nothing in it is open any more: shipped, or cancelled: %w", ErrAction)
	}
	first := old.SettledAt
	if first.IsZero() {
		first = old.QueuedAt
	}
	again := &repeats{key: old.Message.Key, lane: old.Lane, first: first, row: old.ID}
	if old.State == order.DispatchWithdrawn && old.Attempts == 0 {
		again = nil // it was taken back before anybody saw it: no repeat
	}
	d, err := f.renderOrders(w, s, docs, pos, again)
	if err != nil {
		return old, fmt.Errorf("render it again: %w", err)
	}
	d.Order, d.POs, d.Resends = old.Order, nil, old.ID
	if again != nil && (s.Send.By == "sftp" || s.Send.By == "folder") {
		before := old.Message.Header[transports.HeaderRepeats]
		if old.Message.Body != nil {
			before += " " + transports.Digest(old.Message.Body)
		}
		d.Message.Header = map[string]string{transports.HeaderRepeats: strings.TrimSpace(before)}
	}
	for _, po := range pos {
		d.POs = append(d.POs, po.ID)
	}
	return *d, nil
}

// settleSending closes what waits for a person about a message, once that is decided: on the desk, on the command line, or by the decision about
// another of its exceptions.
func (f *Flow) settleSending(tx *store.Tx, id order.DispatchID, action Action, by string) error {
	row, err := tx.Dispatch(id)
	if err != nil {
		return err
	}
	if err := f.settleAlike(tx, row, action, by); err != nil {
		return err
	}
	for _, kind := range []ExceptionKind{SendUnsure, SendFailed, SendStuck, BouncedBack, ShopDiffers} {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Dispatch: id, Open: true})
		if err != nil {
			return err
		}
		for _, x := range rows {
			if waitsForOthers(x) {
				continue
			}
			if err := tx.SettleException(x.ID, string(action), by, f.now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// overtaken settles what waits about the sending of a purchase order whose supplier has shipped, or refused, or was never told of what is cancelled by
// now: what failed is not news any more, and what is queued must not go out. A message with several purchase orders waits for the last of them.
func (f *Flow) overtaken(tx *store.Tx, id order.POID) error {
	dispatches, err := tx.DispatchesOfPO(id)
	if err != nil {
		return err
	}
	for _, d := range dispatches {
		if d.Purpose != order.PurposeOrder {
			continue
		}
		over, answered := true, false
		for _, other := range d.POs {
			po, err := tx.PO(other)
			if err != nil {
				return err
			}
			row, err := tx.Order(po.Order)
			if err != nil {
				return err
			}
			over = over && (po.Closed() || len(po.Shipments) > 0)
			answered = answered || len(po.Shipments) > 0 || row.Intake.State != order.IntakeCancelled
		}
		if !over {
			continue
		}
		kind, action := order.Withdrawn, ActWithdraw
		if answered {
			kind, action = order.Arrived, ActArrived
		}
		switch d.State {
		case order.DispatchQueued, order.DispatchHeld, order.DispatchFailed: // what shadow mode kept back stays in its report
			if _, err := tx.Record(order.Event{Kind: kind, At: f.now(), Dispatch: d.ID, By: "rule"}); err != nil {
				return err
			}
		case order.DispatchSending, order.DispatchMarked, order.DispatchUnsure:
			continue // its verdict, or other evidence, settles it
		}
		if err := f.settleSending(tx, d.ID, action, "rule"); err != nil {
			return err
		}
	}
	return nil
}
