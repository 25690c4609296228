package imap_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/transporttest"
)

// TestConfig: what New refuses, and its words.
func TestConfig(t *testing.T) {
	good := imap.Config{Address: "imap.shop.example:993", Username: "u", Password: "p"}
	for words, change := range map[string]func(*imap.Config){
		"":                        func(*imap.Config) {},
		"write host:port":         func(c *imap.Config) { c.Address = "imap.shop.example" },
		"no user name":            func(c *imap.Config) { c.Username = "" },
		"neither a password":      func(c *imap.Config) { c.Password = "" },
		"cross the network":       func(c *imap.Config) { c.Security = imap.None },
		"not one of tls":          func(c *imap.Config) { c.Security = "ssl" },
		"missing port in address": func(c *imap.Config) { c.Address = "localhost" },
	} {
		cfg := good
		change(&cfg)
		_, err := imap.New(cfg)
		if (err == nil) != (words == "") || err != nil && !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", words, err)
		}
	}
	for _, address := range []string{"127.0.0.1:143", "[::1]:143", "localhost:143"} {
		if _, err := imap.New(imap.Config{Address: address, Security: imap.None, Username: "u", Password: "p"}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestWordsTLS: no certificate that is not right is accepted, and the sentence says which way it is wrong.
func TestWordsTLS(t *testing.T) {
	t.Parallel()
	ca := transporttest.NewAuthority(t)
	d := transporttest.StartDovecot(t, transporttest.WithAuthority(ca))
	expired := transporttest.StartDovecot(t, transporttest.WithAuthority(ca),
		transporttest.WithDovecotCertificate(ca.Issue(t, time.Now().Add(-time.Hour), "127.0.0.1")))
	bare := transporttest.StartDovecot(t, transporttest.WithoutTLS())
	for name, c := range map[string]struct {
		change func(*imap.Config)
		words  string
	}{
		"right":             {func(c *imap.Config) {}, ""},
		"right by STARTTLS": {func(c *imap.Config) { c.Address, c.Security = d.IMAP, imap.StartTLS }, ""},
		"another name":      {func(c *imap.Config) { c.ServerName = "imap.other.example" }, "not for imap.other.example (it is for localhost"},
		"another name by STARTTLS": {func(c *imap.Config) {
			c.Address, c.Security, c.ServerName = d.IMAP, imap.StartTLS, "imap.other.example"
		}, "not for imap.other.example"},
		"unknown authority":     {func(c *imap.Config) { c.RootCAs = nil }, "nobody this machine trusts"},
		"expired":               {func(c *imap.Config) { c.Address = expired.IMAPS }, "has expired"},
		"TLS on the plain port": {func(c *imap.Config) { c.Address = d.IMAP }, "does not speak TLS on this port"},
		"STARTTLS not offered":  {func(c *imap.Config) { c.Address, c.Security = bare.IMAP, imap.StartTLS }, "offers no STARTTLS"},
		"plain to the TLS port": {func(c *imap.Config) { c.Address, c.Security = d.IMAPS, imap.None; c.CommandTimeout = time.Second }, "whether it wants tls"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			_, err := account(t, d, c.change).Probe(t.Context())
			if (err == nil) != (c.words == "") || !strings.Contains(transports.Help(err), c.words) {
				t.Errorf("%v: %s", err, transports.Help(err))
			}
		})
	}
}

// TestWordsLogin: who is to blame when a login fails.
func TestWordsLogin(t *testing.T) {
	no := func(text string) string { return "%s NO " + text + "\r\n" }
	for name, c := range map[string]struct {
		address string
		answer  string
		caps    string
		verdict transports.Verdict
		scope   string
		words   string
	}{
		"wrong password":     {"127.0.0.1:143", no("[AUTHENTICATIONFAILED] nope"), "", transports.Never, "account", "User name or password is wrong"},
		"Gmail":              {"imap.gmail.com:143", no("[AUTHENTICATIONFAILED] Invalid credentials (Failure)"), "", transports.Never, "account", "app password"},
		"Gmail's alert":      {"mail.shop.example:143", no("[ALERT] Application-specific password required"), "", transports.Never, "account", "app password"},
		"Microsoft":          {"outlook.office365.com:143", no("AUTHENTICATE failed."), "", transports.Never, "account", "waybill login"},
		"expired":            {"127.0.0.1:143", no("[EXPIRED] too old"), "", transports.Never, "account", "has expired"},
		"not now":            {"127.0.0.1:143", no("[UNAVAILABLE] database down"), "", transports.Later, "server", "tried again"},
		"not now, no code":   {"127.0.0.1:143", no("Temporary authentication failure."), "", transports.Later, "server", "tried again"},
		"too many":           {"127.0.0.1:143", no("[LIMIT] Too many simultaneous connections"), "", transports.Later, "server", "tried again"},
		"wants TLS":          {"127.0.0.1:143", no("[PRIVACYREQUIRED] no"), "", transports.Never, "account", "encrypted"},
		"takes no passwords": {"127.0.0.1:143", "", "IMAP4rev1 LOGINDISABLED", transports.Never, "account", "LOGINDISABLED"},
		"hangs up":           {"127.0.0.1:143", "* BYE go away\r\n", "", transports.Later, "server", ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			play(t, func(s *stage) {
				s.change = func(cfg *imap.Config) { cfg.Address, cfg.Insecure = c.address, true }
				if c.caps != "" {
					s.peer.Caps = c.caps
				}
				s.peer.Answer = func(pc *transporttest.IMAPConn, tag, command string) bool {
					if !strings.HasPrefix(command, "AUTHENTICATE") {
						return false
					}
					if strings.HasPrefix(c.answer, "*") {
						pc.Write(c.answer)
						pc.Conn.Close()
						return true
					}
					return pc.Printf(c.answer, tag) == nil
				}
				_, err := s.account().Probe(s.t.Context())
				wants(s.t, err, c.verdict, c.scope, c.words)
				if strings.Contains(fmt.Sprint(err), "secret") {
					t.Error("the password is in the error")
				}
			})
		})
	}
}

