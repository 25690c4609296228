package templates

import (
	"fmt"
	"strings"
	"time"
)

// Sample gives invented data for a mail: templates are tried with it when they are loaded, and it shows what a mail looks like.
// It is nil for a name that is no mail.
func Sample(name string) any {
	shop := Shop{Name: "Example Shop", URL: "https://shop.example", Phone: "+1 555 0100", Email: "orders@shop.example"}
	supplier := Supplier{Slug: "prairie", Name: "Prairie Supply"}
	to := Address{Name: "Ada Example", Company: "Example Inc", Line1: "1 Main Street", Line2: "Apt 2", City: "Springfield", Region: "IL",
		Postcode: "62701", Country: "US", Phone: "+1 555 0199", Email: "ada@customer.example"}
	lines := []Line{
		{SKU: "PS10044", SupplierSKU: "10044", Title: "Galvanized bucket 14 qt", Quantity: 2, UnitCost: "24.10"},
		{SKU: "PS20010", Title: "Rope 20 ft", Quantity: 1, UnitCost: "8.00"},
	}
	placed := time.Date(2025, time.August, 26, 14, 30, 0, 0, time.UTC)
	switch name {
	case PurchaseOrderMail, ResendMail:
		return PurchaseOrderData{Shop: shop, Supplier: supplier, Number: "1001-A", OrderNumber: "1001", Key: "WB-7K3QX0M2RB", Date: placed,
			OrderDate: placed.Add(-2 * time.Hour), ShipBy: placed.AddDate(0, 0, 1), ShipTo: to, ShippingMethod: "Standard", Carrier: "UPS Ground",
			Account: "C-4711", Currency: "USD", Lines: lines, Note: "Please leave it at the door.\nThank you!", GiftMessage: "Happy birthday",
			Attachment: "po_1001-A.csv", FirstSent: placed}
	case BatchMail:
		one := Sample(PurchaseOrderMail).(PurchaseOrderData)
		two := one
		two.Number, two.OrderNumber, two.Key = "1002-A", "1002", "WB-9M2RB7K3QX"
		return BatchData{Shop: shop, Supplier: supplier, Date: placed, Account: "C-4711", Attachment: "orders_20250826.csv", Orders: []PurchaseOrderData{one, two},
			FirstSent: placed}
	case CancellationMail:
		return CancellationData{Shop: shop, Supplier: supplier, Number: "1001-A", OrderNumber: "1001", Key: "WB-7K3QX0M2RB", Date: placed,
			Lines: lines[:1], Reason: "The customer changed their mind."}
	case ChaseMail:
		return ChaseData{Shop: shop, Supplier: supplier, Account: "C-4711", Shipping: true, Orders: []ChasedOrder{
			{Number: "1001-A", Key: "WB-7K3QX0M2RB", Sent: placed, Pieces: 3}, {Number: "1002-A", Key: "WB-9M2RB7K3QX", Sent: placed, Pieces: 1}}}
	case ShippingMail:
		return ShippingData{Shop: shop, OrderNumber: "1001", OrderURL: "https://shop.example/orders/1001", ShipTo: to, Date: placed, Lines: lines,
			Packages: []Package{{Carrier: "ups", Name: "UPS", Number: "1Z999AA10123456784", URL: "https://www.ups.com/track?tracknum=1Z999AA10123456784"},
				{Number: "RB123456785GB"}}, Partial: true}
	case DigestMail:
		return DigestData{Shop: shop, Date: placed, Orders: 3, URL: "https://desk.shop.example/", Paused: []string{"Metro"}, Groups: []DigestGroup{
			{Title: "Prairie Supply is out of stock", Items: []DigestItem{
				{ID: "17", Order: "1001", Text: "2 x PS10044 cannot be shipped.", Waiting: "2 hours", Due: "today, 17:00", URL: "https://desk.shop.example/17"},
				{ID: "18", Order: "1003", Text: "1 x PS10044 cannot be shipped.", Waiting: "2 hours"}}, More: 2},
			{Title: "We don't know whether Metro got it", Items: []DigestItem{{ID: "19", Order: "1002", Text: "The link broke while PO 1002-A was sent."}}}}}
	case AlertMail:
		return AlertData{Shop: shop, At: placed, Title: "Orders cannot be sent to Prairie Supply", Text: "Their mail server refuses our password.",
			Do: "Put the new password into the file smtp-password, then run waybill check --connect.", Facts: []string{"535 5.7.8 authentication failed"},
			ID: "20", URL: "https://desk.shop.example/20"}
	}
	return nil
}

// bare is the least data that a mail may get: optional fields are empty.
func bare(name string) any {
	shop := Shop{Name: "Example Shop"}
	line := []Line{{SKU: "PS10044", Quantity: 1}}
	switch name {
	case PurchaseOrderMail, ResendMail:
		return PurchaseOrderData{Shop: shop, Number: "1001-A", OrderNumber: "1001", Key: "WB-7K3QX0M2RB", Lines: line,
			ShipTo: Address{Name: "Ada Example", Line1: "1 Main Street", City: "Springfield", Country: "US"}}
	case BatchMail:
		return BatchData{Shop: shop, Attachment: "orders.csv", Orders: []PurchaseOrderData{bare(PurchaseOrderMail).(PurchaseOrderData)}}
	case CancellationMail:
		return CancellationData{Shop: shop, Number: "1001-A", Key: "WB-7K3QX0M2RB", Lines: line, Whole: true}
	case ChaseMail:
		return ChaseData{Shop: shop, Key: "WB-7K3QX0M2RB", Orders: []ChasedOrder{{Number: "1001-A", Key: "WB-7K3QX0M2RB"}}}
	case ShippingMail:
		return ShippingData{Shop: shop, OrderNumber: "1001", Packages: []Package{{Number: "RB123456785GB"}}}
	case DigestMail:
		return DigestData{Shop: shop}
	case AlertMail:
		return AlertData{Shop: shop, Title: "Something happened"}
	}
	return nil
}

// try renders every mail with sample data and tells what went wrong.
func (c *compiled) try() []error {
	var problems []error
	for _, name := range Names() {
		for _, data := range []any{Sample(name), bare(name)} {
			m, err := c.mail(name, data)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			if name == PurchaseOrderMail || name == ResendMail {
				problems = append(problems, c.keeps(name, m)...)
			}
		}
	}
	return problems
}

// keeps tells whether a purchase order's mail carries what answers are matched by.
func (c *compiled) keeps(name string, m Mail) []error {
	var problems []error
	for _, body := range []struct{ ext, text string }{{"txt", m.Text}, {"html", m.HTML}} {
		if body.text == "" {
			continue
		}
		block := name + "." + body.ext
		where := block
		if t := c.text.Lookup(block); t != nil {
			where = t.Tree.ParseName
		} else if t := c.html.Lookup(block); t != nil {
			where = t.Tree.ParseName
		}
		for _, must := range []struct{ value, field, why string }{
			{"1001-A", ".Number", "a supplier cannot name the purchase order in the answer"},
			{"WB-7K3QX0M2RB", ".Key", "answers are harder to match"},
		} {
			if !strings.Contains(body.text, must.value) {
				problems = append(problems, fmt.Errorf("%s: %s never shows {{%s}}; without it %s", where, block, must.field, must.why))
			}
		}
	}
	return problems
}
