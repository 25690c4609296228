package order

import (
	"fmt"
	"slices"
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
	Expected  string     `json:"expected,omitempty"` // date (YYYY-MM-DD) last promised for what is backordered
	PlacedAt  time.Time  `json:"placed_at,omitzero"`
}

// POLine is a line of a purchase order with its quantities, in pieces. Always: none is negative, Acknowledged <= Ordered,
// Shipped + Cancelled <= Ordered, and Backordered + OutOfStock <= Ordered - Shipped - Cancelled.
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

// Free is how many pieces are outstanding without bad news about them.
func (l POLine) Free() int { return l.Outstanding() - l.Backordered - l.OutOfStock }

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

// Derived is the target in POTransitions: the state follows from the quantities.
const Derived = "="

// POTransitions lists, for each state, the events that Apply accepts; what they do is told in quantities, and the states follow from
// those. It is not to be changed.
func POTransitions() []Transition { return poTable }

var poTable = func() []Transition {
	live := []EventKind{Acknowledged, Backordered, OutOfStock, Rejected, Shipped, Corrected, Cancelled, Restored}
	var table []Transition
	add := func(state POState, events ...EventKind) {
		for _, e := range events {
			table = append(table, Transition{string(state), e, Derived})
		}
	}
	table = append(table, Transition{"", Placed, Derived})
	for _, s := range []POState{POOpen, POAcknowledged, POBackordered, POPartial, POOutOfStock, PORejected} {
		add(s, live...)
	}
	add(POShipped, Acknowledged, Corrected) // an acknowledgement that comes late changes nothing
	return table
}()

// State derives the state from the quantities; "" before it is placed.
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

// Apply gives the purchase order after the event. The receiver is not changed. Errors, with the purchase order as it was:
// ErrTransition when the state does not allow the event, ErrLine for a line or a package that it does not have, ErrQuantity for more
// pieces than are outstanding.
//
// Quantities are pieces. An event without lines speaks of the whole purchase order: Acknowledged of everything that is not cancelled;
// Shipped of the pieces without bad news, without any such of those that were backordered, and only then of those that were out of stock, so
// that one line may ship while another is out; the others of everything outstanding. An acknowledgement, which may have been written before,
// does not lift a rejection; a shipment does, and so does a person (Restored).
func (p PurchaseOrder) Apply(e Event) (PurchaseOrder, error) {
	was := p
	if _, err := next(poTable, string(p.State()), e.Kind); err != nil {
		return was, fmt.Errorf("purchase order %s: %w", p.Number, err)
	}
	p.Lines, p.Shipments = slices.Clone(p.Lines), slices.Clone(p.Shipments)
	var err error
	switch e.Kind {
	case Placed:
		err = p.place(e)
	case Rejected:
		p.Rejected = true
	case Corrected:
		err = p.correct(e)
	default:
		err = p.book(e)
	}
	if err != nil {
		return was, fmt.Errorf("purchase order %s: %w", was.Number, err)
	}
	return p, nil
}

// place makes the lines from the event, which carries only ids and quantities; SKUs and titles are filled in by whoever has the order.
func (p *PurchaseOrder) place(e Event) error {
	if len(e.Lines) == 0 {
		return fmt.Errorf("it has no lines: %w", ErrLine)
	}
	p.ID, p.Order, p.PlacedAt = e.PO, e.Order, e.At
	p.Lines = make([]POLine, 0, len(e.Lines))
	for _, l := range e.Lines {
		switch {
		case l.Line == "" || p.line(l.Line) >= 0:
			return fmt.Errorf("line %q twice, or without an id: %w", l.Line, ErrLine)
		case l.Quantity < 1 || l.Quantity > MaxQuantity:
			return fmt.Errorf("line %s: %d pieces, expected 1 to %d: %w", l.Line, l.Quantity, MaxQuantity, ErrQuantity)
		}
		p.Lines = append(p.Lines, POLine{ID: l.Line, Ordered: l.Quantity})
	}
	return nil
}

