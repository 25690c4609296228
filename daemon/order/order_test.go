package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// example is an order with every field filled and nothing wrong.
func example() Order {
	return Order{
		Number: "1001", Channel: "shop", ID: "4712698490461", PlacedAt: time.Date(2025, 8, 26, 17, 12, 0, 0, time.UTC),
		PaidAt: time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC), Currency: "USD", Total: Amount{5344, 2},
		Customer: Customer{Name: "Ada Example", Email: "ada@buyer.example", Phone: "+1 555 0100"},
		ShipTo: Address{Name: "Ada Example", Company: "Example Works", Line1: "1 Mill Lane", Line2: "Flat 2", City: "Springfield", Region: "IL",
			Postcode: "62701", Country: "US", Phone: "+1 555 0100"},
		Billing: Address{Name: "Bea Example", Company: "Example Holding", Line1: "2 Mill Lane", Line2: "Floor 3", City: "Shelbyville", Region: "IN",
			Postcode: "46176", Country: "US", Phone: "+1 555 0102"},
		ShippingMethod: "Standard", Tags: []string{"gift", "vip"}, Note: "Ring twice.\nThank you.", Test: true, Risk: RiskMedium,
		Lines: []Line{{ID: "1001-1", SKU: "PS10044", Title: "Galvanized bucket 14 qt", Quantity: 1, UnitPrice: Amount{4854, 2}},
			{ID: "1001-2", SKU: "PS10045", Title: "Lid", Quantity: 2, UnitPrice: Amount{245, 2}}},
	}
}

