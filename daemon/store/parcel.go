package store

import (
	"fmt"
	"time"

	"waybill/daemon/order"
)

const packageColumns = `id, po_id, carrier, number, url, item_id, seen_at, gone`

func scanPackage(row scanner) (PackageRow, error) {
	var r PackageRow
	var at stamp
	err := row.Scan(num(&r.ID), num(&r.PO), &r.Carrier, &r.Number, &r.URL, num(&r.Item), &at, truth{&r.Gone})
	r.At = time.Time(at)
	return r, err
}

// AddPackage stores a parcel of a purchase order. At defaults to now. Whether a number may be there twice is the caller's judgement.
func (tx *Tx) AddPackage(p PackageRow) (PackageRow, error) {
	p.ID = order.PackageID(tx.ids.pkg + 1)
	if p.At.IsZero() {
		p.At = tx.store.now()
	}
	p.At = stored(p.At)
	_, err := tx.exec(`INSERT INTO packages (`+packageColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.PO, p.Carrier, p.Number, p.URL, ref(p.Item), p.At, p.Gone)
	if err != nil {
		return p, fmt.Errorf("store a package of purchase order %d: %w", p.PO, err)
	}
	take(&tx.ids.pkg)
	return p, nil
}

// PackagesByNumber gives the parcels of a tracking number, also those that are gone.
func (tx *Tx) PackagesByNumber(number string) ([]PackageRow, error) {
	return list(tx, scanPackage, `SELECT `+packageColumns+` FROM packages WHERE number = ? ORDER BY id`, number)
}

// PackagesOfPO gives the parcels of a purchase order, also those that are gone.
func (tx *Tx) PackagesOfPO(id order.POID) ([]PackageRow, error) {
	return list(tx, scanPackage, `SELECT `+packageColumns+` FROM packages WHERE po_id = ? ORDER BY id`, id)
}

// SetPackageGone notes that a parcel was withdrawn or replaced.
func (tx *Tx) SetPackageGone(id order.PackageID) error {
	n, err := tx.exec(`UPDATE packages SET gone = 1 WHERE id = ?`, id)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("withdraw package %d: %w", id, err)
	}
	return nil
}
