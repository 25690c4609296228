package read_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

const htmlHead = "Content-Type: text/html; charset=utf-8\n"

// What is more than is read of one text is told, not dropped in silence.
func TestLongText(t *testing.T) {
	for size, want := range map[int]bool{200 << 10: false, 300 << 10: true} {
		r := read.Document(eml("PO 1001", "", "Order 1001 has shipped.\n"+strings.Repeat("Nothing else to say today.\n", size/27)), "", parsers.Profile{})
		told := slices.ContainsFunc(r.Problems, func(p parsers.Problem) bool {
			return p.Code == "too_large" && p.At.Part == "1" && strings.Contains(p.Text, "KB of this text")
		})
		if told != want || r.Kind != parsers.Shipment {
			t.Errorf("%d bytes: told %v, kind %s, problems %+v", size, told, r.Kind, r.Problems)
		}
	}
}

// The shop's own mail that comes back is not news, whoever sends it on and in whatever form.
func TestOwnText(t *testing.T) {
	const ours = "Purchase order 1001 was cancelled by the customer.\n"
	forward := func(from string) []byte {
		return eml("Fwd: PO 1001", "", "Order 1001 has shipped.\n\n---------- Forwarded message ---------\nFrom: Shop <"+from+">\nDate: Tue, 26 Aug 2025\nSubject: PO 1001\nTo: Warehouse <w@prairie-supply.example>\n\n"+ours)
	}
	attached := func(from string) []byte {
		return []byte("From: w@prairie-supply.example\nSubject: PO 1001\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nOrder 1001 has shipped.\n--a\nContent-Type: message/rfc822\n\n" +
			"From: Shop <" + from + ">\nSubject: PO 1001 cancelled\n\n" + ours + "--a--\n")
	}
	for _, c := range []struct {
		name string
		raw  []byte
		own  []string
		want parsers.Kind
	}{
		{"forwarded, ours by domain", forward("orders@shop.example"), []string{"shop.example"}, parsers.Shipment},
		{"forwarded, ours by address", forward("Orders@Shop.example"), []string{"orders@shop.example"}, parsers.Shipment},
		{"forwarded, ours below the domain", forward("orders@mail.shop.example"), []string{"@shop.example"}, parsers.Shipment},
		{"forwarded, somebody else's", forward("orders@notshop.example"), []string{"shop.example"}, parsers.Cancellation},
		{"attached, ours", attached("orders@shop.example"), []string{"shop.example"}, parsers.Shipment},
		{"attached, somebody else's", attached("x@factory.example"), []string{"shop.example"}, parsers.Cancellation},
		{"attached, nothing known", attached("orders@shop.example"), nil, parsers.Cancellation},
	} {
		r := read.Document(c.raw, "", parsers.Profile{Own: c.own})
		if r.Kind != c.want {
			t.Errorf("%s: kind is %s, want %s", c.name, r.Kind, c.want)
		}
	}
}

// ParcelDelivery as microdata says what it says as JSON-LD; its values stand where the reader sees them.
func TestMicrodata(t *testing.T) {
	for name, body := range map[string]string{
		"visible": `<div itemscope itemtype="http://schema.org/ParcelDelivery"><p>Number <b itemprop="trackingNumber">` + ups + `</b> by <span itemprop="provider" itemscope itemtype="http://schema.org/Organization"><span itemprop="name">UPS</span></span></p>
			<div itemprop="partOfOrder" itemscope itemtype="http://schema.org/Order"><meta itemprop="orderNumber" content="1001"/></div></div>`,
		"hidden": `<div itemscope itemtype="https://schema.org/ParcelDelivery" style="display:none"><meta itemprop="trackingNumber" content="` + ups + `"><div itemprop="carrier" itemscope><meta itemprop="name" content="UPS"></div>
			<div itemprop="partOfOrder" itemscope itemtype="https://schema.org/Order"><meta itemprop="orderNumber" content="1001"></div></div><p>Hello</p>`,
		"json, shown as well": `<script type="application/ld+json">[{"@type":["ParcelDelivery"],"trackingNumber":"` + ups + `","carrier":{"name":"UPS"},"partOfOrder":{"orderNumber":1001}}]</script><p>See ` + ups + `</p>`,
	} {
		t.Run(name, func(t *testing.T) {
			r := read.Document(eml("Your parcel", htmlHead, "<html><body>"+body+"</body></html>"), "", parsers.Profile{KeepText: true})
			checkPlaces(t, r)
			if got := notices(r); r.Kind != parsers.Shipment || !slices.Contains(got, "shipment 1001 > "+ups) {
				t.Errorf("kind %s, notices %q", r.Kind, got)
			}
			placed := slices.ContainsFunc(r.Statements, func(s parsers.Statement) bool {
				return s.KindAt.Text == "ParcelDelivery" && s.Carrier.Text == "UPS" && len(s.Tracking) == 1 && s.Tracking[0].Carriers[0].Carrier == "ups" && (s.Tracking[0].At.End > 0) == (name != "hidden")
			})
			if !placed {
				t.Errorf("statements are %+v", r.Statements)
			}
		})
	}
}

