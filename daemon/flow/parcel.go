package flow

import (
	"net/url"
	"slices"

	"waybill/daemon/order"
	"waybill/parsers/carrier"
)

// untouched tells whether all lines are such of which nothing has been shipped or cancelled.
func untouched(po order.PurchaseOrder, lines []order.LineQuantity) bool {
	for _, q := range lines {
		if !slices.ContainsFunc(po.Lines, func(l order.POLine) bool { return l.ID == q.Line && l.Outstanding() == l.Ordered }) {
			return false
		}
	}
	return len(lines) > 0
}

// followed gives a link of a message if it may be passed on: to a carrier's page, or to the supplier's own. The customer gets it in the shop's name, and
// whoever forges a supplier's mail could send them anywhere.
func (w *world) followed(link, supplier string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return ""
	}
	host := u.Hostname()
	if slug, _ := w.addresses.of("@" + host); slug != supplier && !carrier.IsHost(host) {
		return ""
	}
	return u.String()
}
