package read_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// TestSentencesInCells reads sentences that nothing was learned from as the status of an order in a file: the table's own lists read 20 in 100 of them rightly
// and 18 wrongly, with the judgement of prose beside them it is twice as many and half.
func TestSentencesInCells(t *testing.T) {
	files, err := filepath.Glob("../prose/testdata/exam/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no sentences", err)
	}
	rd := read.New(parsers.Profile{})
	all, right, wrong := 0, 0, 0
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(doc)) {
			want, text, ok := strings.Cut(strings.TrimSpace(line), " | ")
			if !ok || want == "correction" || strings.Contains(text, "{A}") || strings.Contains(text, `"`) || len(strings.Fields(text)) > 14 {
				continue
			}
			all++
			for _, s := range rd.Document([]byte("Order\tStatus\n10483\t"+text+"\n10484\tShipped\n"), "x.tsv").Statements {
				switch {
				case len(s.Refs) == 0 || s.Refs[0].Text != "10483" || s.Kind == "" || s.Score <= 0.5:
				case string(s.Kind) == want:
					right++
				default:
					wrong++
				}
			}
		}
	}
	t.Logf("%d of %d rightly, %d wrongly", right, all, wrong)
	if all < 800 || right*100 < all*38 || wrong*100 > all*10 {
		t.Errorf("%d of %d rightly, %d wrongly", right, all, wrong)
	}
}

// TestSentencesBesideParcels holds what notes and sentences say of a row, and what they do not.
func TestSentencesBesideParcels(t *testing.T) {
	testPapers(t, []paper{
		{name: "s sentences as status", file: "x.csv", doc: []byte("Order;What happened;Tracking\n10231;Gone with the UPS man this morning;{U1}\n10232;The kiln broke, we fire again next week;\n10233;We struck this order off our books at her wish;\n"), want: "10231 shipment {U1}\n10232 backorder until next week\n10233 cancellation"},
		{name: "s a carrier's own sentences", file: "x.csv", doc: []byte("Referenz;Sendungsnummer;Status\n10231;{D1};Die Sendung wurde im Start-Paketzentrum bearbeitet\n10232;{D2};Die Sendung wurde elektronisch angekündigt\n"), want: "10231 shipment {D1}\n10232 acknowledgement {D2}"},
		{name: "s a wish is no question", file: "x.csv", doc: []byte("Order;Tracking;Note\n10231;{U1};could you please leave it with the neighbour\n10232;{U2};call before delivery\n"), want: "10231 shipment {U1}\n10232 shipment {U2}"},
	})
}

// TestNotesBesideWhatIsGone holds what a note makes of a row without stock: that it comes back, or never does.
func TestNotesBesideWhatIsGone(t *testing.T) {
	testPapers(t, []paper{
		{name: "s comes back by note", file: "x.csv", doc: []byte("Order;Item;Status;Remarks\n10231;AB-1;Out of stock;new stock week 24\n10232;AB-2;Out of stock;factory closed for good\n10233;AB-3;Out of stock;gift wrap\n"),
			want: "10231 backorder [AB-1*0] until week 24\n10232 out_of_stock [AB-2*0]\n10233 out_of_stock [AB-3*0]"},
		{name: "s kommt wieder", file: "x.csv", doc: []byte("Bestellung;Artikel;Status;Bemerkung\n10231;AB-1;Nicht lieferbar;Mitte Juni wieder da\n10232;AB-2;Nicht lieferbar;kommt nicht mehr\n"),
			want: "10231 backorder [AB-1*0] until Mitte Juni\n10232 out_of_stock [AB-2*0]"},
		{name: "s wróci", file: "x.csv", doc: []byte("Zamówienie;SKU;Status;Dostępny od\n10231;AB-1;Brak towaru;2026-06-12\n10232;AB-2;Brak towaru;\n"),
			want: "10231 backorder [AB-1*0] until 2026-06-12\n10232 out_of_stock [AB-2*0]"},
		{name: "s 入荷", file: "x.csv", doc: []byte("注文番号,品番,状況,備考\n10231,AB-1,欠品,6月中旬\n10232,AB-2,欠品,再入荷なし\n"),
			want: "10231 backorder [AB-1*0] until 6月中旬\n10232 out_of_stock [AB-2*0]"},
	})
}
