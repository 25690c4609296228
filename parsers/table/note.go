package table

import (
	"strings"
	"unicode"

	"waybill/parsers"
)

// reason reads why a row has not left: "Not shipped", and "Out of stock" under "Reason".
func (r *reader) reason(w *row) (state, parsers.Value, bool) {
	for _, i := range r.uses.note {
		c := w.cell(i)
		if found, ok := r.cellState(c, false); ok && costly[found.kind] {
			found.score = min(found.score, noted)
			return found, parsers.Value{Text: c, At: r.place(w, i)}, true
		}
	}
	return state{}, parsers.Value{}, false
}

// unanswered tells a row that leaves empty what others answer: whether it has left, or on which day.
func (r *reader) unanswered(w *row) bool {
	for _, i := range r.uses.sent {
		if blank(w.cell(i)) {
			return true
		}
	}
	return false
}

// lateUntil tells a row with a day below a heading of what stays behind: "Backorder until", "Rückstand bis".
func (r *reader) lateUntil(w *row) bool {
	for _, i := range r.uses.expected {
		if timed(w.cell(i)) && senseOfAll(strings.Fields(simplified.Replace(camel(r.columns[i].Title)))).any(lacks|later) {
			return true
		}
	}
	return false
}

// awaits tells a note that says what is waited for and until when: "釉薬待ち、6月上旬".
func (r *reader) awaits(c string) bool {
	all := senseOfAll(strings.Fields(simplified.Replace(camel(c))))
	return len(c) <= 200 && timed(c) && all.any(waitsFor|comes|later|lacks) && !all.any(someone|fetching|boxed|labelled|left)
}

// someMissing tells a note beside a parcel that says of pieces that they are not in it: "faltan 2, salen el lunes".
func (r *reader) someMissing(w *row) bool {
	for _, i := range r.uses.note {
		all := senseOfAll(strings.Fields(simplified.Replace(camel(w.cell(i)))))
		if all.any(lacks) && !all.any(denied|undone|back) && (all.any(comes|willBe|leaving|later|rest) || timed(w.cell(i))) {
			return true
		}
	}
	return false
}

// promisedIn finds the day on which a note says that a row will leave: "kiln failure, will go w/c 27 April".
func (r *reader) promisedIn(w *row) parsers.Value {
	for _, i := range r.uses.note {
		c := w.cell(i)
		if len(c) > 200 || !timed(c) {
			continue
		}
		all := sense(0)
		for word := range strings.FieldsSeq(simplified.Replace(camel(c))) {
			all |= senseOfWord(word)
		}
		if day := dateIn(c); day != "" && all.any(willBe|leaving|comes|later|waitsFor) {
			return parsers.Value{Text: day, At: r.inside(w, i, day)}
		}
	}
	return parsers.Value{}
}

// returns asks what a note makes of a row whose status says that there is none: "Ausverkauft", and "neue Ware KW 24" or "wird nicht mehr gefertigt" beside it. The two are read as one sentence. What the note
// leaves open is for a person.
func (r *reader) returns(w *row, found state, at parsers.Value) (state, parsers.Value) {
	for _, i := range r.uses.note {
		c := strings.TrimSpace(w.cell(i))
		if r.judge == nil || len(c) > 200 || !strings.ContainsFunc(c, unicode.IsLetter) || r.judgements >= mostJudged {
			continue
		}
		r.judgements++
		kind, score := r.judge(at.Text + ", " + strings.TrimRight(c, ".!。") + ".")
		if kind == parsers.Backorder && score >= noted {
			return state{kind: kind, score: noted}, parsers.Value{Text: c, At: r.place(w, i)}
		}
		open := kind == "" || kind == parsers.OutOfStock && score < noted
		if open { // by what the note says itself, or by words that are none: "gift wrap"
			r.judgements++
			kind, _ = r.judge(c)
		}
		if kind == parsers.Backorder || open && (kind == parsers.Acknowledgement || kind == parsers.Shipment) {
			found.score = min(found.score, unclear)
		}
	}
	return found, at
}

// objected tells a row of which a note takes back that it left: "Shipped", and "cancelled by customer" beside it.
func (r *reader) objected(w *row) bool {
	for _, i := range r.uses.note {
		if found, ok := r.cellState(w.cell(i), false); ok && (found.kind == parsers.Cancellation || found.kind == parsers.Rejection || found.kind == parsers.OutOfStock) {
			return true
		}
	}
	return false
}

// asked tells a note that asks: it ends with a question mark, or says which part of the address it lacks.
func asked(c string) (state, bool) {
	if strings.HasSuffix(c, "?") || strings.HasSuffix(c, "？") {
		return state{kind: parsers.Question, score: noted, judged: true}, true
	}
	all := senseOfAll(strings.Fields(simplified.Replace(camel(c))))
	if all.any(address) && all.any(lacks|mislaid|denied) && !all.any(left|moving|delivers|stock) { // "Hausnummer fehlt": not the goods
		return state{kind: parsers.Question, score: noted, judged: true}, true
	}
	return state{}, false
}

// wishes are words, folded, of notes that buyers write and shops send along: what is to be wrapped is not in work.
var wishes = parsers.NewAnyOf("gift", "geschenk", "cadeau", "regalo", "presente", "prezent", "礼品", "礼物", "禮品", "ギフト", "贈り物", "プレゼント")
