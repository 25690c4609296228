package routing

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
)

// said are the words of all reasons.
func said(reasons []Reason) []string {
	var words []string
	for _, r := range reasons {
		words = append(words, r.Gate+": "+r.Words)
	}
	return words
}

func TestJudge(t *testing.T) {
	parts := []Part{{Supplier: "prairie", Lines: []PartLine{{Line: someOrder().Lines[0]}}}, {Supplier: "gifts", Lines: []PartLine{{Line: someOrder().Lines[1]}}}}
	for name, c := range map[string]struct {
		rules  []GateRule
		change func(*order.Order)
		want   []string
	}{
		"good":             {},
		"a test order":     {change: func(o *order.Order) { o.Test = true }, want: []string{"test: It is a test order of the shop system. Here test is true. (gate test)"}},
		"high risk":        {change: func(o *order.Order) { o.Risk = order.RiskHigh }, want: []string{`risk: The shop system takes it for fraud. Here risk is "high". (gate risk)`}},
		"no street":        {change: func(o *order.Order) { o.ShipTo.Line1 = "" }, want: []string{"address: The shipping address has no street. (gate address)"}},
		"a postcode":       {change: func(o *order.Order) { o.ShipTo.Postcode = "2134" }, want: []string{`postcode: The postcode "2134" is none of country US, where they look like 62704 or 62704-1234. (gate postcode)`}},
		"all of them":      {change: func(o *order.Order) { o.Test, o.ShipTo.City, o.ShipTo.Postcode = true, "", "1" }, want: []string{"address: The shipping address has no city. (gate address)", `postcode: The postcode "1" is none of country US, where they look like 62704 or 62704-1234. (gate postcode)`, "test: It is a test order of the shop system. Here test is true. (gate test)"}},
		"switched off":     {rules: []GateRule{{Name: "test", Hold: Off}}, change: func(o *order.Order) { o.Test = true }},
		"off for another":  {rules: []GateRule{{Name: "test", Hold: Off, Channel: "market"}}, change: func(o *order.Order) { o.Test = true }, want: []string{"test: It is a test order of the shop system. Here test is true. (gate test)"}},
		"off for this one": {rules: []GateRule{{Name: "test", Hold: Off, Channel: "shop"}}, change: func(o *order.Order) { o.Test = true }},
		"changed by name":  {rules: []GateRule{{Name: "risk", Hold: `risk in ["medium", "high"]`, Say: "Jo looks.", At: "waybill.yaml:41"}}, want: []string{`risk: Jo looks. Here risk is "medium". (gate risk, waybill.yaml:41)`}},
		"other words":      {rules: []GateRule{{Name: "address", Say: "Ask them by phone.", At: "waybill.yaml:41"}}, change: func(o *order.Order) { o.ShipTo.Line1 = "" }, want: []string{"address: Ask them by phone. The shipping address has no street. (gate address, waybill.yaml:41)"}},
		"value above": {rules: []GateRule{{Name: "big", Hold: `total > money("500 USD")`, Say: "Jo looks at large orders.", At: "waybill.yaml:41"}},
			want: []string{"big: Jo looks at large orders. Here total is 612.00 USD. (gate big, waybill.yaml:41)"}},
		"without words": {rules: []GateRule{{Name: "big", Hold: "total >\n  money(\"500 USD\")", At: "waybill.yaml:41"}},
			want: []string{`big: It is held when total > money("500 USD"). Here total is 612.00 USD. (gate big, waybill.yaml:41)`}},
		"another currency does not slip through": {rules: []GateRule{{Name: "big", Hold: `total > money("500 EUR")`, At: "waybill.yaml:41"}},
			want: []string{"big: It could not be judged, so it is held: the order is in USD, and the gate names no amount in USD, only in EUR. (gate big, waybill.yaml:41)"}},
		"a run that fails": {rules: []GateRule{{Name: "third", Hold: `lines[2].sku == "x"`, At: "waybill.yaml:41"}},
			want: []string{"third: It could not be judged, so it is held: index out of range: 2 (array length is 2). (gate third, waybill.yaml:41)"}},
		"a supplier sees what it ships": {rules: []GateRule{{Name: "many", Hold: `quantity > 10`, Supplier: "prairie", At: "suppliers/prairie.yaml:9"}, {Name: "many", Hold: `quantity > 10`, Supplier: "gifts"}},
			want: []string{"many: It is held when quantity > 10. Here quantity is 12. (gate many of prairie, suppliers/prairie.yaml:9)"}},
		"a supplier that ships nothing of it":      {rules: []GateRule{{Name: "all", Hold: `true`, Supplier: "other"}}},
		"for one channel":                          {rules: []GateRule{{Name: "all", Hold: `true`, Channel: "shop"}, {Name: "none", Hold: `true`, Channel: "market"}}, want: []string{"all: It is held when true. (gate all)"}},
		"a channel's own in place of that for all": {rules: []GateRule{{Name: "big", Hold: `total > money("500 USD")`}, {Name: "big", Hold: `total > money("900 USD")`, Channel: "shop"}}},
	} {
		g, err := NewGates(c.rules)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		o := someOrder()
		if c.change != nil {
			c.change(&o)
		}
		if diff := cmp.Diff(c.want, said(g.Judge(o, parts))); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestWrongGates(t *testing.T) {
	for _, c := range []struct {
		rule GateRule
		want string
	}{
		{GateRule{Name: "big"}, `gate big: hold is missing: the condition under which an order is held, like total > money("500 USD"); built in are paid, address, postcode, test, risk, duplicate`},
		{GateRule{Name: "big", Hold: "totl"}, "gate big: column 1: there is no totl; "},
		{GateRule{Name: "big", Hold: "true", Within: time.Hour}, "gate big: within is for the gate duplicate only"},
		{GateRule{Name: "paid", Hold: "paid"}, "gate paid: column 1: paid takes no condition; write off, or a gate of another name"},
		{GateRule{Name: "duplicate", Hold: "true"}, "gate duplicate: column 1: duplicate takes no condition; "},
		{GateRule{Name: "risk", Hold: "off", Supplier: "prairie"}, "gate risk: is a built-in gate, which looks at the whole order; give the supplier's gate another name"},
	} {
		_, err := NewGates([]GateRule{c.rule})
		var wrong *GateError
		if !errors.As(err, &wrong) || wrong.Rule.Name != c.rule.Name || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v\n got %v\nwant %s", c.rule, err, c.want)
		}
	}
	_, err := NewGates([]GateRule{{Name: "a", Hold: "x"}, {Name: "b"}, {Name: "c", Hold: "true"}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not all at once: %v", err)
	}
}

func TestPaidAndDuplicate(t *testing.T) {
	g, err := NewGates([]GateRule{{Name: "paid", Hold: Off, Channel: "invoice"}, {Name: "duplicate", Within: 2 * time.Hour, At: "waybill.yaml:9"}, {Name: "duplicate", Hold: Off, Channel: "invoice"}})
	if err != nil {
		t.Fatal(err)
	}
	if !g.Waits("shop") || g.Waits("invoice") {
		t.Error("paid is off for invoice alone")
	}
	if within, on := g.Duplicates("shop"); within != 2*time.Hour || !on {
		t.Errorf("duplicates within %s, %t", within, on)
	}
	if _, on := g.Duplicates("invoice"); on {
		t.Error("duplicate is off for invoice")
	}
	if r := g.Duplicate("shop", "It is one."); r.Words != "It is one. (gate duplicate, waybill.yaml:9)" || r.Gate != "duplicate" {
		t.Errorf("%+v", r)
	}
	if within, on := (func() (time.Duration, bool) { g, _ := NewGates(nil); return g.Duplicates("shop") })(); within != time.Hour || !on {
		t.Errorf("without configuration: %s, %t", within, on)
	}
	var lines []string
	for _, v := range g.List() {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{v.Name, v.Channel, v.State, v.Hold, v.Within, v.At}, " ")))
	}
	want := []string{"paid  on", "paid invoice off", "address  on", "postcode  on", "test  on test", `risk  on risk == "high"`, "duplicate  on  2h waybill.yaml:9", "duplicate invoice off"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for d, want := range map[time.Duration]string{time.Hour: "1h", 10 * time.Minute: "10m", 90 * time.Minute: "1h30m", 45 * time.Second: "45s", 24 * time.Hour: "24h"} {
		if got := span(d); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
}
