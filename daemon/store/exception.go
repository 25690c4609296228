package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"waybill/daemon/order"
)

var exceptionTable = newTable("exception", "exceptions", "id", "kind alike supplier channel order_id po_id dispatch_id item_id opened_at deadline",
	"detail times last_at settled_at action settled_by")

func scanException(row scanner) (ExceptionRow, error) {
	c := exceptionTable.read(row)
	r := ExceptionRow{ID: order.ExceptionID(c.int()), Kind: c.text(), Key: c.text(), Supplier: c.text(), Channel: c.text(), Order: order.OrderID(c.int()),
		PO: order.POID(c.int()), Dispatch: order.DispatchID(c.int()), Item: order.ItemID(c.int()), OpenedAt: c.time(), Deadline: c.time()}
	if detail := c.text(); detail != "" {
		r.Detail = json.RawMessage(detail)
	}
	r.Count, r.LastAt, r.SettledAt, r.Action, r.By = int(c.int()), c.time(), c.time(), c.text(), c.text()
	return r, c.err
}

func (r ExceptionRow) values() []any {
	var settled any
	if !r.SettledAt.IsZero() {
		settled = r.SettledAt
	}
	return []any{r.ID, r.Kind, key(r.Key), r.Supplier, r.Channel, ref(r.Order), ref(r.PO), ref(r.Dispatch), ref(r.Item), r.OpenedAt, r.Deadline, r.Detail,
		r.Count, r.LastAt, settled, r.Action, r.By}
}

// OpenException puts something before a person and records exception.opened. While one of the same Key is open, it is only
// counted there, and that row comes back with isNew false. OpenedAt and LastAt default to now.
func (tx *Tx) OpenException(r ExceptionRow) (row ExceptionRow, isNew bool, err error) {
	r.OpenedAt = stored(r.OpenedAt)
	if r.OpenedAt.IsZero() {
		r.OpenedAt = stored(tx.store.now())
	}
	r.LastAt = stored(cmp.Or(r.LastAt, r.OpenedAt))
	if r.Key != "" {
		alike, err := get(tx, scanException, exceptionTable.selects+` WHERE alike = ? AND settled_at IS NULL`, r.Key)
		if err == nil {
			alike.Count++
			alike.LastAt = r.LastAt
			if err := tx.update(exceptionTable, alike.values()...); err != nil {
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
	if err := tx.append(exceptionTable, r.values()...); err != nil {
		return r, false, fmt.Errorf("store an exception %s: %w", r.Kind, err)
	}
	take(&tx.ids.exception)
	_, err = tx.Record(order.Event{Kind: order.Opened, At: r.OpenedAt, Order: r.Order, PO: r.PO, Dispatch: r.Dispatch, Item: r.Item,
		Exception: r.ID, Reason: r.Kind})
	return r, err == nil, err
}

// SetExceptionDetail changes the evidence of an exception.
func (tx *Tx) SetExceptionDetail(id order.ExceptionID, detail []byte) error {
	row, err := tx.Exception(id)
	if err != nil {
		return err
	}
	row.Detail = detail
	if err := tx.update(exceptionTable, row.values()...); err != nil {
		return fmt.Errorf("change the evidence of exception %d: %w", id, err)
	}
	return nil
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
	row.SettledAt, row.Action, row.By = at, action, by
	if err := tx.update(exceptionTable, row.values()...); err != nil {
		return fmt.Errorf("settle exception %d: %w", id, err)
	}
	_, err = tx.Record(order.Event{Kind: order.Settled, At: at, Order: row.Order, PO: row.PO, Dispatch: row.Dispatch, Item: row.Item,
		Exception: id, Reason: action, By: by})
	return err
}

// Exception gives an exception, or ErrNotFound.
func (tx *Tx) Exception(id order.ExceptionID) (ExceptionRow, error) {
	row, err := get(tx, scanException, exceptionTable.selects+` WHERE id = ?`, id)
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
	alike, mark := tx.store.known(markAlike, f.Key)
	c.when(f.Key != "", "alike IN (?, ?)", alike, mark)
	c.when(f.Order != 0, "order_id = ?", f.Order)
	c.when(f.PO != 0, "po_id = ?", f.PO)
	c.when(f.Dispatch != 0, "dispatch_id = ?", f.Dispatch)
	c.when(f.Item != 0, "item_id = ?", f.Item)
	c.when(f.After != 0, "id > ?", f.After)
	query, args := c.listing(exceptionTable.selects, `ORDER BY id`, f.Limit)
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
