package table

import (
	"regexp"
	"strings"

	"waybill/parsers/carrier"
)

// A cell says when in many forms: as a date, as a word before one, or as loosely as "mid-June", "nächste Woche" and "2-3 weeks".

// untilWords stand before a date, folded.
var untilWords = map[string]bool{"until": true, "till": true, "bis": true, "ab": true, "expected": true, "eta": true, "due": true, "available": true, "around": true, "voraussichtlich": true, "erwartet": true, "jusqu": true, "hasta": true, "desde": true, "fino": true, "dal": true, "tot": true, "vanaf": true, "verwacht": true, "ate": true, "od": true, "od dnia": true, "prevu": true, "prevue": true, "previsto": true, "prevista": true, "dispo": true, "disponible": true, "back": true}

// dateIn gives the piece of a status that says when: what stands after "until", else the words with digits and the word before them:
// "June 12" of "backorder until June 12", "KW 22" of "Rückstand KW 22".
func dateIn(c string) string {
	if digitsIn(c) == len(c) {
		return ""
	}
	if strings.Contains(c, "月") {
		if at := writtenDate.FindString(c); at != "" {
			return at
		}
	}
	var room [16]string
	fields := room[:0]
	for f := range strings.FieldsSeq(c) {
		fields = append(fields, f)
	}
	first, last := -1, -1
	for i, f := range fields {
		if i+1 < len(fields) && len(fields)-i <= 6 && untilWords[carrier.Fold(f)] {
			first, last = i+1, len(fields)-1
		}
	}
	for i := max(first, 0); first >= 0 && i < last; i++ { // "until 05.06., then it will be sent"
		if digitsIn(strings.Join(fields[first:i+1], "")) > 0 && strings.HasSuffix(fields[i], ",") && digitsIn(fields[i+1]) == 0 {
			last = i
		}
	}
	for first >= 0 && first < last && (untilWords[carrier.Fold(fields[first])] || connecting[carrier.Fold(fields[first])]) {
		first++
	}
	if first < 0 {
		first, last = datedWords(fields)
	}
	if first < 0 {
		first, last = looseWords(fields)
	}
	if first < 0 && !plainASCII(c) {
		return looseCJK.FindString(c)
	}
	if first < 0 {
		return ""
	}
	from := 0
	for i := range first {
		from += strings.Index(c[from:], fields[i]) + len(fields[i])
	}
	from += strings.Index(c[from:], fields[first])
	to := from
	for i := first; i <= last; i++ {
		to += strings.Index(c[to:], fields[i]) + len(fields[i])
	}
	return strings.Trim(c[from:to], " (),;:.")
}

// timed tells whether a cell says when, as a date or loosely. What stands behind "until" may be anything.
func timed(c string) bool {
	return digitsIn(c) > 0 && dateIn(c) != "" || loosely(c)
}

// loosely tells whether a cell says when by words or signs that are no date.
func loosely(c string) bool {
	first, _ := looseWords(strings.Fields(c))
	return first >= 0 || !plainASCII(c) && (writtenDate.MatchString(c) || looseCJK.MatchString(c))
}

// writtenDate is a date as Chinese and Japanese write it: "6月5日", "2025年6月", "6月上旬".
var writtenDate = regexp.MustCompile(`(?:[0-9０-９]{4}年)?(?:[0-9０-９]{1,2}|十?[一二三四五六七八九十])月(?:[0-9０-９]{1,2}[日号]|[上中下]旬|初|中|末|底)?(?:頃|ごろ|前后|左右)?`)

// datedWords finds the words of a date: "12.06.", "2025-06-01", "June 12", "12 May 2025", "KW 22"; a number alone is none.
func datedWords(fields []string) (first, last int) {
	first, last = -1, -1
	for i, f := range fields {
		folded := carrier.Fold(f)
		n := digitsIn(f)
		dated := n > 2 && n <= 8 && strings.ContainsAny(f[1:], "./-") && !coded(folded) || isMonth(folded)
		if !dated && n > 0 && n <= 4 {
			dated = i > 0 && isMonth(carrier.Fold(fields[i-1])) || i+1 < len(fields) && isMonth(carrier.Fold(fields[i+1])) || n == 4 && first >= 0
		}
		switch {
		case dated && (first < 0 || last < i-1 && digitsIn(strings.Join(fields[first:last+1], "")) == 0): // "Out of stock, ships 12/05": a month in Portuguese
			first, last = i, i
		case dated && last == i-1:
			last = i
		}
	}
	if first >= 0 && digitsIn(strings.Join(fields[first:last+1], "")) == 0 {
		return -1, -1 // "may", "marked out": words of their own
	}
	return first, last
}

// coded tells a folded word with letters that no date has: "ps 200" of PS-200 is a product.
func coded(folded string) bool {
	letters := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == ' ' {
			return -1
		}
		return c
	}, folded)
	return letters != "" && len(letters) < 12 && !isMonth(letters) && !besideDates[letters] && letters[0] < 0x80
}

// besideDates are letters that stand with digits in one word of a date: "5th", "2025-06-01T10:00Z", "ETA:12/5".
var besideDates = wordsOf("st nd rd th e er ter t z tz h uhr am pm eta etd due bis ab until on le el il op em do od dal v n o ca s hrs hr")

