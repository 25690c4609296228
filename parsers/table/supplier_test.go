package table

import (
	"testing"

	"waybill/parsers"
)

// Files in the forms that shops' tools and suppliers of several countries use.
func TestSupplierFiles(t *testing.T) {
	for name, c := range map[string]struct{ doc, want string }{
		"duoplane":         {"purchase_order,carrier,tracking_numbers\n1001,UPSN,\"" + ups1 + " " + ups2 + "\"\n", "2 shipment 1001 | ups:" + ups1 + " ups:" + ups2},
		"amazon flat file": {"order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\n112-1234567-1234567\t12345678901234\t1\t2025-05-12\tUPS\t\t" + ups1 + "\tGround\n", "2 shipment 112-1234567-1234567 | ups:" + ups1 + " | *1"},
		"35up": {"shipment_id,order_id,item_id,item_sku,shipped_qty,shipped_at,shipping_provider,shipping_method,tracking_code,tracking_url\n88123,1001,5,AB-1,2,2025-05-12,DHL,Paket,00340434161094042557,https://www.dhl.de/x?piececode=00340434161094042557\n",
			"2 shipment 1001 theirs=88123 | dhl-germany:00340434161094042557 | AB-1*2"},
		"shipstation":         {"OrderNumber,OrderId,CarrierCode,ShipDate,TrackingNumber,NotifyCustomer\n1001,,fedex,05/12/2025,774891234560,true\n", "2 shipment 1001 | fedex:774891234560"},
		"aspdotnet":           {"1001-1,774891234560\n1002-1,270123456786\n1003-1," + ups1 + "\n", "1 shipment 1001-1 | fedex:774891234560\n2 shipment 1002-1 | fedex:270123456786\n3 shipment 1003-1 | ups:" + ups1},
		"polish":              {"Nr zamówienia;Nr listu przewozowego;Przewoźnik;Status\n1001;1000123456789U;DPD;Wysłano\n1002;;;Brak w magazynie\n1003;;;Anulowano\n", "2 shipment 1001 | dpd:1000123456789U\n3 out_of_stock 1002\n4 cancellation 1003"},
		"italian":             {"Rif. ordine;Corriere;Lettera di vettura;Stato\n1001;BRT;0123456789012345678;Spedito\n1002;;;Esaurito\n1003;;;In lavorazione\n", "2 shipment 1001 | brt-it:0123456789012345678\n3 out_of_stock 1002\n4 acknowledgement 1003"},
		"spanish":             {"Nº pedido;Transportista;Nº de seguimiento;Estado\n1001;SEUR;01234567890123;Enviado\n1002;;;Agotado\n1003;;;Pendiente de envío\n", "2 shipment 1001 | spanish-seur:01234567890123\n3 out_of_stock 1002\n4 acknowledgement 1003"},
		"dutch":               {"Ordernummer;Vervoerder;Track & Trace;Status\n1001;PostNL;3SABCD123456789;Verzonden\n1002;;;Niet op voorraad\n", "2 shipment 1001 | postnl:3SABCD123456789\n3 out_of_stock 1002"},
		"portuguese":          {"Nº da encomenda;Transportadora;Código de rastreio;Estado\n1001;CTT;DA123456785PT;Expedida\n1002;;;Esgotado\n", "2 shipment 1001 | portugal-ctt:DA123456785PT\n3 out_of_stock 1002"},
		"german dates":        {"Ihre Bestellnr.;Artikelnr.;Menge;Lieferstatus;Voraussichtlich\n1001;AB-1;2;Im Rückstand;KW 23\n1002;AB-2;1;Nicht mehr lieferbar;\n", "2 backorder 1001 | AB-1*2 | KW 23\n3 out_of_stock 1002 | AB-2*1"},
		"french":              {"Réf. commande;Statut;N° de suivi;Date prévue\n1001;Expédié;6A12345678901;\n1002;En rupture de stock;;\n1003;En réapprovisionnement;;15/06/2025\n1004;Annulée;;\n", "2 shipment 1001 | colissimo:6A12345678901\n3 out_of_stock 1002\n4 backorder 1003 | 15/06/2025\n5 cancellation 1004"},
		"until in status":     {"PO,Status\n1001,Backordered until June 12\n1002,shipped today\n1003,Will not ship - cancelled\n1004,has not shipped yet\n", "2 backorder 1001 | June 12\n3 shipment 1002\n4 cancellation 1003\n5 acknowledgement 1004"},
		"carrier in cell":     {"PO,Tracking\n1001,UPS " + ups1 + "\n1002,FedEx: 774891234560\n1003,https://www.fedex.com/fedextrack/?trknbr=270123456786\n", "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | fedex:774891234560\n4 shipment 1003 | fedex:270123456786"},
		"several columns":     {"PO,Tracking 1,Tracking 2\n1001," + ups1 + "," + ups2 + "\n1002," + usps + ",\n", "2 shipment 1001 | ups:" + ups1 + " ups:" + ups2 + "\n3 shipment 1002 | usps:" + usps},
		"ean beside":          {"Order,Barcode,Tracking\n1001,4006381333931," + ups1 + "\n1002,4006381333931," + ups2 + "\n", "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"internal shipment":   {"Order,Shipment number,Tracking number\n1001,880012345," + ups1 + "\n1002,880012346," + ups2 + "\n", "2 shipment 1001 theirs=880012345 | ups:" + ups1 + "\n3 shipment 1002 theirs=880012346 | ups:" + ups2},
		"reference is parcel": {"PO,Reference\n1001," + ups1 + "\n1002," + ups2 + "\n", "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"total at the end":    {"Order;Pakete;Sendungsnummer\n1001;1;00340434161094042557\nGesamt;1;\n", "2 shipment 1001 | dhl-germany:00340434161094042557"},
		"quoted everything":   {"\"PO Number\",\"Ship Date\",\"Tracking #\",\"Carrier\"\r\n\"1001\",\"05/12/25\",\"" + ups1 + "\",\"UPS\"\r\n", "2 shipment 1001 | ups:" + ups1},
		"only numbers":        {"Tracking\n" + ups1 + "\n" + ups2 + "\n", "2 shipment  | ups:" + ups1 + "\n3 shipment  | ups:" + ups2},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "x.csv", "1", parsers.Profile{})
			if brief(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s\ncolumns %+v", brief(got.Statements), c.want, got.Columns)
			}
		})
	}
}

