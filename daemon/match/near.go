package match

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"waybill/daemon/order"
)

// Who may live there is found by votes. Each thing that an address says (a postcode, a house number, the sound of a word of the name) is a list of
// purchase orders of which that is true, and each gives them as many bits as it is rare: log2(orders / length of the list). The votes are added up
// in an array with a byte for each slot; who has the most is then compared field by field.
//
// The work is bounded by rarity: the lists are taken from the shortest on, and the longest are left out as soon as all that are left together
// could not bring anybody near a match. "John" and "London" find nobody; they only tell apart who was found (the idea of MaxScore: Turtle and Flood,
// "Query Evaluation: Strategies and Optimizations", 1995).

const (
	// short is how many bits below even odds somebody may be and still be looked at.
	short = 6
	// within is how many bits fewer than the best one may have and still be compared field by field: a misspelt name costs its own bits.
	within = 12
	// probed is how many are looked for in the longest lists, compared how many are compared field by field, at most.
	probed   = 1000
	compared = 40
	// mostKeys is how many things an address may say.
	mostKeys = 64
	// mostVotes is what one list may give, in bits, so that a byte holds the sum.
	mostVotes = 15
)

// vote is one list with what it gives.
type vote struct {
	slots []slot
	bits  uint8
}

// whoLives finds who may live at an address.
func (x *look) whoLives(told *folded, who Sender) []order.POID {
	i := x.index
	floor := math.Log2(float64(x.competing(who))) - short
	keys := make([]key, 0, mostKeys)
	told.features(func(k kind, text string) {
		if next := (key{k, i.hash(k, text)}); text != "" && !slices.Contains(keys, next) {
			keys = append(keys, next)
		}
	})
	i.mu.RLock()
	defer i.mu.RUnlock()
	var ones [mostKeys][1]slot
	votes := make([]vote, 0, len(keys))
	for n, k := range keys[:min(len(keys), len(ones))] {
		if slots := i.by[k.kind].find(k.hash, &ones[n]); len(slots) > 0 {
			bits := math.Log2(float64(i.size+1) / float64(len(slots)))
			votes = append(votes, vote{slots, uint8(max(1, min(bits, mostVotes)))})
		}
	}
	found := i.elect(votes, floor, func(s slot) bool {
		if who.Supplier == "" {
			return true
		}
		name := i.words.texts
		n := i.pages[s/pageSlots].suppliers[s%pageSlots]
		return n == 0 || name[n-1] == who.Supplier || name[n-1] == ""
	})
	ids := make([]order.POID, len(found))
	for n, s := range found {
		ids[n] = x.meet(s).ID
	}
	return ids
}

// ballots are arrays with a byte for each slot, all zero between two elections.
var ballots = sync.Pool{New: func() any { return new([]uint8) }}

// elect gives those with the most votes. The caller holds the lock.
func (x *Index) elect(votes []vote, floor float64, eligible func(slot) bool) []slot {
	slices.SortFunc(votes, func(a, b vote) int { return cmp.Compare(len(a.slots), len(b.slots)) })
	rare, left := len(votes), 0
	for rare > 1 && float64(left+int(votes[rare-1].bits)) < floor {
		rare--
		left += int(votes[rare].bits)
	}
	box := ballots.Get().(*[]uint8)
	defer ballots.Put(box)
	if len(*box) < x.slots {
		*box = make([]uint8, len(x.pages)*pageSlots)
	}
	sums := *box
	most := uint8(0)
	for _, v := range votes[:rare] {
		for _, s := range v.slots {
			if sums[s] < math.MaxUint8-mostVotes {
				sums[s] += v.bits
			}
			if sums[s] > most && eligible(s) {
				most = sums[s]
			}
		}
	}
	var bySum [math.MaxUint8 + 1][]slot
	bar := max(1, int(most)-within-left)
	for _, v := range votes[:rare] {
		for _, s := range v.slots {
			if n := sums[s]; int(n) >= bar && len(bySum[n]) < probed && eligible(s) {
				bySum[n] = append(bySum[n], s)
			}
			sums[s] = 0
		}
	}
	var all []standing
	for n := int(most); n >= bar && len(all) < probed; n-- {
		for _, s := range bySum[n] {
			all = append(all, standing{s, n})
		}
	}
	return final(all, votes[rare:])
}

// standing is who is in the race with how many bits.
type standing struct {
	slot slot
	bits int
}

// final lets the long lists, which were left out, speak for those who are in the race.
func final(all []standing, votes []vote) []slot {
	best := 0
	for i := range all {
		for _, v := range votes {
			if _, found := slices.BinarySearch(v.slots, all[i].slot); found {
				all[i].bits += int(v.bits)
			}
		}
		best = max(best, all[i].bits)
	}
	slices.SortFunc(all, func(a, b standing) int { return cmp.Or(cmp.Compare(b.bits, a.bits), cmp.Compare(a.slot, b.slot)) })
	slots := make([]slot, 0, compared)
	for _, c := range all[:min(len(all), compared)] {
		if c.bits >= best-within {
			slots = append(slots, c.slot)
		}
	}
	return slots
}
