package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/chat"
	"waybill/transports/http"
)

const (
	secretPath = "/hooks/T000/B000/sEcReTpAtH"
	token      = "sEcReTtOkEn"
)

func ok(context.Context) error { return nil }

func fixed(text string) func() (string, error) { return func() (string, error) { return text, nil } }

// open is a sender that may call this machine.
func open(t *testing.T, service, address, to string) *chat.Sender {
	t.Helper()
	s, known := chat.ServiceNamed(service)
	if !known {
		t.Fatalf("no service %s", service)
	}
	c := chat.Config{Service: s, Address: fixed(address), To: to, AllowPlain: true,
		Dialer: http.Dialer{Private: true}}
	if s.Token || service == "ntfy" {
		c.Token = fixed(token)
	}
	sender := chat.New(c)
	t.Cleanup(func() { sender.Close() })
	return sender
}

func note(t *testing.T, n chat.Note) transports.Message {
	t.Helper()
	raw, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return transports.Message{Key: "alert:7", Body: raw}
}

// TestRequests holds each service's request against what its documentation asks for (the addresses stand in service.go).
func TestRequests(t *testing.T) {
	const title, text = "Lantern Lane: <mail> & more", "See `waybill desk show 7`."
	whole := title + "\n\n" + text
	for service, want := range map[string]struct {
		to, method, path, header string
		fields                   map[string]any
	}{
		"slack":       {"", "POST", secretPath, "", map[string]any{"text": strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(whole)}},
		"discord":     {"", "POST", secretPath, "", map[string]any{"content": whole, "allowed_mentions": map[string]any{"parse": []any{}}}},
		"google-chat": {"", "POST", secretPath, "", map[string]any{"text": whole}},
		"mattermost":  {"", "POST", secretPath, "", map[string]any{"text": whole}},
		"rocket-chat": {"", "POST", secretPath, "", map[string]any{"text": whole}},
		"teams":       {"", "POST", secretPath, "", map[string]any{"type": "message"}},
		"telegram":    {"-1001", "POST", secretPath + "/bot" + token + "/sendMessage", "", map[string]any{"chat_id": "-1001", "text": whole, "disable_notification": false}},
		"ntfy":        {"", "POST", "/hooks/T000/B000", "Authorization: Bearer " + token, map[string]any{"topic": "sEcReTpAtH", "title": title, "message": text, "priority": 5.0}},
		"gotify":      {"", "POST", secretPath + "/message", "X-Gotify-Key: " + token, map[string]any{"title": title, "message": text, "priority": 8.0}},
		"pushover":    {"uSeR", "POST", secretPath + "/1/messages.json", "", map[string]any{"token": token, "user": "uSeR", "title": title, "message": text, "priority": 1.0}},
		"matrix": {"!a/b:shop.example", "PUT", secretPath + "/_matrix/client/v3/rooms/%21a%2Fb:shop.example/send/m.room.message/alert:7", "Authorization: Bearer " + token,
			map[string]any{"msgtype": "m.text", "body": whole}},
	} {
		t.Run(service, func(t *testing.T) {
			var got *nethttp.Request
			var body map[string]any
			server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
				got = r
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Errorf("the body is no JSON: %v", err)
				}
			}))
			defer server.Close()
			if _, err := open(t, service, server.URL+secretPath, want.to).Send(t.Context(), note(t, chat.Note{Title: title, Text: text, Urgent: true}), ok); err != nil {
				t.Fatal(err)
			}
			if got.Method != want.method || got.URL.EscapedPath() != want.path || got.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s (%s), want %s %s", got.Method, got.URL.EscapedPath(), got.Header.Get("Content-Type"), want.method, want.path)
			}
			if name, value, _ := strings.Cut(want.header, ": "); name != "" && got.Header.Get(name) != value {
				t.Errorf("%s is %q", name, got.Header.Get(name))
			}
			for name, value := range want.fields {
				if fmt.Sprint(body[name]) != fmt.Sprint(value) {
					t.Errorf("%s is %v, want %v", name, body[name], value)
				}
			}
			if service == "teams" && !strings.Contains(fmt.Sprint(body["attachments"]), "AdaptiveCard") {
				t.Errorf("no card: %v", body)
			}
		})
	}
	if len(chat.Names()) != 11 {
		t.Errorf("%d services; add the new one to this test", len(chat.Names()))
	}
}

