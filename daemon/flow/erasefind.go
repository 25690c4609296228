package flow

import (
	"fmt"
	"slices"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// find gathers what hangs on the orders that may go, and what else tells of the same people.
func (e *eraser) find(tx *store.Tx, rows []store.OrderRow, n needles) error {
	for _, row := range rows {
		if row.Erased {
			e.all = append(e.all, ErasedOrder{ID: row.ID, Number: row.Doc.Number, Channel: row.Doc.Channel, Waits: ErasedBefore})
			continue
		}
		why, err := notOver(tx, row)
		if err != nil {
			return err
		}
		e.all = append(e.all, ErasedOrder{ID: row.ID, Number: row.Doc.Number, Channel: row.Doc.Channel, Erased: why == "", Waits: why})
		if why != "" {
			e.waiting[row.ID] = true
			e.waits = append(e.waits, fmt.Sprintf("order %s of %s: %s", row.Doc.Number, row.Doc.Channel, why))
			continue
		}
		if err := e.hangsOn(tx, row, &n); err != nil {
			return err
		}
	}
	return e.search(tx, n)
}

// ErasedBefore is what is said of an order of which nothing is left to erase.
const ErasedBefore = "it was erased before"

// notOver tells why an order is not over yet, and what ends that; "" when it is.
func notOver(tx *store.Tx, row store.OrderRow) (string, error) {
	switch row.Intake.State {
	case order.IntakeWaiting, order.IntakeReady, order.IntakeHeld:
		return fmt.Sprintf("it is %s; waybill orders cancel %s ends that", row.Intake.State, row.Doc.Number), nil
	}
	pos, err := tx.POsOfOrder(row.ID)
	if err != nil {
		return "", err
	}
	filters := []store.ExceptionFilter{{Order: row.ID, Open: true}}
	for _, po := range pos {
		if !po.Closed() && row.Intake.State != order.IntakeCancelled { // who was asked not to ship needs no address
			return fmt.Sprintf("%s is %s: the supplier still needs the address; cancel it, or wait until it is shipped", po.Number, po.State()), nil
		}
		filters = append(filters, store.ExceptionFilter{PO: po.ID, Open: true})
	}
	dispatches, err := dispatchesOf(tx, row.ID, pos)
	if err != nil {
		return "", err
	}
	for _, d := range dispatches {
		if !over(d) {
			return fmt.Sprintf("a message about it is %s (waybill dispatch list)", d.State), nil
		}
		filters = append(filters, store.ExceptionFilter{Dispatch: d.ID, Open: true})
	}
	for _, filter := range filters {
		open, err := tx.Exceptions(filter)
		if err != nil {
			return "", err
		}
		if len(open) > 0 {
			return fmt.Sprintf("exception %d about it waits on the desk: waybill desk show %d", open[0].ID, open[0].ID), nil
		}
	}
	return "", nil
}

// over tells whether a message needs its words no more.
func over(d store.DispatchRow) bool {
	return slices.Contains([]order.DispatchState{order.DispatchSent, order.DispatchReplaced, order.DispatchWithdrawn, order.DispatchFailed}, d.State)
}

func dispatchesOf(tx *store.Tx, id order.OrderID, pos []order.PurchaseOrder) ([]store.DispatchRow, error) {
	all, err := tx.Dispatches(store.DispatchFilter{Order: id})
	for _, po := range pos {
		more, failed := tx.DispatchesOfPO(po.ID)
		if failed != nil {
			return nil, failed
		}
		all = append(all, more...)
	}
	return all, err
}

// hangsOn gathers what was received and sent about an order that goes.
func (e *eraser) hangsOn(tx *store.Tx, row store.OrderRow, n *needles) error {
	e.orders[row.ID] = row
	if row.ReceivedAt.Before(e.since) {
		e.since = row.ReceivedAt
	}
	n.addOrder(row.Doc)
	if first, err := tx.Original(row.ID); err == nil {
		n.addOrder(first)
	}
	pos, err := tx.POsOfOrder(row.ID)
	if err != nil {
		return err
	}
	for _, po := range pos {
		e.pos[po.ID] = true
		n.add(string(po.Token))
		parcels, err := tx.PackagesOfPO(po.ID)
		if err != nil {
			return err
		}
		for _, p := range parcels {
			n.add(p.Number)
			if err := e.item(tx, p.Item); err != nil {
				return err
			}
		}
	}
	dispatches, err := dispatchesOf(tx, row.ID, pos)
	if err != nil {
		return err
	}
	for _, d := range dispatches {
		e.dispatch(d)
	}
	events, err := tx.Timeline(row.ID)
	if err != nil {
		return err
	}
	for _, event := range events {
		if err := e.item(tx, event.Item); err != nil {
			return err
		}
	}
	findings, err := tx.FindingsOfOrder(row.ID)
	for _, finding := range findings {
		e.rows[store.Row{Table: "findings", ID: int64(finding.Item), N: finding.N}] = true
		if err := e.item(tx, finding.Item); err != nil {
			return err
		}
	}
	return err
}

// dispatch has a message go that nobody needs any more.
func (e *eraser) dispatch(d store.DispatchRow) {
	if over(d) {
		e.sent[d.ID], e.shas[d.Message.SHA256] = true, true
	}
}

// item has something go that came in, with all that has the same bytes. What a person still has to look at, or nobody has read yet, stays for now.
func (e *eraser) item(tx *store.Tx, id order.ItemID) error {
	if id == 0 || e.items[id] || e.later[id] {
		return nil
	}
	row, err := tx.Item(id)
	if err != nil {
		return err
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Item: id, Open: true})
	if err != nil {
		return err
	}
	switch {
	case len(open) > 0:
		e.later[id] = true
		e.waits = append(e.waits, fmt.Sprintf("item %d: exception %d on the desk is about it: waybill desk show %d", id, open[0].ID, open[0].ID))
		return nil
	case row.State == store.ItemKept:
		e.later[id] = true
		e.waits = append(e.waits, fmt.Sprintf("item %d: it was not read yet", id))
		return nil
	}
	e.items[id] = true
	if row.SHA256 != "" {
		e.shas[row.SHA256] = true
	}
	about, err := tx.Exceptions(store.ExceptionFilter{Item: id})
	for _, x := range about {
		if _, gone := e.orders[x.Order]; gone || x.Order == 0 {
			e.rows[store.Row{Table: "exceptions", ID: int64(x.ID)}] = true
		}
	}
	return err
}

