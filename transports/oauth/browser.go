package oauth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"waybill/transports"
)

// Browser is a login in a browser that is sent back to this machine, or whose last address a person copies (RFC 8252, RFC 7636).
type Browser struct {
	client          *Client
	conf            *oauth2.Config
	verifier, state string

	// URL is the page to open.
	URL string
}

// Browser begins a login in a browser that comes back to redirect, "http://127.0.0.1:PORT".
func (c *Client) Browser(redirect string) (*Browser, error) {
	if c.cfg.AuthURL == "" {
		return nil, &transports.Error{Verdict: transports.Never, Op: opToken, Err: fmt.Errorf("%s has no page to log in", c.cfg.Provider),
			Help: "Set oauth.authorization_url, or log in by code: " + c.login() + " --device."}
	}
	conf, err := c.conf(redirect)
	if err != nil {
		return nil, err
	}
	verifier, err := c.secret()
	if err != nil {
		return nil, err
	}
	state, err := c.secret()
	if err != nil {
		return nil, err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if c.cfg.Hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", c.cfg.Hint))
	}
	for name, value := range c.cfg.Params {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	return &Browser{client: c, conf: conf, verifier: verifier, state: state, URL: conf.AuthCodeURL(state, options...)}, nil
}

// secret draws 32 bytes as RFC 7636, section 4.1, wants a code verifier.
func (c *Client) secret() (string, error) {
	var raw [32]byte
	if _, err := io.ReadFull(c.cfg.Random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a secret for the login: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// ErrRedirect says that a text is not the address at which this login ended.
var ErrRedirect = errors.New("this is not the address at which the login ended")

// Finish takes the address to which the browser was sent back, as a listener got it or as a person has copied it.
func (b *Browser) Finish(ctx context.Context, redirected string) (Grant, Access, error) {
	u, err := url.Parse(strings.TrimSpace(redirected))
	if err != nil {
		return Grant{}, Access{}, fmt.Errorf("%w: copy the whole address line of the last page", ErrRedirect)
	}
	q := u.Query()
	// Another login's answer, or one that somebody else has begun, must not be taken for ours (RFC 6749, section 10.12).
	if state := q.Get("state"); subtle.ConstantTimeCompare([]byte(state), []byte(b.state)) != 1 {
		return Grant{}, Access{}, fmt.Errorf("%w: it belongs to another attempt, or a part is missing", ErrRedirect)
	}
	c := b.client
	if code := q.Get("error"); code != "" {
		return Grant{}, Access{}, c.explain("log in with the browser", &oauth2.RetrieveError{ErrorCode: code, ErrorDescription: q.Get("error_description")})
	}
	code := q.Get("code")
	if code == "" {
		return Grant{}, Access{}, fmt.Errorf("%w: it holds no code", ErrRedirect)
	}
	t, err := b.conf.Exchange(c.asked(ctx), code, oauth2.VerifierOption(b.verifier))
	if err != nil {
		return Grant{}, Access{}, c.explain("log in with the browser", err)
	}
	return c.granted(t)
}

// Loopback waits on this machine for the browser to come back.
type Loopback struct {
	// Redirect is the address for Client.Browser.
	Redirect string
	// Came gets the whole address of each visit that holds an answer.
	Came   chan string
	server *http.Server
}

// Listen waits on a port of this machine that nobody else reaches. host is that of Client.Host.
func Listen(host string) (*Loopback, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("wait for the browser: %w", err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	back := &Loopback{Redirect: "http://" + net.JoinHostPort(host, port), Came: make(chan string, 1)}
	back.server = &http.Server{Handler: http.HandlerFunc(back.visit), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	go func() { _ = back.server.Serve(l) }()
	return back, nil
}

func (l *Loopback) visit(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet || q.Get("state") == "" { // a favicon, or somebody who looks around
		http.NotFound(w, r)
		return
	}
	select {
	case l.Came <- l.Redirect + r.URL.RequestURI():
		_, _ = io.WriteString(w, "waybill has what it needs. Close this page and look at your terminal.\n")
	default:
		_, _ = io.WriteString(w, "waybill has heard of this already. Look at your terminal.\n")
	}
}

// Close stops waiting; a page that is being shown is shown to its end.
func (l *Loopback) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return l.server.Shutdown(ctx)
}
