package match

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// Goods that left are not always those that were ordered: "replaced the grey one with a blue one", "sent walnut, oak was finished", "put in an extra chair". Whatever the
// parcel's number says then, a person decides whether the customer wants them.

// substituted is what of a shipment's voices speaks of other goods than the order's; "" for nothing.
func (x *look) substituted(n *news, c *candidate) string {
	if n.kind != parsers.Shipment || c.Closed || len(c.Lines) == 0 {
		return ""
	}
	voices := x.voices[c.key()]
	for i := range voices {
		v := &voices[i]
		if v.text == "" || v.news != nil && v.news != n {
			continue
		}
		s := c.heed(v)
		switch {
		case s.swaps():
			return "it says that something was sent instead of something else"
		case s.adds():
			return "it says that more was sent than was ordered"
		}
		if variant := s.foreignVariant(); variant != "" {
			return "it speaks of “" + variant + "”, which none of the order's goods is"
		}
	}
	return ""
}

// swaps tells that goods were exchanged for others.
func (s *speech) swaps() bool {
	for i, w := range s.words {
		if w == "invece" && (i+1 == len(s.words) || !partWord[s.words[i+1]]) {
			continue // "however"
		}
		inPlace := i > 0 && places[w] && placeLeads[s.words[i-1]]
		if (swapWords[w] || inPlace) && !s.otherThings(i) && (s.hasGoods() || s.someVariant()) {
			return true
		}
	}
	if s.east == "" || !s.hasGoods() && !s.someVariant() {
		return false
	}
	return slices.ContainsFunc(easternSwaps, func(w string) bool { return strings.Contains(s.east, w) })
}

// hasGoods tells whether a clause names something of the order, or speaks of "one".
func (s *speech) hasGoods() bool {
	for i := range s.words {
		if s.words[i] != "" && s.ofOne(i) || ones[s.words[i]] {
			return true
		}
	}
	if s.east != "" {
		for k := range s.lines {
			if slices.ContainsFunc(s.order.easternNames(k), func(name string) bool {
				return tellsEastern(name) && strings.Contains(s.east, name)
			}) {
				return true
			}
		}
	}
	return false
}

// otherThings tells that what is exchanged beside a word are parcels, numbers, carriers, days.
func (s *speech) otherThings(i int) bool {
	for k := max(0, i-swapReach); k < len(s.words) && k <= i+swapReach+1; k++ {
		if w := s.words[k]; k != i && (carried[w] && w != "article" && w != "item" || measures[w] || noTowns[w] || soonWords[w] || monthWords[w] || isNumberWord(w) && len(w) > 3) {
			return true
		}
	}
	return false
}

// swapReach is how many words from a word of exchange its things stand.
const swapReach = 3

// adds tells goods that were not ordered: "an extra chair".
func (s *speech) adds() bool {
	for i, w := range s.words {
		for k := i + 1; extras[w] && k < len(s.words) && k <= i+2; k++ {
			if s.words[k] != "" && s.ofOne(k) {
				return true
			}
		}
	}
	return false
}

// foreignVariant is a colour or a wood of which a clause speaks and none of the titles, where some title has one; "" for none. Languages differ, so it is meanings that are
// compared.
func (s *speech) foreignVariant() string {
	own := map[int]bool{}
	for _, l := range s.lines {
		for w := range strings.FieldsSeq(fold(l.Title)) {
			if v := shades[w]; v > 0 {
				own[v] = true
			}
		}
	}
	if len(own) == 0 {
		return ""
	}
	for i, w := range s.words {
		if v := shades[w]; v > 0 && !own[v] && !s.ofSome(i) && s.ofGoods(i) {
			return s.raw[i]
		}
	}
	return ""
}

// ofGoods tells a colour or a wood that goods have: beside their name or number, "two blue ones", "sent walnut".
func (s *speech) ofGoods(i int) bool {
	for k := max(0, i-3); k < len(s.words) && k <= i+2; k++ {
		w := s.words[k]
		if k > i && (carried[w] || boxWords[w]) {
			return false
		}
		if w != "" && k != i && (ones[w] || single[w] || s.ofOne(k) || k == i-1 && sentWords[w] || numerals[w] > 0) {
			return true
		}
	}
	return false
}

