package mail

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"waybill/parsers"
)

// outline shows a reading: each leaf with its number, type and text.
func outline(n *node) string {
	if n == nil {
		return "nothing"
	}
	if n.contentType == "message/rfc822" && len(n.children) == 0 {
		inner := &walker{raw: decodeTransfer(n.body, n.encoding)}
		return outline(inner.message(n.number, 1))
	}
	if len(n.children) > 0 {
		var all []string
		for _, c := range n.children {
			all = append(all, outline(c))
		}
		return strings.Join(all, " | ")
	}
	text := decodeCharset(decodeTransfer(n.body, n.encoding), n.params["charset"], "")
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", n.number, strings.TrimPrefix(n.contentType, "text/"), strings.Join(strings.Fields(text), " ")))
}

// Each damage is read by the walker, by enmime, and by the two together. Together they must hold what a person would read.
func TestRepair(t *testing.T) {
	const mixed = "Content-Type: multipart/mixed; boundary=a\n\n"
	for _, c := range []struct{ name, raw, by, want string }{
		{"a boundary is not closed", mixed + "--a\n\none\n--a\n\ntwo\n", "both", "1 plain one | 2 plain two"},
		{"an inner boundary is not closed", mixed + "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n", "both", "1.1 plain one | 2 plain two"},
		{"the boundary never comes", mixed + "one\n", "walker", "1 plain one"},
		{"another boundary comes", mixed + "--=_the_other\nContent-Type: text/plain\n\none\n--=_the_other--\n", "walker", "1 plain one"},
		{"no boundary is named", "Content-Type: multipart/mixed\n\n--=_whatever\nContent-Type: text/plain\n\none\n--=_whatever--\n", "walker", "1 plain one"},
		{"the boundary stands on a line that is not indented", "Content-Type: multipart/mixed;\nboundary=a\n\n--a\n\none\n--a\nContent-Type: text/html\n\n<b>two</b>\n--a--\n", "both", "1 plain one | 2 html <b>two</b>"},
		{"no semicolon", "Content-Type: multipart/mixed boundary=a\n\n--a\nContent-Type: text/html charset=iso-8859-1\n\n\xfcber\n--a--\n", "walker", "1 html über"},
		{"the charset stands on a line that is not indented", "Content-Type: text/plain;\ncharset=koi8-r\n\n\xda\xc1\xcb\xc1\xda\n", "both", "1 plain заказ"},
		{"two Content-Types", mixed + "--a\nContent-Type: text/plain\nContent-Type: text/html\n\n<p>one</p>\n--a--\n", "both", "1 plain <p>one</p>"},
		{"a Content-Type without a type", mixed + "--a\nContent-Type: charset=utf-8\n\none\n--a--\n", "both", "1 plain one"},
		{"half a Content-Type", mixed + "--a\nContent-Type: text\n\none\n--a--\n", "both", "1 plain one"},
		{"a multipart in base64", "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n--a\n\none\n--a--\n", "both", "1 plain one"},
		{"no line between head and text", mixed + "--a\nContent-Type: text/plain\nOrder 1001: shipped\nTracking: 1Z\n--a--\n", "walker", "1 plain Order 1001: shipped Tracking: 1Z"},
		{"a sentence right behind the head", mixed + "--a\nContent-Type: text/plain\nYour order has shipped.\n\nBye\n--a--\n", "walker", "1 plain Your order has shipped. Bye"},
		{"a whole mail without the line", "Subject: PO 1001\nFrom: a@x.example\nYour order has shipped.\nTracking: 1Z\n", "walker", "1 plain Your order has shipped. Tracking: 1Z"},
		{"a broken line in a head", "Subject: PO 1001\nbroken by a gateway\nFrom: a@x.example\n\none\n", "both", "1 plain one"},
		{"a part without a head", mixed + "--a\none\n--a--\n", "walker", "1 plain one"},
		{"parts behind the end", mixed + "--a\n\none\n--a--\n--a\nContent-Type: text/csv\n\ntwo\n--a--\n", "walker", "1 plain one | 2 csv two"},
		{"an attached mail that is not closed", mixed + "--a\n\none\n--a\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntwo\n", "both", "1 plain one | 2.1 plain two"},
		{"an unknown transfer encoding", mixed + "--a\nContent-Transfer-Encoding: quoted\n\none\n--a--\n", "both", "1 plain one"},
		{"base64 that stops", mixed + "--a\nContent-Transfer-Encoding: base64\n\nb25lIHR3byB0aHJ\n", "both", "1 plain one two thr"},
		{"base64 with a footer", mixed + "--a\nContent-Transfer-Encoding: base64\n\nb25l\n_____\nList footer of x, bye.\n--a--\n", "both", "1 plain one"},
		{"quoted-printable with bare signs", mixed + "--a\nContent-Transfer-Encoding: quoted-printable\n\na=b =3D 1=\n--a--\n", "both", "1 plain a=b = 1"},
		{"a quote that never ends", "Content-Type: multipart/mixed; boundary=\"a\n\n--a\n\none\n--a--\n", "both", "1 plain one"},
		{"a boundary behind a comment", "Content-Type: multipart/mixed (made by x); boundary=a\n\n--a\n\none\n--a--\n", "walker", "1 plain one"},
		{"a boundary in an encoded word", "Content-Type: multipart/mixed; =?utf-8?Q?boundary=3Da?=\n\n--a\n\nYour order has shipped.\n--a--\n", "enmime", "1 plain Your order has shipped."},
		{"a boundary with colons instead of an equals sign", "Content-Type: multipart/mixed; boundary: =_part1\n\n--=_part1\nContent-Type: text/plain\n\none\n--=_part1--\n", "walker", "1 plain one"},
		{"a type in quotes", "Content-Type: \"multipart/mixed\"; boundary=a\n\n--a\n\none\n--a--\n", "walker", "1 plain one"},
		{"a Content-Type folded without a space", "Content-Type: multipart/mixed\nboundary==_part1\n\n--=_part1\nContent-Type: text/plain\n\none\n--=_part1--\n", "walker", "1 plain one"},
		{"a slash too many", "Content-Type: multipart/mixed/x; boundary=a\n\n--a\nContent-Type: text/plain/x\n\none\n--a--\n", "both", "1 plain one"},
		{"a space in a field's name", "Content Type: multipart/mixed; boundary==_part1\n\n--=_part1\nContent-Type: text/plain\n\none\n--=_part1--\n", "walker", "1 plain one"},
		{"boundaries with CR alone", "Content-Type: multipart/mixed; boundary=a\r\r--a\r\rone\r", "both", "1 plain one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := lineEnds([]byte(c.raw))
			w := &walker{raw: raw}
			mine, theirs := outline(w.message("", 0)), "refused"
			if n, err := repaired(raw, ""); err == nil {
				theirs = outline(n)
			}
			by := map[[2]bool]string{{true, true}: "both", {true, false}: "walker", {false, true}: "enmime", {false, false}: "none"}[[2]bool{mine == c.want, theirs == c.want}]
			t.Logf("%s\n walker %s\n enmime %s", w.damage, mine, theirs)
			if by != c.by {
				t.Errorf("read well by %s, want %s", by, c.by)
			}
			if both := outline((&walker{raw: raw}).tree("", 0)); both != c.want {
				t.Errorf("read %q, want %q", both, c.want)
			}
		})
	}
}

