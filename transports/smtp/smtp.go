// Package smtp sends mail through one SMTP account: several kept connections, pipelined dialogues, and a verdict on every
// message that can be proved.
//
// The library go-mail brings the login (greeting, STARTTLS, AUTH). The dialogue that moves messages is our own, because three
// things have to hold at once: mark is committed between the last byte of a body and its final dot, the next envelope may
// travel in the same packet as that dot (RFC 2920), and every break is judged by what had been written until then.
package smtp

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"waybill/transports"
	"waybill/transports/oauth"
)

// TLSMode says how a connection becomes private.
type TLSMode string

const (
	// STARTTLS upgrades a plain connection, usually on port 587. A server that does not offer it gets nothing from us.
	STARTTLS TLSMode = "starttls"
	// ImplicitTLS begins with TLS, usually on port 465.
	ImplicitTLS TLSMode = "tls"
	// Plain never encrypts. It is refused except to this machine, or with Config.Insecure.
	Plain TLSMode = "none"
)

// Config is one account on one server. Zero values are filled with what the comments say.
type Config struct {
	// Address is host:port.
	Address string
	// TLS is STARTTLS when empty.
	TLS TLSMode
	// Insecure permits Plain to another machine. Orders and password then travel readable by everyone in between.
	Insecure bool
	// ServerName is the name that the certificate must carry; "" is the host of Address.
	ServerName string
	// RootCAs are the authorities trusted for it; nil means the system's.
	RootCAs *x509.CertPool

	// Username logs in; "" sends without login.
	Username string
	// Secret gives the password; it is asked at every login.
	Secret func(context.Context) (string, error)
	// Tokens, when set, take the password's place: OAuth2 access tokens, for XOAUTH2 or OAUTHBEARER. They never travel without TLS, not
	// even to this machine.
	Tokens oauth.Tokens
	// Mechanisms are the ones that may be used, the best first; nil is DefaultMechanisms.
	Mechanisms []string
	// Hello is the name we give in EHLO; "" is the address literal of our end (RFC 5321, 4.1.3).
	Hello string

	// Connections is how many may be open at once; 0 is 4. Have about three times as many Sends under way: while one message
	// waits for its answer, the envelope of the next one has already travelled with it, and a third is ready to follow.
	Connections int
	// Lockstep waits for each answer even where the server offers PIPELINING, for servers that offer it and stumble over it.
	Lockstep bool
	// MessagesPerConnection is after how many messages a connection is replaced; 0 is 100.
	MessagesPerConnection int
	// Rate limits messages over all connections; nil is no limit.
	Rate *rate.Limiter
	// Idle is how long a connection is kept without work; 0 is 30 seconds.
	Idle time.Duration

	// From are the envelope senders that Probe asks the server about.
	From []string

	// Dialer opens connections; nil is a net.Dialer.
	Dialer transports.Dialer
	// Clock stamps receipts; nil is time.Now.
	Clock transports.Clock
	// Timeouts limit each step.
	Timeouts Timeouts
}

// Timeouts limit the steps of a dialogue. The defaults are those of RFC 5321, 4.5.3.2, where a server may truly need that
// long, and shorter where a dead server should be noticed. The one for the dot is long for a reason: giving up on that answer
// makes a message doubtful.
type Timeouts struct {
	Dial     time.Duration // connection and TLS handshake; 30 seconds
	Greeting time.Duration // 1 minute
	Command  time.Duration // EHLO, AUTH, MAIL, RCPT, DATA; 2 minutes
	Block    time.Duration // each 64 KiB of a body; 3 minutes
	Dot      time.Duration // the answer to the final dot; 10 minutes
	// Grace is how long an answer to the dot is awaited after the context has ended; 5 seconds.
	Grace time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	for value, standard := range map[*time.Duration]time.Duration{
		&t.Dial: 30 * time.Second, &t.Greeting: time.Minute, &t.Command: 2 * time.Minute,
		&t.Block: 3 * time.Minute, &t.Dot: 10 * time.Minute, &t.Grace: 5 * time.Second,
	} {
		if *value == 0 {
			*value = standard
		}
	}
	return t
}

