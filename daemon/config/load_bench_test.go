package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkLoad reads a small shop and the largest one that waybill is built for: 10,000 suppliers with a million SKUs.
func BenchmarkLoad(b *testing.B) {
	for _, size := range []struct {
		name            string
		suppliers, skus int
	}{{"small", 5, 3}, {"large", 10_000, 100}} {
		b.Run(size.name, func(b *testing.B) {
			files := map[string]string{"waybill.yaml": goodMain}
			for i := range size.suppliers {
				var s strings.Builder
				fmt.Fprintf(&s, "name: S%d\nemail: orders@s%d.example\nskus:\n", i, i)
				for j := range size.skus {
					fmt.Fprintf(&s, "  - S%05d-%03d\n", i, j)
				}
				files[fmt.Sprintf("suppliers/s%05d.yaml", i)] = s.String()
			}
			dir := folder(b, files)
			for b.Loop() {
				if _, err := Load(filepath.Join(dir, "waybill.yaml")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
