package carrier

import "testing"

// What suppliers write around numbers in ten languages, and what looks like a number and is none.
func TestFindInWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// English
		{"Hi, PO 1001 left us today. FedEx 7748 9123 4560. Regards", "fedex:774891234560"},
		{"Your tracking no. is 774891234560 (FedEx Ground).", "fedex:774891234560"},
		{"1001 and 1003 went out with UPS, 1Z999AA10123456784 and 1ZX59E703344556676 respectively; 1002 is out of stock until May", "ups:1Z999AA10123456784 ups:1ZX59E703344556676"},
		{"Order #774891234560 confirmed", ""},
		{"PO number: 3318810040\nWe will ship next week.", ""},
		{"Ship via DHL Express, AWB 331 8810 040", "dhl:3318810040"},
		{"AWB: 3318810040", "dhl:3318810040"},
		{"Consignment note 09981234567890 was collected by DPD this evening", "dpd:09981234567890"},
		{"Carrier: Royal Mail\nService: Tracked 48\nTracking: LX473124829NL", "postnl:LX473124829NL"},
		{"Carrier: Veho\nTracking: 4481920031", "veho:4481920031"},
		{"The parcel was handed to Budbee under reference 7001234567 yesterday", "budbee:7001234567"},
		{"tracking: https://www.fedex.com/fedextrack/?trknbr=774891234560", "fedex:774891234560"},
		{"Please quote our ref 20250512001 when you call 0151 496 0123", ""},
		{"Invoice 2025000123 dated 12/05/2025 for 1,234.56 USD, customer 4400112233", ""},
		{"SKU 10023456789 x 2, UPC 036000291452", ""},
		{"Account number 774891234560", ""},
		{"USPS tracking # 9400 1118 9956 3854 7231 08", "usps:9400111899563854723108"},
		{"USPS tracking # 9400-1118-9956-3854-7231-08", "usps:9400111899563854723108"},
		{"Ignore 1Z999AA10123456784, the right one is 1ZX59E703344556676.", "ups:1Z999AA10123456784 ups:1ZX59E703344556676"},
		{"Serial no. 00340434161094042557", ""},
		{"Package 1 of 2: 1Z999AA10123456784\nPackage 2 of 2: 1ZX59E703344556676", "ups:1Z999AA10123456784 ups:1ZX59E703344556676"},
		{"Tracking numbers:\n- 774891234560\n- 270123456786\n", "fedex:774891234560 fedex:270123456786"},
		{"Tracking number:\n\n774891234560\n", "fedex:774891234560"},
		{"TRACKING NUMBER\n09981234567890\nCARRIER\nDPD\n", "dpd:09981234567890"},
		{"774891234560 is your tracking number", "fedex:774891234560"},
		{"Phone: 555-010-4477 Fax: 555-010-4478", ""},
		{"call us on +1 (774) 891-2345 60", ""},
		{"Call 1-800-463-3339 (FedEx) for help", ""},
		{"UPS: 1-800-742-5877", ""},
		{"order 1001 is on its way, GLS 52413456789", "gls:52413456789"}, // the name calls it, not the words before
		{"L'ordine 1001 è partito: BRT 897297137536.", "brt-it:897297137536"},
		{"Su pedido 1001 ya está en camino: SEUR 39443739913823", "spanish-seur:39443739913823"},
		{"ヤマト運輸：333153513766", "taqbin-jp:333153513766"},
		{"left with TNT 123456789 today", "tnt:123456789"},
		{"Order 1001, DHL Kundennummer 5012345678", ""},
		{"Company No. 09876543 VAT GB 123 4567 89", ""},
		{"Sort code 20-00-00 Account 55779911", ""},
		{"Delivered 2025-05-12 14:30 batch 20250512143000", ""},
		{"Message-ID: <20250512143000.774891234560@mail.example>", ""},
		{"Order 114-1234567-1234567 shipped", ""},
		// German
		{"Ihre Bestellung 1001 wurde heute mit DHL versendet. Sendungsnummer: 00340434161094042557", "dhl-germany:00340434161094042557"},
		{"Sendungsnr. 0034 0434 1610 9404 2557", "dhl-germany:00340434161094042557"},
		{"GLS Paketnummern: 50123456789, 50123456790", "gls:50123456789 gls:50123456790"},
		{"Hermes Sendungsnummer 01234567890123", "hermes-de:01234567890123"},
		{"DPD Paketscheinnummer 01405123456789", "dpd:01405123456789"},
		{"Kundennummer: 4400112233, Rechnungsnr.: 3318810040, Tel.: 0201 123 4567-0", ""},
		{"USt-IdNr. DE 123 456 789, HRB 12345, Amtsgericht Musterstadt", ""},
		{"Unsere Lieferscheinnummer 774891234560", ""},
		{"Auftragsnummer 774891234560 - Sendung folgt", ""},
		{"Verfolgen Sie Ihr Paket: https://nolp.dhl.de/nextt-online-public/set_identcodes.do?idc=00340434161094042557&lang=de", "dhl-germany:00340434161094042557"},
		// French
		{"Numéro de suivi Colissimo : 6A12345678901", "colissimo:6A12345678901"},
		{"Votre colis n° 6A12345678901 a été remis à La Poste", "colissimo:6A12345678901"},
		{"Votre commande n° 3318810040 est partie", ""},
		{"Facture n° 774891234560, SIRET 732 829 320 00074, TVA FR40303265045", ""},
		{"Expédié par Chronopost : XY123456789JB", "chronopost-france:XY123456789JB"},
		{"Mondial Relay, numéro d'expédition 12345678", "mondialrelay:12345678"},
		{"Tél : 01 23 45 67 89 / 06 12 34 56 78", ""},
		// Spanish
		{"Su pedido 1001 ha salido por SEUR, número de seguimiento 01234567890123", "spanish-seur:01234567890123"},
		{"Nº de seguimiento: PK5CXX0400001230146100N (Correos)", "correos:PK5CXX0400001230146100N"},
		{"MRW albarán 012345678901", "mrw-spain:012345678901"},
		{"CIF B12345678 Tfno 912 345 678", ""},
		// Italian
		{"Spedito con BRT, numero di spedizione 0123456789012345678", "brt-it:0123456789012345678"},
		{"Codice di tracciamento GLS Italy: M1123456789", "gls-italy:M1123456789"},
		{"P.IVA 01234567890 - Ordine n. 3318810040", ""},
		// Dutch
		{"Uw pakket is onderweg met PostNL: 3SABCD123456789", "postnl:3SABCD123456789"},
		{"Track & trace code: 3SABCD1234567", "postnl:3SABCD1234567"},
		{"KvK 12345678 BTW NL123456789B01 IBAN NL91 ABNA 0417 1643 00", ""},
		// Portuguese
		{"Código de rastreio: DA123456785PT (CTT)", "portugal-ctt:DA123456785PT"},
		{"NIF 501234567, encomenda 3318810040", ""},
		// Polish
		{"Numer przesyłki InPost: 620012345678901234567890", "inpost:620012345678901234567890"},
		{"Nr listu przewozowego DPD: 1000123456789U", "dpd:1000123456789U"},
		{"NIP 123-456-32-18, REGON 123456785, zamówienie nr 3318810040", ""},
		// Chinese
		{"订单1001已发货，顺丰速运，运单号：SF1234567890123，请查收。", "sf-express:SF1234567890123"},
		{"快递单号 YT1234567890123 圆通", "yto:YT1234567890123"},
		{"订单号：3318810040 电话：13800138000", ""},
		// Japanese
		{"本日発送いたしました。ヤマト運輸 お問い合わせ伝票番号：3701-2345-6780", "taqbin-jp:370123456780"},
		{"追跡番号 EE001122337JP（日本郵便）", "japan-post:EE001122337JP"},
		{"ご注文番号：3318810040　電話番号：03-1234-5678", ""},
		// Several scripts, damaged and odd
		{"Tracking： １２３４５６７８９０１３ (yamato)", "taqbin-jp:123456789013"},
		{"1Z 999 AA1 01 2345 6784\u00a0/\u00a01Z X59 E70 33 4455 6676", "ups:1Z999AA10123456784 ups:1ZX59E703344556676"},
		{"tracking no 1Z999AA1-0123456784", "ups:1Z999AA10123456784"},
		{"RR 12345678 5 CN", "china-post:RR123456785CN"},
		{"Tracking: LB123456789CN", "china-post:LB123456789CN"},
		{"LP00123456789012", "cainiao:LP00123456789012"},
		{"4PX3000123456789CN", "4px:4PX3000123456789CN"},
		{"Z 123 4567 890 Packeta", "packeta:Z1234567890"},
		{"TNT GD123456789WW", "tnt:GD123456789WW"},
		{"Canada Post: 2012 3456 7890 1235", "canada-post:2012345678901235"},
		{"OnTrac C11031500001879", "ontrac:C11031500001879"},
		{"LTN74207623N1", "landmark-global:LTN74207623N1"},
		{"JVGL06123456789012345678", "dhl-benelux:JVGL06123456789012345678"},
		{"yodel JD0002257639032011", "yodel:JD0002257639032011"},
		{"Swiss Post 99.60.123456.12345678", "swiss-post:996012345612345678"},
		{"PostNord 00370726202345678904", "postnord:00370726202345678904"},
	} {
		if got := Find(c.text, Context{}); brief(got) != c.want {
			t.Errorf("Find(%q)\n got %q\nwant %q\n%+v", c.text, brief(got), c.want, got)
		}
	}
}
