package marketplace_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"waybill/daemon/channel"
	"waybill/daemon/channel/marketplace"
	"waybill/daemon/order"
	"waybill/parsers/carrier"
)

// unshipped are the columns of Amazon's report of unshipped orders.
const unshipped = "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\tpromise-date\tdays-past-promise\tbuyer-email\tbuyer-name\tpayment-method-details\tbuyer-phone-number\tsku\t" +
	"product-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\tship-service-level\trecipient-name\tship-address-1\tship-address-2\tship-address-3\tship-city\tship-state\tship-postal-code\t" +
	"ship-country\tis-business-order\n"

func item(id, line, sku, product string, bought, shipped int, name string) string {
	return fmt.Sprintf("%s\t%s\t2025-08-26T17:12:00+00:00\t2025-08-26T10:15:00-07:00\t2025-08-27T00:00:00+00:00\t2025-08-29T00:00:00+00:00\t-2\tx@marketplace.example\tBob Example\t\t+1 555 0100\t%s\t"+
		"%s\t%d\t%d\t%d\tStandard\t%s\t1 Mill Lane\tUnit 2\t\tSpringfield\tIL\t62701\tUS\tfalse\n", id, line, sku, product, bought, shipped, bought-shipped, name)
}

func readAmazon(t *testing.T, country, name string, raw []byte) []channel.Delivery {
	t.Helper()
	all, err := marketplace.New(marketplace.Config{Kind: marketplace.Amazon, Country: country}).Read(name, raw)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAmazonReport(t *testing.T) {
	report := unshipped + item("058-3563777-5518068", "05835637773450", "PS-1", `Bucket 14" "galvanized"`, 3, 0, "=HYPERLINK(\"x\")") +
		item("058-3563777-5518069", "05835637773460", "PS-3", "Brush", 2, 1, "Eve Example") +
		item("058-3563777-5518068", "05835637773451", "PS-2", "Lid", 1, 0, "=HYPERLINK(\"x\")")
	all := readAmazon(t, "US", "r.txt", []byte(report))
	if len(all) != 2 || all[0].Err != nil || !all[0].Partial || all[1].Closed == "" {
		t.Fatalf("%+v", all)
	}
	o := all[0].Order
	if o.ID != "058-3563777-5518068" || o.PaidAt != time.Date(2025, 8, 26, 17, 15, 0, 0, time.UTC) || o.ShipTo.Line2 != "Unit 2" || o.ShipTo.Name != `=HYPERLINK("x")` || len(o.Lines) != 2 ||
		o.Lines[0] != (order.Line{ID: "05835637773450", SKU: "PS-1", Title: `Bucket 14" "galvanized"`, Quantity: 3}) {
		t.Errorf("%+v", o)
	}
	o.Channel = "amazon"
	if errs := o.Check(); len(errs) > 0 {
		t.Error(errs)
	}
	// The same report tomorrow says the same, although its days went by.
	tomorrow := strings.ReplaceAll(report, "2025-08-27T00", "2025-08-28T00")
	if again := readAmazon(t, "US", "r.txt", []byte(tomorrow)); fmt.Sprint(again) != fmt.Sprint(all) {
		t.Errorf("tomorrow %+v", again)
	}
}

func TestAmazonEncodings(t *testing.T) {
	japanese, err := japanese.ShiftJIS.NewEncoder().String(unshipped + item("058-3563777-5518068", "05835637773450", "PS-1", "バケツ", 1, 0, "山田 太郎"))
	if err != nil {
		t.Fatal(err)
	}
	if all := readAmazon(t, "JP", "r.txt", []byte(japanese)); all[0].Order.ShipTo.Name != "山田 太郎" || all[0].Order.Lines[0].Title != "バケツ" {
		t.Errorf("%+v", all)
	}
	for _, raw := range []string{"J\xfcrgen M\xfcller", "Jürgen Müller", "\xef\xbb\xbf"} {
		report := unshipped + item("058-3563777-5518068", "05835637773450", "PS-1", "Eimer", 1, 0, raw)
		if strings.HasPrefix(raw, "\xef\xbb") {
			report = raw + unshipped + item("058-3563777-5518068", "05835637773450", "PS-1", "Eimer", 1, 0, "Jürgen Müller")
		}
		if all := readAmazon(t, "DE", "r.txt", []byte(report)); all[0].Order.ShipTo.Name != "Jürgen Müller" {
			t.Errorf("%+v", all)
		}
	}
}

func TestAmazonWords(t *testing.T) {
	all := "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsku\tquantity\tship-city\n"
	for name, c := range map[string]struct{ report, words string }{
		"another file":    {"a\tb\n1\t2\n", "this is no order report of Amazon's"},
		"empty":           {" \n", "the report is empty"},
		"no addresses":    {all + "058-3563777-5518068\t2025-08-26T17:12:00+00:00\tUnshipped\tMerchant\tPS-1\t1\tSpringfield\n", "1 orders to ship and no addresses"},
		"spreadsheet":     {unshipped + item("5.83564E+15", "1", "PS-1", "x", 1, 0, "Ada"), "changed by a spreadsheet program"},
		"address hidden":  {unshipped + strings.Replace(item("058-3563777-5518068", "1", "PS-1", "x", 1, 0, "Ada"), "1 Mill Lane", "", 1), "the report has no address for it"},
		"no pieces":       {unshipped + item("058-3563777-5518068", "1", "PS-1", "x", 0, 0, "Ada"), "quantity-purchased is \"0\""},
		"item id rounded": {unshipped + item("058-3563777-5518068", "5.8E+13", "PS-1", "x", 1, 0, "Ada"), "order-item-id is"},
		"a column twice":  {"order-id\tsku\tsku\n1\t2\t3\n", "stands there twice"},
	} {
		found, err := marketplace.New(marketplace.Config{Kind: marketplace.Amazon, Country: "US"}).Read("r.txt", []byte(c.report))
		if err == nil && len(found) == 1 {
			err = found[0].Err
		}
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, %+v", name, err, found)
		}
	}
	// The report of all orders tells what was cancelled, and FBA's orders are not ours.
	found := readAmazon(t, "US", "r.txt", []byte(all+"058-3563777-5518068\t2025-08-26T17:12:00+00:00\tCancelled\tMerchant\tPS-1\t1\tx\n058-3563777-5518069\t2025-08-26T17:12:00+00:00\tUnshipped\tAmazon\tPS-1\t1\tx\n"))
	if len(found) != 1 || !found[0].Cancelled {
		t.Errorf("%+v", found)
	}
}

