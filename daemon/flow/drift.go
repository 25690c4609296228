package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/parsers"
)

// Drift is how a supplier's messages have changed, so that they cannot be read any more. It stands in the exception, and tells later messages of the same
// new form from others.
type Drift struct {
	Form    string `json:"form"`              // "table" or "text"
	Missing string `json:"missing,omitempty"` // the meaning of the column that is not there any more
	Title   string `json:"title,omitempty"`   // what it was called
	// First is the oldest item of the new form: what could not be read before anybody could know it for a change.
	First order.ItemID `json:"first,omitempty"`
}

const (
	formTable = "table"
	formText  = "text"

	driftLook  = 20  // how many earlier messages say what is usual
	driftLeast = 3   // so many files make a heading usual
	driftShare = 0.8 // of these that had it
	// driftChance is how unlikely a run of messages that say nothing must be, by the share of those before that said something.
	driftChance = 0.001
)

// formOf tells tables from texts: each drifts by itself.
func formOf(r parsers.Reading) string {
	if len(r.Tables) > 0 || r.Format == "csv" || r.Format == "xlsx" {
		return formTable
	}
	return formText
}

// silent tells a reading that says nothing about any order. Robots are no suppliers' messages.
func silent(kind parsers.Kind) bool { return kind.Consequence() == 0 }

func robot(kind parsers.Kind) bool { return kind == parsers.Bounce || kind == parsers.AutoReply }

// titleOf gives the heading of the first column with that meaning, over all tables of a reading.
func titleOf(r parsers.Reading, meaning string) string {
	for _, t := range r.Tables {
		for _, c := range t.Columns {
			if c.Meaning == meaning && c.Title != "" {
				return c.Title
			}
		}
	}
	return ""
}

// symptom tells whether a reading shows the drift.
func (d Drift) symptom(r parsers.Reading) bool {
	if robot(r.Kind) || formOf(r) != d.Form {
		return false
	}
	if d.Missing != "" {
		return titleOf(r, d.Missing) == "" && !slices.ContainsFunc(r.Statements, tracksOrder)
	}
	return silent(r.Kind)
}

func driftKey(supplier, form string) string { return "drift:" + supplier + ":" + form }

// drifted tells whether an item is one of those that cannot be read because their supplier has changed their form. All of these are one exception. Items
// that were read without a question are not looked at further: that costs nothing where nothing is wrong.
func (f *Flow) drifted(tx *store.Tx, it *opened) (bool, error) {
	if it.who.Supplier == "" || robot(it.reading.Kind) || it.ours || understood(it) {
		return false, nil
	}
	form := formOf(it.reading)
	open, err := tx.Exceptions(store.ExceptionFilter{Key: driftKey(it.who.Supplier, form), Open: true})
	if err != nil {
		return false, err
	}
	if len(open) > 0 {
		var d Detail
		if err := json.Unmarshal(open[0].Detail, &d); err != nil || d.Drift == nil || !d.Drift.symptom(it.reading) {
			return false, err
		}
		return true, f.openDrift(tx, it, *d.Drift, nil)
	}
	drift, reasons, err := f.findDrift(tx, it, form)
	if err != nil || drift == nil {
		return false, err
	}
	return true, f.openDrift(tx, it, *drift, reasons)
}

// understood tells an item of which at least one piece of news is known to be about an order, with what a shipment needs.
func understood(it *opened) bool {
	return slices.ContainsFunc(it.findings, func(n match.Finding) bool {
		return n.PO != 0 && n.Decision != match.Review && (n.Kind != parsers.Shipment || len(n.Tracking) > 0 || len(it.reading.Tables) == 0)
	})
}

// lostMeanings are the columns whose loss leaves a table unread.
func lostMeanings() []string { return []string{"tracking", "order"} }

