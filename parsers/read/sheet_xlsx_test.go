package read_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// book makes a workbook: a sheet's name, its rows, and so on. A nil cell is left out; what a func does to the book is done after the sheet before it.
func book(t *testing.T, parts ...any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	sheet, first := "", true
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			sheet = v
			if first {
				must(f.SetSheetName("Sheet1", v))
				first = false
			} else {
				_, err := f.NewSheet(v)
				must(err)
			}
		case [][]any:
			for y, cells := range v {
				for x, c := range cells {
					if c == nil {
						continue
					}
					if s, ok := c.(string); ok {
						c = numbers(s)
					}
					at, err := excelize.CoordinatesToCellName(x+1, y+1)
					must(err)
					must(f.SetCellValue(sheet, at, c))
				}
			}
		case func(*excelize.File) error:
			must(v(f))
		default:
			t.Fatalf("a %T is no part of a book", p)
		}
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

// rewritten gives an archive with the text of one of its files changed.
func rewritten(t *testing.T, doc []byte, name string, change func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			data = []byte(change(string(data)))
		}
		out = append(out, f.Name, data)
	}
	return archive(t, out...)
}

type rows = [][]any

func TestWorkbooks(t *testing.T) {
	day := time.Date(2025, 5, 12, 0, 0, 0, 0, time.UTC)
	merge := func(sheet, from, to string) func(*excelize.File) error {
		return func(f *excelize.File) error { return f.MergeCell(sheet, from, to) }
	}
	format := func(sheet, from, to, code string) func(*excelize.File) error {
		return func(f *excelize.File) error {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				return err
			}
			return f.SetCellStyle(sheet, from, to, style)
		}
	}
	inline := rewritten(t, book(t, "a", rows{{"PO", "Tracking"}, {"x", "y"}}), "xl/worksheets/sheet1.xml", func(s string) string {
		i, j := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		return s[:i] + numbers(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>PO</t></is></c><c r="B1" t="inlineStr"><is><r><t>Track</t></r><r><rPr><b/></rPr><t>ing</t></r></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>10231</t></is></c><c r="B2" t="inlineStr"><is><r><t>`+number('U', 1)[:9]+`</t></r><r><t>`+number('U', 1)[9:]+`</t></r></is></c></row>`) + s[j:]
	})
	noRefs := rewritten(t, book(t, "a", rows{{"PO", "Tracking"}, {"x", "y"}}), "xl/worksheets/sheet1.xml", func(s string) string {
		i, j := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		return s[:i] + numbers(`<sheetData><row><c t="inlineStr"><is><t>PO</t></is></c><c t="inlineStr"><is><t>Tracking</t></is></c></row><row><c><v>10231</v></c><c t="str"><f>"1Z"&amp;"x"</f><v>{U1}</v></c></row>`) + s[j:]
	})
	sparse := rewritten(t, book(t, "a", rows{{"PO", "Tracking"}, {"x", "y"}}), "xl/worksheets/sheet1.xml", func(s string) string {
		i, j := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		return s[:i] + numbers(`<sheetData><row r="5"><c r="C5" t="inlineStr"><is><t>PO</t></is></c><c r="E5" t="inlineStr"><is><t>Tracking</t></is></c></row><row r="9" hidden="1"><c r="C9"><v>10231</v></c><c r="E9" t="inlineStr"><is><t>{U1}</t></is></c></row><row r="12"><c r="C12"><v>10232</v></c><c r="E12" t="inlineStr"><is><t>{U2}</t></is></c></row>`) + s[j:]
	})
	testPapers(t, []paper{
		{name: "title and cover", file: "x.xlsx", doc: book(t, "Cover", rows{{"Prairie Supply"}, {"Daily report"}, {nil, "Prepared by", "Ana"}}, "Data", rows{{"Shipments of", day}, {}, {nil, "PO", "SKU", "Qty", "Carrier", "Tracking"}, {nil, "10231", "AB-1", 2, "UPS", "{U1}"}, {nil, 10232, "CD-2", 1, "UPS", "{U2}"}}, "Notes", rows{{"Please call us with questions."}}),
			want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]", places: map[string]string{"{U1}": "Data!4:6", "10232": "Data!5:2"}},
		{name: "hidden sheet", file: "x.xlsx", doc: book(t, "Now", rows{{"PO", "Tracking"}, {"10231", "{U1}"}}, "Old", rows{{"PO", "Tracking"}, {"10240", "{U2}"}}, func(f *excelize.File) error { return f.SetSheetVisible("Old", false) }),
			want: "10231 shipment {U1}"},
		{name: "merged order cells", file: "x.xlsx", doc: book(t, "a", rows{{"Order", "SKU", "Qty", "Tracking"}, {"10231", "AB-1", 2, "{U1}"}, {nil, "CD-2", 1, nil}, {"10232", "AB-1", 1, "{U2}"}, {nil, "EF-3", 3, "{U3}"}}, merge("a", "A2", "A3"), merge("a", "D2", "D3"), merge("a", "A4", "A5")),
			want: "10231 shipment {U1} [AB-1*2 CD-2*1]\n10232 shipment {U2} {U3} [AB-1*1 EF-3*3]", places: map[string]string{"{U3}": "a!5:4"}},
		{name: "merged group headings", file: "x.xlsx", doc: book(t, "a", rows{{"Order", nil, "Goods", nil, "Shipment", nil}, {"No.", "Date", "Code", "Qty", "Carrier", "No."}, {"10231", "12.05.2025", "AB-1", 2, "UPS", "{U1}"}, {"10232", "12.05.2025", "CD-2", 1, "UPS", "{U2}"}}, merge("a", "A1", "B1"), merge("a", "C1", "D1"), merge("a", "E1", "F1")),
			want: "10231 shipment {U1} [AB-1*2]\n10232 shipment {U2} [CD-2*1]"},
		{name: "merged heading over two rows", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Quantity", nil, nil, "Tracking"}, {nil, "ordered", "shipped", "open", nil}, {"10231", 3, 2, 1, "{U1}"}, {"10232", 1, 1, 0, "{U2}"}}, merge("a", "A1", "A2"), merge("a", "B1", "D1"), merge("a", "E1", "E2")),
			want: "10231 shipment+ {U1}\n10232 shipment {U2}"},
		{name: "numbers as numbers", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Carrier", "Tracking"}, {10231, "FedEx", 774891312646}, {10232, "DPD", 1598801234586.0}, {10233, "USPS", 9.4058036993001242e21}}),
			want: "10231 shipment? 774891312646\n10232 shipment? 1598801234586\n10233 shipment? 9405803699300124000000", problems: "excel_damage"},
		{name: "order with zeros by format", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Tracking"}, {231, "{U1}"}, {10232, "{U2}"}}, format("a", "A2", "A3", "00000")),
			want: "00231 shipment {U1}\n10232 shipment {U2}"},
		{name: "order with a prefix by format", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Tracking"}, {77231, "{U1}"}}, format("a", "A2", "A2", `"W-"0`)),
			want: "W-77231 shipment {U1}"},
		{name: "dates as serials", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "SKU", "Qty", "Status", "Expected", "Ship date", "Tracking"}, {"10231", "AB-1", 2, "Shipped", nil, day, "{U1}"}, {"10232", "CD-2", 1, "Backorder", day.AddDate(0, 1, 8), nil, nil}}),
			want: "10231 shipment {U1} [AB-1*2]\n10232 backorder [CD-2*1] until 2025-06-20"},
		{name: "inline rich text", file: "x.xlsx", doc: inline, want: "10231 shipment {U1}"},
		{name: "cells without references", file: "x.xlsx", doc: noRefs, want: "10231 shipment {U1}", places: map[string]string{"{U1}": "a!2:2"}},
		{name: "sparse and hidden rows", file: "x.xlsx", doc: sparse, want: "10231 shipment? {U1}\n10232 shipment {U2}", places: map[string]string{"{U1}": "a!9:5", "{U2}": "a!12:5"}, problems: "hidden"},
		{name: "rich shared strings", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Tracking"}, {"10231", nil}}, func(f *excelize.File) error {
			u := number('U', 1)
			return f.SetCellRichText("a", "B2", []excelize.RichTextRun{{Text: u[:6]}, {Text: u[6:], Font: &excelize.Font{Bold: true}}})
		}), want: "10231 shipment {U1}"},
		{name: "link behind a word", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Status", "Tracking"}, {"10231", "Shipped", "Track parcel"}, {"10232", "Shipped", "Track parcel"}}, func(f *excelize.File) error {
			if err := f.SetCellHyperLink("a", "C2", "https://www.ups.com/track?tracknum="+number('U', 1), "External"); err != nil {
				return err
			}
			return f.SetCellHyperLink("a", "C3", "https://www.ups.com/track?tracknum="+number('U', 2), "External")
		}), want: "10231 shipment {U1}\n10232 shipment {U2}", places: map[string]string{}},
		{name: "link by formula", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Tracking"}, {"10231", "click"}}, func(f *excelize.File) error {
			if err := f.SetCellFormula("a", "B2", `HYPERLINK("https://www.ups.com/track?tracknum=`+number('U', 1)+`","click")`); err != nil {
				return err
			}
			return nil
		}), want: "10231 shipment {U1}"},
		{name: "formula with its value", file: "x.xlsx", doc: rewritten(t, book(t, "a", rows{{"PO", "Tracking"}, {"10231", "x"}}), "xl/worksheets/sheet1.xml", func(s string) string {
			i := strings.Index(s, `<c r="B2"`)
			j := i + strings.Index(s[i:], "</c>") + 4
			return s[:i] + `<c r="B2" t="str"><f>CONCATENATE("1Z","x")</f><v>` + number('U', 1) + `</v></c>` + s[j:]
		}), want: "10231 shipment {U1}"},
		{name: "two tables side by side", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "Tracking", nil, "PO", "Tracking"}, {"10231", "{U1}", nil, "10232", "{U2}"}, {"10233", "{U3}", nil, nil, nil}}),
			want: "10231 shipment {U1}\n10232 shipment {U2}\n10233 shipment {U3}", places: map[string]string{"{U2}": "a!2:5"}},
		{name: "two tables below each other", file: "x.xlsx", doc: book(t, "a", rows{{"Shipped"}, {"PO", "Tracking"}, {"10231", "{U1}"}, {}, {"Backordered"}, {"PO", "SKU", "Available"}, {"10232", "CD-2", "June 20"}}),
			want: "10231 shipment {U1}\n10232 backorder [CD-2*0] until June 20"},
		{name: "a sheet for each kind", file: "x.xlsx", doc: book(t, "Shipped", rows{{"PO", "Tracking"}, {"10231", "{U1}"}}, "Out of stock", rows{{"PO", "SKU"}, {"10232", "CD-2"}}, "Cancelled", rows{{"PO", "SKU"}, {"10233", "EF-3"}}),
			want: "10231 shipment {U1}\n10232 out_of_stock [CD-2*0]\n10233 cancellation [EF-3*0]"},
		{name: "delivery note form", file: "x.xlsx", doc: book(t, "Lieferschein", rows{{"Nordlicht GmbH", nil, nil, "Lieferschein"}, {}, {"Ihre Bestellung:", "10231", nil, "Datum:", "12.05.2025"}, {"Versand:", "DHL", nil, "Sendungsnummer:", "{D1}"}, {}, {"Pos", "Artikel", "Bezeichnung", "Menge"}, {1, "AB-1", "Eimer", 2}, {2, "CD-2", "Schaufel", 1}}),
			want: "10231 shipment {D1} [AB-1*2 CD-2*1]", places: map[string]string{"{D1}": "Lieferschein!4:5", "10231": "Lieferschein!3:2"}},
		{name: "vertical records in columns", file: "x.xlsx", doc: book(t, "a", rows{{"PO", "10231", "10232"}, {"Carrier", "UPS", "UPS"}, {"Tracking", "{U1}", "{U2}"}, {"Pieces", 2, 1}}),
			want: "10231 shipment {U1}\n10232 shipment {U2}", places: map[string]string{"{U2}": "a!3:3"}},
		{name: "xlsm", file: "x.xlsm", doc: book(t, "a", rows{{"PO", "Tracking"}, {"10231", "{U1}"}}), want: "10231 shipment {U1}"},
		{name: "workbook without a name", file: "attachment", doc: book(t, "a", rows{{"PO", "Tracking"}, {"10231", "{U1}"}}), want: "10231 shipment {U1}"},
		{name: "old xls", file: "x.xls", doc: append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...), want: "", problems: "unknown_format"},
		{name: "spreadsheet 2003", file: "x.xls", doc: []byte("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Export\"><Table><Row><Cell><Data ss:Type=\"String\">PO</Data></Cell><Cell><Data ss:Type=\"String\">SKU</Data></Cell><Cell ss:Index=\"4\"><Data ss:Type=\"String\">Tracking</Data></Cell></Row><Row ss:Index=\"4\"><Cell><Data ss:Type=\"Number\">10231</Data></Cell><Cell><Data ss:Type=\"String\">AB-1</Data></Cell><Cell ss:Index=\"4\"><Data ss:Type=\"String\">{U1}</Data></Cell></Row></Table></Worksheet></Workbook>"), want: "10231 shipment {U1} [AB-1*0]", places: map[string]string{"{U1}": "Export!4:4"}},
		{name: "open document", file: "x.ods", doc: archive(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", `<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Tabelle1"><table:table-row><table:table-cell><text:p>Bestellnummer</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>Sendungsnummer</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row><table:table-row><table:table-cell office:value-type="float" office:value="10231"><text:p>10231</text:p></table:table-cell><table:table-cell/><table:table-cell/><table:table-cell><text:p>{D1}</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`), want: "10231 shipment {D1}", places: map[string]string{"{D1}": "Tabelle1!4:4"}},
	})
}

