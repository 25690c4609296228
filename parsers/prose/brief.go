package prose

import (
	"slices"
	"strings"
)

// Who answers a mail about one order leaves out what both know: "Confirmed.", "Went out at noon", "Haben wir nicht mehr". Such a sentence has no subject, a
// pronoun or "the order". One with a subject of its own ("The invoice is confirmed", "Unfortunately we have no fax any more") says nothing of the order.

// smallWords are folded words that name nothing.
var smallWords = wordSet("a an the this that these those it its they them we us our ours i me my you your yours he she of on in at by for from to with as is are was were be been has have had do does did so then there here just all one ones both any now already yet also and or which who whom what unfortunately sadly sorry afraid regret hi hello dear hey please get got goes let only still very soon well ones thats weve theyre theres im id wed youll should afraid ok okay fine good everything yes no yesterday morning afternoon evening night noon midday lunchtime earlier later again more anymore complete completely in full hour hours minute minutes ago straight just straightaway day end after before through up down off out over per request sure possible latest soonest asap " +
	"der die das den dem des ein eine einen einem einer dieser diese dieses diesen diesem sie es er wir uns unser unsere unserem ich mich mir ihr ihre ihren ihrem ihnen ist sind war waren wird werden wurde wurden haben hat hatte habe bin im in an am auf aus bei mit zu zum zur von vom fur und oder auch nur noch schon leider hier da so dann als wie man selbst soeben gerade eben davon dafur dazu bereits jetzt nun guten tag hallo moin ja nein doch so dank steht liegt ok okay gut prima alles bitte gestern vorgestern mittag mittags nachmittag vormittag fruh abend abends vorhin eben komplett vollstandig gleich sofort wieder weg raus stunde stunden uns euch ihr seit ware stuck leider nun nochmal noch mal gern gerne sind waren wird moglich schnell schnellstmoglich schnellstens spatestens baldmoglichst " +
	"de het een deze dit die dat u uw je jullie jouw we wij ons onze ik mij hij zij ze er is zijn was waren wordt worden werd heeft hebben had in op aan bij met van voor door naar om te en of ook maar nog al helaas hier daar zo dan als zojuist net nu vanaf uit hierbij ja nee dank staat ligt ok oke goed prima alles beste hoi dag wel daarvan uwe ervan gisteren eergisteren vanmiddag vanochtend vanmorgen vanavond middag ochtend compleet volledig meteen direct zo weer uur uren minuten sinds gelijk graag wij moeten moet " +
	"to ten ta te ci tego tej tych tym ten jest sa byl byla bylo byly zostal zostala zostalo zostaly bedzie beda w we z ze na do od po o u przez przy dla i oraz a ale lub juz jeszcze niestety tu tutaj tam tak nie ja my nam nas nasz nasza nasze naszego panstwa panstwo panstwu pana pani pan wam was wasze go je ich jej jego sie teraz wlasnie tylko dzien dobry witam mamy mam od was chwila chwile dobrze ok okej wszystko wczoraj przedwczoraj rano wieczorem poludniu poludnie popoludniu calosci od razu znowu ponownie godzine godzin minut temu jestesmy musimy zeby " +
	"le la les un une des du au aux ce cet cette ces il elle ils elles nous vous notre nos votre vos est sont ete a ont pas y en et ou el los las una uno este esta estos su sus nos se es son ha han lo il lo gli uno una questo questa vostro e sono ha o os as um uma este esta seu sua foi")

// foreign are meanings of words that name another thing than the order and its goods.
func foreign(m meaning) bool {
	switch m {
	case document, another, invoiceLabel, customerLabel, phoneLabel, otherLabel, keyLabel, noted, advertising, invoiced, customs, destination, returning, absent:
		return true
	}
	return false
}

// elliptic tells a sentence of an answer about one order that names nothing else: it is about that order.
func (r *reader) elliptic(c clause) bool {
	if !r.about || c.mark != "" {
		return false
	}
	most := 0
	if r.calledOrder(c) {
		most = 2
	}
	return r.unnamed(c, most) <= most
}

func (r *reader) calledOrder(c clause) bool {
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { return h.meaning == orderLabel })
}

// unnamed counts the words of a clause that no phrase accounts for and that are no small ones, up to more than most. A word for another thing counts as
// more than most.
func (r *reader) unnamed(c clause, most int) int {
	key := [3]int{c.start, c.end, most}
	if r.counted.key != key { // each hit of a clause asks
		r.counted.key, r.counted.n = key, r.countUnnamed(c, most)
	}
	return r.counted.n
}

