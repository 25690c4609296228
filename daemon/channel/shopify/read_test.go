package shopify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/daemon/order"
	"waybill/parsers/carrier"
	"waybill/transports"
)

// last looks at the shop and gives the last that is said of an order; nil when nothing is.
func last(t *testing.T, shop channel.Shop, id string) *channel.Delivery {
	t.Helper()
	var found *channel.Delivery
	err := shop.Receive(t.Context(), func(_ context.Context, batch []transports.Item) error {
		for _, it := range batch {
			all, err := shop.Read("", it.Raw)
			if err != nil {
				return err
			}
			if all[0].Order.ID == id {
				found = &all[0]
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFinancialStatuses(t *testing.T) {
	for status, want := range map[string][2]bool{ // paid; and where an authorization counts
		"PAID": {true, true}, "PARTIALLY_REFUNDED": {true, true}, "AUTHORIZED": {false, true}, "PENDING": {}, "PARTIALLY_PAID": {}, "EXPIRED": {}, "VOIDED": {}, "REFUNDED": {}} {
		for i, authorized := range []bool{false, true} {
			s := server(t)
			id, _ := buy(s)
			s.State(id, status)
			c := config(s, &forgetful{})
			c.AuthorizedIsPaid = authorized
			if d := last(t, open(t, c), id); d == nil || d.Order.Paid() != want[i] {
				t.Errorf("%s, an authorization counts %v: %+v", status, authorized, d)
			}
		}
	}
}

// TestWhatIsOurs: gift cards, what is picked up and what other locations ship are left out, and an order of nothing else is skipped in words.
func TestWhatIsOurs(t *testing.T) {
	two := channeltest.Sale{Number: "1001", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 1}, {SKU: "PS-2", Quantity: 1}}}
	for name, c := range map[string]struct {
		there     func(*channeltest.Shopify, string)
		locations []string
		lines     []string
		skip      string
	}{
		"all":                      {func(*channeltest.Shopify, string) {}, nil, []string{"PS-1", "PS-2"}, ""},
		"a gift card":              {func(s *channeltest.Shopify, id string) { s.Gift(id, 0) }, nil, []string{"PS-2"}, ""},
		"two gift cards":           {func(s *channeltest.Shopify, id string) { s.Gift(id, 0); s.Gift(id, 1) }, nil, nil, "nothing of it is to be shipped by us: a gift card"},
		"picked up":                {func(s *channeltest.Shopify, id string) { s.Split(id, 1, "Store", "PICK_UP") }, nil, []string{"PS-1"}, ""},
		"another location":         {func(s *channeltest.Shopify, id string) { s.Split(id, 1, "Own stock", "SHIPPING") }, []string{"prairie warehouse"}, []string{"PS-1"}, ""},
		"both locations":           {func(s *channeltest.Shopify, id string) { s.Split(id, 1, "Own stock", "SHIPPING") }, nil, []string{"PS-1", "PS-2"}, ""},
		"none of our locations":    {func(*channeltest.Shopify, string) {}, []string{"Elsewhere"}, nil, "nothing of it is to be shipped by us: shipped from another location or picked up"},
		"a location by its number": {func(*channeltest.Shopify, string) {}, []string{"65432109893"}, []string{"PS-1", "PS-2"}, ""},
		"one line removed":         {func(s *channeltest.Shopify, id string) { s.Reduce(id, 0, 1) }, nil, []string{"PS-2"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t)
			id := s.Buy(two)
			c.there(s, id)
			cfg := config(s, &forgetful{})
			cfg.Locations = c.locations
			d := last(t, open(t, cfg), id)
			var skus []string
			for _, l := range d.Order.Lines {
				skus = append(skus, l.SKU)
			}
			if !slices.Equal(skus, c.lines) || d.Skip != c.skip {
				t.Errorf("%v, skipped: %q", skus, d.Skip)
			}
		})
	}
}

func TestRisk(t *testing.T) {
	for level, want := range map[string]order.Risk{"LOW": order.RiskLow, "MEDIUM": order.RiskMedium, "HIGH": order.RiskHigh, "NONE": ""} {
		s := server(t)
		id, _ := buy(s)
		s.Judge(id, level)
		if d := last(t, s.Open(t), id); d.Order.Risk != want {
			t.Errorf("%s is %q", level, d.Order.Risk)
		}
	}
	s := server(t)
	id, _ := buy(s)
	s.Judge(id, "PENDING")
	shop := s.Open(t)
	if d := last(t, shop, id); d != nil {
		t.Errorf("an order came before its risk was judged: %+v", d)
	}
	s.Pass(2 * time.Minute)
	s.Judge(id, "HIGH")
	if d := last(t, shop, id); d == nil || d.Order.Risk != order.RiskHigh {
		t.Errorf("after its risk was judged: %+v", d)
	}
	id, _ = buy(s)
	s.Judge(id, "PENDING")
	last(t, shop, id)
	s.Pass(11 * time.Minute) // Shopify says nothing more
	if d := last(t, shop, id); d == nil {
		t.Error("an order whose risk is never judged was forgotten")
	}
}

// TestNoCustomerData: without access to protected customer data there is no address, and the order says so in words.
func TestNoCustomerData(t *testing.T) {
	s := server(t)
	id, _ := buy(s)
	s.CustomerData = false
	d := last(t, s.Open(t), id)
	if d.Err == nil || !strings.Contains(d.Err.Error(), "protected customer data") {
		t.Errorf("%v", d.Err)
	}
}

// TestClosed: what was shipped before it was known is not taken; of what was shipped in part somebody hears.
func TestClosed(t *testing.T) {
	s := server(t)
	whole, _ := buy(s)
	s.Ship(whole, "X-1")
	shop := s.Open(t)
	if d := last(t, shop, whole); d.Closed == "" || d.Tell {
		t.Errorf("shipped already: %+v", d)
	}
	id := s.Buy(channeltest.Sale{Number: "1002", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 2}}})
	if err := tell(t, shop, "order.shipped", channel.News{OrderID: id, Lines: []channel.NewsLine{{ID: s.LineID(id, 0), SKU: "PS-1", Quantity: 1}}, Tracking: []channel.Package{{Carrier: "ups", Number: "1"}}}); err != nil {
		t.Fatal(err)
	}
	if d := last(t, shop, id); d.Closed == "" || !d.Tell || !slices.Equal(d.Open, []order.LineQuantity{{Line: s.LineID(id, 0), Quantity: 1}}) {
		t.Errorf("shipped in part: %+v", d)
	}
}

