package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
)

// Erasing follows columns.go: what is personal is emptied, hashed, reduced or removed, and the row stays, so that ids are used once and the books verify.

// EraseOrder takes the personal data out of an order and of everything that hangs on it: its purchase orders, parcels, messages, findings and exceptions. The
// event (order.Erased) says who asked. Raw bytes are for ForgetEvidence. ErrTransition while the order is under way: not cancelled, and not all shipped.
func (tx *Tx) EraseOrder(e order.Event) error {
	row, err := tx.Order(e.Order)
	if err != nil || row.Erased {
		return err
	}
	if err := tx.useMarks(); err != nil {
		return err
	}
	pos, err := tx.POsOfOrder(e.Order)
	if err != nil {
		return err
	}
	for _, po := range pos {
		if !po.Closed() && row.Intake.State == order.IntakeAccepted {
			return fmt.Errorf("order %s is under way, %s is %s: %w", row.Doc.Number, po.Number, po.State(), order.ErrTransition)
		}
	}
	e.Kind = order.Erased
	if _, err := tx.Record(e); err != nil {
		return err
	}
	tx.pos = nil
	const ofPOs = ` IN (SELECT id FROM purchase_orders WHERE order_id = ?)`
	for _, part := range []struct{ table, where string }{
		{"orders", "id = ?"}, {"purchase_orders", "order_id = ?"}, {"likeness", "order_id = ?"}, {"originals", "order_id = ?"},
		{"packages", "po_id" + ofPOs}, {"findings", "order_id = ?"}, {"findings", "po_id" + ofPOs}, {"exceptions", "order_id = ?"}, {"exceptions", "po_id" + ofPOs},
		{"outbox", "order_id = ?"}, {"outbox", "id IN (SELECT dispatch_id FROM outbox_pos WHERE po_id" + ofPOs + ")"},
	} {
		if _, err := tx.erase(part.table, part.where, e.Order); err != nil {
			return fmt.Errorf("erase order %d: %w", e.Order, err)
		}
	}
	return nil
}

// EraseItem takes the personal data out of a row of the ledger, and what was found out about who wrote it. Its findings and exceptions may be about others.
func (tx *Tx) EraseItem(id order.ItemID) error {
	if err := tx.useMarks(); err != nil {
		return err
	}
	for _, part := range []struct{ table, where string }{
		{"items", "id = ?"}, {"proofs", "item_id = ?"},
	} {
		if _, err := tx.erase(part.table, part.where, id); err != nil {
			return fmt.Errorf("erase item %d: %w", id, err)
		}
	}
	return nil
}

// EraseException takes the personal data out of an exception.
func (tx *Tx) EraseException(id order.ExceptionID) error { return tx.eraseOne("exceptions", int64(id)) }

// EraseDispatch takes the personal data out of a message; its body is for ForgetEvidence.
func (tx *Tx) EraseDispatch(id order.DispatchID) error { return tx.eraseOne("outbox", int64(id)) }

// EraseRule takes out what a rule was learned from, and what it reads: it is without effect from then on.
func (tx *Tx) EraseRule(id RuleID) error { return tx.eraseOne("rules", int64(id)) }

// EraseFinding takes the words out of a finding.
func (tx *Tx) EraseFinding(id order.ItemID, n int) error {
	if err := tx.useMarks(); err != nil {
		return err
	}
	_, err := tx.erase("findings", "item_id = ? AND n = ?", id, n)
	return err
}

func (tx *Tx) eraseOne(table string, id int64) error {
	if err := tx.useMarks(); err != nil {
		return err
	}
	if _, err := tx.erase(table, "id = ?", id); err != nil {
		return fmt.Errorf("erase row %d of %s: %w", id, table, err)
	}
	return nil
}

// RecordErasure adds the line to the journal that says who had something erased that was no order.
func (tx *Tx) RecordErasure(e order.Event) error {
	e.Kind = order.Cleared
	_, err := tx.Record(e)
	return err
}

