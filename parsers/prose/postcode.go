package prose

// Postcodes are looked for in every line that may be one of an address, so they are read by hand: an expression took a tenth of the time of a mail.

// codeForms are the forms of postcodes, in the order in which they are tried: "A" is a capital, "9" a digit, "*" either; what stands before "?" may be
// missing. Countries whose form is telling come first; the plain digits stand beside a city.
var codeForms = [...]string{"AA?9*? ?9AA", "A9A ?9A9", "99999-9999", "9999 ?AA", "99-999", "999-9999", "9999-999", "999 ?99", "999999", "99999", "9999"}

// letterForms is how many of the forms begin with a letter: they are the first.
const letterForms = 2

// findPostcode gives where the first postcode of a line begins and ends, nil where there is none.
func findPostcode(s string) []int {
	for i := 0; i < len(s); i++ {
		if i > 0 && inWord(s[i-1]) || !digit(s[i]) && !capital(s[i]) {
			continue
		}
		if capital(s[i]) && !(i+1 < len(s) && (digit(s[i+1]) || capital(s[i+1]) && i+2 < len(s) && digit(s[i+2]))) {
			continue // a word: no form has more than two letters in front
		}
		forms := codeForms[:letterForms]
		if digit(s[i]) {
			if i+1 == len(s) || !digit(s[i+1]) {
				continue // each form that begins with a digit begins with two
			}
			forms = codeForms[letterForms:]
		}
		for _, form := range forms {
			if end := fitsCode(s, i, form); end > 0 {
				return []int{i, end}
			}
		}
	}
	return nil
}

// fitsCode is the end of what fits a form at an offset and ends a word there; 0 when it does not. What may be missing is tried first as if it were there.
func fitsCode(s string, at int, form string) int {
	for form != "" {
		fits := at < len(s) && fitsSign(s[at], form[0])
		if len(form) > 1 && form[1] == '?' {
			if form = form[2:]; fits {
				if end := fitsCode(s, at+1, form); end > 0 {
					return end
				}
			}
			continue
		}
		if !fits {
			return 0
		}
		at, form = at+1, form[1:]
	}
	if at < len(s) && inWord(s[at]) {
		return 0
	}
	return at
}

func fitsSign(c, sign byte) bool {
	switch sign {
	case 'A':
		return capital(c)
	case '9':
		return digit(c)
	case '*':
		return capital(c) || digit(c)
	}
	return c == sign
}

func capital(c byte) bool { return c >= 'A' && c <= 'Z' }

// inWord tells the characters that "\b" of an expression takes for those of a word.
func inWord(c byte) bool { return asciiWord(c) || c == '_' }
