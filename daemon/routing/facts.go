package routing

import (
	"strings"

	"waybill/daemon/order"
)

// Facts are what a rule may ask of an order. The tags are the names that people write, and docs/gates.md is made from them.
type Facts struct {
	Number         string   `expr:"number" doc:"the order's number"`
	Channel        string   `expr:"channel" doc:"the channel's name in the configuration"`
	Currency       string   `expr:"currency" doc:"ISO 4217, like \"USD\"; \"\" where the channel does not tell"`
	Total          Money    `expr:"total" doc:"what the order costs; where the channel does not tell or says 0, what its lines cost together"`
	Paid           bool     `expr:"paid" doc:"whether it is paid"`
	Test           bool     `expr:"test" doc:"whether it is a test order of the shop system"`
	Risk           string   `expr:"risk" doc:"the shop system's own judgement of fraud: \"low\", \"medium\", \"high\", or \"\" where it makes none"`
	Customer       Person   `expr:"customer" doc:"who bought"`
	ShipTo         Place    `expr:"ship_to" doc:"where it goes"`
	Billing        Place    `expr:"billing" doc:"where the bill goes; empty texts where the channel does not tell"`
	BillingDiffers bool     `expr:"billing_differs" doc:"whether the bill goes to another name, street, postcode or country than the goods"`
	POBox          bool     `expr:"po_box" doc:"whether it goes to a post office box: \"P.O. Box 7\", \"Postfach 7\", \"BP 7\", …"`
	PackingStation bool     `expr:"packing_station" doc:"whether it goes to a parcel locker or a post office: \"Packstation 7\", \"Paczkomat\", …"`
	ShippingMethod string   `expr:"shipping_method" doc:"the channel's words for what the customer chose"`
	Tags           []string `expr:"tags" doc:"the order's tags"`
	Note           string   `expr:"note" doc:"the customer's note"`
	Lines          []Item   `expr:"lines" doc:"the products; in a supplier's file only those that this supplier ships"`
	SKUs           []string `expr:"skus" doc:"their SKUs"`
	Quantity       int      `expr:"quantity" doc:"their pieces together"`
	Suppliers      []string `expr:"suppliers" doc:"who would ship them, by the names of their files"`
}

// Person is who bought.
type Person struct {
	Name  string `expr:"name" doc:"name"`
	Email string `expr:"email" doc:"email address, in small letters"`
	Phone string `expr:"phone" doc:"phone number, as written"`
}

// Place is an address.
type Place struct {
	Name     string `expr:"name" doc:"name"`
	Company  string `expr:"company" doc:"company"`
	Line1    string `expr:"line1" doc:"street and number"`
	Line2    string `expr:"line2" doc:"flat, floor, building"`
	City     string `expr:"city" doc:"city"`
	Region   string `expr:"region" doc:"state, province or region"`
	Postcode string `expr:"postcode" doc:"postcode, in capital letters"`
	Country  string `expr:"country" doc:"ISO 3166-1, two capital letters"`
	Phone    string `expr:"phone" doc:"phone number, as written"`
}

// Item is a product of an order.
type Item struct {
	SKU      string `expr:"sku" doc:"the shop's SKU"`
	Title    string `expr:"title" doc:"its title"`
	Quantity int    `expr:"quantity" doc:"pieces"`
	Price    Money  `expr:"price" doc:"what one costs"`
	Total    Money  `expr:"total" doc:"what they cost together"`
}

// factsOf gathers what rules may ask of an order; parts are who would ship it.
func factsOf(o order.Order, parts []Part) *Facts {
	f := &Facts{
		Number: o.Number, Channel: o.Channel, Currency: o.Currency, Total: Money{o.Total, o.Currency}, Paid: o.Paid(), Test: o.Test, Risk: string(o.Risk),
		Customer: Person{o.Customer.Name, strings.ToLower(o.Customer.Email), o.Customer.Phone}, ShipTo: placeOf(o.ShipTo), Billing: placeOf(o.Billing),
		BillingDiffers: billingDiffers(o), ShippingMethod: o.ShippingMethod, Tags: o.Tags, Note: o.Note,
	}
	f.POBox, f.PackingStation = boxes(o.ShipTo)
	sum := f.take(o.Lines, o.Currency)
	if o.Total.IsZero() {
		f.Total = sum
	}
	for _, p := range parts {
		f.Suppliers = append(f.Suppliers, p.Supplier)
	}
	return f
}

// of are the facts as one supplier's rules see them.
func (f *Facts) of(p Part) *Facts {
	own := *f
	lines := make([]order.Line, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = l.Line
	}
	own.take(lines, f.Currency)
	return &own
}

// take sets everything about the lines, and gives what they cost together.
func (f *Facts) take(lines []order.Line, currency string) Money {
	f.Lines, f.SKUs, f.Quantity = make([]Item, len(lines)), make([]string, len(lines)), 0
	var sum order.Amount
	for i, l := range lines {
		cost := l.UnitPrice.Times(l.Quantity)
		f.Lines[i] = Item{l.SKU, l.Title, l.Quantity, Money{l.UnitPrice, currency}, Money{cost, currency}}
		f.SKUs[i] = l.SKU
		f.Quantity += l.Quantity
		sum = sum.Add(cost)
	}
	return Money{sum, currency}
}

func placeOf(a order.Address) Place {
	p := Place(a)
	p.Postcode = strings.ToUpper(p.Postcode)
	return p
}

// billingDiffers compares where the bill goes with where the goods go, as people write both; a bill of which nothing is told differs in nothing.
func billingDiffers(o order.Order) bool {
	a, b := o.Billing, o.ShipTo
	for _, pair := range [][2]string{{a.Name, b.Name}, {a.Line1, b.Line1}, {postcodeLetters(a.Postcode), postcodeLetters(b.Postcode)}, {a.Country, b.Country}} {
		if pair[0] != "" && fold(pair[0]) != fold(pair[1]) {
			return true
		}
	}
	return false
}
