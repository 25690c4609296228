package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
)

// verifyWindow is how many orders, or dispatches, are in memory at once while the books are verified.
const verifyWindow = 5000

// Verify goes through the books and calls report for everything that is wrong: rows that were changed by something else, states that do not follow from the
// journal, journal entries that are missing, evidence that is missing or holds other bytes. progress, when not nil, hears what is being looked at and how much
// of it is done. It returns an error only when it cannot look. All is compared in one consistent state of the database, in memory that does not grow with it.
func (s *Store) Verify(ctx context.Context, report func(problem string), progress func(what string, done int64)) error {
	return s.View(ctx, func(tx *Tx) error { return tx.verify(report, progress) })
}

func (tx *Tx) verify(report func(string), progress func(string, int64)) error {
	b := &books{tx: tx, report: report}
	for _, step := range []struct {
		what string
		look func() error
	}{{"pages", b.pages}, {"journal", b.journal}, {"orders", b.orders}, {"dispatches", b.dispatchRows}, {"items", b.items}, {"other rows", b.others},
		{"evidence", b.evidence}, {"what refers to what", b.references}} {
		b.done = 0
		b.progress = func(n int64) {
			b.done += n
			if progress != nil {
				progress(step.what, b.done)
			}
		}
		b.progress(0)
		if err := step.look(); err != nil {
			return fmt.Errorf("verify the database (%s): %w", step.what, err)
		}
	}
	return nil
}

// books are what verify has found so far.
type books struct {
	tx       *Tx
	report   func(string)
	progress func(int64)
	done     int64
}

func (b *books) problem(format string, args ...any) { b.report(fmt.Sprintf(format, args...)) }

// rows reads all rows of a query; one that is damaged is reported and the next is read.
func rows[T any](b *books, scan func(scanner) (T, error), check func(T), query string, args ...any) error {
	n := 0
	return b.tx.each(func(row scanner) error {
		if n++; n%10_000 == 0 {
			b.progress(10_000)
		}
		v, err := scan(row)
		if errors.Is(err, ErrDamaged) {
			b.problem("%v", err)
			return nil
		}
		if err == nil {
			check(v)
		}
		return err
	}, query, args...)
}

// pages has SQLite compare its tables with their indexes. PostgreSQL has checksums of its own and pg_amcheck.
func (b *books) pages() error {
	if b.tx.store.dialect != sqliteDialect {
		return nil
	}
	return b.tx.each(func(row scanner) error {
		var problem string
		if err := row.Scan(&problem); err != nil {
			return err
		}
		if problem != "ok" {
			b.problem("SQLite finds: %s", problem)
		}
		return nil
	}, "PRAGMA integrity_check(100)")
}

// journal reads all events: none may be missing.
func (b *books) journal() error {
	last := int64(0)
	return rows(b, func(row scanner) (order.Event, error) {
		e, err := scanEvent(row)
		if e.Seq != 0 {
			if e.Seq != last+1 {
				b.problem("the journal goes from %d to %d: events are missing", last, e.Seq)
			}
			last = e.Seq
		}
		return e, err
	}, func(order.Event) {}, journalTable.selects+` ORDER BY seq`)
}

// windows calls look for ranges of ids. The queries give the least id from one on: a gap, however wide a damaged id makes it, is one step.
func (b *books) windows(look func(from, to int64) error, queries ...string) error {
	const none = 1<<63 - 1 - verifyWindow
	for from := int64(-1 << 63); ; from += verifyWindow {
		next := int64(none)
		for _, query := range queries {
			err := b.tx.one(func(row scanner) error {
				var least sql.NullInt64
				err := row.Scan(&least)
				if least.Valid {
					next = min(next, least.Int64)
				}
				return err
			}, query, from)
			if err != nil {
				return err
			}
		}
		if next == none {
			return nil
		}
		from = next
		if err := look(from, from+verifyWindow); err != nil {
			return err
		}
		b.progress(verifyWindow)
	}
}

// orders makes the states of orders and their purchase orders from the journal.
func (b *books) orders() error {
	return b.windows(b.ordersFrom, `SELECT min(id) FROM orders WHERE id >= ?`, `SELECT min(order_id) FROM purchase_orders WHERE order_id >= ?`,
		`SELECT min(order_id) FROM journal WHERE order_id >= ?`)
}

