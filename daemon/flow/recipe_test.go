package flow

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/order"
)

// exampleOrders are what the recipes of docs/gates.md are tried on.
func exampleOrders() map[string]order.Order {
	amount := func(s string) order.Amount {
		a, err := order.ParseAmount(s)
		if err != nil {
			panic(err)
		}
		return a
	}
	orders := map[string]order.Order{}
	for name, change := range map[string]func(*order.Order){
		"plain":   func(*order.Order) {},
		"big-usd": func(o *order.Order) { o.Total = amount("500.01") },
		"big-eur": func(o *order.Order) {
			o.Currency, o.Total, o.ShipTo.Country, o.ShipTo.Postcode = "EUR", amount("451"), "DE", "10115"
		},
		"yen":             func(o *order.Order) { o.Currency, o.Total = "JPY", amount("100") },
		"bulk":            func(o *order.Order) { o.Lines[0].Quantity = 21 },
		"abroad":          func(o *order.Order) { o.ShipTo.Country, o.ShipTo.Postcode = "NG", "100001" },
		"battery":         func(o *order.Order) { o.Lines[0].SKU = "BAT-12" },
		"battery-express": func(o *order.Order) { o.Lines[0].SKU, o.ShippingMethod = "bat-12", "Express Air" },
		"tagged":          func(o *order.Order) { o.Tags = []string{"Hold-for-Jo"} },
		"billed-elsewhere": func(o *order.Order) {
			o.Billing, o.Risk = order.Address{Name: "Bea Burton", Country: "CA"}, order.RiskMedium
		},
		"forwarder": func(o *order.Order) { o.ShipTo.Postcode = "97230-1234" },
		"wish":      func(o *order.Order) { o.Note = "Please deliver AFTER the 5th" },
		"box":       func(o *order.Order) { o.ShipTo.Line1 = "P.O. Box 7" },
		"station": func(o *order.Order) {
			o.ShipTo.Line1, o.ShipTo.Country, o.ShipTo.Postcode = "Packstation 145", "DE", "10115"
		},
		"alaska": func(o *order.Order) { o.ShipTo.Region, o.ShipTo.Postcode = "AK", "99501" },
	} {
		o := paidOrder(name)
		o.Total, o.Lines = amount("48.54"), slices.Clone(o.Lines)
		change(&o)
		orders[name] = o
	}
	return orders
}

var recipe = regexp.MustCompile("(?m)^```yaml\n# held: (.*?)   passes: (.*?)(?:   file: (.*?))?\n((?s:.*?))```")

// The recipes of docs/gates.md hold what they say and nothing else.
func TestGateRecipes(t *testing.T) {
	raw, err := os.ReadFile("../../docs/gates.md")
	if err != nil {
		t.Fatal(err)
	}
	recipes := recipe.FindAllStringSubmatch(string(raw), -1)
	if len(recipes) != 10 {
		t.Fatalf("%d recipes, want 10", len(recipes))
	}
	orders := exampleOrders()
	base := strings.Replace(mainConfig, "gates: {duplicate: off}\n", "", 1)
	for _, r := range recipes {
		files := map[string]string{"waybill.yaml": base + r[4], "suppliers/prairie.yaml": strings.Replace(prairie, `[{prefix: PS, theirs: "X-{rest}"}]`, "[{prefix: PS}, {prefix: BAT}, {prefix: bat}]", 1)}
		if r[3] != "" {
			files["waybill.yaml"] = base
			files[r[3]] = files["suppliers/prairie.yaml"] + r[4]
		}
		s := newShop(t, files)
		for i, names := range []string{r[1], r[2]} {
			for name := range strings.FieldsSeq(names) {
				doc, ok := orders[name]
				if !ok {
					t.Errorf("there is no example order %s", name)
					continue
				}
				judged, err := s.Judge(t.Context(), []order.Order{doc})
				if err != nil {
					t.Fatal(err)
				}
				if held := len(judged[0].Gates) > 0; held != (i == 0) {
					t.Errorf("%s%s: held is %t: %v", r[4], name, held, judged[0].Gates)
				}
				for _, g := range judged[0].Gates {
					if slices.Contains([]string{"address", "postcode"}, g.Gate) || !strings.Contains(g.Words, ".yaml:") {
						t.Errorf("%s is held by %s: %s", name, g.Gate, g.Words)
					}
				}
			}
		}
	}
}
