package woocommerce

import (
	"context"
	"crypto/tls"
	"encoding/json"
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
	transporthttp "waybill/transports/http"
)

// refused is an error that the shop told in its own way: {"code", "message", "data": {"status"}} (_introduction, Errors).
type refused struct {
	Status  int    `json:"-"`
	Code    text   `json:"code"`
	Message string `json:"message"`
}

// Error leaves the message out where it could repeat what was asked; codes are the API's own words.
func (r *refused) Error() string {
	if r.Code == "" {
		return fmt.Sprintf("%d %s", r.Status, nethttp.StatusText(r.Status))
	}
	return fmt.Sprintf("%d %s", r.Status, r.Code)
}

// codeOf gives the shop's own code of an error, and its status.
func codeOf(err error) (code string, status int) {
	var r *refused
	if errors.As(err, &r) {
		return string(r.Code), r.Status
	}
	return "", 0
}

// refusal judges an answer that is no success.
func (s *Shop) refusal(method, path string, response *nethttp.Response, body json.RawMessage, raw []byte) error {
	r := &refused{Status: response.StatusCode}
	told := body != nil && json.Unmarshal(body, r) == nil && r.Code != ""
	e := &transports.Error{Verdict: transports.Never, Op: opOf(method), Err: r, RetryAfter: retryAfter(response.Header.Get("Retry-After"), s.c.Clock())}
	switch {
	case r.Status >= 300 && r.Status < 400:
		s.moved(e, response)
	case !told:
		s.untold(e, r, path, raw)
	case r.Status == nethttp.StatusUnauthorized || r.Status == nethttp.StatusForbidden:
		s.forbidden(e, r, method)
	case r.Code == "rest_no_route":
		e.Help = fmt.Sprintf("%s does not know wp-json/%s. Is WooCommerce switched on, and the plug-in that brings this?", s, path)
	case r.Status == nethttp.StatusBadRequest && r.Code == "rest_invalid_param":
		e.Help = fmt.Sprintf("The shop does not take what its API documents (%.120s). Orders by date of change need WooCommerce 5.8 or newer.", line([]byte(r.Message)))
	case r.Status == nethttp.StatusTooManyRequests, r.Status >= 500:
		e.Verdict, e.Scope = transports.Later, "server"
		e.Help = "The shop is overloaded or broken for the moment. waybill tries again, ever more slowly; the shop's PHP error log says why."
	}
	return e
}

func opOf(method string) string {
	if method == nethttp.MethodGet {
		return "read"
	}
	return "write"
}

// moved tells a redirect, which is never followed: it would carry the key to wherever it says.
func (s *Shop) moved(e *transports.Error, response *nethttp.Response) {
	e.Scope = "account"
	e.Help = fmt.Sprintf("%s sends callers to another address, and redirects are not followed. Put the shop's real address into the configuration.", s)
	if u, err := response.Location(); err == nil {
		place := strings.TrimSuffix(u.Scheme+"://"+u.Host+strings.SplitN(u.Path, "/wp-json", 2)[0], "/")
		e.Help = fmt.Sprintf("%s sends callers to %s, and redirects are not followed. Put url: %s into the configuration, if that is your shop.", s, place, place)
	}
}

