package http_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/http"
	"waybill/transports/transporttest"
)

func ok(context.Context) error { return nil }

func open(t *testing.T, c http.Config) *http.Sender {
	t.Helper()
	s, err := http.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestAnswers is the table of what each status means.
func TestAnswers(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		status     int
		header     string // "Name: value"
		verdict    transports.Verdict
		scope      string
		retryAfter time.Duration
		knows      bool // the receiver knows a repeat
	}{
		{status: 200, verdict: transports.Sent},
		{status: 202, verdict: transports.Sent},
		{status: 204, verdict: transports.Sent},
		{status: 301, header: "Location: https://elsewhere.example/", verdict: transports.Never},
		{status: 307, header: "Location: /loop", verdict: transports.Never},
		{status: 400, verdict: transports.Never},
		{status: 401, verdict: transports.Never, scope: "account"},
		{status: 404, verdict: transports.Never},
		{status: 408, verdict: transports.Later},
		{status: 409, verdict: transports.Never},
		{status: 410, verdict: transports.Never, scope: "account"},
		{status: 425, verdict: transports.Later},
		{status: 429, header: "Retry-After: 120", verdict: transports.Later, scope: "server", retryAfter: 2 * time.Minute},
		{status: 500, verdict: transports.Later, scope: "server", knows: true},
		{status: 500, verdict: transports.Unsure}, // it may have done it before it broke
		{status: 504, verdict: transports.Unsure},
		{status: 503, header: "Retry-After: Wed, 04 Mar 2026 12:10:00 GMT", verdict: transports.Later, scope: "server", retryAfter: 10 * time.Minute},
		{status: 503, header: "Retry-After: Wed, 04 Mar 2026 11:10:00 GMT", verdict: transports.Later, scope: "server"},
		{status: 503, header: "Retry-After: -5", verdict: transports.Later, scope: "server"},
		{status: 503, header: "Retry-After: soon", verdict: transports.Later, scope: "server"},
		{status: 503, header: "Retry-After: 99999999", verdict: transports.Later, scope: "server", retryAfter: 24 * time.Hour},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.header, c.knows), func(t *testing.T) {
			hits := 0
			server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
				hits++
				_, _ = io.Copy(io.Discard, r.Body)
				if name, value, ok := strings.Cut(c.header, ": "); ok {
					w.Header().Set(name, value)
				}
				w.WriteHeader(c.status)
			}))
			defer server.Close()
			s := open(t, http.Config{Secrets: []http.Secret{secret(t, 1)}, Dialer: loopback(), AllowPlain: true, Idempotent: c.knows,
				Clock: func() time.Time { return now }})
			_, err := s.Send(t.Context(), transports.Message{Key: "k", To: []string{server.URL}, Body: []byte("{}")}, ok)
			if v := transports.VerdictOf(err); v != c.verdict {
				t.Errorf("verdict %q, want %q (%v)", v, c.verdict, err)
			}
			var e *transports.Error
			if errors.As(err, &e) && (e.Scope != c.scope || e.RetryAfter != c.retryAfter) {
				t.Errorf("scope %q after %v, want %q after %v", e.Scope, e.RetryAfter, c.scope, c.retryAfter)
			}
			if hits != 1 {
				t.Errorf("%d requests, want 1", hits)
			}
		})
	}
}

