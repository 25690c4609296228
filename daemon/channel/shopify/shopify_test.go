package shopify_test

import (
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/transports"
	transporthttp "waybill/transports/http"
)

// config speaks to the server as a shop does.
func config(s *channeltest.Shopify, memory transports.Cursor) shopify.Config {
	fixed := func(text string) func() (string, error) { return func() (string, error) { return text, nil } }
	return shopify.Config{Shop: s.Domain, URL: s.URL, ClientID: channeltest.ShopifyClient, Secret: fixed(channeltest.ShopifySecret),
		HookSecrets: func() ([]string, error) { return []string{channeltest.ShopifySecret, channeltest.ShopifyFormer}, nil },
		Notify:      true, BadNews: "tag", Sweep: 30 * 24 * time.Hour, Cursor: memory, Now: s.Now, Sleep: s.Sleep,
		Dialer: transporthttp.Dialer{Private: true}}
}

func open(t testing.TB, c shopify.Config) *shopify.Shop {
	t.Helper()
	shop, err := shopify.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shop.Close() })
	return shop
}

func start(t *testing.T) channeltest.Server {
	return channeltest.StartShopify(t, func(t *testing.T, s *channeltest.Shopify, memory transports.Cursor) channel.Shop {
		return open(t, config(s, memory))
	})
}

func TestShop(t *testing.T) { channeltest.TestShop(t, start) }
