package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/chat"
)

const (
	// watchEvery is how often waybill looks after itself.
	watchEvery = time.Minute
	// standsAfter is how long something may be due in the outbox while nothing is known that stops it.
	standsAfter = 30 * time.Minute
	// jumpMost is by how much the clock may differ from the time that passed.
	jumpMost = 5 * time.Minute
	// unheard is how long a condition is not spoken of again after somebody has dismissed it.
	unheard = 24 * time.Hour
)

// DiskSpace tells how many bytes of the disk with a folder are free for us, and how many it has.
type DiskSpace func(folder string) (free, total int64, err error)

// conditions are the kinds that come and go with what they say: open while it is so, closed when it is over.
var conditions = []ExceptionKind{SourceSilent, QueueStands, DiskLow, NodeGone, NodesDiffer, BackupOld}

// watchOver looks after waybill itself: silence, a queue that stands, a disk that fills up, a clock that jumps.
func (f *Flow) watchOver(ctx context.Context, w *world) error {
	jump, jumped := f.slow.clock.jumped(f.now())
	if !again(&f.slow.watch, f.now(), watchEvery) && !jumped {
		return nil
	}
	var found []Exception
	if x, low := f.diskLow(w); low {
		found = append(found, x)
	}
	var u usual
	var open []Exception
	var over []order.ExceptionID
	err := f.store.View(ctx, func(tx *store.Tx) error {
		silent, counted, err := f.silences(tx, w)
		if err != nil {
			return err
		}
		stands, err := f.stands(tx, w)
		if err != nil {
			return err
		}
		if x, old, err := f.backupIsOld(tx); err != nil {
			return err
		} else if old {
			found = append(found, x)
		}
		u = counted
		nodes, err := f.troubleOfNodes(tx)
		if err != nil {
			return err
		}
		open, over, err = f.reconcile(tx, slices.Concat(found, silent, stands, nodes))
		return err
	})
	if err != nil {
		return err
	}
	if jumped {
		open = append(open, Exception{Kind: ClockJumped, Key: "clock", Detail: Detail{About: "This machine's clock", Reasons: []string{
			fmt.Sprintf("it jumped by %s", jump.Round(time.Second))}, Help: "Look whether the time is right and kept right (timedatectl). Schedules and deadlines follow the clock. After a jump ahead waybill asks no supplier for an hour, and forgets nothing for its age for a day."}})
	}
	if len(open)+len(over) == 0 && f.slow.counted.Add(usualEvery).After(f.now()) && !f.slow.counted.After(f.now()) {
		return nil
	}
	f.slow.counted = f.now()
	return f.store.Write(ctx, func(tx *store.Tx) error {
		for _, id := range over {
			if err := tx.SettleException(id, "is_over", "rule", f.now()); err != nil && !errors.Is(err, store.ErrSettled) {
				return err
			}
		}
		for _, x := range open {
			if _, _, err := f.open(tx, x); err != nil {
				return err
			}
		}
		raw, err := json.Marshal(u)
		if err != nil {
			return err
		}
		return tx.SetSetting(usualKey, raw)
	})
}

// usualEvery is how often what usually comes is written down; between, it is counted anew.
const usualEvery = time.Hour

// reconcile finds which conditions a person has to hear of, and which are over.
func (f *Flow) reconcile(tx *store.Tx, found []Exception) (open []Exception, over []order.ExceptionID, err error) {
	for _, kind := range conditions {
		rows, err := tx.Exceptions(store.ExceptionFilter{Kind: string(kind), Open: true})
		if err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			if !slices.ContainsFunc(found, func(x Exception) bool { return x.Key == row.Key }) {
				over = append(over, row.ID)
			}
		}
	}
	for _, x := range found {
		known, err := tx.Exceptions(store.ExceptionFilter{Kind: string(x.Kind), Key: x.Key})
		if err != nil {
			return nil, nil, err
		}
		if n := len(known); n > 0 {
			last := known[n-1]
			if last.SettledAt.IsZero() || last.By != "rule" && f.now().Sub(last.SettledAt) < unheard {
				continue
			}
		}
		open = append(open, x)
	}
	return open, over, nil
}

