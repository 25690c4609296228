package read_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// However a mail lays its orders out, as cards below or beside each other, each number is the one of its own card.
func TestCards(t *testing.T) {
	button := func(number string) string {
		return `<a href="https://www.ups.com/track?tracknum=` + number + `">Track</a>`
	}
	both := func(one string) string {
		return fmt.Sprintf(one, "1001", button(ups3)) + fmt.Sprintf(one, "1002", button(ups4))
	}
	for name, body := range map[string]string{
		"boxes":            both(`<div class="card"><div><b>Order %s</b></div><div>2 x Bucket</div><div>%s</div></div>`),
		"boxes in a row":   `<div style="display:flex">` + both(`<div><p><b>Order %s</b></p><p>2 x Bucket</p><p>%s</p></div>`) + `</div>`,
		"columns":          `<table><tr>` + both(`<td valign="top"><p><b>Order %s</b></p><p>2 x Bucket</p><p>%s</p></td>`) + `</tr></table>`,
		"rows":             `<table>` + both(`<tr><td><p><b>Order %s</b></p><p>2 x Bucket</p></td><td>%s</td></tr>`) + `</table>`,
		"tables in rows":   `<table>` + both(`<tr><td><table><tr><td><b>Order %s</b></td></tr><tr><td>Jane Doe</td></tr><tr><td>%s</td></tr></table></td></tr>`) + `</table>`,
		"names and values": both(`<div><div>Order</div><div>%s</div></div><div><div>Parcel</div><div>%s</div></div>`),
	} {
		r := read.Document(eml("Shipped", htmlHead, "<html><body><p>Your orders have shipped:</p>"+body+"</body></html>"), "", parsers.Profile{KeepText: true})
		checkPlaces(t, r)
		got := slices.DeleteFunc(notices(r), func(s string) bool { return !strings.Contains(s, ">") })
		if want := []string{"shipment 1001 > " + ups3, "shipment 1002 > " + ups4}; !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
		if slices.ContainsFunc(r.Statements, func(s parsers.Statement) bool { return s.Consignee != nil && s.Consignee.Postcode.Text != "" }) {
			t.Errorf("%s: an order's number is a postcode", name)
		}
	}
}
