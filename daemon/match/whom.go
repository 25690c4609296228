package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/daemon/order"
	"waybill/parsers"
)

// A sentence may name no number and yet say whose parcel it speaks of: "The lantern for Marion Pell in Dartmoor went out today", "de lampen van mevrouw Pell
// zijn weg". Which of its words are a name, a town or a thing no grammar tells in ten languages, but the orders do: whoever waits for a parcel is sought among
// the words with capitals, and then the sentence is asked for what else that order holds, its town, its street, its product. Whose name it does not hold is not
// meant.

const (
	mostHeard   = 200 // sentences of an item that are asked whom they speak of
	mostWindows = 240 // pieces of Chinese or Japanese text that may be a name
	longestName = 6   // characters of such a name
	mostPersons = 8   // people of one sentence
	nearTown    = 3   // words between a name and what contradicts it as its town, the preposition included
	rightBehind = 1   // the preposition
	anyDistance = 200
	longestSaid = 4096 // bytes of a sentence in which people are sought: what is longer is none
)

// whom is somebody a sentence speaks of.
type whom struct {
	id    order.POID
	told  folded // what the sentence says of the consignee, in the words of the order
	how   agreement
	town  string // one that the sentence names right behind the name, and that is not the order's
	there bool   // the order's own town stands right behind the name
	bare  bool   // nothing in the sentence says that the parcel is theirs: not the town, not the street, and no word for whom it is
	house bool   // a word behind the name makes them one of the writer's
}

// hear gives those a sentence speaks of: who is called so in full, or nobody being so, those whose family is named with a form of address.
func (x *look) hear(sentence string, who Sender) []whom {
	if known, ok := x.spoken[sentence]; ok {
		return known
	}
	if sentence == "" || len(sentence) > longestSaid || len(x.spoken) >= mostHeard {
		return nil
	}
	s := listen(sentence)
	var found []whom
	for _, ask := range s.people(x) {
		for _, id := range x.whoLives(&ask, who) {
			e := x.entry(id)
			if who.Supplier != "" && e.Supplier != "" && e.Supplier != who.Supplier || slices.ContainsFunc(found, func(w whom) bool { return w.id == id }) {
				continue
			}
			own := foldAddress(e.PO)
			if w, ok := s.whom(&own); ok {
				w.id = id
				found = append(found, w)
			}
		}
	}
	if slices.ContainsFunc(found, func(w whom) bool { return w.how.agrees() }) {
		found = slices.DeleteFunc(found, func(w whom) bool { return !w.how.agrees() })
	}
	for i := range found {
		if slices.ContainsFunc(found, func(o whom) bool { return o.id != found[i].id && slices.Contains(o.told.name, found[i].town) }) {
			found[i].town = "" // the next one's name
		}
	}
	x.spoken[sentence] = found
	return found
}

// people are the questions by which whoever a sentence names can be found.
func (s *spoken) people(x *look) []folded {
	var all []folded
	for i, run := range slices.Concat(s.runs, s.framed, s.inset) {
		switch {
		case len(run) > 1 || i >= len(s.runs):
			all = append(all, folded{name: run})
			if bare := uninflected(run); !slices.Equal(bare, run) {
				all = append(all, folded{name: bare})
			}
		case s.led[i] || len(s.capitals) > 1: // "Pell, Dartmoor"
			all = append(all, folded{name: uninflected(run), city: strings.Join(s.capitals, " ")})
		}
		if len(all) >= mostCapitals {
			break
		}
	}
	for _, w := range s.eastern {
		key := plain(fold(w))
		if x.count(byName, sound(key)) > 0 {
			all = append(all, folded{name: []string{key}})
		}
		if len(s.polite) > 0 && x.count(byCity, sound(key+"市"))+x.count(byCity, sound(key)) > 0 { // "陈小姐（广州）"
			all = append(all, folded{city: key + "市 " + key})
		}
	}
	return all
}

