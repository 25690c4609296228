package flow

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// bounce is news and never a command: it sends nothing again and closes nothing. It counts with our key alone, in the address it came to or in what it quotes: an
// order's number is known to others, and would let anybody say that a purchase order has not arrived.
func (f *Flow) bounce(tx *store.Tx, it *opened) error {
	report := it.reading.Report
	if report != nil && (report.Action == "delayed" || report.Action == "delivered" || report.Action == "relayed" || report.Action == "expanded") {
		return f.note(tx, it)
	}
	ids := map[order.POID]bool{}
	for _, finding := range it.findings {
		if finding.PO == 0 {
			continue
		}
		ours, err := quotes(tx, report, finding)
		if err != nil {
			return err
		}
		if ours {
			ids[finding.PO] = true
		}
	}
	if report != nil {
		for _, id := range report.OriginalIDs {
			pos, err := tx.POsByMessageID(id)
			if err != nil {
				return err
			}
			for _, po := range pos {
				ids[po] = true
			}
		}
	}
	for id := range ids {
		if err := f.bounced(tx, it, id); err != nil {
			return err
		}
	}
	for n, finding := range it.findings {
		if err := f.addFinding(tx, it, n, finding, false); err != nil {
			return err
		}
	}
	return nil
}

// quotes tells whether a report that is about a purchase order has its key, or the Message-ID of a mail about it. One that was forwarded by hand has no mail of ours.
func quotes(tx *store.Tx, report *parsers.Report, finding match.Finding) (bool, error) {
	if keyed := finding.Method == match.Token || finding.Method == match.Thread; keyed || report == nil {
		return keyed, nil
	}
	dispatches, err := tx.DispatchesOfPO(finding.PO)
	return len(dispatches) == 0 || slices.ContainsFunc(dispatches, func(d store.DispatchRow) bool { return slices.Contains(report.OriginalIDs, d.Message.Key) }), err
}

func (f *Flow) bounced(tx *store.Tx, it *opened, id order.POID) error {
	po, err := tx.PO(id)
	if err != nil {
		return err
	}
	dispatches, err := tx.DispatchesOfPO(id)
	if err != nil {
		return err
	}
	d := Detail{About: f.supplierName(po.Supplier), Reasons: []string{"purchase order " + po.Number}, From: it.from}
	if r := it.reading.Report; r != nil {
		d.Answer = strings.TrimSpace(r.Status + " " + r.Diagnostic)
		if r.Recipient != "" {
			d.Reasons = append(d.Reasons, "the address "+r.Recipient+" did not take it")
		}
	}
	x := Exception{Kind: BouncedBack, Key: fmt.Sprintf("bounce:%d", id), Supplier: po.Supplier, Order: po.Order, PO: id, Item: it.row.ID, Detail: d}
	if row, ok := cameBack(dispatches, it.reading.Report); ok {
		x.Dispatch, x.Key = row.ID, fmt.Sprintf("bounce:%d:%d", id, row.ID)
		if row.Purpose == order.PurposeCustomer {
			x.Detail.About = "the customer"
		}
		if _, err := tx.Record(order.Event{Kind: order.Bounced, At: f.now(), Dispatch: row.ID, Item: it.row.ID}); err != nil {
			return err
		}
		if row.Purpose != order.PurposeCustomer {
			return f.openAlike(tx, x)
		}
	}
	_, _, err = f.open(tx, x)
	return err
}

// cameBack finds the mail that a report is about: the one whose Message-ID it quotes, else the last one to the supplier. A webhook about the same
// purchase order is none.
func cameBack(dispatches []store.DispatchRow, report *parsers.Report) (row store.DispatchRow, ok bool) {
	for _, d := range slices.Backward(dispatches) {
		if !strings.HasPrefix(d.Lane, laneMail) {
			continue
		}
		if report != nil && slices.Contains(report.OriginalIDs, d.Message.Key) {
			return d, true
		}
		if !ok && d.Purpose != order.PurposeCustomer && (d.State == order.DispatchSent || d.State == order.DispatchUnsure) {
			row, ok = d, true
		}
	}
	return row, ok
}
