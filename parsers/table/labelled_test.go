package table

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// Blocks of names and values, each a parcel and whom it goes to, are the rows of a table; prose, lists that name orders and single blocks are not.
func TestLabelled(t *testing.T) {
	one := "Destinataire : CHARRIER Ludivine\nAdresse      : 16 rue du Lavoir, 86110 MIREBELLE\nN° de colis  : 02372455510984\n"
	two := "Destinataire : JOBERT Tancrède\nAdresse      : 4 r. Haute, 21140 SEMURAC\nN° de colis  : pas encore partie\n"
	for name, c := range map[string]struct {
		text string
		rows int
	}{
		"a line between":    {"Relevé du 12/05\n\n" + one + "\n" + two + "\nFin du relevé.\n", 3},
		"nothing between":   {one + two, 3},
		"one":               {one, 0},
		"with an order":     {strings.ReplaceAll(one+"\n"+two, "Adresse", "Commande"), 0},
		"without a parcel":  {strings.ReplaceAll(one+"\n"+two, "N° de colis", "Contenu"), 0},
		"a sentence within": {one + "Merci de confirmer\n\n" + two, 0},
		"different names":   {one + "\n" + strings.ReplaceAll(two, "Adresse", "Ville"), 0},
	} {
		got := Labelled(c.text)
		rows := 0
		for _, g := range got {
			rows += len(g.Rows)
			for _, r := range g.Rows {
				for _, cell := range r {
					if c.text[cell.Start:cell.End] != cell.Text {
						t.Errorf("%s: %q does not stand at its place", name, cell.Text)
					}
				}
			}
		}
		if rows != c.rows {
			t.Errorf("%s: %d rows, want %d", name, rows, c.rows)
		}
	}
	got := Parse([]byte("Commande;Statut;N° de suivi\n1001;Pas encore partie, départ demain;\n"), "x.csv", "1", parsers.Profile{}).Statements
	if len(got) != 1 || got[0].Kind != parsers.Acknowledgement {
		t.Errorf("what leaves tomorrow is %v, want an acknowledgement", brief(got))
	}
}
