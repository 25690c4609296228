package table

import "testing"

// TestCountedIn: pieces in a parcel, and those that stay behind, as notes beside a parcel's number count them.
func TestCountedIn(t *testing.T) {
	for _, c := range []struct {
		note    string
		ordered int
		want    aside
	}{
		{"3 of 4 in this box, the last one ships next week", 4, aside{left: 3, follows: true}},
		{"seguiram 3, a outra vai na próxima semana", 4, aside{left: 3, follows: true}},
		{"2 von 3 verschickt, Rest folgt KW 50", 3, aside{left: 2, follows: true}},
		{"1 fehlt noch, kommt nach", 3, aside{rest: 1, follows: true}},
		{"2 sur 3 dans ce colis, le dernier suit", 3, aside{left: 2, follows: true}},
		{"faltan 2, salen el lunes", 5, aside{rest: 2, follows: true}},
		{"spediti 2, manca 1 (arriva il 4/12)", 3, aside{left: 2, rest: 1, follows: true}},
		{"2 meegestuurd, 1 volgt week 50", 3, aside{left: 2, rest: 1, follows: true}},
		{"wysłano 2 szt., reszta w grudniu", 3, aside{left: 2, follows: true}},
		{"先发3个，剩1个下周发", 4, aside{left: 3, rest: 1, follows: true}},
		{"3個中2個発送、残り1個は来週", 3, aside{left: 2, rest: 1, follows: true}},
		{"one to follow", 2, aside{rest: 1, follows: true}},
		{"2 sent, 3 to follow", 4, aside{left: 2, rest: 3, follows: true, wrong: true}},
		{"Paket 1 von 2", 2, aside{}},
		{"box 2 of 3", 3, aside{}},
		{"left at the door of no 3", 4, aside{}},
		{"1 broken, replaced", 3, aside{}},
		{"deliver before 2 pm", 3, aside{}},
		{"ein Deckel fehlt", 2, aside{}},
		{"sent on 3 December", 4, aside{}},
	} {
		if got := countedIn(c.note, c.ordered); got != c.want {
			t.Errorf("%q of %d: got %+v, want %+v", c.note, c.ordered, got, c.want)
		}
	}
}
