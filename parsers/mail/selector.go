package mail

import "strings"

// conditional begins a selector of which a condition was left out.
const conditional = "?"

// passing are states of an element that it is in only while somebody does something, or that stand for what is put beside it (CSS Selectors 4, section 9).
var passing = []string{":hover", ":focus", ":active", ":visited", ":link", ":target", ":checked", ":before", ":after", "::", ":placeholder", ":root"}

// unconditioned is a selector without what this reader does not hold elements against: attributes, and places among their neighbours. "[class~=old]" and
// "[class=old]" are the class; "*" is any element and says nothing beside a class. False where nothing is left, or the rule holds only at times.
func unconditioned(selector string) (bare string, ok bool) {
	for _, p := range passing {
		if strings.Contains(selector, p) {
			return "", false
		}
	}
	var b strings.Builder
	left := false
	for selector != "" {
		switch selector[0] {
		case '*':
			selector = selector[1:]
		case '[':
			inside, rest, found := strings.Cut(selector[1:], "]")
			if !found {
				return "", false
			}
			if class := named(inside); class != "" {
				b.WriteString(class)
			} else {
				left = true
			}
			selector = rest
		case ':':
			left = true
			end := strings.IndexAny(selector[1:], ".#[ >+~:(") + 1
			if end == 0 {
				end = len(selector)
			}
			if end < len(selector) && selector[end] == '(' {
				_, selector, _ = strings.Cut(selector[end:], ")")
			} else {
				selector = selector[end:]
			}
		default:
			b.WriteByte(selector[0])
			selector = selector[1:]
		}
	}
	bare = strings.TrimSpace(b.String())
	if last := strings.LastIndexAny(bare, " >+~"); bare == "" || last == len(bare)-1 || left && plainName(bare[last+1:]) {
		return "", false // every paragraph may be hidden, or none
	}
	if left {
		bare = conditional + bare
	}
	return bare, true
}

// named gives the class or id that the condition of an attribute asks for: ".old" of class~="old".
func named(inside string) string {
	name, value, found := strings.Cut(inside, "=")
	value = strings.Trim(strings.TrimSuffix(strings.TrimSpace(value), " i"), "\"' ")
	if !found || value == "" || strings.ContainsAny(value, " .#") {
		return ""
	}
	switch strings.TrimRight(strings.TrimSpace(name), "~") {
	case "class":
		return "." + value
	case "id":
		return "#" + value
	}
	return ""
}

// plainName tells a selector that is an element's name and nothing else.
func plainName(selector string) bool { return !strings.ContainsAny(selector, ".#") }

// exact tells a selector of which nothing was left out.
func exact(selector string) bool { return !strings.HasPrefix(selector, conditional) }
