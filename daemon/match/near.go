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
// could not bring anybody near a match. "John" and "London" find nobody; they only tell apart who was found.

const (
	// short is how many bits below even odds somebody may be and still be looked at.
	short = 6
	// within is how many bits fewer than the best one may have and still be compared field by field: a misspelt name costs its own bits.
	within = 12
	// compared is how many are compared at most.
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
	left := 0
	for n := len(votes) - 1; n > 0; n-- {
		if left += int(votes[n].bits); float64(left) >= floor {
			break
		}
		votes = votes[:n]
	}
	box := ballots.Get().(*[]uint8)
	defer ballots.Put(box)
	if len(*box) < x.slots {
		*box = make([]uint8, len(x.pages)*pageSlots)
	}
	sums := *box
	most := uint8(0)
	for _, v := range votes {
		for _, s := range v.slots {
			if sums[s] < math.MaxUint8-mostVotes {
				sums[s] += v.bits
			}
			if sums[s] > most && eligible(s) {
				most = sums[s]
			}
		}
	}
	type ranked struct {
		slot slot
		sum  uint8
	}
	var found []ranked
	bar := uint8(max(1, int(most)-within))
	for _, v := range votes {
		for _, s := range v.slots {
			if sums[s] >= bar && eligible(s) {
				found = append(found, ranked{s, sums[s]})
			}
			sums[s] = 0
		}
	}
	slices.SortFunc(found, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.sum, a.sum), cmp.Compare(a.slot, b.slot)) })
	slots := make([]slot, min(len(found), compared))
	for n := range slots {
		slots[n] = found[n].slot
	}
	return slots
}