// someVariant tells a clause that speaks of a colour or a wood.
func (s *speech) someVariant() bool {
	return slices.ContainsFunc(s.words, func(w string) bool { return shades[w] > 0 })
}

var (
	swapWords = wordSet(`replaced replacing swapped substituted substitute substitution switched exchanged instead ersetzt ersetzen ersatz ersatzweise getauscht ausgetauscht statt stattdessen anstatt anstelle
		remplace remplacee remplaces remplacees remplacement substitue echange sustituido sustituida sustituidos sustituimos sustituto reemplazado reemplazada reemplazamos cambiado cambiamos
		sostituito sostituita sostituiti sostituite sostituzione scambiato invece vervangen vervanging vervangend vervangende omgeruild
		substituido substituida substituidos substituimos substituto trocado trocamos trocada zastapilismy zastapione zastapiony zastapiona zamienilismy zamiana zamiennik zamienione zamiast`)
	// places behind placeLeads mean "instead": "in place of", "à la place", "en lugar de".
	places       = wordSet("place lieu lugar vez posto plaats miejsce luogo")
	placeLeads   = wordSet("in la au en no em al w")
	easternSwaps = strings.Fields("代替 替换 替換 换成 換成 改发 改發 换了 換了 代わり 差し替え 振り替え 変更して 代用 別の色 別の商品 别的款式 别的颜色 其他颜色")
	extras       = wordSet("extra additional spare zusaetzlich zusaetzliche zusaetzlichen zusaetzliches supplementaire adicional extras aggiuntivo aggiuntiva dodatkowy dodatkowa dodatkowe dodatkowo")
	ones         = wordSet("one ones")
	shades       = func() map[string]int {
		all := map[string]int{}
		for i, list := range []string{
			"grey gray grau graue grauen grauer graues gris grises grigio grigia grigi grigie grijs grijze cinza cinzento cinzenta szary szara szare szarego szarej",
			"blue blau blaue blauen blauer blaues bleu bleue bleus bleues azul azules azuis blu blauw blauwe niebieski niebieska niebieskie niebieskiego niebieskiej",
			"red rot rote roten roter rotes rouge rouges rojo roja rojos rojas rosso rossa rossi rosse rood rode vermelho vermelha vermelhos vermelhas czerwony czerwona czerwone czerwonego czerwonej",
			"green gruen gruene gruenen gruener gruenes vert verte verts vertes verde verdes verdi groen groene zielony zielona zielone zielonego zielonej",
			"yellow gelb gelbe gelben gelber gelbes jaune jaunes amarillo amarilla amarillos amarillas giallo gialla gialli gialle geel gele amarelo amarela zolty zolta zolte",
			"black schwarz schwarze schwarzen schwarzer schwarzes noir noire noirs noires negro negra negros negras nero nera neri nere zwart zwarte preto preta pretos pretas czarny czarna czarne czarnego czarnej",
			"white weiss weisse weissen weisser weisses blanc blanche blancs blanches blanco blanca blancos blancas bianco bianca bianchi bianche wit witte branco branca brancos brancas bialy biala biale bialego bialej",
			"brown braun braune braunen brauner braunes brun brune marron marrone bruin bruine castanho castanha brazowy brazowa brazowe",
			"orange orangene naranja arancione oranje laranja pomaranczowy pomaranczowa",
			"pink rosa rose roze rozowy rozowa rozowe",
			"purple violet lila violett viola paars roxo fioletowy",
			"beige cream creme crema kremowy", "turquoise tuerkis turchese turkoois turquesa",
			"oak eiche roble rovere eik eiken carvalho dab debowy debowa debowe", "walnut nussbaum nogal noyer walnoot nogueira",
			"beech buche hetre haya faggio beuken faia",
		} {
			for w := range wordSet(list) {
				all[w] = i + 1
			}
		}
		return all
	}()
)
