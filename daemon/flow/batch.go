package flow

import (
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

// batchMost is how many purchase orders one file holds; the rest go into the next one at once.
const batchMost = 5000

// batch gathers a supplier's waiting purchase orders into one message when its schedule says so.
func (f *Flow) batch(ctx context.Context, w *world, s config.Supplier) error {
	key := "batch:" + s.Slug
	moment, is, err := f.due(ctx, key, s.Send.Batch, w.zoneOf(s))
	if err != nil || !is {
		return err
	}
	until, err := cutOff(s, moment, w.zoneOf(s))
	if err != nil {
		return err
	}
	for {
		more, err := f.sendBatch(ctx, w, s, until)
		if err != nil {
			return err
		}
		if !more {
			return f.ran(ctx, key, moment)
		}
	}
}

// cutOff is the latest moment at which an order still counts for a batch; without a cut-off everything does.
func cutOff(s config.Supplier, moment time.Time, zone *time.Location) (time.Time, error) {
	if s.Send.CutOff == "" {
		return moment, nil
	}
	clock, err := calendar.ParseClock(s.Send.CutOff)
	if err != nil {
		return moment, fmt.Errorf("cut_off: %w", err)
	}
	return calendar.Calendar{Zone: zone}.Passed(moment, clock), nil
}

// sendBatch renders and queues one message for what waits. It tells whether more may wait.
func (f *Flow) sendBatch(ctx context.Context, w *world, s config.Supplier, until time.Time) (more bool, err error) {
	waiting, docs, err := f.waiting(ctx, s.Slug, until)
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	whole := len(waiting)
	waiting = oneMode(w, docs, waiting)
	pos := waiting
	d, err := f.renderOrders(w, s, docs, pos, nil)
	var bad []string
	if err != nil {
		if pos, bad = f.writable(w, s, docs, waiting); len(pos) > 0 {
			if d, err = f.renderOrders(w, s, docs, pos, nil); err != nil {
				return false, fmt.Errorf("render the batch: %w", err)
			}
		}
	}
	var lane string
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		if err := f.unwritable(tx, s, bad); err != nil || len(pos) == 0 {
			return err
		}
		row := *d
		row.POs = nil
		for _, po := range pos { // nothing may have changed since it was rendered
			now, err := tx.PO(po.ID)
			if err != nil {
				return err
			}
			told, err := wasTold(tx, po.ID)
			if err != nil {
				return err
			}
			if now.Closed() || told {
				return errBatchChanged
			}
			row.POs = append(row.POs, po.ID)
		}
		lane, err = f.queue(tx, row)
		return err
	})
	if errors.Is(err, errBatchChanged) {
		return true, nil // look again
	}
	if err != nil {
		return false, err
	}
	f.lanes.ring(lane)
	return len(pos) > 0 && (whole == batchMost || whole > len(waiting)), nil
}

// oneMode leaves what is in the mode of the first: what nobody may get is in no message with what goes out.
func oneMode(w *world, docs map[order.OrderID]order.Order, all []order.PurchaseOrder) []order.PurchaseOrder {
	shadow := func(po order.PurchaseOrder) bool { return w.cfg.Shadowed(docs[po.Order].Channel, po.Supplier) }
	is := shadow(all[0])
	return slices.DeleteFunc(slices.Clone(all), func(po order.PurchaseOrder) bool { return shadow(po) != is })
}

// writable leaves out the purchase orders that cannot be written, and says why: one must not stop all others of its supplier. Intake looked
// at each before, so the supplier's settings were changed since.
func (f *Flow) writable(w *world, s config.Supplier, docs map[order.OrderID]order.Order, all []order.PurchaseOrder) (pos []order.PurchaseOrder, bad []string) {
	for _, po := range all {
		if _, err := f.renderOrders(w, s, docs, []order.PurchaseOrder{po}, nil); err != nil {
			bad = append(bad, fmt.Sprintf("purchase order %s: %v", po.Number, err))
			continue
		}
		pos = append(pos, po)
	}
	return pos, bad
}

// unwritable puts what was left out of a batch before a person, in place of what was left out of the last one.
func (f *Flow) unwritable(tx *store.Tx, s config.Supplier, bad []string) error {
	key := "unwritable:" + s.Slug
	known, err := tx.Exceptions(store.ExceptionFilter{Kind: string(SendStuck), Key: key, Open: true})
	if err != nil {
		return err
	}
	for _, x := range known {
		if err := tx.SettleException(x.ID, "tried_again", "rule", f.now()); err != nil {
			return err
		}
	}
	if len(bad) == 0 {
		return nil
	}
	_, _, err = f.open(tx, Exception{Kind: SendStuck, Key: key, Supplier: s.Slug, Detail: Detail{About: fmt.Sprintf("What cannot be written for %s", s.Name),
		Reasons: first(bad, 50), Help: "Mend the supplier's settings (send.file.encoding, templates); the next batch takes them. Or cancel the orders."}})
	return err
}

var errBatchChanged = errors.New("a purchase order changed while the batch was rendered")

