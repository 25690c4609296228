package order

import (
	"fmt"
	"time"
)

// PurchaseOrder is the part of one order that one supplier ships: what the supplier sees. It holds no personal data; name and
// address come from the order when something is rendered.
type PurchaseOrder struct {
	ID        POID       `json:"id"`
	Order     OrderID    `json:"order"`
	Number    string     `json:"number"`   // "1001-A", unique
	Supplier  string     `json:"supplier"` // slug
	Token     Token      `json:"token"`
	Lines     []POLine   `json:"lines"`
	Shipments []Shipment `json:"shipments,omitempty"`
	Rejected  bool       `json:"rejected,omitempty"`
	Expected  string     `json:"expected,omitempty"` // last date promised for what is backordered
	PlacedAt  time.Time  `json:"placed_at,omitzero"`
}

// POLine is a line of a purchase order with its quantities, in pieces. Always: Shipped + Cancelled <= Ordered, and
// Backordered + OutOfStock <= Ordered - Shipped - Cancelled.
type POLine struct {
	ID           string `json:"id"`                     // Line.ID of the order
	SKU          string `json:"sku"`                    // ours
	SupplierSKU  string `json:"supplier_sku,omitempty"` // theirs, where it differs
	Title        string `json:"title,omitempty"`
	Ordered      int    `json:"ordered"`
	Acknowledged int    `json:"acknowledged,omitempty"`
	Backordered  int    `json:"backordered,omitempty"`
	OutOfStock   int    `json:"out_of_stock,omitempty"`
	Shipped      int    `json:"shipped,omitempty"`
	Cancelled    int    `json:"cancelled,omitempty"`
}

// Outstanding is how many pieces could still be shipped.
func (l POLine) Outstanding() int { return l.Ordered - l.Shipped - l.Cancelled }

// Shipment is what left at one time: lines and quantities, in packages.
type Shipment struct {
	At       time.Time      `json:"at"`
	Lines    []LineQuantity `json:"lines"`
	Packages []PackageID    `json:"packages,omitempty"`
	Item     ItemID         `json:"item,omitempty"`
}

// POState is derived from the quantities; it is never set.
type POState string

const (
	POOpen         POState = "open"         // the supplier has not said anything yet
	POAcknowledged POState = "acknowledged" // the supplier has it
	POBackordered  POState = "backordered"  // something comes later, nothing of it is shipped yet
	POPartial      POState = "partial"      // something left, something is still to come
	POShipped      POState = "shipped"      // everything that is not cancelled left
	POOutOfStock   POState = "out_of_stock" // something cannot be shipped: a person decides
	PORejected     POState = "rejected"     // the supplier refuses it: a person decides
	POCancelled    POState = "cancelled"    // nothing was shipped and nothing will be
)

// POTransitions is what each event does to a purchase order, in words of quantities; the states follow from them. It lists,
// for each state, the events that Apply accepts.
func POTransitions() []Transition { return poTable }

// The target "=" says that the state follows from the quantities.
var poTable = func() []Transition {
	live := []EventKind{Acknowledged, Backordered, OutOfStock, Rejected, Shipped, Corrected, Cancelled, Restored}
	var table []Transition
	add := func(state POState, events ...EventKind) {
		for _, e := range events {
			table = append(table, Transition{string(state), e, "="})
		}
	}
	table = append(table, Transition{"", Placed, "="})
	for _, s := range []POState{POOpen, POAcknowledged, POBackordered, POPartial, POOutOfStock, PORejected} {
		add(s, live...)
	}
	add(POShipped, Acknowledged, Corrected) // an acknowledgement that comes late changes nothing
	return table
}()

// State derives the state from the quantities.
func (p PurchaseOrder) State() POState {
	if len(p.Lines) == 0 {
		return ""
	}
	var ordered, acked, back, out, shipped, cancelled int
	for _, l := range p.Lines {
		ordered += l.Ordered
		acked += l.Acknowledged
		back += l.Backordered
		out += l.OutOfStock
		shipped += l.Shipped
		cancelled += l.Cancelled
	}
	switch {
	case cancelled == ordered:
		return POCancelled
	case shipped+cancelled == ordered:
		return POShipped
	case p.Rejected:
		return PORejected
	case out > 0:
		return POOutOfStock
	case shipped > 0:
		return POPartial
	case back > 0:
		return POBackordered
	case acked > 0:
		return POAcknowledged
	}
	return POOpen
}

// Closed tells whether nothing more is expected from the supplier.
func (p PurchaseOrder) Closed() bool {
	s := p.State()
	return s == POShipped || s == POCancelled
}

