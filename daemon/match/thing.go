package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A shop's titles are in its language, its suppliers write in theirs: the order says "Folding chair oak", the answer "4 Stühle sind raus", "椅子4脚". The dictionary
// leads from both to the thing. Only the lines of one order are told apart by it, and only by words that mean one of them and no other, so that no sentence can
// invent goods.

//go:embed things.txt
var thingList string

// vocabulary knows nouns for goods, their colours, materials and forms.
type vocabulary struct {
	western map[string][]meaning // by folded word
	eastern map[string][]meaning // by word in a script without spaces
	names   map[thing][]meaning  // words in such scripts
	longest int                  // characters of those
}

// thing is a line of the dictionary.
type thing uint16

// meaning is what a word means in a language.
type meaning struct {
	thing    thing
	language string
	word     string
}

// thingLanguages are the fields of a line.
var thingLanguages = [...]string{"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh", "ja"}

var knownThings = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{western: map[string][]meaning{}, eastern: map[string][]meaning{}, names: map[thing][]meaning{}}
	next := thing(0)
	for line := range strings.Lines(thingList) {
		_, fields, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		next++
		for i, field := range strings.Split(fields, "|") {
			for word := range strings.FieldsSeq(field) {
				m := meaning{next, thingLanguages[i], word}
				switch {
				case word == "-":
				case i < len(thingLanguages)-2:
					v.western[fold(word)] = append(v.western[fold(word)], m)
				default:
					v.eastern[word] = append(v.eastern[word], m)
					v.names[next] = append(v.names[next], m)
					v.longest = max(v.longest, utf8.RuneCountInString(word))
				}
			}
		}
	}
	return v
})

// of gives the things that a folded word means in a language, "" for any: by itself, or as a compound by its last part, "Klappstuhl".
func (v *vocabulary) of(word, language string) []thing {
	if found := inLanguage(v.western[word], language); found != nil || len(word) < shortCompound+shortestStem || !isASCII(word) {
		return found
	}
	for i := shortestStem; len(word)-i >= shortSKU; i++ {
		if found := inLanguage(v.western[word[i:]], language); found != nil {
			return found
		}
	}
	return nil
}

func inLanguage(all []meaning, language string) (found []thing) {
	for _, m := range all {
		if language == "" || m.language == language {
			found = union(found, []thing{m.thing})
		}
	}
	return found
}

// within gives the things that a text in a script without spaces names, the longest words first. Of katakana a word is the whole run: "グレー" is no part of "アップグレード".
func (v *vocabulary) within(text, language string) (found []thing) {
	runes := []rune(norm.NFKC.String(text))
	for at := 0; at < len(runes); {
		n := min(v.longest, len(runes)-at)
		for ; n > 0 && (v.eastern[string(runes[at:at+n])] == nil || cutsKatakana(runes, at, at+n)); n-- {
		}
		found = union(found, inLanguage(v.eastern[string(runes[at:at+n])], language))
		at += max(n, 1)
	}
	return found
}

// cutsKatakana tells a span that begins or ends within a word of katakana.
func cutsKatakana(text []rune, from, to int) bool {
	is := func(i int) bool {
		return i >= 0 && i < len(text) && (unicode.Is(unicode.Katakana, text[i]) || text[i] == 'ー')
	}
	return is(from) && is(from-1) || is(to-1) && is(to)
}

// inTitle gives the things that a title names.
func (v *vocabulary) inTitle(title string) (found []thing) {
	for _, word := range titleWords(title) {
		found = union(found, v.of(word, ""))
	}
	if isEastern(title) {
		found = union(found, v.within(title, ""))
	}
	return found
}

// goods are the things of each line.
func (c *candidate) goods() [][]thing {
	if c.things == nil {
		c.things = make([][]thing, len(c.Lines))
		for i, l := range c.Lines {
			c.things[i] = knownThings().inTitle(l.Title)
		}
	}
	return c.things
}

// telling are the things of a line that no other product of the order is.
func (c *candidate) telling(line int) []thing {
	goods := c.goods()
	return slices.DeleteFunc(slices.Clone(goods[line]), func(t thing) bool {
		for i, other := range goods {
			if i != line && code(c.Lines[i].SKU) != code(c.Lines[line].SKU) && slices.Contains(other, t) {
				return true
			}
		}
		return false
	})
}

// allOf tells whether all of some things are among others.
func allOf(some, others []thing) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(t thing) bool { return !slices.Contains(others, t) })
}

// anyOf tells whether two share a thing.
func anyOf(a, b []thing) bool {
	return slices.ContainsFunc(a, func(t thing) bool { return slices.Contains(b, t) })
}

// byThing are the lines that a title in another language may mean: all things that the one names are among those of the other.
func (c *candidate) byThing(title string) (lines []Line) {
	told := knownThings().inTitle(title)
	for i, own := range c.goods() {
		if allOf(told, own) || allOf(own, told) {
			lines = append(lines, c.Lines[i])
		}
	}
	return lines
}

// thingsSaid are all things that a sentence names.
func (c *candidate) thingsSaid(sentence string) (said []thing) {
	if c.language == "" {
		return nil // a word of one language is another thing in the next, or none
	}
	v := knownThings()
	for w := range strings.FieldsSeq(fold(sentence)) {
		if namesThings(w) {
			said = union(said, v.of(w, c.language))
		}
	}
	if isEastern(sentence) {
		said = union(said, v.within(sentence, c.language))
	}
	return said
}

// namesThings tells a folded word that may be a thing's: none that leads to one, stands before one or is said of parcels.
func namesThings(w string) bool {
	return len(w) >= shortSKU-1 && !isNumber(w[0]) && !leading[w] && !articles[w] && !carried[w]
}

// easternThings are words in scripts without spaces for what a line is and no other product of the order.
func (c *candidate) easternThings(line int) (names []string) {
	for _, t := range c.telling(line) {
		for _, m := range knownThings().names[t] {
			names = append(names, m.word)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	return names
}
