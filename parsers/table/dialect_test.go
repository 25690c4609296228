package table

import "testing"

// TestDelimiterOfAddresses: whole addresses in one cell have more commas than the file has columns.
func TestDelimiterOfAddresses(t *testing.T) {
	for _, c := range []struct {
		text string
		want byte
	}{
		{"Ship To;Tracking\nN. D'Angelo, Corso Italia 155, 10122 Torino;RA953676702IT\nGiulia D'Angelo, Corso Italia 163, 35122 Padova;228857417049\n", ';'},
		{"Ship To\tTracking\nInes dos Santos, Travessa do Carmo, 148, 1250-096 Lisboa\tDA597781425PT\nI. Carvalho, Travessa 116, 1250-096 Lisboa\t1ZU048130917765602\n", '\t'},
		{"A. Reed, 5 Mill Road, YO8 4PJ York;RR642900616GB\nB. Reed, 7 Mill Road, YO8 4PJ York;TT986986724GB\n", ';'},
		{"Order, Tracking\n1001, 1ZU048130917765602\n1002, 1ZU048130917765611\n", ','},
		{"Order,SKU,Tracking\n1001,A;B,1ZU048130917765602\n1002,C;D,1ZU048130917765611\n", ','},
		{"1001;2,5;ups\n1002;3,5;ups\n", ';'},
	} {
		if d := sniff(c.text); d.delimiter != c.want || d.fixed != nil || d.long != "" {
			t.Errorf("%q: %q (%v, %q), want %q", c.text, d.delimiter, d.fixed, d.long, c.want)
		}
	}
}
