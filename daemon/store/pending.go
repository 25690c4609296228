package store

import "waybill/daemon/order"

// PendingPOs gives a supplier's open purchase orders that no message to the supplier holds yet, oldest first: they wait for a
// batch or for a person's upload. Those of orders that were forwarded by hand before are not among them.
func (tx *Tx) PendingPOs(supplier string, limit int) ([]order.PurchaseOrder, error) {
	return list(tx, scanPO, `SELECT `+poTable.of("p")+` FROM purchase_orders p JOIN orders o ON o.id = p.order_id
		WHERE p.supplier = ? AND p.closed_at IS NULL AND o.already_sent = 0
			AND NOT EXISTS (SELECT 1 FROM outbox_pos d JOIN outbox b ON b.id = d.dispatch_id WHERE d.po_id = p.id AND b.purpose = 'order')
		ORDER BY p.id LIMIT ?`, supplier, limit)
}
