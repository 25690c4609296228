// Package oauth logs in to mail servers with OAuth2: it gets a person's consent in a browser or with a code (Browser, Device), turns
// it into access tokens and keeps them fresh (Source), and says them to IMAP and SMTP (XOAUTH2, OAUTHBEARER).
//
// golang.org/x/oauth2 speaks to the authorization server. What is added here is what a daemon needs beside it: a refresh token that
// the server replaces is stored before anything of the answer is used, one renewal at a time, renewal ahead of the end, patience with
// a server that is out of reach, and words for a person when a login is over.
package oauth

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"waybill/transports"
	transporthttp "waybill/transports/http"
)

// Tokens are what IMAP and SMTP log in with; *Source is one.
type Tokens interface {
	// Token gives an access token that is good for a while yet.
	Token(ctx context.Context) (string, error)
	// Renew gives another one in the place of a token that a mail server has refused. ErrFresh says that the refused one was brand-new:
	// the fault is not the token's.
	Renew(ctx context.Context, refused string) (string, error)
}

// ErrFresh is returned by Renew when the token that was refused had just been renewed for the same reason.
var ErrFresh = errors.New("the refused token is a fresh one")

// Config is one mailbox's client at one authorization server.
type Config struct {
	// Mailbox is the mailbox's name in the configuration, for sentences: "run `waybill login orders`".
	Mailbox string
	// Provider is what people call the authorization server: "Google", "Microsoft"; "" is the token endpoint's host.
	Provider string
	// AuthURL, TokenURL and DeviceURL are the endpoints of RFC 6749 and RFC 8628, https only. AuthURL or DeviceURL may be empty.
	AuthURL, TokenURL, DeviceURL string
	ClientID                     string
	// Secret gives the client's secret, anew at each use so that a replaced one needs no restart. nil is a public client.
	Secret func() (string, error)
	Scopes []string
	// Params are further parameters of the request in the browser, such as Google's access_type=offline.
	Params map[string]string
	// Hint is the address to log in with; the provider's page fills it in.
	Hint string
	// Host is what the browser is sent back to, "127.0.0.1" (RFC 8252, section 7.3) when empty. Microsoft knows only "localhost".
	Host string

	// HTTP asks the authorization server; NewHTTP makes one.
	HTTP *http.Client
	// Clock is the time; nil is time.Now. Random must be cryptographically strong.
	Clock  transports.Clock
	Random io.Reader
}

// Client is a configured client of an authorization server.
type Client struct{ cfg Config }

