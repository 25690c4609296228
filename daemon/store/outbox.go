package store

import (
	"fmt"
	"time"

	"waybill/daemon/order"
)

const outboxColumns = `id, purpose, lane, target, order_id, pos, state, attempts, epoch, next_at, message, sha256, resends,
	queued_at, marked_at, settled_at, lease_owner, lease_until, answer, help, crc`

func scanDispatch(row scanner) (DispatchRow, error) {
	var r DispatchRow
	var next, queued, marked, settled, until stamp
	var crc int64
	var pos, message, sha string
	err := row.Scan(num(&r.ID), text(&r.Purpose), &r.Lane, &r.Target, num(&r.Order), &pos, text(&r.State), &r.Attempts, &r.Epoch, &next,
		&message, hexa{&sha}, num(&r.Resends), &queued, &marked, &settled, &r.LeaseOwner, &until, &r.Answer, &r.Help, &crc)
	if err != nil {
		return r, err
	}
	r.Next, r.QueuedAt, r.MarkedAt, r.SettledAt = time.Time(next), time.Time(queued), time.Time(marked), time.Time(settled)
	r.LeaseUntil = time.Time(until)
	if err := sealed("dispatch", int64(r.ID), crc, sealDispatch(r, pos, message, sha)); err != nil {
		return r, err
	}
	what := fmt.Sprintf("dispatch %d", r.ID)
	if err := decode(what, pos, &r.POs); err != nil {
		return r, err
	}
	if err := decode(what, message, &r.Message); err != nil {
		return r, err
	}
	r.Message.SHA256 = sha
	return r, nil
}

// sealDispatch covers what decides whether, where and what is sent.
func sealDispatch(r DispatchRow, pos, message, sha string) int64 {
	return seal(int64(r.ID), string(r.Purpose), r.Lane, r.Target, int64(r.Order), pos, string(r.State), int64(r.Attempts), r.Epoch,
		r.Next, message, sha, int64(r.Resends), r.LeaseOwner, r.LeaseUntil)
}

// documents gives the columns that are JSON. The SHA-256 has a column of its own.
func (r DispatchRow) documents() (pos, message jsonText, err error) {
	if r.POs == nil {
		r.POs = []order.POID{}
	}
	if pos, err = encode(r.POs); err != nil {
		return "", "", err
	}
	m := r.Message
	m.SHA256 = ""
	message, err = encode(m)
	return pos, message, err
}

