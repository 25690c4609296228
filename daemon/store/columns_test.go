package store

import (
	"path/filepath"
	"slices"
	"testing"
)

// Each column of the schema says what it holds and what becomes of it when a person is erased. Backup takes every table that there is, verify and erase those
// that are described.
func TestEveryColumnIsDescribed(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(t.Context(), func(tx *Tx) error {
		there, err := tx.tables()
		if err != nil {
			return err
		}
		for _, name := range there {
			i := slices.IndexFunc(described, func(d tableDescription) bool { return d.name == name })
			if i < 0 {
				t.Errorf("table %s is not described: say in daemon/store/columns.go what its columns hold, and whether that is personal", name)
				continue
			}
			d := described[i]
			columns, err := tx.columnsOf(name)
			if err != nil {
				return err
			}
			var want, sealed []string
			for _, c := range columns {
				if c.name != "crc" {
					want = append(want, c.name)
				}
			}
			if d.table != nil {
				sealed = slices.Sorted(slices.Values(d.names))
			} else {
				sealed = slices.Sorted(slices.Values(want))
			}
			if d.table != nil && len(want) == len(columns) {
				t.Errorf("table %s has no checksum", name)
			}
			var told []string
			for _, h := range d.columns {
				told = append(told, h.column)
			}
			slices.Sort(want)
			slices.Sort(told)
			if !slices.Equal(want, told) {
				t.Errorf("table %s has the columns %v; daemon/store/columns.go describes %v", name, want, told)
			}
			if !slices.Equal(want, sealed) {
				t.Errorf("table %s has the columns %v; its checksum is over %v", name, want, sealed)
			}
		}
		if len(there) != len(described) {
			t.Errorf("the schema has %d tables, %d are described", len(there), len(described))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
