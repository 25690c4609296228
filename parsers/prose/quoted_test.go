package prose_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/prose"
)

// Of a quoted mail only what it names is read where the writer brings news, and all of it where the writer does not.
func TestQuoted(t *testing.T) {
	const quoted = "> Order 1001 has shipped.\n> 2 x AB-1, 1Z999AA10123456784\n> Order 1002 is out of stock."
	for _, c := range []struct{ own, want string }{
		{"Order 1003 has shipped today.\n\n", "shipment 1003;  1001; shipment AB-1 1001 2xAB-1 1Z999AA10123456784;  1002"},
		{"Thank you!\n\n", "shipment 1001; shipment AB-1 1001 2xAB-1 1Z999AA10123456784; out_of_stock 1002"},
		{"", "shipment 1001; shipment AB-1 1001 2xAB-1 1Z999AA10123456784; out_of_stock 1002"},
		{"Please ignore the earlier tracking number: 1Z999AA10123456784\nThe right one is 1Z12345E0205271688.\n\n",
			" -1Z999AA10123456784; shipment 1Z12345E0205271688;  1001; shipment AB-1 1001 2xAB-1 -1Z999AA10123456784;  1002"},
	} {
		text := &parsers.Text{Part: "1", Text: c.own + quoted, Marks: []parsers.Mark{{Start: len(c.own), End: len(c.own) + len(quoted), Kind: parsers.MarkQuoted}}}
		var got []string
		for _, s := range prose.New(parsers.Profile{}).Read(text, prose.Options{}).Statements {
			line := string(s.Kind)
			for _, r := range s.Refs {
				line += " " + r.Text
			}
			for _, l := range s.Lines {
				line += fmt.Sprintf(" %dx%s", l.Quantity, l.SKU.Text)
			}
			for _, n := range s.Tracking {
				line += map[bool]string{false: " ", true: " -"}[n.Withdrawn] + n.Number
			}
			got = append(got, line)
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.own, got, c.want)
		}
	}
}
