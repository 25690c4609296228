package edi

import (
	"slices"

	"waybill/parsers"
)

// reported are the codes of ISR01 (X12 element 368) that say one thing of an order or a line.
var reported = map[string]parsers.Kind{
	"BO": parsers.Backorder, "BK": parsers.Backorder, "BP": parsers.Backorder,
	"CC": parsers.Shipment, "CL": parsers.Shipment, "CP": parsers.Shipment, "PR": parsers.Shipment, "SS": parsers.Shipment, "SH": parsers.Shipment,
	"IC": parsers.Cancellation, "DE": parsers.Cancellation, "CK": parsers.Cancellation,
	"IN": parsers.Acknowledgement, "PS": parsers.Acknowledgement, "AL": parsers.Acknowledgement,
}

// orderStatus reads an 870: at each order or item a status (ISR), and a number where something left. What stands with the shipment or the order holds for
// the items in it.
func (r *reader) orderStatus(m []segment) {
	top := &level{name: "S"}
	here, byID := top, map[string]*level{}
	var s parsers.Statement
	flush := func() {
		if s.Kind != "" && here.ordered() {
			s.Refs, s.Carrier = here.refs(), here.named()
			if s.Kind == parsers.Shipment {
				if s.Tracking = here.tracked(); len(s.Tracking) == 0 {
					s.Score = 0.8
				}
			}
			r.add(s)
		}
		s = parsers.Statement{}
	}
	for i := range m {
		seg := &m[i]
		switch seg.id {
		case "HL":
			flush()
			parent := byID[seg.text(2)]
			if parent == nil {
				parent = top
			}
			here = parent.below(seg.text(3))
			byID[seg.text(1)] = here
		case "ISR":
			if len(s.Lines) > 0 && s.Kind != "" { // another status of the same item
				lines := s.Lines
				flush()
				s.Lines = lines
			}
			s.Kind, s.KindAt, s.Score = reported[seg.text(1)], r.value(seg.at(1, 1)), sure
			if s.Kind == "" {
				s.Kind = parsers.Question
			}
			if s.Kind == parsers.Backorder {
				s.Expected = r.value(seg.at(2, 1))
			}
		case "PO1":
			line := parsers.Line{Quantity: counted(seg.text(2), seg.text(3)), QuantityAt: r.value(seg.at(2, 1)).At}
			r.product(&line, seg, 6)
			s.Lines = append(s.Lines, line)
		case "PID":
			if last := len(s.Lines) - 1; last >= 0 {
				r.describe(&s.Lines[last], seg)
			}
		case "QTY": // pieces that the status is about
			if last := len(s.Lines) - 1; last >= 0 && (seg.text(1) == "39" || seg.text(1) == "87") {
				s.Lines = slices.Clone(s.Lines)
				s.Lines[last].Quantity, s.Lines[last].QuantityAt = counted(seg.text(2), seg.text(3)), r.value(seg.at(2, 1)).At
			}
		default:
			r.shipSegment(seg, here)
		}
	}
	flush()
}

// refs are the numbers of the order that a level is about.
func (l *level) refs() (refs []parsers.Ref) {
	for ; l != nil; l = l.parent {
		if orderOf(refs) == "" {
			refs = append(refs, l.order...)
		}
		refs = append(refs, l.others...)
	}
	return refs
}

// tracked are the numbers of a level, or of the next one around it that has any.
func (l *level) tracked() []parsers.Tracking {
	for ; l != nil; l = l.parent {
		if own := l.numbers.own(); len(own) > 0 {
			return own
		}
	}
	return nil
}

// transportStatus reads an IFTSTA: where consignments are. That they left is likely, and a person looks.
func (r *reader) transportStatus(m []segment) {
	head := &level{name: "S"}
	here := head
	r.hauled(m, head)
	var at parsers.Value
	flush := func() {
		s := parsers.Statement{Kind: parsers.Shipment, KindAt: at, Score: unclear, Refs: here.refs(), Tracking: here.tracked(), Carrier: here.named()}
		if len(s.Tracking) > 0 {
			r.add(s)
		}
	}
	for i := range m {
		seg := &m[i]
		switch seg.id {
		case "CNI":
			if here != head {
				flush()
			}
			here = head.below("P")
			r.called(here, seg.at(2, 1))
		case "STS":
			at = r.value(seg.at(2, 1))
		default:
			r.mark(seg, here)
		}
	}
	flush()
}
