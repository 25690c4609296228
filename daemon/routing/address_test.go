package routing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/order"
)

func TestAddress(t *testing.T) {
	good := order.Address{Name: "Ada Example", Line1: "1 Main St", City: "Springfield", Region: "IL", Postcode: "62701", Country: "US"}
	cases := []struct {
		name   string
		change func(*order.Address)
		want   []string
	}{
		{"good", func(*order.Address) {}, nil},
		{"a company will do", func(a *order.Address) { a.Name, a.Company = "", "Example Inc" }, nil},
		{"nobody", func(a *order.Address) { a.Name = " " }, []string{"ship_to.name: The shipping address has no name and no company."}},
		{"no street", func(a *order.Address) { a.Line1 = "-" }, []string{"ship_to.line1: The shipping address has no street."}},
		{"no city", func(a *order.Address) { a.City = "" }, []string{"ship_to.city: The shipping address has no city."}},
		{"no city in Singapore", func(a *order.Address) { a.City, a.Country = "", "SG" }, nil},
		{"no postcode", func(a *order.Address) { a.Postcode = "n/a"; a.Postcode = "" }, []string{"ship_to.postcode: The shipping address has no postcode."}},
		{"no postcode in Hong Kong", func(a *order.Address) { a.Postcode, a.Country = "", "HK" }, nil},
		{"no country", func(a *order.Address) { a.Country, a.Postcode = "", "" }, []string{"ship_to.country: The shipping address has no country."}},
		{"a country that is none", func(a *order.Address) { a.Country = "UK" },
			[]string{`ship_to.country: The shipping address is in "UK", which is not a country code.`}},
		{"nothing at all", func(a *order.Address) { *a = order.Address{} }, []string{
			"ship_to.name: The shipping address has no name and no company.",
			"ship_to.line1: The shipping address has no street.",
			"ship_to.city: The shipping address has no city.",
			"ship_to.country: The shipping address has no country.",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := good
			c.change(&a)
			var got []string
			for _, c := range address(a) {
				got = append(got, c.field+": "+c.words)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestCountryLists(t *testing.T) {
	all := strings.Fields(countries)
	if len(all) != 250 { // 249 assigned codes and XK
		t.Errorf("%d countries", len(all))
	}
	for _, list := range []string{withoutPostcode, withoutCity} {
		for _, code := range strings.Fields(list) {
			if !in(countries, code) {
				t.Errorf("%s is not a country", code)
			}
		}
	}
}
