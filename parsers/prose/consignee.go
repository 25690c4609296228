package prose

import (
	"regexp"
	"strings"

	"waybill/parsers"
)

// Sentences name the consignee too: "Order 1001 shipped to Dana Cole, 5 Lake Dr, Bend OR 97701." Who gets the parcel must not be overlooked there,
// since it may be another order's customer.

// inSentence is an address behind words that say where a parcel goes: a name that begins with capitals, a street with a number, a postcode beside a city.
var inSentence = regexp.MustCompile(`(?:^|[\s(])(?i:to|an|nach|à|a|al|para|naar|do|für|for|pour|voor|per|chez)[ \t]+` +
	`((?:(?i:mr|mrs|ms|herrn?|frau|mme|m|sr|sra|sig|dhr|mevr)\.?[ \t]+)?` + // a form of address is no name
	`(?:\p{Lu}[\p{L}.'’-]*)(?:[ \t]+(?:\p{Lu}[\p{L}.'’-]*|von|van|der|den|de|la|le|du|da|di|del|dos|das|y|ter|ten)){0,4})` +
	`[ \t]*[,(;\n/][ \t]*([^,;:\n]{3,60}[,\n][ \t]*[^;:\n]{3,80})`)

// sentenceReach is how far behind the words of a shipment the address may begin ("went out with today's truck to Dana Cole, …"), and how long it may be.
const (
	sentenceReach  = 60
	sentenceLength = 220
	mostSentences  = 200
)

// consignee is an address in a sentence, with its span.
type consignee struct {
	party      parsers.Party
	start, end int
}

// sentenceParties finds the consignees that sentences name.
func (r *reader) sentenceParties() []consignee {
	text := r.view.text
	var found []consignee
	last := -1
	tried := 0
	for _, h := range r.hits {
		switch h.meaning {
		case shipped, acknowledged, shipTo, trackingLabel:
		default:
			continue
		}
		if h.end <= last || tried >= mostSentences || r.markAt(h.start, h.end) != "" {
			continue
		}
		tried++
		r.work += 8
		// The preposition may be the last word of what was found ("shipped to"), or the verb may end the sentence ("wurde an … versandt").
		words := h.start + strings.LastIndexByte(text[h.start:h.end], ' ') + 1
		ahead := max(last, 0, h.start-sentenceLength, r.lineStart(h.start))
		c, ok := r.addressed(words, min(len(text), h.end+sentenceLength), h.end+sentenceReach)
		if !ok && h.meaning != trackingLabel {
			c, ok = r.addressed(ahead, h.start, h.start)
		}
		if ok {
			found, last = append(found, c), c.end
		}
	}
	return found
}

// soleParty is the consignee of all sentences. Where they name several, none is everybody's.
func soleParty(found []consignee) (p parsers.Party, from, to int) {
	for _, c := range found {
		if !strings.EqualFold(c.party.Name.Text, found[0].party.Name.Text) || c.party.Street.Text != found[0].party.Street.Text {
			return parsers.Party{}, -1, 0
		}
	}
	if len(found) == 0 {
		return parsers.Party{}, -1, 0
	}
	return found[0].party, found[0].start, found[0].end
}

// addressed looks for an address between two offsets whose name begins no later than at within.
func (r *reader) addressed(from, to, within int) (consignee, bool) {
	text := r.view.text
	if from = towards(text, from, min(to, within), directions, "mhfsd"); from < 0 {
		return consignee{}, false
	}
	at := inSentence.FindStringSubmatchIndex(text[from:to])
	if at == nil || from+at[2] > within {
		return consignee{}, false
	}
	rest := [2]int{from + at[4], from + at[5]}
	end := cityEnd(text, rest)
	if comma := strings.IndexByte(text[rest[0]:rest[1]], ','); end < 0 && comma > 0 && housed(text[rest[0]:rest[0]+comma]) {
		end = rest[0] + comma // name and house will do: not everybody writes the postcode
		name, street := [2]int{from + at[2], from + at[3]}, [2]int{rest[0], end}
		return consignee{parsers.Party{Name: r.value(name[0], name[1]), Street: r.value(street[0], street[1])}, name[0], end}, true
	}
	if end < 0 {
		return consignee{}, false
	}
	p := r.fill(append([][2]int{{from + at[2], from + at[3]}}, splitCommas(text, [2]int{rest[0], end})...))
	if p.Name.Text == "" || p.Street.Text == "" || p.Postcode.Text == "" {
		return consignee{}, false
	}
	return consignee{p, from + at[2], end}, true
}

