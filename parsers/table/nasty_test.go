package table

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// unsure is brief, with a question mark before what the row does not say clearly enough to act upon.
func unsure(all []parsers.Statement) string {
	var out []string
	for _, s := range all {
		mark := ""
		if s.Kind != "" && s.Score < 0.7 {
			mark = "?"
		}
		out = append(out, mark+brief([]parsers.Statement{s}))
	}
	return strings.Join(out, "\n")
}

func check(t *testing.T, cases map[string]struct{ doc, want string }) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := Parse([]byte(c.doc), "x.csv", "1", parsers.Profile{})
			if unsure(got.Statements) != c.want {
				t.Errorf("got\n%s\nwant\n%s\ncolumns %+v", unsure(got.Statements), c.want, got.Columns)
			}
		})
	}
}

// The number on the label for goods that come back is no shipment's.
func TestReturnColumns(t *testing.T) {
	cases := map[string]struct{ doc, want string }{
		"before the real one": {"PO,Return Tracking,Tracking\n1001," + ups1 + "," + ups2 + "\n", "2 shipment 1001 | ups:" + ups2},
		"alone":               {"PO,SKU,Return Tracking\n1001,A," + ups1 + "\n", "2 - 1001 | A*0"},
		"link":                {"PO,Tracking,Return label URL\n1001," + ups1 + ",https://www.fedex.com/fedextrack/?trknbr=270123456786\n", "2 shipment 1001 | ups:" + ups1},
	}
	for _, heading := range []string{
		"Return Tracking", "Return label", "Tracking number (return)", "returnTrackingNumber", "RMA tracking", "Returns AWB",
		"Rücksendenummer", "Retourennummer", "Sendungsnummer Retoure", "Rücksendung Sendungsnummer", "Retourenschein", "Retoursendungsnummer",
		"Numéro de retour", "N° de suivi retour", "Étiquette retour", "Nº de devolución", "Seguimiento devolución", "Etiqueta de devolución",
		"Numero di reso", "Tracking reso", "Etichetta di reso", "Retournummer", "Track & trace retour", "Retourlabel",
		"Código de devolução", "Rastreio da devolução", "Numer zwrotu", "Numer przesyłki zwrotnej", "退货单号", "退货运单号", "返品追跡番号", "返送伝票番号",
	} {
		cases[heading] = struct{ doc, want string }{fmt.Sprintf("PO;%s;Tracking\n1001;%s;%s\n", heading, ups1, ups2), "2 shipment 1001 | ups:" + ups2}
	}
	check(t, cases)
	got := Parse([]byte("PO,Slip,Tracking\n1001,"+ups1+","+ups2+"\n"), "x.csv", "1", parsers.Profile{Columns: map[string]string{"slip": "ignore"}})
	if want := "2 shipment 1001 | ups:" + ups2; brief(got.Statements) != want {
		t.Errorf("a column that the profile ignores: got %s, want %s", brief(got.Statements), want)
	}
}
