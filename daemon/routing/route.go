package routing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waybill/daemon/order"
)

// How closely a rule names a SKU.
const (
	rankPattern = iota
	rankPrefix
	rankExact
)

// claim is a supplier that takes a line by its best rule.
type claim struct {
	supplier int32
	rank     int
	length   int // of the prefix
	place    int // of the pattern in the supplier's list
	theirs   string
	why      string
}

// Route decides who ships what.
//
// Inside one supplier the closest rule counts, which matters for the supplier's own SKU: an exact SKU before a prefix, a longer
// prefix before a shorter one, a prefix before a pattern, the first of several patterns.
//
// Between suppliers only one thing decides alone: an exact SKU of one beats a prefix or pattern of another, because
// somebody wrote that very product down, as an exception to the other's range. A longer prefix does not beat a shorter one of another
// supplier: two ranges that overlap are more often a mistake than an intention, and a wrong guess ships from the wrong place.
// Such a line is TwoSuppliers.
func (r *Router) Route(o order.Order) Plan {
	var plan Plan
	part := map[int32]int{}
	for _, line := range o.Lines {
		claims := r.candidates(line.SKU)
		chosen, problem := r.choose(line, claims)
		if problem != nil {
			plan.Open = append(plan.Open, *problem)
			plan.Reasons = append(plan.Reasons, problem.Words)
			if problem.Kind == TwoSuppliers || !r.split {
				plan.Hold = true
			}
			continue
		}
		why := chosen.why
		if len(claims) > 1 {
			why += ", before " + r.names(claims[1:])
		}
		i, known := part[chosen.supplier]
		if !known {
			i = len(plan.Parts)
			part[chosen.supplier] = i
			plan.Parts = append(plan.Parts, Part{Supplier: r.suppliers[chosen.supplier].Slug})
		}
		plan.Parts[i].Lines = append(plan.Parts[i].Lines, PartLine{Line: line, SupplierSKU: chosen.theirs, Why: why})
		plan.Reasons = append(plan.Reasons, fmt.Sprintf("%s → %s: %s", line.SKU, r.suppliers[chosen.supplier].name(), why))
	}
	if len(plan.Parts) == 0 {
		plan.Hold = true
	}
	return plan
}

// candidates lists the suppliers that take a SKU, each by its closest rule; exact ones first, then by priority.
func (r *Router) candidates(sku string) []claim {
	var claims []claim
	offer := func(c claim) {
		for i := range claims {
			if claims[i].supplier == c.supplier {
				if closer(c, claims[i]) {
					claims[i] = c
				}
				return
			}
		}
		claims = append(claims, c)
	}
	if i, ok := r.exact[sku]; ok {
		for ; i >= 0; i = r.entries[i].next {
			e := r.entries[i]
			offer(claim{supplier: e.supplier, rank: rankExact, theirs: e.theirs, why: "exact SKU"})
		}
	}
	r.prefixes.each(sku, func(p prefixRule) {
		theirs := strings.ReplaceAll(p.theirs, "{rest}", sku[len(p.prefix):])
		offer(claim{supplier: p.supplier, rank: rankPrefix, length: len(p.prefix), theirs: theirs, why: "prefix " + p.prefix})
	})
	r.patterns.each(sku, func(p patternRule) {
		groups := p.whole.FindStringSubmatchIndex(sku)
		if groups == nil {
			return
		}
		theirs := string(p.whole.ExpandString(nil, p.theirs, sku, groups))
		offer(claim{supplier: p.supplier, rank: rankPattern, place: p.place, theirs: theirs, why: "pattern " + p.source})
	})
	slices.SortStableFunc(claims, func(a, b claim) int {
		if ax, bx := a.rank == rankExact, b.rank == rankExact; ax != bx {
			if ax {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.supplier, b.supplier) // suppliers stand by priority
	})
	return claims
}

func closer(a, b claim) bool {
	switch {
	case a.rank != b.rank:
		return a.rank > b.rank
	case a.rank == rankPrefix:
		return a.length > b.length
	}
	return a.place < b.place
}

// choose picks the one claim that decides, or says why there is none.
func (r *Router) choose(line order.Line, claims []claim) (claim, *Problem) {
	if len(claims) == 0 {
		return claim{}, &Problem{LineID: line.ID, SKU: line.SKU, Kind: NoSupplier, Words: r.nobody(line.SKU)}
	}
	alone := len(claims) == 1 || claims[0].rank == rankExact && claims[1].rank != rankExact
	if alone {
		return claims[0], nil
	}
	rivals := claims
	if claims[0].rank == rankExact {
		n := slices.IndexFunc(claims, func(c claim) bool { return c.rank != rankExact })
		if n > 0 {
			rivals = claims[:n]
		}
	}
	if r.first {
		chosen := rivals[0]
		chosen.why += fmt.Sprintf(", priority %d", r.suppliers[chosen.supplier].Priority)
		return chosen, nil
	}
	problem := &Problem{LineID: line.ID, SKU: line.SKU, Kind: TwoSuppliers}
	for _, c := range rivals {
		problem.Suppliers = append(problem.Suppliers, r.suppliers[c.supplier].Slug)
	}
	problem.Words = fmt.Sprintf("%s → %d suppliers take it: %s", line.SKU, len(rivals), r.names(rivals))
	return claim{}, problem
}

// names lists suppliers with their rules: "Prairie Supply (prefix PS) and Metro (exact SKU)".
func (r *Router) names(claims []claim) string {
	const most = 5
	var words []string
	for i, c := range claims {
		if i == most && len(claims) > most+1 {
			words = append(words, fmt.Sprintf("%d others", len(claims)-most))
			break
		}
		words = append(words, fmt.Sprintf("%s (%s)", r.suppliers[c.supplier].name(), c.why))
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return words[0]
}

// nobody says that no supplier takes a SKU, with the most likely reason where one can be seen.
func (r *Router) nobody(sku string) string {
	words := sku + " → no supplier takes it"
	for _, other := range []string{strings.ToUpper(sku), strings.ToLower(sku)} {
		if other == sku {
			continue
		}
		if claims := r.candidates(other); len(claims) > 0 {
			return fmt.Sprintf("%s (written %s it would be %s)", words, other, r.names(claims[:1]))
		}
	}
	return words
}
