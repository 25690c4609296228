package routing

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waybill/daemon/order"
)

// Every mistake is told with its line and column in the expression, and what was expected.
func TestWrongExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`total > 500`, `column 7: money is compared with money, in a currency: total > money("500 USD"); several: money("500 USD", "450 EUR")`},
		{`500 < total`, `column 5: money is compared with money, in a currency: `},
		{`total == "500 USD"`, `column 7: money is compared with money, in a currency: `},
		{`total in [money("5 USD")]`, `column 7: money is compared with money, in a currency: `},
		{`any(lines, .price > 5)`, `column 19: money is compared with money, in a currency: `},
		{`total > money("500")`, `column 15: "500" is no amount of money; expected a number and a currency like "500 USD" or "49.90 EUR"`},
		{`total > money("500 usd")`, `column 15: "500 usd" is no amount of money; `},
		{`total > money("1,000 USD")`, `column 15: "1,000 USD" is no amount of money; `},
		{`total > money("5 USD", "6 USD")`, `column 15: USD is there twice`},
		{`total > money()`, `column 9: money() is empty; expected amounts like money("500 USD", "450 EUR")`},
		{`total > money(number)`, `column 15: money takes amounts as texts, like money("500 USD", "450 EUR")`},
		{`total + total > money("5 USD")`, `column 7: invalid operation: + (money and money)`},
		{`sum(lines, .total) > money("5 USD")`, `column 1: sum adds numbers and no money; `},
		{`moneyMore(total, money("5 USD"))`, `column 1: there is no moneyMore; `},
		{`totl > 5`, `column 1: there is no totl; docs/gates.md lists what a rule may ask: number, channel, currency, total, `},
		{"paid and\n  totl > 1", `line 2, column 3: there is no totl; `},
		{"note == \"ÄÖ\" or\ttotl", `column 17: there is no totl; `},
		{`ShipTo.country == "DE"`, `column 1: there is no ShipTo; did you mean ship_to?`},
		{`country == "DE"`, `column 1: there is no country; did you mean ship_to.country?`},
		{`ship_to.contry == "DE"`, `column 9: there is no contry here; there are name, company, line1, line2, city, region, postcode, country, phone`},
		{`any(lines, .price2 == 1)`, `column 13: there is no price2 here; there are sku, title, quantity, price, total`},
		{`customer.mail == ""`, `column 10: there is no mail here; there are name, email, phone`},
		{`risk == 5`, `column 6: invalid operation: == (text and number)`},
		{`note startsWith 5`, `column 6: invalid operation: startsWith (text and number)`},
		{`quantity`, `column 1: the whole must be true or false, and is a number`},
		{`total`, `column 1: the whole must be true or false, and is money`},
		{`ship_to.country in ["DE", "AT"`, `column 30: it ends here, and something is missing`},
		{`"a" +`, `column 5: it ends here, and something is missing`},
		{`any(skus,`, `column 9: it ends here, and something is missing`},
		{`paid test`, `column 6: unexpected token Identifier("test")`},
		{`note matches "("`, "column 6: no regular expression: missing closing ): `(`"},
		{`note matches number`, `column 14: the pattern of matches must stand in quotes: one that is put together could be written by a buyer`},
		{`note matches ("a" + number)`, `column 19: the pattern of matches must stand in quotes: `},
		{`like(number, note)`, `column 14: the pattern of like must stand in quotes, like like(.sku, "PS-*")`},
		{`1..10000 == []`, `column 2: there are no ranges here; list the values: [1, 2, 3]`},
		{`any(lines, any(lines, true))`, `column 1: any stands over a list inside another one; `},
		{`sum(lines, any(tags, true) ? 1 : 0) > 1`, `column 1: sum stands over a list inside another one; `},
		{`any(map(lines, {any(tags, true)}), #)`, `column 5: map stands over a list inside another one; `},
		{`any(lines, note contains .sku)`, `column 12: note cannot stand inside the condition of a list`},
		{`let n = note; any(lines, n contains .sku)`, `there is no let here; write the condition out`},
		{`any(lines, ` + strings.Repeat(`.title matches "x" or `, 11) + `false)`, `has 11 comparisons of texts for each entry of a list; at most 10 are taken. Make two gates of it`},
		{`total > money("5 USD"); paid`, `a gate has one condition; put and, or between several`},
		{`test; paid`, `a gate has one condition; put and, or between several`},
		{`{"a": total}.a == money("5 USD")`, `there are no maps here; list the values: `},
		{`risk in {"high": true}`, `there are no maps here; list the values: `},
		{`(paid ? total : money("5 USD")) == money("612 USD")`, `money is compared with money, in a currency: `},
		{`total == nil`, `column 7: money is compared with money, in a currency: `},
		{`now() > 1`, `column 1: there is no now; `},
		{`repeat("a", 5) == ""`, `column 1: there is no repeat; `},
		{`fromJSON(note) == 1`, `column 1: there is no fromJSON; `},
		{`$env["number"] == "1"`, `column 1: there is no $env; `},
		{strings.Repeat("paid and ", 130) + "paid", `has more than 250 names, values and operators; make two gates of it`},
		{`note == "` + strings.Repeat("x", 2000) + `"`, `column 1: is longer than 2000 bytes; make two gates of it`},
	} {
		_, err := compile(c.text)
		var wrong *ExpressionError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func someOrder() order.Order {
	amount := func(s string) order.Amount {
		a, err := order.ParseAmount(s)
		if err != nil {
			panic(err)
		}
		return a
	}
	return order.Order{Number: "1001", Channel: "shop", ID: "7", PaidAt: time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC), Currency: "USD", Total: amount("612.00"),
		Customer: order.Customer{Name: "Ada Example", Email: "Ada@Buyer.example", Phone: "+1 555 010 0100"},
		ShipTo:   order.Address{Name: "Ada Example", Line1: "1 Mill Lane", City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
		Tags:     []string{"gift", "VIP"}, ShippingMethod: "Express", Note: "Ring twice.", Risk: order.RiskMedium,
		Lines: []order.Line{{ID: "1", SKU: "PS-10044", Title: "Bucket", Quantity: 12, UnitPrice: amount("48.50")}, {ID: "2", SKU: "GIFT-1", Quantity: 1, UnitPrice: amount("30")}}}
}

func TestExpressions(t *testing.T) {
	facts := factsOf(someOrder(), []Part{{Supplier: "prairie"}})
	for text, want := range map[string]bool{
		`total > money("500 USD")`:  true,
		`total > money("612 USD")`:  false,
		`total >= money("612 USD")`: true, `total == money("612.000 USD")`: true, `total != money("612 USD")`: false,
		`money("612.01 USD") > total`: true, `money("612 USD") <= total`: true, `total < money("450 EUR", "700 USD")`: true,
		`any(lines, .price > money("48.49 USD"))`: true, `any(lines, .price > money("48.50 USD"))`: false, `any(lines, .total == money("582 USD"))`: true,
		`any(lines, .price == total)`: false,
		`any(lines, .quantity > 10)`:  true, `quantity > 12`: true, `sum(lines, .quantity) == quantity`: true, `len(lines) == 2`: true,
		`any(skus, like(#, "ps-*"))`: true, `all(skus, like(#, "PS-*"))`: false, `like("PS-1", "PS-?")`: true, `like("a.b", "a?b")`: true, `like("aXb", "a.b")`: false,
		`"PS-10044" in skus`: true, `any(lines, .title contains "Buck")`: true, `any(tags, lower(#) == "vip")`: true, `"vip" in tags`: false,
		`ship_to.country not in ["DE", "AT"]`: true, `ship_to.postcode matches "^62[0-9]{3}$"`: true, `customer.email endsWith "@buyer.example"`: true,
		`shipping_method startsWith "Ex" and paid`: true, `not test`: true, `risk in ["medium", "high"]`: true, `po_box or packing_station`: false,
		`"prairie" in suppliers`: true, `billing_differs`: false, `count(lines, .quantity > 1) == 1`: true, `trim(note) == ""`: false,
		`channel == "shop" ? quantity > 100 : false`: false, `currency == "USD"`: true, `number matches "^10"`: true,
	} {
		x, err := compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := x.holds(facts); err != nil || got != want {
			t.Errorf("%s gives %t, %v", text, got, err)
		}
	}
}

// An expression that has no answer for an order is an error, never false: whoever asks holds the order.
func TestExpressionsWithoutAnAnswer(t *testing.T) {
	o := someOrder()
	for text, want := range map[string]string{
		`total > money("500 EUR")`:           "the order is in USD, and the gate names no amount in USD, only in EUR",
		`money("5 EUR", "6 GBP") < total`:    "the order is in USD, and the gate names no amount in USD, only in EUR and GBP",
		`lines[7].sku == "a"`:                "index out of range: 7 (array length is 2)",
		`first(filter(tags, # == "x")) == 1`: "",
	} {
		x, err := compile(text)
		if err != nil {
			t.Logf("%s: %v", text, err)
			continue
		}
		if got, err := x.holds(factsOf(o, nil)); got || err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s gives %t, %v; want %s", text, got, err, want)
		}
	}
	o.Currency = ""
	x, err := compile(`total > money("500 USD")`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.holds(factsOf(o, nil)); err == nil || err.Error() != "the order does not tell its currency, and the gate compares with USD" {
		t.Errorf("an order without a currency: %v", err)
	}
	// What the channel does not tell is what the lines cost.
	o = someOrder()
	o.Total = order.Amount{}
	if f := factsOf(o, nil); f.Total.String() != "612.00 USD" {
		t.Errorf("an order without a total costs %s", f.Total)
	}
}

// What an expression asked is told with what the order says.
func TestAsked(t *testing.T) {
	f := factsOf(someOrder(), []Part{{Supplier: "prairie"}})
	for text, want := range map[string]string{
		`total > money("500 USD") and ship_to.country == "US"`: `total is 612.00 USD, ship_to.country is "US"`,
		`any(lines, .quantity > 10)`:                           `lines are 12 x PS-10044, 1 x GIFT-1`,
		`quantity > 3 or "vip" in tags or not paid`:            `quantity is 13, tags are gift, VIP, paid is true`,
	} {
		x, err := compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.asked(f); got != want {
			t.Errorf("%s: %s; want %s", text, got, want)
		}
	}
	o := someOrder()
	o.Note = strings.Repeat("n", 9000)
	o.Tags = strings.Fields(strings.Repeat("t ", 200))
	x, err := compile(`note != "" and "t" in tags`)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.asked(factsOf(o, nil)); len(got) > 200 {
		t.Errorf("long values are told at length: %s", got)
	}
}

// manyGates are 20 gates of all sorts beside the built-in ones.
func manyGates(t testing.TB) *Gates {
	var rules []GateRule
	for i, text := range []string{`total > money("500 USD", "450 EUR", "400 GBP")`, `ship_to.country in ["NG", "RU", "BY"]`, `quantity > 50`, `any(lines, .quantity > 20)`,
		`any(skus, like(#, "BATTERY-*"))`, `"wholesale" in tags`, `shipping_method startsWith "Express" and ship_to.country != "US"`, `po_box`, `packing_station`,
		`billing_differs and risk == "medium"`, `any(lines, .price > money("400 USD", "400 EUR", "400 GBP"))`, `note contains "gift" or note contains "present"`,
		`ship_to.postcode matches "^(967|968|995|996|997|998|999)"`, `customer.email endsWith "@mailinator.com"`, `len(lines) > 30`, `ship_to.company == "" and total > money("300 USD", "300 EUR", "300 GBP")`,
		`channel == "wholesale" and not paid`, `any(tags, like(#, "hold*"))`, `count(lines, like(.sku, "SAMPLE*")) > 2`, `sum(lines, .quantity) != quantity`} {
		rules = append(rules, GateRule{Name: fmt.Sprintf("gate-%02d", i), Hold: text, At: "waybill.yaml:41"})
	}
	g, err := NewGates(rules)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Whatever buyers write, gates answer: no panic, no endless reason.
func TestHostileOrders(t *testing.T) {
	g := manyGates(t)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "'75008", "1..9", `") or true or ("`, "a*", "(((((", "\x00", "\u202e", "${x}", "{{.}}", "P.O. Box 1", "Packstation 7"}))
		o := order.Order{Number: word.Draw(t, "number"), Channel: "shop", ID: "1", Currency: rapid.SampledFrom([]string{"USD", "EUR", "XXX", ""}).Draw(t, "currency"),
			Customer: order.Customer{Name: word.Draw(t, "name"), Email: word.Draw(t, "email"), Phone: word.Draw(t, "phone")}, Note: word.Draw(t, "note"),
			ShippingMethod: word.Draw(t, "method"), Tags: rapid.SliceOfN(word, 0, 5).Draw(t, "tags"), Risk: order.Risk(word.Draw(t, "risk"))}
		for _, a := range []*order.Address{&o.ShipTo, &o.Billing} {
			*a = order.Address{Name: word.Draw(t, "name"), Line1: word.Draw(t, "line1"), Line2: word.Draw(t, "line2"), City: word.Draw(t, "city"),
				Postcode: word.Draw(t, "postcode"), Country: rapid.OneOf(word, rapid.SampledFrom([]string{"US", "DE", "GB", "JP"})).Draw(t, "country")}
		}
		for range rapid.IntRange(0, 5).Draw(t, "lines") {
			o.Lines = append(o.Lines, order.Line{SKU: word.Draw(t, "sku"), Title: word.Draw(t, "title"), Quantity: rapid.Int().Draw(t, "quantity")})
		}
		for _, r := range g.Judge(o, []Part{{Supplier: "prairie"}}) {
			if r.Gate == "" || len(r.Words) > 1500 {
				t.Fatalf("gate %q says %q", r.Gate, r.Words)
			}
		}
		Purchase(o)
		SameCustomer(o, o)
	})
}

