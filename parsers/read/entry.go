package read

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// entries gives each parcel of a list the address that stands with it: a post office's sheet has a number, below it whom it goes to, then the next number. Where
// between each two numbers stands one address and no order is named, they belong together: all below their numbers, or all above them, with no empty line
// between.
func entries(t *parsers.Text, all []parsers.Statement) []parsers.Statement {
	var parcels, people []int
	for i := range all {
		s := &all[i]
		switch {
		case s.Quoted || s.Scope == parsers.ScopeRow || ordered(s):
			return all
		case len(s.Tracking) > 0:
			if len(s.Tracking) > 1 || s.Consignee != nil || s.Tracking[0].At.Row > 0 {
				return all
			}
			parcels = append(parcels, i)
		case s.Consignee != nil && len(s.Refs)+len(s.Lines) == 0 && s.Kind == "":
			if s.Consignee.Name.Text == "" || s.Consignee.Postcode.Text == "" {
				return all
			}
			people = append(people, i)
		}
	}
	if len(parcels) < 2 || len(people) < len(parcels) || len(people) > len(parcels)+1 {
		return all
	}
	number := func(i int) int { return all[parcels[i]].Tracking[0].At.Start }
	person := func(i int) int { return all[people[i]].Consignee.Name.At.Start }
	slices.SortFunc(parcels, func(a, b int) int { return all[a].Tracking[0].At.Start - all[b].Tracking[0].At.Start })
	slices.SortFunc(people, func(a, b int) int { return all[a].Consignee.Name.At.Start - all[b].Consignee.Name.At.Start })
	extra := len(people) - len(parcels) // the writer's own address, at the head of the sheet
	below, above := true, extra == 0
	for i := range parcels {
		last := i+1 == len(parcels)
		below = below && number(i) < person(i+extra) && (last || person(i+extra) < number(i+1)) && gapless(t, number(i), person(i+extra))
		above = above && person(i) < number(i) && (last || number(i) < person(i+1)) && gapless(t, person(i), number(i))
	}
	if extra == 1 {
		below = below && person(0) < number(0)
	}
	if !below && !above {
		return all
	}
	for i := range parcels {
		one := *all[people[i+extra]].Consignee
		one.Loose = false
		all[parcels[i]].SetParty(one)
	}
	given := people[extra:]
	kept := all[:0:0]
	for i := range all {
		if !slices.Contains(given, i) {
			kept = append(kept, all[i])
		}
	}
	return kept
}

// gapless tells whether two places of a text have no empty line between them.
func gapless(t *parsers.Text, from, to int) bool {
	return from >= 0 && from < to && to <= len(t.Text) && !strings.Contains(strings.ReplaceAll(t.Text[from:to], "\r", ""), "\n\n")
}
