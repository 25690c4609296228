package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/calendar"
	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// deadlineEvery is how often purchase orders are held against their deadlines, which count in hours.
const deadlineEvery = 10 * time.Minute

// The deadlines.
const (
	lateAnswer = "answer" // nothing was heard
	lateParcel = "parcel" // it has not shipped
)

// latePO is a purchase order whose deadline has passed.
type latePO struct {
	PO   order.POID `json:"po"`
	What string     `json:"what"` // lateAnswer or lateParcel
	po   order.PurchaseOrder
	sent time.Time
	mail store.DispatchRow // what told the supplier
	was  chase
}

// chase is what was done about a late purchase order: by what, when it was asked for, and what a person does not want to hear again.
type chase struct {
	Asked map[string]asked `json:"asked,omitempty"`
	Quiet []string         `json:"quiet,omitempty"`
}

type asked struct {
	At       time.Time        `json:"at"`
	Dispatch order.DispatchID `json:"dispatch"`
}

// chaseKey, with the purchase order's id behind it, is where its chase is remembered; chasedKey, with the supplier's slug, when it was last asked.
const (
	chaseKey  = "chase:"
	chasedKey = "chased:"
)

func chaseOf(tx *store.Tx, id order.POID) (c chase, err error) {
	raw, known, err := tx.Setting(fmt.Sprint(chaseKey, id))
	if err == nil && known {
		err = json.Unmarshal(raw, &c)
	}
	return c, err
}

func (c chase) save(tx *store.Tx, id order.POID) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.SetSetting(fmt.Sprint(chaseKey, id), raw)
}

// by tells whether a dispatch is one of its questions, or one that a person had sent again.
func (c chase) by(tx *store.Tx, row store.DispatchRow) (bool, error) {
	for {
		for _, a := range c.Asked {
			if a.Dispatch == row.ID {
				return true, nil
			}
		}
		if row.Resends == 0 {
			return false, nil
		}
		var err error
		if row, err = tx.Dispatch(row.Resends); err != nil {
			return false, err
		}
	}
}

// answered tells whether the last question about a purchase order needs no answer any more.
func (c chase) answered(po order.PurchaseOrder) bool {
	if _, parcel := c.Asked[lateParcel]; parcel {
		return po.Closed()
	}
	return po.State() != order.POOpen
}

// deadlinesOf are a supplier's deadlines.
func deadlinesOf(cfg *config.Config, s config.Supplier) config.Deadlines {
	if s.Deadlines != nil {
		return *s.Deadlines
	}
	return cfg.Deadlines
}

// deadlines asks suppliers about purchase orders that are late, once, and tells a person of those about whom asking did not help.
func (f *Flow) deadlines(ctx context.Context, w *world) error {
	if !f.slow.clock.believed(doubtToAsk) || !again(&f.slow.deadlines, f.now(), deadlineEvery) {
		return nil
	}
	var failed []error
	for _, slug := range sorted(w.cfg.Suppliers) {
		s := w.cfg.Suppliers[slug]
		if f.paused(slug) {
			continue
		}
		if err := f.holdTo(ctx, w, s); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", slug, err))
		}
	}
	return errors.Join(failed...)
}

