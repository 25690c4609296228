package templates

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

func sampleRows() []PurchaseOrderData {
	po := Sample(PurchaseOrderMail).(PurchaseOrderData)
	po.ShipTo.Postcode = "00420"
	po.Note = "Door \"B\"\nring twice"
	return []PurchaseOrderData{po}
}

func TestDefaultCSV(t *testing.T) {
	got, err := Sheet{Header: true}.CSV(sampleRows())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"po_number,order_number,order_date,ship_by_date,ship_name,ship_company,ship_address1,ship_address2,ship_city,ship_state,ship_postcode,ship_country,ship_phone,ship_email,shipping_method,carrier,supplier_sku,our_sku,item_name,quantity,unit_cost,currency,gift_message,notes,account_number,waybill_key",
		`1001-A,1001,2025-08-26,2025-08-27,Ada Example,Example Inc,1 Main Street,Apt 2,Springfield,IL,00420,US,'+1 555 0199,ada@customer.example,Standard,UPS Ground,10044,PS10044,Galvanized bucket 14 qt,2,24.10,USD,Happy birthday,"Door ""B"" ring twice",C-4711,WB-7K3QX0M2RB`,
		`1001-A,1001,2025-08-26,2025-08-27,Ada Example,Example Inc,1 Main Street,Apt 2,Springfield,IL,00420,US,'+1 555 0199,ada@customer.example,Standard,UPS Ground,PS20010,PS20010,Rope 20 ft,1,8.00,USD,Happy birthday,"Door ""B"" ring twice",C-4711,WB-7K3QX0M2RB`,
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestShapesOfCSV(t *testing.T) {
	columns := []Column{{Header: "PO #", Field: "po_number"}, {Field: "ship_name"}, {Header: "Type", Value: "D"}, {Field: "quantity"}}
	po := func(name string) []PurchaseOrderData {
		return []PurchaseOrderData{{Number: "7-A", ShipTo: Address{Name: name}, Lines: []Line{{SKU: "A", Quantity: 3}}}}
	}
	cases := []struct {
		name  string
		sheet Sheet
		rows  []PurchaseOrderData
		want  string
	}{
		{"header", Sheet{Columns: columns, Header: true}, po("Zoë"), "PO #,ship_name,Type,quantity\r\n7-A,Zoë,D,3\r\n"},
		{"no header", Sheet{Columns: columns}, po("Zoë"), "7-A,Zoë,D,3\r\n"},
		{"semicolon", Sheet{Columns: columns, Delimiter: ';'}, po("A;B, C"), "7-A;\"A;B, C\";D;3\r\n"},
		{"tab, lf", Sheet{Columns: columns, Delimiter: '\t', LineEnd: "lf"}, po("A\tB"), "7-A\tA B\tD\t3\n"},
		{"quote all", Sheet{Columns: columns, QuoteAll: true}, po("Zoë"), "\"7-A\",\"Zoë\",\"D\",\"3\"\r\n"},
		{"latin-1", Sheet{Columns: columns, Encoding: "iso-8859-1"}, po("Zoë"), "7-A,Zo\xeb,D,3\r\n"},
		{"windows-1252", Sheet{Columns: columns, Encoding: "windows-1252"}, po("€"), "7-A,\x80,D,3\r\n"},
		{"utf-8-bom", Sheet{Columns: columns, Encoding: "utf-8-bom"}, po("Zoë"), "\xef\xbb\xbf7-A,Zoë,D,3\r\n"},
		{"utf-16", Sheet{Columns: columns[:1], Encoding: "utf-16"}, po("x"), "\xff\xfe7\x00-\x00A\x00\r\x00\n\x00"},
		{"utf-16le", Sheet{Columns: columns[:1], Encoding: "utf-16le"}, po("x"), "7\x00-\x00A\x00\r\x00\n\x00"},
		{"shift-jis", Sheet{Columns: columns, Encoding: "shift-jis"}, po("東京"), "7-A,\x93\x8c\x8b\x9e,D,3\r\n"},
		{"a formula", Sheet{Columns: columns}, po("=HYPERLINK(\"x\")"), "7-A,\"'=HYPERLINK(\"\"x\"\")\",D,3\r\n"},
		{"exact", Sheet{Columns: columns, Exact: true}, po("=1+1"), "7-A,=1+1,D,3\r\n"},
		{"a row of their own", Sheet{Columns: columns, Exact: true}, po("A\r\n8-A,Mallory"), "7-A,\"A 8-A,Mallory\",D,3\r\n"},
		{"no rows", Sheet{Columns: columns, Header: true}, nil, "PO #,ship_name,Type,quantity\r\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.sheet.CSV(c.rows)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestEveryEncodingWritesItsOwn(t *testing.T) {
	rows := []PurchaseOrderData{{Number: "7-A", Lines: []Line{{SKU: "A", Quantity: 3}}}}
	for _, name := range Encodings() {
		if _, err := (Sheet{Encoding: name, Header: true}).CSV(rows); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnwritableCharacters(t *testing.T) {
	rows := []PurchaseOrderData{
		{Number: "7-A", ShipTo: Address{Name: "Zoë"}, Lines: []Line{{SKU: "A", Quantity: 1}}},
		{Number: "8-A", ShipTo: Address{City: "Łódź"}, Lines: []Line{{SKU: "A", Quantity: 1}}},
	}
	_, err := Sheet{Encoding: "windows-1252"}.CSV(rows)
	want := `8-A, column ship_city: the character 'Ł' (U+0141) cannot be written in windows-1252; set encoding to utf-8 for this supplier, or correct the order`
	if !errors.Is(err, ErrCell) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = Sheet{Encoding: "iso-8859-1", Header: true, Columns: []Column{{Header: "数量", Field: "quantity"}}}.CSV(rows)
	if err == nil || err.Error() != "the header of column 1: the character '数' (U+6570) cannot be written in iso-8859-1" {
		t.Errorf("got %v", err)
	}
}

func TestShapesThatCannotBe(t *testing.T) {
	cases := []struct {
		sheet Sheet
		want  string
	}{
		{Sheet{Columns: []Column{{Field: "ship_nmae"}}}, `column 1: there is no field "ship_nmae" (did you mean "ship_name"?); docs/csv.md lists them`},
		{Sheet{Columns: []Column{{Field: "notes", Value: "x"}}}, "column 1 has a field and a fixed value; expected one of them"},
		{Sheet{Header: true, Columns: []Column{{Value: "x"}}}, "column 1 has neither header nor field"},
		{Sheet{Delimiter: '"'}, `the delimiter cannot be '"'`},
		{Sheet{LineEnd: "cr"}, `the line end is "cr"; expected crlf or lf`},
		{Sheet{Encoding: "windows-1251x"}, `there is no encoding "windows-1251x" (did you mean "windows-1251"?); expected one of ` + strings.Join(Encodings(), ", ")},
	}
	for _, c := range cases {
		if err := c.sheet.Check(); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// TestCSVReadsBack: whatever a buyer types, the file has the rows and columns it should have, and a reader gets the same text.
func TestCSVReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@"',;\t\r\n a]{0,12}`))
		var orders []PurchaseOrderData
		for range rapid.IntRange(1, 3).Draw(t, "orders") {
			po := PurchaseOrderData{Number: "1-A", Note: text.Draw(t, "note"), ShipTo: Address{Name: text.Draw(t, "name"), City: text.Draw(t, "city")}}
			for range rapid.IntRange(1, 2).Draw(t, "lines") {
				po.Lines = append(po.Lines, Line{SKU: text.Draw(t, "sku"), Quantity: 1})
			}
			orders = append(orders, po)
		}
		rows := rowsOf(orders)
		sheet := Sheet{
			Columns:   []Column{{Field: "po_number"}, {Field: "ship_name"}, {Field: "ship_city"}, {Field: "notes"}, {Field: "our_sku"}},
			Delimiter: rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "delimiter"),
			QuoteAll:  rapid.Bool().Draw(t, "quote"),
			LineEnd:   rapid.SampledFrom([]string{"crlf", "lf"}).Draw(t, "end"),
			Exact:     rapid.Bool().Draw(t, "exact"),
		}
		data, err := sheet.CSV(orders)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(data, []byte("\n")); got != len(rows) {
			t.Fatalf("%d lines for %d rows", got, len(rows))
		}
		r := csv.NewReader(bytes.NewReader(data))
		r.Comma, r.FieldsPerRecord = sheet.Delimiter, 5
		for _, row := range rows {
			record, err := r.Read()
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"1-A", row.order.ShipTo.Name, row.order.ShipTo.City, row.order.Note, row.line.SKU}
			for i, cell := range record {
				shown := oneLine(want[i])
				if !sheet.Exact && cell != shown {
					if !strings.ContainsAny(shown[:1], "=+-@") && !strings.HasPrefix(shown, "＝") && !strings.HasPrefix(shown, "＋") &&
						!strings.HasPrefix(shown, "－") && !strings.HasPrefix(shown, "＠") {
						t.Fatalf("column %d: %q became %q", i, shown, cell)
					}
					cell = strings.TrimPrefix(cell, "'")
				}
				if cell != shown {
					t.Fatalf("column %d: %q became %q", i, shown, cell)
				}
				if !sheet.Exact && cell != "" && record[i] == cell && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Fatalf("column %d: %q can be a formula", i, cell)
				}
			}
		}
		if _, err := r.Read(); err != io.EOF {
			t.Fatalf("more rows than were written: %v", err)
		}
	})
}

func TestXLSX(t *testing.T) {
	rows := sampleRows()
	rows[0].ShipTo.Name = "=1+1"
	rows[0].Account = "000123456789012345678"
	sheet := Sheet{Header: true, Columns: []Column{
		{Header: "PO", Field: "po_number"}, {Field: "ship_name"}, {Field: "ship_postcode"}, {Field: "account_number"}, {Field: "quantity"}, {Field: "notes"}, {Header: "Type", Value: "01"}}}
	data, err := sheet.XLSX(rows)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetName(0)
	got, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"PO", "ship_name", "ship_postcode", "account_number", "quantity", "notes", "Type"},
		{"1001-A", "=1+1", "00420", "000123456789012345678", "2", "Door \"B\"\nring twice", "01"},
		{"1001-A", "=1+1", "00420", "000123456789012345678", "1", "Door \"B\"\nring twice", "01"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for cell, want := range map[string]excelize.CellType{"B2": excelize.CellTypeInlineString, "C2": excelize.CellTypeInlineString, "E2": excelize.CellTypeNumber, "G2": excelize.CellTypeInlineString} {
		kind, err := f.GetCellType(name, cell)
		if err != nil || kind != want && !(want == excelize.CellTypeNumber && kind == excelize.CellTypeUnset) {
			t.Errorf("%s has type %v, want %v (%v)", cell, kind, want, err)
		}
		if formula, _ := f.GetCellFormula(name, cell); formula != "" {
			t.Errorf("%s is the formula %s", cell, formula)
		}
	}
	again, err := sheet.XLSX(rows)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same rows make other bytes the second time (%v)", err)
	}
}

