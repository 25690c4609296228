package read

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// Something about the form of a mail speaks against what it says: then it is told, and not sure.
func TestDoubts(t *testing.T) {
	const one, two = "1Z999AA10123456784", "1ZA7H2KF0128614781"
	for name, c := range map[string]struct {
		kind, body string
		sure       bool
		want       string // a number that is told in any case
	}{
		"link of a carrier":         {"html", `<p>Order 1001 has shipped. <a href="https://www.ups.com/track?tracknum=` + one + `">Track</a></p>`, true, one},
		"link of the sender":        {"html", `<p>Order 1001 has shipped. <a href="https://track.supplier.example/x?trackingnumber=` + one + `">Track</a></p>`, true, one},
		"link of a stranger":        {"html", `<p>Order 1001 has shipped. <a href="https://evil.example/pay?trackingnumber=` + one + `">Pay</a></p>`, false, one},
		"stranger's link, in words": {"html", `<p>Order 1001 has shipped. <a href="https://other.example/?trackingnumber=` + one + `">` + one + `</a></p>`, true, one},
		"words and link agree":      {"html", `<p>Order 1001 has shipped: <a href="https://www.ups.com/track?tracknum=` + one + `">` + one + `</a></p>`, true, one},
		"words and link differ":     {"html", `<p>Order 1001 has shipped: <a href="https://www.ups.com/track?tracknum=` + two + `">` + one + `</a></p>`, false, two},
		"disguised words":           {"plain; charset=utf-8", "Order 1001 has nоt shipped, UPS " + one + ".", false, one},
		"Greek and Latin words":     {"plain; charset=utf-8", "Order 1001 for Ωmega has shipped, UPS " + one + ".", true, one},
		"number of the signature":   {"plain", "Order 1001 is confirmed.\n\n-- \nAmy\nSupplier Ltd, VAT GB123456789\nTrack all: " + one + "\n", false, one},
		"markup of another order": {"html", `<script type="application/ld+json">{"@type":"ParcelDelivery","trackingNumber":"` + one + `","partOfOrder":{"@type":"Order","orderNumber":"1002"}}</script>` +
			"<p>Order 1001 is confirmed.</p>", false, one},
		"markup of the order": {"html", `<script type="application/ld+json">{"@type":"ParcelDelivery","trackingNumber":"` + one + `","partOfOrder":{"@type":"Order","orderNumber":"1001"}}</script>` +
			"<p>Order 1001 has shipped.</p>", true, one},
		"a zero byte": {"plain", "Order 1001 has\x00 shipped, UPS " + one + ".", true, one},
	} {
		t.Run(name, func(t *testing.T) {
			r := Document([]byte("From: a@mail.supplier.example\nTo: shop@shop.example\nSubject: News\nMessage-ID: <1@supplier.example>\nMIME-Version: 1.0\nContent-Type: text/"+c.kind+"\n\n"+c.body), "a.eml", parsers.Profile{})
			told, sure := "", false
			for _, s := range r.Statements {
				for _, n := range s.Tracking {
					told += " " + n.Number
					sure = sure || n.Score > unsure && s.Score > unsure
				}
			}
			if sure != c.sure || !strings.Contains(told, c.want) {
				t.Errorf("sure %t, told%s: %+v", sure, told, r.Statements)
			}
		})
	}
}
