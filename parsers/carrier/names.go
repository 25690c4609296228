package carrier

import (
	"strings"
	"unicode/utf8"
)

// mention is a carrier named in the text.
type mention struct {
	start, end int
	slug       string
}

// byName moves the odds by the carriers named around a candidate: same line most, anywhere least.
func (f *finder) byName(c *candidate, v *verdict) float64 {
	if !f.named {
		f.names, f.named = mentions(f.text), true
	}
	best, worth := -1, 0.0
	only := ""
	for i := range f.names {
		m := &f.names[i]
		if only == "" || only == family(m.slug) {
			only = family(m.slug)
		} else {
			only = "several"
		}
		w := f.nearness(c, m)
		if w > worth {
			best, worth = i, w
		}
	}
	if best < 0 {
		return 0
	}
	if only == "several" && worth <= namedAtAll {
		return 0
	}
	slug := f.names[best].slug
	had := bestOdds(c.guesses, unknownShape)
	c.guesses = supported(c.guesses, slug, worth, "named "+nearWords(worth))
	v.named = slug
	if len(c.guesses) == 0 || !hasFamily(fits(c.number, nil), slug) {
		if worth >= namedBeside && had <= unknownShape {
			return 1 // "sent with Budbee 7001234567": a name alone is a weak label
		}
		return 0
	}
	return worth * 0.8
}

func nearWords(worth float64) string {
	switch {
	case worth >= namedBeside:
		return "beside it"
	case worth >= namedNear:
		return "near it"
	}
	return "in the text"
}

// nearness is what a mention is worth for a candidate. Before the number counts a little more than after: "UPS 1Z…, DHL 123…".
func (f *finder) nearness(c *candidate, m *mention) float64 {
	switch {
	case m.end <= c.start:
		between := c.start - m.end
		if between <= 400 && !strings.ContainsAny(f.text[m.end:c.start], "\n\r") {
			return namedBeside + 0.5/float64(1+between/8)
		}
		if between <= 300 {
			return namedNear + 0.1
		}
	case m.start >= c.end:
		between := m.start - c.end
		if between <= 40 && !strings.ContainsAny(f.text[c.end:m.start], "\n\r") {
			if between <= 3 {
				return namedBeside + 0.4 // "1Z… (UPS)"
			}
			return namedBeside
		}
		if between <= 200 {
			return namedNear
		}
	default:
		return 0
	}
	return namedAtAll
}

// mentions finds the carriers named in a text, longest names first.
func mentions(text string) []mention {
	d := known()
	var out []mention
	var window [5]span // the last words, folded
	var folded [5]string
	count := 0
	for i := 0; i < len(text); {
		end := i
		for end < len(text) {
			c := classes[text[end]]
			if c == digitClass || c == upperClass || c == lowerClass {
				end++
				continue
			}
			if c != highClass {
				break
			}
			r, size := utf8.DecodeRuneInString(text[end:])
			if _, keep := foldRune(r); !keep {
				break
			}
			end += size
		}
		if end == i {
			if c := text[i]; c != ' ' && c != '-' && c != '.' && c != '&' && c != '+' && c < 0x80 && classes[c] != spaceClass {
				count = 0 // a name does not reach over this
			}
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		if end-i > 24 && text[i] < 0x80 {
			i, count = end, 0
			continue
		}
		if text[i] >= 0xE3 {
			out = mentionsCJK(out, text, i, end)
		}
		copy(window[:], window[1:])
		copy(folded[:], folded[1:])
		window[4], folded[4] = span{i, end}, Fold(text[i:end])
		count = min(count+1, 5)
		out = d.endsName(out, text, folded[5-count:], window[5-count:])
		i = end
	}
	return out
}

// endsName adds the longest name that ends with the last of the words.
func (d *directory) endsName(out []mention, text string, folded []string, at []span) []mention {
	last := len(folded) - 1
	for from := range folded {
		name := folded[from]
		if from < last {
			name = strings.Join(folded[from:], " ")
		}
		c := d.byName[name]
		if c == nil || from == last && (weakName[name] || len(name) < 3) {
			continue
		}
		if from == last && len(name) <= 4 && !capital(text[at[from].from:at[from].to]) {
			continue
		}
		m := mention{at[from].from, at[last].to, c.slug}
		if n := len(out); n > 0 && out[n-1].start >= m.start {
			out[n-1] = m // "DHL Paket" replaces "DHL"
			return out
		}
		return append(out, m)
	}
	return out
}

func capital(s string) bool { return isUpper(s[0]) || s[0] >= 0x80 || isDigit(s[0]) }

func mentionsCJK(out []mention, text string, from, to int) []mention {
	for i := range carriers {
		for _, name := range carriers[i].names {
			if name[0] < 0xE3 {
				continue
			}
			if at := strings.Index(text[from:to], name); at >= 0 {
				out = append(out, mention{from + at, from + at + len(name), carriers[i].slug})
				break
			}
		}
	}
	return out
}
