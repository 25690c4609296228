package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// What goes out when goods have come in is on backorder: "it will go out when the feeders arrive", "geht raus, sobald die Handschuhe da sind", "届き次第発送します". Words of the sending and of the
// coming alike are known; what says that the one waits for the other is a conjunction between them.

var (
	// untilThen are folded words that lead to what is waited for.
	untilThen = wordSet("when once after soon moment sobald wenn nachdem quand lorsque fois apres cuando cuanto vez apenas tras quando appena volta dopo zodra wanneer als nadat assim logo depois gdy jak kiedy po")
	// coming are folded beginnings of words for goods that come in.
	coming = strings.Fields("arriv land lands landed restock receive received delivered come comes came eintreff eintrifft eingetroffen ankomm ankommt angekommen geliefert reinkomm reinkommt wareneingang recev recu livre rentre rentrent llegu llegue lleguen llegan llega recib entre entren rientr ricev consegn " +
		"binnenkom aankom ontvang geleverd cheg receb entrar dotr doje przyj dostan dostaw")
	// isIn are folded words behind "is" that say the same, and those that do so at the end of what is said.
	isIn = wordSet("in here back da hier rein la aqui qui binnen er hier tu arrives arrivees llegado arrivati arrivate")
	// notGoods are folded beginnings of words for what else is waited for, or comes: the order itself, its parcel and papers, an answer, money, the driver, somebody who is away.
	notGoods = strings.Fields("order bestell auftrag commande pedido ordine encomenda zamow parcel package paket colis paquet pacco pakket paczk tracking number nummer numer invoice rechnung factur fattura payment paid pay money answer reply confirm approv address phone courier driver van truck carrier pick collect customs you your we i he she they colleague boss office monday tuesday wednesday thursday friday " +
		"zahlung geld antwort bestatig freigabe adresse telefon kurier fahrer spedit zoll sie ihr ich chef kolleg abhol " +
		"paiement reglement reponse confirm adresse telephone coursier chauffeur transport douane vous je chef collegue pago respuesta confirm direccion telefono mensajero transport aduana usted jefe " +
		"pagamento bonifico risposta confer indirizzo telefono corriere dogana lei voi capo betaling antwoord bevestig adres telefoon koerier chauffeur douane u jij je baas " +
		"pagamento resposta confirm endereco morada telefone transportad estafeta alfandega voce chefe platnosc wplat przelew odpowied potwierdz adres telefon kurier kierowca urzad pan pani szef")
)

// arrivalReach is how many words may stand between the conjunction and the word for coming.
const arrivalReach = 8

// awaitsGoods tells a clause in which what is sent waits for goods that come in.
func (r *reader) awaitsGoods(c clause) bool {
	hits := r.within(c.start, c.end)
	if c.question || !slices.ContainsFunc(hits, func(h hit) bool {
		switch h.meaning {
		case shipped, acknowledged, goes, gone, went, pending, remainder, backordered:
			return true
		}
		return false
	}) {
		return false
	}
	if slices.ContainsFunc(hits, func(h hit) bool {
		return h.languages&^easternBits == 0 && (h.meaning == shipped || h.meaning == acknowledged || h.meaning == goes)
	}) {
		return r.awaitsEastern(c)
	}
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return strings.ContainsRune(" \n\t()'’", c) })
	for i, w := range words {
		if !untilThen[w] || w == "po" && i+1 < len(words) && strings.ContainsAny(words[i+1], "0123456789#") { // "PO 1001"
			continue
		}
		for k := i + 1; k < len(words) && k <= i+arrivalReach; k++ {
			word := strings.Trim(words[k], ",.;:!")
			last := word != words[k] || k+1 == len(words)
			if begins(notGoods, word) {
				break
			}
			if k > i+1 && (begins(coming, word) || isIn[word] && (last || auxiliaries[strings.Trim(words[k+1], ",.;:!")] || auxiliaries[words[k-1]])) {
				return true
			}
			if last && k > i+1 {
				break
			}
		}
	}
	return false
}

// missing are folded beginnings of words for goods that are not there.
var missing = strings.Fields("missing lacks lacking short fehlt fehlen manque manquent falta faltan manca mancano ontbreekt ontbreken brakuje brakuja")