func TestArchives(t *testing.T) {
	old := func(name string) []byte { // a name in code page 437, as old programs write it
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(numbers("PO;Tracking\n10231;{U1}\n")))
		_ = z.Close()
		return b.Bytes()
	}
	damaged := func() []byte {
		doc := archive(t, "a.csv", "PO,Tracking\n10231,{U1}\n"+strings.Repeat("x,y\n", 50), "b.csv", "PO,Tracking\n10232,{U2}\n")
		doc[60] ^= 0xff
		doc[61] ^= 0xff
		return doc
	}
	testPapers(t, []paper{
		{name: "folders and rubbish", file: "x.zip", doc: archive(t, "out/2025/a.csv", "PO,Tracking\n10231,{U1}\n", "__MACOSX/out/2025/._a.csv", "\x00\x05\x16\x07", "out/.DS_Store", "x", "out/Thumbs.db", "x", "out/b.csv", "PO,Tracking\n10232,{U2}\n"),
			want: "10231 shipment {U1}\n10232 shipment {U2}"},
		{name: "a workbook and a pdf inside", file: "x.zip", doc: archive(t, "a.xlsx", book(t, "a", rows{{"PO", "Tracking"}, {"10231", "{U1}"}}), "readme.txt", "Please find the report attached.\n"),
			want: "10231 shipment {U1}", places: map[string]string{"{U1}": "a!2:2"}},
		{name: "old name", file: "x.zip", doc: old("\x81bersicht.csv"), want: "10231 shipment {U1}"},
		{name: "one of two is damaged", file: "x.zip", doc: damaged(), want: "10232 shipment {U2}", problems: "damaged"},
		{name: "zip in zip", file: "x.zip", doc: archive(t, "inner.zip", archive(t, "a.csv", "PO,Tracking\n10231,{U1}\n")), want: "10231 shipment {U1}"},
		{name: "called csv", file: "x.csv", doc: archive(t, "a.csv", "PO,Tracking\n10231,{U1}\n"), want: "10231 shipment {U1}"},
	})
}
