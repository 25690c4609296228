// Package http sends signed webhooks and keeps outgoing HTTP calls from leading inwards.
//
// Webhooks follow Standard Webhooks 1.0.0 (standardwebhooks.com): webhook-id is the message's key and the same for every
// retry, webhook-timestamp is the time of the attempt, and webhook-signature is HMAC-SHA256 over id.timestamp.body.
package http

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waybill/transports"
)

// Config says how webhooks are sent. All fields but Secrets have useful zero values.
type Config struct {
	// Secrets sign every webhook, the newest first. At least one.
	Secrets []Secret
	// Dialer opens connections; nil is Dialer{}, which refuses private addresses.
	Dialer transports.Dialer
	// RootCAs are the authorities trusted for the receivers' certificates; nil means the system's.
	RootCAs *x509.CertPool
	// AllowPlain permits http:// addresses. Customers' addresses then travel unencrypted.
	AllowPlain bool
	// Idempotent says that the receiver recognises a repeated webhook-id, as the standard asks of it. A doubtful attempt is then
	// Later instead of Unsure.
	Idempotent bool
	// Timeout limits one attempt from dialling to the end of the answer; 0 is 20 seconds.
	Timeout time.Duration
	// MaxAnswer is how much of an answer is read, in bytes; 0 is 64 KiB.
	MaxAnswer int64
	// UserAgent names this program to the receiver; "" is "waybill".
	UserAgent string
	// Clock stamps webhooks and receipts; nil is time.Now.
	Clock transports.Clock
}

// Sender posts webhooks. It is safe for concurrent use.
type Sender struct {
	config Config
	client *nethttp.Client
}

// New makes a Sender.
func New(c Config) (*Sender, error) {
	if len(c.Secrets) == 0 {
		return nil, errors.New("a webhook needs a secret to be signed with")
	}
	for _, secret := range c.Secrets {
		if len(secret.key) == 0 {
			return nil, errors.New("a webhook's secret is empty: make it with ParseSecret or NewSecret")
		}
	}
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	if c.MaxAnswer == 0 {
		c.MaxAnswer = 64 << 10
	}
	if c.UserAgent == "" {
		c.UserAgent = "waybill"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Sender{config: c, client: NewClient(c.Dialer, c.RootCAs)}, nil
}

// NewClient makes an HTTP client for calls to other people's servers: through d (nil: Dialer{}, which refuses private
// addresses), without proxies from the environment, which would dial for us unchecked, and without following redirects.
func NewClient(d transports.Dialer, roots *x509.CertPool) *nethttp.Client {
	if d == nil {
		d = Dialer{}
	}
	return &nethttp.Client{
		Transport: telling{&nethttp.Transport{
			DialContext:            d.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    15 * time.Second,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        60 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		}},
		CheckRedirect: func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse },
	}
}

// Close closes the connections that are kept for the next webhook.
func (s *Sender) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

// Send posts m.Body to the URL m.To[0] with m.Key as webhook-id, and marks just before the body's last byte.
func (s *Sender) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "post", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	body := &markedBody{ctx: ctx, mark: mark, rest: m.Body}
	request, err := s.request(ctx, m, body)
	if err != nil {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Never, Op: "request", Err: err,
			Help: "This webhook cannot be sent as it is: check its address and its extra header fields."}
	}
	if len(m.Body) == 0 { // there is no last byte to wait for
		if err := body.callMark(); err != nil {
			return transports.Receipt{}, markError(err)
		}
	}
	response, err := s.client.Do(request)
	marked, refusal := body.finish()
	if refusal != nil {
		if response != nil {
			response.Body.Close()
		}
		return transports.Receipt{}, markError(refusal)
	}
	if err != nil {
		return transports.Receipt{}, s.networkError(request.URL, err, marked)
	}
	defer response.Body.Close()
	answer := s.answer(response)
	if err := s.statusError(response, answer, marked); err != nil {
		return transports.Receipt{}, err
	}
	return transports.Receipt{Answer: answer, At: s.config.Clock()}, nil
}

// Settle judges a webhook whose answer was never seen: where the receiver knows repeats by their webhook-id, it may be sent again.
func (s *Sender) Settle(context.Context, transports.Message) (transports.Receipt, error) {
	return transports.Receipt{}, &transports.Error{Verdict: s.doubt(), Op: "answer", Err: errors.New("the answer was never seen")}
}

func markError(err error) error {
	return &transports.Error{Verdict: transports.Later, Op: "mark", Err: err}
}

// request builds the signed request. The timestamp is the attempt's, so a retry is signed anew.
func (s *Sender) request(ctx context.Context, m transports.Message, body *markedBody) (*nethttp.Request, error) {
	if len(m.To) != 1 {
		return nil, fmt.Errorf("a webhook goes to one address, not to %d", len(m.To))
	}
	if err := checkID(m.Key); err != nil {
		return nil, err
	}
	u, err := url.Parse(m.To[0])
	if err != nil {
		return nil, errors.New("the address is not a URL") // url's own error repeats it, and it may hold a secret
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !s.config.AllowPlain) || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("the address must be https://host/…, without user and password, and not %s://%s", u.Scheme, u.Host)
	}
	r, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodPost, u.String(), nil)
	if err != nil {
		return nil, err
	}
	// Set by hand, and without GetBody: the transport must not be able to send a body twice.
	if len(m.Body) > 0 {
		r.Body, r.ContentLength = body, int64(len(m.Body))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", s.config.UserAgent)
	for name, value := range m.Header {
		switch name = nethttp.CanonicalHeaderKey(name); {
		case strings.HasPrefix(name, "Webhook-"), name == "Host", name == "Content-Length", name == "Transfer-Encoding", name == "Connection":
			return nil, fmt.Errorf("the header field %s is not free to be set", name)
		}
		r.Header.Set(name, value)
	}
	now := s.config.Clock()
	r.Header.Set(HeaderID, m.Key)
	r.Header.Set(HeaderTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(HeaderSignature, Sign(s.config.Secrets, m.Key, now, m.Body))
	return r, nil
}

// answer gives the status and the beginning of the body in one printable line for the timeline. Reading the rest, up to the
// limit, lets the connection be used again; an answer that breaks off does not change its status.
func (s *Sender) answer(r *nethttp.Response) string {
	const shown = 200
	body, _ := io.ReadAll(io.LimitReader(r.Body, s.config.MaxAnswer))
	line, _, _ := bytes.Cut(bytes.TrimSpace(body), []byte("\n"))
	text := strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\uFFFD' {
			return -1
		}
		return c
	}, strings.ToValidUTF8(string(line[:min(len(line), shown)]), "")))
	status := fmt.Sprintf("%d %s", r.StatusCode, nethttp.StatusText(r.StatusCode))
	if text == "" {
		return strings.TrimSpace(status)
	}
	return strings.TrimSpace(status) + ": " + text
}
