// Package channel says what each sales channel means: its orders to ours, our news to its requests, the signatures of its
// webhooks. The generic channel, files and the HTTP API in the canonical shape, is here; each shop system gets a file of its own.
package channel

import (
	"time"

	"waybill/daemon/order"
)

// ReadOrder is one order of a file: what it says, or what is wrong with it.
type ReadOrder struct {
	// Line is the line of the file that it begins on, from 1.
	Line  int
	Order order.Order
	Hints Hints
	Err   error
}

// Hints are what `waybill match --orders` reads beside the order and the daemon knows itself.
type Hints struct {
	Supplier  string `json:"supplier,omitempty"`
	PONumber  string `json:"po_number,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	ReplyTo   string `json:"reply_to,omitempty"`
}

// TrackingRow is a row of the tracking file that a channel gets: one for each parcel and line.
type TrackingRow struct {
	OrderNumber    string    `csv:"order_number"`
	OrderID        string    `csv:"order_id"`
	PurchaseOrder  string    `csv:"purchase_order"`
	LineID         string    `csv:"line_id"`
	SKU            string    `csv:"sku"`
	Quantity       int       `csv:"quantity"`
	Carrier        string    `csv:"carrier"` // AfterShip slug
	TrackingNumber string    `csv:"tracking_number"`
	TrackingURL    string    `csv:"tracking_url"`
	ShippedAt      time.Time `csv:"shipped_at"`
	// Corrects are the pieces of the shipment in which this number takes another's place; nothing is shipped by it.
	Corrects int `csv:"-"`
}
