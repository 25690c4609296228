package flow

import (
	"context"
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

// taught is what a person has told about a message.
type taught struct {
	exception order.ExceptionID // 0: told without one
	item      order.ItemID
	finding   match.Finding // as it was applied
	carrier   string        // slug, when the person named it
	told      bool          // the news was typed, not read
	by        string
}

// mostRules is how many rules of one supplier are learned: one that needs more writes nothing that could be learned.
const mostRules = 200

// learnFrom looks for rules that would have let a settled message be read, tries each on what is kept of its supplier, and switches on those that change
// nothing that was settled otherwise. It gives a sentence about what was learned, "" when there is nothing. Failing to learn takes nothing back of what
// the person has settled, so it is told in the log only.
func (f *Flow) learnFrom(ctx context.Context, t taught) string {
	text, err := f.learnRules(ctx, t)
	if err != nil && ctx.Err() == nil {
		f.log.Error("nothing was learned from a settled message", "item", t.item, "err", err)
	}
	return text
}

func (f *Flow) learnRules(ctx context.Context, t taught) (string, error) {
	if err := f.caughtUp(ctx); err != nil {
		return "", err
	}
	w := f.world.Load()
	s, trusted, err := f.lessonOf(ctx, w, t)
	if err != nil || s == nil {
		return "", err
	}
	if !trusted {
		return f.proposeSender(ctx, w, s, t)
	}
	known, err := f.rulesOf(ctx, s.supplier)
	rules := s.lessons()
	if err != nil || len(rules) == 0 || len(known) >= mostRules {
		return "", err
	}
	h, err := f.rehearse(ctx, w, store.RuleRow{Supplier: s.supplier}, s.po.ID, learnMost)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	learned := map[string]bool{} // kinds
	for _, r := range rules {
		if learned[r.Kind] && r.Kind != string(RuleColumn) {
			continue // of several ideas about the same the first that works is enough
		}
		said, on, err := f.learnRule(ctx, w, h, r, t)
		if err != nil {
			return text.String(), err
		}
		if on {
			learned[r.Kind] = true
			if h, err = f.rehearse(ctx, w, store.RuleRow{Supplier: s.supplier}, s.po.ID, learnMost); err != nil { // the next is tried beside this one
				return text.String(), err
			}
		}
		text.WriteString(said)
	}
	return text.String(), nil
}

// lessonOf reads a message again with everything that learning looks at. trusted: the configuration knows its sender as the purchase order's supplier.
// Nobody else teaches rules: who forges a mail and gets it settled must not change how the supplier's own are read.
func (f *Flow) lessonOf(ctx context.Context, w *world, t taught) (s *settled, trusted bool, err error) {
	s = &settled{kind: t.finding.Kind, tracking: t.finding.Tracking, carrier: t.carrier, told: t.told}
	it := &opened{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		if s.po, err = tx.PO(t.finding.PO); err != nil {
			return err
		}
		row, err := tx.Order(s.po.Order)
		if err != nil {
			return err
		}
		if s.order, s.supplier = row.Doc, s.po.Supplier; row.Erased {
			s.supplier = ""
		}
		if it.row, err = tx.Item(t.item); err != nil {
			return err
		}
		it.raw, err = tx.Evidence(it.row.SHA256)
		return err
	})
	if errors.Is(err, store.ErrForgotten) {
		return nil, false, nil // what is not kept any more teaches nothing
	}
	if err != nil || w.cfg.Suppliers[s.supplier].Slug == "" {
		return nil, false, err
	}
	var env *parsers.Envelope
	if _, isDrop := w.dropOf[it.row.Source]; !isDrop {
		if env, err = f.reader.Envelope(ctx, it.raw); err != nil {
			return nil, false, nil //nolint:nilerr // what has no envelope teaches nothing
		}
	}
	who, from, ours := w.identify(it.row.Source, env)
	if s.from = from; ours {
		return nil, false, nil
	}
	if who.Supplier != s.supplier {
		return s, false, nil
	}
	profile, err := f.profile(ctx, w, s.supplier)
	if err != nil {
		return nil, false, err
	}
	profile.KeepText, profile.Seek = true, s.sought()
	s.reading, err = f.reader.Read(ctx, it.raw, it.row.Name, profile)
	return s, true, err
}

