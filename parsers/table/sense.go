package table

import (
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// putTogether is the score (0 to 1) of a status that was put together from its words.
const putTogether = 0.9

// senses are the words of senseWords: whole ones, and those whose end is open by how they begin.
var (
	senses, openSenses = func() (map[string]sense, map[string]sense) {
		whole, open := map[string]sense{}, map[string]sense{}
		for _, s := range senseWords {
			for w := range strings.FieldsSeq(s.words) {
				if begin, ok := strings.CutSuffix(w, "*"); ok {
					open[begin] |= s.sense
				} else {
					whole[w] |= s.sense
				}
			}
		}
		return whole, open
	}()
	sensesCJK = func() []sensePart {
		var all []sensePart
		for _, s := range senseParts {
			for p := range strings.FieldsSeq(s.parts) {
				p = simplified.Replace(p)
				if i := slices.IndexFunc(all, func(a sensePart) bool { return a.text == p }); i >= 0 {
					all[i].sense |= s.sense
				} else {
					all = append(all, sensePart{p, s.sense})
				}
			}
		}
		slices.SortStableFunc(all, func(a, b sensePart) int { return len(b.text) - len(a.text) })
		return all
	}()
)

type sensePart struct {
	text  string
	sense sense
}

// negatedBegins turn the word that they begin: "unshipped", "niewysłane", "inevaso".
var negatedBegins = []string{"un", "nie", "in", "non", "not"}

// senseOfWord is what one folded word is about.
func senseOfWord(w string) sense {
	if !plainASCII(w) {
		return senseOfPart(w)
	}
	if s, ok := senseLatin(w); ok {
		return s
	}
	for _, begin := range negatedBegins {
		if rest, ok := strings.CutPrefix(w, begin); ok && len(rest) > 3 {
			if s, ok := senseLatin(rest); ok {
				return s&^off | denied // "uncancelled" is no cancellation
			}
		}
	}
	return 0
}

func senseLatin(w string) (sense, bool) {
	s, ok := senses[w]
	for n := len(w); n >= 3; n-- {
		if more, found := openSenses[w[:n]]; found {
			return s | more, true
		}
	}
	return s, ok
}

// senseOfPart reads a run of Chinese or Japanese.
func senseOfPart(text string) sense {
	var all, before sense
	for text != "" {
		i := slices.IndexFunc(sensesCJK, func(p sensePart) bool { return strings.HasPrefix(text, p.text) })
		if i < 0 {
			_, size := utf8.DecodeRuneInString(text)
			text, before = text[size:], 0
			continue
		}
		one := sensesCJK[i].sense
		if one.any(fails|held) && before.all(left|leaving) { // 发货失败, 出荷停止: the shipping did not happen
			all &^= left
		}
		all |= one.after(before)
		before = one
		text = text[len(sensesCJK[i].text):]
	}
	return all
}

// mostSensed is the most words of a status that is put together from them; what is longer is a sentence.
const mostSensed = 14

// senseOf reads a status by what its words are about together, whatever their order: "bereit zum Versand", "Pronto para enviar" and 待发货 are all
// ready or waiting, and leaving. dated tells that it has a date.
func senseOf(words []string, dated bool) (state, bool) {
	if len(words) == 0 || len(words) > mostSensed {
		return state{}, false
	}
	var all, before sense
	departures, sentFirst := 0, false
	var h hope
	for i := 0; i < len(words); i++ {
		if n, joined := senseJoined(words[i:]); n > 0 {
			h.reach = 0
			all |= joined
			before = joined
			i += n - 1
			continue
		}
		one := h.next(words[i], senseOfWord(words[i]))
		if one.any(asks) && all.any(off) && onRequest(words[:i]) {
			one = one&^asks | buyer
		}
		if one.any(todo) && !beforeWork(words[i+1:]) {
			one &^= todo
		}
		if one.all(left | leaving | beside) { // 样品已寄出: one word in Chinese
			one &^= leaving
		}
		if one.any(left | delivers) {
			departures++
			sentFirst = sentFirst || !(all | one).any(beside)
		}
		all |= one.after(before)
		if one&^(notYet|willBe) != 0 { // "not yet cancelled", "not been cancelled"
			before = one
		}
		if i+2 < len(words) && words[i+1] == "of" && isDigits(words[i]+words[i+2]) && words[i] != words[i+2] { // "1 of 2"
			all |= partly
		}
	}
	if !sentFirst && departures < 2 && all.beside() {
		return state{hint: silent}, true
	}
	if h.spent() {
		all &^= denied
	}
	switch {
	case h.never && !dated && !all.any(forNow|left|moving):
		all = all&^comes | lacks
	case all.any(mislaid) && (dated || all.all(denied|left) || all.any(stock|rest|comes)):
		all |= lacks
	case all.any(mislaid):
		all |= back | review
	}
	s, ok := all.state(dated)
	s.score, s.partial = putTogether, s.partial || all.any(partly)
	if all.unsure(s.kind) || s.kind == parsers.Shipment && departures < 2 && all.any(beside) && !all.any(leaving) {
		s.score = unclear
	}
	return s, ok
}

// onRequest tells words before "request" by which what was said before them was done because of it: "cancelled at the request of", "annullato su richiesta",
// "storniert auf Anfrage". Small words may stand between: whose it is.
func onRequest(before []string) bool {
	for i := len(before) - 1; i >= max(0, len(before)-3); i-- {
		switch w := before[i]; {
		case reasons[w]:
			return true
		case len(w) > 6:
			return false
		}
	}
	return false
}

// reasons are words, folded, before what something was done for.
var reasons = wordsOf("at on upon per by following after due auf nach gemass laut wegen aufgrund sur a suite selon apres por segun tras su come dopo per op na volgens conform wegens a por conforme apos na zgodnie wskutek po")

// beside tells a status that says of something else than the goods that it left, and of nothing else: "invoice sent", "Muster versendet".
func (a sense) beside() bool {
	return a.any(beside) && a.any(left|delivers) && !a.any(leaving|moving|handed|labelled|inWork|money|off|stock|lacks|denied|fails|back|toUs)
}

// unsure tells a status whose words turn, or may turn, what it says of this kind.
func (a sense) unsure(kind parsers.Kind) bool {
	switch kind {
	case parsers.Cancellation:
		return a.any(asks|waitsFor|todo|refused|undone) || // a cancellation is asked for, rejected or taken back
			a.any(labelled|handed|someone|beside) || // or what was cancelled is a label, a pickup or an invoice
			a.any(fails) && !a.any(money) || a.any(money) && !a.any(fails|denied) ||
			a.all(denied|accepted) || a.any(denied) && !a.any(stock|canBe|lacks|left|delivers|leaving|money|inWork)
	case parsers.OutOfStock, parsers.Backorder:
		return a.any(undone) || a.all(toUs|left)
	case parsers.Shipment:
		return a.any(undone) && !a.any(someone|moving) || a.any(toUs) && !a.any(delivers)
	}
	return false
}

// parcelled tells what explains a tracking number of a parcel that no carrier has: its label is printed, it is packed, or it waits to be fetched.
func (a sense) parcelled() bool {
	return a.any(labelled|boxed|ready) || a.any(waitsFor|todo|willBe|comes|accepted) && a.any(handed|someone|fetching)
}

// senseOfAll is what the words of a short text are about, all of them.
func senseOfAll(words []string) (all sense) {
	for i := 0; i < len(words) && i < mostSensed; i++ {
		if n, joined := senseJoined(words[i:]); n > 0 {
			all |= joined
			i += n - 1
			continue
		}
		all |= senseOfWord(words[i])
	}
	return all
}

// Partly tells a clause that speaks of a part: "nur teilweise", "only partially", "部分".
func Partly(clause string) bool {
	return senseOfAll(strings.Fields(simplified.Replace(carrier.Fold(clause)))).any(partly)
}

// senseJoined reads words that mean something together: "picked up".
func senseJoined(words []string) (int, sense) {
	for n := min(3, len(words)); n > 1; n-- {
		if s, ok := senses[strings.Join(words[:n], "_")]; ok {
			return n, s
		}
	}
	return 0, 0
}

// beforeWork tells whether words begin with what may be to do: "to ship", "da evadere", "to be sent". "Sent to you" is nothing to do.
func beforeWork(words []string) bool {
	if len(words) > 1 && words[0] == "be" {
		return true
	}
	return len(words) > 0 && senseOfWord(words[0]).any(leaving|inWork)
}

// after is a word's sense behind another: "not cancelled" is no cancellation.
func (a sense) after(before sense) sense {
	if before.any(denied) {
		a &^= off
	}
	if before.any(buyer) { // "per your email": not the email was sent
		a &^= beside | asks
	}
	return a
}

func (a sense) any(b sense) bool { return a&b != 0 }
func (a sense) all(b sense) bool { return a&b == b }

// state decides. What stops an order comes before what moves it.
func (a sense) state(dated bool) (state, bool) {
	went := left | leaving | delivers | moving | handed
	switch {
	case a.any(off):
		return state{kind: parsers.Cancellation}, true
	case a.any(refund):
		return state{kind: parsers.Question}, true
	case a.any(money|billed) && !a.any(left|moving|stock|lacks|off):
		if a.any(money) && a.any(waitsFor|denied|review|held|fails|refused) {
			return state{kind: parsers.Question}, true
		}
		return state{hint: silent}, true
	case a.all(waitsFor | buyer):
		return state{kind: parsers.Question}, true
	case a.all(refused | address):
		return state{kind: parsers.Rejection}, true
	case a.any(address) && a.any(lacks|mislaid) && !a.any(left|moving|delivers|stock): // "Hausnummer fehlt": not the goods
		return state{kind: parsers.Question}, true
	case a.any(back), a.all(fails|delivers) && !a.any(left), a.any(fails) && !a.any(left|delivers|stock):
		return state{kind: parsers.Question, hint: mishap}, true
	case a.all(denied|delivers) && !a.any(notYet), a.all(unable | delivers):
		return state{kind: parsers.Question, hint: mishap}, true
	}
	if s, ok := a.supply(dated); ok {
		return s, true
	}
	switch {
	case a.any(refused), a.all(denied|accepted) && !a.any(notYet|left), a.any(unable) && a.any(went|accepted):
		return state{kind: parsers.Rejection}, true
	case a.any(held | review), a.any(address) && !a.any(went):
		return state{kind: parsers.Question}, true
	case a.any(labelled) && !a.any(left|delivers|handed):
		return state{hint: waiting}, true
	case a.any(went):
		return a.gone(), true
	case a.any(inWork|accepted) && a.any(denied|waitsFor|ready|todo|willBe), a.any(ready | waitsFor):
		return state{hint: waiting}, true
	case a.any(inWork | accepted | indoors):
		return state{kind: parsers.Acknowledgement}, true
	case a.all(denied | notYet):
		return state{hint: unsent}, true
	case a.any(finished|partly) && !a.any(denied):
		return state{kind: parsers.Shipment, partial: a.any(partly)}, true
	}
	return state{}, false
}

// supply reads what is said of the supplier's goods: none, none yet, or too late.
func (a sense) supply(dated bool) (state, bool) {
	none := a.any(lacks|ended) && !a.any(denied) || a.any(denied) && a.any(stock|canBe)
	soon := dated || a.any(comes|waitsFor|forNow|later|again)
	way := a.any(left | moving | handed)
	switch {
	case a.any(toUs) && a.any(left|moving|leaving|comes|indoors) && !a.any(denied):
		return state{kind: parsers.Backorder}, true
	case a.any(undone) && a.any(lacks|stock), a.all(denied | review | stock): // "out of stock resolved", "no stock issue"
		return state{hint: silent}, true
	case a.any(again) && a.any(stock|canBe) && !none && !dated && !a.any(denied|waitsFor|later|forNow|comes|willBe): // "wieder auf Lager": good news is none
		return state{hint: silent}, true
	case a.any(moving|point) && a.any(canBe) && !a.any(denied):
		return state{kind: parsers.Shipment}, true
	case none && soon && !a.any(ended):
		return state{kind: parsers.Backorder}, true
	case none:
		return state{kind: parsers.OutOfStock}, true
	case a.all(denied | left | comes), a.all(later|leaving) && !a.any(moving|handed):
		return state{kind: parsers.Backorder}, true
	case way && (a.any(left) || !a.all(stock|indoors|moving)): // what is late or comes now is with the carrier
		return state{}, false
	case a.any(later), a.any(stock|canBe) && (soon || a.any(moving)), a.any(comes|again) && !a.any(delivers|inWork|accepted|finished|leaving|ready):
		return state{kind: parsers.Backorder}, true
	}
	return state{}, false
}

// gone reads what is said of leaving: done, in part, or still to be done.
func (a sense) gone() state {
	carried := a.any(left | delivers | moving | someone)
	switch {
	case a.any(denied):
		return state{hint: unsent}
	case a.any(indoors) && !a.any(moving|someone):
		return state{kind: parsers.Acknowledgement}
	case a.all(left|rest) && !a.any(todo|asks): // "Expédiée - reliquat prévu le 09/06"
		return state{kind: parsers.Shipment, partial: true}
	case a.any(waitsFor|ready|todo|willBe) && !a.any(moving), a.all(comes|delivers) && !a.any(left|moving):
		return state{hint: waiting}
	case a.any(leaving) && !a.any(left|delivers|moving|handed|finished|partly):
		return state{hint: waiting}
	case a.any(inWork|accepted) && !carried && !a.any(handed):
		return state{kind: parsers.Acknowledgement}
	}
	return state{kind: parsers.Shipment, partial: a.any(partly | rest)}
}
