package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/templates"
	"waybill/transports/smtp"
)

// In shadow mode all is done and written down as it would be, up to the outbox. There a message gets a state that no sender can claim, and an order goes to the
// owner, attached as it is, in place of its supplier.

// shadow marks a message that was just queued, and tells the owner of an order.
func (f *Flow) shadow(tx *store.Tx, w *world, row store.DispatchRow) (lane string, err error) {
	if _, err := tx.Record(order.Event{Kind: order.Shadowed, At: f.now(), Dispatch: row.ID, By: "rule"}); err != nil {
		return "", err
	}
	if row.Purpose != order.PurposeOrder {
		return "", nil
	}
	if !f.caps.show(w.cfg.Sending.Total, row, f.now()) {
		f.log.Warn("more orders within an hour than sending.total: the owner is not mailed each", "dispatch", row.ID)
		return "", nil
	}
	numbers, err := poNumbers(tx, row.POs)
	if err != nil {
		return "", err
	}
	d, err := f.renderShadow(w, row, numbers)
	if err != nil {
		// What the supplier would get is in the books all the same.
		f.log.Error("the owner's copy of a shadow order cannot be written", "dispatch", row.ID, "err", err)
		return "", nil
	}
	if _, err := tx.AddDispatch(*d); err != nil {
		return "", err
	}
	return d.Lane, nil
}

// show counts what the owner is mailed within the hour: a flood in shadow mode is one in their mailbox.
func (c *caps) show(most int, row store.DispatchRow, now time.Time) bool {
	const owner = "shadow:"
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == nil {
		c.left = map[string][]departure{}
	}
	if most > 0 && c.count(owner, now) >= most {
		return false
	}
	c.left[owner] = append(c.left[owner], departure{at: now, orders: 1, id: row.ID})
	return true
}

// renderShadow is the mail to the owner about an order that its supplier does not get.
func (f *Flow) renderShadow(w *world, row store.DispatchRow, numbers []string) (*store.DispatchRow, error) {
	mailbox := w.mailboxOf(w.cfg.Operator.Mailbox)
	name, about := f.supplierName(row.Target), "purchase order "+strings.Join(numbers, ", ")
	out := outgoing{mailbox: mailbox, to: w.cfg.Operator.To}
	to, subject, text := name+", as the file "+row.Message.Key, "file "+row.Message.Key+" for "+name, ""
	attached := smtp.Attachment{Name: row.Message.Key, Content: row.Message.Body}
	if strings.HasPrefix(row.Lane, laneMail) {
		to = name + " <" + strings.Join(row.Message.To, ", ") + ">"
		attached.Name = cleanNumber(numbers[0]) + ".eml" // as bytes: a message/rfc822 part may not be encoded (RFC 2046, section 5.2.1), and ours may be long
		var original string
		original, text = ownMail(row.Message.Body)
		subject = "to " + row.Message.To[0] + ": " + original
	}
	out.attachments = []smtp.Attachment{attached}
	body := fmt.Sprintf("Shadow mode is on. This was NOT sent; it would have gone\n\nto: %s\nabout: %s\n\nIt is attached as it would be. Serve them by hand, as before: forward it, or copy it.\n", to, about)
	if text != "" {
		body += "\n----- what they would read -----\n\n" + text
	}
	out.mail = templates.Mail{Subject: "[shadow] " + subject, Text: body}
	d, err := f.compose(w, out)
	if err != nil {
		return nil, err
	}
	d.Purpose, d.Target, d.QueuedAt = order.PurposeOperator, operatorTarget, f.now()
	return d, nil
}

// changeModes brings what waits into the mode that holds now: what was queued and is in shadow mode by now is shown to the owner, and of what was only shown
// and would go now, a person decides.
func (f *Flow) changeModes(ctx context.Context, w *world) error {
	var ring []string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		if !w.cfg.AnyShadow() {
			return nil
		}
		rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchQueued})
		if err != nil {
			return err
		}
		for _, row := range rows {
			shadow, err := w.shadows(tx, row)
			if err != nil {
				return err
			}
			if !shadow {
				continue
			}
			if row, err = tx.Dispatch(row.ID); err != nil {
				return err
			}
			lane, err := f.shadow(tx, w, row)
			if err != nil {
				return err
			}
			ring = append(ring, lane)
		}
		return nil
	})
	if err != nil {
		f.modes.Store(true)
		return err
	}
	f.lanes.ring(ring...)
	err = f.store.Write(ctx, func(tx *store.Tx) error { return f.askAboutShadow(tx, w, false) })
	return errors.Join(err, f.readdress(ctx, w))
}

