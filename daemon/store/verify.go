package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"waybill/daemon/order"
)

// Verify goes through the books and calls report for everything that is wrong: rows that were changed by something else, states
// that do not follow from the journal, journal entries that are missing, evidence that is missing or holds other bytes. It
// returns an error only when it cannot look. All is compared in one consistent state of the database, in memory that grows with
// the number of orders.
func (s *Store) Verify(ctx context.Context, report func(problem string)) error {
	return s.View(ctx, func(tx *Tx) error {
		b := &books{tx: tx, report: report, intakes: map[order.OrderID]order.Intake{}, pos: map[order.POID]order.PurchaseOrder{},
			dispatches: map[order.DispatchID]order.Dispatch{}}
		for _, step := range []func() error{b.pages, b.replay, b.orders, b.purchaseOrders, b.outbox, b.missing, b.others, b.evidence} {
			if err := step(); err != nil {
				return fmt.Errorf("verify the database: %w", err)
			}
		}
		return nil
	})
}

// books are the states as the journal tells them.
type books struct {
	tx         *Tx
	report     func(string)
	intakes    map[order.OrderID]order.Intake
	pos        map[order.POID]order.PurchaseOrder
	dispatches map[order.DispatchID]order.Dispatch
}

func (b *books) problem(format string, args ...any) { b.report(fmt.Sprintf(format, args...)) }

// rows reads all rows of a query; one that is damaged is reported and the next is read.
func rows[T any](b *books, scan func(scanner) (T, error), check func(T), query string, args ...any) error {
	return b.tx.each(func(row scanner) error {
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

// replay makes all states from the journal.
func (b *books) replay() error {
	// What identifies a purchase order is not in the journal; the rows' own text is taken, and compared by its checksum.
	err := b.tx.each(func(row scanner) error {
		po, err := scanPO(row)
		if errors.Is(err, ErrDamaged) {
			return nil // purchaseOrders reports it
		}
		b.pos[po.ID] = order.PurchaseOrder{Number: po.Number, Supplier: po.Supplier, Token: po.Token}
		return err
	}, poTable.selects)
	if err != nil {
		return err
	}
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
	}, b.apply, journalTable.selects+` ORDER BY seq`)
}

func (b *books) apply(e order.Event) {
	var err error
	switch {
	case e.Dispatch != 0 && isAbout(e, "dispatch."):
		b.dispatches[e.Dispatch], err = b.dispatches[e.Dispatch].Apply(e)
	case isAbout(e, "order."):
		b.intakes[e.Order], err = b.intakes[e.Order].Apply(e)
	case isAbout(e, "po."):
		b.pos[e.PO], err = b.pos[e.PO].Apply(e)
	}
	if err != nil {
		b.problem("event %d (%s) was not possible: %v", e.Seq, e.Kind, err)
	}
}

func isAbout(e order.Event, prefix string) bool {
	return len(e.Kind) > len(prefix) && string(e.Kind[:len(prefix)]) == prefix
}

func (b *books) orders() error {
	return rows(b, scanOrder, func(r OrderRow) {
		if told := b.intakes[r.ID]; told != r.Intake {
			b.problem("order %s (id %d) is %q, the journal says %q", r.Doc.Number, r.ID, r.Intake.State, told.State)
		}
		delete(b.intakes, r.ID)
	}, orderTable.selects)
}

func (b *books) purchaseOrders() error {
	return rows(b, scanPO, func(po order.PurchaseOrder) {
		told := b.pos[po.ID]
		delete(b.pos, po.ID)
		for i := range min(len(told.Lines), len(po.Lines)) {
			to, from := &told.Lines[i], po.Lines[i]
			to.SKU, to.SupplierSKU, to.Title = from.SKU, from.SupplierSKU, from.Title
		}
		x, errX := encode(told)
		y, errY := encode(po)
		if x != y || errX != nil || errY != nil {
			b.problem("purchase order %s (id %d) is %s, the journal says %s", po.Number, po.ID, y, x)
		}
	}, poTable.selects)
}

func (b *books) outbox() error {
	listed := map[order.DispatchID][]order.POID{}
	err := rows(b, scanDispatch, func(r DispatchRow) {
		if told := b.dispatches[r.ID]; told.State != r.State || told.Epoch != r.Epoch || told.Attempts != r.Attempts || !told.Next.Equal(r.Next) {
			b.problem("dispatch %d is %+v, the journal says %+v", r.ID, r.Dispatch, told)
		}
		delete(b.dispatches, r.ID)
		listed[r.ID] = r.POs
	}, outboxTable.selects)
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
			listed[id] = slices.Delete(listed[id], i, i+1)
		} else {
			listed[id] = append(listed[id], po)
		}
		return nil
	}, `SELECT dispatch_id, po_id FROM outbox_pos`)
	for id, different := range listed {
		if len(different) > 0 {
			b.problem("dispatch %d and its list of purchase orders differ in %v", id, different)
		}
	}
	return err
}

// missing reports what the journal knows and has no row any more.
func (b *books) missing() error {
	for id := range b.intakes {
		b.problem("order %d is in the journal and has no row that can be read", id)
	}
	for id := range b.pos {
		b.problem("purchase order %d is in the journal and has no row that can be read", id)
	}
	for id := range b.dispatches {
		b.problem("dispatch %d is in the journal and has no row that can be read", id)
	}
	return nil
}

// others holds the rows of the tables that have no state in the journal against their checksums.
func (b *books) others() error {
	for _, t := range []*table{itemTable, findingTable, packageTable, exceptionTable, settingTable, ruleTable, originalTable, proofTable} {
		err := rows(b, func(row scanner) (*cells, error) {
			c := t.read(row)
			return c, c.err
		}, func(*cells) {}, t.selects)
		if err != nil {
			return err
		}
	}
	return nil
}

// evidence unpacks all of it and looks for what is referred to and is not there.
func (b *books) evidence() error {
	err := b.tx.each(func(row scanner) error {
		var sha, packed []byte
		var form int
		if err := row.Scan(&sha, &form, &packed); err != nil {
			return err
		}
		if _, err := b.tx.store.packer.open(hex.EncodeToString(sha), form, packed); err != nil {
			b.problem("%v", err)
		}
		return nil
	}, `SELECT sha256, form, bytes FROM evidence`)
	if err != nil {
		return err
	}
	for _, q := range []struct{ what, query string }{
		{"body of dispatch", `SELECT id FROM outbox WHERE sha256 NOT IN (SELECT sha256 FROM evidence)`},
		{"bytes of item", `SELECT id FROM items WHERE sha256 IS NOT NULL AND sha256 NOT IN (SELECT sha256 FROM evidence)`},
	} {
		err := b.tx.each(func(row scanner) error {
			var id int64
			if err := row.Scan(&id); err != nil {
				return err
			}
			b.problem("the %s %d is missing", q.what, id)
			return nil
		}, q.query)
		if err != nil {
			return err
		}
	}
	return nil
}
