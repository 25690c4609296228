package routing

import (
	"testing"

	"waybill/daemon/order"
)

func TestPurchase(t *testing.T) {
	first := someOrder()
	for name, c := range map[string]struct {
		change func(*order.Order)
		same   bool
	}{
		"the same":                    {func(*order.Order) {}, true},
		"another number, channel, id": {func(o *order.Order) { o.Number, o.Channel, o.ID, o.Note = "7", "market", "x", "" }, true},
		"written otherwise": {func(o *order.Order) {
			o.ShipTo.Line1, o.ShipTo.Postcode, o.ShipTo.City = "1, MILL  lane.", "'62704 ", "SPRINGFIELD, IL"
		}, true},
		"the flat in the first line": {func(o *order.Order) { o.ShipTo.Line1, o.ShipTo.Line2 = "1 Mill", "Lane" }, true},
		"lines in another order":     {func(o *order.Order) { o.Lines = []order.Line{o.Lines[1], o.Lines[0]} }, true},
		"a line in two": {func(o *order.Order) {
			a, b := o.Lines[0], o.Lines[0]
			a.Quantity, b.Quantity, b.SKU = 5, 7, "ps-10044"
			o.Lines = []order.Line{a, o.Lines[1], b}
		}, true},
		"another street":   {func(o *order.Order) { o.ShipTo.Line1 = "2 Mill Lane" }, false},
		"another postcode": {func(o *order.Order) { o.ShipTo.Postcode = "62705" }, false},
		"another country":  {func(o *order.Order) { o.ShipTo.Country = "CA" }, false},
		"another quantity": {func(o *order.Order) { o.Lines[0].Quantity = 11 }, false},
		"another product":  {func(o *order.Order) { o.Lines[1].SKU = "GIFT-2" }, false},
		"a line more":      {func(o *order.Order) { o.Lines = append(o.Lines, order.Line{SKU: "X", Quantity: 1}) }, false},
		"no street":        {func(o *order.Order) { o.ShipTo.Line1 = "-" }, false},
	} {
		o := someOrder()
		o.Lines = append([]order.Line{}, o.Lines...)
		c.change(&o)
		if same := Purchase(o) == Purchase(first); same != c.same {
			t.Errorf("%s: %t\n%q\n%q", name, same, Purchase(first), Purchase(o))
		}
	}
	bare := someOrder()
	bare.ShipTo = order.Address{Country: "US", Name: "Ada"}
	if Purchase(bare) != "" {
		t.Errorf("an order without an address is like %q", Purchase(bare))
	}
}

func TestSameCustomer(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*order.Order)
		by     string
	}{
		"the same":          {func(*order.Order) {}, "email address"},
		"email in capitals": {func(o *order.Order) { o.Customer.Email = "ADA@BUYER.EXAMPLE" }, "email address"},
		"another email, the phone otherwise written": {func(o *order.Order) { o.Customer.Email, o.Customer.Phone = "b@x.example", "001 (555) 0100100" }, "phone number"},
		"the phone on the label": {func(o *order.Order) {
			o.Customer, o.ShipTo.Phone, o.ShipTo.Name = order.Customer{}, "555 010 0100", "B"
		}, "phone number"},
		"neither, the same name": {func(o *order.Order) { o.Customer, o.ShipTo.Name = order.Customer{}, "ADA  Éxample" }, "name"},
		"somebody else": {func(o *order.Order) {
			o.Customer, o.ShipTo.Name = order.Customer{Email: "b@x.example", Phone: "123"}, "Bea"
		}, ""},
		"nothing is told": {func(o *order.Order) { o.Customer, o.ShipTo.Name, o.ShipTo.Company = order.Customer{}, "", "Works" }, ""},
	} {
		o := someOrder()
		c.change(&o)
		if by, same := SameCustomer(o, someOrder()); by != c.by || same != (c.by != "") {
			t.Errorf("%s: %q %t", name, by, same)
		}
	}
}