// whom tells what a sentence says of an order's consignee; false where it does not name them.
func (s *spoken) whom(own *folded) (w whom, ok bool) {
	w.how = unknown
	for _, name := range [...][]string{own.name, own.company} {
		if how, told := s.called(name, own); how != unknown && (w.how == unknown || how < w.how) {
			w.how, w.told.name = how, told
		}
	}
	if w.how == unknown {
		return w, false
	}
	w.told.surname = w.how == partly
	rest := func(words []string) bool { // said beside the name
		return len(words) > 0 && !slices.ContainsFunc(words, func(c string) bool {
			return slices.Contains(w.told.name, c) || !slices.ContainsFunc(s.words, func(v string) bool { return v == c || utf8.RuneCountInString(c) > 3 && inflects(v, c) })
		})
	}
	w.there = s.near(own, w.told.name, anyDistance)
	switch {
	case w.there || rest(strings.Fields(own.city)) || s.holds(strings.TrimRight(own.city, "市区町村县縣")):
		w.told.city = own.city
	default:
		w.town = s.elsewhere(own, w.told.name)
	}
	for i, c := range s.codes {
		if how := comparePostcodes(c, own.postcode); how == same || s.sure[i] {
			w.told.postcode = c
		}
	}
	if named := slices.DeleteFunc(slices.Clone(own.street.words), func(v string) bool { return len(v) < shortNameWord || besideNames[v] }); len(named) > 0 && s.streetOf(named) {
		w.told.street = own.street
		if !slices.Contains(s.words, own.street.house) && !s.holds(own.street.house) {
			w.told.street.house, w.told.street.units = "", nil
			if n := s.houseBeside(named); n != "" {
				w.told.street.house = n
			}
		}
	}
	w.house, w.bare = s.ofHouse(w.told.name), w.told.city == "" && w.told.postcode == "" && len(w.told.street.words) == 0 && !s.isFor(w.told.name)
	return w, true
}

// streetOf tells whether the words of a street's name stand in the sentence, abbreviated perhaps.
func (s *spoken) streetOf(named []string) bool {
	return !slices.ContainsFunc(named, func(v string) bool {
		return !slices.ContainsFunc(s.words, func(o string) bool {
			return o == v || len(o) > 3 && alikeWords(o, v) || len(o) == 3 && strings.HasPrefix(v, o)
		}) && !s.holds(v)
	})
}

// houseBeside is a number right before or behind the words of a street.
func (s *spoken) houseBeside(named []string) string {
	for i, w := range s.words {
		if !alikeWords(w, named[len(named)-1]) && !alikeWords(w, named[0]) {
			continue
		}
		for _, k := range []int{i + 1, i - 1, i + 2, i - 2, i - 3} {
			if k >= 0 && k < len(s.words) && isNumber(s.words[k][0]) && len(s.words[k]) < 5 {
				return s.words[k]
			}
		}
	}
	return ""
}

// called tells how a sentence names somebody, and by which words of their name.
func (s *spoken) called(name []string, own *folded) (best agreement, words []string) {
	best = unknown
	if len(name) == 0 {
		return best, nil
	}
	for _, run := range s.runs {
		for n := 2; n <= min(len(run), len(name)+1); n++ {
			for i := 0; i+n <= len(run); i++ {
				told := declined(run[i:i+n], name)
				if how := compareNames(told, name); how.agrees() && (how == same || initials(told, name)) && (best == unknown || how < best) {
					best, words = how, told
				}
			}
		}
	}
	if best != unknown {
		return best, words
	}
	if w := s.family(name, own); w != "" {
		return partly, []string{w}
	}
	for _, w := range s.eastern {
		switch key := fold(w); {
		case key == "": // nothing is left of marks: ﾞ
		case len(name) == 1 && key == name[0], len(name) > 1 && compareNames([]string{key}, []string{strings.Join(name, "")}) == same:
			return same, name
		}
	}
	if len(name) == 1 && hasHan(name[0]) {
		for _, w := range s.polite {
			if n := utf8.RuneCountInString(w); n <= 3 && fold(w) != "" && strings.HasPrefix(name[0], fold(w)) && utf8.RuneCountInString(name[0]) > n {
				return partly, []string{fold(w)}
			}
		}
	}
	return unknown, nil
}

// family is the family's name where a sentence has it alone: behind a form of address ("Frau Pell"), behind a word that says for whom something is, in an entry of a
// list, or right before the order's town ("Pell, Dartmoor"). A company goes by its first word.
func (s *spoken) family(name []string, own *folded) string {
	for _, run := range slices.Concat(s.framed, s.inset) {
		if w := familyName(run[0], name); w != "" {
			return w
		}
		if len(run) == 2 && len(run[0]) <= 2 { // "Mrs O Neill"
			if w := familyName(run[0]+run[1], name); w != "" {
				return w
			}
		}
	}
	town := strings.Fields(own.city)
	company := len(own.company) > 0 && slices.Equal(name, own.company)
	for i, run := range s.runs {
		alone := slices.DeleteFunc(slices.Clone(run), func(w string) bool { return carried[w] || noTowns[w] || slices.Contains(town, w) })
		placed := len(town) > 0 && !slices.ContainsFunc(town, func(c string) bool { return !slices.Contains(run, c) })
		if len(alone) == 2 && len(alone[0]) <= 2 {
			alone = []string{alone[0] + alone[1]}
		}
		if len(alone) != 1 || !s.led[i] && !placed && !s.near(own, run, rightBehind) && !(s.entry && s.near(own, run, anyDistance)) {
			continue
		}
		if w := familyName(alone[0], name); w != "" {
			return w
		}
		if company && len(alone[0]) > shortNameWord && alone[0] == name[0] && !trades[name[0]] {
			return name[0]
		}
	}
	return ""
}

