package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/daemon/config"
	"waybill/daemon/flow"
	"waybill/daemon/store"
)

var noon = time.Date(2026, 3, 18, 17, 0, 0, 0, time.UTC)

// shop is a real flow on SQLite in a temporary folder. None of its loops runs: nothing is dialed, what is queued stays queued.
type shop struct {
	*flow.Flow
	t     testing.TB
	dir   string
	books *store.Store
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s := &shop{t: t, dir: t.TempDir()}
	for name, text := range map[string]string{
		"waybill.yaml": "shop: {name: Lantern Lane}\nstate: " + s.dir + "\nsending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}\nmailboxes:\n  orders:\n    address: orders@lantern-lane.example\n" +
			"    smtp: {host: 127.0.0.1, port: 9, tls: none}\noperator: {to: [owner@lantern-lane.example]}\nchannels:\n  shop: {}\ngates: {duplicate: off}\n",
		"suppliers/prairie.yaml": "name: Prairie Supply\nemail: [post@prairie.example]\nskus: [{prefix: PS}]\n",
		"suppliers/portal.yaml":  "name: Portal Goods\nsend: {by: export}\nskus: [{prefix: PG}]\n",
	} {
		path := filepath.Join(s.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(s.dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return noon }
	if s.books, err = store.Open(t.Context(), store.Options{Path: filepath.Join(s.dir, "books.db"), Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.books.Close() })
	if s.Flow, err = flow.New(flow.Options{Store: s.books, Config: cfg, Now: now, Random: rand.NewChaCha8([32]byte{})}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Flow.Close)
	return s
}

// run has the flow's loops run until the test ends, and returns when they do.
func (s *shop) run() {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		<-ended
	})
	select {
	case <-s.Started():
	case err := <-ended:
		s.t.Fatal(err)
	}
}

const (
	oldToken = "wt_the-one-that-is-going-away-0123456789"
	newToken = "wt_the-one-that-is-coming-in-0123456789"
)

// api is the public interface with two tokens, as while one is replaced by another.
func (s *shop) api() http.Handler {
	return API(s.Flow, func() []string { return []string{TokenHash(oldToken), "", TokenHash(newToken)} }, slog.New(slog.DiscardHandler))
}

// ask sends one request to a handler and reads the JSON that comes back.
func ask(t *testing.T, h http.Handler, method, path, body, authorization string) (status int, answer map[string]any, header http.Header) {
	t.Helper()
	w := raw(h, method, path, body, authorization)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s %s answers %d %q: %v", method, path, w.Code, w.Body, err)
	}
	return w.Code, answer, w.Header()
}

func raw(h http.Handler, method, path, body, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// orderJSON is a paid order for Prairie; edits replace parts of its text.
func orderJSON(number string, edits ...string) string {
	text := `{"number":"NUMBER","channel":"shop","id":"id-NUMBER","placed_at":"2026-03-18T16:00:00Z","paid_at":"2026-03-18T16:01:00Z",` +
		`"currency":"USD","total":"53.44","customer":{"name":"Ada Abernathy","email":"ada@mail.example"},` +
		`"ship_to":{"name":"Ada Abernathy","line1":"12 Maple Street","city":"Springfield","region":"IL","postcode":"62704","country":"US"},` +
		`"lines":[{"id":"1","sku":"PS100","title":"Bucket","quantity":2,"unit_price":"24.27"}]}`
	return strings.NewReplacer(edits...).Replace(strings.ReplaceAll(text, "NUMBER", number))
}

// show is a value as compact JSON, for comparisons.
func show(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