// What would keep enmime busy for minutes is given up in a moment, and the walker's reading stands.
func TestRepairGivesUp(t *testing.T) {
	nested := func(depth int, between string) string {
		var b strings.Builder
		b.WriteString("Content-Type: multipart/mixed;" + between + "boundary=b0\n\n")
		for i := range depth {
			fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed;%sboundary=b%d\n\n", i, between, i+1)
		}
		return b.String() + "text\n"
	}
	for name, raw := range map[string]string{
		"18 deep, unclosed":               nested(18, " "),
		"60 deep, hidden from the walker": strings.ReplaceAll(nested(60, " "), " boundary=", " =?utf-8?Q?boundary=3D?="),
		"3 MB":                            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\n" + strings.Repeat("text\n", 600_000),
		"parts without end":               "Content-Type: multipart/mixed; =?utf-8?Q?boundary=3Da?=\n\n" + strings.Repeat("--a\n\nx\n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			m, err := Open([]byte(raw), parsers.Profile{})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			if len(m.Leaves) == 0 || len(m.Leaves) > parsers.MaxParts {
				t.Errorf("%d leaves", len(m.Leaves))
			}
		})
	}
}

// A well-formed mail is never read twice.
func TestWellFormedIsNotRepaired(t *testing.T) {
	for name, raw := range map[string]string{
		"plain":       "Subject: x\r\n\r\nHello\r\n",
		"head only":   "Subject: x\r\nFrom: a@x.example\r\n",
		"alternative": benchMail(),
		"epilogue":    "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\none\n--a--\nepilogue\n",
		"attached":    "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: x\n\none\n--a--\n",
		"empty part":  "Content-Type: multipart/mixed; boundary=a\n\n--a\n\n--a\nContent-Type: text/html\n\n\n--a--\n",
		"mbox":        "From a@x.example Tue Aug 26 10:00:00 2025\nSubject: x\n\none\n",
	} {
		w := &walker{raw: []byte(raw)}
		w.message("", 0)
		if w.damage != "" {
			t.Errorf("%s: %s", name, w.damage)
		}
	}
}

func benchMail() string {
	return "From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		strings.Repeat("Please ship the lines below to the customer's address.\r\n", 70) + "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
		strings.Repeat("<p>Please ship the lines below.</p>\r\n", 100) + "--b--\r\n"
}

// BenchmarkReaders sets side by side what finding the parts of a well-formed mail of 8 KB costs.
func BenchmarkReaders(b *testing.B) {
	raw := []byte(benchMail())
	enmimeWith := func(options ...enmime.Option) func() error {
		parser := enmime.NewParser(options...)
		return func() error { _, err := parser.ReadEnvelope(bytes.NewReader(raw)); return err }
	}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"walker", func() error { _, err := Open(raw, parsers.Profile{}); return err }},
		{"walker, structure", func() error { (&walker{raw: raw}).message("", 0); return nil }},
		{"enmime, structure", func() error { _, err := repaired(raw, ""); return err }},
		{"enmime, costly options off", enmimeWith(enmime.DisableCharacterDetection(true), enmime.DisableTextConversion(true))},
		{"enmime, default", enmimeWith()},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

// Blanks in the lines of base64 are a relay's; words that only look like base64 stay words.
func TestBlanksInBase64(t *testing.T) {
	for body, want := range map[string]string{
		"T3JkZXI gMTA0OD MgaGFzI HNoaXBw ZWQgd2l 0aCBVUF MgMVo2Q 1NWUEIw MzQ3MTk 0MjUxLg 0K  \r\n": "Order 10483 has shipped with UPS 1Z6CSVPB0347194251.\r\n",
		"Your order has shipped today\r\n": "Your order has shipped today\r\n",
	} {
		if got := string(decodeTransfer([]byte(body), "base64")); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
