package carrier

import (
	"strings"
	"testing"
)

// TestCounted reads the parcels of one shipment, one to a line behind its count.
func TestCounted(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"thirteen digits":   {"ha salido en tres bultos con SEUR:\n\n1/3  4582088210089\n2/3  1798254866140\n3/3  5704484595880\n", "4582088210089 1798254866140 5704484595880"},
		"brackets":          {"left in two parcels with MRW\n(1/2) 047192918290\n(2/2) 080615226041\n", "047192918290 080615226041"},
		"words":             {"zwei Pakete, GLS:\n1 von 2: 50412345678\n2 von 2: 50412345681\n", "50412345678 50412345681"},
		"a date, no parcel": {"GLS\n12/10 the invoice\n", ""},
		"reference":         {"Amazon Logistics ref TBA489501316577", "TBA489501316577"},
	} {
		var got []string
		for _, x := range Find(c.text, Context{}) {
			got = append(got, x.Number)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestArticleOrParcel: every tenth number of thirteen digits has the check digit of an article's.
func TestArticleOrParcel(t *testing.T) {
	if got := Find("9856686284927", Context{Column: true, Carrier: "spanish-seur"}); len(got) != 1 {
		t.Errorf("found %v", got)
	}
	if got := Find("9856686284927", Context{Column: true}); len(got) != 0 {
		t.Errorf("an article of nobody's: %v", got)
	}
	for _, url := range []string{"https://www.seur.com/livetracking/?segOnlineIdentificador=1610527236630"} {
		if got := Link(url, Context{}); len(got) != 1 || got[0].Number != "1610527236630" {
			t.Errorf("%s: %v", url, got)
		}
	}
}
