package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail/smtp"

	"waybill/transports"
)

// DefaultMechanisms are those for passwords, the ones that do not show it to the server first. The OAuth2 ones and the ones with
// channel binding are used where the configuration names them.
func DefaultMechanisms() []string {
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5"}
}

// mechanisms are all that auth can make.
func mechanisms() []string {
	return append(DefaultMechanisms(), "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "XOAUTH2", "OAUTHBEARER")
}

// authenticate logs in with the best mechanism that both sides have, and says which one it was.
func (s *Sender) authenticate(ctx context.Context, c *gomail.Client) (string, error) {
	_, list := c.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(list))
	for _, mechanism := range s.config.Mechanisms {
		if !slices.Contains(offered, mechanism) {
			continue
		}
		secret, err := s.config.Secret(ctx)
		if err != nil {
			return "", secretError(err)
		}
		auth, err := s.auth(mechanism, secret, c)
		if err != nil {
			return "", err
		}
		return mechanism, c.Auth(auth)
	}
	if len(offered) == 0 {
		return "", &transports.Error{Verdict: transports.Never, Op: "auth", Scope: "account", Err: errors.New("the server offers no login"),
			Help: "The mail server offers no login on this port. Use the port for handing in mail, usually 587 (starttls) or 465 (tls)."}
	}
	return "", &transports.Error{Verdict: transports.Never, Op: "auth", Scope: "account",
		Err:  fmt.Errorf("the server offers %s, and we may use %s", strings.Join(offered, " "), strings.Join(s.config.Mechanisms, " ")),
		Help: "The mail server wants another kind of login. Allow one of those that it offers; for Google and Microsoft that may be OAuth2."}
}

// secretError: the password or token could not be had. The keeper of tokens may have said more.
func secretError(err error) error {
	var e *transports.Error
	if errors.As(err, &e) {
		return e
	}
	return &transports.Error{Verdict: transports.Later, Op: "secret", Scope: "account", Err: err,
		Help: "The password or token for the mail server could not be read."}
}

// auth makes the mechanism. Where the connection is plain, New and dial have made sure that it may be.
func (s *Sender) auth(mechanism, secret string, c *gomail.Client) (gomail.Auth, error) {
	user, plain := s.config.Username, s.config.TLS == Plain
	switch mechanism {
	case "PLAIN":
		return gomail.PlainAuth("", user, secret, s.host, plain), nil
	case "LOGIN":
		return gomail.LoginAuth(user, secret, s.host, plain), nil
	case "CRAM-MD5":
		return gomail.CRAMMD5Auth(user, secret), nil
	case "SCRAM-SHA-1":
		return gomail.ScramSHA1Auth(user, secret), nil
	case "SCRAM-SHA-256":
		return gomail.ScramSHA256Auth(user, secret), nil
	case "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS":
		state, err := c.GetTLSConnectionState()
		if err != nil {
			return nil, err
		}
		if mechanism == "SCRAM-SHA-1-PLUS" {
			return gomail.ScramSHA1PlusAuth(user, secret, state), nil
		}
		return gomail.ScramSHA256PlusAuth(user, secret, state), nil
	case "XOAUTH2":
		return gomail.XOAuth2Auth(user, secret), nil
	case "OAUTHBEARER":
		host, port, _ := net.SplitHostPort(s.config.Address)
		return &oauthBearer{user, secret, host, port}, nil
	}
	return nil, fmt.Errorf("unknown login mechanism %s", mechanism)
}

// oauthBearer is RFC 7628.
type oauthBearer struct{ user, token, host, port string }

func (a *oauthBearer) Start(*gomail.ServerInfo) (string, []byte, error) {
	return "OAUTHBEARER", fmt.Appendf(nil, "n,a=%s,\x01host=%s\x01port=%s\x01auth=Bearer %s\x01\x01",
		strings.NewReplacer("=", "=3D", ",", "=2C").Replace(a.user), a.host, a.port, a.token), nil
}

// Next answers the server's description of an error with the dummy that lets it refuse (RFC 7628, 3.2.3).
func (a *oauthBearer) Next(_ []byte, more bool) ([]byte, error) {
	if more {
		return []byte{1}, nil
	}
	return nil, nil
}
