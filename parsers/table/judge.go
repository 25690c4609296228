package table

import (
	"strings"

	"waybill/parsers"
)

// People write whole sentences into cells: "Der Brennofen ist ausgefallen, geht Montag raus". The lists of this package know what status columns say in a word
// or three; what a sentence says, whoever reads prose knows better. Of the sentences that nobody wrote for a table the lists read a fifth rightly and nearly
// as many wrongly, prose half of them and one in twenty wrongly; of what status columns hold it is the lists that are right.

// Judge tells what a sentence about one order says, and how sure that is (0 to 1); "" where it says nothing.
type Judge func(sentence string) (parsers.Kind, float64)

// Judged lets cells that hold sentences be judged by somebody else.
func (rd *Reader) Judged(j Judge) *Reader {
	rd.judge = j
	return rd
}

const (
	mostJudged    = 1500 // cells of a table that are judged: a sentence costs as much as a hundred words of a status
	sentenceWords = 6    // from here on a cell is a sentence, and the lists alone are not believed
	phraseWords   = 4    // from here on to there both must agree
)

// judged asks for a second opinion on a cell. whole is false for notes, of which only news counts: somebody's wishes are no question to the shop.
func (r *reader) judged(c string, found state, ok, whole bool) (state, bool) {
	n := wordsIn(c)
	if r.judge == nil || n < 2 || len(c) > 400 || !whole && ok && n < phraseWords || r.judgements >= mostJudged || found.hint == silent && found.kind == "" {
		return found, ok
	}
	if _, listed := statesByWord[strings.Join(strings.Fields(simplified.Replace(camel(c))), " ")]; listed {
		return found, ok
	}
	r.judgements++
	kind, score := r.judge(c)
	if !whole && !costly[kind] && kind != parsers.Shipment && kind != parsers.Acknowledgement {
		kind = ""
	}
	event := whole && (found.kind == parsers.Shipment || found.hint == mishap) && !costly[kind] &&
		senseOfAll(strings.Fields(simplified.Replace(camel(c)))).any(moving|delivers|someone|back|handed) // of a carrier, who writes no letters
	switch {
	case event, found.partial && kind == parsers.Backorder:
	case found.kind == parsers.Backorder && timed(c) && !costly[kind] && kind != parsers.Shipment: // what is waited for, and until when
	case kind == "" && ok && n >= sentenceWords && (whole || costly[found.kind]):
		found.score = min(found.score, unclear)
	case kind == "":
	case kind == parsers.Backorder && timed(c) && !costly[found.kind] && !whole: // what the estimate takes it for, and a day
		return state{kind: kind, score: noted, judged: true}, true
	case !ok || !whole && found.kind == "":
		return state{kind: kind, score: min(score, noted), judged: true}, true
	case same(found, kind) || found.kind == parsers.Backorder && kind == parsers.OutOfStock && timed(c) || n < phraseWords:
	case found.kind == parsers.OutOfStock && kind == parsers.Backorder && timed(c):
		found.kind = kind
	case n >= sentenceWords && kind.Consequence() > found.kind.Consequence():
		return state{kind: kind, score: unclear, partial: found.partial, judged: true, between: found.kind == parsers.Backorder && kind == parsers.OutOfStock}, true
	default:
		found.score = min(found.score, unclear)
		found.between = found.kind == parsers.Backorder && kind == parsers.OutOfStock || found.kind == parsers.OutOfStock && kind == parsers.Backorder
	}
	return found, ok
}

// same tells whether a state says the same as a kind of news.
func same(s state, kind parsers.Kind) bool {
	return s.kind == kind || s.waits() && kind == parsers.Acknowledgement || s.hint == unsent && kind == parsers.Backorder
}

// wordsIn counts words; four characters of a script without blanks are one.
func wordsIn(c string) int {
	n, eastern := 0, 0
	for w := range strings.FieldsSeq(c) {
		if digitsIn(w) > 0 && len(w) < 12 { // a date, a number
			continue
		}
		n++
		for _, x := range w {
			if x >= 0x2E80 {
				eastern++
			}
		}
	}
	return n + eastern/4
}