// A table in an HTML mail: places are bytes of the text that the cells stand in.
func TestRows(t *testing.T) {
	text := "Order\tTracking\n 1001 \t1Z 999 AA1 01 2345 6784\n1002\tout of stock\n"
	grid := func(rows ...[]int) parsers.Grid {
		g := parsers.Grid{End: len(text)}
		for _, r := range rows {
			var cells []parsers.Cell
			for i := 0; i+1 < len(r); i += 2 {
				cells = append(cells, parsers.Cell{Start: r[i], End: r[i+1], Text: text[r[i]:r[i+1]]})
			}
			g.Rows = append(g.Rows, cells)
		}
		return g
	}
	got := New(parsers.Profile{}).Rows(&parsers.Text{Part: "1.2", Text: text}, grid([]int{0, 5, 6, 14}, []int{15, 21, 22, 45}, []int{46, 50, 51, 63}), Legend{})
	if want := "0 shipment 1001 | ups:" + ups1 + "\n0 out_of_stock 1002"; brief(got.Statements) != want {
		t.Fatalf("got\n%s\nwant\n%s", brief(got.Statements), want)
	}
	for _, s := range got.Statements {
		values := []parsers.Value{s.Refs[0].Value, s.KindAt}
		for _, tr := range s.Tracking {
			values = append(values, tr.Value)
		}
		for _, v := range values {
			if v.At.Part != "1.2" || text[v.At.Start:v.At.End] != v.Text {
				t.Errorf("%q stands at %+v, which holds %q", v.Text, v.At, text[v.At.Start:v.At.End])
			}
		}
	}
	pairs := New(parsers.Profile{}).Rows(&parsers.Text{Text: text}, parsers.Grid{Rows: [][]parsers.Cell{
		{{Text: "Order number:"}, {Text: "1001"}}, {{Text: "Tracking number:"}, {Text: ups1}}, {{Text: "Carrier:"}, {Text: "UPS"}},
	}}, Legend{})
	if want := "0 shipment 1001 | ups:" + ups1; brief(pairs.Statements) != want {
		t.Errorf("got\n%s\nwant\n%s", brief(pairs.Statements), want)
	}
}

func TestDateIn(t *testing.T) {
	for cell, want := range map[string]string{
		"Backordered until June 12": "June 12", "Rückstand KW 22": "KW 22", "backorder, expected 12 May 2025": "12 May 2025", "Back order (ETA 2025-06-01)": "2025-06-01",
		"back in stock in June": "June", "voraussichtlich ab 12.06.": "12.06", "en réappro jusqu'au 15/06/2025": "15/06/2025", "delayed": "", "2 pieces delayed": "", "14 qt bucket sold out": "", "marked out of stock": "", "delayed to 12 May": "12 May",
	} {
		if got := dateIn(cell); got != want {
			t.Errorf("dateIn(%q) = %q, want %q", cell, got, want)
		}
	}
}