// AddDispatch stores a message with its body (in evidence) and queues it, by the event Queued. row.Next says when it is due (zero: at
// once), row.Resends which dispatch it takes over from. ErrDuplicate while a dispatch of the same lane and Message.Key is neither
// replaced nor withdrawn; an empty key is never a duplicate.
func (tx *Tx) AddDispatch(row DispatchRow) (DispatchRow, error) {
	sha, err := tx.AddEvidence(row.Message.Body)
	if err != nil {
		return row, err
	}
	e := tx.dated(order.Event{Kind: order.Queued, Order: row.Order, Dispatch: order.DispatchID(tx.ids.dispatch + 1), Next: row.Next})
	if len(row.POs) == 1 {
		e.PO = row.POs[0]
	}
	if row.Dispatch, err = (order.Dispatch{}).Apply(e); err != nil {
		return row, err
	}
	row.ID, row.QueuedAt, row.Message.SHA256 = e.Dispatch, e.At, sha
	row.Purpose, row.Lane, row.Target = order.Purpose(clean(string(row.Purpose))), clean(row.Lane), clean(row.Target)
	row.MarkedAt, row.SettledAt, row.LeaseOwner, row.LeaseUntil = time.Time{}, time.Time{}, "", time.Time{}
	pos, message, err := row.documents()
	if err != nil {
		return row, err
	}
	n, err := tx.exec(`INSERT INTO outbox (id, purpose, lane, target, order_id, pos, state, attempts, epoch, next_at, message_key, message, sha256,
			resends, queued_at, marked_at, settled_at, lease_owner, lease_until, answer, help, crc)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, 0, 0, '', 0, ?, ?, ?) ON CONFLICT DO NOTHING`,
		row.ID, string(row.Purpose), row.Lane, row.Target, ref(row.Order), pos, string(row.State), row.Next, key(row.Message.Key), message,
		digest(sha), ref(row.Resends), row.QueuedAt, row.Answer, row.Help, sealDispatch(row, string(pos), string(message), sha))
	if err != nil {
		return row, fmt.Errorf("store a dispatch to %s: %w", row.Target, err)
	}
	if n == 0 {
		return row, fmt.Errorf("a dispatch of %s: %w", row.Message.Key, ErrDuplicate)
	}
	take(&tx.ids.dispatch)
	for _, po := range row.POs {
		if _, err := tx.exec(`INSERT INTO outbox_pos (po_id, dispatch_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, po, row.ID); err != nil {
			return row, fmt.Errorf("store the purchase orders of dispatch %d: %w", row.ID, err)
		}
	}
	_, err = tx.journal(e)
	return row, err
}

// saveDispatch stores what changes in a row of the outbox.
func (tx *Tx) saveDispatch(row DispatchRow) error {
	pos, message, err := row.documents()
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE outbox SET state = ?, attempts = ?, epoch = ?, next_at = ?, marked_at = ?, settled_at = ?, lease_owner = ?,
		lease_until = ?, answer = ?, help = ?, crc = ? WHERE id = ?`,
		string(row.State), row.Attempts, row.Epoch, row.Next, row.MarkedAt, row.SettledAt, row.LeaseOwner, row.LeaseUntil, row.Answer, row.Help,
		sealDispatch(row, string(pos), string(message), row.Message.SHA256), row.ID)
	if err != nil {
		return fmt.Errorf("store dispatch %d: %w", row.ID, err)
	}
	return nil
}

// outboxRow gives a row without its body.
func (tx *Tx) outboxRow(id order.DispatchID) (DispatchRow, error) {
	row, err := get(tx, scanDispatch, `SELECT `+outboxColumns+` FROM outbox WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("dispatch with the id %d: %w", id, err)
	}
	return row, nil
}

// Dispatch gives a row of the outbox with its body, or ErrNotFound.
func (tx *Tx) Dispatch(id order.DispatchID) (DispatchRow, error) {
	row, err := tx.outboxRow(id)
	if err != nil {
		return row, err
	}
	row.Message.Body, err = tx.Evidence(row.Message.SHA256)
	return row, err
}

// DispatchesOfPO gives the dispatches that cover a purchase order, oldest first, without bodies.
func (tx *Tx) DispatchesOfPO(id order.POID) ([]DispatchRow, error) {
	return list(tx, scanDispatch, `SELECT `+outboxColumns+` FROM outbox WHERE id IN (SELECT dispatch_id FROM outbox_pos WHERE po_id = ?) ORDER BY id`, id)
}

// DispatchFilter says which dispatches to list. Empty fields ask for nothing.
type DispatchFilter struct {
	Purpose order.Purpose
	Lane    string
	Target  string
	State   order.DispatchState
	Order   order.OrderID
	Limit   int // 0: all
}

// Dispatches lists dispatches, oldest first, without bodies.
func (tx *Tx) Dispatches(f DispatchFilter) ([]DispatchRow, error) {
	var c conditions
	c.when(f.State != "", "state = ?", string(f.State))
	c.when(f.Lane != "", "lane = ?", f.Lane)
	c.when(f.Purpose != "", "purpose = ?", string(f.Purpose))
	c.when(f.Target != "", "target = ?", f.Target)
	c.when(f.Order != 0, "order_id = ?", f.Order)
	query, args := c.listing(`SELECT `+outboxColumns+` FROM outbox`, `ORDER BY id`, f.Limit)
	return list(tx, scanDispatch, query, args...)
}

// NextDue tells when the lane's next message is due; false when nothing is queued. The time may have passed.
func (tx *Tx) NextDue(lane string) (time.Time, bool, error) {
	var due time.Time
	err := tx.one(func(row scanner) error { return row.Scan((*stamp)(&due)) },
		`SELECT next_at FROM outbox WHERE lane = ? AND state = 'queued' ORDER BY next_at LIMIT 1`, lane)
	if isNotFound(err) {
		return time.Time{}, false, nil
	}
	return due, err == nil, err
}

// Lanes gives the lanes that have queued messages.
func (tx *Tx) Lanes() ([]string, error) {
	return list(tx, scanText, `SELECT DISTINCT lane FROM outbox WHERE state = 'queued' ORDER BY lane`)
}

// SetDispatchAnswer notes the other side's last words and what a person can do.
func (tx *Tx) SetDispatchAnswer(id order.DispatchID, answer, help string) error {
	n, err := tx.exec(`UPDATE outbox SET answer = ?, help = ? WHERE id = ?`, answer, help, id)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("answer of dispatch %d: %w", id, err)
	}
	return nil
}
