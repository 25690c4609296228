package match

import (
	"strings"

	"waybill/daemon/order"
)

// look is one look at the index: what one item is judged against. Purchase orders that it has come upon stay as they were then until the item is
// judged, whatever happens to them meanwhile; the index is locked only while something is looked up.
type look struct {
	index    *Index
	language string // of the item, "" where it is not known
	known    map[order.POID]*entry
	size     int // of the index
	tried    map[nearKey][]order.POID
	persons  map[valued]int // see buyers
	// listened counts the sentences in which somebody else was sought, see astray; weighed those in which somebody else's product was, see strayed.
	listened, weighed int
	spoken            map[string][]whom  // of whom sentences speak, see hear
	voices            map[string][]voice // by order, see attend
}

// nearKey is a number that was sought among the orders of one sender.
type nearKey struct{ number, supplier string }

func (x *Index) look() *look {
	return &look{index: x, known: map[order.POID]*entry{}, size: x.Len(), tried: map[nearKey][]order.POID{}, persons: map[valued]int{}, spoken: map[string][]whom{}}
}

// entry is a purchase order that find or whoLives gave.
func (x *look) entry(id order.POID) *entry { return x.known[id] }

// meet takes a purchase order out of the index. The caller holds the lock.
func (x *look) meet(s slot) *entry {
	record := x.index.record(s)
	if e, ok := x.known[identify(record)]; ok {
		return e
	}
	e := &entry{}
	u := unpacker{words: &x.index.words, in: record}
	u.unpack(&e.PO)
	x.known[e.ID] = e
	return e
}

// find gives the purchase orders that have a key.
func (x *look) find(k kind, text string) []order.POID {
	filed := text
	if k == byNumber {
		filed = numberKey(text)
	}
	return x.among(k, filed, func(po *PO) bool { return po.has(k, text) })
}

// cores gives the purchase orders whose number has these digits, without leading zeros.
func (x *look) cores(digits string) []order.POID {
	return x.among(byNumber, digits, func(po *PO) bool { return coreOf(code(po.Order)) == digits || coreOf(code(po.Number)) == digits })
}

func (x *look) among(k kind, filed string, has func(*PO) bool) []order.POID {
	if k == byPostcode {
		filed = strings.TrimLeft(filed, "0")
	}
	if filed == "" {
		return nil
	}
	hash := x.index.hash(k, filed)
	x.index.mu.RLock()
	defer x.index.mu.RUnlock()
	var one [1]slot
	slots := x.index.by[k].find(hash, &one)
	if len(slots) == 0 {
		return nil
	}
	ids := make([]order.POID, 0, len(slots))
	for _, s := range slots {
		if e := x.meet(s); has(&e.PO) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// count is how many purchase orders have a key, but for rare chance.
func (x *look) count(k kind, text string) int {
	if text == "" {
		return 0
	}
	if k == byPostcode {
		text = strings.TrimLeft(text, "0")
	}
	hash := x.index.hash(k, text)
	x.index.mu.RLock()
	defer x.index.mu.RUnlock()
	return x.index.by[k].count(hash)
}

// shaped tells whether some order's number looks like this one.
func (x *look) shaped(number string) bool {
	x.index.mu.RLock()
	defer x.index.mu.RUnlock()
	return x.index.shapes[shape(number)] > 0
}

// formed tells whether some order's number looks like this one, whatever digits it begins with: those of earlier orders began with others.
func (x *look) formed(number string) bool {
	form, _ := withoutHeads(shape(number))
	x.index.mu.RLock()
	defer x.index.mu.RUnlock()
	return x.index.forms[form] > 0
}

// competing is how many open purchase orders stand against each other for a sender's news.
func (x *look) competing(who Sender) int {
	x.index.mu.RLock()
	defer x.index.mu.RUnlock()
	n := x.index.open
	if who.Supplier != "" {
		n = x.index.suppliers[who.Supplier] + x.index.suppliers[""]
	}
	return max(n, 1)
}
