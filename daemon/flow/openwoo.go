package flow

import (
	"context"
	"strings"

	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/config"
	"waybill/transports"
)

// hooksAccount, with the channel behind it, is the account of what is wrong with a shop's webhooks: orders come without them too.
const hooksAccount = "webhooks:"

// openWooCommerce makes the client of a WooCommerce shop.
func (f *Flow) openWooCommerce(w *world, slug string, c config.WooCommerce) (*woocommerce.Shop, error) {
	pool, err := roots(w.cfg, c.CAFile)
	if err != nil {
		return nil, err
	}
	secret := func(file string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return w.cfg.Secret(file) }
	}
	own := woocommerce.Config{
		URL: c.URL, Key: secret(c.KeyFile), Secret: secret(c.SecretFile), Reenable: c.ReenableWebhooks && !w.shadowsChannel(slug), Source: shopSource + slug, Since: w.cfg.Start,
		Cursor: cursor{f.store, "cursor:" + shopSource + slug}, Paid: c.PaidStatuses, Bundles: c.Bundles, Tracking: c.Tracking, Note: c.Note, NoteText: c.NoteText,
		Notify: c.NotifyCustomer, Done: c.CompletedStatus, Lacking: c.LackingStatus, Dialer: f.web(c.AllowPrivate), RootCAs: pool,
		PerSecond: float64(c.PerSecond), Clock: f.now,
	}
	for _, file := range c.WebhookSecretFiles {
		text, err := w.cfg.Secret(file)
		if err != nil {
			return nil, err
		}
		own.HookSecrets = append(own.HookSecrets, text)
	}
	if w.cfg.HTTP.PublicURL != "" && len(own.HookSecrets) > 0 {
		own.HookURL = strings.TrimSuffix(w.cfg.HTTP.PublicURL, "/") + "/hooks/" + slug
		own.HookTrouble = func(ctx context.Context, e *transports.Error) {
			if name := hooksAccount + slug; e == nil {
				f.accountWorks(ctx, name)
			} else {
				f.accountFails(ctx, name, "the webhooks of channel "+slug, e)
			}
		}
	}
	shop, err := woocommerce.New(own)
	if err != nil {
		return nil, err
	}
	w.closers = append(w.closers, shop)
	return shop, nil
}
