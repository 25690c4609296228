package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"waybill/transports"
	transporthttp "waybill/transports/http"
)

// client makes GraphQL requests: with a token that is valid, no faster than the shop's bucket fills, and with every failure in words.
// Sources: shopify.dev/docs/api/admin-graphql (endpoint, headers, errors), /docs/api/usage/response-codes, /docs/apps/build/apis/graphql-admin/rate-limits.
type client struct {
	c    *Config
	http *nethttp.Client

	renewing      sync.Mutex // held while a token is asked for
	access, scope string
	until         time.Time

	mu     sync.Mutex
	bucket bucket
	costs  map[string]float64 // what a query asked for last time, by its name
	serves string             // the API version that answered last
}

// bucket is what a shop lets an app spend: it fills by rate points a second up to most.
type bucket struct {
	most, rate, left float64
	at               time.Time
}

const (
	requestLimit = 30 * time.Second
	// maxAnswer is more than any page that is asked for here, in bytes.
	maxAnswer = 16 << 20
	// patience is how often a throttled request is made again before its caller hears of it, and longestWait how long one of these waits is at most.
	patience    = 8
	longestWait = 30 * time.Second
)

// graphQL is the envelope of an answer.
type graphQL struct {
	Data       json.RawMessage `json:"data"`
	Errors     graphErrors     `json:"errors"`
	Extensions struct {
		Cost struct {
			Requested float64 `json:"requestedQueryCost"`
			Throttle  struct {
				Most float64 `json:"maximumAvailable"`
				Left float64 `json:"currentlyAvailable"`
				Rate float64 `json:"restoreRate"`
			} `json:"throttleStatus"`
		} `json:"cost"`
	} `json:"extensions"`
}

// graphErrors is a list of errors; some answers of the edge hold a text instead.
type graphErrors []graphError

type graphError struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code           string `json:"code"`
		RequiredAccess string `json:"requiredAccess"`
	} `json:"extensions"`
}

func (e *graphErrors) UnmarshalJSON(raw []byte) error {
	var list []graphError
	if err := json.Unmarshal(raw, &list); err == nil {
		*e = list
		return nil
	}
	*e = graphErrors{{Message: strings.Trim(string(raw[:min(len(raw), 200)]), `"`)}}
	return nil
}

// do makes a request and decodes its data. Its error is a *transports.Error whose verdict holds for a query, and for a mutation that is looked
// for before it is made again.
func (c *client) do(ctx context.Context, query string, vars map[string]any, into any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return &transports.Error{Verdict: transports.Never, Op: "request", Err: err}
	}
	name, spent, access := nameOf(query), "", ""
	var failure error
	for range patience {
		if err := c.wait(ctx, name); err != nil {
			return c.unreachable(name, err)
		}
		if access, err = c.token(ctx, spent); err != nil {
			return err
		}
		answer, pause, err := c.once(ctx, name, access, body)
		switch {
		case err == nil:
			if err := json.Unmarshal(answer, into); err != nil {
				return &transports.Error{Verdict: transports.Later, Op: name, Scope: "server", Err: fmt.Errorf("the answer cannot be read: %w", err)}
			}
			return nil
		case errors.Is(err, errToken) && c.c.Token == nil && spent == "":
			spent = access // once: it may have been revoked before its time
		case errors.Is(err, errToken):
			return broken(name, errors.New("Shopify does not accept the access token"),
				"The app was removed from the shop, or its token was revoked. Install the app again (Dev Dashboard, your app, Install app), or put a new token into token_file.")
		case pause > 0 && pause <= longestWait:
			failure = err
			if err := c.c.Sleep(ctx, pause); err != nil {
				return c.unreachable(name, err)
			}
		default:
			return err
		}
	}
	return failure
}

// errToken: the access token was refused.
var errToken = errors.New("the token is refused")

