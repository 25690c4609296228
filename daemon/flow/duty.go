package flow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// Several nodes over one PostgreSQL share the work by duties. A duty is one account with all that is done with it: a mailbox is sent from, watched and logged
// in to by the same node, and a supplier's server likewise, so what its provider or its supplier allows (connections, messages a minute, an hour and a day)
// holds over all nodes without their asking each other. The timers and the reading are a duty each. SQLite has one process, and that has them all.

const (
	dutyTimers  = "timers"
	dutyReading = "reading"
	dutyAlerts  = "alerts"
)

// dutyOf is the duty that a lane or a source belongs to.
func dutyOf(name string) string {
	kind, rest, _ := strings.Cut(name, ":")
	switch kind + ":" {
	case laneMail, sourceInbox:
		return "mailbox " + rest
	case laneSFTP, laneFolder, "drop:":
		return "supplier " + rest
	case laneAlert:
		return dutyAlerts
	}
	return "channel " + rest
}

// post is a duty as one configuration has it.
type post struct {
	lanes   []*lane
	sources []source
}

func (w *world) posts() map[string]*post {
	all := map[string]*post{}
	of := func(name string) *post {
		duty := dutyOf(name)
		if all[duty] == nil {
			all[duty] = &post{}
		}
		return all[duty]
	}
	for _, name := range sorted(w.lanes) {
		p := of(name)
		p.lanes = append(p.lanes, w.lanes[name])
	}
	for _, s := range w.sources {
		p := of(s.name)
		p.sources = append(p.sources, s)
	}
	return all
}

// serve does the work of a post until ctx ends.
func (f *Flow) serve(ctx context.Context, w *world, p *post) {
	if f.store.Shared() {
		if err := f.takeUpPost(ctx, w, p); err != nil && ctx.Err() == nil {
			f.log.Error("what was sent before cannot be read", "err", err)
			f.sleep(ctx, bookPause, nil)
			return // and is begun again
		}
	}
	var loops sync.WaitGroup
	for _, l := range p.lanes {
		loops.Go(func() { f.laneLoop(ctx, w, l) })
	}
	for _, s := range p.sources {
		loops.Go(func() { f.watch(ctx, s) })
	}
	loops.Wait()
}

// takeUpPost forgets what this node knew of a post when it last had it, and learns what has left since: limits hold, whoever sends.
func (f *Flow) takeUpPost(ctx context.Context, w *world, p *post) error {
	for _, l := range p.lanes {
		f.accounts.forget(l.name)
		if l.day != nil {
			l.day.forget()
		}
	}
	for _, s := range p.sources {
		f.accounts.forget(s.name)
	}
	if err := f.loadCaps(ctx, true); err != nil {
		return err
	}
	var rows []store.DispatchRow
	err := f.store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.SentSince(f.now().Add(-capSpan))
		return err
	})
	slices.SortFunc(rows, func(a, b store.DispatchRow) int { return a.SettledAt.Compare(b.SettledAt) })
	for _, l := range p.lanes {
		l.recall(rows, w)
	}
	return err
}

// shifts are the duties that this node wants, and those that it has.
type shifts struct {
	mu   sync.Mutex
	all  map[string]*shift
	bell *bell
	// last is when the last beat began that came through, roster what it said.
	last  time.Time
	began time.Time // of the beats
	// guard lets all duties go when no beat has come through for a lease.
	guard  *time.Timer
	roster store.Roster
}

// shift is a duty of this node.
type shift struct {
	name  string
	lanes []string
	given chan store.Duty // to who works
	epoch int64           // of the one that was given last; 0: none
	over  int64           // the last that was given back
	stop  context.CancelFunc
}

// onDuty works whenever this node has the duty, until ctx ends.
func (f *Flow) onDuty(ctx context.Context, name string, lanes []string, work func(context.Context)) {
	if !f.store.Shared() {
		work(ctx)
		return
	}
	s := f.shifts.want(name, lanes)
	defer f.shifts.unwant(s)
	f.shifts.bell.ring()
	for {
		select {
		case <-ctx.Done():
			f.shifts.refuse(ctx, f, s)
			return
		case d := <-s.given:
			working, stop := context.WithCancel(store.OnDuty(ctx, d))
			if f.shifts.begin(s, d, stop) {
				f.log.Info("on duty", "duty", name, "epoch", d.Epoch)
				work(working)
			}
			stop()
			f.giveBack(ctx, s, d)
		}
	}
}

// giveBack lets the others have a duty after all that was done under it has ended.
func (f *Flow) giveBack(ctx context.Context, s *shift, d store.Duty) {
	f.shifts.end(s, d)
	enough, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
	defer cancel()
	if err := f.store.GiveBack(enough, d); err != nil {
		f.log.Warn("a duty could not be given back; its lease ends by itself", "duty", d.Name, "err", err)
	}
	f.log.Info("off duty", "duty", d.Name, "epoch", d.Epoch)
}

// leaveWithin is how long a node that leaves waits for a database that does not answer.
const leaveWithin = 5 * time.Second

func (k *shifts) want(name string, lanes []string) *shift {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[string]*shift{}
	}
	s := &shift{name: name, lanes: lanes, given: make(chan store.Duty, 1)}
	k.all[name] = s
	return s
}

func (k *shifts) unwant(s *shift) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all[s.name] == s {
		delete(k.all, s.name)
	}
}

