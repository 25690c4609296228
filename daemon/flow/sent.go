package flow

import (
	"bytes"
	"errors"
	"net/mail"
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
	return bytes.Contains(bytes.ToLower(headOf(raw)), []byte("\n"+strings.ToLower(plantedField)+":")) || bytes.Contains(raw, []byte(order.TokenPrefix))
}

// headOf is a mail's head, as far as one is ever read.
func headOf(raw []byte) []byte {
	head := raw[:min(len(raw), parsers.MaxHeader)]
	if end := bytes.Index(head, []byte("\r\n\r\n")); end >= 0 {
		head = head[:end]
	}
	return head
}

// sendingField carries the key of one sending: nobody can guess it, and who has it has got the mail. A copy of our own mail that bears it is proof that the
// server took that very sending. A Message-ID alone is none: a repeat has the same, and whoever has seen it can write it.
const sendingField = "X-Waybill-Sending"

// ownCopy: a mail of ours that came back to a mailbox of ours, as its archive address makes it. Anybody may write into an inbox, so it counts by its key
// alone. It says nothing else.
func (f *Flow) ownCopy(tx *store.Tx, it *opened) error {
	env := it.reading.Envelope
	if env == nil || env.MessageID == "" || env.Sending == "" {
		return nil
	}
	pos, _, err := copyIDs(tx, env)
	if err != nil {
		return err
	}
	for _, po := range pos {
		if err := f.arrived(tx, po, "archive", it.row.ID, f.isSending(tx, env.Sending)); err != nil {
			return err
		}
	}
	return nil
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
	if len(pos) == 0 {
		return f.unknownCopy(tx, it)
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

// copyIDs finds the purchase orders by the Message-ID that we planted, or by the mail's own where it was not replaced.
func copyIDs(tx *store.Tx, env *parsers.Envelope) (pos []order.POID, id string, err error) {
	for _, id = range []string{env.Planted, env.MessageID} {
		if id == "" {
			continue
		}
		if pos, err = tx.POsByMessageID(id); err != nil || len(pos) > 0 {
			return pos, id, err
		}
	}
	return nil, "", nil
}

// isSending tells whether a dispatch is the one whose bytes bear the key.
func (f *Flow) isSending(tx *store.Tx, key string) which {
	return func(d store.DispatchRow) (bool, error) {
		if !strings.HasPrefix(d.Lane, laneMail) {
			return false, nil
		}
		body, err := tx.Evidence(d.Message.SHA256)
		if errors.Is(err, store.ErrForgotten) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		m, err := mail.ReadMessage(bytes.NewReader(body))
		return err == nil && m.Header.Get(sendingField) == key, nil
	}
}

// copyOf finds the purchase orders that a mail in the Sent folder is about, and which of their messages it is: by the key of the sending; where the server
// took that out, by a Message-ID or the one key in the reply address or the text, and only where a single message can be meant. A person's reply quotes our
// key as well, but is a reply.
func (f *Flow) copyOf(tx *store.Tx, it *opened) (pos []order.POID, is which, err error) {
	env := it.reading.Envelope
	pos, id, err := copyIDs(tx, env)
	if err != nil || len(pos) > 0 {
		return pos, f.sendingOr(tx, env.Sending, pos, func(d store.DispatchRow) bool { return d.Message.Key == id }), err
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
		pos = []order.POID{po.ID}
	}
	// Who asks the supplier whether they have it, or forwards it to a colleague, writes a mail with our key and without a thread as well.
	return pos, f.sendingOr(tx, env.Sending, pos, func(d store.DispatchRow) bool {
		subject, err := subjectOf(tx, d.ID)
		return err == nil && subject == env.Subject
	}), nil
}

// sendingOr is isSending, or without a key the only mail about the purchase orders that may have gone out and be meant.
func (f *Flow) sendingOr(tx *store.Tx, key string, pos []order.POID, may func(store.DispatchRow) bool) which {
	if key != "" {
		return f.isSending(tx, key)
	}
	return func(d store.DispatchRow) (bool, error) {
		only, err := f.onlyMail(tx, pos[0], may)
		return d.ID == only, err
	}
}

func addKey(keys map[order.Token]bool, text string) {
	if key, err := order.ParseToken(text); err == nil {
		keys[key] = true
	}
}

// onlyMail is the one mail about a purchase order that may have gone out; 0 when there are several, and nothing tells which.
func (f *Flow) onlyMail(tx *store.Tx, po order.POID, may func(store.DispatchRow) bool) (only order.DispatchID, err error) {
	rows, err := tx.DispatchesOfPO(po)
	if err != nil {
		return 0, err
	}
	for _, d := range rows {
		if !strings.HasPrefix(d.Lane, laneMail) || !may(d) || d.State == order.DispatchFailed || d.State == order.DispatchWithdrawn {
			continue
		}
		if only != 0 {
			return 0, nil
		}
		only = d.ID
	}
	return only, nil
}
