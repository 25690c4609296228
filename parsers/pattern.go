package parsers

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// OrderPattern is one of a profile's OrderPatterns. Expressions are slow, and most lines and cells have nothing of what each match of one must have.
type OrderPattern struct {
	re    *regexp.Regexp
	run   int  // every match has so many digits in a row
	sign  byte // every match has this sign; 0 when none is known
	whole bool // it asks for the start or end of the whole text
	lines bool // a match may go over the end of a line
}

// CompiledPatterns are order patterns by their expressions: the readers of many suppliers share those of the shop, and compiling them takes as long as
// reading a short mail. Not safe for concurrent use.
type CompiledPatterns map[string]OrderPattern

// maxCompiled bounds the memory of a process that meets thousands of suppliers.
const maxCompiled = 1000

// Of gives a profile's patterns. Those that do not compile are left out: configuration refuses them.
func (c CompiledPatterns) Of(p *Profile) []OrderPattern {
	var out []OrderPattern
	for _, expression := range p.OrderPatterns {
		known, ok := c[expression]
		if !ok {
			re, err := regexp.Compile(expression)
			if err != nil {
				continue
			}
			tree, err := syntax.Parse(expression, syntax.Perl)
			if err != nil {
				continue
			}
			known = OrderPattern{re, digitsOf(tree), signOf(tree), anchored(tree), overLines(tree)}
			if len(c) >= maxCompiled {
				clear(c)
			}
			c[expression] = known
		}
		out = append(out, known)
	}
	return out
}

// CompileOrderPatterns compiles a profile's patterns.
func (p *Profile) CompileOrderPatterns() []OrderPattern { return CompiledPatterns{}.Of(p) }

// Match tells whether a text holds a number of this form.
func (p *OrderPattern) Match(text string) bool {
	return p.may(text) && p.re.MatchString(text)
}

// may tells that a text has what every match has.
func (p *OrderPattern) may(text string) bool {
	return (p.run == 0 || digitRun(text, 0, p.run) >= 0) && (p.sign == 0 || strings.IndexByte(text, p.sign) >= 0)
}

// Find gives the first match in a short text with its groups, as regexp's FindStringSubmatchIndex does.
func (p *OrderPattern) Find(text string) []int {
	if !p.may(text) {
		return nil
	}
	return p.re.FindStringSubmatchIndex(text)
}

// FindAll gives up to most matches with their groups, as regexp's FindAllStringSubmatchIndex does, and those that share a sign with the match before them.
func (p *OrderPattern) FindAll(text string, most int) [][]int {
	var out [][]int
	if p.run == 0 || p.whole {
		for _, at := range p.re.FindAllStringSubmatchIndex(text, most) {
			out = p.behind(append(out, at), text, most)
		}
		return out[:min(len(out), most)]
	}
	for from := 0; from < len(text) && len(out) < most; {
		digits := digitRun(text, from, p.run)
		if digits < 0 {
			break
		}
		start, end := lineAt(text, from, digits)
		if p.lines {
			start, end = linesAt(text, from, digits)
		}
		if p.sign != 0 && strings.IndexByte(text[start:end], p.sign) < 0 {
			from = end
			continue
		}
		for _, at := range p.re.FindAllStringSubmatchIndex(text[start:end], most-len(out)) {
			out = p.behind(append(out, moved(at, start)), text[:end], most)
		}
		from = end
	}
	return out
}

// longestBehind is how far behind a number another one is looked for that shares the sign between them.
const longestBehind = 64

// behind adds the numbers that follow the last match with one sign between, which that match has taken: "1001/1002".
func (p *OrderPattern) behind(out [][]int, text string, most int) [][]int {
	for len(out) < most {
		last := out[len(out)-1]
		if len(last) < 4 || last[3] < 0 || last[3] >= last[1] {
			break
		}
		at := p.re.FindStringSubmatchIndex(text[last[3]:min(len(text), last[3]+longestBehind)])
		if at == nil || at[0] != 0 || len(at) < 4 || at[2] < last[1]-last[3] {
			break
		}
		out = append(out, moved(at, last[3]))
	}
	return out
}

