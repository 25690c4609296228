package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Products are named by words of their titles, too: "order 1002: the rakes left today". Where the order has no such thing and another open order of the supplier
// has, the number is likely that other's. Most words that stand in some title say nothing; those count that stand where a thing is named: behind an article or
// a quantity the last or first word of a title, elsewhere the whole of a title of several words.

// headWords tells of which products a word is the first or last word of the title.
type headWords map[string][]string

const (
	mostHeads   = 1 << 16
	headSKUs    = 8  // products for one word
	headOrders  = 40 // orders looked at for one product
	headQueries = 12 // words of a sentence
)

// learn keeps the first and last word of a title.
func (h headWords) learn(title, sku string) {
	words := strings.Fields(fold(title))
	if len(words) == 0 || sku == "" {
		return
	}
	for _, w := range [...]string{words[0], words[len(words)-1]} {
		if len(w) < shortSKU || !isASCII(w) || carried[w] {
			continue
		}
		for _, form := range [...]string{w, w[:len(w)-1]} { // "rakes" is heard as "rake"
			if len(form) < shortSKU {
				continue
			}
			if skus := h[form]; len(skus) < headSKUs && !slices.Contains(skus, sku) && (skus != nil || len(h) < mostHeads) {
				h[form] = append(skus, sku)
			}
		}
	}
}

// of gives the products for a word of a sentence.
func (h headWords) of(word string) (skus []string) {
	for n := len(word); n >= max(shortSKU, len(word)-2); n-- {
		skus = union(skus, h[word[:n]])
	}
	return skus
}

// carried are what parcels are called, and times: words of titles that say nothing of products.
var carried = wordSet(`box boxes parcel parcels package packages packet pallet pallets order orders goods item items article articles delivery shipment label labels invoice rest remainder
	other others same last next first second week month days today morning afternoon courier driver truck post mail express customer client number tracking supplier warehouse stock
	paket pakete ware waren sendung lieferung bestellung rechnung karton palette artikel kunde kunden fahrer woche monat lager colis commande livraison facture carton client reste
	paquete paquetes pedido envio caja factura resto cliente pacco pacchi ordine merce scatola fattura pakket pakketten bestelling zending doos klant encomenda caixa paczka zamowienie towar`)

// articles stand before the name of a thing.
var articles = wordSet(`the your our their both all these those this that x a an pcs
	der die das den dem ein eine einen unser unsere ihre alle beide stk het een de jullie le la les l un une des vos nos el los las una unos unas il lo i gli gl uno o os as um uma`)

// hasThing tells whether any word of a sentence may be one of an order's products.
func (c *candidate) hasThing(words []string) bool {
	for _, l := range c.Lines {
		for t := range strings.FieldsSeq(fold(l.Title + " " + l.SKU)) {
			if slices.ContainsFunc(words, func(w string) bool {
				return oneWord(w, t) || len(w) >= shortSKU && strings.Contains(t, w) || len(t) >= shortSKU && strings.Contains(w, t)
			}) {
				return true
			}
		}
	}
	said := c.thingsSaid(strings.Join(words, " "))
	return slices.ContainsFunc(c.goods(), func(own []thing) bool { return anyOf(own, said) })
}

// compound tells a word that ends with another, as German and Dutch put them together: "Bureaulamp" and "lamp".
func compound(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= shortSKU && isASCII(a) && strings.HasSuffix(a, b)
}

// namesThing tells whether a sentence names a thing of this title.
func namesThing(words []string, title string) bool {
	t := strings.Fields(fold(title))
	if len(t) == 0 {
		return false
	}
	is := func(i int, word string) bool { return words[i] == word || oneWord(words[i], word) }
	for i := range words {
		whole := len(t) > 1 && i+len(t) <= len(words)
		for k := 0; whole && k < len(t); k++ {
			whole = is(i+k, t[k])
		}
		before := i > 0 && (articles[words[i-1]] || isNumber(words[i-1][0]) && len(words[i-1]) < shortSKU)
		if whole || before && !carried[words[i]] && len(words[i]) >= shortSKU && (is(i, t[len(t)-1]) || is(i, t[0])) {
			return true
		}
	}
	return false
}

// strayed finds another order of the supplier that has the thing of which a sentence speaks, where the order that it names has nothing of the kind.
func (x *look) strayed(n *news, c *candidate, who Sender) *entry {
	if !c.keyed || c.method == Fuzzy || slices.ContainsFunc(n.lines, func(l parsers.Line) bool { return l.SKU.Text != "" && len(c.meant(l)) > 0 }) {
		return nil
	}
	told := 0
	for i := range n.statements {
		st := &n.statements[i]
		if st.Sentence == "" || st.Scope == parsers.ScopeRow || told == mostTold || x.weighed == mostAstray {
			continue
		}
		told++
		x.weighed++
		words := strings.Fields(fold(st.Sentence))
		if c.hasThing(words) {
			continue
		}
		for _, m := range x.mentions(*st, who) { // of several orders the thing may be another's
			for _, id := range m.pos {
				if e := x.entry(id); e.key() != c.key() && slices.ContainsFunc(e.Lines, func(l Line) bool { return namesThing(words, l.Title) }) {
					return e
				}
			}
		}
		if e := x.haver(words, c); e != nil {
			return e
		}
	}
	return nil
}

// haver is an open order of the same supplier that has a thing named in a sentence.
func (x *look) haver(words []string, c *candidate) *entry {
	i := x.index
	i.mu.RLock()
	defer i.mu.RUnlock()
	asked := 0
	for _, w := range words {
		skus := i.words.heads.of(w)
		if len(skus) == 0 || asked == headQueries {
			continue
		}
		asked++
		for _, sku := range skus {
			var one [1]slot
			slots := i.by[bySKU].find(i.hash(bySKU, sku), &one)
			for _, s := range slots[max(0, len(slots)-headOrders):] {
				e := x.meet(s)
				if e.Closed || e.Supplier != c.Supplier || e.key() == c.key() {
					continue
				}
				if slices.ContainsFunc(e.Lines, func(l Line) bool { return code(l.SKU) == sku && namesThing(words, l.Title) }) {
					return e
				}
			}
		}
	}
	return nil
}