func TestXLSXCutsNothingOff(t *testing.T) {
	rows := sampleRows()
	rows[0].Note = strings.Repeat("n", 40_000)
	_, err := Sheet{Header: true}.XLSX(rows)
	if want := "1001-A, column notes: 40000 characters cannot be written in XLSX, where a cell holds 32767"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestFileName(t *testing.T) {
	at := time.Date(2025, time.August, 6, 9, 5, 7, 0, time.UTC)
	data := FileNameData{Number: "1001-A", OrderNumber: "1001", Supplier: Supplier{Slug: "prairie"}, Account: "C-4711", Orders: 2, Now: at}
	cases := []struct{ pattern, number, want string }{
		{"po_{{.Number}}.csv", "1001-A", "po_1001-A.csv"},
		{"ord_{{.OrderNumber}}_{{.Date}}{{.Time}}.csv", "", "ord_1001_20250806090507.csv"},
		{"{{.Supplier}}-{{.Year}}-{{.Month}}-{{.Day}}-{{.Account}}-{{.Orders}}.xlsx", "", "prairie-2025-08-06-C-4711-2.xlsx"},
		{"po_{{.Number}}.csv", "#1001/A", "po__1001_A_4740ed.csv"},
		{"po_{{.Number}}.csv", "_1001_A", "po__1001_A.csv"}, // differs from the one before
		{"po_{{.Number}}.csv", "../../etc/x", "po_.._.._etc_x_56da1a.csv"},
		{"po_{{.Number}}.csv", "1001\u202E", "po_1001__88f72a.csv"},
	}
	for _, c := range cases {
		d := data
		d.Number = c.number
		if got, err := FileName(c.pattern, d); err != nil || got != c.want {
			t.Errorf("%s with %q: got %q, %v; want %q", c.pattern, c.number, got, err, c.want)
		}
	}
	bad := []struct{ pattern, format, want string }{
		{"po_{{.Nmber}}.csv", "csv", `file name "po_{{.Nmber}}.csv": 1:5: executing "name" at <.Nmber>: can't evaluate field Nmber in type templates.nameData; there are .Number, .OrderNumber, .Supplier, .Account, .Orders, .Date, .Time, .Year, .Month and .Day`},
		{"po_{{.Number.csv", "csv", `file name "po_{{.Number.csv": 1: unclosed action`},
		{"a/{{.Number}}.csv", "csv", `file name "a/{{.Number}}.csv" makes "a/1001-A.csv"; expected only letters, digits, dot, dash and underscore`},
		{".{{.Number}}", "csv", `file name ".{{.Number}}" makes ".1001-A"; expected a name that starts with a letter, a digit or an underscore`},
		{"{{.Number}}.part", "csv", `file name "{{.Number}}.part" ends in .part, which means a file that is not whole yet`},
		{"orders.csv", "csv", `file name "orders.csv" makes the same name for two files; put {{.Number}} into it`},
		{"{{.Date}}{{.Time}}.csv", "csv", `file name "{{.Date}}{{.Time}}.csv" makes the same name for two files; put {{.Number}} into it`},
		{"{{.Number}}.csv", "xlsx", "an xlsx file must be named .xlsx"},
		{"", "csv", `file name "" makes ""; expected a name that starts with a letter, a digit or an underscore`},
	}
	for _, c := range bad {
		if err := CheckFileName(c.pattern, c.format, false); err == nil || err.Error() != c.want {
			t.Errorf("%s: got  %v\nwant %s", c.pattern, err, c.want)
		}
	}
}

func TestFileNameOfBatches(t *testing.T) {
	for pattern, good := range map[string]bool{"{{.Date}}{{.Time}}.csv": true, "{{.Date}}.csv": false, "po_{{.Number}}.csv": true} {
		if err := CheckFileName(pattern, "csv", true); (err == nil) != good {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	rows := sampleRows()
	for b.Loop() {
		if _, err := (Sheet{Header: true}).CSV(rows); err != nil {
			b.Fatal(err)
		}
	}
}