// Sender sends through one account. It is safe for concurrent use.
type Sender struct {
	config Config
	host   string
	tls    *tls.Config
	pool   pool
}

// New makes a Sender. It opens no connection.
func New(c Config) (*Sender, error) {
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil || host == "" {
		return nil, fmt.Errorf("the SMTP server's address must be host:port, and %q is not", c.Address)
	}
	if c.TLS == "" {
		c.TLS = STARTTLS
	}
	if !slices.Contains([]TLSMode{STARTTLS, ImplicitTLS, Plain}, c.TLS) {
		return nil, fmt.Errorf("tls must be starttls, tls or none, and not %q", c.TLS)
	}
	if c.TLS == Plain && !c.Insecure && !loopback(host) {
		return nil, fmt.Errorf("tls none is only for a server on this machine, and %s is another one", host)
	}
	if c.Tokens != nil && c.TLS == Plain {
		return nil, errors.New("a login with OAuth2 goes over tls or starttls only")
	}
	if (c.Username == "") != (c.Secret == nil && c.Tokens == nil) {
		return nil, errors.New("a user name needs a password or a login, and they need a user name")
	}
	if strings.ContainsFunc(c.Hello, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fmt.Errorf("the name for EHLO must be plain ASCII without spaces, and %q is not", c.Hello)
	}
	for _, m := range c.Mechanisms {
		if !slices.Contains(mechanisms(), m) {
			return nil, fmt.Errorf("the login mechanism %q is not known, only %s", m, strings.Join(mechanisms(), ", "))
		}
	}
	c.ServerName = cmp.Or(c.ServerName, host)
	c.Connections = cmp.Or(c.Connections, 4)
	c.MessagesPerConnection = cmp.Or(c.MessagesPerConnection, 100)
	c.Idle = cmp.Or(c.Idle, 30*time.Second)
	c.Timeouts = c.Timeouts.withDefaults()
	if c.Mechanisms == nil {
		c.Mechanisms = DefaultMechanisms()
	}
	if c.Dialer == nil {
		c.Dialer = &net.Dialer{}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	s := &Sender{config: c, host: host, tls: &tls.Config{
		ServerName: c.ServerName, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12,
		ClientSessionCache: tls.NewLRUClientSessionCache(c.Connections),
	}}
	s.pool.limit, s.pool.most = c.Connections, c.Connections
	return s, nil
}

// loopback says whether a host of the configuration can only be this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// Send sends m.Body, a whole message in CRLF lines, from m.From ("" is the null sender) to all of m.To, or to none of them.
//
// If one recipient is refused, nobody gets the message, and the error names who was refused: a supplier who has half of an
// order's mails cannot be told from one who has none. The body is sent exactly as it is, or not at all.
func (s *Sender) Send(ctx context.Context, m transports.Message, mark func(context.Context) error) (transports.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return transports.Receipt{}, cancelled(err)
	}
	needs, err := inspect(m)
	if err != nil {
		return transports.Receipt{}, err
	}
	if s.config.Rate != nil {
		if err := s.config.Rate.Wait(ctx); err != nil {
			return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "rate", Err: err}
		}
	}
	j := &job{ctx: ctx, message: m, needs: needs, mark: mark, done: make(chan result, 1)}
	if !s.submit(j) {
		return transports.Receipt{}, &transports.Error{Verdict: transports.Later, Op: "dial", Err: errClosed}
	}
	select {
	case r := <-j.done:
		return r.receipt, r.err
	case <-ctx.Done():
	}
	if j.abandon() {
		return transports.Receipt{}, cancelled(context.Cause(ctx))
	}
	r := <-j.done // mark is under way or done: the worker decides, and is in a hurry now
	return r.receipt, r.err
}

var errClosed = errors.New("this sender has been closed")

func cancelled(err error) error {
	return &transports.Error{Verdict: transports.Later, Op: "send", Err: err}
}
