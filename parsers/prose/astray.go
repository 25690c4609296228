package prose

import (
	"slices"
	"strings"

	"waybill/parsers"
)

// What is said of goods in general and not of these: all but yours, those for somebody else, the wrong ones.

var (
	// leavingOut are folded words that take something out of what was said, yoursWords those for what the reader ordered.
	leavingOut = wordSet("except excepting but bar ausser sauf hormis excepte excepto salvo menos tranne eccetto salvo behalve uitgezonderd exceto oprocz poza wyjatkiem from auf")
	yoursWords = wordSet("yours your this ihres ihrer ihrem ihre ihren eures eurer eurem diesem dieser diesen votre vos le celui celle cette ce suyo suya su tu este esta vostro vostra suo sua questo questa il jullie uw deze dit die vossa vosso a o esta este waszego waszej wasze waszym panstwa twojego twojej tego tej")
	yoursCore  = wordSet("yours your this ihres ihrer ihrem ihre ihren eures eurer eurem diesem dieser diesen votre vos celui celle cette suyo suya su este esta vostro vostra suo sua questo questa jullie uw deze dit vossa vosso waszego waszej wasze waszym panstwa twojego twojej tego tej")
)

// wholes are folded words for all there is, from which "but" takes something.
var wholes = wordSet("all everything everyone anything every nothing")

// astrays are pieces of folded sentences whose parcel is still there, went to somebody else, or is not the one meant.
var astrays = []string{
	" still here", " still with us", " on the shelf", " on our shelf", " on the dock", " on our dock", " left behind", " is what our system", " is what the system", " wrong address", " wrong one", " wrong item", " wrong parcel", " wrong box", " wrong package", " wrong customer", " wrong product", " wrong order", " instead of the customer", " instead of to the customer", " instead of your customer",
	" only the second", " only the first", " only the third", " only the last", " only the latter", " only the former", " only the other",
	" noch hier", " noch bei uns", " im regal", " liegengeblieben", " stehengeblieben", " falsche adresse", " falschen adresse", " falsche anschrift", " falschen artikel", " falsches paket", " falsche paket", " falschen kunden", " das falsche", " den falschen", " die falsche ", " nur die zweite", " nur der zweite", " nur das zweite", " nur die erste", " nur letztere", " nur erstere",
	" encore ici", " toujours ici", " encore chez nous", " toujours chez nous", " mauvaise adresse", " mauvais colis", " mauvais article", " mauvais client", " mauvais produit", " seule la deuxieme", " seule la seconde", " seule la premiere", " seulement la deuxieme", " seul le deuxieme", " seul le second", " que la deuxieme", " que la seconde",
	" sigue aqui", " todavia aqui", " aun aqui", " sigue en nuestro", " direccion equivocada", " direccion erronea", " direccion incorrecta", " articulo equivocado", " producto equivocado", " paquete equivocado", " cliente equivocado", " solo el segundo", " solo la segunda", " solo el primero", " solo la primera", " solo el ultimo",
	" ancora qui", " ancora da noi", " indirizzo sbagliato", " indirizzo errato", " articolo sbagliato", " pacco sbagliato", " prodotto sbagliato", " cliente sbagliato", " solo il secondo", " solo la seconda", " solo il primo", " solo la prima", " solo l'ultimo",
	" nog hier", " nog bij ons", " verkeerde adres", " verkeerd adres", " verkeerde artikel", " verkeerde pakket", " verkeerde klant", " verkeerde product", " alleen de tweede", " alleen de eerste", " alleen de laatste", " alleen het tweede",
	" ainda aqui", " ainda ca", " ainda connosco", " morada errada", " endereco errado", " artigo errado", " produto errado", " cliente errado", " so a segunda", " apenas a segunda", " so a primeira", " apenas a primeira", " apenas o segundo", " so o segundo",
	" nadal u nas", " wciaz u nas", " jeszcze u nas", " zly adres", " bledny adres", " niewlasciwy adres", " zly towar", " zla paczk", " niewlasciwy towar", " tylko drugie", " tylko pierwsze", " tylko ostatnie",
}

// astraysEastern are those of Chinese and Japanese, where no space parts words.
var astrayEastern = parsers.NewAnyOf("寄错", "发错", "寄錯", "發錯", "错的地址", "错误的地址", "錯誤的地址", "还在我们", "还在这", "還在我們", "只有第二", "只有第一", "間違った住所", "誤った住所", "誤って発送", "誤発送", "まだこちら", "まだここ", "2件目のみ", "1件目のみ", "二件目のみ")

// astray tells a shipment of something else than what is meant, as far as words beside it tell.
func (r *reader) astray(c clause) bool {
	if r.hasTracking(c) {
		return false
	}
	text := " " + r.plain(c.start, c.end)
	return astrayWords.In(text) || astrayEastern.In(r.view.text[c.start:c.end]) || r.leavesOut(c)
}

// leavesOut tells a sentence that takes the reader's order out of what it says: "everything left but yours", "alles mitgenommen außer Ihrem Paket".
func (r *reader) leavesOut(c clause) bool {
	text := r.view.text[c.start:c.end]
	if strings.Contains(text, "除了") && strings.ContainsAny(text, "您你贵貴这這") || (strings.Contains(text, "以外") || strings.Contains(text, "を除")) &&
		(strings.Contains(text, "御社") || strings.Contains(text, "貴社") || strings.Contains(text, "そちら") || strings.Contains(text, "この")) {
		return true
	}
	words := strings.FieldsFunc(r.plain(c.start, c.end), func(c rune) bool { return strings.ContainsRune(" ,.:;()!\n\t", c) })
	for i, w := range words {
		switch {
		case i == 0 || !leavingOut[w] || i+1 == len(words):
		case w == "from" && words[i-1] != "apart" && words[i-1] != "aside", w == "auf" && words[i-1] != "bis":
		case w == "but" && (words[i+1] != "yours" && !slices.ContainsFunc(words[max(0, i-4):i], func(w string) bool { return wholes[w] })):
		case yoursCore[words[i+1]], yoursWords[words[i+1]] && i+2 < len(words) && yoursCore[words[i+2]]:
			return true
		}
	}
	return false
}

// wrongs are folded pieces of words for what is wrong, of those in astrays.
var wrongs = []string{"wrong", "falsch", "mauvais", "equivocad", "erronea", "incorrecta", "sbagliat", "errat", "verkeerd", "errad", "zly ", "zla ", "bledn", "niewlasciw"}

// astrayWords finds astrays, amissWords those of them that say that something is wrong, amissEastern the like of Chinese and Japanese.
var (
	astrayWords = parsers.NewAnyOf(astrays...)
	amissWords  = parsers.NewAnyOf(slices.DeleteFunc(slices.Clone(astrays), func(s string) bool {
		return !slices.ContainsFunc(wrongs, func(w string) bool { return strings.Contains(s+" ", w) })
	})...)
	amissEastern = parsers.NewAnyOf("寄错", "发错", "寄錯", "發錯", "错的地址", "错误的地址", "間違った住所", "誤った住所", "誤って発送", "誤発送")
)

// amiss tells that the wrong thing was sent, or to the wrong place: somebody has to say what is to be done.
func (r *reader) amiss(c clause) bool {
	if r.hasTracking(c) || c.mark != "" {
		return false
	}
	text := " " + r.plain(c.start, c.end)
	return amissWords.In(text) || amissEastern.In(r.view.text[c.start:c.end])
}