func (b *books) ordersFrom(from, to int64) error {
	intakes, pos := map[order.OrderID]order.Intake{}, map[order.POID]order.PurchaseOrder{}
	// What identifies a purchase order is not in the journal; the rows' own text is taken, and compared by its checksum.
	const posOfWindow = ` WHERE order_id >= ? AND order_id < ?`
	err := b.tx.each(func(row scanner) error {
		po, err := scanPO(row)
		if errors.Is(err, ErrDamaged) {
			return nil // reported below
		}
		pos[po.ID] = order.PurchaseOrder{Number: po.Number, Supplier: po.Supplier, Token: po.Token}
		return err
	}, poTable.selects+posOfWindow, from, to)
	if err != nil {
		return err
	}
	err = b.events(func(e order.Event) (err error) {
		switch subject, _, _ := strings.Cut(string(e.Kind), "."); subject {
		case "order":
			intakes[e.Order], err = intakes[e.Order].Apply(e)
		case "po":
			pos[e.PO], err = pos[e.PO].Apply(e)
		}
		return err
	}, ` WHERE order_id >= ? AND order_id < ? ORDER BY order_id, seq`, from, to)
	if err != nil {
		return err
	}
	err = rows(b, scanOrder, func(r OrderRow) {
		if told := intakes[r.ID]; told != r.Intake {
			b.problem("order %s (id %d) is %q, the journal says %q", r.Doc.Number, r.ID, r.Intake.State, told.State)
		}
		delete(intakes, r.ID)
	}, orderTable.selects+` WHERE id >= ? AND id < ?`, from, to)
	if err != nil {
		return err
	}
	err = rows(b, scanPO, func(po order.PurchaseOrder) {
		told := pos[po.ID]
		delete(pos, po.ID)
		b.samePO(told, po)
	}, poTable.selects+posOfWindow, from, to)
	for id := range intakes {
		b.problem("order %d is in the journal and has no row that can be read", id)
	}
	for id := range pos {
		b.problem("purchase order %d is in the journal and has no row that can be read", id)
	}
	return err
}

// events applies the events of a window; one that is damaged is reported elsewhere.
func (b *books) events(apply func(order.Event) error, where string, args ...any) error {
	return b.tx.each(func(row scanner) error {
		e, err := scanEvent(row)
		if errors.Is(err, ErrDamaged) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := apply(e); err != nil {
			b.problem("event %d (%s) was not possible: %v", e.Seq, e.Kind, err)
		}
		return nil
	}, journalTable.selects+where, args...)
}

func (b *books) samePO(told, po order.PurchaseOrder) {
	for i := range min(len(told.Lines), len(po.Lines)) {
		to, from := &told.Lines[i], po.Lines[i]
		to.SKU, to.SupplierSKU, to.Title = from.SKU, from.SupplierSKU, from.Title
	}
	x, errX := encode(told)
	y, errY := encode(po)
	if x != y || errX != nil || errY != nil {
		b.problem("purchase order %s (id %d) is %s, the journal says %s", po.Number, po.ID, y, x)
	}
}

// dispatchRows makes the states of the outbox from the journal.
func (b *books) dispatchRows() error {
	return b.windows(b.dispatchesFrom, `SELECT min(id) FROM outbox WHERE id >= ?`, `SELECT min(dispatch_id) FROM outbox_pos WHERE dispatch_id >= ?`,
		`SELECT min(dispatch_id) FROM journal WHERE dispatch_id >= ?`)
}

