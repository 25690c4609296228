package edi

import (
	"strings"

	"waybill/parsers"
)

// despatchAdvice reads a DESADV (UN/EDIFACT D.96A and later): RFF+ON names the order, RFF+CN, AAM, AAS, AWB or 2I the carrier's number, GIN and PCI mark
// packages, QTY+12 is what left. Order and parcel stand in the head, with a package (CPS) or with a line.
func (r *reader) despatchAdvice(m []segment) {
	top := &level{name: "S"}
	here := top
	byID := map[string]*level{}
	kind, at := parsers.Shipment, parsers.Value{}
	var party parsers.Party
	var l advice
	finish := func() {
		if l.open {
			here.children = append(here.children, l.level())
		}
		l = advice{}
	}
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BGM":
			if at = r.value(s.at(1, 1)); s.text(3) == "1" { // 1225: cancellation of the advice
				kind = parsers.Question
			}
		case "TDT":
			if v := r.value(s.at(5, 4)); v.Text != "" {
				top.carrier = v
			} else {
				top.carrier = r.value(s.at(5, 1))
			}
		case "NAD":
			switch s.text(1) {
			case "DP", "ST", "UD":
				party = r.nameAndAddress(s)
			case "CA", "FW":
				if name := r.value(s.at(3, 1)); name.Text != "" && top.carrier.Text == "" {
					top.carrier = name
				} else if name := r.value(s.at(4, 1)); name.Text != "" && top.carrier.Text == "" {
					top.carrier = name
				}
			}
		case "CPS":
			finish()
			parent := byID[s.text(2)]
			if parent == nil {
				parent = top
			}
			here = &level{name: "P"}
			byID[s.text(1)] = here
			parent.children = append(parent.children, here)
		case "LIN":
			finish()
			l = advice{open: true, item: level{name: "I"}, sku: r.value(s.at(3, 1))}
		default:
			if l.open {
				r.adviceLine(s, &l)
			} else {
				r.mark(s, here, top.carrier)
			}
		}
	}
	finish()
	r.tell(top.gather(said{}, nil), kind, at, party)
}

// advice is one LIN of a DESADV while it is read.
type advice struct {
	open          bool
	item          level
	sku           parsers.Value
	left, ordered int
	back          int
	missing       int // QVR: pieces less than ordered
	rest          parsers.Kind
	leftAt        parsers.Place
	zero          bool
}

// discrepancies are the reasons of QVR for less than was ordered (UN/EDIFACT 4221) that say what becomes of the rest.
var discrepancies = map[string]parsers.Kind{
	"BP": parsers.Backorder, "TW": parsers.Backorder, "NS": parsers.Backorder, "PS": parsers.Backorder, "OF": parsers.Backorder, "NF": parsers.Backorder, // BP: shipment partial, back order to follow
	"CP": parsers.Cancellation, "IC": parsers.Cancellation, // CP: shipment partial, considered complete, no back order
	"AA": parsers.OutOfStock, "AB": parsers.OutOfStock, "AD": parsers.OutOfStock, "OP": parsers.OutOfStock, "OS": parsers.OutOfStock, "OW": parsers.OutOfStock,
}

// level gives the line as a level of its own: it may name its order and its parcel.
func (l *advice) level() *level {
	rest := l.rest
	if l.back > 0 {
		rest = parsers.Backorder
	} else {
		l.back = l.missing
	}
	if l.ordered == 0 && l.back > 0 {
		l.ordered = l.left + l.back
	}
	item := l.item
	if item.zero = l.zero; l.zero && l.ordered == 0 {
		return &item
	}
	item.lines, item.partial = shippedOf(l.sku, l.left, l.leftAt, l.ordered, rest)
	return &item
}

// adviceLine takes what a segment says of a line.
func (r *reader) adviceLine(s *segment, l *advice) {
	switch s.id {
	case "PIA":
		if s.at(2, 2).text == "SA" || l.sku.Text == "" {
			l.sku = r.value(s.at(2, 1))
		}
	case "QTY":
		n := pieces(s.at(1, 2).text)
		switch s.text(1) {
		case "12", "113":
			l.left, l.leftAt, l.zero = n, r.value(s.at(1, 2)).At, isZero(s.at(1, 2).text)
		case "21":
			l.ordered = n
		case "83":
			l.back = n
		}
	case "QVR": // C279: the difference, below zero where less left
		if less, ok := strings.CutPrefix(s.at(1, 1).text, "-"); ok || s.at(1, 1).text == "" {
			l.missing = pieces(less)
		}
		l.rest = discrepancies[s.text(2)]
	default:
		r.mark(s, &l.item, l.item.carrier)
	}
}

// mark takes what a segment says of the numbers of a level.
func (r *reader) mark(s *segment, l *level, named parsers.Value) {
	v := s.at(1, 2)
	switch s.id {
	case "RFF":
		switch s.text(1) {
		case "ON":
			if v.text != "" && orderOf(l.order) != v.text {
				l.order = append(l.order, ref(r.value(v), parsers.LabelOrder))
			}
		case "VN":
			l.others = append(l.others, ref(r.value(v), parsers.LabelTheirs))
		case "CN", "AAM", "AAS", "AWB", "2I", "CNR":
			l.tracking = append(l.tracking, r.tracking(v, named)...)
		}
	case "GIN":
		for i := 2; i <= len(s.elements); i++ {
			for c := 1; c <= len(s.elements[i-1]); c++ {
				switch s.text(1) {
				case "AW", "BX":
					l.tracking = append(l.tracking, r.tracking(s.at(i, c), named)...)
				case "BJ":
					l.tracking = append(l.tracking, r.unit(s.at(i, c), named)...)
				default: // BN, a serial number, and others: programs put the carrier's number where it fits
					l.mark(r.marked(s.at(i, c), named))
				}
			}
		}
	case "PCI":
		if len(s.elements) > 1 {
			for c := range s.elements[1] {
				l.mark(r.marked(s.elements[1][c], named))
			}
		}
	}
}

// nameAndAddress reads NAD: name, street, city, region, postcode, country in elements 4 to 9.
func (r *reader) nameAndAddress(s *segment) parsers.Party {
	return parsers.Party{Name: r.value(s.at(4, 1)), Street: r.value(s.at(5, 1)), City: r.value(s.at(6, 1)), Region: r.value(s.at(7, 1)), Postcode: r.value(s.at(8, 1)), Country: r.value(s.at(9, 1))}
}
