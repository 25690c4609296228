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
		"Order 2100-A shipped to Dana Cole, 5 Lake Dr, Bend OR 97701. 2101-A shipped to Li Wei, 8 Pine Ave, Eugene OR 97401.": "Li Wei|8 Pine Ave|97401|Eugene",
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

// Whose parcel a sentence speaks of, in a text about several people's. Each entry: number, name, street, postcode, city.
func TestRecipients(t *testing.T) {
	const a, b = "1Z999AA10123456784", "1Z12345E6605272234"
	for text, want := range map[string]string{
		"Anna Berg: {A}; Tom Fisher: {B}": "A Anna Berg||| + B Tom Fisher|||",
		"Hi,\n\nshipped today:\n- Anna Berg (Köln): UPS {A}\n- Tom Fisher (Leeds): UPS {B}\n":                                                                               "A Anna Berg||| + B Tom Fisher|||",
		"Anna Berg, Hauptstr. 5, 50667 Köln: {A}\nTom Fisher, 12 Oak Street, Leeds LS1 4DY: {B}":                                                                            "A Anna Berg|Hauptstr. 5|50667|Köln + B Tom Fisher|12 Oak Street|LS1 4DY|Leeds",
		"The parcel for Maria Rossi, Via Roma 5, Torino left today with UPS {A}. The one for Luca Bianchi, Corso Italia 12, Milano follows, UPS {B}.":                       "A Maria Rossi|Via Roma 5|| + B Luca Bianchi|Corso Italia 12||",
		"Das Paket für Frau Sabine Krüger ist raus, UPS {A}. Das Paket für Herrn Jan Vogt ebenfalls, UPS {B}.":                                                              "A Sabine Krüger||| + B Jan Vogt|||",
		"Il pacco per Giulia Conti, Via Garibaldi 8, 10122 Torino è partito con UPS {A}. Il pacco per Paolo Neri, Via Po 3, 00198 Roma è partito con UPS {B}.":              "A Giulia Conti|Via Garibaldi 8|10122|Torino + B Paolo Neri|Via Po 3|00198|Roma",
		"A encomenda para Inês Matos, Rua Augusta 20, 1100-053 Lisboa seguiu pela UPS {A}. A encomenda para Rui Leal, Rua do Carmo 7, 1200-093 Lisboa seguiu pela UPS {B}.": "A Inês Matos|Rua Augusta 20|1100-053|Lisboa + B Rui Leal|Rua do Carmo 7|1200-093|Lisboa",
		"Paczka dla Ewy Nowak, ul. Długa 4, 00-238 Warszawa wysłana, UPS {A}. Paczka dla Jana Lisa, ul. Krótka 2, 31-149 Kraków wysłana, UPS {B}.":                          "A Ewy Nowak|ul. Długa 4|00-238|Warszawa + B Jana Lisa|ul. Krótka 2|31-149|Kraków",
		"收件人：张伟，UPS {A}\n收件人：李娜，UPS {B}":                                                                                                                                    "A 张伟||| + B 李娜|||",
		"张伟先生的包裹已发货，单号{A}。李娜女士的包裹已发货，单号{B}。":                                                                                                                                "A 张伟||| + B 李娜|||",
		"山田太郎様分を発送しました。UPS {A}\n鈴木花子様分を発送しました。UPS {B}":                                                                                                                      "A 山田太郎||| + B 鈴木花子|||",
		"お届け先：山田太郎様\n〒150-0001 東京都渋谷区神宮前1-2-3\n追跡番号：{A}\n\nお届け先：鈴木花子様\n〒530-0001 大阪府大阪市北区梅田2-3\n追跡番号：{B}":                                                                   "A 山田太郎|神宮前1-2-3|150-0001|渋谷区 + B 鈴木花子|梅田2-3|530-0001|大阪市北区",
		"Ship to:\nAnna Berg\nHauptstr. 5\n50667 Köln\nTracking: {A}\n\nShip to:\nTom Fisher\n12 Oak Street\nLeeds LS1 4DY\nTracking: {B}":                                  "A Anna Berg|Hauptstr. 5|50667|Köln + B Tom Fisher|12 Oak Street|LS1 4DY|Leeds",
		"Order 1001 shipped. Blue Mug: {A}": "A |||",
		"UPS Ground: {A}":                   "A |||",
		"Tracking Number: {A}":              "A |||",
		"田中様\nお世話になっております。\n発送しました。UPS {A}": "A |||",
	} {
		var got []string
		for _, s := range read(strings.NewReplacer("{A}", a, "{B}", b).Replace(text), parsers.Profile{}).Statements {
			for _, n := range s.Tracking {
				p := s.Party()
				got = append(got, map[string]string{a: "A", b: "B"}[n.Number]+" "+strings.Join([]string{p.Name.Text, p.Street.Text, p.Postcode.Text, p.City.Text}, "|"))
			}
		}
		if all := strings.Join(got, " + "); all != want {
			t.Errorf("%q:\n got %q\nwant %q", text, all, want)
		}
	}
}

func TestJapaneseAddressesEndWithTheName(t *testing.T) {
	reading := read("本日、日本郵便にて発送いたしました。\n追跡番号：RB449193792JP\n\nお届け先\n〒113-0033\n東京都文京区本郷2丁目8番1号 メゾン本郷203\n鈴木 一郎 様\n", parsers.Profile{})
	var got string
	for _, s := range reading.Statements {
		if p := s.Party(); p.Name.Text != "" {
			got = strings.Join([]string{p.Name.Text, p.Postcode.Text, p.Region.Text, p.City.Text, p.Street.Text}, "|")
		}
	}
	if want := "鈴木 一郎|113-0033|東京都|文京区|本郷2丁目8番1号 メゾン本郷203"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
