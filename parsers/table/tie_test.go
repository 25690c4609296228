package table

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// What was sent stands on one sheet and the parcels on another: the number of the delivery note joins them. What can't be joined leaves what left without a
// number for a person.
func TestTie(t *testing.T) {
	note := func(number string) parsers.Ref {
		return parsers.Ref{Value: parsers.Value{Text: number}, Label: parsers.LabelInvoice}
	}
	sent := func(order, number string) parsers.Statement {
		at := parsers.Place{Sheet: "Sent", Row: 2}
		return parsers.Statement{Kind: parsers.Shipment, Score: 0.8, Refs: []parsers.Ref{{Value: parsers.Value{Text: order, At: at}, Label: parsers.LabelOrder}, note(number)}}
	}
	parcel := func(number string) parsers.Statement {
		return parsers.Statement{Kind: parsers.Shipment, Score: 0.95, Refs: []parsers.Ref{note(number)}, Tracking: []parsers.Tracking{{Number: ups1, Value: parsers.Value{At: parsers.Place{Sheet: "Parcels", Row: 2}}}}}
	}
	for name, c := range map[string]struct {
		all    []parsers.Statement
		order  string // of the parcel
		unsure bool   // what left without a number
	}{
		"joined":                  {[]parsers.Statement{sent("1001", "LS 7"), parcel("LS 7")}, "", true},
		"joined by a long number": {[]parsers.Statement{sent("1001", "LS 71"), parcel("ls71")}, "1001", false},
		"unknown note":            {[]parsers.Statement{sent("1001", "LS 71"), parcel("LS 72")}, "", true},
		"one note, two orders":    {[]parsers.Statement{sent("1001", "LS 71"), sent("1002", "LS 71"), parcel("LS 71")}, "", true},
	} {
		tie(c.all)
		own, _ := apart(c.all[len(c.all)-1].Refs)
		if got := len(own) == 1 && own[0].Text == c.order; got != (c.order != "") {
			t.Errorf("%s: the parcel's order is %v, want %q", name, own, c.order)
		}
		if unsure := c.all[0].Score <= unclear; unsure != c.unsure {
			t.Errorf("%s: what left is unsure: %v, want %v", name, unsure, c.unsure)
		}
	}
}

// Under a heading that counts parcels elsewhere stand their numbers here; and a number that nobody understands is not left out of what is told.
func TestParcelColumns(t *testing.T) {
	check(t, map[string]struct{ doc, want string }{
		"numbers under colli": {"Order;Artikel;Besteld;Geleverd;Vervoerder;Colli\n1001;A-1;2;2;GLS;50559944677; \n1002;A-2;2;2;GLS;58886083692;\n", "2 shipment 1001 | gls:50559944677 | A-1*2\n3 shipment 1002 | gls:58886083692 | A-2*2"},
		"pieces under colli":  {"Order;Artikel;Besteld;Geleverd;Colli\n1001;A-1;2;2;1\n1002;A-2;2;2;2\n", "2 shipment 1001 | A-1*2\n3 shipment 1002 | A-2*2"},
	})
}

// A workbook with a sheet of what was sent and one of parcels says with which parcels each order left.
func TestSheetsTied(t *testing.T) {
	sheet := func(name string, rows ...string) string {
		all := ""
		for _, r := range rows {
			all += "<Row><Cell><Data ss:Type=\"String\">" + strings.ReplaceAll(r, ";", "</Data></Cell><Cell><Data ss:Type=\"String\">") + "</Data></Cell></Row>"
		}
		return `<Worksheet ss:Name="` + name + `"><Table>` + all + "</Table></Worksheet>"
	}
	doc := `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">` +
		sheet("Lieferscheine", "Bestellnr;Lieferschein;Artikelnr;Menge geliefert", "1001;LS-881;A-1;2", "1002;LS-882;A-2;1") +
		sheet("Pakete", "Lieferschein-Nr.;Paketnummer;Paketdienst", "LS-881;50559944677;GLS", "LS-882;58886083692;GLS") + "</Workbook>"
	parcels := map[string]string{}
	for _, s := range Parse([]byte(doc), "x.xml", "1", parsers.Profile{}).Statements {
		if own, _ := apart(s.Refs); len(own) == 1 && len(s.Tracking) == 1 {
			parcels[own[0].Text] = s.Tracking[0].Number
		}
	}
	if parcels["1001"] != "50559944677" || parcels["1002"] != "58886083692" {
		t.Errorf("got %v", parcels)
	}
}
