package store

import (
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Known is a purchase order with everything that an answer may name it by.
type Known struct {
	PO         order.PurchaseOrder
	Doc        order.Order
	MessageIDs []string // of our mails about it
	Refs       []string // what the supplier calls it
	Tracking   []string // numbers of its parcels, without those that are gone
}

// knownPage is how many purchase orders are in memory at once.
const knownPage = 500

// EachOpenPO gives every purchase order that is open or was closed at or after closedSince (zero: only open ones), in the order
// of ids. f may use the Tx.
func (tx *Tx) EachOpenPO(closedSince time.Time, f func(Known) error) error {
	since := micros(closedSince)
	if closedSince.IsZero() {
		since = 1<<63 - 1
	}
	for last := order.POID(0); ; {
		page, err := tx.known(`p.id > ? AND (p.closed_at IS NULL OR p.closed_at >= ?) ORDER BY p.id LIMIT ?`, last, since, knownPage)
		if err != nil {
			return err
		}
		for _, k := range page {
			if err := f(k); err != nil {
				return err
			}
		}
		if len(page) < knownPage {
			return nil
		}
		last = page[len(page)-1].PO.ID
	}
}

// EachPO gives the purchase orders with these ids, in the order of ids.
func (tx *Tx) EachPO(ids []order.POID, f func(Known) error) error {
	for len(ids) > 0 {
		n := min(len(ids), knownPage)
		args := make([]any, n)
		for i, id := range ids[:n] {
			args[i] = id
		}
		ids = ids[n:]
		page, err := tx.known(`p.id IN (?`+strings.Repeat(", ?", n-1)+`) ORDER BY p.id`, args...)
		if err != nil {
			return err
		}
		for _, k := range page {
			if err := f(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// known reads one page: a query for the rows, and one for each of the lists beside them.
func (tx *Tx) known(where string, args ...any) ([]Known, error) {
	page, err := list(tx, func(row scanner) (Known, error) {
		c := scanCells(row, poTable.width+1+orderTable.width+1)
		poTable.open(c)
		k := Known{PO: readPO(c)}
		c.next++
		orderTable.open(c)
		k.Doc = readOrder(c).Doc
		return k, c.err
	}, `SELECT `+poTable.of("p")+`, `+orderTable.of("o")+` FROM purchase_orders p JOIN orders o ON o.id = p.order_id WHERE `+where, args...)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	at := make(map[order.POID]int, len(page))
	ids := make([]any, len(page))
	for i, k := range page {
		at[k.PO.ID] = i
		ids[i] = k.PO.ID
	}
	ofPage := ` WHERE po_id IN (?` + strings.Repeat(", ?", len(ids)-1) + `) ORDER BY po_id, `
	for _, texts := range []struct {
		query string
		into  func(*Known) *[]string
	}{
		{`SELECT po_id, message_id FROM message_ids` + ofPage + `message_id`, func(k *Known) *[]string { return &k.MessageIDs }},
		{`SELECT po_id, ref FROM supplier_refs` + ofPage + `ref`, func(k *Known) *[]string { return &k.Refs }},
	} {
		err := tx.each(func(row scanner) error {
			var po int64
			var s string
			if err := row.Scan(&po, &s); err != nil {
				return err
			}
			if i, ok := at[order.POID(po)]; ok {
				into := texts.into(&page[i])
				*into = append(*into, s)
			}
			return nil
		}, texts.query, slices.Clone(ids)...)
		if err != nil {
			return nil, err
		}
	}
	packages, err := list(tx, scanPackage, packageTable.selects+ofPage+`id`, slices.Clone(ids)...)
	for _, p := range packages {
		if i, ok := at[p.PO]; ok && !p.Gone {
			page[i].Tracking = append(page[i].Tracking, p.Number)
		}
	}
	return page, err
}
