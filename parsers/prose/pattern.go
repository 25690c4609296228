package prose

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// pattern is one of the profile's order patterns.
type pattern struct {
	re    *regexp.Regexp
	digit bool // every match has a digit
	sign  byte // every match has this sign; 0 when none is known
}

// find gives up to most matches with their groups, as FindAllStringSubmatchIndex does. Most lines of a mail have no digit, and
// expressions are slow: where each match needs one, only lines with digits are searched, together with the line above each.
func (p pattern) find(text string, most int) [][]int {
	if !p.digit {
		return p.re.FindAllStringSubmatchIndex(text, most)
	}
	var out [][]int
	for from := 0; from < len(text) && len(out) < most; {
		digit := strings.IndexAny(text[from:], "0123456789")
		if digit < 0 {
			break
		}
		digit += from
		start := max(from, strings.LastIndexByte(text[from:digit], '\n')+1+from)
		for start > from && (text[start-1] == '\n' || text[start-1] == ' ') { // over empty lines to the one above
			start--
		}
		start = max(from, strings.LastIndexByte(text[from:start], '\n')+1+from)
		end := digit
		for { // the lines with digits that follow each other
			n := strings.IndexByte(text[end:], '\n')
			if n < 0 {
				end = len(text)
				break
			}
			end += n + 1
			next := lineEnd(text, end)
			if !strings.ContainsAny(text[end:next], "0123456789") {
				break
			}
		}
		if p.sign != 0 && strings.IndexByte(text[start:end], p.sign) < 0 {
			from = end
			continue
		}
		for _, at := range p.re.FindAllStringSubmatchIndex(text[start:end], most-len(out)) {
			for i := range at {
				if at[i] >= 0 {
					at[i] += start
				}
			}
			out = append(out, at)
		}
		from = end
	}
	return out
}

// needsDigit tells whether every match of an expression has a digit.
func needsDigit(expression string) bool {
	tree, err := syntax.Parse(expression, syntax.Perl)
	return err == nil && hasDigit(tree) && !anchored(tree)
}

// needsSign gives an ASCII character that every match of an expression has, or 0.
func needsSign(expression string) byte {
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return 0
	}
	return signOf(tree)
}

func signOf(re *syntax.Regexp) byte {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if c > ' ' && c < 0x80 && re.Flags&syntax.FoldCase == 0 {
				return byte(c)
			}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return signOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return signOf(re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sign := signOf(sub); sign != 0 {
				return sign
			}
		}
	}
	return 0
}

// anchored tells an expression that asks for the start or end of the whole text.
func anchored(re *syntax.Regexp) bool {
	return re.Op == syntax.OpBeginText || re.Op == syntax.OpEndText || slices.ContainsFunc(re.Sub, anchored)
}

func hasDigit(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if c >= '0' && c <= '9' {
				return true
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] < '0' || re.Rune[i+1] > '9' {
				return false
			}
		}
		return len(re.Rune) > 0
	case syntax.OpCapture, syntax.OpPlus:
		return hasDigit(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && hasDigit(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if hasDigit(sub) {
				return true
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !hasDigit(sub) {
				return false
			}
		}
		return true
	}
	return false
}