func TestAmazonProcessingReport(t *testing.T) {
	shop := marketplace.New(marketplace.Config{Kind: marketplace.Amazon, Country: "US"})
	const head = "Feed Processing Summary:\n\tNumber of records processed\t\t2\n\tNumber of records successful\t\t%d\n\n"
	_, err := shop.Read("upload_1.txt", []byte(fmt.Sprintf(head, 1)+"original-record-number\torder-id\terror-code\terror-type\terror-message\n2\t058-3563777-5518068\t18028\tError\tThe data you submitted is incomplete\n"))
	var refused *channel.Refused
	if !errors.As(err, &refused) || !slices.Equal(refused.Reasons, []string{"upload_1.txt: record 2 058-3563777-5518068: The data you submitted is incomplete (18028)"}) {
		t.Errorf("%v", err)
	}
	if all, err := shop.Read("upload_1.txt", []byte(fmt.Sprintf(head, 2))); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := shop.Read("upload_1.txt", []byte(fmt.Sprintf(head, 0))); !errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
}

func shippedRow(slug, number string, pieces int) channel.TrackingRow {
	return channel.TrackingRow{OrderNumber: "058-3563777-5518068", OrderID: "058-3563777-5518068", LineID: "05835637773450", SKU: "PS-1", Quantity: pieces, Carrier: slug,
		TrackingNumber: number, ShippedAt: time.Date(2025, 8, 27, 23, 30, 0, 0, time.UTC)}
}

