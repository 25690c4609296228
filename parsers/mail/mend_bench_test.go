package mail

import (
	"strings"
	"testing"
)

// BenchmarkMend is what it costs to look for damaged tags in an HTML body that has none, and in one that has.
func BenchmarkMend(b *testing.B) {
	row := `<tr><td style="padding:4px;font-family:Arial,sans-serif" class="cell"><a href="https://shop.example/o/1001?utm_source=mail">Order 1001</a></td><td align="right">has shipped</td></tr>` + "\n"
	whole := "<html><head><style>.cell{color:#333}</style></head><body><table>" + strings.Repeat(row, 200) + "</table></body></html>"
	for name, doc := range map[string]string{"whole": whole, "damaged": strings.Replace(whole, `utm_source=mail"`, `utm_source=mail`, 1)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				mendTags([]byte(doc))
			}
		})
		b.Run(name+", extracted", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				extractHTML([]byte(doc), "1")
			}
		})
	}
}
