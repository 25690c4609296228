// Package routing decides which supplier ships which line of an order, and whether an order may be sent at all. It is pure: rules
// and an order in, a plan with its reasons out. It does no I/O and keeps no state beside the compiled rules.
//
// Later rules (region, stock, price) narrow the candidates of a line in Router.candidates; later gates join builtIns.
package routing

// What happens to a line without a single answer.
const (
	Hold  = "hold"  // the whole order waits for a person
	Split = "split" // Unrouted: the other lines go, only this one waits
	First = "first" // Ambiguous: the supplier with the lowest priority number takes it
)

// Rules is what routing is made from.
type Rules struct {
	Suppliers []Supplier
	Unrouted  string // a line that no supplier takes: Hold (also when empty) or Split
	Ambiguous string // a line that several take: Hold (also when empty) or First
}

// Supplier is who could ship.
type Supplier struct {
	Slug     string
	Name     string // in explanations; the slug when empty
	Priority int    // lower goes first where Ambiguous is First; equal ones by slug
	SKUs     []SKURule
}

func (s Supplier) name() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Slug
}

// SKURule says which SKUs a supplier ships. Exactly one of SKU, Prefix and Pattern is set. SKUs are compared as they are
// written, capitals and all: two products may differ by no more.
type SKURule struct {
	SKU     string // exactly this one
	Prefix  string // all that start so
	Pattern string // all that this regular expression (RE2) fits from end to end
	// Theirs is the supplier's own SKU, empty where it is the same. After a Prefix, {rest} stands for what follows it; after a
	// Pattern, $1 or ${name} for its groups (as in regexp.Expand).
	Theirs string
}
