package prose

import (
	"strings"
	"unicode/utf8"
)

// token is a word, number or code: letters and digits, joined by single "-", "_", "/" or ".".
type token struct {
	start, end      int
	digits, letters int
	upper           int
}

// The kinds of bytes as tokens see them: one look tells.
const (
	digitSign = 1 << iota
	upperSign
	lowerSign
	highSign // of a longer UTF-8 sequence
	joinSign // joins words
)

var signs = func() (kinds [256]uint8) {
	for c := range kinds {
		switch {
		case c >= '0' && c <= '9':
			kinds[c] = digitSign
		case c >= 'A' && c <= 'Z':
			kinds[c] = upperSign
		case c >= 'a' && c <= 'z':
			kinds[c] = lowerSign
		case c >= 0x80:
			kinds[c] = highSign
		case c == '-' || c == '_' || c == '/' || c == '.':
			kinds[c] = joinSign
		}
	}
	return kinds
}()

// tokens cuts a text into words. Addresses (URLs, mail) are not cut: what is inside of them is no reference.
// They are added to list.
func tokens(list []token, text string) []token {
	if list == nil {
		list = make([]token, 0, len(text)/6)
	}
	for i := 0; i < len(text); {
		if signs[text[i]]&(digitSign|upperSign|lowerSign|highSign) == 0 {
			i++
			continue
		}
		if end := urlEnd(text, i); end > i {
			i = end
			continue
		}
		t := token{start: i}
		for i < len(text) {
			switch signs[text[i]] {
			case lowerSign:
				t.letters++
			case digitSign:
				t.digits++
			case upperSign:
				t.letters++
				t.upper++
			case highSign:
				if ideograph(text, i) {
					goto done
				}
				t.letters++
				i += runeLength(text, i)
				continue
			case joinSign:
				if i == t.start || i+1 == len(text) || !asciiWord(text[i+1]) {
					goto done
				}
			default:
				goto done
			}
			i++
		}
	done:
		t.end = i
		if i < len(text) && text[i] == '@' || t.start > 0 && text[t.start-1] == '@' {
			for i < len(text) && (wordByte(text[i]) || text[i] == '@' || text[i] == '.' || text[i] == '-' || text[i] == '+') {
				i++
			}
			continue
		}
		if t.end > t.start {
			list = append(list, t)
		} else {
			i += runeLength(text, i)
		}
	}
	return list
}

func asciiWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func wordByte(c byte) bool { return asciiWord(c) || c >= 0x80 }

// ideograph tells characters of scripts without spaces and typographic signs: they end a word.
func ideograph(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return r >= 0x2000 || r == '\u00a0' || r == '«' || r == '»' || r == '·' || r == '°' || r == 'º' || r == '£' || r == '¥' || r == '§' || r == '¡' || r == '¿' || r == utf8.RuneError
}

func runeLength(text string, i int) int {
	if text[i] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(text[i:])
	return n
}

// urlEnd is the end of a link that begins at i, or i.
func urlEnd(text string, i int) int {
	rest := text[i:]
	if c := text[i] | 0x20; c != 'h' && c != 'w' {
		return i
	}
	if !(hasFold(rest, "http://") || hasFold(rest, "https://") || hasFold(rest, "www.")) {
		return i
	}
	n := strings.IndexAny(rest, " \t\n<>\"")
	if n < 0 {
		return len(text)
	}
	return i + n
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// isDate tells numbers with two separators that are a day: 2026-11-22, 22.11.2026, 11/22/26, and with one: 22.11, 11/22.
func isDate(s string) bool {
	sep := byte(0)
	var parts [3]int
	n, digits := 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits > 4 {
				return false
			}
			parts[n] = parts[n]*10 + int(c-'0')
		case (c == '-' || c == '.' || c == '/') && (sep == 0 || sep == c) && n < 2 && digits > 0:
			sep = c
			n++
			digits = 0
		default:
			return false
		}
	}
	a, b, c := parts[0], parts[1], parts[2]
	day := func(d int) bool { return d >= 1 && d <= 31 }
	moon := func(m int) bool { return m >= 1 && m <= 12 }
	switch {
	case n == 2 && a >= 1900 && a < 2200:
		return moon(b) && day(c)
	case n == 2 && (c >= 1900 && c < 2200 || c < 100):
		return day(a) && moon(b) || moon(a) && day(b)
	case n == 1 && sep != '-':
		return digits <= 2 && (day(a) && moon(b) || moon(a) && day(b))
	}
	return false
}

