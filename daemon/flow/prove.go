package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/proof"
	"waybill/daemon/store"
)

// Who has written a mail is found out once, soon after it came, and kept: keys are taken out of the DNS after a while, so that a replay could not find out again.

const (
	// proveEvery is when a mail is checked again whose sender's DNS did not answer, at first; later it is as long as it has waited already. After giveUp it counts as not
	// proved.
	proveEvery = 5 * time.Minute
	giveUp     = 24 * time.Hour
	// proofsAtOnce is how many mails are checked again at one tick.
	proofsAtOnce = 20
)

// prove finds out who has written a mail, or takes what was found out before.
func (f *Flow) prove(ctx context.Context, w *world, it *opened) error {
	var row store.ProofRow
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.Proof(it.row.ID); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	now := f.now()
	server := w.serverOf(it.row.Source)
	it.waited = row.Verdict == string(proof.Later)
	if row.Item != 0 && (!it.waited || w.resolver == nil || row.NextAt.After(now)) {
		known := &proof.Result{}
		if err := json.Unmarshal(row.Detail, known); err != nil {
			return fmt.Errorf("read who wrote item %d: %w", it.row.ID, err)
		}
		known.Bind(it.raw)
		it.proof, it.proofRow = known, row
		return nil
	}
	// Who speaks for nobody is not looked up: else anybody could have us ask their own servers, which need not answer.
	resolver := w.resolver
	speaks := it.who.Supplier != "" || it.who.Service != ""
	if !speaks {
		resolver = nil
	}
	if resolver == nil && server == "" {
		return nil // nothing can be found out
	}
	received := it.row.Received
	if received.IsZero() || received.After(now) {
		received = it.row.KeptAt
	}
	found := proof.Check(ctx, it.raw, server, received, resolver)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if it.proof = &found; !speaks {
		return nil // it is found out when somebody has said whose sender it is
	}
	it.proofRow = store.ProofRow{Item: it.row.ID, Domain: proof.Organisation(found.Domain), Verdict: string(found.Verdict), CheckedAt: now}
	if found.Verdict == proof.Proved {
		it.proofRow.Signature = found.Signature
	}
	if waits := now.Sub(it.row.KeptAt); found.Verdict == proof.Later && waits < giveUp {
		it.proofRow.NextAt = now.Add(max(proveEvery, waits))
	} else if found.Verdict == proof.Later {
		found.Verdict, it.proofRow.Verdict = proof.Unproved, string(proof.Unproved)
	}
	it.proofRow.Detail, err = json.Marshal(found)
	return err
}

// serverOf is how the server behind a mailbox names itself in what it finds out about senders; "" where that is not known.
func (w *world) serverOf(source string) string {
	name, ok := strings.CutPrefix(source, sourceInbox)
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "/")
	return w.cfg.Mailboxes[name].AuthServID
}

// weighSender says how well it is known who an item is from, and why.
func (f *Flow) weighSender(ctx context.Context, w *world, it *opened) error {
	who := &it.who
	if it.ours || who.Strength == order.StrengthAccount {
		return nil
	}
	speaks := who.Supplier != "" || who.Service != ""
	if who.Strength = order.StrengthStranger; speaks {
		who.Strength = order.StrengthClaimed
	}
	p := it.proof
	if p == nil {
		return nil
	}
	who.Grounds = p.Reasons
	verdict := p.Verdict
	if !p.Names(it.from) {
		verdict = proof.Unproved
	}
	switch {
	case verdict == proof.Proved && !speaks:
		return nil
	case verdict == proof.Proved && p.Whole && who.Supplier != "":
		who.Strength, who.Loose = order.StrengthProved, !p.Thread
		return nil
	case verdict == proof.Proved && p.Whole:
		who.Strength = order.StrengthVouched
		return nil
	case verdict == proof.Proved:
		return nil // signed in part: it is from there, and somebody may have added to it
	}
	_, domain, _ := strings.Cut(strings.ToLower(it.from), "@")
	who.Grounds = append([]string{"nothing proves that it is from " + domain}, p.Reasons...)
	if !speaks {
		return nil
	}
	doubted, err := f.isDoubted(ctx, w, it, verdict, domain)
	if err == nil && doubted {
		who.Strength = order.StrengthDoubted
	}
	return err
}

// isDoubted tells whether a mail that does not prove itself is worth less than one whose sender never could: others from the same domain have, or the domain asks
// that such mail is not believed.
func (f *Flow) isDoubted(ctx context.Context, w *world, it *opened, verdict proof.Verdict, domain string) (bool, error) {
	switch w.cfg.Suppliers[it.who.Supplier].Rules.Proof {
	case config.ProofNever:
		return false, nil
	case config.ProofAlways:
		it.who.Grounds = append(it.who.Grounds, "rules.proof in suppliers/"+it.who.Supplier+".yaml asks for proof")
		return true, nil
	}
	if verdict == proof.Refuted {
		return true, nil
	}
	if it.proof.Strict {
		it.who.Grounds = append(it.who.Grounds, domain+" asks that mail in its name which does not prove itself is not believed (DMARC)")
		return true, nil
	}
	var before bool
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		// Of its organisation: else a forger would take a subdomain that nobody has ever written from.
		before, err = tx.ProvedBefore(proof.Organisation(domain), it.row.ID)
		return err
	})
	if before {
		it.who.Grounds = append(it.who.Grounds, "earlier mail from "+domain+" has proved itself")
	}
	return before, err
}

// doubted tells an item that names a sender whose mail proves itself, and does not.
func (it *opened) doubted() bool { return it.who.Strength == order.StrengthDoubted }

// keepProof stores what was found out about an item's sender.
func (it *opened) keepProof(tx *store.Tx) error {
	if it.proofRow.Item == 0 {
		return nil
	}
	return tx.SetProof(it.proofRow)
}

// signedRepeat finds the item of which this one repeats all that is read: it bears the same signature, which covers all of it. Everything else, as the
// Message-ID, may have been changed by whoever sends it again.
func (f *Flow) signedRepeat(tx *store.Tx, it *opened) (order.ItemID, error) {
	first, known, err := f.sameSignature(tx, it)
	if err != nil || first == 0 || !it.proof.Thread || !it.proof.Whole || !known.Thread || !known.Whole {
		return 0, err
	}
	row, err := tx.Item(first)
	if err != nil || row.State != store.ItemRead {
		return 0, err
	}
	return first, nil
}

// sameSignature finds the first item that bears the same signature; 0 without one.
func (f *Flow) sameSignature(tx *store.Tx, it *opened) (order.ItemID, proof.Result, error) {
	var known proof.Result
	if it.proof == nil || it.proofRow.Signature == "" {
		return 0, known, nil
	}
	first, err := tx.SameSignature(it.proofRow.Signature, it.row.ID)
	if errors.Is(err, store.ErrNotFound) {
		return 0, known, nil
	}
	if err != nil {
		return 0, known, err
	}
	return first.Item, known, json.Unmarshal(first.Detail, &known)
}

// proveAgain checks mails again for which the DNS did not answer, and books what they said if they prove themselves now.
func (f *Flow) proveAgain(ctx context.Context, w *world) error {
	if w.resolver == nil {
		return nil
	}
	var ids []order.ItemID
	err := f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.ProofsDue(f.now(), proofsAtOnce)
		for _, row := range rows {
			ids = append(ids, row.Item)
		}
		return err
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	_, err = f.Replay(ctx, ReplayRequest{By: byRule, items: ids}, func(Replayed) error { return nil })
	if errors.Is(err, ErrAction) {
		return nil // a replay is running; the next tick comes soon
	}
	return err
}
