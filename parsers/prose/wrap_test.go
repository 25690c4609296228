package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

// A line end within a sentence cuts no denial from its verb, however short the line; entries of lists stay apart.
func TestLinesOfASentence(t *testing.T) {
	for text, want := range map[string]string{
		"Unfortunately your order 1001 could not\nbe shipped today.":  "!shipment",
		"Order 1001 could not be\nshipped today.":                     "!shipment",
		"Order 1001 has not\nbeen shipped.":                           "!shipment",
		"Order 1001 has still not\nbeen shipped.":                     "!shipment",
		"Order 1001 is not\nout of stock.":                            "!out_of_stock",
		"Order 1001 is no longer\nout of stock.":                      "!out_of_stock",
		"If you do not pay by Friday,\norder 1001 will be cancelled.": "!cancellation",
		"Bestellung 1001 ist nicht\nstorniert.":                       "!cancellation",
		"El pedido 1001 todavía no\nha sido enviado.":                 "!shipment",
		"La commande 1001 n'a pas\nété expédiée.":                     "!shipment",
		"L'ordine 1001 non è ancora\nstato spedito.":                  "!shipment",
		"Bestelling 1001 is nog niet\nverzonden.":                     "!shipment",
		"A encomenda 1001 ainda não\nfoi enviada.":                    "!shipment",
		"Zamówienie 1001 nie zostało\nwysłane.":                       "!shipment",
		"Orders 1001 and 1002 went out with UPS today,\n{A} and {B} respectively,\nwhile order 1003 is out of stock and\nwill not come back.": "shipment 1001 {A}; shipment 1002 {B}; out_of_stock 1003",
		"order 1001 shipped today\norder 1002 out of stock":                                                                            "shipment 1001; out_of_stock 1002",
		"1001 - shipped\n1002 - cancelled":                                                                                             "shipment 1001; cancellation 1002",
		"Order: 1001\nStatus: shipped\nTracking: {A}":                                                                                  "shipment 1001 {A}",
		"Order 1001 was cancelled\nand order 1002 has shipped.":                                                                        "cancellation 1001; shipment 1002",
		"Hello,\nyour order 1001 has shipped with UPS,\ntracking {A}.\nThe rest of the order will\nfollow.":                            "shipment 1001 {A}",
		"Shipped today:\n{A} - María Carmen Iglesias (Salamanca) - 1001 - 1 bulto\n{B} - José Luis Ortega (Valencia) - 1002 - 1 bulto": "shipment 1001 {A}; shipment 1002 {B}",
	} {
		text := strings.NewReplacer("{A}", numbers["{A}"], "{B}", numbers["{B}"]).Replace(text)
		if got := noticesOf(read(text, parsers.Profile{}).Statements); agree(got, want) != "" {
			t.Errorf("%q: want %s, got %v: %s", text, want, slices.Clone(got), agree(got, want))
		}
	}
}
