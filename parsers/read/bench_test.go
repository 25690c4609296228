package read_test

import (
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"waybill/parsers"
	"waybill/parsers/read"
)

// benchMails are answers as they come, 6 to 12 KB each.
func benchMails() map[string][]byte {
	quoted := strings.Repeat("> Please ship the lines below to the address of the customer, thank you.\r\n", 40)
	head := "Received: from mx.prairie-supply.example by mx.shop.example; Tue, 26 Aug 2025 10:00:00 +0000\r\nDKIM-Signature: v=1; a=rsa-sha256; d=prairie-supply.example; b=" + strings.Repeat("abcdefgh", 40) +
		"\r\nFrom: Warehouse <orders@prairie-supply.example>\r\nTo: orders@shop.example\r\nSubject: Re: Purchase order 1001-A\r\nMessage-ID: <1@prairie-supply.example>\r\nMIME-Version: 1.0\r\n"
	both := func(plain, rich string) []byte {
		return []byte(head + "Content-Type: multipart/alternative; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + plain +
			"\r\n--=_b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" + rich + "</body></html>\r\n--=_b--\r\n")
	}
	attribution := "On Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:"
	said := []string{"Hello,", "your order 1001-A has shipped with UPS today.", "Tracking number: " + ups, "2 x AB-1", "1 x PS10044", "Best regards,", "Joe"}
	var table strings.Builder
	for i := range 40 {
		fmt.Fprintf(&table, "<tr><td style=\"font-size:12px;color:#333\">%d</td><td style=\"font-size:12px\">Galvanized bucket %d qt</td><td>AB-%d</td><td>2</td></tr>\r\n", i, i, i)
	}
	return map[string][]byte{
		"plain reply":    []byte(head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Join(said, "\r\n") + "\r\n\r\n" + attribution + "\r\n" + strings.Repeat(quoted, 2)),
		"person, both":   both(strings.Join(said, "\r\n")+"\r\n\r\n"+attribution+"\r\n"+quoted, "<div>"+strings.Join(said, "</div>\r\n<div>")+"</div><br><div>"+html.EscapeString(attribution)+"</div><blockquote>"+strings.Repeat("<p>Please ship the lines below to the address of the customer, thank you.</p>\r\n", 40)+"</blockquote>"),
		"program, table": both(strings.Join(said, "\r\n"), "<p>"+strings.Join(said, "</p>\r\n<p>")+"</p><table><tr><th>Line</th><th>Item</th><th>SKU</th><th>Qty</th></tr>"+table.String()+"</table>"),
	}
}

func processor() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDocument tells what a mail costs one reader that goes on, as a child does.
func BenchmarkDocument(b *testing.B) {
	for name, raw := range benchMails() {
		b.Run(name, func(b *testing.B) {
			r := read.New(parsers.Profile{OrderPatterns: []string{`\b\d{4}-[A-Z]\b`}})
			if got := r.Document(raw, ""); got.Kind != parsers.Shipment {
				b.Fatal(got.Kind)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			before := processor()
			for b.Loop() {
				r.Document(raw, "")
			}
			b.ReportMetric(float64((processor()-before).Microseconds())/float64(b.N), "cpu-µs/mail")
		})
	}
}
