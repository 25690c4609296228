package edi

import (
	"strconv"
	"strings"

	"waybill/parsers"
)

// shipNotice reads an 856. Its levels (HL) are shipment, order, pack and item, nested in either order; a statement is made for each pack
// that has a number of its own, else for each order.
func (r *reader) shipNotice(m []segment) {
	n := notice{reader: r, levels: map[string]string{}}
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BSN":
			n.bsn = s
		case "HL":
			n.level(s.text(1), s.text(2), s.text(3))
		case "TD5":
			if v := r.value(s.at(3, 1)); v.Text != "" {
				n.carrier = v // TD503 is the SCAC where TD502 says 2
			} else if v := r.value(s.at(5, 1)); v.Text != "" {
				n.carrier = v
			}
		case "REF":
			n.reference(s)
		case "PRF":
			n.order = append(n.order[:0:0], ref(r.value(s.at(1, 1)), parsers.LabelOrder))
		case "MAN":
			n.marks(s)
		case "LIN":
			n.lines = append(n.lines, parsers.Line{SKU: r.sku(s, 2)})
		case "SN1":
			if len(n.lines) == 0 {
				n.lines = append(n.lines, parsers.Line{})
			}
			line := &n.lines[len(n.lines)-1]
			line.Quantity, line.QuantityAt = pieces(s.text(2)), r.value(s.at(2, 1)).At
		}
	}
	n.flush()
}

// notice is the state of an 856 while its levels are read.
type notice struct {
	*reader
	bsn            *segment
	at             string            // the present level: S, O, P, I
	levels         map[string]string // of each HL by its number
	carrier        parsers.Value
	order          []parsers.Ref
	shipment, pack []parsers.Tracking // numbers that hold for the shipment, and for the present pack
	lines          []parsers.Line
	said           bool // the present order has a statement
}

// level begins a level: a new order or a new pack ends what was collected.
func (n *notice) level(id, parent, name string) {
	n.levels[id] = name
	switch {
	case name == "O" || name == "S":
		n.flush()
		n.order, n.pack, n.said = nil, nil, false
		if name == "S" {
			n.shipment, n.carrier = nil, parsers.Value{}
		}
	case name == "P" && n.levels[parent] == "I" && len(n.pack) == 0: // the pack of the item before it
	case name == "P" && len(n.pack)+len(n.lines) > 0: // packs side by side
		n.flush()
		n.pack = nil
	}
	n.at = name
}

// reference reads REF: CN is the carrier's own number, 2I a tracking number, BM a bill of lading; VN and SI are the supplier's order.
func (n *notice) reference(s *segment) {
	switch s.text(1) {
	case "CN", "2I":
		found := n.tracking(s.at(2, 1), n.carrier)
		if n.at == "S" || n.at == "" || n.at == "O" {
			n.shipment = append(n.shipment, found...)
		} else {
			n.pack = append(n.pack, found...)
		}
	case "VN", "CO":
		n.order = append(n.order, ref(n.value(s.at(2, 1)), parsers.LabelTheirs))
	case "IV":
		n.order = append(n.order, ref(n.value(s.at(2, 1)), parsers.LabelInvoice))
	}
}

// marks reads MAN: CP is the carrier's package number, GM and AA are an SSCC, which only counts where nothing better stands beside it.
func (n *notice) marks(s *segment) {
	for _, i := range [...]int{1, 4} {
		if s.text(i) == "CP" {
			n.pack = append(n.pack, n.tracking(s.at(i+1, 1), n.carrier)...)
			return
		}
	}
}

func (n *notice) flush() {
	if len(n.order) == 0 || n.said && len(n.pack) == 0 && len(n.lines) == 0 {
		n.lines = nil
		return
	}
	found := n.pack
	if len(found) == 0 {
		found = n.shipment
	}
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.97, Refs: n.order, Tracking: found, Lines: n.lines, Carrier: n.carrier}
	if n.bsn != nil {
		s.KindAt = n.value(n.bsn.at(2, 1))
		if n.bsn.text(1) == "01" { // BSN01: the notice is taken back
			s.Kind = parsers.Question
		}
	}
	n.add(s)
	n.said, n.lines = true, nil
}

