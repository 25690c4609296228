package smtp

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"
	"github.com/jhillyerd/enmime/v2"
)

var hostileN = flag.Int("hostile", 1000, "how many hostile mails TestComposeHostile composes")

func ordinary() Mail {
	return Mail{
		From:      mail.Address{Name: "Example Shop", Address: "orders@shop.example"},
		ReplyTo:   []mail.Address{{Address: "orders+7F3K9QX2MA@shop.example"}},
		To:        []mail.Address{{Name: "Sales", Address: "sales@prairie.example"}, {Address: "depot@prairie.example"}},
		Subject:   "Purchase order 1001-A",
		Text:      "Please ship\n1 x PS10044 Galvanized bucket, 14 qt\n",
		MessageID: "7F3K9QX2MA.1@shop.example",
		Date:      time.Date(2026, 3, 4, 12, 0, 0, 0, time.FixedZone("", -6*3600)),
		Extra:     []Field{{"Auto-Submitted", "auto-generated"}},
	}
}

func compose(t testing.TB, m Mail) []byte {
	t.Helper()
	b, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestComposeGolden shows whole messages, so that a change of a byte is seen.
func TestComposeGolden(t *testing.T) {
	both := ordinary()
	both.HTML = "<p>Gr\u00fc\u00dfe</p>"
	both.Attachments = []Attachment{{Name: "PO 1001-A.csv", Type: "text/csv; charset=utf-8", Content: []byte("sku,quantity\r\nPS10044,1\r\n")}}
	both.InReplyTo = "earlier@prairie.example"
	both.References = []string{"first@prairie.example", "earlier@prairie.example"}
	const head = "Date: Wed, 04 Mar 2026 12:00:00 -0600\r\n" +
		"From: \"Example Shop\" <orders@shop.example>\r\n" +
		"Reply-To: <orders+7F3K9QX2MA@shop.example>\r\n" +
		"To: \"Sales\" <sales@prairie.example>, <depot@prairie.example>\r\n" +
		"Subject: Purchase order 1001-A\r\n" +
		"Message-ID: <7F3K9QX2MA.1@shop.example>\r\n"
	for name, c := range map[string]struct {
		m    Mail
		want string
	}{
		"text": {ordinary(), head +
			"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
			"Please ship\r\n1 x PS10044 Galvanized bucket, 14 qt\r\n"},
		"all": {both, head +
			"In-Reply-To: <earlier@prairie.example>\r\nReferences: <first@prairie.example> <earlier@prairie.example>\r\n" +
			"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: multipart/mixed;\r\n boundary=\"=_0e7d2ae5d3cc8b0f7b6b2ae0ab0c3d\"\r\n\r\n" +
			"--=_0e7d2ae5d3cc8b0f7b6b2ae0ab0c3d\r\n" +
			"Content-Type: multipart/alternative;\r\n boundary=\"=_5e\"\r\n\r\n" +
			"--=_5e\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
			"Please ship\r\n1 x PS10044 Galvanized bucket, 14 qt\r\n\r\n" +
			"--=_5e\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
			"PHA+R3LDvMOfZTwvcD4NCg==\r\n\r\n--=_5e--\r\n\r\n" +
			"--=_0e7d2ae5d3cc8b0f7b6b2ae0ab0c3d\r\n" +
			"Content-Disposition: attachment;\r\n filename=\"PO 1001-A.csv\"\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/csv; charset=utf-8\r\n\r\n" +
			"c2t1LHF1YW50aXR5DQpQUzEwMDQ0LDENCg==\r\n\r\n" +
			"--=_0e7d2ae5d3cc8b0f7b6b2ae0ab0c3d--\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.NewReplacer("=_0e7d2ae5d3cc8b0f7b6b2ae0ab0c3d", c.m.boundary("mixed"), "=_5e", c.m.boundary("alternative")).Replace(c.want)
			if diff := cmp.Diff(want, string(compose(t, c.m))); diff != "" {
				t.Error(diff)
			}
			if !bytes.Equal(compose(t, c.m), compose(t, c.m)) {
				t.Error("the same mail gave two messages")
			}
		})
	}
}

