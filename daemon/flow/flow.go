// Package flow makes it happen: it takes orders in, gates and routes them, sends purchase orders, keeps what comes back, has it
// read and matched, decides what it may change, tells the channel, and puts before a person what needs one. A file holds a verb.
//
// What it relies on is passed in: the store, the reader (the sandbox), the clock, randomness and the dialer. It
// keeps no state of its own that the store could not give back after a kill: queues in memory are only a faster way to hear of rows.
package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/proof"
	"waybill/daemon/store"
	"waybill/parsers"
	"waybill/transports"
)

// Reader reads foreign bytes; *sandbox.Pool is one.
type Reader interface {
	Envelope(ctx context.Context, raw []byte) (*parsers.Envelope, error)
	Read(ctx context.Context, raw []byte, name string, p parsers.Profile) (parsers.Reading, error)
}

// Options are what a Flow lives on.
type Options struct {
	Store  *store.Store
	Config *config.Config
	Reader Reader
	Now    func() time.Time // nil: the store's, on which several nodes agree; without one time.Now
	Ticks  <-chan time.Time // when the timers look at the clock; nil: every five seconds
	Random io.Reader        // cryptographically strong outside of tests
	Dialer transports.Dialer
	// Web opens connections to other people's web servers, inwards only where that is allowed; nil: over the network.
	Web func(allowPrivate bool) transports.Dialer
	Log *slog.Logger
	// Observe hears how long a piece of work took (stages "read" and "send"); nil: nobody.
	Observe func(stage string, took time.Duration)
	Disk    DiskSpace // nil: this machine's
	Machine Machine   // where it runs
	// Resolver asks the DNS server of the configuration ("" the system's) who has signed mail; nil: nothing is looked up.
	Resolver func(server string) proof.Resolver
	// Match says what a reading means; nil is the index's own judgement. A test that wants to see wrong matches caught passes its own.
	Match func(x *match.Index, r parsers.Reading, who match.Sender) []match.Finding
}

// Flow is the daemon's heart. Its methods are safe for concurrent use.
type Flow struct {
	store   *store.Store
	reader  Reader
	now     func() time.Time
	random  io.Reader
	dialer  transports.Dialer
	web     func(allowPrivate bool) transports.Dialer
	log     *slog.Logger
	observe func(stage string, took time.Duration)
	disk    DiskSpace
	resolve func(server string) proof.Resolver
	ticks   <-chan time.Time
	unwell  func() error // why the books cannot be written, or nil

	index *match.Index
	match func(x *match.Index, r parsers.Reading, who match.Sender) []match.Finding
	// indexing is held by who changes the index and by who judges with it what is to be booked.
	indexing sync.Mutex
	built    bool         // the index was filled from the store
	fed      atomic.Int64 // the journal position up to which the index has seen events
	ahead    []order.POID // of which the index knows more than is committed, see foresee
	// replaying: one replay at a time. drifts: what a drift has left unread is to be tried again.
	replaying sync.Mutex
	drifts    atomic.Bool
	modes     atomic.Bool // the configuration is new: what was queued may be in another mode by now
	world     atomic.Pointer[world]

	shopping sync.Mutex // held by who takes what a shop system says

	// Bells tell loops that there is work, so that nobody has to poll for it.
	items *bell
	lanes bells

	rules    rules // what was learned of suppliers and is in force
	pauses   pauses
	held     atomic.Bool    // the books are held (recovery.go)
	repause  *bell          // another node has paused or resumed
	caps     caps           // how much left within the hour, and what is stopped for that
	known    sync.Map       // supplier that was sent its first orders to true
	looks    sync.WaitGroup // at the other side of doubts
	looked   sync.Map       // doubtful dispatch to when its other side was last looked at
	logins   logins         // mailboxes that log in with OAuth2
	accounts accounts       // what each account (mailbox, drop, webhook) last said
	shifts   shifts         // which duties of all nodes' are this one's
	machine  Machine
	// timing is held by the timers while they work; onTimers is their context while this node has that duty, nil while it does not.
	timing   sync.Mutex
	onTimers context.Context //nolint:containedctx // of the duty
	pulse    pulse
	fit      fitness
	started  chan struct{} // closed when Run has put everything in order and its loops begin
	reload   chan struct{}
	slow     slow // what the timers do more seldom than they tick
}

// New builds the flow for a configuration. Nothing runs until Run; every command that only looks or changes works without it.
func New(o Options) (*Flow, error) {
	if o.Now == nil {
		o.Now = time.Now
		if o.Store != nil {
			o.Now = o.Store.Now
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string, time.Duration) {}
	}
	if o.Disk == nil {
		o.Disk = diskFree
	}
	if o.Web == nil {
		o.Web = webDialer
	}
	if o.Match == nil {
		o.Match = (*match.Index).Match
	}
	f := &Flow{
		store: o.Store, reader: o.Reader, now: o.Now, random: &lockedReader{r: o.Random}, dialer: o.Dialer, web: o.Web, log: o.Log, observe: o.Observe, disk: o.Disk, resolve: o.Resolver, ticks: o.Ticks,
		index: match.NewIndex(), match: o.Match, items: newBell(), repause: newBell(), shifts: shifts{bell: newBell()}, machine: o.Machine, reload: make(chan struct{}, 1),
		pulse: pulse{due: map[string]time.Time{}}, started: make(chan struct{}),
	}
	if f.store != nil {
		f.unwell = f.notWritten
	}
	w, err := f.build(o.Config)
	if err != nil {
		return nil, err
	}
	f.world.Store(w)
	f.drifts.Store(true)
	f.modes.Store(true)
	return f, nil
}

