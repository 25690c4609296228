package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Which of two numbers holds people say in many words and in either order: "forget yesterday's (A), it is another customer's. The right one is B", "A should read B",
// "B instead of A". Each number is judged by the words that lead to it and by those behind it, up to the next comma.

// Folded beginnings of words, or words, beside a number.
var (
	dismissed = []string{"forget", "disregard", "ignor", "vergess", "vergiss", "streich", "vergeet", "vergeten", "negeer", "oubli", "tenir compte", "olvid", "dimentic", "scord", "esquec", "desconsider", "zapomn", "pomin",
		"void", "not valid", "no longer valid", "ungultig", "non vale", "no vale", "gilt nicht", "geldt niet", "nao vale", "niewazn", "作废", "作廢", "忘", "無視", "破棄", "忽略"}
	othersOwn = []string{"another customer", "other customer", "different customer", "someone else", "somebody else", "another order", "different order", "another parcel", "anderen kund", "andere kund", "anderer kund", "anderem kund", "jemand ander",
		"andere bestellung", "anderen bestellung", "anderen paket", "anderes paket", "autre client", "quelqu'un d'autre", "autre commande", "autre colis", "otro client", "otra client", "otra persona", "otro pedido", "otro paquete", "altro client", "altra client",
		"altro ordine", "altro pacco", "andere klant", "iemand anders", "andere bestelling", "ander pakket", "outro client", "outra client", "outra pessoa", "outro pedido", "outra encomenda", "innego klient", "innej klient", "innego zamow", "innym zamow", "innej paczk",
		"别的客", "其他客", "別的客", "别的订单", "其他订单", "別のお客様", "他のお客様", "別のご注文"}
	mistaken = []string{"wrong", "mistak", "incorrect", "instead of", "in place of", "falsch", "fehler", "verkehrt", "irrtum", "irrtumlich", "statt", "anstatt", "anstelle", "faux", "fausse", "mauvais", "erron", "erreur", "au lieu", "a la place", "equivoc", "errone", "donde puse", "donde pone",
		"donde dice", "en vez", "en lugar", "errat", "sbagl", "al posto", "invece di", "fout", "verkeerd", "in plaats", "errad", "erro", "onde esta", "onde se le", "em vez", "no lugar", "bledn", "pomyl", "zamiast", "错", "錯", "誤", "間違"}
	righted = []string{"right", "correct", "should have been", "should be", "should read", "richtig", "korrekt", "muss", "gilt", "bon", "bonne", "exact", "il faut lire", "lire", "buen", "debe decir", "lease", "giust", "juist", "goede", "moet", "cert", "corret", "leia-se",
		"wlasciw", "prawidl", "poprawn", "powinno", "powinien", "正确", "正確", "正しい", "正:", "应为", "應為", "应该是"}
)

// former are folded words that lead to the number of a parcel before this one. Whether that one still goes nobody can tell.
var former = []string{"one before", "parcel before", "shipment before", "previous", "earlier one", "earlier parcel", "davor", "vorherig", "vorige", "precedent", "d'avant", "anterior", "de antes", "di prima", "eerdere", "ervoor", "poprzedni", "wczesniejsz",
	"上一个", "上一個", "之前那", "之前的", "前回", "前の荷物", "前のお荷物", "前の便"}

// othersHouse are folded words for another supplier: who thinks that an order is theirs has not refused it.
var othersHouse = []string{"another supplier", "other supplier", "different supplier", "another vendor", "wrong supplier", "anderer lieferant", "anderen lieferant", "falschen lieferant", "autre fournisseur", "mauvais fournisseur", "otro proveedor", "altro fornitore", "andere leverancier",
	"verkeerde leverancier", "outro fornecedor", "innego dostawcy", "inny dostawca", "别的供应商", "其他供应商", "別の仕入先", "他の仕入先", "他社様"}

// ofAnotherHouse tells a clause that says whose the order is instead: another customer's or another supplier's.
func (r *reader) ofAnotherHouse(c clause) bool {
	said := r.plain(c.start, c.end)
	return slices.ContainsFunc(othersHouse, func(w string) bool { return wordBegins(said, w) }) || slices.ContainsFunc(othersOwn, func(w string) bool { return wordBegins(said, w) })
}

// standing is what the words around a number say of it.
type standing struct {
	number             string
	void, wrong, right bool
	former             bool
	piece, at          int
}

// rectify withdraws the one of two numbers that the text says is wrong, where it says so of one and not of the other.
func (r *reader) rectify(pieces []piece) {
	var all []standing
	other := 0 // the first number that is not the first one
	for i := range pieces {
		p := &pieces[i]
		if p.mark != "" {
			continue
		}
		for n := range p.tracking {
			if t := &p.tracking[n].found; t.Score >= 0.5 && len(all) <= mostRectified {
				all = append(all, standing{number: t.Number, piece: i, at: n})
				if other == 0 && t.Number != all[0].number {
					other = len(all) - 1
				}
			}
		}
	}
	if other == 0 || len(all) > mostRectified || slices.ContainsFunc(all, func(s standing) bool { return s.number != all[0].number && s.number != all[other].number }) {
		return // not two numbers
	}
	for k := range all {
		r.stands(&all[k], &pieces[all[k].piece])
	}
	r.recanted(pieces, all)
	a, b := &all[0], &all[other]
	for k := range all {
		for _, known := range [...]*standing{a, b} {
			if s := &all[k]; s.number == known.number {
				known.void, known.wrong, known.right = known.void || s.void, known.wrong || s.wrong, known.right || s.right
			}
		}
	}
	if b.void || b.wrong && !a.wrong {
		a, b = b, a
	}
	if b.void || b.wrong || a.right || !a.void && !(a.wrong && b.right) {
		for i := range all {
			if p := &pieces[all[i].piece]; all[i].former && p.news.kind == parsers.Shipment { // "this one has B, the one before had A"
				unsureNumbers(pieces, all)
				break
			}
		}
		return
	}
	for i := range all {
		t := &pieces[all[i].piece].tracking[all[i].at].found
		t.Withdrawn = t.Number == a.number
		if p := &pieces[all[i].piece]; !slices.ContainsFunc(p.tracking, func(t tracked) bool { return !t.found.Withdrawn }) {
			p.news = news{} // it speaks of the wrong number, and not of the parcel
		}
	}
}

