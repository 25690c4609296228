package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports/chat"
)

// alertKey remembers what the shop was alerted of.
const alertKey = "alerted"

// alerted is what was told at once, so that nothing is told twice, also over a restart.
type alerted struct {
	// Seen is the newest exception that was looked at, At when somebody was last alerted.
	Seen order.ExceptionID `json:"seen"`
	At   time.Time         `json:"at"`
	// Held came in quiet hours, and is told when they end.
	Held []order.ExceptionID `json:"held,omitempty"`
	// Told are those that were told and still wait.
	Told map[order.ExceptionID]toldOf `json:"told,omitempty"`
}

// toldOf is when an exception was told, and how many alike ones it then was.
type toldOf struct {
	At    time.Time `json:"at"`
	Times int       `json:"times"`
}

// worse is how many times as many alike ones make a second alert.
const worse = 10

// alertEvery keeps a storm of failures to one message a minute.
const alertEvery = time.Minute

// alert tells at once of what cannot wait for the digest, by mail and by every other way: one message for everything new since the last one. What was told is
// told again only when it got much worse, or, when it is urgent, after operator.remind.
func (f *Flow) alert(ctx context.Context, w *world) error {
	var state alerted
	var tell []store.ExceptionRow
	changed := false
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		raw, known, err := tx.Setting(alertKey)
		if err != nil {
			return err
		}
		if known {
			if err := json.Unmarshal(raw, &state); err != nil {
				return err
			}
		}
		if since := f.now().Sub(state.At); since >= 0 && since < alertEvery { // less than zero: the clock was ahead
			return nil
		}
		tell, changed, err = f.toTell(tx, w, &state)
		return err
	})
	if err != nil || !changed {
		return err
	}
	var ring []string
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		ring = nil
		if len(tell) > 0 {
			state.At = f.now()
		}
		raw, err := json.Marshal(state)
		if err != nil {
			return err
		}
		if err := tx.SetSetting(alertKey, raw); err != nil || len(tell) == 0 {
			return err
		}
		ring, err = f.tellOperator(tx, w, fmt.Sprintf("alert_%d_%d", state.Seen, state.At.Unix()), tell)
		return err
	})
	f.lanes.ring(ring...)
	return err
}

// toTell finds what is to be told now, and notes it in state; changed says whether state is another than before.
func (f *Flow) toTell(tx *store.Tx, w *world, state *alerted) (tell []store.ExceptionRow, changed bool, err error) {
	quiet := w.isQuiet(f.now())
	fresh, err := tx.Exceptions(store.ExceptionFilter{Open: true, After: state.Seen, Limit: 500})
	if err != nil {
		return nil, false, err
	}
	for _, row := range fresh {
		changed = true
		state.Seen = max(state.Seen, row.ID)
		switch loud := Info(ExceptionKind(row.Kind)).Alert; {
		case loud == urgently, loud == atOnce && !quiet:
			tell = append(tell, row)
		case loud == atOnce && !w.hasDigest(): // else the digest has it in the morning
			state.Held = append(state.Held, row.ID)
		}
	}
	if !quiet && len(state.Held) > 0 {
		for _, id := range state.Held {
			row, err := tx.Exception(id)
			if err != nil {
				return nil, false, err
			}
			if row.SettledAt.IsZero() {
				tell = append(tell, row)
			}
		}
		state.Held, changed = nil, true
	}
	again, pruned, err := f.toldAgain(tx, w, state, quiet)
	if err != nil {
		return nil, false, err
	}
	tell = append(tell, again...)
	if len(tell) > 0 && state.Told == nil {
		state.Told = map[order.ExceptionID]toldOf{}
	}
	for _, row := range tell {
		state.Told[row.ID] = toldOf{At: f.now(), Times: row.Count}
	}
	return tell, changed || pruned || len(tell) > 0, nil
}

