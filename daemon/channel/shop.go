package channel

import (
	"encoding/json"
	"fmt"
	"net/http"

	"waybill/daemon/order"
	"waybill/transports"
)

// Shop is a shop system that is spoken to by its API: Shopify, WooCommerce. It polls for orders, checks and keeps its webhooks,
// says what an order that it delivered means, and turns our news into its requests.
//
// Receive hands over items of which each is one order as the API wrote it, keyed by the order's id and version, so that the same
// version is kept once however it came. What it hands over is read by Read alone, from the kept bytes: a better Read can be replayed.
//
// Send gets an Event as JSON (Message.Body) and does what the shop system needs for it. It is idempotent: before it writes, it
// looks whether the shop has it already, so that a message whose fate nobody knows is simply sent again.
type Shop interface {
	transports.Receiver
	transports.Sender
	transports.Probe
	// Read decodes a kept item. An error says what is wrong with the bytes, and where.
	Read(raw []byte) (Delivery, error)
	// Hook checks a webhook's signature over the raw body and gives the item to keep. ErrSignature: nobody knows who sent it. A nil
	// item is a webhook that is genuine and says nothing about orders (a test ping).
	Hook(header http.Header, body []byte) (*transports.Item, error)
}

// Delivery is what a shop system says of an order at one moment.
type Delivery struct {
	Order order.Order
	// Cancelled: the shop has cancelled the order (or deleted it); Reason is its own word for why.
	Cancelled bool
	Reason    string
	// Skip says in words why the order is none of ours (a draft, a point-of-sale receipt, nothing that ships): it is kept and not taken.
	Skip string
}

// ErrSignature is returned for a webhook whose signature does not fit.
var ErrSignature = fmt.Errorf("the webhook's signature does not fit the secret")

// DecodeEvent reads the body of a message to a Shop.
func DecodeEvent(m transports.Message) (Event, error) {
	var e Event
	if err := json.Unmarshal(m.Body, &e); err != nil {
		return e, fmt.Errorf("read the news %s: %w", m.Key, err)
	}
	return e, nil
}