func (r *reader) countUnnamed(c clause, most int) int {
	hits := r.within(c.start, c.end)
	r.work += len(hits)
	n := 0
	for _, t := range r.tokensIn(c.start, c.end) {
		if t.end > c.end || t.letters == 0 || t.digits > 0 || t.letters <= 2 && strings.ContainsAny(r.view.text[max(c.start, t.start-1):t.start], "'’") {
			continue // a number, or the "s" of "Monday's"
		}
		known := false
		for _, h := range hits {
			if h.start > t.start || h.end <= t.start || h.end < t.end && r.plain(h.end, t.end) != "" {
				continue
			}
			if foreign(h.meaning) && !covered(h, hits) {
				return most + 1
			}
			known = true
		}
		if word := r.plain(t.start, t.end); !known && !smallWords[word] && !countWords[word] {
			if n++; n > most {
				return n
			}
		}
	}
	return n
}

// covered tells a word that is only a part of a phrase: "label created", "termin wysyłki".
func covered(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return !foreign(o.meaning) && o.start <= h.start && h.end <= o.end && o.end-o.start > h.end-h.start
	})
}

// briefly reads what says something only where nothing else is named: a sentence in an answer about one order, or about an order that it names.
func (r *reader) briefly(said map[meaning]news, hits []hit, c clause, say func(hit, meaning, float64)) {
	if c.mark != "" || c.question || r.hasTracking(c) || !r.about && !r.concernsOrder(c) {
		return
	}
	for _, h := range hits {
		switch h.meaning {
		case affirmed:
			if len(said) == 0 && r.unnamed(c, 1) <= 1 && r.standsAlone(h, c) && !r.turned(h, hits) && !r.conditional(h, hits) && !r.deniedAround(h, hits, 16) {
				say(h, acknowledged, 0.6)
			}
		case exhausted:
			if r.noMore(h, hits, c) {
				if forNow(h, hits) {
					say(h, backordered, 0.75)
					continue
				}
				score := 0.75
				if r.unnamed(clause{start: h.end, end: c.end}, 0) > 0 { // "brak odpowiedzi": of what, stands behind it
					score = unsureScore
				}
				say(h, outOfStock, score)
			}
		case short:
			of := strings.Contains(r.view.text[h.start:h.end], " ") || r.goodsNamed(hits)
			if of && r.unnamed(c, 0) == 0 && !r.turned(h, hits) && !r.toCome(h, hits) {
				say(h, backordered, 0.75)
			}
		case anew:
			moved := slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == goes || o.meaning == gone })
			if len(said) == 0 && !moved && r.unnamed(c, 0) == 0 && !r.personal(c) && r.laterAround(h, c) && !r.turned(h, hits) && !r.conditional(h, hits) {
				say(h, backordered, 0.75)
			}
		case struck:
			if !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == courier || o.meaning == affirmed }) && (r.calledOrder(c) || slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names)) && r.unnamed(c, 1) <= 1 && !r.turned(h, hits) && !r.toCome(h, hits) {
				say(h, cancelled, 0.75)
			}
		case obtaining, doing:
			r.unable(h, hits, c, say)
		}
	}
}

// standsAlone tells a word of Chinese or Japanese that has no more beside it than thanks: there are no spaces by which the other words could be counted.
func (r *reader) standsAlone(h hit, c clause) bool {
	const small = " .,!~。、！～了的哦呢啦哈您好谢謝感亲親ねでは"
	return h.languages&easternBits == 0 || strings.Trim(r.between(c.start, h.start), small) == "" && strings.Trim(r.between(h.end, c.end), small) == ""
}

// noMore tells words that there is none any more, of the goods: "haben wir nicht mehr", "PS-310 is op".
func (r *reader) noMore(h hit, hits []hit, c clause) bool {
	if strings.HasSuffix(r.view.text[h.start:h.end], " op") && !r.closes(h, c) {
		return false // "is op de post gedaan"
	}
	return !r.personal(c) && r.unnamed(c, 1) <= 1 && !r.turned(h, hits) && !slices.ContainsFunc(hits, func(o hit) bool {
		return (o.meaning == condition || o.meaning == asked || o.meaning == personLabel) && o.languages&h.languages != 0
	})
}

// persons are folded words of sentences about people: it is they who are out, or back.
var persons = wordSet("i i'm im me bin mich ik ben mij mnie jestem jestesmy he she office colleague kollege collega")

func (r *reader) personal(c clause) bool {
	folded := " " + r.plain(c.start, c.end)
	return strings.HasPrefix(folded, " ich ") || strings.Contains(folded, " wir sind") || strings.Contains(folded, " we are") || strings.Contains(folded, " we zijn") ||
		slices.ContainsFunc(strings.FieldsFunc(folded, func(c rune) bool { return c == ' ' || c == ',' || c == '.' }), func(w string) bool { return persons[w] })
}

