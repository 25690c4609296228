package table

import (
	"fmt"
	"strings"
	"testing"
)

// Of several columns with numbers of pieces the one of what has left counts; a bare "shipped" is told from a date by its cells.
func TestPieces(t *testing.T) {
	cases := map[string]struct{ doc, want string }{
		"some left":             {"Order,SKU,Ordered,Shipped,Tracking\n1001,A,3,1," + ups1 + "\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1"},
		"none left":             {"Order,SKU,Ordered,Shipped,Tracking\n1001,A,5,5," + ups1 + "\n1001,B,2,0,\n", "2 shipment 1001 | ups:" + ups1 + " | A*5\n3 - 1001"},
		"none left, one row":    {"Order,SKU,Ordered,Shipped,Tracking\n1001,B,2,0,\n", "2 - 1001"},
		"none left, a number":   {"Order,SKU,Ordered,Shipped,Tracking\n1001,B,2,0," + ups1 + "\n", "?2 acknowledgement 1001 | ups:" + ups1 + " | B*2"},
		"none left, it says so": {"Order,SKU,Qty,Qty shipped,Status,Tracking\n1001,B,2,0,Shipped," + ups1 + "\n", "?2 acknowledgement 1001 | ups:" + ups1 + " | B*2"},
		"backordered":           {"PO,SKU,Ordered,Shipped,Backordered,Tracking\n1001,A,3,1,2," + ups1 + "\n1001,B,2,0,2,\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1 A*2/backorder\n3 backorder 1001 | B*2"},
		"open":                  {"PO,SKU,Ordered,Shipped,Open,Tracking\n1001,A,3,1,2," + ups1 + "\n1001,B,2,0,2,\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1\n3 - 1001"},
		"remaining":             {"PO,SKU,Ordered,Shipped,Remaining,Tracking\n1001,A,3,1,2," + ups1 + "\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1 A*2/backorder"},
		"another line is open":  {"PO,SKU,Ordered,Shipped,To follow,Tracking\n1001,A,3,3,0," + ups1 + "\n1001,B,2,0,2,\n1002,A,1,0,1,\n", "2 shipment 1001 | ups:" + ups1 + " | A*3\n3 backorder 1001 | B*2\n4 - 1002"},
		"open until a day":      {"PO,SKU,Ordered,Shipped,Open,New date,Tracking\n1002,A,1,0,1,04.05.2026,\n", "2 backorder 1002 | A*1 | 04.05.2026"},
		"cancelled":             {"PO,SKU,Ordered,Shipped,Cancelled,Tracking\n1001,A,3,1,2," + ups1 + "\n1001,B,2,0,2,\n", "2 shipment 1001 | ups:" + ups1 + " | A*1 A*2/cancellation\n3 cancellation 1001 | B*2"},
		"ordered alone":         {"PO,SKU,Ordered,Tracking\n1001,A,3," + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"backordered alone":     {"PO,SKU,Ordered,Backordered,Tracking\n1001,A,3,2," + ups1 + "\n1001,B,3,3,\n", "?2 shipment+ 1001 | ups:" + ups1 + " | A*1 A*2/backorder\n3 backorder 1001 | B*3"},
		"status of it":          {"PO,SKU,Ordered,Backordered,Status\n1001,A,5,2,Backordered\n", "2 backorder 1001 | A*2"},

		"a date":               {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,05/12/2025," + ups1 + "\n1002,A,1,05/13/2025," + ups2 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3\n3 shipment 1002 | ups:" + ups2 + " | A*1"},
		"a date in words":      {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,May 12," + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"a date by points":     {"PO;SKU;Menge;Versandt;Sendungsnummer\n1001;A;3;12.05.2025;" + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"a spreadsheet's date": {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,45789," + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"yes and no":           {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,Yes," + ups1 + "\n1002,B,1,No,\n", "2 shipment 1001 | ups:" + ups1 + " | A*3\n3 acknowledgement 1002 | B*1"},

		"no, and a number":     {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,No," + ups1 + "\n", "?2 acknowledgement 1001 | ups:" + ups1 + " | A*3"},
		"true and false":       {"PO,Shipped,Tracking\n1001,TRUE," + ups1 + "\n1002,FALSE,\n", "2 shipment 1001 | ups:" + ups1 + "\n3 acknowledgement 1002"},
		"ja und nein":          {"Bestellnummer;Versandt;Sendungsnummer\n1001;ja;" + ups1 + "\n1002;nein;\n", "2 shipment 1001 | ups:" + ups1 + "\n3 acknowledgement 1002"},
		"short":                {"PO,SKU,Ordered,Shipped,Status,Tracking\n1001,A,3,1,Short shipped," + ups1 + "\n1001,B,2,0,Out of stock,\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1 A*2/out_of_stock\n3 out_of_stock 1001 | B*2"},
		"cancelled, some left": {"PO,SKU,Ordered,Shipped,Status,Tracking\n1001,A,3,1,Cancelled," + ups1 + "\n", "?2 cancellation 1001 | ups:" + ups1 + " | A*3"},
		"of so many":           {"PO,SKU,Ordered,Shipped,Tracking\n1001,A,3,1/3," + ups1 + "\n1001,B,8,5/12," + ups1 + "\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1\n?3 shipment+ 1001 | ups:" + ups1 + " | B*5"},
		"to ship":              {"PO,SKU,Qty to ship,Tracking\n1001,A,3," + ups1 + "\n", "?2 shipment+ 1001 | ups:" + ups1 + " | A*0"},
		"not said":             {"PO,SKU,Ordered,Shipped,Tracking\n1001,A,3,," + ups1 + "\n", "?2 shipment 1001 | ups:" + ups1 + " | A*3"},

		"a flag or pieces":       {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,1," + ups1 + "\n1002,B,2,1," + ups2 + "\n", "?2 shipment+ 1001 | ups:" + ups1 + " | A*1\n?3 shipment+ 1002 | ups:" + ups2 + " | B*1"},
		"pieces, no flag":        {"PO,SKU,Qty,Shipped,Tracking\n1001,A,3,1," + ups1 + "\n1002,B,2,2," + ups2 + "\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1\n3 shipment 1002 | ups:" + ups2 + " | B*2"},
		"two that differ":        {"PO,SKU,Qty,Units,Tracking\n1001,A,3,1," + ups1 + "\n", "?2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"two that agree":         {"PO,SKU,Qty,Units,Tracking\n1001,A,3,3," + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"two of what left":       {"PO,SKU,Qty Ordered,Qty Shipped,Qty Delivered,Tracking\n1001,A,3,3,1," + ups1 + "\n", "?2 shipment 1001 | ups:" + ups1 + " | A*3"},
		"quantity beside order":  {"PO,SKU,Ordered,Qty,Tracking\n1001,A,3,1," + ups1 + "\n1002,A,3,3," + ups2 + "\n", "?2 shipment+ 1001 | ups:" + ups1 + " | A*1\n3 shipment 1002 | ups:" + ups2 + " | A*3"},
		"more than was ordered":  {"PO,SKU,Ordered,Shipped,Tracking\n1001,A,3,4," + ups1 + "\n", "?2 shipment 1001 | ups:" + ups1 + " | A*4"},
		"they do not add up":     {"PO,SKU,Ordered,Shipped,Backordered,Tracking\n1001,A,3,3,2," + ups1 + "\n", "?2 shipment+ 1001 | ups:" + ups1 + " | A*3 A*2/backorder"},
		"several parcels, whole": {"PO,SKU,Qty,Tracking\n1001,A,3," + ups1 + "\n1001,A,3," + ups2 + "\n", "2 shipment 1001 | ups:" + ups1 + " | A*3\n3 shipment 1001 | ups:" + ups2 + " | A*3"},
		"several parcels, each":  {"PO,SKU,Ordered,Shipped,Tracking\n1001,A,3,1," + ups1 + "\n1001,A,3,2," + ups2 + "\n", "2 shipment+ 1001 | ups:" + ups1 + " | A*1\n3 shipment+ 1001 | ups:" + ups2 + " | A*2"},
		"heading of cancelled":   {"PO,Status\n1001,Cancelled\n1002,Shipped\n", "2 cancellation 1001\n3 shipment 1002"},
		"record":                 {"Order;1001\nStatus;Cancelled\n", "1 cancellation 1001"},
	}
	for _, l := range []struct{ language, headings string }{
		{"german", "Bestellnummer;Artikelnummer;Bestellt;Versandt;Offen;Sendungsnummer"},
		{"german, pieces", "Bestellnummer;Artikelnummer;Menge bestellt;Menge geliefert;Restmenge;Sendungsnummer"},
		{"french", "N° de commande;Référence article;Commandé;Expédié;Reste à livrer;N° de suivi"},
		{"french, pieces", "N° de commande;Référence article;Qté commandée;Qté livrée;Restant;N° de suivi"},
		{"spanish", "Nº pedido;Código artículo;Pedidas;Enviado;Restante;Nº de seguimiento"},
		{"spanish, pieces", "Nº pedido;Código artículo;Cantidad pedida;Cantidad enviada;Cantidad restante;Nº de seguimiento"},
		{"italian", "Numero ordine;Codice articolo;Ordinato;Spedito;Rimanente;Numero tracking"},
		{"dutch", "Ordernummer;Artikelcode;Besteld;Verzonden;Openstaand;Track & Trace"},
		{"portuguese", "Nº da encomenda;Código do artigo;Encomendado;Enviado;Restante;Código de rastreio"},
		{"polish", "Nr zamówienia;Kod towaru;Zamówiono;Wysłano;Pozostało;Numer przesyłki"},
		{"chinese", "订单号;货号;订购数量;已发货;未发数量;运单号"},
		{"japanese", "注文番号;品番;注文数;出荷済;残数;送り状番号"},
	} {
		follows := " A-1*2/backorder"
		if strings.Contains(l.headings, "Offen") || strings.Contains(l.headings, "Openstaand") || strings.Contains(l.headings, "Reste à") {
			follows = "" // open, and no more is said
		}
		cases[l.language] = struct{ doc, want string }{
			fmt.Sprintf("%s\n1001;A-1;3;1;2;%s\n1002;A-1;2;0;2;\n", l.headings, ups1),
			"2 shipment+ 1001 | ups:" + ups1 + " | A-1*1" + follows + "\n3 - 1002",
		}
	}
	check(t, cases)
}
