package channel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
)

// canonical is the example of docs/orders.md with every field.
const canonical = `{"number":"1001","channel":"shop","id":"4712698490461","placed_at":"2025-08-26T17:12:00Z","paid_at":"2025-08-26T19:15:00+02:00",
 "currency":"USD","total":"53.44",
 "customer":{"name":"Ada Example","email":"ada@buyer.example","phone":"+1 555 0100"},
 "ship_to":{"name":"Ada Example","company":"Example Works","line1":"1 Mill Lane","line2":"Flat 2","city":"Springfield","region":"IL","postcode":"62701","country":"US","phone":"+1 555 0101"},
 "billing":{"name":"Bea Example","company":"Example Holding","line1":"2 Mill Lane","line2":"Floor 3","city":"Shelbyville","region":"IN","postcode":"46176","country":"US","phone":"+1 555 0102"},
 "shipping_method":"Standard","tags":["vip","gift"],"note":"Ring twice.\nThank you.","test":true,"risk":"high",
 "lines":[{"id":"1001-1","sku":"PS10044","title":"Galvanized bucket 14 qt","quantity":1,"unit_price":"48.54"},{"sku":"PS10045","quantity":2}],
 "supplier":"prairie","po_number":"1001-A","message_id":"<1@shop.example>","reply_to":"orders+K@shop.example"}`

func canonicalOrder(t testing.TB) order.Order {
	t.Helper()
	amount := func(s string) order.Amount {
		a, err := order.ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	return order.Order{
		Number: "1001", Channel: "shop", ID: "4712698490461", PlacedAt: time.Date(2025, 8, 26, 17, 12, 0, 0, time.UTC), PaidAt: time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC),
		Currency: "USD", Total: amount("53.44"), Customer: order.Customer{Name: "Ada Example", Email: "ada@buyer.example", Phone: "+1 555 0100"},
		ShipTo: order.Address{Name: "Ada Example", Company: "Example Works", Line1: "1 Mill Lane", Line2: "Flat 2", City: "Springfield", Region: "IL",
			Postcode: "62701", Country: "US", Phone: "+1 555 0101"},
		Billing: order.Address{Name: "Bea Example", Company: "Example Holding", Line1: "2 Mill Lane", Line2: "Floor 3", City: "Shelbyville", Region: "IN",
			Postcode: "46176", Country: "US", Phone: "+1 555 0102"},
		ShippingMethod: "Standard", Tags: []string{"gift", "vip"}, Note: "Ring twice.\nThank you.", Test: true, Risk: order.RiskHigh,
		Lines: []order.Line{{ID: "1001-1", SKU: "PS10044", Title: "Galvanized bucket 14 qt", Quantity: 1, UnitPrice: amount("48.54")}, {ID: "1001-2", SKU: "PS10045", Quantity: 2}},
	}
}

var sameAmount = cmp.Comparer(func(a, b order.Amount) bool { return a == b })

func TestDecodeOrder(t *testing.T) {
	got, hints, fields, err := DecodeOrder([]byte(canonical))
	if err != nil || len(fields) > 0 {
		t.Fatal(err, fields)
	}
	if diff := cmp.Diff(canonicalOrder(t), got.Normal(), sameAmount); diff != "" {
		t.Error(diff)
	}
	if want := (Hints{"prairie", "1001-A", "<1@shop.example>", "orders+K@shop.example"}); hints != want {
		t.Errorf("hints %+v, expected %+v", hints, want)
	}
	if _, _, fields, err := DecodeOrder([]byte(`{"number":null,"tags":null,"lines":null,"total":null,"paid_at":null,"placed_at":"","customer":null,"test":null,"risk":null,"billing":null,"ship_to":{"name":null}}`)); err != nil || fields != nil {
		t.Errorf("null is the same as left out: %v %v", fields, err)
	}
}

