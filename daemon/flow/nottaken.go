package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/channel"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

func notTakenKey(slug, id string) string { return "not_taken:" + slug + ":" + id }

// notTaken tells a person of an order that cannot be taken.
func (f *Flow) notTaken(ctx context.Context, it *opened, d channel.Delivery, reasons []string) error {
	if ageOf(f.Config(), d.Order) == old {
		return nil
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		if d.Tell && d.Err == nil { // it stays so, whatever else the shop changes: once a person has seen it, it is enough
			before, err := tx.Exceptions(store.ExceptionFilter{Kind: string(NotTaken), Key: notTakenKey(d.Order.Channel, d.Order.ID)})
			if err != nil || slices.ContainsFunc(before, func(x store.ExceptionRow) bool { return saysTheSame(x, reasons) }) {
				return err
			}
		}
		_, _, err := f.open(tx, Exception{Kind: NotTaken, Key: notTakenKey(d.Order.Channel, d.Order.ID), Channel: d.Order.Channel, Item: it.row.ID,
			Detail: Detail{About: cmp.Or(strings.TrimSpace(d.Order.Number), d.Order.ID), Reasons: first(reasons, 50),
				Help: "Mend the order in the shop: its next version is tried by itself, and closes this. Retry after mending waybill's own settings."}})
		return err
	})
}

func saysTheSame(x store.ExceptionRow, reasons []string) bool {
	var detail Detail
	return json.Unmarshal(x.Detail, &detail) == nil && slices.Equal(detail.Reasons, first(reasons, 50))
}

// settleNotTaken closes what was told of an order that could be taken after all.
func (f *Flow) settleNotTaken(ctx context.Context, taken Taken) error {
	var doc order.Order
	var open []store.ExceptionRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		row, err := tx.Order(taken.OrderID)
		if err != nil {
			return err
		}
		doc = row.Doc
		open, err = tx.Exceptions(store.ExceptionFilter{Kind: string(NotTaken), Key: notTakenKey(doc.Channel, doc.ID), Open: true})
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		for _, x := range open {
			if err := tx.SettleException(x.ID, "taken", byRule, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
				return err
			}
		}
		return nil
	})
}

// liveAgain tells of an order that the shop had cancelled and that is to be shipped after all: WooCommerce cancels by itself what is not paid in time, and
// the money may come later. What is cancelled here stays so. What was cancelled here by a person needs no word.
func (f *Flow) liveAgain(ctx context.Context, known store.OrderRow) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		events, err := tx.Timeline(known.ID)
		if err != nil || known.Erased || !slices.ContainsFunc(events, func(e order.Event) bool { return e.Kind == order.CancelledAll && e.By == byChannel }) {
			return err
		}
		return f.openOnce(tx, Exception{Kind: OrderChanged, Key: fmt.Sprintf("live_again:%d", known.ID), Order: known.ID, Channel: known.Doc.Channel,
			Detail: Detail{About: known.Doc.Number, Says: "Order %s was cancelled in the shop, and is paid and to be shipped there now", State: string(known.Intake.State),
				Help: "Nothing is sent by itself. Place it with the supplier by hand, or as a new order in the shop; or give the money back."}})
	})
}

// shippedBefore tells of the orders in a report that were marked as shipped before they were known, each once. All of a report are one exception.
func (f *Flow) shippedBefore(tx *store.Tx, slug string, row store.ItemRow, deliveries []channel.Delivery) error {
	var fresh []string
	for _, d := range deliveries {
		d.Order.Channel = slug
		if !d.Shipped || d.Err != nil || ageOf(f.Config(), d.Order) == old {
			continue
		}
		_, err := tx.OrderByKey(slug, d.Order.ID)
		if errors.Is(err, store.ErrNotFound) {
			fresh = append(fresh, d.Order.Number)
		} else if err != nil {
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	before, err := tx.Exceptions(store.ExceptionFilter{Kind: string(NotTaken)})
	if err != nil {
		return err
	}
	key, told := "shipped_before:"+slug+":", map[string]bool{}
	for _, x := range before {
		var detail Detail
		if !strings.HasPrefix(x.Key, key) || json.Unmarshal(x.Detail, &detail) != nil {
			continue
		}
		for _, number := range detail.Reasons {
			told[number] = true
		}
	}
	fresh = slices.DeleteFunc(fresh, func(number string) bool { return told[number] })
	if len(fresh) == 0 {
		return nil
	}
	_, _, err = f.open(tx, Exception{Kind: NotTaken, Key: fmt.Sprintf("%s%d", key, row.ID), Channel: slug, Item: row.ID, Detail: Detail{
		About: cmp.Or(row.Name, slug), Reasons: fresh[:min(len(fresh), mostTold)],
		Says: fmt.Sprintf("%d orders of %%s were marked as shipped before waybill knew them, and are not taken", len(fresh)),
		Help: "Nothing is to be done when you shipped them yourself. One that was marked by mistake is imported with waybill orders import, or shipped by hand."}})
	return err
}

// mostTold is how many orders an exception names; the others are told with the next report.
const mostTold = 1000
