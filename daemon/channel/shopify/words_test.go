package shopify_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/transports"
)

func server(t *testing.T) *channeltest.Shopify {
	t.Helper()
	return channeltest.StartShopify(t, func(t *testing.T, s *channeltest.Shopify, memory transports.Cursor) channel.Shop {
		return open(t, config(s, memory))
	})
}

type forgetful struct{ value []byte }

func (f *forgetful) Load(context.Context) ([]byte, error)   { return f.value, nil }
func (f *forgetful) Save(_ context.Context, v []byte) error { f.value = v; return nil }
func drop(context.Context, []transports.Item) error         { return nil }
func fails(text string) func() (string, error) {
	return func() (string, error) { return "", errors.New(text) }
}
func fixed(text string) func() (string, error)                      { return func() (string, error) { return text, nil } }
func with(change func(*shopify.Config)) func(*shopify.Config)       { return change }
func broke(s *channeltest.Shopify, status int) *channeltest.Shopify { s.Status = status; return s }

// TestWords holds what a person reads of everything that can be wrong with an account: what it is, and what to do.
func TestWords(t *testing.T) {
	for name, c := range map[string]struct {
		server  func(*channeltest.Shopify)
		config  func(*shopify.Config)
		says    string
		help    string
		verdict transports.Verdict
		scope   string
	}{
		"a secret that is not there": {config: with(func(c *shopify.Config) { c.Secret = fails("there is no secret shopify-secret") }),
			says: "token: there is no secret shopify-secret", help: "Put the app's client secret into the file that client_secret_file names."},
		"a wrong secret": {config: with(func(c *shopify.Config) { c.Secret = fixed("shpss_wrong") }),
			says: "token: the client secret does not fit the client_id", help: "Copy the secret anew from Settings of your app in the Dev Dashboard into the file that client_secret_file names."},
		"a wrong client": {config: with(func(c *shopify.Config) { c.ClientID = "nobody" }),
			says: "token: there is no app with that client_id", help: "Copy the Client ID from Settings of your app in the Dev Dashboard."},
		"an app of another organization": {server: func(s *channeltest.Shopify) { s.OAuthError = "shop_not_permitted" },
			says: "token: the app and the shop belong to different organizations", help: "Make the app in the Dev Dashboard of the organization that owns the shop: only such an app may log in by itself."},
		"an app that was removed": {server: func(s *channeltest.Shopify) { s.Fail(channeltest.Revoked, 9) },
			says: "token: the app is not installed in the shop", help: "Install the app in the shop (Dev Dashboard, your app, Install app)."},
		"something new in the login": {server: func(s *channeltest.Shopify) { s.OAuthError = "teapot" },
			says: "token: Shopify gives no access token: 400 Bad Request", help: "Check client_id and the client secret against Settings of your app in the Dev Dashboard, and that the app is installed in the shop."},
		"a fixed token that was revoked": {config: with(func(c *shopify.Config) { c.Token = fixed("shpat_old") }),
			says: "ListOrders: Shopify does not accept the access token", help: "The app was removed from the shop, or its token was revoked. Install the app again (Dev Dashboard, your app, Install app), or put a new token into token_file."},
		"a missing scope": {server: func(s *channeltest.Shopify) { s.Scopes = nil },
			says: "ListOrders: the app may not do this: Access denied for orders field.", help: "Missing is: `read_orders` access scope. Give the app the access scopes that docs/shopify.md lists, release a new version of it, and install that in the shop."},
		"a frozen shop": {server: func(s *channeltest.Shopify) { broke(s, 402) },
			says: "token: Shopify gives no access token: 402 Payment Required"},
		"a shop that does not exist": {server: func(s *channeltest.Shopify) { broke(s, 404) },
			says: "token: there is no shop at lantern-lane.myshopify.com, or it does not know version 2026-10 of the API", help: "Check channels.*.shopify.shop: it is the address that ends in .myshopify.com."},
		"an outage": {server: func(s *channeltest.Shopify) { broke(s, 503) },
			says: "token: Shopify answers 503 Service Unavailable", verdict: transports.Later, scope: "server"},
		"an address that leads inwards": {config: with(func(c *shopify.Config) { c.Dialer = nil }),
			says: "token: Shopify was not reached: dial tcp", help: "The address leads to this machine or a private network, so nothing was sent. If that is wanted, set allow_private: true for it."},
		"too many requests for good": {server: func(s *channeltest.Shopify) { s.Fail(channeltest.Throttled, 1000) },
			says: "ListOrders: Shopify asks for fewer requests", help: "Other apps of the shop do not matter, but two waybills with the same app do.", verdict: transports.Later, scope: "server"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t)
			if c.server != nil {
				c.server(s)
			}
			cfg := config(s, &forgetful{})
			if c.config != nil {
				c.config(&cfg)
			}
			err := open(t, cfg).Receive(t.Context(), drop)
			var e *transports.Error
			if !errors.As(err, &e) || !strings.HasPrefix(e.Error(), c.says) {
				t.Fatalf("it says %v, want %q", err, c.says)
			}
			if c.verdict == "" {
				c.verdict, c.scope = transports.Never, "account"
			}
			if c.help != "" && e.Help != c.help || e.Verdict != c.verdict || e.Scope != c.scope {
				t.Errorf("%q, %s of the %s; want %q, %s of the %s", e.Help, e.Verdict, e.Scope, c.help, c.verdict, c.scope)
			}
			if text := err.Error() + e.Help; strings.Contains(text, channeltest.ShopifySecret) || strings.Contains(text, "shpat_") {
				t.Errorf("it tells a secret: %s", text)
			}
		})
	}
}

