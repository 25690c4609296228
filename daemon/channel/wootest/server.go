// Package wootest is a WooCommerce shop in process. It answers as the published API does, with its required fields, types, limits, errors and
// pages, and tells what a careful caller would not send although the API takes it in silence. Its sources are those of package woocommerce; it
// shares no code with it.
package wootest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Act is how the shop, or what stands before it, misbehaves.
type Act string

const (
	Well        Act = ""
	StripAuth   Act = "strip authorization" // the host drops the header
	Firewall    Act = "firewall"            // a security plug-in answers 403 with a page
	Maintenance Act = "maintenance"         // 503 with a page
	WebPage     Act = "web page"            // 200 with a page: a cache, a coming-soon plug-in
	Throttle    Act = "throttle"            // 429 with Retry-After
	Moved       Act = "moved"               // 301 to www
	Plain       Act = "plain permalinks"    // 404 with a page
	Notices     Act = "php notices"         // display_errors is on
	Mark        Act = "byte order mark"
	Broken      Act = "broken"       // 500 of WordPress: a critical error
	CutBefore   Act = "cut before"   // the connection ends before anything was done
	CutAfter    Act = "cut after"    // what changes is done, and its answer lost
	ReadOnly    Act = "read only"    // a key with Permissions: Read
	NoRights    Act = "no rights"    // the key's user may not see orders
	TooMany     Act = "out of time"  // 504 where more than 10 orders are asked for
	Endless     Act = "endless page" // an answer of 20 MB
	Lagging     Act = "lagging"      // lists leave out what changed in the last half minute: a replica, a cache
)

// Plug-ins and features that can be switched on.
const (
	ShipmentTracking = "wc-shipment-tracking/v3"
	AST              = "wc-ast/v3"
	Fulfillments     = "fulfillments"
)

// Key and Secret are what the shop accepts until Revoke.
const (
	Key    = "ck_1111111111111111111111111111111111111111"
	Secret = "cs_2222222222222222222222222222222222222222"
)

// Server is the shop.
type Server struct {
	http *httptest.Server
	fail func(format string, args ...any)

	mu        sync.Mutex
	now       func() time.Time
	key       string
	secret    string
	act       Act
	left      int // requests that act still meets; below 0: all
	features  map[string]bool
	orders    map[int64]map[string]any
	notes     map[int64][]map[string]any
	refunds   map[int64][]map[string]any
	trackings map[int64][]map[string]any
	fulfilled map[int64][]map[string]any
	products  map[string]map[string]any // by "id" or "id/variation"
	hooks     []map[string]any
	next      int64
	requests  []string
	writes    int
	between   func()
	broken    map[int64]string // see Break
}

// New starts a shop. fail hears of requests that the API takes and nobody should make.
func New(now func() time.Time, fail func(format string, args ...any)) *Server {
	s := &Server{fail: fail, now: now, key: Key, secret: Secret, features: map[string]bool{}, orders: map[int64]map[string]any{}, notes: map[int64][]map[string]any{},
		refunds: map[int64][]map[string]any{}, trackings: map[int64][]map[string]any{}, fulfilled: map[int64][]map[string]any{},
		products: map[string]map[string]any{}, next: 700, broken: map[int64]string{}}
	s.http = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	return s
}

// Heard has somebody else hear of such requests.
func (s *Server) Heard(fail func(format string, args ...any)) { s.do(func() { s.fail = fail }) }

// Close ends it.
func (s *Server) Close() { s.http.Close() }

// URL is the shop's address.
func (s *Server) URL() string { return s.http.URL }

// Roots trust the shop's certificate.
func (s *Server) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.http.Certificate())
	return pool
}

// Certificate is the shop's own, in DER.
func (s *Server) Certificate() []byte { return s.http.Certificate().Raw }

