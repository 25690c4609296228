package flow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

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
			if it.Elsewhere {
				known, err := f.wasMoved(tx, it)
				if err != nil {
					return err
				}
				if known {
					continue
				}
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

// wasMoved tells whether a mail from a folder that nobody named is to be left alone: people put there what was read before, and what they wrote
// themselves.
func (f *Flow) wasMoved(tx *store.Tx, it transports.Item) (bool, error) {
	if it.Raw == nil { // too large: a move keeps size and date
		rows, err := tx.Items(store.ItemFilter{State: store.ItemTooLarge})
		return slices.ContainsFunc(rows, func(r store.ItemRow) bool { return r.Size == it.Size && r.Received.Equal(it.Received) }), err
	}
	if f.world.Load().fromUs(it.Raw) && !mayBeOurs(it.Raw) {
		return true, nil
	}
	sum := sha256.Sum256(it.Raw)
	rows, err := tx.ItemsBySHA(hex.EncodeToString(sum[:]))
	return len(rows) > 0, err
}

// fromUs tells, without reading it, whether a mail's head names one of our mailboxes as who wrote it.
func (w *world) fromUs(raw []byte) bool {
	for line := range bytes.Lines(headOf(raw)) {
		if len(line) < len(fromField) || !bytes.EqualFold(line[:len(fromField)], []byte(fromField)) {
			continue
		}
		line = bytes.ToLower(line)
		for address := range w.addresses.own {
			if bytes.Contains(line, []byte(address)) {
				return true
			}
		}
	}
	return false
}

const fromField = "From:"