func (b *books) dispatchesFrom(from, to int64) error {
	told, listed := map[order.DispatchID]order.Dispatch{}, map[order.DispatchID][]order.POID{}
	err := b.events(func(e order.Event) (err error) {
		if strings.HasPrefix(string(e.Kind), "dispatch.") {
			told[e.Dispatch], err = told[e.Dispatch].Apply(e)
		}
		return err
	}, ` WHERE dispatch_id >= ? AND dispatch_id < ? ORDER BY dispatch_id, seq`, from, to)
	if err != nil {
		return err
	}
	err = rows(b, scanDispatch, func(r DispatchRow) {
		if t := told[r.ID]; t.State != r.State || t.Epoch != r.Epoch || t.Attempts != r.Attempts || !t.Next.Equal(r.Next) {
			b.problem("dispatch %d is %+v, the journal says %+v", r.ID, r.Dispatch, t)
		}
		delete(told, r.ID)
		listed[r.ID] = r.POs
	}, outboxTable.selects+` WHERE id >= ? AND id < ?`, from, to)
	if err != nil {
		return err
	}
	err = b.tx.each(func(row scanner) error {
		var id order.DispatchID
		var po order.POID
		if err := row.Scan((*int64)(&id), (*int64)(&po)); err != nil {
			return err
		}
		if i := slices.Index(listed[id], po); i >= 0 {
			listed[id] = slices.Delete(slices.Clone(listed[id]), i, i+1)
		} else {
			listed[id] = append(listed[id], po)
		}
		return nil
	}, `SELECT dispatch_id, po_id FROM outbox_pos WHERE dispatch_id >= ? AND dispatch_id < ?`, from, to)
	for id, different := range listed {
		if len(different) > 0 {
			b.problem("dispatch %d and its list of purchase orders differ in %v", id, different)
		}
	}
	for id := range told {
		b.problem("dispatch %d is in the journal and has no row that can be read", id)
	}
	return err
}

// items reads the ledger of what came in.
func (b *books) items() error {
	return rows(b, scanItem, func(r ItemRow) {
		if (r.State == ItemTooLarge) != (r.SHA256 == "") && r.State != ItemQuarantined {
			b.problem("item %d is %s, which does not go with its bytes", r.ID, r.State)
		}
	}, itemTable.selects)
}

// others holds the rows of the tables that have no state in the journal against their checksums.
func (b *books) others() error {
	looked := []*table{journalTable, orderTable, poTable, outboxTable, itemTable}
	for _, d := range described {
		if d.table == nil || slices.Contains(looked, d.table) {
			continue
		}
		err := rows(b, func(row scanner) (*cells, error) {
			c := d.read(row)
			return c, c.err
		}, func(*cells) {}, d.selects)
		if err != nil {
			return err
		}
	}
	return nil
}

// evidence unpacks all of it.
func (b *books) evidence() error {
	n := 0
	return b.tx.each(func(row scanner) error {
		if n++; n%1000 == 0 {
			b.progress(1000)
		}
		var sha, packed []byte
		var form int
		var size int64
		if err := row.Scan(&sha, &form, &size, &packed); err != nil {
			return err
		}
		raw, err := b.tx.store.packer.open(hex.EncodeToString(sha), form, packed)
		switch {
		case errors.Is(err, ErrForgotten) && len(packed) == 0 && len(sha) == 32 && size >= 0:
		case err != nil:
			b.problem("%v", err)
		case int64(len(raw)) != size:
			b.problem("evidence %x has %d bytes, its row says %d", sha, len(raw), size)
		}
		return nil
	}, `SELECT sha256, form, size, bytes FROM evidence`)
}

// references looks for what is referred to and is not there, and for what nobody refers to.
func (b *books) references() error {
	queries := []struct{ what, query string }{
		{"the body of dispatch %v is missing", `SELECT id FROM outbox WHERE sha256 NOT IN (SELECT sha256 FROM evidence)`},
		{"the bytes of item %v are missing", `SELECT id FROM items WHERE sha256 IS NOT NULL AND sha256 NOT IN (SELECT sha256 FROM evidence)`},
		{"finding of an item %v that is not there", `SELECT item_id FROM findings WHERE item_id NOT IN (SELECT id FROM items)`},
		{"package %v is of a purchase order that is not there", `SELECT id FROM packages WHERE po_id NOT IN (SELECT id FROM purchase_orders)`},
		{"exception %v was opened without an event", `SELECT id FROM exceptions WHERE id > (SELECT count(*) FROM journal WHERE kind = 'exception.opened')`},
	}
	for _, q := range queries {
		err := b.tx.each(func(row scanner) error {
			var id any
			if err := row.Scan(&id); err != nil {
				return err
			}
			b.problem(q.what, id)
			return nil
		}, q.query)
		if err != nil {
			return err
		}
	}
	return nil
}
