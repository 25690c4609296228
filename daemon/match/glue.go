package match

import (
	"slices"
	"strings"
)

// unglue divides an address in one cell as this order's would be divided: the piece with its postcode or city is the place, a piece with its street or with a
// number is the street, and what is left are names.
func (f *folded) unglue(own *folded) folded {
	if len(f.glued) == 1 {
		return f.cut(own)
	}
	split := *f
	split.glued = nil
	var names, lines []string
	for i, piece := range f.glued {
		words := strings.Fields(plain(fold(piece)))
		switch {
		case compareNames(nameWords(piece), own.name).agrees() || compareNames(nameWords(piece), own.company).agrees():
			names = append(names, piece)
		case split.place(own, words):
		case own.street.in(words):
			lines = append(lines, piece)
		case slices.ContainsFunc(words, func(w string) bool { return isNumber(w[0]) }):
			lines = append(lines, piece)
		case len(words) > 0 && (i < 2 || len(names) == 0) && len(strings.TrimSpace(piece)) > 2: // a country's code is none
			names = append(names, piece)
		}
	}
	split.street = foldStreet(lines...)
	if len(split.name) == 0 {
		split.name = nameWords(strings.Join(names[:min(len(names), 2)], " "))
		if len(names) > 1 && len(own.company) > 0 && compareNames(nameWords(names[1]), own.company).agrees() {
			split.name, split.company = nameWords(names[0]), nameWords(names[1])
		} else if len(names) > 1 && compareNames(nameWords(names[0]), own.name).agrees() {
			split.name = nameWords(names[0])
		}
	}
	return split
}

// place takes what postcode and city a piece has. Words that stand for neither are a street's or a name's, unless the postcode is among them.
func (f *folded) place(own *folded, words []string) bool {
	together := strings.ToUpper(strings.Join(words, ""))
	found := false
	if own.postcode != "" && strings.Contains(together, own.postcode) {
		f.postcode, found = own.postcode, true
	}
	city := strings.Fields(own.city)
	hits := 0
	for _, w := range city {
		if slices.ContainsFunc(words, func(v string) bool { return v == w || len(w) > 3 && alikeWords(v, w) }) {
			hits++
		}
	}
	if len(city) > 0 && hits == len(city) && len(words) <= len(city)+2 {
		f.city, found = own.city, true
		for i := range words { // another postcode speaks against this place
			if code := strings.ToUpper(strings.Join(words[i:], "")); f.postcode == "" && isNumber(words[i][0]) {
				f.postcode = strings.TrimSuffix(code, strings.ToUpper(strings.Join(city, "")))
			}
		}
	}
	return found
}

// in tells whether a street's name stands among words, the greater part of it.
func (s *streetAddress) in(words []string) bool {
	hits, all := 0, 0
	for _, w := range s.words {
		if len(w) < 3 && len(s.words) > 1 {
			continue
		}
		all++
		if slices.ContainsFunc(words, func(v string) bool { return v == w || alikeWords(v, w) }) {
			hits++
		}
	}
	for _, w := range words {
		if kind, ok := streetWords[w]; ok && slices.Contains(s.types, kind) && len(w) > 1 {
			return hits > 0 || len(words) > 1
		}
	}
	return hits > 0 && 2*hits >= all
}

// cut divides an address that stands in one line without commas as this order's would be divided: its postcode and city are where they are, in front of
// what is left stand the words of the name.
func (f *folded) cut(own *folded) folded {
	split := *f
	split.glued = nil
	words := strings.Fields(fold(f.glued[0]))
	if at, n := runOf(words, func(text string) bool { return strings.EqualFold(text, own.postcode) }, 2); n > 0 && own.postcode != "" {
		split.postcode = own.postcode
		words = slices.Delete(words, at, at+n)
	}
	city := strings.ReplaceAll(own.city, " ", "")
	if at, n := runOf(words, func(text string) bool { return plain(text) == city }, len(strings.Fields(own.city))); n > 0 && city != "" {
		split.city = own.city
		end := at + n
		if end+1 == len(words) && len(words[end]) <= 3 { // the state
			end++
		}
		words = slices.Delete(words, at, end)
	}
	name, whose := 0, own.name
	if len(words) > 0 && !f.begins(words[0], own.name) && f.begins(words[0], own.company) {
		whose = own.company
	}
	for name < len(words) && (besideNames[words[name]] || f.begins(words[name], whose)) {
		name++
	}
	if name == 0 { // somebody else's
		for name < min(len(words), 2) && !isNumber(words[name][0]) {
			name++
		}
	}
	split.name = nameWords(strings.Join(words[:name], " "))
	split.street = foldStreet(strings.Join(words[name:], " "))
	return split
}

// begins tells whether a word is one of a name's.
func (f *folded) begins(word string, name []string) bool {
	var taken [16]bool
	how, _ := partner(word, name, &taken)
	return how != differs
}

// runOf finds the first run of at most most words that make a text when they are written together.
func runOf(words []string, is func(string) bool, most int) (at, n int) {
	for at := range words {
		for n := 1; n <= most && at+n <= len(words); n++ {
			if is(strings.Join(words[at:at+n], "")) {
				return at, n
			}
		}
	}
	return 0, 0
}
