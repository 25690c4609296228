package table

import "testing"

func TestAccount(t *testing.T) {
	column := func(cells ...string) ballot {
		b := ballot{distinct: map[string]bool{}}
		for _, c := range cells {
			b.filled++
			b.distinct[c] = true
		}
		return b
	}
	number := column("60125", "60125")
	name, street, town := column("Desmond Okafor", "Wendell Hathaway"), column("22 Harborview Ter", "318 Old Ferry Ln"), column("Milford Sound", "Tidewater")
	product, code := column("Lamp", "Shade"), column("MX-1", "MX-2")
	for _, c := range []struct {
		says    string
		ballots []ballot
		want    bool
	}{
		{"every row has a consignee of its own", []ballot{number, name, street, town}, true},
		{"one order of two products", []ballot{number, product, code}, false},
		{"one row", []ballot{column("60125"), column("A B"), column("1 C St"), column("D")}, false},
		{"the numbers differ", []ballot{column("60125", "60126"), name, street, town}, false},
	} {
		if got := account(c.ballots, 0); got != c.want {
			t.Errorf("%s: %v, want %v", c.says, got, c.want)
		}
	}
}
