package web

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/daemon/store"
)

func (s *shop) metrics() *Metrics {
	m := NewMetrics("v1.2.3", "abc")
	m.Watch(s.Flow, slog.New(slog.DiscardHandler))
	return m
}

// Everything that is measured is there after an order, and nothing of what the customer is called.
func TestMetrics(t *testing.T) {
	s := newShop(t)
	m := s.metrics()
	tokens := func() []string { return []string{"", TokenHash(newToken)} }
	h := WithMetrics(s.api(), m, tokens)
	for _, number := range []string{"1001", "1002"} {
		if status, answer, _ := ask(t, h, "POST", "/api/v1/orders", orderJSON(number), "Bearer "+newToken); status != 201 {
			t.Fatalf("%d %v", status, answer)
		}
	}
	if status, _, _ := ask(t, h, "POST", "/api/v1/orders", orderJSON("1003", "PS100", "XX1"), "Bearer "+newToken); status != 201 { // nobody's product: held
		t.Fatal(status)
	}
	if err := s.books.Write(t.Context(), func(tx *store.Tx) error {
		_, _, err := tx.Keep(store.KeepItem{Source: "inbox:orders", Key: "1", Raw: []byte("x"), Size: 1})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w := raw(h, "GET", "/metrics", "", "Bearer "+newToken)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	text := w.Body.String()
	for _, line := range []string{
		`waybill_up 1`, `waybill_ready 0`, `waybill_orders{state="accepted"} 2`, `waybill_orders{state="held"} 1`, `waybill_purchase_orders_open{supplier="prairie"} 2`,
		`waybill_dispatches{lane="mail:orders",state="queued"} 2`, `waybill_items{state="kept"} 1`, `waybill_exceptions_open{kind="unrouted"} 1`,
		`waybill_queue_age_seconds{lane="mail:orders"} `, `waybill_seconds_count{stage="read"} 0`, `waybill_build_info{commit="abc",go="go`, `waybill_database_bytes `, `go_goroutines `,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("there is no %s", line)
		}
	}
	for _, word := range []string{"Ada", "Abernathy", "@", "%40", "Maple", "Springfield", "62704", "1001", "id-1"} {
		if strings.Contains(text, word) {
			t.Errorf("the metrics say %q", word)
		}
	}
}

// The metrics are for who has a token of their own: not one for orders, and nobody where none is named.
func TestMetricsAreProtected(t *testing.T) {
	s := newShop(t)
	named := []string{}
	h := WithMetrics(s.api(), s.metrics(), func() []string { return named })
	for _, c := range []struct {
		tokens []string
		given  string
		want   int
	}{
		{nil, "", 404}, {nil, "Bearer " + newToken, 404}, {nil, "Bearer ", 404}, {[]string{""}, "Bearer ", 401},
		{[]string{"metrics-token-metrics-token"}, "Bearer " + newToken, 401}, {[]string{"metrics-token-metrics-token"}, "", 401},
		{[]string{"metrics-token-metrics-token"}, "Bearer metrics-token-metrics-token", 200},
	} {
		named = nil
		for _, token := range c.tokens {
			named = append(named, TokenHash(token))
		}
		if w := raw(h, "GET", "/metrics", "", c.given); w.Code != c.want {
			t.Errorf("tokens %q, given %q: %d, want %d", c.tokens, c.given, w.Code, c.want)
		}
	}
	if w := raw(h, "GET", "/healthz", "", ""); w.Code != 200 {
		t.Errorf("the API is not behind it any more: %d", w.Code)
	}
}

func TestCapped(t *testing.T) {
	values := map[string]float64{}
	for i := range maxSeries + 5 {
		values[fmt.Sprintf("supplier-%04d", i)] = 1
	}
	got := capped(values, func(a, b float64) float64 { return a + b })
	if len(got) != maxSeries+1 || got["other"] != 5 || got["supplier-0000"] != 1 {
		t.Errorf("%d series, the others are %v", len(got), got["other"])
	}
	values["supplier-9999"] = 0
	if got := capped(values, math.Min); got["other"] != 0 {
		t.Errorf("one that is down is hidden among the others: %v", got["other"])
	}
}

// TestMetricNames holds the example dashboard, the alert rules and the documents to the metrics that there are, and the other way round: each is documented.
func TestMetricNames(t *testing.T) {
	known := []string{"waybill_build_info", "waybill_seconds", "waybill_seconds_bucket", "waybill_seconds_count", "waybill_seconds_sum"}
	for _, f := range families() {
		known = append(known, f.name)
	}
	name := regexp.MustCompile(`\bwaybill_[a-z_]+\b`)
	for file, least := range map[string]int{"../../docs/monitoring/alerts.yml": 10, "../../docs/monitoring/dashboard.json": 12, "../../docs/monitoring.md": len(known) - 3} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := name.FindAllString(string(text), -1)
		slices.Sort(found)
		found = slices.Compact(found)
		for _, n := range found {
			if !slices.Contains(known, n) {
				t.Errorf("%s speaks of %s, which is not measured", file, n)
			}
		}
		if len(found) < least {
			t.Errorf("%s speaks of %d metrics only: %v", file, len(found), found)
		}
	}
}

func TestKinds(t *testing.T) {
	if diff := cmp.Diff([]string{"lane", "sending", "timers"}, kinds([]string{"lane mail:orders", "lane sftp:prairie", "sending mail:orders 7", "timers"})); diff != "" {
		t.Error(diff)
	}
}