// askAboutShadow puts what was made in shadow mode and would go by now before a person, as one question; or closes it when nothing is left.
func (f *Flow) askAboutShadow(tx *store.Tx, w *world, onlyClose bool) error {
	left, err := f.shadowLeft(tx, w)
	if err != nil {
		return err
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(ShadowLeft), Open: true})
	if err != nil {
		return err
	}
	if len(left.orders)+len(left.news) == 0 {
		for _, x := range open {
			if err := tx.SettleException(x.ID, "decided", "rule", f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
				return err
			}
		}
		return nil
	}
	if onlyClose || len(open) > 0 {
		return nil
	}
	numbers, err := poNumbers(tx, left.pos())
	if err != nil {
		return err
	}
	reasons := first(numbers, 50)
	about := fmt.Sprintf("%d purchase orders", len(numbers))
	if len(left.news) > 0 {
		reasons = append(reasons, fmt.Sprintf("%d messages to channels and customers were held back too", len(left.news)))
	}
	_, _, err = f.open(tx, Exception{Kind: ShadowLeft, Key: "shadow", Detail: Detail{About: about, Reasons: reasons,
		Help: "arrived: you served them all by hand, nothing is sent. release: nobody has, they are sent now, and channels hear what they missed. For some of each: `waybill shadow finish`."}})
	return err
}

// left is what was made in shadow mode and waits for a decision, now that it would go.
type left struct {
	orders, news []store.DispatchRow
	open         map[order.POID]bool // of the orders: those whose supplier has not been heard of yet
}

