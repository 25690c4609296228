// Package edi reads the two answers that large suppliers send by EDI: the acknowledgement of an order (X12 855, EDIFACT ORDRSP) and the
// notice of what left (X12 856, EDIFACT DESADV). It takes from them what a mail or a table would say, no more.
package edi

import (
	"bytes"
	"fmt"
	"slices"

	"waybill/parsers"
)

// Result is what an interchange says. Places are bytes of its text.
type Result struct {
	Format     string // "x12" or "edifact"
	Statements []parsers.Statement
	Problems   []parsers.Problem
}

// Looks tells whether a file is an interchange, by its first segment.
func Looks(doc []byte) bool {
	doc = bytes.TrimLeft(doc, "\ufeff \r\n\t")
	return bytes.HasPrefix(doc, []byte("ISA")) && len(doc) > shortestX12 && !isPlain(doc[3]) || bytes.HasPrefix(doc, []byte("UNA")) && len(doc) > len("UNA:+.? '") ||
		bytes.HasPrefix(doc, []byte("UNB+")) || bytes.HasPrefix(doc, []byte("UNH+")) || (bytes.HasPrefix(doc, []byte("GS")) || bytes.HasPrefix(doc, []byte("ST"))) && bareX12(string(doc[:min(len(doc), 2000)]))
}

// Parse reads an interchange of either kind.
func Parse(doc []byte, part string, p parsers.Profile) Result {
	r := &reader{part: part, profile: p, text: string(doc)}
	segments, format, err := split(r.text)
	r.result.Format = format
	if err != nil {
		r.problem(0, "unknown_format", "This interchange could not be read: %v. Please send the file again.", err)
		return r.result
	}
	if !slices.ContainsFunc(segments, func(s segment) bool { return s.opens() }) {
		r.problem(0, "cut_off", "This interchange holds no message. Please send the whole file again.")
	}
	trial := false // of the interchange that a message stands in; a file may hold several
	for i := 0; i < len(segments); {
		end := i + 1
		for end < len(segments) && !segments[end].opens() {
			end++
		}
		before := len(r.result.Statements)
		r.message(segments[i:end])
		if trial {
			r.tested(before)
		}
		for k := i; k < end; k++ {
			if s := &segments[k]; s.id == "ISA" || s.id == "UNB" {
				if trial = s.isTest(); trial {
					r.problem(s.start, "test", "This interchange is marked as a test, so what it says waits for a person. Ask the supplier to send real answers as production.")
				}
			}
		}
		i = end
	}
	return r.result
}

// reader collects what the messages of an interchange say.
type reader struct {
	part    string
	text    string
	profile parsers.Profile
	result  Result
}

func (r *reader) problem(at int, code, format string, args ...any) {
	const most = 100
	if len(r.result.Problems) < most {
		r.result.Problems = append(r.result.Problems, parsers.Problem{At: parsers.Place{Part: r.part, Start: at, End: at}, Code: code, Text: fmt.Sprintf(format, args...)})
	}
}

// message reads one message, from the segment that names it to the one before the next.
func (r *reader) message(m []segment) {
	if !m[0].opens() {
		return
	}
	before := len(r.result.Statements)
	closed := false
	for i := range m {
		closed = closed || m[i].id == "SE" || m[i].id == "UNT"
	}
	switch kind := m[0].kind(); kind {
	case "856":
		r.shipNotice(m)
	case "855", "865":
		r.acknowledgement(m)
	case "870":
		r.orderStatus(m)
	case "IFTSTA":
		r.transportStatus(m)
	case "DESADV":
		r.despatchAdvice(m)
	case "ORDRSP":
		r.orderResponse(m)
	case "997", "999", "CONTRL", "APERAK": // a receipt for our own interchange says nothing of orders
	case "810", "INVOIC": // nor does an invoice
	default:
		r.problem(m[0].start, "unknown_format", "A message of the kind %q is not read; waybill reads 855, 856, 865, 870, ORDRSP, DESADV and IFTSTA.", kind)
	}
	if closed {
		return
	}
	r.problem(m[0].start, "cut_off", "The interchange ends in the middle of a message. What it names was read but says nothing for sure. Please send the whole file again.")
	for i := before; i < len(r.result.Statements); i++ {
		s := &r.result.Statements[i]
		s.Kind, s.KindAt, s.Score = "", parsers.Value{}, 0.1
		for j := range s.Tracking {
			s.Tracking[j].Score = min(s.Tracking[j].Score, 0.3)
		}
	}
}

// unclear is the score (0 to 1) of what no code says clearly enough to be acted upon by itself.
const unclear = 0.4

// tested lowers what a test says, from a statement on.
func (r *reader) tested(from int) {
	for i := from; i < len(r.result.Statements); i++ {
		s := &r.result.Statements[i]
		s.Score = min(s.Score, unclear)
	}
}

// value is an element with its place.
func (r *reader) value(e element) parsers.Value {
	if e.text == "" {
		return parsers.Value{}
	}
	return parsers.Value{Text: e.text, At: parsers.Place{Part: r.part, Start: e.start, End: e.end}}
}

func (r *reader) add(s parsers.Statement) {
	if len(s.Refs)+len(s.Tracking) > 0 || s.Consignee != nil {
		s.Scope = parsers.ScopeRow
		r.result.Statements = append(r.result.Statements, s)
	}
}

func ref(v parsers.Value, label parsers.Label) parsers.Ref {
	return parsers.Ref{Value: v, Label: label}
}