// mostRectified is how many numbers a text that mends one has at the most.
const mostRectified = 6

// stands judges a number of a clause by the words around it.
func (r *reader) stands(s *standing, p *piece) {
	first, last := s.at, s.at // what is said of one number of a list is said of all
	for first > 0 && r.listed(p.tracking[first-1].end, p.tracking[first].start) {
		first--
	}
	for last+1 < len(p.tracking) && r.listed(p.tracking[last].end, p.tracking[last+1].start) {
		last++
	}
	lead, _ := r.leadOf(p, first)
	end := p.tracking[last].end
	trail := r.plain(min(end, p.end), p.end)
	if last+1 < len(p.tracking) {
		_, from := r.leadOf(p, last+1)
		trail = r.plain(end, max(end, from))
	}
	says := func(words []string, texts ...string) bool {
		return slices.ContainsFunc(texts, func(text string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return wordBegins(text, w) })
		})
	}
	s.void = says(dismissed, lead, trail) || says(othersOwn, lead, trail)
	s.wrong = says(mistaken, lead, trail)
	s.former = says(former, lead)
	s.right = says(righted, lead, trail)
	if s.right && (r.turnsIt(lead) || r.turnsIt(trail)) {
		s.wrong, s.right = true, false
	}
}

// unsureNumbers leaves it to a person which of two numbers leads the parcel.
func unsureNumbers(pieces []piece, all []standing) {
	for i := range all {
		if n := &pieces[all[i].piece].news; n.kind == parsers.Shipment {
			n.doubtful = true
		}
	}
}

// leadOf is the text that leads to a number of a clause, from the last comma before it on, and where it begins.
func (r *reader) leadOf(p *piece, n int) (string, int) {
	from := p.start
	if n > 0 {
		from = p.tracking[n-1].end
	}
	to := max(from, p.tracking[n].start)
	text := r.view.text[from:to]
	if cut := strings.LastIndexAny(text, ",;.!、，。"); cut >= 0 {
		from += cut + 1
	} else if n > 0 {
		return r.plain(from, to), from
	}
	return r.plain(from, to), from
}

// denyingWords are folded words that turn what is said of a number.
var denyingWords = wordSet("not nicht kein keine pas non no niet geen nao nie")

func (r *reader) turnsIt(text string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(w string) bool { return denyingWords[w] }) || strings.Contains(text, "不") || strings.Contains(text, "ではな")
}

// recanted lets a sentence right behind a number's say what that number is: "That was a mistake, it should have been B."
func (r *reader) recanted(pieces []piece, all []standing) {
	for k := range all {
		s := &all[k]
		if s.void || s.wrong || s.right || s.piece+1 >= len(pieces) || len(pieces[s.piece].tracking) > 1 {
			continue
		}
		next := &pieces[s.piece+1]
		if next.mark != "" || next.question || slices.ContainsFunc(r.refsIn(next.start, next.end), reference.names) {
			continue
		}
		stop := next.end
		if len(next.tracking) > 0 {
			_, stop = r.leadOf(next, 0)
		}
		said := r.plain(next.start, max(next.start, stop))
		s.wrong = slices.ContainsFunc(mistaken, func(w string) bool { return wordBegins(said, w) })
		s.void = slices.ContainsFunc(othersOwn, func(w string) bool { return wordBegins(said, w) }) || slices.ContainsFunc(dismissed, func(w string) bool { return wordBegins(said, w) })
	}
}

// orWords are folded words between two numbers of which one holds, and the writer does not say which.
var orWords = wordSet("or oder ou o of lub albo czy 或 还是 または か")

// eitherOrder tells a clause that leaves open which of two orders it is about: "either 1001 or 1002 was cancelled".
func (r *reader) eitherOrder(c clause) bool {
	refs := r.refsIn(c.start, c.end)
	for i := 1; i < len(refs); i++ {
		if refs[i-1].names() && refs[i].names() && refs[i].start > refs[i-1].end && orWords[strings.Trim(r.plain(refs[i-1].end, refs[i].start), " ,:()#")] {
			return true
		}
	}
	return false
}

// eitherOr makes unsure a shipment of which two numbers are given for choice.
func (r *reader) eitherOr(pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		for n := 1; n < len(p.tracking) && p.mark == ""; n++ {
			if p.tracking[n].start > p.tracking[n-1].end && orWords[strings.Trim(r.plain(p.tracking[n-1].end, p.tracking[n].start), " ,:()")] && p.news.kind == parsers.Shipment {
				p.news.doubtful = true
			}
		}
	}
}

// rectified tells a text that withdraws a number and gives another: what it takes back beside that is the first.
func rectified(pieces []piece) bool {
	void, left := false, false
	for i := range pieces {
		for _, t := range pieces[i].tracking {
			void, left = void || pieces[i].mark == "" && t.found.Withdrawn, left || !t.found.Withdrawn && t.found.Score >= 0.5
		}
	}
	return void && left
}
