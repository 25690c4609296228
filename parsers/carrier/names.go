package carrier

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// mention is a carrier named in the text.
type mention struct {
	start, end int
	slug       string
}

// byName moves the odds by the carriers named around a candidate: same line most, anywhere least.
func (f *finder) byName(c *candidate, v *verdict) float64 {
	f.findNames()
	best, worth := f.nearest(c)
	if best < 0 || worth <= namedAtAll && f.only == "" {
		return 0
	}
	slug := f.names[best].slug
	had := bestOdds(c.guesses, unknownShape)
	fit := hasFamily(c.guesses, slug)
	c.guesses = supported(c.guesses, slug, worth, nearWords(worth))
	v.named = slug
	switch {
	case fit:
		return worth * 0.8
	case worth >= namedBeside && f.adjoins(&f.names[best], c) && !hasFormats(slug):
		return namedBeside // "sent with Budbee 7001234567": nobody knows how its numbers look
	case worth >= namedBeside && had <= unknownShape:
		return 1 // a name alone is a weak label
	}
	return 0
}

// sister gives a number in the form of all posts (UPU S10) to the other house of its country where only that one is named in the text: Parcelforce has the
// numbers of Royal Mail.
func (f *finder) sister(c *candidate) {
	top := -1
	for i := range c.guesses {
		if g := &c.guesses[i]; g.valid && strings.HasPrefix(g.why, "S10") && (top < 0 || g.odds > c.guesses[top].odds) {
			top = i
		}
	}
	if top < 0 {
		return
	}
	f.findNames()
	g, other := &c.guesses[top], ""
	for i := range f.names {
		switch slug := f.names[i].slug; {
		case family(slug) != g.carrier:
		case slug == g.carrier || other != "" && other != slug:
			return
		default:
			other = slug
		}
	}
	if other != "" && hasFormats(other) {
		g.carrier, g.named = other, nearWords(namedAtAll)
	}
}

// adjoins tells whether nothing but signs stands between a carrier's name and a number that follows.
func (f *finder) adjoins(m *mention, c *candidate) bool {
	return m.end <= c.start && c.start-m.end <= 6 && strings.Trim(f.text[m.end:c.start], " \t:：#-–(（") == "" && len(c.number) >= 9
}

// behindName tells whether a carrier's name leads right to a number.
func (f *finder) behindName(c *candidate) bool {
	f.findNames()
	at, _ := slices.BinarySearchFunc(f.names, c.start, func(m mention, start int) int { return m.start - start })
	return at > 0 && f.adjoins(&f.names[at-1], c)
}

// underName tells whether a number is given as the one under which a carrier that is named shortly before it has the parcel: "par GLS ce matin sous le
// numéro …", "mit DPD unter der Nummer …".
func (f *finder) underName(c *candidate) bool {
	const most = 4 // words from "under" to the number
	before := f.text[max(0, c.start-40):c.start]
	number := false
	for i := 0; i < most; i++ {
		before = strings.TrimRight(before, " \t:#.°º")
		start := wordStart(before, len(before))
		word := Fold(before[start:])
		switch {
		case underWords[word]:
			return number && f.carrierBefore(c)
		case callsNumber[word]:
			number = true
		case word == "" || meanings[word] != isFiller && !dateLike[word]:
			return false
		}
		before = before[:start]
	}
	return false
}

var (
	underWords  = words("sous unter under con onder sob pod col bajo com met al")
	callsNumber = words("number numbers nummer nummern numero numeros n no nr nos numer numerem numerami")
	dateLike    = words("le am on") // articles that are also words for a day
)

// findNames looks for carriers' names once, when the first candidate needs them.
func (f *finder) findNames() {
	if !f.named {
		f.names, f.named = mentions(f.text), true
		f.tellHermes()
		f.only = onlyFamily(f.names)
	}
}

