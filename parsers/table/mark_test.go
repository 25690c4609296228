package table

import (
	"archive/zip"
	"bytes"
	"testing"

	"waybill/parsers"
)

const ods = `<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:dc="d"><office:automatic-styles>
<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>
<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Now" table:style-name="ta1"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>
<table:table-row>` + odsCell + `Order</text:p></table:table-cell>` + odsCell + `Tracking</text:p></table:table-cell>` + odsCell + `Tracking</text:p></table:table-cell></table:table-row>
<table:table-row>` + odsCell + `10482</text:p></table:table-cell>` + odsCell + `1Z5R89390357567127</text:p></table:table-cell>` + odsCell + `1ZKTGXLA1264591759</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="filter">` + odsCell + `10483</text:p></table:table-cell><table:table-cell/>` + odsCell + `1ZL33V7G0273706072</text:p></table:table-cell></table:table-row>
<table:table-row>` + odsCell + `10484</text:p><office:annotation><dc:creator>Ann</dc:creator><text:p>cancelled!</text:p></office:annotation></table:table-cell><table:table-cell/>` + odsCell + `1ZJSB5MF0197432270</text:p></table:table-cell></table:table-row>
</table:table><table:table table:name="Old" table:style-name="ta2"><table:table-row>` + odsCell + `Order</text:p></table:table-cell>` + odsCell + `Tracking</text:p></table:table-cell></table:table-row>
<table:table-row>` + odsCell + `10485</text:p></table:table-cell>` + odsCell + `1ZVBPTDD1296111169</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`

const odsCell = `<table:table-cell office:value-type="string"><text:p>`

const xml2003 = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Now"><Table>
<Column/><Column ss:Hidden="1"/><Column/>
<Row><Cell><Data ss:Type="String">Order</Data></Cell><Cell><Data ss:Type="String">Tracking</Data></Cell><Cell><Data ss:Type="String">Tracking</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">10482</Data></Cell><Cell><Data ss:Type="String">1Z5R89390357567127</Data></Cell><Cell><Data ss:Type="String">1ZKTGXLA1264591759</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">10483</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">1ZL33V7G0273706072</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">10484</Data><Comment ss:Author="Ann"><ss:Data>cancelled!</ss:Data></Comment></Cell><Cell ss:Index="3"><Data ss:Type="String">1ZJSB5MF0197432270</Data></Cell></Row>
</Table></Worksheet></Workbook>`

// TestUnseen holds what workbooks do not show: a hidden row is never sure, a hidden column and a hidden sheet say nothing beside what is seen, and a note
// that says otherwise makes its row unsure and is told.
func TestUnseen(t *testing.T) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for name, text := range map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ods} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"10482": "1ZKTGXLA1264591759", "10483": "?1ZL33V7G0273706072", "10484": "?1ZJSB5MF0197432270"}
	for name, doc := range map[string][]byte{"x.ods": packed.Bytes(), "x.xml": []byte(xml2003)} {
		t.Run(name, func(t *testing.T) {
			r := Parse(doc, name, "1", parsers.Profile{})
			if len(r.Statements) != len(want) {
				t.Errorf("%d statements", len(r.Statements))
			}
			for _, s := range r.Statements {
				got := ""
				if s.Score <= unclear {
					got = "?"
				}
				for _, n := range s.Tracking {
					got += n.Number
				}
				if got != want[s.Refs[0].Text] {
					t.Errorf("%s has %s, want %s", s.Refs[0].Text, got, want[s.Refs[0].Text])
				}
			}
			codes := ""
			for _, p := range r.Problems {
				codes += " " + p.Code
			}
			if codes != " hidden note" {
				t.Errorf("problems%s", codes)
			}
		})
	}
}
