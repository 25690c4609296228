package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// gated is the public interface with its gate, on a clock that the test holds.
func (s *shop) gated(rules Rules, now func() time.Time) http.Handler {
	return Gate{Tokens: func() []string { return []string{TokenHash(newToken), TokenHash(oldToken)} }, Rules: func() Rules { return rules }, Now: now}.Around(s.api())
}

func request(h http.Handler, method, path, body string, set func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if set != nil {
		set(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestTokensAreKeptAsHashes: a token that is drawn opens the door by its hash; what stands in the configuration opens nothing.
func TestTokensAreKeptAsHashes(t *testing.T) {
	token, hash, err := NewToken(bytes.NewReader(make([]byte, 32)))
	if err != nil || !strings.HasPrefix(token, "wbt_") || len(token) != 47 || strings.Contains(hash, token) || len(hash) != 71 {
		t.Fatal(token, hash, err)
	}
	if _, _, err := NewToken(strings.NewReader("short")); err == nil {
		t.Error("a token was drawn from nothing")
	}
	h := API(newShop(t).Flow, func() []string { return []string{hash} }, slog.New(slog.DiscardHandler))
	for given, want := range map[string]int{token: 400, hash: 401, strings.TrimPrefix(hash, "sha256:"): 401, token + "x": 401, "": 401} {
		if got := raw(h, "POST", "/api/v1/orders", "", "Bearer "+given).Code; got != want {
			t.Errorf("%q: %d, want %d", given, got, want)
		}
	}
}

// TestAttacks goes through what is tried on a server that stands in the Internet: each is answered in words, by a problem as RFC 9457 has it, with all the headers that
// keep browsers from making something of it, and nothing of it leaves an order.
func TestAttacks(t *testing.T) {
	s := newShop(t)
	h := s.gated(Rules{PublicURL: "https://waybill.lantern-lane.example", PerToken: 1000, PerAddress: 1000}, nil)
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = "waybill.lantern-lane.example"
			if name == "Host" {
				r.Host = value
			} else if name != "" {
				r.Header.Set(name, value)
			}
		}
	}
	bearer := func(name, value string) func(*http.Request) {
		set := with(name, value)
		return func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+newToken)
			set(r)
		}
	}
	for _, c := range []struct {
		name, method, path, body string
		set                      func(*http.Request)
		want                     int
	}{
		{"another name for this server (DNS rebinding)", "GET", "/readyz", "", with("Host", "evil.example"), 421},
		{"another name with our port", "GET", "/readyz", "", with("Host", "evil.example:8340"), 421},
		{"our name inside another", "GET", "/readyz", "", with("Host", "waybill.lantern-lane.example.evil.example"), 421},
		{"no name", "GET", "/readyz", "", with("Host", ""), 421},
		{"a page of another site", "POST", "/api/v1/orders", orderJSON("1"), bearer("Sec-Fetch-Site", "cross-site"), 403},
		{"a page of a neighbour", "POST", "/api/v1/orders", orderJSON("1"), bearer("Sec-Fetch-Site", "same-site"), 403},
		{"a page's origin", "POST", "/api/v1/orders", orderJSON("1"), bearer("Origin", "https://evil.example"), 403},
		{"no page's origin", "POST", "/hooks/shop", "{}", with("Origin", "null"), 403},
		{"a token in the address", "POST", "/api/v1/orders?token=" + newToken, orderJSON("1"), with("", ""), 401},
		{"a token in a cookie", "POST", "/api/v1/orders", orderJSON("1"), with("Cookie", "token="+newToken), 401},
		{"a token as a password", "POST", "/api/v1/orders", orderJSON("1"), with("Authorization", "Basic "+newToken), 401},
		{"a compressed body", "POST", "/api/v1/orders", orderJSON("1"), bearer("Content-Encoding", "gzip"), 415},
		{"a compressed webhook", "POST", "/hooks/shop", "{}", with("Content-Encoding", "deflate"), 415},
		{"a body that says how large it is", "POST", "/api/v1/orders", strings.Repeat("x", maxOrder+1), bearer("", ""), 413},
		{"another method by a header", "POST", "/readyz", "", with("X-HTTP-Method-Override", "GET"), 405},
		{"a way up", "GET", "/api/../../etc/passwd", "", with("", ""), 404},
		{"a way up, written otherwise", "POST", "/hooks/%2e%2e%2fshop", "{}", with("", ""), 404},
		{"a channel with a line break", "POST", "/hooks/a%0d%0ab", "{}", with("", ""), 404},
		{"the commands", "POST", "/orders/import", "", bearer("", ""), 404},
		{"the metrics", "GET", "/metrics", "", bearer("", ""), 404},
		{"the profiler", "GET", "/debug/pprof/", "", with("", ""), 404},
		{"a webhook without a signature", "POST", "/hooks/shop", "{}", with("", ""), 404},
	} {
		w := request(h, c.method, c.path, c.body, c.set)
		if w.Code != c.want || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), `"detail":"`) {
			t.Errorf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.want)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := w.Header().Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", c.name, name, got)
			}
		}
		if strings.Contains(w.Body.String(), newToken) || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %s %v", c.name, w.Body, w.Header())
		}
	}
	for _, host := range []string{"waybill.lantern-lane.example", "WAYBILL.lantern-lane.example:443", "waybill.lantern-lane.example.", "127.0.0.1:8340", "[::1]:8340", "localhost"} {
		if w := request(h, "GET", "/healthz", "", with("Host", host)); w.Code != 200 {
			t.Errorf("asked as %s: %d", host, w.Code)
		}
	}
	if w := request(h, "POST", "/api/v1/orders", orderJSON("1"), bearer("", "")); w.Code != 201 {
		t.Errorf("and who means it well: %d %s", w.Code, w.Body)
	}
}