// once makes one request. pause is how long to wait before the same may be asked again; 0: asking again at once does not help.
func (c *client) once(ctx context.Context, name, access string, body []byte) (data json.RawMessage, pause time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	r, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodPost, c.c.URL+"/admin/api/"+Version+"/graphql.json", bytes.NewReader(body))
	if err != nil {
		return nil, 0, broken(name, err, "")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "waybill")
	r.Header.Set("X-Shopify-Access-Token", access)
	response, err := c.http.Do(r)
	if err != nil {
		return nil, 0, c.unreachable(name, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, 0, c.unreachable(name, err)
	}
	if response.StatusCode == nethttp.StatusUnauthorized {
		return nil, 0, errToken
	}
	var answer graphQL
	throttled := response.StatusCode == nethttp.StatusTooManyRequests
	if response.StatusCode != nethttp.StatusOK && !throttled {
		return nil, 0, c.statusError(name, response)
	}
	if err := json.Unmarshal(raw, &answer); err != nil && !throttled {
		return nil, 0, &transports.Error{Verdict: transports.Later, Op: name, Scope: "server", Err: errors.New("the answer is not JSON"), Help: "Is that the address of the shop at Shopify?"}
	}
	c.note(name, response.Header.Get("X-Shopify-API-Version"), answer)
	if throttled || len(answer.Errors) > 0 && answer.Errors[0].Extensions.Code == "THROTTLED" {
		after := c.afterThrottle(answer, response.Header.Get("Retry-After"))
		return nil, after, &transports.Error{Verdict: transports.Later, Op: name, Scope: "server", RetryAfter: after,
			Err: errors.New("Shopify asks for fewer requests"), Help: "Other apps of the shop do not matter, but two waybills with the same app do."}
	}
	if len(answer.Errors) > 0 {
		return nil, 0, graphFailure(name, answer.Errors)
	}
	return answer.Data, 0, nil
}

// wait holds a request back until the bucket will have enough for it.
func (c *client) wait(ctx context.Context, name string) error {
	c.mu.Lock()
	now := c.c.Now()
	c.bucket.fill(now)
	missing := min(c.costs[name], c.bucket.most) - c.bucket.left
	c.bucket.left -= c.costs[name] // the answer gives back what was not needed
	rate := c.bucket.rate
	c.mu.Unlock()
	if missing <= 0 || rate <= 0 {
		return ctx.Err()
	}
	return c.c.Sleep(ctx, min(time.Duration(missing/rate*float64(time.Second)), longestWait))
}