// learnRule tries one idea, and keeps it when it does some good: in force when nothing speaks against it, else for a person to look at.
func (f *Flow) learnRule(ctx context.Context, w *world, h *rehearsal, r store.RuleRow, t taught) (text string, on bool, err error) {
	if r, err = checkRule(w, r); err != nil {
		return "", false, nil //nolint:nilerr // an idea that can be no rule is none
	}
	trial, err := h.try(ctx, r)
	if err != nil {
		return "", false, err
	}
	if !helps(trial, t.item, r) {
		return "", false, nil
	}
	r.State, r.Exception, r.Item, r.MadeBy = store.RuleProposed, t.exception, t.item, t.by
	if trial.clean() {
		r.State = store.RuleOn
	}
	if r.Trial, err = json.Marshal(trial); err != nil {
		return "", false, fmt.Errorf("write the trial down: %w", err)
	}
	row, isNew, err := f.addRule(ctx, r)
	if err != nil || !isNew {
		return "", false, err // known already, or switched off by a person before
	}
	if row.State != store.RuleOn {
		return fmt.Sprintf(" Rule %d was learned and is not used: %s; it %s.", row.ID, ruleText(row, f.supplierName(row.Supplier)), trial.Text()), false, nil
	}
	again, err := f.readAgain(ctx, row.Supplier, trial.changed, t.by)
	return fmt.Sprintf(" Learned (rule %d): %s; it %s.%s", row.ID, ruleText(row, f.supplierName(row.Supplier)), trial.Text(), again), true, err
}

// helps tells whether a rule changes for the better what it was learned from, or lets more be read. A carrier is no piece of news, so its rule shows
// in nothing that a trial counts.
func helps(t Trial, item order.ItemID, r store.RuleRow) bool {
	return RuleKind(r.Kind) == RuleCarrier || t.Read > t.Before || slices.Contains(t.changed, item)
}

func (f *Flow) addRule(ctx context.Context, r store.RuleRow) (row store.RuleRow, isNew bool, err error) {
	err = f.store.Write(ctx, func(tx *store.Tx) (err error) {
		r.MadeAt = f.now()
		row, isNew, err = tx.AddRule(r)
		return err
	})
	if err == nil && isNew && row.State == store.RuleOn {
		err = f.loadRules(ctx)
	}
	return row, isNew, err
}

// proposeSender: a person gave a message of an address that nobody knows to a supplier's purchase order. That the address is the supplier's is for a
// person to say, in so many words; nothing else is learned from it.
func (f *Flow) proposeSender(ctx context.Context, w *world, s *settled, t taught) (string, error) {
	r, err := checkRule(w, s.rule(RuleSender, s.from, "", "a message from "+s.from+" about "+s.po.Number))
	if err != nil {
		return "", nil //nolint:nilerr // an address that must not speak for them
	}
	r.State, r.Exception, r.Item, r.MadeBy = store.RuleProposed, t.exception, t.item, t.by
	row, isNew, err := f.addRule(ctx, r)
	if err != nil || !isNew {
		return "", err
	}
	return fmt.Sprintf(" If %s is %s's address, say so: waybill rules on %d (%s).", s.from, f.supplierName(s.supplier), row.ID, w.addresses.warning(s.supplier, s.from)), nil
}

