package flow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// What stands between a claimed message and the wire, each time anew and fail closed: shadow mode, the flags of `waybill pause`, and orders that nobody
// wants any more.

// shadows tells whether a message is only shown to the owner: any of its purchase orders is of a supplier or a channel in shadow mode. One that
// is about none is not known to be harmless.
func (w *world) shadows(tx *store.Tx, d store.DispatchRow) (bool, error) {
	if d.Purpose == order.PurposeOperator || !w.cfg.AnyShadow() {
		return false, nil
	}
	for _, id := range d.POs {
		po, err := tx.PO(id)
		if err != nil {
			return true, err
		}
		o, err := tx.Order(po.Order)
		if err != nil {
			return true, err
		}
		if w.cfg.Shadowed(o.Doc.Channel, po.Supplier) {
			return true, nil
		}
	}
	return len(d.POs) == 0, nil
}

// guard shuts every lane that has nothing to send while shadow mode is on, whoever has built it: what does not go to the shop's own people alone comes back
// undelivered. It is the last thing that is done to a world, so that no lane escapes it.
func (w *world) guard() {
	for name, l := range w.lanes {
		if strings.HasPrefix(name, laneAlert) {
			continue // to the shop's own people by its nature: see buildAlerts
		}
		if w.cfg.AllShadow() || w.shut(name) {
			l.sender = onlyTo{l.sender, w.cfg.Operator.To}
		}
	}
}

// shadowsChannel tells that nothing of a channel may be changed, neither by news nor in passing.
func (w *world) shadowsChannel(slug string) bool {
	return w.cfg.AllShadow() || w.cfg.Channels[slug].Mode == config.Shadow
}

// shut tells whether a lane belongs to a supplier or a channel in shadow mode alone.
func (w *world) shut(lane string) bool {
	kind, slug, _ := strings.Cut(lane, ":")
	switch kind + ":" {
	case laneMail:
		return false // of many suppliers: each message is looked at
	case laneSFTP, laneFolder:
		return w.cfg.Suppliers[slug].Mode == config.Shadow
	}
	return w.cfg.Channels[slug].Mode == config.Shadow
}

// onlyTo is a sender that delivers to these addresses and to nobody else. It hides what else the sender can do.
type onlyTo struct {
	sender    transports.Sender
	addresses []string
}

var errShadow = errors.New("shadow mode is on, and this is not for the owner")

func (o onlyTo) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	allowed := len(m.To) > 0 && !slices.ContainsFunc(m.To, func(to string) bool { return !slices.Contains(o.addresses, to) })
	if !allowed {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "shadow", Err: errShadow, Help: "Nothing has left. It goes when mode is live."}
	}
	return o.sender.Send(ctx, m, mark)
}

// stays tells why a claimed message must not leave now, or "": it was overtaken by what a person or the channel decided since it was queued. The
// configuration is the one in force, not the one that the lane was made for.
func (f *Flow) stays(ctx context.Context, row store.DispatchRow) (reason string, err error) {
	w := f.world.Load()
	if row.Purpose != order.PurposeOrder && row.Purpose != order.PurposeSupplier && !w.cfg.AnyShadow() {
		return "", nil
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		off, err := calledOff(tx, row)
		if err != nil || off {
			reason = reasonCalledOff
			return err
		}
		shadow, err := w.shadows(tx, row)
		if err != nil || shadow {
			reason = reasonShadow
			f.modes.Store(true) // it is shown to the owner at the next tick
			return err
		}
		if w.addressGone(row) {
			reason = reasonAddress
			f.modes.Store(true) // it is written anew at the next tick
		}
		return nil
	})
	return reason, err
}

const (
	// reasonCalledOff is why an order that nobody wants any more is not sent.
	reasonCalledOff = "called_off"
	// reasonShadow is why a message that was queued before shadow mode is not sent.
	reasonShadow = "shadow"
	// reasonAddress is why a message that was written to an address of which the supplier has another by now is not sent.
	reasonAddress = "address"
)

// calledOff tells whether nothing in the message is wanted any more: every order was cancelled, or every purchase order closed by a
// person who settled it in another way.
func calledOff(tx *store.Tx, row store.DispatchRow) (bool, error) {
	if row.Purpose != order.PurposeOrder && row.Purpose != order.PurposeSupplier || len(row.POs) == 0 {
		return false, nil
	}
	for _, id := range row.POs {
		po, err := tx.PO(id)
		if err != nil {
			return false, err
		}
		o, err := tx.Order(po.Order)
		if err != nil {
			return false, err
		}
		if row.Purpose == order.PurposeSupplier { // a question that was answered meanwhile; a request not to ship goes out in any case
			asked, err := chaseOf(tx, id)
			if err != nil {
				return false, err
			}
			if is, err := asked.by(tx, row); err != nil || !is || !asked.answered(po) && o.Intake.State != order.IntakeCancelled {
				return false, err
			}
			continue
		}
		if o.Intake.State != order.IntakeCancelled && !po.Closed() {
			return false, nil
		}
	}
	return true, nil
}

// FlagFile is the file in the state folder whose presence stops sending, to one supplier or, with "", altogether. It needs neither daemon nor
// database: anybody who may write there can stop everything.
func FlagFile(state, supplier string) string {
	if supplier == "" || supplier == everything {
		return filepath.Join(state, "PAUSED")
	}
	return filepath.Join(state, "PAUSED."+supplier)
}

// flagged tells whether a flag stops sending to the target. A folder that cannot be looked at stops it too.
func (f *Flow) flagged(target string) bool {
	state := f.world.Load().cfg.State
	for _, name := range []string{everything, target} {
		if _, err := os.Lstat(FlagFile(state, name)); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// flags lists what is stopped by flags, as Paused does.
func (f *Flow) flags() (all []string) {
	files, err := os.ReadDir(f.world.Load().cfg.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return []string{everything}
	}
	whole := filepath.Base(FlagFile("", ""))
	for _, file := range files {
		if file.Name() == whole {
			all = append(all, everything)
		} else if slug, ok := strings.CutPrefix(file.Name(), whole+"."); ok {
			all = append(all, slug)
		}
	}
	return all
}

// RaiseFlag stops sending by a file in the state folder.
func RaiseFlag(state, supplier string) error {
	file, err := os.OpenFile(FlagFile(state, supplier), os.O_CREATE|os.O_WRONLY, 0o660)
	if err != nil {
		if _, there := os.Lstat(FlagFile(state, supplier)); there == nil {
			return nil // somebody else's: it stops all the same
		}
		return fmt.Errorf("stop sending by a file: %w", err)
	}
	return errors.Join(file.Sync(), file.Close(), syncFolder(state))
}

// syncFolder makes a name that was made or taken away outlive a loss of power.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// LowerFlag takes the file away; that there is none is no error.
func LowerFlag(state, supplier string) error {
	if err := os.Remove(FlagFile(state, supplier)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take away the file that stops sending: %w", err)
	}
	return nil // not flushed: after a loss of power it may stop sending once more, which harms nobody
}
