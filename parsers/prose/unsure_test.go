package prose_test

import (
	"testing"

	"waybill/parsers"
)

// A shipment without a number beside a word of the future or a denial is not said clearly.
func TestUnsureShipments(t *testing.T) {
	for text, clear := range map[string]bool{
		"Order 1001 has shipped.":                                                      true,
		"Order No. 1001 has shipped.":                                                  true,
		"Order 1001 has shipped. The invoice will follow.":                             true,
		"Order 1001 has shipped, or will tomorrow.":                                    false,
		"The bucket of order 1001 has shipped, the lid did not.":                       false,
		"Bestellung 1001 wurde versandt, der Deckel nicht.":                            false,
		"La commande 1001 a été expédiée, mais pas le couvercle.":                      false,
		"The bucket of order 1001 has shipped with UPS 1Z999AA10123456784, no lid yet": true,
	} {
		for _, s := range read(text, parsers.Profile{}).Statements {
			if s.Kind == parsers.Shipment && (s.Score >= 0.7) != clear {
				t.Errorf("%q: score %.2f, clear should be %v", text, s.Score, clear)
			}
		}
	}
}
