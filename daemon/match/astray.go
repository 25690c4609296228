package match

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/parsers"
)

// A number with a slip in it, or from the wrong line of a list, may be another open order's. What stands in the sentence beside it tells: a name, a town or a
// postcode that fits another open order of the supplier, and nothing of the one that the number names. What fits nobody says nothing: sentences are full
// of words with capitals.

const (
	mostTold      = 3  // sentences about one order that are looked at
	mostAstray    = 60 // of one item
	mostCapitals  = 12 // words with capitals of a sentence
	shortNameWord = 3  // letters that a word of a name needs to be known in a sentence
)

// spoken is a sentence as names are sought in it.
type spoken struct {
	words    []string // folded
	capitals []string // folded, those that begin with a capital
	runs     [][]string
	framed   [][]string // behind a form of address, or before "'s"
	inset    [][]string // right behind a bracket: "1001 (Pell, Dartmoor)"
	towns    []string   // behind a word that says where to
	codes    []string   // what may be postcodes
	sure     []bool     // for each code: its form alone says that it is one
	places   []string   // right behind a name and a comma, a bracket or a word that says where
	eastern  []string   // pieces of Chinese and Japanese writing that may be names
	polite   []string   // those before a form of address
	far      string     // the whole of such a sentence, folded
	heads    []string   // before a colon or a dash: "Pell: UPS 1Z…"
}

var (
	sentenceWord = regexp.MustCompile(`[\p{L}\p{M}\d]+(?:['’-][\p{L}\p{M}\d]+)*['’]?`)
	// sentenceCode is what may be a postcode: British, Canadian and Dutch ones with letters, others of digits only.
	sentenceCode = regexp.MustCompile(`\b(?:([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2})|(\d{2}-\d{3}|\d{3} \d{2}|\d{4,5}))\b`)
)

// addressing are forms of address and what a customer is called.
var addressing = wordSet(`mr mrs ms miss mister sir madam herr herrn frau fraeulein familie family fam mme madame mlle mademoiselle monsieur sr sra senor senora srta don dona dna sig signor signora signorina sigra sigr gentile
	senhor senhora exmo exma dom ra ssa dott dhr mevr mevrouw meneer mw heer pan pani pana panu panem pania panstwa dr prof
	customer client buyer recipient consignee kunde kundin kunden empfaenger empfaengerin empfanger klant klantin ontvanger cliente clienta clientes destinataire destinatario destinataria klient klienta klientki odbiorca odbiorcy odbiorczyni`)

// wherever are words that stand between a name and its town.
var wherever = wordSet(`in from of near to aus nach bei de du des a au en dans sur te uit naar op em no na do da di del w we z ze pod od`)

// betweenNames are the small words within a name.
var betweenNames = wordSet(`von van der den de la le du da di del dos das do y e ter ten zu zum zur v`)

// whereTo are words that say where something goes.
var whereTo = wordSet(`to for an nach fuer fur a vers para naar do w pour per towards`)

