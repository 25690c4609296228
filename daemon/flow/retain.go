package flow

import (
	"context"
	"encoding/json"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

const (
	retainEvery = 24 * time.Hour
	retainKey   = "retention"
	// retainBatch is how many rows one transaction looks at, retainTime how long a tick goes on with them: everybody else waits for the first, and the other
	// timers for the second.
	retainBatch = 200
	retainTime  = 500 * time.Millisecond

	reasonRetention = "retention"
)

// Retained is how far the retention came: what is older than the configuration allows is forgotten once a day, in small batches.
type Retained struct {
	// At is when the last pass ended, zero before the first. The counts are of all passes.
	At     time.Time `json:"at,omitzero"`
	Raw    int       `json:"raw"`    // mails, files and messages whose bytes are forgotten
	Orders int       `json:"orders"` // erased
	Rows   int       `json:"rows"`   // other rows that told of people: messages to the shop, settled exceptions, what came in
	// Waiting is how much is to be erased when it is over.
	Waiting int `json:"waiting"`
}

// retaining is a pass under way. Only the timers use it.
type retaining struct {
	begun     time.Time
	step      int
	raw       store.KeptEvidence
	order     order.OrderID
	item      order.ItemID
	dispatch  order.DispatchID
	exception order.ExceptionID
	now       Retained
}

// retain goes on with today's pass, or begins it.
func (f *Flow) retain(ctx context.Context, w *world) error {
	p := &f.slow.retaining
	if p.begun.IsZero() {
		if !again(&f.slow.retained, f.now(), retainEvery/24) { // looked at now and then, for the books know when the last pass was
			return nil
		}
		last, err := f.Retained(ctx)
		if err != nil || f.now().Sub(last.At) < retainEvery && !last.At.After(f.now()) {
			return err
		}
		if gap := f.now().Sub(last.At); !last.At.IsZero() && gap > longOff && !f.slow.clock.trusted {
			f.log.Warn("waybill did not run for long, or the clock is wrong: for a day nothing is forgotten for its age, and for an hour no supplier is asked", "days", int(gap.Hours()/24))
			f.slow.clock.doubt()
		}
		f.slow.clock.trusted = true
		if !f.slow.clock.believed(doubtToForget) {
			_, err := f.eraseWaiting(ctx, w.cfg.Retention) // which a person has asked for
			return err
		}
		*p = retaining{begun: f.now(), now: last}
	}
	steps := []func(context.Context, config.Retention) (more bool, err error){f.eraseWaiting, f.forgetRaw, f.eraseOld, f.eraseOldItems, f.eraseOldMessages, f.eraseOldExceptions}
	for began := time.Now(); ctx.Err() == nil && time.Since(began) < retainTime; { // of the machine's time, whatever the clock says
		if p.step == len(steps) {
			return f.retainedAll(ctx)
		}
		more, err := steps[p.step](ctx, w.cfg.Retention)
		if err != nil {
			p.begun = time.Time{} // in an hour again
			return err
		}
		if !more {
			p.step++
		}
	}
	return nil
}

// retainedAll ends a pass.
func (f *Flow) retainedAll(ctx context.Context) error {
	p := &f.slow.retaining
	p.now.At = f.now()
	raw, err := json.Marshal(p.now)
	if err == nil {
		err = f.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(retainKey, raw) })
	}
	if err == nil {
		f.log.Info("what is too old is forgotten", "raw", p.now.Raw, "orders", p.now.Orders, "rows", p.now.Rows, "took", p.now.At.Sub(p.begun).String())
	}
	p.begun = time.Time{}
	return err
}

// Retained tells how far the retention came.
func (f *Flow) Retained(ctx context.Context) (r Retained, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		raw, known, err := tx.Setting(retainKey)
		if err == nil && known {
			err = json.Unmarshal(raw, &r)
		}
		if err != nil {
			return err
		}
		w, err := waitingOf(tx)
		r.Waiting = len(w.Orders) + len(w.Items)
		return err
	})
	return r, err
}

