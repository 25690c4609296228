package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
	"waybill/daemon/match"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// OrderView is an order with everything that happened to it, for `waybill orders show` and the desk.
type OrderView struct {
	ID             order.OrderID     `json:"id"`
	State          order.IntakeState `json:"state"`
	ReceivedAt     time.Time         `json:"received_at"`
	AlreadySent    bool              `json:"already_sent,omitempty"`
	Order          order.Order       `json:"order"`
	PurchaseOrders []POView          `json:"purchase_orders"`
	Timeline       []Moment          `json:"timeline"`
	Exceptions     []ExceptionView   `json:"exceptions,omitempty"`
}

// POView is a purchase order with its parcels.
type POView struct {
	Number   string            `json:"number"`
	Supplier string            `json:"supplier"`
	State    order.POState     `json:"state"`
	Lines    []order.POLine    `json:"lines"`
	Expected string            `json:"expected,omitempty"`
	Tracking []channel.Package `json:"tracking,omitempty"`
	Dispatch string            `json:"dispatch,omitempty"` // state of the latest dispatch
	LeavesAt time.Time         `json:"leaves_at,omitzero"` // while it is queued: not before
	Cancel   string            `json:"cancel,omitempty"`   // the order is cancelled and this part is not yet: "asked" the supplier not to ship, or "not_asked"
	PlacedAt time.Time         `json:"placed_at"`
}

// Moment is one line of a timeline: what happened, in words, with its evidence.
type Moment struct {
	At            time.Time       `json:"at"`
	Event         order.EventKind `json:"event"`
	PurchaseOrder string          `json:"purchase_order,omitempty"`
	Text          string          `json:"text"`
	Item          order.ItemID    `json:"item,omitempty"`
	Strength      order.Strength  `json:"strength,omitempty"` // how well it was known who brought the news
	Evidence      []string        `json:"evidence,omitempty"`
}

// ExceptionView is an exception as a person sees it.
type ExceptionView struct {
	ID            order.ExceptionID `json:"id"`
	Kind          string            `json:"kind"`
	Text          string            `json:"text"`
	Count         int               `json:"count"`
	Order         string            `json:"order,omitempty"`
	PurchaseOrder string            `json:"purchase_order,omitempty"`
	Supplier      string            `json:"supplier,omitempty"`
	Channel       string            `json:"channel,omitempty"`
	OpenedAt      time.Time         `json:"opened_at"`
	Deadline      time.Time         `json:"deadline,omitzero"`
	SettledAt     time.Time         `json:"settled_at,omitzero"`
	Action        string            `json:"action,omitempty"`
	Actions       []Action          `json:"actions"`
	Reasons       []string          `json:"reasons,omitempty"`
	Answer        string            `json:"answer,omitempty"`
	Help          string            `json:"help,omitempty"`
	From          string            `json:"from,omitempty"`
	Subject       string            `json:"subject,omitempty"`
	Item          order.ItemID      `json:"item,omitempty"`
	Excerpt       string            `json:"excerpt,omitempty"` // the first lines of what they wrote; only of one exception, not in lists
	Finding       *match.Finding    `json:"finding,omitempty"`
	Candidates    []string          `json:"candidates,omitempty"` // purchase orders, best first
	Differs       []string          `json:"differs,omitempty"`
}

// FindOrder finds an order by its number, by the number of one of its purchase orders, or by #id.
func (f *Flow) FindOrder(ctx context.Context, ref, channel string) (store.OrderRow, error) {
	var found store.OrderRow
	err := f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.OrdersByNumber(ref)
		if err != nil {
			return err
		}
		if channel != "" {
			kept := rows[:0]
			for _, r := range rows {
				if r.Doc.Channel == channel {
					kept = append(kept, r)
				}
			}
			rows = kept
		}
		switch {
		case len(rows) == 1:
			found = rows[0]
			return nil
		case len(rows) > 1:
			return fmt.Errorf("order %s exists on several channels; add --channel: %w", ref, ErrAction)
		}
		if po, err := tx.POByNumber(ref); err == nil {
			found, err = tx.Order(po.Order)
			return err
		}
		if id, err := strconv.ParseInt(strings.TrimPrefix(ref, "#"), 10, 64); err == nil && strings.HasPrefix(ref, "#") {
			found, err = tx.Order(order.OrderID(id))
			return err
		}
		return fmt.Errorf("order %s: %w", ref, store.ErrNotFound)
	})
	return found, err
}