// AddRule takes a rule that a person has written. It is tried like one that was learned, and in force when nothing speaks against it.
func (f *Flow) AddRule(ctx context.Context, r store.RuleRow) (string, error) {
	w := f.world.Load()
	r, err := checkRule(w, r)
	if err != nil {
		return "", err
	}
	if RuleKind(r.Kind) == RuleCarrier && !strings.ContainsAny(r.Reads, `\[.*+?{(`) {
		r.Reads = numberShape(bare(r.Reads)) // an example of a number is as good as its shape
	}
	r.State, r.Sentence = store.RuleProposed, "written by a person"
	row, err := f.putRule(ctx, r)
	if err != nil {
		return "", err
	}
	if row.Means != r.Means {
		return "", fmt.Errorf("rule %d says already: %s. Switch it off first (waybill rules off %d) and add yours again, or put yours into the supplier's file, which wins: %w",
			row.ID, ruleText(row, f.supplierName(row.Supplier)), row.ID, ErrAction)
	}
	text, err := f.SwitchRule(ctx, row.ID, true, r.MadeBy)
	if err == nil && RuleKind(r.Kind) == RuleSender {
		text += " Mind: " + w.addresses.warning(r.Supplier, r.Reads) + "."
	}
	return text, err
}

// putRule stores a person's rule. One about the same that is not in force gives way to it: a person may have tried the wrong meaning first.
func (f *Flow) putRule(ctx context.Context, r store.RuleRow) (row store.RuleRow, err error) {
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		r.MadeAt = f.now()
		var isNew bool
		if row, isNew, err = tx.AddRule(r); err != nil || isNew || row.State == store.RuleOn || row.Means == r.Means {
			return err
		}
		r.ID = row.ID
		row, err = tx.ReviseRule(r)
		return err
	})
	return row, err
}

// shipLooks is how many of a supplier's newest messages are looked through for a number that a person has typed.
const shipLooks = 50

// learnFromShip looks for the message that holds what a person had to type, and was not understood.
func (f *Flow) learnFromShip(ctx context.Context, po order.PurchaseOrder, finding match.Finding, slug, by string) string {
	finding.PO = po.ID
	var unread []store.ItemRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Items(store.ItemFilter{Supplier: po.Supplier, State: store.ItemRead, Since: po.PlacedAt, Newest: true, Limit: shipLooks})
		for _, row := range rows {
			findings, err := tx.FindingsOfItem(row.ID)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(findings, func(r store.FindingRow) bool { return r.PO == po.ID && r.Applied }) {
				unread = append(unread, row)
			}
		}
		return err
	})
	if err == nil && len(unread) > 0 {
		err = f.caughtUp(ctx)
	}
	for i := 0; i < len(unread) && err == nil; i++ {
		var holds bool
		if holds, err = f.holdsNumber(ctx, unread[i], finding.Tracking); holds {
			return f.learnFrom(ctx, taught{item: unread[i].ID, finding: finding, carrier: slug, told: true, by: by})
		}
	}
	if err != nil && ctx.Err() == nil {
		f.log.Error("nothing was learned from what was typed", "purchase_order", po.Number, "err", err)
	}
	return ""
}

// holdsNumber tells whether a message holds all of these numbers somewhere.
func (f *Flow) holdsNumber(ctx context.Context, row store.ItemRow, tracking []match.Tracking) (bool, error) {
	var raw []byte
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		raw, err = tx.Evidence(row.SHA256)
		return err
	})
	if errors.Is(err, store.ErrForgotten) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	profile, err := f.profile(ctx, f.world.Load(), row.Supplier)
	if err != nil {
		return false, err
	}
	profile.KeepText = true
	for _, t := range tracking {
		profile.Seek = append(profile.Seek, t.Number)
	}
	reading, err := f.reader.Read(ctx, raw, row.Name, profile)
	if err != nil {
		return false, ctx.Err()
	}
	texts := bare(strings.Join(settled{reading: reading}.texts(), " "))
	return !slices.ContainsFunc(tracking, func(t match.Tracking) bool { return !strings.Contains(texts, bare(t.Number)) }), nil
}