// waiting lists a supplier's purchase orders that nobody was told of yet, with their orders.
func (f *Flow) waiting(ctx context.Context, supplier string, until time.Time) (pos []order.PurchaseOrder, docs map[order.OrderID]order.Order, err error) {
	docs = map[order.OrderID]order.Order{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.PendingPOs(supplier, batchMost)
		if err != nil {
			return err
		}
		for _, po := range rows {
			if po.PlacedAt.After(until) {
				continue
			}
			row, err := tx.Order(po.Order)
			if err != nil {
				return err
			}
			docs[po.Order] = row.Doc
			pos = append(pos, po)
		}
		return nil
	})
	return pos, docs, err
}

// wasTold tells whether a message with the purchase order was made for its supplier.
func wasTold(tx *store.Tx, id order.POID) (bool, error) {
	dispatches, err := tx.DispatchesOfPO(id)
	return slices.ContainsFunc(dispatches, func(d store.DispatchRow) bool { return d.Purpose == order.PurposeOrder }), err
}

// exportKey remembers what was exported for a supplier, until a person confirms the upload.
const exportKey = "export:"

// exportMost is how many exports that nobody confirms are remembered.
const exportMost = 20

// export is a file that a person was given.
type export struct {
	Name    string   `json:"name"`
	Numbers []string `json:"numbers"` // of its purchase orders
}

func exports(tx *store.Tx, supplier string) (all []export, err error) {
	raw, known, err := tx.Setting(exportKey + supplier)
	if err != nil || !known {
		return nil, err
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("read what was exported for %s: %w", supplier, err)
	}
	return all, nil
}

// Export gives the waiting purchase orders of a supplier as a file for a portal's upload, and the numbers of what it holds. They go on waiting until
// Exported confirms this file.
func (f *Flow) Export(ctx context.Context, supplier string) (name string, file []byte, numbers []string, err error) {
	w := f.world.Load()
	s, ok := w.cfg.Suppliers[supplier]
	if !ok {
		return "", nil, nil, unknownSupplier(supplier, w.cfg.Suppliers)
	}
	pos, docs, err := f.waiting(ctx, supplier, f.now())
	if err != nil || len(pos) == 0 {
		return "", nil, nil, err
	}
	if name, file, err = f.renderFile(w, s, docs, pos, nil); err != nil {
		return "", nil, nil, err
	}
	for _, po := range pos {
		numbers = append(numbers, po.Number)
	}
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		all, err := exports(tx, supplier)
		if err != nil {
			return err
		}
		// A file that was written again is the same one.
		all = slices.DeleteFunc(all, func(e export) bool { return e.Name == name || slices.Equal(e.Numbers, numbers) })
		all = append(all, export{name, numbers})
		raw, err := json.Marshal(all[max(0, len(all)-exportMost):])
		if err != nil {
			return err
		}
		return tx.SetSetting(exportKey+supplier, raw)
	})
	return name, file, numbers, err
}

// Exported notes that a person uploaded an exported file to the supplier's portal. It returns the purchase orders of the file. Without a name it is the
// only one that was not confirmed; where there are several with other contents, the person has to say which, or what is in none of the uploaded
// files would count as told.
func (f *Flow) Exported(ctx context.Context, supplier, file, by string) (numbers []string, err error) {
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		all, err := exports(tx, supplier)
		if err != nil {
			return err
		}
		chosen, err := whichExport(all, supplier, file)
		if err != nil {
			return err
		}
		numbers = chosen.Numbers
		raw, err := json.Marshal(numbers)
		if err != nil {
			return err
		}
		ids, err := uploaded(tx, numbers)
		if err != nil {
			return err
		}
		row, err := tx.AddDispatch(store.DispatchRow{Purpose: order.PurposeOrder, Lane: "export:" + supplier, Target: supplier, POs: ids, QueuedAt: f.now(),
			Message: store.OutMessage{Key: f.now().UTC().Format(time.RFC3339Nano), To: []string{"portal"}, Body: raw}})
		if err != nil {
			return err
		}
		if _, err = tx.Record(order.Event{Kind: order.Arrived, At: f.now(), Dispatch: row.ID, By: by}); err != nil {
			return err
		}
		return tx.SetSetting(exportKey+supplier, nil)
	})
	return numbers, err
}

func whichExport(all []export, supplier, file string) (export, error) {
	var names []string
	for _, e := range all {
		if e.Name == file {
			return e, nil
		}
		names = append(names, fmt.Sprintf("%s (%d purchase orders)", e.Name, len(e.Numbers)))
	}
	switch {
	case len(all) == 0:
		return export{}, fmt.Errorf("nothing was exported for %s that is not confirmed already; run `waybill dispatch export %s` first: %w", supplier, supplier, ErrAction)
	case file != "":
		return export{}, fmt.Errorf("%s is no file that waits for its confirmation; there are %s: %w", file, strings.Join(names, ", "), ErrAction)
	case len(all) > 1:
		return export{}, fmt.Errorf("several exports are not confirmed: %s; say which was uploaded, with --file NAME: %w", strings.Join(names, ", "), ErrAction)
	}
	return all[0], nil
}

// uploaded finds the purchase orders of an export; one that was sent in another way meanwhile is told.
func uploaded(tx *store.Tx, numbers []string) (ids []order.POID, err error) {
	for _, number := range numbers {
		po, err := tx.POByNumber(number)
		if err != nil {
			return nil, err
		}
		told, err := wasTold(tx, po.ID)
		if err != nil {
			return nil, err
		}
		if told {
			return nil, fmt.Errorf("purchase order %s was sent already: %w", number, ErrAction)
		}
		ids = append(ids, po.ID)
	}
	return ids, nil
}
