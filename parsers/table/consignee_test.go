package table

import (
	"strings"
	"testing"

	"waybill/parsers"
)

func TestPartOfAnAddressInAHeading(t *testing.T) {
	for title, want := range map[string]Meaning{
		"Empfänger Name 1": Name, "Empfänger Name 2": Name, "Name 1": Name, "Hausnummer": House, "Haus-Nr.": Unknown, "Empfänger PLZ": Postcode, "Liefer-PLZ": Postcode,
		"LieferPLZ": Postcode, "Lieferort": City, "PLZ Ort": Postcode, "Straße Nr.": Street, "Ville destinataire": City, "CP livraison": Postcode, "Nom destinataire": Name,
		"recipient_postal_code": Postcode, "Delivery Address 1": Street, "Shipping Address City": City, "Ciudad entrega": City, "Recipient Contact": Name, "Recipient Company": Company, "Contact phone": Phone, "Ragione sociale dest.": Name, "Località dest.": City, "Población destinatario": City, "Teléfono destinatario": Phone,
		"Città destinatario": City, "CAP destinatario": Postcode, "Huisnummer": House, "Plaats ontvanger": City, "Miasto odbiorcy": City, "Kod pocztowy odbiorcy": Postcode, "Ulica odbiorcy": Street,
		"Cidade destinatário": City, "お届け先郵便番号": Postcode, "お届け先氏名": Name, "お届け先電話番号": Phone, "收件人电话": Phone, "收货城市": City, "ご依頼主名": Ignore, "寄件人姓名": Ignore,
		"Absender Name": Ignore, "Sender postcode": Ignore, "Billing city": Ignore, "Lager Ort": Ignore, "Kunden-Nr.": Unknown, "Product name": Unknown, "Customer order": Unknown,
		"Ort der Abholung": Unknown, "Artikel Name": Unknown, "Delivery status": Unknown,
	} {
		got, _, _ := meaningOf(title, nil)
		switch got {
		case Name, FirstName, LastName, Company, Street, House, Postcode, City, Region, Country, Phone, Email, Ignore:
		default:
			got = Unknown
		}
		if got != want {
			t.Errorf("%q is %q, want %q", title, got, want)
		}
	}
}

func TestPostcodeAndCityInOneCell(t *testing.T) {
	for whole, want := range map[string]string{
		"38300 Wolfenhagen": "38300|Wolfenhagen", "CH-3800 Interlaken": "CH-3800|Interlaken", "Leeds LS1 2AB": "LS1 2AB|Leeds", "8563 AC Rijsterwoud": "8563 AC|Rijsterwoud",
		"00-950 Warszawa": "00-950|Warszawa", "1100-044 Lisboa": "1100-044|Lisboa", "Austin, TX 78701": "TX 78701|Austin", "8302 EB": "8302 EB|", "38300": "38300|", "LS1 2AB": "LS1 2AB|", "150-0043": "150-0043|",
	} {
		p := parsers.Party{Postcode: parsers.Value{Text: whole}}
		place(&p)
		if got := p.Postcode.Text + "|" + p.City.Text; got != want {
			t.Errorf("%q is %q, want %q", whole, got, want)
		}
	}
}

