package prose_test

import (
	"testing"

	"waybill/parsers"
)

// What a house does with all orders of a kind is news of none.
func TestRulesOfAHouse(t *testing.T) {
	for text, want := range map[string]parsers.Kind{
		"Unpaid orders are cancelled after 7 days.":                             "",
		"Please note that backordered items are cancelled after 30 days.":       "",
		"In December orders are delivered within 10 days.":                      "",
		"Cancelled orders are refunded within 14 days.":                         "",
		"Nicht bezahlte Bestellungen werden nach 7 Tagen storniert.":            "",
		"Ausverkaufte Artikel werden automatisch storniert.":                    "",
		"Les articles épuisés sont annulés automatiquement.":                    "",
		"Les commandes non payées sont annulées après 7 jours.":                 "",
		"Los artículos agotados se cancelan.":                                   "",
		"Gli articoli esauriti vengono annullati.":                              "",
		"Niet betaalde orders worden na 7 dagen geannuleerd.":                   "",
		"Uitverkochte artikelen worden geannuleerd.":                            "",
		"Os artigos esgotados são cancelados.":                                  "",
		"Brakujące towary są anulowane.":                                        "",
		"Nieopłacone zamówienia są anulowane po 7 dniach.":                      "",
		"Orders cancelled after packing are charged at 20%.":                    "",
		"Gli ordini annullati dopo l'imballaggio vengono addebitati.":           "",
		"As encomendas canceladas depois de embaladas são cobradas.":            "",
		"Zamówienia anulowane po spakowaniu są płatne.":                         "",
		"Your unpaid orders are cancelled.":                                     parsers.Cancellation,
		"The items are sold out.":                                               parsers.OutOfStock,
		"Both orders are cancelled.":                                            parsers.Cancellation,
		"Die Artikel sind ausverkauft.":                                         parsers.OutOfStock,
		"Orders 1001 and 1002 are cancelled after 7 days without your payment.": parsers.Cancellation,
		"Remaining items are cancelled.":                                        parsers.Cancellation,
		"Les articles sont épuisés.":                                            parsers.OutOfStock,
	} {
		var got parsers.Kind
		for _, s := range read("About order 1001\n\n"+text, parsers.Profile{}).Statements {
			if s.Kind != "" {
				got = s.Kind
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
