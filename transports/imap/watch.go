package imap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/emersion/go-imap/v2"

	"waybill/transports"
)

const (
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
	// A server that refuses the password or can't prove who it is gets fewer tries: providers lock accounts out. But it
	// gets them, as both happen when a provider has a bad night, and nobody should have to restart us afterwards.
	firstRefusedRetry = 5 * time.Minute
	lastRefusedRetry  = time.Hour
)

// Watch hands over mail as it arrives, until ctx ends, and returns ctx's error; everything else is reported by
// Config.State and tried again.
func (a *Account) Watch(ctx context.Context, keep transports.Keep) error {
	broken, refused := retries(firstRetry, lastRetry), retries(firstRefusedRetry, lastRefusedRetry)
	for {
		steady, err := a.watchOnce(ctx, keep)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errBusy) || a.cfg.Cursor == nil {
			return err
		}
		state := Failing
		var e *transports.Error
		if ours := errors.As(err, &e) && e.Op == "keep"; steady && !ours { // connections that were well for a while end all the time: that alone is no failure
			broken.Reset()
			refused.Reset()
			state = Connecting
		}
		a.failed(state, err)
		wait := broken.NextBackOff()
		if transports.VerdictOf(err) == transports.Never {
			wait = refused.NextBackOff()
		}
		if err := sleep(ctx, a.spread(wait)); err != nil {
			return err
		}
	}
}

func retries(first, last time.Duration) *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{InitialInterval: first, MaxInterval: last, Multiplier: 2} // spread is the jitter
}