func listen(sentence string) *spoken {
	s := &spoken{}
	end, run, open, bracket := -1, []string(nil), false, false
	flush := func() {
		if len(run) > 0 {
			s.runs = append(s.runs, run)
			if open {
				s.framed = append(s.framed, run)
			}
			if bracket && (strings.HasPrefix(sentence[end:], ")") || strings.HasPrefix(sentence[end:], ",")) {
				s.inset = append(s.inset, run)
			}
		}
		run, open, bracket = nil, false, false
	}
	before, where := "", false // where: the next name may be a town's
	for _, at := range sentenceWord.FindAllStringIndex(sentence, 200) {
		word := sentence[at[0]:at[1]]
		bare, owner := strings.CutSuffix(strings.ReplaceAll(word, "’", "'"), "'s")
		if !owner {
			bare, owner = strings.CutSuffix(bare, "s'")
		}
		folded := fold(bare)
		s.words = append(s.words, strings.Fields(folded)...)
		if rest := strings.TrimLeft(sentence[at[1]:], " )"); rest != "" && strings.ContainsAny(rest[:1], ":-=|") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "→") {
			s.heads = append(s.heads, folded)
		}
		first, _ := utf8.DecodeRuneInString(bare)
		gap := ""
		if end >= 0 {
			gap = sentence[end:at[0]]
		}
		adjacent := end >= 0 && strings.Trim(gap, " \t.") == "" && len(gap) <= 2
		capital := unicode.IsUpper(first) && len(s.capitals) < mostCapitals && !addressing[folded]
		switch {
		case !capital && adjacent && len(run) > 0 && betweenNames[folded] && followed(sentence[at[1]:]):
			where = wherever[folded] // "Jan van der Berg", "Anna Berg de Lyon"
		case !capital && adjacent && betweenNames[folded] && addressing[before]:
			folded = before // "mevrouw van der Berg": what stands before it frames what comes
		case !capital:
			flush()
			where = wherever[folded] && len(s.runs) > 0
		case !adjacent:
			where = where && strings.TrimSpace(gap) == "" || len(run) > 0 && len(gap) <= 3 && strings.ContainsAny(gap, ",(/")
			flush()
			fallthrough
		default:
			if where && !strings.ContainsFunc(bare, unicode.IsDigit) { // no postcode
				s.places = append(s.places, cityName(bare))
			}
			if whereTo[before] && len(run) == 0 {
				s.towns = append(s.towns, cityName(bare))
			} else if n := len(s.towns); n > 0 && len(run) > 0 && adjacent && whereTo[before] {
				s.towns = append(s.towns, cityName(strings.Join(run, " ")+" "+bare))
			}
			open = open || owner || len(run) == 0 && addressing[before]
			bracket = bracket || len(run) == 0 && strings.HasSuffix(gap, "(")
			if !betweenNames[folded] { // "Mrs De Wit"
				run = append(run, strings.Fields(folded)...)
			} else if open || addressing[before] {
				folded = before // what stands before it frames what comes
			}
			s.capitals = append(s.capitals, strings.Fields(folded)...)
			if owner {
				flush()
			}
			where = false
		}
		before, end = folded, at[1]
	}
	flush()
	for _, at := range sentenceCode.FindAllStringSubmatchIndex(sentence, 8) {
		s.codes = append(s.codes, postcode(sentence[at[0]:at[1]]))
		s.sure = append(s.sure, at[2] >= 0)
	}
	if !isASCII(sentence) && strings.ContainsFunc(sentence, func(r rune) bool { return isHan(r) || isKana(r) }) {
		s.windows(sentence)
	}
	return s
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

