package read_test

import (
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// TestOtherMatter holds that a paper whose title speaks of other goods than an order's says of no parcel surely that it left.
func TestOtherMatter(t *testing.T) {
	const slip = "{}\n\nShip to:\nTom Okafor\n3 Harbour Rd\nWhitby YO21 3PU\n\nPS-200 Brass lantern 1\n\nTracking 1Z999AA10123456784\n"
	for title, sure := range map[string]bool{
		"PACKING SLIP": true, "DELIVERY NOTE": true, "Shipped, with return labels": true, "Lieferschein": true, "Replacement shipment": true,
		"RETURN SLIP": false, "QUOTATION": false, "PACKING SLIP - REPLACEMENT UNDER WARRANTY": false, "Samples sent": false, "Retourenschein": false, "Ersatzteile": false,
		"Devis": false, "Pièces détachées sous garantie": false, "Presupuesto": false, "Muestras": false, "Preventivo": false, "Ricambi": false, "Offerte": false, "Onderdelen": false,
		"Orçamento": false, "Amostras": false, "Wycena": false, "Próbki": false, "报价单": false, "样品": false, "見積書": false, "サンプル送付": false,
	} {
		for _, s := range read.Document([]byte(strings.Replace(slip, "{}", title, 1)), "slip.txt", parsers.Profile{}).Statements {
			if len(s.Tracking) > 0 && (s.Score > 0.4) != sure {
				t.Errorf("%s: %s with %v", title, s.Kind, s.Score)
			}
		}
	}
}

// TestNamesAbove holds that a list whose names may stand above their numbers or below them is nobody's to decide.
func TestNamesAbove(t *testing.T) {
	const tom, marion, julia = "Tom Okafor\n3 Harbour Rd\nWhitby YO21 3PU\n", "Marion Pell\n8 Moor Lane\nDartmoor TQ13 7AA\n", "Julia Pell\n5 Cross Street\nBath BA1 2AB\n"
	for text, want := range map[string]string{
		"Posting list\n" + tom + ups3 + "\n" + marion + ups4 + "\n" + julia:                "?",
		"Posting list\n\n" + tom + ups3 + "\n\n" + marion + ups4 + "\n\nSender:\n" + julia: "Tom Okafor",
		"From:\n" + tom + "\n" + ups3 + "\n" + marion + "\n" + ups4 + "\n" + julia:         "Marion Pell",
	} {
		for _, s := range read.Document([]byte(text), "list.txt", parsers.Profile{}).Statements {
			if len(s.Tracking) == 0 || s.Tracking[0].Number != ups3 {
				continue
			}
			if got := s.Party().Name.Text; want == "?" && s.Score > 0.4 || want != "?" && got != want {
				t.Errorf("%q: the first parcel is for %q with %v", text, got, s.Score)
			}
		}
	}
}
