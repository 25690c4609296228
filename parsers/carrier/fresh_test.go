package carrier

import "testing"

// The second set: written after the first was mended, to see how far that holds.
var freshNumbers = []struct{ text, want string }{
	{"Hi, went out with FedEx Home Delivery - trk# 7859 9528 9070", "fedex:785995289070"}, {"UPS Tracking # is 1Z A4C R12 01 1590 8307, 2 lbs", "ups:1ZA4CR120115908307"}, {"USPS Certified 7004 7187 4633 1912 8452", "usps:70047187463319128452"},
	{"Trackingnummer (GLS): 508 1234 5678", "gls:50812345678"}, {"Paketschein-Nr.: 01675136134125 / DPD", "dpd:01675136134125"}, {"DHL-Sendungsverfolgung 00340434280385280840", "dhl-germany:00340434280385280840"}, {"Einschreiben RR656355156DE", "dhl-germany:RR656355156DE"},
	{"Hermes-Sendungsnr. H1001230812345601012", "hermes-de:H1001230812345601012"}, {"n° de colis Colissimo : 6A 12345 67890 1", "colissimo:6A12345678901"}, {"Chronopost n° XY123456789FR", "chronopost-france:XY123456789FR"}, {"Mondial Relay, numéro d'expédition 87654321", "mondialrelay:87654321"},
	{"Nº de seguimiento SEUR 01234567890123", "spanish-seur:01234567890123"}, {"localizador Correos PQ304352054ES", "correos:PQ304352054ES"}, {"MRW nº 012345678901", "mrw-spain:012345678901"}, {"Corriere BRT, n. spedizione 123456789012", "brt-it:123456789012"}, {"codice spedizione Poste Italiane RR014126902IT", "poste-italiane:RR014126902IT"},
	{"PostNL barcode 3S KABA 123456789", "postnl:3SKABA123456789"}, {"Track & Trace 3SKABA123456789 1012AB NL", "postnl:3SKABA123456789"}, {"bpost 323212345678901234567890", "bpost:323212345678901234567890"}, {"nr listu przewozowego DPD 1000123456789U", "dpd:1000123456789U"}, {"InPost: 6200 0001 2345 6789 0123 4567", "inpost:620000012345678901234567"},
	{"CTT objeto CX462889755PT", "portugal-ctt:CX462889755PT"}, {"Royal Mail Tracked 48: RM 1440 2426 9GB", "royal-mail:RM144024269GB"}, {"Evri - H00HHA0123456789 (2 of 2)", "evri:H00HHA0123456789"}, {"DPD Local consignment 15501234567890", "dpd:15501234567890"}, {"Yodel JD0002268712345678", "yodel:JD0002268712345678"}, {"Parcelforce PBTM1234567001", "parcelforce:PBTM1234567001"},
	{"AusPost eParcel 33ABC012345601000930804", "australia-post:33ABC012345601000930804"}, {"Canada Post tracking 4992070741374845", "canada-post:4992070741374845"}, {"Purolator 337771834179", "purolator:337771834179"}, {"已通过圆通发出，单号YT8812345678901", "yto:YT8812345678901"}, {"云途 YT2412621272053210", "yunexpress:YT2412621272053210"}, {"中通 78612345678901 已揽收", "zto-express:78612345678901"},
	{"送り状番号：2222-0297-2994（クロネコヤマト）", "taqbin-jp:222202972994"}, {"佐川急便（733043483955）", "sagawa:733043483955"}, {"レターパック 追跡番号：3828-8072-9032", "japan-post:382880729032"}, {"EMS番号：EM493407223JP", "japan-post:EM493407223JP"}, {"PostNord kolli 00370716020776426567", "postnord:00370716020776426567"}, {"TNT Consignment GE123456785WW", "tnt:GE123456785WW"}, {"SF Express waybill SF1412345678901", "sf-express:SF1412345678901"},
	{"Packeta číslo zásilky Z 1234567890", "packeta:Z1234567890"}, {"Poste Suisse 99.60.123456.12345678", "swiss-post:996012345612345678"}, {"Österr. Post 1012345678901234567890", "austrian-post:1012345678901234567890"}, {"two boxes: 1ZA4CR120115908307 / 1Z2DD2720160913908", "ups:1ZA4CR120115908307 ups:1Z2DD2720160913908"}, {"UPS 1ZA4CR120115908307 bzw. DHL 00340434280385280840", "ups:1ZA4CR120115908307 dhl-germany:00340434280385280840"},
}

