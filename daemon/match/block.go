package match

// A kind's first keys come at once, at the start of the program: a million orders have some twenty million. They are filed here without what costs most
// where they come one by one: tables that grow by a quarter again and again, and lists that do.

// block files the keys of one shard. It is used for one after the other.
type block struct {
	cells []uint64 // a roomy table: hash above, below it 1 + where the key was met first, or many | group
	group []uint32 // by key: 0, or the group that it is another one of
	many  []gathered
}

// gathered is a key that leads to several slots.
type gathered struct {
	first, last slot
	n           int
	list        []slot
}

// fill files keys into postings that are empty. They are sorted by their first bits, and those of which these are the same by their order; ends are where
// those of each first bits end.
func (p *postings) fill(keys []filed, ends *[1 << sortedBits]int) {
	const perShard = len(ends) / shards
	var b block
	start := 0
	for shard := range p.tables {
		end := ends[(shard+1)*perShard-1]
		b.gather(keys[start:end])
		p.tables[shard] = b.table()
		p.lists = b.lists(p.lists, keys[start:end], &p.tables[shard])
		start = end
	}
}

// gather counts what each key leads to.
func (b *block) gather(keys []filed) {
	b.cells = cleared(b.cells, 2*len(keys)+1)
	b.group = cleared(b.group, len(keys))
	b.many = append(b.many[:0], gathered{}) // no group has the number 0
	roomy := table{cells: b.cells}
	for i, k := range keys {
		tag, s := uint32(k.hash()), k.number()
		cell := &roomy.cells[roomy.at(tag)]
		switch v := uint32(*cell); {
		case v == 0:
			*cell = uint64(tag)<<32 | uint64(s) + 1
		case v&many == 0:
			if first := slot(v - 1); first != s {
				b.group[i] = uint32(len(b.many))
				*cell = uint64(tag)<<32 | many | uint64(len(b.many))
				b.many = append(b.many, gathered{first: first, last: s, n: 2})
			}
		default:
			if g := &b.many[v&^many]; g.last != s { // an order's keys stand together
				b.group[i] = v &^ many
				g.last = s
				g.n++
			}
		}
	}
}

// cleared gives n zeros in memory that is used again.
func cleared[T uint32 | uint64](room []T, n int) []T {
	if cap(room) < n {
		return make([]T, n+n/8)[:n]
	}
	room = room[:n]
	clear(room)
	return room
}

// table makes the shard's table as large as it would have grown.
func (b *block) table() (t table) {
	used := 0
	for _, c := range b.cells {
		if c != 0 {
			used++
		}
	}
	if used == 0 {
		return t
	}
	size := least
	for full(size) < used {
		size = grown(size)
	}
	t = table{cells: make([]uint64, size), used: used}
	for _, c := range b.cells { // they come nearly in the order of their places
		if c != 0 {
			t.cells[t.at(uint32(c>>32))] = c
		}
	}
	return t
}

// ownList is from how many slots on a list has memory of its own: it may be moved when it grows, and what it leaves must not be held by its neighbours.
const ownList = 16

// lists adds the shard's lists to those of the kind, each as long as it must be, and leads its cells to them.
func (b *block) lists(all [][]slot, keys []filed, t *table) [][]slot {
	short := 0
	for _, g := range b.many[1:] {
		if g.n < ownList {
			short += g.n
		}
	}
	room := make([]slot, 0, short)
	for i := range b.many[1:] {
		g := &b.many[1+i]
		if g.n < ownList {
			g.list, room = room[len(room):len(room):len(room)+g.n], room[:len(room)+g.n]
		} else {
			g.list = make([]slot, 0, g.n)
		}
		g.list = append(g.list, g.first)
	}
	for i, group := range b.group {
		if group != 0 {
			g := &b.many[group]
			g.list = append(g.list, keys[i].number())
		}
	}
	before := uint32(len(all)) - 1 // groups are counted from 1 on
	for i, c := range t.cells {
		if v := uint32(c); v&many != 0 {
			t.cells[i] = c&^uint64(1<<32-1) | many | uint64(before+v&^many)
		}
	}
	for i := range b.many[1:] {
		all = append(all, b.many[1+i].list)
	}
	return all
}
