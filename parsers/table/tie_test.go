package table

import (
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
