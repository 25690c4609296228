package match

import (
	"maps"
	"testing"
)

// What sentences tell of pieces: only of products of the order, and only where the number stands beside their words.
func TestTally(t *testing.T) {
	lines := []Line{{ID: "bowl", SKU: "WB-1", Title: "Walnut bowl 24 cm", Quantity: 6}, {ID: "cup", SKU: "TC-2", Title: "Tasses en grès", Quantity: 6}, {ID: "tea", SKU: "YC-3", Title: "青瓷茶杯", Quantity: 6}}
	for _, c := range []struct {
		sentence string
		want     map[string]int
	}{
		{"Two of the walnut bowls left today.", map[string]int{"bowl": 2}},
		{"Walnut bowl (x3) is on its way.", map[string]int{"bowl": 3}},
		{"2 x walnut bowl and 4 tasses en grès were sent.", map[string]int{"bowl": 2, "cup": 4}},
		{"Les trois tasses sont parties hier.", map[string]int{"cup": 3}},
		{"青瓷茶杯 2只 今天已发出", map[string]int{"tea": 2}},
		{"The walnut bowl 24 cm has left.", nil},              // a size
		{"Carton 2 with the walnut bowls left.", nil},         // a carton's number
		{"3 oak trays left today.", nil},                      // nobody ordered them
		{"The walnut bowls left on 3 May.", nil},              // a day
		{"Order 1001, walnut bowls, left at 12:30.", nil},     // a number and a time
		{"Two parcels left, with the walnut bowls.", nil},     // parcels are no pieces
		{"We have 0 walnut bowls left, more come.", nil},      // none are no pieces of a parcel
		{"The last 5000 walnut bowls were a bestseller", nil}, // more than a sentence counts
	} {
		found := &candidate{entry: &entry{PO: PO{Lines: lines}}}
		n := &news{}
		got := found.tally(n, []voice{{text: c.sentence, news: n}})
		if !maps.Equal(got.pieces, c.want) || got.torn {
			t.Errorf("%q: %v (torn %v), want %v", c.sentence, got.pieces, got.torn, c.want)
		}
	}
	n := &news{}
	torn := &candidate{entry: &entry{PO: PO{Lines: lines}}}
	if got := torn.tally(n, []voice{{text: "2 walnut bowls left.", news: n}, {text: "All 3 walnut bowls left.", news: n}}); !got.torn {
		t.Errorf("two numbers of one product are not torn: %v", got.pieces)
	}
}
