package proof

import (
	"errors"
	"slices"
	"strings"
)

// outcome is what a server says of one method (RFC 8601 section 2.2).
type outcome struct {
	method, result string
	properties     map[string]string // "header.d" to its value
}

// byServer believes what our own server found, where the topmost Authentication-Results is its own. Servers put theirs on top and take away those in their own
// name that came with a mail (RFC 8601 section 5), so every further one may be the sender's.
func (r *Result) byServer(h head, server string, signatures []signature) {
	fields := h.all("authentication-results")
	if len(fields) == 0 {
		return
	}
	id, found, err := results(fields[0])
	if !strings.EqualFold(id, server) {
		return
	}
	if err != nil {
		r.because("what %s found cannot be read: %v", server, err)
		return
	}
	var said struct {
		dmarc, spf bool
		dkim       []outcome
	}
	for _, o := range found {
		switch {
		case o.method == "dmarc" && strings.EqualFold(o.properties["header.from"], r.Domain):
			if o.result == "fail" {
				r.Verdict = Refuted
				r.because("%s says that it is not from %s", server, r.Domain)
				return
			}
			said.dmarc = o.result == "pass"
		case o.result != "pass":
		case o.method == "dkim":
			said.dkim = append(said.dkim, o)
		case o.method == "spf":
			said.spf = said.spf || Aligned(domainOf(o.properties["smtp.mailfrom"]), r.Domain)
		}
	}
	// It came from a server of theirs, and nobody has held it between. So it did where it passes DMARC and they have not signed it.
	if said.spf || said.dmarc && !h.signedBy(r.Domain) {
		r.Verdict, r.By, r.Whole, r.Thread = Proved, "spf", true, true
		r.because("%s says that a server of %s brought it", server, r.Domain)
		return
	}
	// A server that says "pass" does not say what was signed. What the signature leaves out stands in it.
	for _, s := range signatures {
		if s.wrong != nil || r.Verdict == Proved && !s.whole {
			continue
		}
		if slices.ContainsFunc(said.dkim, func(o outcome) bool { return s.meant(o, signatures) }) || said.dmarc && len(said.dkim) == 0 && len(signatures) == 1 {
			r.proves(s, "dmarc")
			r.because("%s says so", server)
		}
	}
}

// signedBy tells whether some signature may be of the domain's organisation.
func (h head) signedBy(domain string) bool {
	return slices.ContainsFunc(h.fields, func(f field) bool {
		if f.name != "dkim-signature" {
			return false
		}
		t, err := tags(f.value)
		return err != nil || Aligned(bare(t["d"]), domain)
	})
}

// meant tells whether an outcome is about this signature and no other: a forged one may stand beside it that claims to cover more.
func (s signature) meant(o outcome, all []signature) bool {
	fits := func(s signature) bool {
		d, by := signer(o), o.properties["header.b"]
		return (d == s.domain || d == s.identity) && (o.properties["header.s"] == "" || strings.EqualFold(o.properties["header.s"], s.selector)) &&
			(by == "" || strings.HasPrefix(s.value, by))
	}
	n := 0
	for _, other := range all {
		if fits(other) {
			n++
		}
	}
	return n == 1 && fits(s)
}

// signer is whose signature an outcome of DKIM is about (RFC 8601 section 2.7.1).
func signer(o outcome) string {
	if d := o.properties["header.d"]; d != "" {
		return strings.ToLower(d)
	}
	return domainOf(o.properties["header.i"])
}

// domainOf is the domain of an address, or of a domain that stands alone.
func domainOf(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		address = address[i+1:]
	}
	return strings.ToLower(address)
}

var errResults = errors.New("it does not follow RFC 8601")

