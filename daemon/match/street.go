package match

import (
	"slices"
	"strings"
)

// streetAddress is a street with its house number, abbreviations undone.
type streetAddress struct {
	words []string // of the street's name, without such as stand in every other one (see streetWords)
	types []string // "street", "avenue": they tell Oak Street from Oak Avenue
	house string   // "12", "12a"
	units []string // other numbers: of a flat, a floor, a box
	lines []string // as written
}

// foldStreet reads the lines of a street address in the ways of several countries: "12 Main St. Apt 4", "Hauptstr. 12 a", "ul. Długa 5/7", "C/ Mayor, 12, 3º B".
func foldStreet(lines ...string) streetAddress {
	s := streetAddress{lines: lines}
	unit := false
	for _, line := range lines {
		if hasHan(line) {
			s.blocks(line)
			continue
		}
		words := undotted(strings.Fields(fold(withoutCare(line))))
		for i, w := range words {
			switch {
			case i > 0 && words[i-1] == s.house && addedNumbers[w] != "" && digitsOnly(s.house) && (i+1 == len(words) || !isNumber(words[i+1][0])):
				s.house += addedNumbers[w] // "38 bis" is "38b" to most
			case unitWords[w]:
				unit = true
				continue
			case isNumber(w[0]) && !ordinal(w):
				if s.house == "" && !unit {
					s.house = w
				} else {
					s.units = append(s.units, w)
				}
			case len(w) == 1 && i > 0 && words[i-1] == s.house && (len(s.words) > 0 || i+1 == len(words)):
				s.house += w // "Hauptstr. 12 a"; in "12 E Main St" it is the east
			case len(w) == 1 && (unit || i > 0 && isNumber(words[i-1][0]) && len(s.words) > 0): // "3º B"
			default:
				s.name(w)
			}
			unit = false
		}
	}
	if s.house == "" && len(s.units) > 0 {
		s.house, s.units = s.units[0], s.units[1:]
	}
	return s
}

// undotted joins the two halves of what kind of street it is that many write with a dot inside: "V.le", "P.za", "C.so", "F.lli".
func undotted(words []string) []string {
	for i := 0; i+1 < len(words) && i < 2; i++ {
		if len(words[i]) == 1 && len(words[i+1]) < 4 && dottedWords[words[i]+words[i+1]] {
			return append(append(slices.Clone(words[:i]), words[i]+words[i+1]), words[i+2:]...)
		}
	}
	return words
}

var dottedWords = wordSet("vle vlo ple pza pzza pzle cso cda lgo flli str sta ste sto rte ave bld lne fg")

// withoutCare takes out in whose care a parcel goes: "c/o Lindgren, 49 Birch Bark Ct".
func withoutCare(line string) string {
	at := strings.Index(line, "/")
	if at < 1 || at+1 >= len(line) || line[at-1]|0x20 != 'c' || line[at+1]|0x20 != 'o' || at > 1 && line[at-2] != ' ' && line[at-2] != ',' {
		return line
	}
	_, rest, found := strings.Cut(line[at:], ",")
	if !found {
		return line
	}
	return line[:at-1] + rest
}

// name takes a word of the street's name, with what kind of street it is cut off: "Hauptstr" is "haupt" and "strasse".
func (s *streetAddress) name(w string) {
	if len(w) == 1 {
		if whole, ok := directions[w]; ok {
			w = whole
		}
	}
	if kind, ok := streetWords[w]; ok {
		s.types = append(s.types, kind)
		return
	}
	for _, e := range streetEndings[w[len(w)-1]] {
		if stem, ok := strings.CutSuffix(w, e.short); ok && len(stem) > 1 {
			s.types = append(s.types, e.kind)
			w = stem
			break
		}
	}
	w = plain(w)
	if whole := shortened(w); whole != "" {
		w = whole
	}
	if s.words == nil {
		s.words = make([]string, 0, 4)
	}
	s.words = append(s.words, w)
}

