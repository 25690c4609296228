package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"waybill/daemon/order"
)

// Hold keeps a database from sending that may be behind the world: it was restored, or something outside of it knows more than it does. It lasts until a
// person releases it. What goes to the shop's own people is not held.
type Hold struct {
	Since time.Time `json:"since"`
	Why   HoldWhy   `json:"why"`
	// As of: the last event that the database had then, and when that was.
	LastEvent int64     `json:"last_event"`
	LastAt    time.Time `json:"last_at,omitzero"`
	// Known is the last event that somebody outside knew, 0 when that is not told.
	Known   int64     `json:"known,omitempty"`
	KnownAt time.Time `json:"known_at,omitzero"`
}

// HoldWhy is a code for what raised a hold. The codes are stored.
type HoldWhy string

const (
	HeldRestored  HoldWhy = "restored"        // by waybill restore
	HeldOlder     HoldWhy = "older"           // the witness knows later events
	HeldOther     HoldWhy = "other"           // the witness knows other events, or another database
	HeldMachine   HoldWhy = "machine"         // the witness was written on another machine
	HeldNoWitness HoldWhy = "no_witness"      // there was one, and it is gone
	HeldEvidence  HoldWhy = "outside_of_them" // our own message, of which the books know nothing, was found outside
)

// ErrHeld is returned by Mark when a hold was raised after the claim.
var ErrHeld = errors.New("the books are held until a person has looked at what may have been sent since they were saved")

const (
	holdSetting       = "store.hold"
	generationSetting = "store.generation"
)

// Hold tells whether the database is held.
func (tx *Tx) Hold() (h Hold, held bool, err error) {
	raw, held, err := tx.Setting(holdSetting)
	if err != nil || !held {
		return h, false, err
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, true, fmt.Errorf("read why the books are held: %w", err)
	}
	return h, true, nil
}

// RaiseHold holds the database, unless it is held already: then it stays as it is. What was queued for the shop's own people is given up: they were told of it.
func (tx *Tx) RaiseHold(h Hold) (Hold, error) {
	old, held, err := tx.Hold()
	if err != nil || held {
		return old, err
	}
	if h.LastEvent, err = tx.lastSeq(); err != nil {
		return h, err
	}
	if events, err := tx.JournalSince(h.LastEvent-1, 1); err != nil {
		return h, err
	} else if len(events) > 0 {
		h.LastAt = events[0].At
	}
	if h.Since.IsZero() {
		h.Since = stored(tx.store.now())
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return h, err
	}
	if err := tx.SetSetting(holdSetting, raw); err != nil {
		return h, err
	}
	rows, err := tx.Dispatches(DispatchFilter{Purpose: order.PurposeOperator, State: order.DispatchQueued})
	for _, row := range rows {
		if _, err := tx.Record(order.Event{Kind: order.Withdrawn, Dispatch: row.ID, By: "rule", Reason: "restored"}); err != nil {
			return h, err
		}
	}
	return h, err
}

// ReleaseHold lets the database send again.
func (tx *Tx) ReleaseHold() error { return tx.SetSetting(holdSetting, nil) }

// held tells whether a message must not leave because of a hold.
func (tx *Tx) heldBack(purpose order.Purpose) (bool, error) {
	if purpose == order.PurposeOperator {
		return false, nil
	}
	_, held, err := tx.Setting(holdSetting)
	return held, err
}

// generation counts how often the database was put in the place of another: 1 is the first life.
func (tx *Tx) generation() (int64, error) {
	raw, known, err := tx.Setting(generationSetting)
	if err != nil || !known {
		return 1, err
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return 1, fmt.Errorf("the setting %s: %w", generationSetting, ErrDamaged)
	}
	return n, nil
}

func (tx *Tx) setGeneration(n int64) error {
	return tx.SetSetting(generationSetting, strconv.AppendInt(nil, n, 10))
}
