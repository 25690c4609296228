package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// Trial is what a rule would have changed of what is kept.
type Trial struct {
	At time.Time `json:"at"`
	// Of is how many of the supplier's messages bring news, Read how many of these would be read with the rule, Before how many are without it.
	Of     int `json:"of"`
	Read   int `json:"read"`
	Before int `json:"before"`
	// Differently is how many would be read otherwise than they were booked, or than a person has settled them. A rule with any stays off.
	Differently int         `json:"differently"`
	Examples    []TrialItem `json:"examples,omitempty"`
	// changed are the items that read otherwise in any way: they are read again when the rule is switched on.
	changed []order.ItemID
}

// TrialItem is one message that a rule would change.
type TrialItem struct {
	Item  order.ItemID `json:"item"`
	Was   []string     `json:"was"`
	Now   []string     `json:"now"`
	Wrong bool         `json:"wrong,omitempty"` // it was settled otherwise
}

// Text says a trial as people say it.
func (t Trial) Text() string {
	if t.Of == 0 {
		return "was tried on nothing, as nothing of theirs that brings news is kept"
	}
	return fmt.Sprintf("would have read %d of %d, %d differently (without it %d)", t.Read, t.Of, t.Differently, t.Before)
}

// clean: nothing that was settled comes out otherwise, and nothing that was sure becomes a question.
func (t Trial) clean() bool { return t.Differently == 0 && t.Read >= t.Before }

const (
	trialMost     = 2000 // messages that a person's trial goes back
	learnMost     = 300  // messages that a rule which is being learned is tried on: a person waits for it
	trialExamples = 5
)

// rehearsal holds what is needed to try rules on a supplier's kept items. What the items say without the rule is read once for all rules.
type rehearsal struct {
	f        *Flow
	supplier string
	profile  parsers.Profile // without the rule
	index    *match.Index    // the purchase orders as they were before any answer
	items    []*rehearsed
}

type rehearsed struct {
	opened
	was []recorded
}

