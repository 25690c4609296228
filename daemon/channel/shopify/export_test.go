package shopify

import (
	"maps"
	"slices"
)

// CompanySlugs are the carriers that Shopify has a name for.
func CompanySlugs() []string { return slices.Sorted(maps.Keys(companies)) }
