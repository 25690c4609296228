package shopify_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/transports"
)

// TestPartly: what is not ours to ship does not make an order partly shipped, and what has left of ours does.
func TestPartly(t *testing.T) {
	const line = `{"id":"gid://shopify/LineItem/%","sku":"PS-%","title":"x","currentQuantity":2,"unfulfilledQuantity":U%,"requiresShipping":true,"isGiftCard":G%}`
	const work = `{"id":"gid://shopify/FulfillmentOrder/%","status":"S%","assignedLocation":{"name":"L%","location":{"id":"gid://shopify/Location/L%"}},
		"lineItems":{"nodes":[{"id":"gid://shopify/FulfillmentOrderLineItem/%","totalQuantity":T%,"remainingQuantity":R%,"lineItem":{"id":"gid://shopify/LineItem/I%"}}]}}`
	fill := func(pattern string, with ...string) string { return strings.NewReplacer(with...).Replace(pattern) }
	first := fill(line, "U%", "2", "G%", "false", "%", "1")
	for name, c := range map[string]struct {
		lines, work, status, money string
		closed, tell, skip         bool
		pieces                     int
	}{
		"a gift card, which was mailed": {first + "," + fill(line, "U%", "0", "G%", "true", "%", "2"), fill(work, "S%", "OPEN", "L%", "1", "T%", "2", "R%", "2", "I%", "1", "%", "8"),
			"PARTIALLY_FULFILLED", "PAID", false, false, false, 2},
		"another location was faster": {first + "," + fill(line, "U%", "0", "G%", "false", "%", "2"),
			fill(work, "S%", "OPEN", "L%", "1", "T%", "2", "R%", "2", "I%", "1", "%", "8") + "," + fill(work, "S%", "CLOSED", "L%", "7", "T%", "2", "R%", "0", "I%", "2", "%", "9"),
			"PARTIALLY_FULFILLED", "PAID", false, false, false, 2},
		"ours of a line that two locations ship": {fill(line, "U%", "1", "G%", "false", "%", "1"),
			fill(work, "S%", "CLOSED", "L%", "1", "T%", "1", "R%", "0", "I%", "1", "%", "8") + "," + fill(work, "S%", "OPEN", "L%", "7", "T%", "1", "R%", "1", "I%", "1", "%", "9"),
			"PARTIALLY_FULFILLED", "PAID", true, false, false, 1},
		"one of two pieces has left": {fill(line, "U%", "1", "G%", "false", "%", "1"), fill(work, "S%", "IN_PROGRESS", "L%", "1", "T%", "2", "R%", "1", "I%", "1", "%", "8"),
			"PARTIALLY_FULFILLED", "PAID", true, true, false, 2},
		"all money went back": {first, fill(work, "S%", "OPEN", "L%", "1", "T%", "2", "R%", "2", "I%", "1", "%", "8"), "UNFULFILLED", "REFUNDED", false, false, true, 2},
	} {
		shop := open(t, shopify.Config{Shop: "lantern-lane.myshopify.com", Token: func() (string, error) { return "", nil }, Cursor: &books{}, Locations: []string{"1"}})
		raw := `{"id":"gid://shopify/Order/9007199254740993","name":"#1001","createdAt":"2026-11-18T17:00:00Z","updatedAt":"2026-11-18T17:00:00Z","displayFinancialStatus":"` + c.money +
			`","displayFulfillmentStatus":"` + c.status + `","shippingAddress":{"name":"Ada Example","address1":"1 Mill Lane","city":"York","countryCodeV2":"GB"},"lineItems":{"nodes":[` + c.lines + `]},"fulfillmentOrders":{"nodes":[` + c.work + `]}}`
		all, err := shop.Read("", []byte(raw))
		if err != nil || len(all) != 1 || all[0].Err != nil {
			t.Fatalf("%s: %+v, %v", name, all, err)
		}
		d, pieces := all[0], 0
		for _, l := range d.Order.Lines {
			pieces += l.Quantity
		}
		if d.Closed != "" != c.closed || d.Tell != c.tell || d.Skip != "" != c.skip || pieces != c.pieces {
			t.Errorf("%s: closed %q, tell %v, skip %q, %d pieces", name, d.Closed, d.Tell, d.Skip, pieces)
		}
	}
}

// TestUnnumbered: pieces that leave without a number in two parts are both told, and each is told once however often it is sent.
func TestUnnumbered(t *testing.T) {
	s := channeltest.StartShopify(t, nil)
	shop := open(t, config(s, &books{raw: map[string][]byte{}}))
	id := s.Buy(channeltest.Sale{Number: "1001", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 4}}})
	send := func(key string) error {
		t.Helper()
		body, err := json.Marshal(channel.Event{Type: "order.shipped", Timestamp: s.Now(), Data: channel.News{OrderID: id, OrderNumber: "1001", Lines: []channel.NewsLine{{ID: s.LineID(id, 0), SKU: "PS-1", Quantity: 1}}}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = shop.Send(t.Context(), transports.Message{Key: key, Body: body}, func(context.Context) error { return nil })
		return err
	}
	if err := send("a"); err != nil {
		t.Fatal(err)
	}
	// Another process does not know whose that was.
	first, question := shop, (*channel.Question)(nil)
	shop = open(t, config(s, &books{raw: map[string][]byte{}}))
	if err := send("b"); !errors.As(err, &question) {
		t.Fatalf("guessed: %v", err)
	}
	shop = first
	for _, key := range []string{"b", "b", "a"} {
		if err := send(key); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Shown(id); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
