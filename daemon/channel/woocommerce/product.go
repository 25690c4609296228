package woocommerce

import (
	"cmp"
	"context"
	"errors"
	nethttp "net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"waybill/transports"
)

// products remembers which products ship. A line does not say whether it is virtual or a download; its product does.
type products struct {
	mu    sync.Mutex
	known map[string]knownProduct // by productKey
}

type knownProduct struct {
	ships bool
	at    time.Time
}

const (
	// productsFor is how long what a product is is believed.
	productsFor = 24 * time.Hour
	// mostProducts bounds the memory; beyond it everything is forgotten, and asked again.
	mostProducts = 50_000
)

func productKey(l wireLine) string {
	return string(l.ProductID) + "/" + cmp.Or(strings.TrimSpace(string(l.VariationID)), "0")
}

func (p *products) get(key string, now time.Time) (ships, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.known[key]
	return k.ships, ok && now.Sub(k.at) < productsFor
}

func (p *products) set(key string, ships bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= mostProducts {
		clear(p.known)
	}
	p.known[key] = knownProduct{ships, now}
}

// ofOrder gives what the lines' products are, as far as it is known.
func (p *products) ofOrder(w *wireOrder, now time.Time) (found map[string]bool, missing []wireLine) {
	found = map[string]bool{}
	for _, l := range w.Lines {
		key := productKey(l)
		if _, twice := found[key]; twice {
			continue
		}
		if ships, known := p.get(key, now); known {
			found[key] = ships
		} else {
			missing = append(missing, l)
		}
	}
	return found, missing
}

// learn asks the shop what a line's product is. One that is gone, or that the key may not see, is taken to ship: an order with a download too
// much stops at a person, one with a parcel too few stops nowhere.
func (s *Shop) learn(ctx context.Context, l wireLine) (ships bool, err error) {
	now := s.c.Clock()
	path := "wc/v3/products/" + url.PathEscape(string(l.ProductID))
	if v := strings.TrimSpace(string(l.VariationID)); v != "" && v != "0" {
		path += "/variations/" + url.PathEscape(v)
	}
	ships = true
	if l.ProductID != "" && l.ProductID != "0" {
		a, err := s.get(ctx, path, url.Values{"_fields": {"id,virtual,downloadable"}})
		switch _, status := codeOf(err); {
		case err == nil:
			var p struct {
				Virtual text `json:"virtual"`
			}
			if err := a.into(&p); err != nil {
				return true, err
			}
			// A download that is not virtual too ships: a disc with the file beside it.
			ships = p.Virtual != "true" && p.Virtual != "1" && p.Virtual != "yes"
		case status == nethttp.StatusNotFound, status == nethttp.StatusForbidden, status == nethttp.StatusUnauthorized:
		default:
			return true, err
		}
	}
	s.products.set(productKey(l), ships, now)
	return ships, nil
}

// isGone says that the shop does not have what was asked for.
func isGone(err error) bool {
	var e *transports.Error
	code, status := codeOf(err)
	return errors.As(err, &e) && status == nethttp.StatusNotFound && code != "" && code != "rest_no_route"
}
