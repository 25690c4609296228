package read_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"waybill/parsers"
	"waybill/parsers/read"
)

// A file attached to a mail is read as the document that it is; its rows stand beside the words of the mail.
func TestAttachment(t *testing.T) {
	csv := base64.StdEncoding.EncodeToString([]byte("PO Number;Tracking\r\n1001;" + ups + "\r\n1002;" + ups2 + "\r\n"))
	raw := "From: orders@prairie-supply.example\nSubject: Shipments PO-7\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" +
		"--a\nContent-Type: text/plain\n\nPlease find today's shipments attached.\n\n" +
		"--a\nContent-Type: application/octet-stream; name=\"ship 0826.csv\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" + csv + "\n--a--\n"
	r := read.Document([]byte(raw), "x.eml", parsers.Profile{KeepText: true})
	checkPlaces(t, r)
	if r.Format != "mail" || r.Kind != parsers.Shipment {
		t.Errorf("format %s, kind %s", r.Format, r.Kind)
	}
	rows := 0
	for _, s := range r.Statements {
		if s.Scope == parsers.ScopeRow && len(s.Tracking) == 1 && len(s.Refs) > 0 && s.Tracking[0].At.Part == "2" && s.Tracking[0].At.Row > 0 {
			rows++
		}
	}
	if rows != 2 {
		t.Errorf("%d rows of part 2, want 2: %+v", rows, r.Statements)
	}
}

// A mail attached to a mail is read: suppliers send on what carriers wrote to them.
func TestAttachedMail(t *testing.T) {
	raw := "From: orders@prairie-supply.example\nSubject: FYI\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" +
		"--a\nContent-Type: text/plain\n\nsee attached\n--a\nContent-Type: message/rfc822\n\n" +
		"From: notify@ups.example\nSubject: Your order 1001 has shipped\n\nTracking number: " + ups + "\n--a--\n"
	r := read.Document([]byte(raw), "", parsers.Profile{KeepText: true})
	checkPlaces(t, r)
	if r.Kind != parsers.Shipment {
		t.Errorf("kind is %s", r.Kind)
	}
	if got := notices(r); !slices.Contains(got, "shipment 1001 > "+ups) {
		t.Errorf("notices are %q", got)
	}
	for _, s := range r.Statements {
		for _, n := range s.Tracking {
			if n.At.Part != "2.1" {
				t.Errorf("the number stands in %q, want 2.1", n.At.Part)
			}
		}
	}
}

// A bounce carries our key in what it sends back, and its words are no news of any order.
func TestBounceFindsKey(t *testing.T) {
	raw := `From: MAILER-DAEMON@mx.shop.example
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=a

--a
Content-Type: text/plain

Your message was cancelled.
--a
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; orders@prairie-supply.example
Action: failed
Status: 5.1.1
--a
Content-Type: message/rfc822

Message-ID: <po1@shop.example>
Subject: Purchase order 1001

Please ship. WB-0123456789
--a--
`
	r := read.Document([]byte(raw), "", parsers.Profile{})
	if r.Kind != parsers.Bounce || r.Report == nil || r.Report.Status != "5.1.1" {
		t.Fatalf("kind %s, report %+v", r.Kind, r.Report)
	}
	key := false
	for _, s := range r.Statements {
		if s.Kind != "" {
			t.Errorf("a bounce says %s", s.Kind)
		}
		for _, f := range s.Refs {
			key = key || f.Label == parsers.LabelKey && f.Text == "WB-0123456789" && f.Quoted
		}
	}
	if !key {
		t.Errorf("the key is not found: %+v", r.Statements)
	}
}

// A shop system's mail: layout tables around data tables, style, hidden preview text, buttons.
func TestLayoutTables(t *testing.T) {
	body := `<html><head><style>.x{color:red}</style><title>Order 9999 cancelled</title></head><body>
<div style="display:none;font-size:1px">Order 9998 was cancelled&#8203;</div>
<table width="100%"><tr><td align="center"><table><tr><td><h1>Your order is on its way</h1></td></tr>
<tr><td>Order <b>1001</b></td></tr>
<tr><td><table border=1><thead><tr><th>Item</th><th>SKU</th><th>Qty</th></tr></thead>
<tr><td>Bucket</td><td>AB-1</td><td>2</td></tr></table></td></tr>
<tr><td><a href="https://www.ups.com/track?tracknum=` + ups + `">Track your parcel</a></td></tr></table></td></tr></table>
<p>Unsubscribe</p></body></html>`
	r := read.Document(eml("Good news", "Content-Type: text/html; charset=utf-8\n", body), "", parsers.Profile{KeepText: true})
	checkPlaces(t, r)
	if r.Kind != parsers.Shipment {
		t.Errorf("kind is %s", r.Kind)
	}
	if got := notices(r); !slices.Contains(got, "shipment 1001 > "+ups) || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "9998") || strings.Contains(s, "9999") }) {
		t.Errorf("notices are %q", got)
	}
	sku := false
	for _, s := range r.Statements {
		for _, l := range s.Lines {
			sku = sku || l.SKU.Text == "AB-1" && l.Quantity == 2
		}
	}
	if !sku {
		t.Errorf("the line is not read: %+v", r.Statements)
	}
}

// Of the two forms of one mail the one that says more is read.
func TestAlternatives(t *testing.T) {
	both := func(plain, html string) []byte {
		return []byte("From: a@prairie-supply.example\nSubject: PO 1001\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n" +
			plain + "\n--a\nContent-Type: text/html\n\n" + html + "\n--a--\n")
	}
	for want, raw := range map[string][]byte{
		"1": both("Order 1001 shipped: "+ups, "<p>Order 1001 shipped: "+ups+"</p>"),
		"2": both("Your program can't show HTML.", "<p>Order 1001 shipped: "+ups+"</p>"),
	} {
		r := read.Document(raw, "", parsers.Profile{KeepText: true})
		checkPlaces(t, r)
		var parts []string
		for _, s := range r.Statements {
			for _, n := range s.Tracking {
				parts = append(parts, n.At.Part)
			}
		}
		if !slices.Equal(parts, []string{want}) {
			t.Errorf("numbers stand in %q, want %q", parts, want)
		}
	}
}

// The same news is the same hash, whatever is quoted below and however it is wrapped.
func TestBodyHash(t *testing.T) {
	hash := func(body string) string { return read.Document(eml("x", "", body), "", parsers.Profile{}).BodyHash }
	one := hash("Order 1001 has shipped.\nThanks\n")
	if one == "" || one != hash("Order 1001\nhas shipped.\n\nThanks\n\nOn Mon, Aug 25, 2025 at 9:00 AM Shop <orders@shop.example> wrote:\n> Please ship\n") {
		t.Error("the same news has two hashes")
	}
	if one == hash("Order 1002 has shipped.\nThanks\n") {
		t.Error("other news has the same hash")
	}
}