func TestAmazonConfirmation(t *testing.T) {
	chicago := time.FixedZone("CDT", -5*3600)
	c := marketplace.Confirmation{Kind: marketplace.Amazon, Country: "US", Zone: chicago, Carriers: map[string]string{"ontrac": "OnTrac Special"}}
	corrected := shippedRow("usps", "9400", 0)
	corrected.Corrects = 2
	wrong := shippedRow("ups", "1Z3", 1)
	wrong.OrderID = "1001"
	file, left, err := c.Write([]channel.TrackingRow{shippedRow("ups", "1Z1", 2), shippedRow("ups", "1Z2", 0), shippedRow("", "\tX1\r\n058", 1), corrected, shippedRow("ontrac", "C1", 1),
		shippedRow("ups", "", 1), shippedRow("ups", "NULL", 1), wrong})
	want := "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\r\n" +
		"058-3563777-5518068\t05835637773450\t2\t2025-08-27\tUPS\t\t1Z1\t\r\n" +
		"058-3563777-5518068\t05835637773450\t1\t2025-08-27\tOther\tCarrier\tX1  058\t\r\n" +
		"058-3563777-5518068\t05835637773450\t2\t2025-08-27\tUSPS\t\t9400\t\r\n" +
		"058-3563777-5518068\t05835637773450\t1\t2025-08-27\tOnTrac Special\t\tC1\t\r\n"
	if err != nil || string(file) != want || len(left) != 4 {
		t.Errorf("%q\n%q\n%q, %v", file, want, left, err)
	}
	if file, left, err := c.Write([]channel.TrackingRow{shippedRow("ups", "", 1)}); file != nil || len(left) != 1 || err != nil {
		t.Errorf("%q, %q, %v", file, left, err)
	}
	c = marketplace.Confirmation{Kind: marketplace.Amazon, Country: "JP", Zone: time.FixedZone("JST", 9*3600)}
	file, _, err = c.Write([]channel.TrackingRow{shippedRow("taqbin-jp", "123456789013", 1)})
	text, decodeErr := japanese.ShiftJIS.NewDecoder().String(string(file))
	lines := strings.Split(text, "\r\n")
	if err != nil || decodeErr != nil || len(lines) != 5 || !strings.HasPrefix(lines[0], "TemplateType=OrderFulfillment\tVersion=2011.1102\t") || !strings.HasPrefix(lines[1], "注文番号\t") ||
		lines[3] != "058-3563777-5518068\t05835637773450\t1\t2025-08-28\tYamatoTransport\t\t123456789013\t\t" {
		t.Errorf("%q, %v, %v", lines, err, decodeErr)
	}
}

// TestCarriersAreOurs: a slug that was mistyped in a table would never be found.
func TestCarriersAreOurs(t *testing.T) {
	for country, slugs := range marketplace.CarrierSlugs() {
		for _, slug := range slugs {
			if !slices.Contains(carrier.Slugs(), slug) {
				t.Errorf("%s: %s is no carrier of ours", country, slug)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("US", true, []byte(unshipped+item("058-3563777-5518068", "05835637773450", "PS-1", "x", 1, 0, "Ada")))
	f.Add("JP", true, []byte("original-record-number\terror-type\n1\tError\n"))
	f.Add("GB", false, []byte(ebayReport))
	f.Fuzz(func(t *testing.T, country string, amazon bool, raw []byte) {
		kind := marketplace.EBay
		if amazon {
			kind = marketplace.Amazon
		}
		all, err := marketplace.New(marketplace.Config{Kind: kind, Country: country}).Read("r", raw)
		if err != nil && len(all) > 0 {
			t.Errorf("%d orders with %v", len(all), err)
		}
		for _, d := range all {
			if d.Line < 1 || d.Order.ID != d.Order.Number {
				t.Errorf("%+v", d)
			}
			if strings.ContainsAny(d.Order.ShipTo.Name+d.Order.ShipTo.Line1, "\t\r\n\x00") {
				t.Errorf("%q", d.Order.ShipTo)
			}
		}
	})
}
