package edi

import "waybill/parsers"

// despatchAdvice reads a DESADV (UN/EDIFACT D.96A): RFF+ON names the order, RFF+CN, AAM, AWB or 2I the carrier's number, GIN+AW or BX a package's;
// QTY+12 is what left. The order may stand in the head or with its lines.
func (r *reader) despatchAdvice(m []segment) {
	s := parsers.Statement{Kind: parsers.Shipment, Score: 0.97}
	flush := func() {
		if len(s.Lines) > 0 || len(s.Tracking) > 0 {
			r.add(s)
		}
	}
	for i := range m {
		seg := &m[i]
		switch seg.id {
		case "BGM":
			s.KindAt = r.value(seg.at(1, 1))
			if seg.text(3) == "1" { // 1225: cancellation of the advice
				s.Kind = parsers.Question
			}
		case "TDT":
			if v := r.value(seg.at(5, 4)); v.Text != "" {
				s.Carrier = v
			} else {
				s.Carrier = r.value(seg.at(5, 1))
			}
		case "RFF":
			v := seg.at(1, 2)
			switch seg.text(1) {
			case "ON":
				if len(s.Lines) > 0 && orderOf(s.Refs) != v.text && orderOf(s.Refs) != "" {
					lines := s.Lines[len(s.Lines)-1:]
					s.Lines = s.Lines[:len(s.Lines)-1] // the line before this reference is of the new order
					flush()
					s.Refs, s.Lines = nil, append([]parsers.Line(nil), lines...)
				}
				if orderOf(s.Refs) != v.text {
					s.Refs = append(s.Refs, ref(r.value(v), parsers.LabelOrder))
				}
			case "VN":
				s.Refs = append(s.Refs, ref(r.value(v), parsers.LabelTheirs))
			case "CN", "AAM", "AWB", "2I", "CNR":
				s.Tracking = append(s.Tracking, r.tracking(v, s.Carrier)...)
			}
		case "GIN":
			if seg.text(1) == "AW" || seg.text(1) == "BX" {
				s.Tracking = append(s.Tracking, r.tracking(seg.at(2, 1), s.Carrier)...)
			}
		case "LIN":
			s.Lines = append(s.Lines, parsers.Line{SKU: r.value(seg.at(3, 1))})
		case "PIA":
			if len(s.Lines) > 0 && (seg.at(2, 2).text == "SA" || s.Lines[len(s.Lines)-1].SKU.Text == "") {
				s.Lines[len(s.Lines)-1].SKU = r.value(seg.at(2, 1))
			}
		case "QTY":
			if len(s.Lines) > 0 && (seg.text(1) == "12" || seg.text(1) == "113") {
				line := &s.Lines[len(s.Lines)-1]
				line.Quantity, line.QuantityAt = pieces(seg.at(1, 2).text), r.value(seg.at(1, 2)).At
			}
		}
	}
	flush()
}

func orderOf(refs []parsers.Ref) string {
	for i := range refs {
		if refs[i].Label == parsers.LabelOrder {
			return refs[i].Text
		}
	}
	return ""
}

// responses are the codes of BGM's message function (1225) and LIN's action (1229) that say one thing.
var (
	responseHeads = map[string]parsers.Kind{"29": parsers.Acknowledgement, "9": parsers.Acknowledgement, "27": parsers.Rejection, "1": parsers.Cancellation, "4": parsers.Question, "12": parsers.Rejection}
	responseLines = map[string]parsers.Kind{"5": parsers.Acknowledgement, "7": parsers.Rejection, "2": parsers.Cancellation, "3": parsers.Question, "6": parsers.Question, "10": parsers.Rejection}
)

// orderResponse reads an ORDRSP: the answer to the whole order in BGM, to a line in LIN. QTY+83 is what stays on backorder. A statement is made for each kind.
func (r *reader) orderResponse(m []segment) {
	var refs []parsers.Ref
	said := map[parsers.Kind]*parsers.Statement{}
	var order []parsers.Kind
	state := func(k parsers.Kind, at parsers.Value) *parsers.Statement {
		if said[k] == nil {
			said[k] = &parsers.Statement{Kind: k, KindAt: at, Score: 0.97}
			order = append(order, k)
		}
		return said[k]
	}
	head, headAt := parsers.Acknowledgement, parsers.Value{}
	var line *parsers.Line
	var lineKind parsers.Kind
	for i := range m {
		seg := &m[i]
		switch seg.id {
		case "BGM":
			headAt = r.value(seg.at(1, 1))
			if k, known := responseHeads[seg.text(3)]; known {
				head, headAt = k, r.value(seg.at(3, 1))
			}
		case "RFF":
			switch seg.text(1) {
			case "ON":
				if orderOf(refs) != seg.at(1, 2).text {
					refs = append(refs, ref(r.value(seg.at(1, 2)), parsers.LabelOrder))
				}
			case "VN":
				refs = append(refs, ref(r.value(seg.at(1, 2)), parsers.LabelTheirs))
			}
		case "LIN":
			kind, known := responseLines[seg.text(2)]
			if !known {
				kind = head
			}
			s := state(kind, r.value(seg.at(2, 1)))
			s.Lines = append(s.Lines, parsers.Line{SKU: r.value(seg.at(3, 1))})
			line, lineKind = &s.Lines[len(s.Lines)-1], kind
		case "PIA":
			if line != nil && line.SKU.Text == "" {
				line.SKU = r.value(seg.at(2, 1))
			}
		case "QTY":
			n, at := pieces(seg.at(1, 2).text), r.value(seg.at(1, 2)).At
			switch {
			case line == nil || n == 0:
			case seg.text(1) == "83" && lineKind != parsers.Backorder:
				s := state(parsers.Backorder, r.value(seg.at(1, 1)))
				s.Lines = append(s.Lines, parsers.Line{SKU: line.SKU, Quantity: n, QuantityAt: at})
			case seg.text(1) == "21" || seg.text(1) == "113" || seg.text(1) == "12":
				line.Quantity, line.QuantityAt = n, at
			}
		case "DTM":
			if s := said[parsers.Backorder]; s != nil && s.Expected.Text == "" {
				s.Expected = r.value(seg.at(1, 2))
			}
		}
	}
	if len(order) == 0 {
		state(head, headAt)
	}
	for _, k := range order {
		s := *said[k]
		s.Refs = refs
		r.add(s)
	}
}
