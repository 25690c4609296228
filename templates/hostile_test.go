package templates

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// hostile fills every text of the data with what a buyer might type.
func hostile(data any, text string) any {
	raw, _ := json.Marshal(data)
	var m map[string]any
	json.Unmarshal(raw, &m)
	var fill func(any) any
	fill = func(v any) any {
		switch v := v.(type) {
		case string:
			if _, err := time.Parse(time.RFC3339, v); err == nil {
				return v
			}
			return v + text
		case map[string]any:
			for k := range v {
				v[k] = fill(v[k])
			}
		case []any:
			for i := range v {
				v[i] = fill(v[i])
			}
		}
		return v
	}
	raw, _ = json.Marshal(fill(m))
	switch data.(type) {
	case PurchaseOrderData:
		return into[PurchaseOrderData](raw)
	case BatchData:
		return into[BatchData](raw)
	case CancellationData:
		return into[CancellationData](raw)
	case ChaseData:
		return into[ChaseData](raw)
	case ShippingData:
		return into[ShippingData](raw)
	case DigestData:
		return into[DigestData](raw)
	}
	return into[AlertData](raw)
}

func into[T any](raw []byte) T {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return v
}

// TestHostileTexts: nothing that a buyer types becomes a header, a tag, a line of its own outside of the quoted note, or script.
func TestHostileTexts(t *testing.T) {
	s := load(t, nil)
	for _, bad := range []string{
		"\r\nBcc: evil@attacker.example", "</script><script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "\u202Egnp.exe", "\x00\x1b[2J",
		"\u2028FORGED", "\xff\xfe", strings.Repeat("A", 5000), "{{.Key}}", "\n\nSHIP TO\n  Mallory\n", "<!--", "javascript:alert(1)",
	} {
		for _, name := range Names() {
			for _, language := range s.Languages() {
				m := render(t, s, name, "", language, hostile(Sample(name), bad))
				check(t, fmt.Sprintf("%s %s %.20q", name, language, bad), m)
			}
		}
	}
}

func check(t *testing.T, what string, m Mail) {
	t.Helper()
	if strings.ContainsFunc(m.Subject, func(r rune) bool { return r < ' ' || r == '\u202E' }) || len([]rune(m.Subject)) > maxSubject {
		t.Errorf("%s: subject %q", what, m.Subject)
	}
	for line := range strings.Lines(m.Text) {
		if strings.HasPrefix(line, "  Mallory") {
			t.Errorf("%s: a line of its own: %q", what, line)
		}
	}
	if strings.ContainsAny(m.Text+m.HTML, "\x00\x1b\u202E\u2028\r") {
		t.Errorf("%s: control characters", what)
	}
	doc, err := html.Parse(strings.NewReader(m.HTML))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "img", "iframe", "form":
			t.Errorf("%s: a %s came in", what, n.Data)
		case "script":
			if len(n.Attr) != 1 || n.Attr[0].Val != "application/ld+json" || !json.Valid([]byte(n.FirstChild.Data)) {
				t.Errorf("%s: a script came in", what)
			}
		case "a":
			for _, a := range n.Attr {
				if a.Key == "href" && strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s: link %q", what, a.Val)
				}
			}
		}
	}
}

func TestTheCallersDataStaysAsItIs(t *testing.T) {
	data := Sample(PurchaseOrderMail).(PurchaseOrderData)
	data.Lines[0].Title = "two\nlines"
	render(t, load(t, nil), PurchaseOrderMail, "", "en", data)
	if data.Lines[0].Title != "two\nlines" {
		t.Error("the line was changed")
	}
}

func TestTooLargeMail(t *testing.T) {
	data := Sample(PurchaseOrderMail).(PurchaseOrderData)
	for range 20_000 {
		data.Lines = append(data.Lines, Line{SKU: "A", Title: strings.Repeat("t", 400), Quantity: 1})
	}
	if _, err := load(t, nil).Mail(PurchaseOrderMail, "", "en", data); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}