// towards is the offset before which no match of inSentence begins, or -1 when none can: the expression is slow, and few sentences have a "to" before
// a name. The same holds for towardsName, with its own words and with the letters that its forms of address begin with.
func towards(text string, from, to int, directions map[string]bool, titles string) int {
	for i := from; i < to; i++ {
		if i > from && !separates(text[i-1]) {
			continue
		}
		length := 0
		for length < 6 && i+length < len(text) && text[i+length] != ' ' && text[i+length] != '\t' {
			length++
		}
		if length == 0 || length == 6 || i+length == len(text) || !directions[strings.ToLower(text[i:i+length])] {
			continue
		}
		name := strings.TrimLeft(text[i+length:min(len(text), i+64)], " \t")
		// Forms of address begin with these in small letters, too. What is not ASCII is left to the expression.
		if name == "" || name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 0x80 || strings.IndexByte(titles, name[0]) >= 0 {
			return max(from, i-1)
		}
	}
	return -1
}

// separates tells white space and a bracket, as the expressions have them before a word.
func separates(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == '('
}

// directions are the words that inSentence begins with.
var directions = map[string]bool{"to": true, "an": true, "nach": true, "à": true, "a": true, "al": true, "para": true, "naar": true, "do": true, "für": true,
	"for": true, "pour": true, "voor": true, "per": true, "chez": true}

// housed tells whether words are a street with its house number.
func housed(street string) bool {
	start := strings.IndexAny(street, "0123456789")
	if start < 0 {
		return false
	}
	end := start
	for end < len(street) && digit(street[end]) {
		end++
	}
	return houseNumber(street[:start], street[end:])
}

// cityEnd is where the city ends: behind the postcode, or behind the words with capitals that follow it ("10115 Berlin").
func cityEnd(text string, span [2]int) int {
	comma := strings.IndexAny(text[span[0]:span[1]], ",\n")
	if comma < 0 {
		return -1
	}
	city := span[0] + comma + 1
	at := findPostcode(text[city:span[1]])
	if at == nil {
		return -1
	}
	end := city + at[1]
	if tail := cityWords.FindStringIndex(text[end:span[1]]); tail != nil && strings.Trim(text[city:city+at[0]], " \n\t") == "" {
		end += tail[1]
	}
	return end
}

// cityWords are a city's name behind its postcode.
var cityWords = regexp.MustCompile(`^(?:[ \t]+\p{Lu}[\p{L}'’-]*){1,3}`)

// deliveries are nouns for bringing a parcel, and for where it is brought. Before a colon they head the consignee's line, or say when it comes.
var deliveries = wordSet("delivery deliver destination recipient lieferung zustellung versand livraison destination entrega envío envio destino consegna destinazione spedizione levering bezorging bestemming dostawa doręczenie wysyłka odbiorca")

// deliveryLine reads a consignee that such a noun heads, in one line with the postcode: "Entrega: Inês Carvalho, 3000-140 Coimbra".
func (r *reader) deliveryLine() (p parsers.Party, from, to int) {
	text := r.view.text
	for at := 0; at < len(text); {
		start, stop := at, r.lineStop(at)
		at = stop + 1
		colon := strings.IndexByte(text[start:min(stop, start+24)], ':')
		if colon < 0 || strings.IndexByte(text[start+colon:stop], ',') < 0 || !deliveries[strings.ToLower(strings.Trim(text[start:start+colon], " *\t-•"))] || r.markAt(start, stop) != "" {
			continue
		}
		s, e := trimSpaces(text, start+colon+1, stop)
		if block := r.fill(splitCommas(text, [2]int{s, e})); block.Postcode.Text != "" && strings.Contains(block.Name.Text, " ") && plausibleName(block.Name.Text) {
			return block, start, e
		}
	}
	return parsers.Party{}, -1, 0
}