// isPhone tells the written forms of telephone numbers that need no word beside them.
func isPhone(text string, t token) bool {
	s := text[t.start:t.end]
	if t.letters > 0 {
		return false
	}
	if len(s) == 12 && (s[3] == '-' && s[7] == '-' || s[3] == '.' && s[7] == '.') {
		return true
	}
	if t.start > 0 && text[t.start-1] == '(' && t.digits <= 5 { // the area code itself
		if rest := text[t.end:min(len(text), t.end+3)]; len(rest) == 3 && rest[0] == ')' && (digit(rest[1]) || rest[1] == ' ' && digit(rest[2])) && t.digits == 3 {
			return true
		}
	}
	// "+49 30 1234567", "(555) 123-4567": look left over digits, spaces and brackets.
	digits, spaces := t.digits, 0
	for i := t.start - 1; i >= 0 && t.start-i < 24; i-- {
		switch c := text[i]; {
		case c == '+':
			return digit(text[i+1]) && digits >= 8
		case digit(c):
			digits++
		case c == '(':
			return digits >= 9 && digit(text[i+1]) && t.start-i < 14
		case c == ' ':
			if spaces++; spaces > 5 {
				return false
			}
		case c == ')' || c == '-' || c == '/' || c == '.':
		default:
			return false
		}
	}
	return false
}

// isAmount tells prices, measures and shares by what stands beside the number.
func isAmount(text string, t token) bool {
	if t.letters > 0 {
		return false
	}
	before := strings.TrimRight(text[max(0, t.start-8):t.start], " ")
	if last := len(before) - 1; last >= 0 && signs[before[last]] != lowerSign { // none of the signs ends so
		for _, sign := range []string{"$", "€", "£", "¥", "￥", "USD", "EUR", "GBP", "CHF", "PLN", "CAD", "AUD", "JPY", "RMB", "CNY", "Fr.", "R$"} {
			if strings.HasSuffix(before, sign) {
				return true
			}
		}
	}
	rest := text[t.end:min(len(text), t.end+14)]
	if len(rest) > 2 && rest[0] == ',' && digit(rest[1]) && digit(rest[2]) && (len(rest) == 3 || !asciiWord(rest[3])) {
		return true // 48,54
	}
	if dot := strings.LastIndexByte(text[t.start:t.end], '.'); dot >= 0 && t.end-t.start-dot == 3 && strings.Count(text[t.start:t.end], ".") == 1 {
		return true // 48.54
	}
	rest = strings.TrimLeft(rest, " \u00a0")
	if rest != "" && (signs[rest[0]] != lowerSign || rest[0] == 'z') { // none begins with another small letter
		for _, sign := range []string{"%", "$", "€", "£", "zł", "円", "元", "USD", "EUR", "GBP", "CHF", "PLN"} {
			if strings.HasPrefix(rest, sign) {
				return true
			}
		}
	}
	word := rest[:wordLength(rest)]
	switch strings.ToLower(word) {
	case "kg", "g", "gr", "lb", "lbs", "oz", "cm", "mm", "inch", "inches", "ml", "l", "kb", "mb", "am", "pm", "uhr", "h", "hrs", "hours":
		return true
	}
	return false
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordLength(s string) int {
	n := 0
	for n < len(s) && asciiWord(s[n]) {
		n++
	}
	return n
}
