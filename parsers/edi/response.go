package edi

import "waybill/parsers"

// responses are the codes of BGM's message function (UN/EDIFACT 1225) and response type (4343), and of LIN's action (1229), that say one thing.
var (
	responseHeads = map[string]parsers.Kind{"29": parsers.Acknowledgement, "9": parsers.Acknowledgement, "27": parsers.Rejection, "1": parsers.Cancellation, "4": parsers.Question, "12": parsers.Rejection}
	responseTypes = map[string]parsers.Kind{"AP": parsers.Acknowledgement, "AI": parsers.Acknowledgement, "RE": parsers.Rejection, "CA": parsers.Question, "AJ": parsers.Question}
	responseLines = map[string]parsers.Kind{"4": parsers.Acknowledgement, "5": parsers.Acknowledgement, "7": parsers.Rejection, "2": parsers.Cancellation, "1": parsers.Question, "3": parsers.Question, "6": parsers.Question, "10": parsers.Rejection}
)

// response is one LIN of an ORDRSP while it is read.
type response struct {
	line                                 parsers.Line
	codes                                codes
	kind                                 parsers.Kind
	at                                   parsers.Value
	ordered, back, deliver               int
	orderedAt, backAt, deliverAt, backOf parsers.Value
	none                                 bool // nothing of it is to be delivered
	expected                             parsers.Value
	order                                parsers.Value // where the line names one of its own
	open                                 bool
}

// orderResponse reads an ORDRSP: the answer to the whole order in BGM, to a line in LIN. QTY+21 is what was ordered, 113 what is to be delivered, 83
// what stays on backorder.
func (r *reader) orderResponse(m []segment) {
	all := answers{head: answer{head: parsers.Acknowledgement}}
	a := &all.head
	var l response
	for i := range m {
		s := &m[i]
		switch s.id {
		case "BGM":
			a.headAt = r.value(s.at(1, 1))
			if k, known := responseHeads[s.text(3)]; known {
				a.head, a.headAt = k, r.value(s.at(3, 1))
			}
			if k, known := responseTypes[s.text(4)]; known && a.head == parsers.Acknowledgement {
				a.head, a.headAt = k, r.value(s.at(4, 1))
			}
		case "RFF":
			v := r.value(s.at(1, 2))
			switch {
			case v.Text == "":
			case s.text(1) == "ON" && l.open:
				l.order = v
			case s.text(1) == "ON" && orderOf(a.refs) == "":
				a.refs = append(a.refs, ref(v, parsers.LabelOrder))
			case s.text(1) == "VN" && !l.open:
				a.refs = append(a.refs, ref(v, parsers.LabelTheirs))
			}
		case "LIN":
			if s.at(4, 1).text == "1" { // 5495: what the line before consists of
				continue
			}
			l.close(all.of(l.order))
			l = response{open: true, kind: a.head, at: r.value(s.at(2, 1))}
			l.codes.add(r.value(s.at(3, 1)), ownCode(s.at(3, 2).text))
			if k, known := responseLines[s.text(2)]; known {
				l.kind = k
			}
		case "PIA":
			r.articles(&l.codes, s)
		case "IMD":
			r.imagine(&l.line, s)
		case "QTY":
			l.quantity(s.text(1), counted(s.at(1, 2).text, s.at(1, 3).text), r.value(s.at(1, 2)), r.value(s.at(1, 1)))
		case "DTM":
			if v := s.text(1); l.open && l.expected.Text == "" && v != "137" && v != "4" {
				l.expected = r.value(s.at(1, 2))
			}
		}
	}
	l.close(all.of(l.order))
	for _, a := range all.list() {
		r.tellAnswer(a)
	}
}

// answers are those of one message: most are about one order, some name others with their lines.
type answers struct {
	head  answer
	other []*answer
}

// of gives the answer to the order that a line names, of which the head's references may be silent.
func (a *answers) of(order parsers.Value) *answer {
	if order.Text == "" || orderOf(a.head.refs) == order.Text {
		return &a.head
	}
	if orderOf(a.head.refs) == "" && len(a.other) == 0 && len(a.head.kinds) == 0 {
		a.head.refs = append(a.head.refs, ref(order, parsers.LabelOrder))
		return &a.head
	}
	for _, o := range a.other {
		if orderOf(o.refs) == order.Text {
			return o
		}
	}
	o := &answer{head: a.head.head, headAt: a.head.headAt, refs: []parsers.Ref{ref(order, parsers.LabelOrder)}}
	a.other = append(a.other, o)
	return o
}

// list gives all answers that say something.
func (a *answers) list() []*answer {
	if len(a.head.kinds) == 0 && len(a.other) > 0 {
		return a.other
	}
	return append([]*answer{&a.head}, a.other...)
}

func (l *response) quantity(code string, n int, at, codeAt parsers.Value) {
	switch code {
	case "21":
		l.ordered, l.orderedAt = n, at
	case "113", "12", "194":
		l.deliver, l.deliverAt, l.none = n, at, isZero(at.Text)
	case "83":
		l.back, l.backAt, l.backOf = n, at, codeAt
	}
}

// close takes the line into the answer. What stays behind and what comes account for a changed line where they are all of it.
func (l *response) close(a *answer) {
	if !l.open {
		return
	}
	l.codes.name(&l.line)
	part := func(n int, at parsers.Value) parsers.Line {
		line := l.line
		line.Quantity, line.QuantityAt = n, at.At
		return line
	}
	if l.back > 0 && l.kind != parsers.Rejection && l.kind != parsers.Cancellation {
		come, comeAt := l.deliver, l.deliverAt
		if come == 0 && l.ordered > l.back && !l.none {
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
	if kind == parsers.Acknowledgement && (l.none || l.deliver > 0 && l.deliver < l.ordered) {
		kind = parsers.Question // less than was ordered, and nothing is said of the rest
	}
	a.line(n, []verdict{{kind: kind, quantity: part(n, at), at: l.at, expected: l.expected}})
}
