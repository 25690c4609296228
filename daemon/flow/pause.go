package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/store"
)

const pauseKey = "pause:"

// everything is the pause of all sending but mail to the shop itself.
const everything = "*"

// operatorTarget is the Target of mail to the people at the shop, which no pause stops.
const operatorTarget = "operator"

func (f *Flow) paused(target string) bool {
	if target == operatorTarget {
		return false
	}
	_, all := f.pauses.Load(everything)
	_, one := f.pauses.Load(target)
	return all || one || f.flagged(target)
}

func (f *Flow) loadPauses(ctx context.Context) error {
	return f.store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Settings(pauseKey)
		for key := range all {
			f.pauses.Store(strings.TrimPrefix(key, pauseKey), true)
		}
		return err
	})
}

// Pause stops sending at once, to one supplier or, with "", altogether. What is behind its mark is finished; nothing else leaves. It
// holds over restarts, and it takes effect even when the books cannot be written: then by a flag in the state folder.
func (f *Flow) Pause(ctx context.Context, supplier string) error {
	target, err := f.pauseTarget(supplier)
	if err != nil {
		return err
	}
	f.pauses.Store(target, true)
	if err := f.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(pauseKey+target, []byte("true")) }); err != nil {
		if flag := RaiseFlag(f.Config().State, target); flag == nil {
			return nil
		}
		return fmt.Errorf("sending is paused until this daemon ends, but that could not be written down: %w", err)
	}
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
	if err := f.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSetting(pauseKey+target, nil) }); err != nil {
		return err
	}
	f.pauses.Delete(target)
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
	f.pauses.Range(func(key, _ any) bool {
		all = append(all, key.(string))
		return true
	})
	slices.Sort(all)
	return slices.Compact(all)
}
