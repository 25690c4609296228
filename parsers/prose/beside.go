package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// What the phrases find in a text is not all that it tells: beside it stand clauses of which only the estimate knows something.

// telling is how much the phrases find in a writer's own text.
type telling int

const (
	toldNothing telling = iota
	toldOther           // of other orders
	toldKnown           // the order is known, and no more
	toldAsked           // something is asked: what else is told says why
	toldSent            // a parcel left
	toldBad             // what keeps an order from being sent
)

func toldIn(pieces []piece) (told telling) {
	for i := range pieces {
		switch p := &pieces[i]; {
		case p.mark != "":
		case changes(p.news.kind) || p.news.besides != nil:
			return toldBad
		case len(p.tracking) > 0 || p.news.kind == parsers.Shipment:
			told = toldSent
		case p.news.kind == parsers.Question:
			told = max(told, toldAsked)
		case p.news.kind != "":
			told = max(told, toldKnown)
		}
	}
	return told
}

// Chances from which something is said beside what the phrases tell of other clauses.
const (
	besideKnown  = 0.70 // bad news beside an acknowledgement, for a person
	besideClear  = 0.90 // the same, alone
	besideSent   = 0.90 // bad news beside a shipment, for a person
	besideAsked  = 0.80 // news beside a question, for a person
	besideBad    = 0.80 // a shipment beside what was not sent, for a person
	besideOver   = 0.95 // a cancellation beside other bad news, or such beside a cancellation, for a person
	besideAsking = 0.95 // a question beside other news, for a person
	despiteAll   = 0.98 // bad news in words of which the phrases know that they are turned, for a person
	despiteSome  = 0.90 // the same beside other news
	despiteWork  = 0.95 // an order that is in work, in such words: "as soon as it is inspected we send it"
	takesBack    = 0.70 // a clause takes back what others say
)

// despite is what the estimate says of a clause in which words for news stand that others turn: "we don't have them until 10 March".
func (p *chances) despite(told telling, plain bool) (kind parsers.Kind, doubtful bool) {
	switch kind, chance := p.best(); {
	case told <= toldKnown && changes(kind) && p.bad() >= despiteAll:
		return kind, !plain || chance < despiteAll
	case told == toldNothing && kind == parsers.Acknowledgement && chance >= despiteWork:
		return kind, false
	}
	return "", false
}

// onlyTurned tells a clause of which nothing but a word that stands beside others says that it is no news, and not of the kind that it tells.
func (r *reader) onlyTurned(p *piece) bool {
	kind, _ := p.chances.best()
	hits := r.within(p.start, p.end)
	return !slices.ContainsFunc(hits, func(h hit) bool {
		switch h.meaning {
		case troubled, absent, shut, unless, unreal, claimed, nobody, nearly, exampled, noted, habitual, advertising, maybe:
			return true
		}
		return kindOf[h.meaning] == kind && r.deniedAround(h, hits, 28)
	})
}

// besides is what the estimate says of a silent clause of an order of which no other clause says more than that it is known: what keeps it from being sent is the news.
func (p *chances) besides(told telling) (kind parsers.Kind, doubtful bool) {
	kind, chance := p.best()
	switch {
	case told <= toldKnown && changes(kind) && p.bad() >= besideKnown:
		return kind, chance < besideClear
	case told == toldKnown && (kind == parsers.Shipment || kind == parsers.Question) && chance >= besideClear:
		return kind, kind == parsers.Shipment
	}
	return "", false
}

