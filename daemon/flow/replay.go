package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// ReplayRequest says what is read again.
type ReplayRequest struct {
	Since    time.Time // kept at or after
	Until    time.Time // kept before; zero: until now
	Supplier string    // slug; "" all
	DryRun   bool      // only show what would differ
	By       string
	// items are read instead of those of a time, when it is not nil.
	items []order.ItemID
	// as is whom senders count for who speak for nobody: a person has said so of these items.
	as string
	// trust: a person believes what these items say although they do not prove who wrote them.
	trust bool
}

// Replayed is what today's readers make of one item, compared to what is recorded.
type Replayed struct {
	Item     order.ItemID `json:"item"`
	Kept     time.Time    `json:"kept"`
	Source   string       `json:"source"`
	Name     string       `json:"name,omitempty"` // of a file, or a mail's subject
	Supplier string       `json:"supplier,omitempty"`
	Verdict  Verdict      `json:"verdict"`
	Changes  []Changed    `json:"changes,omitempty"`
	Error    string       `json:"error,omitempty"` // why it could not be read
}

// Changed is one difference.
type Changed struct {
	Verdict Verdict `json:"verdict"`
	Was     *Notice `json:"was,omitempty"`
	Now     *Notice `json:"now,omitempty"`
	// Outcome says what was done about it: "applied", "desk", "noted", "kept" (as it was recorded); "" in a dry run.
	Outcome string `json:"outcome,omitempty"`
}

// ReplayTotals count items by verdict, and what was done.
type ReplayTotals struct {
	Items   int  `json:"items"`
	Same    int  `json:"same"`
	New     int  `json:"new"`
	Gone    int  `json:"gone"`
	Differs int  `json:"differs"`
	Failed  int  `json:"failed"`
	Applied int  `json:"applied"` // pieces of news that were booked now
	Desk    int  `json:"desk"`    // that were put before a person now
	DryRun  bool `json:"dry_run,omitempty"`
}

func (t *ReplayTotals) count(r Replayed) {
	t.Items++
	*map[Verdict]*int{VerdictSame: &t.Same, VerdictNew: &t.New, VerdictGone: &t.Gone, VerdictDiffers: &t.Differs, VerdictFailed: &t.Failed}[r.Verdict]++
	for _, c := range r.Changes {
		switch c.Outcome {
		case outcomeApplied:
			t.Applied++
		case outcomeDesk:
			t.Desk++
		}
	}
}

const (
	outcomeApplied = "applied"
	outcomeDesk    = "desk"
	outcomeNoted   = "noted"
	outcomeKept    = "kept"
)

// replayPage is how many rows of the ledger are in memory at once.
const replayPage = 200

// Replay reads what is kept again, with today's readers and rules, and compares it to what is recorded. Without DryRun it books what was missed, through
// the same checks as a fresh answer. What was booked is never booked again, and what a person has decided stays. each gets every item as it is done;
// its error ends the replay.
func (f *Flow) Replay(ctx context.Context, r ReplayRequest, each func(Replayed) error) (totals ReplayTotals, err error) {
	w := f.world.Load()
	if _, ok := w.cfg.Suppliers[r.Supplier]; r.Supplier != "" && !ok {
		return totals, unknownSupplier(r.Supplier, w.cfg.Suppliers)
	}
	if !f.replaying.TryLock() {
		return totals, fmt.Errorf("a replay is running already; wait until it ends: %w", ErrAction)
	}
	defer f.replaying.Unlock()
	totals.DryRun = r.DryRun
	if err := f.caughtUp(ctx); err != nil { // reading needs the shapes of order numbers, which are found from all orders
		return totals, err
	}
	if !r.DryRun {
		defer func() {
			if err == nil {
				err = f.closeDrifts(ctx, r.Supplier)
			}
		}()
	}
	for last := order.ItemID(0); ; {
		rows, err := f.replayRows(ctx, r, last)
		if err != nil || len(rows) == 0 {
			return totals, err
		}
		last = rows[len(rows)-1].ID
		for _, row := range rows {
			done, looked, err := f.replayItem(ctx, w, r, row)
			if err != nil {
				return totals, err
			}
			if !looked {
				continue
			}
			totals.count(done)
			if err := each(done); err != nil {
				return totals, err
			}
		}
		if r.items != nil {
			return totals, nil
		}
	}
}

