package templates

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func load(t testing.TB, files map[string]string) *Set {
	t.Helper()
	s, err := Load(tree(files))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tree(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, content := range files {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func render(t testing.TB, s *Set, name, supplier, language string, data any) Mail {
	t.Helper()
	m, err := s.Mail(name, supplier, language, data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPurchaseOrderText(t *testing.T) {
	got := render(t, load(t, nil), PurchaseOrderMail, "prairie", "en", Sample(PurchaseOrderMail))
	want := `Please ship 3 pieces for purchase order 1001-A to the address below.

SHIP TO
  Ada Example
  Example Inc
  1 Main Street
  Apt 2
  Springfield, IL 62701
  United States
  Phone +1 555 0199
  ada@customer.example

ITEMS
  2 x 10044  Galvanized bucket 14 qt  (our SKU PS10044)
  1 x PS20010  Rope 20 ft

PO number:           1001-A
Our account:         C-4711
Date:                Tuesday, 26 August 2025
Ship by:             Wednesday, 27 August 2025
Shipping:            Standard
Carrier:             UPS Ground

The same order is attached as po_1001-A.csv.

Gift message for the parcel:
> Happy birthday

Note from the customer:
> Please leave it at the door.
> Thank you!

Please answer this mail with the tracking number. If there is any
problem, please tell us in your answer.

Questions? Answer this mail or call +1 555 0100.

Example Shop
https://shop.example

Reference: WB-7K3QX0M2RB (please keep it in your answer)
`
	if got.Subject != "Purchase order 1001-A from Example Shop" {
		t.Errorf("subject %q", got.Subject)
	}
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestLeastPurchaseOrderInGerman(t *testing.T) {
	data := bare(PurchaseOrderMail).(PurchaseOrderData)
	data.ShipTo = Address{Name: "Jörg Beispiel", Line1: "Hauptstr. 1", City: "Berlin", Region: "Berlin", Postcode: "10115", Country: "DE"}
	data.Date = time.Date(2025, time.March, 2, 23, 0, 0, 0, time.UTC)
	got := render(t, load(t, nil), PurchaseOrderMail, "", "de-AT", data)
	want := `Bitte senden Sie 1 Stück für die Bestellung 1001-A an die folgende
Adresse.

LIEFERADRESSE
  Jörg Beispiel
  Hauptstr. 1
  10115 Berlin
  Deutschland

ARTIKEL
  1 x PS10044

Bestellnummer:       1001-A
Datum:               Sonntag, 2. März 2025

Bitte antworten Sie auf diese Mail mit der Sendungsnummer. Gibt es ein
Problem, schreiben Sie es uns bitte in Ihrer Antwort.

Fragen? Antworten Sie auf diese Mail.

Example Shop

Referenz: WB-7K3QX0M2RB (bitte in Ihrer Antwort stehen lassen)
`
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSubjects(t *testing.T) {
	want := map[string]string{
		"en purchase_order": "Purchase order 1001-A from Example Shop",
		"en resend":         "Repeat of purchase order 1001-A from Example Shop: please do not ship it twice",
		"en batch":          "Repeat, please do not ship twice: 2 purchase orders from Example Shop, 26 August 2025: 1001-A to 1002-A",
		"de batch":          "Wiederholung, bitte nicht doppelt liefern: 2 Bestellungen von Example Shop, 26. August 2025: 1001-A bis 1002-A",
		"en cancellation":   "Please cancel items of purchase order 1001-A from Example Shop",
		"en chase":          "A question about 2 purchase orders from Example Shop",
		"de chase":          "Eine Frage zu 2 Bestellungen von Example Shop",
		"en shipping":       "Your order 1001 is on its way",
		"en digest":         "3 orders need your attention today",
		"en alert":          "Example Shop: Orders cannot be sent to Prairie Supply",
		"de purchase_order": "Bestellung 1001-A von Example Shop",
		"de resend":         "Wiederholung der Bestellung 1001-A von Example Shop: bitte nicht doppelt liefern",
		"de cancellation":   "Bitte stornieren: Artikel der Bestellung 1001-A von Example Shop",
		"de shipping":       "Ihre Bestellung 1001 ist unterwegs",
		"de digest":         "3 Bestellungen brauchen Sie heute",
		"de alert":          "Example Shop: Orders cannot be sent to Prairie Supply",
		"xx digest":         "3 orders need your attention today", // an unknown language is English
	}
	s := load(t, nil)
	got := map[string]string{}
	for key := range want {
		language, name, _ := strings.Cut(key, " ")
		got[key] = render(t, s, name, "", language, Sample(name)).Subject
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for orders, want := range map[int]string{0: "1 thing needs your attention today", 1: "1 order needs your attention today"} {
		d := DigestData{Orders: orders, Groups: []DigestGroup{{Items: []DigestItem{{Text: "x"}}}}}
		if got := render(t, s, DigestMail, "", "en", d).Subject; got != want {
			t.Errorf("%d orders: %q", orders, got)
		}
	}
}

// TestResendSaysSo: a repeat says what it is before anything else, in every language, text and HTML.
func TestResendSaysSo(t *testing.T) {
	s := load(t, nil)
	for language, words := range map[string]string{"en": "do not ship it twice", "de": "nicht doppelt"} {
		for _, data := range []any{Sample(ResendMail), bare(ResendMail)} {
			m := render(t, s, ResendMail, "", language, data)
			for part, text := range map[string]string{"text": m.Text, "HTML": m.HTML} {
				flat := strings.Join(strings.Fields(text), " ")
				warned, asked := strings.Index(flat, words), strings.Index(flat, "1 Main Street")
				if warned < 0 || asked < warned {
					t.Errorf("%s %s: the warning does not come before the address", language, part)
				}
				if !strings.Contains(text, "1001-A") || !strings.Contains(text, "WB-7K3QX0M2RB") {
					t.Errorf("%s %s lacks number or key", language, part)
				}
			}
		}
	}
}

// TestEveryLanguageHasEveryWord: nothing falls back to English in silence.
func TestEveryLanguageHasEveryWord(t *testing.T) {
	_, languages := builtinLayers()
	if len(languages) < 2 {
		t.Fatal("languages are missing")
	}
	same := []string{"alert.subject", "digest.subject"} // made of other words only
	for name, l := range languages {
		for block := range languages[English].trees {
			if _, there := l.trees[block]; !there && !slices.Contains(same, block) {
				t.Errorf("%s has no words for %s", name, block)
			}
		}
	}
}

func TestOverrides(t *testing.T) {
	s := load(t, map[string]string{
		"words.tmpl":                          `{{define "questions"}}Call Bob.{{end}}`,
		"de/words.tmpl":                       `{{define "questions"}}Bob anrufen.{{end}}`,
		"fr/words.tmpl":                       `{{define "questions"}}Appelez Bob.{{end}}`,
		"suppliers/prairie/blocks.tmpl":       `{{define "footer.html"}}<p>Key {{.Key}}</p>{{end}}{{define "ship_to"}}Consignee{{end}}`,
		"suppliers/metro/purchase_order.txt":  "{{upper .Number}} {{.Key}}{{template \"mine.txt\" .}}{{define \"mine.txt\"}}!{{end}}",
		"suppliers/metro/purchase_order.html": "  \n",
		"suppliers/metro/resend.subject":      "Again\n{{.Number}}",
	})
	po := Sample(PurchaseOrderMail)
	cases := []struct {
		supplier, language string
		has, hasNot        []string // in text and HTML together
	}{
		{"", "en", []string{"Call Bob.", "Ship to", "SHIP TO"}, []string{"Consignee"}},
		{"", "de", []string{"Bob anrufen.", "LIEFERADRESSE"}, []string{"Call Bob"}},
		{"", "fr", []string{"Appelez Bob.", "SHIP TO"}, nil}, // words that are not there yet are English
		{"prairie", "en", []string{"Call Bob.", "Consignee", "CONSIGNEE", "<p>Key WB-7K3QX0M2RB</p>"}, []string{"Ship to"}},
		{"metro", "en", []string{"1001-A WB-7K3QX0M2RB!"}, []string{"html", "Call Bob"}},
	}
	for _, c := range cases {
		m := render(t, s, PurchaseOrderMail, c.supplier, c.language, po)
		all := m.Text + m.HTML
		for _, text := range c.has {
			if !strings.Contains(all, text) {
				t.Errorf("%s/%s lacks %q", c.supplier, c.language, text)
			}
		}
		for _, text := range c.hasNot {
			if strings.Contains(all, text) {
				t.Errorf("%s/%s has %q", c.supplier, c.language, text)
			}
		}
	}
	if got := render(t, s, ResendMail, "metro", "en", po).Subject; got != "Again 1001-A" {
		t.Errorf("subject %q", got)
	}
	if diff := cmp.Diff([]string{"de", "en", "fr"}, s.Languages()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"metro", "prairie"}, s.Suppliers()); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesInOverrides(t *testing.T) {
	cases := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"syntax", map[string]string{"purchase_order.txt": "{{.Number}} {{.Key}}\n{{if}}"},
			"templates/purchase_order.txt:2: missing value for if"},
		{"unknown function", map[string]string{"alert.txt": "{{env \"HOME\"}}"},
			`templates/alert.txt:1: function "env" not defined`},
		{"forbidden builtin", map[string]string{"alert.txt": "{{call .X}}"},
			`templates/alert.txt:1: function "call" not defined`},
		{"unknown field", map[string]string{"suppliers/prairie/purchase_order.subject": "PO {{.Nubmer}}"},
			`templates/suppliers/prairie/purchase_order.subject:1:5: executing "purchase_order.subject" at <.Nubmer>: can't evaluate field Nubmer in type templates.PurchaseOrderData (did you mean "Number"?); there are Account, Attachment, Carrier, Currency, Date, FirstSent, GiftMessage, Key, Lines, Note, Number, OrderDate, OrderNumber, Pieces, ShipBy, ShipTo, ShippingMethod, Shop, Supplier`},
		{"unknown mail", map[string]string{"purchase_ordr.txt": "x"},
			`templates/purchase_ordr.txt: there is no mail "purchase_ordr" (did you mean "purchase_order"?); expected one of purchase_order, resend, batch, cancellation, chase, shipping, digest, alert, or blocks in a file that ends in .tmpl`},
		{"unknown kind of file", map[string]string{"purchase_order.md": "x"},
			"templates/purchase_order.md: expected a name that ends in .subject, .txt, .html or .tmpl"},
		{"unknown block", map[string]string{"x.tmpl": `{{define "foter.txt"}}x{{end}}`},
			`templates/x.tmpl: nothing uses the block "foter.txt" (did you mean "footer.txt"?)`},
		{"block twice", map[string]string{"x.tmpl": `{{define "questions"}}x{{end}}`, "y.tmpl": `{{define "questions"}}y{{end}}`},
			`templates/y.tmpl: the block "questions" is defined twice in this folder`},
		{"text outside of blocks", map[string]string{"x.tmpl": `Hello {{define "questions"}}x{{end}}`},
			"templates/x.tmpl: has text outside of {{define}}…{{end}}, which would never be shown"},
		{"unknown folder", map[string]string{"supplier/prairie/x.tmpl": `{{define "questions"}}x{{end}}`},
			"templates/supplier: expected suppliers or a language like de or pt-BR"},
		{"key lost", map[string]string{"suppliers/prairie/purchase_order.txt": "PO {{.Number}}"},
			"templates/suppliers/prairie/purchase_order.txt: purchase_order.txt never shows {{.Key}}; without it answers are harder to match"},
		{"number lost", map[string]string{"purchase_order.html": "<p>{{.Key}}</p>"},
			"templates/purchase_order.html: purchase_order.html never shows {{.Number}}; without it a supplier cannot name the purchase order in the answer"},
		{"months", map[string]string{"en/x.tmpl": `{{define "months"}}Jan Feb{{end}}`},
			`default`},
		{"endless", map[string]string{"alert.txt": `{{range 10000000}}{{$.Title}}{{end}}`},
			"the rendered mail is too large"},
		{"unsafe HTML", map[string]string{"alert.html": `<a href="{{.URL}}`},
			"ends in a non-text context"},
		{"two at once", map[string]string{"alert.txt": "{{", "digest.txt": "{{"},
			"templates/alert.txt:1: unclosed action\ntemplates/digest.txt:1: unclosed action"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(tree(c.files))
			if err == nil {
				t.Fatal("no error")
			}
			switch c.name {
			case "months", "unsafe HTML": // the rest of the message is the library's
				if !strings.Contains(err.Error(), c.want) && !strings.Contains(err.Error(), "must have 12 and 7 words") {
					t.Errorf("got %s", err)
				}
			default:
				if diff := cmp.Diff(c.want, err.Error()); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
			}
		})
	}
}

func TestWrongData(t *testing.T) {
	s := load(t, nil)
	if _, err := s.Mail("purchase", "", "en", Sample(PurchaseOrderMail)); err == nil {
		t.Error("an unknown mail was rendered")
	}
	if _, err := s.Mail(PurchaseOrderMail, "", "en", Sample(DigestMail)); err == nil {
		t.Error("a purchase order was rendered from a digest")
	}
}

func TestParcelsAreSchemaOrg(t *testing.T) {
	m := render(t, load(t, nil), ShippingMail, "", "en", Sample(ShippingMail))
	_, after, _ := strings.Cut(m.HTML, `<script type="application/ld+json">`)
	script, _, _ := strings.Cut(after, "</script>")
	var got []struct {
		Context        string `json:"@context"`
		Type           string `json:"@type"`
		TrackingNumber string
		TrackingURL    string
		Carrier        struct{ Name string }
		Provider       struct{ Name string }
		PartOfOrder    struct {
			OrderNumber string
			Merchant    struct{ Name string }
		}
		DeliveryAddress struct{ Name, StreetAddress, AddressLocality, AddressRegion, PostalCode, AddressCountry string }
		ItemShipped     []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(script), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Context != "https://schema.org" || got[0].Type != "ParcelDelivery" || got[0].TrackingNumber != "1Z999AA10123456784" ||
		got[0].Carrier.Name != "UPS" || got[0].Provider.Name != "UPS" || got[0].PartOfOrder.OrderNumber != "1001" ||
		got[0].PartOfOrder.Merchant.Name != "Example Shop" || got[0].DeliveryAddress.PostalCode != "62701" || len(got[0].ItemShipped) != 2 ||
		got[0].TrackingURL == "" || got[1].TrackingNumber != "RB123456785GB" || got[1].Carrier.Name != "" {
		t.Errorf("%+v", got)
	}
	if strings.Contains(render(t, load(t, nil), PurchaseOrderMail, "", "en", Sample(PurchaseOrderMail)).HTML, "<script") {
		t.Error("a purchase order has a script")
	}
}

func TestAddressLines(t *testing.T) {
	cases := []struct {
		a    Address
		want string
	}{
		{Address{City: "Springfield", Region: "IL", Postcode: "62701", Country: "US"}, "Springfield, IL 62701|United States"},
		{Address{City: "Leeds", Region: "Yorkshire", Postcode: "LS1 1AA", Country: "GB"}, "Leeds|Yorkshire|LS1 1AA|United Kingdom"},
		{Address{City: "Milano", Region: "MI", Postcode: "20121", Country: "IT"}, "20121 Milano, MI|Italy"},
		{Address{City: "Central", Country: "HK"}, "Central|Hong Kong SAR China"},
		{Address{City: "Nowhere", Postcode: "1", Country: "ZZ"}, "Nowhere, 1|ZZ"},
		{Address{City: "Nowhere", Country: "not a country"}, "Nowhere|not a country"},
		{Address{Country: "DE", Postcode: "10115"}, "10115|Germany"},
	}
	for _, c := range cases {
		if got := strings.Join(c.a.lines(countryName(c.a.Country, "en")), "|"); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func BenchmarkMail(b *testing.B) {
	s, data := load(b, nil), Sample(PurchaseOrderMail)
	for b.Loop() {
		if _, err := s.Mail(PurchaseOrderMail, "prairie", "en", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, nil)
	}
}

func TestBatchText(t *testing.T) {
	data := Sample(BatchMail).(BatchData)
	data.FirstSent = time.Time{}
	got := render(t, load(t, nil), BatchMail, "", "en", data)
	want := `Please ship the 2 purchase orders (6 pieces) in the attached file
orders_20250826.csv. Each goes to its own address.

Our account: C-4711

  1001-A             3     Ada Example  WB-7K3QX0M2RB
  1002-A             3     Ada Example  WB-9M2RB7K3QX

Please answer this mail with the tracking numbers, each beside its
purchase order number. If there is any problem, please tell us in your
answer.

Questions? Answer this mail or call +1 555 0100.

Example Shop
https://shop.example
`
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got.Subject != "2 purchase orders from Example Shop, 26 August 2025: 1001-A to 1002-A" {
		t.Errorf("subject %q", got.Subject)
	}
}