// book moves quantities.
func (p *PurchaseOrder) book(e Event) error {
	moved, err := p.quantities(e)
	if err != nil {
		return err
	}
	backordered := 0
	for i := range p.Lines {
		if n := moved[i]; n > 0 {
			p.Lines[i].move(e.Kind, n)
		}
		backordered += p.Lines[i].Backordered
	}
	switch e.Kind {
	case Shipped:
		s := Shipment{At: e.At, Packages: slices.Clone(e.Packages), Item: e.Item}
		for i, l := range p.Lines {
			if moved[i] > 0 {
				s.Lines = append(s.Lines, LineQuantity{l.ID, moved[i]})
			}
		}
		p.Shipments = append(p.Shipments, s)
		p.Rejected = false // they shipped after all
	case Backordered:
		p.Expected = e.Expected
	case Restored:
		p.Rejected = false
	}
	if backordered == 0 {
		p.Expected = ""
	}
	return nil
}

// quantities resolves the event's lines to pieces, for each line of the purchase order.
func (p *PurchaseOrder) quantities(e Event) ([]int, error) {
	if len(e.Lines) == 0 {
		return p.everything(e.Kind), nil
	}
	moved := make([]int, len(p.Lines))
	for _, q := range e.Lines {
		i := p.line(q.Line)
		if i < 0 {
			return nil, fmt.Errorf("line %s: %w", q.Line, ErrLine)
		}
		if q.Quantity < 1 {
			return nil, fmt.Errorf("line %s: %d pieces, expected at least 1: %w", q.Line, q.Quantity, ErrQuantity)
		}
		limit, of := p.Lines[i].Outstanding(), "outstanding"
		if e.Kind == Acknowledged {
			limit, of = p.Lines[i].Ordered, "ordered"
		}
		if q.Quantity > limit-moved[i] {
			return nil, fmt.Errorf("line %s: %d pieces, %d %s: %w", q.Line, q.Quantity, limit-moved[i], of, ErrQuantity)
		}
		moved[i] += q.Quantity
	}
	return moved, nil
}

// everything is what an event without lines speaks of.
func (p *PurchaseOrder) everything(kind EventKind) []int {
	pieces := func(of func(POLine) int) (moved []int, some bool) {
		for _, l := range p.Lines {
			n := of(l)
			moved, some = append(moved, n), some || n > 0
		}
		return moved, some
	}
	switch kind {
	case Acknowledged:
		moved, _ := pieces(func(l POLine) int { return l.Ordered - l.Cancelled })
		return moved
	case Shipped:
		if moved, some := pieces(POLine.Free); some {
			return moved
		}
		if moved, some := pieces(func(l POLine) int { return l.Backordered }); some {
			return moved
		}
	}
	moved, _ := pieces(POLine.Outstanding)
	return moved
}

func (p PurchaseOrder) line(id string) int {
	for i, l := range p.Lines {
		if l.ID == id {
			return i
		}
	}
	return -1
}

// move books n pieces, at least 1. Later news replaces earlier news about the same pieces: what is shipped is no longer backordered, what is
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
		// What nothing is wrong with leaves first, then backorders are filled, and what was out of stock comes last.
		filled := min(max(n-l.Free(), 0), l.Backordered)
		found := max(n-l.Free()-l.Backordered, 0)
		l.Shipped, l.Backordered, l.OutOfStock = l.Shipped+n, l.Backordered-filled, l.OutOfStock-found
		l.Acknowledged = max(l.Acknowledged, l.Shipped)
	case Cancelled:
		l.lift(n) // what would not have come is what nobody waits for any more
		l.Cancelled += n
	case Restored:
		l.lift(n)
	}
}

// lift takes bad news off n pieces: first off those that are out of stock, then off backordered ones.
func (l *POLine) lift(n int) {
	out := min(n, l.OutOfStock)
	l.OutOfStock -= out
	l.Backordered -= min(n-out, l.Backordered)
}

// correct replaces the package that the event's Packages name first by those that they name behind it, in the last shipment that has it.
// Without any behind it the number is withdrawn; with itself among them the others join it (a second parcel of the same shipment).
func (p *PurchaseOrder) correct(e Event) error {
	if len(e.Packages) == 0 {
		return fmt.Errorf("a correction names the package that it replaces: %w", ErrLine)
	}
	old, replacement := e.Packages[0], e.Packages[1:]
	for i, s := range slices.Backward(p.Shipments) {
		if j := slices.Index(s.Packages, old); j >= 0 {
			p.Shipments[i].Packages = slices.Concat(s.Packages[:j], replacement, s.Packages[j+1:])
			return nil
		}
	}
	return fmt.Errorf("package %d: %w", old, ErrLine)
}