// eraseWaiting erases what somebody has asked for and was under way then.
func (f *Flow) eraseWaiting(ctx context.Context, _ config.Retention) (more bool, err error) {
	r, err := f.Retained(ctx)
	if err != nil || r.Waiting == 0 {
		return false, err
	}
	ready := false
	plan := func(tx *store.Tx) (*eraser, error) {
		e := f.newEraser()
		w, err := waitingOf(tx)
		if err != nil {
			return e, err
		}
		var rows []store.OrderRow
		for _, id := range w.Orders {
			row, err := tx.Order(id)
			if err != nil {
				return e, err
			}
			if why, err := notOver(tx, row); err != nil {
				return e, err
			} else if why == "" {
				rows = append(rows, row)
			}
		}
		for _, id := range w.Items {
			if err := e.item(tx, id); err != nil {
				return e, err
			}
		}
		if ready = len(rows)+len(e.items) > 0; ready {
			err = e.find(tx, rows, needles{})
		}
		return e, err
	}
	var e *eraser
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		e, err = plan(tx)
		return err
	})
	if err != nil || !ready {
		return false, err
	}
	if _, err := f.removeCopies(e.shas); err != nil {
		return false, err
	}
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		if e, err = plan(tx); err != nil || !ready {
			return err
		}
		return e.do(tx, order.Event{At: f.now(), By: byRule, Reason: "request"})
	})
	if err == nil {
		err = f.store.Compact(ctx)
	}
	f.slow.retaining.now.Orders += len(e.orders)
	return false, err
}

// forgetRaw forgets bytes that are older than retention.raw.
func (f *Flow) forgetRaw(ctx context.Context, r config.Retention) (more bool, err error) {
	p := &f.slow.retaining
	cut, ends := r.RawAge.Before(f.now())
	if !ends {
		return false, nil
	}
	var old []store.KeptEvidence
	n := 0
	err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
		n = 0
		if old, err = tx.OldEvidence(cut, p.raw, retainBatch); err != nil {
			return err
		}
		for _, kept := range old {
			needed, err := f.needed(tx, kept.SHA256, cut)
			if err != nil {
				return err
			}
			if needed {
				continue
			}
			if _, err := tx.ForgetEvidence(kept.SHA256); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return false, err
	}
	p.now.Raw += n
	p.raw = old[len(old)-1]
	return len(old) == retainBatch, nil
}

// needed tells whether somebody may still have to see certain bytes: they came again lately, nobody has read them yet, they are on the desk, a message is
// under way, or an order in question is.
func (f *Flow) needed(tx *store.Tx, sha string, cut time.Time) (bool, error) {
	items, err := tx.ItemsBySHA(sha)
	if err != nil {
		return true, err
	}
	orders := map[order.OrderID]bool{}
	for _, row := range items {
		open, err := tx.Exceptions(store.ExceptionFilter{Item: row.ID, Open: true, Limit: 1})
		if err != nil || len(open) > 0 || row.State == store.ItemKept || !row.KeptAt.Before(cut) {
			return true, err
		}
		findings, err := tx.FindingsOfItem(row.ID)
		if err != nil {
			return true, err
		}
		for _, finding := range findings {
			orders[finding.Order] = true
		}
	}
	dispatches, err := tx.DispatchesBySHA(sha)
	if err != nil {
		return true, err
	}
	for _, d := range dispatches {
		if !over(d) || !d.QueuedAt.Before(cut) {
			return true, nil
		}
		orders[d.Order] = true
		for _, id := range d.POs {
			po, err := tx.PO(id)
			if err != nil {
				return true, err
			}
			orders[po.Order] = true
		}
	}
	delete(orders, 0)
	for id := range orders {
		row, err := tx.Order(id)
		if err != nil {
			return true, err
		}
		if why, err := notOver(tx, row); why != "" || err != nil {
			return true, err
		}
	}
	return false, nil
}

// eraseOld erases orders that are over for longer than retention.personal.
func (f *Flow) eraseOld(ctx context.Context, r config.Retention) (more bool, err error) {
	p := &f.slow.retaining
	cut, ends := r.PersonalAge.Before(f.now())
	if !ends {
		return false, nil
	}
	var rows []store.OrderRow
	var e *eraser
	plan := func(tx *store.Tx) error {
		e = f.newEraser()
		var err error
		if rows, err = tx.OrdersBefore(cut, p.order, retainBatch); err != nil {
			return err
		}
		for _, row := range rows {
			closed, over, err := tx.ClosedAt(row.ID)
			if err != nil {
				return err
			}
			if !over && row.Intake.State == order.IntakeAccepted || !closed.Before(cut) {
				continue
			}
			if why, err := notOver(tx, row); err != nil || why != "" {
				if err != nil {
					return err
				}
				continue
			}
			if err := e.hangsOn(tx, row, &needles{}); err != nil {
				return err
			}
		}
		return e.share(tx)
	}
	if err = f.store.View(ctx, plan); err != nil || len(rows) == 0 {
		return false, err
	}
	if len(e.orders) > 0 {
		if _, err := f.removeCopies(e.shas); err != nil {
			return false, err
		}
		err = f.store.Write(ctx, func(tx *store.Tx) error {
			if err := plan(tx); err != nil {
				return err
			}
			e.later = nil // what the desk needs is looked at by itself
			return e.do(tx, order.Event{At: f.now(), By: byRule, Reason: reasonRetention})
		})
		if err != nil {
			return false, err
		}
		p.now.Orders += len(e.orders)
	}
	p.order = rows[len(rows)-1].ID
	return len(rows) == retainBatch, nil
}

