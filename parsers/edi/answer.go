package edi

import (
	"strings"

	"waybill/parsers"
)

// answer collects what the answer to one order says: a statement for each kind of verdict.
type answer struct {
	refs   []parsers.Ref
	head   parsers.Kind // of the order as a whole
	headAt parsers.Value
	byKind map[parsers.Kind]*parsers.Statement
	kinds  []parsers.Kind
}

func (a *answer) of(k parsers.Kind, at parsers.Value) *parsers.Statement {
	if a.byKind == nil {
		a.byKind = map[parsers.Kind]*parsers.Statement{}
	}
	if a.byKind[k] == nil {
		a.byKind[k] = &parsers.Statement{Kind: k, KindAt: at, Score: sure}
		a.kinds = append(a.kinds, k)
	}
	return a.byKind[k]
}

// tellAnswer makes the statements. A refusal of the whole order stands above what is said of its lines.
func (r *reader) tellAnswer(a *answer) {
	if len(a.kinds) == 0 {
		a.of(a.head, a.headAt)
	}
	if a.head == parsers.Rejection || a.head == parsers.Cancellation {
		whole := a.of(a.head, a.headAt)
		for _, k := range a.kinds {
			if k != a.head {
				whole.Lines = append(whole.Lines, a.byKind[k].Lines...)
			}
		}
		a.kinds = []parsers.Kind{a.head}
	}
	for _, k := range a.kinds {
		s := *a.byKind[k]
		s.Refs = a.refs
		r.add(s)
	}
}

// verdict is what is said of some pieces of a line.
type verdict struct {
	kind     parsers.Kind
	changed  bool // accepted, but with another quantity
	quantity parsers.Line
	at       parsers.Value
	expected parsers.Value
}

// line takes the verdicts on one line of the order. A changed quantity is explained where the other verdicts account for the rest.
func (a *answer) line(ordered int, verdicts []verdict) {
	told := 0
	for i := range verdicts {
		told += verdicts[i].quantity.Quantity
	}
	for i := range verdicts {
		v := &verdicts[i]
		if v.changed && (ordered == 0 || told < ordered) {
			v.kind = parsers.Question
		}
		s := a.of(v.kind, v.at)
		s.Lines = append(s.Lines, v.quantity)
		if v.kind == parsers.Backorder && s.Expected.Text == "" {
			s.Expected = v.expected
		}
	}
}

// lineVerdicts are the codes of ACK01 (X12 element 668) that say one thing; the others need a person.
var lineVerdicts = map[string]parsers.Kind{
	"IA": parsers.Acknowledgement, "AC": parsers.Acknowledgement, "AR": parsers.Acknowledgement, "IE": parsers.Acknowledgement, "SP": parsers.Acknowledgement,
	"IB": parsers.Backorder, "BP": parsers.Backorder, "BO": parsers.Backorder, "DR": parsers.Backorder,
	"IR": parsers.Rejection, "R1": parsers.Rejection, "R2": parsers.Rejection, "R3": parsers.Rejection, "R4": parsers.Rejection,
	"ID": parsers.Cancellation,
}

// acknowledgement reads an 855: the order's own verdict (BAK02), and verdicts for each line (ACK01). An 865, the answer to a change, has BCA and POC instead.
func (r *reader) acknowledgement(m []segment) {
	a := answer{head: parsers.Acknowledgement}
	var line parsers.Line
	var verdicts []verdict
	open := false
	flush := func() {
		if open && len(verdicts) == 0 { // nothing is said of the line but that it is in the answer
			verdicts = []verdict{{kind: a.head, quantity: line, at: a.headAt}}
		}
		a.line(line.Quantity, verdicts)
		verdicts, open = nil, false
	}
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BAK", "BCA":
			a.refs = append(a.refs, ref(r.value(s.at(3, 1)), parsers.LabelOrder))
			if theirs := r.value(s.at(8, 1)); theirs.Text != "" && s.id == "BAK" {
				a.refs = append(a.refs, ref(theirs, parsers.LabelTheirs))
			}
			a.headAt = r.value(s.at(2, 1))
			switch {
			case s.text(1) == "01":
				a.head = parsers.Cancellation
			case strings.HasPrefix(s.text(2), "R"): // RD, RF, RJ, RO
				a.head = parsers.Rejection
			case s.text(2) == "AH":
				a.head = parsers.Question
			}
		case "PO1":
			flush()
			line, open = parsers.Line{SKU: r.sku(s, 6), Quantity: pieces(s.text(2)), QuantityAt: r.value(s.at(2, 1)).At}, true
		case "POC":
			flush()
			line = parsers.Line{SKU: r.sku(s, 8), Quantity: pieces(s.text(3)), QuantityAt: r.value(s.at(3, 1)).At}
			verdicts = []verdict{{kind: changes(s.text(2)), quantity: line, at: r.value(s.at(2, 1))}}
		case "ACK":
			verdicts = append(verdicts, r.verdict(s, line))
		}
	}
	flush()
	r.tellAnswer(&a)
}

// changes is what POC02 (X12 element 670) says of a line: deleted, or something for a person.
func changes(code string) parsers.Kind {
	switch code {
	case "DI":
		return parsers.Cancellation
	case "NC":
		return parsers.Acknowledgement
	}
	return parsers.Question
}