var freshOthers = []string{
	"Fragen? +49 (0) 40 1234567-0", "Tel.: +33 (0)1 23 45 67 89", "Tfno. 912 345 678 / 600 123 456", "telefon kontaktowy 601234567", "TEL 03-1234-5678 FAX 03-1234-5679", "手机：13812345678，座机：021-12345678", "call us at 1.800.463.3339 ext. 1234",
	"Umsatzsteuer-ID: ATU12345678", "NIP: 123-456-78-90, REGON: 123456789", "Código fiscal 12345678901", "VAT no. IE1234567FA", "RCS Paris 383 960 135", "R.I. Milano 1234567 - C.F. 01234567890", "KvK 12345678 BTW NL001234567B01", "GST 27AAPFU0939F1ZV",
	"Konto: PL61 1090 1014 0000 0712 1981 2874", "IBAN ES91 2100 0418 4502 0005 1332, BIC CAIXESBBXXX", "acct 000123456789 routing 021000021", "Ref. bancaria 0123456789012345",
	"Rechnung RE-2025-00012345 über 1.234,56 €", "fra. 2025/000123456", "Lieferschein 8001234567", "Your account 50812345678 has a balance", "Order no. 4500018002-0010", "PO#4500123456 line 00010", "Purchase order 20250826-1001", "EAN: 5012345678900, qty 12", "GTIN 4006381333931", "SKU 100200300400", "Art.-Nr. 01234567890123",
	"Card 4532 0151 1283 0366 exp 12/27", "Mastercard ****-****-****-1234", "2025-08-26T10:15:30.123456789Z", "Date: 26/08/2025 16:45", "valid until 20251231235959", "Container TGHU 123456-7", "coordinates 48.2082, 16.3738", "https://shop.example/p/1234567890123/variant-9876543210", "https://x.example/?utm_campaign=20250826123456&uid=98765432101234", "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
}

var freshPages = []struct{ url, want string }{
	{"www.ups.com/mobile/track?trackingNumber=1ZA4CR120115908307", "ups:1ZA4CR120115908307"}, {"www.fedex.com/fedextrack/?trknbr=333079244020&trkqual=12029", "fedex:333079244020"}, {"m.usps.com/m/TrackConfirmAction?tLabels=9400111862527601895551", "usps:9400111862527601895551"}, {"mydhl.express.dhl/de/de/tracking.html#/results?id=1474395753", "dhl:1474395753"},
	{"my.dpd.de/redirect.aspx?parcelno=01675136134125&action=1", "dpd:01675136134125"}, {"www.dpd.fr/trace/01675136134125", "dpd:01675136134125"}, {"www.gls-pakete.de/sendungsverfolgung?match=50812345678", "gls:50812345678"}, {"www.evri.com/track/H00HHA0123456789", "evri:H00HHA0123456789"}, {"track.dhlparcel.co.uk/?con=12345678901234", "dhlparcel-uk:12345678901234"},
	{"www.laposte.fr/outils/suivre-vos-envois?code=6A12345678901&lang=fr", "colissimo:6A12345678901"}, {"postnl.post/track?barcodes=LX140261404NL", "postnl:LX140261404NL"}, {"inpost.pl/sledzenie-przesylek?number=620000012345678901234567", "inpost:620000012345678901234567"}, {"emonitoring.poczta-polska.pl/?numer=00359007732984153770", "poczta-polska:00359007732984153770"}, {"www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number=PQ304352054ES", "correos:PQ304352054ES"},
	{"parcelsapp.com/de/tracking/00340434280385280840", "dhl-germany:00340434280385280840"}, {"t.17track.net/de#nums=YT2412621272053210", "yunexpress:YT2412621272053210"}, {"nordlicht.aftership.com/01675136134125?lang=de&courier=dpd", "dpd:01675136134125"}, {"app.shippit.com/tracking/ABCZ12345678", "star-track:ABCZ12345678"}, {"track.shipstation.com/carrier/ups/1ZA4CR120115908307", "ups:1ZA4CR120115908307"}, {"shop.example/apps/parcelpanel?nums=333079244020&carrier=FedEx", "fedex:333079244020"},
	{"links.nordlicht.example/f/a/x~~/y~?target=https%3A%2F%2Fgls-group.eu%2Ftrack%2F50812345678&s=1234567890123", "gls:50812345678"}, {"nordlicht.us1.list-manage.example/track/click?u=1234567890ab&id=0123456789&e=aabbccddee", ""}, {"www.instagram.example/p/C1234567890123/", ""}, {"drive.example/file/d/1ZA4CR1201159083071ZA4CR120115908307/view", ""},
}

func TestFresh(t *testing.T) {
	for _, c := range freshNumbers {
		if got := Find(c.text, Context{}); brief(got) != c.want {
			t.Errorf("Find(%q)\n got %q\nwant %q", c.text, brief(got), c.want)
		}
	}
	for _, text := range freshOthers {
		if got := Find(text, Context{}); len(got) > 0 {
			t.Errorf("%q is taken for %q", text, brief(got))
		}
	}
	for _, c := range freshPages {
		if got := Merge(Find("https://"+c.url, Context{})); brief(got) != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.url, brief(got), c.want)
		}
	}
}