// TestLocalSocket: what a browser was made to send to a port that leads to the commands' socket does nothing.
func TestLocalSocket(t *testing.T) {
	s := newShop(t)
	h := Local(Admin(s.Flow))
	for name, set := range map[string]func(*http.Request){
		"another host": func(r *http.Request) { r.Host = "evil.example" },
		"an address":   func(r *http.Request) { r.Host = "127.0.0.1:9000" },
		"an origin":    func(r *http.Request) { r.Host = "waybill"; r.Header.Set("Origin", "null") },
		"a fetch":      func(r *http.Request) { r.Host = "waybill"; r.Header.Set("Sec-Fetch-Site", "none") },
		"a link":       func(r *http.Request) { r.Host = "localhost"; r.Header.Set("Referer", "https://evil.example/") },
	} {
		if w := request(h, "POST", "/pause", "", set); w.Code != 403 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if len(s.Paused()) > 0 {
		t.Error("sending is paused")
	}
	if w := request(h, "POST", "/pause", "", func(r *http.Request) { r.Host = "waybill" }); w.Code != 200 {
		t.Errorf("the command itself: %d %s", w.Code, w.Body)
	}
}

// TestTooMany: who shows a token is counted by it, everybody else by address; who is refused hears when to come again, and one's neighbours notice nothing.
func TestTooMany(t *testing.T) {
	s, at := newShop(t), noon
	rules := Rules{PerToken: 120, PerAddress: 60, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}}
	h := s.gated(rules, func() time.Time { return at })
	status := func(token, remote, forwarded string) int {
		return request(h, "POST", "/api/v1/orders", "", func(r *http.Request) {
			r.RemoteAddr = remote
			if token != "" {
				r.Header.Set("Authorization", "bearer   "+token+" ")
			}
			if forwarded != "" {
				r.Header.Set("X-Forwarded-For", forwarded)
			}
		}).Code
	}
	many := func(n, want int, token, remote, forwarded string) {
		t.Helper()
		for i := range n {
			if got := status(token, remote, forwarded); got != want {
				t.Fatalf("%d of %d by %q from %s %s: %d, want %d", i+1, n, token, remote, forwarded, got, want)
			}
		}
	}
	const stranger, proxy = "192.88.98.7:999", "10.0.0.1:80"
	many(6, 401, "", stranger, "")
	many(3, 429, "", stranger, "")
	many(3, 429, "wrong", stranger, "")
	many(3, 429, "", stranger, "8.8.8.8") // who is no proxy may say what they like
	many(6, 401, "", "192.88.98.8:999", "")
	many(12, 400, newToken, stranger, "")
	many(3, 429, newToken, "192.88.98.9:1", "") // wherever it comes from
	many(12, 400, oldToken, stranger, "")
	many(6, 401, "", proxy, "203.0.113.1")
	many(1, 429, "", proxy, "9.9.9.9, 203.0.113.1") // what stands before it anybody may have written
	many(1, 429, "", proxy, "203.0.113.1, 10.0.0.9")
	many(6, 401, "", proxy, "203.0.113.2")
	many(6, 401, "", "[2001:db8:1:2::1]:5", "")
	many(1, 429, "", "[2001:db8:1:2:ffff::9]:5", "") // the same customer
	many(1, 401, "", "[2001:db8:1:3::1]:5", "")
	many(30, 401, "", "127.0.0.1:5", "") // a proxy that nobody named: all would share one limit
	at = at.Add(time.Second)
	many(1, 401, "", stranger, "")
	many(1, 429, "", stranger, "")
	many(2, 400, newToken, stranger, "")
	w := request(h, "GET", "/healthz", "", func(r *http.Request) { r.RemoteAddr = stranger })
	if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	m := &meter{}
	for i := range 3 * maxMetered {
		m.take(fmt.Sprint(i), 60, noon)
	}
	if len(m.of) > maxMetered {
		t.Errorf("%d keys are remembered", len(m.of))
	}
}