func moved(at []int, by int) []int {
	for i := range at {
		if at[i] >= 0 {
			at[i] += by
		}
	}
	return at
}

// digitRun finds a run of at least so many digits from an offset on; -1 where there is none. It gives the offset of a digit in it.
func digitRun(text string, from, least int) int {
	for last := from + least - 1; last < len(text); {
		first := last
		for first >= from && last-first < least && text[first] >= '0' && text[first] <= '9' {
			first--
		}
		if last-first == least {
			return last
		}
		last = first + least // no run that long ends before
	}
	return -1
}

// lineAt gives the line around an offset, from another one on.
func lineAt(text string, from, at int) (start, end int) {
	start, end = from+strings.LastIndexByte(text[from:at], '\n')+1, len(text)
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		end = at + n
	}
	return start, end
}

// linesAt gives the lines with digits that follow each other there, together with the line above them: a match may go over the ends of lines.
func linesAt(text string, from, digit int) (start, end int) {
	const digits = "0123456789"
	start, end = lineAt(text, from, digit)
	for start > from { // up to a line without digits
		above, _ := lineAt(text, from, start-1)
		if !strings.ContainsAny(text[above:start], digits) {
			break
		}
		start = above
	}
	for start > from && (text[start-1] == '\n' || text[start-1] == ' ') { // over empty lines to the one above
		start--
	}
	start = from + strings.LastIndexByte(text[from:start], '\n') + 1
	for end < len(text) {
		_, next := lineAt(text, end+1, end+1)
		if !strings.ContainsAny(text[end+1:next], digits) {
			return start, end + 1
		}
		end = next
	}
	return start, end
}

// digitsOf is how many digits every match of an expression has in a row.
func digitsOf(re *syntax.Regexp) int {
	if n, only := onlyDigits(re); only {
		return n
	}
	most := 0
	switch re.Op {
	case syntax.OpLiteral:
		run := 0
		for _, c := range re.Rune {
			if run++; c < '0' || c > '9' {
				run = 0
			}
			most = max(most, run)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return digitsOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return digitsOf(re.Sub[0])
		}
	case syntax.OpConcat:
		run := 0
		for _, sub := range re.Sub {
			if n, only := onlyDigits(sub); only {
				run += n
			} else {
				run = 0
			}
			most = max(most, run, digitsOf(sub))
		}
	case syntax.OpAlternate:
		most = digitsOf(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			most = min(most, digitsOf(sub))
		}
	}
	return most
}

// onlyDigits tells an expression that matches digits alone, and the fewest of them.
func onlyDigits(re *syntax.Regexp) (n int, only bool) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if c < '0' || c > '9' {
				return 0, false
			}
		}
		return len(re.Rune), true
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] < '0' || re.Rune[i+1] > '9' {
				return 0, false
			}
		}
		return 1, len(re.Rune) > 0
	case syntax.OpCapture, syntax.OpPlus:
		return onlyDigits(re.Sub[0])
	case syntax.OpRepeat:
		n, only = onlyDigits(re.Sub[0])
		return n * re.Min, only
	case syntax.OpQuest, syntax.OpStar:
		_, only = onlyDigits(re.Sub[0])
		return 0, only
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			own, only := onlyDigits(sub)
			if !only {
				return 0, false
			}
			n += own
		}
		return n, true
	}
	return 0, false
}

// signOf gives an ASCII character that every match of an expression has, or 0.
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

// overLines tells an expression that matches the end of a line.
func overLines(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return slices.Contains(re.Rune, '\n')
	case syntax.OpAnyChar:
		return true
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
				return true
			}
		}
	}
	return slices.ContainsFunc(re.Sub, overLines)
}
