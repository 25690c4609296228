package store

import "waybill/daemon/order"

// PendingPOs gives a supplier's open purchase orders that no message to the supplier holds yet, oldest first: they wait for a batch or for a person's
// upload. Those of orders that were forwarded by hand before are not among them.
func (tx *Tx) PendingPOs(supplier string, limit int) ([]order.PurchaseOrder, error) {
	return list(tx, scanPO, `SELECT `+poTable.of("p")+` FROM purchase_orders p JOIN orders o ON o.id = p.order_id
		WHERE p.supplier = ? AND p.closed_at IS NULL AND o.already_sent = 0
			AND NOT EXISTS (SELECT 1 FROM outbox_pos d JOIN outbox b ON b.id = d.dispatch_id WHERE d.po_id = p.id AND b.purpose = 'order')
		ORDER BY p.id LIMIT ?`, supplier, limit)
}

// MessageIDsOfPO gives the Message-IDs of our mails about a purchase order.
func (tx *Tx) MessageIDsOfPO(id order.POID) ([]string, error) {
	texts, err := tx.textsByPO(`SELECT po_id, message_id FROM message_ids WHERE po_id BETWEEN ? AND ?`, id, id)
	return texts[id], err
}

// SupplierRefsOfPO gives what the supplier calls a purchase order.
func (tx *Tx) SupplierRefsOfPO(id order.POID) ([]string, error) {
	texts, err := tx.textsByPO(`SELECT po_id, ref FROM supplier_refs WHERE po_id BETWEEN ? AND ?`, id, id)
	return texts[id], err
}
