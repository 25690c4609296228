package match

import (
	"slices"
	"strings"
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