// toldAgain are those that were told before and have to be again; those that are settled are forgotten.
func (f *Flow) toldAgain(tx *store.Tx, w *world, state *alerted, quiet bool) (again []store.ExceptionRow, pruned bool, err error) {
	ids := make([]order.ExceptionID, 0, len(state.Told))
	for id := range state.Told {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		row, err := tx.Exception(id)
		if err != nil {
			return nil, false, err
		}
		urgent := Info(ExceptionKind(row.Kind)).Alert == urgently
		last := state.Told[id]
		switch remind := time.Duration(w.cfg.Operator.Remind); {
		case !row.SettledAt.IsZero():
			delete(state.Told, id)
			pruned = true
		case quiet && !urgent:
		case row.Count >= worse*last.Times, urgent && remind > 0 && f.now().Sub(last.At) >= remind:
			again = append(again, row)
		}
	}
	return again, pruned, nil
}

// isQuiet tells whether the people at the shop want to hear of what is urgent only.
func (w *world) isQuiet(now time.Time) bool {
	from, to, ok := strings.Cut(w.cfg.Operator.Quiet, "-")
	if !ok {
		return false
	}
	a, errA := calendar.ParseClock(from)
	b, errB := calendar.ParseClock(to)
	if errA != nil || errB != nil {
		return false // the configuration was checked
	}
	return calendar.ClockOf(now.In(w.zone)).Between(a, b)
}

// hasDigest tells whether everything that waits is mailed every morning.
func (w *world) hasDigest() bool {
	return len(w.cfg.Operator.To) > 0 && len(w.cfg.Operator.Digest) > 0
}

// tellOperator queues one message by each way. Nobody is told of a way's own death by that way: it could only arrive when it is over.
func (f *Flow) tellOperator(tx *store.Tx, w *world, key string, rows []store.ExceptionRow) (ring []string, err error) {
	except := func(lane string) []store.ExceptionRow {
		return slices.DeleteFunc(slices.Clone(rows), func(x store.ExceptionRow) bool { return len(w.cfg.Operator.Alerts) > 0 && x.Key == accountKey+lane })
	}
	ways := 0
	if len(w.cfg.Operator.To) > 0 {
		ways++
		if rows := except(laneMail + w.mailboxOf(w.cfg.Operator.Mailbox)); len(rows) > 0 {
			ring, err = f.mailOperator(tx, w, key, func() (*store.DispatchRow, error) { return f.renderAlert(w, rows) })
			if err != nil {
				return nil, err
			}
		}
	}
	for _, a := range w.cfg.Operator.Alerts {
		ways++
		lane := laneAlert + a.Title()
		rows := except(lane)
		if len(rows) == 0 {
			continue
		}
		d, err := f.renderNote(tx, w, lane, key, rows)
		if err != nil {
			return nil, err
		}
		queued, err := f.queue(tx, *d)
		if err != nil {
			return nil, err
		}
		ring = append(ring, queued)
	}
	if ways == 0 {
		f.log.Warn("operator.to and operator.alerts are empty: nobody is told", "what", key)
	}
	return ring, nil
}

// mailOperator queues a mail to the people at the shop, when they have an address.
func (f *Flow) mailOperator(tx *store.Tx, w *world, key string, render func() (*store.DispatchRow, error)) ([]string, error) {
	if len(w.cfg.Operator.To) == 0 {
		f.log.Warn("operator.to is empty: nobody is told", "what", key)
		return nil, nil
	}
	d, err := render()
	if err != nil || d == nil {
		return nil, err
	}
	lane, err := f.queue(tx, *d)
	return []string{lane}, err
}

// moreLines is how many exceptions an alert names beside the first.
const moreLines = 10

