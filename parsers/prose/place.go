package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Days, years, numbers of pieces, houses and postcodes stand where numbers of orders do: "your order of 7 November", "your order (12 items)", "to Marie
// Dupont, 10482 Route de Lyon". Their neighbours tell them.

// dayOrYear tells a number beside a month: "7 November", "November 2025".
func (r *reader) dayOrYear(t token) bool {
	if t.letters > 0 || t.digits != t.end-t.start || t.digits > 2 && t.digits != 4 {
		return false
	}
	text := r.view.text
	year := t.digits == 4 && (strings.HasPrefix(text[t.start:], "19") || strings.HasPrefix(text[t.start:], "20"))
	for _, h := range r.within(max(0, t.start-24), min(len(text), t.end+6)) {
		if h.meaning != month || h.end-h.start < 3 {
			continue
		}
		switch {
		case h.start >= t.end && t.digits <= 2 && strings.Trim(text[t.end:h.start], " .") == "":
			return true
		case h.end <= t.start && year && strings.Trim(text[h.end:t.start], " .,0123456789") == "" && len(text[h.end:t.start]) <= 6:
			return true
		}
	}
	return false
}

// someOf tells how many pieces there are: "12 items".
func (r *reader) someOf(t token) bool {
	if t.letters > 0 || t.digits > 3 {
		return false
	}
	for _, h := range r.within(t.end, t.end+2) {
		if h.meaning == unit && h.end-h.start >= 4 && strings.Trim(r.view.text[t.end:h.start], " ") == "" {
			return true
		}
	}
	return false
}

// placed tells the number of a house in front of its street ("10482 Route de Lyon") and a postcode behind its town ("shipped to Celle 29221").
func (r *reader) placed(i int) bool {
	t, text := r.tokens[i], r.view.text
	if t.letters > 0 || t.digits > 6 {
		return false
	}
	rest := text[t.end:min(len(text), t.end+40)]
	if cut := strings.IndexAny(rest, ",;:\n("); cut >= 0 {
		rest = rest[:cut]
	}
	for k, w := range strings.Fields(rest) {
		if first, _ := utf8.DecodeRuneInString(w); k > 3 || !unicode.IsUpper(first) && !(k == 0 && streetFirst[strings.ToLower(w)]) {
			break
		}
		if w = strings.ToLower(strings.TrimRight(w, ".")); k == 0 && streetFirst[w] || k > 0 && streetLast[w] {
			return true
		}
	}
	if t.digits < 4 || i < 2 {
		return false
	}
	if r.beforeTown(t) {
		return true
	}
	town, way := r.tokens[i-1], r.tokens[i-2]
	first, _ := utf8.DecodeRuneInString(text[town.start:])
	return town.digits == 0 && unicode.IsUpper(first) && text[town.end:t.start] == " " && text[way.end:town.start] == " " && directions[strings.ToLower(text[way.start:way.end])] &&
		len(r.labelsIn(town)) == 0
}

// beforeTown tells a postcode between a name and a town: "Philomène Aubry, 52200 Langrey". What follows to the end of the piece must be names, and no news.
func (r *reader) beforeTown(t token) bool {
	text := r.view.text
	if t.digits > 5 || t.start < 4 || text[t.start-2:t.start] != ", " || digit(text[t.start-3]) || t.end+2 >= len(text) || text[t.end] != ' ' {
		return false
	}
	end := t.end + 1
	for end < len(text) && end < t.end+40 && strings.IndexByte("\t\n,;.)", text[end]) < 0 {
		if digit(text[end]) || text[end] == ':' {
			return false
		}
		end++
	}
	words := strings.Fields(text[t.end:end])
	if len(words) == 0 || len(words) > 4 {
		return false
	}
	for _, w := range [...]string{words[0], words[len(words)-1]} {
		if first, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(first) {
			return false
		}
	}
	return len(r.within(t.end, end)) == 0
}

// labelsIn are the words of a token that call what follows something.
func (r *reader) labelsIn(t token) []hit {
	var out []hit
	for _, h := range r.within(t.start, t.end) {
		if h.meaning.group() == 1 {
			out = append(out, h)
		}
	}
	return out
}

var (
	streetFirst = wordSet("rue route avenue boulevard chemin allée place impasse quai cours square rua")
	streetLast  = wordSet("street st road rd lane ln avenue ave drive dr court ct boulevard blvd way parkway pkwy highway hwy terrace row close crescent square")
)
