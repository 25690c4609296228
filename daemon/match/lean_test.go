package match

import (
	"maps"
	"testing"

	"waybill/parsers"
)

// What news of a shipment says left, and what its sentences leave out.
func TestLeanings(t *testing.T) {
	two := []Line{{ID: "mug", SKU: "MG-100", Title: "Enamel mug", Quantity: 4, Outstanding: 4}, {ID: "lamp", SKU: "LP-200", Title: "Desk lamp", Quantity: 1, Outstanding: 1}}
	zh := []Line{{ID: "mug", SKU: "MG-1", Title: "搪瓷杯", Quantity: 4, Outstanding: 4}, {ID: "lamp", SKU: "LP-2", Title: "台灯", Quantity: 1, Outstanding: 1}}
	one := two[:1]
	for _, c := range []struct {
		sentence string
		lines    []Line
		want     map[string]int
	}{
		{"All but the lamp went out today.", two, map[string]int{"mug": 4}},
		{"Alles bis auf die lamp ist raus.", two, map[string]int{"mug": 4}},
		{"Alles op de lamp na is verstuurd.", two, map[string]int{"mug": 4}},
		{"Todo enviado menos la lamp.", two, map[string]int{"mug": 4}},
		{"Shipped today, one mug less than ordered.", two, map[string]int{"mug": 3, "lamp": 1}},
		{"Shipped today minus one mug.", two, map[string]int{"mug": 3, "lamp": 1}},
		{"Shipped today, two mugs are missing though.", two, map[string]int{"mug": 2, "lamp": 1}},
		{"Shipped today, short by 1.", one, map[string]int{"mug": 3}},
		{"Shipped 3, owe you 1.", one, map[string]int{"mug": 3}},
		{"Half a dozen mugs went out.", one, map[string]int{"mug": 6}},
		{"3/4 mugs left.", one, map[string]int{"mug": 3}},
		{"2/MG-100, 1/LP-200 left.", two, map[string]int{"mug": 2, "lamp": 1}},
		{"除台灯外已全部发出", zh, map[string]int{"mug": 4}},
		{"台灯以外は本日発送しました。", zh, map[string]int{"mug": 4}},
		{"The missing mugs left today.", two, nil}, // that were missing
		{"Please note order no 4711 left, no problem.", two, nil},
		{"Shipped without invoice.", two, nil},
	} {
		found := &candidate{entry: &entry{PO: PO{Lines: c.lines}}}
		n := &news{kind: parsers.Shipment}
		if got := found.tally(n, []voice{{text: c.sentence, news: n, sentence: true}}); !maps.Equal(got.pieces, c.want) || got.torn {
			t.Errorf("%q: %v (torn %v), want %v", c.sentence, got.pieces, got.torn, c.want)
		}
	}
}

// Goods beside a parcel that are not those that were ordered.
func TestSubstituted(t *testing.T) {
	lines := []Line{{ID: "cushion", SKU: "CU-1", Title: "Cushion grey", Quantity: 2, Outstanding: 2}, {ID: "table", SKU: "TB-1", Title: "Oak table", Quantity: 1, Outstanding: 1}}
	for _, c := range []struct {
		text string
		want bool
	}{
		{"Replaced the grey one with a blue one and shipped.", true},
		{"Das graue Kissen haben wir durch ein blaues ersetzt.", true},
		{"À la place du cushion nous avons mis un autre.", true},
		{"In place of oak, the table is walnut.", true},
		{"We put in two blue ones.", true},
		{"We sent an extra cushion.", true},
		{"It left in a white box with green tape.", false},
		{"Das graue Kissen ist raus.", false}, // the same colour in another language
		{"The cushion left with DHL instead of UPS.", false},
		{"The cushion and the table left on Monday instead of Friday.", false},
		{"La table invece est partie.", false},
		{"The number replaces the earlier tracking number.", false},
	} {
		found := &candidate{entry: &entry{PO: PO{Lines: lines}}}
		n := &news{kind: parsers.Shipment}
		x := &look{voices: map[string][]voice{found.key(): {{text: c.text, news: n, sentence: true}}}}
		if got := x.substituted(n, found); (got != "") != c.want {
			t.Errorf("%q: %q, want a reason: %v", c.text, got, c.want)
		}
	}
}
