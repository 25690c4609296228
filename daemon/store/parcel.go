package store

import (
	"fmt"

	"waybill/daemon/order"
)

var packageTable = newTable("package", "packages", "id", "po_id carrier number url item_id seen_at", "gone")

func scanPackage(row scanner) (PackageRow, error) {
	c := packageTable.read(row)
	r := PackageRow{ID: order.PackageID(c.int()), PO: order.POID(c.int()), Carrier: c.text(), Number: c.text(), URL: c.text(),
		Item: order.ItemID(c.int()), At: c.time(), Gone: c.bool()}
	return r, c.err
}

func (r PackageRow) values() []any {
	return []any{r.ID, r.PO, r.Carrier, r.Number, r.URL, ref(r.Item), r.At, r.Gone}
}

// AddPackage stores a parcel of a purchase order. At defaults to now. Whether a number may be there twice is the caller's
// judgement.
func (tx *Tx) AddPackage(p PackageRow) (PackageRow, error) {
	p.ID = order.PackageID(tx.ids.pkg + 1)
	if p.At.IsZero() {
		p.At = tx.store.now()
	}
	p.At = stored(p.At)
	if err := tx.append(packageTable, p.values()...); err != nil {
		return p, fmt.Errorf("store a package of purchase order %d: %w", p.PO, err)
	}
	take(&tx.ids.pkg)
	return p, nil
}

// PackagesByNumber gives the parcels of a tracking number, also those that are gone.
func (tx *Tx) PackagesByNumber(number string) ([]PackageRow, error) {
	text, mark := tx.store.known(markPackage, number)
	return list(tx, scanPackage, packageTable.selects+` WHERE number IN (?, ?) ORDER BY id`, text, mark)
}

// PackagesOfPO gives the parcels of a purchase order, also those that are gone.
func (tx *Tx) PackagesOfPO(id order.POID) ([]PackageRow, error) {
	return list(tx, scanPackage, packageTable.selects+` WHERE po_id = ? ORDER BY id`, id)
}

// SetPackageGone notes that a parcel was withdrawn or replaced.
func (tx *Tx) SetPackageGone(id order.PackageID) error {
	row, err := get(tx, scanPackage, packageTable.selects+` WHERE id = ?`, id)
	if err == nil {
		row.Gone = true
		err = tx.update(packageTable, row.values()...)
	}
	if err != nil {
		return fmt.Errorf("withdraw package %d: %w", id, err)
	}
	return nil
}
