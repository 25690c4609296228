package prose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

func read(text string, p parsers.Profile) prose.Result {
	return prose.New(p).Read(&parsers.Text{Part: "1", Text: text}, prose.Options{})
}

func TestReferences(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Order 1001 has shipped", "order:1001"},
		{"order no. 1001", "order:1001"},
		{"Order Number: #1001", "order:1001"},
		{"Order number\n1001", "order:1001"},
		{"your PO# 1001-A", "order:1001-A"},
		{"PO-1001-A shipped", "order:PO-1001-A"},
		{"#1001 shipped", "order:1001"},
		{"orders 1001, 1002 and 1003", "order:1001 order:1002 order:1003"},
		{"Bestellungen 1001, 1002 und 1003", "order:1001 order:1002 order:1003"},
		{"1001 + 1002 shipped", ":1001 :1002"},
		{"our order no. 5544, your reference 1001", "theirs:5544 order:1001"},
		{"Unsere Auftragsnummer 5544, Ihre Bestellnummer: 1001", "theirs:5544 order:1001"},
		{"Rechnung Nr. 8812 zu Bestellung 1001", "invoice:8812 order:1001"},
		{"Customer no: 77812", "customer:77812"},
		{"Kundennummer 77812, Bestellung 1001", "customer:77812 order:1001"},
		{"notre référence 5544 / votre commande n° 1001", "theirs:5544 order:1001"},
		{"订单号：1001", "order:1001"},
		{"注文番号1001の商品", "order:1001"},
		{"see WB-0123456789 and wb-abcdefghjk", "key:WB-0123456789 key:wb-abcdefghjk"},
		{"key WB-01234", ":WB-01234"},
		{"shipped 1001 on 26.08.2025 at 14:30", ":1001"},
		{"on 2025-08-26 for $48.54 or 48,54 EUR or 1200 EUR", ""},
		{"call +49 30 1234567 or (555) 123-4567 or 555-123-4567", ""},
		{"Tel: 030 1234567", ""},
		{"VAT DE123456789, IBAN DE02120300000000202051", ""},
		{"weight 1250 g, 12 kg", ""},
		{"(UPS) 1001", ":1001"},
		{"https://shop.example/orders/1001 and orders+1001@shop.example", ""},
		{"SKU PS10044", ":PS10044"},
		{"2 units", ""},
	} {
		var got []string
		for _, f := range read(c.text, parsers.Profile{}).Refs {
			got = append(got, string(f.Label)+":"+f.Text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: references %q, want %q", c.text, s, c.want)
		}
	}
}

func TestProfile(t *testing.T) {
	p := parsers.Profile{OrderPatterns: []string{`\b[A-Z]{2}/(\d{4})\b`}, Phrases: map[string]parsers.Kind{"alle weg": parsers.OutOfStock}}
	r := read("Zu XX/1001: alle weg.", p)
	if len(r.Refs) != 1 || r.Refs[0].Label != parsers.LabelOrder || r.Refs[0].Text != "1001" {
		t.Errorf("references are %+v", r.Refs)
	}
	if len(r.Statements) != 1 || r.Statements[0].Kind != parsers.OutOfStock {
		t.Errorf("statements are %+v", r.Statements)
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2 x AB-1", "2 AB-1"},
		{"2x AB-1", "2 AB-1"},
		{"AB-1 x 2", "2 AB-1"},
		{"AB-1 (qty 2)", "2 AB-1"},
		{"AB-1, quantity: 12", "12 AB-1"},
		{"3 pcs of PS10044 left", "3 PS10044"},
		{"Artikel AB-1, Menge: 2", "2 AB-1"},
		{"10 Stück AB-1 versandt", "10 AB-1"},
		{"2 x Galvanized bucket 14 qt", "2 Galvanized bucket 14 qt"},
		{"- 2 x AB-1\n- 1 x CD-2", "2 AB-1, 1 CD-2"},
		{"Item\tSKU\tQty\nBucket\tAB-1\t2\n", "2 AB-1"},
		{"Item AB-1 is sold out", "0 AB-1"},
		{"10x20x30 cm", ""},
	} {
		var got []string
		for _, s := range read(c.text, parsers.Profile{}).Statements {
			for _, l := range s.Lines {
				got = append(got, fmt.Sprintf("%d %s%s", l.Quantity, l.SKU.Text, l.Title.Text))
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%q: lines %q, want %q", c.text, s, c.want)
		}
	}
}

func TestParty(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Ship to:\nJane Doe\n12 Main St\nAustin, TX 78701\nUSA\n", "Jane Doe||12 Main St|78701|Austin|TX|USA"},
		{"Ship to: Jane Doe, 12 Main St, Austin, TX 78701\n", "Jane Doe||12 Main St|78701|Austin|TX|"},
		{"Lieferadresse:\nJürgen Müller\nBeispiel GmbH\nHauptstraße 5\n10115 Berlin\n", "Jürgen Müller|Beispiel GmbH|Hauptstraße 5|10115|Berlin||"},
		{"Adresse de livraison :\nAnne Dupont\n3 rue des Lilas\n75008 Paris\n", "Anne Dupont||3 rue des Lilas|75008|Paris||"},
		{"Deliver to:\nTom Jones\n1 High Street\nLeeds\nLS1 4DY\n", "Tom Jones||1 High Street|LS1 4DY|Leeds||"},
		{"Customer: Jane Doe\nOrder: 1001\n", "Jane Doe||||||"},
	} {
		var got string
		for _, s := range read(c.text, parsers.Profile{}).Statements {
			if p := s.Party(); p != (parsers.Party{}) {
				got = strings.Join([]string{p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text, p.Region.Text, p.Country.Text}, "|")
			}
		}
		if got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestExpected(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Order 1001 is out of stock until mid May.", "mid May"},
		{"Order 1001 is backordered until 12 June 2026.", "12 June 2026"},
		{"Order 1001 is backordered, expected June 12, 2026.", "June 12, 2026"},
		{"Order 1001 is backordered until 2026-06-12.", "2026-06-12"},
		{"Bestellung 1001 ist erst wieder lieferbar ab 5. Mai.", "5. Mai"},
		{"Bestellung 1001: Rückstand, Nachlieferung in KW 23.", "KW 23"},
		{"Your order 1001 will ship tomorrow.", "tomorrow"},
		{"Your order 1001 will ship next week.", "next week"},
		{"Commande 1001 en rupture jusqu'au 15 mai.", "15 mai"},
		{"El pedido 1001 está agotado hasta mediados de mayo.", "mediados de mayo"},
		{"订单1001缺货至5月15日。", "5月15日"},
		{"注文番号1001の商品は2026年5月15日入荷予定です。", "2026年5月15日"},
	} {
		var got []string
		for _, s := range read(c.text, parsers.Profile{}).Statements {
			if s.Expected.Text != "" {
				got = append(got, s.Expected.Text)
			}
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%q: expected %q, want %q", c.text, got, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Your order has been shipped today": "en", "Ihre Bestellung wurde heute versandt": "de", "Votre commande a été expédiée aujourd'hui": "fr",
		"Su pedido ha sido enviado hoy": "es", "Il vostro ordine è stato spedito oggi": "it", "Uw bestelling is vandaag verzonden": "nl",
		"A sua encomenda foi enviada hoje": "pt", "Zamówienie zostało wysłane dzisiaj": "pl", "您的订单已发货": "zh", "ご注文の商品を発送しました": "ja", "12345": "",
	} {
		if got := read(text, parsers.Profile{}).Language; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