// findDrift compares an item that shows what a drift may cause with those that came before it.
func (f *Flow) findDrift(tx *store.Tx, it *opened, form string) (*Drift, []string, error) {
	lacks := func(meaning string) bool {
		return form == formTable && Drift{Form: form, Missing: meaning}.symptom(it.reading)
	}
	if !silent(it.reading.Kind) && !slices.ContainsFunc(lostMeanings(), lacks) {
		return nil, nil, nil // what others said need not be read
	}
	before, ids, err := readBefore(tx, it, form)
	if err != nil {
		return nil, nil, err
	}
	if form == formTable {
		for _, meaning := range lostMeanings() {
			if d := lostColumn(it.reading, before, meaning); d != nil {
				d.First = it.row.ID
				for i := range before {
					if d.symptom(before[i]) {
						d.First = ids[i]
					}
				}
				reasons := []string{fmt.Sprintf("the column %q, which held the %s, is missing", d.Title, columnWords[meaning])}
				return d, append(reasons, newHeadings(it.reading, before)...), nil
			}
		}
	}
	if run, said, of := wentSilent(it.reading, before); run > 0 {
		return &Drift{Form: form, First: append([]order.ItemID{it.row.ID}, ids...)[run-1]}, []string{fmt.Sprintf("the last %d messages said nothing that could be read; %d of the %d before did", run, said, of)}, nil
	}
	return nil, nil, nil
}

// readBefore gives what the supplier's last messages of a form said, newest first, as far as a drift shows in it.
func readBefore(tx *store.Tx, it *opened, form string) (before []parsers.Reading, ids []order.ItemID, err error) {
	const few = 4 // at a time: what a report of thousands of rows says is large
	last := it.row.ID
	for looked := 0; looked < 4*driftLook; looked += few {
		rows, err := tx.Items(store.ItemFilter{Supplier: it.who.Supplier, State: store.ItemRead, Before: last, Newest: true, Limit: few})
		if err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			last = row.ID
			if len(row.Reading) == 0 || robot(parsers.Kind(row.Kind)) {
				continue
			}
			var r parsers.Reading
			if err := json.Unmarshal(row.Reading, &r); err != nil {
				return nil, nil, fmt.Errorf("read what item %d said: %w", row.ID, err)
			}
			if formOf(r) == form {
				before, ids = append(before, outline(r)), append(ids, row.ID)
			}
			if len(before) == driftLook {
				return before, ids, nil
			}
		}
		if len(rows) < few {
			break
		}
	}
	return before, ids, nil
}

// outline is what a drift shows in of a reading: its kind and headings, and whether a number in it is said to be an order's.
func outline(r parsers.Reading) parsers.Reading {
	short := parsers.Reading{Format: r.Format, Kind: r.Kind, Tables: r.Tables}
	if i := slices.IndexFunc(r.Statements, tracksOrder); i >= 0 {
		short.Statements = []parsers.Statement{r.Statements[i]}
	}
	return short
}

// tracksOrder tells a statement that gives a tracking number and the order that it belongs to.
func tracksOrder(s parsers.Statement) bool { return len(s.Tracking) > 0 && len(s.Refs) > 0 }

var columnWords = map[string]string{"tracking": "tracking numbers", "order": "order numbers"}

// lostColumn tells a column that nearly all files had and this one has not.
func lostColumn(now parsers.Reading, before []parsers.Reading, meaning string) *Drift {
	titles := map[string]int{}
	had, of := 0, 0
	for _, r := range before {
		if len(r.Tables) == 0 {
			continue
		}
		of++
		if title := titleOf(r, meaning); title != "" {
			had++
			titles[title]++
		}
	}
	d := Drift{Form: formTable, Missing: meaning}
	if had < driftLeast || float64(had) < driftShare*float64(of) || !d.symptom(now) {
		return nil
	}
	for _, title := range sorted(titles) {
		if titles[title] > titles[d.Title] {
			d.Title = title
		}
	}
	return &d
}

// newHeadings names the columns that are here and were not before, when nobody knows what they mean.
func newHeadings(now parsers.Reading, before []parsers.Reading) (reasons []string) {
	known := map[string]bool{}
	for _, r := range before {
		for _, t := range r.Tables {
			for _, c := range t.Columns {
				known[strings.ToLower(c.Title)] = true
			}
		}
	}
	for _, t := range now.Tables {
		for _, c := range t.Columns {
			if key := strings.ToLower(c.Title); c.Title != "" && (c.Meaning == "" || c.By == "cells") && !known[key] {
				known[key] = true
				reasons = append(reasons, fmt.Sprintf("the column %q is new", c.Title))
			}
		}
	}
	return reasons[:min(len(reasons), 8)]
}

