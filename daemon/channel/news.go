package channel

import (
	"time"

	"waybill/daemon/order"
)

// Event is the body of the webhook to a channel (docs/webhook.md). Type is one of order.shipped, order.backordered,
// order.out_of_stock, order.rejected, order.cancelled, order.tracking_corrected.
type Event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      News      `json:"data"`
}

// News says what happened to which lines of which order.
type News struct {
	Channel       string        `json:"channel"`
	OrderID       string        `json:"order_id"` // the channel's own id
	OrderNumber   string        `json:"order_number"`
	PurchaseOrder string        `json:"purchase_order"`
	Supplier      string        `json:"supplier"`
	Tracking      []Package     `json:"tracking,omitempty"`
	Replaces      []string      `json:"replaces,omitempty"` // tracking numbers that these take the place of
	Lines         []NewsLine    `json:"lines"`
	Expected      string        `json:"expected,omitempty"`
	State         order.POState `json:"state"`
	// Complete: nothing more of this order is to come from any supplier.
	Complete bool `json:"complete"`
}

// Package is a parcel.
type Package struct {
	Carrier     string `json:"carrier"` // slug, "" unknown
	CarrierName string `json:"carrier_name,omitempty"`
	Number      string `json:"number"`
	URL         string `json:"url,omitempty"`
}

// NewsLine is a line of the order with the pieces that the news is about.
type NewsLine struct {
	ID       string `json:"id"`
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}