// pipes is a listener of connections in memory, whose time is the test's.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.ended); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestSlowBodies: a client that sends its header, or a body, a byte at a time is cut off as soon as it falls behind, and one that keeps to the rate is not.
func TestSlowBodies(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) {
		if body, _, err := takeBody(w, r, maxHook, nil); err != nil {
			bodyFailed(w, "webhook", maxHook, err)
		} else {
			fmt.Fprintf(w, "%d", len(body))
		}
	}
	for _, c := range []struct {
		name        string
		header      bool
		piece       int
		every       time.Duration
		whole, want string
		within      time.Duration
	}{
		{"a header a byte a second", true, 1, time.Second, strings.Repeat("x", 100), "", 11 * time.Second},
		{"a body a byte a second", false, 1, time.Second, strings.Repeat("x", 100), "400", 11 * time.Second},
		{"a body at half the rate", false, minRate / 2, time.Second, strings.Repeat("x", 40*minRate), "400", 25 * time.Second},
		{"a body at the rate", false, minRate, time.Second, strings.Repeat("x", 40*minRate), "200", 50 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &pipes{make(chan net.Conn), make(chan struct{})}
				server := Server(http.HandlerFunc(read))
				go func() { _ = server.Serve(l) }()
				defer server.Close()
				ours, theirs := net.Pipe()
				l.conns <- theirs
				begun := time.Now()
				var writing sync.WaitGroup
				defer func() {
					_ = ours.Close()
					writing.Wait()
				}()
				writing.Go(func() {
					head := fmt.Sprintf("POST /hooks/shop HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n", len(c.whole))
					text := c.whole
					if c.header {
						_, _ = io.WriteString(ours, head)
					} else {
						_, _ = io.WriteString(ours, head+"\r\n")
					}
					for len(text) > 0 {
						n := min(c.piece, len(text))
						if _, err := io.WriteString(ours, text[:n]); err != nil {
							return
						}
						text = text[n:]
						time.Sleep(c.every)
					}
				})
				answer, err := http.ReadResponse(bufio.NewReader(ours), nil)
				if took := time.Since(begun); took > c.within {
					t.Errorf("it held the connection for %s", took)
				}
				if c.want == "" {
					if err == nil && answer.StatusCode < 400 {
						t.Errorf("answered %s", answer.Status)
					}
					return
				}
				if err != nil || !strings.HasPrefix(answer.Status, c.want) {
					t.Errorf("%v %v, want %s", answer, err, c.want)
				}
			})
		})
	}
}

// TestHeaderSize: a header that is larger than MaxHeaderBytes is refused before anything is done with it, over a real socket.
func TestHeaderSize(t *testing.T) {
	s := newShop(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Server(s.gated(Rules{}, nil))
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		fmt.Fprintf(c, "GET /readyz HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 64<<10))
	}()
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%v %v", answer, err)
	}
}

