package store

import (
	"encoding/json"
	"fmt"
	"time"

	"waybill/daemon/order"
)

// RuleID is a rule's number; people name it in commands.
type RuleID int64

// RuleState says whether a rule is in force.
type RuleState string

const (
	RuleProposed RuleState = "proposed" // waits for a person, or for a trial that finds nothing against it
	RuleOn       RuleState = "on"
	RuleOff      RuleState = "off" // a person switched it off; the same is not learned again
)

// RuleRow is something that waybill learned of how a supplier writes.
type RuleRow struct {
	ID       RuleID
	Supplier string // slug
	Kind     string
	Reads    string // the heading, phrase, pattern, shape or address
	Means    string // what it means
	State    RuleState
	// Where it came from: the exception that a person settled, the item it was about, who settled it, and the words it was learned from.
	Exception order.ExceptionID
	Item      order.ItemID
	MadeAt    time.Time
	MadeBy    string
	Sentence  string
	// Trial is what the rule would have changed of what is kept, nil before it was tried.
	Trial     json.RawMessage
	ChangedAt time.Time
	ChangedBy string
}

var ruleTable = newTable("rule", "rules", "id", "supplier kind reads", "means exception_id item_id made_at made_by sentence state trial changed_at changed_by")

func scanRule(row scanner) (RuleRow, error) {
	c := ruleTable.read(row)
	r := RuleRow{ID: RuleID(c.int()), Supplier: c.text(), Kind: c.text(), Reads: c.text(), Means: c.text(), Exception: order.ExceptionID(c.int()),
		Item: order.ItemID(c.int()), MadeAt: c.time(), MadeBy: c.text(), Sentence: c.text(), State: RuleState(c.text())}
	if trial := c.text(); trial != "" {
		r.Trial = json.RawMessage(trial)
	}
	r.ChangedAt, r.ChangedBy = c.time(), c.text()
	return r, c.err
}

func (r RuleRow) values() []any {
	return []any{int64(r.ID), r.Supplier, r.Kind, r.Reads, r.Means, ref(r.Exception), ref(r.Item), r.MadeAt, r.MadeBy, r.Sentence, string(r.State), r.Trial,
		r.ChangedAt, r.ChangedBy}
}

// AddRule stores a rule, unless there is one of that supplier and kind for the same Reads: then that one comes back and isNew is false. MadeAt
// defaults to now.
func (tx *Tx) AddRule(r RuleRow) (row RuleRow, isNew bool, err error) {
	r.Supplier, r.Kind, r.Reads, r.Means, r.MadeBy, r.Sentence = clean(r.Supplier), clean(r.Kind), clean(r.Reads), clean(r.Means), clean(r.MadeBy), clean(r.Sentence)
	old, err := get(tx, scanRule, ruleTable.selects+` WHERE supplier = ? AND kind = ? AND reads = ?`, r.Supplier, r.Kind, r.Reads)
	if err == nil || !isNotFound(err) {
		return old, false, err
	}
	if r.MadeAt = stored(r.MadeAt); r.MadeAt.IsZero() {
		r.MadeAt = stored(tx.store.now())
	}
	r.ChangedAt, r.ChangedBy = r.MadeAt, r.MadeBy
	r.ID = RuleID(tx.ids.rule + 1)
	if err := tx.append(ruleTable, r.values()...); err != nil {
		return r, false, fmt.Errorf("store a rule about %s: %w", r.Supplier, err)
	}
	take(&tx.ids.rule)
	return r, true, nil
}

// ReviseRule gives a rule another meaning and another origin (Means, Exception, Item, MadeAt, MadeBy and Sentence of the row), and lets it wait as one
// that was never tried.
func (tx *Tx) ReviseRule(r RuleRow) (RuleRow, error) {
	now, err := tx.Rule(r.ID)
	if err != nil {
		return now, err
	}
	now.Means, now.Exception, now.Item, now.MadeAt, now.MadeBy, now.Sentence = clean(r.Means), r.Exception, r.Item, stored(r.MadeAt), clean(r.MadeBy), clean(r.Sentence)
	now.State, now.Trial, now.ChangedAt, now.ChangedBy = RuleProposed, nil, now.MadeAt, now.MadeBy
	if err := tx.update(ruleTable, now.values()...); err != nil {
		return now, fmt.Errorf("store rule %d: %w", r.ID, err)
	}
	return now, nil
}

// SetRule stores State, Trial, ChangedAt and ChangedBy of the row; only ReviseRule changes what a rule says.
func (tx *Tx) SetRule(r RuleRow) error {
	now, err := tx.Rule(r.ID)
	if err != nil {
		return err
	}
	now.State, now.Trial, now.ChangedAt, now.ChangedBy = r.State, r.Trial, stored(r.ChangedAt), clean(r.ChangedBy)
	if err := tx.update(ruleTable, now.values()...); err != nil {
		return fmt.Errorf("store rule %d: %w", r.ID, err)
	}
	return nil
}

// Rule gives a rule, or ErrNotFound.
func (tx *Tx) Rule(id RuleID) (RuleRow, error) {
	row, err := get(tx, scanRule, ruleTable.selects+` WHERE id = ?`, int64(id))
	if err != nil {
		return row, fmt.Errorf("rule %d: %w", id, err)
	}
	return row, nil
}

// RuleFilter says which rules to list. Empty fields ask for nothing.
type RuleFilter struct {
	Supplier string
	State    RuleState
}

// Rules lists rules, oldest first.
func (tx *Tx) Rules(f RuleFilter) ([]RuleRow, error) {
	var c conditions
	c.when(f.Supplier != "", "supplier = ?", f.Supplier)
	c.when(f.State != "", "state = ?", string(f.State))
	query, args := c.listing(ruleTable.selects, `ORDER BY id`, 0)
	return list(tx, scanRule, query, args...)
}
