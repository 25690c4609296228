package pdf

import "testing"

func TestStamp(t *testing.T) {
	for text, want := range map[string]bool{"SPECIMEN": true, "D R A F T": true, "*** MUSTER ***": true, "DRAFTDRAFTDRAFT": true, "Sample pack of teas": false, "Packing list": false, "": false} {
		if got := isStamp(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestShows: white letters are read where something coloured lies below them, as in the heading of a table.
func TestShows(t *testing.T) {
	p := paper{}
	if p.shows(10, 10) {
		t.Error("white on white is seen")
	}
	p.colour(area{0, 0, 1, 1}.under(matrix{100, 0, 0, 20, 0, 0}))
	if !p.shows(10, 10) || p.shows(10, 30) {
		t.Error("white on a coloured bar is not seen, or beside it is")
	}
}

func TestTwins(t *testing.T) {
	line := func(texts ...string) textRow {
		var l textRow
		for i, text := range texts {
			l.cells = append(l.cells, cell{from: float64(50 + 200*i), to: float64(150 + 200*i), text: text})
		}
		return l
	}
	for name, c := range map[string]struct {
		lines []textRow
		want  int
	}{
		"same names":        {[]textRow{line("Order: 1001", "Order: 1002"), line("Tracking: 9001", "Tracking: 9002")}, 2},
		"values below":      {[]textRow{line("Order A1", "Order A2"), line("Ann Oak", "Bea Elm"), line("Tracking", "Tracking"), line("9001", "9002")}, 4},
		"names and values":  {[]textRow{line("Order: 1001", "Date: 2 May"), line("Carrier: UPS", "Tracking: 9001")}, 0},
		"one name only":     {[]textRow{line("UPS Ground", "UPS Express"), line("UPS 9001", "UPS 9002")}, 0},
		"a table's columns": {[]textRow{line("Order", "Tracking"), line("1001", "9001")}, 0},
	} {
		if got, _ := twins(c.lines); got != c.want {
			t.Errorf("%s: %d lines, want %d", name, got, c.want)
		}
	}
}
