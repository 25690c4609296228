package flow

import (
	"cmp"
	"fmt"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// EraseAgain erases, in books that were just restored, whoever was erased since they were backed up: by the list of the books and by the one of the state
// folder. It tells how many orders and items it found.
func EraseAgain(cfg *config.Config, tx *store.Tx, list []store.Erasure) (int, error) {
	for _, one := range list {
		if err := tx.AddErasure(one.Mark, one.At); err != nil {
			return 0, err
		}
	}
	all, err := tx.Erasures()
	if err != nil || len(all) == 0 {
		return 0, err
	}
	asked := make(map[string]time.Time, len(all))
	for _, one := range all {
		asked[one.Mark] = one.At
	}
	f := &Flow{now: tx.Now}
	f.world.Store(&world{cfg: cfg})
	e := f.newEraser()
	rows, err := f.meant(tx, asked)
	if err != nil {
		return 0, err
	}
	if err := e.find(tx, rows, needles{}); err != nil {
		return 0, err
	}
	if err := e.byAddress(tx, asked); err != nil {
		return 0, err
	}
	if len(e.orders)+len(e.items)+len(e.waiting) == 0 {
		return 0, nil
	}
	return len(e.orders) + len(e.items), e.do(tx, order.Event{At: f.now(), By: byRule, Reason: "request"})
}

// meant finds the orders that were there when somebody asked for them to be erased.
func (f *Flow) meant(tx *store.Tx, asked map[string]time.Time) (found []store.OrderRow, err error) {
	err = eachOrder(tx, f.now(), func(row store.OrderRow) error {
		d := row.Doc
		parts := [][]string{{string(store.MarkOrder), d.Channel, d.ID}, {string(store.MarkEmail), folded(d.Customer.Email)}}
		for _, a := range []order.Address{d.ShipTo, d.Billing} {
			for _, name := range []string{a.Name, d.Customer.Name} {
				parts = append(parts, []string{string(store.MarkName), folded(name), compact(a.Postcode)})
			}
		}
		for _, p := range parts {
			m, err := tx.MarkFor(store.MarkOf(p[0]), p[1:]...)
			if err != nil {
				return fmt.Errorf("%w; put the key of the machine that the backup is from in its place (docs/backup.md)", err)
			}
			if at, is := asked[m]; is && !row.ReceivedAt.After(at) {
				found = append(found, row)
				break
			}
		}
		return nil
	})
	return found, err
}

// byAddress has go what names the address of somebody who was erased.
func (e *eraser) byAddress(tx *store.Tx, asked map[string]time.Time) error {
	var shas []string
	err := tx.EachEvidence(func(sha string, raw []byte) error {
		for _, address := range mailAddress.FindAllString(readable(raw), -1) {
			m, err := tx.MarkFor(store.MarkEmail, folded(address))
			if err != nil {
				return err
			}
			if _, is := asked[m]; is {
				shas = append(shas, sha)
				break
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, sha := range shas {
		items, err := tx.ItemsBySHA(sha)
		if err != nil {
			return err
		}
		late := false
		for _, row := range items {
			late = late || !row.KeptAt.Before(cmp.Or(latest(asked), row.KeptAt))
		}
		if !late {
			if err := e.bytes(tx, sha); err != nil {
				return err
			}
		}
	}
	return nil
}

// latest is when somebody asked last.
func latest(asked map[string]time.Time) (last time.Time) {
	for _, at := range asked {
		if at.After(last) {
			last = at
		}
	}
	return last
}
