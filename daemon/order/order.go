package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
	// Billing is where the bill goes, empty where the channel does not tell.
	Billing Address `json:"billing,omitzero"`
	// ShippingMethod is the channel's words for what the customer chose ("Standard").
	ShippingMethod string   `json:"shipping_method,omitempty"`
	Tags           []string `json:"tags,omitempty"`
	Note           string   `json:"note,omitempty"`
	// Test: the shop system says that nobody bought anything. Risk is its own judgement of fraud, empty where it makes none.
	Test  bool   `json:"test,omitempty"`
	Risk  Risk   `json:"risk,omitempty"`
	Lines []Line `json:"lines"`
}

// Risk is how likely a shop system takes an order for fraud.
type Risk string

const (
	RiskLow    Risk = "low"
	RiskMedium Risk = "medium"
	RiskHigh   Risk = "high"
)

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

// texts are the fields of the address under their JSON names, to read and to write.
func (a *Address) texts() []field {
	return []field{{"name", &a.Name}, {"company", &a.Company}, {"line1", &a.Line1}, {"line2", &a.Line2}, {"city", &a.City}, {"region", &a.Region},
		{"postcode", &a.Postcode}, {"country", &a.Country}, {"phone", &a.Phone}}
}

type field struct {
	name string
	text *string
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

// Largest values that are taken from a channel; more is an error of the sender and never a real order. Texts in bytes.
const (
	maxField = 500
	maxKey   = 128 // ids and SKUs
	maxName  = 64  // number, channel
	maxNote  = 10_000
	maxLines = 1_000
	maxTags  = 250
	// MaxQuantity is the most pieces one line may ask for.
	MaxQuantity = 100_000
	// maxWorth is what all lines together may cost, in major units of the currency: so no sum leaves 64 bits.
	maxWorth int64 = 1_000_000_000_000
)

// The years in which an order can have been placed or paid. What lies outside is a clock that was never set, or a time that JSON cannot write.
const (
	firstYear = 1990
	lastYear  = 2199
)

// checker gathers what is wrong with an order.
type checker struct{ errs []FieldError }

func (c *checker) bad(field, format string, args ...any) {
	c.errs = append(c.errs, FieldError{field, fmt.Sprintf(format, args...)})
}

// text checks a text of at most limit bytes.
func (c *checker) text(field, value string, limit int) {
	switch {
	case len(value) > limit:
		c.bad(field, "is longer than %d bytes", limit)
	case strings.ContainsRune(value, 0):
		c.bad(field, "contains a NUL character")
	case !utf8.ValidString(value):
		c.bad(field, "is not UTF-8")
	}
}

// key checks a text that must be there and that people and machines repeat: on one line, without invisible signs.
func (c *checker) key(field, value string, limit int) {
	switch {
	case strings.TrimSpace(value) == "":
		c.bad(field, "is missing")
	case strings.ContainsFunc(value, func(r rune) bool { return r != 0 && unicode.IsControl(r) }):
		c.bad(field, "contains a line break, a tab or another control character")
	default:
		c.text(field, value, limit)
	}
}

// number checks an order's number, which stands in subjects, alerts and chats, where a sign that is not seen can turn round what is read beside it.
func (c *checker) number(field, value string) {
	if i := strings.IndexFunc(value, invisible); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		c.bad(field, "contains an invisible character (%U), such as a mark of writing direction; send the number without it", r)
		return
	}
	c.key(field, value, maxName)
}

// invisible tells signs that no screen shows: directions, joiners, tags and other formats (Unicode's category Cf), fillers, variation selectors, separators of
// lines and paragraphs.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) || slices.Contains([]rune{0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}, r)
}

func (c *checker) moment(field string, t time.Time) {
	if year := t.UTC().Year(); !t.IsZero() && (year < firstYear || year > lastYear) {
		c.bad(field, "is in the year %d; expected %d to %d", year, firstYear, lastYear)
	}
}

// Check tells everything that is wrong with the order, all at once; an order without errors can be accepted. It judges form only:
// whether an address is good enough to ship to is a gate's business.
func (o *Order) Check() []FieldError {
	var c checker
	c.number("number", o.Number)
	c.key("channel", o.Channel, maxName)
	c.key("id", o.ID, maxKey)
	c.moment("placed_at", o.PlacedAt)
	c.moment("paid_at", o.PaidAt)
	if o.Currency != "" && !isUpper(o.Currency, 3) {
		c.bad("currency", "is %.40q; expected three capital letters (ISO 4217) like USD", o.Currency)
	}
	for _, f := range []struct{ name, value string }{
		{"customer.name", o.Customer.Name}, {"customer.email", o.Customer.Email}, {"customer.phone", o.Customer.Phone},
		{"shipping_method", o.ShippingMethod},
	} {
		c.text(f.name, f.value, maxField)
	}
	c.address("ship_to", o.ShipTo)
	c.address("billing", o.Billing)
	c.text("note", o.Note, maxNote)
	if len(o.Tags) > maxTags {
		c.bad("tags", "has %d tags; at most %d are taken", len(o.Tags), maxTags)
	} else {
		for i, tag := range o.Tags {
			c.text(fmt.Sprintf("tags[%d]", i), tag, maxField)
		}
	}
	switch o.Risk {
	case "", RiskLow, RiskMedium, RiskHigh:
	default:
		c.bad("risk", "is %.40q; expected low, medium or high", string(o.Risk))
	}
	if o.ShipTo.Country == "" {
		c.bad("ship_to.country", "is missing")
	}
	if o.ShipTo.Name == "" && o.ShipTo.Company == "" {
		c.bad("ship_to.name", "is missing (a company would do)")
	}
	if o.Total.IsNegative() {
		c.bad("total", "is negative")
	}
	c.lines(o.Lines)
	return c.errs
}

