package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"waybill/daemon/order"
	"waybill/daemon/proof"
	"waybill/daemon/store"
	"waybill/parsers"
)

// repeatOf finds the item that this one repeats: the same bytes; or the same Message-ID by the same sender with the same new text and attachments, that says
// no more than the first and proves itself no better. A Message-ID alone never makes a repeat: programs give one to many mails, and whoever has seen one can
// write it over something else, and be first. Files are told apart by name, so the same bytes under another name are read again; the books then say that there
// is nothing new.
func (f *Flow) repeatOf(tx *store.Tx, it *opened, row store.ItemRow) (order.ItemID, error) {
	if row.Name != "" {
		return 0, nil
	}
	same, err := tx.ItemsBySHA(row.SHA256)
	if err != nil {
		return 0, err
	}
	for _, s := range same {
		if s.ID != row.ID && s.State == store.ItemRead && isSent(s.Source) == isSent(row.Source) {
			return s.ID, nil
		}
	}
	if row.MessageID == "" || row.BodyHash == "" {
		return 0, nil
	}
	more, err := tx.ItemsByMessageID(row.MessageID)
	if err != nil {
		return 0, err
	}
	for _, m := range more {
		if m.ID == row.ID || m.State != store.ItemRead || !tx.SameBody(m, row) || isSent(m.Source) != isSent(row.Source) {
			continue
		}
		if same, err := f.repeats(tx, it, m); same || err != nil {
			return m.ID, err
		}
	}
	return 0, nil
}

// repeats compares a mail with an earlier one that has its Message-ID and its text.
func (f *Flow) repeats(tx *store.Tx, it *opened, first store.ItemRow) (bool, error) {
	var before parsers.Reading
	if len(first.Reading) == 0 { // erased: who it was from is all that is left
		return first.Supplier == it.who.Supplier, nil
	}
	if err := json.Unmarshal(first.Reading, &before); err != nil {
		return false, fmt.Errorf("read what item %d says: %w", first.ID, err)
	}
	if !sameFrom(before.Envelope, it.reading.Envelope) || !saysNoMore(it.reading, before) {
		return false, nil
	}
	known, err := tx.Proof(first.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	switch verdict := proof.Verdict(it.proofRow.Verdict); verdict {
	case proof.Proved, proof.Later: // Later: it may prove itself yet
		return known.Verdict == string(proof.Proved), nil
	default:
		return verdict == proof.Refuted || known.Verdict != string(proof.Refuted), nil
	}
}

func sameFrom(a, b *parsers.Envelope) bool {
	return a != nil && b != nil && slices.EqualFunc(a.From, b.From, func(x, y parsers.Address) bool { return strings.EqualFold(x.Address, y.Address) })
}

// saysNoMore tells whether all that a reading says was said by an earlier one: their subjects, their attachments and what they forward need not be the same.
func saysNoMore(now, before parsers.Reading) bool {
	if now.Kind != before.Kind && now.Kind.Consequence() > 0 {
		return false
	}
	said := map[string]bool{}
	for i := range before.Statements {
		for _, fact := range facts(&before.Statements[i]) {
			said[fact] = true
		}
	}
	for i := range now.Statements {
		if slices.ContainsFunc(facts(&now.Statements[i]), func(fact string) bool { return !said[fact] }) {
			return false
		}
	}
	return true
}

// facts are what a statement tells, without where it stands and how it is spaced. What is quoted was said before.
func facts(s *parsers.Statement) (all []string) {
	if s.Quoted {
		return nil
	}
	add := func(what string, values ...string) {
		if text := squeezed(strings.Join(values, "|")); text != "" {
			all = append(all, string(s.Kind)+" "+what+" "+text)
		}
	}
	for _, r := range s.Refs {
		if !r.Quoted {
			add("ref", r.Text)
		}
	}
	for _, t := range s.Tracking {
		if !t.Quoted {
			add("tracking", t.Number, fmt.Sprint(t.Withdrawn))
		}
	}
	for _, l := range s.Lines {
		add("line", l.SKU.Text, l.Title.Text, fmt.Sprint(l.Quantity), string(l.Kind))
	}
	add("expected", s.Expected.Text)
	p := s.Party()
	add("party", p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text)
	return all
}

func squeezed(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, text)
}
