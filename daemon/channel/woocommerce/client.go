package woocommerce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strings"
	"time"

	"waybill/transports"
)

const (
	// maxAnswer is the largest answer that is read, in bytes; a page that is larger is asked for in smaller pieces.
	maxAnswer = 16 << 20
	// maxJunk is how far into an answer its JSON may begin, behind what PHP says of itself.
	maxJunk = 64 << 10
)

// answer is what the shop said to one request.
type answer struct {
	status int
	header nethttp.Header
	// body is JSON. noisy: PHP's own warnings stood before it.
	body  json.RawMessage
	noisy bool
}

// errTooLarge says that an answer is larger than maxAnswer.
var errTooLarge = errors.New("the answer is larger than 16 MiB")

// get asks for a path below wp-json, like "wc/v3/orders".
func (s *Shop) get(ctx context.Context, path string, query url.Values) (*answer, error) {
	return s.do(ctx, nethttp.MethodGet, path, query, nil)
}

// do makes one request. An error is a *transports.Error with a sentence for a person; refused tells the shop's own code.
func (s *Shop) do(ctx context.Context, method, path string, query url.Values, content any) (*answer, error) {
	if err := s.limiter.Wait(ctx); err != nil {
		return nil, &transports.Error{Verdict: transports.Later, Op: "wait", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.c.Timeout)
	defer cancel()
	request, err := s.request(ctx, method, path, query, content)
	if err != nil {
		return nil, &transports.Error{Verdict: transports.Never, Op: "request", Scope: "account", Err: err,
			Help: "Check the shop's address and the files with its key and secret in the configuration."}
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, s.networkError(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, s.networkError(err)
	case len(raw) > maxAnswer:
		return nil, &transports.Error{Verdict: transports.Later, Op: "read", Err: errTooLarge,
			Help: "The shop writes very large orders. waybill asks for fewer at a time; if it stays so, look at the meta data that plug-ins write into orders."}
	}
	a := &answer{status: response.StatusCode, header: response.Header}
	a.body, a.noisy = findJSON(raw)
	if response.StatusCode < 200 || response.StatusCode > 299 || a.body == nil {
		return nil, s.refusal(method, path, response, a.body, raw)
	}
	return a, nil
}

func (s *Shop) request(ctx context.Context, method, path string, query url.Values, content any) (*nethttp.Request, error) {
	key, err := s.c.Key(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := s.c.Secret(ctx)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if content != nil {
		raw, err := json.Marshal(content)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	address := s.base + "/wp-json/" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	r, err := nethttp.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	// Never in the query, where logs of hosts and proxies would keep it (_authentication: "over HTTPS").
	r.SetBasicAuth(key, secret)
	r.Header.Set("User-Agent", "waybill")
	r.Header.Set("Accept", "application/json")
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// findJSON gives the JSON of an answer. A byte order mark, and notices that PHP writes before it where a shop shows its errors, are passed over
// and told; what stands behind the JSON is not. nil: there is none.
func findJSON(raw []byte) (body json.RawMessage, noisy bool) {
	clean := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	if json.Valid(clean) {
		return clean, false
	}
	const most = 50 // places that are tried
	at, tried := 0, 0
	for tried < most && at < min(len(clean), maxJunk) {
		next := bytes.IndexAny(clean[at:], "{[")
		if next < 0 {
			return nil, false
		}
		at += next
		if rest := clean[at:]; json.Valid(rest) {
			return rest, true
		}
		at, tried = at+1, tried+1
	}
	return nil, false
}

// into decodes an answer.
func (a *answer) into(to any) error {
	if err := json.Unmarshal(a.body, to); err != nil {
		return &transports.Error{Verdict: transports.Never, Op: "read", Err: fmt.Errorf("the shop's answer is not what its API promises: %w", err),
			Help: "A plug-in may change what the API says. If the shop was changed lately, look there first."}
	}
	return nil
}

// date is the shop's own time, zero where it does not tell.
func (a *answer) date() time.Time {
	t, err := nethttp.ParseTime(a.header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// line is the beginning of a foreign text, in one printable line.
func line(raw []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(raw[:min(len(raw), 300)]), "")), " ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, text)
}
