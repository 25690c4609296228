package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"waybill/daemon/order"
)

var outboxTable = newTable("dispatch", "outbox", "id", "purpose lane target order_id pos message_key message sha256 resends queued_at",
	"state attempts epoch next_at marked_at settled_at lease_owner lease_until answer help")

func scanDispatch(row scanner) (DispatchRow, error) {
	c := outboxTable.read(row)
	r := DispatchRow{ID: order.DispatchID(c.int()), Purpose: order.Purpose(c.text()), Lane: c.text(), Target: c.text(), Order: order.OrderID(c.int())}
	c.json(&r.POs)
	c.text() // the key is in the message
	c.json(&r.Message)
	r.Message.SHA256, r.Resends, r.QueuedAt = hex.EncodeToString(c.bytes()), order.DispatchID(c.int()), c.time()
	r.State, r.Attempts, r.Epoch, r.Next = order.DispatchState(c.text()), int(c.int()), c.int(), c.time()
	r.MarkedAt, r.SettledAt, r.LeaseOwner, r.LeaseUntil = c.time(), c.time(), c.text(), c.time()
	r.Answer, r.Help = c.text(), c.text()
	return r, c.err
}

func (r DispatchRow) values() ([]any, error) {
	if r.POs == nil {
		r.POs = []order.POID{}
	}
	pos, err := encode(r.POs)
	if err != nil {
		return nil, err
	}
	m := r.Message
	m.SHA256 = "" // has a column of its own
	message, err := encode(m)
	return []any{r.ID, string(r.Purpose), r.Lane, r.Target, ref(r.Order), pos, key(m.Key), message, digest(r.Message.SHA256), ref(r.Resends), r.QueuedAt,
		string(r.State), r.Attempts, r.Epoch, r.Next, r.MarkedAt, r.SettledAt, r.LeaseOwner, r.LeaseUntil, r.Answer, r.Help}, err
}

