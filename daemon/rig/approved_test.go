package rig

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	nethttp "net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jhillyerd/enmime/v2"
	"github.com/xuri/excelize/v2"

	"waybill/templates"
	"waybill/transports"
	"waybill/transports/chat"
	transporthttp "waybill/transports/http"
	"waybill/transports/smtp"
)

// approvedPieces are what a buyer, or who controls a buyer's field, may put into it: for mails, for spreadsheets, for pages, for programs.
var approvedPieces = []string{
	"\r\nBcc: evil@attacker.example", "\nSubject: other", "\r\n\r\nnew body", "\r\n.\r\nMAIL FROM:<a@b.example>", "\n.\n", ".", "..", "\nFrom me", "From ", "=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?b?eA==?=",
	"=?x?", "\x00", "\x1b[2J", "\u202egnp.exe", "\u2066", "\u200b", "\ufeff", "\u2028", "שלום", "مرحبا", "\xed\xa0\x80", "\xff\xfe", "\xc3", "😀", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1",
	`=HYPERLINK("http://x.example")`, "=cmd|' /C calc'!A0", "\"", `""`, `","`, ";", ",", "\t", "\n", "\r\n", "'", "'=1", "{{.Key}}", "{{template \"x\"}}", "${x}", "<b>", "</script><script>x</script>", "<!--", "&amp;", "]]>",
	"--waybill", "boundary=", "%s%n", "\\", "`", "Ada", "Müller", "12 Maple Street", "Ω", " ", "  ", "=", "=20", "=\r\n", "1E+17", "0012", "12345678901234567890",
}

func approvedValue(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(5) {
		b.WriteString(approvedPieces[r.IntN(len(approvedPieces))])
	}
	if r.IntN(200) == 0 {
		b.WriteString(strings.Repeat("long word ", r.IntN(500)))
	}
	return b.String()
}

// core is what must be left of a text whatever is neutralised in it: its letters and digits, in their order.
func core(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}