// search looks through everything that is kept for the same people, and forgets what was written to the shop meanwhile: it may quote anybody.
func (e *eraser) search(tx *store.Tx, n needles) error {
	if len(e.orders) == 0 && len(e.waiting) > 0 {
		return nil // they are searched for when their orders are over
	}
	var shas []string
	var rows []store.Row
	err := tx.EachEvidence(func(sha string, raw []byte) error {
		if e.shas[sha] || n.in(readable(raw)) {
			shas = append(shas, sha)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.EachText(func(row store.Row, text string) error {
		if n.in(readable([]byte(text))) {
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, sha := range shas {
		if err := e.bytes(tx, sha); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if err := e.found(tx, row); err != nil {
			return err
		}
	}
	told, err := tx.Dispatches(store.DispatchFilter{Purpose: order.PurposeOperator})
	for _, d := range told {
		if !d.QueuedAt.Before(e.since) && len(e.orders) > 0 {
			e.dispatch(d)
		}
	}
	return err
}

// bytes has what holds certain bytes go, unless an order that is under way needs it.
func (e *eraser) bytes(tx *store.Tx, sha string) error {
	items, err := tx.ItemsBySHA(sha)
	if err != nil {
		return err
	}
	for _, row := range items {
		if err := e.item(tx, row.ID); err != nil {
			return err
		}
	}
	dispatches, err := tx.DispatchesBySHA(sha)
	if err != nil {
		return err
	}
	needed := slices.ContainsFunc(items, func(row store.ItemRow) bool { return !e.items[row.ID] })
	for _, d := range dispatches {
		if e.mayGo(d) {
			e.dispatch(d)
		}
		needed = needed || !e.sent[d.ID]
	}
	if needed {
		delete(e.shas, sha)
	} else {
		e.shas[sha] = true
	}
	return nil
}

// mayGo tells whether a message is over, and none that only orders under way are in.
func (e *eraser) mayGo(d store.DispatchRow) bool {
	if e.waiting[d.Order] {
		return false
	}
	return over(d) && (len(d.POs) == 0 || slices.ContainsFunc(d.POs, func(id order.POID) bool { return e.pos[id] }))
}

// found has a row go in which the person is named.
func (e *eraser) found(tx *store.Tx, row store.Row) error {
	switch row.Table {
	case "items":
		return e.item(tx, order.ItemID(row.ID))
	case "outbox":
		d, err := tx.Dispatch(order.DispatchID(row.ID))
		if err == nil && e.mayGo(d) {
			e.dispatch(d)
		}
		return err
	case "exceptions":
		x, err := tx.Exception(order.ExceptionID(row.ID))
		if err != nil || e.waiting[x.Order] {
			return err
		}
		if x.SettledAt.IsZero() {
			e.waits = append(e.waits, fmt.Sprintf("exception %d waits on the desk: waybill desk show %d", x.ID, x.ID))
			if x.Item != 0 {
				e.later[x.Item] = true
			}
			return nil
		}
	case "findings":
		if !e.items[order.ItemID(row.ID)] {
			return nil
		}
	}
	e.rows[row] = true
	return nil
}