// AddDispatch stores a message with its body (in evidence) and queues it, by the event Queued. row.Next says when it is due
// (zero: at once), row.Resends which dispatch it takes over from. ErrDuplicate while a dispatch of the same lane and
// Message.Key is neither replaced nor withdrawn; an empty key is never a duplicate. ErrForgotten for a message whose body is not kept any more.
func (tx *Tx) AddDispatch(row DispatchRow) (DispatchRow, error) {
	if row.Message.Body == nil && row.Message.SHA256 != "" {
		return row, fmt.Errorf("what was sent then %w, and cannot be sent again", ErrForgotten)
	}
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
	row.MarkedAt, row.SettledAt, row.LeaseOwner, row.LeaseUntil = time.Time{}, time.Time{}, "", time.Time{}
	columns, err := row.values()
	if err != nil {
		return row, err
	}
	added, err := tx.add(outboxTable, columns...)
	if err != nil {
		return row, fmt.Errorf("store a dispatch to %s: %w", row.Target, err)
	}
	if !added {
		return row, fmt.Errorf("a dispatch of %s: %w", row.Message.Key, ErrDuplicate)
	}
	take(&tx.ids.dispatch)
	tx.Ring(BellLane + row.Lane)
	for _, po := range row.POs {
		if err := tx.later(`INSERT INTO outbox_pos (po_id, dispatch_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, po, row.ID); err != nil {
			return row, fmt.Errorf("store the purchase orders of dispatch %d: %w", row.ID, err)
		}
	}
	_, err = tx.journal(e)
	return row, err
}

// saveDispatch stores what changes in a row of the outbox.
func (tx *Tx) saveDispatch(row DispatchRow) error {
	columns, err := row.values()
	if err == nil {
		err = tx.update(outboxTable, columns...)
	}
	if err != nil {
		return fmt.Errorf("store dispatch %d: %w", row.ID, err)
	}
	return nil
}

// outboxRow gives a row without its body.
func (tx *Tx) outboxRow(id order.DispatchID) (DispatchRow, error) {
	row, err := get(tx, scanDispatch, outboxTable.selects+` WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("dispatch with the id %d: %w", id, err)
	}
	return row, nil
}

// Dispatch gives a row of the outbox with its body, or ErrNotFound. A body that is not kept any more is nil.
func (tx *Tx) Dispatch(id order.DispatchID) (DispatchRow, error) {
	row, err := tx.outboxRow(id)
	if err != nil {
		return row, err
	}
	row.Message.Body, err = tx.Evidence(row.Message.SHA256)
	if errors.Is(err, ErrForgotten) {
		err = nil
	}
	return row, err
}

// DispatchesOfPO gives the dispatches that cover a purchase order, oldest first, without bodies.
func (tx *Tx) DispatchesOfPO(id order.POID) ([]DispatchRow, error) {
	return list(tx, scanDispatch, outboxTable.selects+` WHERE id IN (SELECT dispatch_id FROM outbox_pos WHERE po_id = ?) ORDER BY id`, id)
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
	switch f.State {
	case "":
	case order.DispatchQueued, order.DispatchSending, order.DispatchMarked, order.DispatchUnsure, order.DispatchFailed:
		// Looked for all the time, so not bound: where a bound value decides whether a partial index serves, SQLite plans the statement anew at each run
		// (https://sqlite.org/partialindex.html, sqlite3_prepare_v3).
		c.when(true, "state = '"+string(f.State)+"'")
	default:
		c.when(true, "state = ?", string(f.State))
	}
	c.when(f.Lane != "", "lane = ?", f.Lane)
	c.when(f.Purpose != "", "purpose = ?", string(f.Purpose))
	c.when(f.Target != "", "target = ?", f.Target)
	c.when(f.Order != 0, "order_id = ?", f.Order)
	query, args := c.listing(outboxTable.selects, `ORDER BY id`, f.Limit)
	return list(tx, scanDispatch, query, args...)
}

// lastDispatches is how far back SentSince looks; a limit on what leaves within an hour is far below.
const lastDispatches = 50_000

// SentSince gives, of the last dispatches, those that left or may have left since a moment, without bodies.
func (tx *Tx) SentSince(t time.Time) ([]DispatchRow, error) {
	return list(tx, scanDispatch, outboxTable.selects+` WHERE id > (SELECT COALESCE(MAX(id), 0) FROM outbox) - ? AND settled_at >= ?
		AND state IN ('sent', 'unsure', 'replaced') ORDER BY id`, lastDispatches, t)
}

// Told counts, up to most, the purchase orders of a supplier that are in a message that was let go: sent, or on its way. What is held, was only shown to the
// owner, or was taken back is not, also where another message has taken its place; nor is what is in the message except alone (0: none).
func (tx *Tx) Told(supplier string, except order.DispatchID, most int) (n int, err error) {
	err = tx.one(func(row scanner) error { return row.Scan(&n) }, `SELECT count(*) FROM (SELECT DISTINCT p.id FROM purchase_orders p
		JOIN outbox_pos d ON d.po_id = p.id JOIN outbox b ON b.id = d.dispatch_id
		WHERE p.supplier = ? AND b.id <> ? AND b.purpose = 'order' AND b.lane NOT LIKE 'export:%' AND b.state NOT IN ('held', 'shadow', 'withdrawn')
		AND (b.state <> 'replaced' OR b.attempts > 0) LIMIT ?) AS told`, supplier, except, most)
	return n, err
}

// NextDue tells when the lane's next message is due; false when nothing is queued. The time may have passed.
func (tx *Tx) NextDue(lane string) (time.Time, bool, error) {
	var due int64
	err := tx.one(func(row scanner) error { return row.Scan(&due) },
		`SELECT next_at FROM outbox WHERE lane = ? AND state = 'queued' ORDER BY next_at LIMIT 1`, lane)
	if isNotFound(err) {
		return time.Time{}, false, nil
	}
	return fromMicros(due), err == nil, err
}

// Lanes gives the lanes that have queued messages.
func (tx *Tx) Lanes() ([]string, error) {
	return list(tx, scanText, `SELECT DISTINCT lane FROM outbox WHERE state = 'queued' ORDER BY lane`)
}

// SetDispatchAnswer notes the other side's last words and what a person can do.
func (tx *Tx) SetDispatchAnswer(id order.DispatchID, answer, help string) error {
	row, err := tx.outboxRow(id)
	if err != nil {
		return err
	}
	row.Answer, row.Help = answer, help
	return tx.saveDispatch(row)
}