// initials tells whether every word of a name that is written otherwise begins as one of the order's: "Jana Kowalskiego" is not Anna Kowalska.
func initials(told, name []string) bool {
	for _, w := range told {
		if !slices.ContainsFunc(name, func(o string) bool { return w[0] == o[0] }) {
			return false
		}
	}
	return true
}

// familyName is the word of a name that a sentence gives alone. Sounding alike is not enough: nothing else of the name is there to tell. A given name is not, either.
func familyName(told string, name []string) string {
	for _, w := range name[min(len(name)-1, 1):] {
		v, o := plain(told), plain(w)
		if len(w) >= shortNameWord && (v == o || inflects(told, w) || len(v) > 5 && apart(v, o, 1) <= 1 || differently(v, o)) {
			return w
		}
	}
	return ""
}

// beside gives what may be towns behind a name, at most so many words away.
func (s *spoken) beside(name []string, far int) (towns []string) {
	for _, p := range s.places {
		if p.far <= far && slices.ContainsFunc(s.runs[min(p.run, len(s.runs)-1)], func(w string) bool {
			return slices.ContainsFunc(name, func(n string) bool { return n == w || inflects(w, n) })
		}) {
			towns = append(towns, p.town)
		}
	}
	return towns
}

// near tells whether the order's own town stands behind a name, at most so many words away.
func (s *spoken) near(own *folded, name []string, far int) bool {
	return slices.ContainsFunc(s.beside(name, far), func(town string) bool {
		return compareCities(town, own.city).agrees() && !slices.ContainsFunc(strings.Fields(town), func(w string) bool { return slices.Contains(name, w) })
	})
}

// elsewhere is a town that stands right behind the name, and is nothing of this address.
func (s *spoken) elsewhere(own *folded, name []string) string {
	for _, p := range s.beside(name, nearTown) {
		words := strings.Fields(p)
		if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(name, w) || noTowns[w] || carried[w] }) || compareCities(p, own.city) != differs {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(own.street.words, func(v string) bool { return alikeWords(w, v) }) || strings.Contains(own.city, w)
		}) {
			continue
		}
		return p
	}
	return ""
}

// holds tells whether a text in Chinese characters stands in the sentence.
func (s *spoken) holds(text string) bool {
	return utf8.RuneCountInString(text) > 1 && (hasHan(text) || isNumber(text[0])) && s.far != "" && strings.Contains(s.far, text)
}

// windows are the pieces of Chinese and Japanese writing that may be names; polite those before a form of address.
func (s *spoken) windows(sentence string) {
	runes := []rune(closedUp(sentence))
	script := func(r rune) bool { return isHan(r) || isKana(r) || r == 'ー' || r == '々' }
	for i := 0; i < len(runes); i++ {
		if !script(runes[i]) {
			continue
		}
		for n := longestName; n >= 2; n-- {
			if i+n > len(runes) || len(s.eastern) == mostWindows || slices.ContainsFunc(runes[i:i+n], func(r rune) bool { return !script(r) }) {
				continue
			}
			s.eastern = append(s.eastern, string(runes[i:i+n]))
		}
		for _, form := range [...]string{"様", "さま", "さん", "殿", "先生", "女士", "小姐"} {
			if strings.HasPrefix(string(runes[i:min(i+2, len(runes))]), form) {
				for n := 1; n <= 3 && n <= i; n++ {
					s.polite = append(s.polite, string(runes[i-n:i]))
				}
			}
		}
	}
	s.far = fold(string(runes))
}

// testify lets what a sentence says of people speak for their orders, or of one person. It tells whether it names any.
func (f *field) testify(sentence, person string) bool {
	all := slices.DeleteFunc(slices.Clone(f.x.hear(sentence, f.who)), func(w whom) bool { return person != "" && w.person() != person })
	for _, w := range all {
		f.candidate(w.id)
	}
	for _, w := range all {
		c := f.candidate(w.id)
		c.compare(f.x, &w.told, parsers.Party{})
		if w.town != "" && !slices.Contains(c.against, "town") && !c.near(w.town) {
			c.against = append(c.against, "town")
			c.reasons = append(c.reasons, "the town beside the name is not the one of "+c.Number)
		}
	}
	f.things(sentence, all)
	f.towns(all)
	f.doubts(sentence, all)
	return len(all) > 0
}

// near tells whether what stands behind a name is no other town than the order's: its country, or a product of its.
func (c *candidate) near(town string) bool {
	if country, ok := countries[town]; ok {
		return strings.EqualFold(country, c.ShipTo.Country)
	}
	return c.titled(strings.Fields(town), town, nil)
}

