package rig

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/channel"
	"waybill/daemon/channel/channeltest"
	"waybill/daemon/channel/shopify"
	"waybill/daemon/channel/woocommerce"
	"waybill/daemon/channel/wootest"
	"waybill/transports"
	transporthttp "waybill/transports/http"
	"waybill/transports/smtp"
)

// request is one call to a shop system.
type request struct {
	method, path string
	fields       []string // of its head
	body         []byte
}

// recorder stands before a shop system and keeps what was asked of it.
type recorder struct {
	*httptest.Server
	mu  sync.Mutex
	all []request
}

func record(t *testing.T, shop string, secured *tls.Config) *recorder {
	t.Helper()
	u, err := url.Parse(shop)
	if err != nil {
		t.Fatal(err)
	}
	to := httputil.NewSingleHostReverseProxy(u)
	transport := &http.Transport{TLSClientConfig: secured}
	to.Transport = transport
	p := &recorder{}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.all = append(p.all, request{r.Method, r.URL.EscapedPath() + "?" + r.URL.RawQuery, slices.Sorted(maps.Keys(r.Header)), body})
		p.mu.Unlock()
		r.Body, r.Host = io.NopCloser(bytes.NewReader(body)), u.Host
		to.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { p.Server.Close(); transport.CloseIdleConnections() })
	return p
}

func pool(p *recorder) *x509.CertPool {
	trusted := x509.NewCertPool()
	trusted.AddCert(p.Certificate())
	return trusted
}

func (p *recorder) taken() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.all
	p.all = nil
	return all
}

// approvedShops sends news with hostile values to shop systems.
type approvedShops struct {
	t           *testing.T
	shopify     *channeltest.Shopify
	before, woo *recorder
	server      *wootest.Server
	toShopify   *shopify.Shop
	toWoo       *woocommerce.Shop
	shapes      map[string]bool // of requests, with ordinary values
	n           int
}

type noCursor struct{}

func (noCursor) Load(context.Context) ([]byte, error) { return nil, nil }
func (noCursor) Save(context.Context, []byte) error   { return nil }

