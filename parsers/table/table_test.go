package table

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// brief writes statements one a line: "row kind refs | carrier:tracking | sku*quantity | expected".
func brief(all []parsers.Statement) string {
	var out []string
	for _, s := range all {
		var refs, tracking, lines []string
		row := 0
		for _, ref := range s.Refs {
			label := string(ref.Label)
			if label == "order" {
				label = ""
			} else {
				label += "="
			}
			refs = append(refs, label+ref.Text)
			row = max(row, ref.At.Row)
		}
		for _, t := range s.Tracking {
			mark := ""
			if t.Damage != "" {
				mark = "!"
			}
			tracking = append(tracking, carrier.Best(t)+":"+t.Number+mark)
			row = max(row, t.At.Row)
		}
		for _, l := range s.Lines {
			line := fmt.Sprintf("%s*%d", l.SKU.Text, l.Quantity)
			if l.Kind != "" {
				line += "/" + string(l.Kind)
			}
			lines = append(lines, line)
		}
		kind := string(s.Kind)
		if kind == "" {
			kind = "-"
		}
		if s.Partial {
			kind += "+"
		}
		text := fmt.Sprintf("%d %s %s", row, kind, strings.Join(refs, " "))
		for _, more := range []string{strings.Join(tracking, " "), strings.Join(lines, " "), s.Expected.Text} {
			if more != "" {
				text += " | " + more
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

const (
	ups1 = "1Z999AA10123456784"
	ups2 = "1Z5R89390357567127"
	usps = "9405803699300124287899"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		doc      string
		profile  parsers.Profile
		want     string
		problems string
	}{
		"plain":                      {doc: "Order,Tracking\n1001," + ups1 + "\n1002," + ups2 + "\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"semicolon german":           {doc: "Bestellnummer;Sendungsnummer;Versanddienstleister\r\n1001;00340434161094042557;DHL Paket\r\n", want: "2 shipment 1001 | dhl-germany:00340434161094042557"},
		"carrier of the title":       {doc: "BRT Corriere Espresso - Distinta;;\nNum. spedizione;Ordine;Colli\n065644934275;1001;1\n018220268835;1002;1\n", want: "3 shipment 1001 | brt-it:065644934275\n4 shipment 1002 | brt-it:018220268835"},
		"carrier of a heading":       {doc: "Bestellung;GLS Paketnummer\n1001;739500737589\n", want: "2 shipment 1001 | gls:739500737589"},
		"a number of another's form": {doc: "Lista GLS;\nOrder;Tracking\n1001;" + ups1 + "\n", want: "3 shipment 1001 | ups:" + ups1},
		"rest follows":               {doc: "PO;SKU;Ordered;Shipped;Status;Tracking\n1001;AB-1;6;4;Teillieferung, Rest KW 25;" + ups1 + "\n", want: "2 shipment+ 1001 | ups:" + ups1 + " | AB-1*4 AB-1*2/backorder"},
		"rest, french":               {doc: "Commande;SKU;Qté cdée;Qté livrée;Etat;Suivi\n1001;AB-1;6;4;Expédiée - reliquat 2 prévu le 09/06;" + ups1 + "\n", want: "2 shipment+ 1001 | ups:" + ups1 + " | AB-1*4 AB-1*2/backorder"},
		"rest is cancelled":          {doc: "PO;SKU;Ordered;Shipped;Status;Tracking\n1001;AB-1;6;4;Shipped, rest cancelled;" + ups1 + "\n", want: "2 cancellation 1001 | ups:" + ups1 + " | AB-1*6"},
		"other one follows":          {doc: "PO;Tracking;Remarks\n1001;" + ups1 + ";\"1 sent, other one damaged in picking, replacement due 22 May\"\n", want: "2 shipment+ 1001 | ups:" + ups1 + "\n2 backorder 1001 | 22 May"},
		"other to follow":            {doc: "PO;Tracking;Remarks\n1001;" + ups1 + ";\"1 sent, other to follow next week\"\n", want: "2 shipment+ 1001 | ups:" + ups1 + "\n2 backorder 1001 | next week"},
		"cancelled on request":       {doc: "PO;Status\n1001;Annulée à votre demande\n1002;Auf Ihren Wunsch storniert\n", want: "2 cancellation 1001\n3 cancellation 1002"},
		"tab french":                 {doc: "Numéro de commande\tNuméro de suivi\tTransporteur\n1001\t6A12345678901\tColissimo\n", want: "2 shipment 1001 | colissimo:6A12345678901"},
		"pipe":                       {doc: "po|tracking #\n1001|" + ups1 + "\n", want: "2 shipment 1001 | ups:" + ups1},
		"chinese":                    {doc: "订单号,运单号,物流公司\n1001,YT2229521272164446,云途\n", want: "2 shipment 1001 | yunexpress:YT2229521272164446"},
		"japanese":                   {doc: "注文番号,送り状番号,配送業者,ステータス\n1001,123456789011,ヤマト運輸,発送済み\n1002,,,在庫切れ\n", want: "2 shipment 1001 | taqbin-jp:123456789011\n3 out_of_stock 1002"},
		"any order":                  {doc: "Carrier,Qty,SKU,Tracking No.,Your Ref\nUPS,2,AB-1," + ups1 + ",1001\n", want: "2 shipment 1001 | ups:" + ups1 + " | AB-1*2"},
		"preamble":                   {doc: "Prairie Supply\nShipping report 12 May 2025\n\nOrder,Tracking\n1001," + ups1 + "\n", want: "5 shipment 1001 | ups:" + ups1},
		"preamble with order":        {doc: "Order: 1001\n\nSKU,Qty,Tracking\nAB-1,2," + ups1 + "\n", want: "1 - 1001\n4 shipment 1001 | ups:" + ups1 + " | AB-1*2"},
		"no header":                  {doc: "1001," + ups1 + "\n1002," + ups2 + "\n", want: "1 shipment 1001 | ups:" + ups1 + "\n2 shipment 1002 | ups:" + ups2},
		"no header many":             {doc: "UPS;" + ups1 + ";1001;2025-05-12\nUPS;" + ups2 + ";1002;2025-05-12\n", want: "1 shipment 1001 | ups:" + ups1 + "\n2 shipment 1002 | ups:" + ups2},
		"several numbers":            {doc: "Order,Tracking\n1001,\"" + ups1 + ", " + ups2 + "\"\n", want: "2 shipment 1001 | ups:" + ups1 + " ups:" + ups2},
		"numbers over lines":         {doc: "Order,Tracking\n1001,\"" + ups1 + "\n" + ups2 + "\"\n1002," + usps + "\n", want: "2 shipment 1001 | ups:" + ups1 + " ups:" + ups2 + "\n3 shipment 1002 | usps:" + usps},
		"several orders":             {doc: "Order,Tracking\n\"1001, 1002\"," + ups1 + "\n", want: "2 shipment 1001 | ups:" + ups1 + "\n2 shipment 1002 | ups:" + ups1},
		"carried down":               {doc: "Order,SKU,Tracking\n1001,A-1," + ups1 + "\n,A-2," + ups2 + "\n1002,B-1," + usps + "\n", want: "2 shipment 1001 | ups:" + ups1 + " | A-1*0\n3 shipment 1001 | ups:" + ups2 + " | A-2*0\n4 shipment 1002 | usps:" + usps + " | B-1*0"},
		"blank tracking":             {doc: "Order,Tracking\n1001," + ups1 + "\n1002,\n1003,n/a\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 - 1002\n4 - 1003"},
		"status":                     {doc: "Order,Status,Tracking,ETA\n1001,Shipped," + ups1 + ",\n1002,Backordered,,2025-06-01\n1003,OUT OF STOCK,,\n1004,Cancelled,,\n1005,Processing,,\n1006,Not shipped,,\n1007,On hold,,\n1008,Rejected,,\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 backorder 1002 | 2025-06-01\n4 out_of_stock 1003\n5 cancellation 1004\n6 acknowledgement 1005\n7 acknowledgement 1006\n8 question 1007\n9 rejection 1008"},
		"status in words":            {doc: "Auftrag;Bemerkung;Sendungsnummer\n1001;Artikel leider nicht lieferbar;\n1002;;00340434161094042557\n1003;Im Rückstand bis KW 22;\n", want: "2 out_of_stock 1001\n3 shipment 1002 | dhl-germany:00340434161094042557\n4 backorder 1003 | KW 22"},
		"status for tracking":        {doc: "PO,Tracking\n1001," + ups1 + "\n1002,Backorder\n1003,cancelled\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 backorder 1002\n4 cancellation 1003"},
		"quantities":                 {doc: "PO,SKU,Qty Ordered,Qty Shipped,Qty Backordered,Tracking\n1001,A,3,2,1," + ups1 + "\n1002,B,2.0,0,2,\n", want: "2 shipment+ 1001 | ups:" + ups1 + " | A*2 A*1/backorder\n3 backorder 1002 | B*2"},
		"totals":                     {doc: "Order,Qty,Tracking\n1001,1," + ups1 + "\n\nTotal,1,\n", want: "2 shipment 1001 | ups:" + ups1 + " | *1"},
		"repeated header":            {doc: "Order,Tracking\n1001," + ups1 + "\nOrder,Tracking\n1002," + ups2 + "\n", want: "2 shipment 1001 | ups:" + ups1 + "\n4 shipment 1002 | ups:" + ups2},
		"key":                        {doc: "Ref,Note,Tracking\n77,WB-7K3M9QX2RA," + ups1 + "\n", want: "2 shipment 77 key=WB-7K3M9QX2RA | ups:" + ups1},
		"theirs":                     {doc: "Sales Order,Customer PO,Tracking\nSO-88123,1001," + ups1 + "\n", want: "2 shipment 1001 theirs=SO-88123 | ups:" + ups1},
		"profile":                    {doc: "foo,bar,baz\n1001,x," + ups1 + "\n", profile: parsers.Profile{Columns: map[string]string{"foo": "order", "baz": "tracking", "bar": "ignore"}}, want: "2 shipment 1001 | ups:" + ups1},
		"unknown heading":            {doc: "Foo,Bar\n1001," + ups1 + "\n1002," + ups2 + "\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"excel":                      {doc: "Order,Tracking\n1001,9.40011E+21\n1002," + usps + "\n", want: "2 shipment 1001 | :9.40011E+21!\n3 shipment 1002 | usps:" + usps, problems: "excel_damage 2:2"},
		"excel zeros":                {doc: "Order;Tracking\n1001;9400111899223810000000\n", want: "2 shipment 1001 | :9400111899223810000000!", problems: "excel_damage 2:2"},
		"excel, sixteen":             {doc: "Order,Tracking\n1001,2012345678901230\n1002,2012345678901360\n1003,2012345678901490\n", want: "2 shipment 1001 | :2012345678901230!\n3 shipment 1002 | :2012345678901360!\n4 shipment 1003 | :2012345678901490!", problems: "excel_damage 2:2 excel_damage 3:2 excel_damage 4:2"},
		"lost zeros":                 {doc: "Order,Carrier,Tracking\n1001,Canada Post,73938000549297\n", want: "2 shipment 1001 | canada-post:73938000549297!", problems: "excel_damage 2:3"},
		"guarded cells":              {doc: "Order,Tracking\n'1001,=\"" + usps + "\"\n", want: "2 shipment 1001 | usps:" + usps},
		"sep line":                   {doc: "sep=;\nOrder;Tracking\n1001;" + ups1 + "\n", want: "3 shipment 1001 | ups:" + ups1},
		"cr only":                    {doc: "Order,Tracking\r1001," + ups1 + "\r", want: "2 shipment 1001 | ups:" + ups1},
		"cut in quotes":              {doc: "Order,Tracking\n\"1001\",\"" + ups1 + "\"\n\"1002\",\"1Z5R8939", want: "2 shipment 1001 | ups:" + ups1 + "\n3 - 1002 | :1Z5R8939", problems: "cut_off 3:0"},
		"cut behind a parcel":        {doc: "No   Tracking             Order    Name\n1    " + ups1 + "   1001     Ada Byrne\n2    " + ups2 + "   1002     Bo Lind\n3    1Z5R89390357567127   ", want: "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2 + "\n4 -  | ups:1Z5R89390357567127", problems: "cut_off 4:0"},
		"cut line":                   {doc: "Order,Carrier,Tracking\n1001,UPS," + ups1 + "\n1002,U", want: "2 shipment 1001 | ups:" + ups1 + "\n3 - 1002", problems: "cut_off 3:0"},
		"cut number":                 {doc: "Order,Tracking\n1001," + ups1 + "\n1002,1Z5R893903575", want: "2 shipment 1001 | ups:" + ups1 + "\n3 - 1002 | :1Z5R893903575", problems: "cut_off 3:0"},
		"no end of line":             {doc: "Order,Tracking\n1001," + ups1, want: "2 shipment 1001 | ups:" + ups1},
		"stray quote":                {doc: "Order,Item,Tracking\n1001,14\" pan," + ups1 + "\n1002,\"10\" pan," + ups2 + "\n1003,lid," + usps + "\n", want: "2 shipment 1001 | ups:" + ups1 + " | 14\" pan*0\n3 shipment 1002 | ups:" + ups2 + " | \"10\" pan*0\n4 shipment 1003 | usps:" + usps + " | lid*0"},
		"unclosed quote":             {doc: "Order,Item,Tracking\n1001,\"10 pan," + ups1 + "\n1002,\"lid\"," + ups2 + "\n", want: "2 shipment 1001 | ups:" + ups1 + " | \"10 pan*0\n3 shipment 1002 | ups:" + ups2 + " | lid*0"},
		"fixed width":                {doc: "Order   Carrier   Tracking\n1001    UPS       " + ups1 + "\n1002    UPS       " + ups2 + "\n", want: "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1002 | ups:" + ups2},
		"names and values":           {doc: "Order number;1001\nTracking number;" + ups1 + "\nCarrier;UPS\n", want: "2 shipment 1001 | ups:" + ups1},
		"no columns":                 {doc: "alpha,beta\nlorem,ipsum\n", want: "", problems: "no_header 0:0"},
		"empty":                      {doc: "", want: ""},
		"postcode is none":           {doc: "Order,Name,Postcode,Tracking\n1001,Ada Loom,12345678," + ups1 + "\n", want: "2 shipment 1001 | ups:" + ups1},
		"pattern":                    {doc: "Ref,Tracking\nPO 4711 / #1001-A," + ups1 + "\n", profile: parsers.Profile{OrderPatterns: []string{`#(\d{4}-[A-Z])`}}, want: "2 shipment 1001-A | ups:" + ups1},
		"two headings":               {doc: "Order,Tracking\nBestellung,Sendung\n1001," + ups1 + "\n", want: "3 shipment 1001 | ups:" + ups1},
		"bilingual heading":          {doc: "Order No. / Bestellnummer;Tracking (parcel)\n1001;" + ups1 + "\n", want: "2 shipment 1001 | ups:" + ups1},
		"camel":                      {doc: "orderNumber,trackingNumber,carrierCode\n1001," + ups1 + ",UPSN\n", want: "2 shipment 1001 | ups:" + ups1},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "x.csv", "1", c.profile)
			if brief(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s\ncolumns %+v", brief(got.Statements), c.want, got.Columns)
			}
			var problems []string
			for _, p := range got.Problems {
				problems = append(problems, fmt.Sprintf("%s %d:%d", p.Code, p.At.Row, p.At.Column))
			}
			if strings.Join(problems, " ") != c.problems {
				t.Errorf("problems %q, want %q", strings.Join(problems, " "), c.problems)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	plain := "Empfänger;Bestellnummer;Sendungsnummer\nJürgen Groß;1001;" + ups1 + "\n"
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(plain)
	bare, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(plain)
	latin := strings.NewReplacer("ä", "\xe4", "ü", "\xfc", "ß", "\xdf").Replace(plain)
	for name, doc := range map[string]string{"utf-8": plain, "utf-8 with a mark": "\ufeff" + plain, "utf-16": utf16, "utf-16 without a mark": bare, "windows-1252": latin, "utf-8 with a byte lost at its end": plain + "Żółć Łąki\xc5;;"} {
		got := Parse([]byte(doc), "x.csv", "", parsers.Profile{})
		if len(got.Statements) != 1 || got.Statements[0].Party().Name.Text != "Jürgen Groß" {
			t.Errorf("%s: %+v", name, got.Statements)
		}
	}
}

func TestQuantity(t *testing.T) {
	for cell, want := range map[string]int{"2": 2, "2.0": 2, "2,00": 2, "2 pcs": 2, "x2": 2, "2x": 2, "3 Stk.": 3, "1 of 3": 1, "": -1, "1,200": -1, "2.5": -1, "two": -1, "12345678": -1, "0": 0} {
		n, ok := quantity(cell)
		if !ok {
			n = -1
		}
		if n != want {
			t.Errorf("quantity(%q) = %d, want %d", cell, n, want)
		}
	}
}
