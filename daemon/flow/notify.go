package flow

import (
	"encoding/json"
	"fmt"
	"slices"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers/carrier"
)

// news is what the channel hears.
type news struct {
	kind  order.EventKind
	po    order.POID
	event order.Event
}

var newsTypes = map[order.EventKind]string{
	order.Shipped: "order.shipped", order.Backordered: "order.backordered", order.OutOfStock: "order.out_of_stock",
	order.Rejected: "order.rejected", order.Cancelled: "order.cancelled", order.Corrected: "order.tracking_corrected",
}

// tell queues the channel's webhook and, where configured, the customer's shipping mail. The event was recorded already.
func (f *Flow) tell(tx *store.Tx, w *world, n news) (ring []string, err error) {
	po, err := tx.PO(n.po)
	if err != nil {
		return nil, err
	}
	row, err := tx.Order(po.Order)
	if err != nil {
		return nil, err
	}
	channel, ok := w.cfg.Channels[row.Doc.Channel]
	if !ok || row.Erased {
		return nil, nil // the channel left the configuration, or its id of the order is gone; the tracking stays in the books
	}
	body, err := f.channelNews(tx, row, po, n)
	if err != nil {
		return nil, err
	}
	if channel.Webhook != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write the webhook: %w", err)
		}
		lane, err := f.queue(tx, store.DispatchRow{Purpose: order.PurposeTracking, Lane: laneWebhook + row.Doc.Channel, Target: row.Doc.Channel,
			Order: row.ID, POs: []order.POID{po.ID}, Message: store.OutMessage{Key: f.newsKey(po, n), To: []string{channel.Webhook.URL}, Body: raw}})
		if err != nil {
			return nil, err
		}
		ring = append(ring, lane)
	}
	if _, ok := w.lanes[laneShop+row.Doc.Channel]; ok {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write the news: %w", err)
		}
		lane, err := f.queue(tx, store.DispatchRow{Purpose: order.PurposeTracking, Lane: laneShop + row.Doc.Channel, Target: row.Doc.Channel,
			Order: row.ID, POs: []order.POID{po.ID}, Message: store.OutMessage{Key: f.newsKey(po, n), To: []string{row.Doc.Channel}, Body: raw}})
		if err != nil {
			return nil, err
		}
		ring = append(ring, lane)
	}
	if channel.CustomerMail && n.kind == order.Shipped && row.Doc.Customer.Email != "" {
		lane, err := f.tellCustomer(tx, w, channel, row, po, body)
		if err != nil {
			return nil, err
		}
		ring = append(ring, lane...)
	}
	return ring, nil
}

// tellCustomer queues the shipping mail. Buyers type their addresses themselves: one to which no mail can be written is noted on the order, and stops
// neither the news to the channel nor what else the item says. The error may quote the address, so it is neither logged nor stored.
func (f *Flow) tellCustomer(tx *store.Tx, w *world, c config.Channel, row store.OrderRow, po order.PurchaseOrder, body channel.Event) (ring []string, err error) {
	d, err := f.renderShipping(w, c, row, body)
	if err != nil {
		f.log.Warn("the customer's shipping mail cannot be written", "purchase_order", po.Number)
		_, err = tx.Record(order.Event{Kind: order.Noted, At: f.now(), Order: row.ID, PO: po.ID, Reason: "the_customer_cannot_be_written_to", By: "rule"})
		return nil, err
	}
	d.Order, d.POs = row.ID, []order.POID{po.ID}
	lane, err := f.queue(tx, *d)
	return []string{lane}, err
}

// newsKey names a piece of news for ever; the channel uses it to recognise a repeat.
func (f *Flow) newsKey(po order.PurchaseOrder, n news) string {
	what := newsTypes[n.kind][len("order."):]
	count := int64(len(po.Shipments))
	if n.kind != order.Shipped {
		count = n.event.At.UnixMicro()
	}
	return fmt.Sprintf("msg_%s_%d_%s_%d", f.store.InstanceID(), po.ID, what, count)
}

func (f *Flow) channelNews(tx *store.Tx, row store.OrderRow, po order.PurchaseOrder, n news) (channel.Event, error) {
	data := channel.News{Channel: row.Doc.Channel, OrderID: row.Doc.ID, OrderNumber: row.Doc.Number, PurchaseOrder: po.Number,
		Supplier: po.Supplier, Lines: []channel.NewsLine{}, Expected: n.event.Expected, State: po.State()}
	packages, err := tx.PackagesOfPO(po.ID)
	if err != nil {
		return channel.Event{}, err
	}
	for _, id := range n.event.Packages {
		for _, p := range packages {
			if p.ID == id && !p.Gone {
				data.Tracking = append(data.Tracking, channel.Package{Carrier: p.Carrier, CarrierName: carrier.Name(p.Carrier), Number: p.Number, URL: p.URL})
			}
		}
	}
	data.Replaces = replacedNumbers(packages, n.event)
	for id, quantity := range newsLines(po, n) {
		l := po.Lines[id]
		data.Lines = append(data.Lines, channel.NewsLine{ID: l.ID, SKU: l.SKU, Quantity: quantity})
	}
	if data.Complete, err = complete(tx, row); err != nil {
		return channel.Event{}, err
	}
	return channel.Event{Type: newsTypes[n.kind], Timestamp: n.event.At.UTC(), Data: data}, nil
}

// newsLines gives the pieces that the news is about, in the order of the lines: those of the last shipment, or those that the lines' quantities
// now show as backordered, out of stock, ….
func newsLines(po order.PurchaseOrder, n news) func(yield func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for i, l := range po.Lines {
			quantity := 0
			switch n.kind {
			case order.Shipped:
				for _, q := range po.Shipments[len(po.Shipments)-1].Lines {
					if q.Line == l.ID {
						quantity += q.Quantity
					}
				}
			case order.Corrected: // the pieces of the shipment whose number it is; none is shipped by it
				quantity = correctedPieces(po, n.event, l.ID)
			case order.Backordered:
				quantity = l.Backordered
			case order.OutOfStock:
				quantity = l.OutOfStock
			case order.Cancelled:
				quantity = l.Cancelled
			default:
				quantity = l.Outstanding()
			}
			if quantity > 0 && !yield(i, quantity) {
				return
			}
		}
	}
}

// complete tells whether nothing more of the order is to come: every piece of it is on a purchase order, and none of those expects anything.
func complete(tx *store.Tx, row store.OrderRow) (bool, error) {
	pos, err := tx.POsOfOrder(row.ID)
	if err != nil {
		return false, err
	}
	ordered := map[string]int{}
	for _, po := range pos {
		if !po.Closed() {
			return false, nil
		}
		for _, l := range po.Lines {
			ordered[l.ID] += l.Ordered
		}
	}
	for _, l := range row.Doc.Lines {
		if ordered[l.ID] < l.Quantity {
			return false, nil // no supplier takes this line (routing.unrouted: split)
		}
	}
	return true, nil
}

// correctedPieces are the pieces of a line in the shipment whose number a correction has replaced.
func correctedPieces(po order.PurchaseOrder, e order.Event, line string) (quantity int) {
	for _, s := range po.Shipments {
		if slices.ContainsFunc(s.Packages, func(id order.PackageID) bool { return slices.Contains(e.Packages[1:], id) }) {
			for _, q := range s.Lines {
				if q.Line == line {
					quantity += q.Quantity
				}
			}
		}
	}
	return quantity
}
