package prose

import (
	"slices"
	"strings"
)

// turns settles lists in which the parcel stands before its order: cards and blocks with the tracking number on top ("1Z… UPS, for your order 1001"). Read
// from above, each parcel would go to the order of the card before it. Where parcels and orders take turns from the first to the last, each belongs to the
// order below it; where a list begins with a parcel and they do not, nobody can tell.
func (r *reader) turns(pieces []piece) {
	var parcels, named []int // pieces with a parcel only, and with an order only
	faint := false           // a parcel that counts less stands above the first order
	for i := range pieces {
		p := &pieces[i]
		r.work++
		parcel := slices.ContainsFunc(p.tracking, func(t tracked) bool { return !t.found.Withdrawn })
		switch {
		case p.mark != "":
			faint = faint || parcel && len(named) == 0
		case parcel && p.named(), parcel && p.numbered():
			return // a clause that says both speaks for itself, and so will the others
		case parcel:
			parcels = append(parcels, i)
		case len(orders(p.refs)) > 0:
			named = append(named, i)
		}
	}
	if faint && len(parcels) > 0 && len(named) > 1 && parcels[0] > named[0] && parcels[len(parcels)-1] < named[len(named)-1] {
		pieces[parcels[0]].adrift = true // the list may begin with the parcel that counts less, and then this one is of the order below
		return
	}
	if len(parcels) < 2 || len(named) == 0 {
		return
	}
	if last := parcels[len(parcels)-1]; len(named) == 1 && parcels[0] < named[0] && last > named[0] && !sameParcels(&pieces[parcels[0]], &pieces[last]) {
		pieces[last].adrift = true // the parcel stands above its order, and this one's is missing
	}
	if len(named) < 2 || r.oneOrder(pieces, named) {
		return
	}
	if parcels[0] > named[0] {
		r.below(pieces, parcels, named)
		return
	}
	regular := parcels[len(parcels)-1] < named[len(named)-1]
	for k := 1; k < len(named) && regular; k++ {
		regular = slices.ContainsFunc(parcels, func(i int) bool { return i > named[k-1] && i < named[k] })
	}
	for k, i := range parcels {
		at, _ := slices.BinarySearch(named, i)
		orphan := k+1 < len(parcels) && at < len(named) && parcels[k+1] < named[at] && r.parted(&pieces[i], &pieces[parcels[k+1]]) // its entry has lost its order
		if !regular || orphan {
			pieces[i].adrift = true
			continue
		}
		pieces[i].refs = append(pieces[i].refs, orders(pieces[named[at]].refs)...)
	}
}

// below does it for lists in which the order stands above its parcels. Where each order has some before the next is named, they are its own, whatever the
// blank lines say. An entry that has lost its order (a block of its own with a parcel only) is lent none: the parcel would go to a neighbour.
func (r *reader) below(pieces []piece, parcels, named []int) {
	regular := true
	for k := 1; k < len(named) && regular; k++ {
		again := slices.EqualFunc(orders(pieces[named[k-1]].refs), orders(pieces[named[k]].refs), r.sameText)
		regular = again || slices.ContainsFunc(parcels, func(i int) bool { return i > named[k-1] && i < named[k] })
	}
	if last := named[len(named)-1]; parcels[len(parcels)-1] < last {
		regular = false
		if !somePiece(pieces[last:], func(p *piece) bool { return p.news.kind != "" }) {
			for _, i := range parcels {
				pieces[i].adrift = true // nothing is said of the last order: the first may have lost a parcel that stood above it
			}
			return
		}
	}
	for k, i := range parcels {
		at, _ := slices.BinarySearch(named, i)
		switch {
		case k > 0 && named[at-1] < parcels[k-1] && r.parted(&pieces[parcels[k-1]], &pieces[i]):
			pieces[i].adrift = true
		case regular:
			pieces[i].refs = append(pieces[i].refs, orders(pieces[named[at-1]].refs)...)
		}
	}
}

// sameParcels tells clauses of which the second repeats numbers of the first: in the address of the page that follows the parcel, for one.
func sameParcels(a, b *piece) bool {
	return !slices.ContainsFunc(b.tracking, func(t tracked) bool {
		return !slices.ContainsFunc(a.tracking, func(o tracked) bool { return o.found.Number == t.found.Number })
	})
}

// parted tells clauses with parcels between which an empty line or a line of signs ("-----", "* * *") stands.
func (r *reader) parted(a, b *piece) bool {
	if a.block != b.block {
		return true
	}
	from, to := a.tracking[len(a.tracking)-1].end, b.tracking[0].start
	between := r.view.text[min(from, to):to]
	r.work += len(between) / 64
	for line := range strings.Lines(between) {
		line = strings.TrimSpace(line)
		if len(line) >= 3 && strings.Trim(line, "-_=*~+# ") == "" {
			return true
		}
	}
	return false
}

func (r *reader) sameText(a, b reference) bool {
	return r.view.text[a.start:a.end] == r.view.text[b.start:b.end]
}

// oneOrder tells whether all clauses name one order.
func (r *reader) oneOrder(pieces []piece, named []int) bool {
	text := func(i int) string {
		f := orders(pieces[i].refs)[0]
		return r.view.text[f.start:f.end]
	}
	return !slices.ContainsFunc(named, func(i int) bool { return text(i) != text(named[0]) })
}

// widestHead is how many bytes of a line may stand before its parcel.
const widestHead = 64

// mangled finds parcels whose line begins with something that is no order, in a list whose lines begin with their orders: what is left of a number that
// lost its beginning. The parcel is that order's, and not the one's above.
func (r *reader) mangled(pieces []piece) {
	led := false // a line before began with its order
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || len(p.tracking) == 0 {
			continue
		}
		at := p.tracking[0].start
		near := max(0, at-widestHead)
		line := near + strings.LastIndexByte(r.view.text[near:at], '\n') + 1
		if line == near && near > 0 {
			continue // no number stands so far away
		}
		head := strings.Trim(r.view.text[line:at], " \t-*•:|;,>")
		switch {
		case head == "" || strings.ContainsAny(head, " \t"):
		case slices.ContainsFunc(r.refsIn(line, at), reference.names):
			led = true
		case led && strings.ContainsAny(head, "0123456789") && !strings.Contains(head, "/"):
			p.adrift = true
		}
	}
}
