package mail_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/parsers"
	"waybill/parsers/mail"
)

func TestEnvelope(t *testing.T) {
	raw := "Return-Path: <>\r\n" +
		"Delivered-To: orders+0123456789@shop.example\r\n" +
		"From: =?utf-8?q?J=C3=BCrgen?= =?utf-8?B?IE3DvGxsZXI=?= <lager@prairie-supply.example>\r\n" +
		"To: \"Shop, Orders\" <orders@shop.example>, other@shop.example\r\n" +
		"Subject: =?UTF-8?B?5rOo5paH?=\r\n =?UTF-8?B?MTAwMQ==?=\r\n" +
		"Message-ID: <a b@x.example>\r\nIn-Reply-To: your mail <po1@shop.example>\r\n" +
		"References: <po0@shop.example>\r\n\t<po1@shop.example>\r\n" +
		"Date: Tue, 26 Aug 2025 10:00:00 +0200\r\nPrecedence: bulk\r\n\r\nFrom: body@x.example\r\n"
	e, err := mail.Envelope([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := parsers.Address{Name: "Jürgen Müller", Address: "lager@prairie-supply.example"}
	if len(e.From) != 1 || e.From[0] != want {
		t.Errorf("From is %+v, want %+v", e.From, want)
	}
	if e.Subject != "注文1001" {
		t.Errorf("Subject is %q", e.Subject)
	}
	if got := []string{"orders@shop.example", "other@shop.example", "orders+0123456789@shop.example"}; !slices.Equal(e.Recipients, got) {
		t.Errorf("Recipients are %q, want %q", e.Recipients, got)
	}
	if e.ReturnPath != "<>" || e.MessageID != "ab@x.example" || !slices.Equal(e.InReplyTo, []string{"po1@shop.example"}) ||
		!slices.Equal(e.References, []string{"po0@shop.example", "po1@shop.example"}) || e.Robot != "Precedence: bulk" || e.Date.Hour() != 10 {
		t.Errorf("envelope is %+v", e)
	}
}

// Two mailboxes, or two fields, are both kept: who asks judges them.
func TestEnvelopeKeepsEveryFrom(t *testing.T) {
	e, _ := mail.Envelope([]byte("From: a@x.example\nFrom: B <b@x.example>, c@x.example\n\n"))
	var got []string
	for _, f := range e.From {
		got = append(got, f.Address)
	}
	if want := []string{"a@x.example", "b@x.example", "c@x.example"}; !slices.Equal(got, want) {
		t.Errorf("From is %q, want %q", got, want)
	}
}

func TestOpenNumbersParts(t *testing.T) {
	raw := `Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary="b b"

--b b
Content-Type: text/plain

plain
--b b
Content-Type: text/html

<p>html</p>
--b b--
--a
Content-Type: text/csv; name*0*=utf-8''liefer%C3; name*1*=%BCng; name*2=.csv
Content-Transfer-Encoding: base64

YSxi
--a
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=c

--c

inner text
--c--
--a
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

U3ViamVjdDogY29kZWQKCmNvZGVkIHRleHQK
--a--
epilogue
`
	m, err := mail.Open([]byte(raw), parsers.Profile{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range m.Leaves {
		text := string(l.Data)
		if l.Text != nil {
			text = l.Text.Text
		}
		got = append(got, fmt.Sprintf("%s %s %s %s %q", l.Number, l.Type, l.Role, l.Name, strings.TrimSpace(text)))
	}
	want := []string{
		`1.1 text/plain body  "plain"`,
		`1.2 text/html body  "html"`,
		`2 text/csv attachment lieferüng.csv "a,b"`,
		`3.1 text/plain body  "inner text"`,
		`4.1 text/plain body  "coded text"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("leaves\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if len(m.Messages) != 3 || m.Messages[1].Envelope.Subject != "inner" || m.Messages[2].Envelope.Subject != "coded" {
		t.Errorf("messages are %+v", m.Messages)
	}
}

// Damaged structure is read as far as it goes.
func TestOpenTolerates(t *testing.T) {
	for name, raw := range map[string]string{
		"no end":                 "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nwanted\n",
		"wrong boundary":         "Content-Type: multipart/mixed; boundary=other\n\n--=_realone\nContent-Type: text/plain\n\nwanted\n--=_realone--\n",
		"boundary never there":   "Content-Type: multipart/mixed; boundary=a\n\nwanted\n",
		"parent goes on":         "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nwanted\n--a\n\nnext\n--a--\n",
		"CR only":                "Subject: x\rContent-Type: text/plain\r\rwanted\r",
		"mbox line":              "From a@x.example Tue Aug 26 10:00:00 2025\nSubject: x\n\nwanted\n",
		"base64 without padding": "Content-Transfer-Encoding: base64\n\nd2FudGVkCg\n",
		"base64 with a footer":   "Content-Transfer-Encoding: base64\n\nd2FudGVkCg==\n_____\nThis list is run by x@y.example, thanks.\n",
		"qp with trailing space": "Content-Transfer-Encoding: quoted-printable\n\nwan= \nted=\n\n",
		"unknown charset":        "Content-Type: text/plain; charset=klingon\n\nwanted\n",
		"unknown encoding":       "Content-Transfer-Encoding: 8bits\n\nwanted\n",
	} {
		t.Run(name, func(t *testing.T) {
			m, err := mail.Open([]byte(raw), parsers.Profile{})
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Leaves) == 0 || m.Leaves[0].Text == nil || strings.TrimSpace(m.Leaves[0].Text.Text) != "wanted" {
				t.Errorf("leaves are %+v", m.Leaves)
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	for _, c := range []struct{ name, declared, usual, bytes, want string }{
		{"utf-8", "utf-8", "", "Gr\xc3\xbc\xc3\x9fe", "Grüße"},
		{"declared latin, is utf-8", "iso-8859-1", "", "Gr\xc3\xbc\xc3\x9fe", "Grüße"},
		{"declared utf-8, is windows-1252", "utf-8", "", "Gr\xfc\xdfe \x80", "Grüße €"},
		{"declared utf-8, one character torn", "utf-8", "", "Order\xef\xbc4983 gone", "Order\ufffd4983 gone"},
		{"declared utf-8, quotes of windows-1252", "utf-8", "", "caf\xe9\x94 gr\xfc\xdfe", "café” grüße"},
		{"nothing declared", "", "", "Gr\xfc\xdfe", "Grüße"},
		{"nothing declared, utf-8 with one byte lost", "", "", "\xe8\xae\xa2\xe5\x8d\x95\xef\xbc\x9a4983 \xe5\xb7\xb2\x8f\x91", "订单：4983 已\ufffd"},
		{"nothing declared, utf-8 cut off", "", "gb18030", "\xe8\xae\xa2\xe5\x8d\x95\xef\xbc\x9a4983 \xe5\xb7\xb2\xe5\x8f", "订单：4983 已\ufffd"},
		{"declared latin, is utf-8 cut off", "iso-8859-1", "", "\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6\xc3", "üßäö\ufffd"},
		{"the supplier's setting", "", "iso-8859-2", "zam\xf3wienie wys\xb3ane", "zamówienie wysłane"},
		{"windows-1250", "windows-1250", "", "wys\xb3ane", "wysłane"},
		{"koi8-r", "koi8-r", "", "\xda\xc1\xcb\xc1\xda", "заказ"},
		{"shift_jis", "Shift_JIS", "", "\x92\x8d\x95\xb6", "注文"},
		{"iso-2022-jp", "iso-2022-jp", "", "\x1b$BCmJ8\x1b(B1001", "注文1001"},
		{"iso-2022-jp undeclared", "", "", "\x1b$BCmJ8\x1b(B1001", "注文1001"},
		{"gb2312", "gb2312", "", "\xb6\xa9\xb5\xa5", "订单"},
		{"gb18030", "gb18030", "", "\xb6\xa9\xb5\xa5", "订单"},
		{"big5", "big5", "", "\xad\x71\xb3\xe6", "訂單"},
		{"euc-kr", "ks_c_5601-1987", "", "\xc1\xd6\xb9\xae", "주문"},
		{"utf-16 with mark", "", "", "\xff\xfeO\x00K\x00", "OK"},
		{"utf-8 with mark", "iso-8859-1", "", "\xef\xbb\xbf\xc3\xa4", "ä"},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := "Content-Type: text/plain"
			if c.declared != "" {
				head += "; charset=" + c.declared
			}
			m, err := mail.Open([]byte(head+"\n\n"+c.bytes), parsers.Profile{Charset: c.usual})
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Leaves[0].Text.Text; got != c.want {
				t.Errorf("text is %q, want %q", got, c.want)
			}
		})
	}
}

// The known killers of general libraries are refused, or read, in a moment (promise 15).
func TestKillers(t *testing.T) {
	nested := func(depth int, end bool) string {
		var b strings.Builder
		b.WriteString("Content-Type: multipart/mixed; boundary=b0\n\n")
		for i := range depth {
			fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
		}
		for i := depth; end && i >= 0; i-- {
			fmt.Fprintf(&b, "--b%d--\n", i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, raw, code string }{
		{"unclosed boundaries 50 deep", nested(50, false), "too_deep"},
		{"closed boundaries 50 deep", nested(50, true), "too_deep"},
		{"same boundary 5,000 deep", "Content-Type: multipart/mixed; boundary=a\n\n" + strings.Repeat("--a\nContent-Type: multipart/mixed; boundary=a\n\n", 5000), "too_deep"},
		{"1 MB of empty parts", "Content-Type: multipart/mixed; boundary=a\n\n" + strings.Repeat("--a\n\n", 200_000), "too_many_parts"},
		{"155 KB of parameters", "Content-Type: text/plain" + strings.Repeat(";\n a=b", 26_000) + "\n\n", "too_many_parameters"},
		{"RFC 2231 pieces", "Content-Type: text/plain" + strings.Repeat("; a*1*=b", 26_000) + "\n\n", "line_too_long"},
		{"a header of 1 MB", "X: y\n" + strings.Repeat("X-A: b\n", 150_000) + "\n", "too_large"},
		{"a line of 1 MB", "Subject: x\n\n" + strings.Repeat("a", 1<<20), "line_too_long"},
		{"26 MB", strings.Repeat("a\n", 13<<20), "too_large"},
		{"attached mails 100 deep", strings.Repeat("Content-Type: message/rfc822\n\n", 100), "too_deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			err := mail.Scan([]byte(c.raw))
			var l *mail.LimitError
			if !errors.As(err, &l) || l.Problem.Code != c.code {
				t.Fatalf("Scan gives %v, want %s", err, c.code)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("Scan took %v", took)
			}
		})
	}
	t.Run("encoded words", func(t *testing.T) {
		if _, err := mail.Envelope([]byte("Subject: " + strings.Repeat("=?=?=?utf-8?q?", 4000) + "\n\n")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestBounces(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      parsers.Report
	}{
		{"RFC 3464", `From: MAILER-DAEMON@mx.shop.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=a

--a

I'm sorry.
--a
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; orders@prairie-supply.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <orders@prairie-supply.example>:
 Recipient address rejected

--a
Content-Type: message/rfc822

Message-ID: <WB-0123456789@shop.example>
Subject: Purchase order 1001

Please ship.
--a--
`, parsers.Report{Recipient: "orders@prairie-supply.example", Status: "5.1.1", Action: "failed",
			Diagnostic: "550 5.1.1 <orders@prairie-supply.example>: Recipient address rejected", OriginalIDs: []string{"WB-0123456789@shop.example"}}},
		{"delayed, headers only", `From: postmaster@mx.shop.example
Subject: Delivery delayed
Content-Type: multipart/report; report-type="delivery-status"; boundary=a

--a

Still trying.
--a
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Original-Recipient: rfc822;orders@prairie-supply.example
Action: delayed
Status: 4.4.1 (no answer)
--a
Content-Type: text/rfc822-headers

Message-ID: <po1@shop.example>
--a--
`, parsers.Report{Recipient: "orders@prairie-supply.example", Status: "4.4.1", Action: "delayed", OriginalIDs: []string{"po1@shop.example"}}},
		{"free form", `From: Mail Delivery System <mailer-daemon@mx.shop.example>
To: orders@shop.example
Return-Path: <>
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  orders@prairie-supply.example
    550 5.2.2 mailbox full

------ This is a copy of the message ------
Message-ID: <po1@shop.example>
`, parsers.Report{Recipient: "orders@prairie-supply.example", Status: "5.2.2", Action: "failed", Diagnostic: "550 5.2.2 mailbox full", OriginalIDs: []string{"po1@shop.example"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := mail.Open([]byte(c.raw), parsers.Profile{})
			if err != nil {
				t.Fatal(err)
			}
			if m.Kind != parsers.Bounce || m.Report == nil {
				t.Fatalf("kind is %q, report %v", m.Kind, m.Report)
			}
			if got, want := fmt.Sprintf("%+v", *m.Report), fmt.Sprintf("%+v", c.want); got != want {
				t.Errorf("report\n got %s\nwant %s", got, want)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	paths, err := filepath.Glob("../../fixtures/*/*/in.eml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n<table><tr><td rowspan=3 colspan=9>x<td>y\n--a--\n"))
	f.Add([]byte("Subject: =?utf-8?q?a?=\nContent-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\nAction: failed\n\nx\n--a\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQoK\n"))
	f.Add([]byte("Content-Type: text/plain; format=flowed\n\n> a \n> b\nOn Mon, 1 Jan 2025 x wrote:\n> c\n-- \nsig\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := mail.Open(raw, parsers.Profile{})
		if err != nil {
			return
		}
		for _, l := range m.Leaves {
			if l.Text == nil {
				continue
			}
			last := 0
			for _, k := range l.Text.Marks {
				if k.Start < last || k.End < k.Start || k.End > len(l.Text.Text) {
					t.Fatalf("mark %+v after %d in a text of %d", k, last, len(l.Text.Text))
				}
				last = k.End
			}
			for _, g := range l.Text.Tables {
				for _, row := range g.Rows {
					for _, c := range row {
						if found := l.Text.Text[c.Start:c.End]; found != c.Text && !c.Header { // headings of two rows are joined
							t.Fatalf("cell %+v is not at its place", c)
						}
					}
				}
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	raw := []byte("From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" +
		strings.Repeat("Please ship the lines below to the customer's address.\r\n", 70) + "--b\r\nContent-Type: text/html\r\n\r\n" +
		strings.Repeat("<p>Please ship the lines below.</p>\r\n", 100) + "--b--\r\n")
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if err := mail.Scan(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	raw := []byte("From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" +
		strings.Repeat("Please ship the lines below to the customer's address.\r\n", 70) + "--b\r\nContent-Type: text/html\r\n\r\n" +
		strings.Repeat("<p>Please ship the lines below.</p>\r\n", 100) + "--b--\r\n")
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := mail.Open(raw, parsers.Profile{}); err != nil {
			b.Fatal(err)
		}
	}
}
