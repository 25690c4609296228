package flow

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// queue is the one way into the outbox. It stores a rendered dispatch and says what becomes of it: it waits for its delay and goes; it is held for a
// person, as one of a supplier's first; or shadow mode is on, and it is shown to the owner instead. Mail is remembered by its Message-ID so that an
// answer finds its thread. It returns the lane that has work now.
func (f *Flow) queue(tx *store.Tx, d store.DispatchRow) (lane string, err error) {
	w := f.world.Load()
	d.QueuedAt = f.now()
	shadow, err := w.shadows(tx, d)
	if err != nil {
		return "", err
	}
	if wait := w.delayOf(d); wait > 0 && !shadow {
		d.Next = d.QueuedAt.Add(wait)
	}
	row, err := tx.AddDispatch(d)
	if err != nil {
		return "", fmt.Errorf("queue %s: %w", d.Message.Key, err)
	}
	if strings.HasPrefix(d.Lane, laneMail) && d.Purpose != order.PurposeOperator && d.Purpose != order.PurposeCustomer {
		for _, po := range d.POs {
			if err := tx.AddMessageID(d.Message.Key, po); err != nil {
				return "", err
			}
		}
	}
	if shadow {
		return f.shadow(tx, w, row)
	}
	if err := f.holdMany(tx, row); err != nil {
		return "", err
	}
	return d.Lane, f.holdFirst(tx, w, row)
}

// delayOf is how long a message waits, to be taken back.
func (w *world) delayOf(d store.DispatchRow) time.Duration {
	if d.Purpose != order.PurposeOrder {
		return 0
	}
	if delay := w.cfg.Suppliers[d.Target].Send.Delay; delay != nil {
		return time.Duration(*delay)
	}
	return time.Duration(w.cfg.Sending.Delay)
}
