package channel

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"waybill/daemon/order"
	"waybill/transports"
)

// Shop is a shop system: Shopify, WooCommerce, the files of a marketplace. It polls for orders, checks its webhooks, says what is kept of
// an order means, and turns our news into its requests.
//
// Receive hands over items as the API wrote them; their Source is filled in by who asked. One that is one order has a key made by ItemKey, so that the same version is kept once
// however it came, and an older version that comes late undoes nothing. What was handed over is read by Read alone, from the kept bytes:
// a better Read can be replayed.
//
// Send gets an Event as JSON (Message.Body) and does what the shop system needs for it. It is idempotent: before it writes, it looks
// whether the shop has it already, so that a message whose fate nobody knows is simply sent again. Where the shop has something else
// than our news, its error wraps a Question.
type Shop interface {
	transports.Receiver
	transports.Sender
	transports.Probe
	// Read decodes a kept item; name is its file name, if it had one. An error says what is wrong with all of it, and where.
	Read(name string, raw []byte) ([]Delivery, error)
	// Hook checks a webhook's signature over the raw body and gives the item to keep. ErrSignature: nobody knows who sent it. A nil
	// item is a webhook that is genuine and says nothing about orders (a test ping). After the item is kept the shop is polled at once.
	Hook(header http.Header, body []byte) (*transports.Item, error)
}

// Delivery is what a shop system says of an order at one moment. Order.Channel is filled in by who asked.
type Delivery struct {
	Order order.Order
	// Cancelled: the shop has cancelled the order (or deleted it); Reason is its own word for why. Order may then have no more than ID.
	Cancelled bool
	Reason    string
	// Skip says in words why nothing of the order is ours to ship (a point-of-sale receipt, nothing that ships, all was refunded). It is
	// kept and not taken; of an order that was taken before it is a change.
	Skip string
	// Closed says in words why the order is not taken when no supplier was told of it yet (it is shipped already, the shop holds it). Of one that is
	// under way it says nothing.
	Closed string
	// Shipped: all of it was marked as shipped there. Of an order that is known that says nothing; the others of a report are told together.
	Shipped bool
	// Tell: somebody should hear that it is not taken.
	Tell bool
	// Open are the pieces by line that the shop does not show as shipped; nil: it does not say.
	Open []order.LineQuantity
	// Signal: the bytes only say that something about Order.ID has changed. The order itself is fetched and kept apart from it.
	Signal bool
	// Partial: lines may be left out that have shipped; what the order had before is not taken away by that.
	Partial bool
	// Err says what is wrong with this order where others in the same bytes are well, and Line where it stands, from 1.
	Err  error
	Line int
}

// ItemKey names what a shop's API said of an order: its id, the version (its time of change) and, as several changes fall into one
// second, a piece of the bytes' hash. The key of an id begins with the id and "@", and versions compare as text.
func ItemKey(id string, version time.Time, raw []byte) string {
	sum := sha256.Sum256(raw)
	return fmt.Sprintf("%s@%s#%x", id, version.UTC().Format("2006-01-02T15:04:05.000Z"), sum[:6])
}

// Version takes an ItemKey apart. ok is false for a key of another form.
func Version(key string) (id, version string, ok bool) {
	at := strings.LastIndexByte(key, '@')
	if at < 1 {
		return "", "", false
	}
	version, _, ok = strings.Cut(key[at+1:], "#")
	return key[:at], version, ok
}

// Question is what the shop system shows instead of what our news would write: a person decides. It is the Err of a *transports.Error
// with the verdict Never. A message that a person has sent again all the same has the header field Decided.
type Question struct {
	Shows string // a sentence: what is there
}

func (q *Question) Error() string { return q.Shows }

// Refused is what a marketplace did not take of our news, told in a file of its own: Read returns it as its error.
type Refused struct{ Reasons []string }

func (r *Refused) Error() string { return strings.Join(r.Reasons, "; ") }

// Decided is a field of Message.Header: a person has seen what the shop shows, and wants our news in its place.
const Decided = "Waybill-Decided"

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
