package templates

import "time"

// Shop is the shop as suppliers and customers see it.
type Shop struct {
	Name  string
	URL   string
	Phone string
	Email string // the address that answers reach
}

// Supplier is who ships.
type Supplier struct {
	Slug string
	Name string
}

// Address is where the goods go.
type Address struct {
	Name, Company          string
	Line1, Line2           string
	City, Region, Postcode string
	Country                string // ISO 3166-1 alpha-2
	Phone                  string
	Email                  string // the customer's, for the carrier's notice; empty when the shop does not pass it on
}

// Line is one product of a purchase order or of a parcel.
type Line struct {
	SKU         string // ours
	SupplierSKU string // theirs; the same as ours when left empty
	Title       string
	Quantity    int
	UnitCost    string // what the supplier is paid for a piece, a decimal; empty when not known
}

// Code is the SKU that the supplier knows: theirs where it differs, else ours.
func (l Line) Code() string {
	if l.SupplierSKU != "" {
		return l.SupplierSKU
	}
	return l.SKU
}

// PurchaseOrderData is what the templates purchase_order and resend see, and the rows of a supplier's file.
type PurchaseOrderData struct {
	Shop        Shop
	Supplier    Supplier
	Number      string    // of the purchase order, "1001-A"
	OrderNumber string    // of the customer's order, "1001"
	Key         string    // "WB-" and ten characters: comes back in answers and tells them apart
	Date        time.Time // when it was placed with the supplier, in the supplier's time zone
	OrderDate   time.Time // when the customer bought, in the supplier's time zone
	ShipBy      time.Time // the working day on which it should leave; zero when none was agreed
	ShipTo      Address

	ShippingMethod string // the channel's words, "Standard"
	Carrier        string // the carrier that is asked for; empty for the supplier's choice
	Account        string // the shop's customer number at the supplier
	Currency       string // of UnitCost, ISO 4217
	Lines          []Line
	Note           string `lines:"true"` // the customer's, may have several lines
	GiftMessage    string `lines:"true"`
	Attachment     string // name of the attached file with the same order; empty when there is none

	// FirstSent is when the message that this one repeats was sent, for the template resend and the field repeat_of; zero when nobody knows.
	FirstSent time.Time
}

// Pieces is the number of pieces over all lines.
func (d PurchaseOrderData) Pieces() int { return pieces(d.Lines) }

// BatchData is what the template batch sees: one mail for several purchase orders, whose lines are in the attached file.
type BatchData struct {
	Shop       Shop
	Supplier   Supplier
	Date       time.Time
	Account    string
	Attachment string // name of the attached file
	Orders     []PurchaseOrderData
	// FirstSent is when the message that this one repeats was sent; zero when it repeats none.
	FirstSent time.Time
}

// Pieces is the number of pieces over all purchase orders.
func (d BatchData) Pieces() int {
	n := 0
	for _, o := range d.Orders {
		n += o.Pieces()
	}
	return n
}

// CancellationData is what the template cancellation sees: a request to a supplier not to ship.
type CancellationData struct {
	Shop        Shop
	Supplier    Supplier
	Number      string
	OrderNumber string
	Key         string
	Date        time.Time // when the purchase order was placed
	Lines       []Line    // what is not to be shipped any more
	Whole       bool      // nothing of the purchase order is to be shipped
	Reason      string    // in words, may be empty
}

// ChaseData is what the template chase sees: a question to a supplier who has said nothing about purchase orders, or has not shipped them.
type ChaseData struct {
	Shop     Shop
	Supplier Supplier
	Account  string
	Key      string // of the purchase order, where there is one only
	Orders   []ChasedOrder
	Shipping bool // they were heard of and have not shipped; else nothing was heard at all
}

// ChasedOrder is a purchase order that a supplier is asked about.
type ChasedOrder struct {
	Number string
	Key    string
	Sent   time.Time // in the supplier's time zone
	Pieces int
}

// Number is the purchase order's, where there is one only.
func (d ChaseData) Number() string {
	if len(d.Orders) == 1 {
		return d.Orders[0].Number
	}
	return ""
}

// Package is a parcel.
type Package struct {
	Carrier string // AfterShip's slug, "ups"; empty when not known
	Name    string // the carrier's name for people, "UPS"
	Number  string // tracking number
	URL     string // where it can be followed; empty when not known
}

// ShippingData is what the template shipping sees: the mail that tells the customer that parcels left.
type ShippingData struct {
	Shop        Shop
	OrderNumber string
	OrderURL    string // where the customer sees the order; may be empty
	ShipTo      Address
	Packages    []Package
	Lines       []Line // what is in these parcels; empty when not known
	Partial     bool   // more of the order is still to come
	Date        time.Time
}

// DigestData is what the template digest sees: what waits for a person, once or twice a day.
type DigestData struct {
	Shop   Shop
	Date   time.Time
	Orders int // different orders among the items
	Groups []DigestGroup
	URL    string // the desk's address; empty without one
	// Paused names suppliers whose sending is stopped, so that nobody forgets it.
	Paused []string
}

// Items is the number of items over all groups.
func (d DigestData) Items() int {
	n := 0
	for _, g := range d.Groups {
		n += len(g.Items) + g.More
	}
	return n
}

// DigestGroup are items of one kind.
type DigestGroup struct {
	Title string // "Prairie Supply is out of stock"
	Items []DigestItem
	More  int // further items that are not listed
}

// DigestItem is one thing that waits for a person.
type DigestItem struct {
	ID      string // what `waybill desk show` takes
	Order   string // order number; may be empty
	Text    string // one sentence
	Waiting string // since when, in words: "2 hours"
	Due     string // until when, in words; may be empty
	URL     string // its page on the desk; may be empty
}

// AlertData is what the template alert sees: one thing that cannot wait for the digest.
type AlertData struct {
	Shop  Shop
	At    time.Time
	Title string   // "Orders cannot be sent to Prairie Supply"
	Text  string   `lines:"true"` // what happened, in a sentence or two
	Do    string   // what to do next
	Facts []string // further lines: the server's answer, purchase orders concerned
	ID    string   // what `waybill desk show` takes; may be empty
	URL   string   // its page on the desk; may be empty
}

// Mail is a rendered mail. Subject is one line without control characters.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

func pieces(lines []Line) int {
	n := 0
	for _, l := range lines {
		n += l.Quantity
	}
	return n
}
