// Package match says what a reading means: which open purchase order each statement is about, how sure that is and
// why, and whether a person has to look. It is pure: a reading and the index of open purchase orders in, findings out.
// It changes nothing; whether a finding may change an order is decided by the flow and by order.Apply.
//
// The words of it, in the order in which an item meets them:
//
//   - Index (index.go) holds the purchase orders: each a packed record in a slot (record.go), found by postings from the hash of a key to its slots
//     (posting.go).
//   - What only the orders tell is put right first: numbers read as something else (sober.go), and words that the buyer wrote (echo.go).
//   - A look (look.go) is what one item is judged against: what it has come upon stays as it was until the end.
//   - What is too little or does not go together is a caution (caution.go), and leaves the decision to a person.
//   - A claim (claim.go) is a key that somebody wrote, and whom it names. News (news.go, place.go) is what is said of one order.
//   - A field of candidates (candidate.go) hears testimony for and against each: claims, products, the consignee.
//   - Who may live at an address is found by votes (near.go), and compared field by field (fit.go, compare.go, street.go, glue.go), with chances
//     that are estimated (odds.go).
//   - All testimony is bits of one score (weight.go); judge.go turns it into findings and finds what contradicts.
//
// docs/matching.md says how the weights are made and how well it does.
package match

import (
	"encoding/json"
	"time"

	"waybill/daemon/order"
	"waybill/parsers"
)

// PO is a purchase order as the matcher knows it: open, or closed not long ago (so that repeats and late news are named as such).
type PO struct {
	ID       order.POID
	OrderID  order.OrderID
	Channel  string // slug
	Order    string // order number as the customer knows it: "1001"
	Number   string // "1001-A"; the order's number where the caller has none
	Supplier string // slug, "" when the caller does not know
	Token    order.Token
	Lines    []Line
	ShipTo   order.Address
	Email    string
	Phone    string
	PlacedAt time.Time
	// MessageIDs of mails that we sent for it, without angle brackets. ReplyTo is the plus address it was sent with, if any.
	MessageIDs []string
	ReplyTo    string
	// Refs are the supplier's own references for it, learned from earlier answers.
	Refs []string
	// Tracking are the numbers it already has.
	Tracking []string
	Closed   bool // nothing more is expected
}

// Line is a line of a purchase order.
type Line struct {
	ID          string
	SKU         string
	SupplierSKU string
	Title       string
	Quantity    int // ordered
	Outstanding int
}

// Sender is whom the flow found behind an item.
type Sender struct {
	// Supplier is the slug, when address, domain or the drop's account name one.
	Supplier string
	// Open tells that the sender speaks for nobody in particular (a carrier, a shipping program, free mail): all
	// suppliers' purchase orders compete, by token or number plus a second witness.
	Open bool
	// Service is the name of the shipping program or carrier that an open sender is; "" for a stranger. For are the suppliers who are known to ship with it.
	Service string
	For     []string
	from    parsers.Address // of an open sender
	// Strength is how well it is known who it is; "" where that cannot be found out (waybill match). Loose says why what the sender says is not bound to the proof
	// beyond its own text: what it answers was not signed.
	Strength order.Strength
	Loose    bool
	// Grounds are the sentences behind the strength.
	Grounds []string
	// MayApply are the kinds of costly news that this supplier's rules apply without a person.
	MayApply []parsers.Kind
	// SharedTracking: one parcel may hold several orders.
	SharedTracking bool
}

// Method is the strongest witness of a match.
type Method string

const (
	Token       Method = "token"
	Thread      Method = "thread"
	OrderNumber Method = "order_number"
	SupplierRef Method = "supplier_ref"
	Fuzzy       Method = "fuzzy"
	None        Method = "none"
)

// Decision judges reading and match alone.
type Decision string

const (
	Auto   Decision = "auto"   // nobody needs to check it
	Review Decision = "review" // for the desk
	Ignore Decision = "ignore" // says nothing that matters
)

// Apply judges permission.
type Apply string

const (
	ApplyAuto    Apply = "auto"
	ApplyPropose Apply = "propose"
)

// Finding is one notice: what the item says about one order, of one kind. Its JSON is the contract of `waybill match`.
type Finding struct {
	Kind       parsers.Kind `json:"kind"`
	Channel    string       `json:"channel,omitempty"`
	Order      string       `json:"order"`
	Number     string       `json:"purchase_order,omitempty"`
	Method     Method       `json:"method"`
	Confidence float64      `json:"confidence"`
	Decision   Decision     `json:"decision"`
	Apply      Apply        `json:"apply"`
	Tracking   []Tracking   `json:"tracking"`
	Lines      []FoundLine  `json:"lines"`
	Expected   string       `json:"expected,omitempty"` // YYYY-MM-DD or as written
	Candidates []Candidate  `json:"candidates"`
	Evidence   []Evidence   `json:"evidence"`
	Reasons    []string     `json:"reasons"`
	// Strength is how well it is known who says so; it is not there where that cannot be found out.
	Strength order.Strength `json:"strength,omitempty"`
	// For the daemon:
	PO             order.POID           `json:"-"`
	OrderID        order.OrderID        `json:"-"`
	LineQuantities []order.LineQuantity `json:"-"` // Lines resolved to the purchase order's own; empty: everything outstanding
	Refs           []string             `json:"-"` // the supplier's own references found beside it, to be learned
	// Unknown are numbers that look like those of our orders and that the index does not know, without the letter of a purchase order: where no key names an order.
	Unknown        []string `json:"-"`
	Contradictions []string `json:"-"` // codes: "address", "tracking_elsewhere", "too_many", "sku", "closed", "other_supplier", "rival", …
	Repeat         bool     `json:"-"` // says nothing that is not already recorded
	Supplier       string   `json:"-"` // whose purchase order it is
	// NewSender: nothing stands against it but that its sender is not known to write for that supplier.
	NewSender bool `json:"-"`
	byBuyer   bool
	Partial   bool `json:"-"`
}

// Tracking is a number as it goes to the channel.
type Tracking struct {
	Carrier   string `json:"carrier"` // slug, "" when it can't be told
	Number    string `json:"number"`
	URL       string `json:"-"`
	Withdrawn bool   `json:"-"`
}

// FoundLine is a line with the quantity that the paper names; 0 when it names none.
type FoundLine struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}

// Candidate is an order that competes, best first.
type Candidate struct {
	Order  string     `json:"order"`
	Number string     `json:"-"`
	Score  float64    `json:"score"`
	PO     order.POID `json:"-"`
}

// Evidence is a value with its place.
type Evidence struct {
	Field string `json:"field"` // order, tracking, carrier, kind, sku, quantity, name, postcode, …
	Text  string `json:"text"`
	parsers.Place
}

// MarshalJSON writes the place as the contract has it: a cell with sheet, row and column, a span with start and end, which may be 0.
func (e Evidence) MarshalJSON() ([]byte, error) {
	type cell struct {
		Field  string `json:"field"`
		Text   string `json:"text"`
		Part   string `json:"part"`
		Sheet  string `json:"sheet,omitempty"`
		Row    int    `json:"row"`
		Column int    `json:"column"`
	}
	type span struct {
		Field string `json:"field"`
		Text  string `json:"text"`
		Part  string `json:"part"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	}
	if e.Row > 0 {
		return json.Marshal(cell{e.Field, e.Text, e.Part, e.Sheet, e.Row, e.Column})
	}
	return json.Marshal(span{e.Field, e.Text, e.Part, e.Start, e.End})
}