// rehearse reads a supplier's newest kept items, at most so many. The rule that is tried must not be among those that count as known. What a person has
// just told of a purchase order is forgotten: it would let the message be known that told it.
func (f *Flow) rehearse(ctx context.Context, w *world, rule store.RuleRow, told order.POID, most int) (*rehearsal, error) {
	if err := f.caughtUp(ctx); err != nil { // the shapes of order numbers are found from all orders
		return nil, err
	}
	on, err := f.rulesOf(ctx, rule.Supplier)
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(slices.Clone(on), func(r store.RuleRow) bool { return r.ID == rule.ID && rule.ID != 0 })
	h := &rehearsal{f: f, supplier: rule.Supplier, profile: withRules(f.configured(w, rule.Supplier), others)}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		filter := store.ItemFilter{Supplier: rule.Supplier, State: store.ItemRead, Newest: true, Limit: most}
		rows, err := tx.Items(filter)
		if err != nil {
			return err
		}
		if RuleKind(rule.Kind) == RuleSender {
			if rows, err = itemsFrom(tx, w, rule.Reads, most); err != nil {
				return err
			}
		}
		for _, row := range rows {
			i := &rehearsed{opened: opened{row: row}}
			if i.was, err = recordedOf(tx, row.ID); err != nil {
				return err
			}
			h.items = append(h.items, i)
		}
		return h.fill(tx, told)
	})
	if err != nil {
		return nil, err
	}
	for _, i := range h.items {
		i.who = w.permit(match.Sender{Supplier: rule.Supplier})
		if RuleKind(rule.Kind) == RuleSender {
			i.who = w.strangerNamed(rule.Reads)
		} else if _, drop := w.dropOf[i.row.Source]; drop {
			i.who.Strength = order.StrengthAccount
		}
		if err := h.read(ctx, &i.opened, h.profile); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// rehearsalMost is how many purchase orders compete in a trial, the newest first, open or not.
const rehearsalMost = 5000

// fill puts the purchase orders into the rehearsal's index that its items were about, and those that compete with them, each as it was when it was placed:
// in the one that the flow works with, what the items have brought is known already.
func (h *rehearsal) fill(tx *store.Tx, told order.POID) error {
	h.index = match.NewIndex()
	newest, err := tx.POsOfSupplier(h.supplier, false, rehearsalMost)
	if err != nil {
		return err
	}
	wanted := map[order.POID]bool{}
	for _, po := range newest {
		wanted[po.ID] = true
	}
	for _, i := range h.items {
		for _, r := range i.was {
			if r.row.PO != 0 {
				wanted[r.row.PO] = true
			}
		}
	}
	if told != 0 {
		wanted[told] = true
	}
	return tx.EachPO(slices.Sorted(maps.Keys(wanted)), func(k store.Known) error {
		po := indexed(k)
		po.Tracking, po.Closed = nil, false
		if po.ID == told {
			po.Refs = nil
		}
		po.Lines = slices.Clone(po.Lines)
		for i := range po.Lines {
			po.Lines[i].Outstanding = po.Lines[i].Quantity
		}
		h.index.Put(po)
		return nil
	})
}

// itemsFrom gives the newest items of a sender that nobody knows so far: an address, "@" and a domain, or a service.
func itemsFrom(tx *store.Tx, w *world, name string, most int) (list []store.ItemRow, err error) {
	rows, err := tx.Items(store.ItemFilter{State: store.ItemRead, Newest: true, Limit: 10 * most})
	for _, row := range rows {
		if row.Supplier == "" && slices.Contains(senderNames(w, row), name) && len(list) < most {
			list = append(list, row)
		}
	}
	return list, err
}

// senderNames are the names of the sender of an item that was read; none for a file.
func senderNames(w *world, row store.ItemRow) []string {
	var r struct {
		Envelope *parsers.Envelope `json:"envelope"`
	}
	if len(row.Reading) == 0 || json.Unmarshal(row.Reading, &r) != nil || r.Envelope == nil || len(r.Envelope.From) != 1 {
		return nil
	}
	return w.addresses.names(r.Envelope.From[0].Address)
}

// strangerNamed is a sender of that name as long as nobody has said whose it is.
func (w *world) strangerNamed(name string) match.Sender {
	if strings.HasPrefix(name, "@") {
		name = "nobody" + name
	}
	who := match.Sender{Open: true}
	who.Service, _, who.For = w.addresses.service(name)
	return who
}

// read reads one item. One that its reader breaks on, or that was erased, says nothing, with or without a rule. The bytes are not held: thousands of
// messages may be large ones.
func (h *rehearsal) read(ctx context.Context, it *opened, p parsers.Profile) error {
	var raw []byte
	err := h.f.store.View(ctx, func(tx *store.Tx) (err error) {
		raw, err = tx.Evidence(it.row.SHA256)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrForgotten) {
		return err
	}
	if err == nil {
		it.reading, err = h.f.reader.Read(ctx, raw, it.row.Name, p)
	}
	if err != nil {
		it.reading, it.findings = parsers.Reading{Kind: parsers.Other}, nil
		return ctx.Err()
	}
	it.findings = h.f.match(h.index, it.reading, it.who)
	return nil
}

// try reads the items with the rule and compares.
func (h *rehearsal) try(ctx context.Context, rule store.RuleRow) (Trial, error) {
	t := Trial{At: h.f.now().UTC()}
	profile := withRules(h.profile, []store.RuleRow{rule})
	for _, i := range h.items {
		with := opened{row: i.row, who: i.who}
		if RuleKind(rule.Kind) == RuleSender {
			with.who = i.who.As(rule.Supplier)
		}
		if err := h.read(ctx, &with, profile); err != nil {
			return t, err
		}
		if robot(i.reading.Kind) || silent(i.reading.Kind) && silent(with.reading.Kind) && len(i.was) == 0 {
			continue
		}
		t.Of++
		before, after := known(i.findings), known(with.findings)
		if before {
			t.Before++
		}
		if after {
			t.Read++
		}
		wrong := contradicts(i.was, i.findings, with.findings)
		if wrong {
			t.Differently++
		}
		was, now := said(i.findings), said(with.findings)
		if slices.Equal(was, now) && !wrong {
			continue
		}
		t.changed = append(t.changed, i.row.ID)
		if len(t.Examples) < trialExamples {
			t.Examples = append(t.Examples, TrialItem{Item: i.row.ID, Was: was, Now: now, Wrong: wrong})
		} else if wrong { // those that speak against it are shown first
			if n := slices.IndexFunc(t.Examples, func(x TrialItem) bool { return !x.Wrong }); n >= 0 {
				t.Examples[n] = TrialItem{Item: i.row.ID, Was: was, Now: now, Wrong: true}
			}
		}
	}
	return t, nil
}

// known tells whether an item is read: there is news, and every piece of it is known to be about an order without a question.
func known(findings []match.Finding) bool {
	return len(findings) > 0 && !slices.ContainsFunc(findings, func(f match.Finding) bool { return f.PO == 0 || f.Decision == match.Review })
}

// said are the findings in words.
func said(findings []match.Finding) []string {
	list := []string{}
	for i := range findings {
		list = append(list, noticeOf(&findings[i]).String())
	}
	slices.Sort(list)
	return list
}

// contradicts tells whether a rule breaks with what was settled: news that was booked, or that a person has decided about, and that is found without the
// rule, is lost with it; or the rule brings news of its own about what was settled otherwise.
func contradicts(was []recorded, without, with []match.Finding) bool {
	for i := range was {
		r := &was[i]
		if !r.row.Applied && !r.decided {
			continue
		}
		fits := func(f match.Finding) bool { return sameNews(r, &f) && f.PO == r.row.PO }
		kept := func(f match.Finding) bool { return fits(f) || f.PO == r.row.PO && adds(r, &f) }
		if slices.ContainsFunc(without, fits) && !slices.ContainsFunc(with, kept) {
			return true
		}
		for j := range with {
			f := &with[j]
			if f.PO == 0 || f.Decision == match.Review || slices.ContainsFunc(without, func(o match.Finding) bool { return o.PO == f.PO && sameNews(r, &o) && sameNews(r, f) }) {
				continue
			}
			about := sameNews(r, f) || shareNumber(r, f)
			if about && (r.row.Applied && r.row.PO != f.PO || r.decided && !r.row.Applied) {
				return true
			}
		}
	}
	return false
}

// adds tells news that says what was recorded, and the numbers of its parcels as well, where there were none.
func adds(r *recorded, f *match.Finding) bool {
	return r.finding.Kind == f.Kind && len(r.finding.Tracking) == 0 && len(f.Tracking) > 0 && slices.Equal(sortedLines(r.finding.Lines), sortedLines(f.Lines))
}

// TryRule tries a rule on what is kept and stores what came of it. It switches nothing.
func (f *Flow) TryRule(ctx context.Context, id store.RuleID) (v RuleView, err error) {
	row, err := f.rule(ctx, id)
	if err != nil {
		return v, err
	}
	w := f.world.Load()
	if _, err := f.tryRule(ctx, w, &row, trialMost); err != nil {
		return v, err
	}
	return f.viewRule(w, row)
}

func (f *Flow) tryRule(ctx context.Context, w *world, row *store.RuleRow, most int) (Trial, error) {
	if _, ok := w.cfg.Suppliers[row.Supplier]; !ok {
		return Trial{}, unknownSupplier(row.Supplier, w.cfg.Suppliers)
	}
	h, err := f.rehearse(ctx, w, *row, 0, most)
	if err != nil {
		return Trial{}, err
	}
	t, err := h.try(ctx, *row)
	if err != nil {
		return t, err
	}
	if row.Trial, err = json.Marshal(t); err != nil {
		return t, fmt.Errorf("write the trial down: %w", err)
	}
	return t, f.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Rule(row.ID)
		if err != nil {
			return err
		}
		now.Trial = row.Trial
		*row = now
		return tx.SetRule(now)
	})
}

