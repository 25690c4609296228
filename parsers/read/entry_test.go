package read_test

import (
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// A sheet with a number and below it whom it goes to, several times over, gives each parcel its address, and none to the sender.
func TestEntries(t *testing.T) {
	sheet := "FIRM MAILING BOOK      Date: 05/13/2026\nSender: ACME OUTFITTERS, 1200 INDUSTRIAL WAY, BEND OR 97702\n\n" +
		"1.  " + ups3 + "   Ground\n    REBECCA THORNE\n    418 MAPLE HOLLOW RD\n    GALENA BLUFFS IL 61036\n\n" +
		"2.  " + ups4 + "   Ground\n    DWAYNE PEEBLES\n    2206 COTTONWOOD DR\n    PUEBLO MESA CO 81005\n"
	got := map[string]string{}
	for _, s := range read.Document([]byte(sheet), "sheet.txt", parsers.Profile{}).Statements {
		if len(s.Tracking) > 0 {
			got[s.Tracking[0].Number] = s.Party().Name.Text
		}
	}
	if got[ups3] != "REBECCA THORNE" || got[ups4] != "DWAYNE PEEBLES" {
		t.Errorf("got %v", got)
	}
	missing := strings.Replace(sheet, "    DWAYNE PEEBLES\n    2206 COTTONWOOD DR\n    PUEBLO MESA CO 81005\n", "", 1)
	for _, s := range read.Document([]byte(missing), "sheet.txt", parsers.Profile{}).Statements {
		if len(s.Tracking) > 0 && s.Tracking[0].Number == ups4 && s.Consignee != nil {
			t.Errorf("a parcel without an address has that of %s", s.Party().Name.Text)
		}
	}
	for _, title := range []string{"RETURNS RECEIVED", "Parcels collected from", "Cancelled labels", "Samples sent", "Retouren", "Stornierte Paketscheine", "Échantillons envoyés", "Devoluciones", "Zwroty", "返品一覧"} {
		for _, s := range read.Document([]byte(strings.Replace(sheet, "FIRM MAILING BOOK", title, 1)), "sheet.txt", parsers.Profile{}).Statements {
			if len(s.Tracking) > 0 && s.Consignee != nil {
				t.Errorf("%s: a parcel is said to go to %s", title, s.Party().Name.Text)
			}
		}
	}
}