// share takes out what orders that stay need as well: a report or a file about many.
func (e *eraser) share(tx *store.Tx) error {
	for id := range e.items {
		findings, err := tx.FindingsOfItem(id)
		if err != nil {
			return err
		}
		for _, finding := range findings {
			if _, goes := e.orders[finding.Order]; finding.Order == 0 || goes {
				continue
			}
			row, err := tx.Order(finding.Order)
			if err != nil {
				return err
			}
			if !row.Erased {
				item, err := tx.Item(id)
				if err != nil {
					return err
				}
				delete(e.items, id)
				delete(e.shas, item.SHA256)
				break
			}
		}
	}
	return nil
}

// eraseOldItems takes names and readings out of what came in longer ago than retention.personal and is about no order.
func (f *Flow) eraseOldItems(ctx context.Context, r config.Retention) (more bool, err error) {
	p := &f.slow.retaining
	cut, ends := r.PersonalAge.Before(f.now())
	if !ends {
		return false, nil
	}
	var rows []store.ItemRow
	err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.Items(store.ItemFilter{Until: cut, After: p.item, Limit: retainBatch}); err != nil {
			return err
		}
		e := f.newEraser()
		for _, row := range rows {
			if store.ErasedItem(row) {
				continue
			}
			if err := e.item(tx, row.ID); err != nil {
				return err
			}
		}
		for id := range e.items { // what an order that stays was told by stays with it
			findings, err := tx.FindingsOfItem(id)
			if err != nil {
				return err
			}
			for _, finding := range findings {
				if finding.Order == 0 {
					e.rows[store.Row{Table: "findings", ID: int64(id), N: finding.N}] = true
				} else if o, err := tx.Order(finding.Order); err != nil {
					return err
				} else if !o.Erased {
					delete(e.items, id)
					break
				}
			}
		}
		for _, id := range sortedKeys(e.items) {
			if err := tx.EraseItem(id); err != nil {
				return err
			}
		}
		for row := range e.rows {
			if row.Table == "findings" && e.items[order.ItemID(row.ID)] {
				if err := tx.EraseFinding(order.ItemID(row.ID), row.N); err != nil {
					return err
				}
			}
		}
		p.now.Rows += len(e.items)
		return nil
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	p.item = rows[len(rows)-1].ID
	return len(rows) == retainBatch, nil
}

// eraseOldMessages takes addresses and words out of messages that belong to no order.
func (f *Flow) eraseOldMessages(ctx context.Context, r config.Retention) (more bool, err error) {
	p := &f.slow.retaining
	cut, ends := r.PersonalAge.Before(f.now())
	if !ends {
		return false, nil
	}
	var rows []store.DispatchRow
	err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.OldDispatches(cut, p.dispatch, retainBatch); err != nil {
			return err
		}
		for _, d := range rows {
			if len(d.POs) > 0 || len(d.Message.To) == 0 {
				continue // goes with its orders, or is gone
			}
			if err := tx.EraseDispatch(d.ID); err != nil {
				return err
			}
			p.now.Rows++
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	p.dispatch = rows[len(rows)-1].ID
	return len(rows) == retainBatch, nil
}

// eraseOldExceptions takes the words out of exceptions that were settled.
func (f *Flow) eraseOldExceptions(ctx context.Context, r config.Retention) (more bool, err error) {
	p := &f.slow.retaining
	cut, ends := r.PersonalAge.Before(f.now())
	if !ends {
		return false, nil
	}
	var rows []store.ExceptionRow
	err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
		if rows, err = tx.OldExceptions(cut, p.exception, retainBatch); err != nil {
			return err
		}
		for _, x := range rows {
			if x.Order != 0 {
				if o, err := tx.Order(x.Order); err != nil || !o.Erased {
					if err != nil {
						return err
					}
					continue
				}
			}
			if err := tx.EraseException(x.ID); err != nil {
				return err
			}
			p.now.Rows++
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	p.exception = rows[len(rows)-1].ID
	return len(rows) == retainBatch, nil
}