// beside is what the estimate says, for a person, of a silent clause beside clauses of the same order of which the phrases tell something. Most often the clause is about the same; it counts where it is
// nearly certain that it tells something else: what did not go with the parcel, what is asked, why. over tells that a cancellation is told, late that a backorder is, before it.
func (p *chances) beside(told telling, over, late bool) parsers.Kind {
	kind, chance := p.best()
	switch {
	case kind == parsers.Question && chance >= besideAsking,
		told == toldAsked && changes(kind) && p.bad() >= besideAsked && (kind != parsers.Rejection || chance >= besideClear), // "the order does not say"
		told == toldAsked && kind == parsers.Shipment && chance >= besideAsked,
		told == toldSent && changes(kind) && p.bad() >= besideSent,
		told == toldBad && kind == parsers.Shipment && chance >= besideBad,
		told == toldBad && late && kind == parsers.OutOfStock && chance >= besideClear,
		told == toldBad && changes(kind) && over != (kind == parsers.Cancellation) && chance >= besideOver:
		return kind
	}
	return ""
}

// speakBeside says what keeps back a part of an order, or another order, of which the phrases only say that something left; what left of one of which they say what did not; what is asked beside it, and
// why; and that what they say was taken back. It comes after the clauses have lent each other their orders: what they share the phrases know better.
func (r *reader) speakBeside(pieces []piece) {
	told := toldIn(pieces)
	if r.text.Part == "subject" || told < toldKnown {
		return
	}
	only := r.soleOrder(pieces, func(p *piece) bool { return p.mark == "" })
	one := len(only) > 0 || !somePiece(pieces, func(p *piece) bool { return p.mark == "" && p.numbered() })
	tells := func(kind parsers.Kind) bool {
		return somePiece(pieces, func(p *piece) bool { return p.mark == "" && p.news.kind == kind })
	}
	over, asked, late := tells(parsers.Cancellation), tells(parsers.Question), false
	for i := range pieces {
		p := &pieces[i]
		late = late || p.mark == "" && p.news.kind == parsers.Backorder
		if p.mark != "" || p.news.kind != "" || p.bought || len(p.tracking) > 0 {
			continue
		}
		turned := p.news.supposed || r.settled(p.clause)
		if !turned && told >= toldSent && p.chances.of(corrects) >= takesBack && !p.corrected && !rectified(pieces) && doubt(pieces[:i]) {
			return
		}
		if p.partial && told == toldSent {
			continue // "the rest follows" says no more than that
		}
		if !turned && p.numbered() && r.unheard(p, pieces) {
			if told >= toldAsked {
				kind, doubtful := p.chances.besides(toldOther)
				r.speak(p, kind, doubtful)
			}
			continue
		}
		said := p.chances
		if r.terse(p) && len(pieces) <= mostAlone {
			said = r.ask(p)
		}
		if !turned && one && !p.question && r.ownGoods(p, pieces) {
			if kind, doubtful := said.besides(toldKnown); kind != "" {
				p.refs = append(p.refs, only...)
				r.speak(p, kind, doubtful)
				continue
			}
		}
		kind := said.beside(told, over, late)
		if kind == "" || !one || turned && said.of(kind) < despiteSome || kind == parsers.Question && (asked || courteous(r.plain(p.start, p.end))) {
			continue
		}
		p.refs = append(p.refs, only...)
		r.speak(p, kind, kind != parsers.Question || told > toldAsked)
	}
}

// ownGoods tells a clause about a product by its code of which no clause with news speaks: what it says is news of its own.
func (r *reader) ownGoods(p *piece, pieces []piece) bool {
	return len(pieces) <= mostAlone && len(r.codes(p.start, p.end)) > 0 && !somePiece(pieces, func(o *piece) bool {
		return o.mark == "" && o.news.kind != "" && !r.otherGoods(p, o)
	})
}

// terse tells a clause that is too short to be asked by itself, or begins like a line of a form, and still is a sentence: "Mirror: gone, Monday.", "Which one?"
func (r *reader) terse(p *piece) bool {
	if is, _ := r.ofPeople(p.clause); is || p.chances != (chances{}) || strings.HasSuffix(strings.TrimRight(r.view.text[p.start:p.end], " *_"), ":") {
		return false
	}
	words := r.wordsIn(p.clause)
	return words >= fewWords-1 || p.question && words >= fewWords-2
}
