package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/daemon/order"
	"waybill/daemon/store"
)

func TestAuthorization(t *testing.T) {
	h := newShop(t).api()
	for name, c := range map[string]struct {
		header string
		want   int
	}{
		"the old token":       {"Bearer " + oldToken, 400},
		"the new token":       {"Bearer " + newToken, 400},
		"in small letters":    {"bearer " + newToken, 400},
		"nothing":             {"", 401},
		"only the scheme":     {"Bearer", 401},
		"an empty token":      {"Bearer ", 401}, // although one of the files is empty
		"half a token":        {"Bearer " + newToken[:20], 401},
		"a longer token":      {"Bearer " + newToken + "x", 401},
		"another token":       {"Bearer " + strings.Repeat("x", len(newToken)), 401},
		"another scheme":      {"Basic " + newToken, 401},
		"two tokens":          {"Bearer " + oldToken + newToken, 401},
		"without the scheme":  {newToken, 401},
		"in capitals":         {"Bearer " + strings.ToUpper(newToken), 401},
		"a list of schemes":   {"Basic x, Bearer " + newToken, 401},
		"with spaces around ": {"Bearer   " + newToken + "  ", 400},
	} {
		status, answer, header := ask(t, h, "POST", "/api/v1/orders", "", c.header)
		if status != c.want {
			t.Errorf("%s: %d %v, expected %d", name, status, answer, c.want)
		}
		if status == 401 && (header.Get("WWW-Authenticate") != `Bearer realm="waybill"` || !strings.Contains(answer["detail"].(string), "http.tokens")) {
			t.Errorf("%s: %v %v", name, header, answer)
		}
	}
	none := API(newShop(t).Flow, func() []string { return nil }, nil)
	if status, _, _ := ask(t, none, "POST", "/api/v1/orders", orderJSON("1"), "Bearer "); status != 401 {
		t.Errorf("without any token configured: %d", status)
	}
}

// TestTokensAreAskedEachTime: a token that was taken out of the configuration ends at once.
func TestTokensAreAskedEachTime(t *testing.T) {
	tokens := []string{TokenHash(oldToken)}
	h := API(newShop(t).Flow, func() []string { return tokens }, nil)
	for _, c := range []struct {
		tokens []string
		want   int
	}{{[]string{TokenHash(oldToken)}, 400}, {[]string{TokenHash(oldToken), TokenHash(newToken)}, 400}, {[]string{TokenHash(newToken)}, 401}, {[]string{oldToken}, 401}} {
		tokens = c.tokens
		if status, _, _ := ask(t, h, "POST", "/api/v1/orders", "", "Bearer "+oldToken); status != c.want {
			t.Errorf("with %v: %d, expected %d", c.tokens, status, c.want)
		}
	}
}

func TestOrderIsTakenOnce(t *testing.T) {
	h := newShop(t).api()
	post := func(body string) (int, map[string]any) {
		t.Helper()
		status, answer, header := ask(t, h, "POST", "/api/v1/orders", body, "Bearer "+newToken)
		if header.Get("Content-Type") != "application/json" {
			t.Errorf("answered as %s", header.Get("Content-Type"))
		}
		return status, answer
	}
	want := func(body string, status int, answer string) {
		t.Helper()
		if code, got := post(body); code != status || show(t, got) != answer {
			t.Errorf("\n got %d %s\nwant %d %s", code, show(t, got), status, answer)
		}
	}
	want(orderJSON("1001"), 201, `{"channel":"shop","number":"1001","order_id":1,"outcome":"new","purchase_orders":["1001-A"],"state":"accepted"}`)
	want(orderJSON("1001"), 200, `{"channel":"shop","number":"1001","order_id":1,"outcome":"same","purchase_orders":["1001-A"],"state":"accepted"}`)
	want(orderJSON("1001", `"53.44"`, `"53.440"`, `"channel":"shop"`, `"channel":" shop "`), 200,
		`{"channel":"shop","number":"1001","order_id":1,"outcome":"same","purchase_orders":["1001-A"],"state":"accepted"}`)
	want(orderJSON("1001", "Springfield", "Shelbyville"), 200,
		`{"channel":"shop","differs":["ship_to.city"],"number":"1001","order_id":1,"outcome":"changed","purchase_orders":["1001-A"],"state":"accepted"}`)

	unpaid := orderJSON("1002", `"paid_at":"2026-03-18T16:01:00Z",`, "")
	want(unpaid, 201, `{"channel":"shop","number":"1002","order_id":2,"outcome":"new","state":"waiting"}`)
	want(unpaid, 200, `{"channel":"shop","number":"1002","order_id":2,"outcome":"same","state":"waiting"}`)
	want(orderJSON("1002"), 200, `{"channel":"shop","number":"1002","order_id":2,"outcome":"paid","purchase_orders":["1002-A"],"state":"accepted"}`)
	want(unpaid, 200, `{"channel":"shop","number":"1002","order_id":2,"outcome":"same","purchase_orders":["1002-A"],"state":"accepted"}`)

	want(orderJSON("1003", "PS100", "XX100"), 201, `{"channel":"shop","number":"1003","order_id":3,"outcome":"new","state":"held"}`)
}