// SwitchRule switches a rule on or off. On, it is tried first, and stays off when it would read differently what was settled; then what it changes is read
// again. Off undoes nothing that was booked.
func (f *Flow) SwitchRule(ctx context.Context, id store.RuleID, on bool, by string) (text string, err error) {
	row, err := f.rule(ctx, id)
	if err != nil {
		return "", err
	}
	w := f.world.Load()
	if !on {
		if row.State == store.RuleOff {
			return fmt.Sprintf("Rule %d is off already.", id), nil
		}
		if err := f.setRule(ctx, row, store.RuleOff, by); err != nil {
			return "", err
		}
		if RuleKind(row.Kind) == RuleSender {
			_, err := f.settleSenders(ctx, row, ActNot, by)
			return fmt.Sprintf("Rule %d is off: what %s says about %s's orders is noted and never asked about; what was booked stays.", id, row.Reads, f.supplierName(row.Supplier)), err
		}
		return fmt.Sprintf("Rule %d is off; what was booked stays.", id), nil
	}
	if row.State == store.RuleOn {
		return fmt.Sprintf("Rule %d is on already.", id), nil
	}
	if _, err := checkRule(w, row); err != nil {
		return "", err
	}
	t, err := f.tryRule(ctx, w, &row, trialMost)
	if err != nil {
		return "", err
	}
	if !t.clean() {
		return "", fmt.Errorf("rule %d stays off: it %s. `waybill rules show %d` has examples: %w", id, t.Text(), id, ErrAction)
	}
	if err := f.setRule(ctx, row, store.RuleOn, by); err != nil {
		return "", err
	}
	again, err := f.readAgain(ctx, row.Supplier, t.changed, by)
	if err == nil && RuleKind(row.Kind) == RuleSender {
		waiting, failed := f.settleSenders(ctx, row, ActTheirs, by)
		return fmt.Sprintf("Rule %d is on: %s.%s%s", id, ruleText(row, f.supplierName(row.Supplier)), again, waiting), failed
	}
	return fmt.Sprintf("Rule %d is on: it %s.%s", id, t.Text(), again), err
}

func (f *Flow) setRule(ctx context.Context, row store.RuleRow, state store.RuleState, by string) error {
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Rule(row.ID)
		if err != nil {
			return err
		}
		now.State, now.ChangedAt, now.ChangedBy = state, f.now(), by
		return tx.SetRule(now)
	})
	if err != nil {
		return err
	}
	return f.loadRules(ctx)
}

// readAgain replays items after a rule was switched on, and says what came of it.
func (f *Flow) readAgain(ctx context.Context, supplier string, ids []order.ItemID, by string) (string, error) {
	slices.Sort(ids)
	totals, err := f.Replay(ctx, ReplayRequest{Supplier: supplier, By: by, items: append([]order.ItemID{}, ids...)}, func(Replayed) error { return nil })
	switch {
	case errors.Is(err, ErrAction): // a replay is under way, and meets them
		return " A replay is running; what waits is read again by it.", nil
	case err != nil:
		return "", fmt.Errorf("the rule is on, but what is kept was not read again; run waybill replay: %w", err)
	case totals.Applied+totals.Desk == 0:
		return "", nil
	}
	return fmt.Sprintf(" %d message(s) were read again: %d piece(s) of news booked, %d for you.", totals.Items, totals.Applied, totals.Desk), nil
}
