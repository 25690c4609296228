package routing

import (
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
)

// Purchase is what two orders have in common when one may be the other's duplicate: where they go and what is bought, however it is written. Whoever
// keeps it should keep a keyed hash of it: it is personal data. An order without a street or a postcode and city has none: "".
func Purchase(o order.Order) string {
	a := o.ShipTo
	street, town := letters(a.Line1+" "+a.Line2), postcodeLetters(a.Postcode)
	if town == "" {
		town = letters(a.City)
	}
	if street == "" || town == "" {
		return ""
	}
	pieces := map[string]int{}
	for _, l := range o.Lines {
		pieces[strings.ToLower(l.SKU)] += l.Quantity
	}
	goods := make([]string, 0, len(pieces))
	for sku, n := range pieces {
		goods = append(goods, fmt.Sprintf("%q %d", sku, n))
	}
	slices.Sort(goods)
	return strings.Join(append([]string{a.Country, town, street}, goods...), "\n")
}

func letters(s string) string { return strings.ReplaceAll(fold(s), " ", "") }

// SameCustomer tells whether two orders to the same address are one customer's, and by what.
func SameCustomer(a, b order.Order) (by string, same bool) {
	if email := strings.ToLower(a.Customer.Email); email != "" && email == strings.ToLower(b.Customer.Email) {
		return "email address", true
	}
	for _, x := range []string{a.Customer.Phone, a.ShipTo.Phone} {
		for _, y := range []string{b.Customer.Phone, b.ShipTo.Phone} {
			if n := phone(x); n != "" && n == phone(y) {
				return "phone number", true
			}
		}
	}
	for _, x := range []string{a.ShipTo.Name, a.Customer.Name} {
		for _, y := range []string{b.ShipTo.Name, b.Customer.Name} {
			if n := letters(x); n != "" && n == letters(y) {
				return "name", true
			}
		}
	}
	return "", false
}

// phone gives the last nine digits, which are the same with and without the country's code; less than seven are no number.
func phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(digits) < 7 {
		return ""
	}
	return digits[max(0, len(digits)-9):]
}
