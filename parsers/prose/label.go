package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// A number shows that a label exists, not that its parcel moves: "The label is printed (1Z…), the driver comes on Monday." Such a sentence acknowledges the
// order and lists the number.

// keep makes an acknowledgement of a sentence with a number whose parcel has a label, is still there, or is fetched later. It tells whether it did.
func (r *reader) keep(said map[meaning]news, hits []hit, c clause) bool {
	if c.question {
		return false
	}
	h, ok := r.stays(hits, c)
	if !ok || !r.hasTracking(c) {
		return ok
	}
	if sent, known := said[shipped]; known {
		plain := slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == shipped && o.start == sent.start && o.end == sent.end })
		if plain && !sent.doubtful {
			if h.meaning == staying && !r.broken(sent, news{start: h.start, end: h.end}, c) {
				sent.doubtful, sent.score = true, min(sent.score, unsureScore)
				said[shipped] = sent
			}
			return false // "label printed and handed over"
		}
		delete(said, shipped)
	}
	if !r.goodsNamed(hits) {
		delete(said, backordered) // the driver is late, not the goods
	}
	said[acknowledged] = news{kind: parsers.Acknowledgement, start: h.start, end: h.end, score: 0.85}
	return true
}

// stays finds the words that say so.
func (r *reader) stays(hits []hit, c clause) (hit, bool) {
	if slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == earlierNumber || h.meaning == rightNumber }) {
		return hit{}, false // "wrong label, the right number is 1Z…"
	}
	for _, h := range hits {
		if h.meaning == staying && !r.conditional(h, hits) {
			return h, true
		}
	}
	for _, p := range [...]struct {
		a, b  meaning
		later bool // only with a time to come
	}{{labels, printed, false}, {awaiting, fetching, false}, {awaiting, courier, false}, {courier, fetching, true}, {courier, pending, true}} {
		h, ok := r.pair(hits, p.a, p.b, nearReach)
		if ok && r.unbroken(h.start, h.end) && !r.turned(h, hits) && !r.deniedWithin(h, hits) && (!p.later || r.laterAround(h, c)) {
			return h, true
		}
	}
	return hit{}, false
}

// forWant finds words in the same sentence that there are no goods any more, for which an order is refused: "we have none left, so we cannot do this order".
func (r *reader) forWant(n news, hits []hit, c clause) (hit, bool) {
	for _, h := range hits {
		if h.start < n.end && n.start < h.end || !r.broken(n, news{start: h.start, end: h.end}, c) || r.conditional(h, hits) {
			continue
		}
		switch h.meaning {
		case exhausted:
			if !r.deniedAround(h, hits, 12) || strings.Contains(r.view.text[h.start:h.end], " ") {
				return h, true
			}
		case making:
			if r.deniedAround(h, hits, 24) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// timeAlone tells whether nothing but a time to come stands behind a sign that parts it from what is missing: "no stock, end of November".
func (r *reader) timeAlone(from int, c clause) bool {
	rest := strings.TrimLeft(r.between(from, max(from, c.end)), " ")
	if rest == "" || !strings.ContainsAny(rest[:1], ",-(:/") && !strings.HasPrefix(rest, "–") && !strings.HasPrefix(rest, "→") && !strings.HasPrefix(rest, "=>") && !strings.HasPrefix(rest, "，") {
		return false
	}
	at := c.end - len(rest) + 1
	return len(strings.Fields(rest)) <= 5 && r.timeBehind(at, c) && r.unnamed(clause{start: at, end: c.end}, 0) == 0 && !r.todayIn(at, c.end)
}

// todayIn tells a word for today.
func (r *reader) todayIn(from, to int) bool {
	return slices.ContainsFunc(r.within(from, to), func(h hit) bool {
		return h.meaning == when && slices.Contains(today, strings.ToLower(r.view.text[h.start:h.end]))
	})
}

// insiders are folded pieces of words for those within the house to whom an order is handed before it is sent.
var insiders = []string{"packing", "picking", "warehouse", "workshop", "production", "dispatch team", "despatch team", "shipping department", "shipping team", "logistics team", "fulfilment team", "fulfillment team",
	"lager", "versandabteilung", "packerei", "produktion", "werkstatt", "kommissionierung", "entrepot", "atelier", "preparation", "service expedition", "logistique",
	"almacen", "taller", "preparacion", "logistica", "magazzino", "laboratorio", "preparazione", "magazijn", "werkplaats", "inpak", "productie", "armazem", "oficina", "producao", "magazyn", "pakowni", "produkcj", "pracowni",
	"仓库", "倉庫", "车间", "工厂", "作業場", "工場"}

// handings are folded pieces of words for handing something on.
var handings = []string{"hand", "pass", "gave", "given", "forward", "ubergeb", "weitergegeben", "weitergeleitet", "gegeben", "remis", "transmis", "confie", "entreg", "pasad", "passad", "affidat", "consegnat", "passat", "doorgegeven", "overgedragen", "doorgestuurd", "przekaz", "交", "转", "渡"}

// withinHouse tells an order that was handed to somebody in the house: "handed over to the packing team".
func (r *reader) withinHouse(h hit, hits []hit, c clause) bool {
	if r.hasTracking(c) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == courier }) {
		return false
	}
	word := string(squeeze(slices.Clone(r.folded[h.start:h.end])))
	around := string(squeeze(slices.Clone(r.folded[max(c.start, h.start-28):min(c.end, h.end+28)])))
	return slices.ContainsFunc(handings, func(w string) bool { return strings.Contains(word, w) }) && slices.ContainsFunc(insiders, func(w string) bool { return strings.Contains(around, w) })
}

// goings are folded verbs of what is to leave, before the rest of the phrase for it: "gaan dinsdag weer de deur uit".
var goings = wordSet("goes go going geht gehen gaat gaan va vont part partent repartent sale salen van vanno parte partono ripartono sai saem seguem idzie ida wychodzi wychodza rusza")

// goesLater tells what leaves at a time to come.
func (r *reader) goesLater(h hit, c clause) bool {
	words := strings.Fields(string(squeeze(slices.Clone(r.folded[max(c.start, h.start-44):h.start]))))
	at := slices.IndexFunc(words, func(w string) bool { return goings[w] })
	return at >= 0 && !r.todayIn(h.start-min(44, h.start-c.start), c.end) && r.laterAround(h, c) && !r.hasAuxiliary(h, c)
}

// advises tells what to do if something went wrong, or what is in general: no news of this parcel.
func (r *reader) advises(hits []hit) bool {
	return slices.ContainsFunc(hits, func(h hit) bool {
		return h.meaning == condition || h.meaning == invite || h.meaning == habitual || h.meaning == unless || h.meaning == request || h.meaning == unreal
	})
}

// plainTrouble tells trouble with the parcel of an answer's order: "UPS lost it", "it went to the wrong address".
func (r *reader) plainTrouble(hits []hit, c clause) bool {
	if !r.about || c.mark != "" || r.advises(hits) {
		return false
	}
	return r.amiss(c) || slices.ContainsFunc(hits, func(h hit) bool { return (h.meaning == troubled || h.meaning == back) && !r.turned(h, hits) }) &&
		(r.ofGoods(c) || slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == courier }) || r.unnamed(c, 1) <= 1)
}

// sendsDocument tells a clause that begins with a paper: "Invoice sent, goods follow".
func (r *reader) sendsDocument(hits []hit) bool {
	return len(hits) > 0 && slices.ContainsFunc(hits[:min(len(hits), 3)], func(h hit) bool { return h.meaning == document || h.meaning == invoiceLabel })
}
