package prose_test

import (
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// Numbers of digits alone are a parcel's where the text names the one carrier whose form they have.
func TestBareNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"3130 et 3154 sont parties par Mondial Relay, respectivement 52243662 et 83796074.": "52243662 83796074",
		"44193-A enviado 754903796\n44200-A - enviado completo 519718683\nTodo por TNT.":    "754903796 519718683",
		"B182596 verschickt 57847313022\nB926048 verschickt 69084816311\n\nAlles mit GLS.":  "57847313022 69084816311",
		"P4410 spedito 570422911, tutto con tnt":                                            "570422911",
		"44193 sent 754903796\nAll with DHL or TNT, depending.":                             "", // two carriers
		"44193 sent with TNT, customer number 754903796.":                                   "",
		"44193 shipped with TNT today. Questions: tel. 754 903 796, or 0754903796.":         "",
		"44193 sent with TNT on 20261123.":                                                  "",
		"Order 754903796 was sent with TNT.":                                                "",
		"44193 wird erst verpackt.\n754903796":                                              "",
		"754903796 went out with TNT, and 754903797 as well.":                               "", // the orders' own numbers may look so
	} {
		reading := prose.New(parsers.Profile{}).Read(&parsers.Text{Part: "1", Text: text}, prose.Options{About: true})
		var got []string
		for _, s := range reading.Statements {
			for _, n := range s.Tracking {
				if !slices.Contains(got, n.Number) {
					got = append(got, n.Number)
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q\n got %q, want %q", text, strings.Join(got, " "), want)
		}
	}
}