// wentSilent tells whether a run of messages that say nothing, this one included, is too long to be chance.
func wentSilent(now parsers.Reading, before []parsers.Reading) (run, said, of int) {
	if !silent(now.Kind) {
		return 0, 0, 0
	}
	run = 1
	for _, r := range before {
		if !silent(r.Kind) {
			break
		}
		run++
	}
	for _, r := range before[run-1:] {
		of++
		if !silent(r.Kind) {
			said++
		}
	}
	// Laplace's rule of succession: of few messages nothing is certain.
	share := float64(said+1) / float64(of+2)
	if of < 5 || math.Pow(1-share, float64(run)) >= driftChance {
		return 0, 0, 0
	}
	return run, said, of
}

// openDrift puts the drift before a person, or counts another message into it.
func (f *Flow) openDrift(tx *store.Tx, it *opened, drift Drift, reasons []string) error {
	name := "HEADING"
	for _, r := range reasons {
		rest, ok := strings.CutPrefix(r, "the column ")
		if quoted, err := strconv.QuotedPrefix(rest); ok && err == nil && rest[len(quoted):] == " is new" {
			name, _ = strconv.Unquote(quoted)
			break
		}
	}
	help := fmt.Sprintf("Say what is meant, and all of them are read again: waybill rules add %s column %s %s", it.who.Supplier, shellWord(name), drift.Missing)
	if drift.Missing == "" {
		help = "Look at one of them. Say what they mean with `waybill rules add`, mend the supplier's file, or ask the supplier; then retry, and all of them are read again."
	}
	_, isNew, err := f.open(tx, Exception{Kind: FormatDrift, Key: driftKey(it.who.Supplier, drift.Form), Supplier: it.who.Supplier, Item: it.row.ID,
		Detail: Detail{About: f.supplierName(it.who.Supplier), From: it.from, Reasons: reasons, Help: help, Drift: &drift}})
	if err != nil || !isNew {
		return err
	}
	return f.foldInto(tx, it, drift.First)
}

// shellWord quotes a heading for a command that people copy into a shell. Whoever writes the file must not write the command: within double quotes a shell
// still runs what stands in $() or between backquotes.
func shellWord(text string) string {
	if !strings.ContainsAny(text, "$`\\\"!'") {
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// foldInto closes the questions about tables that nobody could make out, from the drift's first on: they are part of it now, and read again with it.
func (f *Flow) foldInto(tx *store.Tx, it *opened, first order.ItemID) error {
	rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(Unreadable), Supplier: it.who.Supplier, Open: true})
	if err != nil {
		return err
	}
	for _, x := range rows {
		if x.Item < first || !strings.HasPrefix(x.Key, "problem:") || !strings.HasSuffix(x.Key, ":no_header") {
			continue
		}
		if err := tx.SettleException(x.ID, "drift", byRule, f.now()); err != nil {
			return err
		}
	}
	return nil
}

// affected lists the items that show an open drift, from its first on, and of which nothing is known.
func affected(tx *store.Tx, x store.ExceptionRow) (ids []order.ItemID, err error) {
	var d Detail
	if err := json.Unmarshal(x.Detail, &d); err != nil || d.Drift == nil {
		return nil, err
	}
	first := x.Item
	if d.Drift.First != 0 {
		first = d.Drift.First
	}
	for after := max(first-1, 0); ; { // a page at a time: a drift may hold thousands of messages
		rows, err := tx.Items(store.ItemFilter{Supplier: x.Supplier, State: store.ItemRead, After: after, Limit: replayPage})
		if err != nil || len(rows) == 0 {
			return ids, err
		}
		after = rows[len(rows)-1].ID
		for _, row := range rows {
			is, err := unread(tx, row, *d.Drift)
			if err != nil {
				return nil, err
			}
			if is {
				ids = append(ids, row.ID)
			}
		}
	}
}