// Do changes the shop under its lock.
func (s *Server) do(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Act makes the shop misbehave from now on.
func (s *Server) Act(a Act) { s.ActFor(a, -1) }

// ActFor makes it misbehave for so many requests.
func (s *Server) ActFor(a Act, requests int) { s.do(func() { s.act, s.left = a, requests }) }

// From sets the number behind which ids are given.
func (s *Server) From(id int64) { s.do(func() { s.next = id }) }

// Revoke makes the key one that the shop does not know.
func (s *Server) Revoke() { s.do(func() { s.key = "ck_revoked" }) }

// Switch switches a plug-in or a feature on or off.
func (s *Server) Switch(feature string, on bool) { s.do(func() { s.features[feature] = on }) }

// Between is called once, between two pages of orders.
func (s *Server) Between(f func()) { s.do(func() { s.between = f }) }

// Requests lists what was asked since the last call: "GET wc/v3/orders".
func (s *Server) Requests() (all []string) {
	s.do(func() { all, s.requests = s.requests, nil })
	return all
}

// Writes counts the requests that changed something.
func (s *Server) Writes() (n int) {
	s.do(func() { n = s.writes })
	return n
}

// Product says what a product is; variation "0" is the product itself.
func (s *Server) Product(id, variation string, virtual bool) {
	s.do(func() {
		s.products[id+"/"+variation] = map[string]any{"id": number(id), "virtual": virtual, "downloadable": virtual, "type": "simple", "name": "Product " + id}
	})
}

// Webhook makes a webhook.
func (s *Server) Webhook(topic, status, to string) {
	s.do(func() {
		s.next++
		s.hooks = append(s.hooks, map[string]any{"id": s.next, "name": topic, "status": status, "topic": topic, "resource": "order",
			"event": strings.TrimPrefix(topic, "order."), "hooks": []any{}, "delivery_url": to})
	})
}

// HookStatus is the status of the webhook of a topic.
func (s *Server) HookStatus(topic string) (status string) {
	s.do(func() {
		for _, h := range s.hooks {
			if h["topic"] == topic {
				status, _ = h["status"].(string)
			}
		}
	})
	return status
}

// Put stores an order, new or changed, and dates it with now. Its id is given where it has none.
func (s *Server) Put(order map[string]any) (id int64) {
	s.do(func() {
		if id, _ = order["id"].(int64); id == 0 {
			s.next++
			id = s.next
		}
		doc := fresh(id)
		maps.Copy(doc, order)
		doc["id"] = id
		if _, ok := order["number"]; !ok {
			doc["number"] = strconv.FormatInt(id, 10)
		}
		if old, known := s.orders[id]; known {
			doc["date_created_gmt"] = old["date_created_gmt"]
		} else if doc["date_created_gmt"] == nil {
			doc["date_created_gmt"] = s.stamp()
		}
		doc["date_modified_gmt"] = s.stamp()
		s.orders[id] = doc
	})
	return id
}

// Set changes fields of an order, as a person or a plug-in does.
func (s *Server) Set(id int64, fields map[string]any) {
	s.do(func() {
		maps.Copy(s.orders[id], fields)
		s.orders[id]["date_modified_gmt"] = s.stamp()
	})
}

// Break makes the shop fail over one order, as a plug-in does that cannot stand what is in it: over all of it ("order"), or over its "refunds" alone; ""
// mends it.
func (s *Server) Break(id int64, part string) { s.do(func() { s.broken[id] = part }) }

// errCritical is how WordPress dies.
func errCritical() error {
	return refuse(http.StatusInternalServerError, "internal_server_error", "There has been a critical error on this website.")
}

// Delete takes an order out for good.
func (s *Server) Delete(id int64) { s.do(func() { delete(s.orders, id) }) }

// Refund refunds pieces of a line.
func (s *Server) Refund(order, line int64, pieces int) {
	s.do(func() {
		s.next++
		s.refunds[order] = append(s.refunds[order], map[string]any{"id": s.next, "amount": "1.00", "reason": "", "line_items": []any{map[string]any{
			"id": s.next + 1, "quantity": -pieces, "total": "-1.00", "meta_data": []any{map[string]any{"id": 1, "key": "_refunded_item_id", "value": strconv.FormatInt(line, 10)}}}}})
		refunds, _ := s.orders[order]["refunds"].([]any)
		s.orders[order]["refunds"] = append(refunds, map[string]any{"id": s.next, "reason": "", "total": "-1.00"})
		s.orders[order]["date_modified_gmt"] = s.stamp()
	})
}

// Order gives an order as it is now.
func (s *Server) Order(id int64) (doc map[string]any) {
	s.do(func() { doc = maps.Clone(s.orders[id]) })
	return doc
}

// Meta gives a value of an order's meta data.
func (s *Server) Meta(id int64, key string) (value any) {
	s.do(func() {
		all, _ := s.orders[id]["meta_data"].([]any)
		for _, m := range all {
			if one, _ := m.(map[string]any); one["key"] == key {
				value = one["value"]
			}
		}
	})
	return value
}

// Note is what somebody reads on the order.
type Note struct {
	Text     string
	Customer bool
}

// Notes are the order's, the oldest first.
func (s *Server) Notes(id int64) (all []Note) {
	s.do(func() {
		for _, n := range s.notes[id] {
			text, _ := n["note"].(string)
			customer, _ := n["customer_note"].(bool)
			all = append(all, Note{text, customer})
		}
	})
	return all
}

// Trackings are the numbers that a plug-in has for the order, or that its fulfilments have.
func (s *Server) Trackings(id int64) (numbers []string) {
	s.do(func() {
		for _, t := range s.trackings[id] {
			numbers = append(numbers, fmt.Sprint(t["tracking_number"]))
		}
		for _, f := range s.fulfilled[id] {
			numbers = append(numbers, fmt.Sprint(metaOf(f, "_tracking_number")))
		}
	})
	return numbers
}

// Fulfilled adds a fulfilment that a person made in the shop.
func (s *Server) Fulfilled(id, line int64, pieces int, number string) {
	s.do(func() {
		s.next++
		s.fulfilled[id] = append(s.fulfilled[id], map[string]any{"id": s.next, "status": "fulfilled", "is_fulfilled": true, "meta_data": []any{
			map[string]any{"id": 1, "key": "_items", "value": []any{map[string]any{"item_id": line, "qty": pieces}}},
			map[string]any{"id": 2, "key": "_tracking_number", "value": number}}})
	})
}

// Hook gives the request that WooCommerce posts for an order, signed with a secret.
func (s *Server) Hook(topic string, id int64, secret string) (header http.Header, body []byte) {
	var doc any = map[string]any{"id": id}
	if topic != "order.deleted" {
		order := s.Order(id)
		order["_links"] = map[string]any{"self": []any{map[string]any{"href": s.URL() + "/wp-json/wc/v3/orders/" + strconv.FormatInt(id, 10)}}}
		doc = order
	}
	body, err := json.Marshal(doc)
	if err != nil {
		s.fail("%v", err)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	header = http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("X-WC-Webhook-Source", s.URL()+"/")
	header.Set("X-WC-Webhook-Topic", topic)
	header.Set("X-WC-Webhook-Resource", "order")
	header.Set("X-WC-Webhook-Event", strings.TrimPrefix(topic, "order."))
	header.Set("X-WC-Webhook-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	header.Set("X-WC-Webhook-ID", "42")
	header.Set("X-WC-Webhook-Delivery-ID", "f00")
	return header, body
}

// Parcel is a fulfilment as the shop shows it.
type Parcel struct {
	Number, Carrier string
	Pieces          map[int64]int // by line
}

// Parcels are the order's fulfilments.
func (s *Server) Parcels(id int64) (all []Parcel) {
	s.do(func() {
		for _, f := range s.fulfilled[id] {
			p := Parcel{Pieces: map[int64]int{}}
			p.Number, _ = metaOf(f, "_tracking_number").(string)
			p.Carrier, _ = metaOf(f, "_shipment_provider").(string)
			items, _ := metaOf(f, "_items").([]any)
			for _, i := range items {
				one, _ := i.(map[string]any)
				p.Pieces[number(fmt.Sprint(one["item_id"]))] += int(number(fmt.Sprint(one["qty"])))
			}
			all = append(all, p)
		}
	})
	return all
}

// stamp is now as the API writes it, under the lock.
func (s *Server) stamp() string { return s.now().UTC().Format("2006-01-02T15:04:05") }

// fresh is an order with the fields that the API always writes.
func fresh(id int64) map[string]any {
	empty := func() map[string]any {
		return map[string]any{"first_name": "", "last_name": "", "company": "", "address_1": "", "address_2": "", "city": "", "state": "", "postcode": "", "country": "", "phone": ""}
	}
	billing := empty()
	billing["email"] = ""
	return map[string]any{"id": id, "parent_id": 0, "number": strconv.FormatInt(id, 10), "order_key": "wc_order_x", "created_via": "checkout", "version": "10.2.1",
		"status": "processing", "currency": "EUR", "date_paid_gmt": nil, "date_completed_gmt": nil, "total": "0.00", "prices_include_tax": false, "customer_id": 0,
		"customer_note": "", "billing": billing, "shipping": empty(), "payment_method": "bacs", "payment_method_title": "", "transaction_id": "", "meta_data": []any{},
		"line_items": []any{}, "tax_lines": []any{}, "shipping_lines": []any{}, "fee_lines": []any{}, "coupon_lines": []any{}, "refunds": []any{}}
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

func metaOf(doc map[string]any, key string) any {
	all, _ := doc["meta_data"].([]any)
	for _, m := range all {
		if one, _ := m.(map[string]any); one["key"] == key {
			return one["value"]
		}
	}
	return nil
}

// statuses that an order may have.
func statuses() []string {
	return []string{"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft", "trash", "auto-draft"}
}

// known tells whether every parameter is one of those; the API ignores others in silence, so a typing error would never be seen.
func (s *Server) known(where string, given url.Values, names ...string) {
	for name := range given {
		if !slices.Contains(names, name) {
			s.fail("%s: the parameter %q is not one of the API's", where, name)
		}
	}
}