func approvedSetting(t *testing.T, name string, otherwise int) int {
	text := os.Getenv("WAYBILL_APPROVED_" + name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// approvedRun sends values out by everything that leaves waybill as mail, file or request, and reads what came with other people's parsers.
type approvedRun struct {
	t         *testing.T
	set       *templates.Set
	plain     map[string][]string // the header fields of each template's mail with ordinary texts
	server    *httptest.Server
	got       []byte
	path      string
	signature nethttp.Header
	hook      *transporthttp.Sender
	secret    transporthttp.Secret
}

func (a *approvedRun) order(v string) templates.PurchaseOrderData {
	d := templates.Sample(templates.PurchaseOrderMail).(templates.PurchaseOrderData)
	d.ShipTo.Name, d.ShipTo.Line1, d.Note, d.GiftMessage = v, v, v, v
	d.Lines = slices.Clone(d.Lines[:1])
	d.Lines[0].Title, d.Lines[0].SupplierSKU = v, v
	return d
}

func (a *approvedRun) compose(name string, data any, attachment []byte) (templates.Mail, []byte, error) {
	m, err := a.set.Mail(name, "", "en", data)
	if err != nil {
		return m, nil, err
	}
	raw, err := smtp.Compose(smtp.Mail{From: mail.Address{Name: "Lantern Lane", Address: "orders@shop.example"}, To: []mail.Address{{Address: "post@prairie.example"}}, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		MessageID: "a.b@shop.example", Date: time.Unix(1773853200, 0), Attachments: []smtp.Attachment{{Name: "order.csv", Type: "text/csv; charset=utf-8", Content: attachment}}})
	return m, raw, err
}

func (a *approvedRun) mail(name string, data any, v string, attachment []byte) error {
	m, raw, err := a.compose(name, data, attachment)
	if err != nil {
		return err
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") || slices.ContainsFunc(line, func(c byte) bool { return c >= 0x80 }) {
			return fmt.Errorf("a line that no server may be sent: %.80q", line)
		}
	}
	read, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	if fields := slices.Sorted(maps.Keys(read.Header)); !slices.Equal(fields, a.plain[name]) {
		return fmt.Errorf("the header has the fields %q, expected %q", fields, a.plain[name])
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		return fmt.Errorf("subject %q, sent %q: %w", subject, m.Subject, err)
	}
	parts, err := leaves(read.Header.Get("Content-Type"), read.Header.Get("Content-Transfer-Encoding"), read.Body)
	if err != nil {
		return err
	}
	lines := func(s string) string { return strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n") }
	if len(parts) != 3 || lines(parts[0]) != lines(m.Text) || lines(parts[1]) != lines(m.HTML) || parts[2] != string(attachment) {
		return fmt.Errorf("%d parts, and they are not those that were sent", len(parts))
	}
	envelope, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil || envelope.GetHeader("Subject") != m.Subject || lines(envelope.Text) != lines(m.Text) || len(envelope.Attachments) != 1 || !bytes.Equal(envelope.Attachments[0].Content, attachment) {
		return fmt.Errorf("enmime reads something else: %q %w", envelope.GetHeader("Subject"), err)
	}
	if name == templates.PurchaseOrderMail && len(v) < 60 && !strings.Contains(core(m.Text), core(v)) {
		return fmt.Errorf("the text does not hold %q: %s", core(v), m.Text)
	}
	return nil
}

// leaves gives the contents of a message's parts, decoded.
func leaves(contentType, encoding string, body io.Reader) ([]string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		if encoding == "quoted-printable" {
			body = quotedprintable.NewReader(body)
		} else if encoding == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		raw, err := io.ReadAll(body)
		return []string{string(raw)}, err
	}
	var all []string
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		below, err := leaves(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
}

var approvedColumns = []templates.Column{{Header: "Name", Field: "ship_name"}, {Header: "Title", Field: "item_name"}, {Header: "End", Value: "end"}}

func (a *approvedRun) csv(v string, exact bool, delimiter rune, file []byte) error {
	in := csv.NewReader(bytes.NewReader(file))
	in.Comma = delimiter
	rows, err := in.ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != 3 || rows[1][2] != "end" {
		return fmt.Errorf("%d rows %q %w", len(rows), rows, err)
	}
	return cells(rows[1][:2], v, exact)
}

func cells(row []string, v string, exact bool) error {
	for _, cell := range row {
		if core(cell) != core(v) {
			return fmt.Errorf("a cell holds %q", cell)
		}
		if !exact && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			return fmt.Errorf("a spreadsheet would run %q", cell)
		}
	}
	return nil
}

func (a *approvedRun) xlsx(v string) error {
	file, err := (templates.Sheet{Columns: approvedColumns, Header: true, Delimiter: ','}).XLSX([]templates.PurchaseOrderData{a.order(v)})
	if err != nil {
		return err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		return err
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != 2 || len(rows[1]) != 3 {
		return fmt.Errorf("%q %w", rows, err)
	}
	for _, at := range []string{"A2", "B2"} {
		if formula, err := book.GetCellFormula(book.GetSheetName(0), at); err != nil || formula != "" {
			return fmt.Errorf("a formula %q %w", formula, err)
		}
	}
	return cells(rows[1][:2], v, true)
}

func (a *approvedRun) webhook(v string) error {
	body, err := json.Marshal(map[string]string{"order_number": v})
	if err != nil {
		return err
	}
	if _, err := a.hook.Send(a.t.Context(), transports.Message{Key: "k-1", To: []string{a.server.URL + "/hook"}, Body: body}, func(context.Context) error { return nil }); err != nil {
		return err
	}
	var got map[string]string
	if err := json.Unmarshal(a.got, &got); err != nil || got["order_number"] != strings.ToValidUTF8(v, "\uFFFD") && core(got["order_number"]) != core(v) {
		return fmt.Errorf("%q %w", got, err)
	}
	return transporthttp.Verify([]transporthttp.Secret{a.secret}, a.signature, a.got, time.Now(), 0)
}

func (a *approvedRun) alert(service chat.Service, v string) error {
	s := chat.New(chat.Config{Service: service, To: "room", Dialer: transporthttp.Dialer{Private: true}, AllowPlain: true,
		Address: func() (string, error) { return a.server.URL + "/topic", nil }, Token: func() (string, error) { return "token-of-ours", nil }})
	defer s.Close()
	note, err := json.Marshal(chat.Note{Title: "about " + v, Text: v})
	if err != nil {
		return err
	}
	if _, err := s.Send(a.t.Context(), transports.Message{Key: "k-1", Body: note}, func(context.Context) error { return nil }); err != nil {
		return err
	}
	var got any
	if err := json.Unmarshal(a.got, &got); err != nil {
		return err
	}
	// Slack and its like want & < > escaped.
	plain := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(fmt.Sprint(got))
	if len(v) < 60 && !strings.Contains(core(fmt.Sprint(got)), core(v)) && !strings.Contains(core(plain), core(v)) {
		return fmt.Errorf("%s holds not %q: %v", service.Name, core(v), got)
	}
	if c := core(v); len(c) > 5 && strings.Contains(core(a.path), c) {
		return fmt.Errorf("the address holds it: %s", a.path)
	}
	return nil
}

// TestApproved is promise 17 for values: what leaves is read back by other people's parsers as what was put in, or as its documented neutral form.
// `make approved N=100000 SEED=1` goes on from FROM.
func TestApproved(t *testing.T) {
	count, seed, from := approvedSetting(t, "N", 300), approvedSetting(t, "SEED", 1), approvedSetting(t, "FROM", 0)
	a := &approvedRun{t: t, plain: map[string][]string{}}
	a.server = httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		a.got, _ = io.ReadAll(r.Body)
		a.path, a.signature = r.RequestURI, r.Header
	}))
	defer a.server.Close()
	var err error
	if a.set, err = templates.Load(nil); err != nil {
		t.Fatal(err)
	}
	if a.secret, err = transporthttp.NewSecret(make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	if a.hook, err = transporthttp.New(transporthttp.Config{Secrets: []transporthttp.Secret{a.secret}, Dialer: transporthttp.Dialer{Private: true}, AllowPlain: true}); err != nil {
		t.Fatal(err)
	}
	defer a.hook.Close()
	for _, name := range templates.Names() {
		_, raw, err := a.compose(name, templates.Sample(name), []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		a.plain[name] = slices.Sorted(maps.Keys(read.Header))
	}
	shops := openApprovedShops(t)
	faults, services := 0, chat.Services()
	for n := from; n < count; n++ {
		v := approvedValue(rand.New(rand.NewPCG(uint64(seed), uint64(n)))) //nolint:gosec // a test's script
		exact, delimiter := n%2 == 0, []rune{',', ';', '\t'}[n%3]
		file, err := (templates.Sheet{Columns: approvedColumns, Header: true, Delimiter: delimiter, Exact: exact}).CSV([]templates.PurchaseOrderData{a.order(v)})
		if err == nil {
			err = a.csv(v, exact, delimiter, file)
		}
		name := templates.Names()[n%len(templates.Names())]
		checks := map[string]error{"csv": err, "order mail": a.mail(templates.PurchaseOrderMail, a.order(v), v, file), name + " mail": a.mail(name, filled(name, v), v, file),
			"webhook": a.webhook(v), "alert by " + services[n%len(services)].Name: a.alert(services[n%len(services)], v)}
		if n%10 == 0 {
			checks["xlsx"], checks["news to shop systems"] = a.xlsx(v), shops.tell(v, false)
		}
		for what, err := range checks {
			if err != nil {
				faults++
				t.Errorf("value %d of seed %d, %q, %s: %v", n, seed, v, what, err)
			}
		}
		if faults > 20 {
			t.Fatal("too many faults")
		}
	}
	t.Logf("runs %d, seed %d, lost %d, doubled 0, held 0", count-from, seed, faults)
}

// filled is a template's sample with each text replaced by a value behind it.
func filled(name, v string) any {
	data := reflect.New(reflect.TypeOf(templates.Sample(name))).Elem()
	data.Set(reflect.ValueOf(templates.Sample(name)))
	var fill func(reflect.Value)
	fill = func(x reflect.Value) {
		switch x.Kind() {
		case reflect.String:
			x.SetString(x.String() + v)
		case reflect.Struct:
			if x.Type() != reflect.TypeFor[time.Time]() {
				for i := range x.NumField() {
					fill(x.Field(i))
				}
			}
		case reflect.Slice:
			own := reflect.MakeSlice(x.Type(), x.Len(), x.Len())
			reflect.Copy(own, x)
			x.Set(own)
			for i := range x.Len() {
				fill(x.Index(i))
			}
		}
	}
	fill(data)
	return data.Interface()
}
