package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

func keyPair(t *testing.T, c transporttest.Certificate) *tls.Config {
	t.Helper()
	pair, err := tls.X509KeyPair(c.Chain, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

func password(p string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return p, nil }
}

// TestLoginFails is what a person reads when no message can be sent at all. None of these may mark, and none may show a byte of the
// message to the other side.
func TestLoginFails(t *testing.T) {
	ca := transporttest.NewAuthority(t)
	good := keyPair(t, ca.IssueLocal(t))
	at := func(where, do string) func(*peer) {
		return func(p *peer) {
			p.script = func(point string, _, _ int) string {
				if point == where {
					return do
				}
				return ""
			}
		}
	}
	for _, c := range []struct {
		name    string
		peer    func(*peer)
		config  func(*Config)
		verdict transports.Verdict
		op      string
		scope   string
		help    string
	}{
		{"greeting 421", at(atAccept, "421 4.7.0 too many connections"), nil, later, "greeting", "server", ""},
		{"greeting 554", at(atAccept, "554 5.7.1 your address is listed"), nil, never, "greeting", "account", "block list"},
		{"greeting of another protocol", at(atAccept, "* OK IMAP4rev1 ready"), nil, later, "greeting", "server", ""},
		{"greeting without end", at(atAccept, strings.Repeat("220-x\r\n", 100_000)), nil, later, "greeting", "server", ""},
		{"cut before the greeting", at(atAccept, cut), nil, later, "greeting", "server", ""},
		{"EHLO 421", at(atHello, "421 4.3.2 closing"), nil, later, "hello", "server", ""},
		{"STARTTLS not offered", func(p *peer) { p.offers = []string{"PIPELINING"} }, nil, never, "tls", "account", "removes the offer"},
		{"STARTTLS 454", at(atStartTLS, "454 4.7.0 TLS not available"), nil, later, "tls", "server", ""},
		{"STARTTLS 502", at(atStartTLS, "502 5.5.1 no"), nil, never, "tls", "account", "refuses to encrypt"},
		{"answers slipped in before TLS", at(atStartTLS, "220 go ahead\r\n250 AUTH PLAIN"), nil, never, "tls", "account", "adds to"},
		{"cut in the handshake", at(atStartTLS, cut), nil, later, "tls", "server", ""},
		{"unknown authority", nil, func(c *Config) { c.RootCAs = x509.NewCertPool() }, never, "tls", "account", "CA file"},
		{"certificate for another name", nil, func(c *Config) { c.ServerName = "smtp.provider.example" }, never, "tls", "account", "mail.shop.example) than smtp.provider.example"},
		{"certificate expired", func(p *peer) { p.tls = keyPair(t, ca.Issue(t, time.Now().Add(-time.Hour), "127.0.0.1")) }, nil, never, "tls", "account", "clock"},
		{"TLS on a plain port", nil, func(c *Config) { c.TLS = ImplicitTLS }, never, "tls", "account", "tls: starttls"},
		{"wrong password", at(atAuth, "535 5.7.8 authentication failed"), nil, never, "auth", "account", "app password"},
		{"login for now", at(atAuth, "454 4.7.0 try later"), nil, later, "auth", "server", ""},
		{"cut at login", at(atAuth, cut), nil, later, "auth", "server", ""},
		{"no login offered", func(p *peer) { p.offers = []string{"STARTTLS"} }, nil, never, "auth", "account", "587"},
		{"other logins offered", func(p *peer) { p.offers = []string{"STARTTLS", "AUTH GSSAPI NTLM"} }, nil, never, "auth", "account", "another kind of login"},
		{"token expired", func(p *peer) { p.offers = []string{"STARTTLS", "AUTH XOAUTH2"}; at(atAuth, "334 e30=")(p) },
			func(c *Config) { c.Secret, c.Tokens = nil, &tokens{current: 1} }, never, "auth", "account", "waybill login"},
		{"token expired, bearer", func(p *peer) { p.offers = []string{"STARTTLS", "AUTH OAUTHBEARER"}; at(atAuth, "334 e30=")(p) },
			func(c *Config) { c.Secret, c.Tokens = nil, &tokens{current: 1} }, never, "auth", "account", "waybill login"},
		{"SMTP AUTH switched off", func(p *peer) {
			p.offers = []string{"STARTTLS", "AUTH XOAUTH2"}
			at(atAuth, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.")(p)
		},
			func(c *Config) { c.Secret, c.Tokens = nil, &tokens{current: 1} }, never, "auth", "account", "Authenticated SMTP"},
		{"the login is over", nil, func(c *Config) {
			c.Secret, c.Tokens = nil, &tokens{fail: &transports.Error{Verdict: never, Op: "token", Scope: "account", Err: errors.New("over"), Help: "log in"}}
		}, never, "token", "account", "log in"},
		{"no token", nil, func(c *Config) {
			c.Secret = func(context.Context) (string, error) { return "", os.ErrNotExist }
		}, later, "secret", "account", "could not be read"},
		{"token revoked", nil, func(c *Config) {
			c.Secret = func(context.Context) (string, error) {
				return "", &transports.Error{Verdict: never, Op: "token", Scope: "account", Help: "Log in again.", Err: errors.New("revoked")}
			}
		}, never, "token", "account", "Log in again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, nil)
			p.tls = good
			p.offers = []string{"STARTTLS", "PIPELINING", "AUTH PLAIN LOGIN"}
			if c.peer != nil {
				c.peer(p)
			}
			config := Config{Address: p.listen(), RootCAs: ca.Pool, Username: "orders@shop.example", Secret: password("hidden-1")}
			if c.config != nil {
				c.config(&config)
			}
			s := open(t, config)
			_, err := s.Send(t.Context(), message("secret-1", "order data"), func(context.Context) error { t.Error("marked"); return nil })
			var e *transports.Error
			if !errors.As(err, &e) || e.Verdict != c.verdict || e.Op != c.op || e.Scope != c.scope || !strings.Contains(e.Help, c.help) || c.help == "" && e.Help != "" {
				t.Errorf("got %+v, want %s at %s, scope %q, help about %q", e, c.verdict, c.op, c.scope, c.help)
			}
			if err != nil && strings.Contains(err.Error(), "hidden-1") {
				t.Errorf("the password is in the error: %v", err)
			}
			s.Close()
			if got := p.all(); len(got) != 0 || strings.Contains(p.commands(), "MAIL") {
				t.Errorf("delivered %v after %s", got, p.commands())
			}
		})
	}
}

// TestDialFails tells a blocked port from a closed one and from a misspelt name.
func TestDialFails(t *testing.T) {
	timeout := &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	for _, c := range []struct {
		name, address string
		err           error
		help          string
	}{
		{"blocked 587", "smtp.provider.example:587", timeout, "try 465 (tls), 2525"},
		{"blocked 465", "smtp.provider.example:465", timeout, "try 587 (starttls), 2525"},
		{"blocked 25", "smtp.provider.example:25", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, "block the mail ports"},
		{"refused", "smtp.provider.example:2500", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "nothing answers on port 2500"},
		{"unknown name", "smpt.provider.example:587", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, "Check its spelling"},
		{"slow name server", "smtp.provider.example:587", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "timeout", IsTimeout: true}}, "could not be looked up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, Config{Address: c.address, Dialer: failing{c.err}})
			_, err := s.Send(t.Context(), message("k", "x"), agree)
			var e *transports.Error
			if !errors.As(err, &e) || e.Verdict != later || e.Op != "dial" || e.Scope != "server" || !strings.Contains(e.Help, c.help) {
				t.Errorf("got %+v, want help about %q", e, c.help)
			}
		})
	}
}

