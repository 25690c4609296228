package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// closedFor is how long a closed purchase order stays in the index, so that repeats and late news are named as such.
const closedFor = 90 * 24 * time.Hour

// buildIndex fills the index from the store, once: when the daemon starts, or when a command without a daemon first needs it. What is committed meanwhile
// comes again through feedIndex: Put is idempotent.
func (f *Flow) buildIndex(ctx context.Context) error {
	f.building.Lock()
	defer f.building.Unlock()
	if f.built.Load() {
		return nil
	}
	from := f.store.LastSeq()
	since := f.now().Add(-closedFor)
	err := f.store.View(ctx, func(tx *store.Tx) error {
		return f.index.Fill(func(put func(match.PO)) error {
			return tx.EachOpenPO(since, func(k store.Known) error {
				put(indexed(k))
				return nil
			})
		})
	})
	if err != nil {
		return err
	}
	f.fed.Store(from)
	f.built.Store(true)
	return nil
}

// feedIndex follows the journal in commit order, so that a second node and a restart come to the same index.
func (f *Flow) feedIndex(ctx context.Context) error {
	f.feeding.Store(true)
	defer f.feeding.Store(false)
	for ctx.Err() == nil {
		err := f.store.Follow(ctx, f.fed.Load(), func(events []order.Event) error {
			touched, err := f.touched(ctx, events)
			if err != nil {
				return err
			}
			if err := f.refresh(ctx, touched); err != nil {
				return err
			}
			f.fed.Store(events[len(events)-1].Seq)
			return nil
		})
		if err != nil && ctx.Err() == nil {
			f.log.Error("the journal cannot be followed", "err", err)
			f.sleep(ctx, bookPause, nil)
		}
	}
	return nil
}

// refresh brings the index up to date for some purchase orders.
func (f *Flow) refresh(ctx context.Context, ids []order.POID) error {
	if len(ids) == 0 {
		return nil
	}
	// One at a time, so that a slow look at an older state cannot overwrite a newer one.
	f.indexing.Lock()
	defer f.indexing.Unlock()
	return f.store.View(ctx, func(tx *store.Tx) error {
		return tx.EachPO(ids, func(k store.Known) error {
			f.index.Put(indexed(k))
			return nil
		})
	})
}

func indexed(k store.Known) match.PO {
	po, doc := k.PO, k.Doc
	p := match.PO{
		ID: po.ID, OrderID: po.Order, Channel: doc.Channel, Order: doc.Number, Number: po.Number, Supplier: po.Supplier, Token: po.Token,
		ShipTo: doc.ShipTo, Email: doc.Customer.Email, Phone: doc.ShipTo.Phone, PlacedAt: po.PlacedAt, MessageIDs: k.MessageIDs, Refs: k.Refs,
		Tracking: k.Tracking, Closed: po.Closed(),
	}
	if p.Phone == "" {
		p.Phone = doc.Customer.Phone
	}
	for _, l := range po.Lines {
		p.Lines = append(p.Lines, match.Line{ID: l.ID, SKU: l.SKU, SupplierSKU: l.SupplierSKU, Title: l.Title, Quantity: l.Ordered, Outstanding: l.Outstanding()})
	}
	return p
}

// caughtUp makes sure that the index has seen everything that is committed now: an answer must find the order that caused it.
func (f *Flow) caughtUp(ctx context.Context) error {
	if !f.built.Load() {
		if err := f.buildIndex(ctx); err != nil {
			return fmt.Errorf("build the index of open purchase orders: %w", err)
		}
	}
	for f.fed.Load() < f.store.LastSeq() {
		ids, last, err := f.pending(ctx)
		if err != nil {
			return err
		}
		if err := f.refresh(ctx, ids); err != nil || f.feeding.Load() {
			return err
		}
		f.fed.Store(last) // nobody else follows the journal: a command without a daemon
	}
	return nil
}

// pending lists the purchase orders of events that the index has not seen yet, and the last of these events.
func (f *Flow) pending(ctx context.Context) ([]order.POID, int64, error) {
	var events []order.Event
	last := f.fed.Load()
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		events, err = tx.JournalSince(last, 10_000)
		return err
	})
	if err != nil || len(events) == 0 {
		return nil, f.store.LastSeq(), err
	}
	ids, err := f.touched(ctx, events)
	return ids, events[len(events)-1].Seq, err
}

// touched lists the purchase orders about which the index may know less than the books after these events: those that changed,
// those whose mail got a Message-ID, and those about which something was noted.
func (f *Flow) touched(ctx context.Context, events []order.Event) (ids []order.POID, err error) {
	seen := make(map[order.POID]bool)
	add := func(id order.POID) {
		if id != 0 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	var batches []order.DispatchID
	for _, e := range events {
		switch {
		case strings.HasPrefix(string(e.Kind), "po."), e.Kind == order.Noted: // what only repeats may still say what the supplier calls it
			add(e.PO)
		case e.Kind == order.Queued && e.PO != 0:
			add(e.PO)
		case e.Kind == order.Queued:
			batches = append(batches, e.Dispatch)
		}
	}
	if len(batches) == 0 {
		return ids, nil
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		for _, id := range batches {
			row, err := tx.Dispatch(id)
			if err != nil {
				return err
			}
			for _, po := range row.POs {
				add(po)
			}
		}
		return nil
	})
	return ids, err
}