// unread tells whether an item shows a drift and was not understood in spite of it: a file of acknowledgements needs no column of tracking numbers.
func unread(tx *store.Tx, row store.ItemRow, d Drift) (bool, error) {
	if len(row.Reading) == 0 {
		return false, nil
	}
	it := opened{row: row}
	if err := json.Unmarshal(row.Reading, &it.reading); err != nil {
		return false, fmt.Errorf("read what item %d said: %w", row.ID, err)
	}
	if !d.symptom(it.reading) {
		return false, nil
	}
	was, err := recordedOf(tx, row.ID)
	for i := range was {
		finding := was[i].finding
		if finding.PO = was[i].row.PO; was[i].row.Applied || was[i].decided {
			finding.Decision = match.Auto // booked, or a person has said what it is
		}
		it.findings = append(it.findings, finding)
	}
	return err == nil && !understood(&it), err
}

// openDrifts lists the drifts that wait, of one supplier or of all.
func (f *Flow) openDrifts(ctx context.Context, supplier string) (rows []store.ExceptionRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.Exceptions(store.ExceptionFilter{Kind: string(FormatDrift), Supplier: supplier, Open: true})
		return err
	})
	return rows, err
}

// rereadDrift reads everything again that a drift has left unread, and closes it when nothing is left. It tells how many there were and how many are left.
func (f *Flow) rereadDrift(ctx context.Context, x store.ExceptionRow, by string) (were, left int, err error) {
	var ids []order.ItemID
	look := func(tx *store.Tx) (err error) {
		ids, err = affected(tx, x)
		return err
	}
	if err := f.store.View(ctx, look); err != nil {
		return 0, 0, err
	}
	were = len(ids)
	if _, err := f.Replay(ctx, ReplayRequest{By: by, items: append([]order.ItemID{}, ids...)}, func(Replayed) error { return nil }); err != nil {
		return were, were, err
	}
	err = f.store.View(ctx, look)
	return were, len(ids), err
}

// leavesDrift tells an item that was one of many with the same question, and shows the drift no more. What else had to be asked about it was not asked.
func leavesDrift(tx *store.Tx, it *opened) (bool, error) {
	var was parsers.Reading
	if it.row.State != store.ItemRead || it.who.Supplier == "" || len(it.row.Reading) == 0 {
		return false, nil
	}
	if err := json.Unmarshal(it.row.Reading, &was); err != nil {
		return false, fmt.Errorf("read what item %d said: %w", it.row.ID, err)
	}
	open, err := tx.Exceptions(store.ExceptionFilter{Key: driftKey(it.who.Supplier, formOf(was)), Open: true})
	if err != nil || len(open) == 0 {
		return false, err
	}
	var d Detail
	if err := json.Unmarshal(open[0].Detail, &d); err != nil || d.Drift == nil || d.Drift.symptom(it.reading) || it.row.ID < max(d.Drift.First, 1) {
		return false, err
	}
	return unread(tx, it.row, *d.Drift)
}

// closeDrifts closes the drifts of a supplier of which no message is unread any more.
func (f *Flow) closeDrifts(ctx context.Context, supplier string) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(FormatDrift), Supplier: supplier, Open: true})
		if err != nil {
			return err
		}
		for _, x := range rows {
			ids, err := affected(tx, x)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				if err := tx.SettleException(x.ID, "mended", byRule, f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
					return err
				}
			}
		}
		return nil
	})
}

// rereadDrifts tries all drifts that wait again, after the program or its configuration has changed.
func (f *Flow) rereadDrifts(ctx context.Context) error {
	rows, err := f.openDrifts(ctx, "")
	for _, x := range rows {
		_, _, failed := f.rereadDrift(ctx, x, byRule)
		err = errors.Join(err, failed)
	}
	return err
}

// retryDrift is what a person asks for at the desk. It closes itself when everything is read now.
func (f *Flow) retryDrift(ctx context.Context, x store.ExceptionRow, by string) (string, error) {
	were, left, err := f.rereadDrift(ctx, x, by)
	if err != nil {
		return "", err
	}
	if left > 0 {
		return "", fmt.Errorf("%d of %d messages still cannot be read: say what their columns or words mean (waybill rules add), or mend the supplier's file: %w", left, were, ErrAction)
	}
	return fmt.Sprintf("All %d messages were read.", were), nil
}
