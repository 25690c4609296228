package routing

import "waybill/daemon/order"

// Plan says who ships what of one order.
type Plan struct {
	// Parts are the purchase orders to be, in the order in which their first line stands in the order.
	Parts []Part
	// Open are the lines without a single answer.
	Open []Problem
	// Hold: nothing of the order may go before a person has decided.
	Hold bool
	// Reasons explain every line in words, in the order of the lines: "PS10044 → Prairie Supply: prefix PS".
	Reasons []string
}

// Part is what one supplier ships.
type Part struct {
	Supplier string // slug
	Lines    []PartLine
}

// PartLine is a line and why it is here.
type PartLine struct {
	Line        order.Line
	SupplierSKU string // theirs, empty where it is the same
	Why         string // the rule in words: "exact SKU", "prefix PS", "pattern PS[0-9]+"
}

// Kinds of problems.
const (
	NoSupplier   = "no_supplier"
	TwoSuppliers = "two_suppliers"
)

// Problem is a line without a single answer.
type Problem struct {
	LineID    string
	SKU       string
	Kind      string   // NoSupplier or TwoSuppliers
	Suppliers []string // slugs of those who take it, by priority
	Words     string   // one sentence for a person
}
