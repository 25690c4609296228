// Package chat tells people through chat and push services: Slack, Discord, Teams, Telegram, ntfy, Gotify, Pushover, Matrix and their like. Each
// takes one small request (Services), so all share one client: no private addresses unless they are allowed, no redirects, no proxies of
// the environment, a time limit, and no secret in any error.
package chat

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waybill/transports"
	"waybill/transports/http"
)

// Config says where notes go. Address and Token are asked at each attempt, so that a changed secret needs no restart.
type Config struct {
	Service Service
	// Address gives the address that the account has; nil is the service's own.
	Address func() (string, error)
	// Token gives the token, where the service wants one; nil is none.
	Token func() (string, error)
	// To is the chat, the room or the user.
	To string
	// Dialer opens connections; nil is http.Dialer{}, which refuses private addresses.
	Dialer transports.Dialer
	// RootCAs are the authorities trusted; nil means the system's.
	RootCAs *x509.CertPool
	// AllowPlain permits http:// addresses.
	AllowPlain bool
	// Timeout limits one attempt; 0 is 20 seconds.
	Timeout time.Duration
	// Clock stamps receipts; nil is time.Now.
	Clock transports.Clock
}

// Sender sends notes. It is safe for concurrent use.
type Sender struct {
	config Config
	client *nethttp.Client
}

// New makes a Sender.
func New(c Config) *Sender {
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Sender{config: c, client: http.NewClient(c.Dialer, c.RootCAs)}
}

// Close closes the connections that are kept.
func (s *Sender) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

// Send sends the note that m.Body holds as JSON (Note). An attempt whose answer was never seen is Later: to hear twice of trouble is better than not at all.
func (s *Sender) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "post", Err: err}
	}
	var n Note
	if err := json.Unmarshal(m.Body, &n); err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "request", Err: fmt.Errorf("this is no note: %w", err)}
	}
	to, hidden, err := s.target(m.Key)
	if err != nil {
		return transports.Receipt{}, err
	}
	c, body, err := s.config.Service.request(to, n)
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "request", Scope: "account", Err: err, Help: "Mend the destination under operator.alerts."}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	request, err := nethttp.NewRequestWithContext(ctx, c.method, c.url.String(), bytes.NewReader(body))
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "request", Scope: "account", Err: errors.New("the address cannot be called")}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "waybill")
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	if err := mark(ctx); err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
	}
	response, err := s.client.Do(request)
	if err != nil {
		return transports.Receipt{}, s.networkError(c.url, err)
	}
	defer response.Body.Close()
	answer := hidden.Replace(said(response))
	if err := s.statusError(response, answer); err != nil {
		return transports.Receipt{}, err
	}
	return transports.Receipt{Answer: answer, At: s.config.Clock()}, nil
}

// target reads the secrets, and what hides them in whatever the other side says.
func (s *Sender) target(key string) (to target, hidden *strings.Replacer, err error) {
	to = target{to: s.config.To, key: key}
	bad := func(err error) (target, *strings.Replacer, error) {
		return to, nil, &transports.Error{Verdict: transports.Never, Op: "secret", Scope: "account", Err: err, Help: "Put the service's address or token into the file that operator.alerts names."}
	}
	address := s.config.Service.Address
	if s.config.Address != nil {
		if address, err = s.config.Address(); err != nil {
			return bad(err)
		}
	}
	if s.config.Token != nil {
		if to.token, err = s.config.Token(); err != nil {
			return bad(err)
		}
	}
	if to.base, err = Address(address, s.config.AllowPlain); err != nil {
		return bad(err)
	}
	var pairs []string
	for _, secret := range []string{to.token, address, to.base.EscapedPath(), to.base.RawQuery} {
		if len(secret) > 3 {
			pairs = append(pairs, secret, "…")
		}
	}
	return to, strings.NewReplacer(pairs...), nil
}

// Address reads an address as a secret file holds it. The error never repeats it.
func Address(text string, allowPlain bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it is no address; expected one that begins with https://")
	case u.Scheme == "http" && !allowPlain:
		return nil, errors.New("it is not encrypted; expected https://, or allow_private: true for a server on this machine or in a private network")
	case u.User != nil:
		return nil, errors.New("it holds a user name; put the token into token_file instead")
	}
	return u, nil
}

// said gives the status and the first words of the answer in one printable line.
func said(r *nethttp.Response) string {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(string(body), "")), "\n")
	line = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, cut(line, 200))
	status := fmt.Sprintf("%d %s", r.StatusCode, nethttp.StatusText(r.StatusCode))
	if line == "" {
		return status
	}
	return status + ": " + line
}

// statusError judges the answer; nil is a 2xx. What is wrong with the account keeps the note for later: it goes out when the account is mended.
func (s *Sender) statusError(r *nethttp.Response, answer string) error {
	e := &transports.Error{Verdict: transports.Never, Op: "answer", Err: errors.New(answer)}
	switch c := r.StatusCode; {
	case c >= 200 && c < 300:
		return nil
	case c >= 300 && c < 400:
		e.Scope, e.Help = "account", "The address leads elsewhere, and redirects are not followed. Put the new address into its file."
	case c == nethttp.StatusUnauthorized, c == nethttp.StatusForbidden, c == nethttp.StatusNotFound, c == nethttp.StatusGone:
		e.Scope, e.Help = "account", s.config.Service.Name+" does not know this address or token any more. Make a new one over there, and put it into its file; no restart is needed."
	case c == nethttp.StatusRequestTimeout, c == nethttp.StatusTooManyRequests, c >= 500:
		e.Verdict, e.Scope, e.RetryAfter = transports.Later, "server", retryAfter(r.Header.Get("Retry-After"))
	}
	return e
}

// retryAfter reads seconds (Discord writes fractions), and believes no more than an hour.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || seconds < 0 || seconds != seconds {
		return 0
	}
	return time.Duration(min(seconds, 3600) * float64(time.Second))
}

// networkError judges a request without an answer. Nothing of the address but its host is told.
func (s *Sender) networkError(u *url.URL, err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	e := &transports.Error{Verdict: transports.Later, Op: "post", Scope: "server", Err: fmt.Errorf("%s: %w", u.Host, err)}
	var dns *net.DNSError
	switch {
	case http.Barred(err) != "":
		e.Scope, e.Help = "account", http.Barred(err)
	case errors.As(err, &dns):
		e.Help = "The name " + u.Hostname() + " could not be looked up. Check it, and this machine's name servers."
	case errors.Is(err, context.Canceled):
		e.Scope = ""
	}
	return e
}

// Probe looks whether the service's server answers. It sends nothing, so it cannot say whether the address and the token are right.
func (s *Sender) Probe(ctx context.Context) ([]string, error) {
	to, _, err := s.target("")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	facts, err := http.Reach(ctx, s.config.Dialer, &tls.Config{RootCAs: s.config.RootCAs, MinVersion: tls.VersionTLS12}, to.base.Scheme+"://"+to.base.Host)
	if err != nil {
		return nil, s.networkError(to.base, err)
	}
	return append(facts, "waybill alert test sends a test"), nil
}