func (l left) pos() (ids []order.POID) {
	for _, row := range l.orders {
		for _, id := range row.POs {
			if l.open[id] && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// shadowLeft finds what was made in shadow mode and is live by now. A purchase order whose supplier has answered was served; one that was cancelled is
// over: about those nobody is asked.
func (f *Flow) shadowLeft(tx *store.Tx, w *world) (left, error) {
	l := left{open: map[order.POID]bool{}}
	rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchShadow})
	if err != nil {
		return l, err
	}
	for _, row := range rows {
		shadow, err := w.shadows(tx, row)
		if err != nil {
			return l, err
		}
		if shadow {
			continue
		}
		if row.Purpose != order.PurposeOrder {
			l.news = append(l.news, row)
			continue
		}
		undecided := false
		for _, id := range row.POs {
			po, err := tx.PO(id)
			if err != nil {
				return l, err
			}
			o, err := tx.Order(po.Order)
			if err != nil {
				return l, err
			}
			if po.State() == order.POOpen && o.Intake.State != order.IntakeCancelled {
				l.open[id], undecided = true, true
			}
		}
		if undecided {
			l.orders = append(l.orders, row)
		}
	}
	return l, nil
}

// Finish says what is to become of what was made in shadow mode.
type Finish struct {
	POs []string `json:"purchase_orders,omitempty"` // only these; empty: all
	// Orders is "sent" for those that were served by hand, "send" for those that go out now, "" for no decision. News is "told" for what the
	// channel knows already, "tell" for what it is told now, "" for no decision.
	Orders string `json:"orders,omitempty"`
	News   string `json:"news,omitempty"`
	By     string `json:"by,omitempty"`
}

// FinishShadow does what a person has decided about what was made in shadow mode. Purchase orders whose supplier has answered are never sent.
func (f *Flow) FinishShadow(ctx context.Context, d Finish) (string, error) {
	w := f.world.Load()
	var ring []string
	var done string
	err := f.store.Write(ctx, func(tx *store.Tx) (err error) {
		ring = nil
		done, err = f.finishShadow(tx, w, d, &ring)
		return err
	})
	if err == nil {
		f.lanes.ring(ring...)
	}
	return done, err
}

func (f *Flow) finishShadow(tx *store.Tx, w *world, d Finish, ring *[]string) (string, error) {
	l, err := f.shadowLeft(tx, w)
	if err != nil {
		return "", err
	}
	only := map[order.POID]bool{}
	for _, number := range d.POs {
		po, err := tx.POByNumber(number)
		if err != nil {
			return "", err
		}
		if !l.open[po.ID] && !slices.ContainsFunc(l.news, func(r store.DispatchRow) bool { return slices.Contains(r.POs, po.ID) }) {
			return "", fmt.Errorf("purchase order %s waits for no decision: it is still in shadow mode, or was never, or its supplier has answered: %w", number, ErrAction)
		}
		only[po.ID] = true
	}
	chosen := func(id order.POID) bool { return len(only) == 0 || only[id] }
	sent, send, told := 0, 0, 0
	for _, row := range l.orders {
		n, err := f.finishOrder(tx, w, row, d, l.open, chosen, ring)
		if err != nil {
			return "", err
		}
		if d.Orders == "send" {
			send += n
		} else {
			sent += n
		}
	}
	for _, row := range l.news {
		if d.News == "" || !slices.ContainsFunc(row.POs, chosen) {
			continue
		}
		told++
		if err := f.finishNews(tx, row, d, ring); err != nil {
			return "", err
		}
	}
	words := []string{}
	if d.Orders == "sent" {
		words = append(words, fmt.Sprintf("%d purchase orders count as sent by hand", sent))
	}
	if d.Orders == "send" {
		words = append(words, fmt.Sprintf("%d purchase orders go out", send))
	}
	if d.News != "" {
		words = append(words, fmt.Sprintf("%d messages to channels and customers are %s", told, map[string]string{"told": "given up", "tell": "decided: tracking goes out, customers are not written to"}[d.News]))
	}
	return strings.Join(words, "; ") + ".", f.askAboutShadow(tx, w, true)
}

// finishOrder decides about the purchase orders of one message. Those that are not chosen keep waiting, in a message of their own.
func (f *Flow) finishOrder(tx *store.Tx, w *world, row store.DispatchRow, d Finish, open map[order.POID]bool, chosen func(order.POID) bool, ring *[]string) (int, error) {
	var mine, rest []order.POID
	for _, id := range row.POs {
		if open[id] && chosen(id) {
			mine = append(mine, id)
		} else if open[id] {
			rest = append(rest, id)
		}
	}
	if d.Orders == "" || len(mine) == 0 {
		return 0, nil
	}
	if len(rest) > 0 {
		return 0, fmt.Errorf("one message holds %d other purchase orders that are not decided; name them too, or decide about all: %w", len(rest), ErrAction)
	}
	e := order.Event{Kind: order.Arrived, At: f.now(), Dispatch: row.ID, By: d.By}
	if d.Orders != "send" {
		_, err := tx.Record(e)
		return len(mine), err
	}
	s, ok := w.cfg.Suppliers[row.Target]
	if !ok {
		return 0, fmt.Errorf("supplier %s is not in the configuration any more: %w", row.Target, store.ErrNotFound)
	}
	docs := map[order.OrderID]order.Order{}
	var pos []order.PurchaseOrder
	for _, id := range mine {
		po, err := tx.PO(id)
		if err != nil {
			return 0, err
		}
		o, err := tx.Order(po.Order)
		if err != nil {
			return 0, err
		}
		docs[po.Order] = o.Doc
		pos = append(pos, po)
	}
	fresh, err := f.renderOrders(w, s, docs, pos, nil)
	if err != nil {
		return 0, fmt.Errorf("render what was made in shadow mode: %w", err)
	}
	e.Kind = order.Again
	if _, err := tx.Record(e); err != nil {
		return 0, err
	}
	fresh.POs, fresh.Resends, fresh.Order = mine, row.ID, row.Order
	lane, err := f.queue(tx, *fresh)
	*ring = append(*ring, lane)
	return len(mine), err
}

// finishNews sends what the channel was not told, as it was written then; customers are not written to after the fact.
func (f *Flow) finishNews(tx *store.Tx, row store.DispatchRow, d Finish, ring *[]string) error {
	e := order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: row.ID, By: d.By}
	if d.News != "tell" || row.Purpose != order.PurposeTracking {
		_, err := tx.Record(e)
		return err
	}
	whole, err := tx.Dispatch(row.ID)
	if err != nil {
		return err
	}
	e.Kind = order.Again
	if _, err := tx.Record(e); err != nil {
		return err
	}
	fresh := whole
	fresh.Dispatch, fresh.ID, fresh.Resends = order.Dispatch{}, 0, row.ID
	lane, err := f.queue(tx, fresh)
	*ring = append(*ring, lane)
	return err
}