// read is a mail as its receiver's program sees it, with the standard library.
type read struct {
	fields  []string // names in their order
	subject string
	from    []*mail.Address
	to, cc  []*mail.Address
	extra   string
	texts   map[string]string // by subtype
	files   []Attachment
}

func readBack(t testing.TB, raw []byte) read {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	r := read{texts: map[string]string{}}
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if !strings.HasPrefix(line, " ") {
			name, _, _ := strings.Cut(line, ":")
			r.fields = append(r.fields, name)
		}
	}
	decoder := new(mime.WordDecoder)
	if r.subject, err = decoder.DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	if r.extra, err = decoder.DecodeHeader(m.Header.Get("X-Note")); err != nil {
		t.Fatal(err)
	}
	for name, into := range map[string]*[]*mail.Address{"From": &r.from, "To": &r.to, "Cc": &r.cc} {
		if m.Header.Get(name) == "" {
			continue
		}
		if *into, err = m.Header.AddressList(name); err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, raw)
		}
	}
	r.part(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body)
	return r
}

func (r *read) part(t testing.TB, contentType, encoding, disposition string, body io.Reader) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, parameters["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			r.part(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
		}
	}
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	default:
		t.Fatalf("encoding %q", encoding)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	if disposition == "" {
		text := strings.TrimSuffix(string(content), "\r\n")
		r.texts[strings.TrimPrefix(kind, "text/")] = text
		return
	}
	_, parameters, err = mime.ParseMediaType(disposition)
	if err != nil {
		t.Fatal(err)
	}
	r.files = append(r.files, Attachment{Name: parameters["filename"], Type: kind, Content: content})
}

