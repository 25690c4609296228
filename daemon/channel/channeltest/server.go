// Package channeltest is the suite that every shop system's client must pass, and the servers that it runs against: in process, checking each request as
// the published API would. A server keeps orders as the shop system keeps them, and misbehaves on request.
package channeltest

import (
	"net/http"
	"testing"
	"time"

	"waybill/daemon/channel"
)

// Server is a shop system in process.
type Server interface {
	// Open gives a client of it. Clients opened one after another share what a Receive remembers, as a daemon does that was started again.
	Open(t *testing.T) channel.Shop
	// Now is the time in which server and client live; Pass lets it go by.
	Now() time.Time
	Pass(time.Duration)

	// What customers and the shop's people do. Ids are the shop system's; lines count from 0.
	Buy(Sale) (id string)
	Pay(id string)
	Note(id, text string)
	Move(id, street string)
	Reduce(id string, line, by int)
	Cancel(id string)
	// Ship ships by hand, in the shop's own admin: all that is left, under a number or without one.
	Ship(id, number string)
	// Shown is what the shop shows as shipped, oldest first.
	Shown(id string) []Shown
	// Marks are what is written to an order beside: its tags and the lines of its note.
	Marks(id string) []string

	// Hook is the webhook about an order as it is now, signed with a secret.
	Hook(id string, with Secret) (http.Header, []byte)
	// Fail makes the next requests fail; nil ends it.
	Fail(f Failure, requests int)
	// Wrong lists the requests that the real API would have refused.
	Wrong() []string
	// Can tells what this shop system has.
	Can(Ability) bool
}

// Sale is what a customer buys.
type Sale struct {
	Number string
	Lines  []SaleLine
	Unpaid bool
}

// SaleLine is a line of a sale.
type SaleLine struct {
	SKU      string
	Quantity int
}

// Shown is one shipment as the shop shows it.
type Shown struct {
	Numbers []string
	Carrier string
	Pieces  map[string]int // by SKU; nil where the shop system does not say
}

// Secret is what a webhook is signed with.
type Secret int

const (
	Present Secret = iota
	Former         // of before the change, which still counts
	Forged
)

// Failure is a way to misbehave.
type Failure string

const (
	Throttled  Failure = "throttled"   // too many requests
	Broken     Failure = "broken"      // 5xx
	LostAnswer Failure = "lost answer" // the request took effect, and its answer never came
	Expired    Failure = "expired"     // the access token has ended before its time
	Revoked    Failure = "revoked"     // and no new one is to be had
	Lagging    Failure = "lagging"     // what changed is not found yet by searches
)

// Ability is something that not every shop system has.
type Ability string

const (
	Holds     Ability = "holds"     // an order can be held in the shop: Hold, Unhold
	Parts     Ability = "parts"     // shipments name lines and quantities
	Corrects  Ability = "corrects"  // a number that was told can be replaced
	Expires   Ability = "expires"   // access tokens end and are renewed
	Throttles Ability = "throttles" // tells when there are too many requests
	Hooks     Ability = "hooks"
)

// Holder is a Server that Can hold orders back.
type Holder interface {
	Hold(id string)
	Unhold(id string)
}
