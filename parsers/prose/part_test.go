package prose_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// "3 of 5" says that three went, and that two are to come.
func TestPartOf(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Order 2103-A: 3 of 5 hammers (AT-100) shipped today, UPS " + numberA + ".", "3 AT-100 partial"},
		{"3 of the 5 hammers shipped today for 2103-A.", "3 hammers partial"},
		{"3 out of 5 pcs of AT-100 shipped.", "3 AT-100 partial"},
		{"3 of 5 shipped with " + numberA + ".", "3  partial"},
		{"5 of 5 AT-100 shipped.", "5 AT-100"},
		{"Hoy enviamos 3 de las 4 tazas del pedido 5001 con UPS " + numberA + ".", "3 tazas partial"},
		{"Heute wurden 3 von 5 Tassen versandt.", "3 Tassen partial"},
		{"3 von 5 Stück AT-100 wurden versandt.", "3 AT-100 partial"},
		{"3 sur 5 tasses expédiées aujourd'hui.", "3 tasses partial"},
		{"Abbiamo spedito 3 delle 5 tazze.", "3 tazze partial"},
		{"Vandaag zijn 3 van de 5 bekers verzonden.", "3 bekers partial"},
		{"Enviamos hoje 3 das 5 canecas.", "3 canecas partial"},
		{"Wysłaliśmy 3 z 5 kubków.", "3 kubków partial"},
		{"Three of the four dibbers (AT-100) left today.", "3 AT-100 partial"},
		{"Zwei von drei Tassen sind unterwegs.", "2 Tassen partial"},
		{"Wysłaliśmy dwa z trzech kubków.", "2 kubków partial"},
		{"5个中的3个已发货。", "3  partial"},
		{"5個のうち3個を発送しました。", "3  partial"},

		{"Parcel 1 of 2 shipped.", ""},
		{"Shipped in 2 parcels, 1 of 2 packages left today.", ""},
		{"Page 1 of 2", ""},
		{"Paket 1 von 2 wurde versandt.", ""},
		{"3 of 5 orders shipped.", ""},
		{"Enviado el 3 de mayo, pedido 5001.", ""},
		{"Orders 1001 of 2 May shipped.", ""},
		{"2 x AB-1 of order 1001 shipped.", "2 AB-1"},
	} {
		var got []string
		for _, s := range read(c.text, parsers.Profile{}).Statements {
			for _, l := range s.Lines {
				got = append(got, fmt.Sprintf("%d %s%s", l.Quantity, l.SKU.Text, l.Title.Text))
			}
			if s.Partial {
				got = append(got, "partial")
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: %q, want %q", c.text, s, c.want)
		}
	}
}
