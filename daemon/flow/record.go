package flow

import (
	"context"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// record writes down what items said, in their order, and does what that may do. It returns when all are settled or ctx ends. One that cannot be recorded is
// put aside and stops no other.
func (f *Flow) record(ctx context.Context, items []*opened) {
	for ctx.Err() == nil {
		f.tick(recorder, bookPause)
		err := f.recordAll(ctx, items)
		if err == nil {
			return
		}
		if len(items) > 1 { // nothing of it is in the books: each by itself, so that one falls out alone
			for i := range items {
				f.record(ctx, items[i:i+1])
			}
			return
		}
		// Either the books are out of reach, and then this fails too, or this item's news cannot be recorded.
		it := items[0]
		if f.store.Failed() == nil && ctx.Err() == nil && f.broken(ctx, it, err) == nil {
			if it.settled {
				return
			}
			continue
		}
		f.log.Error("an item could not be recorded", "item", it.row.ID, "err", err)
		f.sleep(ctx, bookPause, nil)
	}
}

// recordAll records items in one transaction: all of them or none. The index foresees what each changes, so that the next one is judged as if it had come
// later. The first is judged before the transaction begins, in which everybody else waits: a report with thousands of rows comes alone, and is not judged
// again.
func (f *Flow) recordAll(ctx context.Context, items []*opened) error {
	f.indexing.Lock()
	defer f.indexing.Unlock()
	if err := f.catchUp(ctx); err != nil {
		return err
	}
	w := f.world.Load()
	f.judge(items[0])
	var ring []string
	var events []order.Event
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = ring[:0]
		if err := f.refresh(tx, f.ahead); err != nil { // when this runs again
			return err
		}
		// What others have recorded since: an answer may build on what another node has recorded a moment ago.
		others, err := tx.JournalSince(f.fed.Load(), indexPage)
		if err != nil {
			return err
		}
		if err := f.foresee(tx, others); err != nil {
			return err
		}
		if len(f.ahead) > 0 && len(items[0].text) <= recordBytes {
			f.judge(items[0])
		}
		for i, it := range items {
			if i > 0 {
				f.judge(it)
			}
			before := len(tx.Recorded())
			lanes, err := f.recordOne(tx, w, it)
			if err != nil {
				return err
			}
			ring = append(ring, lanes...)
			events = tx.Recorded()
			if err := f.foresee(tx, events[before:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.foreseen(events)
	for _, it := range items {
		it.settled = true
	}
	f.lanes.ring(ring...)
	return nil
}

// judge holds a reading against the open purchase orders.
func (f *Flow) judge(it *opened) {
	if !it.ours || it.reading.Kind == parsers.Bounce && !isSent(it.row.Source) {
		it.findings = f.match(f.index, it.reading, it.who)
		for i := range it.findings {
			// Until a person has said whose sender it is, or that it is theirs.
			if it.findings[i].NewSender || it.doubted() && it.findings[i].Decision == match.Auto {
				it.findings[i].Decision = match.Review
			}
		}
	}
}

// judgeNow is judge by everything that is committed.
func (f *Flow) judgeNow(ctx context.Context, it *opened) error {
	f.indexing.Lock()
	defer f.indexing.Unlock()
	err := f.catchUp(ctx)
	if err == nil {
		f.judge(it)
	}
	return err
}

// recordOne writes down what one item said and does what it may do. It returns the lanes that have news to send.
func (f *Flow) recordOne(tx *store.Tx, w *world, it *opened) (ring []string, err error) {
	row, err := tx.Item(it.row.ID)
	if err != nil || row.State != store.ItemKept {
		return nil, err // another node was first
	}
	row.State, row.Supplier, row.Kind = store.ItemRead, it.who.Supplier, string(it.reading.Kind)
	row.BodyHash, row.Reading = it.reading.BodyHash, it.text
	if env := it.reading.Envelope; env != nil {
		row.MessageID = env.MessageID
	}
	if err := it.keepProof(tx); err != nil {
		return nil, err
	}
	first, err := f.repeatOf(tx, it, row)
	if err == nil && first == 0 {
		first, err = f.signedRepeat(tx, it)
	}
	if err != nil {
		return nil, err
	}
	if first != 0 {
		row.State, row.RepeatOf = store.ItemRepeat, first
		return nil, tx.SetRead(row)
	}
	if err := tx.SetRead(row); err != nil {
		return nil, err
	}
	if it.version, err = f.versionOf(tx, it, row); err != nil {
		return nil, err
	}
	return f.decide(tx, w, it)
}
