package read_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A second set, written when the first was read right.
func TestMorePapers(t *testing.T) {
	merge := func(sheet, from, to string) func(*excelize.File) error {
		return func(f *excelize.File) error { return f.MergeCell(sheet, from, to) }
	}
	testPapers(t, []paper{
		{name: "b section signs", file: "x.csv", doc: []byte("Ref§Carrier§Track No§Pcs\n10231§UPS§{U1}§1\n10232§UPS§{U2}§2\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "b arrows", file: "x.csv", doc: []byte("order => carrier => tracking\n10231 => UPS => {U1}\n10232 => UPS => {U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "b utf-8 with a mark and sep", file: "x.csv", doc: []byte("\ufeffsep=;\r\nBest.-Nr.;Trackingnr.\r\n10231;{D1}\r\n"), want: "10231 shipment {D1}", places: map[string]string{"{D1}": "!3:2"}},
		{name: "b mac roman", file: "x.csv", doc: in(charmap.Macintosh, "Numéro de commande;Numéro de suivi;État\r10231;6A12345678901;Expédié\r10232;;Épuisé\r"), want: "10231 shipment 6A12345678901\n10232 out_of_stock"},
		{name: "b gbk statuses only", file: "x.csv", doc: in(simplifiedchinese.GBK, "单据,PO,状态\nA,10231,已发货\nB,10232,已取消\n"), want: "10231 shipment\n10232 cancellation"},
		{name: "b iso-2022-jp", file: "x.csv", doc: in(japanese.ISO2022JP, "注文番号,送り状番号,運送会社\n10231,412345678905,ヤマト運輸\n"), want: "10231 shipment 412345678905"},
		{name: "b swedish", file: "x.csv", doc: []byte("Ert ordernr;Artikelnr;Antal;Transportör;Kollinummer;Status\n10231;AB-1;2;PostNord;{R1};Skickad\n10232;CD-2;1;;;Restnoterad\n"), want: "10231 shipment {R1} [AB-1*2]\n10232 backorder [CD-2*1]"},
		{name: "b shipment export", file: "x.csv", doc: []byte("Shipment ID,Ship Date,Order - Number,Ship To - Name,Ship To - Postal Code,Carrier - Service Requested,Tracking #,Weight Oz\n8812233,5/12/2025,10231,Ada Loom,78701,UPS Ground,{U1},18\n8812234,5/12/2025,10232,Ben Sand,75201,UPS Ground,{U2},22\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "b units and parcels", file: "x.csv", doc: []byte("Purchase Order,Item Nbr,Ord Qty,Ship Qty,Bkord Qty,Pkg Cnt,Pro/Tracking Nbr\n10231,AB-1,5,3,2,1,{U1}\n10232,CD-2,1,1,0,1,{U2}\n"), want: "10231 shipment+ {U1} [AB-1*2/backorder AB-1*3]\n10232 shipment {U2} [CD-2*1]"},
		{name: "b italian quantities", file: "x.csv", doc: []byte("Vs. Ordine;Cod. Articolo;Q.tà ord.;Q.tà sped.;Q.tà inev.;Corriere;Nr. Sped.\n10231;AB-1;3;2;1;GLS;{G1}\n10232;CD-2;1;1;0;GLS;{G2}\n"), want: "10231 shipment+ {G1} [AB-1*1/backorder AB-1*2]\n10232 shipment {G2} [CD-2*1]"},
		{name: "b spanish quantities", file: "x.csv", doc: []byte("Su pedido;Código;Cant. pedida;Cant. servida;Pte.;Agencia;Expedición\n10231;AB-1;3;2;1;SEUR;01234567890123\n10232;CD-2;1;1;0;SEUR;01234567890130\n"), want: "10231 shipment+ 01234567890123 [AB-1*1/backorder AB-1*2]\n10232 shipment 01234567890130 [CD-2*1]"},
		{name: "b polish quantities", file: "x.csv", doc: []byte("Zamówienie;Kod towaru;Zam.;Wys.;Brak;Nr przesyłki\n10231;AB-1;3;2;1;{R1}\n10232;CD-2;1;1;0;{R2}\n"), want: "10231 shipment+ {R1} [AB-1*1/backorder AB-1*2]\n10232 shipment {R2} [CD-2*1]"},
		{name: "b ship complete flags", file: "x.csv", doc: []byte("PO,Dispatched?,Tracking\n10231,Y,{U1}\n10232,N,\n10233,Y,{U3}\n"), want: "10231 shipment {U1}\n10232 acknowledgement\n10233 shipment {U3}"},
		{name: "b rejected rows", file: "x.csv", doc: []byte("PO,Line,Item,Result,Reason\n10231,1,AB-1,Accepted,\n10232,1,CD-2,Rejected,Unknown item\n10233,1,AB-1,Cancelled,Discontinued\n"), want: "10231 acknowledgement [AB-1*0]\n10232 rejection [CD-2*0]\n10233 cancellation [AB-1*0]"},
		{name: "b shipped in this run", file: "x.csv", doc: []byte("PO,SKU,Ordered,Shipped this run,Tracking\n10231,AB-1,6,4,{U1}\n10232,CD-2,2,2,{U2}\n"), want: "10231 shipment+ {U1} [AB-1*4]\n10232 shipment {U2} [CD-2*2]"},
		{name: "b group heading rows", file: "x.csv", doc: []byte("Order: 10231,,\nSKU,Qty,Tracking\nAB-1,2,{U1}\nCD-2,1,{U1}\nOrder: 10232,,\nSKU,Qty,Tracking\nAB-1,1,{U2}\n"), want: "10231 shipment {U1} [AB-1*2 CD-2*1]\n10232 shipment {U2} [AB-1*1]"},
		{name: "b tracking above its orders", file: "x.csv", doc: []byte("Tracking,Carrier,Order,SKU,Qty\n{U1},UPS,10231,AB-1,2\n,,10231,CD-2,1\n{U2},UPS,10232,AB-1,1\n"), want: "10231 shipment {U1} [AB-1*2 CD-2*1]\n10232 shipment {U2} [AB-1*1]"},
		{name: "b phones are none", file: "x.csv", doc: []byte("PO,Contact,Mobile,Consignment,EAN13\n10231,Ada Loom,447700900123,{R1},4006381333931\n10232,Ben Sand,447700900456,{R2},4006381333948\n"), want: "10231 shipment {R1}\n10232 shipment {R2}"},
		{name: "b invoice list with parcels", file: "x.csv", doc: []byte("Invoice No,Invoice Date,Your Order,Net,Tax,Gross,Parcel No\n90017,12/05/2025,10231,10.00,2.00,12.00,{L1}\n90018,12/05/2025,10232,20.00,4.00,24.00,{L2}\n"), want: "10231 shipment {L1}\n10232 shipment {L2}"},
		{name: "b stock list", file: "x.csv", doc: []byte("SKU,Description,Stock,Next delivery\nAB-1,Bucket,120,\nCD-2,Shovel,0,2025-06-20\n"), want: "", problems: ""},
		{name: "b dates and numbers without heading", file: "x.csv", doc: []byte("12/05/2025,10231,FedEx,{F1},1,12.50\n12/05/2025,10232,FedEx,{F2},2,25.00\n13/05/2025,10233,FedEx,{F3},1,12.50\n"), want: "10231 shipment {F1}\n10232 shipment {F2}\n10233 shipment {F3}"},
		{name: "b later remarks", file: "x.csv", doc: []byte("PO,SKU,Qty,Comment\n10231,AB-1,2,Shipped 12 May with UPS {U1}\n10232,CD-2,1,\"Sorry, sold out and discontinued\"\n10233,EF-3,1,Delayed until 20 June\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 out_of_stock [CD-2*1]\n10233 backorder [EF-3*1] until 20 June"},
		{name: "b totals in several languages", file: "x.csv", doc: []byte("Bestellung;Pakete;Sendungsnummer\n10231;1;{D1}\nZwischensumme;1;\n10232;1;{D2}\nGesamtsumme:;2;\n"), want: "10231 shipment {D1}\n10232 shipment {D2}"},
		{name: "b key and reference", file: "x.csv", doc: []byte("Your key,Ref,Tracking\nWB-7K3M9QX2RA,S-1,{U1}\n"), want: "S-1+WB-7K3M9QX2RA shipment {U1}"},
		{name: "b a spreadsheet spoiled all", file: "x.csv", doc: []byte("PO;Sendung\n10231;3,40434E+17\n10232;3,40434E+17\n"), want: "10231 shipment? 3,40434E+17\n10232 shipment? 3,40434E+17", problems: "excel_damage"},
		{name: "b aligned text with words", file: "x.txt", doc: []byte("Hi team,\n\nplease see below:\n\nPO No     Carrier     Tracking No          Pcs\n10231     UPS Ground  {U1}   1\n10232     FedEx       {F1}         2\n\nBest\nAna\n"), want: "10231 shipment {U1}\n10232 shipment {F1}"},
		{name: "b pasted cells", file: "x.txt", doc: []byte("Please find today's shipments\n\nOrder\tItem\tQty\tTracking\n10231\tAB-1\t2\t{U1}\n10232\tCD-2\t1\t{U2}\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "b pasted semicolons", file: "x.txt", doc: []byte("Hallo,\n\nanbei die Liste:\n\nBestellung;Sendungsnummer;Dienst\n10231;{D1};DHL\n10232;{D2};DHL\n\nGruß\n"), want: "10231 shipment {D1}\n10232 shipment {D2}"},
		{name: "b fixed width status", file: "x.txt", doc: []byte("ORDER STATUS REPORT      12-MAY-2025\n\nPO NUMBER  ITEM   QTY  STATUS         TRACKING\n=========  =====  ===  =============  ==================\n10231      AB-1     2  SHIPPED        {U1}\n10232      CD-2     1  BACKORDERED\n10233      EF-3     1  CANCELLED\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 backorder [CD-2*1]\n10233 cancellation [EF-3*1]"},
		// workbooks
		{name: "b logo rows and units", file: "x.xlsx", doc: book(t, "Export 12.05.", rows{{nil, nil, "NORDLICHT"}, {}, {nil, "Kunde:", "Lantern Lane"}, {nil, "Kundennr.:", 4711}, {}, {nil, "Ihre Best.-Nr.", "Art.-Nr.", "Menge", "ME", "Sendungs-Nr.", "Gewicht"}, {nil, 10231, "AB-1", 2, "Stk", "{D1}", 1.25}, {nil, 10232, "CD-2", 1, "Stk", "{D2}", 0.5}, {nil, "Summe", nil, 3}}),
			want: "10231 shipment {D1} [AB-1*2]\n10232 shipment {D2} [CD-2*1]", places: map[string]string{"{D1}": "Export 12.05.!7:6"}},
		{name: "b three heading rows", file: "x.xlsx", doc: book(t, "a", rows{{"SHIPPING REPORT"}, {"Customer", nil, "Product", nil, "Shipment", nil}, {"PO", "Name", "SKU", "Pcs", "Via", "Number"}, {"10231", "Ada Loom", "AB-1", 2, "UPS", "{U1}"}}, merge("a", "A1", "F1"), merge("a", "A2", "B2"), merge("a", "C2", "D2"), merge("a", "E2", "F2")),
			want: "10231 shipment {U1} [AB-1*2]"},
		{name: "b one parcel over merged orders", file: "x.xlsx", doc: book(t, "a", rows{{"Tracking", "PO", "Qty"}, {"{U1}", "10231", 1}, {nil, "10232", 2}, {"{U2}", "10233", 1}}, merge("a", "A2", "A3")),
			want: "10231 shipment {U1}\n10232 shipment {U1}\n10233 shipment {U2}", places: map[string]string{"10232": "a!3:2"}},
		{name: "b order confirmation form", file: "x.xlsx", doc: book(t, "AB", rows{{"Auftragsbestätigung"}, {"Ihre Bestellnummer", 10231}, {"Unsere Auftragsnr.", "A-551"}, {}, {"Artikel", "Bezeichnung", "Menge", "Liefertermin"}, {"AB-1", "Eimer", 2, "KW 22"}, {"CD-2", "Schaufel", 1, "KW 22"}}),
			want: "10231 acknowledgement [AB-1*2 CD-2*1] until KW 22"},
		{name: "b cancelled sheet in german", file: "x.xlsx", doc: book(t, "Versendet", rows{{"Bestellnr", "Paketnr"}, {"10231", "{D1}"}}, "Storniert", rows{{"Bestellnr", "Artikel"}, {"10232", "CD-2"}}, "Rückstand", rows{{"Bestellnr", "Artikel", "Liefertermin"}, {"10233", "EF-3", "20.06.2025"}}),
			want: "10231 shipment {D1}\n10232 cancellation [CD-2*0]\n10233 backorder [EF-3*0] until 20.06.2025"},
		{name: "b text numbers with apostrophes", file: "x.xlsx", doc: book(t, "a", rows{{"PO #", "Tracking #"}, {"'10231", "' {U1}"}, {"10232 ", "\u00a0{U2}\u00a0"}}), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		// interchanges
		{name: "b 856 parcels beside items", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930*0001~HL*1**S~TD5**2*UPSN~HL*2*1*O~PRF*10231~HL*3*2*P~REF*CN*{U1}~HL*4*2*P~REF*CN*{U2}~HL*5*2*I~LIN**SK*AB-1~SN1**2*EA~"), want: "10231 shipment {U1} {U2} [AB-1*2]"},
		{name: "b 856 invoices and dates are none", file: "x.edi", doc: x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~TD1*CTN25*1****G*12*LB~TD5**2*FDEG~REF*BM*99887766554433~REF*IV*90017~REF*CN*{F1}~N1*SF*SUPPLIER*92*007~N1*ST*ADA LOOM~HL*2*1*O~PRF*10231*REL1**20250510~HL*3*2*I~LIN*1*UP*400638133393*VN*AB-1~SN1*1*1*EA~"), want: "10231 shipment {F1} [AB-1*1]"},
		{name: "b 855 cut quantity", file: "x.edi", doc: x12("*>~", "855~BAK*00*AC*10231*20250510~PO1*1*4*EA*9.5**VP*AB-1~ACK*IQ*3*EA~"), want: "10231 question [AB-1*3]"},
		{name: "b 855 cancelled order", file: "x.edi", doc: x12("*>~", "855~BAK*01*AC*10231*20250510~PO1*1*4*EA*9.5**VP*AB-1~"), want: "10231 cancellation [AB-1*4]"},
		{name: "b desadv two packages of two orders", file: "x.edi", doc: edifact("DESADV:D:96A:UN'BGM+351+1+9'TDT+20++30+31+:::DPD'CPS+1'PAC+1++CT'RFF+CN:{L1}'LIN+1++AB-1:SA'QTY+12:2'RFF+ON:10231'CPS+2'PAC+1++CT'RFF+CN:{L2}'LIN+2++CD-2:SA'QTY+12:1'RFF+ON:10232'"), want: "10231 shipment {L1} [AB-1*2]\n10232 shipment {L2} [CD-2*1]"},
		{name: "b desadv cancelled", file: "x.edi", doc: edifact("DESADV:D:96A:UN'BGM+351+1+1'RFF+ON:10231'RFF+CN:{D1}'"), want: "10231 question {D1}"},
		{name: "b ordrsp deleted line", file: "x.edi", doc: edifact("ORDRSP:D:96A:UN'BGM+231+5501+4'RFF+ON:10231'LIN+1+5+AB-1:SA'QTY+21:2'LIN+2+2+CD-2:SA'QTY+21:1'"), want: "10231 acknowledgement [AB-1*2]\n10231 cancellation [CD-2*1]"},
		// pages
		{name: "b french note", file: "x.pdf", doc: printed(&press{}, winFont, latin(put(800, []int{50, 330}, "BON DE LIVRAISON N° 55012", "Adresse de livraison :|Votre commande : 10231", "Ada Loom|Notre réf. : C-881", "5 rue du Bac|Transporteur : Colissimo", "75007 Paris|N° de suivi : 6A12345678901"))+latin(put(690, []int{50, 130, 330, 420}, "Référence|Désignation|Qté cdée|Qté livrée", "AB-1|Seau|2|2", "CD-2|Pelle|1|1"))), want: "10231 shipment 6A12345678901 [AB-1*2 CD-2*1]"},
		{name: "b landscape", file: "x.pdf", doc: printed(&press{}, winFont, func() string {
			var b strings.Builder
			for i, l := range []string{"Your order 10231 has shipped", "Tracking number {U1}"} {
				b.WriteString("BT /F1 10 Tf 0 1 -1 0 " + []string{"100", "114"}[i] + " 50 Tm (" + numbers(l) + ") Tj ET\n")
			}
			return b.String()
		}()), want: "10231 shipment {U1}"},
		{name: "b bold twice", file: "x.pdf", doc: printed(&press{}, winFont, at(50, 800, "Order 10231 shipped with UPS {U1}")+at(50, 800, "Order 10231 shipped with UPS {U1}")), want: "10231 shipment {U1}"},
		{name: "b monospaced report", file: "x.pdf", doc: printed(&press{}, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>", at(50, 800, "PO        CARRIER   PCS  TRACKING")+at(50, 786, "10231     UPS         1  {U1}")+at(50, 772, "10232     FEDEX       2  {F1}")), want: "10231 shipment {U1}\n10232 shipment {F1}"},
		{name: "b two tables on a page", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 150, 250}, "Shipped", "PO|Carrier|Tracking", "10231|UPS|{U1}")+put(720, []int{50, 150, 250}, "Backordered", "PO|Item|Available", "10232|CD-2|20 June 2025")), want: "10231 shipment {U1}\n10232 backorder [CD-2*0] until 20 June 2025"},
		{name: "b order in the middle of its rows", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 150, 250}, "Order|Carton|Tracking")+put(776, []int{50, 150, 250}, "|1/3|{U1}", "10231|2/3|{U2}", "|3/3|{U3}")+put(724, []int{50, 150, 250}, "10232|1/1|{U4}")), want: "10231 shipment {U1} {U2} {U3}\n10232 shipment {U4}"},
		{name: "b number broken over two rows", file: "x.pdf", doc: printed(&press{}, winFont, put(800, []int{50, 150, 250}, "Order|Carrier|Tracking", "10231|UPS|1ZR89390035", "||6770132", "10232|UPS|{U2}")), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "b zip of many", file: "x.zip", doc: archive(t, "a/AB.pdf", printed(&press{}, winFont, put(800, []int{50}, "Packing slip", "PO 10231", "UPS {U1}")), "a/b.edi", string(x12("*>~", "856~BSN*00*1*20250512*0930~HL*1**S~REF*CN*{U2}~HL*2*1*O~PRF*10232~")), "c.xls", "PO\tTracking\n10233\t{U3}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}\n10233 shipment {U3}"},
	})
}
