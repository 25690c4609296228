package prose_test

import (
	"testing"

	"waybill/parsers"
)

// A number beside a unit, a currency, a page or a street names no order, though it has the form of the shop's order numbers.
func TestMeasuresNameNoOrder(t *testing.T) {
	p := parsers.Profile{OrderPatterns: []string{`\b(21\d\d(?:-[A-Z])?)\b`}}
	for text, want := range map[string]string{
		"Weight 2101 g.":               "",
		"It weighs 2101g":              "",
		"gross 2101 kg, net 2102 lbs":  "",
		"2101 mm x 2102 cm":            "",
		"2101 m²":                      "",
		"for 2101 EUR":                 "",
		"for 2101 € or 2102$":          "",
		"for $2101 or € 2102":          "",
		"2101 %":                       "",
		"2101 pcs left":                "",
		"noch 2101 Stück":              "",
		"2101 pièces":                  "",
		"2101-piece set":               "",
		"in 2101 boxes":                "",
		"after 2101 hours":             "",
		"see page 2101":                "",
		"Box 2101, ZIP 2102":           "",
		"goes to 2101 Oak Street":      "",
		"goes to 2101 North Lake Dr.":  "",
		"Hauptstr. 2101":               "",
		"Lindenstraße 2101":            "",
		"Calle Mayor 2101":             "",
		"ul. Polna 2101":               "",
		"2101 by UPS":                  "2101",
		"2101: sent via UPS 2102":      "2101 2102",
		"2100-A and 2101 are with UPS": "2100-A 2101",
		"order 2101 pcs":               "2101",
		"orders 2101, 2102":            "2101 2102",
		"2101-M and 2101M":             "2101-M 2101M",
	} {
		got := ""
		for _, f := range read(text, p).Refs {
			if got != "" {
				got += " "
			}
			got += f.Text
		}
		if got != want {
			t.Errorf("%q: references %q, want %q", text, got, want)
		}
	}
}
