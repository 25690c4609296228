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
	told, accepted := 0, true
	for i := range verdicts {
		told += verdicts[i].quantity.Quantity
		accepted = accepted && verdicts[i].kind == parsers.Acknowledgement
	}
	for i := range verdicts {
		v := &verdicts[i]
		if (v.changed || accepted) && told < ordered || v.changed && ordered == 0 { // less than was ordered, and nothing is said of the rest
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
	"IR": parsers.Rejection, "R1": parsers.Rejection, "R2": parsers.Rejection, "R3": parsers.Rejection, "R4": parsers.Rejection, "R5": parsers.Rejection,
	"R6": parsers.Rejection, "R7": parsers.Rejection, "R8": parsers.Rejection,
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
		case "REF": // of the order, before its lines
			if v := r.value(s.at(2, 1)); !open && v.Text != "" && (s.text(1) == "VN" || s.text(1) == "CO") {
				a.refs = append(a.refs, ref(v, map[string]parsers.Label{"VN": parsers.LabelTheirs}[s.text(1)]))
			}
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
			line, open = parsers.Line{Quantity: counted(s.text(2), s.text(3)), QuantityAt: r.value(s.at(2, 1)).At}, true
			r.product(&line, s, 6)
		case "POC":
			flush()
			line = parsers.Line{Quantity: pieces(s.text(3)), QuantityAt: r.value(s.at(3, 1)).At}
			r.product(&line, s, 8)
			verdicts = []verdict{{kind: changes(s.text(2)), quantity: line, at: r.value(s.at(2, 1))}}
		case "PID":
			r.describe(&line, s)
			for k := range verdicts {
				verdicts[k].quantity.Title = line.Title
			}
		case "ACK":
			verdicts = append(verdicts, r.verdict(s, line))
		case "DTM", "SCH": // the date of the verdict before it
			at := 2
			if s.id == "SCH" {
				at = 6
			}
			if last := len(verdicts) - 1; last >= 0 && verdicts[last].expected.Text == "" {
				verdicts[last].expected = r.value(s.at(at, 1))
			}
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
	if n := counted(s.text(2), s.text(3)); n > 0 {
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