// besidesGoods are folded words for what else may be missing.
var besidesGoods = wordSet("payment money address answer confirmation phone approval zahlung geld adresse antwort bestatigung telefonnummer freigabe hausnummer paiement adresse reponse confirmation accord pago direccion respuesta confirmacion pagamento indirizzo risposta conferma betaling adres antwoord " +
	"bevestiging huisnummer endereco morada resposta confirmacao adresu adres platnosci odpowiedzi potwierdzenia label etikett etiquette etiqueta etichetta etiket etykiety time zeit temps tiempo tempo tijd czasu kurier driver")

// wantsGoods tells a clause in which nothing has left, because something is missing: "noch nicht raus, die Gießkanne fehlt". An address or a telephone number is no goods.
func (r *reader) wantsGoods(p *piece) bool {
	if p.news.kind != parsers.Acknowledgement && p.news.kind != parsers.Backorder || p.question || !r.hasDenial(p.clause) {
		return false
	}
	for _, h := range r.within(p.start, p.end) {
		switch h.meaning {
		case detail, phoneLabel, document, courier, fetching, customs, labels, asked, personLabel:
			return false
		}
	}
	words := strings.FieldsFunc(r.plain(p.start, p.end), func(c rune) bool { return strings.ContainsRune(" ,.;:!()\n", c) })
	return slices.ContainsFunc(words, func(w string) bool { return begins(missing, w) }) && !r.saysNothing(p.clause) && !slices.ContainsFunc(words, func(w string) bool { return besidesGoods[w] })
}

// begins tells whether a word is one of a list, or begins with one of its longer ones.
func begins(list []string, word string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return word == s || len(s) > 3 && strings.HasPrefix(word, s) })
}

var (
	easternComing = []string{"届き次第", "届きましたら", "届いたら", "入荷次第", "入荷したら", "入荷後", "入荷しましたら", "到着次第", "揃い次第", "入り次第", "到货就", "到货后", "到货再", "到货才", "到貨就", "到貨後", "到貨再", "到了就", "到了再", "到后再", "到齐", "到齊", "补货后", "補貨後", "才能发", "才能發"}
	easternOther  = []string{"入金", "お支払", "ご返信", "ご返事", "ご連絡", "ご確認", "付款", "回复", "回覆", "确认", "確認", "地址"}
)

func (r *reader) awaitsEastern(c clause) bool {
	text := r.plain(c.start, c.end)
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(text, s) })
	}
	return in(easternComing) && !in(easternOther)
}

// onArrival makes a backorder of what goes out when goods have come in. Alone it is one where a time is given in the same sentence, or in the one behind it that names no order of its own.
func (r *reader) onArrival(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" || len(p.tracking) > 0 || p.news.own || r.text.Part == "subject" || p.news.kind != parsers.Acknowledgement && p.news.kind != "" && !(p.news.kind == parsers.Backorder && p.news.doubtful) || (p.news.kept || !r.awaitsGoods(p.clause)) && !r.wantsGoods(p) {
			continue
		}
		dated := r.timed(p.clause)
		if i+1 < len(pieces) && !dated {
			q := &pieces[i+1]
			dated = q.mark == "" && q.block == p.block && len(q.tracking) == 0 && (q.news.kind == "" || q.news.kind == parsers.Backorder || q.news.kind == parsers.Acknowledgement) && r.speaksOf(p, q) && r.timed(q.clause)
		}
		if !dated && i > 0 && pieces[i-1].mark == "" && pieces[i-1].block == p.block && (pieces[i-1].news.kind == parsers.Backorder || pieces[i-1].chances.bears(parsers.Backorder)) {
			continue // the sentence before says when
		}
		if p.news.kind == "" && !dated && p.chances.of(parsers.Backorder) < perhaps {
			continue // a rule, perhaps
		}
		p.news = news{kind: parsers.Backorder, start: p.start, end: p.end, score: clearScore, inferred: true, doubtful: !dated}
		if !dated {
			p.news.score = unsureScore
		}
	}
}

// timed tells a clause with a day, a week or a month to come.
func (r *reader) timed(c clause) bool {
	return r.expected(c.start, c.end, c.end).Text != "" || r.easternDay(c) ||
		slices.ContainsFunc(r.tokensIn(c.start, c.end), func(t token) bool { return isDate(r.view.text[t.start:t.end]) }) ||
		slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool {
			return h.meaning == month && r.besideNumber(h) || h.meaning == when && !slices.Contains(today, strings.ToLower(r.view.text[h.start:h.end]))
		})
}
