package flow

import (
	"context"
	"fmt"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// Keep stores what came in, before anybody looks at it: one commit for the batch. It is the only place that says "safe" to a
// receiver. The first attempt at reading is counted here, so that reading needs no commit of its own before it starts.
func (f *Flow) Keep(ctx context.Context, batch []transports.Item) error {
	var fresh []order.ItemID
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		fresh = fresh[:0]
		for _, it := range batch {
			row, isNew, err := tx.Keep(store.KeepItem{Source: it.Source, Key: it.Key, Name: it.Name, Received: it.Received, Raw: it.Raw, Size: it.Size})
			if err != nil {
				return fmt.Errorf("keep %s %s: %w", it.Source, it.Key, err)
			}
			if !isNew {
				continue
			}
			if row.State == store.ItemTooLarge {
				_, _, err := f.open(tx, Exception{Kind: TooLarge, Key: fmt.Sprintf("large:%d", row.ID), Item: row.ID, Detail: Detail{About: row.Source}})
				if err != nil {
					return err
				}
				continue
			}
			if _, err := tx.CountAttempt(row.ID); err != nil {
				return err
			}
			fresh = append(fresh, row.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		f.items.ring()
	}
	return nil
}