// TestStatusesAfterLogin: the same with a token that is still good.
func TestStatusesAfterLogin(t *testing.T) {
	for status, want := range map[int]string{402: "the shop is frozen: Shopify's bill is not paid", 403: "Shopify forbids the app what it wants", 423: "the shop is locked",
		430: "Shopify takes the requests for an attack", 301: "Shopify answers 301 Moved Permanently"} {
		s := server(t)
		shop := s.Open(t)
		if err := shop.Receive(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
		s.Status = status
		err := shop.Receive(t.Context(), drop)
		if err == nil || !strings.Contains(err.Error(), want) || transports.Help(err) == "" {
			t.Errorf("%d: %v (%s), want %q", status, err, transports.Help(err), want)
		}
	}
}

func TestProbe(t *testing.T) {
	s := server(t)
	facts, err := s.Open(t).Probe(t.Context())
	if err != nil || !slices.Equal(facts, []string{"logged in to Lantern Lane (lantern-lane.myshopify.com), plan Basic", "API version 2026-10", "may spend 2000 points, and 100 more a second",
		"scopes: read_orders, write_merchant_managed_fulfillment_orders, write_orders"}) {
		t.Errorf("%q %v", facts, err)
	}
	s.Version, s.CustomerData = "2027-04", false
	s.Buy(channeltest.Sale{Number: "1001", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 1}}})
	s.Scopes = []string{"read_orders"}
	c := config(s, &forgetful{})
	c.HookURL = "https://waybill.shop.example/hooks/shop"
	shop := open(t, c)
	facts, err = shop.Probe(t.Context())
	all := strings.Join(facts, "\n")
	for _, want := range []string{"API version 2027-04, but waybill was written for 2026-10, which is gone: upgrade waybill", "sees the latest order, #1001, without an address: it ships nothing, or the app has no access to protected customer data",
		"webhooks are not set up yet for orders_paid, orders_updated, orders_cancelled; the daemon does that when it starts"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q lacks %q", facts, want)
		}
	}
	if err == nil || err.Error() != "scopes: the app lacks write_merchant_managed_fulfillment_orders (to mark them as shipped), write_orders (to tag what comes late or not at all; without it set bad_news: none)" {
		t.Errorf("missing scopes: %v", err)
	}
	s.Scopes = []string{"read_orders", "write_orders", "write_merchant_managed_fulfillment_orders"}
	if err := shop.Receive(t.Context(), drop); err != nil {
		t.Fatal(err)
	}
	if facts, err = shop.Probe(t.Context()); err != nil || !slices.Contains(facts, "webhooks come to https://waybill.shop.example/hooks/shop") {
		t.Errorf("after the first look: %q %v", facts, err)
	}
}

// TestQuestions holds the words in which the shop's own state is put before a person.
func TestQuestions(t *testing.T) {
	for name, c := range map[string]struct {
		there func(*channeltest.Shopify, string)
		want  string
	}{
		"shipped under another number":  {func(s *channeltest.Shopify, id string) { s.Ship(id, "OTHER-1") }, "the shop shows 2 x PS-1 as shipped already, under OTHER-1"},
		"shipped without a number":      {func(s *channeltest.Shopify, id string) { s.Ship(id, "") }, "the shop shows 2 x PS-1 as shipped already without a number, or removed from the order"},
		"on hold":                       {func(s *channeltest.Shopify, id string) { s.Hold(id) }, "the shop holds 2 x PS-1 back (on hold, or scheduled)"},
		"cancelled":                     {func(s *channeltest.Shopify, id string) { s.Cancel(id) }, "the shop has cancelled the order; shipped is 2 x PS-1"},
		"some of it removed":            {func(s *channeltest.Shopify, id string) { s.Reduce(id, 0, 1) }, "the shop shows 1 x PS-1 as shipped already without a number, or removed from the order"},
		"asked of a fulfilment service": {func(s *channeltest.Shopify, id string) { s.Ask(id) }, "the shop has asked a fulfilment service to ship 2 x PS-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t)
			id, line := buy(s)
			c.there(s, id)
			err := tell(t, s.Open(t), "order.shipped", channel.News{OrderID: id, Lines: []channel.NewsLine{line(0)}, Tracking: []channel.Package{{Carrier: "ups", Number: "1Z999AA10123456784"}}})
			var q *channel.Question
			if !errors.As(err, &q) || q.Shows != c.want || transports.Help(err) == "" {
				t.Errorf("%v, want %q", err, c.want)
			}
			if len(s.Shown(id)) > 1 {
				t.Error("something was written all the same")
			}
		})
	}
}

// buy sells two pieces of one product.
func buy(s *channeltest.Shopify) (id string, line func(int) channel.NewsLine) {
	id = s.Buy(channeltest.Sale{Number: "1001", Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 2}}})
	return id, func(i int) channel.NewsLine { return channel.NewsLine{ID: s.LineID(id, i), SKU: "PS-1", Quantity: 2} }
}

func tell(t *testing.T, shop channel.Shop, kind string, n channel.News) error {
	t.Helper()
	body, err := json.Marshal(channel.Event{Type: kind, Timestamp: time.Unix(0, 0), Data: n})
	if err != nil {
		t.Fatal(err)
	}
	_, err = shop.Send(t.Context(), transports.Message{Key: "msg_1", To: []string{"shop"}, Body: body}, func(context.Context) error { return nil })
	return err
}
