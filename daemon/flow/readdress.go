package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// message is what the lane's sender gets of a row.
func (l *lane) message(row store.DispatchRow) transports.Message {
	m := transports.Message{Key: row.Message.Key, From: row.Message.From, To: row.Message.To, Header: row.Message.Header, Body: row.Message.Body,
		Attempt: attempt(row.ID, row.Epoch), Earlier: earlier(row)}
	if l.address != "" {
		m.To = []string{l.address}
	}
	return m
}

func attempt(id order.DispatchID, epoch int64) string { return fmt.Sprintf("%d-%d", id, epoch) }

// earlier names the attempts that may have left something on the other side: the latest of this message, and those of the one that it repeats.
func earlier(row store.DispatchRow) (names []string) {
	const most = 16
	for epoch := row.Epoch - 1; epoch > 0 && len(names) < most; epoch-- {
		names = append(names, attempt(row.ID, epoch))
	}
	for epoch := int64(1); row.Resends != 0 && epoch <= most; epoch++ {
		names = append(names, attempt(row.Resends, epoch))
	}
	return names
}

// addressGone tells whether a mail that waits was written to an address that is not its supplier's by now, or to a copy's that is not the mailbox's archive: who
// corrects a wrong address must not see what waits leave to it. A supplier that is not configured any more has none.
func (w *world) addressGone(row store.DispatchRow) bool {
	mailbox, is := strings.CutPrefix(row.Lane, laneMail)
	if !is || row.Purpose != order.PurposeOrder && row.Purpose != order.PurposeSupplier {
		return false
	}
	s := w.cfg.Suppliers[row.Target]
	theirs := append(slices.Concat(s.Email, s.Send.CC), w.cfg.Mailboxes[mailbox].Archive)
	return slices.ContainsFunc(row.Message.To, func(to string) bool {
		return !slices.ContainsFunc(theirs, func(a string) bool { return strings.EqualFold(a, to) })
	})
}

// readdress writes mails anew that wait for a supplier whose address has changed. What cannot be written keeps waiting, and a person hears of it.
func (f *Flow) readdress(ctx context.Context, w *world) error {
	var rows []store.DispatchRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		for _, state := range []order.DispatchState{order.DispatchQueued, order.DispatchHeld} {
			found, err := tx.Dispatches(store.DispatchFilter{State: state})
			if err != nil {
				return err
			}
			rows = append(rows, slices.DeleteFunc(found, func(row store.DispatchRow) bool { return !w.addressGone(row) })...)
		}
		return nil
	})
	for _, row := range rows {
		var ring []string
		failed := f.store.Write(ctx, func(tx *store.Tx) error {
			ring = nil
			return f.rewrite(tx, w, row, &ring)
		})
		f.lanes.ring(ring...)
		if failed == nil || errors.Is(failed, order.ErrTransition) { // on its way by now, or taken back: each attempt looks for itself
			continue
		}
		f.log.Error("a message to an address that has changed cannot be written anew", "dispatch", row.ID, "err", failed)
		err = errors.Join(err, f.store.Write(ctx, func(tx *store.Tx) error {
			return f.sendException(tx, row, SendStuck, "its address is not in the configuration any more: "+failed.Error(), "Put the supplier's address into the configuration, or withdraw it.")
		}))
	}
	return err
}

// rewrite takes the place of one mail by the same one to the supplier's address of today.
func (f *Flow) rewrite(tx *store.Tx, w *world, row store.DispatchRow, ring *[]string) error {
	if row.Purpose == order.PurposeOrder {
		return f.takeOut(tx, w, row, 0, "rule", ring)
	}
	if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: row.ID, By: "rule"}); err != nil {
		return err
	}
	for _, id := range row.POs {
		c, err := chaseOf(tx, id)
		if err != nil {
			return err
		}
		if question, err := c.by(tx, row); err != nil {
			return err
		} else if question { // it is asked anew when they may be asked
			for what, a := range c.Asked {
				if a.Dispatch == row.ID || a.Dispatch == row.Resends {
					delete(c.Asked, what)
				}
			}
			if err := c.save(tx, id); err != nil {
				return err
			}
			continue
		}
		if err := f.askNotToShip(tx, w, id, ring); err != nil {
			return err
		}
	}
	return f.settleSending(tx, row.ID, ActWithdraw, "rule")
}

// askNotToShip writes a request not to ship anew.
func (f *Flow) askNotToShip(tx *store.Tx, w *world, id order.POID, ring *[]string) error {
	po, err := tx.PO(id)
	if err != nil {
		return err
	}
	o, err := tx.Order(po.Order)
	if err != nil || po.Closed() {
		return err
	}
	s, ok := w.cfg.Suppliers[po.Supplier]
	if !ok || len(s.Email) == 0 {
		return fmt.Errorf("supplier %s has no address: %w", po.Supplier, store.ErrNotFound)
	}
	d, err := f.renderCancellation(w, s, o.Doc, po)
	if err != nil {
		return err
	}
	d.Order, d.POs = o.ID, []order.POID{id}
	lane, err := f.queue(tx, *d)
	*ring = append(*ring, lane)
	return err
}