// monthNames are the months in the languages we read, whole, in the second case, and cut to their first letters, folded.
var monthNames = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`january february march april may june july august september october november december sept
		januar februar marz maerz mrz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre fevr avr juil
		enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
		januari februari maart mei augustus janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
		styczen stycznia luty lutego marzec marca kwiecien kwietnia maj maja czerwiec czerwca lipiec lipca sierpien sierpnia wrzesien wrzesnia pazdziernik pazdziernika listopad listopada grudzien grudnia
		jan feb mar apr jun jul aug sep oct okt ott out nov dec dez dic gru fev ene gen sty lut kwi abr mag giu lug ago set cze lip sie wrz paz lis mrt jui`) {
		m[w] = true
	}
	return m
}()

// isMonth tells the names of months and the words for a week, whole or as their first letters.
func isMonth(folded string) bool {
	if len(folded) < 2 || len(folded) > 10 {
		return false
	}
	switch folded {
	case "kw", "week", "woche", "semaine", "semana", "settimana", "tydzien", "q1", "q2", "q3", "q4":
		return true
	}
	return monthNames[folded]
}

// connecting are small words between "until" and the date.
var connecting = map[string]bool{"in": true, "on": true, "by": true, "the": true, "to": true, "be": true, "am": true, "zum": true, "au": true, "le": true, "el": true, "al": true, "il": true, "a": true, "de": true, "do": true, "is": true, "approx": true, "ca": true, "circa": true, "about": true, "stock": true, "again": true, "wieder": true, "lieferbar": true, "em": true, "op": true, "from": true}

// looseCJK is a time that is no date, as Chinese and Japanese write it: "下周", "2週間後".
var looseCJK = regexp.MustCompile(`下周|下週|下星期|下个月|下月|来週|來週|来月|再来週|[0-9０-９一二两三四]{1,2}(?:个?星期|周|週間|週|日|天|ヶ月|个月)(?:以?[后後]|内|以内)`)

// Words of times that are no dates, folded: parts of a month, small words between them and the month, what stands before a month or a span alone, and what
// stands beside a word for a week or a month to say that it is the next.
var (
	monthParts = wordsOf("mid middle early late end beginning start first second anfang mitte ende mi debut fin courant principios mediados finales inicio inizio meta fine half begin eind inicio meados fim principio poczatku polowie polowa koncu konca poczatek koniec")
	monthJoins = wordsOf("of de d del di do da van des")
	monthLeads = wordsOf("in im en em w a ab from bis until")
	spanLeads  = wordsOf("in within approx approximately about around ca circa innerhalb binnen voraussichtlich lieferzeit en dans sous environ delai sur dentro plazo unos tra fra entro over binnen za okolo ciagu em cerca prazo levertijd lead time another further noch weitere wieder expected back")
	spanUnits  = wordsOf("day days week weeks wk wks month months tag tage tagen woche wochen monat monate monaten werktage werktagen arbeitstage arbeitstagen jour jours semaine semaines mois dia dias semana semanas mes meses giorno giorni settimana settimane mese mesi dag dagen weken werkdagen maand maanden semanas dni dzien tydzien tygodnie tygodni miesiac miesiace")
	comingUp   = wordsOf("next coming following nachste nachsten nachster kommende kommenden kommender naechste naechsten prochaine prochain proxima proximo viene entrante prossima prossimo volgende komende aanstaande przyszlym przyszly nastepnym nastepny")
	longSpans  = wordsOf("week month woche monat kw semaine mois semana mes settimana mese maand tygodniu miesiacu tydzien monday tuesday wednesday thursday friday montag dienstag mittwoch donnerstag freitag lundi mardi mercredi jeudi vendredi lunes martes miercoles jueves viernes lunedi martedi mercoledi giovedi venerdi maandag dinsdag woensdag donderdag vrijdag delivery lieferung livraison entrega consegna levering dostawa batch charge fournee lote")
	inMonths   = wordsOf("styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrzesniu pazdzierniku listopadzie grudniu")
)

func wordsOf(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// looseWords finds the words of a time that is no date: "Mitte Juni", "end of May", "next week", "la semaine prochaine", "in 2-3 weeks". A span of days
// needs a word before it that says that they are to come: two days ago it was too.
func looseWords(fields []string) (first, last int) {
	var room [16]string
	folded := room[:0]
	for _, f := range fields {
		folded = append(folded, carrier.Fold(f))
	}
	for i, w := range folded {
		before, month, joined := strings.Cut(w, " ") // "mid-June", "mi-juin"
		if joined && monthParts[before] && longMonth(month) {
			return i, i
		}
		next := i + 1
		if next >= len(folded) {
			break
		}
		switch {
		case monthParts[w]:
			if next+1 < len(folded) && monthJoins[folded[next]] {
				next++
			}
			if name := strings.TrimPrefix(strings.TrimPrefix(folded[next], "d "), "de "); longMonth(name) {
				return i, next
			}
		case monthLeads[w] && longMonth(folded[next]):
			return next, next
		case comingUp[w] && longSpans[folded[next]], longSpans[w] && comingUp[folded[next]]:
			return i, next
		case longSpans[w] && folded[next] == "que" && next+1 < len(folded) && comingUp[folded[next+1]]:
			return i, next + 1
		case i > 0 && spanLeads[folded[i-1]] && spanUnits[folded[next]] && digitsIn(w) > 0 && digitsIn(w) <= 4 && strings.Trim(w, "0123456789 ") == "":
			return i, next
		}
	}
	return -1, -1
}

// longMonth tells the name of a month that is no other word when a word of time stands before it.
func longMonth(folded string) bool {
	return len(folded) > 3 && monthNames[folded] || inMonths[folded] || folded == "may" || folded == "mai" || folded == "mei" || folded == "maj"
}
