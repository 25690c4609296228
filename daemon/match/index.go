package match

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"sync"

	"waybill/daemon/order"
)

// Index holds the purchase orders that news may be about, findable by everything that may name them. It is safe for concurrent use:
// a change and a look-up each take the lock for microseconds, and what one item is judged against is remembered by its look.
type Index struct {
	mu   sync.RWMutex
	seed maphash.Seed // of the hashes of keys: buyers choose their names, and must not choose who shares a cell with whom
	holdings
}

// holdings are what an index knows: Fill makes them apart, and hands them over at once.
type holdings struct {
	words dictionary
	pages []*page
	slots int // ever given out
	free  []slot
	by    [kinds]postings

	size      int
	open      int
	suppliers map[string]int // open purchase orders by supplier
	shapes    map[string]int // of the numbers of orders and purchase orders
	forms     map[string]int // of the shapes, without their heads
}

// page holds some records. The index grows by pages, so that nothing that others wait for is ever copied.
type page struct {
	records   [pageSlots]string // "" where nobody is
	suppliers [pageSlots]uint32 // number in the dictionary
}

const pageSlots = 1024

// kind says what a key is.
type kind uint8

const (
	byID       kind = iota
	byKey           // our own key
	byThread        // Message-IDs of our mails, and "to:" with the address that a purchase order was sent with
	byNumber        // the digits of order numbers and purchase order numbers, without leading zeros; the whole where there is no one run of digits
	byRef           // supplier, then the supplier's reference
	byTracking      // numbers that it has already
	bySKU           // products, ours and the supplier's
	byEmail
	byPhone
	byPostcode
	byHouse  // numbers of the street address
	byStreet // sound of each word of the street
	byCity   // sound of each word of the city
	byName   // sound of each word of name and company
	kinds
)

// key is one place where a purchase order can be found.
type key struct {
	kind kind
	hash uint64
}

// entry is a purchase order taken out of its record.
type entry struct{ PO }

// key is the order's name across channels.
func (e *entry) key() string { return e.Channel + "|" + e.Order }

// NewIndex gives an empty index.
func NewIndex() *Index { return emptyIndex(maphash.MakeSeed()) }

func emptyIndex(seed maphash.Seed) *Index {
	return &Index{seed: seed, holdings: holdings{words: newDictionary(), suppliers: map[string]int{}, shapes: map[string]int{}, forms: map[string]int{}}}
}

// Len is how many purchase orders are in the index, closed ones included.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.size
}

// Put adds a purchase order, or replaces what was known of it.
func (x *Index) Put(po PO) {
	party := foldAddress(po)
	keys := x.keys(nil, &po, &party)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.put(&po, keys)
}

// put is Put for who holds the lock, or has the index alone.
func (x *Index) put(po *PO, keys []key) {
	s, had := x.slot(po.ID)
	var gone []key
	if had {
		old, party := x.unpack(s)
		gone = x.keys(nil, &old, &party)
		x.discount(&old)
	} else {
		s = x.take()
	}
	for _, k := range gone {
		if !slices.Contains(keys, k) {
			x.by[k.kind].remove(k.hash, s)
		}
	}
	for _, k := range keys {
		if !slices.Contains(gone, k) {
			x.by[k.kind].add(k.hash, s)
		}
	}
	pack := packer{words: &x.words}
	x.keep(s, po, pack.pack(po), pack.supplier, pack.shape(po.Order))
	x.form(po, 1)
}

// keepAll gives a few purchase orders slots, and keeps their records in one piece of memory.
func (x *Index) keepAll(few []PO, pack *packer) {
	var ends [leafOrders]int
	var suppliers [leafOrders]uint32
	pack.out = pack.out[:0]
	for i := range few {
		pack.add(&few[i])
		ends[i], suppliers[i] = len(pack.out), pack.supplier
	}
	records, start := string(pack.out), 0
	for i := range few {
		x.keep(x.take(), &few[i], records[start:ends[i]], suppliers[i], pack.shape(few[i].Order))
		x.form(&few[i], 1)
		start = ends[i]
	}
}

// keep writes the record of a slot, with the number of its supplier in the dictionary and the shape of its order's number, and counts it in.
func (x *Index) keep(s slot, po *PO, record string, supplier uint32, shape string) {
	p := x.pages[s/pageSlots]
	p.records[s%pageSlots] = record
	p.suppliers[s%pageSlots] = supplier
	x.size++
	x.noteShape(shape, 1)
	if !po.Closed {
		x.open++
		x.suppliers[po.Supplier]++
	}
}

