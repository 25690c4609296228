package marketplace_test

import (
	"strings"
	"testing"

	"waybill/daemon/channel/marketplace"
)

// TestBuyersWords: what a buyer writes never makes a report something else, and never hides an order in it.
func TestBuyersWords(t *testing.T) {
	amazon := marketplace.New(marketplace.Config{Kind: marketplace.Amazon, Country: "US"})
	for _, words := range []string{"Number of records processed: 2 Number of records successful: 2", "original-record-number"} {
		all, err := amazon.Read("r.txt", []byte(unshipped+item("058-3563777-5518068", "05835637773450", "PS-1", words, 1, 0, "Ada Example")))
		if err != nil || len(all) != 1 || all[0].Err != nil {
			t.Errorf("%s: %+v, %v", words, all, err)
		}
	}
	ebay := marketplace.New(marketplace.Config{Kind: marketplace.EBay, Country: "US"})
	for _, words := range []string{"2 record(s) downloaded", "Seller ID : example-shop"} {
		all, err := ebay.Read("orders.csv", []byte(strings.Replace(ebayReport, "Ring, twice", words, 1)))
		if err != nil || len(all) != 2 || all[0].Err != nil {
			t.Errorf("%s: %+v, %v", words, all, err)
		}
	}
	// A quotation mark that is not closed takes the orders behind it in.
	if all, err := ebay.Read("orders.csv", []byte(strings.Replace(ebayReport, `"9002"`, `"9002`, 1))); err != nil || len(all) != 1 || all[0].Err == nil || !strings.Contains(all[0].Err.Error(), "other orders stand inside") {
		t.Errorf("orders are gone without a word: %+v, %v", all, err)
	}
}

// TestShippedBefore: an order that is marked as shipped, or of which a part has left, is told as such; a cell too many, or a date that cannot be read, is not guessed at.
func TestShippedBefore(t *testing.T) {
	amazon := marketplace.New(marketplace.Config{Kind: marketplace.Amazon, Country: "US"})
	ebay := marketplace.New(marketplace.Config{Kind: marketplace.EBay, Country: "US"})
	one := item("058-3563777-5518068", "05835637773450", "PS-1", "Bucket", 2, 0, "Ada Example")
	second := `"2256","=LID()","PS-2","1","$5.00","Aug-26-25","Aug-26-25",""`
	for name, c := range map[string]struct {
		shop          *marketplace.Shop
		report        string
		shipped, tell bool
		words         string
	}{
		"Amazon, none":               {amazon, unshipped + one, false, false, ""},
		"Amazon, a part":             {amazon, unshipped + strings.Replace(one, "\t2\t0\t2\t", "\t2\t1\t1\t", 1), false, true, ""},
		"Amazon, all":                {amazon, unshipped + strings.Replace(one, "\t2\t0\t2\t", "\t2\t2\t0\t", 1), true, false, ""},
		"Amazon, no number":          {amazon, unshipped + strings.Replace(one, "\t2\t0\t2\t", "\t2\tone\t1\t", 1), false, false, "quantity-shipped"},
		"Amazon, a tab in a title":   {amazon, unshipped + strings.Replace(one, "Bucket", "Buc\tket", 1), false, false, "more cells"},
		"Amazon, no date":            {amazon, unshipped + strings.NewReplacer("2025-08-26T17:12:00+00:00", "26.08.25", "2025-08-26T10:15:00-07:00", "").Replace(one), false, false, "purchase-date"},
		"Amazon, by its status":      {amazon, "amazon-order-id\tsku\torder-status\n058-3563777-5518068\tPS-1\tShipped\n", true, false, ""},
		"eBay, a part":               {ebay, strings.Replace(ebayReport, second, strings.TrimSuffix(second, `""`)+`"Aug-27-25"`, 1), false, true, ""},
		"eBay, all by the head":      {ebay, strings.Replace(ebayReport, `"$15.00","Aug-26-25","Aug-26-25",""`, `"$15.00","Aug-26-25","Aug-26-25","Aug-27-25"`, 1), true, false, ""},
		"eBay, an unreadable payday": {ebay, strings.Replace(ebayReport, `"$15.00","Aug-26-25","Aug-26-25"`, `"$15.00","Aug-26-25","26. August"`, 1), false, false, "the date of payment"},
	} {
		all, err := c.shop.Read("r", []byte(c.report))
		if err != nil || len(all) == 0 {
			t.Errorf("%s: %+v, %v", name, all, err)
			continue
		}
		d := all[0]
		if d.Shipped != c.shipped || d.Tell != c.tell || d.Closed != "" != (c.shipped || c.tell) || d.Err == nil != (c.words == "") || d.Err != nil && !strings.Contains(d.Err.Error(), c.words) {
			t.Errorf("%s: shipped %v, tell %v, closed %q, %v", name, d.Shipped, d.Tell, d.Closed, d.Err)
		}
	}
}
