package edi

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// despatchAdvice reads a DESADV (UN/EDIFACT D.96A and later): RFF+ON names the order, other references and marks the parcels, QTY+12 is what left. Order
// and parcel stand in the head, with a package (CPS) or with a line.
func (r *reader) despatchAdvice(m []segment) {
	top := &level{name: "S"}
	here := top
	byID := map[string]*level{}
	kind, at := parsers.Shipment, parsers.Value{}
	var party parsers.Party
	rank := 0
	var l *advice
	finish := func() {
		if l != nil {
			l.close()
		}
		l = nil
	}
	r.hauled(m, top)
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BGM":
			if at = r.value(s.at(1, 1)); s.text(3) == "1" { // 1225: cancellation of the advice
				kind = parsers.Question
			}
		case "TDT":
			r.marked(top, s.at(2, 1)) // the number of the conveyance
		case "NAD":
			if n := consignees[s.text(1)]; n > rank {
				party, rank = r.nameAndAddress(s), n
			}
		case "CPS":
			finish()
			parent := byID[s.text(2)]
			if parent == nil {
				parent = top
			}
			here = parent.below("P")
			byID[s.text(1)] = here
		case "LIN":
			if s.at(4, 1).text == "1" { // 5495: what the line before consists of
				continue
			}
			finish()
			l = &advice{item: here.below("I")}
			l.codes.add(r.value(s.at(3, 1)), ownCode(s.at(3, 2).text))
		default:
			if l != nil {
				r.adviceLine(s, l)
			} else {
				r.mark(s, here)
			}
		}
	}
	finish()
	r.tell(top.gather(said{}, nil), kind, at, party)
}

// consignees are the parties (UN/EDIFACT 3035) to whom the goods go, the nearest to the customer last.
var consignees = map[string]int{"CN": 1, "ST": 2, "DP": 2, "UC": 3, "UD": 3}

// hauled finds the carrier of a message, which stands behind the references that are read by it: in TDT, code and name in the fifth element, or as a party.
func (r *reader) hauled(m []segment, l *level) {
	known := func() bool {
		slug, _ := carrier.Normalize(l.carrier.Text)
		return slug != ""
	}
	for i := range m {
		s := &m[i]
		var v parsers.Value
		switch {
		case known():
			return
		case s.id == "TDT":
			v = r.carrierOf(s.at(5, 4), s.at(5, 1), s.at(4, 2), s.at(8, 4))
		case s.id == "NAD" && (s.text(1) == "CA" || s.text(1) == "FW"):
			v = r.carrierOf(s.at(4, 1), s.at(3, 1), s.at(2, 1))
		}
		if v.Text != "" {
			l.carrier = v
		}
	}
}

// advice is one LIN of a DESADV while it is read.
type advice struct {
	item          *level
	line          parsers.Line
	codes         codes
	left, ordered int
	leftBy        int // how well its code says what left
	back          int
	missing       int // QVR: pieces less than ordered
	rest          parsers.Kind
	zero          bool
}

// discrepancies are the reasons of QVR for less than was ordered (UN/EDIFACT 4221) that say what becomes of the rest.
var discrepancies = map[string]parsers.Kind{
	"BP": parsers.Backorder, "TW": parsers.Backorder, "NS": parsers.Backorder, "PS": parsers.Backorder, "OF": parsers.Backorder, "NF": parsers.Backorder, // BP: shipment partial, back order to follow
	"CP": parsers.Cancellation, "IC": parsers.Cancellation, // CP: shipment partial, considered complete, no back order
	"AA": parsers.OutOfStock, "AB": parsers.OutOfStock, "AD": parsers.OutOfStock, "OP": parsers.OutOfStock, "OS": parsers.OutOfStock, "OW": parsers.OutOfStock,
}

// leaving are the codes of QTY (UN/EDIFACT 6063) that say what left, the better the higher: despatched, to be delivered, delivered, discrete, invoiced.
var leaving = map[string]int{"12": 5, "113": 4, "46": 3, "48": 3, "1": 2, "47": 1}

// close makes the line what its level holds: it may name its order and its parcel.
func (l *advice) close() {
	rest := l.rest
	if l.back > 0 {
		rest = parsers.Backorder
	} else {
		l.back = l.missing
	}
	if l.ordered == 0 && l.back > 0 {
		l.ordered = l.left + l.back
	}
	if l.item.zero = l.zero; l.zero && l.ordered == 0 {
		return
	}
	l.codes.name(&l.line)
	l.item.lines, l.item.partial = shippedOf(l.line, l.left, l.ordered, rest)
}

