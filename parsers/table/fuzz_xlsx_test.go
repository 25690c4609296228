package table

import (
	"archive/zip"
	"bytes"
	"testing"

	"waybill/parsers"
)

// FuzzWorkbook changes the parts of a workbook that hold its cells; what unpacks them sees a sound archive.
func FuzzWorkbook(f *testing.F) {
	const head = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	f.Add([]byte(head+`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2"><v>1001</v></c><c r="B2" t="inlineStr"><is><t>`+ups1+`</t></is></c></row></sheetData></worksheet>`),
		[]byte(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Order</t></si><si><r><t>Track</t></r><r><t>ing</t></r></si></sst>`))
	f.Add([]byte(head+`<row r="1048576"><c r="XFD1048576" t="s"><v>4294967295</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`), []byte(`<sst count="-1"><si/></sst>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "aa">]>`+head+`<row><c t="e"><f>A1</f><v>&a;9.4E+21</v></c></row>`), []byte{})
	f.Fuzz(func(t *testing.T, sheet, strs []byte) {
		got := Parse(oneSheet(t, sheet, strs), "x.xlsx", "1", parsers.Profile{})
		for _, s := range got.Statements {
			for _, r := range s.Refs {
				if r.At.Row < 1 || r.At.Column < 1 || r.At.Column > parsers.MaxColumns {
					t.Errorf("no place: %+v", r)
				}
			}
		}
	})
}

// oneSheet is a workbook of one sheet.
func oneSheet(t *testing.T, sheet, strs []byte) []byte {
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct {
		name string
		raw  []byte
	}{
		{"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`)},
		{"_rels/.rels", []byte(rels + `<Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(rels + `<Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`)},
		{"xl/sharedStrings.xml", strs},
		{"xl/worksheets/sheet1.xml", sheet},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(part.raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
