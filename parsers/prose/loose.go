package prose

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"waybill/parsers"
)

// An address may stand in a mail with no word that says whose it is: the clerk who has no order number at hand copies the label. It may as well be the
// writer's own. The paper does not say, so such a party is Loose, and the matcher asks whether anybody who waits for a parcel lives there.

const (
	mostLoose   = 8  // addresses of one mail
	loosePart   = 60 // bytes of a line of an address
	looseWords  = 6  // words of a name
	looseLines  = 4  // lines from the one with the postcode up to the name
	leadIn      = 16 // bytes of a word with a colon before the name
	looseCommas = 3  // parts of an address in one line, at least
)

// loose finds addresses that no word leads to: a line with postcode and city, above it a street with its number, above that a name; or all in one
// line between commas. Quoted text is left out: what is quoted there is our own mail.
func (r *reader) loose() []consignee {
	text := r.view.text
	var found []consignee
	var lines [][2]int // of the paragraph so far, at most looseLines back
	var coded []bool   // which of them may hold a postcode
	for at := 0; at < len(text) && len(found) < mostLoose; {
		stop := lineEnd(text, at)
		s, e := trimSpaces(text, at, stop)
		mark := parsers.MarkKind("")
		if s < e {
			mark = r.markAt(s, e)
		}
		at = stop + 1
		switch {
		case mark == parsers.MarkQuoted || mark == parsers.MarkHeader || mark == parsers.MarkDisclaimer:
			lines = lines[:0]
			continue
		case s == e:
			continue // each line of an address may be a paragraph of its own in HTML
		}
		if line := text[s:e]; len(line) < 3*loosePart && strings.Count(line, ",")+strings.Count(line, "\t") >= looseCommas-1 {
			if parts := splitCommas(text, [2]int{s, e}); len(parts) >= looseCommas {
				if c, ok := r.looseAddress(parts); ok {
					found = append(found, c)
					lines = lines[:0]
					continue
				}
			}
		}
		if e-s > loosePart {
			lines = lines[:0]
			continue
		}
		if len(lines) == 0 {
			coded = coded[:0]
		}
		lines, coded = append(lines, [2]int{s, e}), append(coded, !ascii(text[s:e]) || findPostcode(text[s:e]) != nil)
		if len(lines) > looseLines {
			lines, coded = lines[1:], coded[1:]
		}
		if !slices.Contains(coded[1:], true) {
			continue
		}
		for n := 2; n <= len(lines); n++ {
			if c, ok := r.looseAddress(lines[len(lines)-n:]); ok {
				found = append(found, c)
				lines = lines[:0]
				break
			}
		}
	}
	return found
}

// looseAddress takes lines for an address when they are nothing but one: the first a name, the last a postcode with its city, a street between.
func (r *reader) looseAddress(spans [][2]int) (consignee, bool) {
	text := r.view.text
	r.work += 8
	if colon := strings.IndexByte(text[spans[0][0]:spans[0][1]], ':'); colon > 0 && colon <= leadIn && plausibleName(text[spans[0][0]:spans[0][0]+colon]) {
		s, e := trimSpaces(text, spans[0][0]+colon+1, spans[0][1]) // "Para: João …"
		if s >= e || consigns(text[spans[0][0]:spans[0][0]+colon+1]) {
			return consignee{}, false
		}
		spans = append([][2]int{{s, e}}, spans[1:]...)
	}
	if n := entryMark(text[spans[0][0]:spans[0][1]]); n > 0 {
		spans = append([][2]int{{spans[0][0] + n, spans[0][1]}}, spans[1:]...)
	}
	first, last := text[spans[0][0]:spans[0][1]], text[spans[len(spans)-1][0]:spans[len(spans)-1][1]]
	if !plausibleName(first) || len(strings.Fields(first)) > looseWords || strings.ContainsAny(first, "!?;=") || strings.HasSuffix(first, ".") || !strings.ContainsAny(last, "0123456789") {
		return consignee{}, false
	}
	if ascii(last) && !slices.ContainsFunc(spans[1:len(spans)-1], func(s [2]int) bool { return strings.ContainsAny(text[s[0]:s[1]], "0123456789") }) {
		return consignee{}, false // no street: most lines end here, and expressions are slow
	}
	p := r.fill(spans)
	if p.Name.Text == "" || p.Postcode.Text == "" || !strings.ContainsFunc(p.City.Text, unicode.IsLetter) || !strings.ContainsAny(p.Street.Text, "0123456789") || counts(p.Street.Text) {
		return consignee{}, false
	}
	if r.acrossParcel(&p) {
		return consignee{}, false
	}
	if before, after, _ := strings.Cut(last, p.Postcode.Text); len(spans) > 1 && before != "" && after != "" && !countryMark.MatchString(before) || strings.ContainsAny(before, "0123456789") {
		return consignee{}, false // a number within a sentence is no postcode
	}
	p.Loose = true
	return consignee{p, spans[0][0], spans[len(spans)-1][1]}, true
}

// countryMark is a country's letters before a postcode: "CH-3800", "D-10115".
var countryMark = regexp.MustCompile(`^[A-Z]{1,3}[- ]$`)

// entryMark is how many bytes of a line are the number or sign of a list's entry: "1. ", "2) ", "- ".
func entryMark(line string) int {
	n := 0
	for n < len(line) && n < 3 && digit(line[n]) {
		n++
	}
	if n > 0 && n < len(line) && (line[n] == '.' || line[n] == ')') || n == 0 && line != "" && (line[0] == '-' || line[0] == '#') {
		n++
		if rest := strings.TrimLeft(line[n:], " "); len(rest) < len(line)-n {
			return len(line) - len(rest)
		}
	}
	return 0
}

// counts tells a line that begins with how many there are of something: "2 x bucket".
func counts(line string) bool {
	rest := strings.TrimLeft(line, "0123456789")
	unit, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(rest, " ")), " ")
	switch unit {
	case "x", "×", "pcs", "pc", "stk", "stück", "szt.", "pz.", "ud.", "uds.":
		return rest != line
	}
	return false
}
