package table

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// TestBare reads tables without headings whose columns are told by what stands in them together.
func TestBare(t *testing.T) {
	profile := parsers.Profile{OrderPatterns: []string{`(?i)(?:^|[^\pL\pN])(PO-\d{6})(?:$|[^\pL\pN])`}}
	for _, c := range []struct{ says, doc, want string }{
		{"a carrier's form beside its name", "PO-473434;GLS;560917778663\nPO-683740;TNT;834909325\n", "PO-473434 560917778663 | PO-683740 834909325"},
		{"in one row", "PO-473434;GLS;560917778663\n", "PO-473434 560917778663"},
		{"behind the number, with a name", "PO-473434\tSjoerd van der Meulen\t560917778663\tGLS\n", "PO-473434 560917778663"},
		{"in another order of columns", "834909325,TNT,PO-473434,12/10/2025\n150558196,TNT,PO-683740,12/10/2025\n", "PO-473434 834909325 | PO-683740 150558196"},
		{"a kind of parcel that nobody's form has", "PO-473434;Kurier Huber;88123456\nPO-683740;Kurier Huber;88123457\n", "PO-473434 88123456 ? | PO-683740 88123457 ?"},
		{"two long numbers, and no carrier", "PO-473434;88123456;77123456\n", ""},
		{"an order over several rows, with articles", "PO-473434;418289;1;GLS;560917778663\nPO-473434;477098;4;GLS;560917778663\n", "PO-473434 560917778663 418289*1 | PO-473434 560917778663 477098*4"},
		{"titles with pieces", "PO-473434;Ceramic mug 350 ml;2;1Z999AA10123456784\nPO-473434;Canvas tote;4;1Z999AA10123456784\n",
			"PO-473434 1Z999AA10123456784 Ceramic mug 350 ml*2 | PO-473434 1Z999AA10123456784 Canvas tote*4"},
		{"rows that are numbered, and weights", "1;PO-473434;4,5;GLS;560917778663\n2;PO-683740;2,0;GLS;560917778664\n", "PO-473434 560917778663 | PO-683740 560917778664"},
		{"a day is no article", "20251111,PO-473434,1,UPS,1Z999AA10123456784\n", "PO-473434 1Z999AA10123456784"},
		{"codes that may be a delivery note's", "PO-473434;L415791;560917778663;GLS\n", "PO-473434 560917778663 L415791~"},
	} {
		var got []string
		for _, s := range Parse([]byte(c.doc), "x.csv", "1", profile).Statements {
			if len(s.Refs)+len(s.Tracking) == 0 {
				continue
			}
			words := []string{}
			for _, r := range s.Refs {
				words = append(words, r.Text)
			}
			for _, n := range s.Tracking {
				words = append(words, n.Number)
			}
			for _, l := range s.Lines {
				name := l.SKU.Text + l.Title.Text
				switch {
				case l.Guessed:
					name += "~"
				case l.Quantity > 0:
					name += fmt.Sprintf("*%d", l.Quantity)
				}
				words = append(words, name)
			}
			if len(s.Tracking) > 0 && s.Score <= unclear {
				words = append(words, "?")
			}
			got = append(got, strings.Join(words, " "))
		}
		if all := strings.Join(got, " | "); all != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.says, c.doc, all, c.want)
		}
	}
}
