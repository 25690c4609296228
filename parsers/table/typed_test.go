package table

import "testing"

// A line that begins with a tag belongs to the order above it; heads and trailers of files say nothing.
func TestTyped(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"order, cartons, items": {"HDR|ACME|SHIPCONF|20260414|000417\nORD|CL-1001|8813001|20260414|JANE DOE\nCTN|1|UPS|" + ups1 + "|3.20|x\nITM|AB-1|1\nORD|CL-1002|8813009|20260414|TOM ROE\nCTN|1|UPS|" + ups2 + "|2.05|x\nITM|AB-2|2\nTRL|2|3\n",
			"2 - CL-1001\n3 shipment CL-1001 | ups:" + ups1 + "\n2 shipment CL-1001 | AB-1*1\n5 - CL-1002\n6 shipment CL-1002 | ups:" + ups2 + "\n5 shipment CL-1002 | AB-2*2"},
		"each line names its order": {"01;1001;20260414;2\n02;1001;UPS;" + ups1 + ";x\n03;1001;AB-1;2;3;y\n01;1002;20260414;1\n02;1002;UPS;" + ups2 + ";x\n",
			"1 - 1001\n?2 shipment 1001 | ups:" + ups1 + "\n?1 shipment 1001 | AB-1*2\n4 - 1002\n5 shipment 1002 | ups:" + ups2},
		"a table with carriers at the left": {"UPS,1001," + ups1 + "\nUPS,1002," + ups2 + "\nUPS,1003," + ups1 + "\n",
			"1 shipment 1001 | ups:" + ups1 + "\n2 shipment 1002 | ups:" + ups2 + "\n3 shipment 1003 | ups:" + ups1},
	})
}

// What programs for labels and accounts write: a cancelled label is no cancelled order, a code that nobody reads is no news.
func TestPrograms(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"a cancelled label":     {"Order number;Carrier;Tracking number;Status\n1001;UPS;" + ups1 + ";Cancelled\n1002;UPS;" + ups2 + ";Delivered\n", "?2 cancellation 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"names run together":    {"\"CompanyOrName\",\"ShipmentInformation_ServiceType\",\"PackageReference1\",\"PackageTrackingNumber\",\"ShipmentInformation_VoidIndicator\"\nJANE DOE,GND,1001," + ups1 + ",N\nTOM ROE,GND,1002," + ups2 + ",Y\n", "2 shipment 1001 | ups:" + ups1 + "\n3 - 1002 | ups:" + ups2},
		"last events":           {"Barcode;Order ref;Last event\n" + ups1 + ";1001;Out for delivery\n" + ups2 + ";1002;Label created, parcel not yet received\n", "2 shipment 1001 | ups:" + ups1 + "\n3 acknowledgement 1002 | ups:" + ups2},
		"a column of sayings":   {"PO,Tracking,Zustellinfo X\n1001," + ups1 + ",Delivered - handed to resident\n1002," + ups2 + ",Returned to sender: address not found\n", "2 shipment 1001 | ups:" + ups1 + "\n3 question 1002 | ups:" + ups2},
		"a code, and no parcel": {"PO;SKU;Liefermenge;Status;Sendungsnummer\n1001;A;2;C;" + ups1 + "\n1002;B;1;A;\n", "2 shipment 1001 | ups:" + ups1 + " | A*2\n?3 shipment 1002 | B*1"},
		"approved, and counted": {"客户订单号,应发数量,实发数量,单据状态,运单号\n1001,2,2,已审核," + ups1 + "\n", "2 shipment 1001 | ups:" + ups1 + " | *2"},
		"a note with a day":     {"Order,Status,Notes\n1001,NOT SENT,kiln failure - will go w/c 27 April\n1002,Shipped,cancelled by customer\n", "2 backorder 1001 | 27 April\n?3 shipment 1002"},
	})
}