func openApprovedShops(t *testing.T) *approvedShops {
	a := &approvedShops{t: t, shopify: channeltest.StartShopify(t, nil), server: wootest.New(time.Now, t.Errorf), shapes: map[string]bool{}}
	t.Cleanup(a.server.Close)
	a.before = record(t, a.shopify.URL, nil)
	a.woo = record(t, a.server.URL(), &tls.Config{RootCAs: a.server.Roots(), MinVersion: tls.VersionTLS12})
	var err error
	a.toShopify, err = shopify.New(shopify.Config{Shop: a.shopify.Domain, URL: a.before.URL, ClientID: channeltest.ShopifyClient, Secret: func() (string, error) { return channeltest.ShopifySecret, nil },
		BadNews: "note", Sweep: 24 * time.Hour, Cursor: noCursor{}, Now: a.shopify.Now, Sleep: a.shopify.Sleep, Dialer: transporthttp.Dialer{Private: true}, RootCAs: pool(a.before)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.toShopify.Close() })
	text := func(s string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return s, nil }
	}
	a.toWoo, err = woocommerce.New(woocommerce.Config{URL: a.woo.URL, Key: text(wootest.Key), Secret: text(wootest.Secret), Cursor: noCursor{}, Dialer: transporthttp.Dialer{Private: true},
		RootCAs: pool(a.woo), PerSecond: 1e6, Clock: time.Now, Timeout: 20 * time.Second, Note: "private"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.toWoo.Close() })
	for range 2 { // the first also logs in
		if err := errors.Join(a.tell("1Z999AA10123456784", true), a.tell("1Z999AA10123456784", true)); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// numberPattern is what differs from one order to the next, and no value of a buyer's has.
var numberPattern = regexp.MustCompile(`\d+`)

// tell sends a shipment and bad news with a value in every text; ordinary notes what the requests look like. Their addresses, head fields, the text of each query and the names in
// each body have to be those of ordinary news, and the value has to arrive where it belongs.
func (a *approvedShops) tell(v string, ordinary bool) error {
	a.n++
	id := a.shopify.Buy(channeltest.Sale{Number: fmt.Sprint(5000 + a.n), Lines: []channeltest.SaleLine{{SKU: "PS-1", Quantity: 1}}})
	wooID := a.server.Put(map[string]any{"line_items": []any{map[string]any{"id": a.n*10 + 1, "name": "Mug", "sku": "PS-1", "quantity": 1, "product_id": 1, "variation_id": 0, "total": "4.50", "price": 4.5, "meta_data": []any{}}}, "status": "processing"})
	for _, kind := range []string{"order.rejected", "order.shipped"} {
		for shop, where := range map[channel.Shop][2]string{a.toShopify: {id, a.shopify.LineID(id, 0)}, a.toWoo: {fmt.Sprint(wooID), fmt.Sprint(a.n*10 + 1)}} {
			body, err := json.Marshal(channel.Event{Type: kind, Timestamp: time.Unix(1773853200, 0), Data: channel.News{Channel: "shop", OrderID: where[0], OrderNumber: v, PurchaseOrder: v, Supplier: v, Expected: v,
				Tracking: []channel.Package{{Carrier: v, CarrierName: v, Number: v, URL: "https://track.example/" + url.PathEscape(v)}}, Lines: []channel.NewsLine{{ID: where[1], SKU: v, Quantity: 1}}}})
			if err != nil {
				return err
			}
			_, err = shop.Send(a.t.Context(), transports.Message{Key: "k-" + where[0] + kind, Body: body}, func(context.Context) error { return nil })
			if question := (*channel.Question)(nil); err != nil && !errors.As(err, &question) {
				return fmt.Errorf("%s: %w", kind, err)
			}
		}
	}
	held := false
	for _, r := range append(a.before.taken(), a.woo.taken()...) {
		shape, values, err := r.shape()
		if err != nil {
			return err
		}
		if held = held || strings.Contains(core(values), core(strings.ToValidUTF8(v, "\uFFFD"))); ordinary {
			a.shapes[shape] = true
		} else if !a.shapes[shape] {
			return fmt.Errorf("a request that ordinary news do not make: %s", shape)
		}
	}
	if wrong := a.shopify.Wrong(); len(wrong) > 0 {
		return fmt.Errorf("Shopify would have refused: %q", wrong)
	}
	if !held && len(v) < 60 {
		return fmt.Errorf("no request holds %q", v)
	}
	return nil
}

// shape is a request without its values, and the values.
func (r request) shape() (shape, values string, err error) {
	var doc any
	if len(r.body) > 0 {
		if err := json.Unmarshal(r.body, &doc); err != nil {
			if form, formErr := url.ParseQuery(string(r.body)); formErr != nil || len(form) != 3 {
				return "", "", fmt.Errorf("the body is neither JSON nor the form of a login: %w", err)
			}
			doc = "login"
		}
	}
	var names, texts []string
	var walk func(at string, x any)
	walk = func(at string, x any) {
		switch x := x.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				walk(at+"."+k, x[k])
			}
		case []any:
			for _, y := range x {
				walk(at+"[]", y)
			}
		case string:
			if at == ".query" {
				at += "=" + x
			}
			names, texts = append(names, at), append(texts, x)
		default:
			names = append(names, at)
		}
	}
	walk("", doc)
	return r.method + " " + numberPattern.ReplaceAllString(r.path, "0") + " " + strings.Join(r.fields, ",") + " " + strings.Join(slices.Compact(names), " "), strings.Join(texts, "\n"), nil
}

// dotReader is a mail server that keeps what it gets, as RFC 5321, 4.5.2, says: a line that begins with a dot loses it, and CRLF alone ends one.
type dotReader struct {
	mu  sync.Mutex
	got [][]byte
}