// standing is a message that was found due in a lane, and since when it was seen again and again.
type standing struct {
	row         order.DispatchID
	since, seen time.Time
}

// seenEvery is how far apart two looks may be to speak of the same stand: a daemon that did not run has nothing to tell of its queue.
const seenEvery = 10 * time.Minute

// stands finds lanes in which the same message stays due for long, and nothing that is known keeps it: no pause, no limit, no account that fails.
func (f *Flow) stands(tx *store.Tx, w *world) (found []Exception, err error) {
	if f.slow.standing == nil {
		f.slow.standing = map[string]standing{}
	}
	now := f.now()
	for _, name := range sorted(w.lanes) {
		l := w.lanes[name]
		oldest, err := f.oldestDue(tx, l)
		if err != nil {
			return nil, err
		}
		if oldest == 0 {
			delete(f.slow.standing, name)
			continue
		}
		s := f.slow.standing[name]
		if s.row != oldest || now.Sub(s.seen) > seenEvery || now.Before(s.seen) {
			s = standing{row: oldest, since: now}
		}
		s.seen = now
		f.slow.standing[name] = s
		if now.Sub(s.since) >= standsAfter {
			found = append(found, Exception{Kind: QueueStands, Key: "queue:" + name, Detail: Detail{About: l.title,
				Reasons: []string{"the oldest message has been due since " + s.since.In(w.zone).Format("Mon 2 Jan 15:04")},
				Help:    "Look at waybill status and the log. Starting the daemon again loses nothing and sends nothing twice."}})
		}
	}
	return found, nil
}

// oldestDue is the first message that could leave a lane now; 0 is none.
func (f *Flow) oldestDue(tx *store.Tx, l *lane) (order.DispatchID, error) {
	due, any, err := tx.NextDue(l.name)
	if err != nil || !any || due.After(f.now()) || l.breaker.wait(f.now()) > 0 {
		return 0, err
	}
	rows, err := tx.Dispatches(store.DispatchFilter{Lane: l.name, State: order.DispatchQueued, Limit: 1000})
	for _, row := range rows {
		lim := l.limits[row.Target]
		if !f.paused(row.Target) && (lim == nil || lim.rate.Load() == nil) && !row.Next.After(f.now()) {
			return row.ID, nil
		}
	}
	return 0, err
}

// diskLow tells whether the disk is nearly full: a warning while SQLite can still write it down and the alert can still be sent.
func (f *Flow) diskLow(w *world) (Exception, bool) {
	free, total, err := f.disk(w.cfg.State)
	if err != nil || total == 0 { // no such folder yet, or a system that does not tell
		return Exception{}, false
	}
	c := w.cfg.Operator.Disk
	if free >= total/100*int64(c.Percent) || free >= int64(c.MiB)<<20 {
		return Exception{}, false
	}
	return Exception{Kind: DiskLow, Key: "disk", Detail: Detail{About: "The disk with " + w.cfg.State,
		Reasons: []string{fmt.Sprintf("%d MiB of %d are free", free>>20, total>>20)},
		Help:    "Make room. When it is full, waybill takes no orders and sends nothing: nothing is lost, and nothing happens."}}, true
}

// clockWatch compares the clock with the time that really passed.
type clockWatch struct {
	last time.Time
	// ran is the time that passed since the first look, doubted how much of it has to have passed before the clock is believed again.
	ran, doubted time.Duration
	trusted      bool // it was held against the books once
}

// How long a clock that went ahead is not believed: a person has so long to see it. What is forgotten for its age does not come back, and a shop that asks all
// its suppliers about late orders cannot unsay it.
const (
	doubtToForget = 24 * time.Hour
	doubtToAsk    = time.Hour
	// longOff is how long a daemon may not have run without its clock being doubted at its start.
	longOff = 8 * 24 * time.Hour
)

