package flow

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports/imap"
)

// plantedField carries the Message-ID that we gave to a mail past servers that replace it.
const plantedField = "X-Waybill-Message-ID"

// reasonSentCopy is why a purchase order's mail has a further Message-ID.
const reasonSentCopy = "sent_copy"

// isSent tells whether an item lay in a mailbox's Sent folder, where only its owners can put mail.
func isSent(source string) bool {
	return strings.HasPrefix(source, sourceInbox) && strings.HasSuffix(source, "/"+imap.Sent)
}

// mayBeOurs tells, without reading it, whether a mail bears one of our marks: the planted field, or a key in its text. An oversize one has
// no bytes and is none of ours.
func mayBeOurs(raw []byte) bool {
	head := raw[:min(len(raw), parsers.MaxHeader)]
	if end := bytes.Index(head, []byte("\r\n\r\n")); end >= 0 {
		head = head[:end]
	}
	return bytes.Contains(bytes.ToLower(head), []byte("\n"+strings.ToLower(plantedField)+":")) || bytes.Contains(raw, []byte(order.TokenPrefix))
}

// sentCopy: our mail as the server sent it. It is proof that it went out, and its Message-ID is the one that an answer will name. It says
// nothing else.
func (f *Flow) sentCopy(tx *store.Tx, it *opened) error {
	env := it.reading.Envelope
	if env == nil || env.MessageID == "" {
		return nil
	}
	pos, which, err := f.copyOf(tx, it)
	if err != nil {
		return err
	}
	known, err := tx.POsByMessageID(env.MessageID)
	if err != nil {
		return err
	}
	for _, po := range pos {
		if err := f.arrived(tx, po, "archive", it.row.ID, which); err != nil {
			return err
		}
		if slices.Contains(known, po) {
			continue
		}
		if err := tx.AddMessageID(env.MessageID, po); err != nil {
			return err
		}
		row, err := tx.PO(po)
		if err != nil {
			return err
		}
		// The index of open purchase orders hears of it by this event.
		if _, err := tx.Record(order.Event{Kind: order.Noted, At: f.now(), Order: row.Order, PO: po, Item: it.row.ID, Reason: reasonSentCopy, By: "archive"}); err != nil {
			return err
		}
	}
	return nil
}

// copyOf finds the purchase orders that a mail in the Sent folder is about, and which of their messages it is: by the Message-ID that we
// planted, which names the message; by its own, where it was not replaced; else by the one key in the reply address or the text. A person's
// reply quotes our key as well, but is a reply.
func (f *Flow) copyOf(tx *store.Tx, it *opened) (pos []order.POID, which func(store.DispatchRow) bool, err error) {
	env := it.reading.Envelope
	for _, id := range []string{env.Planted, env.MessageID} {
		if id == "" {
			continue
		}
		if pos, err = tx.POsByMessageID(id); err != nil || len(pos) > 0 {
			return pos, func(d store.DispatchRow) bool { return d.Message.Key == id }, err
		}
	}
	if len(env.InReplyTo)+len(env.References) > 0 {
		return nil, nil, nil
	}
	keys := map[order.Token]bool{}
	for _, a := range env.ReplyTo {
		local, _, _ := strings.Cut(a.Address, "@")
		if _, tag, ok := strings.Cut(local, "+"); ok {
			addKey(keys, tag)
		}
	}
	for _, said := range it.reading.Statements {
		for _, r := range said.Refs {
			if !r.Quoted && !said.Quoted {
				addKey(keys, r.Text)
			}
		}
	}
	if len(keys) != 1 {
		return nil, nil, nil
	}
	for key := range keys {
		po, err := tx.POByToken(key)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		only, err := f.onlyMail(tx, po.ID)
		return []order.POID{po.ID}, func(d store.DispatchRow) bool { return d.ID == only }, err
	}
	return nil, nil, nil
}

func addKey(keys map[order.Token]bool, text string) {
	if key, err := order.ParseToken(text); err == nil {
		keys[key] = true
	}
}

// onlyMail is the one mail about a purchase order that may have gone out; 0 when there are several, and a key does not tell which.
func (f *Flow) onlyMail(tx *store.Tx, po order.POID) (only order.DispatchID, err error) {
	rows, err := tx.DispatchesOfPO(po)
	if err != nil {
		return 0, err
	}
	for _, d := range rows {
		if !strings.HasPrefix(d.Lane, laneMail) || d.State == order.DispatchFailed || d.State == order.DispatchWithdrawn {
			continue
		}
		if only != 0 {
			return 0, nil
		}
		only = d.ID
	}
	return only, nil
}
