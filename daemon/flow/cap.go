package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/order"
	"waybill/daemon/store"
)

// caps are the circuit breakers: more than so many purchase orders within an hour stop sending until a person lets it go on. A supplier has one, and
// all suppliers and customers together have one. What an open exception stops is stopped; the counts are made from the outbox after a restart.
type caps struct {
	mu   sync.Mutex
	left map[string][]departure // by target, and under everything
	stop map[string]bool        // by target, and under everything
	pass map[string]bool        // where a person let it go on: the next message leaves even if it alone is over the limit, as a large batch is
}

// departure is what left at a time.
type departure struct {
	at     time.Time
	orders int
	id     order.DispatchID
	passed bool // it has used up what a person allowed
}

// capSpan is what is counted.
const capSpan = time.Hour

const (
	// reasonCap is why a message waits that would be one too many.
	reasonCap = "cap"
	// capKey, with the target behind it, is the Key of what is told of a cap.
	capKey = "cap:"
)

// counted tells whether a message counts: the channel may hear as much as it likes, and the owner has to.
func counted(row store.DispatchRow) bool {
	return row.Purpose == order.PurposeOrder || row.Purpose == order.PurposeSupplier || row.Purpose == order.PurposeCustomer
}

// stopped tells whether a cap stops sending to the target.
func (c *caps) stopped(target string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return target != operatorTarget && (c.stop[target] || c.stop[everything])
}

// take counts a message that is about to leave; false when it would be one too many: then everything like it stops.
func (c *caps) take(cfg *config.Config, row store.DispatchRow, now time.Time) bool {
	if !counted(row) {
		return true
	}
	orders := max(1, len(row.POs))
	most := map[string]int{everything: cfg.Sending.Total}
	if row.Purpose != order.PurposeCustomer {
		most[row.Target] = capOf(cfg, row.Target)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stop == nil {
		c.stop, c.left = map[string]bool{}, map[string][]departure{}
	}
	for target, limit := range most {
		if c.stop[target] {
			return false
		}
		if n := c.count(target, now); limit > 0 && n+orders > limit && (n > 0 || !c.pass[target]) {
			c.stop[target] = true
			return false
		}
	}
	for target := range most {
		c.left[target] = append(c.left[target], departure{now, orders, row.ID, c.pass[target]})
		delete(c.pass, target)
	}
	return true
}

func capOf(cfg *config.Config, supplier string) int {
	if most := cfg.Suppliers[supplier].Send.Cap; most != nil {
		return *most
	}
	return cfg.Sending.PerSupplier
}

func (c *caps) count(target string, now time.Time) (n int) {
	c.left[target] = slices.DeleteFunc(c.left[target], func(d departure) bool { return now.Sub(d.at) >= capSpan })
	for _, d := range c.left[target] {
		n += d.orders
	}
	return n
}

// giveBack takes a message out of the count that did not arrive after all.
func (c *caps) giveBack(row store.DispatchRow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for target := range c.left {
		c.left[target] = slices.DeleteFunc(c.left[target], func(d departure) bool {
			if d.id == row.ID && d.passed {
				c.pass[target] = true
			}
			return d.id == row.ID
		})
	}
}

// goOn begins to count anew.
func (c *caps) goOn(target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pass == nil {
		c.pass = map[string]bool{}
	}
	c.pass[target] = true
	delete(c.stop, target)
	delete(c.left, target)
}

// capReached puts before a person that sending has stopped: one question, however much waits. The message may be over a supplier's cap or over the one of all.
func (f *Flow) capReached(tx *store.Tx, row store.DispatchRow) error {
	cfg := f.world.Load().cfg
	target, about, most, setting := row.Target, f.supplierName(row.Target), capOf(cfg, row.Target), "send.cap in suppliers/"+row.Target+".yaml"
	if f.caps.whole() {
		target, about, most, setting = everything, "everybody", cfg.Sending.Total, "sending.total"
	}
	known, err := tx.Exceptions(store.ExceptionFilter{Kind: string(SendCap), Key: capKey + target, Open: true})
	if err != nil || len(known) > 0 {
		return err
	}
	x := Exception{Kind: SendCap, Key: capKey + target, Detail: Detail{About: about, Reasons: []string{fmt.Sprintf("the limit is %d purchase orders within an hour (%s)", most, setting)},
		Help: "`waybill dispatch list` shows what waits. release lets it go; if that many are usual, raise the limit. withdraw gives all up that waits."}}
	if target != everything {
		x.Supplier = target
	}
	_, _, err = f.open(tx, x)
	return err
}

func (c *caps) whole() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stop[everything]
}

// loadCaps learns what is stopped from the open exceptions, which may be another node's or another run's, and, at the start of a process, what has left
// within the hour: a daemon that crashes and starts again has no new hour.
func (f *Flow) loadCaps(ctx context.Context, first bool) error {
	stop, left := map[string]bool{}, map[string][]departure{}
	err := f.store.View(ctx, func(tx *store.Tx) error {
		open, err := tx.Exceptions(store.ExceptionFilter{Kind: string(SendCap), Open: true})
		for _, x := range open {
			stop[cmp.Or(x.Supplier, everything)] = true
		}
		if err != nil || !first {
			return err
		}
		rows, err := tx.SentSince(f.now().Add(-capSpan))
		for _, row := range rows {
			if !counted(row) {
				continue
			}
			d := departure{at: row.SettledAt, orders: max(1, len(row.POs)), id: row.ID}
			left[everything] = append(left[everything], d)
			if row.Purpose != order.PurposeCustomer {
				left[row.Target] = append(left[row.Target], d)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	f.caps.mu.Lock()
	defer f.caps.mu.Unlock()
	f.caps.stop = stop
	if first || f.caps.left == nil {
		f.caps.left = left
	}
	return nil
}

// withdrawCapped gives up what waits behind a cap.
func (f *Flow) withdrawCapped(tx *store.Tx, supplier, by string) (string, error) {
	rows, err := tx.Dispatches(store.DispatchFilter{Target: supplier, State: order.DispatchQueued})
	if err != nil {
		return "", err
	}
	n := 0
	for _, row := range rows {
		if !counted(row) {
			continue
		}
		if _, err := tx.Record(order.Event{Kind: order.Withdrawn, At: f.now(), Dispatch: row.ID, By: by}); err != nil {
			return "", err
		}
		n++
	}
	return fmt.Sprintf("Given up: %d message(s) are not sent; the orders stay open. waybill dispatch resend PO sends one after all.", n), nil
}
