package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// matchOrders are the open orders of these tests: two purchase orders of 1001, with two suppliers.
const matchOrders = `{"number":"1001","channel":"shop","id":"1","supplier":"prairie-supply","po_number":"1001-A","message_id":"<7K3QX0M2R4.aa@shop.example>","reply_to":"orders+desk1001@shop.example","ship_to":{"name":"Ada Norwood","line1":"12 Cedar Avenue","city":"Riverton","postcode":"82501","country":"US"},"lines":[{"id":"1","sku":"AB-1","quantity":2}]}
{"number":"1001","channel":"shop","id":"1","supplier":"harbor-goods","po_number":"1001-B","ship_to":{"name":"Ada Norwood","line1":"12 Cedar Avenue","city":"Riverton","postcode":"82501","country":"US"},"lines":[{"id":"2","sku":"CD-9","quantity":1}]}
{"number":"1002","channel":"shop","id":"2","supplier":"prairie-supply","ship_to":{"name":"Bruno Castellani","line1":"4 Mill Road","city":"Fairview","postcode":"37062","country":"US"},"lines":[{"id":"1","sku":"AB-1","quantity":1}]}
{"number":"1003","channel":"shop","id":"3","supplier":"harbor-goods","ship_to":{"name":"Clara Birkholz","line1":"Hauptstr. 5","city":"Neustadt","postcode":"67433","country":"DE"},"lines":[{"id":"1","sku":"EF-3","quantity":1}]}
`

func letter(from, subject, body string) string {
	return "From: " + from + "\r\nTo: orders@shop.example\r\nSubject: " + subject + "\r\nMessage-ID: <m@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n"
}

// matchFolder writes the files of a test.
func matchFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	files["orders.jsonl"] = matchOrders
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// line is one line of the contract, with every field told apart from one that is missing.
type line struct {
	File    string            `json:"file"`
	Kind    string            `json:"kind"`
	Notices []json.RawMessage `json:"notices"`
}

type notice struct {
	Kind, Channel, Order string
	PurchaseOrder        string `json:"purchase_order"`
	Method, Decision     string
	Apply                string
	Confidence           float64
	Tracking             []struct{ Carrier, Number string }
	Lines                []struct {
		SKU      string
		Quantity int
	}
	Candidates []struct {
		Order string
		Score float64
	}
	Evidence []map[string]any
	Reasons  []string
}

func parseLines(t *testing.T, out string) (lines []line) {
	t.Helper()
	for _, text := range strings.Split(out, "\n") {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if l.Notices == nil {
			t.Errorf("%s: notices is null", l.File)
		}
		lines = append(lines, l)
	}
	return lines
}

