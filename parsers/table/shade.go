package table

import (
	"strings"

	"waybill/parsers"
)

// A row with a number and nothing else is taken for a parcel that left. What stands over it may say otherwise: the sheet is called "Tomorrow", the line above
// "Planned for Thursday", the file "open.csv". Whatever such words mean, they shade what is below them: a person looks at rows that say by their number alone
// that they left.

// shadeWords are words that a title of what has left does not hold, folded: of plans, forms, claims, and quotations. What says that something waits is known
// to senses.
var shadeWords = wordsOf(`plan plans planned planning plannings forecast forecasts tentative preliminary provisional proposal proposed upcoming unsent unshipped reserved preassigned tbc testdatei prueba prova teste testbestand testowy testowa essai
	claim claims archive archived obsolete outdated superseded quotation quote
	geplant planung vorschau vorlaufig vorlaeufig vorschlag reserviert reklamation reklamationen archiv veraltet kostenvoranschlag
	planification prevision previsions provisoire proposition reclamation reclamations litige litiges devis perime
	prevision previsiones provisional propuesta reclamacion reclamaciones siniestro siniestros presupuesto reservado reservados
	previsione previsioni provvisorio provvisoria proposta reclamo reclami preventivo riservato prenotato prenotati
	prognose voorlopig voorlopige voorstel klacht klachten claims offerte gereserveerd
	previsao previsoes provisorio provisoria reclamacao reclamacoes orcamento
	prognoza wstepne wstepna wstepny propozycja reklamacja reklamacje wycena zarezerwowane planowane planowana planowany`)

// shadeParts are the same in Chinese and Japanese.
var shadeParts = []string{"计划", "預測", "预测", "暂定", "暫定", "索赔", "索賠", "理赔", "理賠", "报价", "報價", "作废", "作廢", "未发", "未發", "未出", "待发", "待發", "明天", "明日", "予定", "計画", "見積", "クレーム", "仮", "测试", "測試", "テスト", "草稿", "下書き", "还在", "還在", "まだ"}

// idle are words that tell of what was as well as of what will be, or are part of titles: days, "sale", "parte de expediciones".
var idle = wordsOf("monday tuesday wednesday thursday friday saturday sunday sale parte ships geht gaat")

// longestShade is how many words a title has at most.
const longestShade = 12

// Shades tells a title by which what stands below it has perhaps not left. Where it says of anything that it left, or how it arrives, it does not.
func Shades(title string) bool {
	words := strings.Fields(simplified.Replace(camel(title)))
	if len(words) == 0 || len(words) > longestShade {
		return false
	}
	kept := words[:0]
	for _, w := range words {
		if !idle[w] && !ofReturn(w) && (len(words) == 1 || !strings.HasPrefix(w, "open") && !strings.HasPrefix(w, "offen")) { // of returns it is told elsewhere; "open orders" may be all
			kept = append(kept, w)
		}
	}
	s, ok := titleState(title)
	all := senseOfAll(kept)
	switch {
	case ok && (s.waits() || s.kind == parsers.Acknowledgement || s.hint == mishap):
		return true
	case all.all(denied | left), all.all(denied | leaving), all.all(denied | handed), all.all(denied | fetching):
		return true
	case ok, all.any(left | delivers | moving), all.any(handed) && !all.any(waitsFor|willBe|todo), all.any(rest | partly):
		return false
	case all.any(notYet) && len(words) <= 6: // "still here"
		return true
	case all.any(willBe | waitsFor | held | back | mislaid | labelled):
		return !all.any(labelled) || all.any(willBe|waitsFor|held|ready)
	}
	return len(title) <= 60 && plans(kept, title, all)
}

// Plans tells a sentence or a subject about a paper that plans, shows a form, claims or offers, and says of nothing that it left.
func Plans(sentence string) bool {
	words := strings.Fields(simplified.Replace(camel(sentence)))
	return plans(words, sentence, senseOfAll(words))
}

func plans(words []string, text string, all sense) bool {
	if plansEastern(text) {
		return true
	}
	if all.any(left) && !all.any(denied) {
		return false
	}
	for _, w := range words {
		if shadeWords[w] || exampleWords[w] && w != "eg" && w != "concept" {
			return true
		}
	}
	return false
}

