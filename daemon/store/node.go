package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrTwin is returned when another process lives under this node's name: its state folder was copied.
var ErrTwin = errors.New("another machine runs under the name of this one")

// NodeRow is what a node says of itself.
type NodeRow struct {
	Name    string
	Machine string // tells machines apart
	Host    string // for people
	Version string
	Schema  int64
	Facts   map[string]string // what all nodes must agree on, by what it is called
	Started time.Time
	Seen    time.Time
	Until   time.Time // is taken for dead then; zero: it has left in order
	boot    string
}

// Alive tells whether the node was heard of in time.
func (n NodeRow) Alive(now time.Time) bool { return n.Until.After(now) }

// Left tells whether it has ended in order.
func (n NodeRow) Left() bool { return n.Until.IsZero() }

// Nodes lists all nodes that ever were, by name.
func (tx *Tx) Nodes() ([]NodeRow, error) {
	return list(tx, func(row scanner) (n NodeRow, err error) {
		var facts string
		var started, seen, until int64
		if err := row.Scan(&n.Name, &n.boot, &n.Machine, &n.Host, &n.Version, &n.Schema, &facts, &started, &seen, &until); err != nil {
			return n, err
		}
		n.Started, n.Seen, n.Until = fromMicros(started), fromMicros(seen), fromMicros(until)
		return n, decode("node "+n.Name, facts, &n.Facts)
	}, `SELECT name, boot, machine, host, version, schema, facts, started_at, seen_at, until FROM nodes ORDER BY name`)
}

// beat writes this node's row and gives the database's time.
func (tx *Tx) beat(self NodeRow, lease time.Duration) (now time.Time, err error) {
	if now, err = tx.time(); err != nil {
		return now, err
	}
	facts, err := json.Marshal(self.Facts)
	if err != nil {
		return now, err
	}
	s := tx.store
	var boot, machine, host string
	var started, until int64
	err = tx.one(func(row scanner) error { return row.Scan(&boot, &machine, &host, &started, &until) },
		`SELECT boot, machine, host, started_at, until FROM nodes WHERE name = ?`, s.node)
	switch {
	case isNotFound(err):
		return now, tx.later(`INSERT INTO nodes (name, boot, machine, host, version, schema, facts, started_at, seen_at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.node, s.boot, self.Machine, self.Host, self.Version, s.schema, string(facts), now, now, now.Add(lease))
	case err != nil:
		return now, err
	}
	if boot != s.boot {
		alive := fromMicros(until).After(now)
		if s.beaten.Load() || alive && machine != self.Machine {
			return now, fmt.Errorf("%s runs with this machine's state folder, or a copy of it: %w", host, ErrTwin)
		}
		// The run before this one has ended: this machine's state folder has one owner. What it had under way is free at once.
		started = micros(now)
		if err := tx.later(`UPDATE duties SET until = ? WHERE node = ? AND until > ?`, now, s.node, now); err != nil {
			return now, err
		}
	}
	return now, tx.later(`UPDATE nodes SET boot = ?, machine = ?, host = ?, version = ?, schema = ?, facts = ?, started_at = ?, seen_at = ?, until = ? WHERE name = ?`,
		s.boot, self.Machine, self.Host, self.Version, s.schema, string(facts), started, now, now.Add(lease), s.node)
}

// time asks for the database's time.
func (tx *Tx) time() (time.Time, error) {
	if !tx.store.ownClock {
		return tx.store.now(), nil
	}
	var now int64
	err := tx.one(func(row scanner) error { return row.Scan(&now) }, `SELECT `+serverClock)
	return fromMicros(now), err
}

// Leave says that this node ends in order, and gives all its duties back.
func (s *Store) Leave(ctx context.Context) error {
	return s.Write(offDuty(ctx), func(tx *Tx) error {
		now, err := tx.time()
		if err != nil {
			return err
		}
		if err := tx.later(`UPDATE duties SET node = '', boot = '', until = ? WHERE node = ? AND boot = ?`, now, s.node, s.boot); err != nil {
			return err
		}
		tx.Ring(BellDuties)
		return tx.later(`UPDATE nodes SET until = 0, seen_at = ? WHERE name = ? AND boot = ?`, now, s.node, s.boot)
	})
}

// Forget removes nodes that were last seen before a moment: machines that are no more.
func (tx *Tx) Forget(name string, before time.Time) error {
	return tx.later(`DELETE FROM nodes WHERE name = ? AND seen_at < ?`, name, before)
}