func TestCheck(t *testing.T) {
	o := example()
	if errs := o.Check(); len(errs) > 0 {
		t.Fatalf("the example: %v", errs)
	}
	bare := Order{Number: "1", Channel: "shop", ID: "1", ShipTo: Address{Company: "Example Works", Country: "DE"}, Lines: []Line{{ID: "1", SKU: "A", Quantity: 1}}}
	if errs := bare.Check(); len(errs) > 0 {
		t.Errorf("the least there can be: %v", errs)
	}
	long := func(n int) string { return strings.Repeat("x", n) }
	cases := []struct {
		change func(*Order)
		want   string
	}{
		{func(o *Order) { o.Number = " " }, "number: is missing"},
		{func(o *Order) { o.Number = "10\r\n01" }, "number: contains a line break, a tab or another control character"},
		{func(o *Order) { o.Number = "10\x1b[2J" }, "number: contains a line break, a tab or another control character"},
		{func(o *Order) { o.Number = "10\u202e01" }, "number: contains an invisible character (U+202E), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "10\u200b01" }, "number: contains an invisible character (U+200B), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "\u20661001\u2069" }, "number: contains an invisible character (U+2066), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "1001\ufeff" }, "number: contains an invisible character (U+FEFF), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "1001\u2029" }, "number: contains an invisible character (U+2029), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "1001\u3164" }, "number: contains an invisible character (U+3164), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = "1001\U000E0041" }, "number: contains an invisible character (U+E0041), such as a mark of writing direction; send the number without it"},
		{func(o *Order) { o.Number = long(65) }, "number: is longer than 64 bytes"},
		{func(o *Order) { o.Channel = "" }, "channel: is missing"},
		{func(o *Order) { o.Channel = long(65) }, "channel: is longer than 64 bytes"},
		{func(o *Order) { o.ID = "" }, "id: is missing"},
		{func(o *Order) { o.ID = long(129) }, "id: is longer than 128 bytes"},
		{func(o *Order) { o.ID = "a\x00b" }, "id: contains a NUL character"},
		{func(o *Order) { o.PlacedAt = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -12*3600)) }, "placed_at: is in the year 10000; expected 1990 to 2199"},
		{func(o *Order) { o.PaidAt = time.Unix(0, 0) }, "paid_at: is in the year 1970; expected 1990 to 2199"},
		{func(o *Order) { o.Currency = "usd" }, `currency: is "usd"; expected three capital letters (ISO 4217) like USD`},
		{func(o *Order) { o.Currency = "US" }, `currency: is "US"; expected three capital letters (ISO 4217) like USD`},
		{func(o *Order) { o.Currency = "ÄÖ" }, `currency: is "ÄÖ"; expected three capital letters (ISO 4217) like USD`},
		{func(o *Order) { o.Total = Amount{-1, 2} }, "total: is negative"},
		{func(o *Order) { o.Customer.Name = long(501) }, "customer.name: is longer than 500 bytes"},
		{func(o *Order) { o.Customer.Email = "a\x00@b.example" }, "customer.email: contains a NUL character"},
		{func(o *Order) { o.Customer.Phone = "\xff" }, "customer.phone: is not UTF-8"},
		{func(o *Order) { o.ShipTo.Name = "M\xfcller" }, "ship_to.name: is not UTF-8"},
		{func(o *Order) { o.ShipTo.Company = long(501) }, "ship_to.company: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Line1 = long(501) }, "ship_to.line1: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Line2 = long(501) }, "ship_to.line2: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.City = long(501) }, "ship_to.city: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Region = long(501) }, "ship_to.region: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Postcode = long(501) }, "ship_to.postcode: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Phone = long(501) }, "ship_to.phone: is longer than 500 bytes"},
		{func(o *Order) { o.ShippingMethod = long(501) }, "shipping_method: is longer than 500 bytes"},
		{func(o *Order) { o.Note = long(10_001) }, "note: is longer than 10000 bytes"},
		{func(o *Order) { o.Tags = make([]string, 251) }, "tags: has 251 tags; at most 250 are taken"},
		{func(o *Order) { o.Tags = []string{"a", long(501)} }, "tags[1]: is longer than 500 bytes"},
		{func(o *Order) { o.ShipTo.Country = "" }, "ship_to.country: is missing"},
		{func(o *Order) { o.ShipTo.Country = "us" }, `ship_to.country: is "us"; expected two capital letters (ISO 3166-1) like US`},
		{func(o *Order) { o.ShipTo.Country = long(1000) }, `ship_to.country: is "` + long(40) + `"; expected two capital letters (ISO 3166-1) like US`},
		{func(o *Order) { o.Risk = "HIGH" }, `risk: is "HIGH"; expected low, medium or high`},
		{func(o *Order) { o.Billing.Country = "usa" }, `billing.country: is "usa"; expected two capital letters (ISO 3166-1) like US`},
		{func(o *Order) { o.Billing.City = long(501) }, "billing.city: is longer than 500 bytes"},
		{func(o *Order) { o.Billing.Name = "M\xfcller" }, "billing.name: is not UTF-8"},
		{func(o *Order) { o.ShipTo.Name, o.ShipTo.Company = "", "" }, "ship_to.name: is missing (a company would do)"},
		{func(o *Order) { o.Lines = nil }, "lines: is empty; an order needs at least one line"},
		{func(o *Order) { o.Lines = make([]Line, 1001) }, "lines: has 1001 lines; at most 1000 are taken"},
		{func(o *Order) { o.Lines[1].ID = "" }, "lines[1].id: is missing"},
		{func(o *Order) { o.Lines[1].ID = "1001-1" }, `lines[1].id: is "1001-1", as in lines[0]; line ids must differ`},
		{func(o *Order) { o.Lines[0].SKU = "" }, "lines[0].sku: is missing"},
		{func(o *Order) { o.Lines[0].SKU = "A\tB" }, "lines[0].sku: contains a line break, a tab or another control character"},
		{func(o *Order) { o.Lines[0].Title = long(501) }, "lines[0].title: is longer than 500 bytes"},
		{func(o *Order) { o.Lines[1].Quantity = 0 }, "lines[1].quantity: is 0; expected 1 to 100000"},
		{func(o *Order) { o.Lines[1].Quantity = 100_001 }, "lines[1].quantity: is 100001; expected 1 to 100000"},
		{func(o *Order) { o.Lines[1].UnitPrice = Amount{-1, 6} }, "lines[1].unit_price: is negative"},
		{func(o *Order) { o.Lines[0].UnitPrice, o.Lines[0].Quantity = Amount{20_000_000, 0}, 100_000 }, "lines: cost more than 1000000000000 together"},
	}
	for _, c := range cases {
		o := example()
		c.change(&o)
		errs := o.Check()
		if len(errs) != 1 || errs[0].Error() != c.want {
			t.Errorf("%v, expected %s", errs, c.want)
		}
	}
	var empty Order
	var fields []string
	for _, e := range empty.Check() {
		fields = append(fields, e.Field)
	}
	if want := []string{"number", "channel", "id", "ship_to.country", "ship_to.name", "lines"}; !slices.Equal(fields, want) {
		t.Errorf("an empty order has errors in %v, expected all at once: %v", fields, want)
	}
}

