package store

import (
	"encoding/json"
	"time"

	"waybill/daemon/order"
)

// OrderRow is an order as it is kept: the erasable document and the state of its intake.
type OrderRow struct {
	ID         order.OrderID
	Doc        order.Order
	Intake     order.Intake
	ReceivedAt time.Time
	// AlreadySent: taken over by `orders import --already-sent`; its purchase orders only wait for tracking.
	AlreadySent bool
	// Erased: the personal data is gone; Doc holds what is left.
	Erased bool
}

// DispatchRow is a row of the outbox.
type DispatchRow struct {
	ID      order.DispatchID
	Purpose order.Purpose
	// Lane is the sending account whose workers take it: "smtp:main", "sftp:prairie", "webhook:shop", "folder:exports".
	Lane string
	// Target is who it is for: a supplier's or a channel's slug, or "customer", "operator".
	Target string
	Order  order.OrderID // the order it belongs to when it belongs to one, else 0
	POs    []order.POID
	order.Dispatch

	Message OutMessage
	// Resends is the dispatch this one takes over from (Again), else 0.
	Resends    order.DispatchID
	QueuedAt   time.Time
	MarkedAt   time.Time
	SettledAt  time.Time
	LeaseOwner string
	LeaseUntil time.Time
	Answer     string // the other side's last words, or the last error in words
	Help       string // what a person can do about it
}

// OutMessage is transports.Message as it is stored; the body lies in the evidence under its SHA-256.
type OutMessage struct {
	Key    string            `json:"key"`
	From   string            `json:"from,omitempty"`
	To     []string          `json:"to,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   []byte            `json:"-"` // loaded with Claim and Dispatch(id)
	SHA256 string            `json:"sha256"`
}

// ItemState says how far an item came.
type ItemState string

const (
	ItemKept        ItemState = "kept"        // its bytes are safe; nobody has looked at them
	ItemRead        ItemState = "read"        // read, matched and recorded
	ItemRepeat      ItemState = "repeat"      // the same as an earlier item
	ItemQuarantined ItemState = "quarantined" // broke its reader twice
	ItemTooLarge    ItemState = "too_large"   // its bytes were not fetched
)

// ItemRow is one thing that came in: the ledger's row.
type ItemRow struct {
	ID       order.ItemID
	Source   string // account and folder
	Key      string // unique inside the source
	Name     string
	Received time.Time // the source's time
	KeptAt   time.Time
	SHA256   string // of the raw bytes, hex; the evidence's key
	Size     int64
	State    ItemState
	Attempts int // counted before each reading
	// Filled in when it was read:
	Supplier  string
	Kind      string
	MessageID string
	BodyHash  string
	RepeatOf  order.ItemID
	Reading   json.RawMessage
}

// FindingRow is what an item meant for one purchase order, or that it meant none.
type FindingRow struct {
	Item     order.ItemID
	N        int // place among the item's findings
	Order    order.OrderID
	PO       order.POID
	Kind     string
	Method   string
	Score    float64
	Decision string // auto, review, ignore
	Applied  bool   // it changed the purchase order
	Detail   json.RawMessage
}

// PackageRow is a parcel.
type PackageRow struct {
	ID      order.PackageID
	PO      order.POID
	Carrier string // slug, "" unknown
	Number  string
	URL     string
	Item    order.ItemID // where it was read, 0 when a person typed it
	At      time.Time
	Gone    bool // withdrawn or replaced
}

// ExceptionRow waits for a person.
type ExceptionRow struct {
	ID       order.ExceptionID
	Kind     string
	Key      string // alike exceptions share it: one open row, counted
	Count    int
	Supplier string
	Channel  string
	Order    order.OrderID
	PO       order.POID
	Dispatch order.DispatchID
	Item     order.ItemID
	OpenedAt time.Time
	LastAt   time.Time
	Deadline time.Time // zero: none
	// Detail is the evidence and what the actions need; erasable.
	Detail    json.RawMessage
	SettledAt time.Time
	Action    string
	By        string
}
