package prose

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
)

// The steps that a text takes grow with its length and not with its square, whatever stands in it. Steps are counted, not
// time: the count is the same on every machine.
func TestWorkGrowsWithTheText(t *testing.T) {
	p := parsers.Profile{OrderPatterns: []string{`\d{4}`}, Phrases: map[string]parsers.Kind{"all gone": parsers.OutOfStock}}
	links := func(n int) (list []parsers.Link) {
		for i := range n {
			list = append(list, parsers.Link{URL: fmt.Sprintf("https://www.ups.com/track?tracknum=1Z999AA1%010d", i)})
		}
		return list
	}
	for _, c := range []struct {
		name, piece string
		links       bool
	}{
		{"no spaces", "订单1001已发货", false},
		{"one endless sentence", "shipped not if 1001 and ", false},
		{"words glued together", "已发货未取消如果", false},
		{"lines that name nothing", "Hello there\n\n", false},
		{"blocks of news without orders", "It has shipped\n\n", false},
		{"orders", "order 1001 shipped, ", false},
		{"tracking numbers", "1Z999AA10123456784 ", false},
		{"the shop's pattern", "1001/", false},
		{"quantities on one line", "qty 2 ", false},
		{"cells on one line", "\t2\tx", false},
		{"pieces on one line", "2 x ", false},
		{"addresses on one line", "ship to: ", false},
		{"people on one line", "customer: ", false},
		{"dates", "out of stock until 5 May ", false},
		{"a supplier's own phrase", "all gone ", false},
		{"corrections", "ignore 1Z999AA10123456784 the correct one is ", false},
		{"denials", "not 1Z999AA10123456784 but ", false},
		{"returns", "return label: 1Z999AA10123456784, ", false},
		{"parts", "3 of 5 ", false},
		{"delays", "shipped only not until 5 May ", false},
		{"lost parcels", "parcel lost not if 1001 ", false},
		{"sides of one sentence", "question - if one turns out to be out of stock, should we ship - ", false},
		{"links", "x", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			work := func(size int) int {
				text := &parsers.Text{Part: "1", Text: strings.Repeat(c.piece, size/len(c.piece))}
				if c.links {
					text.Links = links(size / 50)
				}
				r := New(p)
				r.Read(text, Options{})
				return r.work
			}
			small, large := work(30_000), work(120_000)
			if large > 5*small+10_000 {
				t.Errorf("%d steps for 30 KB, %d for 120 KB", small, large)
			}
			if most := 500 * 120_000; large > most {
				t.Errorf("%d steps, want at most %d", large, most)
			}
			t.Logf("%d and %d steps", small, large)
		})
	}
}