// shortened gives words of streets whose short form is neither their beginning nor their first and last letters.
func shortened(w string) string {
	switch w {
	case "bgm", "bm":
		return "burgermeister"
	case "hl":
		return "heilige"
	case "flli":
		return "fratelli"
	case "hnos":
		return "hermanos"
	case "ntra":
		return "nuestra"
	case "mal":
		return "marechal"
	case "kon":
		return "koningin"
	case "sw", "swietego":
		return "swietej"
	}
	return ""
}

// addedNumbers stand behind the number of a house that was built between two others, with the letter that many write for them.
var addedNumbers = map[string]string{"bis": "b", "ter": "t", "quater": "q"}

var directions = map[string]string{"n": "north", "s": "south", "e": "east", "w": "west"}

// ordinal tells "5th", the name of a street and not of a house.
func ordinal(w string) bool {
	digits := strings.TrimLeft(w, "0123456789")
	return digits == "st" || digits == "nd" || digits == "rd" || digits == "th"
}

// streetWords are words that stand in many streets' names, each with what it is short for, or one word for it in several languages.
var streetWords = streetKinds(`street st str strasse straat straete ulica ul ulice gatan gaten gata gate gt gade
	avenue ave av avenida avda avd aleja al allee laan
	road rd drive dr lane ln boulevard blvd bd bvd court ct place pl plaza plz pza plac platz plein praca pca piazza pzza p za placa square sq
	vej vei veien vegen vaegen vagen vn highway hwy parkway pkwy terrace ter terr circle cir crescent cres close way weg
	rue r via v viale vle corso cso contrada cda vicolo vic calle c cl cll carrer rua travessa tv chemin ch che route rte impasse imp quai q largo lg lgo paseo po pso passeig rambla carretera ctra ronda rda strada str osiedle os praceta pct pcta estrada
	boulev allee all faubourg fbg fg cours residence res piazzale ple glorieta gta urbanizacion urb camino cno poligono pol saint sainte sankt`)

// streetKinds gives each word what it means; words that are mistaken for each other mean the same.
func streetKinds(list string) map[string]string {
	kinds := map[string]string{}
	for _, w := range strings.Fields(list) {
		kinds[w] = w
	}
	for kind, alike := range map[string]string{
		"street": "saint sainte sankt street st str strasse straat ulica ul ulice gatan gaten gata gate gt gade rue r rua via v calle c cl cll carrer strada",
		"avenue": "avenue ave av avenida avda avd aleja al allee all laan viale vle paseo pso po",
		"place":  "place pl plaza plz pza plac platz plein praca pca placa praceta pct pcta piazza piazzale ple pzza square sq largo lg lgo",
		"road":   "road rd estrada camino cno route rte carretera ctra highway hwy chemin ch che weg way vej vei veien vegen vaegen vagen vn",
		"drive":  "drive dr", "lane": "lane ln vicolo vic", "quai": "quai q", "faubourg": "faubourg fbg fg", "ronda": "ronda rda", "boulevard": "boulevard blvd bd bvd", "court": "court ct", "terrace": "terrace ter terr",
	} {
		for _, w := range strings.Fields(alike) {
			kinds[w] = kind
		}
	}
	return kinds
}

// streetEnding is what kind of street it is in languages that write it in one word.
type streetEnding struct{ short, kind string }

// streetEndings are found by their last letter.
var streetEndings = byLast([]streetEnding{{"strasse", "street"}, {"straat", "street"}, {"str", "street"}, {"allee", "avenue"}, {"laan", "avenue"},
	{"platz", "place"}, {"plein", "place"}, {"weg", "road"}, {"gasse", "lane"}, {"gatan", "street"}, {"gaten", "street"}, {"gata", "street"}, {"gate", "street"},
	{"vaegen", "road"}, {"vagen", "road"}, {"veien", "road"}, {"vegen", "road"}, {"vei", "road"}, {"vej", "road"}, {"vn", "road"}, {"gade", "street"}, {"gt", "street"}, {"dreef", "avenue"}, {"kade", "quai"}, {"wg", "road"}, {"pl", "place"}, {"plts", "place"}})