// TestAnswers is the table of what each answer means. What is wrong with the account keeps the note: the lane is left alone until it is mended.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status  int
		header  string
		verdict transports.Verdict
		scope   string
		help    string
	}{
		{200, "", transports.Sent, "", ""}, {204, "", transports.Sent, "", ""},
		{302, "Location: http://127.0.0.1/inside", transports.Never, "account", "redirects are not followed"},
		{400, "", transports.Never, "", ""},
		{401, "", transports.Never, "account", "Make a new one"}, {404, "", transports.Never, "account", "Make a new one"},
		{429, "Retry-After: 0.5", transports.Later, "server", ""}, {503, "", transports.Later, "server", ""},
	} {
		hits := 0
		server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
			hits++
			if name, value, found := strings.Cut(c.header, ": "); found {
				w.Header().Set(name, value)
			}
			w.WriteHeader(c.status)
			if c.status != 204 {
				_, _ = io.WriteString(w, "no such hook "+secretPath+" of "+token)
			}
		}))
		_, err := open(t, "gotify", server.URL+secretPath, "").Send(t.Context(), note(t, chat.Note{Title: "x"}), ok)
		server.Close()
		var e *transports.Error
		errors.As(err, &e)
		if v := transports.VerdictOf(err); v != c.verdict || e != nil && e.Scope != c.scope || !strings.Contains(transports.Help(err), c.help) {
			t.Errorf("%d: %s %+v", c.status, v, e)
		}
		if err != nil && (strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "sEcReTpAtH")) {
			t.Errorf("%d: the error holds a secret: %v", c.status, err)
		}
		if hits != 1 {
			t.Errorf("%d: %d requests", c.status, hits)
		}
	}
}

// TestGuards: no private address unless it is allowed, nothing unencrypted, and no secret in what is said of a failure.
func TestGuards(t *testing.T) {
	closed := httptest.NewServer(nethttp.NotFoundHandler())
	closed.Close()
	slack, _ := chat.ServiceNamed("slack")
	for name, c := range map[string]struct {
		config chat.Config
		want   string
	}{
		"private":     {chat.Config{Service: slack, Address: fixed("https://127.0.0.1:9" + secretPath)}, "not allowed"},
		"unencrypted": {chat.Config{Service: slack, Address: fixed("http://hooks.slack.example" + secretPath)}, "not encrypted"},
		"no address":  {chat.Config{Service: slack, Address: fixed("sEcReTpAtH")}, "no address"},
		"no file":     {chat.Config{Service: slack, Address: func() (string, error) { return "", errors.New("there is no secret slack-url") }}, "there is no secret"},
		"closed": {chat.Config{Service: slack, Address: fixed(closed.URL + secretPath), AllowPlain: true,
			Dialer: http.Dialer{Private: true}}, "connection refused"},
	} {
		_, err := chat.New(c.config).Send(t.Context(), note(t, chat.Note{Title: "x"}), ok)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sEcReT") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := open(t, "slack", closed.URL, "").Send(t.Context(), note(t, chat.Note{}), func(context.Context) error { return errors.New("fenced") }); transports.VerdictOf(err) != transports.Later {
		t.Errorf("a mark that refuses: %v", err)
	}
}

// TestLongTexts holds that what a service would refuse for its length is shortened.
func TestLongTexts(t *testing.T) {
	var body struct{ Content, Message, Title string }
	server := httptest.NewServer(nethttp.HandlerFunc(func(_ nethttp.ResponseWriter, r *nethttp.Request) { _ = json.NewDecoder(r.Body).Decode(&body) }))
	defer server.Close()
	long := chat.Note{Title: strings.Repeat("ä", 300), Text: strings.Repeat("ß", 5000)}
	for _, service := range []string{"discord", "pushover"} {
		if _, err := open(t, service, server.URL, "u").Send(t.Context(), note(t, long), ok); err != nil {
			t.Fatal(err)
		}
	}
	if n := len([]rune(body.Content)); n != 2000 {
		t.Errorf("Discord: %d characters", n)
	}
	if n, m := len([]rune(body.Message)), len([]rune(body.Title)); n != 1024 || m != 250 {
		t.Errorf("Pushover: %d and %d characters", n, m)
	}
}
