package store

import (
	"fmt"
	"strings"

	"waybill/daemon/order"
)

var orderTable = newTable("order", "orders", "id", "channel channel_id received_at", "number intake already_sent erased doc")

// Where orderTable has what an event needs.
const (
	numberColumn = 4
	intakeColumn = 5
)

func scanOrder(row scanner) (OrderRow, error) {
	c := orderTable.read(row)
	r := readOrder(c)
	return r, c.err
}

// readOrder reads the columns of orderTable.
func readOrder(c *cells) OrderRow {
	r := OrderRow{ID: order.OrderID(c.int())}
	c.text() // channel, the channel's id and the number are in the document
	c.text()
	r.ReceivedAt = c.time()
	c.text()
	r.Intake.State, r.AlreadySent, r.Erased = order.IntakeState(c.text()), c.bool(), c.bool()
	c.json(&r.Doc)
	return r
}

func (r OrderRow) values() ([]any, error) {
	doc, err := encode(r.Doc)
	return []any{r.ID, r.Doc.Channel, r.Doc.ID, r.ReceivedAt, r.Doc.Number, string(r.Intake.State), r.AlreadySent, r.Erased, doc}, err
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
	columns, err := row.values()
	if err != nil {
		return row, err
	}
	added, err := tx.add(orderTable, columns...)
	if err != nil {
		return row, fmt.Errorf("store order %s: %w", doc.Number, err)
	}
	if !added {
		return row, fmt.Errorf("order %s of channel %s: %w", doc.ID, doc.Channel, ErrDuplicate)
	}
	take(&tx.ids.order)
	_, err = tx.journal(e)
	return row, err
}

// Order gives an order, or ErrNotFound.
func (tx *Tx) Order(id order.OrderID) (OrderRow, error) {
	row, err := get(tx, scanOrder, orderTable.selects+` WHERE id = ?`, id)
	if err != nil {
		return row, fmt.Errorf("order with the id %d: %w", id, err)
	}
	return row, nil
}

// OrderByKey gives the order that the channel knows by that id, also when it was erased, or ErrNotFound.
func (tx *Tx) OrderByKey(channel, channelID string) (OrderRow, error) {
	id, mark := tx.store.known(MarkOrder, channel, channelID)
	row, err := get(tx, scanOrder, orderTable.selects+` WHERE channel = ? AND channel_id IN (?, ?)`, channel, id, mark)
	if err != nil {
		return row, fmt.Errorf("order %s of channel %s: %w", channelID, channel, err)
	}
	return row, nil
}

// OrdersByNumber gives all orders of that number; two channels may use the same one.
func (tx *Tx) OrdersByNumber(number string) ([]OrderRow, error) {
	return list(tx, scanOrder, orderTable.selects+` WHERE number = ? ORDER BY id`, number)
}

// ReplaceOrder stores the order's document anew: it was paid, or a person edited it. Its state, its channel and its id there stay.
func (tx *Tx) ReplaceOrder(id order.OrderID, doc order.Order) error {
	row, err := tx.Order(id)
	if err != nil {
		return err
	}
	if row.Erased {
		return fmt.Errorf("order %s: %w: its personal data was erased", row.Doc.Number, ErrForgotten)
	}
	if row.Doc.Channel != doc.Channel || row.Doc.ID != doc.ID {
		return fmt.Errorf("order %s: channel and id of an order never change: %w", row.Doc.Number, ErrDuplicate)
	}
	row.Doc = doc
	return tx.saveOrder(row)
}

// TakeOver notes that the order was forwarded by hand: its purchase orders only wait for tracking.
func (tx *Tx) TakeOver(id order.OrderID) error {
	row, err := tx.Order(id)
	if err != nil {
		return err
	}
	row.AlreadySent = true
	return tx.saveOrder(row)
}

func (tx *Tx) saveOrder(row OrderRow) error {
	columns, err := row.values()
	if err == nil {
		err = tx.update(orderTable, columns...)
	}
	if err != nil {
		return fmt.Errorf("store order %s: %w", row.Doc.Number, err)
	}
	return nil
}

// recordIntake applies an event to an order's intake. The document stays as it is, so it is not taken apart.
func (tx *Tx) recordIntake(e order.Event) error {
	c, err := get(tx, func(row scanner) (*cells, error) {
		c := orderTable.read(row)
		return c, c.err
	}, orderTable.selects+` WHERE id = ?`, e.Order)
	if err != nil {
		return fmt.Errorf("order with the id %d: %w", e.Order, err)
	}
	row := c.values[:orderTable.width]
	state, _ := row[intakeColumn].(string)
	after, err := order.Intake{State: order.IntakeState(state)}.Apply(e)
	if err != nil {
		return fmt.Errorf("order %v: %w", row[numberColumn], err)
	}
	row[intakeColumn] = string(after.State)
	if err := tx.update(orderTable, row...); err != nil {
		return fmt.Errorf("store order %v: %w", row[numberColumn], err)
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
		query, args := c.listing(orderTable.selects, `ORDER BY id DESC`, f.Limit)
		return list(tx, scanOrder, query, args...)
	}
	// Databases disagree on the lower case of letters outside of ASCII, so the search is done here.
	wanted, err := encode(f.Search)
	if err != nil {
		return nil, err
	}
	folded := strings.ToLower(wanted[1 : len(wanted)-1]) // as it looks inside a JSON string
	var found []OrderRow
	query, args := c.listing(orderTable.selects, `ORDER BY id DESC`, 0)
	err = tx.each(func(row scanner) error {
		c := orderTable.read(row)
		if doc, _ := c.values[orderTable.width-1].(string); c.err == nil && !strings.Contains(strings.ToLower(doc), folded) {
			return nil
		}
		r := readOrder(c)
		if c.err != nil {
			return c.err
		}
		if found = append(found, r); len(found) == f.Limit {
			return errEnough
		}
		return nil
	}, query, args...)
	return found, err
}
