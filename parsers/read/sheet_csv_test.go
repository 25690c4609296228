package read_test

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func in(e encoding.Encoding, s string) []byte {
	out, err := e.NewEncoder().String(numbers(s))
	if err != nil {
		panic(err)
	}
	return []byte(out)
}

func TestDelimited(t *testing.T) {
	testPapers(t, []paper{
		// how cells are divided
		{name: "caret", file: "a.txt", doc: []byte("ORDER^CARRIER^TRACKING\n10231^UPS^{U1}\n10232^UPS^{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "tilde", file: "ship.dat", doc: []byte("order~tracking~qty\n10231~{U1}~1\n10232~{U2}~2\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "colon", file: "ship.csv", doc: []byte("order:carrier:tracking\n10231:UPS:{U1}\n10232:UPS:{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "double pipe", file: "ship.csv", doc: []byte("PO||SKU||Qty||Tracking\n10231||AB-1||2||{U1}\n10232||CD-2||1||{U2}\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "hash and at", file: "ship.csv", doc: []byte("PO#@#SKU#@#Qty#@#Tracking\n10231#@#AB-1#@#2#@#{U1}\n10232#@#CD-2#@#1#@#{U2}\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "sep tab", file: "ship.csv", doc: []byte("sep=\t\r\nPO\tTracking\r\n10231\t{U1}\r\n"), want: "10231 shipment {U1}", places: map[string]string{"{U1}": "!3:2"}},
		{name: "sep quoted", file: "ship.csv", doc: []byte("\"sep=|\"\nPO|Tracking\n10231|{U1}\n"), want: "10231 shipment {U1}", places: map[string]string{"{U1}": "!3:2"}},
		{name: "semicolon, comma prices and a comma preamble", file: "x.csv", doc: []byte("Versandliste, Stand 12.05.2025, 14:30\nBestellnr;Artikel;Menge;Preis;Sendungsnr\n10231;AB-1;2;12,50;{D1}\n10232;CD-2;1;8,00;{D2}\n"), want: "10231 shipment {D1} [AB-1*2]\n10232 shipment {D2} [CD-2*1]", places: map[string]string{"{D2}": "!4:5"}},
		{name: "short preamble lines longer than the table", file: "x.csv", doc: []byte("Prairie Supply\n12 Main Street\nAustin, TX 78701\nPhone: 512-555-0100\nReport: shipped orders\nDate: 05/12/2025\n\nPO,Tracking\n10231,{U1}\n"), want: "10231 shipment {U1}", places: map[string]string{"{U1}": "!9:2"}},
		{name: "backslash quotes", file: "x.csv", doc: []byte("\"order\",\"item\",\"tracking\"\n\"10231\",\"10\\\" pan\",\"{U1}\"\n\"10232\",\"lid\",\"{U2}\"\n"), want: "10231 shipment {U1} [10\" pan*0]\n10232 shipment {U2} [lid*0]"},
		{name: "single quotes around cells", file: "x.csv", doc: []byte("'order','tracking'\n'10231','{U1}'\n'10232','{U2}'\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "whole rows quoted", file: "x.csv", doc: []byte("\"order;tracking;qty\"\n\"10231;{U1};1\"\n\"10232;{U2};2\"\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "quoted newlines in address", file: "x.csv", doc: []byte("PO,Ship to,Tracking\n10231,\"Ada Loom\n12 Main St\nAustin, TX 78701\",{U1}\n10232,\"Ben Sand\n5 Oak Ave\nDallas, TX 75201\",{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}", places: map[string]string{"{U2}": "!3:3"}},
		{name: "trailing delimiters", file: "x.csv", doc: []byte(";;;;\nBestellung;Sendung;;;\n10231;{D1};;;\n;;;;\n10232;{D2};;;\n"), want: "10231 shipment {D1}\n10232 shipment {D2}", places: map[string]string{"{D2}": "!5:2"}},
		{name: "footer in words", file: "x.csv", doc: []byte("PO,Tracking\n10231,{U1}\n10232,{U2}\n\n2 orders shipped today\nThank you for your business!\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "totals by count", file: "x.csv", doc: []byte("PO,SKU,Qty,Tracking\n10231,AB-1,2,{U1}\n10232,AB-1,3,{U2}\nTotal orders: 2,,5,\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [AB-1*3]"},
		{name: "page breaks", file: "x.csv", doc: []byte("PO,Tracking\n10231,{U1}\nPage 1 of 2,\nPO,Tracking\n10232,{U2}\nPage 2 of 2,\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		// charsets that nobody declares
		{name: "gb18030", file: "x.csv", doc: in(simplifiedchinese.GB18030, "订单号,快递公司,运单号,状态\n10231,顺丰速运,SF1390012345678,已发货\n10232,,,缺货\n"), want: "10231 shipment SF1390012345678\n10232 out_of_stock"},
		{name: "shift jis", file: "x.csv", doc: in(japanese.ShiftJIS, "注文番号,配送業者,お問い合わせ番号,ステータス\n10231,ヤマト運輸,412345678905,発送済み\n10232,,,欠品\n"), want: "10231 shipment 412345678905\n10232 out_of_stock"},
		{name: "koi8-r", file: "x.csv", doc: in(charmap.KOI8R, "номер заказа;трек номер;статус\n10231;RB473124805GB;отправлен\n10232;;отменен\n"), want: "10231 shipment? RB473124805GB\n10232 cancellation"},
		{name: "windows-1251", file: "x.csv", doc: in(charmap.Windows1251, "номер заказа;трек номер;статус\n10231;{R1};отправлен\n10232;;отменен\n"), want: "10231 shipment {R1}\n10232 cancellation"},
		{name: "big5", file: "x.csv", doc: in(traditionalchinese.Big5, "訂單號,運單號,狀態\n10231,{R1},已發貨\n10232,,缺貨\n"), want: "10231 shipment {R1}\n10232 out_of_stock"},
		{name: "euc-kr", file: "x.csv", doc: in(korean.EUCKR, "주문번호,운송장번호,택배사\n10231,612345678901,CJ대한통운\n10232,612345678912,CJ대한통운\n"), want: "10231 shipment 612345678901\n10232 shipment 612345678912"},
		{name: "windows-1250 polish", file: "x.csv", doc: in(charmap.Windows1250, "Nr zamówienia;Nr przesyłki;Status\n10231;{R1};Wysłano\n10232;;Częściowo niedostępne\n"), want: "10231 shipment {R1}\n10232 out_of_stock+"},
		{name: "utf-16 tab", file: "x.txt", doc: in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "Bestellnummer\tSendungsnummer\r\n10231\t{D1}\r\n"), want: "10231 shipment {D1}"},
		{name: "euc-jp", file: "x.csv", doc: in(japanese.EUCJP, "注文番号,送り状番号,状況\n10231,412345678905,出荷済\n10232,,入荷待ち\n"), want: "10231 shipment 412345678905\n10232 backorder"},
		// headings
		{name: "sloppy headings", file: "x.csv", doc: []byte("Cust PO#,Ord Dt,Shp Dt,Shp Via,Trk#,Qty Shpd,Item#\n10231,05/10/25,05/12/25,UPS GRND,{U1},2,AB-1\n10232,05/10/25,05/12/25,UPS GRND,{U2},1,CD-2\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "two heading lines, groups", file: "x.csv", doc: []byte("Order,,Product,,Delivery,\nNumber,Date,Code,Qty,Carrier,Number\n10231,2025-05-10,AB-1,2,UPS,{U1}\n10232,2025-05-10,CD-2,1,UPS,{U2}\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]", places: map[string]string{"10231": "!3:1", "{U1}": "!3:6"}},
		{name: "heading over two lines", file: "x.csv", doc: []byte("Customer,Item,Qty,Qty,Tracking\nPO,Code,Ordered,Shipped,Number\n10231,AB-1,3,2,{U1}\n10232,CD-2,1,1,{U2}\n"), want: "10231 shipment+ {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "italian ldv", file: "x.csv", doc: []byte("Rif. Vs. ordine;Data;Vettore;N. LDV;Colli;Peso\n10231;12/05/2025;GLS;{G1};1;2,3\n10232;12/05/2025;GLS;{G2};2;4,1\n"), want: "10231 shipment {G1}\n10232 shipment {G2}"},
		{name: "spanish guia", file: "x.csv", doc: []byte("Nº Pedido Cliente;Ref. Artículo;Uds.;Agencia;Nº Guía;Fecha Envío\n10231;AB-1;2;SEUR;01234567890133;12/05/2025\n"), want: "10231 shipment 01234567890133 [AB-1*2]"},
		{name: "portuguese rastreio", file: "x.csv", doc: []byte("Pedido;Produto;Qtd;Transportadora;Cód. Rastreio;Situação\n10231;AB-1;2;Correios;LB473124805BR;Postado\n10232;CD-2;1;;;Sem estoque\n"), want: "10231 shipment? LB473124805BR [AB-1*2]\n10232 out_of_stock [CD-2*1]"},
		{name: "dutch", file: "x.csv", doc: []byte("Uw ordernr.;Artikelnr.;Aantal;Zending;Vervoerder;Status\n10231;AB-1;2;3SABCD123456789;PostNL;Verzonden\n10232;CD-2;1;;;Niet leverbaar\n"), want: "10231 shipment 3SABCD123456789 [AB-1*2]\n10232 out_of_stock [CD-2*1]"},
		{name: "polish", file: "x.csv", doc: []byte("Nr zam. klienta;Indeks;Ilość;Nr listu przewoz.;Kurier;Uwagi\n10231;AB-1;2;1000123456789U;DPD;\n10232;CD-2;1;;;brak na magazynie, dostawa 20.06\n"), want: "10231 shipment 1000123456789U [AB-1*2]\n10232 backorder [CD-2*1] until 20.06"},
		{name: "french abbreviations", file: "x.csv", doc: []byte("N° cde client;Réf. art.;Qté cdée;Qté exp.;Reliquat;N° colis\n10231;AB-1;3;2;1;6A12345678901\n10232;CD-2;1;0;1;\n"), want: "10231 shipment+ 6A12345678901 [AB-1*1/backorder AB-1*2]\n10232 backorder [CD-2*1]"},
		{name: "german abbreviations", file: "x.csv", doc: []byte("Ihre Best.-Nr.;Art.-Nr.;Best.-Menge;Liefermenge;Sdg.-Nr.;Versanddienst\n10231;AB-1;3;2;{D1};DHL\n10232;CD-2;1;1;{D2};DHL\n"), want: "10231 shipment+ {D1} [AB-1*2]\n10232 shipment {D2} [CD-2*1]"},
		{name: "japanese", file: "x.csv", doc: []byte("ご注文番号,商品コード,数量,運送会社,送り状番号,備考\n10231,AB-1,2,佐川急便,123456789013,\n10232,CD-2,1,,,6月上旬入荷予定\n"), want: "10231 shipment 123456789013 [AB-1*2]\n10232 backorder [CD-2*1] until 6月上旬"},
		{name: "chinese", file: "x.csv", doc: []byte("客户订单号,SKU,数量,快递公司,物流单号,备注\n10231,AB-1,2,中通快递,75312345678901,\n10232,CD-2,1,,,暂时缺货，预计6月5日到货\n"), want: "10231 shipment 75312345678901 [AB-1*2]\n10232 backorder [CD-2*1] until 6月5日"},
		// which number is which
		{name: "four numbers", file: "x.csv", doc: []byte("Invoice,Our Order,Your PO,Customer,Delivery,Tracking\n90017,SO-3311,10231,C-2201,80055123,{U1}\n90018,SO-3312,10232,C-2201,80055124,{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "two order columns", file: "x.csv", doc: []byte("Order Number,PO Number,Tracking\n884412,10231,{U1}\n884413,10232,{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "ean and tracking", file: "x.csv", doc: []byte("Order,EAN,Qty,Carrier,Consignment\n10231,4006381333931,1,DPD,{L1}\n10232,4006381333948,1,DPD,{L2}\n"), want: "10231 shipment {L1}\n10232 shipment {L2}"},
		{name: "return label", file: "x.csv", doc: []byte("Order,Tracking,Return tracking\n10231,{U1},{U5}\n10232,{U2},{U6}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "outbound and inbound", file: "x.csv", doc: []byte("Order,Outbound label,Inbound label\n10231,{U1},{U5}\n10232,{U2},{U6}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "phone column", file: "x.csv", doc: []byte("Order,Name,Phone,Tracking\n10231,Ada Loom,512555010012,{F1}\n10232,Ben Sand,512555010023,{F2}\n"), want: "10231 shipment {F1}\n10232 shipment {F2}"},
		{name: "no header, carrier and date", file: "x.csv", doc: []byte("10231;AB-1;2;12.05.2025;DHL;{D1}\n10232;CD-2;1;12.05.2025;DHL;{D2}\n10233;AB-1;1;12.05.2025;DHL;{D3}\n"), want: "10231 shipment {D1} [AB-1*2]\n10232 shipment {D2} [CD-2*1]\n10233 shipment {D3} [AB-1*1]"},
		{name: "no header, names", file: "x.csv", doc: []byte("Ada Loom,12 Main St,78701,Austin,10231,{U1}\nBen Sand,5 Oak Ave,75201,Dallas,10232,{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "no header, one row", file: "x.csv", doc: []byte("10231,{U1}\n"), want: "10231 shipment {U1}"},
		{name: "no header, status", file: "x.csv", doc: []byte("10231|shipped|UPS|{U1}\n10232|backordered||\n10233|cancelled||\n"), want: "10231 shipment {U1}\n10232 backorder\n10233 cancellation"},
		// cells
		{name: "numbers by slash", file: "x.csv", doc: []byte("PO,Tracking\n10231,{U1} / {U2}\n10232,{U3}\n"), want: "10231 shipment {U1} {U2}\n10232 shipment {U3}"},
		{name: "parcel counts", file: "x.csv", doc: []byte("PO,Tracking\n10231,1/2 {U1} 2/2 {U2}\n10232,{U3} (1 of 1)\n"), want: "10231 shipment {U1} {U2}\n10232 shipment {U3}"},
		{name: "numbers by line in quotes", file: "x.csv", doc: []byte("PO;Sendungen;Gewicht\n10231;\"{D1}\n{D2}\n{D3}\";12\n10232;{D4};2\n"), want: "10231 shipment {D1} {D2} {D3}\n10232 shipment {D4}", places: map[string]string{"{D3}": "!2:2", "{D4}": "!3:2"}},
		{name: "several orders in a cell", file: "x.csv", doc: []byte("Orders,Tracking\n10231 / 10232,{U1}\n10233 & 10234,{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U1}\n10233 shipment {U2}\n10234 shipment {U2}"},
		{name: "continuation of lines", file: "x.csv", doc: []byte("PO,Name,SKU,Qty,Tracking\n10231,Ada Loom,AB-1,2,{U1}\n,,CD-2,1,\n,,EF-3,4,\n10232,Ben Sand,AB-1,1,{U2}\n"), want: "10231 shipment {U1} [AB-1*2 CD-2*1 EF-3*4]\n10232 shipment {U2} [AB-1*1]"},
		{name: "lines of one order, tracking once", file: "x.csv", doc: []byte("PO,SKU,Qty shipped,Tracking\n10231,AB-1,2,{U1}\n10231,CD-2,1,\n10232,AB-1,1,{U2}\n"), want: "10231 shipment {U1} [AB-1*2 CD-2*1]\n10232 shipment {U2} [AB-1*1]"},
		{name: "status and eta", file: "x.csv", doc: []byte("Your Ref,Item,Qty,Line Status,ETA,Tracking No\n10231,AB-1,2,Shipped,,{U1}\n10231,CD-2,1,Back Order,2025-06-20,\n10232,AB-1,1,OOS,,\n10233,AB-1,1,Allocated,,\n10234,EF-3,1,Discontinued,,\n"), want: "10231 shipment {U1} [AB-1*2]\n10231 backorder [CD-2*1] until 2025-06-20\n10232 out_of_stock [AB-1*1]\n10233 acknowledgement [AB-1*1]\n10234 out_of_stock [EF-3*1]"},
		{name: "ordered and shipped", file: "x.csv", doc: []byte("PO,SKU,Ordered,Shipped,Open,Tracking\n10231,AB-1,3,3,0,{U1}\n10232,AB-1,5,2,3,{U2}\n10233,CD-2,1,0,1,\n"), want: "10231 shipment {U1} [AB-1*3]\n10232 shipment+ {U2} [AB-1*2]"},
		{name: "excel damage", file: "x.csv", doc: []byte("Order,Carrier,Tracking\n10231,USPS,\"9,40581E+21\"\n10232,USPS,{P2}\n10233,FedEx,7.74891E+11\n"), want: "10231 shipment? 9,40581E+21\n10232 shipment {P2}\n10233 shipment? 7.74891E+11", problems: "excel_damage"},
		{name: "excel dates", file: "x.csv", doc: []byte("PO;Artikel;Menge;Sendung\n10231;12. Mrz;1;{D1}\n10232;AB-1;2;{D2}\n"), want: "10231 shipment? {D1} [12. Mrz*1]\n10232 shipment {D2} [AB-1*2]", problems: "excel_damage"},
		{name: "excel spread order", file: "x.csv", doc: []byte("PO,Tracking\n1.02E+04,{U1}\n10232,{U2}\n"), want: "1.02E+04 shipment? {U1}\n10232 shipment {U2}", problems: "excel_damage"},
		{name: "fedex without its zero", file: "x.csv", doc: []byte("PO,Carrier,Tracking\n10231,DPD,1598801234586\n10232,DPD,{L2}\n"), want: "10231 shipment? 1598801234586\n10232 shipment {L2}", problems: "excel_damage"},
		// consignee
		{name: "glued address", file: "x.csv", doc: []byte("Deliver to,Tracking\n\"Ada Loom, 12 Main St, Austin TX 78701\",{U1}\n\"Ben Sand, 5 Oak Ave, Dallas TX 75201\",{U2}\n"), want: "- shipment {U1} {U2}"},
		// other shapes
		{name: "vertical", file: "x.csv", doc: []byte("Your order,10231\nShipped on,12 May 2025\nCarrier,UPS\nTracking number,{U1}\nItem,AB-1\nQuantity,2\n"), want: "10231 shipment {U1} [AB-1*2]", places: map[string]string{"10231": "!1:2", "{U1}": "!4:2"}},
		{name: "vertical, several records", file: "x.csv", doc: []byte("Order;10231\nTracking;{U1}\nCarrier;UPS\n;\nOrder;10232\nTracking;{U2}\nCarrier;UPS\n"), want: "10231 shipment {U1}\n10232 shipment {U2}", places: map[string]string{"{U2}": "!6:2"}},
		{name: "vertical by colon", file: "x.txt", doc: []byte("Order No: 10231\nCarrier: UPS\nTracking No: {U1}\n\nOrder No: 10232\nCarrier: UPS\nTracking No: {U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "pivot", file: "x.csv", doc: []byte("Field,Parcel 1,Parcel 2\nOrder,10231,10232\nCarrier,UPS,UPS\nTracking,{U1},{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}", places: map[string]string{"{U2}": "!4:3"}},
		{name: "fixed width without header", file: "x.txt", doc: []byte("10231     UPS   {U1}  AB-1    2\n10232     UPS   {U2}  CD-2    1\n10233     UPS   {U3}  AB-1    1\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]\n10233 shipment {U3} [AB-1*1]"},
		{name: "fixed width, ruled", file: "x.txt", doc: []byte("DAILY SHIPPING REPORT\n\nOrder      Item     Qty  Tracking\n---------- -------- ---- ------------------\n10231      AB-1        2 {U1}\n10232      CD-2        1 {U2}\n---------- -------- ---- ------------------\nTotal                  3\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "markdown", file: "x.txt", doc: []byte("Hello,\n\nshipped today:\n\n| Order | SKU  | Qty | Tracking |\n|-------|------|----:|----------|\n| 10231 | AB-1 | 2 | {U1} |\n| 10232 | CD-2 | 1 | {U2} |\n\nRegards\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "ascii box", file: "x.txt", doc: []byte("+-------+------+-----+--------------------+\n| PO    | SKU  | Qty | Tracking           |\n+-------+------+-----+--------------------+\n| 10231 | AB-1 |   2 | {U1} |\n| 10232 | CD-2 |   1 | {U2} |\n+-------+------+-----+--------------------+\n"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "csv called xls", file: "report.xls", doc: []byte("Order\tTracking\n10231\t{U1}\n10232\t{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "csv called xlsx", file: "report.xlsx", doc: []byte("Order;Tracking\n10231;{U1}\n10232;{U2}\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "html called xls", file: "report.xls", doc: []byte("<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=utf-8></head><body><table border=1><tr><th>Order</th><th>SKU</th><th>Qty</th><th>Tracking</th></tr><tr><td>10231</td><td>AB-1</td><td>2</td><td style='mso-number-format:\"\\@\"'>{U1}</td></tr><tr><td>10232</td><td>CD-2</td><td>1</td><td>{U2}</td></tr></table></body></html>"), want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "json lines", file: "x.csv", doc: []byte("order_id,shipment\n10231,\"{\"\"tracking\"\":\"\"{U1}\"\"}\"\n10232,\"{\"\"tracking\"\":\"\"{U2}\"\"}\"\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
	})
}
