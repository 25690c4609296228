package imap_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

// kept keeps a login.
type kept struct {
	mu sync.Mutex
	g  oauth.Grant
}

func (m *kept) Load(context.Context) (oauth.Grant, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.g, m.g.Refresh != "", nil
}

func (m *kept) Save(_ context.Context, g oauth.Grant) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.g = g
	return nil
}

// TestDovecotTokens: a real server that asks a real authorization server about each token, by both mechanisms, over TLS and STARTTLS.
func TestDovecotTokens(t *testing.T) {
	transporttest.Need(t, "dovecot")
	ca := transporttest.NewAuthority(t)
	server := transporttest.StartAuthServer(t, ca, transporttest.AuthOptions{ClientID: "waybill-app", User: user, Rotate: true})
	for _, mechanisms := range []string{"plain xoauth2 oauthbearer", "plain oauthbearer"} {
		d := transporttest.StartDovecot(t, transporttest.WithAuthority(ca), transporttest.WithTokens(server), transporttest.WithDovecotSettings("auth_mechanisms = "+mechanisms))
		for _, security := range []imap.Security{imap.TLS, imap.StartTLS} {
			t.Run(mechanisms+" over "+string(security), func(t *testing.T) {
				var later time.Duration
				client, err := oauth.New(oauth.Config{Mailbox: "orders", AuthURL: server.URL + "/authorize", TokenURL: server.URL + "/token", ClientID: "waybill-app",
					Scopes: []string{"mail"}, HTTP: oauth.NewHTTP(&net.Dialer{}, ca.Pool), Random: rand.Reader,
					Clock: func() time.Time { return time.Now().Add(later) }})
				if err != nil {
					t.Fatal(err)
				}
				source := client.NewSource(&kept{g: oauth.Grant{Refresh: server.Grant("mail"), Client: "waybill-app"}}, nil)
				got := 0
				a, err := imap.New(imap.Config{Address: map[imap.Security]string{imap.TLS: d.IMAPS, imap.StartTLS: d.IMAP}[security], Security: security, RootCAs: ca.Pool,
					Username: user, Tokens: source, Cursor: &transporttest.Memory{}, CommandTimeout: 10 * time.Second})
				if err != nil {
					t.Fatal(err)
				}
				receive := func() error {
					return a.Receive(t.Context(), func(_ context.Context, batch []transports.Item) error { got += len(batch); return nil })
				}
				d.Deliver(user, []byte("From: a@b.example\nSubject: hello\n\nhello\n"))
				if err := receive(); err != nil || got == 0 {
					t.Fatalf("kept %d: %v", got, err)
				}
				before := server.Asked("refresh_token")
				server.EndAccess() // before its time: the server refuses it, and it is renewed once
				if err := receive(); err != nil || server.Asked("refresh_token") != before+1 {
					t.Errorf("after the token was taken back: %v, %d renewals", err, server.Asked("refresh_token")-before)
				}
				later = time.Minute
				server.Revoke()
				err = receive()
				var e *transports.Error
				if !errors.As(err, &e) || e.Scope != "account" || e.Verdict != transports.Never || !strings.Contains(e.Help, "waybill login orders") {
					t.Errorf("after consent was taken back: %v %s", err, transports.Help(err))
				}
				// A token that is good, for somebody else's mailbox.
				server.Set(func(o *transporttest.AuthOptions) { o.User = "nobody@shop.example" })
				stranger := client.NewSource(&kept{g: oauth.Grant{Refresh: server.Grant("mail"), Client: "waybill-app"}}, nil)
				server.Set(func(o *transporttest.AuthOptions) { o.User = user })
				b, err := imap.New(imap.Config{Address: d.IMAPS, RootCAs: ca.Pool, Username: user, Tokens: stranger})
				if err != nil {
					t.Fatal(err)
				}
				_, err = b.Probe(t.Context())
				if transports.VerdictOf(err) != transports.Never || !strings.Contains(transports.Help(err), "another address's") {
					t.Errorf("another person's login: %v %s", err, transports.Help(err))
				}
			})
		}
	}
}