// spread shortens a wait by up to half.
func (a *Account) spread(d time.Duration) time.Duration {
	return d - time.Duration(a.cfg.Jitter()*float64(d)/2)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// watchOnce watches over one connection. steady tells that it had been well for a poll or longer before it ended.
func (a *Account) watchOnce(ctx context.Context, keep transports.Keep) (steady bool, err error) {
	if st := a.Status(); st.State == "" {
		a.report(func(s *Status) { s.State = Connecting })
	}
	v, folders, err := a.visit(ctx, keep)
	if err != nil {
		return false, err
	}
	defer a.busy.Unlock()
	defer v.s.close()
	w := &watch{visit: v, primary: folders[0], others: folders[1:], idle: v.s.caps.Has(imap.CapIdle)}
	return w.run(ctx)
}

// watch is the state of a watched connection.
type watch struct {
	*visit
	primary *folder
	others  []*folder
	idle    bool

	unwatched map[string]string // folder and why
	poll      time.Time
	restart   time.Time
	reconcile time.Time
	counted   uint32 // mails in the first folder when they were last looked at
	// When the server says that there is more and then there is not, the next such word waits a little longer each time.
	hush    time.Time
	nothing int
}

func (w *watch) run(ctx context.Context) (steady bool, err error) {
	if err := w.reconcileAll(ctx); err != nil {
		return false, err
	}
	for {
		news, err := w.wait(ctx)
		if err != nil {
			return steady, err
		}
		now := time.Now()
		switch {
		case !now.Before(w.reconcile):
			err = w.reconcileAll(ctx)
		case news:
			err = w.onNews(ctx)
		case !now.Before(w.poll):
			err = w.pollAll(ctx)
			steady = err == nil
		default: // IDLE begins anew
			w.restart = now.Add(w.idleFor())
		}
		if err != nil {
			return steady, err
		}
	}
}

// reconcileAll looks through every folder, the first one last so that it stays open.
func (w *watch) reconcileAll(ctx context.Context) error {
	w.unwatched = map[string]string{}
	if err := w.visit.reconcile(ctx, w.primary); err != nil {
		return err
	}
	if err := w.eachOther(ctx, w.visit.reconcile); err != nil {
		return err
	}
	if err := w.elsewhere(ctx, append([]*folder{w.primary}, w.others...)); err != nil && !spares(err) {
		return err
	}
	if err := w.goBack(ctx); err != nil {
		return err
	}
	now := time.Now()
	w.reconcile = now.Add(w.a.spread(w.a.cfg.ReconcileEvery))
	w.restart = now.Add(w.idleFor())
	w.looked(now)
	return nil
}

// eachOther does something in the other folders that leaves one of them open, and returns to the first. A folder that fails by
// itself is reported and does not disturb the rest.
func (w *watch) eachOther(ctx context.Context, do func(context.Context, *folder) error) error {
	for _, f := range w.others {
		err := do(ctx, f)
		if err != nil && !spares(err) {
			return err
		}
		delete(w.unwatched, f.name)
		if err != nil {
			w.unwatched[f.name] = fmt.Sprintf("folder %s: %v. %s", f.name, err, transports.Help(err))
		}
	}
	return w.goBack(ctx)
}

// goBack returns to the first folder, where it is not open.
func (w *watch) goBack(ctx context.Context) error {
	if w.s.folder == w.primary.name {
		return nil
	}
	return w.lookAgain(ctx)
}

// lookAgain opens the first folder and looks at its end.
func (w *watch) lookAgain(ctx context.Context) error {
	if _, err := w.open(ctx, w.primary); err != nil {
		return err
	}
	if w.primary.since == 0 { // its numbering has just changed
		return w.visit.reconcile(ctx, w.primary)
	}
	return w.look(ctx, w.primary, w.primary.since)
}

func (w *watch) pollAll(ctx context.Context) error {
	if !w.idle { // some servers notice new mail only when asked to do nothing
		if err := w.s.noop(ctx); err != nil {
			return err
		}
	}
	if err := w.look(ctx, w.primary, w.primary.since); err != nil {
		return err
	}
	err := w.eachOther(ctx, func(ctx context.Context, f *folder) error {
		now, err := w.s.status(ctx, f.name)
		if err != nil {
			return w.s.folderError(ctx, f.name, err)
		}
		if _, broken := w.unwatched[f.name]; !broken && same(now, &f.last) {
			return nil
		}
		return w.visit.reconcile(ctx, f)
	})
	if err != nil {
		return err
	}
	w.looked(time.Now())
	return nil
}

// same reports whether a folder is as it was when it was last looked through.
func same(now, last *imap.StatusData) bool {
	return now.UIDNext != 0 && now.UIDNext == last.UIDNext && now.UIDValidity == last.UIDValidity &&
		now.NumMessages != nil && last.NumMessages != nil && *now.NumMessages == *last.NumMessages
}

// looked notes that nothing is missing, and when to look next.
func (w *watch) looked(now time.Time) {
	w.counted = w.s.exists.Load()
	w.poll = now.Add(w.a.spread(w.a.cfg.PollEvery))
	at := w.a.cfg.Clock()
	var unwatched, names []string
	var stuck []StuckMail
	var gaps []Gap
	trying := 0
	for _, name := range slices.Sorted(maps.Keys(w.a.folders)) {
		some, more := w.a.folders[name].stuck()
		stuck, trying = append(stuck, some...), trying+more
	}
	for _, f := range append([]*folder{w.primary}, w.others...) {
		if f.gaps > 0 {
			gaps = append(gaps, Gap{f.name, f.gaps})
		}
		if why, ok := w.unwatched[f.name]; ok {
			unwatched = append(unwatched, why)
		} else {
			names = append(names, f.name)
		}
	}
	w.a.report(func(s *Status) {
		s.State, s.Err, s.Help, s.LastLook, s.Idle = Connected, nil, "", at, w.idle
		s.Folders, s.Unwatched, s.Stuck, s.Trying, s.Gaps = names, unwatched, stuck, trying, gaps
	})
}

func (w *watch) onNews(ctx context.Context) error {
	exists := w.s.exists.Load()
	many := int64(exists)-int64(w.counted) > manyNews
	w.counted = exists
	if many {
		return w.look(ctx, w.primary, w.primary.since)
	}
	came, err := w.news(ctx, w.primary)
	if err != nil {
		return err
	}
	const first, most = 100 * time.Millisecond, 6 // 100 ms to 6.4 s
	if came {
		w.nothing, w.hush = 0, time.Time{}
		return nil
	}
	w.hush = time.Now().Add(first << min(w.nothing, most))
	w.nothing++
	return nil
}

// wait rests until there is news or something is due. It returns with IDLE told to stop but its end not awaited:
// what is asked next goes out with the DONE, in one round trip.
func (w *watch) wait(ctx context.Context) (news bool, err error) {
	due := w.poll
	for _, t := range []time.Time{w.restart, w.reconcile} {
		if t.Before(due) {
			due = t
		}
	}
	if pause := time.Until(w.hush); pause > 0 {
		if err := sleep(ctx, pause); err != nil {
			return false, err
		}
	}
	select {
	case <-w.s.news: // came while we were busy
		return true, nil
	default:
	}
	stop := func() error { return nil }
	if w.idle {
		if stop, err = w.s.idle(ctx); fatal(err) {
			return false, err
		}
		if err != nil { // offered and refused: polling has to do
			w.idle, stop = false, func() error { return nil }
		}
	}
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-w.s.client.Closed():
		return false, w.s.commandError(ctx, "idle", errors.New("the server hung up"))
	case <-w.s.news:
		news = true
	case <-timer.C:
	}
	return news, w.s.commandError(ctx, "idle", stop())
}

// idleFor draws the time after which IDLE begins anew.
func (w *watch) idleFor() time.Duration {
	if d := w.a.cfg.IdleRestart; d > 0 {
		return d
	}
	const least, most = 5 * time.Minute, 9 * time.Minute
	return least + time.Duration(w.a.cfg.Jitter()*float64(most-least))
}

// idle starts IDLE and returns what stops it.
func (s *session) idle(ctx context.Context) (stop func() error, err error) {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	cmd, err := s.client.Idle()
	if err != nil {
		return nil, s.commandError(ctx, "idle", err)
	}
	return cmd.Close, nil
}

func (s *session) noop(ctx context.Context) error {
	defer s.conn.expect(s.a.cfg.CommandTimeout, 0)()
	return s.commandError(ctx, "noop", s.client.Noop().Wait())
}
