package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/adhocore/gronx"

	"waybill/daemon/calendar"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// tick is how often the timers look at the clock. What is due later than a tick costs nothing before.
const tick = 5 * time.Second

// slow is when the timers last did what is not done at every tick. Only they use it.
type slow struct {
	deadlines, watch, counted, cried time.Time
	clock                            clockWatch
	standing                         map[string]standing // by lane
	retained, listed                 time.Time
	retaining                        retaining
}

// again tells whether it is time once more, and notes that it was done.
func again(last *time.Time, now time.Time, every time.Duration) bool {
	if since := now.Sub(*last); since >= 0 && since < every { // less than zero: the clock was ahead
		return false
	}
	*last = now
	return true
}

// timerLoop runs what happens by the clock: leases that ran out, batches, tracking files, the digest, alerts.
func (f *Flow) timerLoop(ctx context.Context) error {
	ticks := f.ticks
	if ticks == nil {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		ticks = ticker.C
	}
	defer f.rest("timers")
	defer f.looks.Wait()
	if f.store.Shared() {
		defer f.whileTimers(ctx)()
	}
	for {
		f.tickOnce(ctx)
		select {
		case <-ticks:
		case <-ctx.Done():
			f.lastLook(context.WithoutCancel(ctx))
			return nil
		}
	}
}

// lastLook puts before a person what would be a doubt before the sends that are under way end: nobody looks at the clock any more while they do. Where there are
// other nodes, one of them does.
func (f *Flow) lastLook(ctx context.Context) {
	if f.store.Shared() {
		return
	}
	if err := f.doubt(ctx, doubtAfter-finishWithin); err != nil {
		f.log.Error("doubts could not be written while waybill stops; its next start does it", "err", err)
	}
}

// whileTimers waits for the duty of the timers in the background; what it returns ends that.
func (f *Flow) whileTimers(ctx context.Context) (end func()) {
	ended := make(chan struct{})
	set := func(ctx context.Context) {
		f.timing.Lock()
		defer f.timing.Unlock()
		f.onTimers = ctx
	}
	go func() {
		defer close(ended)
		f.onDuty(ctx, dutyTimers, nil, func(ctx context.Context) {
			set(ctx)
			<-ctx.Done()
			set(nil)
		})
	}()
	return func() { <-ended }
}

// tickOnce does what is due now: what each node does for itself, and, on one of them, what happens once.
func (f *Flow) tickOnce(ctx context.Context) {
	w := f.world.Load()
	f.tickHere(ctx, w)
	f.timing.Lock()
	defer f.timing.Unlock()
	if f.store.Shared() {
		if ctx = f.onTimers; ctx == nil || ctx.Err() != nil {
			return
		}
	}
	f.tickForAll(ctx, w)
}

// running gives a function that does a part of a tick. Each fails for itself: a digest that cannot be rendered stops no batch.
func (f *Flow) running(ctx context.Context) func(what string, do func() error) {
	return func(what string, do func() error) {
		f.tick("timers", tick)
		if err := do(); err != nil && ctx.Err() == nil {
			f.log.Error("a timer failed", "timer", what, "err", err)
		}
	}
}

// tickHere is what this node does for itself.
func (f *Flow) tickHere(ctx context.Context, w *world) {
	run := f.running(ctx)
	run("rules", func() error { return f.loadRules(ctx) }) // another node may have learned
	f.renewLogins(ctx, w)
	run("hold", func() error { return f.loadHold(ctx) })
	run("caps", func() error { return f.loadCaps(ctx, false) })
	if f.store.Shared() {
		run("pauses", func() error { return f.loadPauses(ctx) })
	}
	if f.modes.Swap(false) {
		run("modes", func() error { return f.changeModes(ctx, w) })
	}
	if f.drifts.Swap(false) {
		run("drifts", func() error { return f.rereadDrifts(ctx) })
	}
	if again(&f.slow.listed, f.now(), time.Hour) { // another node may have erased somebody
		run("list of erasures", func() error { return f.keepErasures(ctx) })
	}
	f.cryOut(ctx, w)
}

// tickForAll is what happens once, whichever node does it.
func (f *Flow) tickForAll(ctx context.Context, w *world) {
	run := f.running(ctx)
	run("leases", func() error { return f.expire(ctx, false) })
	run("first orders", func() error { return f.firsts(ctx, w) })
	run("orders that got no further", func() error { return f.goOn(ctx) })
	for slug, s := range w.cfg.Suppliers {
		if s.Send.Batch != "" && s.Send.By != "export" {
			run("batch "+slug, func() error { return f.batch(ctx, w, s) })
		}
	}
	for slug, c := range w.cfg.Channels {
		if out, has := f.trackingOut(w, c); has {
			run("tracking file "+slug, func() error { return f.trackingFile(ctx, w, slug, out) })
		}
	}
	run("proofs", func() error { return f.proveAgain(ctx, w) })
	run("evidence", func() error { return f.lookAtHeld(ctx, w) })
	run("doubts", func() error { return f.lookAtDoubts(ctx, w) })
	run("lanes without an account", func() error { return f.orphans(ctx, w) })
	run("watch", func() error { return f.watchOver(ctx, w) })
	run("retention", func() error { return f.retain(ctx, w) })
	run("deadlines", func() error { return f.deadlines(ctx, w) }) // after those that see that the clock is wrong
	run("digest", func() error { return f.digest(ctx, w) })
	run("alerts", func() error { return f.alert(ctx, w) })
}