func (l line) notice(t *testing.T, i int) (n notice) {
	t.Helper()
	if i >= len(l.Notices) {
		t.Fatalf("%s has %d notices", l.File, len(l.Notices))
	}
	if err := json.Unmarshal(l.Notices[i], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func zipped(t *testing.T, name, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	matchTracking = "1Z999AA10123456784"
	matchTable    = "PO;Carrier;Tracking\r\n1001-A;UPS;" + matchTracking + "\r\n"
)

func TestMatchContract(t *testing.T) {
	folder := matchFolder(t, map[string]string{
		"x.eml": letter("post@prairie-supply.example", "Order 1001", "Order 1001 has shipped with UPS.\nTracking number: "+matchTracking+"\n\n2 x AB-1"),
		"t.csv": matchTable, "z.zip": zipped(t, "a.csv", matchTable), "b/2.csv": matchTable, "b/1.eml": letter("news@other.example", "Summer sale", "Everything must go."), "b/.hidden": "x",
	})
	code, out, errs := command(t, folder, "match", "--orders", "orders.jsonl", "--supplier", "prairie-supply", "--json", "x.eml", "z.zip", "b", "t.csv")
	if code != 0 || errs != "" {
		t.Fatalf("exit %d, %s", code, errs)
	}
	lines := parseLines(t, out)
	var files []string
	for _, l := range lines {
		files = append(files, l.File+" "+l.Kind)
	}
	if want := []string{"x.eml shipment", "z.zip shipment", "b/1.eml other", "b/2.csv shipment", "t.csv shipment"}; !slices.Equal(files, want) {
		t.Fatalf("lines %q, want %q", files, want)
	}
	// Every field of a notice is there, also when it is empty.
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(lines[0].Notices[0], &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kind", "channel", "order", "purchase_order", "method", "confidence", "decision", "apply", "tracking", "lines", "candidates", "evidence", "reasons"} {
		if raw, ok := fields[name]; !ok || string(raw) == "null" {
			t.Errorf("%s is missing or null", name)
		}
	}
	n := lines[0].notice(t, 0)
	if n.Order != "1001" || n.PurchaseOrder != "1001-A" || n.Channel != "shop" || n.Method != "order_number" || n.Decision != "auto" || n.Apply != "auto" || n.Confidence < 0.999 || n.Confidence > 1 {
		t.Errorf("notice %+v", n)
	}
	if len(n.Tracking) != 1 || n.Tracking[0].Carrier != "ups" || n.Tracking[0].Number != matchTracking || len(n.Lines) != 1 || n.Lines[0].SKU != "AB-1" || n.Lines[0].Quantity != 2 {
		t.Errorf("tracking %v, lines %v", n.Tracking, n.Lines)
	}
	if len(n.Candidates) == 0 || n.Candidates[0].Order != "1001" || n.Candidates[0].Score < 0.9 || len(n.Reasons) == 0 {
		t.Errorf("candidates %v, reasons %q", n.Candidates, n.Reasons)
	}
	body := "Order 1001 has shipped with UPS.\nTracking number: " + matchTracking + "\n\n2 x AB-1\n"
	for _, e := range n.Evidence {
		if e["part"] != "1" {
			continue
		}
		start, end := int(e["start"].(float64)), int(e["end"].(float64))
		if end > len(body) || body[start:end] != e["text"] {
			t.Errorf("%v is not at its place", e)
		}
	}
	for i, part := range map[int]string{1: "z.zip!a.csv", 3: "1", 4: "1"} {
		for _, e := range lines[i].notice(t, 0).Evidence {
			if e["field"] == "tracking" && (e["part"] != part || e["row"] != 2.0 || e["column"] != 3.0 || e["start"] != nil) {
				t.Errorf("%s: tracking at %v", lines[i].File, e)
			}
		}
	}
}

// A place at the very start of a text is said.
func TestMatchSaysZero(t *testing.T) {
	folder := matchFolder(t, map[string]string{"x.eml": letter("post@prairie-supply.example", "Hi", matchTracking+" for order 1001")})
	_, out, _ := command(t, folder, "match", "--orders", "orders.jsonl", "--json", "x.eml")
	if !strings.Contains(out, `"part":"1","start":0,"end":18`) {
		t.Error(out)
	}
}

func TestMatchSenders(t *testing.T) {
	shipped := "Order 1001 has shipped, tracking number " + matchTracking
	consignee := shipped + "\n\nShip to:\nAda Norwood\n12 Cedar Avenue\nRiverton, WY 82501\n"
	reply := func(from, header string) string {
		return strings.Replace(letter(from, "Re: your mail", "On its way: UPS "+matchTracking), "\r\nSubject", "\r\n"+header+"\r\nSubject", 1)
	}
	for _, c := range []struct {
		name, supplier, file, text, want string
	}{
		{"its own order", "", "x.eml", letter("post@prairie-supply.example", "News", shipped), "1001-A order_number auto"},
		{"another host of its domain", "", "x.eml", letter("post@mail.prairie-supply.example", "News", shipped), "1001-A order_number auto"},
		{"the other supplier's part of it", "", "x.eml", letter("post@harbor-goods.example", "News", shipped), "1001-B order_number auto"},
		{"another supplier's order", "", "x.eml", letter("post@harbor-goods.example", "News", "Order 1002 has shipped, tracking number "+matchTracking), "1002 order_number review"},
		{"the slug elsewhere in the domain", "", "x.eml", letter("post@not-prairie-supply.example", "News", shipped), " none review"},
		{"--supplier does not speak for a mail with a sender", "prairie-supply", "x.eml", letter("post@parcels.example", "News", shipped), " none review"},
		{"two senders are none", "", "x.eml", letter("post@prairie-supply.example, evil@evil.example", "News", "Order 1002 has shipped, tracking number "+matchTracking), "1002 order_number review"},
		{"free mail with a second witness", "", "x.eml", letter("prairie@freemail.example", "News", "Order 1002 has shipped, tracking number "+matchTracking+"\n\nShip to:\nBruno Castellani\n4 Mill Road\nFairview, TN 37062\n"), "1002 order_number auto"},
		{"both purchase orders of one address", "", "x.eml", letter("prairie@freemail.example", "News", consignee), "1001-A order_number review"},
		{"message_id", "", "x.eml", reply("post@prairie-supply.example", "In-Reply-To: <7K3QX0M2R4.aa@shop.example>"), "1001-A thread auto"},
		{"reply_to", "", "x.eml", reply("post@prairie-supply.example", "Delivered-To: orders+desk1001@shop.example"), "1001-A token auto"},
		{"a file without a supplier", "", "x.csv", "order;tracking\n1002;" + matchTracking + "\n", "1002 order_number auto"},
		{"a file of the supplier", "harbor-goods", "x.csv", "order;tracking\n1001;" + matchTracking + "\n", "1001-B order_number auto"},
		{"a file of another supplier", "harbor-goods", "x.csv", "order;tracking\n1002;" + matchTracking + "\n", "1002 order_number review"},
		{"nothing names an order", "", "x.eml", letter("post@prairie-supply.example", "News", "Your parcel has shipped: "+matchTracking), " none review"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := matchFolder(t, map[string]string{c.file: c.text})
			args := []string{"match", "--orders", "orders.jsonl", "--json", c.file}
			if c.supplier != "" {
				args = append(args, "--supplier", c.supplier)
			}
			_, out, _ := command(t, folder, args...)
			n := parseLines(t, out)[0].notice(t, 0)
			if got := n.PurchaseOrder + " " + n.Method + " " + n.Decision; got != c.want {
				t.Errorf("got %s, want %s; %q", got, c.want, n.Reasons)
			}
			if len(n.Tracking) != 1 || n.Tracking[0].Number != matchTracking {
				t.Errorf("tracking %v", n.Tracking)
			}
		})
	}
}

// Where orders do not say whose they are, a mail from a company's own domain may be their supplier's; a carrier's, a free mailer's and our own say nothing of that.
func TestMatchSendersOfOrdersWithoutSupplier(t *testing.T) {
	orders := regexp.MustCompile(`"supplier":"[^"]*",`).ReplaceAllString(matchOrders, "")
	const company, carriers, free, ours = "post@prairie-supply.example", "post@dhl.example", "prairie@gmail.com", "post@shop.example"
	for from, want := range map[string]string{company: "auto", "post@mail.prairie-supply.example": "auto", carriers: "review", free: "review", ours: "review", company + ", evil@evil.example": "review"} {
		folder := matchFolder(t, map[string]string{"x.eml": letter(from, "News", "Order 1002 has shipped, tracking number "+matchTracking)})
		if err := os.WriteFile(filepath.Join(folder, "orders.jsonl"), []byte(orders), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{nil, {"--supplier", "prairie-supply"}} { // which no order names, and which none excludes
			code, out, errs := command(t, folder, append([]string{"match", "--orders", "orders.jsonl", "--json", "x.eml"}, args...)...)
			if n := parseLines(t, out)[0].notice(t, 0); code != 0 || errs != "" || n.Order != "1002" || n.Decision != want {
				t.Errorf("from %s %q: exit %d, %s, order %s %s, want 1002 %s; %q", from, args, code, errs, n.Order, n.Decision, want, n.Reasons)
			}
		}
	}
}

func TestMatchExitCodes(t *testing.T) {
	folder := matchFolder(t, map[string]string{"x.csv": matchTable, "broken.jsonl": matchOrders + "{\"number\":7}\n", "empty.jsonl": "", "list.json": "[]"})
	for _, c := range []struct {
		args []string
		code int
		errs string
	}{
		{[]string{"--orders", "orders.jsonl", "x.csv"}, 0, ""},
		{[]string{"x.csv"}, 2, "orders"},
		{[]string{"--orders", "orders.jsonl"}, 2, "requires"},
		{[]string{"--orders", "none.jsonl", "x.csv"}, 2, "none.jsonl"},
		{[]string{"--orders", "broken.jsonl", "x.csv"}, 2, "line 5"},
		{[]string{"--orders", "empty.jsonl", "x.csv"}, 2, "empty"},
		{[]string{"--orders", "list.json", "x.csv"}, 0, ""},
		{[]string{"--orders", "orders.jsonl", "x.csv", "missing.eml"}, 2, "missing.eml"},
		{[]string{"--orders", "orders.jsonl", "--supplier", "prairy", "x.csv"}, 0, "prairie-supply, harbor-goods"},
		{[]string{"--orders", "orders.jsonl", "--nonsense", "x.csv"}, 2, "nonsense"},
	} {
		code, out, errs := command(t, folder, append([]string{"match"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.errs) {
			t.Errorf("%q: exit %d, want %d; %s", c.args, code, c.code, errs)
		}
		if code == 2 && out != "" {
			t.Errorf("%q printed %s", c.args, out)
		}
	}
}
