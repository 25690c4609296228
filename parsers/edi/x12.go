package edi

import (
	"slices"
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
			here = parent.below(s.text(3))
			byID[s.text(1)] = here
		case "N1":
			switch s.text(1) {
			case "ST", "UC", "MA": // ship to, ultimate consignee, party for whom the item is ultimately intended
				here.party = r.consignee(m[i:])
			case "CA": // carrier
				if here.named().Text == "" {
					here.carrier = r.value(s.at(2, 1))
				}
			}
		case "LIN", "SN1", "PID", "PO4":
			if !here.part() {
				r.shipLine(s, here)
			}
		default:
			r.shipSegment(s, here)
		}
	}
	r.tell(top.gather(said{}, nil), kind, at, parsers.Party{})
}

// shipSegment takes what a segment says of its level.
func (r *reader) shipSegment(s *segment, l *level) {
	switch s.id {
	case "TD5": // TD503 is the SCAC where TD502 says 2, TD505 the routing in words
		if v := r.carrierOf(s.at(3, 1), s.at(5, 1), s.at(12, 1), s.at(8, 1)); v.Text != "" {
			l.carrier = v
		}
	case "PRF":
		l.order = append(l.order, ref(r.value(s.at(1, 1)), parsers.LabelOrder))
	case "REF":
		r.reference(s, l)
	case "MAN":
		r.marksAndNumbers(s, l)
	}
}

// marksAndNumbers reads MAN: a code with one number or a range, twice. CP is the carrier's package number, GM and AA are an SSCC; all others are the
// shipper's or mutually defined. The element between the two pairs is often forgotten.
func (r *reader) marksAndNumbers(s *segment, l *level) {
	code := ""
	for i := 1; i <= min(len(s.elements), 6); i++ {
		e := s.at(i, 1)
		if len(e.text) <= 2 {
			if e.text != "" {
				code = e.text
			}
			continue
		}
		switch code {
		case "CP":
			r.called(l, e)
		case "GM", "AA", "W", "AI":
			r.unit(l, e)
		case "":
		default:
			r.marked(l, e)
		}
	}
}

// reference reads REF (X12 element 128): CN is the carrier's own number, 2I a tracking number, 08 the number the carrier gave to a package, WY and AW are
// waybills, FR a freight bill; VN is the supplier's order, PO ours. Bills of lading (BM, MB) and whatever else are numbers where they have a carrier's form.
func (r *reader) reference(s *segment, l *level) {
	v := r.value(s.at(2, 1))
	switch code := s.text(1); {
	case v.Text == "" || strings.Trim(v.Text, "0123456789") == v.Text && s.text(3) != "": // REF*ZZ*TRACKING*1Z…
		r.marked(l, s.at(3, 1))
	case code == "CN" || code == "2I" || code == "08" || code == "WY" || code == "AW" || code == "FR":
		r.called(l, s.at(2, 1))
	case code == "PO" || code == "OQ" || code == "CO" && orderOf(l.order) == "" && !l.ordered():
		if orderOf(l.order) == "" {
			l.order = append(l.order, ref(v, parsers.LabelOrder))
		}
	case code == "VN":
		l.others = append(l.others, ref(v, parsers.LabelTheirs))
	case code == "CO" || code == "CR": // the customer's own number, whoever they take for the customer
		l.others = append(l.others, ref(v, parsers.LabelNone))
	case code == "IV":
		l.others = append(l.others, ref(v, parsers.LabelInvoice))
	case code == "BM" || code == "MB":
		before := len(l.numbers.own())
		r.marked(l, s.at(2, 1))
		if l.numbers.doubt = l.numbers.doubt || len(l.numbers.own()) == before && len(v.Text) >= 8; before > 0 {
			l.numbers.doubt = false
		}
	default:
		r.marked(l, s.at(2, 1))
	}
}

// ordered tells whether a level around this one names an order.
func (l *level) ordered() bool {
	for ; l != nil; l = l.parent {
		if orderOf(l.order) != "" {
			return true
		}
	}
	return false
}

// shipLine takes what a segment says of a product.
func (r *reader) shipLine(s *segment, l *level) {
	if s.id == "LIN" || len(l.lines) == 0 && !l.zero {
		l.lines = append(l.lines, parsers.Line{})
	}
	last := len(l.lines) - 1
	if last < 0 {
		return
	}
	switch s.id {
	case "LIN":
		r.product(&l.lines[last], s, 2)
	case "PID":
		r.describe(&l.lines[last], s)
	case "PO4": // PO401: so many pieces in each case
		if n := pieces(s.text(1)); n > 1 && l.cased {
			for i := range l.lines {
				l.lines[i].Quantity *= n
			}
			l.cased = false
		}
	case "SN1":
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
		l.lines[last].QuantityAt = r.value(s.at(2, 1)).At
		lines, partial := shippedOf(l.lines[last], counted(s.text(2), s.text(3)), counted(s.text(5), s.text(6)), rest)
		l.lines = append(l.lines[:last], lines...)
		l.partial = l.partial || partial
		l.cased = cases[s.text(3)]
	}
}

// cases are units (X12 element 355, UN/ECE Recommendation 20) that hold several pieces.
var cases = map[string]bool{"CA": true, "CS": true, "CT": true, "BX": true, "PK": true}

// counted reads a quantity in its unit: a dozen is twelve.
func counted(quantity, unit string) int {
	n := pieces(quantity)
	if unit == "DZ" || unit == "DZN" {
		n *= 12
	}
	return n
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

// codes are what a product is called: the vendor's and the buyer's own codes, and those of catalogues.
type codes struct {
	own, other []parsers.Value
}

func (c *codes) add(v parsers.Value, own bool) {
	switch {
	case v.Text == "":
	case own:
		c.own = append(c.own, v)
	default:
		c.other = append(c.other, v)
	}
}

// name gives a line its code, and what else its product is called.
func (c *codes) name(l *parsers.Line) {
	if all := slices.Concat(c.own, c.other); len(all) > 0 {
		l.SKU, l.Codes = all[0], all[1:]
	}
}

// product reads pairs of qualifier and code that begin at element i.
func (r *reader) product(l *parsers.Line, s *segment, i int) {
	var c codes
	for ; i+1 <= len(s.elements); i += 2 {
		switch s.text(i) {
		case "LT", "SN", "CH", "SZ", "BO": // lot, serial number, country, size, colour: no code of the product
		case "VN", "VP", "SK", "BP", "IN", "VA":
			c.add(r.value(s.at(i+1, 1)), true)
		default:
			c.add(r.value(s.at(i+1, 1)), false)
		}
	}
	if c.name(l); len(l.Codes) == 0 {
		l.Codes = nil
	}
}

// describe takes the description of a product (PID, in words).
func (r *reader) describe(l *parsers.Line, s *segment) {
	if v := r.value(s.at(5, 1)); v.Text != "" && l.Title.Text == "" && (s.text(2) == "" || s.text(2) == "08") {
		l.Title = v
	}
}

// pieces reads a quantity: "2", "2.0", "2,00"; 0 where it is none.
func pieces(s string) int {
	whole, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > 9_999_999 || strings.Trim(fraction, "0") != "" {
		return 0
	}
	return n
}
