package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
	"waybill/transports"
)

// EraseRequest says whose personal data is to go: an order's (Order, and Channel where several have that number), a customer's by address (Customer), or
// everybody's of a name and a postcode.
type EraseRequest struct {
	Order    string `json:"order,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Customer string `json:"customer,omitempty"`
	Name     string `json:"name,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	DryRun   bool   `json:"dry_run,omitempty"`
	By       string `json:"-"`
}

// Erased is what an erasure has done, or would do.
type Erased struct {
	DryRun bool          `json:"dry_run,omitempty"`
	Orders []ErasedOrder `json:"orders"`
	// Items came in, Messages went out; Exceptions, Findings and Rules are what was made of them. All are counted with those of the orders.
	Items      int `json:"items"`
	Messages   int `json:"messages"`
	Exceptions int `json:"exceptions"`
	Findings   int `json:"findings"`
	Rules      int `json:"rules"`
	// Bodies is how many raw bytes (mails, files, messages) are forgotten.
	Bodies int `json:"bodies"`
	// Files of this machine that are removed: copies of what was received or written.
	Files []string `json:"files,omitempty"`
	// Waits says what stays for now, and why; it goes by itself when that is over.
	Waits []string `json:"waits,omitempty"`
	// Elsewhere is what waybill cannot reach.
	Elsewhere []string `json:"elsewhere,omitempty"`
}

// ErasedOrder is an order in question.
type ErasedOrder struct {
	ID      order.OrderID `json:"id"`
	Number  string        `json:"number"`
	Channel string        `json:"channel"`
	Erased  bool          `json:"erased"`          // or would be
	Waits   string        `json:"waits,omitempty"` // why not yet
}

// Erase removes personal data from the books and from this machine's files. What is under way stays, and goes by itself when it is over. It is durable, and
// nothing of it is left in the database's files, when Erase returns.
func (f *Flow) Erase(ctx context.Context, r EraseRequest) (done Erased, err error) {
	if err := r.check(); err != nil {
		return done, err
	}
	var e *eraser
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		e, err = f.plan(tx, r)
		return err
	})
	if err != nil || r.DryRun {
		if e != nil {
			done = e.told(r)
		}
		return done, err
	}
	files, err := f.removeCopies(e.shas)
	if err != nil {
		return done, fmt.Errorf("remove what lies in folders: %w; nothing was erased in the books, try again", err)
	}
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		if e, err = f.plan(tx, r); err != nil { // by what is true now
			return err
		}
		return e.do(tx, order.Event{At: f.now(), By: r.By, Reason: "request"})
	})
	if err != nil {
		return done, err
	}
	done = e.told(r)
	done.Files = files
	f.log.Info("personal data was erased", "orders", len(e.orders), "items", done.Items, "messages", done.Messages, "by", r.By)
	if err := f.keepErasures(ctx); err != nil {
		return done, fmt.Errorf("it is erased, but the list that a restore goes by could not be written: %w", err)
	}
	if err := f.caughtUp(ctx); err != nil {
		return done, err
	}
	return done, f.store.Compact(ctx)
}

func (r EraseRequest) check() error {
	ways := 0
	for _, way := range []bool{r.Order != "", r.Customer != "", r.Name != "" || r.Postcode != ""} {
		if way {
			ways++
		}
	}
	switch {
	case ways != 1:
		return fmt.Errorf("say whose data is to be erased in one way: an order, a customer's email address, or a name with a postcode: %w", ErrAction)
	case r.Customer != "" && !strings.Contains(r.Customer, "@"):
		return fmt.Errorf("%q is no email address: %w", r.Customer, ErrAction)
	case (r.Name == "") != (r.Postcode == ""):
		return fmt.Errorf("a name counts with a postcode only; other people may be called the same: %w", ErrAction)
	}
	return nil
}

// eraser is what is found before it goes.
type eraser struct {
	f       *Flow
	all     []ErasedOrder
	orders  map[order.OrderID]store.OrderRow // that go
	pos     map[order.POID]bool              // theirs
	waiting map[order.OrderID]bool
	items   map[order.ItemID]bool
	later   map[order.ItemID]bool // needed on the desk
	sent    map[order.DispatchID]bool
	shas    map[string]bool
	// rows are findings, exceptions and rules, by where they stand.
	rows  map[store.Row]bool
	waits []string
	marks []string
	since time.Time // when the first of the orders came
}

