package flow

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"waybill/daemon/store"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// loginShop is a shop whose mailbox logs in with OAuth2 at a server in process; its mail servers are closed ports.
func loginShop(t *testing.T, o transporttest.AuthOptions) (*shop, *transporttest.AuthServer) {
	t.Helper()
	return loginShopOf(t, transporttest.NewAuthority(t), o)
}

func loginShopOf(t *testing.T, ca *transporttest.Authority, o transporttest.AuthOptions) (*shop, *transporttest.AuthServer) {
	t.Helper()
	o.ClientID, o.User = "waybill-app", "orders@lantern-lane.example"
	server := transporttest.StartAuthServer(t, ca, o)
	s := newShop(t, map[string]string{"waybill.yaml": strings.NewReplacer("CA", ca.File, "URL", server.URL).Replace(`shop: {name: Lantern Lane, timezone: America/Chicago}
state: STATE
sending: {delay: 0s, first_orders: 0, per_supplier: 0, total: 0}
mailboxes:
  orders:
    address: orders@lantern-lane.example
    oauth: {client_id: waybill-app, token_url: "URL/token", authorization_url: "URL/authorize", device_url: "URL/device", scopes: [mail], ca_file: CA, allow_private: true}
    smtp: {host: 127.0.0.1, port: 9, tls: starttls}
    imap: {host: 127.0.0.1, port: 9}
operator: {to: [owner@lantern-lane.example]}
channels:
  shop: {}
`)})
	s.dialer, s.web, s.logins.m = &net.Dialer{}, webDialer, nil
	server.Set(func(o *transporttest.AuthOptions) { o.Now = func() time.Time { return s.at } })
	if err := s.Reload(s.Config()); err != nil {
		t.Fatal(err)
	}
	return s, server
}