// TestUndone: a fulfilment that somebody cancels in the shop shows as open again.
func TestUndone(t *testing.T) {
	s := server(t)
	id, line := buy(s)
	shop := s.Open(t)
	news := channel.News{OrderID: id, Lines: []channel.NewsLine{line(0)}, Tracking: []channel.Package{{Carrier: "ups", Number: "1Z999AA10123456784"}}}
	if err := tell(t, shop, "order.shipped", news); err != nil {
		t.Fatal(err)
	}
	s.Pass(time.Minute)
	s.Unship(id)
	if d := last(t, shop, id); len(d.Open) != 1 {
		t.Errorf("%+v", d)
	}
}

// TestSweep: what polling cannot see any more is found once a day.
func TestSweep(t *testing.T) {
	s := server(t)
	id, _ := buy(s)
	s.Pass(20 * 24 * time.Hour) // nobody ran
	if d := last(t, s.Open(t), id); d == nil {
		t.Error("an order of three weeks ago that is not shipped was not found")
	}
	old, _ := buy(s)
	s.Pass(31 * 24 * time.Hour)
	if d := last(t, open(t, config(s, &forgetful{})), old); d != nil {
		t.Error("the sweep went back further than it is to")
	}
}

func TestTracking(t *testing.T) {
	ups, odd := channel.Package{Carrier: "ups", CarrierName: "UPS", Number: "1Z1"}, channel.Package{CarrierName: "Pigeon Post", Number: "P1", URL: "https://pigeon.example/P1"}
	for name, c := range map[string]struct {
		packages []channel.Package
		company  string
	}{
		"one of Shopify's carriers":  {[]channel.Package{ups}, "UPS"},
		"a carrier of no list":       {[]channel.Package{odd}, "Pigeon Post"},
		"two carriers in one":        {[]channel.Package{ups, odd}, ""},
		"no carrier":                 {[]channel.Package{{Number: "N1"}}, ""},
		"two parcels of one carrier": {[]channel.Package{ups, {Carrier: "ups", Number: "1Z2"}}, "UPS"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t)
			id, line := buy(s)
			if err := tell(t, s.Open(t), "order.shipped", channel.News{OrderID: id, Lines: []channel.NewsLine{line(0)}, Tracking: c.packages}); err != nil {
				t.Fatal(err)
			}
			shown := s.Shown(id)
			if len(shown) != 1 || len(shown[0].Numbers) != len(c.packages) || shown[0].Carrier != c.company || s.Mailed() != 1 {
				t.Errorf("%+v, %d letters", shown, s.Mailed())
			}
		})
	}
	for _, slug := range shopify.CompanySlugs() {
		if !slices.Contains(carrier.Slugs(), slug) {
			t.Errorf("%s is no carrier's slug", slug)
		}
	}
}

