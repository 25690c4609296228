package match

import (
	"math/bits"
	"slices"
)

// slot is where a purchase order's record stands in the index: small numbers, used again when an order leaves.
type slot uint32

// postings finds the slots behind a key. Keys themselves are not kept, only 32 bits of their hash: whoever must be exact compares what is found with the
// record. Most keys (an email, a phone, our own key) lead to one slot, which stands beside the hash: eight bytes. The others lead to a list.
type postings struct {
	tables [shards]table
	lists  [][]slot // each in ascending order
	spare  []uint32 // lists that are empty
}

// shards keeps each table small, so that growing one is short work while others wait to read.
const shards = 64

// table is a hash table with linear probing. A cell's upper half is the hash, from which its place follows, its lower half says where it leads:
// 1 + slot, or many | list. Zero is an empty cell.
type table struct {
	cells []uint64
	used  int
}

const (
	many  = 1 << 31
	least = 16 // cells of the smallest table
)

func (t *table) home(tag uint32) int {
	hi, _ := bits.Mul32(tag, uint32(len(t.cells)))
	return int(hi)
}

// at finds the cell of a hash, or the empty cell where it would stand.
func (t *table) at(tag uint32) int {
	i := t.home(tag)
	for t.cells[i] != 0 && uint32(t.cells[i]>>32) != tag {
		if i++; i == len(t.cells) {
			i = 0
		}
	}
	return i
}

func (t *table) get(tag uint32) uint32 {
	if len(t.cells) == 0 {
		return 0
	}
	return uint32(t.cells[t.at(tag)])
}

// cell finds the cell of a hash to write to it. The table grows by a quarter when a new hash comes and seven eighths are full: cells are most of what an index
// of a million orders weighs.
func (t *table) cell(tag uint32) *uint64 {
	if len(t.cells) == 0 {
		t.grow()
	}
	i := t.at(tag)
	if t.cells[i] == 0 {
		if t.used >= full(len(t.cells)) {
			t.grow()
			i = t.at(tag)
		}
		t.used++
		t.cells[i] = uint64(tag) << 32
	}
	return &t.cells[i]
}

// grown is the size behind one that is full.
func grown(cells int) int { return max(least, cells+cells/4) }

// full is how many cells of a table are used at the most.
func full(cells int) int { return cells - cells/8 }

func (t *table) grow() {
	old := t.cells
	t.cells = make([]uint64, grown(len(old)))
	for _, c := range old {
		if c != 0 {
			t.cells[t.at(uint32(c>>32))] = c
		}
	}
}

// drop takes a hash out, and moves up those behind it that had been pushed from their places.
func (t *table) drop(tag uint32) {
	i := t.at(tag)
	if t.cells[i] == 0 {
		return
	}
	t.used--
	n := len(t.cells)
	for j := i; ; {
		t.cells[i] = 0
		for {
			if j++; j == n {
				j = 0
			}
			c := t.cells[j]
			if c == 0 {
				return
			}
			// c may move to the hole unless its home lies behind the hole (counted around the end of the table).
			if home := t.home(uint32(c >> 32)); (j-home+n)%n >= (j-i+n)%n {
				t.cells[i], i = c, j
				break
			}
		}
	}
}

func (p *postings) of(hash uint64) (*table, uint32) {
	return &p.tables[hash>>58], uint32(hash)
}

// find gives the slots of a key, ascending. The list is the index's own and holds until the next change; one is room for a single slot.
func (p *postings) find(hash uint64, one *[1]slot) []slot {
	t, tag := p.of(hash)
	switch v := t.get(tag); {
	case v == 0:
		return nil
	case v&many == 0:
		one[0] = slot(v - 1)
		return one[:]
	default:
		return p.lists[v&^many]
	}
}

func (p *postings) count(hash uint64) int {
	var one [1]slot
	return len(p.find(hash, &one))
}

func (p *postings) add(hash uint64, s slot) {
	t, tag := p.of(hash)
	cell := t.cell(tag)
	lead := func(v uint32) { *cell = uint64(tag)<<32 | uint64(v) }
	switch v := uint32(*cell); {
	case v == 0:
		lead(uint32(s) + 1)
	case v&many == 0:
		if first := slot(v - 1); first != s {
			lead(many | p.list(min(first, s), max(first, s)))
		}
	default:
		list := &p.lists[v&^many]
		*list = insert(*list, s)
	}
}

func (p *postings) list(a, b slot) uint32 {
	if n := len(p.spare); n > 0 {
		i := p.spare[n-1]
		p.spare = p.spare[:n-1]
		p.lists[i] = []slot{a, b}
		return i
	}
	p.lists = append(p.lists, []slot{a, b})
	return uint32(len(p.lists) - 1)
}

// insert keeps a list in order and, while it is long, nearly without room to spare.
func insert(list []slot, s slot) []slot {
	i := len(list)
	if list[i-1] >= s {
		found := false
		if i, found = slices.BinarySearch(list, s); found {
			return list
		}
	}
	if len(list) == cap(list) && len(list) >= 32 {
		roomy := make([]slot, len(list), len(list)+len(list)/8)
		copy(roomy, list)
		list = roomy
	}
	return slices.Insert(list, i, s)
}

func (p *postings) remove(hash uint64, s slot) {
	t, tag := p.of(hash)
	v := t.get(tag)
	switch {
	case v == 0:
	case v&many == 0:
		if slot(v-1) == s {
			t.drop(tag)
		}
	default:
		list := &p.lists[v&^many]
		if i, found := slices.BinarySearch(*list, s); found {
			*list = slices.Delete(*list, i, i+1)
		}
		if len(*list) == 1 {
			*t.cell(tag) = uint64(tag)<<32 | uint64((*list)[0]) + 1
			*list = nil
			p.spare = append(p.spare, v&^many)
		}
	}
}
