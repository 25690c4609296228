package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Words that say one thing of goods and another of orders, of ships, of the people who carry and get them.

// devices are folded beginnings of the line that a telephone writes under a mail: it is the mail that was sent.
var devices = []string{
	"sent from my ", "sent from outlook", "sent from yahoo", "sent from a mobile", "sent from mobile", "sent from iphone", "sent via my ", "sent using ", "sent with ",
	"gesendet von mein", "gesendet von unterwegs", "gesendet von outlook", "gesendet von iphone", "gesendet mit ", "von meinem ", "diese nachricht wurde von mein", "von unterwegs gesendet", "mobil gesendet",
	"verstuurd vanaf mijn", "verzonden vanaf mijn", "verstuurd vanaf een mob", "verzonden vanaf een mob", "verstuurd vanaf iphone", "verzonden vanaf iphone", "verzonden met mijn", "verstuurd met mijn", "verstuurd vanuit outlook", "verzonden vanuit outlook", "verstuurd via mijn",
	"wyslane z iphone", "wyslane z mojego", "wyslane z telefonu", "wyslane z urzadzenia", "wyslane z android", "wyslane z outlook", "wyslane z aplikacji", "wyslano z iphone", "wyslano z mojego", "wyslano z telefonu", "wyslano z urzadzenia", "wyslano z android",
}

// devicesBy are the same by their first letter.
var devicesBy = func() (by [256][]string) {
	for _, d := range devices {
		by[d[0]] = append(by[d[0]], d)
	}
	return by
}()

// fromDevice tells the line that a telephone writes.
func (r *reader) fromDevice(c clause) bool {
	head := strings.TrimLeft(r.plain(c.start, min(c.end, c.start+48)), " -–—*_>")
	return head != "" && slices.ContainsFunc(devicesBy[head[0]], func(d string) bool { return strings.HasPrefix(head, d) })
}

// nuanced is what a word means of what the clause is about; settled: nothing beside it matters.
func (r *reader) nuanced(m meaning, h hit, hits []hit, c clause) (is meaning, score float64, settled bool) {
	word := r.plain(h.start, h.end)
	switch m {
	case troubled:
		if r.sendsNoticeAgain(h, hits, c) || r.forwardsTo(h, c) {
			return none, 0, true
		}
	case asked:
		if !c.question && (r.delists(c) || r.titlesPaper(h, hits, c) || r.inCase(h, hits, c)) {
			return none, 0, true
		}
	case shipped:
		switch {
		case slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == courier && o.start <= h.start && o.end > h.end }):
			return none, 0, true // 配送 in 配送業者
		case r.fronted(h) && !r.hasTracking(c), r.withinHouse(h, hits, c), !r.hasTracking(c) && r.goesLater(h, c):
			return acknowledged, 0.7, true
		case r.amiss(c):
			return troubled, 0.75, true
		}
	case acknowledged:
		if takesIn(word) && r.takenOver(h, hits, c) {
			return shipped, 0.8, true
		}
	case rejected:
		switch {
		case r.byRecipient(h, hits), r.byCustomer(h, hits, c):
			return troubled, 0.8, true
		case r.byAnother(h, m, hits, c):
			return asked, 0.5, true
		case r.notBefore(h, hits, c):
			return backordered, 0.75, true
		case slices.ContainsFunc(assortment, func(w string) bool { return strings.Contains(word, w) }) && r.noLonger(h, c) && !r.refusedBesides(h, hits):
			return outOfStock, 0.75, true
		}
	case outOfStock:
		switch {
		case (strings.HasSuffix(word, " op") || strings.HasSuffix(word, " alle")) && !r.closes(h, c):
			return none, 0, true
		case lapses(word) && (r.calledOrder(c) || r.ofLine(c)) && !r.ofArticle(hits):
			return cancelled, 0.75, true
		case word == "ausgelaufen" && r.ofShip(c):
			return shipped, 0.75, true
		}
	case backordered:
		if r.carrierLater(h, hits, c) {
			return acknowledged, 0.5, true
		}
	}
	return m, 0, false
}

// takings are folded beginnings of words for taking something in or on: an order, or a parcel at the counter.
var takings = []string{"accept", "angenommen", "acept", "aceit", "accett", "aangenomen", "przyje"}

func takesIn(word string) bool {
	return slices.ContainsFunc(strings.Fields(word), func(w string) bool {
		return slices.ContainsFunc(takings, func(p string) bool { return strings.HasPrefix(w, p) })
	})
}

// takenOver tells a parcel that was taken in, by its carrier or at a counter: "item RR123456785DE was accepted at the post office", "Sendung 1Z… wurde von UPS
// angenommen". An order that is accepted stands nearer to the word than the number does.
func (r *reader) takenOver(h hit, hits []hit, c clause) bool {
	for _, o := range hits {
		if o.meaning == courier && o.start-h.end < 12 && h.start-o.end < 4 && r.hasTracking(c) {
			return true
		}
	}
	return slices.ContainsFunc(r.tracking, func(t tracked) bool {
		return t.start >= c.start && t.end < h.start && h.start-t.end < 24 && strings.Contains(r.view.text[t.end:h.start], " ") && !strings.ContainsAny(r.view.text[t.end:h.start], ",;:.(\n-–")
	})
}

