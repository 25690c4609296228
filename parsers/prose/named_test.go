package prose_test

import (
	"testing"

	"waybill/parsers"
)

func TestNameBesideAnOrder(t *testing.T) {
	for _, tt := range []struct{ text, name, postcode, city string }{
		{"Order 10482 shipped to Iris Calloway, Ludlow. UPS 1Z13CT9D1250709940", "Iris Calloway", "", "Ludlow"},
		{"Order #7582 for Bernadette Soto (Las Palomas 87901) shipped UPS 1Z999AA15611902667", "Bernadette Soto", "87901", "Las Palomas"},
		{"order 8020 (Thorvald, Glenrock 82637) shipped UPS 1Z999AA15364621831", "Thorvald", "82637", "Glenrock"},
		{"Auftrag 10482 für Käthe Müller, 10115 Berlin, ist versandt.", "Käthe Müller", "10115", "Berlin"},
		{"La commande 10482 pour Hélène Béranger (56340) est expédiée.", "Hélène Béranger", "56340", ""},
		{"Order 10482 for 鈴木 一郎 has shipped.", "鈴木 一郎", "", ""},
		{"Orders 10482 for Anna Berg and 10483 for Tom Fisher have shipped.", "", "", ""}, // whose is which, this does not ask
		{"Order 10482 shipped today to you.", "", "", ""},
	} {
		var got parsers.Party
		for _, s := range read(tt.text, parsers.Profile{}).Statements {
			if s.Consignee != nil {
				got = *s.Consignee
			}
		}
		if got.Name.Text != tt.name || got.Postcode.Text != tt.postcode || got.City.Text != tt.city || got.Name.Text != "" && !got.Loose {
			t.Errorf("%s\nis %q %q %q loose %v", tt.text, got.Name.Text, got.Postcode.Text, got.City.Text, got.Loose)
		}
	}
}
