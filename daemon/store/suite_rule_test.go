package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/store"
)

func rulesKept(t *testing.T, w *world) {
	s := w.open(t, "a")
	add := func(r store.RuleRow) (row store.RuleRow, fresh bool) {
		t.Helper()
		write(t, s, func(tx *store.Tx) (err error) {
			row, fresh, err = tx.AddRule(r)
			return err
		})
		return row, fresh
	}
	column := store.RuleRow{Supplier: "prairie", Kind: "column", Reads: "consignment", Means: "tracking", State: store.RuleProposed, Exception: 3, Item: 7,
		MadeBy: "desk", Sentence: "Consignment: 1Z… in row 2"}
	first, fresh := add(column)
	if !fresh || first.ID != 1 || !first.MadeAt.Equal(w.clock.now()) || first.Sentence != column.Sentence {
		t.Errorf("added %+v, new %v", first, fresh)
	}
	other := column
	other.Means = "order"
	if again, fresh := add(other); fresh || again.Means != "tracking" {
		t.Errorf("the same heading has two meanings: %+v, new %v", again, fresh)
	}
	other.Supplier = "aspen"
	if second, fresh := add(other); !fresh || second.ID != 2 {
		t.Errorf("another supplier's: %+v, new %v", second, fresh)
	}

	w.clock.pass(time.Minute)
	first.State, first.Trial, first.ChangedAt, first.ChangedBy = store.RuleOn, json.RawMessage(`{"read":212,"of":214}`), w.clock.now(), "cli"
	first.Means = "ignore" // never changes
	write(t, s, func(tx *store.Tx) error { return tx.SetRule(first) })
	first.Means = "tracking"
	if got := look(t, s, func(tx *store.Tx) (store.RuleRow, error) { return tx.Rule(1) }); !cmp.Equal(got, first) {
		t.Error(cmp.Diff(first, got))
	}
	for _, c := range []struct {
		filter store.RuleFilter
		want   int
	}{{store.RuleFilter{}, 2}, {store.RuleFilter{Supplier: "prairie"}, 1}, {store.RuleFilter{State: store.RuleProposed}, 1}, {store.RuleFilter{Supplier: "aspen", State: store.RuleOn}, 0}} {
		if got := look(t, s, func(tx *store.Tx) ([]store.RuleRow, error) { return tx.Rules(c.filter) }); len(got) != c.want {
			t.Errorf("%+v gives %d rules, want %d", c.filter, len(got), c.want)
		}
	}
	wantError(t, s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetRule(store.RuleRow{ID: 9}) }), store.ErrNotFound)

	w.clock.pass(time.Minute)
	second := store.RuleRow{ID: 2, Supplier: "aspen", Kind: "column", Reads: "consignment", Means: "order", State: store.RuleProposed, MadeAt: w.clock.now(), MadeBy: "cli",
		Sentence: "written by a person", ChangedAt: w.clock.now(), ChangedBy: "cli"}
	revised := second
	revised.Supplier, revised.Reads, revised.State, revised.Trial = "nobody", "another", store.RuleOn, json.RawMessage(`{}`) // never change with it
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.ReviseRule(revised)
		return err
	})
	if got := look(t, s, func(tx *store.Tx) (store.RuleRow, error) { return tx.Rule(2) }); !cmp.Equal(got, second) {
		t.Error(cmp.Diff(second, got))
	}
	wantClean(t, s)
	w.tamper(t, `UPDATE rules SET means = 'order' WHERE id = 1`)
	wantError(t, s.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Rule(1)
		return err
	}), store.ErrDamaged)
}

// lastItems: the newest items of a supplier, and those of a time.
func lastItems(t *testing.T, w *world) {
	s := w.open(t, "a")
	for _, key := range []string{"1", "2", "3"} {
		write(t, s, func(tx *store.Tx) error {
			row, _, err := tx.Keep(store.KeepItem{Source: "inbox", Key: key, Raw: []byte("mail " + key)})
			if err != nil {
				return err
			}
			row.State, row.Supplier = store.ItemRead, "prairie"
			return tx.SetRead(row)
		})
		w.clock.pass(time.Hour)
	}
	for name, c := range map[string]struct {
		filter store.ItemFilter
		want   string
	}{
		"newest first":       {store.ItemFilter{Supplier: "prairie", Newest: true, Limit: 2}, "32"},
		"until":              {store.ItemFilter{Until: w.clock.now().Add(-2 * time.Hour)}, "1"},
		"since and until":    {store.ItemFilter{Since: w.clock.now().Add(-2 * time.Hour), Until: w.clock.now().Add(-time.Hour)}, "2"},
		"another supplier's": {store.ItemFilter{Supplier: "aspen"}, ""},
	} {
		got := ""
		for _, row := range look(t, s, func(tx *store.Tx) ([]store.ItemRow, error) { return tx.Items(c.filter) }) {
			got += row.Key
		}
		if got != c.want {
			t.Errorf("%s: items %q, want %q", name, got, c.want)
		}
	}
}
