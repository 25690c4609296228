package flow

import (
	"errors"
	"fmt"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
)

// openShop makes the shop system that a channel is; nil when it is none. poll is how often it is looked at.
func (f *Flow) openShop(w *world, slug string, c config.Channel) (shop channel.Shop, poll time.Duration, err error) {
	if c.Shopify != nil {
		return nil, 0, errors.New("shopify: this is not built in yet")
	}
	if c.WooCommerce != nil {
		shop, err := f.openWooCommerce(w, slug, *c.WooCommerce)
		if err != nil {
			return nil, 0, fmt.Errorf("woocommerce: %w", err)
		}
		return shop, time.Duration(c.WooCommerce.Poll), nil
	}
	return nil, 0, nil
}
