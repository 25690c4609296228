package table

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// rowsOf gives the rows of the one table that stands in a text, cells between bars.
func rowsOf(text string) string {
	var rows []string
	for _, g := range Blocks(text) {
		for _, row := range g.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, c.Text)
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
	}
	return strings.Join(rows, "\n")
}

func TestCellsUnderNames(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"a cell that fills its column to the end", "注文番号    商品            数量  状況      送り状番号\n2026-0612   湯呑み 藍       3     出荷済    366501829470\n2026-0618   一輪挿し 白磁   2     出荷準備中\n",
			"注文番号|商品|数量|状況|送り状番号\n2026-0612|湯呑み 藍|3|出荷済|366501829470\n2026-0618|一輪挿し 白磁|2|出荷準備中|"},
		{"numbers under the end of their heading, characters two wide", "注文番号   品番      数量   お問い合わせ番号\n61188      TN-40       3    602138847516\n61190      FR-12       1    602138847645\n",
			"注文番号|品番|数量|お問い合わせ番号\n61188|TN-40|3|602138847516\n61190|FR-12|1|602138847645"},
		{"a sentence that is longer than its column", "Order       Item        Qty   Status        Tracking\n774411      KL-1          3   sent          05132008842014\n774412      KL-2          2   waiting for the mill, mid April\n",
			"Order|Item|Qty|Status|Tracking\n774411|KL-1|3|sent|05132008842014\n774412|KL-2|2|waiting for the mill, mid April|"},
		{"an empty cell in the middle", "Bestellung  Artikel   Menge  Stand         Paketnummer\n774411      KL-1          3                05132008842014\n774412      KL-2          2  ausverkauft seit gestern\n",
			"Bestellung|Artikel|Menge|Stand|Paketnummer\n774411|KL-1|3||05132008842014\n774412|KL-2|2|ausverkauft seit gestern|"},
	} {
		if got := rowsOf(c.text); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestSpoiltCharacters(t *testing.T) {
	rowsOf("Order       Item        Qty   Status        Tracking\n774411      KL-1          3   sent          05132008842014\n774412      KL-2          2   waiting for the mill, mid Apr\xff\n")
	Parse([]byte("Order   Item    Qty   Status\n774411  KL-1      3   sent\n774412  KL-2      2   out of stock for now\xe3\x82"), "x.txt", "1", parsers.Profile{})
}

func TestAlignedFile(t *testing.T) {
	r := Parse([]byte("発送リスト 2026/03/06          ゆうパック\n\n注文番号   品番      数量   お問い合わせ番号\n61188      TN-40       3    602138847516\n61190      FR-12       1    602138847645\n"), "list.txt", "1", parsers.Profile{})
	if len(r.Statements) != 2 {
		t.Fatalf("%d statements, want 2", len(r.Statements))
	}
	s := r.Statements[0]
	if s.Kind != parsers.Shipment || len(s.Refs) != 1 || s.Refs[0].Text != "61188" || len(s.Lines) != 1 || s.Lines[0].SKU.Text != "TN-40" || s.Lines[0].Quantity != 3 || len(s.Tracking) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestCountedByState(t *testing.T) {
	for heading, want := range map[string]Meaning{
		"In backorder": Backorder, "Livrée": Shipped, "Nicht geliefert": Remaining, "Fehlmenge": Short, "Arretrato": Backorder,
	} {
		if got := stateCounted(heading); got != want {
			t.Errorf("%s: %q, want %q", heading, got, want)
		}
	}
	for heading, want := range map[string]Meaning{
		"受注No": Order, "运单编号": Tracking, "納品数": Shipped, "未交数量": Remaining, "後送数": Remaining, "出荷済数": Shipped, "注文数": Ordered, "配送会社": Carrier, "Qty short": Short,
	} {
		if got, _, _ := meaningOf(heading, nil); got != want {
			t.Errorf("%s: %q, want %q", heading, got, want)
		}
	}
}

func TestDifference(t *testing.T) {
	meaning := func(csv string) Meaning {
		for _, c := range Parse([]byte(csv), "x.csv", "1", parsers.Profile{}).Columns {
			if c.Title == "Zzz" {
				return c.Meaning
			}
		}
		return Unknown
	}
	for _, c := range []struct {
		csv  string
		want Meaning
	}{
		{"Order,SKU,Ordered,Shipped,Zzz\n1001,A-1,5,3,2\n1002,A-2,1,1,0\n", Remaining},
		{"Order,SKU,Ordered,Shipped,Zzz\n1001,A-1,2,1,1\n", Unknown},                 // one box, for all that is known
		{"Order,SKU,Ordered,Shipped,Zzz\n1001,A-1,5,3,2\n1002,A-2,1,1,1\n", Unknown}, // it is not what is left
		{"Order,SKU,Ordered,Shipped,Zzz\n1001,A-1,5,5,0\n1002,A-2,1,1,0\n", Unknown}, // nothing tells
	} {
		if got := meaning(c.csv); got != c.want {
			t.Errorf("%s%q, want %q", c.csv, got, c.want)
		}
	}
}

func TestNumbersOfTheCarrier(t *testing.T) {
	for _, csv := range []string{
		"nr_zam,paczki,kurier,numery\nSO-2077,2,GLS,\"902718355108 / 902718355245\"\nSO-2080,1,GLS,902718355382\n",
		"order_no,parcels,carrier,numbers\nSO-2077,2,GLS,\"902718355108; 902718355245\"\nSO-2080,1,GLS,902718355382\n",
	} {
		r := Parse([]byte(csv), "x.csv", "1", parsers.Profile{})
		if len(r.Statements) != 2 || len(r.Statements[0].Tracking) != 2 || len(r.Statements[1].Tracking) != 1 {
			t.Errorf("%s%+v", csv, r.Columns)
		}
	}
}

func TestCancelledOnRequest(t *testing.T) {
	for said, sure := range map[string]bool{
		"ANNULLATO su richiesta della cliente che ci ha telefonato": true, "cancelled at her request": true, "storniert auf Anfrage der Kundin": true,
		"richiesta di annullamento": false, "cancellation requested": false, "Stornierung angefragt": false, "annulation demandée": false,
	} {
		s, ok := (&reader{}).stateOf(said, true)
		if !ok || s.kind != parsers.Cancellation || (s.score > unclear) != sure {
			t.Errorf("%s: %v %v", said, s, ok)
		}
	}
}
