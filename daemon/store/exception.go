package store

import (
	"cmp"
	"fmt"
	"time"

	"waybill/daemon/order"
)

const exceptionColumns = `id, kind, alike, times, supplier, channel, order_id, po_id, dispatch_id, item_id, opened_at, last_at, deadline, detail,
	settled_at, action, settled_by`

func scanException(row scanner) (ExceptionRow, error) {
	var r ExceptionRow
	var opened, last, deadline, settled stamp
	err := row.Scan(num(&r.ID), &r.Kind, text(&r.Key), &r.Count, &r.Supplier, &r.Channel, num(&r.Order), num(&r.PO), num(&r.Dispatch),
		num(&r.Item), &opened, &last, &deadline, text(&r.Detail), &settled, &r.Action, &r.By)
	r.OpenedAt, r.LastAt, r.Deadline, r.SettledAt = time.Time(opened), time.Time(last), time.Time(deadline), time.Time(settled)
	return r, err
}

// OpenException puts something before a person and records exception.opened. While one of the same Key is open, it is only counted there, and that row
// comes back with isNew false. OpenedAt and LastAt default to now.
func (tx *Tx) OpenException(r ExceptionRow) (row ExceptionRow, isNew bool, err error) {
	r.OpenedAt = stored(r.OpenedAt)
	if r.OpenedAt.IsZero() {
		r.OpenedAt = stored(tx.store.now())
	}
	r.LastAt = stored(cmp.Or(r.LastAt, r.OpenedAt))
	if r.Key != "" {
		alike, err := get(tx, scanException, `SELECT `+exceptionColumns+` FROM exceptions WHERE alike = ? AND settled_at IS NULL`, r.Key)
		if err == nil {
			alike.Count++
			alike.LastAt = r.LastAt
			if _, err := tx.exec(`UPDATE exceptions SET times = ?, last_at = ? WHERE id = ?`, alike.Count, alike.LastAt, alike.ID); err != nil {
				return alike, false, fmt.Errorf("count exception %d: %w", alike.ID, err)
			}
			return alike, false, nil
		}
		if !isNotFound(err) {
			return r, false, err
		}
	}
	r.ID, r.Count, r.Deadline = order.ExceptionID(tx.ids.exception+1), 1, stored(r.Deadline)
	r.SettledAt, r.Action, r.By = time.Time{}, "", ""
	_, err = tx.exec(`INSERT INTO exceptions (`+exceptionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', '')`,
		r.ID, r.Kind, key(r.Key), r.Count, r.Supplier, r.Channel, ref(r.Order), ref(r.PO), ref(r.Dispatch), ref(r.Item), r.OpenedAt, r.LastAt,
		r.Deadline, jsonText(r.Detail))
	if err != nil {
		return r, false, fmt.Errorf("store an exception %s: %w", r.Kind, err)
	}
	take(&tx.ids.exception)
	_, err = tx.Record(order.Event{Kind: order.Opened, At: r.OpenedAt, Order: r.Order, PO: r.PO, Dispatch: r.Dispatch, Item: r.Item,
		Exception: r.ID, Reason: r.Kind})
	return r, err == nil, err
}

// SettleException closes an exception by one of its actions and records exception.settled. Errors: ErrNotFound, ErrSettled.
func (tx *Tx) SettleException(id order.ExceptionID, action, by string, at time.Time) error {
	row, err := tx.Exception(id)
	if err != nil {
		return err
	}
	if !row.SettledAt.IsZero() {
		return fmt.Errorf("exception %d %w, by %s (%s)", id, ErrSettled, row.By, row.Action)
	}
	if at.IsZero() {
		at = tx.store.now()
	}
	if _, err := tx.exec(`UPDATE exceptions SET settled_at = ?, action = ?, settled_by = ? WHERE id = ?`, at, action, by, id); err != nil {
		return fmt.Errorf("settle exception %d: %w", id, err)
	}
	_, err = tx.Record(order.Event{Kind: order.Settled, At: at, Order: row.Order, PO: row.PO, Dispatch: row.Dispatch, Item: row.Item,
		Exception: id, Reason: action, By: by})
	return err
}

// Exception gives an exception, or ErrNotFound.
func (tx *Tx) Exception(id order.ExceptionID) (ExceptionRow, error) {
	row, err := get(tx, scanException, `SELECT `+exceptionColumns+` FROM exceptions WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("exception %d: %w", id, err)
	}
	return row, nil
}

// ExceptionFilter says which exceptions to list. Empty fields ask for nothing.
type ExceptionFilter struct {
	Kind     string
	Supplier string
	Key      string
	Order    order.OrderID
	PO       order.POID
	Dispatch order.DispatchID
	Item     order.ItemID
	After    order.ExceptionID // only those with a higher id
	Open     bool              // only those that still wait
	Limit    int               // 0: all
}

// Exceptions lists exceptions, oldest first.
func (tx *Tx) Exceptions(f ExceptionFilter) ([]ExceptionRow, error) {
	var c conditions
	c.when(f.Open, "settled_at IS NULL")
	c.when(f.Kind != "", "kind = ?", f.Kind)
	c.when(f.Supplier != "", "supplier = ?", f.Supplier)
	c.when(f.Key != "", "alike = ?", f.Key)
	c.when(f.Order != 0, "order_id = ?", f.Order)
	c.when(f.PO != 0, "po_id = ?", f.PO)
	c.when(f.Dispatch != 0, "dispatch_id = ?", f.Dispatch)
	c.when(f.Item != 0, "item_id = ?", f.Item)
	c.when(f.After != 0, "id > ?", f.After)
	query, args := c.listing(`SELECT `+exceptionColumns+` FROM exceptions`, `ORDER BY id`, f.Limit)
	return list(tx, scanException, query, args...)
}

// CountExceptions counts the open ones, or all.
func (tx *Tx) CountExceptions(open bool) (int, error) {
	query := `SELECT count(*) FROM exceptions`
	if open {
		query += ` WHERE settled_at IS NULL`
	}
	var n int
	err := tx.one(func(row scanner) error { return row.Scan(&n) }, query)
	return n, err
}
