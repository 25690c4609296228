package smtp

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"waybill/transports"
)

// unreachable fails the test when something is dialled.
type unreachable struct{ t *testing.T }

func (d unreachable) DialContext(context.Context, string, string) (net.Conn, error) {
	d.t.Error("dialled")
	return nil, net.ErrClosed
}

// TestRefusedUnsent lists what is refused before a connection is opened, because it could not go out as it is or could be read as
// something else on the way.
func TestRefusedUnsent(t *testing.T) {
	const good = "Subject: x\r\n\r\nbody\r\n"
	long := strings.Repeat("x", 999)
	for name, m := range map[string]transports.Message{
		"empty":                     {Body: []byte("")},
		"bare LF":                   {Body: []byte("Subject: x\r\n\r\nbo\ndy\r\n")},
		"bare LF at the start":      {Body: []byte("\nSubject: x\r\n\r\nbody\r\n")},
		"bare CR":                   {Body: []byte("Subject: x\r\n\r\nbo\rdy\r\n")},
		"two CRs":                   {Body: []byte("Subject: x\r\n\r\nbody\r\r\n")},
		"smuggled end, LF":          {Body: []byte("Subject: x\r\n\r\nbody\n.\r\nMAIL FROM:<a@b.example>\r\n")},
		"smuggled end, CR":          {Body: []byte("Subject: x\r\n\r\nbody\r.\r\nMAIL FROM:<a@b.example>\r\n")},
		"smuggled end, LF both":     {Body: []byte("Subject: x\r\n\r\nbody\n.\nMAIL FROM:<a@b.example>\r\n")},
		"ends in CR":                {Body: []byte("Subject: x\r\n\r\nbody\r")},
		"no CRLF at the end":        {Body: []byte("Subject: x\r\n\r\nbody")},
		"NUL":                       {Body: []byte("Subject: x\r\n\r\nbo\x00dy\r\n")},
		"line of 999":               {Body: []byte("Subject: x\r\n\r\n" + long + "\r\n")},
		"header line of 999":        {Body: []byte(long + "\r\n\r\nbody\r\n")},
		"no recipient":              {Body: []byte(good), To: []string{}},
		"empty recipient":           {Body: []byte(good), To: []string{""}},
		"second recipient is wrong": {Body: []byte(good), To: []string{"a@b.example", "c"}},
		"CRLF in recipient":         {Body: []byte(good), To: []string{"a@b.example>\r\nRCPT TO:<c@d.example"}},
		"LF in sender":              {Body: []byte(good), From: "a@b.example\nDATA"},
		"angle brackets":            {Body: []byte(good), To: []string{"<a@b.example>"}},
		"parameter in recipient":    {Body: []byte(good), To: []string{"a@b.example> NOTIFY=NEVER"}},
		"space":                     {Body: []byte(good), To: []string{"a b@c.example"}},
		"tab":                       {Body: []byte(good), To: []string{"a\t@c.example"}},
		"NUL in recipient":          {Body: []byte(good), To: []string{"a\x00@c.example"}},
		"quoted local part":         {Body: []byte(good), To: []string{`"a@x"@c.example`}},
		"comma":                     {Body: []byte(good), To: []string{"a@b.example,c@d.example"}},
		"source route":              {Body: []byte(good), To: []string{"@x.example:a@b.example"}},
		"no local part":             {Body: []byte(good), To: []string{"@c.example"}},
		"no domain":                 {Body: []byte(good), To: []string{"a@"}},
		"two dots":                  {Body: []byte(good), To: []string{"a..b@c.example"}},
		"dot before at":             {Body: []byte(good), To: []string{"a.@c.example"}},
		"empty label":               {Body: []byte(good), To: []string{"a@c..example"}},
		"dash at the end":           {Body: []byte(good), To: []string{"a@c-.example"}},
		"address literal, broken":   {Body: []byte(good), To: []string{"a@[192.0.2.1"}},
		"address literal, not one":  {Body: []byte(good), To: []string{"a@[x]>"}},
		"right-to-left mark":        {Body: []byte(good), To: []string{"a\u202e@c.example"}},
		"soft hyphen":               {Body: []byte(good), To: []string{"a@c\u00ad.example"}},
		"not UTF-8":                 {Body: []byte(good), To: []string{"a\xff@c.example"}},
		"too long":                  {Body: []byte(good), To: []string{"a@" + strings.Repeat("b.", 130) + "example"}},
		"local part too long":       {Body: []byte(good), To: []string{strings.Repeat("a", 65) + "@c.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			if m.To == nil {
				m.To = []string{"sales@prairie.example"}
			}
			c := config("127.0.0.1:25")
			c.Dialer = unreachable{t}
			_, err := open(t, c).Send(t.Context(), m, func(context.Context) error { t.Error("marked"); return nil })
			if transports.VerdictOf(err) != never || transports.Help(err) == "" {
				t.Errorf("got %v, want never with help", err)
			}
		})
	}
}

