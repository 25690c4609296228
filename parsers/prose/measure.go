package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands beside a number says what it counts: grams, euros, pieces, a page, a house. Such a number names no order unless words call it one,
// even where it has the form of the shop's order numbers.

// unitWords may follow a number, with at most a space or a dash between.
var unitWords = wordSet("kg kgs g gr gram grams gramm grammes lb lbs oz ounce ounces pound pounds mg t ton tons tonnes " +
	"cm mm m km dm ft feet foot inch inches in\" yd yards ml cl l ltr litre litres liter liters kb mb gb w kw v mah kcal lm " +
	"m2 m3 m² m³ cm2 cm3 cm² cm³ qm sqm sqft cbm mtr meter meters metre metres metri metros " +
	"eur usd gbp chf pln cad aud jpy rmb cny sek nok dkk czk huf brl mxn nzd sgd hkd euro euros dollar dollars pounds sterling cents ct kr kč ft zl zł złotych yen yuan " +
	"pcs pc piece pieces pce stück stueck stk st pièce pièces pz pezzi pezzo pza pzas piezas pieza uds ud unidades unidade unidad unit units unità stuks szt sztuk ea each " +
	"box boxes carton cartons ctn ctns karton kartons cartoni cajas caja caixas colis colli kolli pakete pakken paczek parcels packages pallets pallet paletten palettes palets " +
	"sets pairs packs rolls bottles items articles artikel " +
	"day days tage tagen jours días dias giorni dagen dni hour hours hrs stunden heures horas ore uur godzin min mins minutes minuten sec seconds am pm uhr h " +
	"week weeks wochen semaines semanas settimane weken tygodni month months monate monaten mois meses mesi maanden years jahre ans años anos anni jaar lat " +
	"percent prozent procent pct pages seiten words lines customers people years-old rpm psi bar hz")

// amountSigns may stand right behind a number.
const amountSigns = "%‰$€£¥￥°²³円元㎏㎡個件枚箱ｇ"

// countedBefore are words whose number is that of a page, a place or a time.
var countedBefore = wordSet("page pages p. pp. seite seiten página pagina pág zip postcode plz cp cap weight gewicht poids peso waga net gross netto brutto " +
	"total totals subtotal sum summe amount betrag montant importe importo box carton room suite ste ste. apt apt. floor building bldg gate dock bay locker unit# " +
	"year anno jahr année año ext ext. extension model modell hs ©")

// streetWords end the name of a street behind its house number, as English has it.
var streetWords = wordSet("st st. street ave ave. av av. avenue rd rd. road dr dr. drive ln ln. lane blvd blvd. boulevard ct ct. court pl pl. place way hwy highway pkwy parkway " +
	"terrace ter cir circle square sq trail trl loop row close crescent gardens broadway")

// streetEndings end the name of a street before its house number, as most others have it.
var streetEndings = []string{"straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "straat", "laan", "plein", "gatan", "gata", "vej", "gade", "veien"}

// streetHeads begin the name of a street whose house number stands behind it.
var streetHeads = wordSet("calle c/ avenida avda avda. via viale piazza corso rua ul. ulica aleja al. rue plaza paseo carrer largo")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// counts tells whether a token begins with a number that measures something: "2101", "2101g", "2101-piece".
func (r *reader) counts(t token) bool {
	end := t.start
	for end < t.end && digit(r.view.text[end]) {
		end++
	}
	return end > t.start && measured(r.view.text, t.start, end)
}

// measured tells whether the number in a span counts or measures something, or is the number of a house.
func measured(text string, start, end int) bool {
	rest := text[end:min(len(text), end+60)]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	head := text[max(0, start-40):start]
	if i := strings.LastIndexByte(head, '\n'); i >= 0 {
		head = head[i+1:]
	}
	return measuredBehind(rest) || measuredBefore(head) || houseNumber(head, rest)
}

func measuredBehind(rest string) bool {
	spaced := strings.TrimLeft(rest, " \u00a0")
	if c, _ := utf8.DecodeRuneInString(spaced); spaced != "" && strings.ContainsRune(amountSigns, c) {
		return true
	}
	glued := len(spaced) == len(rest)
	dashed := strings.HasPrefix(rest, "-") // "2101-piece"
	word := strings.TrimRight(firstWord(strings.TrimPrefix(spaced, "-")), ".,;:!?)")
	switch {
	case dashed && len(word) < 3, glued && !dashed && capitalised(word):
		return false // "2101-M" and "2101M" are numbers of purchase orders
	}
	return unitWords[strings.ToLower(word)]
}

func measuredBefore(head string) bool {
	head = strings.TrimRight(head, " \u00a0:=~")
	if c, _ := utf8.DecodeLastRuneInString(head); head != "" && strings.ContainsRune("$€£¥￥~≈", c) {
		return true
	}
	return countedBefore[strings.ToLower(strings.TrimLeft(lastWord(head), "("))]
}

func houseNumber(head, rest string) bool {
	words := strings.Fields(rest)
	if strings.HasPrefix(rest, " ") {
		for i, w := range words[:min(len(words), 4)] {
			bare := strings.TrimRight(w, ",;")
			if i > 0 && streetWords[strings.ToLower(bare)] {
				return true
			}
			if bare != w || !capitalised(w) {
				break
			}
		}
	}
	if !strings.HasSuffix(head, " ") {
		return false
	}
	before := strings.Fields(strings.ToLower(head))
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	if slices.ContainsFunc(streetEndings, func(e string) bool { return len(last) > len(e)+2 && strings.HasSuffix(last, e) }) || last == "str." {
		return true
	}
	last = strings.TrimRight(last, ",")
	for i := max(0, len(before)-4); i < len(before)-1; i++ {
		if streetHeads[before[i]] && (before[i] != "via" && before[i] != "al." || capitalised(strings.Fields(head)[i])) {
			return true
		}
	}
	return false
}

func capitalised(w string) bool {
	c, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(c) || unicode.IsDigit(c)
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t/(|,;"); i >= 0 {
		return s[:i]
	}
	return s
}

func lastWord(s string) string { return s[strings.LastIndexAny(s, " \t/(|,;")+1:] }
