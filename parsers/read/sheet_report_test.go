package read_test

import "testing"

// TestReports holds the reports of warehouses in columns: titles that stand on them, codes with a legend, pieces that stay behind, words where a number is
// expected.
func TestReports(t *testing.T) {
	testPapers(t, []paper{
		{name: "r a title right above the ruler", file: "x.txt", doc: []byte("MAGAZYN WROCŁAW                      wydruk: 21.05.2026 07:00\nRAPORT REALIZACJI        KLIENT: LANTERN (00917)\n==============================================================\nZAMÓWIENIE   KOD    ZAM.  WYD.  BRAK  POCZTA POLSKA    UWAGI\n==============================================================\n10231        AB-1     3     3     0   {R1}\n10232        CD-2    10     6     4   {R2}    reszta do 08.06\n10233        EF-3     1     0     1                    brak, dostawa 19.06\n10234        GH-4     2     0     2                    wycofany z oferty\n--------------------------------------------------------------\nRAZEM                18    10     7\n"),
			want: "10231 shipment {R1} [AB-1*3]\n10232 shipment+ {R2} [CD-2*4/backorder CD-2*6]\n10233 backorder [EF-3*1] until 19.06\n10234 out_of_stock [GH-4*2]"},
		{name: "r a line free under the heading", file: "x.txt", doc: []byte("Shipped today\n\nOrder     Carrier     Tracking No\n\n10231     UPS         {U1}\n10232     UPS         {U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "r codes and their legend", file: "x.txt", doc: []byte("NIGHT RUN 12/05/26  ACCOUNT 4471\n\nORDER       NAME                  ST   CARRIER     TRACKING            DUE\n----------  --------------------  --   ----------  ------------------  ----------\n10231       LOOM A                SH   UPS         {U1}\n10232       SAND B                BO                                   01/06/26\n10233       MOOR C                CX\n\nSH = SHIPPED   BO = BACK ORDERED, SHIPS ON DUE DATE   CX = CANCELLED AT YOUR REQUEST\n"),
			want: "10231 shipment {U1}\n10232 backorder until 01/06/26\n10233 cancellation"},
		{name: "r a legend in german below a csv", file: "x.csv", doc: []byte("Bestellung;K;Sendungsnummer\n10231;V;{D1}\n10232;R;\n10233;S;\n\nV = versendet; R = Rückstand; S = storniert\n"), want: "10231 shipment {D1}\n10232 backorder\n10233 cancellation"},
		{name: "r a legend above in french", file: "x.txt", doc: []byte("Bonjour,\nE : expédiée / R : en rupture / A : annulée\n\nCommande   Etat   N° de suivi\n10231      E      6A12345678901\n10232      R\n10233      A\n"), want: "10231 shipment 6A12345678901\n10232 out_of_stock\n10233 cancellation"},
		{name: "r a legend on a sheet of its own", file: "x.xlsx", doc: book(t, "May", rows{{"PO", "S", "Tracking"}, {"10231", "D", "{U1}"}, {"10232", "W", nil}, {"10233", "X", nil}}, "Key", rows{{"Code", "Meaning"}, {"D", "Despatched"}, {"W", "Waiting for stock"}, {"X", "Cancelled by customer"}}),
			want: "10231 shipment {U1}\n10232 backorder\n10233 cancellation"},
		{name: "r no legend but news", file: "x.txt", doc: []byte("Hi,\n\nOrder   Tracking\n10231   {U1}\n10232   {U2}\n\n10233 - cancelled\n10234 - sold out\n"), want: "10231 shipment {U1}\n10232 shipment {U2}\n10233 cancellation\n10234 out_of_stock"},
		{name: "r missing pieces that follow", file: "x.csv", doc: []byte("Encomenda;Artigo;Qt. pedida;Qt. expedida;Qt. em falta;N.º de envio;Notas\n10231;AB-1;12;8;4;{U1};os 4 pratos seguem a 11/06\n10232;CD-2;1;0;1;;esgotado no fornecedor, sem previsão\n"), want: "10231 shipment+ {U1} [AB-1*4/backorder AB-1*8]\n10232 out_of_stock [CD-2*1]"},
		{name: "r out, and the note when it comes", file: "x.csv", doc: []byte("N° commande;État;Commentaire;N° de suivi\n10231;Expédiée;;6A12345678901\n10232;En rupture;réassort et expédition le 02/06/2026;\n10233;En rupture;produit arrêté;\n"), want: "10231 shipment 6A12345678901\n10232 backorder until 02/06/2026\n10233 out_of_stock"},
		{name: "r the reason under why", file: "x.xlsx", doc: book(t, "Sent", rows{{"Our ref", "Your order", "Barcode"}, {"TW/88102", "10231", "{R1}"}}, "Not sent", rows{{"Our ref", "Your order", "Why"}, {"TW/88111", "10232", "glaze seconds - none left, line discontinued"}}),
			want: "10231 shipment {R1}\n10232 out_of_stock"},
		{name: "r names and values in pairs", file: "x.xlsx", doc: book(t, "a", rows{{"Order", 10231, "Our ref", "HT2506091188"}, {"Carrier", "UPS", "Tracking no", "{U1}"}, {"Ship to", "Ada Loom", "Country", "US"}}), want: "10231 shipment {U1}"},
		{name: "r orders side by side are no pairs", file: "x.csv", doc: []byte("PO,10231,10232,10233\nCarrier,UPS,UPS,FedEx\nTracking,{U1},{U2},{F1}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}\n10233 shipment {F1}"},
		{name: "r words over the parcel's columns", file: "x.csv", doc: []byte("Auftrag;Artikel;Versandart;Sendungsnummer\n10231;AB-1;DHL;{D1}\n10232;CD-2;nicht lieferbar bis 05.06.2026, wird dann nachgeliefert;nicht lieferbar bis 05.06.2026, wird dann nachgeliefert\n10233;EF-3;storniert;\n"), want: "10231 shipment {D1} [AB-1*0]\n10232 backorder [CD-2*0] until 05.06.2026\n10233 cancellation [EF-3*0]"},
		{name: "r the order where its column stands empty", file: "x.csv", doc: []byte("Transaction ID,ReferenceNum,PO Num,Status,Tracking Number\n884120,10231,,Closed,{U1}\n884131,10232,,Canceled,\n"), want: "10231 shipment {U1}\n10232 cancellation"},
		{name: "r pieces beside the code", file: "x.csv", doc: []byte("訂單編號,內容,掛號號碼\n10231,AB-1 × 2,{R1}\n10232,3 x CD-2,{R2}\n"), want: "10231 shipment {R1} [AB-1*2]\n10232 shipment {R2} [CD-2*3]"},
		{name: "r a sheet of what is open", file: "x.xlsx", doc: book(t, "Versendet", rows{{"Bestellung", "Artikel", "Stück", "Paketnummer"}, {"10231", "AB-1", 2, "{D1}"}}, "Offen", rows{{"Bestellung", "Artikel", "Stück offen", "Liefertermin"}, {"10231", "AB-1", 1, "22.05.2026"}}),
			want: "10231 backorder [AB-1*1] until 22.05.2026\n10231 shipment {D1} [AB-1*2]"},
		{name: "r a sender and a date are no mail", file: "x.txt", doc: []byte("Verzendlijst\nAfzender: Klompenhuis\nDatum: 12-05-2026\n\nBestelling   Barcode\n10231        {R1}\n10232        {R2}\n"), want: "10231 shipment {R1}\n10232 shipment {R2}"},
		{name: "r why it was not sent", file: "x.csv", doc: []byte("Order;Shipped?;Tracking;Comment\n10231;yes;{U1};\n10232;no;;waiting for glaze, about 2 weeks\n10233;no;;customer cancelled\n10234;no;;\n"), want: "10231 shipment {U1}\n10232 backorder until 2 weeks\n10233 cancellation\n10234 acknowledgement"},
		{name: "r notes of few words", file: "x.csv", doc: []byte("Bestelling;Pakketnr;Opmerking\n10231;3SABCD123456789;bel eerst\n10232;;wacht op leverancier\n10233;;niet meer leverbaar\n"), want: "10231 shipment 3SABCD123456789\n10232 backorder\n10233 out_of_stock"},
		{name: "r pieces that follow a parcel", file: "x.csv", doc: []byte("Pedido;Expedido;Seguimiento;Observaciones\n10231;Sí;{R1};faltan 2, salen el lunes\n10232;Sí;{R2};\n"), want: "10231 shipment+ {R1}\n10232 shipment {R2}"},
		{name: "r a list of japan", file: "x.csv", doc: []byte("注文番号,発送日,伝票番号,備考\n10231,5/12,412345678905,\n10232,,,釉薬待ち、6月上旬\n"), want: "10231 shipment 412345678905\n10232 backorder until 6月上旬"},
		{name: "r dots that lead to the parcel", file: "x.txt", doc: []byte("Sent today by UPS:\n\n10231 ....... {U1}\n10232 ....... {U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "r a heading of what is not there", file: "x.txt", doc: []byte("ORDER CONFIRMATION\nCustomer PO ....... 10231\n\nLN  ITEM   DESCRIPTION             ORD   COM   B/O\n01  AB-1   ENAMEL PITCHER WHITE      1     1     0\n02  CD-2   ENAMEL MUGS SET OF 4      2     2     0\n"), want: "10231 acknowledgement [AB-1*1 CD-2*2]"},
	})
}