// TestTakenAsItIs lists what is unusual and right; it arrives byte for byte.
func TestTakenAsItIs(t *testing.T) {
	p := newPeer(t, nil)
	p.offers = append(p.offers, "SMTPUTF8")
	s := open(t, config(p.listen()))
	bodies := []string{
		"\r\n",
		".\r\n",
		"\r\n.\r\n",
		"..\r\n...\r\n.x\r\n\r\n.\r\n",
		"Subject: x\r\n\r\n" + strings.Repeat("x", 998) + "\r\n",
		"Subject: \u00fc\r\n\r\nK\u00f6rbe\r\n",
		"Subject: x\r\n\r\n" + strings.Repeat("y", 48) + "\r\n" + strings.Repeat(strings.Repeat("y", 62)+"\r\n", 1023) + ".\r\n", // a dot right behind a block of 64 KiB
	}
	for _, to := range []string{"a+token@c.example", "o'brien@c.example", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "k\u00f6rbe@b\u00fccher.example"} {
		for _, from := range []string{"", "orders@shop.example"} {
			for _, body := range bodies {
				if _, err := s.Send(t.Context(), transports.Message{From: from, To: []string{to}, Body: []byte(body)}, agree); err != nil {
					t.Errorf("%q from %q, %.30q: %v", to, from, body, err)
				}
			}
		}
	}
	s.Close()
	got := p.all()
	if len(got) != 10*len(bodies) {
		t.Fatalf("%d delivered", len(got))
	}
	for i, d := range got {
		if want := bodies[i%len(bodies)]; string(d.Body) != want {
			t.Errorf("%d arrived changed:\n got %.80q\nwant %.80q", i, d.Body, want)
		}
	}
}

// TestExtensions: what the server does not offer is not asked of it, and a message that needs it is refused rather than changed.
func TestExtensions(t *testing.T) {
	eight := transports.Message{From: "a@b.example", To: []string{"c@d.example"}, Body: []byte("Subject: x\r\n\r\n\u00fc\r\n")}
	header := transports.Message{From: "a@b.example", To: []string{"c@d.example"}, Body: []byte("Subject: \u00fc\r\n\r\nx\r\n")}
	address := transports.Message{From: "a@b.example", To: []string{"\u00fc@d.example"}, Body: []byte("Subject: x\r\n\r\nx\r\n")}
	plain := transports.Message{From: "a@b.example", To: []string{"c@d.example"}, Body: []byte("Subject: x\r\n\r\nx\r\n")}
	for _, c := range []struct {
		name    string
		offers  []string
		m       transports.Message
		verdict transports.Verdict
		op      string
	}{
		{"plain, nothing offered", nil, plain, sent, ""},
		{"8-bit, not offered", []string{"PIPELINING"}, eight, never, "8bit"},
		{"8-bit, offered", []string{"8BITMIME"}, eight, sent, ""},
		{"header, not offered", []string{"8BITMIME"}, header, never, "utf8"},
		{"header, offered", []string{"8BITMIME", "SMTPUTF8"}, header, sent, ""},
		{"address, not offered", []string{"8BITMIME"}, address, never, "utf8"},
		{"address, offered", []string{"SMTPUTF8"}, address, sent, ""},
		{"size fits", []string{"SIZE 17"}, plain, sent, ""},
		{"size does not", []string{"SIZE 16"}, plain, never, "size"},
		{"size without limit", []string{"SIZE 0"}, plain, sent, ""},
		{"size unreadable", []string{"SIZE many"}, plain, sent, ""},
		{"size negative", []string{"SIZE -1"}, plain, sent, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, nil)
			p.offers = c.offers
			s := open(t, config(p.listen()))
			marks := 0
			_, err := s.Send(t.Context(), c.m, func(context.Context) error { marks++; return nil })
			var e *transports.Error
			if transports.VerdictOf(err) != c.verdict || errors.As(err, &e) && (e.Op != c.op || e.Help == "") || marks != count(c.verdict == sent) {
				t.Errorf("got %v with %d marks, want %s at %s", err, marks, c.verdict, c.op)
			}
			s.Close()
			if got := len(p.all()); got != marks {
				t.Errorf("delivered %d times", got)
			}
		})
	}
}

func FuzzInspectBody(f *testing.F) {
	f.Add([]byte("Subject: x\r\n\r\nbody\r\n"))
	f.Add([]byte("a\n.\r\n"))
	f.Add([]byte("a\r\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := inspectBody(body); err != nil {
			return
		}
		text := string(body)
		rest := strings.ReplaceAll(text, "\r\n", "")
		if strings.ContainsAny(rest, "\r\n\x00") || !strings.HasSuffix(text, "\r\n") {
			t.Errorf("taken: %q", body)
		}
		for line := range strings.SplitSeq(text, "\r\n") {
			if len(line) > maxLine {
				t.Errorf("taken, with a line of %d", len(line))
			}
		}
	})
}