// begin tells whether the duty is still the one that was given last.
func (k *shifts) begin(s *shift, d store.Duty, stop context.CancelFunc) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.epoch != d.Epoch {
		return false
	}
	s.stop = stop
	return true
}

func (k *shifts) end(s *shift, d store.Duty) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.over, s.stop = max(s.over, d.Epoch), nil
	if s.epoch == d.Epoch {
		s.epoch = 0
	}
}

// refuse gives back what was given and not begun.
func (k *shifts) refuse(ctx context.Context, f *Flow, s *shift) {
	select {
	case d := <-s.given:
		f.giveBack(ctx, s, d)
	default:
	}
}

// wanted lists what this node wants, by name.
func (k *shifts) wanted() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return sorted(k.all)
}

// has tells whether this node has a duty.
func (f *Flow) has(duty string) bool {
	if !f.store.Shared() {
		return true
	}
	f.shifts.mu.Lock()
	defer f.shifts.mu.Unlock()
	s := f.shifts.all[duty]
	return s != nil && s.epoch != 0
}

func (k *shifts) lanesOf(duty string) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.all[duty]; s != nil {
		return s.lanes
	}
	return nil
}

// follow hands over what was taken, and stops what was lost or is another's share. It returns the names of what was lost.
func (k *shifts) follow(r store.Roster) (lost []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	held := map[string]int64{}
	for _, d := range r.Held {
		held[d.Name] = d.Epoch
	}
	for name, s := range k.all {
		epoch := held[name]
		if epoch == s.epoch || epoch != 0 && epoch <= s.over {
			if s.epoch != 0 && s.stop != nil && slices.Contains(r.Spare, name) {
				s.stop()
			}
			continue
		}
		if s.epoch != 0 {
			lost = append(lost, name)
		}
		s.drop()
		if s.epoch = epoch; epoch != 0 {
			s.given <- store.Duty{Name: name, Epoch: epoch}
		}
	}
	return lost
}

// dropAll stops everything: nobody knows any more what this node has.
func (k *shifts) dropAll() (lost []string) {
	return k.follow(store.Roster{})
}

// drop stops the work of a duty that is this node's no more.
func (s *shift) drop() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	select {
	case <-s.given:
	default:
	}
}

// keepShifts says again and again that this node lives, until ctx ends.
func (f *Flow) keepShifts(ctx context.Context) error {
	if !f.store.Shared() {
		return nil
	}
	defer f.rest("nodes")
	every := f.lease() / beatsInLease
	f.shifts.began = time.Now()
	// A beat may hang for as long as a connection does that nobody answers.
	f.shifts.guard = time.AfterFunc(f.lease(), func() { f.lostDuties(f.shifts.dropAll()) })
	defer f.shifts.guard.Stop()
	for ctx.Err() == nil {
		f.tick("nodes", every)
		if err := f.beatOnce(ctx); err != nil {
			return err
		}
		f.sleep(ctx, every, f.shifts.bell)
	}
	return nil
}

// beatsInLease is how many beats there are in a lease: a few may fail.
const beatsInLease = 4

// beatOnce beats. Only what ends this node for good is an error.
func (f *Flow) beatOnce(ctx context.Context) error {
	if late := f.Late(); len(late) > 0 {
		f.log.Error("this node hangs and lets its duties go", "late", late)
		f.lostDuties(f.shifts.dropAll())
		return nil
	}
	began := time.Now()
	enough, cancel := context.WithTimeout(ctx, f.lease())
	defer cancel()
	var freed []string
	r, err := f.store.Beat(enough, f.self(), store.Shift{Lease: f.lease(), Wanted: f.shifts.wanted(), Began: func(tx *store.Tx, d store.Duty) error {
		rows, err := tx.ExpireLanes(f.shifts.lanesOf(d.Name), f.stoppedIn)
		for _, row := range rows {
			freed = append(freed, row.Lane)
		}
		return err
	}})
	switch {
	case err == nil:
		f.shifts.last = began
		f.shifts.guard.Reset(f.lease() - time.Since(began))
		f.lostDuties(f.shifts.follow(r))
		f.shifts.note(r)
		f.lanes.ring(freed...)
		return f.makeWay(r)
	case errors.Is(err, store.ErrTwin) && f.shifts.last.IsZero() && time.Since(f.shifts.began) < 2*f.lease():
		// The state folder has moved here from a machine that may have ended a moment ago, like a container that was made anew.
		f.log.Warn("another machine was heard of under this one's name a moment ago; waiting for its lease to end", "err", err)
		return nil
	case errors.Is(err, store.ErrTwin), errors.Is(err, store.ErrNewer):
		return err
	case ctx.Err() != nil:
		return nil
	}
	f.log.Warn("the other nodes cannot be told that this one lives", "err", err)
	return nil
}

func (k *shifts) note(r store.Roster) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.roster = r
}

func (f *Flow) lostDuties(names []string) {
	for _, name := range names {
		f.log.Warn("this node has lost a duty; another may have it", "duty", name)
	}
}

// stillOnDuty is asked before something is let go that leaves no mark.
func (f *Flow) stillOnDuty(ctx context.Context) error {
	err := f.store.StillOnDuty(ctx)
	if errors.Is(err, order.ErrFenced) {
		f.shifts.bell.ring()
	}
	return err
}