// renderNote is the alert for a chat or push service, or the body of the webhook. These are other people's machines: it holds no words of a message, no name and
// no address of a customer, only numbers of orders and what the configuration calls things.
func (f *Flow) renderNote(tx *store.Tx, w *world, lane, key string, rows []store.ExceptionRow) (*store.DispatchRow, error) {
	var lines []string
	urgent := false
	for i, row := range rows {
		urgent = urgent || Info(ExceptionKind(row.Kind)).Alert == urgently
		if i > moreLines {
			lines = append(lines, fmt.Sprintf("and %d more: waybill desk list", len(rows)-i))
			break
		}
		line, err := f.outwardly(tx, w, row)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	n := chat.Note{Title: w.cfg.Shop.Name + ": " + lines[0], Urgent: urgent,
		Text: strings.Join(append([]string{fmt.Sprintf("waybill desk show %d", rows[0].ID)}, lines[1:]...), "\n")}
	body, err := noteBody(lane, w, n, rows, f.now())
	if err != nil {
		return nil, err
	}
	return &store.DispatchRow{Purpose: order.PurposeOperator, Target: operatorTarget, Lane: lane,
		Message: store.OutMessage{Key: "msg_" + f.store.InstanceID() + "_" + key, To: []string{strings.TrimPrefix(lane, laneAlert)}, Body: body}}, nil
}

// AlertEvent is the body of the operator's webhook (docs/alerts.md).
type AlertEvent struct {
	Type      string    `json:"type"` // operator.alert
	Timestamp time.Time `json:"timestamp"`
	Data      AlertNews `json:"data"`
}

// AlertNews says what cannot wait.
type AlertNews struct {
	chat.Note
	Exceptions []AlertItem `json:"exceptions"`
}

// AlertItem is one exception: what `waybill desk show` takes, and its kind (docs/exceptions.md).
type AlertItem struct {
	ID   order.ExceptionID `json:"id"`
	Kind string            `json:"kind"`
}

func noteBody(lane string, w *world, n chat.Note, rows []store.ExceptionRow, now time.Time) ([]byte, error) {
	if w.lanes[lane] == nil || !w.lanes[lane].webhook {
		return json.Marshal(n)
	}
	e := AlertEvent{Type: "operator.alert", Timestamp: now.UTC(), Data: AlertNews{Note: n, Exceptions: []AlertItem{}}}
	for _, row := range rows {
		e.Data.Exceptions = append(e.Data.Exceptions, AlertItem{row.ID, row.Kind})
	}
	return json.Marshal(e)
}

// outwardly is the plain sentence of an exception in words that may leave the house.
func (f *Flow) outwardly(tx *store.Tx, w *world, row store.ExceptionRow) (string, error) {
	info := Info(ExceptionKind(row.Kind))
	about, err := f.aboutOutwardly(tx, w, row, info)
	if err != nil {
		return "", err
	}
	text := strings.Replace(info.Title, "%s", about, 1)
	if row.Count > 1 {
		text += fmt.Sprintf(" (%d times)", row.Count)
	}
	return text, nil
}

func (f *Flow) aboutOutwardly(tx *store.Tx, w *world, row store.ExceptionRow, info KindInfo) (string, error) {
	if row.Item == 0 && row.Order == 0 && row.Dispatch == 0 && row.Supplier+row.Channel == "" { // about an account or this machine
		var d Detail
		err := json.Unmarshal(row.Detail, &d)
		return d.About, err
	}
	if strings.Contains(info.Title, "rder %s") && row.Order != 0 {
		o, err := tx.Order(row.Order)
		return o.Doc.Number, err
	}
	if row.Dispatch != 0 {
		d, err := tx.Dispatch(row.Dispatch)
		if err != nil {
			return "", err
		}
		about, _, err := f.aboutDispatch(tx, d)
		return about, err
	}
	about := "somebody"
	switch {
	case row.Supplier != "":
		about = f.supplierName(row.Supplier)
	case row.Channel != "":
		about = "channel " + row.Channel
	}
	if row.PO == 0 {
		return about, nil
	}
	po, err := tx.PO(row.PO)
	return about + " (purchase order " + po.Number + ")", err
}