// tellHermes tells the German Hermes from the British one, which is Evri now, where the plain name is written: in German it is the German one.
func (f *finder) tellHermes() {
	german := -1
	for i := range f.names {
		m := &f.names[i]
		if m.slug != "evri" || !strings.EqualFold(f.text[m.start:m.end], "hermes") {
			continue
		}
		if german < 0 {
			german = 0
			if sounds := strings.ToLower(f.text[:min(len(f.text), 16<<10)]); strings.Contains(sounds, "sendung") || strings.Contains(sounds, "paket") || strings.Contains(sounds, "versand") || strings.Contains(sounds, "bestellung") {
				german = 1
			}
		}
		if german == 1 {
			m.slug = "hermes-de"
		}
	}
}

// carrierBefore tells whether a carrier is named shortly before a candidate, in the same line.
func (f *finder) carrierBefore(c *candidate) bool {
	f.findNames()
	for i := range f.names {
		m := &f.names[i]
		if m.start > c.start {
			break
		}
		if c.start-m.end <= 40 && c.start >= m.end && !strings.ContainsAny(f.text[m.end:c.start], "\n\r;") {
			return true
		}
	}
	return false
}

// nearest finds the mention that is worth most for a candidate, among the few before and after it.
func (f *finder) nearest(c *candidate) (best int, worth float64) {
	const around = 4
	at, _ := slices.BinarySearchFunc(f.names, c.start, func(m mention, start int) int { return m.start - start })
	best = -1
	for i := max(0, at-around); i < min(len(f.names), at+around); i++ {
		if w := f.nearness(c, &f.names[i]); w > worth {
			best, worth = i, w
		}
	}
	return best, worth
}

func onlyFamily(names []mention) string {
	only := ""
	for i := range names {
		switch family(names[i].slug) {
		case only:
		default:
			if only != "" {
				return ""
			}
			only = family(names[i].slug)
		}
	}
	return only
}

// Named is the carrier that a text names, when it names one alone; "" when it names none or several.
func Named(text string) string {
	all := mentions(text)
	if onlyFamily(all) == "" {
		return ""
	}
	return all[0].slug
}

func nearWords(worth float64) string {
	switch {
	case worth >= namedBeside:
		return OnlyNamed
	case worth >= namedNear:
		return "named near it"
	}
	return "named in the text"
}

// nearness is what a mention is worth for a candidate. Before the number counts a little more than after: "UPS 1Z…, DHL 123…".
func (f *finder) nearness(c *candidate, m *mention) float64 {
	switch {
	case m.end <= c.start:
		between := c.start - m.end
		if between <= 400 && !strings.ContainsAny(f.text[m.end:c.start], "\n\r") {
			return namedBeside + 0.5/float64(1+between/8)
		}
		if between <= 300 && f.only == "" && apart(f.text[m.end:c.start]) {
			return namedNear - 0.5
		}
		if between <= 300 {
			return namedNear + 0.1 + 0.3/float64(1+between/16)
		}
	case m.start >= c.end:
		between := m.start - c.end
		if between <= 40 && !strings.ContainsAny(f.text[c.end:m.start], "\n\r") {
			if between <= 3 {
				return namedBeside + 0.4 // "1Z… (UPS)"
			}
			return namedBeside
		}
		if between <= 200 && f.only == "" && apart(f.text[c.end:m.start]) {
			return namedNear - 0.6
		}
		if between <= 200 {
			return namedNear
		}
	default:
		return 0
	}
	return namedAtAll
}

// apart tells whether an empty line stands in a text: what is on its two sides may be of two parcels.
func apart(s string) bool {
	return strings.Contains(s, "\n\n") || strings.Contains(s, "\n\r\n") || strings.Contains(s, "\n \n")
}

// nameIndex finds names by their first word.
type nameIndex struct {
	byFirst map[string][]longName // longest first
	begins  [1 << 12]bool         // first two bytes that a first word may have, hashed
	cjk     map[rune][]longName   // names in scripts without spaces, by their first character
}

// longName is one name: the words after the first, and whose it is.
type longName struct {
	rest    []string
	whole   string
	carrier *carrier
}

