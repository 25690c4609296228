package prose

import (
	"slices"
	"strings"
)

// Rules of a house without a word that calls them so: their subject is goods or orders of a kind, in the plural and without "your" or "the", their verb is in the
// present. "Unpaid orders are cancelled after 7 days.", "Les articles épuisés sont annulés."

var (
	// kindsOfGoods are folded nouns for what a house has rules about.
	kindsOfGoods = wordSet("orders items articles goods products backorders parcels shipments lines " +
		"bestellungen auftrage artikel waren produkte pakete sendungen positionen ruckstande " +
		"commandes articles produits colis references " +
		"pedidos articulos productos paquetes referencias " +
		"ordini articoli prodotti pacchi referenze " +
		"bestellingen orders artikelen producten pakketten zendingen goederen " +
		"encomendas artigos produtos itens " +
		"zamowienia towary produkty przesylki paczki artykuly pozycje")
	// happening are folded verbs of what happens every time.
	happening = wordSet("are get will cost incur werden sont seront se vengono sono saranno worden kosten sao serao sa zostaja beda podlegaja")
	// certain are folded words for goods or orders that are meant, not their kind.
	certain = wordSet("the these those your our both all two three four five six other others remaining following above ordered some missing " +
		"die der den diese diesen jene ihre ihren eure euren unsere beide beiden alle zwei drei vier funf restliche restlichen ubrige folgende folgenden bestellte bestellten fehlende fehlenden einige andere anderen " +
		"vos nos ces ses deux trois tous toutes autres suivants suivantes " +
		"sus nuestros nuestras estos estas esos esas dos tres ambos ambas todos otros otras siguientes pedidas " +
		"vostri vostre questi queste quei due tre tutti tutte altri altre seguenti ordinati " +
		"de deze jullie uw onze beide twee drie overige andere volgende bestelde " +
		"seus suas estes estas esses dois duas tres ambos ambas outros outras seguintes " +
		"te tych panstwa wasze nasze oba obie dwa dwie trzy wszystkie pozostale inne nastepujace zamowione")
	// definite are folded articles that Romance languages put before a kind as well.
	definite = wordSet("les los las gli i le os as")
	// everyTime are folded beginnings of words for what happens by itself.
	everyTime = []string{"automat"}
	// spanLeads are folded words that lead to the time after which a rule holds.
	spanLeads = wordSet("after within nach innerhalb binnen apres sous dans despues tras en dopo entro na apos em dentro po ciagu")
	// spanUnits are folded beginnings of the units of such a time.
	spanUnits = []string{"day", "hour", "week", "month", "working", "business", "tag", "stund", "woche", "monat", "werktag", "jour", "heure", "semaine", "mois", "dia", "hora", "semana", "mes", "giorn", "ore", "settiman", "dag", "uur", "uren", "wek", "maand", "werkdag", "dni", "godzin", "tygod"}
	// unpaid are folded words for the kind of orders that every house has a rule about.
	unpaid = wordSet("unpaid unbezahlte offene impayees payees impagados pagados pagadas abonados pagati pagate betaalde onbetaalde pagas pagos nieoplacone oplacone bezahlte")
	// lackingKinds are folded words for goods that are not there, as a kind.
	lackingKinds = wordSet("sold-out out-of-stock backordered unavailable ausverkaufte vergriffene nichtlieferbare epuises epuisees indisponibles manquants agotados agotadas esauriti esaurite indisponibili uitverkochte onleverbare ontbrekende esgotados esgotadas indisponiveis brakujace wyprzedane niedostepne")
)

// ofAll tells a clause about all goods of a kind.
func (r *reader) ofAll(c clause) bool {
	if len(r.trackingIn(c.start, c.end)) > 0 || c.end-c.start > 300 {
		return false
	}
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return c == ' ' || c == '\n' || c == '\t' })
	for i, w := range words {
		if !kindsOfGoods[strings.Trim(w, ",")] {
			continue
		}
		verb := slices.IndexFunc(words[i+1:min(len(words), i+7)], func(w string) bool { return happening[w] })
		if verb < 0 {
			continue
		}
		from := i
		for from > 0 && i-from < 4 && !strings.HasSuffix(words[from-1], ",") && !strings.HasSuffix(words[from-1], ":") && words[from-1] != "that" {
			from--
		}
		subject := words[from : i+1+verb]
		if slices.ContainsFunc(words[from:i], func(w string) bool { return certain[w] && !definite[w] }) || slices.ContainsFunc(words[i+1:i+1+verb], func(w string) bool { return strings.ContainsAny(w, "0123456789") }) {
			continue
		}
		if slices.ContainsFunc(subject, func(w string) bool { return unpaid[w] || lackingKinds[w] }) || r.kindBy(c, subject) || r.endedKind(c, subject, words[i+1+verb:]) || r.everyTime(words) {
			return true
		}
	}
	return false
}

