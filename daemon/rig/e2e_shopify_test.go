package rig

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"waybill/daemon/channel/channeltest"
)

// shopifyWorld is a world whose channel is a shop on Shopify; what it hears by webhook as well is held against the truth as everywhere.
type shopifyWorld struct {
	*realWorld
	shop *channeltest.Shopify
	ids  map[string]string // by order number
}

func openShopify(t *testing.T, suppliers ...*supplier) *shopifyWorld {
	s := channeltest.StartShopify(t, nil)
	s.Live = true
	w := &shopifyWorld{shop: s, ids: map[string]string{}}
	w.realWorld = openWorld(t, worldOptions{seed: 4, suppliers: suppliers, channel: fmt.Sprintf(`    shopify: {shop: %s, client_id: %s, client_secret_file: shopify-secret, url: %q, allow_private: true, poll: 1s}
`, s.Domain, channeltest.ShopifyClient, s.URL)})
	w.write("shopify-secret", channeltest.ShopifySecret)
	return w
}

// buy is what a customer does; the suppliers know the order by its number.
func (w *shopifyWorld) buy(number string, lines ...orderLine) {
	w.order(number, lines...)
	var sold []channeltest.SaleLine
	for _, l := range lines {
		sold = append(sold, channeltest.SaleLine{SKU: l.sku, Quantity: l.quantity})
	}
	w.ids[number] = w.shop.Buy(channeltest.Sale{Number: number, Lines: sold})
}

// shown tells whether the shop shows of every order what its suppliers did: each number once, with its pieces.
func (w *shopifyWorld) shown() bool {
	for number, truth := range w.truth {
		numbers, pieces := map[string]bool{}, map[string]int{}
		for _, s := range w.shop.Shown(w.ids[number]) {
			for _, n := range s.Numbers {
				if numbers[n] {
					w.t.Fatalf("order %s shows %s twice: %v", number, n, w.shop.Shown(w.ids[number]))
				}
				numbers[n] = true
			}
			for sku, n := range s.Pieces {
				pieces[sku] += n
			}
		}
		if len(numbers) != len(truth.tracking) || !maps.Equal(pieces, truth.pieces) {
			return false
		}
		for n := range truth.tracking {
			if !numbers[n] {
				return false
			}
		}
	}
	return len(w.truth) > 0
}

// TestShopify runs the loop with a shop on Shopify: orders are found by polling and by a webhook, suppliers on real servers answer, and the shop shows
// the tracking numbers. In between the daemon is killed in the moment in which a fulfilment was written and not answered.
func TestShopify(t *testing.T) {
	w := openShopify(t, prairie(), harbor(), tallgrass(), quarry())
	w.daemon.start()
	if out := w.daemon.do("check", "--connect"); !strings.Contains(out, "logged in to Lantern Lane") || !strings.Contains(out, "API version 2026-10") {
		t.Errorf("check --connect says\n%s", out)
	}
	w.buy("1001", orderLine{"PS-1", 2}, orderLine{"QT-7", 1})
	for i, prefix := range []string{"PS", "HG", "TG"} {
		w.buy(fmt.Sprint(1002+i), orderLine{prefix + "-1", 1 + i}, orderLine{prefix + "-2", 1})
	}
	killed := make(chan struct{}, 1)
	gone := w.daemon.ended
	w.shop.Written = func(mutation string) {
		if mutation == "fulfillmentCreate" {
			select {
			case killed <- struct{}{}:
			default:
			}
			<-gone
		}
	}
	w.live("a fulfilment to be written", func() bool { return len(killed) > 0 })
	w.daemon.kill()
	w.shop.Written = nil
	w.daemon.start()
	w.live("tracking in the shop", func() bool { return len(w.truth) == 4 && w.complete(4) && w.shown() })
	w.exactlyOnce()
	w.sameAsTruth()

	// A webhook is answered before anybody looks at the order.
	w.buy("1005", orderLine{"PS-3", 1})
	post := func(with channeltest.Secret) int {
		t.Helper()
		header, body := w.shop.Hook(w.ids["1005"], with)
		r, err := http.NewRequest(http.MethodPost, w.daemon.url+"/hooks/shop", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := []int{post(channeltest.Forged), post(channeltest.Present), post(channeltest.Present)}; !slices.Equal(got, []int{401, 200, 200}) {
		t.Errorf("webhooks are answered %v", got)
	}
	w.live("the fifth order", func() bool { return len(w.truth) == 5 && w.complete(5) && w.shown() })
	w.exactlyOnce()

	// One that is cancelled in the shop after its supplier was told: the supplier is asked not to ship.
	w.shop.Cancel(w.ids["1005"])
	w.live("the late cancellation to be asked about", func() bool { return w.desk()["1005"] == "cancelled_late" })
	for _, wrong := range w.shop.Wrong() {
		t.Errorf("Shopify would have refused: %s", wrong)
	}
	if log := w.daemon.logText(1 << 20); strings.Contains(log, "Abernathy") || strings.Contains(log, channeltest.ShopifySecret) || strings.Contains(log, "shpat_") {
		t.Error("the log holds a name or a secret")
	}
}