func (f *Flow) holdTo(ctx context.Context, w *world, s config.Supplier) error {
	d := deadlinesOf(w.cfg, s)
	var ask, tell []latePO
	err := f.store.View(ctx, func(tx *store.Tx) error {
		late, err := f.late(tx, w, s, d)
		if err != nil {
			return err
		}
		if ask, tell, err = f.sortLate(tx, w, s, d, late); err != nil {
			return err
		}
		if len(ask) > 0 {
			var may bool
			if may, err = f.mayAsk(tx, w.calendarOf(s), s); !may {
				ask = nil
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(ask) > 0 {
		if err := f.sendChase(ctx, w, s, ask); err != nil {
			return fmt.Errorf("ask about late purchase orders: %w", err)
		}
	}
	return f.tellLate(ctx, w, s, tell)
}

// late finds a supplier's purchase orders whose deadline has passed. It leaves out what a person has on the desk already, and what is promised for later.
func (f *Flow) late(tx *store.Tx, w *world, s config.Supplier, d config.Deadlines) (all []latePO, err error) {
	if d.Acknowledge == 0 && d.Ship == 0 {
		return nil, nil
	}
	open, err := tx.POsOfSupplier(s.Slug, true, 0)
	if err != nil {
		return nil, err
	}
	cal := w.calendarOf(s)
	for _, po := range open {
		if st := po.State(); st == order.POOutOfStock || st == order.PORejected {
			continue // a person decides
		}
		l := latePO{PO: po.ID, po: po}
		if l.sent, l.mail, err = sentAt(tx, po, d.Imported); err != nil {
			return nil, err
		}
		if l.What = lateOf(l, d, cal, f.now()); l.What == "" {
			continue
		}
		if asks, err := onTheDesk(tx, po); err != nil || asks {
			if err != nil {
				return nil, err
			}
			continue
		}
		if l.was, err = chaseOf(tx, po.ID); err != nil {
			return nil, err
		}
		if !slices.Contains(l.was.Quiet, l.What) {
			all = append(all, l)
		}
	}
	return all, nil
}

// lateOf tells which deadline has passed; "" none.
func lateOf(l latePO, d config.Deadlines, cal calendar.Calendar, now time.Time) string {
	if l.sent.IsZero() {
		return ""
	}
	if d.Acknowledge > 0 && l.po.State() == order.POOpen && !now.Before(cal.Deadline(l.sent, time.Duration(d.Acknowledge))) {
		return lateAnswer
	}
	if d.Ship == 0 {
		return ""
	}
	due := cal.WorkdayEnd(l.sent, d.Ship)
	if promised, err := calendar.ParseDate(l.po.Expected); err == nil {
		if later := cal.WorkdayEnd(promised.Midnight(cal.Zone), 0); due.Before(later) {
			due = later
		}
	}
	if now.Before(due) {
		return ""
	}
	return lateParcel
}

// sentAt is when the supplier got a purchase order, and by what; the zero time when they have not, or when the order is not to be chased.
func sentAt(tx *store.Tx, po order.PurchaseOrder, imported bool) (at time.Time, mail store.DispatchRow, err error) {
	row, err := tx.Order(po.Order)
	if err != nil || row.Intake.State == order.IntakeCancelled {
		return at, mail, err
	}
	if row.AlreadySent {
		if imported {
			at = po.PlacedAt
		}
		return at, mail, nil
	}
	dispatches, err := tx.DispatchesOfPO(po.ID)
	for _, d := range dispatches {
		if d.Purpose == order.PurposeOrder && d.State == order.DispatchSent {
			at, mail = d.SettledAt, d
		}
	}
	return at, mail, err
}

// onTheDesk tells whether a person has a question about a purchase order or its order already.
func onTheDesk(tx *store.Tx, po order.PurchaseOrder) (bool, error) {
	for _, filter := range []store.ExceptionFilter{{Open: true, PO: po.ID}, {Open: true, Order: po.Order}} {
		rows, err := tx.Exceptions(filter)
		if err != nil || slices.ContainsFunc(rows, func(x store.ExceptionRow) bool { return !waitsForOthers(x) }) {
			return err == nil, err
		}
	}
	return waitsAlike(tx, po)
}

// sortLate parts late purchase orders into those to ask about, and those that a person has to hear of: asking did not help, or is not possible.
func (f *Flow) sortLate(tx *store.Tx, w *world, s config.Supplier, d config.Deadlines, late []latePO) (ask, tell []latePO, err error) {
	box := w.cfg.Mailboxes[w.mailboxOf(s.Send.Mailbox)]
	able := d.Chase && len(s.Email) > 0 && box.SMTP != nil
	for _, l := range late {
		question, was := l.was.Asked[l.What]
		switch {
		case !was && able:
			ask = append(ask, l)
		case !was:
			tell = append(tell, l)
		default:
			hopeless, asked, err := f.inVain(tx, w, s, d, l.PO, question.Dispatch)
			if err != nil {
				return nil, nil, err
			}
			if !asked {
				delete(l.was.Asked, l.What)
			}
			if hopeless {
				tell = append(tell, l)
			}
		}
	}
	return ask, tell, nil
}

// inVain tells whether nothing can be hoped of a question any more, and whether it was asked at all: one that was given up, or that shadow mode has
// kept back, nobody got. One that waits, failed or came back has an exception of its own while a person has not decided about it.
func (f *Flow) inVain(tx *store.Tx, w *world, s config.Supplier, d config.Deadlines, po order.POID, id order.DispatchID) (hopeless, asked bool, err error) {
	rows, err := tx.DispatchesOfPO(po)
	if err != nil {
		return false, false, err
	}
	var last store.DispatchRow
	for _, row := range rows {
		if row.ID == id || last.ID != 0 && row.Resends == last.ID { // a person had it sent again
			last = row
		}
	}
	switch last.State {
	case order.DispatchSent:
		return !f.now().Before(w.calendarOf(s).Deadline(last.SettledAt, time.Duration(d.Wait))), true, nil
	case order.DispatchWithdrawn, order.DispatchShadow:
		return true, false, nil
	case order.DispatchFailed:
		open, err := tx.Exceptions(store.ExceptionFilter{Dispatch: last.ID, Open: true, Limit: 1})
		return len(open) == 0, false, err
	}
	return false, true, nil
}

// mayAsk: while somebody works there, and once on a working day at most, however many become late during it.
func (f *Flow) mayAsk(tx *store.Tx, cal calendar.Calendar, s config.Supplier) (bool, error) {
	now := f.now()
	if cal.Worked(now, now.Add(time.Minute)) == 0 {
		return false, nil
	}
	raw, known, err := tx.Setting(chasedKey + s.Slug)
	if err != nil || !known {
		return err == nil, err
	}
	var last time.Time
	if err := json.Unmarshal(raw, &last); err != nil {
		return false, err
	}
	return calendar.DateOf(last.In(cal.Zone)) != calendar.DateOf(now.In(cal.Zone)), nil
}

// lateMost is how many purchase orders one question names.
const lateMost = 50

// mailsADay is how many automatic mails about one order leave in a day (promise 11).
const mailsADay = 3

// sendChase queues one mail about all that is late. That it was asked is written in the same transaction, so it is asked once whatever happens between.
func (f *Flow) sendChase(ctx context.Context, w *world, s config.Supplier, late []latePO) error {
	var ring string
	err := f.store.Write(ctx, func(tx *store.Tx) error {
		ring = ""
		var now []latePO
		for _, l := range late {
			po, err := tx.PO(l.PO)
			if err != nil {
				return err
			}
			if l.was, err = chaseOf(tx, l.PO); err != nil {
				return err
			}
			tooMany, err := f.mailedEnough(tx, l.PO)
			if err != nil {
				return err
			}
			if _, done := l.was.Asked[l.What]; done || tooMany || po.Closed() || len(now) > 0 && l.What != now[0].What || len(now) == lateMost {
				continue // one question asks one thing; the others follow on the next day
			}
			l.po = po
			now = append(now, l)
		}
		if len(now) == 0 {
			return nil
		}
		d, err := f.renderChase(tx, w, s, now)
		if err != nil {
			return err
		}
		if ring, err = f.queue(tx, *d); err != nil {
			return err
		}
		return f.noteAsked(tx, s, d.Message.Key, now)
	})
	if err == nil && ring != "" {
		f.lanes.ring(ring)
	}
	return err
}

func (f *Flow) noteAsked(tx *store.Tx, s config.Supplier, key string, late []latePO) error {
	rows, err := tx.DispatchesOfPO(late[0].PO)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(d store.DispatchRow) bool { return d.Message.Key == key })
	if i < 0 {
		return fmt.Errorf("the question %s is not in the outbox", key)
	}
	for _, l := range late {
		if l.was.Asked == nil {
			l.was.Asked = map[string]asked{}
		}
		l.was.Asked[l.What] = asked{At: f.now(), Dispatch: rows[i].ID}
		if err := l.was.save(tx, l.PO); err != nil {
			return err
		}
	}
	return setRan(tx, chasedKey+s.Slug, f.now())
}

// mailedEnough tells whether as many automatic mails about a purchase order left within a day as may.
func (f *Flow) mailedEnough(tx *store.Tx, id order.POID) (bool, error) {
	rows, err := tx.DispatchesOfPO(id)
	n := 0
	for _, d := range rows {
		if strings.HasPrefix(d.Lane, laneMail) && f.now().Sub(d.QueuedAt) < 24*time.Hour {
			n++
		}
	}
	return n >= mailsADay, err
}

// tellLate keeps one exception for all that is late at a supplier: what it lists is what is late now, and it closes when nothing is.
func (f *Flow) tellLate(ctx context.Context, w *world, s config.Supplier, late []latePO) error {
	key := "late:" + s.Slug
	filter := store.ExceptionFilter{Kind: string(SupplierLate), Key: key, Open: true}
	var known []store.ExceptionRow
	if err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		known, err = tx.Exceptions(filter)
		return err
	}); err != nil || len(known) == 0 && len(late) == 0 || len(known) == 1 && listsAll(known[0], late) {
		return err
	}
	return f.store.Write(ctx, func(tx *store.Tx) error {
		known, err := tx.Exceptions(filter)
		if err != nil {
			return err
		}
		for _, x := range known {
			if err := tx.SettleException(x.ID, map[bool]string{true: "answered", false: "changed"}[len(late) == 0], "rule", f.now()); err != nil {
				return err
			}
		}
		if len(late) == 0 {
			return nil
		}
		_, _, err = f.open(tx, Exception{Kind: SupplierLate, Key: key, Supplier: s.Slug, Detail: f.lateDetail(w, s, late)})
		return err
	})
}

// listsAll tells whether an exception lists these, and no others.
func listsAll(x store.ExceptionRow, late []latePO) bool {
	var d Detail
	if json.Unmarshal(x.Detail, &d) != nil || len(d.Late) != len(late) {
		return false
	}
	for i, l := range late {
		if d.Late[i].PO != l.PO || d.Late[i].What != l.What {
			return false
		}
	}
	return true
}

func (f *Flow) lateDetail(w *world, s config.Supplier, late []latePO) Detail {
	d := Detail{About: fmt.Sprintf("%s (%d purchase orders)", s.Name, len(late)), Late: late,
		Help: "Call " + s.Phone + ", and note what they say with waybill ship, or dismiss this."}
	if len(late) == 1 {
		d.About = fmt.Sprintf("%s (purchase order %s)", s.Name, late[0].po.Number)
	}
	if s.Phone == "" {
		d.Help = "Ask them in another way; there is no phone in suppliers/" + s.Slug + ".yaml."
	}
	zone := w.zone
	for _, l := range late {
		text := fmt.Sprintf("purchase order %s: sent %s", l.po.Number, l.sent.In(zone).Format("Mon 2 Jan 15:04"))
		if q, ok := l.was.Asked[l.What]; ok {
			text += ", asked " + q.At.In(zone).Format("Mon 2 Jan 15:04")
		} else {
			text += ", not asked"
		}
		d.Reasons = append(d.Reasons, text+cmp.Or(map[string]string{lateAnswer: ", nothing heard", lateParcel: ", not shipped"}[l.What]))
	}
	d.Reasons = first(d.Reasons, lateMost)
	return d
}

// lateDismissed notes that a person does not want to hear of these again.
func (f *Flow) lateDismissed(tx *store.Tx, row store.ExceptionRow) error {
	var d Detail
	if err := json.Unmarshal(row.Detail, &d); err != nil {
		return err
	}
	for _, l := range d.Late {
		c, err := chaseOf(tx, l.PO)
		if err != nil {
			return err
		}
		c.Quiet = append(c.Quiet, l.What)
		if err := c.save(tx, l.PO); err != nil {
			return err
		}
	}
	return nil
}