// ViewOrder gives an order with its timeline and evidence.
func (f *Flow) ViewOrder(ctx context.Context, id order.OrderID) (v OrderView, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		row, err := tx.Order(id)
		if err != nil {
			return err
		}
		v = OrderView{ID: row.ID, State: row.Intake.State, ReceivedAt: row.ReceivedAt, AlreadySent: row.AlreadySent, Order: row.Doc, PurchaseOrders: []POView{}}
		pos, err := tx.POsOfOrder(id)
		if err != nil {
			return err
		}
		t := teller{tx: tx, f: f, numbers: map[order.POID]string{}, packages: map[order.PackageID]store.PackageRow{}, told: map[string]bool{}}
		for _, po := range pos {
			t.numbers[po.ID] = po.Number
			pv, err := t.purchaseOrder(row, po)
			if err != nil {
				return err
			}
			v.PurchaseOrders = append(v.PurchaseOrders, pv)
		}
		events, err := tx.Timeline(id)
		if err != nil {
			return err
		}
		for _, e := range events {
			m, err := t.moment(e)
			if err != nil {
				return err
			}
			v.Timeline = append(v.Timeline, m)
		}
		rows, err := tx.Exceptions(store.ExceptionFilter{Order: id})
		if err != nil {
			return err
		}
		for _, x := range rows {
			xv, err := viewException(tx, x)
			if err != nil {
				return err
			}
			v.Exceptions = append(v.Exceptions, xv)
		}
		return nil
	})
	return v, err
}

func viewException(tx *store.Tx, row store.ExceptionRow) (ExceptionView, error) {
	v := ExceptionView{ID: row.ID, Kind: row.Kind, Text: Describe(row), Count: row.Count, Supplier: row.Supplier, Channel: row.Channel, OpenedAt: row.OpenedAt,
		Deadline: row.Deadline, SettledAt: row.SettledAt, Action: row.Action, Item: row.Item}
	var d Detail
	if len(row.Detail) > 0 {
		if err := json.Unmarshal(row.Detail, &d); err != nil {
			return v, fmt.Errorf("read the evidence of exception %d: %w", row.ID, err)
		}
	}
	v.Reasons, v.Answer, v.Help, v.From, v.Subject, v.Finding, v.Differs = d.Reasons, d.Answer, d.Help, d.From, d.Subject, d.Finding, d.Fields
	var intake order.IntakeState
	if row.Order != 0 {
		o, err := tx.Order(row.Order)
		if err != nil {
			return v, err
		}
		v.Order, intake = o.Doc.Number, o.Intake.State
	}
	v.Actions = offered(row, intake)
	if row.Dispatch != 0 && slices.Contains(v.Actions, ActResend) {
		if may, err := resendable(tx, row.Dispatch); err != nil {
			return v, err
		} else if !may {
			v.Actions = slices.DeleteFunc(v.Actions, func(a Action) bool { return a == ActResend })
		}
	}
	for i, id := range append([]order.POID{row.PO}, d.Candidates...) {
		if id == 0 {
			continue
		}
		po, err := tx.PO(id)
		if err != nil {
			return v, err
		}
		if i == 0 {
			v.PurchaseOrder = po.Number
		} else {
			v.Candidates = append(v.Candidates, po.Number)
		}
	}
	return v, nil
}