func byLast(all []streetEnding) (by [256][]streetEnding) {
	for _, e := range all {
		last := e.short[len(e.short)-1]
		by[last] = append(by[last], e)
	}
	return by
}

// unitWords stand before the number of a flat or floor.
var unitWords = wordSet(`apt apartment apartamento appartement app appt appart flat unit suite ste floor fl room rm wohnung whg top stiege etage eg og stock piso pta puerta escalera esc int interno scala
	lok lokal m mieszkanie bus boite bte bis huis no nr num numero postbus box`)

// compareStreets: same, close but for a slip or an abbreviation, partly where one has no number, related where only the number is another.
func compareStreets(a, b *streetAddress) agreement {
	if a.house == "" && len(a.words) == 0 || b.house == "" && len(b.words) == 0 {
		return unknown
	}
	if foreign(a.words, b.words) {
		return compareNumbers(a.numbers(), b.numbers())
	}
	name, house := streetNames(a, b), houses(a, b)
	switch {
	case (len(a.words) == 0) != (len(b.words) == 0): // "Flat 3" alone: the street stood elsewhere
		if house == same || house == close {
			return partly
		}
		return differs
	case name == same && house == same:
		return same
	case name == differs:
		return differs
	case house == differs:
		return related
	case house == unknown:
		return partly
	}
	return close
}

// without is the street without the words of a city that stands in front of it.
func (s *streetAddress) without(city []string) *streetAddress {
	if !slices.Contains(s.words, city[0]) {
		return s
	}
	bare := *s
	bare.words = slices.DeleteFunc(slices.Clone(s.words), func(w string) bool { return slices.Contains(city, w) })
	if len(bare.words) == 0 {
		return s
	}
	return &bare
}

// numbers are those of house, block and flat, each for itself.
func (s *streetAddress) numbers() []string {
	var all []string
	for _, n := range append([]string{s.house}, s.units...) {
		for _, one := range strings.Split(n, "-") {
			if one != "" {
				all = append(all, one)
			}
		}
	}
	slices.Sort(all)
	return all
}

// compareNumbers compares what is left of two addresses that stand in two scripts. One number alone says nothing: which it is, only the words tell. Of as many
// numbers of which one is another, the one is next door; the number of a flat may be left out.
func compareNumbers(a, b []string) agreement {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 2 {
		return unknown
	}
	missing := 0
	for _, n := range a {
		if !slices.Contains(b, n) {
			missing++
		}
	}
	switch {
	case missing == 0:
		return close
	case missing == 1:
		return related
	case len(a) == len(b):
		return differs
	}
	return unknown
}

func houses(a, b *streetAddress) agreement {
	x, y := a.house, b.house
	switch {
	case x == y:
		return same // also: neither has one
	case x == "" || y == "":
		return unknown
	case strings.HasPrefix(x, y+"-"), strings.HasPrefix(y, x+"-"), strings.TrimRight(x, letterRange) == y, strings.TrimRight(y, letterRange) == x, slices.Contains(a.units, y), slices.Contains(b.units, x):
		return close // 12 and 12a; "3, 12 High St" and "12 High St, Flat 3"
	}
	return differs
}

const letterRange = "abcdefghijklmnopqrstuvwxyz"

func streetNames(a, b *streetAddress) agreement {
	x, y := a.words, b.words
	if len(x) == 0 || len(y) == 0 {
		if len(x) == len(y) && slices.Equal(a.types, b.types) {
			return same
		}
		return differs
	}
	if slices.Equal(x, y) {
		if len(a.types) > 0 && len(b.types) > 0 && a.types[0] != b.types[0] {
			return close
		}
		return same
	}
	if glueX, glueY := strings.Join(x, ""), strings.Join(y, ""); glueX == glueY || nearlyOne(glueX, glueY) {
		return close
	}
	if nearlyOne(a.letters(false), b.letters(false)) || nearlyOne(a.letters(true), b.letters(true)) {
		return close
	}
	if hits, whole, all := common(x, y); hits == all && whole > 0 {
		return close // one has more to say: a building, c/o
	}
	return differs
}