// Apply gives the purchase order after the event. The receiver is not changed. Errors: ErrTransition when the state does not
// allow the event, ErrLine for an unknown line, ErrQuantity for more pieces than are outstanding.
func (p PurchaseOrder) Apply(e Event) (PurchaseOrder, error) {
	if _, err := next(poTable, string(p.State()), e.Kind); err != nil {
		return p, fmt.Errorf("purchase order %s: %w", p.Number, err)
	}
	if e.Kind == Placed {
		return p.place(e)
	}
	was := p
	p.Lines = append([]POLine(nil), p.Lines...)
	p.Shipments = append([]Shipment(nil), p.Shipments...)
	switch e.Kind {
	case Rejected:
		p.Rejected = true
		return p, nil
	case Corrected:
		return p, p.correct(e)
	}
	moved, err := p.quantities(e)
	if err != nil {
		return was, fmt.Errorf("purchase order %s: %w", was.Number, err)
	}
	for i, n := range moved {
		p.Lines[i].move(e.Kind, n)
	}
	switch e.Kind {
	case Shipped:
		s := Shipment{At: e.At, Packages: e.Packages, Item: e.Item}
		for i, l := range p.Lines {
			if moved[i] > 0 {
				s.Lines = append(s.Lines, LineQuantity{l.ID, moved[i]})
			}
		}
		p.Shipments = append(p.Shipments, s)
		p.Rejected = false // they shipped after all
	case Backordered:
		p.Expected = e.Expected
	case Acknowledged, Restored:
		p.Rejected = false
	}
	return p, nil
}

// place makes the lines; the event itself carries only ids and quantities, the rest is on the receiver's lines template.
func (p PurchaseOrder) place(e Event) (PurchaseOrder, error) {
	if len(e.Lines) == 0 {
		return p, fmt.Errorf("purchase order %s without lines: %w", p.Number, ErrLine)
	}
	p.ID, p.Order, p.PlacedAt = e.PO, e.Order, e.At
	for _, l := range e.Lines {
		if l.Quantity < 1 || l.Quantity > MaxQuantity {
			return p, fmt.Errorf("line %s: %d pieces: %w", l.Line, l.Quantity, ErrQuantity)
		}
		p.Lines = append(p.Lines, POLine{ID: l.Line, Ordered: l.Quantity})
	}
	return p, nil
}

// quantities resolves the event's lines to pieces by line index. Without lines it means everything that can still move.
func (p PurchaseOrder) quantities(e Event) (map[int]int, error) {
	moved := make(map[int]int, len(p.Lines))
	if len(e.Lines) == 0 {
		for i, l := range p.Lines {
			if n := l.Outstanding(); n > 0 {
				moved[i] = n
			}
		}
		if e.Kind == Acknowledged {
			return moved, nil
		}
		if len(moved) == 0 {
			return nil, ErrQuantity
		}
		return moved, nil
	}
	for _, q := range e.Lines {
		i := p.line(q.Line)
		if i < 0 {
			return nil, fmt.Errorf("line %s: %w", q.Line, ErrLine)
		}
		if moved[i] += q.Quantity; q.Quantity < 1 {
			return nil, fmt.Errorf("line %s: %d pieces: %w", q.Line, q.Quantity, ErrQuantity)
		}
		limit := p.Lines[i].Outstanding()
		if e.Kind == Acknowledged {
			limit = p.Lines[i].Ordered
		}
		if moved[i] > limit {
			return nil, fmt.Errorf("line %s: %d pieces, %d outstanding: %w", q.Line, moved[i], limit, ErrQuantity)
		}
	}
	return moved, nil
}

func (p PurchaseOrder) line(id string) int {
	for i, l := range p.Lines {
		if l.ID == id {
			return i
		}
	}
	return -1
}

// move books n pieces. Later news replaces earlier news about the same pieces: what is shipped is no longer backordered, what is
// out of stock was not backordered but out.
func (l *POLine) move(kind EventKind, n int) {
	switch kind {
	case Acknowledged:
		l.Acknowledged = max(l.Acknowledged, n)
	case Backordered:
		l.Backordered = n
		l.OutOfStock = min(l.OutOfStock, l.Outstanding()-n)
	case OutOfStock:
		l.OutOfStock = n
		l.Backordered = min(l.Backordered, l.Outstanding()-n)
	case Shipped:
		l.Shipped += n
		l.Acknowledged = max(l.Acknowledged, l.Shipped)
		l.clip()
	case Cancelled:
		l.Cancelled += n
		l.clip()
	case Restored:
		l.Backordered, l.OutOfStock = 0, 0
	}
}

// clip keeps bad news within what is outstanding: backorders are filled first.
func (l *POLine) clip() {
	if over := l.Backordered + l.OutOfStock - l.Outstanding(); over > 0 {
		filled := min(over, l.Backordered)
		l.Backordered -= filled
		l.OutOfStock -= over - filled
	}
}

// correct replaces the packages of the last shipment that has any of those named first in the event: Packages holds the old
// id and then the new ones. Without new ones the number is withdrawn.
func (p *PurchaseOrder) correct(e Event) error {
	if len(e.Packages) == 0 {
		return fmt.Errorf("purchase order %s: a correction names the package it replaces: %w", p.Number, ErrLine)
	}
	old, replacement := e.Packages[0], e.Packages[1:]
	for i := len(p.Shipments) - 1; i >= 0; i-- {
		for j, id := range p.Shipments[i].Packages {
			if id != old {
				continue
			}
			packages := append([]PackageID(nil), p.Shipments[i].Packages[:j]...)
			packages = append(packages, replacement...)
			p.Shipments[i].Packages = append(packages, p.Shipments[i].Packages[j+1:]...)
			return nil
		}
	}
	return fmt.Errorf("purchase order %s has no package %d: %w", p.Number, old, ErrLine)
}