// Folded pieces of words for taking something away, and for where a shop shows what it sells.
var (
	takingOff = parsers.NewAnyOf("remov", "delist", "take it off", "take them off", "nehmen", "entfern", "losch", "retir", "supprim", "enlev", "elimin", "quit", "togli", "rimuov", "verwijder", "haal", "usun", "wycof", "下架", "删除", "削除")
	shelves   = parsers.NewAnyOf("listing", "your shop", "your store", "your site", "your website", "webshop", "ihrem shop", "eurem shop", "ihrem sortiment", "ihrem katalog", "boutique", "votre site", "catalogue", "tienda", "catalogo", "negozio",
		"vostro shop", "vostro sito", "assortiment", "loja", "sklep", "oferty", "ofert", "店铺", "网店", "サイト", "掲載", "下架")
)

// delists tells advice to a shop to show a thing no longer: nobody waits for an answer to it.
func (r *reader) delists(c clause) bool {
	text := r.plain(c.start, c.end)
	return takingOff.In(text) && shelves.In(text)
}

// mishaps are folded pieces of words for whatever may go wrong with a parcel.
var mishaps = parsers.NewAnyOf("anything", "something", "missing", "arriv", "turn up", "turned up", "damage", "etwas", "irgend", "fehl", "ankomm", "angekommen", "beschad", "quelque chose", "manqu", "abim", "algo ", "algun", "lleg", "falt", "roto", "qualcosa", "manc", "rott",
	" iets", "aankom", "binnen", "ontbre", "kapot", "coisa", "cheg", "cos ", "czegos", "brak", "dojdzie", "dotrze", "dotarl", "uszkodz", "不足", "届か", "破損", "不具合", "缺", "少了", "破损", "没到", "没收到")

// inCase tells a wish to be told in case that something goes wrong: nobody waits for it. "Avísennos si no llega", "laat maar weten als er iets niet klopt".
func (r *reader) inCase(h hit, hits []hit, c clause) bool {
	const reach = 16
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.meaning != condition || o.languages&h.languages == 0 || o.start < h.end && h.start < o.end {
			return false
		}
		if o.languages&easternBits != 0 { // the condition stands first
			return o.end <= h.start && mishaps.In(string(r.folded[c.start:h.start]))
		}
		return o.start >= h.end && o.start-h.end < reach && mishaps.In(r.plain(o.end, c.end))
	})
}

// titlesPaper tells a line that is no more than what a paper is called and its number: "Pro forma 2025-118".
func (r *reader) titlesPaper(h hit, hits []hit, c clause) bool {
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == invoiceLabel && o.start <= h.start && h.end <= o.end }) &&
		r.wordsIn(c) <= r.wordsIn(clause{start: h.start, end: h.end}) && slices.ContainsFunc(r.tokensIn(h.end, c.end), func(t token) bool { return t.digits > 0 })
}

// sendsNoticeAgain tells the words above a notice that is sent once more because somebody says that it never came: "Resending as you said you had not received it:".
func (r *reader) sendsNoticeAgain(h hit, hits []hit, c clause) bool {
	return strings.HasSuffix(strings.TrimRight(r.view.text[c.start:c.end], " *_"), ":") && !r.hasTracking(c) &&
		(h.start-c.start < 12 || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == claimed && o.languages&h.languages != 0 })) &&
		!slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == parcel || o.meaning == goods || o.meaning == courier })
}

// toYou are folded pronouns for us, to whom a mail is sent on.
var toYou = wordSet("os te le les vos lhe lhes")

// forwardsTo tells who sends a mail on from who sends a parcel again: "os reenvío lo del almacén".
func (r *reader) forwardsTo(h hit, c clause) bool {
	if !strings.HasPrefix(r.plain(h.start, h.end), "reenv") || r.hasTracking(c) || r.ofParcel(c) || len(r.refsIn(c.start, c.end)) > 0 {
		return false
	}
	words := strings.Fields(r.plain(c.start, h.start))
	return len(words) > 0 && toYou[words[len(words)-1]]
}

// saysNothing tells a clause with a word for nothing.
func (r *reader) saysNothing(c clause) bool {
	return slices.ContainsFunc(strings.Fields(r.plain(c.start, c.end)), func(w string) bool { return w == "nothing" || nothings[strings.Trim(w, ".,!")] })
}

// fronted tells a participle whose auxiliary behind it says that it will be: "Verschickt wird morgen".
func (r *reader) fronted(h hit) bool {
	rest := r.plain(h.end, min(len(r.folded), h.end+10))
	verbs := []string{" wird ", " werden "}
	if h.languages&(1<<1) == 0 {
		verbs = []string{" wordt ", " worden "} // in German it has been: "versendet worden"
	}
	return slices.ContainsFunc(verbs, func(w string) bool { return strings.HasPrefix(rest, w) }) && h.languages&(1<<1|1<<5) != 0
}