// thingWeight is the most that words of a product's title tell, in bits, and lackedThing what it tells against an order that another person's sentence, or another
// order of the same person, has the thing that is named and this one has not.
const (
	thingWeight = 3.0
	lackedThing = 8.0
)

// things lets the products that a sentence names by words of their titles speak.
func (f *field) things(sentence string, all []whom) {
	words := slices.DeleteFunc(strings.Fields(fold(sentence)), func(w string) bool { return carried[w] })
	some := false
	has := make([]bool, len(all))
	for i, w := range all {
		c := f.candidate(w.id)
		has[i] = c.titled(words, fold(sentence), w.told.name)
		some = some || has[i]
	}
	for i, w := range all {
		switch c := f.candidate(w.id); {
		case has[i]:
			c.hear(testimony{Fuzzy, thingWeight, "title", "words of it name its product", Evidence{}})
		case some:
			c.hear(testimony{Fuzzy, -lackedThing, "title", "", Evidence{}})
		}
	}
}

// named lets a product's title tell apart those who are found by their address: who has bought such a thing, and who has not while another has.
func (f *field) named(title string) {
	if title == "" {
		return
	}
	var with, without []*candidate
	for _, c := range f.all {
		switch {
		case c.keyed || !c.fits["name"].agrees():
		case len(c.byTitle(title)) > 0:
			with = append(with, c)
		default:
			without = append(without, c)
		}
	}
	if len(with) == 0 || len(without) == 0 {
		return
	}
	for _, c := range with {
		c.hear(testimony{Fuzzy, thingWeight, "title", "has the product " + title, Evidence{}})
	}
	for _, c := range without {
		c.hear(testimony{Fuzzy, -lackedThing, "title", "", Evidence{}})
	}
}

// recall lets the words of a sentence for what was sent tell apart the orders of one person whom it names: "the blanket of order 1073 (Dana Cole, Dartmoor)".
func (f *field) recall(sentence string) {
	var all []whom
	for _, c := range f.all {
		if c.keyed {
			return
		}
		if c.fits["name"].agrees() {
			all = append(all, whom{id: c.ID, told: folded{name: nameWords(c.ShipTo.Name)}})
		}
	}
	if sentence != "" && len(sentence) <= longestSaid && len(all) > 1 {
		f.things(sentence, all)
	}
}

// towns lets the town that stands behind a name tell apart those who are called so.
func (f *field) towns(all []whom) {
	for _, w := range all {
		told := slices.ContainsFunc(all, func(o whom) bool { return o.there && o.id != w.id && slices.Equal(o.told.name, w.told.name) })
		if c := f.candidate(w.id); told && w.told.city == "" {
			c.hear(testimony{Fuzzy, -lackedThing, "lives elsewhere", "", Evidence{}})
		}
	}
}

// titled tells whether words of a sentence are words of a title of the order's, beside the name.
func (c *candidate) titled(words []string, sentence string, name []string) bool {
	for _, l := range c.Lines {
		title := fold(l.Title)
		if hasHan(title) && utf8.RuneCountInString(title) > 1 && strings.Contains(sentence, title) {
			return true
		}
		for t := range strings.FieldsSeq(title) {
			if len(t) >= shortSKU && !carried[t] && !slices.Contains(name, t) && strings.ContainsFunc(t, unicode.IsLetter) && slices.ContainsFunc(words, func(w string) bool { return oneWord(w, t) || inflects(w, t) || compound(w, t) }) {
				return true
			}
		}
	}
	return false
}

// spokenOf are the people whom a sentence names, each once, however many orders they have.
func (x *look) spokenOf(sentence string, who Sender) []string {
	var all []string
	for _, w := range x.hear(sentence, who) {
		all = union(all, []string{w.person()})
	}
	return all
}

// person is the name as the sentence has it.
func (w *whom) person() string {
	words := slices.Clone(w.told.name)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// sparse tells a consignee of whom no more is known than a sentence says: no street and no postcode.
func sparse(p *parsers.Party) bool {
	return p == nil || p.Street.Text == "" && p.Postcode.Text == "" && p.Email.Text == "" && p.Phone.Text == ""
}

// byPerson divides a sentence that names several people and no order among them.
func (x *look) byPerson(s parsers.Statement, who Sender) []part {
	if s.Scope == parsers.ScopeRow || s.Quoted || !sparse(s.Consignee) {
		return []part{{Statement: s}}
	}
	named := x.spokenOf(s.Sentence, who)
	if len(named) < 2 || len(named) > mostPersons {
		return []part{{Statement: s}}
	}
	blurred := ""
	if len(s.Tracking) > 0 {
		blurred = "the sentence names several people, and it can't be told whose the parcel is"
	}
	var parts []part
	for _, person := range named {
		parts = append(parts, part{Statement: s, person: person, blurred: blurred})
	}
	return parts
}