func TestNamesInSeveralColumns(t *testing.T) {
	for csv, want := range map[string]string{
		"Tracking;Empfänger Name 1;Empfänger Name 2;Straße;Hausnummer;PLZ;Ort\n1Z999AA10123456784;Kanzlei Dörrfuß;Sabine Dörrfuß;Mörikeweg;30;73728;Esslinghausen\n":   "Kanzlei Dörrfuß|Sabine Dörrfuß|Mörikeweg 30|73728|Esslinghausen",
		"Seguimiento;Nombre;Ciudad;CP\n1Z999AA10123456784;Lucía Ferrer;Vilanova;08800\n":                                                                               "Lucía Ferrer||||",
		"Tracking;Delivery First Name;Delivery Last Name;Address Line 1;Address Line 2;Postcode;Town\n1Z999AA10123456784;H;Wetherall;Flat 2;9 Mill St;LS1 2AB;Leeds\n": "H Wetherall||Flat 2, 9 Mill St|LS1 2AB|Leeds",
		"Código envío;Nombre destinatario;Apellidos destinatario;Dirección;CP;Localidad\n1Z999AA10123456784;Lucía;Ferrer Gil;Calle Mayor 3;08800;Vilanova\n":           "Lucía Ferrer Gil||Calle Mayor 3|08800|Vilanova",
		"Tracking;ShipToCompanyOrName;ShipToAttention;ShipToAddress1;ShipToPostalCode;ShipToCityOrTown\n1Z999AA10123456784;J B WINTHROP;;9 PERCH RD;03894;ISLETON\n":   "J B WINTHROP||9 PERCH RD|03894|ISLETON",
		"Tracking;Empfänger Name 1;Empfänger Name 2 / Postnummer;Empfänger PLZ;Empfänger Ort\n1Z999AA10123456784;Kanzlei Vogt;Frau Vogt;26122;Olden\n":                 "Kanzlei Vogt|Frau Vogt||26122|Olden",
		"Tracking;Empf.;Bez.;Straße;PLZ;Ort\n1Z999AA10123456784;80041177;Ines Vogt;Weg 3;26122;Olden\n":                                                                "Ines Vogt||Weg 3|26122|Olden",
		"お問い合せ送り状No.,お届け先郵便番号,お届け先住所１,お届け先住所２,お届け先名称１\n468899250875,6048005,京都府京都市中京区,恵比須町４３４,白鳥　千鶴\n":                                                                 "白鳥　千鶴||京都府京都市中京区恵比須町４３４|6048005|",
		"Tracking;Wer;Wohin;Haus;Hof\n1Z999AA10123456784;Ines Vogt;Weg 3;26122 Olden;x\n":                                                                              "Ines Vogt||Weg 3|26122|Olden",
		"1Z999AA10123456784;Ines Vogt;Lindenweg 3;26122;Olden\n":                                                                                                       "Ines Vogt||Lindenweg 3|26122|Olden",
		"Tracking,Item detail,Street,Zip,City\n1Z999AA10123456784,Blue enamel mug,12 Mill St,44023,Leeds\n":                                                            "||12 Mill St|44023|Leeds",
		"1Z999AA10123456784;Anna Prill;12 Mill Street;Leeds;LS1 2AB\n":                                                                                                 "Anna Prill||12 Mill Street|LS1 2AB|Leeds",
		"Sendungsnummer;Vorname;Name;PLZ;Ort\n1Z999AA10123456784;Ines;Vogt;73991;Rottweiler\n":                                                                         "Ines Vogt|||73991|Rottweiler",
	} {
		reading := Parse([]byte(csv), "x.csv", "1", parsers.Profile{})
		if len(reading.Statements) != 1 {
			t.Errorf("%q has %d statements", csv, len(reading.Statements))
			continue
		}
		p := reading.Statements[0].Party()
		got := strings.Join([]string{p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text}, "|")
		if !strings.HasPrefix(got, strings.TrimRight(want, "|")) {
			t.Errorf("%q is %q, want %q", csv, got, want)
		}
	}
}

func TestWhoeverGetsTheGoodsIsNotTheBuyer(t *testing.T) {
	for head, want := range map[string]string{
		"Besteller Name,Besteller PLZ,Empfänger Name,Empfänger PLZ":               "Ines Vogt|73991",
		"Customer name,Customer postcode,Recipient,Postal code":                   "Ines Vogt|73991",
		"Client,CP client,Nom du destinataire,CP livraison":                       "Ines Vogt|73991",
		"Empfänger Name,Empfänger PLZ,Besteller Name,Besteller PLZ":               "Ola Berg|10115",
		"Customer name,Customer postcode,Ordered on behalf of,Delivery condition": "Ola Berg|10115",
		"お客様名,お客様郵便番号,お届け先名,お届け先郵便番号":                                             "Ines Vogt|73991",
	} {
		reading := Parse([]byte("Tracking,"+head+"\n1Z999AA10123456784,Ola Berg,10115,Ines Vogt,73991\n"), "x.csv", "1", parsers.Profile{})
		if len(reading.Statements) != 1 {
			t.Errorf("%q has %d statements", head, len(reading.Statements))
			continue
		}
		p := reading.Statements[0].Party()
		if got := p.Name.Text + "|" + p.Postcode.Text; got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
}
