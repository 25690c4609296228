package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
)

// What only the estimate hears beside a question, a parcel or bad news is said for a person, and so is what the words do not bear out ("?"). A question beside its own news is one.
func TestBeside(t *testing.T) {
	for text, want := range map[string]string{
		"All four lamps are with the rewirer till Friday week as he has the shingles. Please let me know whether that will do.": "backorder question?",
		"The jug is two weeks off, handle's at the caster's.\nDo you want the tray sent ahead by itself?\nLet me know.":         "backorder? question",
		"Die drei Messuhren sind gestern mit UPS abgegangen. Für die Zertifikate fehlt uns der Name. Können Sie den nennen?":    "question shipment?",
		"Le collier est parti par Brinks ce matin. La chaîne de rechange, votre cliente la voulait-elle aussi, oui ou non ?":    "question? shipment",
		"二十箱水已经送到一楼了。客户要搬上六楼，上楼费六十，您出还是他出？":                                                                                     "question? shipment",
		"Els: de lamp hebben wij zoals verzocht geannuleerd.\nMoet de gloeilamp van regel 2 dan ook weg of blijft die?":         "cancellation question?",
		"The chairs were shipped today. The two cushions have no covers until the 17th as the weaver is late.":                  "backorder? shipment",
		"De stoelen zijn vandaag verzonden. Op de kussens moeten we wachten tot de stof er is, dat wordt de 17e.":               "backorder? shipment",
		"Your order has shipped. Questions? Please contact us.":                                                                 "shipment",
		"Ihre Bestellung wurde versendet. Noch Fragen?":                                                                         "shipment",
		"Which handle would the customer like, wood or steel? Please let me know so we can ship.":                               "question",
		"Czy klient woli koc z frędzlami czy bez? Prosimy o odpowiedź przed wysyłką.":                                           "question",
		"Vielen Dank für Ihre Bestellung 2025-1282. Wir fertigen den Krug und versenden ihn bis 20.11.":                         "acknowledgement",
		"The oak trestles are on backorder until 3 June.":                                                                       "backorder",
		"The oak trestles are out of stock. The mill cuts new ones for us and we get ours on 3 June.":                           "out_of_stock?",
	} {
		var got []string
		for _, s := range read(text, parsers.Profile{}).Statements {
			kind := string(s.Kind)
			if s.Doubtful {
				kind += "?"
			}
			if kind != "" && !slices.Contains(got, kind) {
				got = append(got, kind)
			}
		}
		slices.Sort(got)
		if told := strings.Join(got, " "); told != want {
			t.Errorf("%q: %q, want %q", text, told, want)
		}
	}
}
