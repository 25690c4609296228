package carrier

import "strings"

// looksElse is what a candidate loses for looking like something else: a phone number, a price, a date, an IBAN, an article number.
func (f *finder) looksElse(c *candidate) float64 {
	if c.url != "" || c.damage != "" {
		return 0
	}
	lost := 0.0
	before, after := byteBefore(f.text, c.start), byteAfter(f.text, c.end)
	if c.start > 0 {
		switch f.text[c.start-1] {
		case '+':
			lost += 7 // international phone number
		case '$':
			lost += 6
		case '#':
			lost += 1
		}
	}
	if strings.HasSuffix(f.text[max(0, c.start-3):c.start], "€") || strings.HasSuffix(f.text[max(0, c.start-3):c.start], "£") {
		lost += 6
	}
	if before == '(' && after == ')' && len(c.number) < 8 {
		lost += 2
	}
	if phoneBefore(f.text, c.start) || dialled(f.text[c.start:c.end]) {
		lost += 6
	} else if c.groups == 2 && areaCode(f.text[c.start:c.end]) {
		lost += 3
	}
	if c.end < len(f.text)-1 && (f.text[c.end] == ',' || f.text[c.end] == '.') && isDigit(f.text[c.end+1]) {
		lost += 2 // goes on with decimals
		if c.end+3 <= len(f.text) && isDigit(f.text[c.end+2-1]) && decimals(f.text[c.end+1:]) {
			lost += 4
		}
	}
	if holdsIBAN(c.number) && !uniqueShape(c.guesses) {
		lost += 8
	}
	if holdsEAN(c.number) && !(f.context.Column && hasFamily(c.guesses, f.context.Carrier)) { // every tenth of SEUR's thirteen digits looks like an article's
		lost += 2
	}
	if timestamp(c.number) {
		lost += 3.5
	}
	if allDigits(c.number) && sameDigits(c.number) {
		lost += 4
	}
	return lost
}

func byteBefore(text string, at int) byte {
	if at == 0 {
		return 0
	}
	return text[at-1]
}

func byteAfter(text string, at int) byte {
	if at >= len(text) {
		return 0
	}
	return text[at]
}

// phoneBefore tells whether a country or area code in brackets or after a plus stands before: "+49 (0)30 …", "(555) …".
func phoneBefore(text string, at int) bool {
	from := max(0, at-10)
	s := strings.TrimRight(text[from:at], " -./")
	if s == "" {
		return false
	}
	if s[len(s)-1] == ')' {
		open := strings.LastIndexByte(s, '(')
		return open >= 0 && len(s)-open <= 6 && allDigits(s[open+1:len(s)-1])
	}
	plus := strings.LastIndexByte(s, '+')
	return plus >= 0 && allDigits(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, s[plus+1:]))
}

// dialled tells a number in the groups of a North American telephone: "1-800-742-5877", "555.010.1234".
func dialled(s string) bool {
	if len(s) < 12 || strings.IndexByte(s, '-') < 0 && strings.IndexByte(s, '.') < 0 {
		return false
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '.' })
	if len(groups) == 4 && groups[0] == "1" {
		groups = groups[1:]
	}
	return len(groups) == 3 && len(groups[0]) == 3 && len(groups[1]) == 3 && len(groups[2]) == 4 && allDigits(strings.Join(groups, ""))
}

// areaCode tells two groups that look like a telephone's code and number within a country: "0341 5558297", "030/5550147".
func areaCode(s string) bool {
	area, number, found := strings.Cut(strings.NewReplacer("-", " ", "/", " ", "\u00a0", " ").Replace(s), " ")
	return found && area != "" && area[0] == '0' && len(area) >= 3 && len(area) <= 5 && len(number) >= 5 && len(number) <= 8 && allDigits(area+number)
}

// decimals tells whether exactly two digits follow and then no more: the end of a price.
func decimals(s string) bool {
	return len(s) >= 2 && isDigit(s[0]) && isDigit(s[1]) && (len(s) == 2 || !isDigit(s[2]))
}

func uniqueShape(guesses []guess) bool {
	for _, g := range guesses {
		if g.odds >= 2.5 {
			return true
		}
	}
	return false
}

// timestamp tells whether a number is a date, or a date and time, of this century: 20250814, 20250814093000.
func timestamp(n string) bool {
	if len(n) != 8 && len(n) != 12 && len(n) != 14 || !allDigits(n) || n[:2] != "20" {
		return false
	}
	month, day := n[4:6], n[6:8]
	if month < "01" || month > "12" || day < "01" || day > "31" {
		return false
	}
	return len(n) == 8 || n[8:10] < "24" && n[10:12] < "60"
}

func sameDigits(n string) bool { return strings.Trim(n, n[:1]) == "" }
