package pdf

import (
	"fmt"
	"strings"
	"testing"
)

// row is a line of cells at places: "10 Ada Norwood|200 Order|300 1001".
func row(text string) (l textRow) {
	for _, c := range strings.Split(text, "|") {
		var at float64
		_, _ = fmt.Sscanf(c, "%f", &at)
		_, c, _ = strings.Cut(c, " ")
		l.cells = append(l.cells, cell{from: at, to: at + float64(6*len(c)), text: c})
	}
	return l
}

func TestPanel(t *testing.T) {
	for _, c := range []struct {
		name, rows, want string
	}{
		{"an address beside the order", "10 Deliver to:|200 Order no.|300 1001\n10 Ada Norwood|200 Date|300 06/12/2025\n10 12 Cedar Avenue|200 Carrier|300 GLS\n200 Tracking|300 582702090187",
			"Deliver to: / Ada Norwood / 12 Cedar Avenue / Order no.|1001 / Date|06/12/2025 / Carrier|GLS / Tracking|582702090187"},
		{"products under their names", "10 Article|200 Title|300 Pieces\n10 AB-1|200 Bucket|300 2\n10 AB-2|200 Shovel|300 1", ""},
		{"products without names", "10 AB-1|200 Bucket|300 2\n10 AB-2|200 Shovel|300 1\n200 Handle|300 4", ""},
		{"three columns of words", "10 Ada|200 Norwood|300 1\n10 Bruno|200 Castellani|300 2\n10 Clara|200 Whitfield|300 3", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []textRow
			for _, text := range strings.Split(c.rows, "\n") {
				lines = append(lines, row(text))
			}
			var got []string
			if n, names := panel(lines); n > 0 {
				for _, l := range dividePanel(lines[:n], names) {
					var cells []string
					for _, c := range l.cells {
						cells = append(cells, c.text)
					}
					got = append(got, strings.Join(cells, "|"))
				}
			}
			if text := strings.Join(got, " / "); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}
