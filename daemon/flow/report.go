package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

// ShadowReport is what shadow mode has kept back: what would have gone to whom.
type ShadowReport struct {
	Mode   string        `json:"mode"` // of the whole shop
	Since  time.Time     `json:"since,omitzero"`
	Orders int           `json:"orders"` // whose purchase orders are among them
	Held   []ShadowOrder `json:"held"`   // orders that a gate, or routing, stops for a person
	// Suppliers are orders to suppliers, by supplier; Channels news to channels, Customers their shipping mails, Others further mails to suppliers.
	Suppliers []ShadowSupplier `json:"suppliers"`
	Channels  []ShadowMessage  `json:"channels"`
	Customers []ShadowMessage  `json:"customers"`
	Others    []ShadowMessage  `json:"others"`
	// Undecided are purchase orders that are live by now and wait for `waybill shadow finish`.
	Undecided []string `json:"undecided"`
}

// ShadowOrder is an order that is held.
type ShadowOrder struct {
	Order   string   `json:"order"`
	Channel string   `json:"channel"`
	Reasons []string `json:"reasons"`
}

// ShadowSupplier is what a supplier would have got.
type ShadowSupplier struct {
	Supplier       string          `json:"supplier"`
	Name           string          `json:"name"`
	PurchaseOrders int             `json:"purchase_orders"`
	Messages       []ShadowMessage `json:"messages"`
}

// ShadowMessage is a message that nobody got. `waybill shadow show ID` gives its bytes.
type ShadowMessage struct {
	ID             order.DispatchID `json:"id"`
	At             time.Time        `json:"at"`
	Target         string           `json:"target"`
	By             string           `json:"by"`
	To             []string         `json:"to"`
	Name           string           `json:"name"` // Message-ID, file name or webhook-id
	PurchaseOrders []string         `json:"purchase_orders"`
	SHA256         string           `json:"sha256"`
}

// Shadow tells what shadow mode has kept back since a moment.
func (f *Flow) Shadow(ctx context.Context, since time.Time) (r ShadowReport, err error) {
	w := f.world.Load()
	r = ShadowReport{Mode: w.cfg.Mode, Since: since, Held: []ShadowOrder{}, Suppliers: []ShadowSupplier{}, Channels: []ShadowMessage{},
		Customers: []ShadowMessage{}, Others: []ShadowMessage{}, Undecided: []string{}}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		rows, err := tx.Dispatches(store.DispatchFilter{State: order.DispatchShadow})
		if err != nil {
			return err
		}
		orders, suppliers := map[order.OrderID]bool{}, map[string]int{}
		for _, row := range rows {
			if row.QueuedAt.Before(since) {
				continue
			}
			m := ShadowMessage{ID: row.ID, At: row.QueuedAt, Target: row.Target, By: row.Lane, To: row.Message.To, Name: row.Message.Key, SHA256: row.Message.SHA256}
			if m.PurchaseOrders, err = poNumbers(tx, row.POs); err != nil {
				return err
			}
			switch row.Purpose {
			case order.PurposeOrder:
				for _, id := range row.POs {
					po, err := tx.PO(id)
					if err != nil {
						return err
					}
					orders[po.Order] = true
				}
				i, known := suppliers[row.Target]
				if !known {
					i = len(r.Suppliers)
					suppliers[row.Target] = i
					r.Suppliers = append(r.Suppliers, ShadowSupplier{Supplier: row.Target, Name: f.supplierName(row.Target)})
				}
				s := &r.Suppliers[i]
				s.PurchaseOrders, s.Messages = s.PurchaseOrders+len(row.POs), append(s.Messages, m)
			case order.PurposeTracking:
				r.Channels = append(r.Channels, m)
			case order.PurposeCustomer:
				r.Customers = append(r.Customers, m)
			default:
				r.Others = append(r.Others, m)
			}
		}
		r.Orders = len(orders)
		if r.Held, err = heldOrders(tx, since); err != nil {
			return err
		}
		left, err := f.shadowLeft(tx, w)
		if err != nil {
			return err
		}
		undecided, err := poNumbers(tx, left.pos())
		r.Undecided = append(r.Undecided, undecided...)
		return err
	})
	return r, err
}

// heldOrders are the orders that are held, each with why.
func heldOrders(tx *store.Tx, since time.Time) ([]ShadowOrder, error) {
	held := []ShadowOrder{}
	rows, err := tx.Orders(store.OrderFilter{State: order.IntakeHeld})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.ReceivedAt.Before(since) {
			continue
		}
		o := ShadowOrder{Order: row.Doc.Number, Channel: row.Doc.Channel}
		open, err := tx.Exceptions(store.ExceptionFilter{Order: row.ID, Open: true})
		if err != nil {
			return nil, err
		}
		for _, x := range open {
			var d Detail
			if err := json.Unmarshal(x.Detail, &d); err != nil {
				return nil, fmt.Errorf("read the evidence of exception %d: %w", x.ID, err)
			}
			o.Reasons = append(o.Reasons, d.Reasons...)
		}
		held = append(held, o)
	}
	return held, nil
}

// ShadowMessage gives a message that shadow mode has kept back, with its bytes.
func (f *Flow) ShadowMessage(ctx context.Context, id order.DispatchID) (row store.DispatchRow, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		if row, err = tx.Dispatch(id); err == nil && row.State != order.DispatchShadow {
			err = fmt.Errorf("message %d is %s, and not one that shadow mode has kept back: %w", id, row.State, ErrAction)
		}
		return err
	})
	return row, err
}

// Summary says in words what a report holds.
func (r ShadowReport) Summary() string {
	pos, messages := 0, 0
	for _, s := range r.Suppliers {
		pos, messages = pos+s.PurchaseOrders, messages+len(s.Messages)
	}
	parts := []string{fmt.Sprintf("%d orders", r.Orders), fmt.Sprintf("%d purchase orders in %d messages to %d suppliers", pos, messages, len(r.Suppliers)),
		fmt.Sprintf("%d messages to channels", len(r.Channels)), fmt.Sprintf("%d mails to customers", len(r.Customers)), fmt.Sprintf("%d orders held for you", len(r.Held))}
	return strings.Join(parts, ", ")
}
