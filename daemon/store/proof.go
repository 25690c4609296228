package store

import (
	"encoding/json"
	"fmt"
	"time"

	"waybill/daemon/order"
)

// ProofRow is what was found out about who wrote a mail.
type ProofRow struct {
	Item    order.ItemID
	Domain  string // of From, as its organisation has registered it
	Verdict string // proved, unproved, refuted, later
	// Signature names the domain's signature, "" without one.
	Signature string
	CheckedAt time.Time
	NextAt    time.Time // when it is checked again; zero: never
	Detail    json.RawMessage
}

var proofTable = newTable("proof of item", "proofs", "item_id", "", "domain verdict signature checked_at next_at detail")

func scanProof(row scanner) (ProofRow, error) {
	c := proofTable.read(row)
	return ProofRow{Item: order.ItemID(c.int()), Domain: c.text(), Verdict: c.text(), Signature: c.text(), CheckedAt: c.time(), NextAt: c.time(), Detail: json.RawMessage(c.text())}, c.err
}

// SetProof stores what was found out about an item, in place of what was known before.
func (tx *Tx) SetProof(r ProofRow) error {
	row := []any{r.Item, clean(r.Domain), r.Verdict, r.Signature, stored(r.CheckedAt), stored(r.NextAt), r.Detail}
	added, err := tx.add(proofTable, row...)
	if err == nil && !added {
		err = tx.update(proofTable, row...)
	}
	if err != nil {
		return fmt.Errorf("store who wrote item %d: %w", r.Item, err)
	}
	return nil
}

// Proof gives what is known of who wrote an item, or ErrNotFound: it was never checked.
func (tx *Tx) Proof(id order.ItemID) (ProofRow, error) {
	return get(tx, scanProof, proofTable.selects+` WHERE item_id = ?`, id)
}

// ProvedBefore tells whether an earlier item than this one has proved itself for the domain.
func (tx *Tx) ProvedBefore(domain string, id order.ItemID) (bool, error) {
	rows, err := list(tx, scanProof, proofTable.selects+` WHERE domain = ? AND verdict = 'proved' AND item_id < ? ORDER BY item_id LIMIT 1`, domain, id)
	return len(rows) > 0, err
}

// SameSignature gives the first item before this one that bears the signature, proved; ErrNotFound without one.
func (tx *Tx) SameSignature(signature string, id order.ItemID) (ProofRow, error) {
	return get(tx, scanProof, proofTable.selects+` WHERE signature = ? AND signature <> '' AND verdict = 'proved' AND item_id < ? ORDER BY item_id LIMIT 1`, signature, id)
}

// ProofsDue gives the items that are to be checked again, those that wait longest first.
func (tx *Tx) ProofsDue(now time.Time, limit int) ([]ProofRow, error) {
	return list(tx, scanProof, proofTable.selects+` WHERE next_at > 0 AND next_at <= ? ORDER BY next_at, item_id LIMIT ?`, now, limit)
}

// AddRuling notes that a supplier's rule has applied a finding without a person.
func (tx *Tx) AddRuling(item order.ItemID, n int, supplier string, at time.Time) error {
	if err := tx.note(rulingTable, item, n, supplier, stored(at)); err != nil {
		return fmt.Errorf("note what a rule has applied: %w", err)
	}
	return nil
}

// Rulings counts what a supplier's rules have applied since a time.
func (tx *Tx) Rulings(supplier string, since time.Time) (n int, err error) {
	err = tx.one(func(row scanner) error { return row.Scan(&n) }, `SELECT COUNT(*) FROM rulings WHERE supplier = ? AND ruled_at > ?`, supplier, stored(since))
	return n, err
}

var rulingTable = newTable("ruling on item", "rulings", "item_id n", "supplier ruled_at", "")