var names = sync.OnceValue(func() *nameIndex {
	x := &nameIndex{byFirst: map[string][]longName{}, cjk: map[rune][]longName{}}
	for name, c := range known().byName {
		if name[0] >= 0xE3 {
			r, _ := utf8.DecodeRuneInString(name)
			x.cjk[r] = append(x.cjk[r], longName{nil, name, c})
			continue
		}
		fields := strings.Fields(name)
		if len(fields) == 1 && (len(name) < 3 || weakName[name] && !acronym[name]) {
			continue
		}
		x.byFirst[fields[0]] = append(x.byFirst[fields[0]], longName{fields[1:], name, c})
		x.begins[beginning(fields[0])] = true
	}
	longer := func(a, b longName) int {
		return cmp.Or(len(b.rest)-len(a.rest), len(b.whole)-len(a.whole), strings.Compare(a.whole, b.whole))
	}
	for _, list := range x.byFirst {
		slices.SortFunc(list, longer)
	}
	for _, list := range x.cjk {
		slices.SortFunc(list, longer)
	}
	return x
})

// beginning hashes the first two bytes of a folded word.
func beginning(word string) int {
	if len(word) < 2 {
		return int(word[0])
	}
	return (int(word[0])<<5 ^ int(word[1])) & (1<<12 - 1)
}

// mentions finds the carriers named in a text. Where several names begin at one word the longest counts.
func mentions(text string) []mention {
	x := names()
	var out []mention
	var buffer [wordLimit]byte
	for i := 0; i < len(text); {
		c := text[i]
		if class := classes[c]; class != digitClass && class != upperClass && class != lowerClass && class != highClass {
			i++
			continue
		}
		if c >= 0xE3 {
			r, size := utf8.DecodeRuneInString(text[i:])
			if m, ok := x.namedCJK(text, i, r); ok {
				out = append(out, m)
				i = m.end
			} else {
				i += size
			}
			continue
		}
		word, end := foldedWord(text, i, &buffer)
		if len(word) == 0 {
			i = max(end, i+1)
			continue
		}
		if !x.begins[(int(word[0])<<5^int(word[min(1, len(word)-1)]))&(1<<12-1)] && len(word) > 1 {
			i = end
			continue
		}
		if m, ok := x.namedAt(text, i, end, x.byFirst[string(word)]); ok {
			out = append(out, m)
			end = m.end
		}
		i = end
	}
	return out
}

// wordLimit is the longest word that is looked up.
const wordLimit = 32

// foldedWord folds the word at i. Longer words than any name come back cut.
func foldedWord(text string, i int, buffer *[wordLimit]byte) (word []byte, end int) {
	n := 0
	for end = i; end < len(text); {
		c := text[end]
		switch classes[c] {
		case upperClass:
			c += 32
		case lowerClass, digitClass:
		case highClass:
			if c >= 0xE3 {
				return buffer[:n], end
			}
			r, size := utf8.DecodeRuneInString(text[end:])
			form, keep := foldRune(r)
			if !keep {
				return buffer[:n], max(end, i+size)
			}
			n += copy(buffer[n:], form)
			end += size
			continue
		default:
			return buffer[:n], end
		}
		if n < len(buffer) {
			buffer[n] = c
			n++
		}
		end++
	}
	return buffer[:n], end
}

// namedAt tries the names whose first word stands at from..to.
func (x *nameIndex) namedAt(text string, from, to int, list []longName) (mention, bool) {
next:
	for _, name := range list {
		end := to
		for _, want := range name.rest {
			var buffer [wordLimit]byte
			start := end
			for start < len(text) && start-end < 3 && strings.IndexByte(" -.&+\t", text[start]) >= 0 {
				start++
			}
			if start == end || start == len(text) {
				continue next
			}
			word, stop := foldedWord(text, start, &buffer)
			if string(word) != want {
				continue next
			}
			end = stop
		}
		if len(name.rest) == 0 && len(name.whole) <= 4 && !capital(text[from:to]) || acronym[name.whole] && text[from:to] != strings.ToUpper(name.whole) {
			continue
		}
		return mention{from, end, name.carrier.slug}, true
	}
	return mention{}, false
}

func (x *nameIndex) namedCJK(text string, i int, r rune) (mention, bool) {
	for _, name := range x.cjk[r] {
		if strings.HasPrefix(text[i:], name.whole) {
			return mention{i, i + len(name.whole), name.carrier.slug}, true
		}
	}
	return mention{}, false
}

func capital(s string) bool { return isUpper(s[0]) || s[0] >= 0x80 || isDigit(s[0]) }