// results reads an Authentication-Results field. Anything out of order is an error: half of such a field would be read by one program so and by the next otherwise.
// The name of the server is given also then.
func results(text string) (server string, found []outcome, err error) {
	l := lexer{text: text}
	server = l.value()
	if server == "" {
		return "", nil, errResults
	}
	if version := l.word(); version != "" && version != "1" {
		return server, nil, errResults
	}
	for l.sign(';') {
		if l.blank(); l.done() {
			break // some servers end with a semicolon
		}
		o, none, err := l.outcome()
		if err != nil || none && len(found) > 0 {
			return server, nil, errResults
		}
		if none {
			break
		}
		found = append(found, o)
	}
	if count(found, "dmarc", "header.from") > 1 || count(found, "spf", "smtp.mailfrom") > 1 {
		return server, nil, errResults // of two answers to one question neither counts
	}
	if l.blank(); !l.done() || l.wrong {
		return server, nil, errResults
	}
	return server, found, nil
}

// count is how often a method is said of a property.
func count(found []outcome, method, property string) (n int) {
	for _, o := range found {
		if _, has := o.properties[property]; has && o.method == method {
			n++
		}
	}
	return n
}

// outcome reads one method with its properties; none is the word that says that nothing was checked.
func (l *lexer) outcome() (o outcome, none bool, err error) {
	o = outcome{method: strings.ToLower(l.word()), properties: map[string]string{}}
	if o.method == "none" && l.peek() != '=' && l.peek() != '/' {
		return o, true, nil
	}
	if l.sign('/') && l.word() != "1" { // a later version of the method
		return o, false, errResults
	}
	if o.method == "" || !l.sign('=') {
		return o, false, errResults
	}
	if o.result = strings.ToLower(l.word()); o.result == "" {
		return o, false, errResults
	}
	for l.blank(); !l.done() && l.peek() != ';'; l.blank() {
		name := strings.ToLower(l.word())
		if !isProperty(name) || !l.sign('=') {
			return o, false, errResults
		}
		value := l.value()
		if _, twice := o.properties[name]; twice || l.wrong {
			return o, false, errResults
		}
		o.properties[name] = value
	}
	return o, false, nil
}

// isProperty tells the name of a property, "header.d"; some servers write further ones without a dot.
func isProperty(name string) bool {
	return strings.Contains(name, ".") || name == "reason" || name == "action" || strings.HasPrefix(name, "x-")
}

// lexer cuts a field into words, quoted texts, comments and signs (RFC 5322 section 3.2, RFC 2045 section 5.1).
type lexer struct {
	text  string
	at    int
	wrong bool
}

func (l *lexer) done() bool { return l.at >= len(l.text) }

// blank skips blanks and comments, which may hold comments.
func (l *lexer) blank() {
	depth := 0
	for ; !l.done(); l.at++ {
		switch c := l.text[l.at]; {
		case c == '(':
			depth++
		case depth > 0 && c == '\\':
			l.at++
		case depth > 0 && c == ')':
			depth--
		case depth > 0 || c == ' ' || c == '\t':
		default:
			return
		}
	}
	l.wrong = l.wrong || depth > 0 // a comment that does not end
}

// peek is the next sign behind blanks and comments; 0 at the end.
func (l *lexer) peek() byte {
	if l.blank(); l.done() {
		return 0
	}
	return l.text[l.at]
}

func (l *lexer) sign(c byte) bool {
	if l.peek() != c {
		return false
	}
	l.at++
	return true
}

// word is a keyword, or the name of a property.
func (l *lexer) word() string { return l.run("") }

// value is a word, an address or a quoted text.
func (l *lexer) value() string {
	if l.peek() != '"' {
		return l.run("@/+:=~!#$%&'*^`{|}")
	}
	var b strings.Builder
	for l.at++; !l.done() && l.text[l.at] != '"'; l.at++ {
		if l.text[l.at] == '\\' {
			if l.at++; l.done() {
				break
			}
		}
		b.WriteByte(l.text[l.at])
	}
	if l.done() {
		l.wrong = true // a quoted text that does not end
		return ""
	}
	if l.at++; !l.done() && l.text[l.at] == '@' { // a quoted local part
		b.WriteString(l.run("@"))
	}
	return b.String()
}

// run is what follows of letters, digits, hyphens, dots, underscores and the given signs.
func (l *lexer) run(signs string) string {
	l.blank()
	start := l.at
	for ; !l.done(); l.at++ {
		c := l.text[l.at]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && strings.IndexByte(signs, c) < 0 {
			break
		}
	}
	return l.text[start:l.at]
}
