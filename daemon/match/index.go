package match

import (
	"strings"
	"sync"

	"waybill/daemon/order"
)

// Index holds the purchase orders that news may be about, findable by everything that may name them. It is safe for concurrent use.
type Index struct {
	mu      sync.RWMutex
	entries map[order.POID]*entry

	tokens    blocks
	threads   blocks
	numbers   blocks // order numbers and purchase order numbers, as code
	cores     blocks // the digits of these, without leading zeros
	refs      blocks // supplier, then the supplier's reference
	tracking  blocks
	postcodes blocks
	emails    blocks
	phones    blocks
	streets   blocks // house number and street
	names     blocks // each word of name and company
	skus      blocks
	suppliers map[string]int // open purchase orders by supplier
	shapes    map[string]int // of order numbers
	open      int
}

// blocks finds purchase orders by a key.
type blocks map[string][]order.POID

func (b blocks) add(key string, id order.POID) {
	if key != "" {
		b[key] = append(b[key], id)
	}
}

func (b blocks) remove(key string, id order.POID) {
	ids := b[key]
	for i, other := range ids {
		if other == id {
			ids[i] = ids[len(ids)-1]
			if ids = ids[:len(ids)-1]; len(ids) == 0 {
				delete(b, key)
			} else {
				b[key] = ids
			}
			return
		}
	}
}

// entry is a purchase order with its folded fields.
type entry struct {
	PO
	party folded
	keys  []blockKey
}

// key is the order's name across channels.
func (e *entry) key() string { return e.Channel + "|" + e.Order }

// blockKey is one place where the entry can be found, so that it can be taken out again.
type blockKey struct {
	block blocks
	key   string
}

// NewIndex gives an empty index.
func NewIndex() *Index {
	return &Index{entries: map[order.POID]*entry{}, tokens: blocks{}, threads: blocks{}, numbers: blocks{}, cores: blocks{}, refs: blocks{}, tracking: blocks{},
		postcodes: blocks{}, streets: blocks{}, emails: blocks{}, phones: blocks{}, names: blocks{}, skus: blocks{}, suppliers: map[string]int{}, shapes: map[string]int{}}
}

// Len is how many purchase orders are in the index, closed ones included.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.entries)
}

// Put adds a purchase order, or replaces what was known of it.
func (x *Index) Put(po PO) {
	e := &entry{PO: po, party: foldAddress(po)}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(po.ID)
	x.entries[po.ID] = e
	if s := shape(strings.TrimPrefix(po.Order, "#")); s != "" {
		x.shapes[s]++
	}
	if !po.Closed {
		x.open++
		x.suppliers[po.Supplier]++
	}
	put := func(b blocks, key string) {
		if key != "" {
			b.add(key, po.ID)
			e.keys = append(e.keys, blockKey{b, key})
		}
	}
	put(x.tokens, string(po.Token))
	for _, id := range po.MessageIDs {
		put(x.threads, id)
	}
	if po.ReplyTo != "" {
		put(x.threads, "to:"+strings.ToLower(po.ReplyTo))
	}
	put(x.numbers, code(po.Order))
	if code(po.Number) != code(po.Order) {
		put(x.numbers, code(po.Number))
	}
	put(x.cores, coreOf(code(po.Order)))
	if other := coreOf(code(po.Number)); other != coreOf(code(po.Order)) {
		put(x.cores, other)
	}
	for _, ref := range po.Refs {
		put(x.refs, po.Supplier+"|"+code(ref))
	}
	for _, number := range po.Tracking {
		put(x.tracking, number)
	}
	put(x.postcodes, e.party.postcode)
	put(x.emails, e.party.email)
	put(x.phones, e.party.phone)
	put(x.streets, plain(e.party.street))
	for _, word := range e.party.words {
		put(x.names, word)
	}
	for _, l := range po.Lines {
		put(x.skus, code(l.SKU))
		if theirs := code(l.SupplierSKU); theirs != code(l.SKU) {
			put(x.skus, theirs)
		}
	}
}

// Remove forgets a purchase order.
func (x *Index) Remove(id order.POID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

func (x *Index) remove(id order.POID) {
	e, ok := x.entries[id]
	if !ok {
		return
	}
	for _, k := range e.keys {
		k.block.remove(k.key, id)
	}
	if !e.Closed {
		x.open--
		x.suppliers[e.Supplier]--
	}
	if s := shape(strings.TrimPrefix(e.Order, "#")); s != "" {
		if x.shapes[s]--; x.shapes[s] == 0 {
			delete(x.shapes, s)
		}
	}
	delete(x.entries, id)
}

// competing is how many open purchase orders stand against each other for a sender's news.
func (x *Index) competing(who Sender) int {
	n := x.open
	if who.Supplier != "" {
		n = x.suppliers[who.Supplier] + x.suppliers[""]
	}
	return max(n, 1)
}