// erase changes the rows of a table as columns.go says, and tells how many.
func (tx *Tx) erase(name, where string, args ...any) (n int, err error) {
	i := slices.IndexFunc(described, func(d tableDescription) bool { return d.name == name })
	d := described[i]
	rows, err := list(tx, func(row scanner) ([]any, error) {
		c := d.read(row)
		return c.values[:d.width], c.err
	}, d.selects+" WHERE "+where, args...)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		kept, err := tx.erased(d, row)
		switch {
		case err != nil:
			return n, err
		case kept:
			err = tx.rewrite(d.table, row)
		default:
			err = tx.later("DELETE FROM "+name+" WHERE "+strings.Join(d.names[:d.keys], " = ? AND ")+" = ?", row[:d.keys]...)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// scopes are the columns that go into a mark before the text, where the text alone names nothing.
var scopes = map[MarkOf]string{MarkOrder: "channel", markItem: "source"}

// erased changes a row in place; kept is false for one that goes as a whole.
func (tx *Tx) erased(d tableDescription, row []any) (kept bool, err error) {
	at := func(column string) int { return slices.Index(d.names, column) }
	for _, h := range d.columns { // documents repeat what is hashed, so they come after it
		if h.becomes == removed {
			return false, nil
		}
		i := at(h.column)
		text, isText := row[i].(string)
		switch {
		case h.becomes == emptied && isText:
			row[i] = ""
		case h.becomes == hashed && isText && text != "" && !isMark(text):
			of := MarkOf(d.name + "." + h.column)
			parts := []string{text}
			if scope := scopes[of]; scope != "" {
				within, _ := row[at(scope)].(string)
				parts = []string{within, text}
			}
			if row[i], err = tx.store.MarkFor(of, parts...); err != nil {
				return true, err
			}
		}
	}
	for _, h := range d.columns {
		if h.becomes != reduced {
			continue
		}
		i := at(h.column)
		text, _ := row[i].(string)
		switch d.name {
		case "orders":
			row[at("erased")] = int64(1)
			id, _ := row[at("channel_id")].(string)
			row[i], err = reduceOrder(text, id)
		case "purchase_orders":
			row[i], err = reducePO(text)
		case "outbox":
			key, _ := row[at("message_key")].(string)
			row[i], err = encode(OutMessage{Key: key})
		default:
			err = fmt.Errorf("nobody knows how to reduce %s.%s", d.name, h.column)
		}
		if err != nil {
			return true, err
		}
	}
	return true, nil
}

// reduceOrder keeps what the bookkeeping needs: that there was an order, when, to which country, of what, for how much.
func reduceOrder(text, id string) (string, error) {
	var doc order.Order
	if err := decode("order", text, &doc); err != nil {
		return "", err
	}
	left := order.Order{Number: doc.Number, Channel: doc.Channel, ID: id, PlacedAt: doc.PlacedAt, PaidAt: doc.PaidAt, Currency: doc.Currency, Total: doc.Total,
		ShipTo: order.Address{Country: doc.ShipTo.Country}, Test: doc.Test}
	for _, l := range doc.Lines {
		l.Title = ""
		left.Lines = append(left.Lines, l)
	}
	return encode(left)
}

// reducePO leaves the titles out: buyers' own words stand in those of goods that are made for them.
func reducePO(text string) (string, error) {
	var po order.PurchaseOrder
	if err := decode("purchase order", text, &po); err != nil {
		return "", err
	}
	for i := range po.Lines {
		po.Lines[i].Title = ""
	}
	return encode(po)
}

// MarkFor gives the mark of something (Store.MarkFor).
func (tx *Tx) MarkFor(of MarkOf, parts ...string) (string, error) {
	return tx.store.MarkFor(of, parts...)
}

// Row names a row of a table whose texts may tell of a person.
type Row struct {
	Table string // items, findings, exceptions, outbox, rules
	ID    int64  // a finding's is its item's
	N     int    // a finding's place
}

// EachText gives the texts that rows hold of people, but for those that belong to an order. f must not use the Tx.
func (tx *Tx) EachText(f func(row Row, text string) error) error {
	for _, d := range described {
		if !slices.Contains([]string{"items", "findings", "exceptions", "outbox", "rules"}, d.name) {
			continue
		}
		var columns []int
		for _, h := range d.columns {
			if h.becomes == emptied || h.becomes == hashed || h.becomes == reduced {
				columns = append(columns, slices.Index(d.names, h.column))
			}
		}
		err := tx.each(func(scanned scanner) error {
			c := d.read(scanned)
			if c.err != nil {
				return c.err
			}
			row := Row{Table: d.name}
			row.ID, _ = c.values[0].(int64)
			if d.keys > 1 {
				n, _ := c.values[1].(int64)
				row.N = int(n)
			}
			var text strings.Builder
			for _, i := range columns {
				s, _ := c.values[i].(string)
				text.WriteString(s)
				text.WriteByte('\n')
			}
			return f(row, text.String())
		}, d.selects)
		if err != nil {
			return err
		}
	}
	return nil
}

// ForgetEvidence removes raw bytes; their SHA-256 (hex) and their size stay. It tells whether there were any.
func (tx *Tx) ForgetEvidence(sha string) (bool, error) {
	n, err := tx.exec(`UPDATE evidence SET form = ?, bytes = ? WHERE sha256 = ? AND form <> ?`, formForgotten, []byte{}, digest(sha), formForgotten)
	if err != nil {
		return false, fmt.Errorf("forget evidence %s: %w", sha, err)
	}
	return n > 0, nil
}

// EachEvidence gives all raw bytes that are kept, in no order. What is damaged is passed over: verify tells of it. f must not use the Tx.
func (tx *Tx) EachEvidence(f func(sha string, raw []byte) error) error {
	return tx.each(func(row scanner) error {
		var sum, packed []byte
		var form int
		if err := row.Scan(&sum, &form, &packed); err != nil {
			return err
		}
		sha := hex.EncodeToString(sum)
		raw, err := tx.store.packer.open(sha, form, packed)
		if errors.Is(err, ErrDamaged) || errors.Is(err, ErrForgotten) {
			return nil
		}
		if err != nil {
			return err
		}
		return f(sha, raw)
	}, `SELECT sha256, form, bytes FROM evidence WHERE form <> 2`)
}

// OldEvidence gives raw bytes (SHA-256, hex) that were kept before a time and still are, oldest first, after the one given ("" begins).
func (tx *Tx) OldEvidence(before time.Time, after KeptEvidence, limit int) ([]KeptEvidence, error) {
	sum, err := hex.DecodeString(after.SHA256)
	if err != nil {
		return nil, fmt.Errorf("evidence %q: %w", after.SHA256, ErrNotFound)
	}
	return list(tx, func(row scanner) (k KeptEvidence, err error) {
		var sum []byte
		var at int64
		err = row.Scan(&sum, &at, &k.Size)
		k.SHA256, k.At = hex.EncodeToString(sum), fromMicros(at)
		return k, err
	}, `SELECT sha256, kept_at, size FROM evidence WHERE form <> 2 AND kept_at < ? AND (kept_at > ? OR kept_at = ? AND sha256 > ?) ORDER BY kept_at, sha256 LIMIT ?`,
		before, after.At, after.At, sum, limit)
}

// KeptEvidence is raw bytes that are kept.
type KeptEvidence struct {
	SHA256 string
	At     time.Time
	Size   int64
}

// DispatchesBySHA gives the messages with that body (SHA-256, hex).
func (tx *Tx) DispatchesBySHA(sha string) ([]DispatchRow, error) {
	return list(tx, scanDispatch, outboxTable.selects+` WHERE sha256 = ? ORDER BY id`, digest(sha))
}

// OrdersBefore gives orders that were received before a time and are not erased, oldest first, after an id.
func (tx *Tx) OrdersBefore(before time.Time, after order.OrderID, limit int) ([]OrderRow, error) {
	return list(tx, scanOrder, orderTable.selects+` WHERE erased = 0 AND received_at < ? AND id > ? ORDER BY id LIMIT ?`, before, after, limit)
}

// ClosedAt tells when the last purchase order of an order was closed; false while one is open. An order without any is closed since ever.
func (tx *Tx) ClosedAt(id order.OrderID) (at time.Time, closed bool, err error) {
	var last, open int64
	err = tx.one(func(row scanner) error { return row.Scan(&last, &open) },
		`SELECT COALESCE(max(closed_at), 0), COALESCE(sum(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END), 0) FROM purchase_orders WHERE order_id = ?`, id)
	return fromMicros(last), open == 0, err
}

// OldDispatches gives messages without an order that were settled before a time and still tell what they said, oldest first, after an id.
func (tx *Tx) OldDispatches(before time.Time, after order.DispatchID, limit int) ([]DispatchRow, error) {
	return list(tx, scanDispatch, outboxTable.selects+` WHERE id > ? AND queued_at < ? AND order_id IS NULL AND state IN ('sent', 'replaced', 'withdrawn', 'failed')
		ORDER BY id LIMIT ?`, after, before, limit)
}

// OldExceptions gives exceptions that were settled before a time and still tell what they said, oldest first, after an id.
func (tx *Tx) OldExceptions(before time.Time, after order.ExceptionID, limit int) ([]ExceptionRow, error) {
	return list(tx, scanException, exceptionTable.selects+` WHERE id > ? AND settled_at < ? AND detail <> '' ORDER BY id LIMIT ?`, after, before, limit)
}

// AddErasure remembers that somebody was erased, by a mark; at zero is now.
func (tx *Tx) AddErasure(mark string, at time.Time) error {
	if at.IsZero() {
		at = tx.store.now()
	}
	return tx.note(erasureTable, mark, stored(at))
}

// Erasure is somebody, or an order, that was to be erased: Mark says who, and At when that was asked for. What came later is not meant.
type Erasure struct {
	Mark string    `json:"mark"`
	At   time.Time `json:"at"`
}

// Erasures lists who was erased, by mark.
func (tx *Tx) Erasures() ([]Erasure, error) {
	return list(tx, func(row scanner) (Erasure, error) {
		c := erasureTable.read(row)
		return Erasure{c.text(), c.time()}, c.err
	}, erasureTable.selects+` ORDER BY mark`)
}
