package store

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Record is the one way to change something: it loads what the event is about (its kind's prefix says it: "order." an order,
// "po." a purchase order, "dispatch." a row of the outbox; others have no state), lets the domain apply the event, saves
// the result and adds the event to the journal. The event comes back with Seq, At (now, unless given) and Order filled in.
// Errors: those of Apply, and ErrNotFound.
func (tx *Tx) Record(e order.Event) (order.Event, error) {
	e = tx.dated(e)
	switch subject, _, _ := strings.Cut(string(e.Kind), "."); subject {
	case "order":
		if err := tx.recordIntake(e); err != nil {
			return e, err
		}
	case "po":
		po, err := tx.PO(e.PO)
		if err != nil {
			return e, err
		}
		e.Order = po.Order
		if po, err = po.Apply(e); err != nil {
			return e, err
		}
		if err := tx.savePO(po, e.At); err != nil {
			return e, err
		}
	case "dispatch":
		row, err := tx.outboxRow(e.Dispatch)
		if err != nil {
			return e, err
		}
		return tx.recordDispatch(&row, e)
	case "exception", "item":
		if e.PO != 0 && e.Order == 0 {
			po, err := tx.PO(e.PO)
			if err != nil {
				return e, err
			}
			e.Order = po.Order
		}
	default:
		return e, fmt.Errorf("event %q: %w", e.Kind, order.ErrTransition)
	}
	return tx.journal(e)
}

// dated fills in the time and cuts times to what is stored, so that an event is the same when it is read back.
func (tx *Tx) dated(e order.Event) order.Event {
	if e.At.IsZero() {
		e.At = tx.store.now()
	}
	e.At, e.Next = stored(e.At), stored(e.Next)
	return e
}

// stored is a time as it comes back from the database.
func stored(t time.Time) time.Time { return fromMicros(micros(t)) }

// recordDispatch applies an event to a row of the outbox and saves it with whatever else the caller has set in it.
func (tx *Tx) recordDispatch(row *DispatchRow, e order.Event) (order.Event, error) {
	e = tx.dated(e)
	e.Order, e.Dispatch = row.Order, row.ID
	if e.PO == 0 && len(row.POs) == 1 {
		e.PO = row.POs[0]
	}
	after, err := row.Apply(e)
	if err != nil {
		return e, fmt.Errorf("dispatch %d: %w", row.ID, err)
	}
	row.Dispatch = after
	switch e.Kind {
	case order.Marked:
		row.MarkedAt = e.At
	case order.Postponed:
		row.MarkedAt = time.Time{}
	case order.SentOK, order.Failed, order.Doubted, order.Arrived, order.Withdrawn:
		row.SettledAt = e.At
	}
	if row.State != order.DispatchSending && row.State != order.DispatchMarked {
		row.LeaseOwner, row.LeaseUntil = "", time.Time{}
	}
	if err := tx.saveDispatch(*row); err != nil {
		return e, err
	}
	if row.State == order.DispatchQueued {
		tx.Ring(BellLane + row.Lane)
	}
	return tx.journal(e)
}

var journalTable = newTable("event", "journal", "seq", "happened_at kind order_id po_id dispatch_id data", "")

// journal appends the event.
func (tx *Tx) journal(e order.Event) (order.Event, error) {
	data, err := encode(e)
	if err != nil {
		return e, err
	}
	seq := tx.ids.seq + 1
	if err := tx.append(journalTable, seq, e.At, string(e.Kind), ref(e.Order), ref(e.PO), ref(e.Dispatch), data); err != nil {
		return e, fmt.Errorf("append %s to the journal: %w", e.Kind, err)
	}
	tx.ids.seq = seq
	e.Seq = seq
	tx.recorded = append(tx.recorded, e)
	return e, nil
}

func scanEvent(row scanner) (order.Event, error) {
	c := journalTable.read(row)
	head := order.Event{Seq: c.int(), At: c.time(), Kind: order.EventKind(c.text()), Order: order.OrderID(c.int()), PO: order.POID(c.int()),
		Dispatch: order.DispatchID(c.int())}
	e := head
	c.json(&e)
	e.Seq, e.At, e.Kind, e.Order, e.PO, e.Dispatch = head.Seq, head.At, head.Kind, head.Order, head.PO, head.Dispatch
	return e, c.err
}

// JournalSince gives at most limit events after seq, in commit order.
func (tx *Tx) JournalSince(seq int64, limit int) ([]order.Event, error) {
	return list(tx, scanEvent, journalTable.selects+` WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
}

// Timeline gives the events of an order, of its purchase orders, and of the dispatches that cover them, in commit order.
func (tx *Tx) Timeline(id order.OrderID) ([]order.Event, error) {
	return list(tx, scanEvent, journalTable.selects+` WHERE order_id = ? UNION `+
		journalTable.selects+` WHERE dispatch_id IN (SELECT d.dispatch_id FROM outbox_pos d
			JOIN purchase_orders p ON p.id = d.po_id WHERE p.order_id = ?) ORDER BY seq`, id, id)
}