func (f *Flow) newEraser() *eraser {
	return &eraser{f: f, orders: map[order.OrderID]store.OrderRow{}, pos: map[order.POID]bool{}, waiting: map[order.OrderID]bool{}, items: map[order.ItemID]bool{},
		later: map[order.ItemID]bool{}, sent: map[order.DispatchID]bool{}, shas: map[string]bool{}, rows: map[store.Row]bool{}, since: f.now()}
}

// plan finds everything that a request is about.
func (f *Flow) plan(tx *store.Tx, r EraseRequest) (*eraser, error) {
	e := f.newEraser()
	rows, err := f.ordersOf(tx, r)
	if err != nil {
		return e, err
	}
	if len(rows) == 0 && r.Order != "" {
		return e, fmt.Errorf("order %s: %w", r.Order, store.ErrNotFound)
	}
	if !r.DryRun {
		if err := e.mark(tx, r, rows); err != nil {
			return e, err
		}
	}
	var n needles
	n.add(r.Customer)
	if r.Name != "" {
		n.together(r.Name, r.Postcode)
	}
	return e, e.find(tx, rows, n)
}

// mark notes who is meant, for after a restore.
func (e *eraser) mark(tx *store.Tx, r EraseRequest, rows []store.OrderRow) error {
	add := func(of store.MarkOf, parts ...string) error {
		m, err := tx.MarkFor(of, parts...)
		e.marks = append(e.marks, m)
		return err
	}
	if r.Customer != "" {
		if err := add(store.MarkEmail, folded(r.Customer)); err != nil {
			return err
		}
	}
	if r.Name != "" {
		if err := add(store.MarkName, folded(r.Name), compact(r.Postcode)); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if row.Erased {
			continue
		}
		if err := add(store.MarkOrder, row.Doc.Channel, row.Doc.ID); err != nil {
			return err
		}
	}
	return nil
}

// compact is a postcode as it is compared.
func compact(postcode string) string {
	return strings.ReplaceAll(strings.ReplaceAll(folded(postcode), " ", ""), "-", "")
}

// ordersOf finds the orders of a request; it reads all of them unless one is named.
func (f *Flow) ordersOf(tx *store.Tx, r EraseRequest) (found []store.OrderRow, err error) {
	if r.Order != "" {
		rows, err := tx.OrdersByNumber(r.Order)
		if po, failed := tx.POByNumber(r.Order); len(rows) == 0 && failed == nil {
			row, err := tx.Order(po.Order)
			return []store.OrderRow{row}, err
		}
		rows = slices.DeleteFunc(rows, func(row store.OrderRow) bool { return r.Channel != "" && row.Doc.Channel != r.Channel })
		if len(rows) > 1 {
			return nil, fmt.Errorf("order %s exists on several channels; add --channel: %w", r.Order, ErrAction)
		}
		return rows, err
	}
	customer, name, postcode := folded(r.Customer), folded(r.Name), compact(r.Postcode)
	err = eachOrder(tx, f.now(), func(row store.OrderRow) error {
		d := row.Doc
		meant := customer != "" && folded(d.Customer.Email) == customer
		for _, a := range []order.Address{d.ShipTo, d.Billing} {
			meant = meant || name != "" && compact(a.Postcode) == postcode && (folded(a.Name) == name || folded(d.Customer.Name) == name)
		}
		if meant {
			found = append(found, row)
		}
		return nil
	})
	return found, err
}