// common counts the words of the street that says less, those of them that the other one has too, and of these the ones that are more than an initial.
// Particles are not counted: people leave them out.
func common(x, y []string) (hits, whole, all int) {
	if count(x) > count(y) {
		x, y = y, x
	}
	glued := strings.Join(y, "")
	for _, w := range x {
		if besideNames[w] || districts[w] {
			continue
		}
		all++
		switch {
		case slices.ContainsFunc(y, func(v string) bool { return alikeWords(w, v) }), len(w) >= 5 && w[0] < 0x80 && strings.Contains(glued, w):
			hits++
			whole++
		case slices.ContainsFunc(y, func(v string) bool { return initialOf(w, v) || initialOf(v, w) }):
			hits++
		}
	}
	return hits, whole, all
}

// initialOf tells the first letter or two of a word: "G. Marconi", "Ks. Poniatowskiego". A direction may be a saint: "S. Carlo".
func initialOf(short, long string) bool {
	return len(short) <= 2 && len(long) > len(short)+1 && strings.HasPrefix(long, short) || short == "south" && strings.HasPrefix(long, "sa")
}

// districts are words for parts of a town, which stand behind its name or are left out.
var districts = wordSet("ku shi gun cho machi chome")

func count(words []string) int {
	n := 0
	for _, w := range words {
		if !besideNames[w] && !districts[w] {
			n++
		}
	}
	return n
}

// letters is a street without its numbers and spaces, should a space stand in the wrong place; whole with abbreviations undone.
func (s *streetAddress) letters(whole bool) string {
	var b strings.Builder
	for _, line := range s.lines {
		for w := range strings.FieldsSeq(fold(line)) {
			kind, ok := streetWords[w]
			switch {
			case isNumber(w[0]) || unitWords[w] || len(w) == 1 && !ok:
			case ok && whole:
				b.WriteString(kind)
			default:
				b.WriteString(w)
			}
		}
	}
	return b.String()
}

// nearlyOne tells two texts that are one but for a few slips: one in short ones, three in the longest.
func nearlyOne(a, b string) bool {
	if !isASCII(a) || !isASCII(b) {
		return a == b // a letter of another script is a syllable or a word
	}
	n := min(len(a), len(b))
	most := min(1+n/8, 3)
	return n > 3 && apart(a, b, most) <= most
}

// alikeWords tells two words that are one but for a slip; "m" and "martin" for an initial or an abbreviation.
func alikeWords(v, w string) bool {
	if v == w {
		return true
	}
	if v[0] >= 0x80 || w[0] >= 0x80 {
		return ofPlace(v, w)
	}
	short, long := v, w
	if len(short) > len(long) {
		short, long = long, short
	}
	if contracts(short, long) {
		return true
	}
	if len(short) >= 3 && strings.HasPrefix(long, short) {
		return true
	}
	return len(short) > 3 && apart(v, w, slips(short)) <= slips(short)
}

// contracts tells a word of which only letters from its middle are left out: "gal" for "general", "pt" for "point", "mt" for "mount".
func contracts(short, long string) bool {
	if len(short) < 3 && len(long) > 5 || len(short) < 2 || len(long) < len(short)+2 || short[0] != long[0] || short[len(short)-1] != long[len(long)-1] {
		return false
	}
	i := 0
	for k := 0; k < len(long) && i < len(short); k++ {
		if long[k] == short[i] {
			i++
		}
	}
	return i == len(short)
}

// slips is how many slips a word may have and still be itself.
func slips(w string) int {
	if len(w) >= 8 {
		return 2
	}
	return 1
}
