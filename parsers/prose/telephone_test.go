package prose_test

import (
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// TestTelephones reads numbers of footers and signatures, which are no parcels' however many digits they have, and parcels' that are written alike.
func TestTelephones(t *testing.T) {
	for text, want := range map[string]string{
		"Jill Hartfield\nT: 01825 496 0317 | www.hartfield-ropes.example":                    "",
		"Sent by FedEx.\n\nM: 018254960317":                                                  "",
		"☎ 030 5557 12341 · post@laden.example":                                              "",
		"Spedito con GLS.\n\nOfficina Bruno, Via Roma 2 - 0575 123 4567 - www.bruno.example": "",
		"电话：0571 8555 01234":                                                                 "",
		"TEL 0268-55-01182":                                                                  "",
		"Tél. 01 23 45 67 89":                                                                "",
		"tel. kom. 601 234 5678":                                                             "",
		"Sent by FedEx: 0182 5496 0317":                                                      "018254960317",
		"Tracking number: 01825 496 0317 (FedEx)":                                            "018254960317",
		"Left by FedEx, 018254960317. Tel. 030 555 7123":                                     "018254960317",
	} {
		got := ""
		for _, s := range prose.New(parsers.Profile{}).Read(&parsers.Text{Text: text}, prose.Options{About: true}).Statements {
			for _, n := range s.Tracking {
				got = n.Number
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
