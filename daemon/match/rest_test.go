package match

import (
	"testing"

	"waybill/parsers"
)

// Of an order with one product a clause need not name it.
func TestSole(t *testing.T) {
	three, two := Line{ID: "one", SKU: "TT-9", Title: "Ash stool", Quantity: 3, Outstanding: 3}, Line{ID: "one", SKU: "TT-9", Title: "切子グラス", Quantity: 2, Outstanding: 2}
	for _, c := range []struct {
		sentence, language string
		line               Line
		want               int
	}{
		{"Two went out today with UPS.", "en", three, 2},
		{"The third one isn't ready yet.", "en", three, 1},
		{"The other one is on its way.", "en", two, 1},
		{"The other one is on its way.", "en", three, 0}, // of the other two
		{"The second parcel follows.", "en", two, 0},
		{"The other day we shipped it.", "en", two, 0},
		{"This one left our dock this morning.", "en", three, 0},
		{"It left in two boxes.", "en", three, 0},
		{"Das dritte Stück kommt am 5. September rein.", "de", three, 1},
		{"Die andere ist heute raus.", "de", two, 1},
		{"Der zweite Karton kommt morgen.", "de", two, 0},
		{"Von den drei TT-9 konnten wir heute nur zwei verschicken.", "de", three, 2},
		{"Sur les trois TT-9, deux seulement sont partis.", "fr", three, 2},
		{"De los tres TT-9 solo hemos podido enviar dos.", "es", three, 2},
		{"Dei tre TT-9 ne abbiamo spediti solo due.", "it", three, 2},
		{"Van de drie TT-9 zijn er vandaag twee verzonden.", "nl", three, 2},
		{"L'autre est parti hier.", "fr", two, 1},
		{"La otra salió ayer.", "es", two, 1},
		{"L'altra è partita ieri.", "it", two, 1},
		{"De andere is gisteren verzonden.", "nl", two, 1},
		{"A outra seguiu ontem.", "pt", two, 1},
		{"Druga wyszła wczoraj.", "pl", two, 1},
		{"もう1点は本日発送しました。", "ja", two, 1},
		{"另一个明天寄", "zh", two, 1},
		{"TT-9 3点のうち2点を発送しました。", "ja", three, 2},
		{"Four left, and two more.", "en", three, 0},
	} {
		found := &candidate{entry: &entry{PO: PO{Lines: []Line{c.line}}}, language: c.language}
		n := &news{}
		if got := found.tally(n, []voice{{text: c.sentence, news: n}}); got.pieces["one"] != c.want || got.torn {
			t.Errorf("%q: %d (torn %v), want %d", c.sentence, got.pieces["one"], got.torn, c.want)
		}
	}
}

// What goods that are said to come in open words need to be believed.
func TestSoon(t *testing.T) {
	for text, want := range map[string]bool{"later this week": true, "Montag": true, "来週": true, "la prossima settimana": true, "ten days": false, "KW 50": false, "December 9": false, "mid May": false, "next month": true} {
		if soon(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestPacked(t *testing.T) {
	first, second := shipped(at(carriedBy(ups(1), "ups"), 20), orderRef("1003")), shipped(at(carriedBy(ups(2), "dpd"), 60), orderRef("1003"))
	bare := text(first, second)
	named := text(with(first, product("AB-3", 2)), with(second, product("AB-4", 1)))
	same := text(with(first, product("AB-3", 1)), with(second, product("AB-3", 1)))
	have := only(3, func(po *PO) {
		po.Lines = []Line{{ID: "1003-1", SKU: "AB-3", Quantity: 2, Outstanding: 2}, {ID: "1003-2", SKU: "AB-4", Quantity: 1, Outstanding: 1}}
	})
	run(t, []check{
		{"two carriers, and nothing says what is in which parcel", world(have), bare, prairie, "shipment 1003 order_number review 1 2"},
		{"the same product in both", world(have), same, prairie, "shipment 1003 order_number review 1 2 1003-1=1"},
		{"each with a product of its own", world(have), named, prairie, "shipment 1003 order_number auto 1 2 1003-1=2 1003-2=1"},
	})
}

func carriedBy(t parsers.Tracking, slug string) parsers.Tracking {
	t.Carriers = []parsers.CarrierGuess{{Carrier: slug, Score: 0.9}}
	return t
}