// acknowledgement reads an 855: the order's own verdict (BAK02), and a verdict for each line (ACK01). A statement is made for each kind.
func (r *reader) acknowledgement(m []segment) {
	var refs []parsers.Ref
	head := parsers.Acknowledgement
	var headAt parsers.Value
	byKind := map[parsers.Kind]*parsers.Statement{}
	var order []parsers.Kind
	var line parsers.Line
	state := func(k parsers.Kind, at parsers.Value) *parsers.Statement {
		s := byKind[k]
		if s == nil {
			s = &parsers.Statement{Kind: k, KindAt: at, Score: 0.97}
			byKind[k] = s
			order = append(order, k)
		}
		return s
	}
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BAK":
			refs = append(refs, ref(r.value(s.at(3, 1)), parsers.LabelOrder))
			if theirs := r.value(s.at(8, 1)); theirs.Text != "" {
				refs = append(refs, ref(theirs, parsers.LabelTheirs))
			}
			headAt = r.value(s.at(2, 1))
			if strings.HasPrefix(s.text(2), "R") { // RD, RF, RJ, RO
				head = parsers.Rejection
			}
			if s.text(1) == "01" {
				head = parsers.Cancellation
			}
		case "PO1":
			line = parsers.Line{SKU: r.sku(s, 6), Quantity: pieces(s.text(2)), QuantityAt: r.value(s.at(2, 1)).At}
		case "ACK":
			kind, known := lineVerdicts[s.text(1)]
			if !known {
				kind = parsers.Question
			}
			told := state(kind, r.value(s.at(1, 1)))
			one := line
			if n := pieces(s.text(2)); n > 0 {
				one.Quantity, one.QuantityAt = n, r.value(s.at(2, 1)).At
			}
			told.Lines = append(told.Lines, one)
			if kind == parsers.Backorder && told.Expected.Text == "" {
				told.Expected = r.value(s.at(5, 1))
			}
		}
	}
	if len(order) == 0 || head != parsers.Acknowledgement {
		order = []parsers.Kind{head}
		byKind[head] = &parsers.Statement{Kind: head, KindAt: headAt, Score: 0.97}
	}
	for _, k := range order {
		s := *byKind[k]
		s.Refs = refs
		r.add(s)
	}
}

// lineVerdicts are the codes of ACK01 (X12 element 668) that say one thing; the others need a person.
var lineVerdicts = map[string]parsers.Kind{
	"IA": parsers.Acknowledgement, "AC": parsers.Acknowledgement, "AR": parsers.Acknowledgement, "IE": parsers.Acknowledgement,
	"IB": parsers.Backorder, "BP": parsers.Backorder, "DR": parsers.Backorder,
	"IR": parsers.Rejection, "R1": parsers.Rejection, "R2": parsers.Rejection, "R3": parsers.Rejection, "R4": parsers.Rejection,
	"ID": parsers.Cancellation,
}

// sku finds the product code among pairs of qualifier and value that begin at element i: the buyer's or vendor's own before others.
func (r *reader) sku(s *segment, i int) parsers.Value {
	var first parsers.Value
	for ; i+1 <= len(s.elements); i += 2 {
		v := r.value(s.at(i+1, 1))
		switch s.text(i) {
		case "VN", "VP", "SK", "BP", "IN", "VA":
			return v
		}
		if first.Text == "" {
			first = v
		}
	}
	return first
}

// pieces reads a quantity: "2", "2.0"; 0 where it is none.
func pieces(s string) int {
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 9_999_999 || strings.Trim(fraction, "0") != "" {
		return 0
	}
	return n
}