// A table of products that names no order is about the order that it stands under.
func TestItemTables(t *testing.T) {
	items := func(rows ...string) string {
		var b strings.Builder
		b.WriteString("<table><tr><th>Item</th><th>SKU</th><th>Qty</th><th>Price</th></tr>")
		for _, r := range rows {
			b.WriteString("<tr><td>" + strings.ReplaceAll(r, "|", "</td><td>") + "</td></tr>")
		}
		return b.String() + "<tr><td>Total</td><td></td><td>3</td><td>20.00</td></tr></table>"
	}
	body := "<p>Order 1001 has shipped:</p>" + items("Bucket|AB-1|2|9.50", "Lid|10044|1|1.00") + "<p>Order 1002 has shipped:</p>" + items("Pot|CD-2|4|3.00")
	r := read.Document(eml("Shipped", htmlHead, body), "", parsers.Profile{KeepText: true})
	checkPlaces(t, r)
	var got []string
	for _, s := range r.Statements {
		if len(s.Lines) == 0 {
			continue
		}
		if s.Scope != parsers.ScopeClause || s.Kind != "" {
			t.Errorf("lines stand in %+v", s)
		}
		line := ""
		for _, f := range s.Refs {
			line += f.Text
		}
		for _, l := range s.Lines {
			line += fmt.Sprintf(" %d %s (%s)", l.Quantity, l.SKU.Text, l.Title.Text)
		}
		got = append(got, line)
	}
	if want := []string{"1001 2 AB-1 (Bucket) 1 10044 (Lid)", "1002 4 CD-2 (Pot)"}; !slices.Equal(got, want) {
		t.Errorf("lines are %q, want %q", got, want)
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems are %+v", r.Problems)
	}
	lone := read.Document(eml("PO 1001", htmlHead, "<p>Thank you.</p>"+items("Bucket|AB-1|2|9.50")), "", parsers.Profile{})
	if !slices.ContainsFunc(lone.Statements, func(s parsers.Statement) bool { return len(s.Refs) == 0 && len(s.Lines) == 1 }) || len(lone.Problems) > 0 {
		t.Errorf("without a heading: %+v, problems %+v", lone.Statements, lone.Problems)
	}
}

// A quoted table is no part of the news either.
func TestBodyHashIgnoresQuotedTables(t *testing.T) {
	hash := func(quoted string) string {
		return read.Document(eml("PO 1001", htmlHead, "<p>Order 1001 has shipped.</p>"+quoted), "", parsers.Profile{}).BodyHash
	}
	table := func(order string) string {
		return "<table><tr><th>Order</th><th>Tracking</th></tr><tr><td>" + order + "</td><td>" + ups + "</td></tr></table>"
	}
	if one, other := hash("<blockquote>"+table("1001")+"</blockquote>"), hash("<blockquote>"+table("1002")+"</blockquote>"); one == "" || one != other {
		t.Error("quoted tables change the hash")
	}
	if hash(table("1001")) == hash(table("1002")) {
		t.Error("tables that are news do not change the hash")
	}
}