// goodsNamed tells whether a word for goods or pieces stands in a clause.
func (r *reader) goodsNamed(hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == goods || o.meaning == unit || o.meaning == parcel || o.meaning == skuLabel
	})
}

// toCome tells a word that stands behind one of the future.
func (r *reader) toCome(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return (o.meaning == future || o.meaning == condition || o.meaning == request) && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < 28
	})
}

// unable reads what cannot be done: to get the goods is to have none, to do the order is to refuse it.
func (r *reader) unable(h hit, hits []hit, c clause, say func(hit, meaning, float64)) {
	if !r.cannot(h, hits) || r.unnamed(c, 1) > 1 || r.conditional(h, hits) {
		return
	}
	timed := slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == when || o.meaning == month }) || slices.ContainsFunc(r.tokensIn(c.start, c.end), func(t token) bool {
		return isDate(r.view.text[t.start:t.end])
	})
	switch {
	case timed:
	case h.meaning == obtaining:
		say(h, outOfStock, 0.75)
	case r.calledOrder(c) || slices.ContainsFunc(r.refsIn(c.start, c.end), reference.names) || thisOrder[r.plain(h.start, h.end)]:
		say(h, rejected, 0.75)
	default:
		say(h, rejected, unsureScore) // "that" may be anything
	}
}

// thisOrder are folded phrases that leave no doubt what is not done.
var thisOrder = map[string]bool{"do this one": true, "do this order": true, "take this": true, "take this on": true, "take this one": true, "fill this": true, "fill this one": true}

// cannot tells whether an ability is denied beside a verb: in one word ("cannot"), or in two with small words between ("können wir leider nicht", "nie możemy").
func (r *reader) cannot(h hit, hits []hit) bool {
	near := func(o hit) bool {
		return o.languages&h.languages != 0 && (o.end <= h.start && h.start-o.end < 40 && r.unbroken(o.end, h.start) || o.start >= h.end && o.start-h.end < 24 && r.unbroken(h.end, o.start))
	}
	if slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == impossible && near(o) }) {
		return true
	}
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == able && near(o) }) &&
		slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == negation && near(o) && !r.numbering(o) })
}

// paused reads an order that does not go on, and is neither taken nor refused: "on hold".
func (r *reader) paused(hits []hit, c clause) (hit, bool) {
	for _, h := range hits {
		if h.meaning == held && r.concernsOrder(c) && !r.turned(h, hits) && !r.deniedAround(h, hits, 16) && !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == customs || o.meaning == courier }) {
			return h, true
		}
	}
	return hit{}, false
}

// byAnother tells what somebody else has refused or called off: a sentence that begins with customs, a bank, a courier, the customer.
func (r *reader) byAnother(h hit, m meaning, hits []hit, c clause) bool {
	if m != rejected && m != cancelled || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == requested }) {
		return false
	}
	return slices.ContainsFunc(hits, func(o hit) bool {
		return (o.meaning == customs || o.meaning == courier || o.meaning == outsider) && o.languages&h.languages != 0 && o.end <= h.start && o.start-c.start <= 12 && h.start-o.end < 40 && r.unbroken(o.end, h.start)
	})
}

// customers are folded words for those who get the parcel, of what outsider means. What they refuse is the parcel.
var customers = strings.Fields("client cliente clienta kund klant klient customer buyer recipient consignee acheteur destinat comprador acquirent empfang ontvang odbior kupuj kaufer 客 买家 買家 收件人 收货人 お客様 受取人 購入者 荷受人")

// byCustomer tells what the customer has refused: "O cliente recusou a encomenda". The order stands as it was sent.
func (r *reader) byCustomer(h hit, hits []hit, c clause) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		if o.meaning != outsider || o.languages&h.languages == 0 || o.end > h.start || o.start-c.start > 12 || h.start-o.end >= 40 || !r.unbroken(o.end, h.start) {
			return false
		}
		who := r.plain(o.start, o.end)
		return slices.ContainsFunc(customers, func(w string) bool { return strings.Contains(who, w) })
	})
}

// modals are pieces of folded words for what can be, told from "no longer".
var modals = []string{"can", "able", "kann", "konn", "kunn", "kan ", "mozemy", "stanie"}

func (r *reader) modal(h hit) bool {
	word := r.plain(h.start, h.end)
	return slices.ContainsFunc(modals, func(m string) bool { return strings.Contains(word, m) })
}
