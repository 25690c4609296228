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
	sent, known := said[shipped]
	by := func(m meaning) bool {
		return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == m && o.start == sent.start && o.end == sent.end })
	}
	if ok && known && h.meaning == staying && !by(shipped) { // "the courier has it" in "the courier has left it standing"
		delete(said, shipped)
		known = false
		if _, is := said[acknowledged]; !is {
			said[acknowledged] = news{kind: parsers.Acknowledgement, start: h.start, end: h.end, score: 0.75}
		}
	}
	if !ok || !r.hasTracking(c) {
		return ok
	}
	if known {
		if !by(goes) && !sent.doubtful {
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

// numberReach is how many bytes a parcel's number takes that stands between a label and what is said of it: "the label (1Z…) is on the box".
const numberReach = 44

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
	if h, ok := r.movesLater(hits, c); ok {
		return h, true
	}
	for _, p := range [...]struct {
		a, b  meaning
		later bool // only with a time to come
	}{{labels, printed, false}, {awaiting, fetching, false}, {awaiting, courier, false}, {courier, fetching, true}, {courier, pending, true}} {
		reach := nearReach
		if p.a == labels && r.hasTracking(c) {
			reach += numberReach
		}
		h, ok := r.pair(hits, p.a, p.b, reach)
		if ok && p.a == labels && r.mends(c) {
			continue // "wrong label on the box"
		}
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
	return len(strings.Fields(rest)) <= 5 && r.expected(at, c.end, at).Text != "" && r.unnamed(clause{start: at, end: c.end}, 0) == 0 && !r.todayIn(at, c.end)
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
	word := r.plain(h.start, h.end)
	around := r.plain(max(c.start, h.start-28), min(c.end, h.end+28))
	return slices.ContainsFunc(handings, func(w string) bool { return strings.Contains(word, w) }) && slices.ContainsFunc(insiders, func(w string) bool { return strings.Contains(around, w) })
}

// goings are folded verbs of what is to leave, before the rest of the phrase for it: "gaan dinsdag weer de deur uit".
var goings = wordSet("goes go going geht gehen gaat gaan va vont part partent repartent sale salen van vanno parte partono ripartono sai saem seguem idzie ida wychodzi wychodza rusza")

// goesLater tells what leaves at a time to come.
func (r *reader) goesLater(h hit, c clause) bool {
	words := strings.Fields(r.plain(max(c.start, h.start-44), h.start))
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

// movesLater finds words that a parcel is fetched or brought away at a time to come, or was not fetched, where nothing says that it has left: "packed, 1Z…,
// collection tomorrow". When it arrives is another matter.
func (r *reader) movesLater(hits []hit, c clause) (hit, bool) {
	for _, h := range hits {
		switch h.meaning {
		case gone: // the Dutch "mee" of "gaat maandag mee" is a piece of what is to come
			if r.broughtLater(h, c) {
				return h, true
			}
			if r.hasAuxiliary(h, c) || r.leftAlready(h, c) || h.end-h.start > 4 {
				return hit{}, false
			}
		case shipped, went, delivering, eta, troubled, again:
			return hit{}, false
		case pending:
			if word := r.plain(h.start, h.end); slices.ContainsFunc(arrivals, func(w string) bool { return strings.Contains(word, w) }) {
				return hit{}, false
			}
		}
	}
	for _, h := range hits {
		near := r.timeNear(h, c)
		switch h.meaning {
		case fetching, goes:
			if near || r.deniedAround(h, hits, 18) {
				return h, true
			}
		case courier:
			if near && len(r.trackingIn(c.start, h.start)) > 0 { // "1Z…, courier tomorrow"; "UPS 1Z…, Thursday" may be when it arrives
				return h, true
			}
		}
	}
	return hit{}, false
}

// broughtLater tells the German words for where to without a word that it was done: "ich fahr's morgen selber zur Post".
func (r *reader) broughtLater(h hit, c clause) bool {
	return h.languages&(1<<1) != 0 && strings.Contains(r.view.text[h.start:h.end], " ") && !r.hasAuxiliary(h, c) && r.timeNear(h, c)
}

// timeNear tells a day to come right beside a word, with no number of a parcel between.
func (r *reader) timeNear(h hit, c clause) bool {
	from, to := max(c.start, h.start-nearReach), min(c.end, h.end+nearReach)
	if t := r.trackingIn(h.end, to); len(t) > 0 {
		to = t[0].start
	}
	if t := r.trackingIn(max(0, from-48), h.start); len(t) > 0 {
		from = max(from, min(h.start, t[len(t)-1].end))
	}
	return slices.ContainsFunc(r.within(from, to), func(o hit) bool {
		return o.meaning == when && !slices.Contains(today, strings.ToLower(r.view.text[o.start:o.end])) && tomorrowLike(r.plain(o.start, o.end))
	})
}

// days are folded words for the next days. Weeks and months are not told of a parcel with a number.
var days = strings.Fields("tomorrow monday tuesday wednesday thursday friday saturday morgen montag dienstag mittwoch donnerstag freitag samstag demain lundi mardi mercredi jeudi vendredi samedi manana lunes martes miercoles jueves viernes sabado domani lunedi martedi mercoledi giovedi venerdi maandag dinsdag woensdag donderdag vrijdag zaterdag amanha segunda terca quarta quinta sexta jutro poniedzialek wtorek srode czwartek piatek 明天 明日 周一 周二 周三 周四 周五 月曜 火曜 水曜 木曜 金曜")

func tomorrowLike(word string) bool {
	return slices.ContainsFunc(days, func(d string) bool { return strings.Contains(word, d) })
}

// nothingWords and beforeWords are folded: "nothing before January", "hasta enero nada".
var (
	nothingWords = wordSet("nothing nichts nix rien nada niente nulla niets niks nic")
	beforeWords  = wordSet("before until till vor bis avant antes hasta prima fino voor tot ate przed do")
)

// nothingBefore tells that there is nothing before a time.
func (r *reader) nothingBefore(hits []hit, c clause) (hit, bool) {
	if c.mark != "" || c.question || r.hasTracking(c) || !r.about && !r.concernsOrder(c) {
		return hit{}, false
	}
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return strings.ContainsRune(" ,.:;!", c) })
	if !slices.ContainsFunc(words, func(w string) bool { return nothingWords[w] }) {
		return hit{}, false
	}
	for _, h := range hits {
		if (h.meaning == month || h.meaning == when && !slices.Contains(today, strings.ToLower(r.view.text[h.start:h.end]))) &&
			slices.ContainsFunc(strings.Fields(r.plain(max(c.start, h.start-14), h.start)), func(w string) bool { return beforeWords[w] }) {
			return h, true
		}
	}
	return hit{}, false
}

// onlyTimed tells an order of which nothing is said but a day to come, behind one of which there is news: "1001 has left, 1002 – Monday". Where both have a day,
// they share what is said.
func (r *reader) onlyTimed(start int, cut hit, end int) bool {
	later := func(from, to int) bool {
		return slices.ContainsFunc(r.within(from, to), func(h hit) bool {
			return h.meaning == when && !slices.Contains(today, strings.ToLower(r.view.text[h.start:h.end])) || h.meaning == month
		})
	}
	refs := r.refsIn(cut.end, end)
	if len(refs) == 0 || !refs[0].names() || len(r.trackingIn(cut.end, end)) > 0 || later(start, cut.start) || strings.TrimSpace(r.between(cut.end, refs[0].start)) != "" {
		return false
	}
	return later(refs[len(refs)-1].end, end) && r.unnamed(clause{start: refs[len(refs)-1].end, end: end}, 0) == 0
}

// arrivals are folded pieces of words for getting there.
var arrivals = []string{"arriv", "lleg", "cheg", "ankomm", "kommt an", "komt aan", "land", "gets", "trifft", "treffen", "dotr", "dojd", "到"}

// awaitsLong tells an order that waits for what it is made of, with a time: "1001 is waiting for wool, three weeks or so".
func (r *reader) awaitsLong(h hit, hits []hit, c clause) bool {
	if r.hasTracking(c) || !r.concernsOrder(c) || r.turned(h, hits) || h.languages&japaneseBit != 0 {
		return false
	}
	for _, o := range hits {
		if (o.meaning == shipped || o.meaning == goes || o.meaning == gone) && o.end <= h.start && r.deniedAround(o, hits, 28) {
			continue // "1001 has not been sent yet, we wait for …"
		}
		switch o.meaning {
		case courier, fetching, customs, outsider, invoiceLabel, document, asked, asking, shipped, goes, gone, acknowledged, condition, delivering, troubled, shut:
			return false
		}
	}
	return r.expected(h.end, c.end, h.end).Text != "" && !r.todayIn(h.end, c.end)
}

// supposedly is how surely a verb for leaving says that it was done.
func supposedly(h hit, hits []hit) float64 {
	if hedged(h, hits) {
		return unsureScore
	}
	return 0.85
}

// unsent are the sentences of the writer's own text which deny that something left.
func (r *reader) unsent(pieces []piece) (out []int) {
	for i := range pieces {
		if p := &pieces[i]; p.mark == "" && p.news.kind == parsers.Acknowledgement && r.gainsays(p) {
			out = append(out, i)
		}
	}
	return out
}

// heldBack is what a number is news of, of whose order another sentence denies that it left: of a label, where it is called one. Else of a parcel that may be
// another one.
func (r *reader) heldBack(p *piece) news {
	t := p.tracking[0]
	if slices.ContainsFunc(r.within(p.start, p.end), func(h hit) bool { return h.meaning == labels }) {
		return keptNews(p)
	}
	return news{kind: parsers.Shipment, start: t.start, end: t.end, score: unsureScore, doubtful: true}
}

// keptNews is what a number is news of, of whose parcel another sentence says that it is still there.
func keptNews(p *piece) news {
	return news{kind: parsers.Acknowledgement, start: p.start, end: p.end, score: 0.8, kept: true}
}

// listTitles are folded beginnings of the headings of lists: "出荷報告書 2026年5月20日". The word for sending in them is no news.
var listTitles = []string{
	"出荷報告", "出荷一覧", "出荷明細", "出荷リスト", "出荷実績", "出荷日報", "出荷連絡", "発送一覧", "発送リスト", "発送明細", "発送報告", "発送日報", "配送一覧", "欠品一覧", "入荷待ち一覧",
	"发货清单", "发货明细", "发货表", "发货报告", "发货日报", "出货清单", "出货明细", "發貨清單", "發貨明細", "出貨清單", "出貨明細", "缺货清单", "缺货明细", "缺貨清單",
	"shipping report", "shipping list", "shipment report", "shipment list", "dispatch report", "despatch report", "dispatch list", "despatch list", "dispatch log", "despatch log", "back order list", "backorder list", "backorder report", "out of stock list",
	"versandliste", "versandbericht", "versandprotokoll", "versandubersicht", "ruckstandsliste", "liste des expeditions", "releve des expeditions", "etat des expeditions", "liste des ruptures", "listado de envios", "relacion de envios", "informe de envios", "lista de agotados",
	"elenco spedizioni", "riepilogo spedizioni", "distinta spedizioni", "elenco esauriti", "verzendlijst", "verzendoverzicht", "verzendrapport", "lista de envios", "lista de expedicao", "mapa de expedicao", "relatorio de envios", "lista wysylek", "zestawienie wysylek", "raport wysylek",
}

var listTitlesBy = func() (by [256][]string) {
	for _, title := range listTitles {
		by[title[0]] = append(by[title[0]], title)
	}
	return by
}()

// titled tells a short line that is the heading of a list.
func (r *reader) titled(c clause) bool {
	const longest = 80 // bytes
	if c.end-c.start > longest {
		return false
	}
	text := strings.TrimLeft(r.plain(c.start, c.end), " *#=-_")
	return text != "" && slices.ContainsFunc(listTitlesBy[text[0]], func(title string) bool { return strings.HasPrefix(text, title) }) && !r.hasTracking(c)
}