// plansEastern is the same for Chinese and Japanese, where one word says both that something leaves and when.
func plansEastern(text string) bool {
	if !eastern(text) || strings.Contains(text, "已") || strings.Contains(text, "済") {
		return false
	}
	for _, p := range shadeParts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// Leaves tells a sentence whose words speak of leaving or arriving, and one by which goods have not left, or came to harm.
func Leaves(sentence string) (moves, stays bool) {
	var words []string
	for w := range strings.FieldsSeq(simplified.Replace(camel(sentence))) {
		if !idle[w] && !ofReturn(w) && !strings.HasPrefix(w, "open") && !strings.HasPrefix(w, "offen") { // "open order report", and return labels
			words = append(words, w)
		}
	}
	all := senseOfAll(words)
	moves = all.any(left | leaving | moving | delivers | handed)
	return moves, all.any(willBe|waitsFor|held|back|mislaid) && !all.any(left|delivers|moving|rest|partly) || all.all(denied|left)
}

// shadedBy lets a title shade the rows below it.
func (r *reader) shadedBy(title string) {
	if digitsIn(title) < 12 && Shades(strings.NewReplacer("_", " ", "-", " ").Replace(title)) {
		r.shaded = true
	}
}

// shade lowers a row that says by its number alone that its parcel left, below words that leave that open or beside a cell that does. named tells that the row
// has its own order.
func (r *reader) shade(w *row, s *parsers.Statement, named bool) {
	if s.Kind != parsers.Shipment || len(s.Tracking) == 0 || s.KindAt.At != s.Tracking[0].At {
		return
	}
	if t := &r.section; r.shaded || t.shades || t.ok && (t.state.waits() || costly[t.state.kind] || t.state.hint == mishap) || r.leavesOpen(w, named) {
		s.Score = min(s.Score, unclear)
	}
}

// habits are what the cells of a column usually hold, as far as a row that does otherwise leaves open whether it left.
type habits struct {
	days   bool // a column of days on which parcels left has some
	pieces bool // a column of pieces that left has some
	codes  bool // a column of states has several
}

// learnHabits keeps what the cells of columns hold.
func (r *reader) learnHabits(data []row, ballots []ballot) {
	r.habits = make([]habits, len(r.columns))
	r.shaded = r.shaded || r.twins(data)
	for i := range r.columns {
		b := &ballots[i]
		switch r.columns[i].Meaning {
		case ShipDate, Sent:
			r.habits[i].days = b.dates+b.pieces > 0
		case Shipped:
			r.habits[i].pieces = b.pieces > 0
		case Status:
			r.habits[i].codes = r.columns[i].By != "cells" && len(b.distinct) > 1 && r.severalStates(data, i)
		}
	}
}

// twins tells two lists side by side of which the second has headings that say nothing: numbers like those of the orders, and parcels beside them. Which of
// both a parcel belongs to a person says.
func (r *reader) twins(data []row) bool {
	order, parcels := -1, -1
	for i, c := range r.columns {
		switch {
		case c.Meaning == Order && order < 0:
			order = i
		case c.Meaning == Tracking && parcels < 0:
			parcels = i
		case c.Meaning == Tracking && c.By == "cells" && order >= 0:
			for k := max(order, parcels) + 1; k < i; k++ {
				if r.columns[k].Meaning == Unknown && alike(data, order, k) {
					return true
				}
			}
		}
	}
	return false
}

// alike tells two columns of numbers of one form: what is a digit in one is a digit in the other.
func alike(data []row, a, b int) bool {
	form := func(c string) string {
		return strings.Map(func(x rune) rune {
			if x >= '0' && x <= '9' {
				return '0'
			}
			return x
		}, c)
	}
	same, filled := 0, 0
	for j := range data {
		x, y := data[j].cell(a), data[j].cell(b)
		if x == "" || y == "" || len(x) < 3 || len(x) > 24 {
			continue
		}
		if filled++; form(x) == form(y) && x != y {
			same++
		}
	}
	return same > 0 && same*2 > filled
}

// severalStates tells whether rows with parcels have more than one state.
func (r *reader) severalStates(data []row, status int) bool {
	first := ""
	for j := range data {
		for i, c := range r.columns {
			if c.Meaning != Tracking || digitsIn(data[j].cell(i)) < 6 {
				continue
			}
			switch now := data[j].cell(status); {
			case blank(now):
			case first == "":
				first = now
			case first != now:
				return true
			}
		}
	}
	return false
}

// leavesOpen tells a row of which a cell leaves open whether its parcel left: no day where others have theirs, a word in the day's place, a state that cannot be
// read and differs from those of other rows, a day for which the shipping is planned, a note that the parcel is held.
func (r *reader) leavesOpen(w *row, named bool) bool {
	planned, done := false, false
	for i := range min(len(r.columns), len(r.habits)) {
		c, h := w.cell(i), &r.habits[i]
		switch m := r.columns[i].Meaning; {
		case m == ShipDate && expects(r.columns[i].Title) && timed(c) && !eastern(r.columns[i].Title):
			planned = true
		case m == ShipDate || m == Sent:
			done = true
			if found, ok := r.cellState(c, true); h.days && dateIn(c) == "" && (named || c != "") && digitsIn(c) < 3 && !(ok && found.kind == parsers.Shipment) {
				return true
			}
		case m == Shipped && h.pieces && named && c == "":
			return true
		case m == Status:
			done = true
			if h.codes && !blank(c) && !isRegion(r.columns[i].Title, c) {
				if found, ok := r.cellState(c, true); !ok && found.hint != silent {
					return true
				}
			}
		case m == Expected && timed(c):
			all := senseOfAll(strings.Fields(simplified.Replace(camel(r.columns[i].Title))))
			planned = planned || all.any(left|leaving|handed) && !all.any(delivers|comes|toUs|lacks|later|rest|fetching) && !eastern(r.columns[i].Title) // a program calls the day so, whenever it was
		case m == Note && heldBack(c):
			return true
		case (m == Unknown || m == Ignore) && len(c) <= 24 && digitsIn(c) == 0 && c != "":
			if all := senseOfAll(strings.Fields(simplified.Replace(camel(c)))); all.any(toUs|back|held) && !all.any(delivers|left) {
				return true
			}
		case m == Tracking && c != "" && Plans(r.columns[i].Title):
			return true
		}
	}
	return planned && !done
}

// isRegion tells a state of a country from one of a parcel: "State: TX".
func isRegion(title, c string) bool {
	switch camel(title) {
	case "state", "st", "estado", "stato", "region", "ship to state", "province":
		return len(c) == 2 && strings.ToUpper(c) == c && digitsIn(c) == 0
	}
	return false
}

// heldBack tells a note by which the parcel beside it is still there: "hold", "not picked up, driver had no room".
func heldBack(note string) bool {
	if note == "" || len(note) > 200 {
		return false
	}
	all := senseOfAll(strings.Fields(simplified.Replace(camel(note))))
	if all.any(denied) && !all.any(delivers) {
		for w := range strings.FieldsSeq(camel(note)) {
			for _, begin := range fetchedWords {
				if strings.HasPrefix(w, begin) {
					return true
				}
			}
		}
	}
	return all.any(held) && !all.any(delivers|point) || all.any(denied) && all.any(left|handed|fetching|accepted) && !all.any(delivers|rest|partly|beside)
}

// fetchedWords are how words for what a driver took begin, folded.
var fetchedWords = []string{"enlev", "abgeholt", "ramass", "recog", "ritir", "opgehaald", "recolh", "odebr", "loaded", "verladen", "集荷", "揽收"}

// overRow tells a row of one cell that shades what is below it, up to the next title: "Planned for tomorrow".
func overRow(title string) bool {
	return len(title) <= 80 && Shades(strings.Trim(title, " :：*#-="))
}

// StaysBy tells a line that gives a state by its name, and the state is not that of a parcel that left: "Status: on hold".
func StaysBy(line string) bool {
	name, value, ok := strings.Cut(strings.ReplaceAll(line, "：", ":"), ":")
	if value = strings.TrimSpace(value); !ok || value == "" || len(line) > 80 {
		return false
	}
	if m, full, _ := meaningOf(strings.TrimSpace(name), nil); !full || m != Status {
		return false
	}
	words := strings.Fields(simplified.Replace(camel(value)))
	s, known := senseOf(words, timed(value))
	if listed, ok := statesByWord[strings.Join(words, " ")]; ok {
		s, known = listed, true
	}
	return known && s.kind != parsers.Shipment && s.hint != silent || senseOfAll(words).any(denied)
}
