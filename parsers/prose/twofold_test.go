package prose_test

import (
	"testing"

	"waybill/parsers"
)

// A sentence that says of one thing that it left and of another that it cannot is two; what was missing once and has left is one.
func TestTwofold(t *testing.T) {
	for text, want := range map[string]string{
		"The buckets shipped today, the lantern is out of stock.":          "shipment out_of_stock",
		"Buckets shipped today but the lantern is discontinued.":           "shipment out_of_stock",
		"Die Lampe ist raus, der Schirm ist ausverkauft.":                  "shipment out_of_stock",
		"La lampe est partie hier, l'abat-jour est épuisé.":                "shipment out_of_stock",
		"La lámpara salió ayer, las pantallas están agotadas.":             "shipment out_of_stock",
		"La lampada è partita oggi, il paralume è esaurito.":               "shipment out_of_stock",
		"De lamp is vandaag verzonden, de kap is uitverkocht.":             "shipment out_of_stock",
		"O candeeiro seguiu hoje, o abajur está esgotado.":                 "shipment out_of_stock",
		"Lampa wysłana dzisiaj, abażur wyprzedany.":                        "shipment out_of_stock",
		"The lantern was backordered and has now shipped.":                 "shipment",
		"The lantern is sold out, so we have cancelled order 1001.":        "cancellation",
		"The driver took everything but yours, it is still here.":          "acknowledgement",
		"Der Fahrer hat alles mitgenommen außer Ihrem Paket.":              "shipment?",
		"De chauffeur heeft alles meegenomen behalve jullie pakket.":       "shipment?",
		"Tout est parti aujourd'hui sauf votre colis.":                     "shipment?",
		"Orders 1001 and 1002 are both ready, only the second left today.": "shipment?",
	} {
		got := ""
		for _, s := range read(text, parsers.Profile{}).Statements {
			if s.Kind == "" {
				continue
			}
			if got != "" {
				got += " "
			}
			got += string(s.Kind)
			if s.Doubtful {
				got += "?"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
