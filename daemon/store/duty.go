package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waybill/daemon/order"
)

// Duty is a piece of work that one node at a time does, and the epoch under which this node has it. The next that takes it has a greater one.
type Duty struct {
	Name  string
	Epoch int64
}

// DutyRow says who has a duty.
type DutyRow struct {
	Duty
	Node  string // "": nobody
	boot  string
	Until time.Time
}

type dutyKey struct{}

// OnDuty gives a context under which nothing is written unless this node still has the duty, by the database's clock and in the same transaction: a process
// that stood still while another took its work over can then claim nothing, mark nothing, keep nothing and move no cursor, wherever it stood. It is in the
// context and not an argument so that nothing that a loop calls can forget it.
func OnDuty(ctx context.Context, d Duty) context.Context {
	return context.WithValue(ctx, dutyKey{}, d)
}

// offDuty is for what is written on other grounds: a verdict belongs to whoever made the attempt, and has the row's epoch as its own fence.
func offDuty(ctx context.Context) context.Context { return context.WithValue(ctx, dutyKey{}, nil) }

// fenced gives f behind the duty that ctx carries, if any.
func fenced(ctx context.Context, f func(*Tx) error) func(*Tx) error {
	d, on := ctx.Value(dutyKey{}).(Duty)
	if !on {
		return f
	}
	return func(tx *Tx) error {
		if err := tx.onDuty(d); err != nil {
			return err
		}
		return f(tx)
	}
}

// onDuty asks whether this node has the duty. Nobody can take it before this transaction ends: one writer at a time has the journal's lock. So one answer
// is good for all that this transaction does.
func (tx *Tx) onDuty(d Duty) error {
	w := tx.store.writer
	if slices.Contains(w.confirmed, d) {
		return nil
	}
	err := tx.holds(d)
	if err == nil {
		w.confirmed = append(w.confirmed, d)
	}
	return err
}

func (tx *Tx) holds(d Duty) error {
	clock, args := tx.clock()
	var now, until int64
	err := tx.one(func(row scanner) error { return row.Scan(&until, &now) }, `SELECT until, `+clock+` FROM duties WHERE name = ? AND node = ? AND boot = ? AND epoch = ?`,
		append(args, d.Name, tx.store.node, tx.store.boot, d.Epoch)...)
	if isNotFound(err) || err == nil && now >= until {
		return fmt.Errorf("another node may have %s by now: %w", d.Name, order.ErrFenced)
	}
	return err
}

// clock is the database's time as an expression: PostgreSQL's own, of this moment, where leases go by it.
func (tx *Tx) clock() (expression string, args []any) {
	if tx.store.ownClock {
		return serverClock, nil
	}
	return `CAST(? AS bigint)`, []any{tx.store.now()}
}

// StillOnDuty tells whether this node has the duty that ctx carries: nil also where it carries none. For who writes nothing before it acts.
func (s *Store) StillOnDuty(ctx context.Context) error {
	d, on := ctx.Value(dutyKey{}).(Duty)
	if !on {
		return nil
	}
	return s.View(ctx, func(tx *Tx) error { return tx.holds(d) })
}

// Duties lists who has what, by name.
func (tx *Tx) Duties() ([]DutyRow, error) {
	return list(tx, func(row scanner) (d DutyRow, err error) {
		var until int64
		err = row.Scan(&d.Name, &d.Node, &d.boot, &d.Epoch, &until)
		d.Until = fromMicros(until)
		return d, err
	}, `SELECT name, node, boot, epoch, until FROM duties ORDER BY name`)
}

// Shift is what a node wants at a beat.
type Shift struct {
	Lease  time.Duration
	Wanted []string // what this node can do, in the same order on every node
	// Began is told of each duty that this node takes, in the transaction that takes it: what the one before it has left under way is put in order there.
	Began func(*Tx, Duty) error
}

// Roster is how it stands after a beat.
type Roster struct {
	Held []Duty
	// Spare are held ones of which another node could have its share.
	Spare []string
	Nodes []NodeRow
}