// logIn is a person with a browser.
func (s *shop) logIn() LoginDone {
	s.t.Helper()
	begun, err := s.BeginLogin(s.t.Context(), "orders", "http://127.0.0.1:4711")
	if err != nil {
		s.t.Fatal(err)
	}
	done, err := s.FinishLogin(s.t.Context(), "orders", begun.ID, browse(s.t, begun.URL))
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// browse opens a page and gives the address to which it sends.
func browse(t testing.TB, page string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Location")
}

func (s *shop) token() (string, error) {
	return s.world.Load().logins["orders"].source.Token(s.t.Context())
}

func (s *shop) setting(name string) (value []byte) {
	s.t.Helper()
	s.view(func(tx *store.Tx) (err error) {
		value, _, err = tx.Setting(name)
		return err
	})
	return value
}

// TestLoginIsSealed: what the database holds, and a backup of it, gives nobody a login; a key that is lost is told in words.
func TestLoginIsSealed(t *testing.T) {
	s, _ := loginShop(t, transporttest.AuthOptions{})
	if done := s.logIn(); !strings.Contains(done.Text, "is logged in") {
		t.Errorf("%+v", done)
	}
	if _, err := s.token(); err != nil {
		t.Fatal(err)
	}
	keeper := tokenKeeper{store: s.store, sealer: sealer{cfg: s.Config(), random: s.random}, mailbox: "orders"}
	grant, known, err := keeper.Load(t.Context())
	if err != nil || !known || !strings.HasPrefix(grant.Refresh, "rt-") {
		t.Fatal(grant, known, err)
	}
	var backup bytes.Buffer
	if _, err := s.store.WriteBackup(t.Context(), "test", &backup); err != nil {
		t.Fatal(err)
	}
	unpacked, err := zstd.NewReader(&backup)
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Close()
	for line := bufio.NewScanner(unpacked); line.Scan(); {
		for _, cell := range strings.Split(line.Text(), `"`) { // bytes are in base64
			if raw, err := base64.StdEncoding.DecodeString(cell); strings.Contains(cell, grant.Refresh) || err == nil && bytes.Contains(raw, []byte(grant.Refresh)) {
				t.Error("a backup holds a login that can be used")
			}
		}
	}
	for _, file := range []string{s.address, s.address + "-wal"} {
		if raw, err := os.ReadFile(file); err == nil && (bytes.Contains(raw, []byte(grant.Refresh)) || bytes.Contains(raw, []byte("refresh"))) {
			t.Errorf("%s holds a login that can be used", filepath.Base(file))
		}
	}
	key := filepath.Join(s.dir, tokenKeyFile)
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}

	sealed := s.setting("token:orders")
	other := keeper
	other.mailbox = "other"
	s.write(func(tx *store.Tx) error { return tx.SetSetting("token:other", sealed) })
	lost := func(what string, k tokenKeeper, words string) {
		t.Helper()
		_, _, err := k.Load(t.Context())
		var e *transports.Error
		if !errors.As(err, &e) || e.Verdict != transports.Never || e.Scope != "account" || !strings.Contains(e.Help, words) || !strings.Contains(e.Help, "waybill login "+k.mailbox) {
			t.Errorf("%s: %v %s", what, err, transports.Help(err))
		}
	}
	lost("another mailbox's login", other, "damaged")
	for i := range sealed {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		if _, err := keeper.sealer.open("token:orders", damaged); err == nil {
			t.Fatalf("byte %d of a seal may be changed", i)
		}
	}
	raw, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	writeKey := func(text string) {
		if err := os.WriteFile(key, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeKey(strings.Repeat("ab", 32))
	lost("another key", keeper, "sealed with another key")
	writeKey("hello")
	lost("a key that is none", keeper, "is not there")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	lost("no key", keeper, "is not there")
	writeKey(string(raw))
	if again, _, err := keeper.Load(t.Context()); err != nil || again != grant {
		t.Errorf("the key is back: %v", err)
	}
}

func (s *shop) write(f func(*store.Tx) error) {
	s.t.Helper()
	if err := s.Store().Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// TestADeadLoginIsOneQuestion: sending and receiving fail for one reason, which is told once and at once, and closes when somebody has
// logged in again. What was to be sent waits and is due at once.
func TestADeadLoginIsOneQuestion(t *testing.T) {
	s, server := loginShop(t, transporttest.AuthOptions{Rotate: true})
	s.logIn()
	failing := func() []ExceptionView {
		open, err := s.Desk(t.Context(), store.ExceptionFilter{Open: true, Kind: string(AccountFailing)})
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	s.receive(paidOrder("1001"))
	w := s.world.Load()
	l := w.lanes["mail:orders"]
	if rows, err := s.claim(t.Context(), l); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	} else {
		server.Revoke()
		s.at = s.at.Add(time.Hour) // the access token has ended
		s.Flow.send(t.Context(), w, l, rows[0])
	}
	s.sourceFailed(t.Context(), w.sources[0], s.received(w))
	open := failing()
	if len(open) != 1 || !strings.Contains(open[0].Text, "the login of mailbox orders@lantern-lane.example") || !strings.Contains(open[0].Help, "waybill login orders") {
		t.Fatalf("%+v", open)
	}
	if Info(AccountFailing).Alert != urgently {
		t.Error("a login that is over is not told at once")
	}
	if rows, err := s.claim(t.Context(), l); err != nil || len(rows) != 0 {
		t.Errorf("claimed without a token: %v %v", rows, err)
	}
	if st, err := s.Status(t.Context()); err != nil || len(st.Logins) != 1 || !strings.Contains(st.Logins[0].Help, "waybill login orders") {
		t.Errorf("%+v %v", st.Logins, err)
	}
	s.logIn()
	if open := failing(); len(open) != 0 {
		t.Errorf("still open: %+v", open)
	}
	if rows, err := s.claim(t.Context(), s.world.Load().lanes["mail:orders"]); err != nil || len(rows) != 1 {
		t.Errorf("not due at once: %v %v", rows, err)
	}
}

// received is what the mailbox says when it is looked at.
func (s *shop) received(w *world) error {
	return w.sources[0].receiver.Receive(s.t.Context(), func(context.Context, []transports.Item) error { return nil })
}

// TestLoginByCode goes the other way, and what is not a login is refused in words.
func TestLoginByCode(t *testing.T) {
	s, server := loginShop(t, transporttest.AuthOptions{Interval: 1})
	begun, err := s.BeginLogin(t.Context(), "orders", "")
	if err != nil || begun.Code == "" {
		t.Fatal(begun, err)
	}
	server.Agree(begun.Code, true)
	s.at = s.at.Add(2 * time.Second)
	done, err := s.FinishLogin(t.Context(), "orders", begun.ID, "")
	if err != nil || len(done.Tried) != 2 || done.Tried[0].Error == "" {
		t.Errorf("%+v %v", done, err)
	}
	if _, err := s.FinishLogin(t.Context(), "orders", begun.ID, ""); !errors.Is(err, ErrAction) {
		t.Errorf("a login twice: %v", err)
	}
	begun, err = s.BeginLogin(t.Context(), "orders", "http://127.0.0.1:4711")
	if err != nil {
		t.Fatal(err)
	}
	if done, err := s.FinishLogin(t.Context(), "orders", begun.ID, "http://127.0.0.1:4711/?state=x"); err != nil || done.Again == "" {
		t.Errorf("a wrong address: %+v %v", done, err)
	}
	server.Set(func(o *transporttest.AuthOptions) { o.User = "" })
	if _, err := s.FinishLogin(t.Context(), "orders", begun.ID, browse(t, begun.URL)); err == nil || !strings.Contains(err.Error(), "the permission was refused") {
		t.Errorf("refused: %v", err)
	}
	var name *NameError
	if _, err := s.LoginWays("nobody"); !errors.As(err, &name) {
		t.Errorf("an unknown mailbox: %v", err)
	}
	if raw, err := json.Marshal(s.LoginStates(t.Context())); err != nil || bytes.Contains(raw, []byte("rt-")) || bytes.Contains(raw, []byte("at-")) {
		t.Errorf("the state of a login holds a token: %s %v", raw, err)
	}
}

// mailDoor is a mail server that knows one thing: which tokens it lets in.
func mailDoor(t *testing.T, ca *transporttest.Authority, good func(token string) bool) string {
	t.Helper()
	issued := ca.IssueLocal(t)
	pair, err := tls.X509KeyPair(issued.Chain, issued.Key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				say := func(lines string) { _, _ = io.WriteString(c, lines) }
				say("220 mail.example\r\n")
				for in := bufio.NewScanner(c); in.Scan(); {
					switch verb, rest, _ := strings.Cut(in.Text(), " "); strings.ToUpper(verb) {
					case "EHLO":
						say("250-mail.example\r\n250 AUTH XOAUTH2\r\n")
					case "AUTH":
						raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "XOAUTH2 "))
						_, token, _ := strings.Cut(string(raw), "auth=Bearer ")
						if good(strings.TrimRight(token, "\x01")) {
							say("235 come in\r\n")
						} else {
							say("535 5.7.8 you are somebody else\r\n")
						}
					default:
						say("250 well\r\n")
					}
				}
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// TestAWrongAccountEndsNoLogin: who logs in as somebody else, or while the server refuses, is told so, and the login that works goes on; with none that works
// the new one is taken as it is.
func TestAWrongAccountEndsNoLogin(t *testing.T) {
	ca := transporttest.NewAuthority(t)
	s, server := loginShopOf(t, ca, transporttest.AuthOptions{})
	var refused atomic.Bool
	port := mailDoor(t, ca, func(token string) bool { return !refused.Load() && server.Valid(token) })
	cfg := s.Config()
	m := cfg.Mailboxes["orders"]
	smtp := *m.SMTP
	smtp.TLS, smtp.CAFile = "implicit", m.OAuth.CAFile
	smtp.Port, _ = strconv.Atoi(port)
	m.SMTP, m.IMAP = &smtp, nil
	cfg.Mailboxes["orders"] = m
	if err := s.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	refused.Store(true)
	if done := s.logIn(); done.Kept || !strings.Contains(done.Text, "is logged in") || done.Tried[len(done.Tried)-1].Error == "" {
		t.Errorf("the first login is stored whatever comes: %+v", done)
	}
	before := s.setting("token:orders")
	s.at = s.at.Add(time.Minute)
	if done := s.logIn(); !done.Kept || !strings.Contains(done.Text, "keeps the login") || done.Tried[0].Error == "" {
		t.Errorf("a login that does not work: %+v", done)
	}
	if !bytes.Equal(before, s.setting("token:orders")) {
		t.Error("the login that worked was overwritten")
	}
	refused.Store(false)
	if done := s.logIn(); done.Kept || len(done.Tried) == 0 || done.Tried[0].Error != "" {
		t.Errorf("a login that works: %+v", done)
	}
	if bytes.Equal(before, s.setting("token:orders")) {
		t.Error("the new login was not stored")
	}
}