// TestUnprovedBodies: what strangers send is held up to a limit over all of them, and room is given back.
func TestUnprovedBodies(t *testing.T) {
	var held atomic.Int64
	take := func(n int) (func(), error) {
		r := httptest.NewRequest(http.MethodPost, "/hooks/shop", strings.NewReader(strings.Repeat("x", n)))
		_, release, err := takeBody(httptest.NewRecorder(), r, maxHook, &held)
		return release, err
	}
	var releases []func()
	for range maxUnproved / maxHook {
		release, err := take(maxHook)
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	release, err := take(1)
	if release(); err == nil {
		t.Error("more than all is held")
	}
	for _, release := range releases {
		release()
	}
	if held.Load() != 0 {
		t.Errorf("%d bytes were not given back", held.Load())
	}
	if release, err := take(maxHook); err != nil {
		t.Error(err)
	} else {
		release()
	}
}

// TestConnections: one address gets so many and no more, all together get so many, and what closes makes room.
func TestConnections(t *testing.T) {
	proxy := netip.MustParseAddr("10.0.0.1")
	b := Listener(nil, func(a netip.Addr) bool { return a == proxy }).(*bounded)
	come := func(n int, from string) (leave []func()) {
		for range n {
			if l, ok := b.enter(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))); ok {
				leave = append(leave, l)
			}
		}
		return leave
	}
	one := come(maxFromOne+5, "192.88.98.7:1")
	if len(one) != maxFromOne {
		t.Errorf("%d connections from one address", len(one))
	}
	if n := len(come(5, "[2001:db8:1:2::1]:5")) + len(come(maxFromOne, "[2001:db8:1:2:ffff::9]:5")); n != maxFromOne {
		t.Errorf("%d connections from one network", n)
	}
	rest := come(2*maxConnections, "10.0.0.1:80")
	if n := len(rest); n != maxConnections-2*maxFromOne {
		t.Errorf("%d connections beside those", n)
	}
	if len(come(1, "127.0.0.1:5")) > 0 {
		t.Error("one more than all")
	}
	one[0]()
	one[0]() // closed twice is closed once
	if len(come(2, "192.88.98.7:1")) != 1 {
		t.Error("room that was made is not given, or given twice")
	}
}

// TestConnectionsAreClosed: over a real socket, what is one too many is closed, and the server goes on.
func TestConnectionsAreClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := Listener(l, func(netip.Addr) bool { return false }).(*bounded)
	server := Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	go func() { _ = server.Serve(b) }()
	defer server.Close()
	b.mu.Lock()
	b.all = maxConnections
	b.mu.Unlock()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d", n)
	}
	b.mu.Lock()
	b.all = 0
	b.mu.Unlock()
	answer, err := http.Get("http://" + l.Addr().String())
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
}

// FuzzHandlers: whatever comes in is answered by a status that says so, without a panic and without a word of the inside.
func FuzzHandlers(f *testing.F) {
	for _, seed := range [][4]string{{"POST", "/api/v1/orders", orderJSON("1"), "Bearer " + newToken}, {"POST", "/hooks/shop", "{}", ""}, {"GET", "/readyz", "", ""}, {"GET", "/%00", "\x00", "Bearer \x00"},
		{"POST", "/api/v1/orders", `{"number":"1","lines":[{}]}`, "Bearer " + newToken}, {"OPTIONS", "*", "", ""}, {"PUT", "//hooks//..;/x?y=%zz", "[[[[", "Basic x"}} {
		f.Add(seed[0], seed[1], []byte(seed[2]), seed[3])
	}
	h := newShop(f).gated(Rules{PublicURL: "https://waybill.lantern-lane.example"}, nil)
	f.Fuzz(func(t *testing.T, method, path string, body []byte, authorization string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, bytes.NewReader(body))
		if err != nil {
			return
		}
		r.RemoteAddr = "192.88.98.7:1"
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 200 || w.Code == http.StatusInternalServerError || w.Code > 599 || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %q: %d %v", method, path, w.Code, w.Header())
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %q: %d as %s", method, path, w.Code, w.Header().Get("Content-Type"))
		}
	})
}
