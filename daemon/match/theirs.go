package match

import (
	"slices"
	"strings"
)

// Somebody whom a sentence names need not be who gets the goods: suppliers have drivers and colleagues, customers have neighbours.

// forWhom are folded words before whoever a parcel is for, where no form of address stands there.
var forWhom = wordSet(`to for fuer fur an pour para per voor aan naar dla do client customer kunde kunden klant cliente klient recipient empfaenger destinataire destinatario ontvanger odbiorca name nom nombre nome naam
	parcel order paket sendung bestellung lieferung pakete colis commande envoi pedido paquete envio pacco ordine bestelling pakket encomenda zamowienie paczka of von de di da van parcels pakete`)

// alsoFor join a name to one before it.
var alsoFor = wordSet("and und et y e en i oraz as well sowie")

// ours are folded words behind a name that make somebody one of the writer's house, or somebody else: "Sofia Rossi della nostra logistica", "Peter Marsh, our driver".
var ours = wordSet(`our unser unsere unserem unserer notre nos nuestro nuestra nostro nostra onze ons nosso nossa nasz nasza naszego naszej
	office warehouse logistics driver dispatch sales accounts lager versand vertrieb buchhaltung fahrer service entrepot logistique expedition chauffeur livreur almacen logistica transportista magazzino autista magazijn armazem motorista magazynu biura kierowca
	neighbour neighbours neighbor nachbar nachbarin nachbarn voisin voisine vecino vecina vicino vicina buurman buurvrouw buren vizinho vizinha sasiad sasiada sasiadka`)

// ofHouse tells a name that is one of the writer's people.
func (s *spoken) ofHouse(name []string) bool {
	at := s.behind(name)
	return at > 0 && slices.ContainsFunc(s.words[at:min(at+3, len(s.words))], func(w string) bool { return ours[w] })
}

// behind is the place in the sentence right behind a name; 0 where its words do not stand there.
func (s *spoken) behind(name []string) int {
	for i := len(s.words) - 1; i >= 0; i-- {
		if slices.ContainsFunc(name, func(n string) bool { return n == s.words[i] || inflects(s.words[i], n) }) {
			return i + 1
		}
	}
	return 0
}

// easternFor tells whether a Chinese or Japanese sentence addresses somebody so, or says that something is for them.
func (s *spoken) easternFor(name string) bool {
	for _, behind := range [...]string{"様", "さま", "さん", "殿", "宛", "先生", "女士", "小姐", "的", "へ"} {
		if strings.Contains(s.far, name+fold(behind)) {
			return true
		}
	}
	for _, before := range [...]string{"给", "給", "收件人", "收货人", "客户", "お客様", "お届け先", "宛先"} {
		if _, rest, ok := strings.Cut(s.far, fold(before)); ok && strings.HasPrefix(strings.TrimLeft(rest, " "), name) {
			return true
		}
	}
	// An entry of a list: the name, and then its number.
	rest, ok := strings.CutPrefix(strings.TrimLeft(s.far, " 0123456789"), name)
	return ok && rest != "" && (rest[0] == ' ' || rest[0] < 0x80) && slices.ContainsFunc(s.words, longNumber)
}

// isFor tells whether the sentence says that something is for whoever it names so.
func (s *spoken) isFor(name []string) bool {
	if len(s.framed) > 0 || s.entry || s.far != "" && s.easternFor(strings.Join(name, "")) || slices.ContainsFunc(s.heads, func(w string) bool { return slices.Contains(name, w) }) {
		return true
	}
	if slices.ContainsFunc(s.inset, func(run []string) bool { return slices.Contains(name, run[len(run)-1]) }) ||
		slices.ContainsFunc(s.polite, func(w string) bool { return strings.HasPrefix(strings.Join(name, ""), fold(w)) }) {
		return true
	}
	for i, w := range s.words {
		if slices.ContainsFunc(name, func(n string) bool { return n == w || inflects(w, n) }) {
			if i > 0 && alsoFor[s.words[i-1]] { // "for Marion Pell and Tom Okafor"
				return slices.ContainsFunc(s.words[:i], func(w string) bool { return forWhom[w] })
			}
			return i > 0 && (forWhom[s.words[i-1]] || i > 1 && besideNames[s.words[i-1]] && forWhom[s.words[i-2]])
		}
	}
	return false
}

// doubts speaks against people whom a sentence names without saying that what it speaks of is theirs: one of the writer's own house, a name alone, or somebody
// who waits for other things than the one that is named.
func (f *field) doubts(sentence string, all []whom) {
	folded := fold(sentence)
	words := strings.Fields(folded)
	named := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return carried[w] })
	for _, w := range all {
		c := f.candidate(w.id)
		name := strings.Join(w.told.name, " ")
		switch {
		case slices.Contains(c.against, "whose"):
		case w.house, w.bare && !c.titled(named, folded, w.told.name):
			c.against = append(c.against, "whose")
			c.reasons = append(c.reasons, "the sentence names "+name+", and does not say that the parcel is theirs")
		case !c.hasThing(words) && f.x.haver(words, c) != nil:
			c.against = append(c.against, "whose")
			c.reasons = append(c.reasons, "what the sentence names is nothing that "+name+" has ordered")
		}
	}
}
