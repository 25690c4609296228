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
// comes again through catchUp: Put is idempotent. The caller holds f.indexing.
func (f *Flow) buildIndex(ctx context.Context) error {
	if f.built {
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
	f.built = true
	return nil
}

// feedIndex follows the journal in commit order, so that a second node and a restart come to the same index.
func (f *Flow) feedIndex(ctx context.Context) error {
	defer f.rest("index")
	for ctx.Err() == nil {
		f.tick("index", awaitMost)
		err := f.awaitNews(ctx)
		if err == nil {
			err = f.caughtUp(ctx)
		}
		if err != nil && ctx.Err() == nil {
			f.log.Error("the journal cannot be followed", "err", err)
			f.sleep(ctx, bookPause, nil)
		}
	}
	return nil
}

// awaitMost is how long the index waits for news at a time.
const awaitMost = time.Minute

// awaitNews returns when the journal has news, or after a while: who waits is heard of then.
func (f *Flow) awaitNews(ctx context.Context) error {
	while, cancel := context.WithTimeout(ctx, awaitMost)
	defer cancel()
	if err := f.store.Await(while, f.fed.Load()); err != nil && while.Err() == nil {
		return err
	}
	return ctx.Err()
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
	f.indexing.Lock()
	defer f.indexing.Unlock()
	return f.catchUp(ctx)
}

// indexPage is how many events are taken into the index at once.
const indexPage = 1000

// catchUp is caughtUp for who holds f.indexing.
func (f *Flow) catchUp(ctx context.Context) error {
	if err := f.buildIndex(ctx); err != nil {
		return fmt.Errorf("build the index of open purchase orders: %w", err)
	}
	for len(f.ahead) > 0 || f.fed.Load() < f.store.LastSeq() {
		last := f.store.LastSeq()
		err := f.store.View(ctx, func(tx *store.Tx) error {
			events, err := tx.JournalSince(f.fed.Load(), indexPage)
			if err != nil {
				return err
			}
			if len(events) > 0 {
				last = events[len(events)-1].Seq
			}
			ids, err := touched(tx, events)
			if err != nil {
				return err
			}
			return f.refresh(tx, append(ids, f.ahead...))
		})
		if err != nil {
			return err
		}
		f.fed.Store(last)
		f.ahead = nil
	}
	return nil
}

// refresh brings the index to what tx sees of some purchase orders.
func (f *Flow) refresh(tx *store.Tx, ids []order.POID) error {
	return tx.EachPO(ids, func(k store.Known) error {
		f.index.Put(indexed(k))
		return nil
	})
}

// foresee has the index see what tx has recorded before it is committed, so that of several items in one transaction each is judged by what those before it
// have changed. Until foreseen is called, f.ahead says what the index may know wrongly. The caller holds f.indexing.
func (f *Flow) foresee(tx *store.Tx, events []order.Event) error {
	ids, err := touched(tx, events)
	if err != nil {
		return err
	}
	f.ahead = append(f.ahead, ids...)
	return f.refresh(tx, ids)
}

// foreseen: the events that the index has foreseen are committed. What others have committed meanwhile is left to catchUp, which then takes these once more.
func (f *Flow) foreseen(events []order.Event) {
	f.ahead = nil
	if len(events) > 0 && events[0].Seq == f.fed.Load()+1 {
		f.fed.Store(events[len(events)-1].Seq)
	}
}

// touched lists the purchase orders about which the index may know less than the books after these events: those that changed,
// those whose mail got a Message-ID, and those about which something was noted.
func touched(tx *store.Tx, events []order.Event) (ids []order.POID, err error) {
	seen := make(map[order.POID]bool)
	add := func(id order.POID) {
		if id != 0 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, e := range events {
		switch {
		case strings.HasPrefix(string(e.Kind), "po."), e.Kind == order.Noted: // what only repeats may still say what the supplier calls it
			add(e.PO)
		case e.Kind == order.Erased:
			pos, err := tx.POsOfOrder(e.Order)
			if err != nil {
				return nil, err
			}
			for _, po := range pos {
				add(po.ID)
			}
		case e.Kind == order.Queued && e.PO != 0:
			add(e.PO)
		case e.Kind == order.Queued:
			row, err := tx.Dispatch(e.Dispatch)
			if err != nil {
				return nil, err
			}
			for _, po := range row.POs {
				add(po)
			}
		}
	}
	return ids, nil
}
