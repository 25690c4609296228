package oauth_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"waybill/transports"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

// login goes the whole way by the browser.
func (b *bench) login() (oauth.Grant, oauth.Access) {
	b.t.Helper()
	login, err := b.client.Browser("http://127.0.0.1:4711")
	if err != nil {
		b.t.Fatal(err)
	}
	g, a, err := login.Finish(b.t.Context(), b.visit(login.URL))
	if err != nil {
		b.t.Fatal(err)
	}
	return g, a
}

// visit is the browser: it opens the page and gives the address to which it is sent.
func (b *bench) visit(page string) string {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, page, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := b.net.RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusFound {
		b.t.Fatal(answer.StatusCode, err)
	}
	return answer.Header.Get("Location")
}

// TestBrowser: RFC 8252 with PKCE and state; the server checks both sides of each.
func TestBrowser(t *testing.T) {
	b := newBench(t, transporttest.AuthOptions{ClientSecret: "hush"})
	g, a := b.login()
	if g.Refresh == "" || g.Client != "waybill-app" || g.Granted.IsZero() || !b.server.Valid(a.Token) {
		t.Errorf("%+v %+v", g, a)
	}
	login, err := b.client.Browser("http://127.0.0.1:4711")
	if err != nil {
		t.Fatal(err)
	}
	q, _ := url.Parse(login.URL)
	for name, want := range map[string]string{"login_hint": "orders@shop.example", "access_type": "offline", "code_challenge_method": "S256", "redirect_uri": "http://127.0.0.1:4711", "scope": scope + " offline_access"} {
		if got := q.Query().Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	back := b.visit(login.URL)
	for name, address := range map[string]string{
		"another attempt's": strings.Replace(back, "state=", "state=x", 1),
		"without state":     strings.Split(back, "&state")[0],
		"nothing":           "",
		"no address":        "http://127.0.0.1:4711/?%zz",
		"somebody else's":   "http://127.0.0.1:4711/?code=stolen",
	} {
		if _, _, err := login.Finish(t.Context(), address); !errors.Is(err, oauth.ErrRedirect) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, _ := b.client.Browser("http://127.0.0.1:4711")
	u, _ := url.Parse(back)
	mixed, _ := url.Parse(b.visit(other.URL))
	values := mixed.Query()
	values.Set("code", u.Query().Get("code"))
	mixed.RawQuery = values.Encode()
	_, _, err = other.Finish(t.Context(), mixed.String()) // a code that another browser got: its verifier is not ours
	b.refused(err, transports.Never, "account", "waybill login orders")
}

// TestBrowserRefused: what a person reads when they, or the provider, say no.
func TestBrowserRefused(t *testing.T) {
	b := newBench(t, transporttest.AuthOptions{})
	b.server.Set(func(o *transporttest.AuthOptions) { o.User = "" })
	login, _ := b.client.Browser("http://127.0.0.1:4711")
	_, _, err := login.Finish(t.Context(), b.visit(login.URL))
	b.refused(err, transports.Never, "account", "the permission was refused")

	b.server.Set(func(o *transporttest.AuthOptions) { o.User, o.Scope = "orders@shop.example", "openid email" })
	login, _ = b.client.Browser("http://127.0.0.1:4711")
	_, _, err = login.Finish(t.Context(), b.visit(login.URL))
	b.refused(err, transports.Never, "account", "leave every box ticked")

	b.server.Set(func(o *transporttest.AuthOptions) { o.Scope, o.NoRefresh = "", true })
	login, _ = b.client.Browser("http://127.0.0.1:4711")
	_, _, err = login.Finish(t.Context(), b.visit(login.URL))
	b.refused(err, transports.Never, "account", "offline_access")
}

// TestLoopback: the browser comes back over a real port of this machine, and whoever else knocks is sent away.
func TestLoopback(t *testing.T) {
	back, err := oauth.Listen("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		r, err := http.Get(back.Redirect + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(text)
	}
	if status, _ := get("/favicon.ico"); status != http.StatusNotFound {
		t.Errorf("a visit without an answer: %d", status)
	}
	if _, text := get("/?code=abc&state=0123"); !strings.Contains(text, "Close this page") {
		t.Error(text)
	}
	if came := <-back.Came; came != back.Redirect+"/?code=abc&state=0123" {
		t.Error(came)
	}
	if err := back.Close(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(back.Redirect, "http://")); err == nil {
		t.Error("still there")
	}
}

// TestDevice: RFC 8628 in virtual time.
func TestDevice(t *testing.T) {
	begin := func(t *testing.T, o transporttest.AuthOptions) (*bench, *oauth.Device) {
		b := newBench(t, o)
		d, err := b.client.Device(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return b, d
	}
	for name, play := range map[string]func(*testing.T){
		"agreed after a while": func(t *testing.T) {
			b, d := begin(t, transporttest.AuthOptions{Interval: 3})
			time.AfterFunc(40*time.Second, func() { b.server.Agree(d.Code, true) })
			start := time.Now()
			g, a, err := d.Wait(t.Context())
			if err != nil || g.Refresh == "" || !b.server.Valid(a.Token) {
				t.Fatal(g, err)
			}
			if waited := time.Since(start); waited != 42*time.Second {
				t.Errorf("waited %s", waited)
			}
			if n := b.server.Asked("device_code"); n != 14 {
				t.Errorf("%d questions in 42 seconds", n)
			}
		},
		"told to slow down": func(t *testing.T) {
			b, d := begin(t, transporttest.AuthOptions{})
			b.server.Refuse(transporttest.AuthRefusal{Code: "slow_down"}, transporttest.AuthRefusal{Code: "authorization_pending"}, transporttest.AuthRefusal{Code: "slow_down"})
			b.server.Agree(d.Code, true)
			start := time.Now()
			if _, _, err := d.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(start); waited != (5+10+10+15)*time.Second {
				t.Errorf("waited %s", waited)
			}
		},
		"refused": func(t *testing.T) {
			b, d := begin(t, transporttest.AuthOptions{})
			b.server.Agree(d.Code, false)
			_, _, err := d.Wait(t.Context())
			b.refused(err, transports.Never, "account", "the permission was refused")
		},
		"nobody came": func(t *testing.T) {
			b, d := begin(t, transporttest.AuthOptions{CodeLife: time.Minute})
			_, _, err := d.Wait(t.Context())
			b.refused(err, transports.Never, "account", "nobody entered the code in time")
		},
		"the link breaks in between": func(t *testing.T) {
			b, d := begin(t, transporttest.AuthOptions{})
			b.net.set(errors.New("no route"))
			time.AfterFunc(time.Minute, func() { b.net.set(nil); b.server.Agree(d.Code, true) })
			if _, _, err := d.Wait(t.Context()); err != nil {
				t.Error(err)
			}
		},
		"stopped": func(t *testing.T) {
			_, d := begin(t, transporttest.AuthOptions{})
			ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
			defer cancel()
			if _, _, err := d.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, play) })
	}
}

// TestDeviceNotOffered: Google's has no such login for mail.
func TestDeviceNotOffered(t *testing.T) {
	b := newBench(t, transporttest.AuthOptions{}, func(c *oauth.Config) { c.DeviceURL = "" })
	_, err := b.client.Device(t.Context())
	if err == nil || !strings.Contains(transports.Help(err), "--browser") {
		t.Error(err, transports.Help(err))
	}
	b = newBench(t, transporttest.AuthOptions{}, func(c *oauth.Config) { c.ClientID = "nobody" })
	_, err = b.client.Device(t.Context())
	b.refused(err, transports.Never, "account", "client_id")
}
