package table

import (
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// A table may be about something else than what leaves for a customer: its columns about payments and labels, its rows about goods that come back.

// matter decides what a column of states is about: those of a label tell whether it was taken back, those of a payment nothing.
func matter(title string, m Meaning, full bool) (Meaning, bool) {
	if m != Status && m != Unknown {
		return m, full
	}
	var all sense
	for w := range strings.FieldsSeq(simplified.Replace(camel(title))) {
		all |= senseOfWord(w)
	}
	switch {
	case all.any(money | billed | refund):
		return Ignore, full
	case m == Status && all.any(labelled) && !all.any(leaving|delivers):
		return Void, full
	}
	return m, full
}

// voided tells a cell that says of a label that it was taken back.
func (r *reader) voided(c string) bool {
	if found, ok := answer(c); ok {
		return found.kind != ""
	}
	found, ok := r.cellState(c, true)
	return titleVoid[carrier.Fold(c)] || ok && found.kind == parsers.Cancellation && found.score > unclear
}

// comesBack tells a row about goods that come back: under a title that says so, or with the number of a return, which is no label that lies in the
// parcel.
func (r *reader) comesBack(w *row) bool {
	if r.section.ok && r.section.state.hint == mishap {
		return true
	}
	for _, i := range r.uses.back {
		if c := w.cell(i); !blank(c) && digitsIn(c) > 0 && digitsIn(c) < 10 { // longer ones are labels
			return true
		}
	}
	return false
}

// numbersReturns tells a heading over numbers of returns: "RMA", "Return no.". "Return label" and "Return tracking" stand beside what was sent.
func numbersReturns(title string) bool {
	folded := camel(title)
	if !ofReturn(folded) {
		return false
	}
	for w := range strings.FieldsSeq(folded) {
		if !returnNumber[w] && !ofReturn(w) {
			return false
		}
	}
	return true
}

// returnNumber are words beside "return" in the heading of its numbers, folded.
var returnNumber = map[string]bool{"no": true, "nr": true, "number": true, "num": true, "id": true, "nummer": true, "numero": true, "de": true, "n": true, "ref": true, "reference": true, "code": true, "numer": true, "authorization": true, "authorisation": true}

// policies are words of what is said about returns to everybody, folded.
var policies = map[string]bool{"policy": true, "address": true, "within": true, "accepted": true, "free": true, "center": true, "centre": true, "label": true, "portal": true, "adresse": true, "no": true, "days": true}

// OfReturns tells a title by which what stands below it is about goods that come back.
func OfReturns(title string) bool { return ofReturns(strings.Fields(carrier.Fold(title))) }

// ofReturns tells a title by which all rows below it are about goods that come back: "Returns received this week", "Retouren KW 46".
func ofReturns(words []string) bool {
	if len(words) == 0 || len(words) > 5 {
		return false
	}
	back := false
	for _, w := range words {
		if policies[w] {
			return false
		}
		back = back || ofReturn(w)
	}
	return back
}

// whether is the answer of a cell under a heading that asks whether something has happened: yes, no, or when it did.
func whether(c string) (state, bool) {
	if s, ok := answer(c); ok {
		return s, true
	}
	if digitsIn(c) > 2 && dateIn(c) != "" {
		return state{kind: parsers.Shipment, score: onDay}, true
	}
	return state{}, false
}

// onDay is the score (0 to 1) of a day under "shipped".
const onDay = 0.8
