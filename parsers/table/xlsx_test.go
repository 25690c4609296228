package table

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"waybill/parsers"
)

// workbook writes sheets of rows; a nil cell is left out.
func workbook(t *testing.T, sheets map[string][][]any, order ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range order {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for y, cells := range sheets[name] {
			for x, c := range cells {
				if c == nil {
					continue
				}
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if err := f.SetCellValue(name, at, c); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	for name, c := range map[string]struct {
		sheets   map[string][][]any
		order    []string
		want     string
		problems string
	}{
		"header below a title": {map[string][][]any{"Versand": {{"Prairie Supply"}, {}, {nil, "Bestellnummer", "Sendungsnummer", "Menge"}, {nil, "1001", ups1, 2}, {nil, 1002, usps, 1}}}, []string{"Versand"},
			"4 shipment 1001 | ups:" + ups1 + " | *2\n5 shipment 1002 | usps:" + usps + " | *1", ""},
		"numbers as numbers": {map[string][][]any{"a": {{"Order", "Tracking"}, {1001, 986578788855}, {1002, 9.4058036993001242e21}}}, []string{"a"},
			"2 shipment 1001 | fedex:986578788855\n3 shipment 1002 | :9405803699300124000000!", "excel_damage"},
		"several sheets": {map[string][][]any{"Read me": {{"Shipping list of the week"}}, "UPS": {{"PO", "Tracking"}, {"1001", ups1}}, "USPS": {{"Tracking", "PO"}, {usps, "1002"}}}, []string{"Read me", "UPS", "USPS"},
			"2 shipment 1001 | ups:" + ups1 + "\n2 shipment 1002 | usps:" + usps, ""},
		"nothing": {map[string][][]any{"a": {{"lorem", "ipsum"}, {"dolor", "sit"}}}, []string{"a"}, "", "no_header"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse(workbook(t, c.sheets, c.order...), "x.xlsx", "1", parsers.Profile{})
			if brief(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s", brief(got.Statements), c.want)
			}
			var problems []string
			for _, p := range got.Problems {
				problems = append(problems, p.Code)
			}
			if strings.Join(problems, " ") != c.problems {
				t.Errorf("problems %v, want %q", got.Problems, c.problems)
			}
			for _, s := range got.Statements {
				for _, tr := range s.Tracking {
					if tr.At.Sheet == "" || tr.At.Row == 0 || tr.At.Column == 0 {
						t.Errorf("no place: %+v", tr.At)
					}
				}
			}
		})
	}
}

// A merged order cell speaks for all its rows.
func TestXLSXMergedCells(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for at, v := range map[string]string{"A1": "Order", "B1": "Tracking", "A2": "1001", "B2": ups1, "B3": ups2, "A4": "1002", "B4": usps} {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A2", "A3"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	want := "2 shipment 1001 | ups:" + ups1 + "\n3 shipment 1001 | ups:" + ups2 + "\n4 shipment 1002 | usps:" + usps
	if got := Parse(b.Bytes(), "x.xlsx", "", parsers.Profile{}); brief(got.Statements) != want {
		t.Errorf("got\n%s\nwant\n%s", brief(got.Statements), want)
	}
}

func TestDamagedWorkbook(t *testing.T) {
	whole := workbook(t, map[string][][]any{"a": {{"Order", "Tracking"}, {"1001", ups1}}}, "a")
	for i := 4; i < len(whole); i += len(whole) / 40 {
		damaged := append([]byte(nil), whole...)
		damaged[i] ^= 0xff
		if got := Parse(damaged, "x.xlsx", "", parsers.Profile{}); len(got.Statements) == 0 && len(got.Problems) == 0 {
			t.Errorf("byte %d damaged: neither read nor said why", i)
		}
		if got := Parse(whole[:i], "x.xlsx", "", parsers.Profile{}); len(got.Problems) == 0 {
			t.Errorf("cut at %d: no problem named", i)
		}
	}
}

// A small file that unpacks to a very large one is refused before anything is unpacked.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 3 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := Parse(b.Bytes(), "x.xlsx", "", parsers.Profile{})
	if len(got.Problems) != 1 || got.Problems[0].Code != "too_large" {
		t.Errorf("%+v", got)
	}
}
