package table

import (
	"fmt"
	"strings"
	"testing"
)

// TestContents reads cells that hold products with their quantities, and leaves what is no such list.
func TestContents(t *testing.T) {
	for cell, want := range map[string]string{
		"YC-BEI-4 × 1":                         "1*YC-BEI-4",
		"2 x Bucket; 1 x Shovel":               "2*Bucket 1*Shovel",
		"AB-1 x2, CD-2 x 1":                    "2*AB-1 1*CD-2",
		"茶杯 2个、茶盘 1个":                          "2*茶杯 1*茶盘",
		"のれん 藍（1）":                             "1*のれん 藍",
		"Walnut bowl (x3)":                     "3*Walnut bowl",
		"3 Stk Lampe\n1 Stk Schirm":            "3*Lampe 1*Schirm",
		"SB-TAU-10 (2)":                        "2*SB-TAU-10",
		"Frame 10 x 15":                        "",
		"Rope 10 m":                            "",
		"10x15 cm frame":                       "",
		"Bucket; 2 x Shovel":                   "",
		"12/05/2026":                           "",
		"1420 Prairie Ave":                     "",
		"Jabón de lavanda, 3":                  "",
		"Left with neighbour at no. 12 (2 pm)": "",
	} {
		var got []string
		for _, e := range contents(cell) {
			got = append(got, fmt.Sprintf("%d*%s", e.quantity, e.text))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", cell, s, want)
		}
	}
}
