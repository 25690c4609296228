package carrier

import (
	"slices"
	"strings"
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
		f.alone(c, slug, worth)
		return worth * 0.8
	case worth >= namedBeside && f.adjoins(&f.names[best], c) && !hasFormats(slug):
		return namedBeside // "sent with Budbee 7001234567": nobody knows how its numbers look
	case worth >= namedBeside && had <= unknownShape:
		return 1 // a name alone is a weak label
	}
	return 0
}

// alone lowers the carriers whose numbers look alike where the text names another one that fits and nobody else: one number in ten, or in thirty-six, keeps a
// check digit by luck.
func (f *finder) alone(c *candidate, slug string, worth float64) {
	const special, lost = 3, 2 // odds of a form that hardly anything else has
	if worth < namedNear || f.only != family(slug) && worth < namedBeside {
		return
	}
	for i := range c.guesses {
		if g := &c.guesses[i]; family(g.carrier) != family(slug) && g.odds < special {
			g.odds -= lost
		}
	}
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

// adjoins tells whether nothing but signs stands between a carrier's name and a number that follows. A short number must have that carrier's form.
func (f *finder) adjoins(m *mention, c *candidate) bool {
	return m.end <= c.start && c.start-m.end <= 6 && strings.Trim(f.text[m.end:c.start], between) == "" && (len(c.number) >= 9 || hasFamily(c.guesses, m.slug))
}

// between are the signs that may stand between a carrier's name and a number of theirs.
const between = " \t:：#-–(（|,;、，；"

// beforeName tells whether a number leads right to the name of a carrier whose form it has: "77340546 - Mondial Relay".
func (f *finder) beforeName(c *candidate) bool {
	f.findNames()
	at, _ := slices.BinarySearchFunc(f.names, c.end, func(m mention, end int) int { return m.start - end })
	if at >= len(f.names) {
		return false
	}
	m := &f.names[at]
	return m.start-c.end <= 6 && m.start > c.end && strings.Trim(f.text[c.end:m.start], between) == "" && hasFamily(c.guesses, m.slug)
}

// behindName tells whether a carrier's name leads right to a number.
func (f *finder) behindName(c *candidate) bool {
	f.findNames()
	at := f.namesBefore(c.start)
	return at > 0 && f.adjoins(&f.names[at-1], c)
}

// namesBefore counts the names that begin before an offset.
func (f *finder) namesBefore(at int) int {
	n, _ := slices.BinarySearchFunc(f.names, at, func(m mention, start int) int { return m.start - start })
	return n
}

// announced tells whether a number is given as the one under which a carrier that is named before it has the parcel: "par GLS ce matin sous le numéro …",
// "Corriere GLS, codice …", "l'ha ritirato TNT e il codice per seguirlo è …". A name with a slip in it counts as well: "Purolater SRP716348403".
func (f *finder) announced(c *candidate) bool {
	const most, far = 8, 72 // words and bytes from the name to the number
	f.findNames()
	number, under, lines := false, false, 0
	for end, n := c.start, 0; n < most && end > 0; n++ {
		word := strings.TrimRight(f.text[max(0, end-far):end], " \t\n\r:：#.,°º'’(（-–\u00a0")
		lines += strings.Count(f.text[max(0, end-far)+len(word):end], "\n")
		stop := max(0, end-far) + len(word)
		if lines > 1 || c.start-stop > far || stop == 0 || lines == 1 && !number {
			return false
		}
		if at := f.namesBefore(stop); at > 0 && f.names[at-1].end >= stop {
			return number && (lines == 0 || n > 0)
		}
		start := wordStart(f.text, stop)
		switch folded := Fold(f.text[start:stop]); {
		case firstPerson[folded]:
			return false // "with TNT, our number …"
		case callsNumber[folded]:
			if number = true; f.opensSentence(start) {
				return f.carrierBefore(c) // "mit TNT verschickt. Nummer: …"
			}
		case underWords[folded] && number:
			under = true
		case folded == "" || strings.ContainsAny(folded, "0123456789"):
			return under && f.carrierBefore(c)
		case leadsOn[folded] || meanings[folded] == isFiller || dateLike[folded]:
		default:
			return f.slipped(start, stop) && (number || n == 0) || under && f.carrierBefore(c)
		}
		end = start
	}
	return under && f.carrierBefore(c)
}

var (
	underWords  = words("sous unter under con onder sob pod col bajo com met al")
	callsNumber = words("number numbers nummer nummern numero numeros n no nr nos num numer numerem numerami code codes codice codici codigo kod cod")
	dateLike    = words("le am on") // articles that are also words for a day
	leadsOn     = words("voici voila ecco aqui here hier oto avec with mit con com met z pod sous for to zum zur om te follow track tracking suivre suivi seguire seguirlo seguirla seguir acompanhar verfolgen nachverfolgen volgen sledzenia e o a l el il la")
)

// opensSentence tells whether a word that is not the text's first begins a sentence.
func (f *finder) opensSentence(start int) bool {
	before := strings.TrimRight(f.text[max(0, start-8):start], " ")
	return strings.HasSuffix(before, ".") && before != "."
}

// firstPerson are words by which a number is the writer's own.
var firstPerson = words("our ours unsere unser unserer notre nuestro nuestra nostro nostra ons onze nosso nossa nasz nasza nasze")

// slipped adds a name with a slip in it ("Purolater", "Chronopst", "Mondial Relai") that ends where a number, or the word for one, follows.
func (f *finder) slipped(start, stop int) bool {
	word := f.text[start:stop]
	if f.slips >= mostSlips || len(word) < leastForgiven || len(word) > wordLimit || !capital(word) || notSlips[Fold(word)] {
		return false
	}
	before := strings.TrimRight(f.text[max(0, start-wordLimit):start], " ")
	if first := wordStart(before, len(before)); len(before)-first >= 3 && capital(before[first:]) { // "Poste Italiene"
		if slug, _ := nearest(Fold(before[first:]) + Fold(word)); slug != "" {
			return f.addName(mention{max(0, start-wordLimit) + first, stop, slug})
		}
	}
	slug, _ := nearest(Fold(word))
	return slug != "" && f.addName(mention{start, stop, slug})
}

// notSlips are words that are nearly a carrier's name and mean something else.
var notSlips = words("packet packets packete pakete pakete paketes correo parcel parcels order orders posten postal express tracking poste brief spring being sending")

// mostSlips is how many names with slips are added to a text's others.
const mostSlips = 40

func (f *finder) addName(m mention) bool {
	f.slips++
	f.names = slices.Insert(f.names, f.namesBefore(m.start), m)
	f.tellHermes()
	f.only = onlyFamily(f.names)
	return true
}

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
