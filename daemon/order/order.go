package order

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Order is what a customer bought on a channel, in the canonical shape that the API, the importers and every channel produce.
// It holds personal data and lives in one erasable row; events refer to it by OrderID.
type Order struct {
	// Number is what customer and shop call it ("1001"); Channel the slug of where it comes from; ID the channel's own id.
	// Channel and ID together are unique for ever.
	Number  string `json:"number"`
	Channel string `json:"channel"`
	ID      string `json:"id"`
	// PlacedAt is when the customer bought; PaidAt when it was paid, zero while it is not.
	PlacedAt time.Time `json:"placed_at,omitzero"`
	PaidAt   time.Time `json:"paid_at,omitzero"`
	Currency string    `json:"currency,omitempty"` // ISO 4217
	Total    Amount    `json:"total,omitzero"`
	Customer Customer  `json:"customer,omitzero"`
	ShipTo   Address   `json:"ship_to"`
	// ShippingMethod is the channel's words for what the customer chose ("Standard").
	ShippingMethod string   `json:"shipping_method,omitempty"`
	Tags           []string `json:"tags,omitempty"`
	Note           string   `json:"note,omitempty"`
	Lines          []Line   `json:"lines"`
}

// Customer is who bought.
type Customer struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Address is where it goes. Country is ISO 3166-1 alpha-2.
type Address struct {
	Name     string `json:"name,omitempty"`
	Company  string `json:"company,omitempty"`
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	City     string `json:"city,omitempty"`
	Region   string `json:"region,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Country  string `json:"country,omitempty"`
	Phone    string `json:"phone,omitempty"`
}

// Line is one product of an order. ID is unique inside the order.
type Line struct {
	ID        string `json:"id"`
	SKU       string `json:"sku"`
	Title     string `json:"title,omitempty"`
	Quantity  int    `json:"quantity"`
	UnitPrice Amount `json:"unit_price,omitzero"`
}

// FieldError is one thing wrong with an order, with the place a person finds it.
type FieldError struct {
	Field string `json:"field"` // JSON path: "ship_to.country", "lines[2].quantity"
	Text  string `json:"error"` // what is wrong and what is expected
}

func (e FieldError) Error() string { return e.Field + ": " + e.Text }

// Longest texts that are taken from a channel; more is an error of the sender and never a real order.
const (
	maxField = 500
	maxNote  = 10_000
	maxLines = 1_000
	// MaxQuantity is the most pieces one line may ask for.
	MaxQuantity = 100_000
)

// Check tells everything that is wrong with the order, all at once; an order without errors can be accepted. It judges form only:
// whether an address is good enough to ship to is a gate's business.
func (o *Order) Check() []FieldError {
	var errs []FieldError
	bad := func(field, format string, args ...any) {
		errs = append(errs, FieldError{field, fmt.Sprintf(format, args...)})
	}
	text := func(field, value string, limit int, required bool) {
		switch {
		case required && strings.TrimSpace(value) == "":
			bad(field, "is missing")
		case len(value) > limit:
			bad(field, "is longer than %d bytes", limit)
		case strings.ContainsRune(value, 0):
			bad(field, "contains a NUL character")
		}
	}
	text("number", o.Number, 64, true)
	text("channel", o.Channel, 64, true)
	text("id", o.ID, 128, true)
	if strings.ContainsAny(o.Number, "\r\n\t") {
		bad("number", "contains a line break or a tab")
	}
	if o.Currency != "" && !isUpper(o.Currency, 3) {
		bad("currency", "is %q; expected three capital letters (ISO 4217) like USD", o.Currency)
	}
	for _, f := range []struct{ name, value string }{
		{"customer.name", o.Customer.Name}, {"customer.email", o.Customer.Email}, {"customer.phone", o.Customer.Phone},
		{"ship_to.name", o.ShipTo.Name}, {"ship_to.company", o.ShipTo.Company}, {"ship_to.line1", o.ShipTo.Line1},
		{"ship_to.line2", o.ShipTo.Line2}, {"ship_to.city", o.ShipTo.City}, {"ship_to.region", o.ShipTo.Region},
		{"ship_to.postcode", o.ShipTo.Postcode}, {"ship_to.phone", o.ShipTo.Phone}, {"shipping_method", o.ShippingMethod},
	} {
		text(f.name, f.value, maxField, false)
	}
	text("note", o.Note, maxNote, false)
	if o.ShipTo.Country == "" {
		bad("ship_to.country", "is missing")
	} else if !isUpper(o.ShipTo.Country, 2) {
		bad("ship_to.country", "is %q; expected two capital letters (ISO 3166-1) like US", o.ShipTo.Country)
	}
	if o.ShipTo.Name == "" && o.ShipTo.Company == "" {
		bad("ship_to.name", "is missing (a company would do)")
	}
	if len(o.Lines) == 0 {
		bad("lines", "is empty; an order needs at least one line")
	} else if len(o.Lines) > maxLines {
		bad("lines", "has %d lines; at most %d are taken", len(o.Lines), maxLines)
		return errs
	}
	seen := make(map[string]int, len(o.Lines))
	for i, l := range o.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		text(at+"id", l.ID, 128, true)
		text(at+"sku", l.SKU, 128, true)
		text(at+"title", l.Title, maxField, false)
		if l.Quantity < 1 || l.Quantity > MaxQuantity {
			bad(at+"quantity", "is %d; expected 1 to %d", l.Quantity, MaxQuantity)
		}
		if l.UnitPrice.units < 0 {
			bad(at+"unit_price", "is negative")
		}
		if first, twice := seen[l.ID]; twice && l.ID != "" {
			bad(at+"id", "is %q, as in lines[%d]; line ids must differ", l.ID, first)
		}
		seen[l.ID] = i
	}
	if o.Total.units < 0 {
		bad("total", "is negative")
	}
	return errs
}

func isUpper(s string, n int) bool {
	return len(s) == n && strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// Normal gives the order in the one form that is stored and compared: white space around texts removed, times in UTC and whole
// seconds, tags sorted, missing line ids made from the order's number and the line's place.
func (o Order) Normal() Order {
	for _, s := range []*string{
		&o.Number, &o.Channel, &o.ID, &o.Currency, &o.Customer.Name, &o.Customer.Email, &o.Customer.Phone, &o.ShipTo.Name,
		&o.ShipTo.Company, &o.ShipTo.Line1, &o.ShipTo.Line2, &o.ShipTo.City, &o.ShipTo.Region, &o.ShipTo.Postcode,
		&o.ShipTo.Country, &o.ShipTo.Phone, &o.ShippingMethod, &o.Note,
	} {
		*s = strings.TrimSpace(*s)
	}
	o.PlacedAt, o.PaidAt = o.PlacedAt.UTC().Truncate(time.Second), o.PaidAt.UTC().Truncate(time.Second)
	o.Tags = slices.Clone(o.Tags)
	slices.SortFunc(o.Tags, cmp.Compare)
	o.Lines = slices.Clone(o.Lines)
	for i := range o.Lines {
		l := &o.Lines[i]
		l.ID, l.SKU, l.Title = strings.TrimSpace(l.ID), strings.TrimSpace(l.SKU), strings.TrimSpace(l.Title)
		if l.ID == "" {
			l.ID = fmt.Sprintf("%s-%d", o.Number, i+1)
		}
	}
	return o
}

// Paid tells whether the order says that it was paid.
func (o *Order) Paid() bool { return !o.PaidAt.IsZero() }

// Repeat is what a second delivery of an order already known means.
type Repeat string

const (
	Same    Repeat = "same"    // nothing new: it gets the first answer
	Payment Repeat = "payment" // the only change is that it is paid now
	Changed Repeat = "changed" // something else differs: a person decides
)

// Against compares a second delivery with the first. Both must be Normal. It names the fields that differ, not their values.
func (o Order) Against(first Order) (Repeat, []string) {
	paid := o.Paid() && !first.Paid()
	// An older copy that does not know of the payment yet says nothing new.
	a, b := o, first
	a.PaidAt, b.PaidAt = time.Time{}, time.Time{}
	if fields := differing(a, b); len(fields) > 0 {
		return Changed, fields
	}
	if paid {
		return Payment, nil
	}
	return Same, nil
}

func differing(a, b Order) []string {
	var fields []string
	x, y := flatten(a), flatten(b)
	for name, value := range x {
		if string(value) != string(y[name]) {
			fields = append(fields, name)
		}
	}
	for name := range y {
		if _, ok := x[name]; !ok {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return fields
}

// flatten gives the top fields of the order's JSON, the two addresses one level deeper.
func flatten(o Order) map[string]json.RawMessage {
	raw, err := json.Marshal(o)
	if err != nil {
		panic("an order of plain texts always marshals: " + err.Error())
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(raw, &top); err != nil {
		panic("and reads back: " + err.Error())
	}
	for _, name := range []string{"ship_to", "customer"} {
		var inner map[string]json.RawMessage
		if json.Unmarshal(top[name], &inner) == nil {
			delete(top, name)
			for k, v := range inner {
				top[name+"."+k] = v
			}
		}
	}
	return top
}