// recipients are folded words for who should get a parcel.
var recipients = []string{"customer", "recipient", "receiver", "consignee", "buyer", "addressee", "kunde", "kundin", "empfanger", "kaufer", "klant", "ontvanger", "koper", "klient", "odbiorca", "kupujacy", "adresat"}

// byRecipient tells a refusal of the one who should get the parcel: the sentence begins with them, or with the parcel.
func (r *reader) byRecipient(h hit, hits []hit) bool {
	if slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == orderLabel && o.end <= h.start && h.start-o.end < 40 }) {
		return false // "customer order 1001 was rejected"
	}
	return (h.meaning == refusing || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == refusing && o.start < h.end && h.start < o.end })) &&
		slices.ContainsFunc(strings.FieldsFunc(r.plain(max(0, h.start-40), h.start), func(c rune) bool { return c == ' ' || c == ',' }), func(w string) bool {
			return slices.ContainsFunc(recipients, func(p string) bool { return strings.HasPrefix(w, p) })
		})
}

// notBefore tells what cannot be done before a time, and can then: "unable to fulfil line 3 before the end of the month".
func (r *reader) notBefore(h hit, hits []hit, c clause) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == before && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < 40 && r.unbroken(h.end, o.start) && r.timeBehind(o.end, c)
	})
}

// assortment are pieces of folded verbs that say what a shop has in its range.
var assortment = []string{"carry", "sell", "stock", "fuhren", "verkauf", "voeren", "verkop", "sprzeda", "prowadz", "ofercie"}

// noLongers are folded words for what once was.
var noLongers = []string{"any longer", "any more", "anymore", "no longer", "nicht mehr", "niet meer", "niet langer", " juz ", "nie juz", "wiecej"}

func (r *reader) noLonger(h hit, c clause) bool {
	rest := " " + r.plain(max(c.start, h.start-12), c.end) + " "
	return slices.ContainsFunc(noLongers, func(w string) bool { return strings.Contains(rest, w) })
}

// refusedBesides tells a refusal beside another one: "we no longer sell to shops and will not take this order".
func (r *reader) refusedBesides(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == rejected && (o.start >= h.end || o.end <= h.start) })
}

// closes tells a word that stands at the end of what is said: the Dutch "op" begins what follows it otherwise ("is op 3 mei betaald").
func (r *reader) closes(h hit, c clause) bool {
	rest := strings.TrimSpace(r.plain(h.end, c.end))
	if rest == "" || !letter(rest[0]) {
		return true
	}
	word, _, _ := strings.Cut(rest, " ")
	return joining[word] || word == "maar" || word == "dus" || word == "helaas" || word == "bij" || word == "tot" || word == "nu" || word == "want"
}

// strikes tells words for what is taken out of an order, which goes on without it: "aus dem Auftrag gestrichen".
func (r *reader) strikes(n news) bool {
	return strings.Contains(r.view.text[n.start:n.end], " ") && slices.ContainsFunc(r.within(n.start, n.end), func(o hit) bool { return o.meaning == orderLabel })
}

// lapses tells the words that are said of an article that is no longer made, and of an order that is no longer valid.
func lapses(word string) bool {
	return strings.Contains(word, "vervallen") || strings.Contains(word, "vervalt") || strings.Contains(word, "entfallt")
}

func (r *reader) ofArticle(hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == skuLabel && !strings.HasPrefix(string(r.folded[o.start:o.end]), "pos")
	})
}

// ofLine tells a clause that begins with a line of an order.
func (r *reader) ofLine(c clause) bool {
	head := r.plain(c.start, min(c.end, c.start+12))
	return strings.HasPrefix(head, "regel ") || strings.HasPrefix(head, "positie ") || strings.HasPrefix(head, "position ") || strings.HasPrefix(head, "pos. ")
}

// ofShip tells a clause about a ship or what it carries.
func (r *reader) ofShip(c clause) bool {
	text := r.plain(c.start, c.end)
	return slices.ContainsFunc([]string{"container", "schiff", "frachter", "hafen"}, func(w string) bool { return strings.Contains(text, w) })
}

// carrierLater tells that it is the driver who comes later, right behind whom it is said; the goods are there.
func (r *reader) carrierLater(h hit, hits []hit, c clause) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.languages&h.languages == 0 || o.end > h.start {
			return false
		}
		gap := h.start - o.end
		if o.meaning == courier && gap <= 3 {
			return true
		}
		return gap <= nearReach && !r.goodsNamed(hits) && r.unbroken(o.end, h.start) && (o.meaning == fetching && o.start-c.start <= 12 ||
			o.meaning == courier && slices.ContainsFunc(hits, func(f hit) bool { return f.meaning == fetching && f.languages&h.languages != 0 }))
	})
}