func TestNormal(t *testing.T) {
	given := Order{
		Number: " 1001\n", Channel: "\tshop", ID: " 7 ", PlacedAt: time.Date(2025, 8, 26, 19, 12, 0, 5000, time.FixedZone("", 2*3600)), Currency: " USD ",
		PaidAt: time.Date(2025, 8, 26, 19, 15, 0, 999_999_999, time.FixedZone("", 2*3600)), Customer: Customer{" Ada ", " a@b.example ", " 1 "},
		ShipTo:  Address{" a ", " b ", " c ", " d ", " e ", " f ", " g ", " US ", " h "},
		Billing: Address{" i ", " j ", " k ", " l ", " m ", " n ", " o ", " CA ", " p "}, Risk: " high\n",
		ShippingMethod: " Standard ", Tags: []string{" vip ", "", "gift", "vip"}, Note: "\n Ring\n twice. \n",
		Lines: []Line{{SKU: " A ", Title: " Bucket ", Quantity: 1}, {ID: " x ", SKU: "B", Quantity: 2}, {SKU: "C", Quantity: 3}},
	}
	shown := text(given)
	want := Order{
		Number: "1001", Channel: "shop", ID: "7", PlacedAt: time.Date(2025, 8, 26, 17, 12, 0, 0, time.UTC), PaidAt: time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC),
		Currency: "USD", Customer: Customer{"Ada", "a@b.example", "1"}, ShipTo: Address{"a", "b", "c", "d", "e", "f", "g", "US", "h"},
		Billing: Address{"i", "j", "k", "l", "m", "n", "o", "CA", "p"}, Risk: RiskHigh,
		ShippingMethod: "Standard", Tags: []string{"gift", "vip"}, Note: "Ring\n twice.",
		Lines: []Line{{ID: "1001-1", SKU: "A", Title: "Bucket", Quantity: 1}, {ID: "x", SKU: "B", Quantity: 2}, {ID: "1001-3", SKU: "C", Quantity: 3}},
	}
	got := given.Normal()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Amount) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if text(given) != shown {
		t.Error("Normal changed its receiver")
	}
	if again := got.Normal(); text(again) != text(got) {
		t.Errorf("normal twice: %s", text(again))
	}
	if o := (Order{}).Normal(); !o.PlacedAt.IsZero() || o.Paid() || o.Tags != nil {
		t.Errorf("an empty order becomes %+v", o)
	}
}

// TestOlderOrders: an order that was stored before test, risk and billing were known reads as it did, and is written without them.
func TestOlderOrders(t *testing.T) {
	const stored = `{"number":"1001","channel":"shop","id":"7","customer":{"name":"Ada"},"ship_to":{"name":"Ada","country":"US"},"lines":[{"id":"1001-1","sku":"A","quantity":1}]}`
	var o Order
	if err := json.Unmarshal([]byte(stored), &o); err != nil {
		t.Fatal(err)
	}
	if o.Test || o.Risk != "" || o.Billing != (Address{}) || len(o.Check()) > 0 || text(o) != stored {
		t.Errorf("it reads as %s, %v", text(o), o.Check())
	}
}

// TestNormalSurvivesStorage: an order that was stored as JSON and read back is the same order.
func TestNormalSurvivesStorage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.String()
		o := example()
		for _, s := range []*string{&o.Number, &o.ID, &o.Customer.Name, &o.ShipTo.Line1, &o.Note, &o.Lines[0].ID, &o.Lines[1].SKU} {
			*s = word.Draw(t, "text")
		}
		o.Tags = rapid.SliceOfN(word, 0, 3).Draw(t, "tags")
		o.PlacedAt = time.Unix(rapid.Int64Range(0, 5e9).Draw(t, "placed"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		o = o.Normal()
		if len(o.Check()) > 0 {
			return
		}
		var back Order
		if err := json.Unmarshal([]byte(text(o)), &back); err != nil {
			t.Fatal(err)
		}
		if what, fields := back.Normal().Against(o); what != Same {
			t.Fatalf("%s in %v: %s", what, fields, text(o))
		}
	})
}

