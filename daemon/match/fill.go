package match

import (
	"hash/maphash"
	"runtime"
	"slices"
	"sync"

	"waybill/daemon/order"
)

// Fill puts many purchase orders into the index, on all cores: each of those with which each calls put. Should it return an error, so does Fill, and the
// index stays as it was. It is what Put is for each of them, but that what the index knows already, or learns while it is filled, stays as it is: it
// is newer. Nobody waits meanwhile, and until Fill is done nobody finds what it was given. It is made for ascending ids, as the store gives them;
// whatever does not ascend is put one by one at the end.
func (x *Index) Fill(each func(put func(PO)) error) error {
	f := newFilling(x.seed, roundBatches)
	if err := each(f.put); err != nil {
		f.busy.Wait()
		return err
	}
	fresh := f.finish()
	x.mu.Lock()
	defer x.mu.Unlock()
	for s := range slot(x.slots) {
		if x.record(s) == "" {
			continue
		}
		po, party := x.unpack(s)
		fresh.put(&po, x.keys(nil, &po, &party))
	}
	x.holdings = fresh.holdings
	return nil
}

// filling fills an index that nobody else knows yet, in rounds. While the caller reads orders and packs their records, others find out keys. At the end of a
// round the keys are sorted and filed, kind by kind, in the order in which the tables lie in memory: so each part of a table comes into the
// processor's cache once in a round and not once for every key.
type filling struct {
	index  *Index
	packer packer
	batch  []PO              // that is being read
	round  []*[kinds][]filed // keys of each batch of this round, in the order of the orders
	most   int               // batches in a round
	before slot              // orders of earlier rounds
	last   order.POID
	late   []PO // came after one whose id is not smaller

	busy    sync.WaitGroup
	cores   chan struct{} // as many as are at work
	batches chan []PO     // that were read: their memory is used again
	finders chan *finder  // that have nothing to do
}

func newFilling(seed maphash.Seed, most int) *filling {
	x := emptyIndex(seed)
	cores := runtime.GOMAXPROCS(0)
	return &filling{index: x, packer: packer{words: &x.words}, most: most, cores: make(chan struct{}, cores),
		batches: make(chan []PO, cores+1), finders: make(chan *finder, cores)}
}

// spawn does something beside what the caller does, once a core is free for it.
func (f *filling) spawn(do func()) {
	f.cores <- struct{}{}
	f.busy.Go(func() {
		do()
		<-f.cores
	})
}

const (
	batchOrders  = 1024 // orders that a goroutine takes at once
	roundBatches = 1024 // the keys of a round take some 160 MB, until it ends
	leafOrders   = 8    // whose records lie in one piece of memory: it is freed when the last of them goes
	sortedBits   = 12   // of its hash, by which a key is sorted: a 64th of a table is a few kilobytes
)

// filed is a key of an order of the round: 6 bits of the hash for its table and the lower 32, which the table keeps; then the order's number in the round.
type filed uint64

const numberBits = 64 - 6 - 32

func newFiled(hash uint64, number int) filed {
	return filed(hash>>58<<58 | uint64(uint32(hash))<<numberBits | uint64(number))
}

func (f filed) hash() uint64 { return uint64(f)>>58<<58 | uint64(uint32(f>>numberBits)) }

func (f filed) number() slot { return slot(f & (1<<numberBits - 1)) }

func (f *filling) put(po PO) {
	if po.ID <= f.last {
		f.late = append(f.late, po)
		return
	}
	f.last = po.ID
	if f.batch == nil {
		select {
		case f.batch = <-f.batches:
		default:
			f.batch = make([]PO, 0, batchOrders)
		}
	}
	if f.batch = append(f.batch, po); len(f.batch) == batchOrders {
		f.add()
	}
}

// finish gives the index, once all orders were put.
func (f *filling) finish() *Index {
	f.add()
	f.file()
	for i := range f.late {
		f.index.Put(f.late[i])
	}
	return f.index
}

// add gives slots to the orders of the batch, and has their keys found out.
func (f *filling) add() {
	batch, first, keys := f.batch, len(f.round)*batchOrders, new([kinds][]filed)
	f.batch, f.round = nil, append(f.round, keys)
	f.spawn(func() {
		f.findKeys(batch, first, keys)
		select {
		case f.batches <- batch[:0]: // packed by then: who packs it takes the next one after it
		default:
		}
	})
	for from := 0; from < len(batch); from += leafOrders {
		f.index.keepAll(batch[from:min(len(batch), from+leafOrders)], &f.packer)
	}
	if len(f.round) == f.most {
		f.file()
	}
}

// finder is memory in which keys are found out.
type finder struct {
	keys  []key
	filed [kinds][]filed
}

// findKeys lists where orders can be found, the first of which has a number in the round.
func (f *filling) findKeys(batch []PO, first int, into *[kinds][]filed) {
	var own *finder
	select {
	case own = <-f.finders:
	default:
		own = &finder{}
	}
	for i := range batch {
		party := foldAddress(batch[i])
		own.keys = f.index.keys(own.keys[:0], &batch[i], &party)
		for _, k := range own.keys {
			own.filed[k.kind] = append(own.filed[k.kind], newFiled(k.hash, first+i))
		}
	}
	for k := range own.filed {
		into[k] = slices.Clone(own.filed[k])
		own.filed[k] = own.filed[k][:0]
	}
	select {
	case f.finders <- own:
	default:
	}
}

// file ends a round: its keys go into the tables, those of the kinds with the most keys first.
func (f *filling) file() {
	f.busy.Wait()
	var counts [kinds]int
	var order [kinds]kind
	for k := range kinds {
		order[k] = k
		for _, keys := range f.round {
			counts[k] += len(keys[k])
		}
	}
	slices.SortFunc(order[:], func(a, b kind) int { return counts[b] - counts[a] })
	for _, k := range order {
		f.spawn(func() {
			keys, ends := f.sorted(k)
			if f.before == 0 {
				f.index.by[k].fill(keys, &ends)
				return
			}
			for _, one := range keys {
				f.index.by[k].add(one.hash(), f.before+one.number())
			}
		})
	}
	f.busy.Wait()
	f.before, f.round = slot(f.index.slots), f.round[:0]
}

// sorted gives the round's keys of one kind by their first bits, and where those of each first bits end. Those of which these are the same stay as they
// were, ascending by order.
func (f *filling) sorted(k kind) (all []filed, ends [1 << sortedBits]int) {
	for _, keys := range f.round {
		for _, one := range keys[k] {
			ends[one>>(64-sortedBits)]++
		}
	}
	n := 0
	for i, count := range ends {
		ends[i] = n // at first where it begins; it moves on to its end
		n += count
	}
	all = make([]filed, n)
	for _, keys := range f.round {
		for _, one := range keys[k] {
			i := &ends[one>>(64-sortedBits)]
			all[*i] = one
			*i++
		}
		keys[k] = nil
	}
	return all, ends
}