func (m *dotReader) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 mail.prairie.example ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch word, _, _ := strings.Cut(strings.TrimSpace(strings.ToUpper(line)), " "); word {
		case "EHLO":
			say("250-mail.prairie.example\r\n250-PIPELINING\r\n250 8BITMIME")
		case "DATA":
			say("354 go on")
			body, err := untilDot(in)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.got = append(m.got, body)
			m.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

func untilDot(in *bufio.Reader) (body []byte, err error) {
	for {
		var line []byte
		for !bytes.HasSuffix(line, []byte("\r\n")) {
			part, err := in.ReadBytes('\n')
			if err != nil {
				return nil, err
			}
			line = append(line, part...)
		}
		if string(line) == ".\r\n" {
			return body, nil
		}
		body = append(body, bytes.TrimPrefix(line, []byte("."))...)
	}
}

func (m *dotReader) taken() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	got := m.got
	m.got = nil
	return got
}

// approvedLines are what lines of a message may look like on their way; unfitLines are what no server may be sent.
var approvedLines = []string{".", "..", ". ", ".a", "...", "", "\r\n.", "From me", "Müller 😀", "\xff\xfe", "QUIT", "MAIL FROM:<a@b.example>", "=", "\t",
	strings.Repeat("x", 997), strings.Repeat("x", 998), "." + strings.Repeat("x", 997), strings.Repeat(".", 998), strings.Repeat("ü", 499)}

var unfitLines = []string{".\r", "\r", "\n", "a\rb", "a\nb", "a\n.b", "\n.", "\r.\r\n", "\r.\n", "\x00", strings.Repeat("x", 999), "." + strings.Repeat("x", 998), strings.Repeat("y", 70_000)}

// approvedBody is a body of such lines, sometimes so long that a dot falls between two writes.
func approvedBody(r *rand.Rand) []byte {
	var b bytes.Buffer
	b.WriteString("Subject: x\r\n\r\n")
	if r.IntN(4) == 0 {
		b.WriteString(strings.Repeat(strings.Repeat("z", 62)+"\r\n", r.IntN(1100)) + strings.Repeat("z", r.IntN(62)) + "\r\n")
	}
	for range 1 + r.IntN(6) {
		line := approvedLines[r.IntN(len(approvedLines))]
		if r.IntN(8) == 0 {
			line = unfitLines[r.IntN(len(unfitLines))]
		}
		b.WriteString(line + "\r\n")
	}
	if r.IntN(8) == 0 {
		b.Truncate(b.Len() - 1 - r.IntN(2))
	}
	return b.Bytes()
}

// good tells whether every mail server takes a body as it is: lines of at most 998 bytes that end in CRLF, and no other CR, LF or NUL (RFC 5321, 4.5.3.1.6; RFC 5322, 2.3).
func good(body []byte) bool {
	for line := range bytes.SplitSeq(body, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			return false
		}
	}
	return bytes.HasSuffix(body, []byte("\r\n"))
}

// TestApprovedLines is promise 17 for what mails are made of: whatever the lines of a message are, a mail server gets them byte for byte, or nothing and a person hears why.
func TestApprovedLines(t *testing.T) {
	count, seed, from := approvedSetting(t, "N", 300), approvedSetting(t, "SEED", 1), approvedSetting(t, "FROM", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var server dotReader
	var served sync.WaitGroup
	served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			served.Go(func() { server.serve(c) })
		}
	})
	s, err := smtp.New(smtp.Config{Address: l.Addr().String(), TLS: smtp.Plain})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Wait()
	defer l.Close()
	defer s.Close()
	arrived, refused := 0, 0
	for n := from; n < count; n++ {
		body := approvedBody(rand.New(rand.NewPCG(uint64(seed), uint64(n)))) //nolint:gosec // a test's script
		_, err := s.Send(t.Context(), transports.Message{Key: "a.b@shop.example", From: "orders@shop.example", To: []string{"post@prairie.example"}, Body: body}, func(context.Context) error { return nil })
		got := server.taken()
		switch {
		case err == nil && len(got) == 1 && bytes.Equal(got[0], body):
			arrived++
		case !good(body) && len(got) == 0 && transports.VerdictOf(err) == transports.Never && transports.Help(err) != "":
			refused++
		default:
			t.Errorf("body %d of seed %d, %.200q: %v, and the server has %.200q", n, seed, body, err, got)
		}
	}
	if count-from >= 100 && (arrived == 0 || refused == 0) {
		t.Errorf("%d arrived and %d were refused", arrived, refused)
	}
	t.Logf("%d arrived byte for byte, %d were refused with words", arrived, refused)
}
