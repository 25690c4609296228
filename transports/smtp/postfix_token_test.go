package smtp

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
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

// vault keeps a login.
type vault struct {
	mu sync.Mutex
	g  oauth.Grant
}

func (v *vault) Load(context.Context) (oauth.Grant, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.g, v.g.Refresh != "", nil
}

func (v *vault) Save(_ context.Context, g oauth.Grant) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.g = g
	return nil
}

// TestPostfixTokens: a real submission server that has each token looked at by Dovecot, and through it by an authorization server.
func TestPostfixTokens(t *testing.T) {
	transporttest.Need(t, "dovecot", "postfix")
	const user = "orders@shop.example"
	ca := transporttest.NewAuthority(t)
	server := transporttest.StartAuthServer(t, ca, transporttest.AuthOptions{ClientID: "waybill-app", User: user, Rotate: true})
	for _, mechanism := range []string{"XOAUTH2", "OAUTHBEARER"} {
		t.Run(mechanism, func(t *testing.T) {
			d := transporttest.StartDovecot(t, transporttest.WithAuthority(ca), transporttest.WithTokens(server),
				transporttest.WithDovecotSettings("auth_mechanisms = plain "+strings.ToLower(mechanism)))
			p := transporttest.StartPostfix(t, d)
			var later time.Duration
			client, err := oauth.New(oauth.Config{Mailbox: "orders", AuthURL: server.URL + "/authorize", TokenURL: server.URL + "/token", ClientID: "waybill-app",
				Scopes: []string{"mail"}, HTTP: oauth.NewHTTP(&net.Dialer{}, ca.Pool), Random: rand.Reader, Clock: func() time.Time { return time.Now().Add(later) }})
			if err != nil {
				t.Fatal(err)
			}
			source := client.NewSource(&vault{g: oauth.Grant{Refresh: server.Grant("mail"), Client: "waybill-app"}}, nil)
			for _, way := range []struct {
				address string
				tls     TLSMode
			}{{p.Submission, STARTTLS}, {p.Submissions, ImplicitTLS}} {
				s := open(t, Config{Address: way.address, TLS: way.tls, RootCAs: ca.Pool, Username: user, Tokens: source})
				facts, err := s.Probe(t.Context())
				if err != nil || !strings.Contains(strings.Join(facts, "\n"), "with "+mechanism) {
					t.Errorf("%s: %q %v", way.tls, facts, err)
				}
			}
			before := d.Count(user, "INBOX")
			send := func() error {
				s := open(t, Config{Address: p.Submission, RootCAs: ca.Pool, Username: user, Tokens: source})
				m := message("k", "hello")
				m.From, m.To = user, []string{user}
				_, err := s.Send(t.Context(), m, agree)
				return err
			}
			if err := send(); err != nil {
				t.Fatal(err)
			}
			renewals := server.Asked("refresh_token")
			server.EndAccess()
			if err := send(); err != nil || server.Asked("refresh_token") != renewals+1 {
				t.Errorf("after the token was taken back: %v, %d renewals", err, server.Asked("refresh_token")-renewals)
			}
			d.Await(user, "INBOX", before+2)
			later = time.Minute
			server.Revoke()
			err = send()
			var e *transports.Error
			if !errors.As(err, &e) || e.Verdict != never || e.Scope != "account" || !strings.Contains(e.Help, "waybill login orders") {
				t.Errorf("after consent was taken back: %v %s", err, transports.Help(err))
			}
		})
	}
}
