package trial

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"waybill/daemon/sandbox"
)

// FuzzMatch takes any orders and any message: no panic, and what they mean can be written down.
func FuzzMatch(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/orders.json")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		orders, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		messages, err := filepath.Glob(filepath.Join(filepath.Dir(path), "in.*"))
		if err != nil || len(messages) == 0 {
			continue
		}
		raw, err := os.ReadFile(messages[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(orders, raw, filepath.Base(messages[0]))
	}
	f.Add([]byte("number,sku,quantity\n1001,AB-1,2\n"), []byte("Subject: 1001\n\nIt has shipped."), "x.eml")
	pool := sandbox.New(sandbox.Options{Inline: true})
	f.Cleanup(func() { _ = pool.Close() })
	f.Fuzz(func(t *testing.T, orders, raw []byte, name string) {
		known, err := Load("orders.json", orders)
		if err != nil {
			if known, err = Load("orders.csv", orders); err != nil {
				return
			}
		}
		result, _, err := New(known, pool, "").File(t.Context(), filepath.Base(name), raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(result); err != nil {
			t.Fatal(err)
		}
	})
}
