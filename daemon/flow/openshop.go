package flow

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/shopify"
	"waybill/daemon/config"
)

// openShop makes the shop system that a channel is; nil when it is none. poll is how often it is looked at.
func (f *Flow) openShop(w *world, slug string, c config.Channel) (shop channel.Shop, poll time.Duration, err error) {
	switch {
	case c.Shopify != nil:
		shop, err := f.openShopify(w, slug, *c.Shopify)
		if err != nil {
			return nil, 0, fmt.Errorf("shopify: %w", err)
		}
		w.closers = append(w.closers, shop)
		return shop, time.Duration(c.Shopify.Poll), nil
	case c.WooCommerce != nil:
		shop, err := f.openWooCommerce(w, slug, *c.WooCommerce)
		if err != nil {
			return nil, 0, fmt.Errorf("woocommerce: %w", err)
		}
		return shop, time.Duration(c.WooCommerce.Poll), nil
	}
	if c.Amazon != nil || c.EBay != nil {
		// A nil *marketplace.Shop in the interface would be a shop.
		market, poll, err := f.openMarket(w, slug, c)
		if err != nil {
			return nil, 0, err
		}
		return market, poll, nil
	}
	return nil, 0, nil
}

func (f *Flow) openShopify(w *world, slug string, s config.Shopify) (*shopify.Shop, error) {
	pool, err := roots(w.cfg, s.CAFile)
	if err != nil {
		return nil, err
	}
	secret := func(file string) func() (string, error) {
		if file == "" {
			return nil
		}
		return func() (string, error) { return w.cfg.Secret(file) }
	}
	hooks := s.WebhookSecretFiles
	if len(hooks) == 0 && s.ClientSecretFile != "" {
		hooks = []string{s.ClientSecretFile}
	}
	c := shopify.Config{Shop: s.Shop, URL: s.URL, ClientID: s.ClientID, Secret: secret(s.ClientSecretFile), Token: secret(s.TokenFile),
		HookSecrets: func() ([]string, error) { return w.secrets(hooks) }, Locations: s.Locations, Notify: s.NotifyCustomer == nil || *s.NotifyCustomer,
		BadNews: cmp.Or(s.BadNews, "tag"), Sweep: time.Duration(cmp.Or(s.SweepDays, 30)) * 24 * time.Hour, AuthorizedIsPaid: s.AuthorizedIsPaid,
		Cursor: cursor{f.store, "cursor:" + shopSource + slug}, Dialer: f.web(s.AllowPrivate), RootCAs: pool, Now: f.now, Log: f.log}
	if w.cfg.HTTP.PublicURL != "" && len(hooks) > 0 && !w.shadowsChannel(slug) { // webhooks are set up in the shop
		c.HookURL = hookURL(w.cfg, slug)
	}
	return shopify.New(c)
}

// hookURL is where a channel's webhooks come to.
func hookURL(cfg *config.Config, slug string) string {
	return strings.TrimSuffix(cfg.HTTP.PublicURL, "/") + "/hooks/" + slug
}

// secrets reads several secrets; all of them must be there.
func (w *world) secrets(files []string) (all []string, err error) {
	for _, file := range files {
		text, err := w.cfg.Secret(file)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}
