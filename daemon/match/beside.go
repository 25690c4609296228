package match

import (
	"slices"

	"waybill/parsers"
)

// beside tells news that takes nothing from what else is told of an order with one product: a promise to send it ("sold out; the next batch leaves in March") that is
// not said clearly and has no parcel, beside words that it is not there; and that it is not there, beside a cancellation, which is why.
func (n *news) beside(other *news) bool {
	if len(n.lines) > 0 || len(n.tracking) > 0 {
		return false
	}
	switch other.kind {
	case parsers.Backorder, parsers.OutOfStock:
		return n.kind == parsers.Shipment && !slices.ContainsFunc(n.statements, func(s parsers.Statement) bool {
			return s.Kind == n.kind && s.Score >= clearWords(n.kind) && !s.Doubtful
		})
	case parsers.Cancellation:
		return n.kind == parsers.OutOfStock
	}
	return false
}
