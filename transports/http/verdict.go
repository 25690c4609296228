package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	nethttp "net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"waybill/transports"
)

// doubt is the verdict on an attempt whose request may have arrived whole.
func (s *Sender) doubt() transports.Verdict {
	if s.config.Idempotent {
		return transports.Later
	}
	return transports.Unsure
}

// statusError judges the answer's status; nil is a 2xx.
func (s *Sender) statusError(r *nethttp.Response, answer string, marked bool) error {
	_, said, _ := strings.Cut(answer, ": ")
	e := &transports.Error{Verdict: transports.Never, Op: "answer", Said: said, Err: errors.New(answer)}
	switch c := r.StatusCode; {
	case c >= 200 && c < 300 && marked:
		return nil
	case c >= 200 && c < 300: // said yes before it had the whole request
		e.Verdict, e.Err = s.doubt(), fmt.Errorf("the receiver answered %s before it had the whole webhook", answer)
	case c >= 300 && c < 400:
		e.Help = "The receiver has moved. Put the new address into the configuration; redirects are not followed."
		if u, err := r.Location(); err == nil {
			e.Err = fmt.Errorf("%s: moved to %s://%s", answer, u.Scheme, u.Host)
		}
	case c == nethttp.StatusUnauthorized, c == nethttp.StatusForbidden:
		e.Scope, e.Help = "account", "The receiver does not accept the signature. Check that both sides have the same secret and the right time."
	case c == nethttp.StatusGone:
		e.Scope, e.Help = "account", "The receiver has switched this webhook off. Take it out of the configuration, or switch it on over there."
	case c >= 500 && c != nethttp.StatusServiceUnavailable && marked && !s.config.Idempotent:
		// It broke while it worked on it, or a gateway before it gave up (RFC 9110, 15.6): what was done by then nobody knows.
		e.Verdict = transports.Unsure
	case c == nethttp.StatusRequestTimeout, c == nethttp.StatusTooEarly, c == nethttp.StatusTooManyRequests, c >= 500:
		e.Verdict, e.RetryAfter = transports.Later, retryAfter(r.Header.Get("Retry-After"), s.config.Clock())
		if c != nethttp.StatusRequestTimeout && c != nethttp.StatusTooEarly {
			e.Scope = "server"
		}
	}
	return e
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3), and believes no more than a day.
func retryAfter(value string, now time.Time) time.Duration {
	var d time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := nethttp.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), 24*time.Hour)
}

// networkError judges a request that has no answer. Only the last byte makes it doubtful: a server cannot act on a request
// that is shorter than its Content-Length.
func (s *Sender) networkError(u *url.URL, err error, marked bool) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL, whose path or query may be a secret
	}
	e := &transports.Error{Verdict: transports.Later, Op: "post", Scope: "server", Err: fmt.Errorf("%s: %w", u.Host, err)}
	if marked {
		e.Verdict, e.Op = s.doubt(), "answer"
		return e
	}
	var (
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
		dial        *net.OpError
	)
	switch {
	case errors.Is(err, ErrBlocked), errors.Is(err, ErrPlain):
		e.Verdict, e.Op, e.Scope, e.Help = transports.Never, "dial", "account", Barred(err)
	case errors.As(err, &certificate):
		e.Verdict, e.Op, e.Scope = transports.Never, "tls", "account"
		e.Help = "The receiver's certificate cannot be trusted, so nothing was sent. It must be valid, and made for the name in the address."
	case errors.As(err, &dns):
		e.Op, e.Help = "dial", "The name "+u.Hostname()+" could not be looked up. Check its spelling in the configuration."
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Op, e.Help = "dial", "Nothing listens at "+u.Host+". Check address and port, and whether the receiver runs."
	case errors.As(err, &dial) && dial.Op == "dial":
		e.Op = "dial"
	case errors.Is(err, context.Canceled):
		e.Scope = ""
	}
	return e
}