// Beat says that this node lives, renews its duties, and takes what is free of those it wants: its share of them among the nodes that live, and what nobody
// else has taken for a whole lease. ErrTwin when another process bears this node's name.
func (s *Store) Beat(ctx context.Context, self NodeRow, shift Shift) (r Roster, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		r = Roster{}
		now, err := tx.beat(self, shift.Lease)
		if err != nil {
			return err
		}
		if r.Nodes, err = tx.Nodes(); err != nil {
			return err
		}
		rows, err := tx.Duties()
		if err != nil {
			return err
		}
		return tx.roster(&r, rows, shift, now)
	})
	if err == nil {
		s.beaten.Store(true)
	}
	return r, err
}

// roster renews and takes duties.
func (tx *Tx) roster(r *Roster, rows []DutyRow, shift Shift, now time.Time) error {
	if err := tx.later(`UPDATE duties SET until = ? WHERE node = ? AND boot = ? AND until > ?`, now.Add(shift.Lease), tx.store.node, tx.store.boot, now); err != nil {
		return fmt.Errorf("renew the duties: %w", err)
	}
	alive := 0
	for _, n := range r.Nodes {
		if n.Alive(now) && n.Schema == tx.store.schema {
			alive++
		}
	}
	share := (len(shift.Wanted) + max(alive, 1) - 1) / max(alive, 1)
	known := map[string]DutyRow{}
	var free []DutyRow
	for _, d := range rows {
		known[d.Name] = d
	}
	for _, name := range shift.Wanted {
		d, is := known[name]
		switch {
		case !is:
			d = DutyRow{Duty: Duty{Name: name}, Until: now}
			if err := tx.later(`INSERT INTO duties (name, node, boot, epoch, until) VALUES (?, '', '', 0, ?)`, name, now); err != nil {
				return fmt.Errorf("note the duty %s: %w", name, err)
			}
			free = append(free, d)
		case !d.Until.After(now):
			free = append(free, d)
		case d.Node == tx.store.node && d.boot == tx.store.boot:
			r.Held = append(r.Held, d.Duty)
		}
	}
	for _, d := range free {
		if len(r.Held) >= share && d.Until.Add(shift.Lease).After(now) {
			continue // another node's, if it wants it
		}
		d.Epoch++
		if err := tx.later(`UPDATE duties SET node = ?, boot = ?, epoch = ?, until = ? WHERE name = ?`, tx.store.node, tx.store.boot, d.Epoch, now.Add(shift.Lease), d.Name); err != nil {
			return fmt.Errorf("take the duty %s: %w", d.Name, err)
		}
		if shift.Began != nil {
			if err := shift.Began(tx, d.Duty); err != nil {
				return err
			}
		}
		r.Held = append(r.Held, d.Duty)
	}
	if alive > 1 && len(r.Held) > share {
		for _, d := range r.Held[share:] {
			r.Spare = append(r.Spare, d.Name)
		}
	}
	return nil
}

// GiveBack lets another node have a duty at once. What this node does under it must have ended.
func (s *Store) GiveBack(ctx context.Context, d Duty) error {
	return s.Write(offDuty(ctx), func(tx *Tx) error {
		clock, args := tx.clock()
		n, err := tx.exec(`UPDATE duties SET node = '', boot = '', until = `+clock+` WHERE name = ? AND node = ? AND boot = ? AND epoch = ?`,
			append(args, d.Name, tx.store.node, tx.store.boot, d.Epoch)...)
		if err == nil && n > 0 {
			tx.Ring(BellDuties)
		}
		return err
	})
}

// ExpireLanes takes back what is under way in some lanes, however long its lease: whoever did it has lost the duty, and can neither mark nor send any more.
// The rest is as in ExpireWith.
func (tx *Tx) ExpireLanes(lanes []string, doubt func(*Tx, DispatchRow) error) (freed []DispatchRow, err error) {
	for _, lane := range lanes {
		rows, err := list(tx, scanDispatch, outboxTable.selects+` WHERE state IN ('sending', 'marked') AND lane = ? ORDER BY id`, lane)
		if err != nil {
			return nil, err
		}
		back, _, err := tx.takeBack(rows, tx.store.now(), doubt)
		if err != nil {
			return nil, err
		}
		freed = append(freed, back...)
	}
	return freed, nil
}
