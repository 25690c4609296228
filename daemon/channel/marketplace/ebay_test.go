package marketplace_test

import (
	"strings"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/marketplace"
	"waybill/daemon/order"
)

const ebayReport = ",,,\n\n" +
	`"Sales Record Number","Order Number","Buyer Username","Buyer Name","Buyer Email","Buyer Note","Ship To Name","Ship To Phone","Ship To Address 1","Ship To Address 2","Ship To City","Ship To State","Ship To Zip","Ship To Country","Item Number","Item Title","Custom Label","Quantity","Sold For","Sale Date","Paid On Date","Shipped On Date","Shipping Service","Transaction ID","Variation Details"` + "\n" +
	",,,,,,,,,,,,,,,,,,,,,,,,\n" +
	`"101","04-15250-08826","ada_1","Ada Example","ada@buyer.example","Ring, twice","Ada ""Ace"" Example","555","1 Mill Lane","","Springfield","IL","62701","United States","","","","3","$15.00","Aug-26-25","Aug-26-25","","USPS Ground","",""` + "\n" +
	`"101","04-15250-08826","","","","","","","","","","","","","2255","Bucket","PS-1","2","$10.00","Aug-26-25","Aug-26-25","","","9001","[Color:Blue]"` + "\n" +
	`"101","04-15250-08826","","","","","","","","","","","","","2256","=LID()","PS-2","1","$5.00","Aug-26-25","Aug-26-25","","","9002",""` + "\n" +
	`"102","04-15250-08827","bob","Bob Example","","","Bob Example","","2 Mill Lane","","Berlin","","10115","Germany","2257","Brush","PS-3","1","$4.00","Aug-26-25","Aug-26-25","Aug-27-25","DHL","9003",""` + "\n" +
	"\n\"2\",\"record(s) downloaded,\",\"from ,Aug-25-25,00:00:00, to ,Aug-27-25\"\n\"Seller ID : example-shop\"\n"

func TestEBayReport(t *testing.T) {
	all, err := marketplace.New(marketplace.Config{Kind: marketplace.EBay, Country: "US"}).Read("orders.csv", []byte(ebayReport))
	if err != nil || len(all) != 2 || all[0].Err != nil || all[1].Closed == "" || all[1].Order.ShipTo.Country != "DE" {
		t.Fatalf("%+v, %v", all, err)
	}
	o := all[0].Order
	price, _ := order.ParseAmount("5.00")
	if o.ShipTo.Name != `Ada "Ace" Example` || o.ShipTo.Country != "US" || o.Note != "Ring, twice" || o.PaidAt != time.Date(2025, 8, 26, 12, 0, 0, 0, time.UTC) || len(o.Lines) != 2 ||
		o.Lines[0] != (order.Line{ID: "2255-9001", SKU: "PS-1", Title: "Bucket (Color:Blue)", Quantity: 2, UnitPrice: price}) {
		t.Errorf("%+v", o)
	}
	british := "Order number,Buyer username,Post to name,Post to address 1,Post to city,Post to county,Post to postcode,Post to country,Item number,Custom label,Quantity,Sold for,Sale date,Paid on date,Transaction ID\n" +
		"04-15250-08826,x,Toby Example,12 Maple Street,York,North Yorkshire,YO1 7HH,United Kingdom,1,PS-1,1,\"£1,234.50\",26-Aug-25,26-Aug-25,2\n83 record(s) downloaded,,,,\n"
	all, err = marketplace.New(marketplace.Config{Kind: marketplace.EBay, Country: "GB"}).Read("orders.csv", []byte(british))
	if err != nil || len(all) != 1 || all[0].Order.ShipTo.Country != "GB" || all[0].Order.ShipTo.Region != "North Yorkshire" || all[0].Order.Lines[0].UnitPrice.String() != "1234.50" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestEBayWords(t *testing.T) {
	for name, c := range map[string]struct{ report, words string }{
		"another file":  {"a,b\n1,2\n", "this is no Orders report"},
		"no addresses":  {"Order Number,Item Number,Custom Label,Quantity\n04-15250-08826,1,PS-1,1\n", "the report has no addresses"},
		"hidden":        {strings.Replace(ebayReport, "1 Mill Lane", "", 1), "eBay hides addresses"},
		"spreadsheet":   {strings.ReplaceAll(ebayReport, "04-15250-08826", "45250.08826"), "changed by a spreadsheet"},
		"a new country": {strings.Replace(ebayReport, "United States", "Atlantis", 1), `the country is "Atlantis"`},
	} {
		found, err := marketplace.New(marketplace.Config{Kind: marketplace.EBay, Country: "US"}).Read("orders.csv", []byte(c.report))
		if err == nil && len(found) > 0 {
			err = found[0].Err
		}
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEBayTracking(t *testing.T) {
	c := marketplace.Confirmation{Kind: marketplace.EBay, Country: "US"}
	row := channel.TrackingRow{OrderNumber: "04-15250-08826", OrderID: "04-15250-08826", LineID: "2255-9001", SKU: "PS-1", Quantity: 2, Carrier: "ups", TrackingNumber: "1Z1",
		ShippedAt: time.Date(2025, 8, 27, 9, 0, 0, 0, time.UTC)}
	second := row
	second.Quantity, second.TrackingNumber, second.Carrier = 0, "1Z,2\"", ""
	file, left, err := c.Write([]channel.TrackingRow{row, second})
	want := "Order Number,Item Number,Transaction ID,Shipping Carrier,Tracking Number,Shipped On Date\r\n04-15250-08826,2255,9001,UPS,1Z1,2025-08-27\r\n04-15250-08826,2255,9001,Other,\"1Z,2\"\"\",2025-08-27\r\n"
	if err != nil || len(left) != 0 || string(file) != want {
		t.Errorf("%q, %q, %v", file, left, err)
	}
}
