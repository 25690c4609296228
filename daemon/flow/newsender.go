package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// senderKey is the key of the question whether a sender writes for a supplier: one for each of both. It quotes no address.
func senderKey(supplier, name string) string {
	sum := sha256.Sum256([]byte(name))
	return "sender:" + supplier + ":" + hex.EncodeToString(sum[:8])
}

// refused tells whether a person has said that a sender does not write for the supplier of an order.
func (f *Flow) refused(w *world, it *opened, finding match.Finding) bool {
	if !it.who.Open || it.from == "" {
		return false
	}
	_, no := f.told(w, it.from)
	return slices.Contains(no, finding.Supplier)
}

var senderWords = map[parsers.Kind]string{parsers.Shipment: "A shipment of %s is told by %%s", parsers.Acknowledgement: "%s is accepted by %%s", parsers.Backorder: "A delay of %s is told by %%s"}

// askSender asks whether a sender writes for a supplier: one question, whatever they write until it is settled. booked: what they wrote has our key, and is in the
// books.
func (f *Flow) askSender(tx *store.Tx, w *world, it *opened, finding match.Finding, booked bool) error {
	name := w.addresses.names(it.from)[0]
	supplier := f.supplierName(finding.Supplier)
	says, ok := senderWords[finding.Kind]
	if !ok {
		says = "News of %s comes from %%s"
	}
	d := Detail{About: it.from, Says: fmt.Sprintf(says, finding.Number) + ", who has not written for " + strings.ReplaceAll(supplier, "%", "") + " before", From: it.from, PO: finding.PO,
		Kind: finding.Kind}
	if it.who.Service != "" {
		d.Says = strings.Replace(d.Says, "%s, who", "%s ("+it.who.Service+"), which", 1)
	}
	if env := it.reading.Envelope; env != nil {
		d.Subject = env.Subject
		for _, to := range env.ReplyTo {
			if slug, known := w.addresses.of(to.Address); known && slug == finding.Supplier {
				d.Reasons = append(d.Reasons, "an answer to it would go to "+to.Address+", which is theirs; anybody can write that")
			}
		}
	}
	for _, t := range finding.Tracking {
		d.Reasons = append(d.Reasons, strings.TrimSpace("it gives the tracking number "+t.Number+" "+t.Carrier))
	}
	d.Reasons = append(d.Reasons, finding.Reasons...)
	if booked {
		d.Reasons = append(d.Reasons, "it has our key, so it was booked: who wrote it had our mail, which tells nothing of who they are")
	} else {
		d.Reasons = append(d.Reasons, "nothing is booked until you say whose sender it is")
	}
	d.Reasons = append(d.Reasons, w.addresses.warning(finding.Supplier, it.from))
	x := Exception{Kind: NewSender, Key: senderKey(finding.Supplier, name), Supplier: finding.Supplier, Order: finding.OrderID, PO: finding.PO, Item: it.row.ID, Detail: d}
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(NewSender), Supplier: finding.Supplier, Open: true, Limit: mostSenders + 1})
	if err != nil {
		return err
	}
	if len(open) >= mostSenders && !slices.ContainsFunc(open, func(row store.ExceptionRow) bool { return row.Key == x.Key }) {
		return f.askFlood(tx, x)
	}
	_, _, err = f.open(tx, x)
	return err
}

const (
	// mostSenders is how many senders of a supplier are asked about one by one. Anybody can write, under any number of addresses.
	mostSenders = 10
	// floodKey, with the supplier behind it, is the Key of the one question about all that are beyond.
	floodKey = "senders:"
)

// askFlood asks about a sender beyond those that are asked about one by one: all of them are one question.
func (f *Flow) askFlood(tx *store.Tx, x Exception) error {
	from := x.Detail.From
	row, _, err := f.open(tx, Exception{Kind: NewSender, Key: floodKey + x.Supplier, Supplier: x.Supplier, Item: x.Item, Detail: Detail{About: f.supplierName(x.Supplier),
		Says: fmt.Sprintf("More than %d senders that nobody knows write about orders of %%s", mostSenders),
		Help: fmt.Sprintf("Somebody may be playing. `waybill rules add %s sender ADDRESS` accepts one, and `waybill replay --since DATE` then books what it wrote; not_theirs closes this.", x.Supplier)}})
	if err != nil {
		return err
	}
	var d Detail
	if err := json.Unmarshal(row.Detail, &d); err != nil {
		return fmt.Errorf("read the evidence of exception %d: %w", row.ID, err)
	}
	if said := "from " + from; len(d.Reasons) < maxNamed && !slices.Contains(d.Reasons, said) {
		d.Reasons = append(d.Reasons, said)
	}
	return setDetail(tx, row.ID, d)
}

