package table

import (
	"fmt"
	"testing"

	"waybill/parsers"
)

// told is what a CSV says, one line for each statement that says something.
func told(doc string) string {
	out := ""
	for _, s := range Parse([]byte(doc), "x.csv", "1", parsers.Profile{}).Statements {
		if s.Kind == "" {
			continue
		}
		sure := ""
		if s.Score <= unclear {
			sure = "?"
		}
		out += string(s.Kind) + sure
		for _, r := range s.Refs {
			if r.Label == parsers.LabelOrder {
				out += " " + r.Text
			}
		}
		for _, t := range s.Tracking {
			if !t.Withdrawn {
				out += " " + t.Number
			}
		}
		for _, l := range s.Lines {
			if l.Kind != "" {
				out += fmt.Sprintf(" %s*%d %s", l.SKU.Text, l.Quantity, l.Kind)
			}
		}
		out += "\n"
	}
	return out
}

// TestTold holds what rows say that is easily read as something else.
func TestTold(t *testing.T) {
	const one, two = "1ZKTGXLA1264591759", "1ZL33V7G0273706072"
	for name, c := range map[string]struct{ doc, want string }{
		"two orders in a cell":       {"Order,Tracking\n\"10482\n10483\",\"" + one + "\n" + two + "\"\n", "shipment 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"why it has not left":        {"Order,Status,Reason\n10482,Shipped,\n10483,Not shipped,Out of stock\n10484,Not shipped,Cancelled by customer\n", "shipment 10482\nout_of_stock 10483\ncancellation 10484\n"},
		"the label's own state":      {"Order,Tracking,Label status\n10482," + one + ",Cancelled\n10483," + two + ",Printed\n", "shipment 10483 " + two + "\n"},
		"the payment's own state":    {"Order,Payment status,Shipping status\n10482,Cancelled,Shipped\n10483,Paid,Cancelled\n", "shipment 10482\ncancellation 10483\n"},
		"two states that differ":     {"Order,Order status,Shipping status\n10482,Cancelled,Shipped\n", "shipment? 10482\n"},
		"numbers of returns":         {"RMA,Order,Tracking\nR1,10482," + one + "\n,10483," + two + "\n", "shipment? 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"a title over returns":       {"Returns received this week\nOrder,Tracking\n10482," + one + "\n", "shipment? 10482 " + one + "\n"},
		"what returns cost":          {"Returns accepted within 30 days\nOrder,Tracking\n10482," + one + "\n", "shipment 10482 " + one + "\n"},
		"days under shipped":         {"Order,Shipped,Cancelled\n10482,2025-11-12,\n10483,,2025-11-13\n", "shipment 10482\ncancellation 10483\n"},
		"pieces out of stock":        {"Order,SKU,Shipped,Out of stock\n10482,PS-1,0,5\n10483,PS-2,2,1\n", "out_of_stock 10482\nshipment 10483 PS-2*1 out_of_stock\n"},
		"a state in unknown words":   {"Order,Tracking,Status\n10482," + one + ",Blorbed\n10483," + two + ",Paid\n", "shipment? 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"yes and no":                 {"Order,Shipped,Cancelled\n10482,Yes,No\n10483,No,Yes\n", "shipment 10482\ncancellation 10483\n"},
		"a cancellation is asked":    {"Order,Status\n10482,Cancellation requested\n10483,Pending cancel\n10484,Cancelled as requested\n", "cancellation? 10482\ncancellation? 10483\ncancellation 10484\n"},
		"the old number":             {"Order,Old tracking,New tracking\n10482," + one + "," + two + "\n", "shipment 10482 " + two + "\n"},
		"out of step":                {"Order,Tracking\n10482,\n10483," + one + "\n," + two + "\n", "shipment 10483 " + one + "\nshipment? " + two + "\n"},
		"another parcel":             {"Order,Tracking\n10483," + one + "\n," + two + "\n", "shipment 10483 " + one + "\nshipment 10483 " + two + "\n"},
		"pieces taken back":          {"Order,SKU,Shipped,Tracking\n10482,PS-1,-2," + one + "\n", "shipment? 10482 " + one + "\n"},
		"an example":                 {"Order,Tracking\nExample: 10483," + one + "\n10484," + two + "\n", "shipment? Example: 10483 " + one + "\nshipment 10484 " + two + "\n"},
		"a title and its reasons":    {"Cancelled orders\nOrder,Reason\n10492,discontinued\n", "cancellation 10492\n"},
		"thousands":                  {"Order,Tracking\n\"91,402\"," + one + "\n", "shipment 91402 " + one + "\n"},
		"pieces in a note":           {"Order,Item,Qty Ship,Tracking,Note\n61301,MC-40,2," + one + ",\"3 backordered, due 12/9\"\n", "shipment 61301 " + one + " MC-40*3 backorder\n"},
		"codes under a short name":   {"PO,ITEM,ST,TRACKING\n11020,PM-0,SHP," + one + "\n11026,PM-1,B/O,\n11031,PM-2,CXL,\n", "shipment 11020 " + one + "\nbackorder 11026\ncancellation 11031\n"},
		"postcodes under Kod":        {"Odbiorca,Ulica,Kod,Miasto,Nr listu\nA B,Al. 7,32-088,Brzoza," + one + "\n", "shipment " + one + "\n"},
		"waiting for goods":          {"Commande;Statut\n8513;En attente de réassort\n8514;Aguardando reposição\n", "backorder 8513\nbackorder 8514\n"},
		"traditional characters":     {"訂單號,狀態\nJH8912,補貨中\n", "backorder JH8912\n"},
		"delivered to whom":          {"Order,Status,Tracking\n10482,Delivered to sender," + one + "\n10483,Delivered to neighbour," + two + "\n", "question 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"packed and not sent":        {"Date;Order;Packed;Sent;Tracking\n12.11.;10482;x;;" + one + "\n12.11.;10483;x;x;" + two + "\n", "shipment? 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"late until":                 {"Order,Backorder until,Tracking\n10482,2025-12-01," + one + "\n10483,," + two + "\n", "shipment? 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"a typed line of a return":   {"ORD|10482|Ada\nPAR|" + one + "\nORD|10483|Ben\nRET|" + two + "\n", "shipment 10482 " + one + "\n"},
		"a typed line that voids":    {"SHP;10482;" + one + ";0\nSHP;10483;" + two + ";1\nVOI;10482\nEND;2;1\n", "shipment? 10482 " + one + "\nshipment 10483 " + two + "\n"},
		"a subtotal names the order": {"Item,Qty,Carrier,Tracking,Reference\nDF-1,2,UPS," + one + ",\n,2,,,Total for PO D71110\nDF-3,4,UPS," + two + ",\n,4,,,Total for PO D71148\n", "shipment D71110 " + one + "\nshipment D71148 " + two + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(c.doc); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestFileOfReturns holds what the name of a file says about its rows.
func TestFileOfReturns(t *testing.T) {
	for name, sure := range map[string]bool{"returns_2025-11.csv": false, "Retouren KW 46.csv": false, "order return.csv": true, "return policy.csv": true, "report.csv": true} {
		s := Parse([]byte("Order,Tracking\n10482,1ZKTGXLA1264591759\n"), name, "1", parsers.Profile{}).Statements[0]
		if s.Kind != parsers.Shipment || (s.Score > unclear) != sure {
			t.Errorf("%s: %s with %v", name, s.Kind, s.Score)
		}
	}
}
