package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"waybill/daemon/channel"
	"waybill/daemon/channel/marketplace"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// trackingMost is how many journal events one look for new parcels goes through.
const trackingMost = 20_000

// trackingOut is a file of what was shipped, as a channel gets it.
type trackingOut struct {
	schedule string
	dir      string // at the sender's place
	// write gives the file, nil when there is nothing to tell, and what it leaves out and why. n is unique among the channel's files.
	write func(rows []channel.TrackingRow, n int64) (name string, file []byte, left []string, err error)
}

// trackingOut gives the channel's file; false when it has none.
func (f *Flow) trackingOut(w *world, c config.Channel) (trackingOut, bool) {
	switch {
	case c.TrackingCSV != nil:
		return trackingOut{c.TrackingCSV.Schedule, ".", func(rows []channel.TrackingRow, n int64) (string, []byte, []string, error) {
			file, err := channel.WriteTracking(rows)
			return f.trackingName("tracking", n, ".csv"), file, nil, err
		}}, true
	case c.Amazon != nil && c.Amazon.Shipments != nil:
		return f.confirmations(w, marketplace.Amazon, *c.Amazon), true
	case c.EBay != nil && c.EBay.Shipments != nil:
		return f.confirmations(w, marketplace.EBay, *c.EBay), true
	}
	return trackingOut{}, false
}

func (f *Flow) trackingName(what string, n int64, extension string) string {
	return fmt.Sprintf("%s_%s_%d%s", what, f.now().UTC().Format("20060102T150405"), n, extension)
}

// trackingFile writes what was shipped since the last file, when the channel's schedule says so. Nothing shipped, no file.
func (f *Flow) trackingFile(ctx context.Context, w *world, slug string, out trackingOut) error {
	key := "tracking_csv:" + slug
	moment, is, err := f.due(ctx, key, out.schedule, w.zone)
	if err != nil || !is {
		return err
	}
	positionKey := "tracking_csv_seq:" + slug
	var lanes []string
	more := true
	for more {
		err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
			lanes, more = nil, false
			var after int64
			if raw, known, err := tx.Setting(positionKey); err != nil {
				return err
			} else if known {
				if err := json.Unmarshal(raw, &after); err != nil {
					return err
				}
			}
			var last int64
			if lanes, last, more, err = f.queueTracking(tx, w, slug, out, after); err != nil {
				return err
			}
			if err := tx.SetSetting(positionKey, fmt.Appendf(nil, "%d", last)); err != nil || more {
				return err
			}
			return setRan(tx, key, moment)
		})
		if err != nil {
			return err
		}
		f.lanes.ring(lanes...)
	}
	return nil
}

// queueTracking queues a file of what was shipped after a journal position. What is in shadow mode stands in a file of its own, which nobody gets.
func (f *Flow) queueTracking(tx *store.Tx, w *world, slug string, out trackingOut, after int64) (lanes []string, last int64, more bool, err error) {
	modes := []bool{false}
	if w.cfg.AnyShadow() {
		modes = []bool{false, true}
	}
	for _, shadow := range modes {
		mine := func(po order.PurchaseOrder) bool { return w.cfg.Shadowed(slug, po.Supplier) == shadow }
		var rows []channel.TrackingRow
		var pos []order.POID
		if rows, pos, last, more, err = f.shippedSince(tx, slug, after, mine); err != nil {
			return nil, 0, false, err
		}
		if len(rows) == 0 {
			continue
		}
		name, file, left, err := out.write(rows, last+int64(len(lanes)))
		if err != nil {
			return nil, 0, false, err
		}
		if !shadow { // the channel is not told of these in any case
			err = f.notTold(tx, slug, last, left)
		}
		if err != nil {
			return nil, 0, false, err
		}
		if file == nil {
			continue
		}
		lane, err := f.queue(tx, store.DispatchRow{Purpose: order.PurposeTracking, Lane: laneCSV + slug, Target: slug, POs: pos,
			Message: store.OutMessage{Key: name, To: []string{out.dir}, Body: file}})
		if err != nil {
			return nil, 0, false, err
		}
		lanes = append(lanes, lane)
	}
	return lanes, last, more, nil
}