// Desk lists exceptions, open ones first by deadline.
func (f *Flow) Desk(ctx context.Context, filter store.ExceptionFilter) (views []ExceptionView, err error) {
	defer func() { err = saidWhy(err) }()
	views = []ExceptionView{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exceptions(filter)
		if err != nil {
			return err
		}
		for _, row := range rows {
			v, err := viewException(tx, row)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

// ViewException gives one exception with its evidence.
func (f *Flow) ViewException(ctx context.Context, id order.ExceptionID) (v ExceptionView, err error) {
	var row store.ExceptionRow
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.Exception(id); err != nil {
			return err
		}
		v, err = viewException(tx, row)
		return err
	})
	if err == nil {
		v.Excerpt, err = f.excerpt(ctx, row)
	}
	return v, err
}

// OrderRow is one line of a list of orders.
type OrderRow struct {
	ID             order.OrderID     `json:"id"`
	Number         string            `json:"number"`
	Channel        string            `json:"channel"`
	State          order.IntakeState `json:"state"`
	PlacedAt       time.Time         `json:"placed_at,omitzero"`
	ReceivedAt     time.Time         `json:"received_at"`
	PurchaseOrders []POView          `json:"purchase_orders"`
}

// ListOrders lists orders, newest first.
func (f *Flow) ListOrders(ctx context.Context, filter store.OrderFilter) (list []OrderRow, err error) {
	list = []OrderRow{}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Orders(filter)
		if err != nil {
			return err
		}
		t := teller{tx: tx, f: f, packages: map[order.PackageID]store.PackageRow{}}
		for _, row := range rows {
			r := OrderRow{ID: row.ID, Number: row.Doc.Number, Channel: row.Doc.Channel, State: row.Intake.State, PlacedAt: row.Doc.PlacedAt, ReceivedAt: row.ReceivedAt, PurchaseOrders: []POView{}}
			pos, err := tx.POsOfOrder(row.ID)
			if err != nil {
				return err
			}
			for _, po := range pos {
				v, err := t.purchaseOrder(row, po)
				if err != nil {
					return err
				}
				r.PurchaseOrders = append(r.PurchaseOrders, v)
			}
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// SupplierView is a supplier with what is under way.
type SupplierView struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	By      string `json:"by"`
	To      string `json:"to"`
	Open    int    `json:"open"`    // purchase orders that are not closed
	Waiting int    `json:"waiting"` // of these, not sent yet
	Paused  bool   `json:"paused"`
}

// Suppliers lists the configured suppliers.
func (f *Flow) Suppliers(ctx context.Context) (list []SupplierView, err error) {
	w := f.world.Load()
	list = []SupplierView{}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		for _, slug := range sorted(w.cfg.Suppliers) {
			s := w.cfg.Suppliers[slug]
			v := SupplierView{Slug: slug, Name: s.Name, By: cmp.Or(s.Send.By, "email"), To: s.Send.Path, Paused: f.paused(slug)}
			if v.By == "email" && len(s.Email) > 0 {
				v.To = s.Email[0]
			}
			open, err := tx.POsOfSupplier(slug, true, 0)
			if err != nil {
				return err
			}
			waiting, err := tx.PendingPOs(slug, 1_000_000)
			if err != nil {
				return err
			}
			v.Open, v.Waiting = len(open), len(waiting)
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

// RetentionView is how long personal data is kept, and how far that came.
type RetentionView struct {
	Raw      string `json:"raw_kept"`
	Personal string `json:"personal_kept"`
	Retained
}

// Status is what the daemon would say of itself.
type Status struct {
	// Mode is shadow when nothing goes out, live when everything does, and mixed. Start is start_at.
	Mode     string         `json:"mode"`
	Start    time.Time      `json:"start_at,omitzero"`
	Accounts []AccountState `json:"accounts"`
	Logins   []LoginState   `json:"logins,omitempty"`
	Paused   []string       `json:"paused"`
	Held     string         `json:"held,omitempty"` // why nothing is sent until `waybill recover`
	Indexed  int            `json:"indexed"`        // purchase orders in the index
	Counts   store.Counts   `json:"counts"`
	Nodes    []NodeView     `json:"nodes,omitempty"` // of several over one PostgreSQL
	// Retention is how long personal data is kept, and what was erased so far. Marks, when not empty, is why erased orders would not be known again.
	Retention RetentionView `json:"retention"`
	Marks     string        `json:"marks,omitempty"`
	// Trouble is why nothing is taken and nothing is sent, and what to do.
	Trouble string `json:"trouble,omitempty"`
}

// saidWhy puts what is wrong with the machine before an error of the books that cannot even be read.
func saidWhy(err error) error {
	if t := store.TroubleOf(err); err != nil && t.Kind != store.Unknown {
		return fmt.Errorf("nothing is taken and nothing is sent: %s. %s: %w", t.What, t.Do, err)
	}
	return err
}

// Status tells how everything is doing.
func (f *Flow) Status(ctx context.Context) (s Status, err error) {
	defer func() { err = saidWhy(err) }()
	if err := f.loadPauses(ctx); err != nil { // a command without a daemon has recovered nothing
		return s, err
	}
	cfg := f.world.Load().cfg
	s = Status{Mode: modeOf(cfg), Start: cfg.Start, Accounts: f.Accounts(), Logins: f.LoginStates(ctx), Paused: f.Paused(), Indexed: f.index.Len()}
	if s.Retention.Retained, err = f.Retained(ctx); err != nil {
		return s, err
	}
	s.Retention.Raw, s.Retention.Personal = cfg.Retention.Raw, cfg.Retention.Personal
	fault := f.store.Failed()
	if r := f.store.Refused(); fault == nil && r != nil {
		fault = r.Err
	}
	if fault != nil {
		t := store.TroubleOf(fault)
		s.Trouble = t.What + ". " + t.Do
	}
	err = f.store.View(ctx, func(tx *store.Tx) (err error) {
		if s.Counts, err = tx.Counts(); err != nil {
			return err
		}
		if s.Nodes, err = f.nodes(tx); err != nil {
			return err
		}
		if err := f.store.CheckMarks(tx); err != nil {
			s.Marks = err.Error()
		}
		h, held, err := tx.Hold()
		if held {
			s.Held = holdWords(h)
		}
		return err
	})
	return s, err
}

func modeOf(cfg *config.Config) string {
	switch {
	case cfg.AllShadow():
		return config.Shadow
	case cfg.AnyShadow():
		return "mixed"
	}
	return config.Live
}

// Ready tells why the daemon cannot take orders, or nil.
func (f *Flow) Ready() error { return f.store.Failed() }