// TestOrderPostedByManyAtOnce: one of them is new, the others get its answer.
func TestOrderPostedByManyAtOnce(t *testing.T) {
	s := newShop(t)
	h := s.api()
	statuses := make([]int, 16)
	var posts sync.WaitGroup
	for i := range statuses {
		posts.Go(func() { statuses[i] = raw(h, "POST", "/api/v1/orders", orderJSON("1001"), "Bearer "+newToken).Code })
	}
	posts.Wait()
	slices.Sort(statuses)
	if statuses[0] != 200 || statuses[14] != 200 || statuses[15] != 201 {
		t.Errorf("%v, expected one 201 and 200 for the others", statuses)
	}
	rows, err := s.ListOrders(t.Context(), store.OrderFilter{})
	if err != nil || len(rows) != 1 || len(rows[0].PurchaseOrders) != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestRefusedOrders(t *testing.T) {
	s := newShop(t)
	h := s.api()
	long := strings.Repeat("x", maxOrder)
	for _, c := range []struct {
		name, body string
		want       int
		answer     string
	}{
		{"empty", "", 400, `{"detail":"the body is not one JSON object: it is empty"}`},
		{"half", `{"number":"1`, 400, `{"detail":"the body is not one JSON object: it ends in the middle"}`},
		{"a list", `[` + orderJSON("1") + `]`, 400, `{"detail":"the body is not one JSON object: expected an object, found a JSON array"}`},
		{"two", orderJSON("1") + orderJSON("2"), 400, `{"detail":"the body is not one JSON object: there is more text behind the object"}`},
		{"a form", "number=1", 400, `{"detail":"the body is not one JSON object: line 1, column 3: invalid character 'm' in literal null (expecting 'l')"}`},
		{"another encoding", orderJSON("1", "Ada", "\xc4da"), 400, `{"detail":"the body is not one JSON object: byte 164 is not UTF-8"}`},
		{"too large", `{"note":"` + long + `"}`, 413, `{"detail":"the order is larger than 1 MiB"}`},
		{"an unknown channel", orderJSON("1", `"shop"`, `"shpo"`), 422,
			`{"detail":"the order is not valid","fields":[{"error":"is \"shpo\", which the configuration does not name; it names shop","field":"channel"}]}`},
		{"an empty object", `{}`, 422, `{"detail":"the order is not valid","fields":[{"error":"is missing","field":"number"},{"error":"is missing","field":"channel"},` +
			`{"error":"is missing","field":"id"},{"error":"is missing","field":"ship_to.country"},{"error":"is missing (a company would do)","field":"ship_to.name"},` +
			`{"error":"is empty; an order needs at least one line","field":"lines"}]}`},
		{"wrong types and wrong values together", orderJSON("1", `"53.44"`, `53.44`, `"US"`, `"us"`, `"quantity":2`, `"quantity":0`, `"currency"`, `"curency"`), 422,
			`{"detail":"the order is not valid","fields":[{"error":"is not a field of an order","field":"curency"},` +
				`{"error":"is 53.44; expected a decimal in quotes like \"48.54\", so that no digit is lost","field":"total"},` +
				`{"error":"is \"us\"; expected two capital letters (ISO 3166-1) like US","field":"ship_to.country"},` +
				`{"error":"is 0; expected 1 to 100000","field":"lines[0].quantity"}]}`},
		{"one error for each thing", `{"number":1,"channel":"shop","id":"1","ship_to":"here","lines":[1,{"sku":"A"}]}`, 422,
			`{"detail":"the order is not valid","fields":[{"error":"is 1; expected an object","field":"lines[0]"},{"error":"is 1; expected text in quotes","field":"number"},` +
				`{"error":"is \"here\"; expected an object","field":"ship_to"},{"error":"is 0; expected 1 to 100000","field":"lines[1].quantity"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer, _ := ask(t, h, "POST", "/api/v1/orders", c.body, "Bearer "+newToken)
			if answer["status"] != float64(c.want) || answer["title"] != http.StatusText(c.want) {
				t.Errorf("%v is no problem as RFC 9457 has it", answer)
			}
			delete(answer, "title")
			delete(answer, "status")
			if status != c.want || show(t, answer) != c.answer {
				t.Errorf("\n got %d %s\nwant %d %s", status, show(t, answer), c.want, c.answer)
			}
		})
	}
	if rows, err := s.ListOrders(t.Context(), store.OrderFilter{}); err != nil || len(rows) > 0 {
		t.Errorf("what was refused left a trace: %+v, %v", rows, err)
	}
}

// brokenBody is a client that goes away in the middle.
type brokenBody struct{ io.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestRequestBreaksOff(t *testing.T) {
	s := newShop(t)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/orders", brokenBody{strings.NewReader(orderJSON("1001"))})
	r.Header.Set("Authorization", "Bearer "+newToken)
	w := httptest.NewRecorder()
	s.api().ServeHTTP(w, r)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "the request broke off") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if rows, err := s.ListOrders(t.Context(), store.OrderFilter{}); err != nil || len(rows) > 0 {
		t.Errorf("half a request left an order, although all of it had come: %+v, %v", rows, err)
	}
}

func TestNotTaken(t *testing.T) {
	s := newShop(t)
	h := s.api()
	if status, answer, _ := ask(t, h, "GET", "/readyz", "", ""); status != 503 || !strings.Contains(answer["detail"].(string), "it starts") {
		t.Errorf("while it starts: %d %v", status, answer)
	}
	s.run()
	if status, answer, _ := ask(t, h, "GET", "/readyz", "", ""); status != 200 || answer["status"] != "ready" {
		t.Errorf("ready: %d %v", status, answer)
	}
	if err := s.books.Close(); err != nil {
		t.Fatal(err)
	}
	status, answer, header := ask(t, h, "POST", "/api/v1/orders", orderJSON("1001"), "Bearer "+newToken)
	if status != 503 || header.Get("Retry-After") == "" || !strings.HasPrefix(answer["detail"].(string), "the order was not taken: ") {
		t.Errorf("with the books closed: %d %v %v", status, answer, header)
	}
	if strings.Contains(answer["detail"].(string), s.dir) {
		t.Errorf("a stranger is told of the inside: %v", answer)
	}
	if status, answer, _ := ask(t, h, "GET", "/healthz", "", ""); status != 200 || answer["status"] != "ok" {
		t.Errorf("the process is alive all the same: %d %v", status, answer)
	}
}

func TestReason(t *testing.T) {
	for want, err := range map[string]error{
		"the database has failed; the operator has to look at it": fmt.Errorf("write: %w", store.ErrFailed),
		"the request was cancelled":                               fmt.Errorf("write: %w", context.Canceled),
		"an internal error; the log has it":                       errors.New("open /var/lib/waybill/books.db: no such file"),
	} {
		if got := reason(err); got != want {
			t.Errorf("%v is told as %q", err, got)
		}
	}
}

func TestOtherRequests(t *testing.T) {
	h := newShop(t).api()
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/api/v1/orders", 405}, {"PUT", "/api/v1/orders", 405}, {"POST", "/api/v1/orders/", 404}, {"POST", "/healthz", 405},
		{"GET", "/", 404}, {"GET", "/orders", 404}, {"POST", "/orders/import", 404}, {"POST", "/backup", 404}, {"GET", "/desk", 404}, // the commands' interface is not here
	} {
		if w := raw(h, c.method, c.path, "", "Bearer "+newToken); w.Code != c.want {
			t.Errorf("%s %s: %d, expected %d", c.method, c.path, w.Code, c.want)
		}
	}
}

// TestSlowClients: a client that sends its header a byte at a time is cut off; so is one that never reads.
func TestSlowClients(t *testing.T) {
	s := Server(http.NotFoundHandler())
	for name, d := range map[string]time.Duration{"ReadHeaderTimeout": s.ReadHeaderTimeout, "ReadTimeout": s.ReadTimeout, "WriteTimeout": s.WriteTimeout, "IdleTimeout": s.IdleTimeout} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s is %s", name, d)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("headers of %d bytes are read", s.MaxHeaderBytes)
	}
}

func TestMerge(t *testing.T) {
	form := []order.FieldError{{Field: "lines[1]", Text: "form"}, {Field: "ship_to", Text: "form"}, {Field: "number", Text: "form"}}
	content := []order.FieldError{{Field: "lines[1].sku"}, {Field: "lines[10].sku"}, {Field: "lines"}, {Field: "ship_to.country"}, {Field: "number"}, {Field: "numbers"}}
	var got []string
	for _, e := range merge(form, content) {
		got = append(got, e.Field)
	}
	if want := []string{"lines[1]", "ship_to", "number", "lines[10].sku", "lines", "numbers"}; !slices.Equal(got, want) {
		t.Errorf("%v, expected %v", got, want)
	}
	if len(merge(nil, content)) != len(content) || len(merge(form, nil)) != len(form) {
		t.Error("something is lost")
	}
}