// Remove forgets a purchase order.
func (x *Index) Remove(id order.POID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s, ok := x.slot(id)
	if !ok {
		return
	}
	po, party := x.unpack(s)
	for _, k := range x.keys(nil, &po, &party) {
		x.by[k.kind].remove(k.hash, s)
	}
	x.discount(&po)
	x.pages[s/pageSlots].records[s%pageSlots] = ""
	x.free = append(x.free, s)
}

// discount takes a purchase order out of what is counted.
func (x *Index) discount(po *PO) {
	x.size--
	if !po.Closed {
		x.open--
		x.suppliers[po.Supplier]--
	}
	x.noteShape(shape(strings.TrimPrefix(po.Order, "#")), -1)
	x.form(po, -1)
}

// form counts the shape of a purchase order's number that is not made of its order's.
func (x *Index) form(po *PO, by int) {
	if own := strings.TrimPrefix(po.Number, "#"); own != "" && !strings.HasPrefix(own, strings.TrimPrefix(po.Order, "#")) {
		x.noteShape(shape(bareNumber(own)), by)
	}
}

// noteShape counts a shape of numbers.
func (x *Index) noteShape(shape string, by int) {
	if shape == "" {
		return
	}
	had := x.shapes[shape] > 0
	if x.shapes[shape] += by; x.shapes[shape] == 0 {
		delete(x.shapes, shape)
	}
	if has := x.shapes[shape] > 0; has != had {
		form, _ := withoutHeads(shape)
		if x.forms[form] += by; x.forms[form] == 0 {
			delete(x.forms, form)
		}
	}
}

// take gives an empty slot.
func (x *Index) take() slot {
	if n := len(x.free); n > 0 {
		s := x.free[n-1]
		x.free = x.free[:n-1]
		return s
	}
	if x.slots%pageSlots == 0 {
		x.pages = append(x.pages, &page{})
	}
	x.slots++
	return slot(x.slots - 1)
}

// slot finds a purchase order by its id.
func (x *Index) slot(id order.POID) (slot, bool) {
	var one [1]slot
	for _, s := range x.by[byID].find(x.hash(byID, strconv.FormatInt(int64(id), 36)), &one) {
		if identify(x.record(s)) == id {
			return s, true
		}
	}
	return 0, false
}

func (x *Index) record(s slot) string { return x.pages[s/pageSlots].records[s%pageSlots] }

func (x *Index) unpack(s slot) (po PO, party folded) {
	u := unpacker{words: &x.words, in: x.record(s)}
	u.unpack(&po)
	return po, foldAddress(po)
}

func (x *Index) hash(k kind, text string) uint64 { return maphash.String(x.seed, text) }

// keys lists where a purchase order can be found, each place once.
func (x *Index) keys(into []key, po *PO, party *folded) []key {
	put := func(k kind, text string) {
		if text == "" {
			return
		}
		if next := (key{k, x.hash(k, text)}); !slices.Contains(into, next) {
			into = append(into, next)
		}
	}
	put(byID, strconv.FormatInt(int64(po.ID), 36))
	put(byKey, string(po.Token))
	for _, id := range po.MessageIDs {
		put(byThread, id)
	}
	if po.ReplyTo != "" {
		put(byThread, "to:"+strings.ToLower(po.ReplyTo))
	}
	put(byNumber, numberKey(code(po.Order)))
	put(byNumber, numberKey(code(po.Number)))
	for _, ref := range po.Refs {
		put(byRef, po.Supplier+"|"+code(ref))
	}
	for _, number := range po.Tracking {
		put(byTracking, number)
	}
	for i := range po.Lines {
		put(bySKU, code(po.Lines[i].SKU))
		put(bySKU, code(po.Lines[i].SupplierSKU))
	}
	party.features(put)
	return into
}

// numberKey is under what a number is looked for: its one run of digits without leading zeros, else the whole of it.
func numberKey(number string) string {
	if core := coreOf(number); core != "" {
		return core
	}
	return number
}

// has tells whether a purchase order really is what a key says: keys are found by 32 bits of their hash.
func (po *PO) has(k kind, text string) bool {
	switch k {
	case byKey:
		return string(po.Token) == text
	case byThread:
		return slices.Contains(po.MessageIDs, text) || po.ReplyTo != "" && "to:"+strings.ToLower(po.ReplyTo) == text
	case byNumber:
		return code(po.Order) == text || code(po.Number) == text
	case byRef:
		return slices.ContainsFunc(po.Refs, func(ref string) bool { return po.Supplier+"|"+code(ref) == text })
	case byTracking:
		return slices.Contains(po.Tracking, text)
	}
	return false
}