// hostile is what buyers, suppliers and worse put into names, notes and file names.
func hostile(r *rand.Rand) string {
	pieces := []string{
		"\r\nBcc: thief@evil.example", "\nX-Evil: 1", "\r", "\n", "\r\n\r\n", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\u2029", "\ufeff",
		"=?utf-8?q?x?=", "=?utf-8?b?", "?=", "=?", "\u202egpj.exe", "\u200f", "\u05d0\u05d1", "\U0001F4E6", "a\u0301", "\xed\xa0\x80", "\xff\xfe", "\xc3",
		`"`, `\`, "<", ">", "@", ",", ";", ":", "(", ")", "[", "]", "  ", " ", "\t", "'", "%0d%0a", "&#13;",
		"--=_", "--", ".", "..", "\r\n.\r\n", "../../etc/passwd", `C:\x`, "name*=utf-8''", "O'Brien", "M\u00fcller", "\u5f20\u4f1f", "order", "x",
		strings.Repeat("w", 1200), strings.Repeat("\u00fc", 300), strings.Repeat("\U0001F4E6", 40), strings.Repeat("a b ", 90),
	}
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	if r.IntN(4) == 0 {
		for range r.IntN(30) {
			b.WriteByte(byte(r.IntN(256)))
		}
	}
	return b.String()
}

// TestComposeHostile is promise 17: whatever the values are, the message reads back to them, and has no field that nobody set.
func TestComposeHostile(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 1))
	for i := range *hostileN {
		m := hostileMail(r)
		raw := compose(t, m)
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > maxLine || strings.ContainsFunc(line, func(c rune) bool { return c >= 0x7f || c < ' ' && c != '\t' }) {
				t.Fatalf("run %d: line %q", i, line)
			}
		}
		if diff := cmp.Diff(wanted(m), readBack(t, raw), cmp.AllowUnexported(read{})); diff != "" {
			t.Fatalf("run %d: %s\n%q", i, diff, raw)
		}
	}
}

func hostileMail(r *rand.Rand) Mail {
	m := ordinary()
	m.From.Name, m.To[0].Name, m.Subject = hostile(r), hostile(r), hostile(r)
	m.Cc = []mail.Address{{Name: hostile(r), Address: "copy@prairie.example"}}
	m.Extra = []Field{{"X-Note", hostile(r)}}
	m.Text, m.HTML = hostile(r)+"x", hostile(r)
	m.Attachments = []Attachment{{Name: hostile(r), Content: []byte(hostile(r))}}
	return m
}

// wanted is what a mail of hostileMail must read back to.
func wanted(m Mail) read {
	want := read{
		fields:  []string{"Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID", "X-Note", "MIME-Version", "Content-Type"},
		subject: OneLine(m.Subject),
		from:    []*mail.Address{{Name: strings.TrimSpace(OneLine(m.From.Name)), Address: m.From.Address}},
		to:      []*mail.Address{{Name: strings.TrimSpace(OneLine(m.To[0].Name)), Address: m.To[0].Address}, {Address: m.To[1].Address}},
		cc:      []*mail.Address{{Name: strings.TrimSpace(OneLine(m.Cc[0].Name)), Address: m.Cc[0].Address}},
		extra:   OneLine(m.Extra[0].Value),
		texts:   map[string]string{"plain": lines(m.Text)},
		files:   []Attachment{{Name: FileName(m.Attachments[0].Name), Type: "application/octet-stream", Content: m.Attachments[0].Content}},
	}
	if m.HTML != "" {
		want.texts["html"] = lines(m.HTML)
	}
	return want
}

// lines is a text as a mail carries it, without its last line end.
func lines(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	s = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(s)
	return strings.TrimSuffix(s, "\r\n")
}

// TestComposeOtherReader reads with a second library, of another school.
func TestComposeOtherReader(t *testing.T) {
	m := ordinary()
	m.From.Name = "\u5f20\u4f1f, \"the\" <shop>\r\nBcc: thief@evil.example"
	m.Subject = "=?utf-8?q?x?=  and \U0001F4E6 " + strings.Repeat("\u00fc", 100)
	m.HTML = "<p>\u5f20\u4f1f</p>"
	m.Attachments = []Attachment{{Name: "\u8ba2\u5355 1001.csv", Type: "text/csv", Content: []byte("a,b\r\n")}}
	e, err := enmime.ReadEnvelope(bytes.NewReader(compose(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	from, err := e.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != OneLine(m.From.Name) {
		t.Errorf("from %v, %v", from, err)
	}
	if e.GetHeader("Subject") != m.Subject || e.GetHeader("Bcc") != "" {
		t.Errorf("subject %q", e.GetHeader("Subject"))
	}
	if strings.TrimSpace(e.Text) != strings.TrimSpace(lines(m.Text)) || strings.TrimSpace(e.HTML) != m.HTML {
		t.Errorf("text %q, html %q", e.Text, e.HTML)
	}
	if len(e.Attachments) != 1 || e.Attachments[0].FileName != m.Attachments[0].Name || string(e.Attachments[0].Content) != "a,b\r\n" {
		t.Errorf("attachments %v", e.Attachments)
	}
	if len(e.Errors) > 0 {
		t.Errorf("%v", e.Errors)
	}
}

func TestComposeRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Mail){
		"no recipient":           func(m *Mail) { m.To = nil },
		"no date":                func(m *Mail) { m.Date = time.Time{} },
		"no text":                func(m *Mail) { m.Text = "" },
		"no sender":              func(m *Mail) { m.From.Address = "" },
		"line break in address":  func(m *Mail) { m.To[0].Address = "a@b.example>\r\nBcc: <c@d.example" },
		"two addresses in one":   func(m *Mail) { m.From.Address = "a@b.example,c@d.example" },
		"letters beyond ASCII":   func(m *Mail) { m.To[0].Address = "a@b\u00fccher.example" },
		"no Message-ID":          func(m *Mail) { m.MessageID = "" },
		"brackets in Message-ID": func(m *Mail) { m.MessageID = "<a@b.example>" },
		"break in Message-ID":    func(m *Mail) { m.MessageID = "a@b.example\r\nBcc: x" },
		"break in References":    func(m *Mail) { m.References = []string{"a@b.example\nBcc: x"} },
		"break in a field name":  func(m *Mail) { m.Extra = []Field{{"X\r\nBcc", "x"}} },
		"colon in a field name":  func(m *Mail) { m.Extra = []Field{{"Bcc: a@b.example\r\nX", "x"}} },
		"empty field name":       func(m *Mail) { m.Extra = []Field{{"", "x"}} },
		"a second From":          func(m *Mail) { m.Extra = []Field{{"FROM", "x@y.example"}} },
		"Bcc":                    func(m *Mail) { m.Extra = []Field{{"Bcc", "x@y.example"}} },
		"content field":          func(m *Mail) { m.Extra = []Field{{"Content-Type", "text/html"}} },
		"media type":             func(m *Mail) { m.Attachments = []Attachment{{Name: "x", Type: "text/csv\r\nX: y"}} },
		"media type, multipart":  func(m *Mail) { m.Attachments = []Attachment{{Name: "x", Type: "multipart/mixed; boundary=x"}} },
		"header without end":     func(m *Mail) { m.Subject = strings.Repeat("x ", 40_000) },
	} {
		t.Run(name, func(t *testing.T) {
			m := ordinary()
			spoil(&m)
			if b, err := Compose(m); err == nil {
				t.Errorf("composed\n%s", b)
			}
		})
	}
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"PO 1001.csv":                          "PO 1001.csv",
		"../../etc/passwd":                     "passwd",
		`C:\orders\po.csv`:                     "po.csv",
		"invoice\u202efdp.exe":                 "invoicefdp.exe",
		".profile":                             "profile",
		"..":                                   "attachment",
		"":                                     "attachment",
		"/":                                    "attachment",
		"a\r\nb.csv":                           "a  b.csv",
		`a"b<c>.csv`:                           "a_b_c_.csv",
		strings.Repeat("\u00fc", 200) + ".csv": strings.Repeat("\u00fc", 58) + ".csv",
		strings.Repeat("x", 300):               strings.Repeat("x", 120),
	} {
		if got := FileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestDKIM(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	key := ed25519.NewKeyFromSeed(seed)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDKIM("shop.example", "s1", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	m := ordinary()
	m.DKIM = d
	m.Subject = strings.Repeat("\u00fc ", 100)
	m.Text = "trailing space \n\n\n"
	signed := string(compose(t, m))
	record := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	valid := func(message string) bool {
		v, err := dkim.VerifyWithOptions(strings.NewReader(message), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
			if name != "s1._domainkey.shop.example" {
				return nil, fmt.Errorf("asked for %s", name)
			}
			return []string{record}, nil
		}})
		return err == nil && len(v) == 1 && v[0].Err == nil && v[0].Domain == "shop.example"
	}
	if !valid(signed) {
		t.Fatalf("does not verify:\n%s", signed)
	}
	for name, changed := range map[string]string{
		"Reply-To changed":     strings.Replace(signed, "orders+7F3K9QX2MA@shop", "orders@thief", 1),
		"Reply-To added":       strings.Replace(signed, "MIME-Version", "Reply-To: <x@thief.example>\r\nMIME-Version", 1),
		"From added":           strings.Replace(signed, "MIME-Version", "From: <x@thief.example>\r\nMIME-Version", 1),
		"Content-Type changed": strings.Replace(signed, "text/plain", "text/html", 1),
		"body changed":         signed + "more\r\n",
	} {
		if changed == signed || valid(changed) {
			t.Errorf("%s: still verifies", name)
		}
	}
	for name, key := range map[string]string{"empty": "", "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if _, err := NewDKIM("shop.example", "s1", []byte(key)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