// recover puts in order what the last run left behind: what was claimed and not marked is queued again, what was marked is a doubt.
func (f *Flow) recover(ctx context.Context) error {
	if err := f.loadPauses(ctx); err != nil {
		return err
	}
	if err := f.loadHold(ctx); err != nil {
		return err
	}
	if err := f.loadCaps(ctx, true); err != nil {
		return err
	}
	return f.expire(ctx, !f.store.Shared()) // where there are others, what a node has left is put in order by who takes its duties
}

func (f *Flow) expire(ctx context.Context, all bool) error {
	freed, _, err := f.store.ExpireWith(ctx, all, f.stoppedIn)
	for _, row := range freed {
		f.lanes.ring(row.Lane)
	}
	if err != nil {
		return err
	}
	return f.doubt(ctx, doubtAfter)
}

// doubt puts before a person what was marked longer ago than patience and has no answer.
func (f *Flow) doubt(ctx context.Context, patience time.Duration) error {
	return f.store.DoubtWith(ctx, patience, func(tx *store.Tx, row store.DispatchRow) error {
		return f.sendException(tx, row, SendUnsure, "everything was sent, and no answer has come yet; an answer that still comes settles this", "")
	})
}

// stoppedIn puts a doubt before a person.
func (f *Flow) stoppedIn(tx *store.Tx, row store.DispatchRow) error {
	return f.sendException(tx, row, SendUnsure, "waybill was stopped after everything was sent and before the answer came", "")
}

// goOn takes orders through gates and routing that are ready and were left there: their payment or release was committed, and then the process was
// killed or the books were out of reach.
func (f *Flow) goOn(ctx context.Context) error {
	var rows []store.OrderRow
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.Orders(store.OrderFilter{State: order.IntakeReady, Limit: 500})
		return err
	})
	for _, row := range rows {
		_, failed := f.advance(ctx, Taken{OrderID: row.ID})
		err = errors.Join(err, failed)
	}
	return err
}

// wasReleased tells whether a person let an order through its gates. That stands until a gate holds it again, or it becomes another order: a person edits it,
// or takes a later version. Who releases an order that only waits for its payment has seen no gate.
func wasReleased(events []order.Event) bool {
	held, released := false, false
	for _, e := range events {
		switch e.Kind {
		case order.Held:
			held = true
			released = released && slices.Contains(noGate, e.Reason)
		case order.Released:
			released = released || held && e.Reason != reasonRetry && e.Reason != reasonEdit
			held = false
		case order.Edited:
			released = false
		}
	}
	return released
}

// due tells whether a cron expression had a moment since it last ran, and which: the latest one. The first look at a schedule sets
// the starting point and runs nothing. A moment that was missed while the daemon stood still is caught up once.
func (f *Flow) due(ctx context.Context, key, expression string, zone *time.Location) (moment time.Time, is bool, err error) {
	now := f.now()
	var last time.Time
	err = f.store.View(ctx, func(tx *store.Tx) error {
		raw, known, err := tx.Setting(key)
		if err != nil || !known {
			return err
		}
		return json.Unmarshal(raw, &last)
	})
	if err != nil {
		return now, false, err
	}
	// A clock that was ahead once must not stop a schedule until that time comes.
	if last.IsZero() || last.After(now.Add(tick)) {
		return now, false, f.ran(ctx, key, now)
	}
	return calendar.Last(last, now, zone, func(wall time.Time) (time.Time, error) { return gronx.NextTickAfter(expression, wall, false) })
}

func (f *Flow) ran(ctx context.Context, key string, at time.Time) error {
	return f.store.Write(ctx, func(tx *store.Tx) error { return setRan(tx, key, at) })
}

func setRan(tx *store.Tx, key string, at time.Time) error {
	raw, err := json.Marshal(at)
	if err != nil {
		return err
	}
	return tx.SetSetting(key, raw)
}

// digest writes to the shop what waits for a person, at the configured times of day; nothing waits, nothing is written.
func (f *Flow) digest(ctx context.Context, w *world) error {
	for _, clock := range w.cfg.Operator.Digest {
		at, err := time.Parse("15:04", clock)
		if err != nil {
			return fmt.Errorf("operator.digest %q: %w", clock, err)
		}
		key := "digest:" + clock
		moment, is, err := f.due(ctx, key, fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour()), w.zone)
		if err != nil {
			return err
		}
		if !is {
			continue
		}
		var ring []string
		err = f.store.Write(ctx, func(tx *store.Tx) error {
			ring = nil
			if err := setRan(tx, key, moment); err != nil {
				return err
			}
			rows, err := tx.Exceptions(store.ExceptionFilter{Open: true, Limit: 500})
			if err != nil || len(rows) == 0 {
				return err
			}
			ring, err = f.mailOperator(tx, w, "digest:"+moment.UTC().Format("20060102T1504"), func() (*store.DispatchRow, error) { return f.renderDigest(tx, w, rows, moment) })
			return err
		})
		if err != nil {
			return err
		}
		f.lanes.ring(ring...)
	}
	return nil
}