func TestFieldErrors(t *testing.T) {
	long := strings.Repeat("9", 100)
	for in, want := range map[string]string{
		`{"number":1001}`:                               "number: is 1001; expected text in quotes",
		`{"id":4712698490461}`:                          "id: is 4712698490461; expected text in quotes",
		`{"id":` + long + `}`:                           "id: is " + long[:40] + "…; expected text in quotes",
		`{"channel":["shop"]}`:                          `channel: is ["shop"]; expected text in quotes`,
		`{"currency":true}`:                             "currency: is true; expected text in quotes",
		`{"shipping_method":{}}`:                        "shipping_method: is {}; expected text in quotes",
		`{"note":1}`:                                    "note: is 1; expected text in quotes",
		`{"supplier":1}`:                                "supplier: is 1; expected text in quotes",
		`{"po_number":1}`:                               "po_number: is 1; expected text in quotes",
		`{"message_id":1}`:                              "message_id: is 1; expected text in quotes",
		`{"reply_to":1}`:                                "reply_to: is 1; expected text in quotes",
		`{"placed_at":1724692320}`:                      `placed_at: is 1724692320; expected a time like "2025-08-26T17:12:00Z"`,
		`{"paid_at":"26.08.2025"}`:                      `paid_at: is "26.08.2025"; expected a time like 2025-08-26T17:12:00Z (RFC 3339)`,
		`{"paid_at":"2025-08-26 17:12:00"}`:             `paid_at: is "2025-08-26 17:12:00"; expected a time like 2025-08-26T17:12:00Z (RFC 3339)`,
		`{"total":53.44}`:                               `total: is 53.44; expected a decimal in quotes like "48.54", so that no digit is lost`,
		`{"total":"53,44"}`:                             `total: is "53,44"; expected a decimal like 48.54`,
		`{"tags":"vip"}`:                                `tags: is "vip"; expected a list of texts`,
		`{"tags":["vip",1]}`:                            `tags: is ["vip",1]; expected a list of texts`,
		`{"customer":"Ada"}`:                            `customer: is "Ada"; expected an object`,
		`{"customer":{"email":1}}`:                      "customer.email: is 1; expected text in quotes",
		`{"customer":{"mail":"a@b.example"}}`:           "customer.mail: is not a field of an order",
		`{"billing":"the same"}`:                        "billing: is \"the same\"; expected an object",
		`{"billing":{"zip":"62701"}}`:                   "billing.zip: is not a field of an order",
		`{"test":"true"}`:                               `test: is "true"; expected true or false`,
		`{"risk":0.9}`:                                  "risk: is 0.9; expected text in quotes",
		`{"ship_to":[]}`:                                "ship_to: is []; expected an object",
		`{"ship_to":{"postcode":62701}}`:                "ship_to.postcode: is 62701; expected text in quotes",
		`{"ship_to":{"zip":"62701"}}`:                   "ship_to.zip: is not a field of an order",
		`{"lines":{}}`:                                  "lines: is {}; expected a list of lines",
		`{"lines":[1]}`:                                 "lines[0]: is 1; expected an object",
		`{"lines":[{},{"id":1}]}`:                       "lines[1].id: is 1; expected text in quotes",
		`{"lines":[{"sku":10044}]}`:                     "lines[0].sku: is 10044; expected text in quotes",
		`{"lines":[{"title":1}]}`:                       "lines[0].title: is 1; expected text in quotes",
		`{"lines":[{"quantity":"2"}]}`:                  `lines[0].quantity: is "2"; expected a whole number of pieces`,
		`{"lines":[{"quantity":1.5}]}`:                  "lines[0].quantity: is 1.5; expected a whole number of pieces",
		`{"lines":[{"quantity":99999999999999999999}]}`: "lines[0].quantity: is 99999999999999999999; expected a whole number of pieces",
		`{"lines":[{"unit_price":48.54}]}`:              `lines[0].unit_price: is 48.54; expected a decimal in quotes like "48.54", so that no digit is lost`,
		`{"lines":[{"unit_price":"1e3"}]}`:              `lines[0].unit_price: is "1e3"; expected a decimal like 48.54`,
		`{"lines":[{"qty":1}]}`:                         "lines[0].qty: is not a field of an order",
		`{"Number":"1001"}`:                             "Number: is not a field of an order",
		`{"` + long + `":1}`:                            long[:40] + "…: is not a field of an order",
	} {
		_, _, fields, err := DecodeOrder([]byte(in))
		if err != nil || len(fields) != 1 || fields[0].Error() != want {
			t.Errorf("%s: %v %v; expected %s", in, fields, err, want)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	o, _, fields, err := DecodeOrder([]byte(`{"number":1,"id":"7","total":1,"lines":[{"sku":"A","quantity":"x","colour":"red"}],"zip":1}`))
	if err != nil || o.ID != "7" || len(o.Lines) != 1 || o.Lines[0].SKU != "A" {
		t.Errorf("what could be read is lost: %+v, %v", o, err)
	}
	var named []string
	for _, f := range fields {
		named = append(named, f.Field)
	}
	if want := []string{"lines[0].colour", "lines[0].quantity", "number", "total", "zip"}; !slices.Equal(named, want) {
		t.Errorf("errors in %v, expected %v", named, want)
	}
	var many strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&many, `"x%d":1,`, i)
	}
	if _, _, fields, err := DecodeOrder([]byte("{" + many.String() + `"number":"1"}`)); err != nil || len(fields) != maxErrors {
		t.Errorf("%d errors are told, %v; expected %d", len(fields), err, maxErrors)
	}
}

func TestNotAnOrder(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "it is empty",
		" \n":                         "it is empty",
		`{"number":"1001"`:            "it ends in the middle",
		`{"number":"10`:               "it ends in the middle",
		`[]`:                          "expected an object, found a JSON array",
		`"1001"`:                      "expected an object, found a JSON string",
		`1001`:                        "expected an object, found a JSON number",
		`null`:                        "expected an object, found a JSON null",
		`{} {}`:                       "there is more text behind the object",
		`{}]`:                         "there is more text behind the object",
		"{\n \"number\": \"1\",\n x}": "line 3, column 2: invalid character 'x' looking for beginning of object key string",
		"{\"a\":\"x\ny\"}":            `line 1, column 8: invalid character '\n' in string literal`,
		"{\"note\":\"M\xfcller\"}":    "byte 10 is not UTF-8",
		"<html>":                      "line 1, column 1: invalid character '<' looking for beginning of value",
	} {
		_, _, fields, err := DecodeOrder([]byte(in))
		if err == nil || err.Error() != want || fields != nil {
			t.Errorf("%q: %v %v; expected %s", in, err, fields, want)
		}
	}
}

func FuzzDecodeOrder(f *testing.F) {
	f.Add([]byte(canonical))
	f.Add([]byte(`{"lines":[{"quantity":1e2}],"ship_to":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, _, fields, err := DecodeOrder(raw)
		if err != nil || len(fields) > 0 {
			return
		}
		o = o.Normal()
		if len(o.Check()) > 0 {
			return
		}
		again, err := json.Marshal(o)
		if err != nil {
			t.Fatalf("a checked order cannot be written: %v", err)
		}
		back, _, fields, err := DecodeOrder(again)
		if err != nil || len(fields) > 0 {
			t.Fatalf("its own writing is refused: %v %v", err, fields)
		}
		if what, fields := back.Normal().Against(o); what != order.Same {
			t.Fatalf("it is %s in %v after writing", what, fields)
		}
	})
}
