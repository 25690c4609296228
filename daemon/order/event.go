package order

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// EventKind names what happened. The names are stored in the journal and never change.
type EventKind string

// Events of an order's intake.
const (
	Received     EventKind = "order.received"  // the channel gave us the order
	Paid         EventKind = "order.paid"      // a later delivery says that it is paid
	Held         EventKind = "order.held"      // a gate, or routing, stopped it for a person
	Released     EventKind = "order.released"  // a person let it go on
	Accepted     EventKind = "order.accepted"  // gates and routing are content: its purchase orders exist
	CancelledAll EventKind = "order.cancelled" // the shop cancelled the order
	Differs      EventKind = "order.differs"   // the channel delivered it again with other content; noted, changes nothing
	Edited       EventKind = "order.edited"    // a person corrected fields of it before any supplier was told; Fields names them
	Erased       EventKind = "order.erased"    // the personal data in it is gone: it was asked for (reason "request"), or was kept long enough ("retention")
)

// Events of a dispatch.
const (
	Queued    EventKind = "dispatch.queued"    // rendered bytes are stored and wait to be sent
	Claimed   EventKind = "dispatch.claimed"   // a sender took it under a lease; written before it dials
	Marked    EventKind = "dispatch.marked"    // the durable mark before the byte after which the other side may act
	SentOK    EventKind = "dispatch.sent"      // the other side said it has it
	Postponed EventKind = "dispatch.postponed" // proved not to have arrived; will be tried again
	Failed    EventKind = "dispatch.failed"    // proved not to have arrived; trying again will not help
	Doubted   EventKind = "dispatch.doubted"   // may or may not have arrived: held
	Arrived   EventKind = "dispatch.arrived"   // evidence or a person says that it did arrive after all
	Again     EventKind = "dispatch.again"     // a person sends it again: a new dispatch takes over
	Withdrawn EventKind = "dispatch.withdrawn" // a person gives it up, or it was taken back in time
	Bounced   EventKind = "dispatch.bounced"   // a bounce names it; news, changes nothing by itself
	HeldBack  EventKind = "dispatch.held"      // it waits for a person: one of a supplier's first orders
	LetGo     EventKind = "dispatch.released"  // a person let it go
	Shadowed  EventKind = "dispatch.shadowed"  // shadow mode is on: it goes to the owner, or to nobody, and never out by itself
)

// Events of a purchase order.
const (
	Placed       EventKind = "po.placed"       // made from lines of an accepted order
	Acknowledged EventKind = "po.acknowledged" // the supplier says they have it
	Backordered  EventKind = "po.backordered"  // the supplier will ship later
	OutOfStock   EventKind = "po.out_of_stock" // the supplier cannot ship these
	Rejected     EventKind = "po.rejected"     // the supplier refuses the purchase order
	Shipped      EventKind = "po.shipped"      // lines and quantities left, in packages
	Corrected    EventKind = "po.corrected"    // a tracking number was replaced or withdrawn
	Cancelled    EventKind = "po.cancelled"    // lines are cancelled: nobody expects them any more
	Restored     EventKind = "po.restored"     // a person says that earlier bad news (out of stock, backorder, rejection) does not hold
)

// Events that a person's work leaves behind.
const (
	Opened  EventKind = "exception.opened"  // something waits for a person
	Settled EventKind = "exception.settled" // a person, or later news, settled it
	Noted   EventKind = "item.noted"        // an item was read and matched but changed nothing (question, repeat, auto-reply)
	Cleared EventKind = "item.erased"       // what had come in and gone out about somebody was erased; the orders in question have events of their own
)

// LineQuantity says how many pieces of which line. What an event without any speaks of stands at PurchaseOrder.Apply.
type LineQuantity struct {
	Line     string `json:"line"` // Line.ID
	Quantity int    `json:"qty"`
}

// Event is one thing that happened, as it stands in the journal. It holds no personal data and no secrets.
type Event struct {
	Seq  int64     `json:"-"` // place in the journal, given by the store
	At   time.Time `json:"-"`
	Kind EventKind `json:"-"`
	// What it happened to; a dispatch event may concern several purchase orders, which its row lists.
	Order     OrderID     `json:"-"`
	PO        POID        `json:"-"`
	Dispatch  DispatchID  `json:"-"`
	Item      ItemID      `json:"item,omitempty"` // the evidence
	Exception ExceptionID `json:"exception,omitempty"`

	Lines    []LineQuantity `json:"lines,omitempty"`
	Packages []PackageID    `json:"packages,omitempty"`
	Expected string         `json:"expected,omitempty"` // date (YYYY-MM-DD) when goods are promised
	Reason   string         `json:"reason,omitempty"`   // a code: "unpaid", "no_supplier", "smtp_550", …
	By       string         `json:"by,omitempty"`       // who decided: "rule", "supplier", "desk", "cli", "api", "channel"
	Method   string         `json:"method,omitempty"`   // strongest witness of the match
	Score    float64        `json:"score,omitempty"`    // its confidence
	Strength Strength       `json:"strength,omitempty"` // how well it was known who brought the news
	Epoch    int64          `json:"epoch,omitempty"`    // fencing epoch of the claim
	Next     time.Time      `json:"next,omitzero"`      // when a postponed dispatch is tried again
	Fields   []string       `json:"fields,omitempty"`   // names of fields that differ, never their values
}

// Transition is one line of a state table: in a state From, event On leads to state To. From "" is "not there yet". An event that is
// not in the table for a state is an error and changes nothing. Two lines with the same From and On say that the event itself
// decides (Received: its reason).
type Transition struct {
	From string
	On   EventKind
	To   string
}

// ErrTransition is returned by Apply for an event that the present state does not allow.
var ErrTransition = errors.New("not possible in this state")

// ErrQuantity is returned by Apply when more pieces are named than there are, or none.
var ErrQuantity = errors.New("more pieces than are outstanding")

// ErrLine is returned by Apply for a line or a package that the purchase order does not have.
var ErrLine = errors.New("no such line or package in this purchase order")

func next(table []Transition, from string, on EventKind) (string, error) {
	for _, t := range table {
		if t.From == from && t.On == on {
			return t.To, nil
		}
	}
	return from, fmt.Errorf("%s while %s: %w", on, cmp.Or(from, "new"), ErrTransition)
}

// ErrFenced is returned by Apply when a sender whose lease was taken over still wants to mark or settle.
var ErrFenced = errors.New("another sender has taken this dispatch over")
