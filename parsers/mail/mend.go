package mail

import (
	"bytes"
	"strings"

	"golang.org/x/net/html/atom"
)

// mendTags puts quotes and brackets back that a tag has lost on its way: what stands behind them would be read as the value of an attribute, and
// nobody would see it. It tells whether anything was mended; then what is read is less sure. Without damage the document itself comes back.
func mendTags(doc []byte) (mended []byte, hurt bool) {
	m := mender{doc: doc}
	for m.at < len(doc) {
		open := bytes.IndexByte(doc[m.at:], '<')
		if open < 0 {
			break
		}
		m.at += open + 1
		switch rest := doc[m.at:]; {
		case bytes.HasPrefix(rest, []byte("!--")):
			m.skip("-->")
		case len(rest) > 0 && asciiLetter(rest[0]):
			switch name := m.tag(); {
			case len(name) == 6 && strings.EqualFold(string(name), "script"):
				m.skip("</script")
			case len(name) == 5 && strings.EqualFold(string(name), "style"):
				m.skip("</style")
			}
		}
	}
	if !m.hurt {
		return doc, false
	}
	return append(m.out, doc[m.kept:]...), true
}

// mender is the work on one document: what is before kept stands in out already.
type mender struct {
	doc, out []byte
	at, kept int
	hurt     bool
}

// skip moves to a mark in lower case, or to the end.
func (m *mender) skip(mark string) {
	for m.at < len(m.doc) {
		n := bytes.IndexByte(m.doc[m.at:], mark[0])
		if n < 0 {
			break
		}
		m.at += n
		if rest := m.doc[m.at:]; len(rest) >= len(mark) && strings.EqualFold(string(rest[:len(mark)]), mark) {
			return
		}
		m.at++
	}
	m.at = len(m.doc)
}

// insert writes signs before the byte at i.
func (m *mender) insert(i int, signs string) {
	m.out = append(append(m.out, m.doc[m.kept:i]...), signs...)
	m.kept, m.hurt = i, true
}

// tag moves behind the tag whose name begins here, and gives its name as written.
func (m *mender) tag() []byte {
	start := m.at
	for m.at < len(m.doc) && strings.IndexByte(" \t\r\n/>\"'=<", m.doc[m.at]) < 0 {
		m.at++
	}
	name := m.doc[start:m.at]
	whole := m.at // behind the name or the last attribute that has a value
	for m.at < len(m.doc) {
		switch c := m.doc[m.at]; c {
		case '>':
			m.at++
			return name
		case '<': // the tag was never closed
			m.insert(whole, ">")
			m.at = max(whole, m.kept)
			return name
		case '"', '\'':
			if m.doc[m.at-1] != '=' {
				m.at++
				continue
			}
			if !m.value(c) {
				return name
			}
			whole = m.at
		default:
			m.at++
		}
	}
	return name
}

// value moves behind the quoted value that begins here. It is false when the value had lost its end: then what follows is text.
func (m *mender) value(quote byte) bool {
	start := m.at + 1
	length := bytes.IndexByte(m.doc[start:], quote)
	open := length < 0
	if open {
		length = len(m.doc) - start
	}
	value := m.doc[start : start+length]
	if bytes.IndexByte(value, '<') < 0 || !swallows(m.attribute(m.at-1), value, open) {
		m.at = min(start+length+1, len(m.doc))
		return true
	}
	end, signs := bytes.IndexAny(value, "<>"), string(quote)
	if value[end] == '<' {
		signs += ">"
		if gap := bytes.IndexAny(value[:end], " \t\r\n"); gap > 0 && !bytes.Contains(value[:end], []byte(":")) || gap > 0 && bytes.HasPrefix(value, []byte("http")) {
			end = gap // the words behind it are text
		}
	}
	m.insert(start+end, signs)
	m.at = start + end
	if signs == string(quote) {
		m.at++
	}
	return false
}

// attribute is the name before the "=" at i, in lower case.
func (m *mender) attribute(i int) string {
	end := i
	for i > 0 && end-i < 20 && (asciiLetter(m.doc[i-1]) || m.doc[i-1] == '-' || m.doc[i-1] == ':') {
		i--
	}
	return strings.ToLower(string(m.doc[i:end]))
}

// swallows tells whether a value holds markup that was never meant to be in it. Where texts may stand, markup alone is no sign: only that the value
// ends where the next attribute's would begin. open: no quote ends it.
func swallows(name string, value []byte, open bool) bool {
	markup := bytes.Contains(value, []byte("</"))
	for i := 0; !markup && i+1 < len(value); i++ {
		markup = value[i] == '<' && asciiLetter(value[i+1])
	}
	if !markup {
		return false
	}
	switch {
	case open, bytes.HasSuffix(bytes.TrimRight(value, " "), []byte("=")):
		return true
	case strings.HasPrefix(name, "data-"), strings.HasPrefix(name, "aria-"), strings.HasPrefix(name, "on"):
		return false
	}
	switch name {
	case "alt", "title", "content", "value", "placeholder", "summary", "label", "srcdoc":
		return false
	}
	return true
}

// tagOf gives the name of a tag as the tokenizer has cut it, 0 for one that HTML does not have. The tokenizer's own way copies each name.
func tagOf(raw []byte) atom.Atom {
	var name [32]byte // longer than any name
	n := 0
	for i, c := range bytes.TrimLeft(raw[:min(len(raw), len(name))], "</") {
		switch {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '/' || c == '>':
			return atom.Lookup(name[:n])
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		name[i], n = c, i+1
	}
	return 0
}