// eachOrder gives all orders that are not erased.
func eachOrder(tx *store.Tx, now time.Time, f func(store.OrderRow) error) error {
	const page = 500
	for after := order.OrderID(0); ; {
		rows, err := tx.OrdersBefore(now.AddDate(1, 0, 0), after, page)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := f(row); err != nil {
				return err
			}
			after = row.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}

// do erases what was found, in one transaction.
func (e *eraser) do(tx *store.Tx, by order.Event) error {
	for _, id := range sortedKeys(e.orders) {
		by.Order = id
		if err := tx.EraseOrder(by); err != nil {
			return err
		}
	}
	by.Order = 0
	if err := e.forgetNames(tx); err != nil {
		return err
	}
	for _, id := range sortedKeys(e.items) {
		if err := tx.EraseItem(id); err != nil {
			return err
		}
	}
	for _, id := range sortedKeys(e.sent) {
		if err := tx.EraseDispatch(id); err != nil {
			return err
		}
	}
	for row := range e.rows {
		var err error
		switch row.Table {
		case "findings":
			err = tx.EraseFinding(order.ItemID(row.ID), row.N)
		case "exceptions":
			err = tx.EraseException(order.ExceptionID(row.ID))
		case "rules":
			err = tx.EraseRule(store.RuleID(row.ID))
		}
		if err != nil {
			return err
		}
	}
	for _, sha := range sortedKeys(e.shas) {
		if _, err := tx.ForgetEvidence(sha); err != nil {
			return err
		}
	}
	for _, m := range e.marks {
		if err := tx.AddErasure(m, by.At); err != nil {
			return err
		}
	}
	if len(e.orders) == 0 {
		if err := tx.RecordErasure(by); err != nil {
			return err
		}
	}
	return e.keepWaiting(tx)
}

// forgetNames takes the names of files that go out of what the watchers of folders remember.
func (e *eraser) forgetNames(tx *store.Tx) error {
	names := map[string]bool{}
	for id := range e.items {
		row, err := tx.Item(id)
		if err != nil {
			return err
		}
		names[row.Name] = row.Name != ""
	}
	cursors, err := tx.Settings(cursorKey)
	for name, raw := range cursors {
		fresh, failed := transports.ForgetMoved(raw, func(name string) bool { return names[name] })
		if failed == nil && fresh != nil {
			failed = tx.SetSetting(name, fresh)
		}
		if err = cmp.Or(err, failed); err != nil {
			return err
		}
	}
	return err
}

// cursorKey, with a source behind it, is the setting with how far a watcher is.
const cursorKey = "cursor:"

// sortedKeys gives the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// waitingKey is the setting with what is to be erased when it is over.
const waitingKey = "erase.waiting"

// waitingSetting is what it holds.
type waitingSetting struct {
	Orders []order.OrderID `json:"orders,omitempty"`
	Items  []order.ItemID  `json:"items,omitempty"`
}

// keepWaiting remembers what stays for now, beside what was remembered before.
func (e *eraser) keepWaiting(tx *store.Tx) error {
	w, err := waitingOf(tx)
	if err != nil {
		return err
	}
	w.Orders = slices.DeleteFunc(append(w.Orders, sortedKeys(e.waiting)...), func(id order.OrderID) bool { _, gone := e.orders[id]; return gone })
	w.Items = slices.DeleteFunc(append(w.Items, sortedKeys(e.later)...), func(id order.ItemID) bool { return e.items[id] })
	slices.Sort(w.Orders)
	slices.Sort(w.Items)
	w.Orders, w.Items = slices.Compact(w.Orders), slices.Compact(w.Items)
	if len(w.Orders)+len(w.Items) == 0 {
		return tx.SetSetting(waitingKey, nil)
	}
	raw, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return tx.SetSetting(waitingKey, raw)
}

func waitingOf(tx *store.Tx) (w waitingSetting, err error) {
	raw, known, err := tx.Setting(waitingKey)
	if err == nil && known {
		err = json.Unmarshal(raw, &w)
	}
	return w, err
}

// told says what was found, or done.
func (e *eraser) told(r EraseRequest) Erased {
	done := Erased{DryRun: r.DryRun, Orders: e.all, Items: len(e.items), Messages: len(e.sent), Bodies: len(e.shas), Waits: e.waits}
	for row := range e.rows {
		switch row.Table {
		case "findings":
			done.Findings++
		case "exceptions":
			done.Exceptions++
		case "rules":
			done.Rules++
		}
	}
	slices.SortFunc(done.Orders, func(a, b ErasedOrder) int { return cmp.Compare(a.ID, b.ID) })
	if done.Orders == nil {
		done.Orders = []ErasedOrder{}
	}
	if r.DryRun {
		done.Files, _ = e.f.copies(e.shas)
	}
	done.Elsewhere = e.f.outOfReach()
	return done
}
