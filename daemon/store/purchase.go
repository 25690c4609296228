package store

import (
	"fmt"
	"time"

	"waybill/daemon/order"
)

const poColumns = `p.id, p.state, p.data, p.crc`

func scanPO(row scanner) (order.PurchaseOrder, error) {
	var po order.PurchaseOrder
	var id, crc int64
	var state, data string
	if err := row.Scan(&id, &state, &data, &crc); err != nil {
		return po, err
	}
	err := openPO(&po, id, state, data, crc)
	return po, err
}

func openPO(po *order.PurchaseOrder, id int64, state, data string, crc int64) error {
	if err := sealed("purchase order", id, crc, seal(id, state, data)); err != nil {
		return err
	}
	return decode(fmt.Sprintf("purchase order %d", id), data, po)
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
	data, err := encode(po)
	if err != nil {
		return po, err
	}
	state := string(po.State())
	n, err := tx.exec(`INSERT INTO purchase_orders (id, order_id, number, supplier, token, state, placed_at, closed_at, data, crc)
		VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?) ON CONFLICT DO NOTHING`,
		po.ID, po.Order, po.Number, po.Supplier, string(po.Token), state, e.At, data, seal(int64(po.ID), state, data))
	if err != nil {
		return po, fmt.Errorf("store purchase order %s: %w", po.Number, err)
	}
	if n == 0 {
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
	data, err := encode(po)
	if err != nil {
		return err
	}
	var closed any
	if po.Closed() {
		closed = micros(at)
	}
	state := string(po.State())
	_, err = tx.exec(`UPDATE purchase_orders SET state = ?, closed_at = ?, data = ?, crc = ? WHERE id = ?`,
		state, closed, data, seal(int64(po.ID), state, data), po.ID)
	if err != nil {
		return fmt.Errorf("store purchase order %s: %w", po.Number, err)
	}
	return nil
}

// PO gives a purchase order, or ErrNotFound.
func (tx *Tx) PO(id order.POID) (order.PurchaseOrder, error) {
	po, err := get(tx, scanPO, `SELECT `+poColumns+` FROM purchase_orders p WHERE p.id = ?`, id)
	if err != nil {
		return po, fmt.Errorf("purchase order with the id %d: %w", id, err)
	}
	return po, nil
}

// POByNumber gives a purchase order by what people call it ("1001-A"), or ErrNotFound.
func (tx *Tx) POByNumber(number string) (order.PurchaseOrder, error) {
	po, err := get(tx, scanPO, `SELECT `+poColumns+` FROM purchase_orders p WHERE p.number = ?`, number)
	if err != nil {
		return po, fmt.Errorf("purchase order %s: %w", number, err)
	}
	return po, nil
}

// POsOfOrder gives the purchase orders of an order, oldest first.
func (tx *Tx) POsOfOrder(id order.OrderID) ([]order.PurchaseOrder, error) {
	return list(tx, scanPO, `SELECT `+poColumns+` FROM purchase_orders p WHERE p.order_id = ? ORDER BY p.id`, id)
}

// POsOfSupplier gives a supplier's purchase orders, oldest first when onlyOpen, else newest first. Limit 0 gives all.
func (tx *Tx) POsOfSupplier(supplier string, onlyOpen bool, limit int) ([]order.PurchaseOrder, error) {
	var c conditions
	c.when(true, "p.supplier = ?", supplier)
	c.when(onlyOpen, "p.closed_at IS NULL")
	tail := "ORDER BY p.id DESC"
	if onlyOpen {
		tail = "ORDER BY p.id"
	}
	query, args := c.listing(`SELECT `+poColumns+` FROM purchase_orders p`, tail, limit)
	return list(tx, scanPO, query, args...)
}

// openPage is how many purchase orders EachOpenPO holds in memory.
const openPage = 500

// EachOpenPO gives every purchase order that is open or was closed at or after closedSince (zero: only open ones), in the order of ids,
// with its order's document, the Message-IDs of our mails about it and the supplier's references for it. f may use the Tx.
func (tx *Tx) EachOpenPO(closedSince time.Time, f func(po order.PurchaseOrder, doc order.Order, messageIDs, refs []string) error) error {
	type entry struct {
		po  order.PurchaseOrder
		doc order.Order
	}
	since := micros(closedSince)
	if closedSince.IsZero() {
		since = 1<<63 - 1
	}
	for last := order.POID(0); ; {
		page, err := list(tx, func(row scanner) (entry, error) {
			var e entry
			var id, crc, orderID int64
			var state, data, doc string
			if err := row.Scan(&id, &state, &data, &crc, &orderID, &doc); err != nil {
				return e, err
			}
			if err := openPO(&e.po, id, state, data, crc); err != nil {
				return e, err
			}
			err := decode(fmt.Sprintf("order %d", orderID), doc, &e.doc)
			return e, err
		}, `SELECT `+poColumns+`, o.id, o.doc FROM purchase_orders p JOIN orders o ON o.id = p.order_id
			WHERE p.id > ? AND (p.closed_at IS NULL OR p.closed_at >= ?) ORDER BY p.id LIMIT ?`, last, since, openPage)
		if err != nil || len(page) == 0 {
			return err
		}
		first := page[0].po.ID
		last = page[len(page)-1].po.ID
		mids, err := tx.textsByPO(`SELECT po_id, message_id FROM message_ids WHERE po_id BETWEEN ? AND ? ORDER BY po_id`, first, last)
		if err != nil {
			return err
		}
		refs, err := tx.textsByPO(`SELECT po_id, ref FROM supplier_refs WHERE po_id BETWEEN ? AND ? ORDER BY po_id`, first, last)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := f(e.po, e.doc, mids[e.po.ID], refs[e.po.ID]); err != nil {
				return err
			}
		}
		if len(page) < openPage {
			return nil
		}
	}
}

func (tx *Tx) textsByPO(query string, first, last order.POID) (map[order.POID][]string, error) {
	texts := make(map[order.POID][]string)
	err := tx.each(func(row scanner) error {
		var po order.POID
		var s string
		if err := row.Scan(num(&po), &s); err != nil {
			return err
		}
		texts[po] = append(texts[po], s)
		return nil
	}, query, first, last)
	return texts, err
}

// AddMessageID remembers that a mail of ours with that Message-ID (without angle brackets) is about the purchase order.
func (tx *Tx) AddMessageID(messageID string, po order.POID) error {
	_, err := tx.exec(`INSERT INTO message_ids (message_id, po_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, messageID, po)
	if err != nil {
		return fmt.Errorf("store the Message-ID of purchase order %d: %w", po, err)
	}
	return nil
}

// POsByMessageID gives the purchase orders that a mail of ours was about.
func (tx *Tx) POsByMessageID(messageID string) ([]order.POID, error) {
	return list(tx, func(row scanner) (id order.POID, err error) {
		err = row.Scan(num(&id))
		return id, err
	}, `SELECT po_id FROM message_ids WHERE message_id = ? ORDER BY po_id`, messageID)
}

// AddSupplierRef remembers what the supplier calls the purchase order.
func (tx *Tx) AddSupplierRef(supplier, ref string, po order.POID) error {
	_, err := tx.exec(`INSERT INTO supplier_refs (supplier, ref, po_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, supplier, ref, po)
	if err != nil {
		return fmt.Errorf("store the supplier's reference of purchase order %d: %w", po, err)
	}
	return nil
}
