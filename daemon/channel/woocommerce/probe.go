package woocommerce

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"waybill/transports"
)

// Probe logs in, reads what it may, and tells what it found. It changes nothing.
func (s *Shop) Probe(ctx context.Context) (facts []string, err error) {
	a, err := s.get(ctx, "wc/v3/orders", url.Values{"per_page": {"1"}, "orderby": {"modified"}, "_fields": {"id"}})
	if err != nil {
		return facts, err
	}
	facts = append(facts, fmt.Sprintf("the key may read orders at %s; there are %s", s, orUnknown(a.header.Get("X-WP-Total"))))
	if a.noisy {
		facts = append(facts, "the shop writes PHP warnings before its answers; waybill reads past them, other programs will not: set WP_DEBUG_DISPLAY to false in wp-config.php")
	}
	if there := a.date(); !there.IsZero() {
		if off := there.Sub(s.c.Clock()).Round(time.Second); off > time.Minute || off < -time.Minute {
			facts = append(facts, fmt.Sprintf("the shop's clock differs from ours by %s; changes are read by the shop's own clock", off))
		}
	}
	for status := range slices.Values(s.c.Paid) {
		facts = append(facts, fmt.Sprintf("orders with the status %s count as paid", status))
	}
	w := &writing{s: s, ctx: ctx}
	s.ways.forget()
	all, err := w.namespaces()
	if err != nil {
		return facts, err
	}
	facts = append(facts, s.wayFact(all))
	if s.c.HookURL != "" {
		told, trouble := s.lookAtHooks(ctx, false)
		facts = append(facts, told...)
		if trouble != nil {
			return facts, trouble
		}
	}
	facts = append(facts, "whether the key may also write is seen at the first order that ships: it must be Read/Write")
	return facts, nil
}

func orUnknown(n string) string {
	if n == "" {
		return "nobody knows how many"
	}
	return n
}

// wayFact says how tracking will be written. Whether fulfilments are on shows only below an order.
func (s *Shop) wayFact(namespaces []string) string {
	has := func(n string) bool { return slices.Contains(namespaces, n) }
	switch {
	case s.c.Tracking == ByPlugin && !has(namespacePlugin), s.c.Tracking == ByAST && !has(namespaceAST):
		return fmt.Sprintf("tracking is set to %s, and the shop does not have that plug-in", s.c.Tracking)
	case s.c.Tracking != ByAuto:
		return "tracking numbers are written by " + s.c.Tracking
	case has(namespacePlugin):
		return "tracking numbers are written with the Shipment Tracking plug-in"
	case has(namespaceAST):
		return "tracking numbers are written with Advanced Shipment Tracking"
	}
	return strings.TrimSpace("tracking numbers are written as WooCommerce's own fulfilments where that feature is on, else as a note on the order")
}

var _ transports.Probe = (*Shop)(nil)