// TestQuiet: with notify_customer off nobody is written to, and bad_news: note and none do as they say.
func TestQuiet(t *testing.T) {
	s := server(t)
	id, line := buy(s)
	c := config(s, &forgetful{})
	c.Notify, c.BadNews = false, "note"
	shop := open(t, c)
	lacks := channel.News{OrderID: id, Lines: []channel.NewsLine{line(0)}, Expected: "2026-12-01"}
	for range 2 {
		if err := tell(t, shop, "order.backordered", lacks); err != nil {
			t.Fatal(err)
		}
	}
	if marks := s.Marks(id); !slices.Equal(marks, []string{"waybill: backordered: 2 x PS-1, expected 2026-12-01"}) {
		t.Errorf("the note says %q", marks)
	}
	if err := tell(t, shop, "order.shipped", channel.News{OrderID: id, Lines: []channel.NewsLine{line(0)}, Tracking: []channel.Package{{Carrier: "ups", Number: "1"}}}); err != nil || s.Mailed() != 0 {
		t.Errorf("%v, %d letters", err, s.Mailed())
	}
	c.BadNews = "none"
	before := s.Requests()
	if err := tell(t, open(t, c), "order.out_of_stock", lacks); err != nil || s.Requests() != before {
		t.Errorf("%v, %d requests", err, s.Requests()-before)
	}
}

// TestTwoLocations: one order from two locations becomes a fulfilment for each, and a delay's tag goes when all has left.
func TestTwoLocations(t *testing.T) {
	s := server(t)
	id := s.Buy(channeltest.Sale{Number: "1001", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 1}, {SKU: "PS-2", Quantity: 3}}})
	s.Split(id, 1, "Second warehouse", "SHIPPING")
	shop := s.Open(t)
	lines := []channel.NewsLine{{ID: s.LineID(id, 0), SKU: "PS-1", Quantity: 1}, {ID: s.LineID(id, 1), SKU: "PS-2", Quantity: 3}}
	if err := tell(t, shop, "order.backordered", channel.News{OrderID: id, Lines: lines}); err != nil || !slices.Equal(s.Marks(id), []string{"waybill: backordered"}) {
		t.Fatalf("%v %q", err, s.Marks(id))
	}
	if err := tell(t, shop, "order.shipped", channel.News{OrderID: id, Lines: lines, Complete: true, Tracking: []channel.Package{{Carrier: "ups", Number: "1Z1"}}}); err != nil {
		t.Fatal(err)
	}
	if shown := s.Shown(id); len(shown) != 2 || len(s.Marks(id)) != 0 {
		t.Errorf("%+v, %q", shown, s.Marks(id))
	}
}

func TestReadRefuses(t *testing.T) {
	shop := server(t).Open(t)
	for _, raw := range []string{"", "[]", "{}", `{"id":"gid://shopify/Order/1"}`, "<html>", `{"id":"gid://shopify/Order/1","updatedAt":"yesterday"}`} {
		if d, err := shop.Read("", []byte(raw)); err == nil {
			t.Errorf("%q is read as %+v", raw, d)
		}
	}
	if d, err := shop.Read("", []byte(`{"id":9007199254740993,"updated_at":"x"}`)); err != nil || !d[0].Signal || d[0].Order.ID != "9007199254740993" {
		t.Errorf("a webhook without a global id: %+v %v", d, err)
	}
}

// FuzzRead: whatever is kept, reading it ends in orders or in an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"gid://shopify/Order/1","name":"#1","updatedAt":"2026-11-18T17:00:00Z","lineItems":{"nodes":[{"id":"gid://shopify/LineItem/1","currentQuantity":1,"requiresShipping":true}]}}`))
	f.Add([]byte(`{"id":1,"admin_graphql_api_id":"gid://shopify/Order/1"}`))
	shop, err := shopify.New(shopify.Config{Shop: "x.myshopify.com", Token: fixed("t"), Cursor: &forgetful{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := shop.Read("", raw)
		if err == nil && len(all) != 1 {
			t.Errorf("%d deliveries", len(all))
		}
		if _, err := json.Marshal(fmt.Sprint(all)); err != nil {
			t.Error(err)
		}
	})
}
