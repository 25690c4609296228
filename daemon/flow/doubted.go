package flow

import (
	"context"
	"fmt"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/proof"
	"waybill/daemon/store"
)

// unprovenKey, with the supplier or service behind it, is the Key of what is asked about mail in its name that does not prove itself.
const unprovenKey = "unproven:"

// askDoubted asks about mail in a sender's name that does not prove itself: one question for all of it, for whoever forges one mail forges a thousand. While the DNS
// has not answered, nothing is asked.
func (f *Flow) askDoubted(tx *store.Tx, w *world, it *opened, finding match.Finding) error {
	if finding.PO == 0 && len(finding.Candidates) == 0 && len(finding.Tracking) == 0 {
		return nil
	}
	if it.proof != nil && it.proof.Verdict == proof.Later {
		return nil
	}
	about, key := f.supplierName(it.who.Supplier), it.who.Supplier
	if key == "" {
		about, key = it.who.Service, strings.ToLower(it.who.Service)
	}
	d := Detail{About: about, From: it.from, PO: finding.PO, Kind: finding.Kind, Reasons: append([]string{}, it.who.Grounds...),
		Help: "If it is theirs, once believes what waits. If they have stopped signing their mail, write `proof: never` under rules in their file."}
	if env := it.reading.Envelope; env != nil {
		d.Subject = env.Subject
	}
	if finding.Number != "" {
		d.Reasons = append(d.Reasons, strings.ReplaceAll(string(finding.Kind), "_", " ")+" of "+finding.Number)
	}
	for _, t := range finding.Tracking {
		d.Reasons = append(d.Reasons, strings.TrimSpace("it gives the tracking number "+t.Number+" "+t.Carrier))
	}
	_, _, err := f.open(tx, Exception{Kind: Unproven, Key: unprovenKey + key, Supplier: it.who.Supplier, Order: finding.OrderID, PO: finding.PO, Item: it.row.ID, Detail: d})
	return err
}

// settleDoubted does what a person says about mail that does not prove itself.
func (f *Flow) settleDoubted(ctx context.Context, x store.ExceptionRow, s Settlement) (string, error) {
	if s.Action != ActOnce {
		return "Nothing of it is booked; what comes in their name without proof is asked about again.", f.closeSender(ctx, x, s.Action, s.By)
	}
	var ids []order.ItemID
	err := f.store.View(ctx, func(tx *store.Tx) error {
		for after := x.Item - 1; ; {
			rows, err := tx.Items(store.ItemFilter{State: store.ItemRead, Supplier: x.Supplier, After: after, Limit: replayPage})
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				after = row.ID
				if p, err := tx.Proof(row.ID); err == nil && p.Verdict != string(proof.Proved) {
					ids = append(ids, row.ID)
				}
			}
		}
	})
	if err != nil {
		return "", err
	}
	totals, err := f.Replay(ctx, ReplayRequest{By: s.By, items: append([]order.ItemID{}, ids...), trust: true}, func(Replayed) error { return nil })
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("Taken this once: %d message(s) were read again: %d piece(s) of news booked, %d for you.", totals.Items, totals.Applied, totals.Desk), f.closeSender(ctx, x, s.Action, s.By)
}