type failing struct{ err error }

func (d failing) DialContext(context.Context, string, string) (net.Conn, error) { return nil, d.err }

// TestPlainOnlyHere: without encryption mail goes to this machine only, whatever its name says.
func TestPlainOnlyHere(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:25": true, "[::1]:25": true, "localhost:25": true,
		"192.0.2.1:25": false, "mail.shop.example:25": false, "127.0.0.1.shop.example:25": false,
	} {
		if _, err := New(Config{Address: address, TLS: Plain}); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
		if _, err := New(Config{Address: address, TLS: Plain, Insecure: true}); err != nil {
			t.Errorf("%s, insecure: %v", address, err)
		}
	}
	s := open(t, Config{Address: "localhost:25", TLS: Plain, Dialer: elsewhere{}})
	_, err := s.Send(t.Context(), message("k", "x"), agree)
	if transports.VerdictOf(err) != never || !errors.Is(err, errNotHere) {
		t.Errorf("a localhost that is elsewhere: %v", err)
	}
}

// elsewhere gives connections whose other end claims to be another machine.
type elsewhere struct{}

func (elsewhere) DialContext(context.Context, string, string) (net.Conn, error) {
	c, _ := net.Pipe()
	return remote{c}, nil
}

type remote struct{ net.Conn }

func (remote) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 25} }

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"no port":            {Address: "mail.shop.example"},
		"no host":            {Address: ":25"},
		"unknown tls":        {Address: "a.example:25", TLS: "maybe"},
		"user, no password":  {Address: "a.example:25", Username: "u"},
		"hello with newline": {Address: "a.example:25", Hello: "x\r\nMAIL FROM:<>"},
		"hello with space":   {Address: "a.example:25", Hello: "x y"},
		"tokens without TLS": {Address: "127.0.0.1:25", TLS: Plain, Username: "u", Tokens: &tokens{}},
		"unknown mechanism":  {Address: "a.example:25", Mechanisms: []string{"MAGIC"}},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// tokens gives t1, and t2 when t1 is refused, and then no other.
