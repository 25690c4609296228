package rig

import (
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel/wootest"
)

// TestEndToEndShops is the loop with a WooCommerce shop, and Amazon and eBay by files, in place of the generic channel.
func TestEndToEndShops(t *testing.T) {
	woo := wootest.New(time.Now, t.Errorf)
	t.Cleanup(woo.Close)
	woo.Switch(wootest.ShipmentTracking, true)
	woo.Product("7", "0", false)
	channels := fmt.Sprintf(`  woo:
    woocommerce: {url: %q, key_file: woo-key, secret_file: woo-secret, poll: 1s, per_second: 50, ca_file: woo-ca.pem, allow_private: true}
  amazon:
    amazon: {country: US, orders: {path: amazon/in, poll: 1s}, shipments: {path: amazon/out}, schedule: "* * * * *"}
  ebay:
    ebay: {country: US, orders: {path: ebay/in, poll: 1s}, shipments: {path: ebay/out}, schedule: "* * * * *"}
`, woo.URL())
	w := openWorld(t, worldOptions{seed: 21, suppliers: []*supplier{prairie(), harbor()}, channel: channels})
	w.write("woo-key", wootest.Key)
	w.write("woo-secret", wootest.Secret)
	w.write("woo-ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: woo.Certificate()})))
	for _, dir := range []string{"amazon/in", "amazon/out", "ebay/in", "ebay/out"} {
		if err := os.MkdirAll(w.path(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.daemon.start()
	looks := 0
	w.live("the first looks at the shop", func() bool {
		for _, r := range woo.Requests() {
			if r == "GET wc/v3/orders" {
				looks++
			}
		}
		return looks > 4
	})

	paid := w.wooOrder(woo, "2001", "processing", "PS-1", "HG-2")
	unpaid := w.wooOrder(woo, "2002", "on-hold", "PS-3")
	const amazon, ebay = "058-3563777-5518068", "04-15250-08826"
	w.lines[amazon], w.lines[ebay] = []orderLine{{"PS-4", 1}}, []orderLine{{"HG-5", 2}}
	w.write("amazon/in/orders.txt", amazonReport(amazon))
	w.write("ebay/in/orders.csv", ebayOrders(ebay))

	w.live("tracking in the shop", func() bool { return len(woo.Trackings(paid)) == 2 && woo.Order(paid)["status"] == "completed" })
	woo.Set(unpaid, map[string]any{"status": "processing"})
	w.live("the order that was paid later", func() bool { return woo.Order(unpaid)["status"] == "completed" })
	for number, id := range map[string]int64{"2001": paid, "2002": unpaid} {
		for tracking := range w.truth[number].tracking {
			if !slices.Contains(woo.Trackings(id), tracking) {
				t.Errorf("order %s lacks %s: %q", number, tracking, woo.Trackings(id))
			}
		}
		if len(woo.Trackings(id)) != len(w.truth[number].tracking) {
			t.Errorf("order %s has %q, true is %v", number, woo.Trackings(id), w.truth[number].tracking)
		}
	}
	w.write("amazon/in/again.txt", amazonReport(amazon)) // the same order, in the next report
	w.liveSince(time.Now().Add(time.Minute), "the files with shipments", func() bool { return w.written("amazon/out/*.txt") != "" && w.written("ebay/out/*.csv") != "" })
	for order, pattern := range map[string]string{amazon: "amazon/out/*.txt", ebay: "ebay/out/*.csv"} {
		text := w.written(pattern)
		for tracking := range w.truth[order].tracking {
			if strings.Count(text, tracking) != 1 || !strings.Contains(text, order) {
				t.Errorf("%s is not told once of %s: %q", order, tracking, text)
			}
		}
	}
	w.exactlyOnce()
	if desk := w.desk(); len(desk) > 0 {
		t.Errorf("somebody is asked: %v", desk)
	}
	if out := w.daemon.do("verify"); out != "The books are in order.\n" {
		t.Errorf("verify: %s", out)
	}
}

// wooOrder is an order that a customer placed in the shop.
func (w *realWorld) wooOrder(woo *wootest.Server, number, status string, skus ...string) int64 {
	address := map[string]any{"first_name": "Ada", "last_name": "Example " + number, "company": "", "address_1": number + " Test Street", "address_2": "", "city": "Springfield",
		"state": "IL", "postcode": "62704", "country": "US", "email": buyerAddress, "phone": ""}
	var lines []any
	for i, sku := range skus {
		w.lines[number] = append(w.lines[number], orderLine{sku, 1})
		lines = append(lines, map[string]any{"id": int64(i + 1), "name": "Thing", "product_id": 7, "variation_id": 0, "quantity": 1, "sku": sku, "total": "5.00", "price": 5, "meta_data": []any{}})
	}
	return woo.Put(map[string]any{"number": number, "status": status, "total": "5.00",
		"currency": "USD", "billing": address, "shipping": address, "line_items": lines})
}

// written is what lies in the files of a pattern, one after another.
func (w *realWorld) written(pattern string) string {
	names, err := filepath.Glob(w.path(pattern))
	if err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			w.t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

func amazonReport(order string) string {
	return "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tbuyer-phone-number\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\t" +
		"ship-service-level\trecipient-name\tship-address-1\tship-address-2\tship-address-3\tship-city\tship-state\tship-postal-code\tship-country\n" +
		order + "\t05835637773450\t2025-08-26T17:12:00+00:00\t2025-08-26T17:15:00+00:00\t" + buyerAddress + "\tBea Example\t\tPS-4\tBucket\t1\t0\t1\tStandard\tBea Example\t4 Test Street\t\t\tSpringfield\tIL\t62704\tUS\n"
}

func ebayOrders(order string) string {
	return "\n" + `"Order Number","Buyer Name","Ship To Name","Ship To Address 1","Ship To City","Ship To State","Ship To Zip","Ship To Country","Item Number","Item Title","Custom Label","Quantity","Sold For","Sale Date","Paid On Date","Shipped On Date","Transaction ID"` +
		"\n,,,\n" + strconv.Quote(order) + `,"Cy Example","Cy Example","5 Test Street","Springfield","IL","62704","United States","2255","Brush","HG-5","2","$10.00","Aug-26-25","Aug-26-25","","9001"` + "\n1,record(s) downloaded\n"
}
