package table

import (
	"testing"

	"waybill/parsers"
)

// TestPromised: days of rows without a parcel, whatever their column is called.
func TestPromised(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"nobody knows the heading":  {"PO;Parcel;Wieder da\n1001;" + ups1 + ";\n1002;;04.12.2026\n", "2 shipment 1001 | ups:" + ups1 + "\n3 backorder 1002 | 04.12.2026"},
		"goods that come in":        {"PO;Tracking;Restock date\n1001;" + ups1 + ";12/01/2026\n1002;;12/04/2026\n", "2 shipment 1001 | ups:" + ups1 + "\n3 backorder 1002 | 12/04/2026"},
		"a day of every row":        {"PO;Tracking;Delivery date\n1001;" + ups1 + ";12/01/2026\n1002;;12/04/2026\n", "2 shipment 1001 | ups:" + ups1 + "\n?3 acknowledgement 1002 | 12/04/2026"},
		"all is open, and a day":    {"PO;SKU;Ordered;Shipped;Open;Cons. prevista\n1001;A;2;0;2;10/12/2026\n", "2 backorder 1001 | A*2 | 10/12/2026"},
		"none of so many, and when": {"PO;SKU;Shipped;Tracking;ETA\n1001;A;2/2;" + ups1 + ";\n1002;B;0/2;;Dec 9\n", "2 shipment 1001 | ups:" + ups1 + " | A*2\n3 backorder 1002 | B*2 | Dec 9"},
	})
}

// TestStackedTables: each table is understood by its own cells, whichever of them has the better heading.
func TestStackedTables(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"a carrier's name over numbers": {"Verschickt:\nBestellung;Kunde;GLS\n1001;Hartung;50675691930\n\nNoch offen:\nBestellung;Kunde;Bemerkung\n1002;Nagel;nicht mehr lieferbar\n",
			"3 shipment 1001 | gls:50675691930\n7 out_of_stock 1002"},
		"titles in the plural": {"SPEDITI;;\nOrdine;Cliente;Tracking\n1001;Salvi;" + ups1 + "\nANNULLATI;;\nOrdine;Cliente;Motivo\n1002;Moro;\n", "3 shipment 1001 | ups:" + ups1 + "\n6 cancellation 1002"},
		"a parcel or what became of it": {"Ordine;Tracking o data\n1001;" + ups1 + "\n1002;esaurito\n1003;arriva 9/12\n",
			"2 shipment 1001 | ups:" + ups1 + "\n3 out_of_stock 1002\n4 backorder 1003 | 9/12"},
	})
}

// TestOrderInTitle: the order that stands above the goods, in one cell with other words.
func TestOrderInTitle(t *testing.T) {
	r := &reader{patterns: New(parsers.Profile{OrderPatterns: []string{`FA-?[0-9]{3}`}}).patterns}
	for title, want := range map[string]string{
		"Commande FA310 - Garnier, Rennes": "FA310", "Auftrag Nr. 40171 · Hartung": "40171", "Order #1001": "1001", "FA310": "FA310",
		"Bestellungen vom 12.11.2026": "", "Orders FA310 to FA315": "", "Order report": "", "Garnier, 35000 Rennes": "",
	} {
		if got := r.orderIn(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

// TestNotesOfOpenRows: what stands beside an order without a parcel is in work, asks, or is a wish.
func TestNotesOfOpenRows(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"in work":     {"PO;Note\n1001;wird gerade genäht\n1002;正在打包，明天发\n", "2 - 1001\n3 acknowledgement 1002"},
		"the address": {"PO;Note\n1001;Hausnummer fehlt\n1002;manca il numero civico\n1003;sin número de calle\n", "2 question 1001\n3 question 1002\n4 question 1003"},
		"asks":        {"PO;Note\n1001;which colour?\n", "2 question 1001"},
		"a wish":      {"PO;Note\n1001;gift wrap\n1002;emballage cadeau\n", "2 - 1001\n3 - 1002"},
		"a parcel":    {"PO;Note;Tracking\n1001;which colour?;" + ups1 + "\n", "2 shipment 1001 | ups:" + ups1},
	})
}