func (r *reader) verdict(s *segment, line parsers.Line) verdict {
	v := verdict{quantity: line, at: r.value(s.at(1, 1)), expected: r.value(s.at(5, 1))}
	if n := pieces(s.text(2)); n > 0 {
		v.quantity.Quantity, v.quantity.QuantityAt = n, r.value(s.at(2, 1)).At
	}
	kind, known := lineVerdicts[s.text(1)]
	switch {
	case known:
		v.kind = kind
	case s.text(1) == "IQ":
		v.kind, v.changed = parsers.Acknowledgement, true
	default:
		v.kind = parsers.Question
	}
	if isZero(s.text(2)) && v.kind == parsers.Acknowledgement { // none of it is accepted, and nothing says what becomes of it
		v.kind, v.changed = parsers.Question, false
	}
	return v
}

// responses are the codes of BGM's message function (UN/EDIFACT 1225) and LIN's action (1229) that say one thing.
var (
	responseHeads = map[string]parsers.Kind{"29": parsers.Acknowledgement, "9": parsers.Acknowledgement, "27": parsers.Rejection, "1": parsers.Cancellation, "4": parsers.Question, "12": parsers.Rejection}
	responseLines = map[string]parsers.Kind{"5": parsers.Acknowledgement, "7": parsers.Rejection, "2": parsers.Cancellation, "3": parsers.Question, "6": parsers.Question, "10": parsers.Rejection}
)

// response is one LIN of an ORDRSP while it is read.
type response struct {
	line                                 parsers.Line
	kind                                 parsers.Kind
	at                                   parsers.Value
	ordered, back, deliver               int
	orderedAt, backAt, deliverAt, backOf parsers.Value
	expected                             parsers.Value
	open                                 bool
}

// orderResponse reads an ORDRSP: the answer to the whole order in BGM, to a line in LIN. QTY+21 is what was ordered, 113 what is to be delivered, 83
// what stays on backorder.
func (r *reader) orderResponse(m []segment) {
	a := answer{head: parsers.Acknowledgement}
	var l response
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BGM":
			a.headAt = r.value(s.at(1, 1))
			if k, known := responseHeads[s.text(3)]; known {
				a.head, a.headAt = k, r.value(s.at(3, 1))
			}
		case "RFF":
			v := r.value(s.at(1, 2))
			switch {
			case v.Text == "":
			case s.text(1) == "ON" && orderOf(a.refs) == "":
				a.refs = append(a.refs, ref(v, parsers.LabelOrder))
			case s.text(1) == "VN":
				a.refs = append(a.refs, ref(v, parsers.LabelTheirs))
			}
		case "LIN":
			l.close(&a)
			l = response{open: true, kind: a.head, at: r.value(s.at(2, 1)), line: parsers.Line{SKU: r.value(s.at(3, 1))}}
			if k, known := responseLines[s.text(2)]; known {
				l.kind = k
			}
		case "PIA":
			if l.line.SKU.Text == "" || s.at(2, 2).text == "SA" {
				l.line.SKU = r.value(s.at(2, 1))
			}
		case "QTY":
			l.quantity(s.text(1), pieces(s.at(1, 2).text), r.value(s.at(1, 2)), r.value(s.at(1, 1)))
		case "DTM":
			if v := s.text(1); l.open && l.expected.Text == "" && v != "137" && v != "4" {
				l.expected = r.value(s.at(1, 2))
			}
		}
	}
	l.close(&a)
	r.tellAnswer(&a)
}

func (l *response) quantity(code string, n int, at, codeAt parsers.Value) {
	switch code {
	case "21":
		l.ordered, l.orderedAt = n, at
	case "113", "12", "194":
		l.deliver, l.deliverAt = n, at
	case "83":
		l.back, l.backAt, l.backOf = n, at, codeAt
	}
}

// close takes the line into the answer. What stays behind and what comes account for a changed line where they are all of it.
func (l *response) close(a *answer) {
	if !l.open {
		return
	}
	part := func(n int, at parsers.Value) parsers.Line {
		line := l.line
		line.Quantity, line.QuantityAt = n, at.At
		return line
	}
	if l.back > 0 && l.kind != parsers.Rejection && l.kind != parsers.Cancellation {
		come, comeAt := l.deliver, l.deliverAt
		if come == 0 && l.ordered > l.back {
			come, comeAt = l.ordered-l.back, l.orderedAt
		}
		verdicts := []verdict{{kind: parsers.Backorder, quantity: part(l.back, l.backAt), at: l.backOf, expected: l.expected}}
		if come > 0 {
			verdicts = append(verdicts, verdict{kind: parsers.Acknowledgement, changed: l.kind == parsers.Question, quantity: part(come, comeAt), at: l.at})
		}
		a.line(l.ordered, verdicts)
		return
	}
	n, at := l.ordered, l.orderedAt
	if l.deliver > 0 {
		n, at = l.deliver, l.deliverAt
	}
	kind := l.kind
	if kind == parsers.Acknowledgement && l.deliver > 0 && l.deliver < l.ordered {
		kind = parsers.Question // less than was ordered, and nothing is said of the rest
	}
	a.line(n, []verdict{{kind: kind, quantity: part(n, at), at: l.at, expected: l.expected}})
}