func TestAgainst(t *testing.T) {
	unpaid := example()
	unpaid.PaidAt = time.Time{}
	silent := example()
	silent.Test, silent.Risk, silent.Billing = false, "", Address{}
	cases := []struct {
		name   string
		first  Order
		change func(*Order)
		want   Repeat
		fields []string
	}{
		{"test, risk and billing are told for the first time", silent, func(o *Order) {
			o.Test, o.Risk, o.Billing = true, RiskHigh, Address{City: "Shelbyville", Country: "US"}
		}, Same, nil},
		{"a copy that is silent about them", example(), func(o *Order) { o.Test, o.Risk, o.Billing = false, "", Address{} }, Same, nil},
		{"the payment, and they are told for the first time", func() Order { o := silent; o.PaidAt = time.Time{}; return o }(), func(o *Order) {
			o.PaidAt, o.Risk = example().PaidAt, RiskHigh
		}, Payment, nil},
		{"another risk", example(), func(o *Order) { o.Risk = RiskHigh }, Changed, []string{"risk"}},
		{"another billing address", example(), func(o *Order) { o.Billing.City, o.Billing.Line2 = "Springfield", "" }, Changed, []string{"billing.city", "billing.line2"}},
		{"the same", example(), func(*Order) {}, Same, nil},
		{"the payment", unpaid, func(o *Order) { o.PaidAt = example().PaidAt }, Payment, nil},
		{"an older copy without the payment", example(), func(o *Order) { o.PaidAt = time.Time{} }, Same, nil},
		{"paid at another time", example(), func(o *Order) { o.PaidAt = o.PaidAt.Add(time.Hour) }, Same, nil},
		{"the payment and something else", unpaid, func(o *Order) { o.PaidAt, o.Note = example().PaidAt, "" }, Changed, []string{"note"}},
		{"an amount with another number of digits", example(), func(o *Order) { o.Total, o.Lines[1].UnitPrice = Amount{534400, 4}, Amount{24500, 4} }, Same, nil},
		{"another total", example(), func(o *Order) { o.Total = Amount{5345, 2} }, Changed, []string{"total"}},
		{"another city and country", example(), func(o *Order) { o.ShipTo.City, o.ShipTo.Country = "Shelbyville", "CA" }, Changed, []string{"ship_to.city", "ship_to.country"}},
		{"an address line that is gone", example(), func(o *Order) { o.ShipTo.Line2 = "" }, Changed, []string{"ship_to.line2"}},
		{"a customer that is gone", example(), func(o *Order) { o.Customer = Customer{} }, Changed, []string{"customer.email", "customer.name", "customer.phone"}},
		{"another quantity", example(), func(o *Order) { o.Lines[0].Quantity = 2 }, Changed, []string{"lines"}},
		{"another price", example(), func(o *Order) { o.Lines[1].UnitPrice = Amount{246, 2} }, Changed, []string{"lines"}},
		{"a line more", example(), func(o *Order) { o.Lines = append(o.Lines, Line{ID: "3", SKU: "C", Quantity: 1}) }, Changed, []string{"lines"}},
		{"a line less", example(), func(o *Order) { o.Lines = o.Lines[:1] }, Changed, []string{"lines"}},
		{"a tag", example(), func(o *Order) { o.Tags = append(o.Tags, "x") }, Changed, []string{"tags"}},
		{"placed at another time", example(), func(o *Order) { o.PlacedAt = o.PlacedAt.Add(time.Second) }, Changed, []string{"placed_at"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			second := c.first.Normal()
			c.change(&second)
			shown := fmt.Sprint(text(c.first), text(second))
			what, fields := second.Normal().Against(c.first.Normal())
			if what != c.want || !slices.Equal(fields, c.fields) {
				t.Errorf("%s %v, expected %s %v", what, fields, c.want, c.fields)
			}
			if fmt.Sprint(text(c.first), text(second)) != shown {
				t.Error("the comparison changed an order")
			}
		})
	}
}
