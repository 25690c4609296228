package match

import (
	"strings"
	"testing"
)

func TestThingsInOtherLanguages(t *testing.T) {
	lines := []Line{
		{ID: "1", SKU: "CHR-2", Title: "Folding chair oak", Quantity: 6, Outstanding: 6},
		{ID: "2", SKU: "MUG-B", Title: "Stoneware mug, blue", Quantity: 4, Outstanding: 4},
		{ID: "3", SKU: "MUG-G", Title: "Stoneware mug, green", Quantity: 2, Outstanding: 2},
		{ID: "4", SKU: "VAS-1", Title: "玻璃花瓶", Quantity: 1, Outstanding: 1},
	}
	for _, c := range []struct{ language, sentence, want string }{
		{"de", "4 Stühle sind heute raus.", "1"},
		{"de", "Die Klappstühle und die grünen Tassen kommen später.", "13"},
		{"de", "Die Tassen sind ausverkauft.", ""}, // which of them is not said
		{"de", "Die Reste kommen nächste Woche.", ""},
		{"fr", "Les chaises sont parties, le vase suivra.", "14"},
		{"pl", "Cztery krzesła wysłane dzisiaj.", "1"},
		{"nl", "De stoelen zijn onderweg.", "1"},
		{"it", "Le sedie sono partite.", "1"},
		{"zh", "椅子已经发货", "1"},
		{"ja", "椅子は本日発送しました。", "1"},
		{"en", "The vase is out of stock.", "4"},
		{"", "4 Stühle sind heute raus.", ""}, // a word of one language is another thing in the next
		{"nl", "Die Stühle sind heute raus.", ""},
	} {
		found := &candidate{entry: &entry{PO: PO{Lines: lines}}, language: c.language}
		got := ""
		for _, l := range found.titledIn(c.sentence) {
			got += l.ID
		}
		if got != c.want {
			t.Errorf("%s: %q names %q, want %q", c.language, c.sentence, got, c.want)
		}
	}
	found := &candidate{entry: &entry{PO: PO{Lines: lines}}, language: "de"}
	for title, want := range map[string]string{"Klappstuhl Eiche": "1", "Tasse blau": "2", "Tasse": "", "Glasvase": "4", "Lampe": ""} {
		got := ""
		for _, l := range found.byTitle(title) {
			got += l.ID
		}
		if got != want {
			t.Errorf("title %q is %q, want %q", title, got, want)
		}
	}
}

// A colour of one character names what no other line has in that colour; any other character alone stands inside other words.
func TestColoursInOneCharacter(t *testing.T) {
	lines := []Line{
		{ID: "1", SKU: "MG-R", Title: "赤いマグ", Quantity: 2, Outstanding: 2},
		{ID: "2", SKU: "MG-B", Title: "青いマグ", Quantity: 2, Outstanding: 2},
		{ID: "3", SKU: "BW-1", Title: "碗", Quantity: 1, Outstanding: 1},
	}
	for sentence, want := range map[string]string{"赤已发出": "1", "青明天发": "2", "赤、青都已发出": "12", "碗柜明天到": ""} {
		found := &candidate{entry: &entry{PO: PO{Lines: lines}}, language: "zh"}
		got := ""
		for _, l := range found.titledIn(sentence) {
			got += l.ID
		}
		if got != want {
			t.Errorf("%q names %q, want %q", sentence, got, want)
		}
	}
}

// Each line of the dictionary has a field for each language, and no field a word twice.
func TestThingList(t *testing.T) {
	for line := range strings.Lines(thingList) {
		key, fields, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || line[0] == '#' {
			continue
		}
		all := strings.Split(fields, " | ")
		if len(all) != len(thingLanguages) {
			t.Errorf("%s has %d fields", key, len(all))
		}
		for _, field := range all {
			seen := map[string]bool{}
			for w := range strings.FieldsSeq(field) {
				if seen[w] {
					t.Errorf("%s has %s twice", key, w)
				}
				seen[w] = true
			}
		}
	}
}

func TestLacking(t *testing.T) {
	for sentence, want := range map[string]string{
		"Fig candles ok, cedar is out of stock, vase ok.": " cedar is out of stock",
		"Cups, plates and bowls are out of stock.":        "Cups, plates and bowls are out of stock.",
		"Die Vase ist da, die Kerzen fehlen.":             " die Kerzen fehlen.",
		"Bougies figue dispo, bougies cèdre pas dispo.":   " bougies cèdre pas dispo.",
		"The vase is ok.":                 "The vase is ok.",
		"Krzesła są dostępne, stołu brak": " stołu brak",
	} {
		if got := lacking(sentence, "out_of_stock"); got != want {
			t.Errorf("%q: %q, want %q", sentence, got, want)
		}
	}
	if s := "vase ok, gone today"; lacking(s, "shipment") != s {
		t.Error("what left is cut")
	}
}
