package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"waybill/daemon/config"
	"waybill/daemon/store"
)

const pauseKey = "pause:"

// everything is the pause of all sending but mail to the shop itself.
const everything = "*"

// operatorTarget is the Target of mail to the people at the shop, which no pause stops.
const operatorTarget = "operator"

// pausesChanged is the setting that is another one after each pause and each resume: who claims or marks looks at it in the same transaction.
const pausesChanged = "pauses"

// pauses are what is paused, as far as this process knows.
type pauses struct {
	mu      sync.Mutex
	changed string          // as it was when they were read
	booked  map[string]bool // what the books say
	here    map[string]bool // what could not be written down, and holds until this process ends
}

func (p *pauses) has(targets ...string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(targets, func(target string) bool { return p.booked[target] || p.here[target] })
}

// set notes a pause at once, before it is written down.
func (p *pauses) set(target string, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.here == nil {
		p.here = map[string]bool{}
	}
	if p.here[target] = on; !on {
		delete(p.here, target)
		delete(p.booked, target)
	}
}

func (f *Flow) paused(target string) bool {
	return target != operatorTarget && (f.held.Load() || f.pauses.has(everything, target) || f.flagged(target))
}

// loadPauses learns what is paused, by whichever node.
func (f *Flow) loadPauses(ctx context.Context) error {
	return f.store.View(ctx, func(tx *store.Tx) error { return f.readPauses(tx, true) })
}

// refreshPauses is loadPauses for who is about to claim or to mark. Where there is one process, it knows.
func (f *Flow) refreshPauses(tx *store.Tx) error {
	if !f.store.Shared() {
		return nil
	}
	return f.readPauses(tx, false)
}

func (f *Flow) readPauses(tx *store.Tx, anyway bool) error {
	changed, _, err := tx.Setting(pausesChanged)
	if err != nil {
		return err
	}
	p := &f.pauses
	p.mu.Lock()
	same := p.changed == string(changed)
	p.mu.Unlock()
	if same && !anyway {
		return nil
	}
	all, err := tx.Settings(pauseKey)
	if err != nil {
		return err
	}
	booked := map[string]bool{}
	for key := range all {
		booked[strings.TrimPrefix(key, pauseKey)] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.booked, p.changed = booked, string(changed)
	return nil
}

// writePause writes down that a target is paused, or is not, for all nodes.
func (f *Flow) writePause(ctx context.Context, target string, value []byte) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetSetting(pauseKey+target, value); err != nil {
			return err
		}
		tx.Ring(store.BellPauses)
		return tx.SetSetting(pausesChanged, []byte(rand.Text()))
	})
}

// hearPauses looks at the pauses when another node has changed them, so that what waits goes on at once.
func (f *Flow) hearPauses(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.repause.c:
		}
		if err := f.loadPauses(ctx); err != nil && ctx.Err() == nil {
			f.log.Error("the pauses cannot be read", "err", err)
		}
		for name := range f.world.Load().lanes {
			f.lanes.ring(name)
		}
	}
}

// Pause stops sending at once, to one supplier or, with "", altogether. What is behind its mark is finished; nothing else leaves. It
// holds over restarts, and it takes effect even when the books cannot be written: then by a flag in the state folder.
func (f *Flow) Pause(ctx context.Context, supplier string) error {
	target, err := f.pauseTarget(supplier)
	if err != nil {
		return err
	}
	f.pauses.set(target, true)
	if err := f.writePause(ctx, target, []byte("true")); err != nil {
		if flag := RaiseFlag(f.Config().State, target); flag == nil {
			return nil
		}
		return fmt.Errorf("sending is paused until this daemon ends, but that could not be written down: %w", err)
	}
	if err := f.loadPauses(ctx); err != nil {
		return nil //nolint:nilerr // it is paused here, and written down for all
	}
	f.pauses.mu.Lock()
	defer f.pauses.mu.Unlock()
	delete(f.pauses.here, target) // the books say it, and another node may take it back
	return nil
}

// Resume starts sending again.
func (f *Flow) Resume(ctx context.Context, supplier string) error {
	target, err := f.pauseTarget(supplier)
	if err != nil {
		return err
	}
	if err := LowerFlag(f.Config().State, target); err != nil {
		return err
	}
	if err := f.writePause(ctx, target, nil); err != nil {
		return err
	}
	f.pauses.set(target, false)
	for _, l := range f.world.Load().lanes {
		f.lanes.ring(l.name)
	}
	return nil
}

// NameError is a name that the configuration does not have.
type NameError struct {
	Kind, Name string // "supplier", and what was asked for
	Known      string // the names that there are
}

func (e *NameError) Error() string {
	return fmt.Sprintf("%s %q is not in the configuration; it names %s", e.Kind, e.Name, e.Known)
}

func unknownSupplier(name string, suppliers map[string]config.Supplier) error {
	return &NameError{Kind: "supplier", Name: name, Known: names(suppliers)}
}

func (f *Flow) pauseTarget(supplier string) (string, error) {
	if supplier == "" {
		return everything, nil
	}
	suppliers := f.world.Load().cfg.Suppliers
	if _, ok := suppliers[supplier]; !ok {
		return "", unknownSupplier(supplier, suppliers)
	}
	return supplier, nil
}

// Paused lists what is paused: suppliers, or "*" for everything.
func (f *Flow) Paused() []string {
	all := f.flags()
	f.pauses.mu.Lock()
	all = slices.AppendSeq(all, maps.Keys(f.pauses.booked))
	all = slices.AppendSeq(all, maps.Keys(f.pauses.here))
	f.pauses.mu.Unlock()
	slices.Sort(all)
	return slices.Compact(all)
}