// TestRefusedUnsent lists what is refused before anything is dialled.
func TestRefusedUnsent(t *testing.T) {
	for name, m := range map[string]transports.Message{
		"plain http":       {Key: "k", To: []string{"http://shop.example/hook"}},
		"no scheme":        {Key: "k", To: []string{"shop.example/hook"}},
		"file":             {Key: "k", To: []string{"file:///etc/passwd"}},
		"password in it":   {Key: "k", To: []string{"https://user:hidden@shop.example/"}},
		"no URL":           {Key: "k", To: []string{"https://shop.example/%zz?token=hidden"}},
		"no address":       {Key: "k"},
		"two addresses":    {Key: "k", To: []string{"https://a.example", "https://b.example"}},
		"no key":           {To: []string{"https://shop.example/hook"}},
		"key with newline": {Key: "k\r\nX: y", To: []string{"https://shop.example/hook"}},
		"key with a stop":  {Key: "a.1", To: []string{"https://shop.example/hook"}},
		"own signature":    {Key: "k", To: []string{"https://shop.example/hook"}, Header: map[string]string{"webhook-signature": "v1,x"}},
		"own length":       {Key: "k", To: []string{"https://shop.example/hook"}, Header: map[string]string{"content-length": "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, http.Config{Secrets: []http.Secret{secret(t, 1)}, Dialer: noDialer{t}})
			_, err := s.Send(t.Context(), m, func(context.Context) error { t.Error("mark was called"); return nil })
			if transports.VerdictOf(err) != transports.Never || transports.Help(err) == "" {
				t.Errorf("got %v, want never with help", err)
			}
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("a secret of the URL is in the error: %v", err)
			}
		})
	}
}

type noDialer struct{ t *testing.T }

func (d noDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	d.t.Error("dialled")
	return nil, errors.New("dialled")
}

// TestUnreachable is what a person reads when the receiver cannot be reached.
func TestUnreachable(t *testing.T) {
	r := newReceiver(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, c := range []struct {
		name    string
		spoil   func(*http.Config, *transports.Message)
		verdict transports.Verdict
		op      string
		help    string
	}{
		{"unknown authority", func(c *http.Config, _ *transports.Message) { c.RootCAs = x509.NewCertPool() }, transports.Never, "tls", "certificate"},
		{"another name", func(_ *http.Config, m *transports.Message) {
			m.To[0] = strings.Replace(m.To[0], "127.0.0.1", "localhost", 1)
		}, transports.Never, "tls", "certificate"},
		{"private address", func(c *http.Config, _ *transports.Message) { c.Dialer = nil }, transports.Never, "dial", "private network"},
		{"nothing listens", func(_ *http.Config, m *transports.Message) { m.To[0] = "https://" + closed.Addr().String() }, transports.Later, "dial", "Nothing listens"},
		{"unknown name", func(c *http.Config, m *transports.Message) {
			c.Dialer = failing{&net.DNSError{Err: "no such host", Name: "shop.example", IsNotFound: true}}
		}, transports.Later, "dial", "could not be looked up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, m := r.config(), r.Message("k", "order data")
			c.spoil(&config, &m)
			m.To[0] += "/hook?token=hidden"
			marks := 0
			_, err := open(t, config).Send(t.Context(), m, func(context.Context) error { marks++; return nil })
			var e *transports.Error
			if !errors.As(err, &e) || e.Verdict != c.verdict || e.Op != c.op || !strings.Contains(e.Help, c.help) {
				t.Errorf("got %+v, want %s at %s with help about %q", e, c.verdict, c.op, c.help)
			}
			if marks != 0 {
				t.Error("marked although nothing could be sent")
			}
			if strings.Contains(err.Error(), "hidden") {
				t.Errorf("a secret of the URL is in the error: %v", err)
			}
		})
	}
	if got := r.Delivered(t); len(got) != 0 {
		t.Errorf("delivered %v", got)
	}
}

type failing struct{ err error }

func (d failing) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: d.err}
}

// TestIdempotent: where the receiver knows repeats by their id, a doubt may simply be sent again.
func TestIdempotent(t *testing.T) {
	for _, act := range []transporttest.Act{transporttest.CutDone, transporttest.CutUndone} {
		r := newReceiver(t)
		r.Set(act)
		c := r.config()
		c.Idempotent = true
		_, err := open(t, c).Send(t.Context(), r.Message("k", "again"), ok)
		if v := transports.VerdictOf(err); v != transports.Later {
			t.Errorf("%s: verdict %q, want later (%v)", act, v, err)
		}
	}
}