// adviceLine takes what a segment says of a line.
func (r *reader) adviceLine(s *segment, l *advice) {
	switch s.id {
	case "PIA":
		r.articles(&l.codes, s)
	case "IMD":
		r.imagine(&l.line, s)
	case "QTY":
		n := counted(s.at(1, 2).text, s.at(1, 3).text)
		switch code := s.text(1); code {
		case "21":
			l.ordered = n
		case "83":
			l.back = n
		default:
			if by := leaving[code]; by > l.leftBy {
				l.left, l.line.QuantityAt, l.zero, l.leftBy = n, r.value(s.at(1, 2)).At, isZero(s.at(1, 2).text), by
			}
		}
	case "QVR": // C279: the difference, below zero where less left
		if less, ok := strings.CutPrefix(s.at(1, 1).text, "-"); ok || s.at(1, 1).text == "" {
			l.missing = pieces(less)
		}
		l.rest = discrepancies[s.text(2)]
	default:
		r.mark(s, l.item)
	}
}

// ownCode tells the kinds of article numbers (UN/EDIFACT 7143) that the supplier or the buyer has made.
func ownCode(kind string) bool { return kind == "SA" || kind == "BP" || kind == "IN" || kind == "MF" }

// articles takes the article numbers of PIA, five at the most.
func (r *reader) articles(c *codes, s *segment) {
	for i := 2; i <= len(s.elements); i++ {
		switch kind := s.at(i, 2).text; kind {
		case "NB", "BB", "SN", "PV", "GB", "CC", "HS": // batch, lot, serial number, version, classes: no code of the product
		default:
			c.add(r.value(s.at(i, 1)), ownCode(kind))
		}
	}
}

// imagine takes the description of a product (IMD, in words).
func (r *reader) imagine(l *parsers.Line, s *segment) {
	if v := r.value(s.at(3, 4)); v.Text != "" && l.Title.Text == "" {
		l.Title = v
	}
}

// mark takes what a segment says of the numbers of a level.
func (r *reader) mark(s *segment, l *level) {
	switch s.id {
	case "RFF":
		r.referenced(s, l)
	case "GIN":
		for i := 2; i <= len(s.elements); i++ {
			for c := 1; c <= len(s.elements[i-1]); c++ {
				r.identity(l, s.text(1), s.at(i, c))
			}
		}
	case "PCI":
		l.packed = true
		for i := 2; i <= len(s.elements); i++ {
			for c := range s.elements[i-1] {
				r.unit(l, s.elements[i-1][c])
			}
		}
	}
}

// identity reads a number of GIN (UN/EDIFACT 7405): BJ is an SSCC. Of a product BX is a batch and BN a serial number; of a package AW and BX are its number,
// and programs put the carrier's there as well as into any other that fits.
func (r *reader) identity(l *level, code string, e element) {
	switch product := l.name == "I" && !l.packed; {
	case product && !sscc(e.text):
		r.serial(l, e)
	case (code == "AW" || code == "BX") && !sscc(e.text):
		r.called(l, e)
	default:
		r.unit(l, e)
	}
}

// referenced reads RFF (UN/EDIFACT 1153).
func (r *reader) referenced(s *segment, l *level) {
	v := s.at(1, 2)
	if v.text == "" {
		return
	}
	switch s.text(1) {
	case "ON":
		if orderOf(l.order) != v.text {
			l.order = append(l.order, ref(r.value(v), parsers.LabelOrder))
		}
	case "CO":
		l.others = append(l.others, ref(r.value(v), parsers.LabelNone))
	case "VN":
		l.others = append(l.others, ref(r.value(v), parsers.LabelTheirs))
	case "IV":
		l.others = append(l.others, ref(r.value(v), parsers.LabelInvoice))
	case "CN", "AAM", "AAS", "AWB", "HWB", "2I", "CNR", "FN", "TRK": // carrier's reference, waybill, transport document, air and house waybill, freight bill
		r.called(l, v)
	default:
		r.marked(l, v)
	}
}

// nameAndAddress reads NAD: name, street, city, region, postcode, country in elements 4 to 9. Where the structured name is missing the unstructured one
// (element 3) holds it.
func (r *reader) nameAndAddress(s *segment) parsers.Party {
	p := parsers.Party{Name: r.value(s.at(4, 1)), Street: r.value(s.at(5, 1)), City: r.value(s.at(6, 1)), Region: r.value(s.at(7, 1)), Postcode: r.value(s.at(8, 1)), Country: r.value(s.at(9, 1))}
	if p.Name.Text == "" {
		p.Name = r.value(s.at(3, 1))
	}
	return p
}
