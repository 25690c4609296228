package match

import (
	"slices"
	"strconv"
	"strings"
)

// Codes, sizes and fractions as hurried people write them: "2/AB-1", "the A5", "3/4 mugs".

// coded is the line whose code a word is, or -1.
func (c *candidate) coded(word string) int {
	key := ""
	if len(word) >= shortSKU-1 && strings.ContainsFunc(word, isDigitOrDash) {
		key = code(word)
	}
	return slices.IndexFunc(c.Lines, func(l Line) bool { return key != "" && (key == code(l.SKU) || key == code(l.SupplierSKU)) })
}

// sized is the only line whose title has a word of letters and digits, "A5" or "30cl", or -1.
func (c *candidate) sized(word string) int {
	if len(word) < 2 || len(word) > 6 || !strings.ContainsFunc(word, isDigit) || digitsOnly(word) || !isASCII(word) {
		return -1
	}
	line := -1
	for k, l := range c.Lines {
		for t := range strings.FieldsSeq(l.Title) {
			if strings.EqualFold(t, word) {
				if line >= 0 {
					return -1
				}
				line = k
			}
		}
	}
	return line
}

// countedCode divides "2/AB-1" and "2xAB-1".
func countedCode(word string) (number, rest string, ok bool) {
	i := strings.IndexAny(word, "/x×*")
	if i < 1 || i > 3 || !digitsOnly(word[:i]) {
		return "", "", false
	}
	return word[:i], strings.TrimLeft(word[i:], "/x×*"), true
}

// fraction tells the second number of "3/4 mugs", where four were ordered.
func (s *speech) fraction(i int) bool {
	if i < 2 || i+1 >= len(s.words) || s.raw[i-1] != "/" || !s.tight[i] || !s.tight[i-1] || !isNumberWord(s.words[i]) || !isNumberWord(s.words[i-2]) || !s.ofSome(i+1) && !countWords[s.words[i+1]] {
		return false
	}
	return slices.ContainsFunc(s.lines, func(l Line) bool {
		return strconv.Itoa(l.Quantity) == s.words[i] && len(s.words[i-2]) <= len(s.words[i]) && s.words[i-2] < s.words[i]
	})
}