func (b *bucket) fill(now time.Time) {
	if b.rate > 0 {
		b.left = min(b.most, b.left+b.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
}

// note remembers what an answer says of the bucket and of the version.
func (c *client) note(name, version string, a graphQL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != "" {
		c.serves = version
	}
	cost := a.Extensions.Cost
	if cost.Throttle.Most > 0 {
		c.bucket = bucket{most: cost.Throttle.Most, rate: cost.Throttle.Rate, left: cost.Throttle.Left, at: c.c.Now()}
		c.costs[name] = cost.Requested
	}
}

// afterThrottle is how long it takes until the bucket has what the request needs, or what Retry-After asks for.
func (c *client) afterThrottle(a graphQL, header string) time.Duration {
	wait := time.Second
	if seconds, err := strconv.ParseFloat(header, 64); err == nil && seconds > 0 { // Shopify's are decimals: "2.0"
		wait = max(wait, time.Duration(min(seconds, 86400)*float64(time.Second)))
	}
	if t := a.Extensions.Cost.Throttle; t.Rate > 0 {
		wait = max(wait, time.Duration((a.Extensions.Cost.Requested-t.Left)/t.Rate*float64(time.Second)))
	}
	return wait
}

// unreachable judges a request without an answer.
func (c *client) unreachable(op string, err error) error {
	if known := (*transports.Error)(nil); errors.As(err, &known) {
		return known
	}
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	e := &transports.Error{Verdict: transports.Later, Op: op, Scope: "server", Err: fmt.Errorf("Shopify was not reached: %w", err)}
	if help := transporthttp.Barred(err); help != "" {
		e.Verdict, e.Scope, e.Help = transports.Never, "account", help
	}
	return e
}

// statusError says in words what an HTTP status means (shopify.dev/docs/api/usage/response-codes).
func (c *client) statusError(op string, r *nethttp.Response) error {
	e := &transports.Error{Verdict: transports.Never, Op: op, Scope: "account", Err: fmt.Errorf("Shopify answers %d %s", r.StatusCode, nethttp.StatusText(r.StatusCode))}
	switch code := r.StatusCode; {
	case code == nethttp.StatusPaymentRequired:
		e.Err, e.Help = errors.New("the shop is frozen: Shopify's bill is not paid"), "Who owns the shop pays the bill in its admin; then everything goes on by itself."
	case code == nethttp.StatusForbidden:
		e.Err, e.Help = errors.New("Shopify forbids the app what it wants"), "Check the app's access scopes (docs/shopify.md lists them), and whether the shop is closed or marked as fraudulent."
	case code == nethttp.StatusNotFound:
		e.Err = fmt.Errorf("there is no shop at %s, or it does not know version %s of the API", c.c.Shop, Version)
		e.Help = "Check channels.*.shopify.shop: it is the address that ends in .myshopify.com."
	case code == nethttp.StatusLocked:
		e.Err, e.Help = errors.New("the shop is locked"), "Shopify has locked the shop, after too many requests or for a reason of its own: its support knows."
	case code == 430: // Shopify Security Rejection
		e.Err, e.Help = errors.New("Shopify takes the requests for an attack"), "Its support can say why; waybill goes on trying."
		e.Verdict = transports.Later
	case code >= 300 && code < 400:
		e.Help = "The address is another's; put the one that ends in .myshopify.com into the configuration."
	case code >= 500 || code == nethttp.StatusRequestTimeout:
		e.Verdict, e.Scope = transports.Later, "server"
		e.RetryAfter = c.afterThrottle(graphQL{}, r.Header.Get("Retry-After"))
	}
	return e
}

// graphFailure says in words what a list of errors means. Their messages speak of our request, not of the customer.
func graphFailure(op string, list []graphError) error {
	first := list[0]
	text := printable(first.Message, 200)
	switch first.Extensions.Code {
	case "ACCESS_DENIED":
		missing := printable(first.Extensions.RequiredAccess, 120)
		help := "Give the app the access scopes that docs/shopify.md lists, release a new version of it, and install that in the shop."
		if missing != "" {
			help = "Missing is: " + missing + " " + help
		}
		if strings.Contains(first.Message, "protected") || strings.Contains(first.Message, "not approved") {
			help = "The app has no access to protected customer data (names, addresses): ask for it in the Dev Dashboard under API access, Protected customer data. Without it no order can be shipped."
		}
		return broken(op, fmt.Errorf("the app may not do this: %s", text), help)
	case "MAX_COST_EXCEEDED":
		return &transports.Error{Verdict: transports.Never, Op: op, Err: errors.New(text)}
	case "SHOP_INACTIVE":
		return broken(op, errors.New("the shop is closed"), "Its owner opens it again in the admin.")
	case "INTERNAL_SERVER_ERROR", "TIMEOUT":
		return &transports.Error{Verdict: transports.Later, Op: op, Scope: "server", Err: errors.New("Shopify has an internal error")}
	case "":
		if strings.HasPrefix(first.Message, "Internal error") {
			return &transports.Error{Verdict: transports.Later, Op: op, Scope: "server", Err: errors.New("Shopify has an internal error")}
		}
	}
	return &transports.Error{Verdict: transports.Never, Op: op, Err: fmt.Errorf("Shopify does not understand the request: %s", text)}
}

// printable is a text on one line, without control characters, of so many bytes at most.
func printable(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.ToValidUTF8(strings.TrimSpace(text[:min(len(text), most)]), "")
}

// nameOf is the name of an operation: "query Order($id: ID!)" is Order.
func nameOf(query string) string {
	_, rest, _ := strings.Cut(strings.TrimSpace(query), " ")
	return rest[:max(0, strings.IndexFunc(rest, func(r rune) bool { return r == '(' || r == ' ' || r == '{' }))]
}
