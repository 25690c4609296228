package mail

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// mostRules bounds the rules that are remembered of style sheets, mostCompound those that every element is held against, longestRule each of them in
// bytes.
const (
	mostRules    = 500
	mostCompound = 60
	longestRule  = 2048
)

// ruleKey is what a rule speaks of: an element's name, class or id, or a name with a class or id.
type ruleKey struct{ tag, class, id string }

// rules reads the styles of a style sheet: ".row{display:flex}". Rules inside of @media are for other screens, unless all of them are meant.
func (x *extractor) rules(sheet string) {
	for depth := 0; sheet != ""; {
		open := strings.IndexAny(sheet, "{}")
		if open < 0 {
			return
		}
		if sheet[open] == '}' {
			depth, sheet = max(0, depth-1), sheet[open+1:]
			continue
		}
		selector := uncommented(strings.ToLower(sheet[:open]))
		sheet = sheet[open+1:]
		if strings.HasPrefix(selector, "@") || strings.Contains(selector, "@media") {
			if !strings.HasPrefix(selector, "@media") || strings.Contains(selector, "(") || strings.Contains(selector, "print") {
				depth++
			}
			continue
		}
		body, rest, found := strings.Cut(sheet, "}")
		if !found {
			body, rest = sheet, ""
		}
		sheet = rest
		if depth > 0 || len(x.sheet) >= mostRules || len(body) > longestRule {
			continue
		}
		l := lookOf(strings.ToLower(uncommented(body)))
		for one := range strings.SplitSeq(selector, ",") {
			x.rule(strings.TrimSpace(one), l)
		}
	}
}

// uncommented is a piece of a style sheet without its comments and the marks that hide it from old programs.
func uncommented(s string) string {
	for {
		before, rest, found := strings.Cut(s, "/*")
		if !found {
			break
		}
		_, after, _ := strings.Cut(rest, "*/")
		s = before + after
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "<!--"))
}

// rule remembers what a selector's elements look like. Of a selector that depends on what is around the element, only that it may hide it.
func (x *extractor) rule(selector string, l look) {
	if strings.ContainsAny(selector, ":[*") {
		bare, ok := unconditioned(selector)
		if !ok {
			return
		}
		if selector = bare; !exact(bare) {
			l = look{doubtful: l.gone || l.size == tooSmall}
			selector = strings.TrimPrefix(selector, conditional)
		}
		if l == (look{}) {
			return
		}
	}
	if i := strings.LastIndexAny(selector, " >+~"); i >= 0 {
		selector = selector[i+1:]
		if l = (look{doubtful: l.gone || l.size == tooSmall}); !l.doubtful {
			return
		}
	}
	if strings.Count(selector, ".")+strings.Count(selector, "#") > 1 {
		x.compoundRule(selector, l)
		return
	}
	var key ruleKey
	i := strings.IndexAny(selector, ".#")
	switch {
	case selector == "":
		return
	case i < 0:
		key.tag = selector
	case selector[i] == '.':
		key.tag, key.class = selector[:i], selector[i+1:]
	default:
		key.tag, key.id = selector[:i], selector[i+1:]
	}
	if before, ok := x.sheet[key]; ok {
		l.over(&before)
	}
	if x.sheet == nil {
		x.sheet = map[ruleKey]look{}
	}
	x.sheet[key] = l
}

// compoundRule is a rule for elements that have several classes, or classes and an id: "p.note.late".
type compoundRule struct {
	tag, id string
	classes []string
	look    look
}

// compoundRule remembers such a rule.
func (x *extractor) compoundRule(selector string, l look) {
	if len(x.compound) >= mostCompound {
		return
	}
	first := strings.IndexAny(selector, ".#")
	rule := compoundRule{tag: selector[:first], look: l}
	for rest := selector[first:]; rest != ""; {
		end := strings.IndexAny(rest[1:], ".#") + 1
		if end == 0 {
			end = len(rest)
		}
		if rest[0] == '#' {
			rule.id = rest[1:end]
		} else {
			rule.classes = append(rule.classes, rest[1:end])
		}
		rest = rest[end:]
	}
	x.compound = append(x.compound, rule)
}

// meets tells whether a rule speaks of an element.
func (c *compoundRule) meets(tag string, a *attributes) bool {
	if c.tag != "" && c.tag != tag || c.id != "" && !strings.EqualFold(c.id, a.id) {
		return false
	}
	for _, want := range c.classes {
		found := false
		for class := range strings.FieldsSeq(a.class) {
			found = found || strings.EqualFold(class, want)
		}
		if !found {
			return false
		}
	}
	return true
}

// look is what an element that begins looks like: by its own style, its id, its classes and its name, the strongest first.
func (x *extractor) look(tag atom.Atom, a *attributes) look {
	var l look
	if a.style != "" {
		l = lookOf(a.style)
	}
	if a.colour != "" && l.colour == "" {
		l.colour = plain(a.colour)
	}
	if a.ground != "" && l.ground == "" {
		l.ground = groundOf(a.ground)
	}
	if len(x.sheet)+len(x.compound) == 0 {
		return l
	}
	apply := func(key ruleKey) {
		if weak, ok := x.sheet[key]; ok {
			l.over(&weak)
		}
	}
	name := tag.String()
	for i := len(x.compound) - 1; i >= 0 && a.class != ""; i-- { // of two the later is the stronger
		if x.compound[i].meets(name, a) {
			l.over(&x.compound[i].look)
		}
	}
	if a.id != "" {
		id := strings.ToLower(a.id)
		apply(ruleKey{tag: name, id: id})
		apply(ruleKey{id: id})
	}
	for class := range strings.FieldsSeq(a.class) {
		class = strings.ToLower(class)
		apply(ruleKey{tag: name, class: class})
		apply(ruleKey{class: class})
	}
	apply(ruleKey{tag: name})
	return l
}
