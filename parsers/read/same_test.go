package read

import (
	"testing"

	"waybill/parsers"
)

func TestRepeats(t *testing.T) {
	const ups = "https://www.ups.com/track?tracknum=1Z999AA10123456784"
	grid := parsers.Grid{Rows: [][]parsers.Cell{{{}, {}}, {{}, {}}}}
	for _, c := range []struct {
		name, html, plain string
		links             []parsers.Link
		tables            []parsers.Grid
		want              bool
	}{
		{"the same", "Order 1001\nhas shipped", "Order 1001 has shipped.", nil, nil, true},
		{"quotation, emphasis, bullets", "Hello\nOn Monday Shop wrote:\nplease ship\n- one", "*Hello*\nOn Monday Shop wrote:\n> please ship\n> • one\n", nil, nil, true},
		{"addresses behind links", "Track it or write", "Track it <" + ups + "> or write <mailto:a@x.example>", []parsers.Link{{URL: ups}}, nil, true},
		{"a parcel that only a link names", "Track it", "Track it", []parsers.Link{{URL: ups}}, nil, false},
		{"a link that names none", "Our page", "Our page", []parsers.Link{{URL: "https://prairie-supply.example/"}}, nil, true},
		{"a word more", "Order 1001 has shipped today", "Order 1001 has shipped", nil, nil, false},
		{"a digit less", "Order 100", "Order 1001", nil, nil, false},
		{"a table", "Order 1001", "Order 1001", nil, []parsers.Grid{grid}, false},
		{"other letters", "注文1001", "注文1001 発送", nil, nil, false},
		{"nothing", "", "", nil, nil, false},
		{"a placeholder", "Order 1001", "Your program can't show HTML.", nil, nil, false},
	} {
		got := repeats(&parsers.Text{Text: c.html, Extracted: true, Links: c.links, Tables: c.tables}, &parsers.Text{Text: c.plain})
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