// New checks the configuration. It asks nobody.
func New(c Config) (*Client, error) {
	if c.ClientID == "" {
		return nil, errors.New("the login has no client_id: it names the app that you registered at the provider")
	}
	if c.TokenURL == "" || c.AuthURL == "" && c.DeviceURL == "" {
		return nil, errors.New("the login has no token_url, or neither authorization_url nor device_url: only Google and Microsoft are known without them")
	}
	for _, address := range []string{c.TokenURL, c.AuthURL, c.DeviceURL} {
		if u, err := url.Parse(address); err != nil || address != "" && (u.Scheme != "https" || u.Host == "") {
			return nil, fmt.Errorf("the login's address %q is not https: tokens never travel unencrypted", address)
		}
	}
	if c.HTTP == nil || c.Random == nil {
		return nil, errors.New("the login has no way to ask, or no randomness")
	}
	if c.Provider == "" {
		u, _ := url.Parse(c.TokenURL) // parsed above
		c.Provider = u.Hostname()
	}
	if c.Host == "" {
		c.Host = "127.0.0.1"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Client{cfg: c}, nil
}

// asking is how long one question to the authorization server may take from dialling to the end of the answer.
const asking = 30 * time.Second

// NewHTTP makes a client for the authorization server: no redirects, no proxies, certificates verified.
func NewHTTP(d transports.Dialer, roots *x509.CertPool) *http.Client {
	c := transporthttp.NewClient(d, roots)
	c.Timeout = asking
	return c
}

// Ways says by which ways a person can log in.
func (c *Client) Ways() (browser, device bool) { return c.cfg.AuthURL != "", c.cfg.DeviceURL != "" }

// Host is where the browser is sent back to.
func (c *Client) Host() string { return c.cfg.Host }

// conf is the library's view of the client. The secret travels in the request's body: Google and Microsoft take it only there, and
// others are asked both ways by the library.
func (c *Client) conf(redirect string) (*oauth2.Config, error) {
	o := &oauth2.Config{ClientID: c.cfg.ClientID, Scopes: c.cfg.Scopes, RedirectURL: redirect,
		Endpoint: oauth2.Endpoint{AuthURL: c.cfg.AuthURL, TokenURL: c.cfg.TokenURL, DeviceAuthURL: c.cfg.DeviceURL}}
	if c.cfg.Secret == nil {
		o.Endpoint.AuthStyle = oauth2.AuthStyleInParams // a public client names itself there (RFC 6749, section 3.2.1)
		return o, nil
	}
	secret, err := c.cfg.Secret()
	if err != nil {
		return nil, &transports.Error{Verdict: transports.Never, Op: opToken, Scope: scopeAccount, Err: err,
			Help: fmt.Sprintf("The client secret for mailbox %s can't be read.", c.cfg.Mailbox)}
	}
	o.ClientSecret = secret
	if known := []string{"Google", "Microsoft"}; slices.Contains(known, c.cfg.Provider) {
		o.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return o, nil
}

// asked puts the HTTP client where the library looks for it.
func (c *Client) asked(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, c.cfg.HTTP)
}

// Grant is a person's consent as it is stored: whoever has it can read and send the mailbox's mail.
type Grant struct {
	// Refresh is the refresh token.
	Refresh string `json:"refresh"`
	// Client is the client_id that it was given to; no other can use it.
	Client string `json:"client"`
	// Granted is when the person agreed, Renewed when the server last took the token.
	Granted time.Time `json:"granted"`
	Renewed time.Time `json:"renewed"`
}

// Access is an access token with its times.
type Access struct {
	Token   string
	Minted  time.Time
	Expires time.Time
}

// unsaid is how long an access token lasts when the server does not say; RFC 6749, section 5.1, leaves it open.
const unsaid = time.Hour

// access reads an answer of the token endpoint.
func (c *Client) access(t *oauth2.Token) (Access, error) {
	if kind := t.Type(); kind != "Bearer" {
		return Access{}, c.never("the answer holds a token of another kind", fmt.Errorf("token type %.20q", kind), "")
	}
	if strings.ContainsFunc(t.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Access{}, c.never("the answer holds no token that can be sent on", errors.New("the access token has characters that RFC 6750 does not allow"), "")
	}
	now := c.cfg.Clock()
	lasts := time.Duration(t.ExpiresIn) * time.Second
	if lasts <= 0 {
		lasts = unsaid
	}
	return Access{Token: t.AccessToken, Minted: now, Expires: now.Add(lasts)}, nil
}

// granted turns the first answer after a person's consent into what is stored.
func (c *Client) granted(t *oauth2.Token) (Grant, Access, error) {
	a, err := c.access(t)
	if err != nil {
		return Grant{}, a, err
	}
	if missing := c.missing(t); len(missing) > 0 {
		return Grant{}, a, c.never("the login came without the permission for mail", fmt.Errorf("missing %s", strings.Join(missing, " ")),
			"Log in again and leave every box ticked; if there is none, the app lacks the permission: "+strings.Join(missing, ", ")+".")
	}
	if t.RefreshToken == "" {
		return Grant{}, a, c.never("the login came without a refresh token", errors.New("no refresh_token in the answer"),
			"It would end within the hour. Add offline_access to the app's permissions (Microsoft), or remove the app at https://myaccount.google.com/permissions (Google), and log in again.")
	}
	now := c.cfg.Clock()
	return Grant{Refresh: t.RefreshToken, Client: c.cfg.ClientID, Granted: now, Renewed: now}, a, nil
}

// missing are the scopes that were asked for and not given: a person may leave boxes unticked. A server that gave all need not say
// so (RFC 6749, section 5.1); Microsoft writes scopes of the same meaning under several hosts, so their last part decides.
func (c *Client) missing(t *oauth2.Token) (missing []string) {
	given, _ := t.Extra("scope").(string)
	if given == "" {
		return nil
	}
	last := func(s string) string {
		if part := s[strings.LastIndexByte(s, '/')+1:]; part != "" {
			return strings.ToLower(part)
		}
		return strings.ToLower(s)
	}
	var have []string
	for _, s := range strings.Fields(given) {
		have = append(have, last(s))
	}
	for _, s := range c.cfg.Scopes {
		quiet := s == "offline_access" || s == "openid" || s == "email" || s == "profile"
		if !quiet && !slices.Contains(have, last(s)) {
			missing = append(missing, s)
		}
	}
	return missing
}
