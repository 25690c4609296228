// Package woocommerce speaks to a WooCommerce shop by its REST API v3: orders by polling, webhooks as a way to hear of them sooner, and our
// news back as tracking, notes and the order's status.
//
// Sources, read for every fact here that is not marked otherwise: the API's documentation (woocommerce/woocommerce-rest-api-docs,
// source/includes/wp-api-v3: _introduction, _authentication, _orders, _order-notes, _order-refunds, _webhooks) and, where it is silent, what the
// published program answers (woocommerce/woocommerce: includes/class-wc-webhook.php, includes/rest-api/Controllers/Version3,
// src/Internal/Fulfillments, src/Internal/DataStores/Fulfillments; zorem/woo-advanced-shipment-tracking:
// includes/api/class-wc-advanced-shipment-tracking-rest-api-controller.php). What could not be read is marked "general knowledge".
package woocommerce

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"waybill/daemon/channel"
	"waybill/transports"
	transporthttp "waybill/transports/http"
)

// Ways in which a shop is told tracking numbers.
const (
	ByAuto         = "auto"              // the first of these that the shop has
	ByPlugin       = "shipment_tracking" // the Shipment Tracking extension: wc-shipment-tracking/v3
	ByAST          = "ast"               // Advanced Shipment Tracking: wc-ast/v3
	ByFulfillments = "fulfillments"      // WooCommerce's own fulfilments, where the feature is on
	ByNote         = "note"              // a note on the order, and its meta data
)

// Config says which shop it is and what its words mean. URL, Key, Secret and Cursor are needed.
type Config struct {
	// URL is the shop's address, with the folder WordPress is installed in: "https://shop.example".
	URL string
	// Key and Secret give the REST API's consumer key and secret; asked for each request, so that a changed one needs no restart.
	Key, Secret func(context.Context) (string, error)
	// HookSecrets sign webhooks, the newest first; none: no webhook is taken.
	HookSecrets []string
	// HookURL is the public address that the shop's webhooks are sent to; "" where there are none.
	HookURL string
	// Reenable switches a webhook that has switched itself off on again.
	Reenable bool
	// HookTrouble hears once a day, and at the first look, what is wrong with the shop's webhooks; nil: all is well.
	HookTrouble func(context.Context, *transports.Error)
	// Source names the items, and is part of their identity.
	Source string
	Cursor transports.Cursor
	// Since is when looking begins; zero: at the shop's own time of the first look.
	Since time.Time
	// Paid are the statuses of orders that are paid and to be shipped; none: processing.
	Paid []string
	// Bundles says which lines of a bundle ship: "children" (or ""), "parent", "all".
	Bundles string
	// Tracking is one of the ways above; "" is ByAuto.
	Tracking string
	// Note is who sees the note of ByNote: "customer" (or ""; WooCommerce mails it), "private", "none". NoteText is its text (see noteText).
	Note, NoteText string
	// Notify asks WooCommerce to mail the customer about a fulfilment (ByFulfillments).
	Notify bool
	// Done is the status of an order of which everything has shipped; "" is completed, "none" leaves the status alone.
	Done string
	// Lacking is the status of an order of which something will not come; "" leaves the status alone.
	Lacking string
	// Dialer opens connections; nil refuses private addresses. RootCAs are trusted; nil: the system's.
	Dialer  transports.Dialer
	RootCAs *x509.CertPool
	// Timeout limits one request; 0 is 40 seconds: shops on small hosts are slow.
	Timeout time.Duration
	// PerSecond is how many requests a second are made at most; 0 is 2.
	PerSecond float64
	Clock     transports.Clock
}

// Shop is a channel.Shop. It is safe for concurrent use.
type Shop struct {
	c        Config
	base     string // "https://shop.example", without a slash
	client   *nethttp.Client
	limiter  *rate.Limiter
	products products
	looking  sync.Mutex // one Receive at a time
	hooks    hookWatch
	ways     wayMemory
}

var _ channel.Shop = (*Shop)(nil)

// New makes a Shop. It makes no request.
func New(c Config) (*Shop, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("the shop's address is not like https://shop.example")
	case u.Scheme != "https":
		// WooCommerce takes the key as Basic authentication over https alone; over http it wants OAuth 1.0a signatures.
		return nil, fmt.Errorf("the shop's address must begin with https://, not with %s://: the key would travel readable", u.Scheme)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("the shop's address must be without user, password and what follows a ? or #")
	}
	if c.Key == nil || c.Secret == nil || c.Cursor == nil {
		return nil, errors.New("a shop needs its key, its secret and a cursor")
	}
	if len(c.Paid) == 0 {
		c.Paid = []string{"processing"}
	}
	c.Bundles, c.Tracking = cmp.Or(c.Bundles, "children"), cmp.Or(c.Tracking, ByAuto)
	c.Note, c.NoteText, c.Done = cmp.Or(c.Note, "customer"), cmp.Or(c.NoteText, noteText), cmp.Or(c.Done, "completed")
	c.Timeout, c.PerSecond = cmp.Or(c.Timeout, 40*time.Second), cmp.Or(c.PerSecond, 2)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	path := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/wp-json"), "/")
	return &Shop{c: c, base: u.Scheme + "://" + u.Host + path, client: transporthttp.NewClient(c.Dialer, c.RootCAs),
		limiter: rate.NewLimiter(rate.Limit(c.PerSecond), 4), products: products{known: map[string]knownProduct{}}}, nil
}

// Close closes the connections that are kept for the next request.
func (s *Shop) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

// String names the shop in sentences.
func (s *Shop) String() string { return strings.TrimPrefix(s.base, "https://") }
