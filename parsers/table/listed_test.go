package table

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// TestListed: products a line each, with the number of pieces behind or in front, and lines that only look so.
func TestListed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unit behind", "Order 1001\nKV-100 Vase blue 2 pcs\nKV-220 Linen cloth 1 pc\n", "KV-100 Vase blue*2 KV-220 Linen cloth*1"},
		{"Polish unit", "KV-100 Wazon 2 szt.\nKV-220 Obrus 12 szt\n", "KV-100 Wazon*2 KV-220 Obrus*12"},
		{"sign behind", "Keramikvase blau x 2\nLeinentuch natur x2\n", "Keramikvase blau*2 Leinentuch natur*2"},
		{"dots", "Keramikvase blau ........ 2\nLeinentuch natur ... 12\nTotal ............ 14\n", "Keramikvase blau*2 Leinentuch natur*12"},
		{"of what was ordered", "KV-100 Vase 2 von 4\nKV-220 Tuch 2 von 2\n", "KV-100 Vase*2 KV-220 Tuch*2"},
		{"number in front", "2   Blaue Vase\n2   Tuch beige\n", "Blaue Vase*2 Tuch beige*2"},
		{"numbered lines", "1   Blaue Vase\n2   Tuch beige\n", ""},
		{"one line", "KV-100 Vase blue 2 pcs\n", ""},
		{"what is no product", "Total weight 2 pcs\nParcels 2 pcs\n", ""},
		{"labels", "Tel: 12 x 3\nRef: 11 x 2\n", ""},
		{"pages", "page 1 of 2\npage 2 of 2\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, g := range Listed(c.text) {
				for _, s := range New(parsers.Profile{}).Rows(&parsers.Text{Part: "1", Text: c.text}, g, Legend{}).Statements {
					for _, l := range s.Lines {
						got = append(got, fmt.Sprintf("%s*%d", l.SKU.Text, l.Quantity))
						if at := c.text[l.SKU.At.Start:l.SKU.At.End]; at != l.SKU.Text {
							t.Errorf("%q stands at %q", l.SKU.Text, at)
						}
					}
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestBlockWraps: the rest of a cell in a line of its own ends no table, and wide characters take the room of two.
func TestBlockWraps(t *testing.T) {
	wrapped := "SKU       Description   Shipped\nKV-100    Vase            2\n          blue\nKV-220    Cloth           1\n          natural\n"
	further := "Order    Name      Tracking\n1001     Yıldız    02663637299771\n                   02257908681387\n                   02257908681377\n1003     Cole      06662084542999\n"
	apart := "1001 ; UPS ; 1Z999AA10123456784\n1002 ; UPS ; 1Z999AA10123456795\n1003 ; UPS ; 1Z999AA10123456806\n"
	wide := "货号      品名               订购  发货\nKV-100    Keramikvase blau    4     2\nKV-220    Leinentuch natur    2     2\n"
	for name, c := range map[string]struct {
		text        string
		rows, cells int
	}{"wrapped": {wrapped, 3, 3}, "a second and a third number": {further, 5, 3}, "wide": {wide, 3, 4}, "spaces around semicolons": {apart, 3, 3}} {
		t.Run(name, func(t *testing.T) {
			all := Blocks(c.text)
			if len(all) != 1 || len(all[0].Rows) != c.rows || len(all[0].Rows[1]) != c.cells || all[0].Rows[2][c.cells-1].Text == "" {
				t.Errorf("got %+v", all)
			}
		})
	}
}