// Reload takes over a new configuration. When it cannot be used, the old one stays and the error says why.
func (f *Flow) Reload(cfg *config.Config) error {
	w, err := f.build(cfg)
	if err != nil {
		return fmt.Errorf("the new configuration is not used: %w", err)
	}
	f.drifts.Store(true)
	f.modes.Store(true)
	f.known.Clear() // more first orders may be asked for
	// What the old one has under way is finished before its connections end (generations).
	f.world.Store(w)
	select {
	case f.reload <- struct{}{}:
	default:
	}
	return nil
}

// Config is the configuration in force.
func (f *Flow) Config() *config.Config { return f.world.Load().cfg }

// Store gives the books to those who only look at them.
func (f *Flow) Store() *store.Store { return f.store }

// Started is closed when what the last run left behind is in order, the index is built and the loops begin.
func (f *Flow) Started() <-chan struct{} { return f.started }

// Close ends what New opened: connections that are kept, not the store.
func (f *Flow) Close() { f.world.Load().close() }

// Run recovers what a killed process left behind, builds the index, and then runs all loops until ctx ends. It returns nil
// when ctx ended and everything stopped in order.
func (f *Flow) Run(ctx context.Context) error {
	if err := f.recover(ctx); err != nil {
		return unlessEnded(ctx, fmt.Errorf("recover after the last run: %w", err))
	}
	if err := f.caughtUp(ctx); err != nil {
		return unlessEnded(ctx, err)
	}
	if err := f.store.View(ctx, f.store.CheckMarks); err != nil && ctx.Err() == nil {
		f.log.Error("orders that were erased would be taken for new ones if they came again", "err", err, "help", "Put the key that seals logins back into its place (docs/privacy.md).")
	}
	close(f.started)
	f.store.OnRing(f.heardBell)
	ctx, cancel := context.WithCancelCause(ctx)
	var loops sync.WaitGroup
	start := func(name string, loop func(context.Context) error) {
		loops.Go(func() {
			if err := loop(ctx); err != nil && ctx.Err() == nil {
				f.log.Error("a loop ended", "loop", name, "err", err)
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	start("index", f.feedIndex)
	start("read", func(ctx context.Context) (err error) {
		f.onDuty(ctx, dutyReading, nil, func(ctx context.Context) { err = errors.Join(err, f.readLoop(ctx)) })
		return err
	})
	start("timers", f.timerLoop)
	start("accounts", f.generations)
	start("pauses", f.hearPauses)
	// The beats go on until all duties are back.
	beats, still := context.WithCancel(context.WithoutCancel(ctx))
	beaten := make(chan struct{})
	go func() {
		defer close(beaten)
		if err := f.keepShifts(beats); err != nil {
			f.log.Error("this node stops", "err", err)
			cancel(err)
		}
	}()
	<-ctx.Done()
	loops.Wait()
	still()
	<-beaten
	f.leave(ctx)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// unlessEnded drops an error that only says that ctx ended: who stops the daemon while it starts has stopped it in order.
func unlessEnded(ctx context.Context, err error) error {
	if errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// generations runs the lanes and watchers of one configuration until the next one comes.
func (f *Flow) generations(ctx context.Context) error {
	for ctx.Err() == nil {
		w := f.world.Load()
		generation, stop := context.WithCancel(ctx)
		var loops sync.WaitGroup
		posts := w.posts()
		for _, name := range sorted(posts) {
			var lanes []string
			for _, l := range posts[name].lanes {
				lanes = append(lanes, l.name)
			}
			loops.Go(func() {
				f.onDuty(generation, name, lanes, func(ctx context.Context) { f.serve(ctx, w, posts[name]) })
			})
		}
		if h := w.cfg.Operator.Heartbeat; h != nil {
			loops.Go(func() {
				f.onDuty(generation, heartbeatAccount, nil, func(ctx context.Context) { f.heartbeat(ctx, w, *h) })
			})
		}
		select {
		case <-ctx.Done():
		case <-f.reload:
			f.log.Info("configuration reloaded", "path", w.cfg.Path)
		}
		f.tick("accounts", 0)
		stop()
		loops.Wait()
		f.rest("accounts")
		if w != f.world.Load() {
			w.close()
		}
	}
	return nil
}

// bell wakes one waiting loop; ringing it many times before anybody listens is the same as once.
type bell struct{ c chan struct{} }

func newBell() *bell { return &bell{make(chan struct{}, 1)} }

func (b *bell) ring() {
	select {
	case b.c <- struct{}{}:
	default:
	}
}

// bells is a bell for each lane.
type bells struct{ m sync.Map }

func (b *bells) of(lane string) *bell {
	if v, ok := b.m.Load(lane); ok {
		return v.(*bell)
	}
	v, _ := b.m.LoadOrStore(lane, newBell())
	return v.(*bell)
}

func (b *bells) ring(lanes ...string) {
	for _, l := range lanes {
		b.of(l).ring()
	}
}

// lockedReader makes a source of randomness safe for concurrent use, which a seeded one of a test is not.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