func (f *Flow) replayRows(ctx context.Context, r ReplayRequest, after order.ItemID) (rows []store.ItemRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		if r.items == nil {
			rows, err = tx.Items(store.ItemFilter{Since: r.Since, Until: r.Until, After: after, Limit: replayPage})
			return err
		}
		for _, id := range r.items {
			row, err := tx.Item(id)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// replayable tells items that say something by themselves: not those that wait to be read first, repeats, orders, or what was never fetched.
func replayable(w *world, r ReplayRequest, row store.ItemRow) bool {
	if w.givesOrders(row.Source) || row.SHA256 == "" {
		return false
	}
	if r.Supplier != "" && row.Supplier != "" && row.Supplier != r.Supplier {
		return false
	}
	return row.State == store.ItemRead || row.State == store.ItemQuarantined
}

// replayItem reads one item again. looked is false when it is none of those that were asked for.
func (f *Flow) replayItem(ctx context.Context, w *world, r ReplayRequest, row store.ItemRow) (done Replayed, looked bool, err error) {
	if !replayable(w, r, row) {
		return done, false, nil
	}
	it := &opened{row: row}
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		it.raw, err = tx.Evidence(row.SHA256)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrForgotten) {
		return done, false, nil // erased, or too old
	}
	if err != nil {
		return done, false, err
	}
	done = Replayed{Item: row.ID, Kept: row.KeptAt, Source: row.Source, Name: row.Name, Supplier: row.Supplier, Verdict: VerdictSame}
	if err := f.look(ctx, w, it); err != nil {
		if ctx.Err() != nil {
			return done, false, ctx.Err()
		}
		if row.State == store.ItemRead {
			done.Verdict = VerdictFailed
		} // an item that its reader has broken on before is no news
		done.Error = err.Error()
		return done, r.Supplier == "" || row.Supplier == r.Supplier, nil
	}
	if r.trust && it.doubted() {
		it.who.Strength = order.StrengthClaimed
	}
	if r.as != "" && it.who.Open {
		it.who = it.who.As(r.as)
	}
	done.Supplier = it.who.Supplier
	if r.Supplier != "" && it.who.Supplier != r.Supplier && row.Supplier != r.Supplier {
		return done, false, nil
	}
	if env := it.reading.Envelope; env != nil {
		done.Name = env.Subject
	}
	if it.ours {
		return done, true, nil
	}
	if err := f.judgeNow(ctx, it); err != nil {
		return done, false, err
	}
	done.Changes, err = f.replayRecord(ctx, w, r, it)
	done.Verdict = worst(done.Changes)
	return done, true, err
}

// worst is the verdict about an item: that of its weightiest difference.
func worst(changes []Changed) Verdict {
	for _, v := range []Verdict{VerdictDiffers, VerdictNew, VerdictGone} {
		if slices.ContainsFunc(changes, func(c Changed) bool { return c.Verdict == v }) {
			return v
		}
	}
	return VerdictSame
}

// replayRecord compares, and unless only a look was asked for, books the difference in one transaction.
func (f *Flow) replayRecord(ctx context.Context, w *world, r ReplayRequest, it *opened) (changes []Changed, err error) {
	if r.DryRun {
		err = f.store.View(ctx, func(tx *store.Tx) error {
			found, err := f.differences(tx, it)
			for _, c := range found {
				changes = append(changes, c.view())
			}
			return err
		})
		return changes, err
	}
	var ring []string
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		ring, changes = nil, nil
		row, err := tx.Item(it.row.ID)
		if err != nil {
			return err
		}
		it.row = row
		found, err := f.differences(tx, it)
		if err != nil {
			return err
		}
		if it.proofRow.CheckedAt.Equal(f.now()) || it.waited {
			if err := it.keepProof(tx); err != nil {
				return err
			}
		}
		if err := f.rereadProblems(tx, it, row); err != nil {
			return err
		}
		// A row that would be the same is not written: a second replay writes nothing.
		if row.State != store.ItemRead || row.Supplier != it.who.Supplier || !sameJSON(row.Reading, it.text) {
			row.State, row.Supplier, row.Kind = store.ItemRead, it.who.Supplier, string(it.reading.Kind)
			row.BodyHash, row.Reading = it.reading.BodyHash, it.text
			if env := it.reading.Envelope; env != nil {
				row.MessageID = env.MessageID
			}
			if err := tx.SetRead(row); err != nil {
				return err
			}
		}
		for _, c := range found {
			lanes, outcome, err := f.replayChange(tx, w, it, c)
			if err != nil {
				return fmt.Errorf("item %d: %w", it.row.ID, err)
			}
			ring = append(ring, lanes...)
			v := c.view()
			v.Outcome = outcome
			changes = append(changes, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.lanes.ring(ring...)
	return changes, nil
}

// sameJSON compares a stored document with a new one; PostgreSQL and SQLite give text back as it was written.
func sameJSON(a, b json.RawMessage) bool { return bytes.Equal(bytes.TrimSpace(a), bytes.TrimSpace(b)) }

// differences compares today's findings with the recorded ones. Robots' mails say nothing that could be booked.
func (f *Flow) differences(tx *store.Tx, it *opened) ([]change, error) {
	was, err := recordedOf(tx, it.row.ID)
	if err != nil || it.reading.Kind == parsers.Bounce || it.reading.Kind == parsers.AutoReply {
		return nil, err
	}
	now := it.findings
	if quiet := it.who.Supplier == "" && !f.world.Load().addresses.isThirdParty(it.from); quiet {
		now = slices.DeleteFunc(slices.Clone(now), func(n match.Finding) bool { return n.PO == 0 && len(n.Candidates) == 0 })
	}
	left, err := leavesDrift(tx, it)
	for i := range was {
		was[i].unasked = (left && was[i].row.PO == 0 || it.waited) && was[i].row.Decision == string(match.Review) && was[i].open == 0 && !was[i].decided
	}
	if err != nil {
		return nil, err
	}
	return f.weigh(tx, it, compare(was, now))
}

// weigh holds differences against what the books have had since: news of the past is less sure than it was when it came. What waits for a person
// already in just that way is no difference.
func (f *Flow) weigh(tx *store.Tx, it *opened, found []change) ([]change, error) {
	kept := found[:0]
	for _, c := range found {
		if c.now != nil && c.now.PO != 0 {
			finding, err := f.pastNews(tx, it, c)
			if err != nil {
				return nil, err
			}
			if c.now = &finding; c.was != nil && unchanged(c.was, c.now) {
				continue
			}
		}
		kept = append(kept, c)
	}
	return kept, nil
}

// pastNews is news as it can be taken today.
func (f *Flow) pastNews(tx *store.Tx, it *opened, c change) (match.Finding, error) {
	finding, err := askBooks(tx, *c.now)
	if err != nil {
		return finding, err
	}
	doubt := func(code, reason string) {
		finding.Contradictions = append(slices.Clone(finding.Contradictions), code)
		finding.Reasons = append(slices.Clone(finding.Reasons), reason)
		finding.Decision = match.Review
	}
	if c.bookedElsewhere() {
		doubt("booked_before", fmt.Sprintf("this message was booked on %s before, and read again it is about %s", c.was.finding.Number, finding.Number))
	}
	row, err := tx.Order(finding.OrderID)
	if err != nil {
		return finding, err
	}
	if placed := row.Doc.PlacedAt; finding.Decision == match.Auto && placed.After(it.row.KeptAt) {
		doubt("before_order", "the order was placed on "+placed.UTC().Format(time.DateOnly)+", after this message came")
	}
	if finding.Kind == parsers.Shipment {
		return finding, nil
	}
	return f.overtakenNews(tx, it, finding)
}

// bookedElsewhere tells news that was booked on another purchase order than it is about today.
func (c change) bookedElsewhere() bool {
	return c.was != nil && c.was.row.Applied && c.was.row.PO != c.now.PO
}

func (c change) view() Changed {
	v := Changed{Verdict: c.verdict, Now: noticeOf(c.now)}
	if c.was != nil {
		v.Was = noticeOf(&c.was.finding)
	}
	return v
}

// readAgain is how an exception is settled whose message was read again: what is left to ask stands in a new one.
const readAgain = "read_again"

// replayChange does with one difference what would be done with a fresh answer.
func (f *Flow) replayChange(tx *store.Tx, w *world, it *opened, c change) (ring []string, outcome string, err error) {
	if c.verdict == VerdictGone {
		return nil, outcomeKept, nil // what was booked stays booked, and a question stays asked
	}
	finding := *c.now
	if c.was != nil && c.was.open != 0 {
		if err := tx.SettleException(c.was.open, readAgain, byRule, f.now()); err != nil {
			return nil, "", err
		}
	}
	lanes, applied, err := f.decideOne(tx, w, it, c.n, finding)
	if err != nil {
		return nil, "", err
	}
	if applied {
		outcome = outcomeApplied
	} else if outcome, err = f.asked(tx, it, c.n); err != nil {
		return nil, "", err
	}
	// What was booked of this message stays marked so, whatever a person has to say about the rest.
	if c.bookedElsewhere() && !applied {
		return lanes, outcome, nil
	}
	return lanes, outcome, f.addFinding(tx, it, c.n, finding, applied || c.was != nil && c.was.row.Applied && c.was.row.PO == finding.PO)
}

// asked tells whether a finding waits for a person now.
func (f *Flow) asked(tx *store.Tx, it *opened, n int) (string, error) {
	rows, err := tx.Exceptions(store.ExceptionFilter{Item: it.row.ID, Open: true})
	for _, x := range rows {
		var d Detail
		if json.Unmarshal(x.Detail, &d) == nil && d.Finding != nil && d.FindingN == n {
			return outcomeDesk, err
		}
	}
	return outcomeNoted, err
}

// overtakenNews holds news that is no shipment against what came later: "backordered" from Monday must not undo "cancelled" from Tuesday. An
// acknowledgement then says nothing any more; the rest is for a person.
func (f *Flow) overtakenNews(tx *store.Tx, it *opened, finding match.Finding) (match.Finding, error) {
	events, err := tx.Timeline(finding.OrderID)
	if err != nil {
		return finding, err
	}
	later := slices.ContainsFunc(events, func(e order.Event) bool {
		return e.PO == finding.PO && e.At.After(it.row.KeptAt) && e.Item != it.row.ID && strings.HasPrefix(string(e.Kind), "po.") && e.Kind != order.Placed
	})
	if !later {
		return finding, nil
	}
	if finding.Kind == parsers.Acknowledgement {
		finding.Decision, finding.Repeat = match.Ignore, true
	} else if finding.Decision == match.Auto {
		finding.Decision = match.Review
		finding.Contradictions = append(slices.Clone(finding.Contradictions), "overtaken")
	}
	finding.Reasons = append(slices.Clone(finding.Reasons), "something has happened to the order since this message came")
	return finding, nil
}

// rereadProblems tells what today's readers cannot read and did not tell before, and closes what they can read now.
func (f *Flow) rereadProblems(tx *store.Tx, it *opened, before store.ItemRow) error {
	var was parsers.Reading
	if len(before.Reading) > 0 {
		if err := json.Unmarshal(before.Reading, &was); err != nil {
			return fmt.Errorf("read what item %d said: %w", before.ID, err)
		}
	}
	has := func(list []parsers.Problem, code string) bool {
		return slices.ContainsFunc(list, func(p parsers.Problem) bool { return p.Code == code })
	}
	left, err := leavesDrift(tx, it)
	if err != nil {
		return err
	}
	for _, p := range it.reading.Problems {
		if left || !has(was.Problems, p.Code) {
			if err := f.problem(tx, it, p); err != nil {
				return err
			}
		}
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(Unreadable), Item: before.ID, Open: true})
	if err != nil {
		return err
	}
	for _, x := range open {
		_, code, _ := strings.Cut(strings.TrimPrefix(x.Key, "problem:"), ":")
		if !has(it.reading.Problems, code) {
			if err := tx.SettleException(x.ID, readAgain, byRule, f.now()); err != nil {
				return err
			}
		}
	}
	return nil
}
