package store

import (
	"fmt"
	"slices"
	"time"

	"waybill/daemon/order"
)

var poTable = newTable("purchase order", "purchase_orders", "id", "order_id number supplier token placed_at", "state closed_at data")

func scanPO(row scanner) (order.PurchaseOrder, error) {
	c := poTable.read(row)
	po := readPO(c)
	return po, c.err
}

// readPO reads the columns of poTable; the last one has all that the others have.
func readPO(c *cells) (po order.PurchaseOrder) {
	c.next += poTable.width - 1
	c.json(&po)
	return po
}

// poValues gives the columns of poTable; now is when it is closed, if it is.
func poValues(po order.PurchaseOrder, now time.Time) ([]any, error) {
	data, err := encode(po)
	var closed any
	if po.Closed() {
		closed = now
	}
	return []any{po.ID, po.Order, po.Number, po.Supplier, string(po.Token), po.PlacedAt, string(po.State()), closed, data}, err
}

// AddPO stores a purchase order made from lines of an accepted order, by the event Placed. Of po.Lines it takes ID, Ordered,
// SKU, SupplierSKU and Title. The number and the token must be new, else ErrDuplicate.
func (tx *Tx) AddPO(po order.PurchaseOrder, at time.Time) (order.PurchaseOrder, error) {
	e := tx.dated(order.Event{Kind: order.Placed, At: at, Order: po.Order, PO: order.POID(tx.ids.po + 1)})
	template := po.Lines
	for _, l := range template {
		e.Lines = append(e.Lines, order.LineQuantity{Line: l.ID, Quantity: l.Ordered})
	}
	po, err := placed(po, e)
	if err != nil {
		return po, err
	}
	for i, l := range template {
		po.Lines[i].SKU, po.Lines[i].SupplierSKU, po.Lines[i].Title = l.SKU, l.SupplierSKU, l.Title
	}
	columns, err := poValues(po, e.At)
	if err != nil {
		return po, err
	}
	added, err := tx.add(poTable, columns...)
	if err != nil {
		return po, fmt.Errorf("store purchase order %s: %w", po.Number, err)
	}
	if !added {
		return po, fmt.Errorf("purchase order %s, or its key: %w", po.Number, ErrDuplicate)
	}
	take(&tx.ids.po)
	_, err = tx.journal(e)
	return po, err
}

// placed applies Placed to what identifies a purchase order.
func placed(po order.PurchaseOrder, e order.Event) (order.PurchaseOrder, error) {
	return order.PurchaseOrder{Number: po.Number, Supplier: po.Supplier, Token: po.Token}.Apply(e)
}

// savePO stores what an event has made of a purchase order.
func (tx *Tx) savePO(po order.PurchaseOrder, at time.Time) error {
	columns, err := poValues(po, at)
	if err == nil {
		err = tx.update(poTable, columns...)
	}
	if err != nil {
		return fmt.Errorf("store purchase order %s: %w", po.Number, err)
	}
	tx.remember(po)
	return nil
}

// PO gives a purchase order, or ErrNotFound. What happens to one asks for it at every step; it is read once.
func (tx *Tx) PO(id order.POID) (order.PurchaseOrder, error) {
	po, known := tx.pos[id]
	if !known {
		var err error
		if po, err = get(tx, scanPO, poTable.selects+` WHERE id = ?`, id); err != nil {
			return po, fmt.Errorf("purchase order with the id %d: %w", id, err)
		}
		tx.remember(po)
	}
	po.Lines, po.Shipments = slices.Clone(po.Lines), slices.Clone(po.Shipments) // the caller's own
	return po, nil
}

// mostRemembered bounds the purchase orders that a Tx remembers.
const mostRemembered = 1000

func (tx *Tx) remember(po order.PurchaseOrder) {
	if tx.pos == nil || len(tx.pos) >= mostRemembered {
		tx.pos = map[order.POID]order.PurchaseOrder{}
	}
	tx.pos[po.ID] = po
}

// POByNumber gives a purchase order by what people call it ("1001-A"), or ErrNotFound.
func (tx *Tx) POByNumber(number string) (order.PurchaseOrder, error) {
	po, err := get(tx, scanPO, poTable.selects+` WHERE number = ?`, number)
	if err != nil {
		return po, fmt.Errorf("purchase order %s: %w", number, err)
	}
	return po, nil
}

// POByToken gives the purchase order with that key, or ErrNotFound.
func (tx *Tx) POByToken(token order.Token) (order.PurchaseOrder, error) {
	po, err := get(tx, scanPO, poTable.selects+` WHERE token = ?`, string(token))
	if err != nil {
		return po, fmt.Errorf("the purchase order with a key: %w", err)
	}
	return po, nil
}

// POsOfOrder gives the purchase orders of an order, oldest first.
func (tx *Tx) POsOfOrder(id order.OrderID) ([]order.PurchaseOrder, error) {
	return list(tx, scanPO, poTable.selects+` WHERE order_id = ? ORDER BY id`, id)
}

// POsOfSupplier gives a supplier's purchase orders, oldest first when onlyOpen, else newest first. Limit 0 gives all.
func (tx *Tx) POsOfSupplier(supplier string, onlyOpen bool, limit int) ([]order.PurchaseOrder, error) {
	var c conditions
	c.when(true, "supplier = ?", supplier)
	c.when(onlyOpen, "closed_at IS NULL")
	tail := "ORDER BY id DESC"
	if onlyOpen {
		tail = "ORDER BY id"
	}
	query, args := c.listing(poTable.selects, tail, limit)
	return list(tx, scanPO, query, args...)
}

var (
	messageIDTable   = newTable("Message-ID", "message_ids", "message_id po_id", "", "")
	supplierRefTable = newTable("supplier's reference", "supplier_refs", "supplier ref po_id", "", "")
)

// AddMessageID remembers that a mail of ours with that Message-ID (without angle brackets) is about the purchase order.
func (tx *Tx) AddMessageID(messageID string, po order.POID) error {
	if err := tx.note(messageIDTable, messageID, po); err != nil {
		return fmt.Errorf("store the Message-ID of purchase order %d: %w", po, err)
	}
	return nil
}

// POsByMessageID gives the purchase orders that a mail of ours was about.
func (tx *Tx) POsByMessageID(messageID string) ([]order.POID, error) {
	return list(tx, func(row scanner) (id order.POID, err error) {
		err = row.Scan((*int64)(&id))
		return id, err
	}, `SELECT po_id FROM message_ids WHERE message_id = ? ORDER BY po_id`, messageID)
}

// AddSupplierRef remembers what the supplier calls the purchase order.
func (tx *Tx) AddSupplierRef(supplier, ref string, po order.POID) error {
	if err := tx.note(supplierRefTable, supplier, ref, po); err != nil {
		return fmt.Errorf("store the supplier's reference of purchase order %d: %w", po, err)
	}
	return nil
}