// TestMarkHoldsTheLastByte reads the request as it arrives: while mark is held everything but the last byte may be there, and
// that byte must not.
func TestMarkHoldsTheLastByte(t *testing.T) {
	for _, size := range []int{1, 2, 5000, 1 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			body := bytes.Repeat([]byte("x"), size)
			refusal := errors.New("no")
			for _, mark := range []error{refusal, nil} {
				longest := -1
				server := httptest.NewServer(nethttp.HandlerFunc(func(_ nethttp.ResponseWriter, r *nethttp.Request) {
					n, _ := io.Copy(io.Discard, r.Body)
					longest = max(longest, int(n))
				}))
				s := open(t, http.Config{Secrets: []http.Secret{secret(t, 1)}, Dialer: loopback(), AllowPlain: true})
				_, err := s.Send(t.Context(), transports.Message{Key: "k", To: []string{server.URL}, Body: body},
					func(context.Context) error { return mark })
				server.Close() // waits for the handler, if the request came so far that there was one
				switch {
				case mark == nil && (err != nil || longest != size):
					t.Errorf("%v, and %d bytes arrived", err, longest)
				case mark != nil && (!errors.Is(err, refusal) || transports.VerdictOf(err) != transports.Later || longest >= size):
					t.Errorf("mark said no: %v, and %d bytes arrived", err, longest)
				}
			}
		})
	}
}

// TestAnswerIsOneLine: what the receiver says is shown to people, so it may neither flood nor paint the terminal.
func TestAnswerIsOneLine(t *testing.T) {
	server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "thank \x1b[31myou\x00 \xff\nsecond line %s", strings.Repeat("long ", 1<<20))
	}))
	defer server.Close()
	s := open(t, http.Config{Secrets: []http.Secret{secret(t, 1)}, Dialer: loopback(), AllowPlain: true, MaxAnswer: 1000})
	receipt, err := s.Send(t.Context(), transports.Message{Key: "k", To: []string{server.URL}, Body: []byte("{}")}, ok)
	if err != nil || receipt.Answer != "200 OK: thank [31myou" {
		t.Errorf("answer %q, %v", receipt.Answer, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]http.Config{"no secret": {}, "empty secret": {Secrets: []http.Secret{{}}}} {
		if _, err := http.New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestAnswersTooEarly: a receiver that says yes before it has the whole webhook has not been heard to say yes to it.
func TestAnswersTooEarly(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				for line, err := r.ReadString('\n'); err == nil && line != "\r\n"; line, err = r.ReadString('\n') {
				}
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				_, _ = c.Read(make([]byte, 1)) // takes no more than a byte of it
				<-t.Context().Done()
			}()
		}
	}()
	for idempotent, want := range map[bool]transports.Verdict{false: transports.Unsure, true: transports.Later} {
		s := open(t, http.Config{Secrets: []http.Secret{secret(t, 1)}, Dialer: loopback(), AllowPlain: true, Idempotent: idempotent})
		m := transports.Message{Key: "k", To: []string{"http://" + l.Addr().String()}, Body: make([]byte, 32<<20)}
		_, err := s.Send(t.Context(), m, func(context.Context) error { t.Error("marked"); return nil })
		if v := transports.VerdictOf(err); v != want {
			t.Errorf("idempotent %v: verdict %q, want %q: %v", idempotent, v, want, err)
		}
	}
}

// TestCancelledAfterMark: the mark stands, but the last byte has not been sent and need not be any more.
func TestCancelledAfterMark(t *testing.T) {
	r := newReceiver(t)
	s := open(t, r.config())
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Send(ctx, r.Message("k", "x"), func(context.Context) error { cancel(); return nil })
	if transports.VerdictOf(err) != transports.Later || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.Close()
	if got := r.Delivered(t); len(got) != 0 {
		t.Errorf("delivered %v", got)
	}
}
