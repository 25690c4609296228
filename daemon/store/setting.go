package store

import (
	"fmt"
	"strings"

	"waybill/daemon/order"
)

var settingTable = newTable("setting", "settings", "name", "", "value")

type setting struct {
	name  string
	value []byte
}

func scanSetting(row scanner) (setting, error) {
	c := settingTable.read(row)
	s := setting{c.text(), c.bytes()}
	if s.value == nil {
		s.value = []byte{} // there, and empty
	}
	return s, c.err
}

// Setting gives what was stored under the name; false when nothing was.
func (tx *Tx) Setting(name string) ([]byte, bool, error) {
	s, err := get(tx, scanSetting, settingTable.selects+` WHERE name = ?`, name)
	if isNotFound(err) {
		return nil, false, nil
	}
	return s.value, err == nil, err
}

// SetSetting stores a value under a name. A nil value removes it.
func (tx *Tx) SetSetting(name string, value []byte) error {
	if value == nil {
		if err := tx.later(`DELETE FROM settings WHERE name = ?`, name); err != nil {
			return fmt.Errorf("remove the setting %s: %w", name, err)
		}
		return nil
	}
	added, err := tx.add(settingTable, name, value)
	if err == nil && !added {
		err = tx.update(settingTable, name, value)
	}
	if err != nil {
		return fmt.Errorf("store the setting %s: %w", name, err)
	}
	return nil
}

// Settings gives all values whose names start with prefix, by their whole names.
func (tx *Tx) Settings(prefix string) (map[string][]byte, error) {
	all, err := list(tx, scanSetting, settingTable.selects)
	found := make(map[string][]byte)
	for _, s := range all {
		if strings.HasPrefix(s.name, prefix) {
			found[s.name] = s.value
		}
	}
	return found, err
}

// Counts is how much there is of everything.
type Counts struct {
	Orders     map[order.IntakeState]int
	POs        map[order.POState]int
	Dispatches map[string]map[order.DispatchState]int // lane, then state
	Items      map[ItemState]int
	Exceptions map[string]int // open ones by kind
}

// Counts counts, for status and metrics. It reads indexes only.
func (tx *Tx) Counts() (Counts, error) {
	c := Counts{make(map[order.IntakeState]int), make(map[order.POState]int), make(map[string]map[order.DispatchState]int),
		make(map[ItemState]int), make(map[string]int)}
	for _, q := range []struct {
		query string
		add   func(group, lane string, n int)
	}{
		{`SELECT intake, '', count(*) FROM orders GROUP BY intake`, func(g, _ string, n int) { c.Orders[order.IntakeState(g)] = n }},
		{`SELECT state, '', count(*) FROM purchase_orders GROUP BY state`, func(g, _ string, n int) { c.POs[order.POState(g)] = n }},
		{`SELECT state, lane, count(*) FROM outbox GROUP BY state, lane`, func(g, lane string, n int) {
			if c.Dispatches[lane] == nil {
				c.Dispatches[lane] = make(map[order.DispatchState]int)
			}
			c.Dispatches[lane][order.DispatchState(g)] = n
		}},
		{`SELECT state, '', count(*) FROM items GROUP BY state`, func(g, _ string, n int) { c.Items[ItemState(g)] = n }},
		{`SELECT kind, '', count(*) FROM exceptions WHERE settled_at IS NULL GROUP BY kind`, func(g, _ string, n int) { c.Exceptions[g] = n }},
	} {
		err := tx.each(func(row scanner) error {
			var group, lane string
			var n int
			if err := row.Scan(&group, &lane, &n); err != nil {
				return err
			}
			q.add(group, lane, n)
			return nil
		}, q.query)
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

func scanText(row scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}