// FuzzExpression: whatever stands in the configuration either compiles or is a mistake with a place, and what compiles answers.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{`total > money("500 USD")`, `any(lines, .quantity > 10)`, `like(note, "a*")`, `let x = total; x > money("5 EUR")`, `note matches "("`, "paid\nand", `lines[7].sku`,
		`any(filter(lines, .sku != ""), .price > money("1 USD"))`, `{"a": 1}.a == 1`, `[1,2][0] == 1`, `note[0:5] == "a"`, `"" ?? "x" == ""`, `-quantity < 0`, `2 ** 70 > 1`, `1 / 0 > 1`, `1 % 0 == 1`} {
		f.Add(text)
	}
	facts := factsOf(someOrder(), []Part{{Supplier: "prairie"}})
	f.Fuzz(func(t *testing.T, text string) {
		x, err := compile(text)
		if err != nil {
			if wrong := (*ExpressionError)(nil); !errors.As(err, &wrong) || wrong.Line < 1 || wrong.Column < 1 || wrong.Text == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		yes, err := x.holds(facts)
		if err != nil && yes {
			t.Fatalf("%q holds and has no answer: %v", text, err)
		}
		x.asked(facts)
	})
}

// BenchmarkGates is one order through 20 gates and the built-in ones.
func BenchmarkGates(b *testing.B) {
	g := manyGates(b)
	o := someOrder()
	b.ReportAllocs()
	for b.Loop() {
		g.Judge(o, nil)
	}
}

// BenchmarkWorst is the dearest rule that is taken, over the largest order that is taken.
func BenchmarkWorst(b *testing.B) {
	o := someOrder()
	o.Note = strings.Repeat("aaaaaaaaab", 1000)
	o.Lines = make([]order.Line, 1000)
	for i := range o.Lines {
		o.Lines[i] = order.Line{SKU: fmt.Sprintf("SKU-%04d", i), Title: strings.Repeat("x", 500), Quantity: 1}
	}
	for name, text := range map[string]string{
		"patterns": `any(lines, ` + strings.Repeat(`.title matches "(x|b)*c$" or `, 10) + `false)`,
		"texts":    `any(lines, ` + strings.Repeat(`upper(.title) == "x" or `, 10) + `false)`,
		"note":     strings.Repeat(`note matches "(a|b)*c$" or `, 60) + `false`,
		"numbers":  `any(lines, ` + strings.Repeat(`.quantity > 5 or `, 40) + `false)`,
	} {
		x, err := compile(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			f := factsOf(o, nil)
			for b.Loop() {
				if _, err := x.holds(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