// shippedSince gathers a row for each parcel and line of this channel's shipments after a journal position, and for each number that has taken another's place.
func (f *Flow) shippedSince(tx *store.Tx, slug string, after int64, mine func(order.PurchaseOrder) bool) (rows []channel.TrackingRow, pos []order.POID, last int64, full bool, err error) {
	events, err := tx.JournalSince(after, trackingMost)
	last = after
	listed := map[order.POID]bool{}
	for _, e := range events {
		last = e.Seq
		if e.Kind != order.Shipped && e.Kind != order.Corrected {
			continue
		}
		po, err := tx.PO(e.PO)
		if err != nil {
			return nil, nil, 0, false, err
		}
		row, err := tx.Order(po.Order)
		if err != nil {
			return nil, nil, 0, false, err
		}
		if row.Doc.Channel != slug || !mine(po) {
			continue
		}
		packages, err := tx.PackagesOfPO(po.ID)
		if err != nil {
			return nil, nil, 0, false, err
		}
		replaced, err := replacements(tx, row.ID)
		if err != nil {
			return nil, nil, 0, false, err
		}
		var more []channel.TrackingRow
		if e.Kind == order.Shipped {
			e.Packages = current(e.Packages, replaced) // corrected before the shop heard of it
			more = trackingRows(row, po, e, packages)
		} else {
			more = correctedRows(row, po, e, packages, rows)
		}
		rows = append(rows, more...)
		if len(more) > 0 && !listed[po.ID] { // a purchase order may ship in parts
			listed[po.ID] = true
			pos = append(pos, po.ID)
		}
	}
	return rows, pos, last, len(events) == trackingMost, err
}

// trackingRows gives a row for each parcel and line. Who reads the file books as many pieces as a row says, so the pieces of a line stand with the
// first parcel alone: twice over, a shop would refuse the second row, or book more than was ordered.
func trackingRows(row store.OrderRow, po order.PurchaseOrder, e order.Event, packages []store.PackageRow) (rows []channel.TrackingRow) {
	quantities := map[string]int{}
	for _, s := range po.Shipments {
		// Two shipments may be booked in the same moment, and a number of one be corrected since.
		if s.At.Equal(e.At) && slices.ContainsFunc(s.Packages, func(id order.PackageID) bool { return slices.Contains(e.Packages, id) }) {
			for _, q := range s.Lines {
				quantities[q.Line] = q.Quantity
			}
		}
	}
	listed := false // the lines, with a parcel that is still known
	for _, id := range e.Packages {
		for _, p := range packages {
			if p.ID != id || p.Gone {
				continue
			}
			for _, l := range po.Lines {
				if quantities[l.ID] == 0 {
					continue
				}
				pieces := quantities[l.ID]
				if listed {
					pieces = 0
				}
				rows = append(rows, channel.TrackingRow{OrderNumber: row.Doc.Number, OrderID: row.Doc.ID, PurchaseOrder: po.Number, LineID: l.ID, SKU: l.SKU,
					Quantity: pieces, Carrier: p.Carrier, TrackingNumber: p.Number, TrackingURL: p.URL, ShippedAt: e.At.UTC()})
			}
			listed = true
		}
	}
	return rows
}

// correctedRows give a number that has taken another's place, with the lines of its shipment and no pieces: those were listed with the number before. What
// this file lists already is left out.
func correctedRows(row store.OrderRow, po order.PurchaseOrder, e order.Event, packages []store.PackageRow, listed []channel.TrackingRow) (rows []channel.TrackingRow) {
	for _, p := range packages {
		if p.Gone || !slices.Contains(e.Packages[1:], p.ID) || slices.ContainsFunc(listed, func(r channel.TrackingRow) bool {
			return r.PurchaseOrder == po.Number && r.TrackingNumber == p.Number
		}) {
			continue
		}
		for _, l := range po.Lines {
			if pieces := correctedPieces(po, e, l.ID); pieces > 0 {
				rows = append(rows, channel.TrackingRow{OrderNumber: row.Doc.Number, OrderID: row.Doc.ID, PurchaseOrder: po.Number, LineID: l.ID, SKU: l.SKU,
					Carrier: p.Carrier, TrackingNumber: p.Number, TrackingURL: p.URL, ShippedAt: e.At.UTC(), Corrects: pieces})
			}
		}
	}
	return rows
}
