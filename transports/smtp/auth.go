package smtp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail/smtp"

	"waybill/transports"
	"waybill/transports/oauth"
)

// DefaultMechanisms are those for passwords, the ones that do not show it to the server first. The ones with channel binding are used
// where the configuration names them, and those of OAuth2 where there are Tokens.
func DefaultMechanisms() []string {
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5"}
}

// mechanisms are all that auth can make.
func mechanisms() []string {
	return append(DefaultMechanisms(), "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS")
}

// authenticate logs in with the best mechanism that both sides have, and says which one it was. token is "" where a password is used.
func (s *Sender) authenticate(ctx context.Context, c *gomail.Client, token string) (string, error) {
	_, list := c.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(list))
	allowed := s.config.Mechanisms
	if s.config.Tokens != nil {
		allowed = []string{"XOAUTH2", "OAUTHBEARER"}
		if m := oauth.Choose(func(name string) bool { return slices.Contains(offered, name) }, s.config.Username, token, s.config.Address); m != nil {
			return m.Mechanism, sayToken(c, m)
		}
	}
	for _, mechanism := range allowed {
		if !slices.Contains(offered, mechanism) || s.config.Tokens != nil {
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
		Err:  fmt.Errorf("the server offers %s, and we may use %s", strings.Join(offered, " "), strings.Join(allowed, " ")),
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
	}
	return nil, fmt.Errorf("unknown login mechanism %s", mechanism)
}

// sayToken logs in with a token; the server's own words about a refusal come with the error.
func sayToken(c *gomail.Client, m *oauth.SASL) error {
	err := c.Auth(saying{m})
	if words, refused := m.Refused(); err != nil && refused {
		return fmt.Errorf("%w %s", err, words)
	}
	return err
}

// saying is a mechanism in the library's form.
type saying struct{ *oauth.SASL }

func (a saying) Start(*gomail.ServerInfo) (string, []byte, error) { return a.SASL.Start() }

func (a saying) Next(challenge []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	return a.SASL.Next(challenge)
}