// jumped tells by how much the clock jumped since the last look. Clocks of tests have no other time beside them, and never jump.
func (c *clockWatch) jumped(now time.Time) (time.Duration, bool) {
	last := c.last
	c.last = now
	if last.IsZero() {
		return 0, false
	}
	passed := now.Sub(last) // by the monotonic clock
	jump, is := clockJump(now.Round(0).Sub(last.Round(0)), passed)
	c.ran += max(passed, 0)
	if is && jump > 0 {
		c.doubt()
	}
	return jump, is
}

// doubt begins to doubt the clock.
func (c *clockWatch) doubt() { c.doubted = c.ran + doubtToForget }

// believed tells whether a clock that went ahead has stood for some time since.
func (c *clockWatch) believed(after time.Duration) bool {
	return c.ran >= c.doubted-doubtToForget+after || c.doubted == 0
}

// clockJump tells by how much the wall clock went another way than the time that passed, and whether that is worth a word.
func clockJump(wall, passed time.Duration) (time.Duration, bool) {
	jump := wall - passed
	return jump, jump > jumpMost || jump < -jumpMost
}

// refusedMost is how long the database may take nothing before people are told: another program holds it for a moment, a server is started anew.
const refusedMost = time.Minute

// notWritten is why the books cannot be written, or nil.
func (f *Flow) notWritten() error {
	if err := f.store.Failed(); err != nil {
		return err
	}
	if r := f.store.Refused(); r != nil && time.Since(r.Since) >= refusedMost {
		return r.Err
	}
	return nil
}

// cryEvery is how often people are told that the books cannot be written.
const cryEvery = time.Hour

// cryOut tells by every way that the books cannot be written. Nothing can be queued then, so it goes out as it is, once an hour; the log has it anyway.
func (f *Flow) cryOut(ctx context.Context, w *world) {
	err := f.unwell()
	if err == nil || !again(&f.slow.cried, f.now(), cryEvery) {
		return
	}
	f.log.Error("the books cannot be written; nothing is taken and nothing is sent", "err", err)
	f.CryOut(ctx, store.TroubleOf(err))
}

// CryOut tells people at once, past the outbox, that waybill stands still. It needs no store: a mailbox that logs in with OAuth2 is out of reach then.
func (f *Flow) CryOut(ctx context.Context, t store.Trouble) {
	w := f.world.Load()
	n := chat.Note{Title: w.cfg.Shop.Name + ": waybill stands still: " + t.What, Urgent: true,
		Text: t.Do + ". Until then nothing is taken and nothing is sent. Nothing that was accepted is lost."}
	f.tellNow(ctx, w, n, func(way, _ string, err error) {
		if err != nil {
			f.log.Error("nobody could be told", "way", way, "err", err)
		}
	})
}

// tellNow sends a note by each way at once, mail among them, past the outbox.
func (f *Flow) tellNow(ctx context.Context, w *world, n chat.Note, told func(way, answer string, err error)) {
	send := func(l *lane, m transports.Message) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		receipt, err := l.sender.Send(ctx, m, func(context.Context) error { return nil })
		told(l.title, receipt.Answer, err)
	}
	if len(w.cfg.Operator.To) > 0 {
		d, err := f.renderPlainAlert(w, n)
		if err != nil {
			told("mail", "", err)
		} else {
			send(w.lanes[d.Lane], transports.Message{Key: d.Message.Key, From: d.Message.From, To: d.Message.To, Body: d.Message.Body})
		}
	}
	for _, a := range w.cfg.Operator.Alerts {
		l := w.lanes[laneAlert+a.Title()]
		body, err := noteBody(l.name, w, n, nil, f.now())
		if err != nil {
			told(l.title, "", err)
			continue
		}
		send(l, transports.Message{Key: fmt.Sprintf("msg_now_%d", f.now().UnixMilli()), To: []string{a.Title()}, Body: body})
	}
}
