package match

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spoken is a sentence as names are sought in it.
type spoken struct {
	words    []string // folded
	capitals []string // folded, those that begin with a capital
	runs     [][]string
	led      []bool     // for each run: a word before it says for whom something is, "for Pell"
	framed   [][]string // behind a form of address, or before "'s"
	inset    [][]string // right behind a bracket: "1001 (Pell, Dartmoor)"
	towns    []string   // behind a word that says where to
	codes    []string   // what may be postcodes
	sure     []bool     // for each code: its form alone says that it is one
	places   []placed   // right behind a name and a comma, a bracket or a word that says where
	eastern  []string   // pieces of Chinese and Japanese writing that may be names
	polite   []string   // those before a form of address
	far      string     // the whole of such a sentence, folded
	heads    []string   // before a colon or a dash: "Pell: UPS 1Z…"
	entry    bool       // it holds a number and else only names: an entry of a list
}

// placed is what may be a town, behind one of the runs.
type placed struct {
	run  int
	town string
	far  int // words between the two
}

var (
	sentenceWord = regexp.MustCompile(`[\p{L}\p{M}\d]+(?:['’-][\p{L}\p{M}\d]+)*['’]?`)
	// sentenceCode is what may be a postcode: British, Canadian and Dutch ones with letters, others of digits only.
	sentenceCode = regexp.MustCompile(`\b(?:([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2})|(\d{2}-\d{3}|\d{3} \d{2}|\d{4,5}))\b`)
	// elided is an article or preposition that has lost its vowel before a name: "d'Élodie Fournier", "all'Osteria". What begins with a capital is a name's own.
	elided = regexp.MustCompile(`^(d|l|all|dall|dell|nell|sull)['’](\p{Lu}.*)$`)
)

// addressing are forms of address and what a customer is called.
var addressing = wordSet(`mr mrs ms miss mister sir madam herr herrn frau fraeulein familie family fam mme madame mlle mademoiselle monsieur sr sra senor senora srta don dona dna sig signor signora signorina sigra sigr gentile
	senhor senhora exmo exma dom ra ssa dott dhr mevr mevrouw meneer mw heer pan pani pana panu panem pania panstwa dr prof fa firma
	customer client buyer recipient consignee kunde kundin kunden empfaenger empfaengerin empfanger klant klantin ontvanger cliente clienta clientes destinataire destinatario destinataria klient klienta klientki odbiorca odbiorcy odbiorczyni`)

// letterForms are forms of address of one letter, which are initials in other languages: "M. Petit", "D. José Ortega". romance are words that tell these languages.
var (
	letterForms = wordSet("m d")
	romance     = wordSet("le les pour est sont colis chez une ete au aux para el los las se ha sido del al do foi seguiu encomenda pedido paquete pacote enviado envie expedie")
)

// wherever are words that stand between a name and its town.
var wherever = wordSet(`in from of near to aus nach bei de du des a au en dans sur te uit naar op em no na do da di del w we z ze pod od`)

// betweenNames are the small words within a name.
var betweenNames = wordSet(`von van der den de la le du da di del dos das do y e ter ten zu zum zur v`)

// whereTo are words that say where something goes.
var whereTo = wordSet(`to for an nach fuer fur a vers para naar do w pour per towards`)

// noTowns are folded words that stand behind a name where its town may stand as well: carriers, what numbers are called, months and days.
var noTowns = wordSet(`ups dhl gls dpd fedex tnt usps hermes evri yodel seur mrw nacex correos ctt poste brt sda bartolini postnl bpost colissimo chronopost mondial relay inpost poczta pocztex royal mail parcelforce
	deutsche post paketdienst express expres kurier courier spediteur spedition transport sf yamato sagawa tracking suivi seguimiento sendungsnummer paketnummer numer
	january february march april may june july august september october november december januar februar maerz mai juni juli oktober dezember kw
	monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag`)

// parcelNouns are English words for what somebody gets, which stand behind their name.
var parcelNouns = wordSet("order orders parcel parcels package packages delivery shipment job")

// listener puts a sentence together word by word.
type listener struct {
	*spoken
	run        []string
	open, lead bool
	bracket    bool   // the run stands right behind a bracket
	rest       string // what follows the word before
	inPlace    int    // the run behind which the present one is a place, or -1
	before     string // the word before
	where      bool   // the next name may be a town's
	small      int    // words that stand in no entry of a list
	since      int    // words since the last run
	afar       int    // words between the run and the place
}

// listen takes a sentence apart.
func listen(sentence string) *spoken {
	s := &listener{spoken: &spoken{}, inPlace: -1}
	end := -1
	for _, at := range sentenceWord.FindAllStringIndex(sentence, 200) {
		word, gap := sentence[at[0]:at[1]], ""
		if m := elided.FindStringSubmatch(word); m != nil {
			s.flush()
			s.words, s.before, end = append(s.words, m[1]), elisions[m[1]], at[1]-len(m[2])
			s.where = s.where || len(s.runs) > 0
			word, at[0] = m[2], end
		}
		if end >= 0 {
			gap = sentence[end:at[0]]
		}
		s.word(word, gap, end >= 0, sentence[at[1]:])
		end = at[1]
	}
	s.flush()
	s.letters()
	s.entry = s.small == 0 && slices.ContainsFunc(s.words, longNumber)
	for _, at := range sentenceCode.FindAllStringSubmatchIndex(sentence, 8) {
		s.codes = append(s.codes, postcode(sentence[at[0]:at[1]]))
		s.sure = append(s.sure, at[2] >= 0)
	}
	if !isASCII(sentence) && strings.ContainsFunc(sentence, func(r rune) bool { return isHan(r) || isKana(r) }) {
		s.windows(sentence)
	}
	return s.spoken
}

