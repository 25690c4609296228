package woocommerce_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/order"
)

func TestOrder(t *testing.T) {
	w := newWorld(t, nil)
	w.server.Product("1003", "0", true)
	doc := anOrder(
		line(1, "PS-1", 3, "28.00", map[string]any{"name": "Mug &ndash; Black", "meta_data": []any{
			map[string]any{"id": 1, "key": "pa_color", "value": "black", "display_key": "Color", "display_value": "Black"},
			map[string]any{"id": 2, "key": "Engraving", "value": "Ada <b>&amp;</b> Bob"},
			map[string]any{"id": 3, "key": "_reduced_stock", "value": "3"},
			map[string]any{"id": 4, "key": "parts", "value": []any{"a"}}}}),
		line(2, "PS-2", 2, "10.00", map[string]any{"quantity": "2", "product_id": "77", "variation_id": nil}),
		line(3, "PDF-1", 1, "4.00", nil))
	doc["number"] = "WEB-1001"
	id := w.server.Put(doc)
	d := w.read(w.look()[0])
	got, err := json.MarshalIndent(d.Order, "", " ")
	if err != nil || d.Err != nil || d.Skip != "" || d.Closed != "" || d.Cancelled {
		t.Fatalf("%+v, %v", d, err)
	}
	want := fmt.Sprintf(`{
 "number": "WEB-1001",
 "channel": "",
 "id": "%d",
 "placed_at": "2025-08-26T08:58:00Z",
 "paid_at": "2025-08-26T08:59:00Z",
 "currency": "EUR",
 "total": "28.00",
 "customer": {
  "name": "Ada Example",
  "email": "ada@buyer.example",
  "phone": "+1 555 0100"
 },
 "ship_to": {
  "name": "Ada Example",
  "line1": "1 Mill Lane",
  "city": "Springfield",
  "region": "IL",
  "postcode": "62701",
  "country": "US",
  "phone": "+1 555 0100"
 },
 "billing": {
  "name": "Ada Example",
  "line1": "1 Mill Lane",
  "city": "Springfield",
  "region": "IL",
  "postcode": "62701",
  "country": "US",
  "phone": "+1 555 0100"
 },
 "shipping_method": "Flat rate – slow",
 "note": "Ring twice \u0026 wait.\nThanks",
 "lines": [
  {
   "id": "1",
   "sku": "PS-1",
   "title": "Mug – Black (Engraving: Ada \u0026 Bob)",
   "quantity": 3,
   "unit_price": "9.33"
  },
  {
   "id": "2",
   "sku": "PS-2",
   "title": "Thing PS-2",
   "quantity": 2,
   "unit_price": "5.00"
  }
 ]
}`, id)
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}