// untold judges an answer that is not the API's: a firewall, a maintenance page, a WordPress without permalinks.
func (s *Shop) untold(e *transports.Error, r *refused, path string, raw []byte) {
	e.Scope = "account"
	page := "something that is not JSON"
	if lower := strings.ToLower(string(raw[:min(len(raw), 512)])); strings.Contains(lower, "<html") || strings.Contains(lower, "<!doctype") {
		page = "a web page"
	}
	switch {
	case r.Status == nethttp.StatusNotFound:
		e.Help = fmt.Sprintf("There is no wp-json/%s at %s. In WordPress, Settings > Permalinks must not be Plain; and is the address right, with the folder WordPress is in?", path, s)
	case r.Status == nethttp.StatusNotImplemented || r.Status == nethttp.StatusMethodNotAllowed:
		e.Help = fmt.Sprintf("%s refuses this kind of request: a firewall of the host (ModSecurity) stands before the shop. Ask the host to let wp-json through.", s)
	case r.Status == nethttp.StatusUnauthorized || r.Status == nethttp.StatusForbidden:
		e.Help = fmt.Sprintf("A firewall or a security plug-in answers in place of %s (%d, %s). Let this machine's address and wp-json/wc through there.", s, r.Status, page)
	default:
		e.Verdict, e.Scope = transports.Later, "server"
		e.Help = fmt.Sprintf("A firewall, a cache or a maintenance page answers in place of %s (%d, %s). waybill tries again; if it stays so, look at the address in a browser and let wp-json/wc through.",
			s, r.Status, page)
	}
}

// forbidden tells the three reasons for which a key does not work apart.
func (s *Shop) forbidden(e *transports.Error, r *refused, method string) {
	e.Scope = "account"
	const where = "WooCommerce > Settings > Advanced > REST API"
	switch {
	case r.Code == "woocommerce_rest_authentication_error" && strings.Contains(r.Message, "permission"):
		// "The API key provided does not have read/write permissions."
		e.Help = fmt.Sprintf("The key of %s may not do this. Make one with Permissions: Read/Write under %s.", s, where)
	case r.Code == "woocommerce_rest_authentication_error":
		e.Help = fmt.Sprintf("%s does not know the key, or its secret does not fit: it was revoked, or is mistyped. Make a new one under %s (Read/Write), and put both parts into their files.", s, where)
	case r.Status == nethttp.StatusUnauthorized:
		// A request that WordPress takes for a visitor's: no key arrived (rest_authorization_required_code gives 403 to who is logged in).
		e.Help = fmt.Sprintf("The key did not reach WooCommerce at %s: many hosts drop the Authorization header. In .htaccess, before WordPress's own lines: SetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1 "+
			"(nginx with PHP-FPM: fastcgi_param HTTP_AUTHORIZATION $http_authorization;), or ask the host to pass it on.", s)
	default:
		e.Help = fmt.Sprintf("The user that the key of %s belongs to may not %s orders. Under %s, make a key for a shop manager or an administrator.", s, map[bool]string{true: "see", false: "change"}[method == nethttp.MethodGet], where)
	}
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3), and believes no more than an hour.
func retryAfter(value string, now time.Time) time.Duration {
	var d time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		d = time.Duration(seconds) * time.Second
	} else if at, err := nethttp.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), time.Hour)
}

// networkError judges a request without an answer. Everything that is written is looked for first, so it may always be tried again.
func (s *Shop) networkError(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL
	}
	e := &transports.Error{Verdict: transports.Later, Op: "call", Scope: "server", Err: fmt.Errorf("%s: %w", s, err)}
	var (
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
		timeout     net.Error
	)
	switch {
	case errors.As(err, &certificate):
		e.Verdict, e.Op, e.Scope = transports.Never, "tls", "account"
		e.Help = fmt.Sprintf("The certificate of %s cannot be trusted, so nothing was sent. It must be valid, and made for this name; one of your own authority goes into ca_file.", s)
	case transporthttp.Barred(err) != "":
		e.Verdict, e.Op, e.Scope, e.Help = transports.Never, "dial", "account", transporthttp.Barred(err)
	case errors.As(err, &dns):
		e.Op, e.Help = "dial", fmt.Sprintf("The name of %s could not be looked up. Check its spelling in the configuration.", s)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Op, e.Help = "dial", fmt.Sprintf("Nothing listens at %s. Check the address, and whether the shop is up.", s)
	case errors.Is(err, context.Canceled):
		e.Scope = ""
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Help = fmt.Sprintf("%s did not answer within %s. waybill tries again, and asks for less at a time; a shop that is always so slow needs a look by its host.", s, s.c.Timeout)
	}
	return e
}
