package channel

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
)

// canonicalCSV is canonical as rows: the order's fields stand on the first.
const canonicalCSV = `number,channel,id,placed_at,paid_at,currency,total,customer_name,customer_email,customer_phone,ship_name,ship_company,ship_line1,ship_line2,ship_city,ship_region,ship_postcode,ship_country,ship_phone,shipping_method,tags,note,test,risk,billing_name,billing_company,billing_line1,billing_line2,billing_city,billing_region,billing_postcode,billing_country,billing_phone,line_id,sku,title,quantity,unit_price,supplier,po_number,message_id,reply_to
1001,shop,4712698490461,2025-08-26T17:12:00Z,2025-08-26T19:15:00+02:00,USD,53.44,Ada Example,ada@buyer.example,+1 555 0100,Ada Example,Example Works,1 Mill Lane,Flat 2,Springfield,IL,62701,US,+1 555 0101,Standard,"vip, gift","Ring twice.
Thank you.",true,high,Bea Example,Example Holding,2 Mill Lane,Floor 3,Shelbyville,IN,46176,US,+1 555 0102,1001-1,PS10044,Galvanized bucket 14 qt,1,48.54,prairie,1001-A,<1@shop.example>,orders+K@shop.example
,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,PS10045,,2,,,,,
`

func TestCanonicalCSV(t *testing.T) {
	if header, _, _ := strings.Cut(canonicalCSV, "\n"); header != strings.Join(Columns(), ",") {
		t.Errorf("the columns are %v", Columns())
	}
	found, err := ReadOrders("orders.csv", []byte(canonicalCSV), "")
	if err != nil || len(found) != 1 || found[0].Err != nil {
		t.Fatalf("%+v, %v", found, err)
	}
	if diff := cmp.Diff(canonicalOrder(t), found[0].Order.Normal(), sameAmount); diff != "" {
		t.Error(diff)
	}
	if want := (Hints{"prairie", "1001-A", "<1@shop.example>", "orders+K@shop.example"}); found[0].Hints != want {
		t.Errorf("hints %+v, expected %+v", found[0].Hints, want)
	}
}