func wants(t *testing.T, err error, verdict transports.Verdict, scope, words string) {
	t.Helper()
	e, ok := err.(*transports.Error)
	if !ok || e.Verdict != verdict || e.Scope != scope || !strings.Contains(e.Help, words) {
		t.Errorf("%#v: %v", e, err)
	}
}

// TestWordsConnection: nobody there, or nobody who speaks IMAP.
func TestWordsConnection(t *testing.T) {
	greets := func(text string) dialer {
		return func(ctx context.Context) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				server.Write([]byte(text))
				<-ctx.Done() // says nothing more
				server.Close()
			}()
			return client, nil
		}
	}
	for name, c := range map[string]struct {
		dial  dialer
		words string
	}{
		"no such host": {func(context.Context) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "imap.shop.example", IsNotFound: true}}
		}, "no server called imap.shop.example"},
		"no name server": {func(context.Context) (net.Conn, error) {
			return nil, &net.DNSError{Name: "imap.shop.example", IsTimeout: true}
		}, "could not be looked up"},
		"nothing listens": {func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:1")
		}, "nothing listens"},
		"no answer": {func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "firewall or your hosting company blocks"},
		"silent":      {greets(""), "does not greet like an IMAP server"},
		"SMTP":        {greets("220 mail.shop.example ESMTP\r\n"), "does not greet like an IMAP server"},
		"web server":  {greets("HTTP/1.1 400 Bad Request\r\n\r\n"), "does not greet like an IMAP server"},
		"closes down": {greets("* BYE shutting down\r\n"), "shutting down"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			test := func(s *stage) {
				s.change = func(cfg *imap.Config) { cfg.Dialer = c.dial }
				_, err := s.account().Probe(s.t.Context())
				wants(s.t, err, transports.Later, "server", c.words)
			}
			if name == "nothing listens" { // a real socket has no place in virtual time
				test(&stage{t: t, peer: transporttest.NewIMAPPeer(), cursor: &transporttest.Memory{}})
				return
			}
			play(t, test)
		})
	}
}

type dialer func(context.Context) (net.Conn, error)

func (d dialer) DialContext(ctx context.Context, _, _ string) (net.Conn, error) { return d(ctx) }