// kindBy tells a subject that is what it is because of its state: sold out, missing, cancelled. What it says stands behind.
func (r *reader) kindBy(c clause, subject []string) bool {
	text := strings.Join(subject, " ")
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool {
		if h.meaning < shipped || h.meaning > cancelled && h.meaning != lacking && h.meaning != exhausted {
			return false
		}
		said := r.plain(h.start, h.end)
		return len(said) > 3 && strings.Contains(text, said)
	}) && slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool { // of which something else is said
		said := r.plain(h.start, h.end)
		return h.meaning >= shipped && h.meaning <= asked && !strings.Contains(text, said)
	})
}

// endedKind tells a subject that is what it is because it was called off, of which the rest says what comes of that: "orders cancelled after packing are charged".
func (r *reader) endedKind(c clause, subject, rest []string) bool {
	if slices.ContainsFunc(rest, func(w string) bool {
		return strings.HasSuffix(w, ":") || strings.ContainsAny(w, "0123456789") && !strings.Contains(w, "%")
	}) {
		return false // "cancelled orders are: 1001"
	}
	text := strings.Join(subject, " ")
	return slices.ContainsFunc(r.within(c.start, c.end), func(h hit) bool {
		return (h.meaning == cancelled || h.meaning == rejected) && strings.Contains(text, r.plain(h.start, h.end))
	})
}

// everyTime tells words for what happens by itself, or after a time.
func (r *reader) everyTime(words []string) bool {
	for i, w := range words {
		if slices.ContainsFunc(everyTime, func(s string) bool { return strings.HasPrefix(w, s) }) {
			return true
		}
		if !spanLeads[w] {
			continue
		}
		for k := i + 1; k < len(words)-1 && k <= i+2; k++ {
			if (digit(words[k][0]) || numerals[words[k]] > 0) && slices.ContainsFunc(spanUnits, func(s string) bool { return strings.HasPrefix(words[k+1], s) }) {
				return true
			}
		}
	}
	return false
}

// meantimes are folded: what comes in while nobody is there.
var meantimes = []string{
	"orders received in the meantime", "orders received during", "orders placed during", "orders placed in the meantime", "orders that come in", "orders that arrive", "orders received while", "orders placed while", "any orders received",
	"in dieser zeit eingehende", "in diesem zeitraum eingehende", "zwischenzeitlich eingehende", "in der zwischenzeit eingehende", "eingehende bestellungen", "eingehende auftrage", "wahrend dieser zeit eingegangene", "in dieser zeit eingegangene",
	"commandes recues pendant", "commandes passees pendant", "commandes recues durant", "commandes passees durant", "commandes recues entre-temps", "pedidos recibidos durante", "pedidos recibidos en", "pedidos realizados durante", "pedidos que entren",
	"ordini ricevuti in questo periodo", "ordini ricevuti durante", "ordini ricevuti nel", "ordini pervenuti", "bestellingen die in deze", "bestellingen die in de tussentijd", "bestellingen in deze periode", "tussentijds binnengekomen",
	"encomendas recebidas neste", "encomendas recebidas nesse", "encomendas recebidas durante", "encomendas recebidas entretanto", "pedidos recebidos neste", "pedidos recebidos nesse", "pedidos recebidos durante", "pedidos feitos neste",
	"zamowienia zlozone w tym", "zamowienia zlozone w trakcie", "zamowienia otrzymane w tym", "zamowienia z tego okresu", "zamowienia, ktore wplyna", "期间收到的订单", "期间的订单", "假期期间的订单", "期間收到的訂單", "期间下的订单",
	"期間中にいただいた", "期間中に頂いた", "期間中のご注文", "休業中のご注文", "休業中にいただいた", "休み中にいただいた", "休み中のご注文", "休業期間中の",
}

// meanwhile tells what will become of all orders that come in while nobody is there.
func (r *reader) meanwhile(c clause) bool {
	text := r.plain(c.start, c.end)
	return slices.ContainsFunc(meantimes, func(w string) bool { return strings.Contains(text, w) }) && !slices.ContainsFunc(r.refsIn(c.start, c.end), func(f reference) bool { return f.names() && f.end-f.start > 2 })
}
