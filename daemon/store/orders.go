package store

import (
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
)

const orderColumns = `id, channel, channel_id, number, intake, received_at, already_sent, erased, doc, crc`

func scanOrder(row scanner) (OrderRow, error) {
	var r OrderRow
	var at stamp
	var crc int64
	var channel, channelID, number, doc string
	err := row.Scan(num(&r.ID), &channel, &channelID, &number, text(&r.Intake.State), &at, truth{&r.AlreadySent}, truth{&r.Erased}, &doc, &crc)
	if err != nil {
		return r, err
	}
	r.ReceivedAt = time.Time(at)
	if err := sealed("order", int64(r.ID), crc, sealOrder(r, channel, channelID, number, doc)); err != nil {
		return r, err
	}
	err = decode(fmt.Sprintf("order %d", r.ID), doc, &r.Doc)
	return r, err
}

func sealOrder(r OrderRow, channel, channelID, number, doc string) int64 {
	return seal(int64(r.ID), channel, channelID, number, string(r.Intake.State), r.ReceivedAt, r.AlreadySent, r.Erased, doc)
}

// AddOrder stores an order that a channel gave us; e is its Received event (with order.ReasonUnpaid it waits). The order should be
// Normal. ErrDuplicate when the channel delivered that id before.
func (tx *Tx) AddOrder(doc order.Order, e order.Event, alreadySent bool) (OrderRow, error) {
	e = tx.dated(e)
	e.Order = order.OrderID(tx.ids.order + 1)
	row := OrderRow{ID: e.Order, Doc: doc, ReceivedAt: e.At, AlreadySent: alreadySent}
	var err error
	if row.Intake, err = row.Intake.Apply(e); err != nil {
		return row, fmt.Errorf("order %s: %w", doc.Number, err)
	}
	text, err := encode(doc)
	if err != nil {
		return row, err
	}
	channel, channelID, number := clean(doc.Channel), clean(doc.ID), clean(doc.Number)
	n, err := tx.exec(`INSERT INTO orders (`+orderColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (channel, channel_id) DO NOTHING`,
		row.ID, doc.Channel, doc.ID, doc.Number, string(row.Intake.State), row.ReceivedAt, alreadySent, text,
		sealOrder(row, channel, channelID, number, string(text)))
	if err != nil {
		return row, fmt.Errorf("store order %s: %w", doc.Number, err)
	}
	if n == 0 {
		return row, fmt.Errorf("order %s of channel %s: %w", doc.ID, doc.Channel, ErrDuplicate)
	}
	take(&tx.ids.order)
	_, err = tx.journal(e)
	return row, err
}

// Order gives an order, or ErrNotFound.
func (tx *Tx) Order(id order.OrderID) (OrderRow, error) {
	row, err := get(tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("order with the id %d: %w", id, err)
	}
	return row, nil
}

// OrderByKey gives the order that the channel knows by that id, or ErrNotFound.
func (tx *Tx) OrderByKey(channel, channelID string) (OrderRow, error) {
	row, err := get(tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE channel = ? AND channel_id = ?`, channel, channelID)
	if err != nil {
		return row, fmt.Errorf("order %s of channel %s: %w", channelID, channel, err)
	}
	return row, nil
}

// OrdersByNumber gives all orders of that number; two channels may use the same one.
func (tx *Tx) OrdersByNumber(number string) ([]OrderRow, error) {
	return list(tx, scanOrder, `SELECT `+orderColumns+` FROM orders WHERE number = ? ORDER BY id`, number)
}

// ReplaceOrder stores the order's document anew: it was paid, or a person edited it. Its state, its channel and its id there stay.
func (tx *Tx) ReplaceOrder(id order.OrderID, doc order.Order) error {
	row, err := tx.Order(id)
	if err != nil {
		return err
	}
	if row.Doc.Channel != doc.Channel || row.Doc.ID != doc.ID {
		return fmt.Errorf("order %s: channel and id of an order never change: %w", row.Doc.Number, ErrDuplicate)
	}
	row.Doc = doc
	return tx.saveOrder(row)
}

func (tx *Tx) saveOrder(row OrderRow) error {
	text, err := encode(row.Doc)
	if err != nil {
		return err
	}
	channel, channelID, number := clean(row.Doc.Channel), clean(row.Doc.ID), clean(row.Doc.Number)
	_, err = tx.exec(`UPDATE orders SET number = ?, intake = ?, already_sent = ?, erased = ?, doc = ?, crc = ? WHERE id = ?`,
		row.Doc.Number, string(row.Intake.State), row.AlreadySent, row.Erased, text,
		sealOrder(row, channel, channelID, number, string(text)), row.ID)
	if err != nil {
		return fmt.Errorf("store order %s: %w", row.Doc.Number, err)
	}
	return nil
}

// OrderFilter says which orders to list. Empty fields ask for nothing.
type OrderFilter struct {
	State   order.IntakeState
	Channel string
	// Search is looked for anywhere in the order's document: number, channel's id, name, address, email, SKU, note. Case does not
	// count. It reads order after order until Limit are found.
	Search string
	Before order.OrderID // only older ones: the last id of the page before
	Limit  int           // 0: all
}

// Orders lists orders, newest first.
func (tx *Tx) Orders(f OrderFilter) ([]OrderRow, error) {
	var c conditions
	c.when(f.State != "", "intake = ?", string(f.State))
	c.when(f.Channel != "", "channel = ?", f.Channel)
	c.when(f.Before != 0, "id < ?", f.Before)
	if f.Search == "" {
		query, args := c.listing(`SELECT `+orderColumns+` FROM orders`, `ORDER BY id DESC`, f.Limit)
		return list(tx, scanOrder, query, args...)
	}
	// Databases disagree on the lower case of letters outside of ASCII, so the search is done here.
	wanted, err := encode(f.Search)
	if err != nil {
		return nil, err
	}
	folded := strings.ToLower(strings.Trim(string(wanted), `"`))
	var found []OrderRow
	query, args := c.listing(`SELECT `+orderColumns+` FROM orders`, `ORDER BY id DESC`, 0)
	err = tx.each(func(row scanner) error {
		var doc string
		if err := row.Scan(new(any), new(any), new(any), new(any), new(any), new(any), new(any), new(any), &doc, new(any)); err != nil {
			return err
		}
		if !strings.Contains(strings.ToLower(doc), folded) {
			return nil
		}
		r, err := scanOrder(row)
		if err != nil {
			return err
		}
		if found = append(found, r); len(found) == f.Limit {
			return errEnough
		}
		return nil
	}, query, args...)
	return found, err
}
