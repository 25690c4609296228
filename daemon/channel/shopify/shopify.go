// Package shopify speaks to a shop on Shopify by its GraphQL Admin API: it polls for orders, takes webhooks as signals to look, and writes
// fulfilments with tracking numbers.
//
// It was written from Shopify's documentation (shopify.dev), read in November 2026; each file names its pages. What these pages leave open is
// marked as unverified where it is relied on, and nothing is lost where such a guess is wrong: it becomes an error in words.
package shopify

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"waybill/daemon/channel"
	"waybill/transports"
	transporthttp "waybill/transports/http"

	"crypto/x509"
)

// Version is the API version that requests and answers here are written for: the stable one of October 2026, supported for at least a year
// (shopify.dev/docs/api/usage/versioning). When it is gone Shopify answers with its oldest version instead, and says so (see client.serves).
const Version = "2026-10"

// Config is what a Shop lives on.
type Config struct {
	// Shop is the shop's own address, example.myshopify.com. URL replaces https://Shop for a practice shop.
	Shop, URL string
	// ClientID and Secret are the app's, for an access token by client credentials; Token is a fixed token instead. Both functions are asked
	// anew each time, so that a secret can be changed without a restart.
	ClientID string
	Secret   func() (string, error)
	Token    func() (string, error)
	// HookSecrets may sign webhooks; HookURL is where they are to be sent, empty for none.
	HookSecrets func() ([]string, error)
	HookURL     string
	// Locations whose goods are ours to ship, by name or number; none: all.
	Locations []string
	// AuthorizedIsPaid: money that was authorized and not captured yet counts.
	AuthorizedIsPaid bool
	// Notify: Shopify writes to the customer. BadNews is tag, note or none.
	Notify  bool
	BadNews string
	// Sweep is how far back unshipped orders are looked over once a day.
	Sweep time.Duration

	Cursor  transports.Cursor
	Dialer  transports.Dialer // nil: one that refuses private addresses
	RootCAs *x509.CertPool
	Now     transports.Clock
	Log     *slog.Logger
	// Sleep waits, for a throttled request; nil waits by the wall clock.
	Sleep func(context.Context, time.Duration) error
}

// Shop is one shop. It is safe for concurrent use.
type Shop struct {
	c      Config
	client *client

	mu        sync.Mutex
	signalled map[string]bool      // orders that a webhook named, to be fetched at the next look
	seen      map[string]time.Time // orders and the version of them that need no second look
	made      map[string]string    // fulfilments and the message that each was made for
	swept     bool                 // since this process began
	warned    bool                 // of another API version
}

// Shop is a channel.Shop.
var _ channel.Shop = (*Shop)(nil)

// New makes a Shop. Nothing is dialed.
func New(c Config) (*Shop, error) {
	if c.URL == "" {
		c.URL = "https://" + c.Shop
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("the shop has no address")
	case c.Token == nil && (c.ClientID == "" || c.Secret == nil):
		return nil, errors.New("there is neither a token nor a client to get one")
	case c.Cursor == nil:
		return nil, errors.New("there is no place to remember how far it was read")
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Sweep == 0 {
		c.Sweep = 30 * 24 * time.Hour
	}
	s := &Shop{c: c, signalled: map[string]bool{}, seen: map[string]time.Time{}, made: map[string]string{}}
	s.client = &client{c: &s.c, http: transporthttp.NewClient(c.Dialer, c.RootCAs), costs: map[string]float64{}}
	return s, nil
}

// Close closes the connections that are kept for the next request.
func (s *Shop) Close() error {
	s.client.http.CloseIdleConnections()
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gid makes Shopify's global id of a thing: gid://shopify/Order/4712698490461 (shopify.dev/docs/api/usage/gids). Numbers exceed 2^53, so they
// are never anything but text here.
func gid(kind, id string) string { return "gid://shopify/" + kind + "/" + id }

// number is the number in a global id.
func number(gid string) string {
	gid, _, _ = strings.Cut(gid, "?")
	return gid[strings.LastIndexByte(gid, '/')+1:]
}
