package edi

import (
	"strconv"
	"strings"

	"waybill/parsers"
)

// shipNotice reads an 856. Its levels (HL) are shipment, order, pack and item, nested in whatever order the partner likes.
func (r *reader) shipNotice(m []segment) {
	top := &level{name: "S"}
	byID := map[string]*level{}
	here := top
	kind, at := parsers.Shipment, parsers.Value{}
	var party parsers.Party
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BSN":
			if at = r.value(s.at(2, 1)); s.text(1) == "01" { // BSN01: the notice is taken back
				kind = parsers.Question
			}
		case "HL":
			parent := byID[s.text(2)]
			if parent == nil {
				parent = top
			}
			here = &level{name: s.text(3)}
			byID[s.text(1)] = here
			parent.children = append(parent.children, here)
		case "N1":
			switch q := s.text(1); {
			case q == "ST" && here != top && here.name != "S":
				here.party = r.consignee(m[i:])
			case q == "ST" || q == "BY" && party.Name.Text == "":
				party = r.consignee(m[i:])
			}
		default:
			r.shipSegment(s, here)
		}
	}
	r.tell(top.gather(said{}, nil), kind, at, party)
}

// shipSegment takes what a segment says of its level.
func (r *reader) shipSegment(s *segment, l *level) {
	switch s.id {
	case "TD5":
		if v := r.value(s.at(3, 1)); v.Text != "" {
			l.carrier = v // TD503 is the SCAC where TD502 says 2
		} else if v := r.value(s.at(5, 1)); v.Text != "" {
			l.carrier = v
		}
	case "PRF":
		l.order = append(l.order, ref(r.value(s.at(1, 1)), parsers.LabelOrder))
	case "REF":
		r.reference(s, l)
	case "MAN": // CP is the carrier's package number; GM and AA are an SSCC
		for _, i := range [...]int{1, 4, 3} { // the element between the two pairs is often forgotten
			switch s.text(i) {
			case "CP", "SM":
				l.tracking = append(l.tracking, r.tracking(s.at(i+1, 1), l.carrier)...)
				return
			case "GM", "AA", "W":
				if found := r.unit(s.at(i+1, 1), l.carrier); len(found) > 0 && s.text(4) != "CP" && s.text(3) != "CP" {
					l.tracking = append(l.tracking, found...)
					return
				}
			}
		}
	case "LIN":
		l.lines = append(l.lines, parsers.Line{SKU: r.sku(s, 2)})
	case "SN1":
		if len(l.lines) == 0 {
			l.lines = append(l.lines, parsers.Line{})
		}
		last := len(l.lines) - 1
		rest := parsers.Kind("")
		if k := lineVerdicts[s.text(8)]; s.text(8) != "BP" && (k == parsers.Backorder || k == parsers.Cancellation || k == parsers.Rejection) { // BP: the rest follows
			rest = k
		}
		if isZero(s.text(2)) {
			l.zero = true
			if pieces(s.text(5)) == 0 {
				l.lines = l.lines[:last]
				return
			}
		}
		lines, partial := shippedOf(l.lines[last].SKU, pieces(s.text(2)), r.value(s.at(2, 1)).At, pieces(s.text(5)), rest)
		l.lines = append(l.lines[:last], lines...)
		l.partial = l.partial || partial
	}
}

// reference reads REF: CN is the carrier's own number, 2I a tracking number; VN and CO are the supplier's order, PO is ours.
func (r *reader) reference(s *segment, l *level) {
	v := r.value(s.at(2, 1))
	if v.Text == "" {
		return
	}
	switch s.text(1) {
	case "CN", "2I":
		l.tracking = append(l.tracking, r.tracking(s.at(2, 1), l.carrier)...)
	case "PO", "OQ":
		if orderOf(l.order) == "" {
			l.order = append(l.order, ref(v, parsers.LabelOrder))
		}
	case "VN", "CO":
		l.others = append(l.others, ref(v, parsers.LabelTheirs))
	case "IV":
		l.others = append(l.others, ref(v, parsers.LabelInvoice))
	}
}

// consignee reads N1 and the segments that belong to it.
func (r *reader) consignee(m []segment) parsers.Party {
	p := parsers.Party{Name: r.value(m[0].at(2, 1))}
	for i := 1; i < len(m); i++ {
		s := &m[i]
		switch s.id {
		case "N2":
			p.Company = r.value(s.at(1, 1))
		case "N3":
			p.Street = r.value(s.at(1, 1))
		case "N4":
			p.City, p.Region, p.Postcode, p.Country = r.value(s.at(1, 1)), r.value(s.at(2, 1)), r.value(s.at(3, 1)), r.value(s.at(4, 1))
		case "PER":
		default:
			return p
		}
	}
	return p
}

// sku finds the product code among pairs of qualifier and value that begin at element i: the buyer's or vendor's own before others.
func (r *reader) sku(s *segment, i int) parsers.Value {
	var first parsers.Value
	for ; i+1 <= len(s.elements); i += 2 {
		v := r.value(s.at(i+1, 1))
		if v.Text == "" {
			continue
		}
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
