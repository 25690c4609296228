package table

import (
	"testing"

	"waybill/parsers"
)

// What stands in cells that nobody can name is handed on where it may be whom a row goes to, and nowhere else.
func TestNamelessRows(t *testing.T) {
	for name, c := range map[string]struct {
		doc, sentence string
		sure          bool
	}{
		"no headings":          {"Hannah Keller;" + ups1 + "\nPriya Raman;" + ups2 + "\n", "Hannah Keller, " + ups1, true},
		"with the town":        {"Hannah Keller;Gent;" + ups1 + "\nPriya Raman;Bristol;" + ups2 + "\n", "Hannah Keller, Gent, " + ups1, true},
		"a heading of theirs":  {"Who gets it,Tracking\nHannah Keller," + ups1 + "\n", "Hannah Keller, " + ups1, true},
		"who packs":            {"Packed by,Tracking\nHannah Keller," + ups1 + "\n", "", true},
		"who drives":           {"Fahrer;Sendungsnummer\nPetra Brandt;" + ups1 + "\n", "", true},
		"a consignee":          {"Name,Tracking\nHannah Keller," + ups1 + "\n", "", true},
		"an order":             {"PO,Who,Tracking\n1001,Hannah Keller," + ups1 + "\n", "", true},
		"a parcel of nobody's": {"Hannah Keller;" + ups1 + "\nPriya Raman;\n;" + ups2 + "\n", "Hannah Keller, " + ups1, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "x.csv", "1", parsers.Profile{})
			if len(got.Statements) == 0 || got.Statements[0].Sentence != c.sentence || got.Statements[0].Score > unclear != c.sure {
				t.Errorf("got %+v, want %q", got.Statements, c.sentence)
			}
		})
	}
}