// speaksOf tells whether a sentence holds anything of an order's consignee.
func (s *spoken) speaksOf(own *folded) bool {
	for _, words := range [...][]string{own.name, own.company, strings.Fields(own.city)} {
		for _, w := range words {
			if utf8.RuneCountInString(w) >= shortNameWord && slices.Contains(s.words, w) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.codes, func(c string) bool {
		how := comparePostcodes(c, own.postcode)
		return how != unknown && how != differs
	})
}

// fits tells which field of somebody else's a sentence holds, that is not the order's own: a postcode, a full name, the family's name with its town or with a
// word that says that it is one, a town that something goes to.
func (s *spoken) fits(other, own *folded) string {
	has := func(w string) bool { return slices.Contains(s.capitals, w) }
	town := other.city != "" && !slices.ContainsFunc(strings.Fields(other.city), func(w string) bool { return !has(w) })
	for i, c := range s.codes {
		if (s.sure[i] || town) && comparePostcodes(c, other.postcode) == same && comparePostcodes(c, own.postcode) == differs {
			return "postcode"
		}
	}
	for _, run := range slices.Concat(s.framed, s.inset) {
		if how := compareNames(run, other.name); (how == same || how == close || how == partly) && compareNames(run, own.name) == differs {
			return "name"
		}
	}
	if len(other.name) >= 2 {
		for _, run := range s.runs {
			how := compareNames(run, own.name)
			if compareNames(run, other.name) == same && (how == differs || how == related) {
				return "name"
			}
		}
	}
	if town && compareCities(other.city, own.city) == differs {
		last := ""
		if len(other.name) > 0 {
			last = other.name[len(other.name)-1]
		}
		if utf8.RuneCountInString(last) >= shortNameWord && has(last) {
			return "name"
		}
		if slices.Contains(s.towns, other.city) {
			return "town"
		}
	}
	return ""
}

// features are by what whoever a sentence speaks of can be found: several questions, for a town that everybody lives in would hide a name.
func (s *spoken) features() []folded {
	var all []folded
	ask := func(f folded) {
		if !f.empty() || f.city != "" {
			all = append(all, f)
		}
	}
	for i, c := range s.codes {
		if s.sure[i] {
			ask(folded{postcode: c})
		} else {
			ask(folded{postcode: c, city: strings.Join(s.capitals, " ")})
		}
	}
	for _, run := range slices.Concat(s.framed, s.inset) {
		ask(folded{name: run})
	}
	for _, run := range s.runs {
		if len(run) > 1 {
			ask(folded{name: run})
		}
	}
	if len(s.capitals) > 1 {
		ask(folded{name: s.capitals, city: strings.Join(s.capitals, " ")})
	}
	for _, town := range s.towns {
		ask(folded{city: town})
	}
	return all[:min(len(all), mostCapitals)]
}

// astray finds somebody else's name, town or postcode in the sentences that name an order by its number.
func (x *look) astray(n *news, c *candidate, who Sender) (field string, of *entry) {
	if !c.keyed || c.method == Fuzzy {
		return "", nil
	}
	own := foldAddress(c.PO)
	told := 0
	for i := range n.statements {
		st := &n.statements[i]
		if st.Sentence == "" || st.Scope == parsers.ScopeRow || told == mostTold || x.listened == mostAstray {
			continue
		}
		named := x.mentions(*st, who)
		if len(named) != 1 || named[0].order != c.key() {
			continue
		}
		told++
		x.listened++
		s := listen(st.Sentence)
		known := s.speaksOf(&own)
		for _, ask := range s.features() {
			for _, id := range x.whoLives(&ask, who) {
				other := x.entry(id)
				if other.Closed || other.key() == c.key() || other.Supplier != c.Supplier {
					continue
				}
				party := foldAddress(other.PO)
				switch field := s.fits(&party, &own); {
				case field == "":
				case s.names(own.name) || known && !s.fullName(&party) && !(s.framing(&party) && !s.namesAny(own.name)):
				default:
					return field, other
				}
			}
		}
	}
	return "", nil
}

// names tells whether all words of a name stand in the sentence.
func (s *spoken) names(name []string) bool {
	return len(name) > 0 && !slices.ContainsFunc(name, func(w string) bool { return !slices.Contains(s.words, w) })
}

// fullName tells whether somebody's whole name stands in the sentence.
func (s *spoken) fullName(of *folded) bool {
	return len(of.name) > 1 && slices.ContainsFunc(s.runs, func(run []string) bool { return compareNames(run, of.name) == same })
}

// framing tells whether a sentence calls somebody of this name the customer, or owner of what it speaks of.
func (s *spoken) framing(of *folded) bool {
	return slices.ContainsFunc(slices.Concat(s.framed, s.inset), func(run []string) bool {
		how := compareNames(run, of.name)
		return how == same || how == close || how == partly
	})
}

// namesAny tells whether any word of a name stands in the sentence.
func (s *spoken) namesAny(name []string) bool {
	return slices.ContainsFunc(name, func(w string) bool { return slices.Contains(s.words, w) })
}