// address checks the form of what is there; what is missing is told where it has to be there.
func (c *checker) address(at string, a Address) {
	for _, f := range a.texts() {
		if f.name != "country" {
			c.text(at+"."+f.name, *f.text, maxField)
		} else if *f.text != "" && !isUpper(*f.text, 2) {
			c.bad(at+".country", "is %.40q; expected two capital letters (ISO 3166-1) like US", *f.text)
		}
	}
}

func (c *checker) lines(lines []Line) {
	switch {
	case len(lines) == 0:
		c.bad("lines", "is empty; an order needs at least one line")
	case len(lines) > maxLines:
		c.bad("lines", "has %d lines; at most %d are taken", len(lines), maxLines)
		return
	}
	first := make(map[string]int, len(lines))
	worth := int64(0)
	for i, l := range lines {
		at := fmt.Sprintf("lines[%d].", i)
		c.key(at+"id", l.ID, maxKey)
		c.key(at+"sku", l.SKU, maxKey)
		c.text(at+"title", l.Title, maxField)
		quantity := l.Quantity >= 1 && l.Quantity <= MaxQuantity
		if !quantity {
			c.bad(at+"quantity", "is %d; expected 1 to %d", l.Quantity, MaxQuantity)
		}
		if l.UnitPrice.IsNegative() {
			c.bad(at+"unit_price", "is negative")
		} else if quantity && worth <= maxWorth {
			worth += l.UnitPrice.ceiling() * int64(l.Quantity)
		}
		if other, twice := first[l.ID]; twice && l.ID != "" {
			c.bad(at+"id", "is %q, as in lines[%d]; line ids must differ", l.ID, other)
		} else {
			first[l.ID] = i
		}
	}
	if worth > maxWorth {
		c.bad("lines", "cost more than %d together", maxWorth)
	}
}

func isUpper(s string, n int) bool {
	return len(s) == n && strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// Normal gives the order in the one form that is stored and compared: white space around texts removed, times in UTC and whole
// seconds, tags sorted, each once, missing line ids made from the order's number and the line's place.
func (o Order) Normal() Order {
	for _, s := range []*string{
		&o.Number, &o.Channel, &o.ID, &o.Currency, &o.Customer.Name, &o.Customer.Email, &o.Customer.Phone, &o.ShippingMethod, &o.Note,
		(*string)(&o.Risk),
	} {
		*s = strings.TrimSpace(*s)
	}
	for _, f := range slices.Concat(o.ShipTo.texts(), o.Billing.texts()) {
		*f.text = strings.TrimSpace(*f.text)
	}
	o.PlacedAt, o.PaidAt = o.PlacedAt.UTC().Truncate(time.Second), o.PaidAt.UTC().Truncate(time.Second)
	var tags []string // of its own: the receiver keeps its list
	for _, tag := range o.Tags {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	o.Tags = slices.Compact(tags)
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

// Against compares a second delivery with the first. Both must be Normal and without errors in Check. With Changed it names the fields
// that differ ("ship_to.city", "lines"), never their values. Amounts that are worth the same ("1.5", "1.50") are the same.
func (o Order) Against(first Order) (Repeat, []string) {
	paid := o.Paid() && !first.Paid()
	// An older copy that does not know of the payment yet says nothing new.
	a, b := o, first
	a.PaidAt, b.PaidAt = time.Time{}, time.Time{}
	// Whether it is a test, its risk and where the bill goes are told by some ways in and not by others, and may be known only later: a copy
	// that is silent about them says nothing new, and neither does the first that tells them.
	a.Test = b.Test
	if a.Risk == "" || b.Risk == "" {
		a.Risk = b.Risk
	}
	if a.Billing == (Address{}) || b.Billing == (Address{}) {
		a.Billing = b.Billing
	}
	a.Total = a.Total.like(b.Total)
	a.Lines = slices.Clone(a.Lines)
	for i := range min(len(a.Lines), len(b.Lines)) {
		a.Lines[i].UnitPrice = a.Lines[i].UnitPrice.like(b.Lines[i].UnitPrice)
	}
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

// flatten gives the top fields of the order's JSON, the addresses and the customer one level deeper.
func flatten(o Order) map[string]json.RawMessage {
	raw, err := json.Marshal(o)
	if err != nil {
		panic("an order of plain texts always marshals: " + err.Error())
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(raw, &top); err != nil {
		panic("and reads back: " + err.Error())
	}
	for _, name := range []string{"ship_to", "billing", "customer"} {
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
