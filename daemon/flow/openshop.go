package flow

import (
	"errors"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/config"
)

// openShop makes the shop system that a channel is; nil when it is none. poll is how often it is looked at.
func (f *Flow) openShop(_ *world, _ string, c config.Channel) (shop channel.Shop, poll time.Duration, err error) {
	if c.Shopify != nil {
		return nil, 0, errors.New("shopify: this is not built in yet")
	}
	return nil, 0, nil
}
