package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// A mark is what is left of something by which it must be known again when the personal data is gone: a keyed hash. The key is outside of the database
// (Options.MarkKey), so that nobody who has only a copy of the books can try names and addresses against the marks.

// markPrefix begins a mark: what begins so was erased.
const markPrefix = "erased:"

// MarkOf says what a mark is of. The names are part of the hash, and never change.
type MarkOf string

const (
	MarkOrder   MarkOf = "orders.channel_id" // by channel and the channel's id
	MarkEmail   MarkOf = "email"
	MarkName    MarkOf = "name" // and postcode
	markItem    MarkOf = "items.item_key"
	markMessage MarkOf = "items.message_id"
	markBody    MarkOf = "items.body_hash"
	markPackage MarkOf = "packages.number"
	markAlike   MarkOf = "exceptions.alike"
)

// ErrNoMarkKey is returned where something is to be erased and there is no key for what stays of it.
var ErrNoMarkKey = errors.New("the key of the marks that stay of what is erased is not there")

// marker makes marks. The key is read when it is first needed.
type marker struct {
	read func(mayMake bool) ([]byte, error)
	key  atomic.Pointer[[]byte]
}

// load reads the key, and makes one where there is none and mayMake says so.
func (m *marker) load(mayMake bool) ([]byte, error) {
	if key := m.key.Load(); key != nil {
		return *key, nil
	}
	if m.read == nil {
		return nil, ErrNoMarkKey
	}
	key, err := m.read(mayMake)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoMarkKey, err)
	}
	m.key.Store(&key)
	return key, nil
}

// MarkFor gives the mark of something, by the parts that name it. The key is made when there is none.
func (s *Store) MarkFor(of MarkOf, parts ...string) (string, error) {
	key, err := s.marks.load(true)
	if err != nil {
		return "", err
	}
	return markWith(key, of, parts), nil
}

func markWith(key []byte, of MarkOf, parts []string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("waybill mark\x00" + string(of) + "\x00" + strings.Join(parts, "\x00")))
	return markPrefix + hex.EncodeToString(mac.Sum(nil)[:16])
}

// known gives a text and its mark, to look for both; without a key, for nothing was ever erased, the text twice.
func (s *Store) known(of MarkOf, parts ...string) (text, mark string) {
	text = clean(parts[len(parts)-1])
	key, err := s.marks.load(false)
	if err != nil || text == "" {
		return text, text
	}
	parts = slices.Clone(parts)
	parts[len(parts)-1] = text
	return text, markWith(key, of, parts)
}

// isMark tells what is left of something that was erased from what was not.
func isMark(text string) bool { return strings.HasPrefix(text, markPrefix) }

// SameBody tells whether two items have the same new text; of one that was erased only a mark of it is left.
func (tx *Tx) SameBody(a, b ItemRow) bool {
	if isMark(a.BodyHash) == isMark(b.BodyHash) {
		return a.BodyHash == b.BodyHash && a.BodyHash != ""
	}
	marked, plain := a.BodyHash, b.BodyHash
	if isMark(plain) {
		marked, plain = plain, marked
	}
	_, mark := tx.store.known(markBody, plain)
	return mark == marked
}

// CheckMarks tells why orders that were erased would not be known again when they come once more, or nil: the key is not there, or is another one.
func (s *Store) CheckMarks(tx *Tx) error {
	const probe = "probe"
	kept, used, err := tx.Setting(markSetting)
	if err != nil || !used {
		return err
	}
	key, err := s.marks.load(false)
	if err == nil && markWith(key, probe, nil) != string(kept) {
		err = fmt.Errorf("%w: it is another one", ErrNoMarkKey)
	}
	return err
}

// markSetting remembers which key the marks were made with, as a mark of nothing.
const markSetting = "store.mark_key"

// useMarks has the database remember the key, and refuses another one.
func (tx *Tx) useMarks() error {
	key, err := tx.store.marks.load(true)
	if err != nil {
		return err
	}
	if err := tx.store.CheckMarks(tx); err != nil {
		return err
	}
	_, used, err := tx.Setting(markSetting)
	if err != nil || used {
		return err
	}
	return tx.SetSetting(markSetting, []byte(markWith(key, "probe", nil)))
}

// ErasedItem tells whether the personal data of an item is gone.
func ErasedItem(row ItemRow) bool { return isMark(row.Key) }
