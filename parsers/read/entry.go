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
	if otherwise.In(strings.ToLower(t.Text[:min(len(t.Text), firstEntry(all, parcels, people))])) {
		return all
	}
	number := func(i int) int { return all[parcels[i]].Tracking[0].At.Start }
	person := func(i int) int { return all[people[i]].Consignee.Name.At.Start }
	slices.SortFunc(parcels, func(a, b int) int { return all[a].Tracking[0].At.Start - all[b].Tracking[0].At.Start })
	slices.SortFunc(people, func(a, b int) int { return all[a].Consignee.Name.At.Start - all[b].Consignee.Name.At.Start })
	extra := len(people) - len(parcels) // the writer's own address, at the head of the sheet
	below, above := true, true
	for i := range parcels {
		last := i+1 == len(parcels)
		below = below && number(i) < person(i+extra) && (last || person(i+extra) < number(i+1)) && gapless(t, number(i), person(i+extra))
		above = above && person(i) < number(i) && (last || number(i) < person(i+1)) && gapless(t, person(i), number(i))
	}
	if extra == 1 {
		below = below && person(0) < number(0)
		above = above && person(len(parcels)) > number(len(parcels)-1)
	}
	switch {
	case !below && !above:
		return all
	case extra == 1 && above: // the one address more is the writer's own, above or below the list; where it may be either, each parcel has two people
		if below {
			for _, i := range parcels {
				doubt(all[i : i+1])
			}
			return all
		}
		extra = 0
		people = people[:len(parcels)]
	}
	for i := range parcels {
		one := *all[people[i+extra]].Consignee
		one.Loose = false
		all[parcels[i]].SetParty(one)
	}
	if oneService(all, parcels) {
		for _, i := range parcels {
			all[i].Lines = nil
		}
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

// oneService tells entries that all name one product and no pieces of it: it is the carrier's, "Product: 3085 Standaard".
func oneService(all []parsers.Statement, parcels []int) bool {
	for _, i := range parcels {
		l, first := all[i].Lines, all[parcels[0]].Lines
		if len(l) != 1 || l[0].Quantity > 0 || len(first) != 1 || l[0].SKU.Text != first[0].SKU.Text {
			return false
		}
	}
	return true
}

// otherwise are words above a list of parcels and addresses that is not of what was sent to them: returns, labels that are void, samples, what is to be fetched.
var otherwise = parsers.NewAnyOf("returns", "returned", "return slip", "return list", "return label", "collect from", "collected from", "pick up from", "cancelled", "canceled", "voided", "void label", "sample", "catalogue", "catalog", "not handed over", "lost in", "lost parcel", "claims",
	"retour", "rücksend", "ruecksend", "abholung bei", "abzuholen bei", "storniert", "muster", "katalog", "verloren", "reklam", "annul", "échantillon", "réclam", "perdu", "devol", "anulad", "cancelad", "muestra", "catálogo", "reclam", "perdid",
	"resi ", "resi:", "resi da", " reso ", "annullat", "campion", "smarrit", "reclami", "geannuleerd", "monster", "verloren", "klacht", "amostra", "extravi", "zwrot", "anulowan", "próbk", "zagubion",
	"退货", "退貨", "取消", "作废", "样品", "樣品", "丢失", "返品", "返送", "サンプル", "見本", "紛失")

// firstEntry is where the first number or address of a list stands.
func firstEntry(all []parsers.Statement, parcels, people []int) int {
	first := all[parcels[0]].Tracking[0].At.Start
	for _, i := range people {
		first = min(first, all[i].Consignee.Name.At.Start)
	}
	for _, i := range parcels {
		first = min(first, all[i].Tracking[0].At.Start)
	}
	return max(0, first)
}

// gapless tells whether two places of a text have no empty line between them.
func gapless(t *parsers.Text, from, to int) bool {
	return from >= 0 && from < to && to <= len(t.Text) && !strings.Contains(strings.ReplaceAll(t.Text[from:to], "\r", ""), "\n\n")
}
