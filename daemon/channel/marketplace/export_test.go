package marketplace

import (
	"maps"
	"slices"
)

// CarrierSlugs are the slugs of the tables.
func CarrierSlugs() map[string][]string {
	return map[string][]string{"amazon": slices.Collect(maps.Keys(amazonCarriers())), "australia": slices.Collect(maps.Keys(australianCarriers())), "ebay": slices.Collect(maps.Keys(ebayCarriers()))}
}
