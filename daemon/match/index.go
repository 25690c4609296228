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

	by        [kinds]blocks
	suppliers map[string]int // open purchase orders by supplier
	shapes    map[string]int // of order numbers
	open      int
}

// kind says what a key is.
type kind int

const (
	byKey    kind = iota // our own key
	byThread             // Message-IDs of our mails, and "to:" with the address that a purchase order was sent with
	byNumber             // order numbers and purchase order numbers, as code
	byCore               // the digits of these, without leading zeros
	byRef                // supplier, then the supplier's reference
	byTracking
	byPostcode
	byEmail
	byPhone
	byStreet // house number and street
	byName   // each word of name and company
	bySKU
	kinds
)

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
	x := &Index{entries: map[order.POID]*entry{}, suppliers: map[string]int{}, shapes: map[string]int{}}
	for i := range x.by {
		x.by[i] = blocks{}
	}
	return x
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
	put(x.by[byKey], string(po.Token))
	for _, id := range po.MessageIDs {
		put(x.by[byThread], id)
	}
	if po.ReplyTo != "" {
		put(x.by[byThread], "to:"+strings.ToLower(po.ReplyTo))
	}
	put(x.by[byNumber], code(po.Order))
	if code(po.Number) != code(po.Order) {
		put(x.by[byNumber], code(po.Number))
	}
	put(x.by[byCore], coreOf(code(po.Order)))
	if other := coreOf(code(po.Number)); other != coreOf(code(po.Order)) {
		put(x.by[byCore], other)
	}
	for _, ref := range po.Refs {
		put(x.by[byRef], po.Supplier+"|"+code(ref))
	}
	for _, number := range po.Tracking {
		put(x.by[byTracking], number)
	}
	put(x.by[byPostcode], e.party.postcode)
	put(x.by[byEmail], e.party.email)
	put(x.by[byPhone], e.party.phone)
	put(x.by[byStreet], plain(e.party.street))
	for _, word := range e.party.words {
		put(x.by[byName], word)
	}
	for _, l := range po.Lines {
		put(x.by[bySKU], code(l.SKU))
		if theirs := code(l.SupplierSKU); theirs != code(l.SKU) {
			put(x.by[bySKU], theirs)
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