func TestReadCSV(t *testing.T) {
	const head = "number,ship_name,ship_country,line_id,sku,quantity\n"
	cases := []struct {
		name, raw string
		want      []string
	}{
		{"fields repeated", head + "1,Ada,US,,A,1\n1,Ada,US,,B,2\n2,Bob,US,,A,1\n", []string{"2 1 Ada [1xA 2xB]", "4 2 Bob [1xA]"}},
		{"fields on the first row", head + "1,Ada,US,,A,1\n,,,,B,2\n2,Bob,US,,A,1\n", []string{"2 1 Ada [1xA 2xB]", "4 2 Bob [1xA]"}},
		{"only the number repeated", head + "1,Ada,US,,A,1\n1,,,,B,2\n", []string{"2 1 Ada [1xA 2xB]"}},
		{"semicolons", strings.ReplaceAll(head+"1,Ada,US,,A,1\n", ",", ";"), []string{"2 1 Ada [1xA]"}},
		{"tabs", strings.ReplaceAll(head+"1,Ada,US,,A,1\n", ",", "\t"), []string{"2 1 Ada [1xA]"}},
		{"bars, and commas in cells", strings.ReplaceAll(head, ",", "|") + "1|Ada, Countess|US||A|1\n", []string{"2 1 Ada, Countess [1xA]"}},
		{"carriage returns", strings.ReplaceAll(head+"1,Ada,US,,A,1\n", "\n", "\r\n"), []string{"2 1 Ada [1xA]"}},
		{"no end of line at the end", head + "1,Ada,US,,A,1", []string{"2 1 Ada [1xA]"}},
		{"empty rows", head + "\n,,,,,\n1,Ada,US,,A,1\n , ,,,,\n\n,,,,B,2\n", []string{"4 1 Ada [1xA 2xB]"}},
		{"white space", head + " 1 , Ada ,US,, A , 1 \n1 ,Ada,,, B ,2\n", []string{"2 1 Ada [1xA 2xB]"}},
		{"quotes and line breaks", head + "1,\"Ada \"\"the\"\"\nExample\",US,,A,1\n2,Bob,US,,A,1\n", []string{"2 1 Ada \"the\"\nExample [1xA]", "4 2 Bob [1xA]"}},
		{"formulas are text", head + "1,=1+1,US,,'+A,1\n", []string{"2 1 =1+1 [1x'+A]"}},
		{"a mark", "\xef\xbb\xbf" + head + "1,Ada,US,,A,1\n", []string{"2 1 Ada [1xA]"}},
		{"only a header", head, []string{}},
		{"the same row with line ids", head + "1,Ada,US,a,A,1\n1,Ada,US,b,A,1\n", []string{"2 1 Ada [1xA 1xA]"}},
		{"the same row without", head + "1,Ada,US,,A,1\n1,Ada,US,,A,1\n",
			[]string{"2: line_id: is missing on line 3, which repeats the row before; if both are meant, give each its own"}},
		{"a number again", head + "1,Ada,US,,A,1\n2,Bob,US,,A,1\n1,Ada,US,,B,1\n", []string{
			`2: number: is "1" on line 2 and again on line 4; the rows of an order follow each other`, "3 2 Bob [1xA]",
			`4: number: is "1" on line 2 and again on line 4; the rows of an order follow each other`}},
		{"rows that contradict", head + "1,Ada,US,,A,1\n1,Bob,CA,,B,1\n", []string{
			"2: ship_name: on line 3 is not what line 2 says of the same order; ship_country: on line 3 is not what line 2 says of the same order"}},
		{"quantities", head + "1,Ada,US,,A,x\n2,Ada,US,,A,1.5\n3,Ada,US,,A,\n4,Ada,US,,A,99999999999999999999\n", []string{
			`2: quantity: is "x" on line 2; expected a whole number of pieces`, `3: quantity: is "1.5" on line 3; expected a whole number of pieces`,
			`4: quantity: is "" on line 4; expected a whole number of pieces`, `5: quantity: is "99999999999999999999" on line 5; expected a whole number of pieces`}},
		{"a wrong further row", head + "1,Ada,US,,A,1\n,,,,B,x\n", []string{`2: quantity: is "x" on line 3; expected a whole number of pieces`}},
		{"rows before any order", head + ",,,,A,1\n", []string{"2   [1xA]"}}, // Check says that the number is missing
		{"a row that is cut", head + "1,Ada,US,,A,1\n2,Bob,U", []string{"ERROR line 3: not as many cells as the header has (6); is the file whole?"}},
		{"a row that is too long", head + "1,Ada,US,,A,1,1\n", []string{"ERROR line 2: not as many cells as the header has (6); is the file whole?"}},
		{"a quote that is cut", head + "1,\"Ada", []string{`ERROR the CSV cannot be read: parse error on line 2, column 7: extraneous or missing " in quoted-field; is the file whole?`}},
		{"a bare quote", head + "1,14\" bucket,US,,A,1\n", []string{`ERROR the CSV cannot be read: parse error on line 2, column 5: bare " in non-quoted-field; a cell with a quote is written "14"" bucket"`}},
		{"columns missing", "number,sku\n1,A\n", []string{"ERROR line 1: the column(s) ship_country, quantity are missing; expected a header with " + strings.Join(Columns(), ",")}},
		{"no header", "1,Ada,US,,A,1\n", []string{"ERROR line 1: the column(s) number, ship_country, sku, quantity are missing; expected a header with " + strings.Join(Columns(), ",")}},
		{"columns unknown", "number,ship_country,sku,quantity,Colour\n", []string{`ERROR line 1: the column(s) "Colour" are not known; expected ` + strings.Join(Columns(), ",")}},
		{"a column twice", "number,ship_country,sku,quantity,sku\n", []string{"ERROR line 1: the column(s) sku stand there twice"}},
		{"a header that breaks", "number,\"sku\n", []string{`ERROR line 1: the header cannot be read: parse error on line 1, column 13: extraneous or missing " in quoted-field`}},
		{"a quote never closed", head + "1,Ada,US,,A,1\n2,\"" + strings.Repeat("x\n", maxRow), []string{"ERROR line 3: the row is longer than 65536 bytes; is a quote not closed?"}},
		{"a line of delimiters", head + strings.Repeat(",", 1<<20), []string{"ERROR line 2: the row is longer than 65536 bytes; is a quote not closed?"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found, err := readOrders("orders.csv", []byte(c.raw))
			got := []string{}
			if err != nil {
				got = append(got, "ERROR "+err.Error())
			}
			for _, r := range found {
				if r.Err != nil {
					got = append(got, fmt.Sprintf("%d: %v", r.Line, r.Err))
					continue
				}
				var lines []string
				for _, l := range r.Order.Lines {
					lines = append(lines, fmt.Sprintf("%dx%s", l.Quantity, l.SKU))
				}
				got = append(got, fmt.Sprintf("%d %s %s %v", r.Line, r.Order.Number, r.Order.ShipTo.Name, lines))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestCSVValues(t *testing.T) {
	read := func(columns, cells string) ReadOrder {
		t.Helper()
		found, err := readOrders("orders.csv", []byte("number,ship_country,sku,quantity,"+columns+"\n1001,US,A,1,"+cells+"\n"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		return found[0]
	}
	for _, c := range []struct{ columns, cells, want string }{
		{"placed_at", "26.08.2025", `placed_at: is "26.08.2025" on line 2; expected a time like 2025-08-26T17:12:00Z (RFC 3339)`},
		{"paid_at", "yes", `paid_at: is "yes" on line 2; expected a time like 2025-08-26T17:12:00Z (RFC 3339)`},
		{"total", `"53,44"`, `total: is "53,44" on line 2; expected a decimal like 48.54`},
		{"unit_price", "4.8E+1", `unit_price: is "4.8E+1" on line 2; expected a decimal like 48.54`},
		{"total,unit_price", "x,y", `total: is "x" on line 2; expected a decimal like 48.54; unit_price: is "y" on line 2; expected a decimal like 48.54`},
	} {
		if r := read(c.columns, c.cells); r.Err == nil || r.Err.Error() != c.want {
			t.Errorf("%s %s: %v; expected %s", c.columns, c.cells, r.Err, c.want)
		}
	}
	if r := read("id", ""); r.Err != nil || r.Order.ID != "1001" {
		t.Errorf("without an id the number stands for it: %q, %v", r.Order.ID, r.Err)
	}
	if r := read("id", "00047126984904610000000"); r.Err != nil || r.Order.ID != "00047126984904610000000" {
		t.Errorf("an id is text: %q, %v", r.Order.ID, r.Err)
	}
	if r := read("total", ""); r.Err != nil || !r.Order.Total.IsZero() || r.Order.Paid() {
		t.Errorf("empty cells are left out: %+v, %v", r.Order, r.Err)
	}
}

func TestWriteTracking(t *testing.T) {
	rows := []TrackingRow{
		{"1001", "4712698490461", "1001-A", "1001-1", "PS10044", 2, "ups", "1Z999AA10123456784", "https://www.ups.com/track?tracknum=1Z999AA10123456784", time.Date(2025, 8, 27, 9, 30, 0, 123456000, time.UTC), 0},
		{"#10,02", "=1+1", "1002-A", "a \"b\"", "SKU\nwith a break", 1, "", "00340434161094042557", "", time.Date(2025, 8, 27, 9, 31, 0, 0, time.UTC), 0},
	}
	raw, err := WriteTracking(rows)
	if err != nil {
		t.Fatal(err)
	}
	var back []TrackingRow
	if err := gocsv.UnmarshalBytes(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, back); diff != "" {
		t.Error(diff)
	}
	all, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(all) != 3 {
		t.Fatalf("%q, %v", raw, err)
	}
	if want := []string{"order_number", "order_id", "purchase_order", "line_id", "sku", "quantity", "carrier", "tracking_number", "tracking_url", "shipped_at"}; !slices.Equal(all[0], want) {
		t.Errorf("header %v", all[0])
	}
	if all[2][1] != "=1+1" || all[2][7] != "00340434161094042557" || all[1][9] != "2025-08-27T09:30:00.123456Z" {
		t.Errorf("cells are exact, a machine reads them: %q", all)
	}
	if raw, err := WriteTracking(nil); err != nil || strings.Count(string(raw), "\n") != 1 {
		t.Errorf("no rows: %q, %v", raw, err)
	}
}
