package store

import (
	"fmt"
	"time"

	"waybill/daemon/order"
)

// Arrivals is how much came in by one way, and when the last of it.
type Arrivals struct {
	From  string // an item's source, or an order's channel
	Count int
	Last  time.Time
}

// ItemArrivals counts the items after an id by their source, and gives the newest id.
func (tx *Tx) ItemArrivals(after order.ItemID) ([]Arrivals, order.ItemID, error) {
	all, newest, err := arrivals(tx, `SELECT source, count(*), max(kept_at), max(id) FROM items WHERE id > ? GROUP BY source`, int64(after))
	return all, order.ItemID(newest), err
}

// OrderArrivals counts the orders after an id by their channel, and gives the newest id.
func (tx *Tx) OrderArrivals(after order.OrderID) ([]Arrivals, order.OrderID, error) {
	all, newest, err := arrivals(tx, `SELECT channel, count(*), max(received_at), max(id) FROM orders WHERE id > ? GROUP BY channel`, int64(after))
	return all, order.OrderID(newest), err
}

func arrivals(tx *Tx, query string, after int64) (all []Arrivals, newest int64, err error) {
	newest = after
	err = tx.each(func(row scanner) error {
		var a Arrivals
		var last, id int64
		if err := row.Scan(&a.From, &a.Count, &last, &id); err != nil {
			return err
		}
		a.Last, newest = fromMicros(last), max(newest, id)
		all = append(all, a)
		return nil
	}, query, after)
	if err != nil {
		return nil, after, fmt.Errorf("count what came in: %w", err)
	}
	return all, newest, nil
}
