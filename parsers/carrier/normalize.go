package carrier

import (
	"strings"

	"github.com/antzucaro/matchr"
)

// Normalize gives the slug of a carrier as people write it ("United Parcel", "UPSN", "Fed Ex", "DHL Paket", "Purolater") and how
// sure that is, 0 to 1. An unknown name gives "" and 0. Service words after a name do no harm: "UPS Ground Residential".
func Normalize(name string) (slug string, score float64) {
	folded := Fold(name)
	words := firstWords(folded)
	if slug, score = spelled(folded, words); slug != "" {
		return slug, score
	}
	if slug, score := nearest(strings.Join(words, "")); slug != "" {
		return slug, score
	}
	for _, w := range words[:min(len(words), 3)] {
		if acronym[w] && len(w) > 2 {
			return known().byName[w].slug, 0.8 // "Corriere SDA"
		}
	}
	return "", 0
}

// IsName tells a text that names a carrier and spells it right, as Normalize does with a score of 0.9 and more.
func IsName(s string) bool {
	folded := Fold(s)
	slug, _ := spelled(folded, firstWords(folded))
	return slug != ""
}

// firstWords are the words of a folded text that may name a carrier.
func firstWords(folded string) []string {
	words := strings.Fields(folded)
	return words[:min(len(words), 12)]
}

// spelled finds the carrier whose name a folded text holds as it is written.
func spelled(folded string, words []string) (slug string, score float64) {
	d := known()
	if folded == "" {
		return "", 0
	}
	if c := d.byName[folded]; c != nil {
		return c.slug, 1
	}
	if c := d.byName[strings.ReplaceAll(folded, " ", "")]; c != nil {
		return c.slug, 0.98
	}
	if c := longestName(words); c != nil {
		return c.slug, 0.95
	}
	return "", 0
}

// longestName finds the longest known name among words; a longer one is the more special one, an earlier one wins a tie.
func longestName(words []string) *carrier {
	d := known()
	for n := min(d.most, len(words)); n >= 1; n-- {
		for i := 0; i+n <= len(words); i++ {
			if c := d.byName[strings.Join(words[i:i+n], " ")]; c != nil && !(n == 1 && weakName[words[i]]) {
				return c
			}
		}
	}
	for _, w := range words {
		if hasSeveralScripts(w) {
			if c := longestWithin(w); c != nil {
				return c
			}
		}
	}
	return nil
}

// longestWithin finds the longest known name inside a word of a script without spaces.
func longestWithin(w string) *carrier {
	var found *carrier
	most := 0
	for i := range carriers {
		for _, name := range carriers[i].names {
			if name[0] >= 0x80 && len(name) > most && strings.Contains(w, name) {
				found, most = &carriers[i], len(name)
			}
		}
	}
	return found
}

// leastForgiven is how many letters a name must have for a mistake in it to be forgiven.
const leastForgiven = 5

// nearest forgives one mistake in a name of five letters or more, two in one of nine.
func nearest(compact string) (slug string, score float64) {
	if len(compact) < leastForgiven || len(compact) > 40 {
		return "", 0
	}
	allowed := 1
	if len(compact) >= 9 {
		allowed = 2
	}
	best := allowed + 1
	for _, key := range known().begins[compact[0]] {
		if len(key)-len(compact) > allowed || len(compact)-len(key) > allowed {
			continue
		}
		c := known().byName[key]
		distance := matchr.OSA(key, compact)
		if distance < best || distance == best && c.slug < slug {
			best, slug = distance, c.slug
		}
	}
	if best > allowed {
		return "", 0
	}
	return slug, 0.9 - 0.1*float64(best)
}

// weakName holds names that are common words or a few letters: they name a carrier where one is expected, not in running text.
var weakName = words(`amazon apc bring cex crono ctt dragonfly dx estes ems eub exla fan fde landmark loomis orlen poczta poste posti post ptt puro saia sda sedex sf speedy sto tge toll`)

// smallName holds names of up to four letters that are no words of any language, so that they name the carrier in small letters too.
var smallName = words(`brt dhl dpd evri gls mrw seur tnt usps`)

// acronym holds those weak names that are no words of any language: written in capitals they name the carrier in running text too.
var acronym = words(`cex ctt ems eub exla ptt sda tge`)

func hasSeveralScripts(w string) bool { return w[0] >= 0xE3 }