type tokens struct {
	current int
	fail    error
}

func (k *tokens) Token(context.Context) (string, error) { return fmt.Sprintf("t%d", k.current), k.fail }

func (k *tokens) Renew(context.Context, string) (string, error) {
	if k.current == 2 {
		return "", oauth.ErrFresh
	}
	k.current++
	return fmt.Sprintf("t%d", k.current), k.fail
}

// TestMechanisms: the best one that both have is used, and it carries what its specification says.
func TestMechanisms(t *testing.T) {
	ca := transporttest.NewAuthority(t)
	oauth2 := []string{"OAuth2"}
	for _, c := range []struct {
		offered string
		allowed []string
		sent    string // what the peer got with AUTH
	}{
		{"PLAIN LOGIN", nil, "PLAIN \x00orders@shop.example\x00hidden"},
		{"LOGIN PLAIN", []string{"LOGIN", "PLAIN"}, "LOGIN "},
		{"plain", nil, "PLAIN \x00orders@shop.example\x00hidden"},
		{"PLAIN XOAUTH2 OAUTHBEARER", oauth2, "XOAUTH2 user=orders@shop.example\x01auth=Bearer t1\x01\x01"},
		{"PLAIN OAUTHBEARER", oauth2, "OAUTHBEARER n,a=orders@shop.example,\x01host=127.0.0.1\x01port="},
		{"SCRAM-SHA-256 PLAIN", nil, "SCRAM-SHA-256 "},
		{"CRAM-MD5", nil, "CRAM-MD5 "},
	} {
		t.Run(c.offered, func(t *testing.T) {
			p := newPeer(t, nil)
			p.tls = keyPair(t, ca.IssueLocal(t))
			p.offers = []string{"STARTTLS", "AUTH " + c.offered}
			config := Config{Address: p.listen(), RootCAs: ca.Pool, Username: "orders@shop.example", Secret: password("hidden"), Mechanisms: c.allowed}
			if slices.Equal(c.allowed, oauth2) {
				config.Secret, config.Mechanisms, config.Tokens = nil, nil, &tokens{current: 1}
			}
			s := open(t, config)
			if _, err := s.Send(t.Context(), message("k", "x"), agree); err != nil {
				t.Error(err)
			}
			s.Close()
			if p.all(); !strings.HasPrefix(p.user, c.sent) {
				t.Errorf("sent %q, want %q", p.user, c.sent)
			}
		})
	}
}

func TestProbe(t *testing.T) {
	ca := transporttest.NewAuthority(t)
	p := newPeer(t, func(point string, _, n int) string {
		if point == atMail && n == 2 {
			return "553 5.7.1 not owned by user"
		}
		return ""
	})
	p.tls = keyPair(t, ca.IssueLocal(t))
	p.offers = []string{"STARTTLS", "PIPELINING", "SIZE 35000000", "AUTH PLAIN"}
	s := open(t, Config{Address: p.listen(), RootCAs: ca.Pool, Username: "orders@shop.example", Secret: password("hidden"),
		From: []string{"orders@shop.example", "sales@shop.example"}})
	facts, err := s.Probe(t.Context())
	for i, want := range []string{"with TLS 1.3, certificate good until 2", "Logged in as orders@shop.example with PLAIN", "35.0 MB", "PIPELINING", "Takes orders@shop.example"} {
		if i >= len(facts) || !strings.Contains(facts[i], want) {
			t.Errorf("fact %d of %q is not about %q", i, facts, want)
		}
	}
	if transports.VerdictOf(err) != never || !strings.Contains(transports.Help(err), "belongs to the account") {
		t.Errorf("the second sender: %v", err)
	}
	p.all()
	if strings.Contains(p.commands(), "RCPT") {
		t.Error("named a recipient")
	}
}
