package edi

import "waybill/parsers"

// reported are the codes of ISR01 (X12 element 368) that say one thing of an order or a line.
var reported = map[string]parsers.Kind{
	"BO": parsers.Backorder, "BK": parsers.Backorder, "BP": parsers.Backorder,
	"CC": parsers.Shipment, "CL": parsers.Shipment, "CP": parsers.Shipment, "PR": parsers.Shipment, "SS": parsers.Shipment, "SH": parsers.Shipment,
	"IC": parsers.Cancellation, "DE": parsers.Cancellation, "CK": parsers.Cancellation,
	"IN": parsers.Acknowledgement, "PS": parsers.Acknowledgement, "AL": parsers.Acknowledgement,
}

// orderStatus reads an 870: at each order or item a status (ISR), and a number where something left.
func (r *reader) orderStatus(m []segment) {
	var order []parsers.Ref
	var s parsers.Statement
	flush := func() {
		if s.Refs = order; s.Kind != "" && orderOf(order) != "" {
			if s.Kind == parsers.Shipment && len(s.Tracking) == 0 {
				s.Score = 0.8
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
			if seg.text(3) == "O" {
				order = nil
			}
		case "PRF":
			order = append(order, ref(r.value(seg.at(1, 1)), parsers.LabelOrder))
		case "REF":
			l := level{}
			r.reference(seg, &l)
			s.Tracking = append(s.Tracking, l.tracking...)
			if orderOf(order) == "" {
				order = append(order, l.order...)
			}
		case "ISR":
			s.Kind, s.KindAt, s.Score = reported[seg.text(1)], r.value(seg.at(1, 1)), sure
			if s.Kind == "" {
				s.Kind = parsers.Question
			}
			if s.Kind == parsers.Backorder {
				s.Expected = r.value(seg.at(2, 1))
			}
		case "PO1":
			s.Lines = append(s.Lines, parsers.Line{SKU: r.sku(seg, 6), Quantity: pieces(seg.text(2)), QuantityAt: r.value(seg.at(2, 1)).At})
		}
	}
	flush()
}

// transportStatus reads an IFTSTA: where a consignment is. That it left is likely, and a person looks.
func (r *reader) transportStatus(m []segment) {
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.4}
	for i := range m {
		seg := &m[i]
		switch seg.id {
		case "CNI":
			s.Tracking = append(s.Tracking, r.tracking(seg.at(2, 1), parsers.Value{})...)
		case "STS":
			s.KindAt = r.value(seg.at(2, 1))
		case "RFF":
			l := level{}
			r.mark(seg, &l, parsers.Value{})
			s.Refs, s.Tracking = append(s.Refs, l.order...), append(s.Tracking, l.tracking...)
		}
	}
	if len(s.Tracking) > 0 {
		r.add(s)
	}
}
