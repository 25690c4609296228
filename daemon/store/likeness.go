package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"time"

	"waybill/daemon/order"
)

// Likeness is a keyed hash of a text, 16 bytes: equal for equal texts, and of no use to whoever has not the database. nil in a database that was only
// ever looked at.
func (s *Store) Likeness(text string) []byte {
	if s.secret == nil {
		return nil
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("likeness\n" + text))
	return mac.Sum(nil)[:16]
}

var likenessTable = newTable("likeness of order", "likeness", "order_id", "mark placed_at", "")

// SetLikeness notes what an order is like, and when it was placed; nil takes the note away.
func (tx *Tx) SetLikeness(id order.OrderID, mark []byte, placed time.Time) error {
	err := tx.later(`DELETE FROM likeness WHERE order_id = ?`, id)
	if err == nil && mark != nil {
		err = tx.append(likenessTable, id, mark, placed)
	}
	if err != nil {
		return fmt.Errorf("note what order %d is like: %w", id, err)
	}
	return nil
}

// Alike gives the orders of a likeness that were placed from one time to another, both included, the latest first, at most limit of them.
func (tx *Tx) Alike(mark []byte, from, to time.Time, limit int) ([]OrderRow, error) {
	return list(tx, scanOrder, `SELECT `+orderTable.of("o")+` FROM likeness l JOIN orders o ON o.id = l.order_id
		WHERE l.mark = ? AND l.placed_at >= ? AND l.placed_at <= ? ORDER BY o.id DESC LIMIT ?`, mark, from, to, limit)
}

var originalTable = newTable("original", "originals", "order_id", "", "doc")

// Original gives what the channel said of an order that a person has edited since, or ErrNotFound: nobody has.
func (tx *Tx) Original(id order.OrderID) (order.Order, error) {
	return get(tx, func(row scanner) (doc order.Order, err error) {
		c := originalTable.read(row)
		c.int()
		c.json(&doc)
		return doc, c.err
	}, originalTable.selects+` WHERE order_id = ?`, id)
}

// SetOriginal keeps what the channel says of an order beside what is in force; nil forgets it: the channel's word is in force.
func (tx *Tx) SetOriginal(id order.OrderID, doc *order.Order) error {
	err := tx.later(`DELETE FROM originals WHERE order_id = ?`, id)
	if err == nil && doc != nil {
		var text string
		if text, err = encode(doc); err == nil {
			err = tx.append(originalTable, id, text)
		}
	}
	if err != nil {
		return fmt.Errorf("keep what the channel says of order %d: %w", id, err)
	}
	return nil
}
