package flow

import (
	"context"
	"fmt"

	"waybill/daemon/store"
	"waybill/transports"
)

// Keep stores what came in, before anybody looks at it: one commit for the batch. It is the only place that says "safe" to a
// receiver.
func (f *Flow) Keep(ctx context.Context, batch []transports.Item) error {
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		for _, it := range batch {
			if isSent(it.Source) && !mayBeOurs(it.Raw) {
				continue // a person's own mail is none of our business
			}
			row, isNew, err := tx.Keep(store.KeepItem{Source: it.Source, Key: it.Key, Name: it.Name, Received: it.Received, Raw: it.Raw, Size: it.Size})
			if err != nil {
				return fmt.Errorf("keep %s %s: %w", it.Source, it.Key, err)
			}
			if !isNew || row.State != store.ItemTooLarge {
				continue
			}
			if _, _, err := f.open(tx, Exception{Kind: TooLarge, Key: fmt.Sprintf("large:%d", row.ID), Item: row.ID, Detail: Detail{About: row.Source}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		f.items.ring()
	}
	return err
}
