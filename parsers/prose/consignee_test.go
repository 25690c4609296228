package prose_test

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// A consignee in a sentence is read as one under a heading is.
func TestConsigneeInASentence(t *testing.T) {
	for text, want := range map[string]string{
		"Order 2100-A shipped to Dana Cole, 5 Lake Dr, Bend OR 97701. UPS 1Z999AA10123456784":                                 "Dana Cole|5 Lake Dr|97701|Bend",
		"Shipped to M. Jensen, 12 Oak Street, Portland OR 97201: 2x AT-100. UPS 1Z999AA10123456784":                           "M. Jensen|12 Oak Street|97201|Portland",
		"Shipped to M. Jensen, 12 Oak Street, Portland, OR 97201: 2x AT-100. UPS 1Z999AA10123456784":                          "M. Jensen|12 Oak Street|97201|Portland",
		"Order 2100-A went out this morning to Dana Cole, 5 Lake Dr., Bend, OR 97701 by UPS.":                                 "Dana Cole|5 Lake Dr.|97701|Bend",
		"Heute versandt an Anna Schmitt, Hauptstr. 9, 10115 Berlin: 2 x BH-2. DPD 01905123456789":                             "Anna Schmitt|Hauptstr. 9|10115|Berlin",
		"Ihre Bestellung 3001 wurde an Anna von der Heide, Hauptstr. 9, 10115 Berlin versendet.":                              "Anna von der Heide|Hauptstr. 9|10115|Berlin",
		"Ihre Bestellung 3001 ist unterwegs an Anna von der Heide, Hauptstr. 9, 10115 Berlin mit DHL.":                        "Anna von der Heide|Hauptstr. 9|10115|Berlin",
		"La commande 4001 a été expédiée à Chloé Dubois, 3 rue du Bac, 75007 Paris par Colissimo.":                            "Chloé Dubois|3 rue du Bac|75007|Paris",
		"El pedido 5001 fue enviado a Ana Ruiz, Calle Mayor 1, 28013 Madrid.":                                                 "Ana Ruiz|Calle Mayor 1|28013|Madrid",
		"Bestelling 6001 is verzonden naar Jan de Vries, Kerkstraat 12, 1017 GA Amsterdam.":                                   "Jan de Vries|Kerkstraat 12|1017 GA|Amsterdam",
		"Order 2100-A shipped today, questions to our office, 5 Lake Dr, Bend OR 97701.":                                      "",
		"Order 2100-A shipped for Dana Cole, 5 Lake Dr, Bend OR. UPS 1Z999AA10123456784":                                      "Dana Cole|5 Lake Dr||",
		"Order 2100-A shipped to Carl, 5 boxes, all sealed. UPS 1Z999AA10123456784":                                           "",
		"Order 2100-A shipped to the customer. Bring returns to us.":                                                          "",
		"Order 2100-A shipped to Dana Cole, 5 Lake Dr, Bend OR 97701. 2101-A shipped to Li Wei, 8 Pine Ave, Eugene OR 97401.": "",
	} {
		got := ""
		for _, s := range read(text, parsers.Profile{}).Statements {
			if p := s.Party(); p != (parsers.Party{}) {
				got = strings.Join([]string{p.Name.Text, p.Street.Text, p.Postcode.Text, p.City.Text}, "|")
			}
		}
		if got != want {
			t.Errorf("%q: party %q, want %q", text, got, want)
		}
	}
}
