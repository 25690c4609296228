package match

import "testing"

// A sentence names lines by their codes, and only where it has none by words that one title has and no other.
func TestLinesThatASentenceNames(t *testing.T) {
	c := candidate{entry: &entry{PO: PO{Lines: []Line{
		{ID: "1", SKU: "KV-100", Title: "Blue ceramic vase", Quantity: 2, Outstanding: 2},
		{ID: "2", SKU: "KV-220", Title: "Blue linen cloth", Quantity: 2, Outstanding: 2},
		{ID: "3", SKU: "KV-300", Title: "Oak tray", Quantity: 1, Outstanding: 1},
	}}}}
	for sentence, want := range map[string]string{
		"KV-220 is sold out.":                       "2",
		"kv-100 and KV-300 left today.":             "13",
		"KV-100, not the tray, is sold out.":        "1",
		"The trays are sold out.":                   "3",
		"The vase and the cloth left today.":        "12",
		"Everything blue is sold out.":              "",
		"KV-999 is sold out.":                       "",
		"It comes with the next delivery, in blue.": "",
	} {
		got := ""
		for _, l := range c.titledIn(sentence) {
			got += l.ID
		}
		if got != want {
			t.Errorf("%q names %q, want %q", sentence, got, want)
		}
	}
}