// elisions are the whole words for what elided finds.
var elisions = map[string]string{"d": "de", "l": "le", "all": "a", "dall": "da", "dell": "di", "nell": "in", "sull": "su"}

// flush ends a run of words with capitals.
func (s *listener) flush() {
	if len(s.run) > 0 {
		if s.inPlace >= 0 {
			s.places = append(s.places, placed{s.inPlace, cityName(strings.Join(s.run, " ")), s.afar})
		}
		s.runs, s.led = append(s.runs, s.run), append(s.led, s.lead)
		if s.open {
			s.framed = append(s.framed, s.run)
		}
		if s.bracket && (strings.HasPrefix(s.rest, ")") || strings.HasPrefix(s.rest, ",")) {
			s.inset = append(s.inset, s.run)
		}
	}
	if len(s.run) > 0 {
		s.since = 0
	}
	s.run, s.open, s.lead, s.bracket, s.inPlace = nil, false, false, false, -1
}

// word takes the next word, which stands behind a gap; rest is what follows it. first is false for the first one.
func (s *listener) word(word, gap string, later bool, rest string) {
	bare, owner := strings.CutSuffix(strings.ReplaceAll(word, "’", "'"), "'s")
	if !owner {
		bare, owner = strings.CutSuffix(bare, "s'")
	}
	folded := fold(bare)
	s.words = append(s.words, strings.Fields(folded)...)
	if next := strings.TrimLeft(rest, " )"); next != "" && strings.ContainsAny(next[:1], ":-=|") || strings.HasPrefix(next, "–") || strings.HasPrefix(next, "→") {
		s.heads = append(s.heads, folded)
	}
	first, _ := utf8.DecodeRuneInString(bare)
	adjacent := later && strings.Trim(gap, " \t.") == "" && len(gap) <= 2
	capital := unicode.IsUpper(first) && len(s.capitals) < mostCapitals && !addressing[folded]
	if !unicode.IsUpper(first) && !strings.ContainsFunc(bare, unicode.IsDigit) && !betweenNames[folded] && !wherever[folded] && !addressing[folded] && !noTowns[folded] && !forWhom[folded] {
		s.small++
	}
	switch {
	case !capital && adjacent && len(s.run) > 0 && betweenNames[folded] && followed(rest):
		s.where = wherever[folded] // "Jan van der Berg", "Anna Berg de Lyon"
	case !capital && adjacent && len(s.run) == 0 && betweenNames[folded] && (addressing[s.before] || forWhom[s.before]):
		folded = s.before // "mevrouw van der Berg": what stands before it frames what comes
	case !capital:
		s.lead = s.lead || adjacent && parcelNouns[folded] // "the Pell order"
		s.flush()
		s.where = wherever[folded] && len(s.runs) > 0
		s.since++
	default:
		if !adjacent {
			s.where = s.where && strings.TrimSpace(gap) == "" || len(s.run) > 0 && len(gap) <= 3 && strings.ContainsAny(gap, ",(/")
			s.flush()
		}
		s.bracket = s.bracket || len(s.run) == 0 && strings.HasSuffix(gap, "(")
		folded = s.capital(bare, folded, adjacent, owner)
	}
	s.before, s.rest = folded, rest
}

// capital takes a word with a capital, and gives what stands before the next one.
func (s *listener) capital(bare, folded string, adjacent, owner bool) string {
	if s.where && !strings.ContainsFunc(bare, unicode.IsDigit) { // no postcode
		if len(s.run) > 0 {
			s.places = append(s.places, placed{len(s.runs), cityName(bare), 0})
		} else {
			s.inPlace, s.afar = len(s.runs)-1, s.since
		}
	}
	if whereTo[s.before] && len(s.run) == 0 {
		s.towns = append(s.towns, cityName(bare))
	} else if n := len(s.towns); n > 0 && len(s.run) > 0 && adjacent && whereTo[s.before] {
		s.towns = append(s.towns, cityName(strings.Join(s.run, " ")+" "+bare))
	}
	s.open = s.open || owner || len(s.run) == 0 && addressing[s.before]
	s.lead = s.lead || len(s.run) == 0 && forWhom[s.before]
	switch {
	case !betweenNames[folded]: // "Mrs De Wit"
		s.run = append(s.run, strings.Fields(folded)...)
	case s.open || addressing[s.before] || s.lead || forWhom[s.before]:
		folded = s.before // what stands before it frames what comes
	}
	s.capitals = append(s.capitals, strings.Fields(folded)...)
	if owner {
		s.flush()
	}
	s.where = false
	return folded
}

// letters finds forms of address of one letter, which are in capitals as names are.
func (s *listener) letters() {
	if !slices.ContainsFunc(s.words, func(w string) bool { return romance[w] }) {
		return
	}
	for _, run := range s.runs {
		if len(run) > 1 && letterForms[run[0]] {
			s.framed = append(s.framed, run[1:])
		}
	}
}

// followed tells whether a word with a capital comes next, or another small word of a name and then one.
func followed(rest string) bool {
	for range 3 {
		rest = strings.TrimLeft(rest, " \t.")
		word, after, _ := strings.Cut(rest, " ")
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(first) {
			return true
		}
		if !betweenNames[strings.TrimRight(word, ".")] {
			return false
		}
		rest = after
	}
	return false
}

// longNumber tells what may be a parcel's number.
func longNumber(word string) bool {
	digits := 0
	for i := range len(word) {
		if isNumber(word[i]) {
			digits++
		}
	}
	return len(word) >= 8 && digits >= 6
}