// raw is an order as it is kept, with every product one that ships.
func raw(t *testing.T, doc map[string]any) []byte {
	t.Helper()
	doc["id"] = 5
	whole, err := json.Marshal(map[string]any{"order": doc, "products": map[string]bool{}})
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func TestStatuses(t *testing.T) {
	w := newWorld(t, func(c *woocommerce.Config) { c.Paid = []string{"processing", "to-print"} })
	for status, want := range map[string]string{
		"processing": "paid", "to-print": "paid", "wc-processing": "paid", "pending": "unpaid", "on-hold": "unpaid", "failed": "unpaid", "awaiting-dad": "unpaid",
		"completed": "closed", "checkout-draft": "closed", "auto-draft": "closed", "cancelled": "cancelled", "refunded": "cancelled", "trash": "cancelled",
	} {
		for _, dated := range []bool{true, false} {
			doc := anOrder(line(1, "A", 1, "5.00", nil))
			doc["status"] = status
			if !dated {
				doc["date_paid_gmt"] = nil
			}
			all, err := w.shop.Read("", raw(t, doc))
			if err != nil || len(all) != 1 {
				t.Fatalf("%s: %v", status, err)
			}
			d, got := all[0], "unpaid"
			switch {
			case d.Cancelled:
				got = "cancelled"
			case d.Closed != "":
				got = "closed"
			case d.Order.Paid():
				got = "paid"
			}
			if got != want {
				t.Errorf("%s (dated %v): %s, want %s", status, dated, got, want)
			}
		}
	}
}

func TestLines(t *testing.T) {
	bundle := []map[string]any{line(1, "SET", 1, "30.00", map[string]any{"bundled_items": []any{2, 3}}), line(2, "CUP", 2, "0.00", map[string]any{"bundled_by": "1"}),
		line(3, "POT", 1, "0.00", map[string]any{"bundled_by": 1}), line(4, "BOX", 1, "9.00", map[string]any{"composite_children": []any{"5"}}),
		line(5, "LID", 1, "0.00", map[string]any{"composite_parent": "4"})}
	for setting, want := range map[string]string{"children": "CUP POT LID", "parent": "SET BOX", "all": "SET CUP POT BOX LID"} {
		w := newWorld(t, func(c *woocommerce.Config) { c.Bundles = setting })
		all, err := w.shop.Read("", raw(t, anOrder(bundle...)))
		if err != nil {
			t.Fatal(err)
		}
		var skus []string
		for _, l := range all[0].Order.Lines {
			skus = append(skus, l.SKU)
		}
		if got := strings.Join(skus, " "); got != want {
			t.Errorf("bundles %s: %s, want %s", setting, got, want)
		}
	}
	w := newWorld(t, nil)
	broken := anOrder(line(1, "A", 1, "5.00", map[string]any{"quantity": 1.5}))
	if all, err := w.shop.Read("", raw(t, broken)); err != nil || all[0].Err == nil || !strings.Contains(all[0].Err.Error(), "only whole pieces") {
		t.Errorf("%+v, %v", all, err)
	}
	picked := anOrder(line(1, "A", 1, "5.00", nil))
	picked["shipping_lines"] = []any{map[string]any{"method_id": "local_pickup:2"}}
	if all, err := w.shop.Read("", raw(t, picked)); err != nil || all[0].Skip != "the customer picks it up" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestRefunds(t *testing.T) {
	w := newWorld(t, nil)
	id := w.server.Put(anOrder(line(1, "A", 3, "28.00", nil), line(2, "B", 1, "5.00", nil)))
	w.server.Refund(id, 1, 2)
	w.server.Refund(id, 2, 1)
	d := w.read(w.look()[0])
	if len(d.Order.Lines) != 1 || d.Order.Lines[0].Quantity != 1 || d.Order.Lines[0].UnitPrice.String() != "9.33" {
		t.Errorf("%+v", d.Order.Lines)
	}
	w.server.Refund(id, 1, 1)
	if d := w.read(w.look()[0]); !strings.Contains(d.Skip, "was refunded") {
		t.Errorf("%+v", d)
	}
}

func TestAddresses(t *testing.T) {
	w := newWorld(t, nil)
	doc := anOrder(line(1, "A", 1, "5.00", nil))
	doc["shipping"] = map[string]any{"first_name": "Jos&eacute;", "last_name": "N\u00fa\u00f1ez", "company": "Smith &amp; Sons", "address_1": "Calle 1", "city": "Tokyo", "state": "JP13", "postcode": 1000001, "country": "jp"}
	all, err := w.shop.Read("", raw(t, doc))
	if err != nil {
		t.Fatal(err)
	}
	want := order.Address{Name: "José Núñez", Company: "Smith & Sons", Line1: "Calle 1", City: "Tokyo", Region: "Tokyo", Postcode: "1000001", Country: "JP"}
	if got := all[0].Order.ShipTo; got != want {
		t.Errorf("%+v", got)
	}
	for _, empty := range []any{[]any{}, nil, map[string]any{"country": "US"}} {
		doc["shipping"] = empty
		all, err := w.shop.Read("", raw(t, doc))
		if err != nil || all[0].Order.ShipTo.Line1 != "1 Mill Lane" {
			t.Errorf("%v: %+v, %v", empty, all, err)
		}
	}
}

// TestHostileOrder: whatever buyers and plug-ins write, what comes out passes or fails the order's own check, and nothing breaks.
func TestHostileOrder(t *testing.T) {
	w := newWorld(t, nil)
	doc := anOrder(line(1, "=cmd|' /C calc'!A0", 1, "1e999999", map[string]any{"name": strings.Repeat("\U0001F381", 400) + "\x00", "quantity": "1"}))
	doc["total"], doc["customer_note"] = "1e400", strings.Repeat("<script>", 5000)
	billing, _ := doc["billing"].(map[string]any)
	billing["first_name"] = "@SUM(1+1)\t\r\n\x07"
	all, err := w.shop.Read("", raw(t, doc))
	if err != nil {
		t.Fatal(err)
	}
	o := all[0].Order
	o.Channel = "shop"
	if errs := o.Check(); len(errs) != 0 {
		t.Errorf("%v", errs)
	}
	if strings.ContainsAny(o.Customer.Name, "\t\r\n") {
		t.Errorf("%q", o.Customer.Name)
	}
}

func FuzzRead(f *testing.F) {
	doc, err := json.Marshal(map[string]any{"order": anOrder(line(1, "A", 1, "5.00", nil)), "products": map[string]bool{"1001/0": true}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`{"order":{"id":"1","status":"processing","line_items":{"0":{"id":1,"quantity":"2.0"}},"billing":[]},"refunds":[{"line_items":[{"quantity":-1}]}]}`))
	shop, err := woocommerce.New(woocommerce.Config{URL: "https://shop.example", Key: nothing, Secret: nothing, Cursor: &memory{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := shop.Read("", raw)
		for _, d := range all {
			if err != nil || d.Order.ID == "" {
				t.Errorf("%+v, %v", d, err)
			}
		}
	})
}

func nothing(context.Context) (string, error) { return "", os.ErrNotExist }