// settleSender does what a person says about a sender.
func (f *Flow) settleSender(ctx context.Context, x store.ExceptionRow, d Detail, s Settlement) (done string, err error) {
	if strings.HasPrefix(x.Key, floodKey) {
		if s.Action != ActNot {
			return "", fmt.Errorf("it is about many senders; `waybill rules add %s sender ADDRESS` accepts one of them: %w", x.Supplier, ErrAction)
		}
		return "Closed; nothing of what they wrote was booked that has not our key.", f.closeSender(ctx, x, s.Action, s.By)
	}
	if s.Action == ActOnce {
		if done, err = f.rereadSender(ctx, x, x.Supplier, s.By); err != nil {
			return "", err
		}
		return "Taken this once." + done, f.closeSender(ctx, x, s.Action, s.By)
	}
	w := f.world.Load()
	name := w.addresses.names(d.From)[0]
	if _, domain, ok := strings.Cut(name, "@"); ok && s.Domain {
		name = "@" + domain
	}
	r, err := checkRule(w, store.RuleRow{Supplier: x.Supplier, Kind: string(RuleSender), Reads: name, State: store.RuleProposed, Exception: x.ID, Item: x.Item,
		MadeBy: s.By, Sentence: "news of " + d.From})
	if err != nil {
		return "", err
	}
	row, err := f.putRule(ctx, r)
	if err != nil {
		return "", err
	}
	if done, err = f.SwitchRule(ctx, row.ID, s.Action == ActTheirs, s.By); err != nil {
		return "", err
	}
	return done, f.closeSender(ctx, x, s.Action, s.By)
}

// settleSenders settles the questions about a sender that a rule answers, and reads again what they held back.
func (f *Flow) settleSenders(ctx context.Context, r store.RuleRow, action Action, by string) (done string, err error) {
	var open []store.ExceptionRow
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		open, err = tx.Exceptions(store.ExceptionFilter{Kind: string(NewSender), Supplier: r.Supplier, Open: true})
		return err
	})
	w := f.world.Load()
	for _, x := range open {
		var d Detail
		if err != nil || json.Unmarshal(x.Detail, &d) != nil || !slices.Contains(w.addresses.names(d.From), r.Reads) {
			continue
		}
		if action == ActTheirs {
			said, failed := f.rereadSender(ctx, x, "", by)
			if failed != nil {
				return done, failed
			}
			done += said
		}
		err = f.closeSender(ctx, x, action, by)
	}
	return done, err
}

// closeSender closes a question about a sender, unless that is done.
func (f *Flow) closeSender(ctx context.Context, x store.ExceptionRow, action Action, by string) error {
	err := f.store.Write(ctx, func(tx *store.Tx) error { return tx.SettleException(x.ID, string(action), by, f.now()) })
	if errors.Is(err, store.ErrSettled) {
		return nil
	}
	return err
}

// rereadSender reads again what a question about a sender holds back. as is the supplier for whom the sender counts this once; "" leaves it to the rules.
func (f *Flow) rereadSender(ctx context.Context, x store.ExceptionRow, as, by string) (string, error) {
	var ids []order.ItemID
	w := f.world.Load()
	err := f.store.View(ctx, func(tx *store.Tx) error {
		first, err := tx.Item(x.Item)
		name := senderNames(w, first)
		if err != nil || len(name) == 0 {
			return err
		}
		for after := x.Item - 1; ; { // a page at a time, and only what came since
			rows, err := tx.Items(store.ItemFilter{State: store.ItemRead, After: after, Limit: replayPage})
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				after = row.ID
				if other := senderNames(w, row); row.Supplier == "" && len(other) > 0 && other[0] == name[0] {
					ids = append(ids, row.ID)
				}
			}
		}
	})
	if err != nil || len(ids) == 0 {
		return "", err
	}
	totals, err := f.Replay(ctx, ReplayRequest{By: by, items: ids, as: as}, func(Replayed) error { return nil })
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(" %d message(s) were read again: %d piece(s) of news booked, %d for you.", totals.Items, totals.Applied, totals.Desk), nil
}
