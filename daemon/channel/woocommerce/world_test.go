package woocommerce_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/channel/wootest"
	"waybill/transports"
	transporthttp "waybill/transports/http"
)

// start is a morning in the shop's and our time.
func start() time.Time { return time.Date(2025, 8, 26, 9, 0, 0, 0, time.UTC) }

// memory is a cursor and a store of items, as the daemon has them.
type memory struct {
	mu     sync.Mutex
	cursor []byte
	seen   map[string]bool
	items  []transports.Item
	fail   error
}

func (m *memory) Load(context.Context) ([]byte, error) { return m.cursor, nil }

func (m *memory) Save(_ context.Context, value []byte) error {
	m.cursor = value
	return nil
}

func (m *memory) keep(_ context.Context, batch []transports.Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, it := range batch {
		if !m.seen[it.Key] {
			m.seen[it.Key] = true
			m.items = append(m.items, it)
		}
	}
	return nil
}

// world is a shop in process and a client of it, under one clock.
type world struct {
	t      *testing.T
	server *wootest.Server
	shop   *woocommerce.Shop
	memory *memory
	mu     sync.Mutex
	time   time.Time
	config woocommerce.Config
}

func newWorld(t *testing.T, change func(*woocommerce.Config)) *world {
	t.Helper()
	w := &world{t: t, time: start(), memory: &memory{seen: map[string]bool{}}}
	w.server = wootest.New(w.now, t.Errorf)
	t.Cleanup(w.server.Close)
	text := func(s string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return s, nil }
	}
	w.config = woocommerce.Config{URL: w.server.URL(), Key: text(wootest.Key), Secret: text(wootest.Secret), HookSecrets: []string{"new", "old"}, Cursor: w.memory,
		Since: start(), Dialer: transporthttp.Dialer{Private: true}, RootCAs: w.server.Roots(),
		PerSecond: 1e6, Clock: w.now, Timeout: 20 * time.Second}
	if change != nil {
		change(&w.config)
	}
	w.open()
	return w
}

// open makes the client anew, as a restart does.
func (w *world) open() {
	w.t.Helper()
	shop, err := woocommerce.New(w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = shop.Close() })
	w.shop = shop
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.time
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(d)
}

// look receives, and gives what is new.
func (w *world) look() []transports.Item {
	w.t.Helper()
	before := len(w.memory.items)
	if err := w.shop.Receive(w.t.Context(), w.memory.keep); err != nil {
		w.t.Fatalf("receive: %v", err)
	}
	return w.memory.items[before:]
}

func (w *world) read(it transports.Item) channel.Delivery {
	w.t.Helper()
	all, err := w.shop.Read(it.Name, it.Raw)
	if err != nil || len(all) != 1 {
		w.t.Fatalf("read %s: %d deliveries, %v", it.Key, len(all), err)
	}
	return all[0]
}

// send sends news as the outbox does.
func (w *world) send(e channel.Event, header map[string]string) (transports.Receipt, error) {
	w.t.Helper()
	if e.Timestamp.IsZero() {
		e.Timestamp = w.now()
	}
	body, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.shop.Send(w.t.Context(), transports.Message{Key: "msg_1", To: []string{"shop"}, Header: header, Body: body},
		func(context.Context) error { return nil })
}

func line(id int64, sku string, quantity int, price string, more map[string]any) map[string]any {
	doc := map[string]any{"id": id, "name": "Thing " + sku, "product_id": id + 1000, "variation_id": 0, "quantity": quantity, "sku": sku, "total": price,
		"price": 9.333333333333334, "meta_data": []any{}}
	for k, v := range more {
		doc[k] = v
	}
	return doc
}

// anOrder is an ordinary paid order of Ada's with these lines.
func anOrder(lines ...map[string]any) map[string]any {
	all := make([]any, len(lines))
	for i, l := range lines {
		all[i] = l
	}
	return map[string]any{"status": "processing", "total": "28.00", "date_paid_gmt": "2025-08-26T08:59:00", "date_created_gmt": "2025-08-26T08:58:00",
		"customer_note": "Ring twice &amp; wait.\r\nThanks",
		"billing": map[string]any{"first_name": "Ada", "last_name": "Example", "company": "", "address_1": "1 Mill Lane", "address_2": "", "city": "Springfield",
			"state": "IL", "postcode": "62701", "country": "US", "email": "ada@buyer.example", "phone": "+1 555 0100"},
		"shipping_lines": []any{map[string]any{"method_title": "Flat rate &#8211; slow", "method_id": "flat_rate:3"}}, "line_items": all}
}

func shippedNews(id, lineID string, numbers ...string) channel.Event {
	data := channel.News{Channel: "shop", OrderID: id, OrderNumber: id, PurchaseOrder: id + "-A", Supplier: "prairie-supply", State: "shipped", Complete: true,
		Lines: []channel.NewsLine{{ID: lineID, SKU: "A", Quantity: 2}}}
	for _, n := range numbers {
		data.Tracking = append(data.Tracking, channel.Package{Carrier: "ups", CarrierName: "UPS", Number: n, URL: "https://ups.example/?n=" + n})
	}
	return channel.Event{Type: "order.shipped", Data: data}
}
