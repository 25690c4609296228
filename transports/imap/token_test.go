package imap_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/imap"
	"waybill/transports/oauth"
	"waybill/transports/transporttest"
)

// tokens gives t1, and t2 when t1 is refused, and then no other; what it was asked is in asked.
type tokens struct {
	asked   []string
	current int
	fail    error
}

func (k *tokens) Token(context.Context) (string, error) {
	k.asked = append(k.asked, "token")
	return fmt.Sprintf("t%d", k.current), k.fail
}

func (k *tokens) Renew(_ context.Context, refused string) (string, error) {
	k.asked = append(k.asked, "instead of "+refused)
	if k.current == 2 {
		return "", oauth.ErrFresh
	}
	k.current++
	return fmt.Sprintf("t%d", k.current), k.fail
}

// TestTokens is what goes over the wire with OAuth2, as Google's, Microsoft's and RFC 7628's documents have it, and what becomes of a token
// that is refused: it is renewed once.
func TestTokens(t *testing.T) {
	ca := transporttest.NewAuthority(t)
	cert := ca.IssueLocal(t)
	pair, err := tls.X509KeyPair(cert.Chain, cert.Key)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ caps, want, answer string }{
		"both":        {"AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR", "AUTHENTICATE XOAUTH2 user=" + user + "\x01auth=Bearer $TOKEN\x01\x01", "\r\n"},
		"the RFC one": {"AUTH=OAUTHBEARER SASL-IR", "AUTHENTICATE OAUTHBEARER n,a=" + user + ",\x01host=127.0.0.1\x01port=143\x01auth=Bearer $TOKEN\x01\x01", "AQ==\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			// In real time: certificates have dates.
			s := &stage{t: t, peer: transporttest.NewIMAPPeer(), cursor: &transporttest.Memory{}, kept: map[string]int{}, bodies: map[string]int{}}
			defer s.peer.HangUp()
			s.peer.Caps = "IMAP4rev1 IDLE " + c.caps
			s.peer.Secure = &tls.Config{Certificates: []tls.Certificate{pair}}
			keys := &tokens{current: 1}
			s.change = func(cfg *imap.Config) {
				cfg.Password, cfg.Tokens, cfg.Security, cfg.RootCAs = "", keys, imap.TLS, ca.Pool
			}
			good := "t1"
			var said []string
			s.peer.Answer = func(pc *transporttest.IMAPConn, tag, command string) bool {
				if !strings.HasPrefix(command, "AUTHENTICATE") {
					return false
				}
				i := strings.LastIndexByte(command, ' ')
				raw, _ := base64.StdEncoding.DecodeString(command[i+1:])
				said = append(said, command[:i+1]+string(raw))
				if strings.Contains(string(raw), "Bearer "+good+"\x01") {
					return false
				}
				pc.Printf("+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(`{"status":"401","schemes":"bearer","scope":"https://mail.example/"}`)))
				if answer, _ := pc.R.ReadString('\n'); answer != c.answer {
					t.Errorf("the refusal was answered with %q, not %q", answer, c.answer)
				}
				return pc.Printf("%s NO [AUTHENTICATIONFAILED] refused\r\n", tag) == nil
			}
			a := s.account()
			if err := a.Receive(s.t.Context(), s.keep); err != nil || len(said) != 1 || said[0] != strings.ReplaceAll(c.want, "$TOKEN", "t1") {
				t.Fatalf("%q, %v", said, err)
			}
			good = "t2"
			if err := a.Receive(s.t.Context(), s.keep); err != nil || len(said) != 3 || !strings.Contains(said[2], "Bearer t2\x01") {
				t.Fatalf("a token that was taken back: %q, %v", said, err)
			}
			good = "t3"
			err := a.Receive(s.t.Context(), s.keep)
			wants(s.t, err, transports.Never, "account", "waybill login")
			if !strings.Contains(err.Error(), "the token has ended, status 401, wanted https://mail.example/") {
				t.Errorf("%v", err)
			}
			if got := strings.Join(keys.asked, ", "); got != "token, token, instead of t1, token, instead of t2" {
				t.Errorf("asked for %s", got)
			}
			keys.fail = &transports.Error{Verdict: transports.Never, Op: "token", Scope: "account", Err: errors.New("over"), Help: "log in"}
			if err := a.Receive(s.t.Context(), s.keep); !errors.Is(err, keys.fail) {
				t.Errorf("a login that is over: %v", err)
			}
		})
	}
}

// TestTokensWantTLS: a token is worth a password.
func TestTokensWantTLS(t *testing.T) {
	_, err := imap.New(imap.Config{Address: "127.0.0.1:143", Security: imap.None, Insecure: true, Username: user, Tokens: &tokens{}})
	if err == nil || !strings.Contains(err.Error(), "tls or starttls only") {
		t.Error(err)
	}
}
